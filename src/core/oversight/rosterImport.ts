import { checkCreditCode, normalizeCreditCode } from '../creditCode.ts'
import { formatDivision, isWithin } from '../division.ts'
import { formatIndustry } from '../industry.ts'
import { type RosterChange, type RosterRow } from './api.ts'
import { maskPhone, type Enterprise } from './enterprise.ts'
import { type RosterBooks } from './roster.ts'
import { describeCreditCodeFault } from './rosterCells.ts'
import { ROSTER_FIELD_NAMES, type RosterField } from './rosterColumns.ts'

/** 一名联系人的企业数上限 — more than this many is probably a mistake in the table. Own choice. */
const MOST_FIRMS_OF_ONE = 40

/** Own choice: a sentence names so many lines or firms at most. */
const MOST_NAMED = 5

type Changes = RosterChange['changes']

/**
 * 导入预演 — what each row would do to the roster, in the order of the rows and without doing it. Firms are matched by credit
 * code. A row that would change nothing is `same` and asks nothing; every doubt of the others is told, and makes the row
 * `doubtful`: it is written only when a person names it. What a row leaves out stays as it is.
 */
export function planImport(
  rows: readonly RosterRow[],
  existing: readonly Enterprise[],
  books: RosterBooks,
): readonly RosterChange[] {
  const byCode = new Map(existing.map((firm) => [normalizeCreditCode(firm.creditCode), firm]))
  const byName = new Map(existing.map((firm) => [simplifyName(firm.name), firm]))
  const codes = rows.map(({ creditCode }) => normalizeCreditCode(creditCode))
  const linesOf = groupLines(codes)
  const doubtPerson = checkPeople(rows, codes, existing)
  return rows.map((row, at): RosterChange => {
    const code = codes[at]!
    const firm = byCode.get(code)
    const changes = firm === undefined ? [] : listChanges(row, firm, books)
    const lines = linesOf.get(code)!
    const isSame = firm !== undefined && changes.length === 0
    const doubts = [
      ...(lines.length > 1 ? doubtRepeated(lines, at, rows) : []),
      ...(isSame ? [] : doubtRow(row, code, firm, books)),
      ...(isSame || firm === undefined ? [] : doubtChanges(row, firm, books)),
      ...(firm === undefined ? doubtName(row, code, byName) : []),
      ...(isSame ? [] : doubtPerson(row)),
    ]
    const kind = doubts.length > 0 ? 'doubtful' : firm === undefined ? 'new' : isSame ? 'same' : 'changed'
    return {
      row: at + 1,
      kind,
      creditCode: code,
      name: row.name,
      ...(firm === undefined ? {} : { enterprise: firm.id }),
      changes,
      doubts,
    }
  })
}

/**
 * 联系人异常 — firms of the denominator with no active liaison, and with several: exactly one is right (GX-17). Firms below
 * scale and those taken out need none.
 */
export function listLiaisonTrouble(firms: readonly Enterprise[]): {
  readonly none: readonly Enterprise[]
  readonly several: readonly Enterprise[]
} {
  const asked = firms.filter(({ isAboveScale, left }) => isAboveScale && left === undefined)
  return {
    none: asked.filter(({ liaisons }) => liaisons.length === 0),
    several: asked.filter(({ liaisons }) => liaisons.length > 1),
  }
}

function groupLines(codes: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const lines = new Map<string, number[]>()
  codes.forEach((code, at) => {
    const same = lines.get(code)
    if (same === undefined) lines.set(code, [at])
    else same.push(at)
  })
  return lines
}

/** “某某（广西）有限公司” is one name whatever brackets and blanks are typed. */
function simplifyName(name: string): string {
  return name.normalize('NFKC').replace(/\s/g, '')
}

