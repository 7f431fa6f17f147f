import { type ReportLadderGroup } from '#core/diagnosis/report'
import { type ChartPicture } from '#charts/picture'
import { type FontBook } from './fonts.ts'
import { breakLines, shortenText, type Measure } from './pdfLines.ts'

// Lengths are points, 72 to the inch. What the PDFs share: paper, colours, text in the fonts that have its characters, tables.

export const PAPER = { width: 595.28, height: 841.89 } as const
export const COLORS = {
  brand: '#0f52ba',
  brandDark: '#0b3d8c',
  brandSoft: '#e8effa',
  brandLine: '#b5c9eb',
  ink: '#1b1f26',
  soft: '#4a515d',
  ground: '#f4f6fa',
  line: '#d5dae3',
  lineStrong: '#8a919c',
  warnSoft: '#fdf3e1',
  warn: '#8a5300',
} as const
/** The name charts ask for first (svgMarkup.ts). */
export const FONT = 'NotoSansSC'

export type Look = Readonly<Record<string, unknown>>
/** One node of pdfmake's content tree. */
export type Node = Readonly<Record<string, unknown>>

/** 文字 — a text on one line, in runs that name the fonts that have their characters. */
export function writeText(book: FontBook, text: string, look: Look = {}): Node {
  return { ...look, noWrap: true, text: writeRuns(book, text, { noWrap: true }) }
}

/** 段落 — a text in lines that are broken already, each a node of its own; the first carries the identity. */
export function writeLines(book: FontBook, text: string, measure: Measure, { id, margin, ...look }: Look = {}): Node {
  return {
    ...(margin === undefined ? {} : { margin }),
    ...look,
    stack: breakLines(book, text, measure)
      .map((line) => writeLine(book, line, measure))
      .map((line, at) => (at === 0 && id !== undefined ? { ...line, id } : line)),
  }
}

/** 一行 — a line that is broken already. */
export function writeLine(book: FontBook, line: string, { size, isBold = false }: Measure): Node {
  const runs = writeRuns(book, line)
  const text = runs.length === 1 ? runs[0]!.text : runs.length === 0 ? '' : runs
  return {
    text,
    fontSize: size,
    bold: isBold,
    noWrap: true,
    ...(runs.length === 1 && 'font' in runs[0]! ? { font: runs[0].font } : {}),
  }
}

/** The runs alone, to stand beside others in one line. */
export function writeRuns(book: FontBook, text: string, look: Look = {}): readonly Node[] {
  return book
    .splitRuns(text)
    .map((run) => (run.file === undefined ? { ...look, text: run.text } : { ...look, text: run.text, font: run.file }))
}

/** 矢量图 — a chart at a width; texts in it name the fonts that have their characters. */
export function writePicture(
  book: FontBook,
  { svg, width, height }: Pick<ChartPicture, 'svg' | 'width' | 'height'>,
  drawn: number,
): Node {
  return { svg: setFonts(book, svg), width: drawn, height: (height * drawn) / width, font: FONT }
}

/** Character data between tags; what is not drawn (title, description) needs no font. */
function setFonts(book: FontBook, svg: string): string {
  return svg.replace(/<(title|desc)\b[^>]*>[\s\S]*?<\/\1>/g, '').replace(/>([^<]+)</g, (whole, text: string) => {
    const runs = book.splitRuns(text)
    if (runs.every(({ file }) => file === undefined))
      return whole === `>${runs[0]?.text ?? ''}<` ? whole : `>${runs.map((run) => run.text).join('')}<`
    const written = runs.map((run) =>
      run.file === undefined ? run.text : `<tspan font-family="${run.file}">${run.text}</tspan>`,
    )
    return `>${written.join('')}<`
  })
}

const STEP_GAP = 3
const GROUP_GAP = 12

/** 阶梯 — the steps rising under their level names; the one reached is filled, those possible are dashed. */
export function drawLadder(
  book: FontBook,
  groups: readonly ReportLadderGroup[],
  width: number,
  height: number,
): Pick<ChartPicture, 'svg' | 'width' | 'height'> {
  const steps = groups.flatMap((group) => group.steps)
  const gaps = (groups.length - 1) * GROUP_GAP + (steps.length - groups.length) * STEP_GAP
  const each = (width - gaps) / steps.length
  const foot = 24
  const top = height - foot
  const parts: string[] = []
  let x = 0
  let at = 0
  for (const { name, steps: own } of groups) {
    const from = x
    for (const { number, state } of own) {
      const share = steps.length < 2 ? 1 : 0.3 + (0.7 * at) / (steps.length - 1)
      const tall = top * share
      const y = top - tall
      const isHere = state === 'here'
      const paint = {
        below: `fill="${COLORS.brandSoft}" stroke="${COLORS.brandLine}" stroke-width="0.75"`,
        here: `fill="${COLORS.brand}" stroke="${COLORS.brand}" stroke-width="0.75"`,
        possible: `fill="#ffffff" stroke="${COLORS.brand}" stroke-width="1.25" stroke-dasharray="3 2"`,
        above: `fill="#ffffff" stroke="${COLORS.line}" stroke-width="0.75"`,
      }[state]
      const color = { below: COLORS.brandDark, here: '#ffffff', possible: COLORS.brandDark, above: COLORS.soft }[state]
      parts.push(
        `<rect x="${x + 0.5}" y="${y + 0.5}" width="${each - 1}" height="${tall - 0.5}" ${paint}/>`,
        `<text x="${x + each / 2}" y="${y + (isHere ? 19 : 15)}" font-family="${FONT}" font-size="${isHere ? 14 : 10}" font-weight="${isHere ? 'bold' : 'normal'}" text-anchor="middle" fill="${color}">${number}</text>`,
      )
      x += each + STEP_GAP
      at += 1
    }
    const end = x - STEP_GAP
    const holdsHere = own.some(({ state }) => state === 'here')
    parts.push(
      `<line x1="${from}" y1="${top + 1.5}" x2="${end}" y2="${top + 1.5}" stroke="${holdsHere ? COLORS.brand : COLORS.line}" stroke-width="1.5"/>`,
      `<text x="${(from + end) / 2}" y="${height - 6}" font-family="${FONT}" font-size="9" font-weight="${holdsHere ? 'bold' : 'normal'}" text-anchor="middle" fill="${holdsHere ? COLORS.brandDark : COLORS.soft}">${escapeMarkup(shortenText(book, name, { size: 9, width: end - from, isBold: holdsHere }))}</text>`,
    )
    x = end + GROUP_GAP
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${parts.join('')}</svg>`
  return { svg, width, height }
}

function escapeMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}

/** 标记 — “自评参考” in a thin frame, so that it reads as a mark and not as a word of the text. */
export function drawMarks(book: FontBook, marks: readonly string[], size = 9): Node {
  return {
    columnGap: 6,
    columns: [
      { width: '*', text: '' },
      ...marks.map((mark) => ({
        width: 'auto',
        table: { body: [[writeText(book, mark, { fontSize: size, color: COLORS.brandDark, margin: [6, 1, 6, 2] })]] },
        layout: FRAME,
      })),
    ],
  }
}

const FRAME = {
  hLineWidth: () => 0.75,
  vLineWidth: () => 0.75,
  hLineColor: () => COLORS.brandLine,
  vLineColor: () => COLORS.brandLine,
  paddingLeft: () => 0,
  paddingRight: () => 0,
  paddingTop: () => 0,
  paddingBottom: () => 0,
}
