import * as v from 'valibot'
import { formatDivision, isWithin, type Division, type Divisions } from '../division.ts'
import { type Industries } from '../industry.ts'
import { formatIssue } from '../ourFile.ts'
import { type RetiredDivisions } from '../retiredDivision.ts'
import { RosterRowSchema, type RosterRow } from './api.ts'
import {
  isTickColumn,
  readAboveScale,
  readCreditCode,
  readDay,
  readIndustry,
  readPerson,
  readPhone,
  readSize,
  readYear,
  type ReadCell,
} from './rosterCells.ts'
import { ROSTER_FIELD_NAMES, type RosterColumns, type RosterField } from './rosterColumns.ts'
import { findPlace } from './rosterPlaces.ts'

export { matchColumns, ROSTER_FIELD_NAMES, type RosterColumns, type RosterField } from './rosterColumns.ts'
export { listLiaisonTrouble, planImport } from './rosterImport.ts'

/**
 * 名录的一行 — `line` counts the lines of the table without its header from 1, empty ones too. With `faults` there is no row
 * and nothing can be written; with `doubts` it is written only when a person accepts it.
 */
export interface ParsedRosterRow {
  readonly line: number
  readonly row?: RosterRow
  readonly faults: readonly string[]
  readonly doubts: readonly string[]
}

/** 读名录要用的表 — and the area whose roster it is: firms elsewhere are refused. */
export interface RosterBooks {
  readonly divisions: Divisions
  readonly industries: Industries
  readonly retired: RetiredDivisions
  readonly area: string
}

/**
 * 企业名录 — table lines (text cells) to rows. Empty lines are left out. A row needs a credit code that can be one, a name, a
 * division inside the area, and a clear yes or no to 是否规上: what decides over the denominator is never guessed.
 */
export function parseRoster(
  lines: readonly (readonly string[])[],
  columns: RosterColumns,
  books: RosterBooks,
): readonly ParsedRosterRow[] {
  const scaleColumn = columns.isAboveScale
  const isTicked = scaleColumn !== undefined && isTickColumn(lines.map((cells) => cells[scaleColumn] ?? ''))
  return lines.flatMap((cells, at) =>
    cells.every((cell) => cell.trim() === '') ? [] : [{ line: at + 1, ...parseLine(cells, columns, isTicked, books) }],
  )
}

function parseLine(
  cells: readonly string[],
  columns: RosterColumns,
  isTicked: boolean,
  books: RosterBooks,
): Omit<ParsedRosterRow, 'line'> {
  const faults: string[] = []
  const doubts: string[] = []
  const cellOf = (field: RosterField): string => {
    const at = columns[field]
    return at === undefined ? '' : (cells[at] ?? '')
  }
  const take = <Value>({ value, fault, doubt }: ReadCell<Value>): Value | undefined => {
    if (fault !== undefined) faults.push(fault)
    if (doubt !== undefined) doubts.push(doubt)
    return value
  }
  if (/^(?:合计|总计|小计|共计)/.test(cells.find((cell) => cell.trim() !== '')?.trim() ?? '')) {
    return { faults: ['这是合计行，不是企业'], doubts }
  }
  const name = cellOf('name').replace(/\s+/g, ' ').trim()
  const creditCode = take(readCreditCode(cellOf('creditCode')))
  if (name === '') faults.push('没有企业名称')
  const place = take(readPlace(cellOf('city'), cellOf('county'), columns, books, doubts))
  const industry = take(readIndustry(cellOf('industry'), books.industries))
  const size = take(readSize(cellOf('size')))
  const isAboveScale =
    columns.isAboveScale === undefined
      ? take<boolean>({ fault: '没有对应“是否规上”的列，请先选定这一列' })
      : take(readAboveScale(cellOf('isAboveScale'), isTicked))
  const scaleYear = take(readYear(cellOf('scaleYear')))
  const scaleSource = cellOf('scaleSource').trim()
  const liaison = readContact('liaisonName', 'liaisonPhone', cellOf, take)
  const contact = readContact('contactName', 'contactPhone', cellOf, take)
  const listedOn = take(readDay(cellOf('listedOn')))
  if (faults.length > 0) return { faults, doubts }
  const parsed = v.safeParse(RosterRowSchema, {
    creditCode,
    name,
    city: place?.city,
    isAboveScale,
    ...(place?.county === undefined ? {} : { county: place.county }),
    ...(industry === undefined ? {} : { industry }),
    ...(size === undefined ? {} : { size }),
    ...(scaleYear === undefined ? {} : { scaleYear }),
    ...(scaleSource === '' ? {} : { scaleSource }),
    ...(liaison === undefined ? {} : { liaison }),
    ...(contact === undefined ? {} : { contact }),
    ...(listedOn === undefined ? {} : { listedOn }),
  })
  if (parsed.success) return { row: parsed.output, faults, doubts }
  return { faults: parsed.issues.map((issue) => `${namePath(issue)}：${formatIssue(issue)}`), doubts }
}

