import { type ChartPicture } from './picture.ts'
import { placeLine, writeElement, writePicture, type Attributes, type TextLook } from './svgMarkup.ts'

/** 图形 — one SVG element as data; only texts have words. */
export interface Shape {
  readonly name: 'line' | 'rect' | 'polyline' | 'polygon' | 'circle' | 'text'
  readonly attributes: Attributes
  readonly text?: string
}

/** 图 — what is on a chart, before it becomes elements of a page or a picture in a document. */
export interface Drawing {
  readonly title: string
  /** The chart in words, for those who do not see it. */
  readonly description: string
  readonly width: number
  readonly height: number
  readonly shapes: readonly Shape[]
}

/** 文字 — one line of text whose middle lies at `y`. */
export function drawText(text: string, x: number, y: number, look: TextLook): Shape {
  return { name: 'text', attributes: placeLine(round(x), y, look), text }
}

/** 直线 — from one point to another; `dash` as strokes and gaps, none is solid. */
export function drawLine(
  [x1, y1]: readonly [number, number],
  [x2, y2]: readonly [number, number],
  color: string,
  width: number,
  dash?: string,
): Shape {
  const ends = { x1: round(x1), y1: round(y1), x2: round(x2), y2: round(y2) }
  return { name: 'line', attributes: { ...ends, stroke: color, 'stroke-width': width, 'stroke-dasharray': dash } }
}

/** Hundredths of a pixel: short numbers in the file, nothing visible lost. */
export function round(length: number): number {
  return Math.round(length * 100) / 100
}

/** 图片 — a drawing as a picture for documents, with presentation attributes alone: PDF, Word and LibreOffice draw the same. */
export function writeDrawing(name: ChartPicture['name'], drawing: Drawing): ChartPicture {
  const { title, description, width, height, shapes } = drawing
  const content = shapes.map(({ name: element, attributes, text }) =>
    writeElement(element, attributes, text === undefined ? '' : escapeText(text)),
  )
  return {
    name,
    title,
    description,
    width,
    height,
    svg: writePicture(width, height, title, description, content.join('')),
  }
}

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
