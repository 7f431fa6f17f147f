import { type Cell, type CellStyle, type CellValue } from 'hucre/xlsx'
import { keepText } from './zipText.ts'

const LINE = { style: 'thin', color: { rgb: 'BFC8D6' } } as const
/** 边框 — thin lines around every cell of a table. */
export const BORDER = { top: LINE, right: LINE, bottom: LINE, left: LINE }
/** 正文字体 — 五号宋体, as tables of offices have it. */
export const FONT = { name: '宋体', size: 10.5 }
/** 表头 — bold on a light ground, in the middle. */
export const HEADER_STYLE: CellStyle = {
  font: { ...FONT, bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'DCE6F5' } },
  border: BORDER,
  alignment: { horizontal: 'center', vertical: 'center', wrapText: true },
}

/** What a spreadsheet would read as a formula or a command, were it typed in. */
const LOOKS_ALIVE = /^[\s\u0000]*[=+\-@|＝＋－＠]/
/** hucre writes these words as error values. */
const ERROR_WORDS = /^#[A-Z/0_!?]+$/

/** Excel reads `_x0041_` in a text as an escaped letter; escaped itself, it stays what it is. */
export function escapeEscapes(text: string): string {
  return text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
}

/** 单元格 — a value with its looks; a text stays a text whatever it begins with. */
export function drawCell(value: CellValue, format: string | undefined, own: CellStyle): Partial<Cell> {
  // As text (`@`) it also stays text when somebody edits the cell.
  const numFmt = typeof value === 'string' && LOOKS_ALIVE.test(value) ? '@' : (own.numFmt ?? format)
  const style: CellStyle = {
    ...own,
    font: { ...FONT, ...own.font },
    border: own.border ?? BORDER,
    // Figures stand off the line, so that they do not run into the text of the next column.
    alignment: {
      vertical: 'center',
      ...(typeof value === 'string' ? { wrapText: true } : { horizontal: 'right', indent: 1 }),
      ...own.alignment,
    },
    ...(numFmt === undefined ? {} : { numFmt }),
  }
  if (typeof value !== 'string') return { value, style }
  const text = escapeEscapes(value)
  return ERROR_WORDS.test(text) ? { value: text, richText: [{ text, font: FONT }], style } : { value: text, style }
}

const LINE_HEIGHT = 14.5
/** Excel's highest row, in points. */
const MOST_HEIGHT = 409

/** The height of a row in points: not every program fits rows to wrapped text on opening. A Chinese character is two wide. */
export function measureHeight(row: readonly CellValue[], columns: readonly { readonly width: number }[]): number {
  const lines = row.map((value, at) => {
    if (typeof value !== 'string') return 1
    const room = Math.max(2, (columns[at]?.width ?? 0) - 1)
    return value.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(measureWidth(line) / room)), 0)
  })
  return Math.min(MOST_HEIGHT, Math.max(...lines) * LINE_HEIGHT + 4)
}

/** 字宽 — in half-width characters. */
export function measureWidth(text: string): number {
  return Array.from(text).reduce((sum, character) => sum + (character < '\u0100' ? 1 : 2), 0)
}

/** `&` begins a command in page headers; digits after one would be read as a font size. */
export function escapeHeader(text: string): string {
  return keepText(text).replace(/&/g, '&&').replace(/\s+/g, ' ').slice(0, 80)
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
/** 列名 — 0 is A, 25 is Z, 26 is AA. */
export function nameColumn(at: number): string {
  return (at < 26 ? '' : nameColumn(Math.floor(at / 26) - 1)) + LETTERS.charAt(at % 26)
}
