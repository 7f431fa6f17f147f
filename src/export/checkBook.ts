import { Problem } from '../core/problems.ts'
import { nameColumn } from './sheetCells.ts'
import { isBody, isMoment, listLines, partOf, STRINGS_PART, toSerial, type Line } from './tableLines.ts'
import { type PlanBook, type PlanSheet } from './tablePlan.ts'
import { inflateEntry, listEntries, type ZipEntry } from './zipEntries.ts'
import { decodeXml, keepText } from './zipText.ts'

/** 核对工作簿 — every line of every sheet is there with its values, no more, and none is a formula; otherwise `export.incomplete`. */
export function checkBook(bytes: Uint8Array, book: PlanBook): void {
  const most = { entries: 1000, entryBytes: 4e9, totalBytes: 8e9 }
  const entries = new Map(listEntries(bytes, most).map((entry) => [entry.name, entry]))
  const strings: string[] = []
  const kept = entries.get(STRINGS_PART)
  if (kept !== undefined) readParts(kept, '</si>', (part) => strings.push(joinRuns(part)))
  book.sheets.forEach((sheet, at) => {
    const entry = entries.get(partOf(at)) ?? refuse(`工作表 ${sheet.name}`)
    const wanted = listLines(sheet)
    let line = 0
    readParts(entry, '</row>', (row) => {
      const next = wanted.next()
      if (next.done === true) refuse(`${sheet.name} 只有 ${line} 行`)
      checkRow(row, next.value, sheet, line, strings)
      line += 1
    })
    if (wanted.next().done !== true) refuse(`${sheet.name} 第 ${line + 1} 行`)
  })
}

/** A part of the package, element by element, so that half a gigabyte of it never stands in memory at once. */
function readParts(entry: ZipEntry, end: string, onPart: (part: string) => void): void {
  const decoder = new TextDecoder()
  let text = ''
  inflateEntry(entry, (piece) => {
    text += decoder.decode(piece, { stream: true })
    const last = text.lastIndexOf(end)
    if (last < 0) return
    text.slice(0, last).split(end).forEach(onPart)
    text = text.slice(last + end.length)
  })
}

const CELL = '<c r="'

function checkRow(
  xml: string,
  { role, cells: wanted }: Line,
  sheet: PlanSheet,
  line: number,
  strings: readonly string[],
): void {
  if (xml.includes('<f')) refuse(`${sheet.name} 第 ${line + 1} 行（被写成了公式）`)
  if (!xml.includes(`<row r="${line + 1}"`)) refuse(`${sheet.name} 第 ${line + 1} 行`)
  // Cells with nothing in them may stand there or not; the others stand in their order.
  let column = -1
  const nextColumn = (): number => {
    do column += 1
    while (column < wanted.length && (wanted[column] === null || wanted[column] === ''))
    return column
  }
  // Read where it stands: a million cells are not cut out of their row first.
  for (let start = xml.indexOf(CELL), end; start >= 0; start = end) {
    end = xml.indexOf(CELL, start + CELL.length)
    const stop = end < 0 ? xml.length : end
    const from = xml.indexOf('<v>', start)
    const hasValue = from >= 0 && from < stop
    if (!hasValue && !xml.slice(start, stop).includes('<is>')) continue
    const figure = hasValue ? xml.slice(from + 3, xml.indexOf('</v>', from)) : ''
    const text = !hasValue
      ? joinRuns(xml.slice(start, stop))
      : xml.slice(start, from).includes('t="s"')
        ? strings[Number(figure)]
        : undefined
    if (text === '') continue
    const cell = wanted[nextColumn()] ?? null
    const isFigure =
      typeof cell === 'number' || (isBody(role) && cell !== null && isMoment(cell, sheet.columns[column]?.format))
    const isSame =
      cell !== null &&
      (isFigure
        ? text === undefined && isNear(Number(figure), cell)
        : text !== undefined && (text === cell || text === keepText(String(cell))))
    const place = start + CELL.length
    if (!isSame || !xml.startsWith(`${nameColumn(column)}${line + 1}"`, place)) {
      refuse(`${sheet.name} ${xml.slice(place, xml.indexOf('"', place))} ${cell ?? ''}`)
    }
  }
  if (nextColumn() < wanted.length) refuse(`${sheet.name} ${nameColumn(column)}${line + 1} ${wanted[column]}`)
}

/** In days. */
const SECOND = 1 / 86_400

/** A figure to the last digit; a moment, which is a part of a day there, to the second. */
function isNear(figure: number, cell: string | number): boolean {
  return typeof cell === 'number' ? figure === cell : Math.abs(figure - toSerial(cell)) < SECOND
}

/** The text of a string, of all its runs; what Excel reads as an escape is read as one. */
function joinRuns(xml: string): string {
  // Nearly all are one plain run.
  const isPlain = xml.startsWith('<si><t>') && xml.indexOf('<', 7) === xml.length - 4
  const runs = isPlain
    ? [xml.slice(7, -4)]
    : Array.from(xml.matchAll(/<t(?:\s[^>]*)?>([^<]*)<\/t>/g), ([, part]) => part!)
  const text = runs.join('')
  return text.includes('&') || text.includes('_') ? decodeXml(text).replace(/_x005F_/g, '_') : text
}

function refuse(missing: string): never {
  throw new Problem('export.incomplete', { missing })
}