/** What the row says otherwise than the roster; masked phones are compared masked. */
function listChanges(row: RosterRow, firm: Enterprise, { divisions, industries }: RosterBooks): Changes {
  const changes: Changes = []
  const compare = (field: RosterField, from: string | undefined, to: string | undefined): void => {
    if (to !== undefined && from !== to) changes.push({ field: ROSTER_FIELD_NAMES[field], from: from ?? '', to })
  }
  const nameOf = (code: string | undefined): string | undefined =>
    code === undefined ? undefined : formatDivision(divisions, code)
  if (simplifyName(row.name) !== simplifyName(firm.name)) compare('name', firm.name, row.name)
  if (row.city !== firm.city) compare('city', nameOf(firm.city), nameOf(row.city))
  if (row.county !== firm.county) {
    // A firm that moves to another city leaves its county behind, even when the row does not name the new one.
    compare('county', nameOf(firm.county), nameOf(row.county) ?? (row.city === firm.city ? undefined : ''))
  }
  if (row.industry !== undefined && row.industry !== firm.industry) {
    compare(
      'industry',
      firm.industry === undefined ? undefined : formatIndustry(industries, firm.industry),
      formatIndustry(industries, row.industry),
    )
  }
  compare('size', firm.size, row.size)
  compare('isAboveScale', firm.isAboveScale ? '是' : '否', row.isAboveScale ? '是' : '否')
  compare('scaleYear', firm.scaleYear?.toString(), row.scaleYear?.toString())
  compare('scaleSource', firm.scaleSource, row.scaleSource)
  compare('listedOn', firm.listedOn, row.listedOn)
  if (row.liaison !== undefined) {
    const { name, phone } = row.liaison
    compare('liaisonName', firm.liaisons.map((liaison) => liaison.name).join('、'), name)
    const known = firm.liaisons.find((liaison) => liaison.name === name)?.phone
    if (phone !== undefined && !isSamePhone(phone, known)) compare('liaisonPhone', known, maskPhone(phone))
  }
  if (row.contact !== undefined) {
    const { name, phone } = row.contact
    compare('contactName', firm.contact?.name, name)
    if (phone !== undefined && !isSamePhone(phone, firm.contact?.phone)) {
      compare('contactPhone', firm.contact?.phone, maskPhone(phone))
    }
  }
  return changes
}

/** The roster shows phones masked: a whole one is the same when its mask is. */
function isSamePhone(phone: string, known: string | undefined): boolean {
  return known !== undefined && (known === phone || known === maskPhone(phone))
}

function doubtRepeated(lines: readonly number[], at: number, rows: readonly RosterRow[]): readonly string[] {
  const others = lines.filter((line) => line !== at)
  const named = others.slice(0, MOST_NAMED).map((line) => line + 1)
  const more = others.length > named.length ? ' 等' : ''
  const liaisons = new Set(lines.flatMap((line) => rows[line]!.liaison?.name ?? []))
  return [
    `与第 ${named.join('、')}${more} 条的统一社会信用代码相同`,
    ...(liaisons.size > 1
      ? [`同一企业有 ${liaisons.size} 名联系人：${[...liaisons].slice(0, MOST_NAMED).join('、')}`]
      : []),
  ]
}

function doubtRow(
  row: RosterRow,
  code: string,
  firm: Enterprise | undefined,
  { divisions, retired, area }: RosterBooks,
): readonly string[] {
  const doubts: string[] = []
  const problem = describeCreditCodeFault(code)
  if (problem !== undefined) doubts.push(problem.text)
  else if (checkCreditCode(code).warnings.includes('notEnterprise')) {
    doubts.push(`统一社会信用代码的前两位不是 91，登记的不是企业：${code}`)
  }
  const { city, county } = row
  const cityDivision = divisions.byCode.get(city)
  if (cityDivision?.level !== 2) doubts.push(`设区市代码 ${city} ${nameRetired(retired.byCode.get(city)?.name)}`)
  if (county === undefined) {
    if (firm?.county === undefined || firm.city !== city) doubts.push('没有县（市、区）')
  } else {
    const division = divisions.byCode.get(county)
    if (division?.level !== 3) {
      doubts.push(`县（市、区）代码 ${county} ${nameRetired(retired.byCode.get(county)?.name)}`)
    } else if (division.parent !== city) {
      doubts.push(`${division.name}不属于${cityDivision?.name ?? city}`)
    }
  }
  const place = county !== undefined && divisions.byCode.has(county) ? county : city
  if (!isWithin(divisions, place, area)) doubts.push(`不在${formatDivision(divisions, area)}范围内`)
  return doubts
}

