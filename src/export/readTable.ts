import { detectDelimiter, parseCsv } from 'hucre/csv'
import { readXlsx, type CellValue } from 'hucre/xlsx'
import { Problem } from '../core/problems.ts'
import { restoreText } from './csvText.ts'
import { isEnding } from './tablePlan.ts'
import { inflateEntry, isZip, listEntries } from './zipEntries.ts'

/** 表格 — what a person sees in its cells, as text; lines may be of different lengths, empty ones stay so that they count. */
export interface ReadTable {
  readonly sheets: readonly { readonly name: string; readonly lines: readonly (readonly string[])[] }[]
  /** Of a text file. */
  readonly encoding?: 'utf-8' | 'utf-16le' | 'gb18030'
}

const MEGABYTE = 1024 * 1024
/** Own choices: a roster of 100,000 firms and room; beyond it a PC of an office would stall. */
const MOST_MEGABYTES = 64
const MOST_LINES = 200_000
const MOST_COLUMNS = 500
const LIMITS = { entries: 5000, entryBytes: 256 * MEGABYTE, totalBytes: 512 * MEGABYTE }
/** Excel's own limit of one cell. */
const LONGEST_CELL = 32_767

/**
 * 读表格 — an .xlsx or a CSV (comma, semicolon or tab; UTF-8, UTF-16 or GB18030) as text, told by its content and not by its
 * name. Numbers in full digits, dates as 2024-06-12, merged rows filled, hidden sheets left out, our own last line
 * “共 n 行，完” too. Refuses with `table.*`, and with `archive.*` a workbook that is a bomb.
 */
export async function readTable(file: { readonly name: string; readonly bytes: Uint8Array }): Promise<ReadTable> {
  const { name, bytes } = file
  if (bytes.length > MOST_MEGABYTES * MEGABYTE) {
    tooLarge(Math.ceil(bytes.length / MEGABYTE), MOST_MEGABYTES, 'MB')
  }
  if (bytes.length === 0) throw new Problem('table.empty')
  if (isZip(bytes)) return readWorkbook(name, bytes)
  if (isOle(bytes)) throw new Problem(hasName(bytes, 'EncryptedPackage') ? 'table.encrypted' : 'table.oldFormat')
  return readText(name, bytes)
}

// ---------- workbooks ----------

async function readWorkbook(name: string, bytes: Uint8Array): Promise<ReadTable> {
  const entries = listEntries(bytes, LIMITS)
  if (!entries.some((entry) => entry.name === 'xl/workbook.xml')) throw new Problem('table.notTable', { name })
  for (const entry of entries) if (entry.name.startsWith('xl/')) inflateEntry(entry, () => undefined)
  const workbook = await readXlsx(bytes, {
    sheets: ({ hidden, veryHidden }) => hidden !== true && veryHidden !== true,
  }).catch(() => {
    throw new Problem('table.damaged')
  })
  const sheets = workbook.sheets.map((sheet) => {
    checkSize(sheet.rows)
    const lines = sheet.rows.map((row) => row.map(formatValue))
    for (const { startRow, endRow, startCol } of sheet.merges ?? []) {
      // One city beside its counties: the value stands for every row of the merge.
      const text = lines[startRow]?.[startCol] ?? ''
      for (let at = startRow + 1; at <= Math.min(endRow, lines.length - 1); at++) {
        const line = lines[at]!
        while (line.length <= startCol) line.push('')
        line[startCol] = text
      }
    }
    return { name: sheet.name, lines: trimLines(lines) }
  })
  if (sheets.every(({ lines }) => lines.length === 0)) throw new Problem('table.empty')
  return { sheets }
}

/** 一格的文字 — a credit code that Excel took for a number is eighteen digits again, the last of them lost, which its check tells. */
function formatValue(value: CellValue | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? '是' : '否'
  if (typeof value === 'number') {
    // Fifteen digits are what Excel shows; the rest is dust of binary fractions.
    return Number.isInteger(value) && Math.abs(value) < 1e21 ? String(value) : String(Number(value.toPrecision(15)))
  }
  const time = value.getTime()
  if (Number.isNaN(time)) return ''
  const [day, clock] = new Date(Math.round(time / 1000) * 1000).toISOString().slice(0, 19).split('T')
  return clock === '00:00:00' ? day! : `${day} ${clock!.endsWith(':00') ? clock!.slice(0, 5) : clock}`
}

