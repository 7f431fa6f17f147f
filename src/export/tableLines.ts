import { formatEnding, type PlanCell, type PlanColumn, type PlanSheet } from './tablePlan.ts'

/** 一行 — of a sheet, with what it is there for. */
export interface Line {
  readonly role: 'annex' | 'title' | 'under' | 'header' | 'row' | 'total' | 'note' | 'ending'
  readonly cells: readonly PlanCell[]
}

/** 各行 — every line of a sheet, as it stands in the file. */
export function* listLines({
  opening,
  columns,
  rows,
  blankRows,
  total,
  notes = [],
  isList,
}: PlanSheet): Generator<Line> {
  if (opening !== undefined) {
    const { annex, title, left, right } = opening
    if (annex !== undefined) yield { role: 'annex', cells: [annex] }
    yield { role: 'title', cells: [title] }
    const between = columns.slice(2).map(() => null)
    if (left !== undefined || right !== undefined)
      yield { role: 'under', cells: [left ?? null, ...between, right ?? null] }
  }
  yield { role: 'header', cells: columns.map(({ title }) => title) }
  for (const cells of rows) yield { role: 'row', cells }
  for (let at = 0; at < (blankRows ?? 0); at++) yield { role: 'row', cells: [] }
  if (total !== undefined) yield { role: 'total', cells: total }
  for (const note of notes) yield { role: 'note', cells: [note] }
  if ((isList === true || opening !== undefined) && blankRows === undefined) {
    yield { role: 'ending', cells: [formatEnding(rows.length)] }
  }
}

/** Whether a line is of the table itself, where columns have their formats. */
export function isBody(role: Line['role']): boolean {
  return role === 'row' || role === 'total'
}

/** 日期或时刻 — whether a text of such a column is one; what is none stays the text it is. */
export function isMoment(cell: string, format: PlanColumn['format']): boolean {
  if (format === 'day') return /^\d{4}-\d{2}-\d{2}$/.test(cell)
  return format === 'moment' && /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/.test(cell)
}

/** Its time, with the clock of China taken for that of UTC: spreadsheets know no zones. */
export function toTime(text: string): number {
  return Date.parse(`${text.slice(0, 10)}T${text.length > 10 ? text.slice(11) : '00:00'}:00Z`)
}

const DAY_MS = 86_400_000
/** Day 0 of spreadsheets, for every day after February 1900. */
const EPOCH = Date.UTC(1899, 11, 30)

/** 序列值 — a day or moment as spreadsheets count it, in days. */
export function toSerial(text: string): number {
  return (toTime(text) - EPOCH) / DAY_MS
}

const STEM = 'xl/worksheets/sheet'
/** The part of a workbook that holds a sheet, counted from 0; and the one with the texts of all. */
export const partOf = (at: number): string => `${STEM}${at + 1}.xml`
export const STRINGS_PART = 'xl/sharedStrings.xml'