function nameRetired(name: string | undefined): string {
  return name === undefined ? '不在区划表中' : `（${name}）已撤销`
}

function doubtChanges(row: RosterRow, firm: Enterprise, { divisions }: RosterBooks): readonly string[] {
  const doubts: string[] = []
  if (simplifyName(row.name) !== simplifyName(firm.name)) doubts.push(`企业名称由“${firm.name}”改为“${row.name}”`)
  if (row.city !== firm.city) {
    doubts.push(`由${formatDivision(divisions, firm.city)}改到${formatDivision(divisions, row.city)}`)
  }
  if (firm.isAboveScale && !row.isAboveScale) doubts.push('由规上改为规下，不再计入分母')
  if (firm.left !== undefined) doubts.push(`该企业已移出（${firm.left.reason}），导入不会恢复`)
  if (row.liaison !== undefined && firm.liaisons.length > 1) {
    doubts.push(`名录里现有 ${firm.liaisons.length} 名联系人，导入后只有${row.liaison.name}`)
  }
  return doubts
}

function doubtName(row: RosterRow, code: string, byName: ReadonlyMap<string, Enterprise>): readonly string[] {
  const namesake = byName.get(simplifyName(row.name))
  return namesake === undefined ? [] : [`名录里已有同名企业，统一社会信用代码是 ${namesake.creditCode}，不是 ${code}`]
}

/**
 * 联系人一览 — what is to be doubted about the person of a row: a name with several phones, too many firms. Counts the firms
 * of the roster and of the rows together; a firm whose row names a person is that person's.
 */
function checkPeople(
  rows: readonly RosterRow[],
  codes: readonly string[],
  existing: readonly Enterprise[],
): (row: RosterRow) => readonly string[] {
  const phones = new Map<string, Set<string>>()
  const masks = new Map<string, Set<string>>()
  const firms = new Map<string, Set<string>>()
  const note = (notes: Map<string, Set<string>>, name: string, value: string | undefined): void => {
    const values = notes.get(name)
    if (values === undefined) notes.set(name, new Set(value === undefined ? [] : [value]))
    else if (value !== undefined) values.add(value)
  }
  const reassigned = new Set(codes.filter((_, at) => rows[at]!.liaison !== undefined))
  for (const { creditCode, liaisons } of existing) {
    const code = normalizeCreditCode(creditCode)
    for (const { name, phone } of liaisons) {
      note(masks, name, phone)
      if (!reassigned.has(code)) note(firms, name, code)
    }
  }
  rows.forEach(({ liaison }, at) => {
    if (liaison === undefined) return
    note(phones, liaison.name, liaison.phone)
    note(firms, liaison.name, codes[at])
  })
  return ({ liaison }) => {
    if (liaison === undefined) return []
    const whole = phones.get(liaison.name)!
    const seen = new Set(Array.from(whole).flatMap((phone) => [phone, maskPhone(phone)]))
    const others = Array.from(masks.get(liaison.name) ?? []).filter((mask) => !seen.has(mask))
    const numbers = whole.size + others.length
    const count = firms.get(liaison.name)!.size
    return [
      ...(numbers > 1 ? [`联系人“${liaison.name}”有 ${numbers} 个不同的电话，可能是同名的两个人`] : []),
      ...(count > MOST_FIRMS_OF_ONE
        ? [`联系人“${liaison.name}”将联系 ${count} 家企业，超过 ${MOST_FIRMS_OF_ONE} 家`]
        : []),
    ]
  }
}