/** An OLE container: an old workbook, or a new one with a password around it. */
function isOle(bytes: Uint8Array): boolean {
  return [0xd0, 0xcf, 0x11, 0xe0].every((byte, at) => bytes[at] === byte)
}

/** Names in such a container are UTF-16. */
function hasName(bytes: Uint8Array, name: string): boolean {
  const wanted = Array.from(name).flatMap((character) => [character.charCodeAt(0), 0])
  for (let at = bytes.indexOf(wanted[0]!); at >= 0; at = bytes.indexOf(wanted[0]!, at + 1)) {
    if (wanted.every((byte, place) => bytes[at + place] === byte)) return true
  }
  return false
}

// ---------- text ----------

function readText(name: string, bytes: Uint8Array): ReadTable {
  const { text, encoding } = decode(bytes)
  if (text.includes('\u0000')) throw new Problem('table.notTable', { name })
  // Many platforms give a page of HTML the name .xls.
  if (/^\s*<(?:!doctype|html|\?xml|table|meta|head)/i.test(text)) throw new Problem('table.oldFormat')
  const told = /^sep=(.)\r?\n/.exec(text)
  const body = told === null ? text : text.slice(told[0].length)
  const delimiter = told?.[1] ?? detectDelimiter(body)
  const rows = parseCsv(body, { delimiter, skipBom: false }) as string[][]
  checkSize(rows)
  checkQuotes(body, rows, delimiter)
  const lines = trimLines(rows.map((row) => row.map(restoreText)))
  if (lines.length === 0) throw new Problem('table.empty')
  return { sheets: [{ name, lines }], encoding }
}

/** What is valid UTF-8 is UTF-8: Chinese text in GB18030 practically never is. */
function decode(bytes: Uint8Array): { readonly text: string; readonly encoding: NonNullable<ReadTable['encoding']> } {
  const order = bytes[0] === 0xff && bytes[1] === 0xfe ? (['utf-16le'] as const) : (['utf-8', 'gb18030'] as const)
  for (const encoding of order) {
    try {
      return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding }
    } catch {
      // The next one.
    }
  }
  throw new Problem('table.notText')
}

/** A quote that is never closed swallows the lines after it: firms would be lost without a word. */
function checkQuotes(text: string, rows: readonly (readonly string[])[], delimiter: string): void {
  const isOdd = (text.match(/"/g)?.length ?? 0) % 2 === 1
  rows.forEach((row, at) => {
    const isSwallowing = row.some(
      (cell) => cell.length > LONGEST_CELL || (isOdd && cell.includes('\n') && cell.includes(delimiter)),
    )
    if (isSwallowing) throw new Problem('table.openQuote', { line: at + 1 })
  })
}

// ---------- both ----------

function checkSize(rows: readonly (readonly unknown[])[]): void {
  if (rows.length > MOST_LINES) tooLarge(rows.length, MOST_LINES, '行')
  const widest = rows.reduce((most, { length }) => Math.max(most, length), 0)
  // Formats beyond the last column count as cells; only columns with something in them are too many.
  if (widest <= MOST_COLUMNS) return
  const used = rows.reduce((most, row) => Math.max(most, countCells(row)), 0)
  if (used > MOST_COLUMNS) tooLarge(used, MOST_COLUMNS, '列')
}

function countCells(row: readonly unknown[]): number {
  let length = row.length
  while (length > 0 && (row[length - 1] === null || row[length - 1] === undefined || row[length - 1] === ''))
    length -= 1
  return length
}

/** Without empty cells at the end of a line, empty lines at the end of a sheet, and our own ending. */
function trimLines(lines: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const trimmed = lines.map((line) => line.slice(0, countCells(line)))
  let length = trimmed.length
  const dropEmpty = (): void => {
    while (length > 0 && trimmed[length - 1]!.length === 0) length -= 1
  }
  dropEmpty()
  if (length > 0 && isEnding(trimmed[length - 1]!)) length -= 1
  dropEmpty()
  return trimmed.slice(0, length)
}

function tooLarge(found: number, most: number, unit: string): never {
  throw new Problem('table.tooLarge', { found, most, unit })
}