/** The column a schema's complaint is about. */
function namePath(issue: v.BaseIssue<unknown>): string {
  const [field, part] = (issue.path ?? []).map((step) => String(step.key))
  const name = part === undefined ? field : `${field}${part === 'name' ? 'Name' : 'Phone'}`
  return ROSTER_FIELD_NAMES[name as RosterField] ?? name
}

function readContact(
  nameField: 'liaisonName' | 'contactName',
  phoneField: 'liaisonPhone' | 'contactPhone',
  cellOf: (field: RosterField) => string,
  take: <Value>(cell: ReadCell<Value>) => Value | undefined,
): { readonly name: string; readonly phone?: string } | undefined {
  const name = take(readPerson(cellOf(nameField), ROSTER_FIELD_NAMES[nameField]))
  const phone = take(readPhone(cellOf(phoneField), ROSTER_FIELD_NAMES[phoneField]))
  if (name === undefined) {
    if (phone !== undefined) take({ doubt: `只有${ROSTER_FIELD_NAMES[phoneField]}，没有姓名，暂不写入` })
    return undefined
  }
  return { name, ...(phone === undefined ? {} : { phone }) }
}

/**
 * 所在区划 — the city and, where it can be told, the county. The county decides when both are readable and agree; a county of
 * another city is a fault. In the roster of a city or county, a table without such a column means that very one.
 */
function readPlace(
  cityCell: string,
  countyCell: string,
  columns: RosterColumns,
  { divisions, retired, area }: RosterBooks,
  doubts: string[],
): ReadCell<{ readonly city: string; readonly county?: string }> {
  const own = divisions.byCode.get(area)
  const find = (text: string, level: 2 | 3, within?: string) => findPlace(text, level, divisions, retired, within)
  const cityFound = find(cityCell, 2)
  const stated = cityFound !== undefined && 'division' in cityFound ? cityFound.division : undefined
  const countyText = countyCell.trim() === '' ? '' : countyCell
  let countyFound = find(countyText, 3, stated?.code)
  if (countyFound !== undefined && 'doubt' in countyFound && stated !== undefined) {
    const elsewhere = find(countyText, 3)
    if (elsewhere !== undefined && 'division' in elsewhere) countyFound = elsewhere
  }
  let county = countyFound !== undefined && 'division' in countyFound ? countyFound.division : undefined
  if (county !== undefined && stated !== undefined && county.parent !== stated.code) {
    const actual = divisions.byCode.get(county.parent ?? '')?.name ?? ''
    return { fault: `${county.name}属于${actual}，不属于${stated.name}` }
  }
  // A whole path in the column of the city, or one column for both.
  if (county === undefined && countyText === '') {
    const inCity = find(cityCell, 3)
    if (inCity !== undefined && 'division' in inCity) county = inCity.division
  }
  if (county === undefined && countyText === '' && own?.level === 3) {
    if (stated === undefined || stated.code === own.parent) county = own
    if (columns.county !== undefined && county !== undefined) doubts.push(`没有写县（市、区），按${own.name}写入`)
  }
  const city = findCity(county, stated, find(countyText, 2), own, divisions)
  if (city === undefined) {
    if (cityFound !== undefined && 'doubt' in cityFound) return { fault: `设区市：${cityFound.doubt}` }
    return {
      fault:
        countyFound !== undefined && 'doubt' in countyFound ? tellCounty(countyText, countyFound.doubt) : '没有设区市',
    }
  }
  if (cityFound !== undefined && 'doubt' in cityFound) doubts.push(`设区市：${cityFound.doubt}，按${city.name}写入`)
  if (county === undefined) {
    const why = countyFound !== undefined && 'doubt' in countyFound ? countyFound.doubt : '没有写县（市、区）'
    doubts.push(`${why}，只写入${city.name}`)
  }
  const place = county?.code ?? city.code
  if (!isWithin(divisions, place, area)) {
    const outside = `${formatDivision(divisions, place)}不在${formatDivision(divisions, area)}范围内`
    // The city alone lies outside because the county in the table was not found: that is the cell to mend.
    const unread = countyFound !== undefined && 'doubt' in countyFound ? countyFound.doubt : undefined
    return { fault: unread === undefined ? outside : `${tellCounty(countyText, unread)}；${outside}` }
  }
  return { value: { city: city.code, ...(county === undefined ? {} : { county: county.code }) } }
}

/** A cell that names no county, before why: “X”认不出：不在区划表中. */
function tellCounty(cell: string, doubt: string): string {
  const named = `“${cell.trim()}”`
  return `县（市、区）${named}认不出：${doubt.startsWith(named) ? doubt.slice(named.length) : doubt}`
}

function findCity(
  county: Division | undefined,
  stated: Division | undefined,
  inCountyColumn: ReturnType<typeof findPlace>,
  own: Division | undefined,
  { byCode }: Divisions,
): Division | undefined {
  if (county !== undefined) return byCode.get(county.parent ?? '')
  if (stated !== undefined) return stated
  if (inCountyColumn !== undefined && 'division' in inCountyColumn) return inCountyColumn.division
  if (own?.level === 2) return own
  return own?.level === 3 ? byCode.get(own.parent ?? '') : undefined
}
