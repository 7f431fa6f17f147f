import { formatDivision, isWithin, type Division, type Divisions } from '../division.ts'
import { type RetiredDivision, type RetiredDivisions } from '../retiredDivision.ts'

/** 区划的读法 — one division, or what is in doubt, as a Chinese sentence. */
export type FoundPlace = { readonly division: Division } | { readonly doubt: string }

interface PlaceBook {
  readonly divisions: Divisions
  readonly retired: RetiredDivisions
  readonly byName: ReadonlyMap<string, readonly Division[]>
  readonly retiredByName: ReadonlyMap<string, readonly RetiredDivision[]>
  readonly prefixes: readonly { readonly name: string; readonly division: Division }[]
}

/** 各民族的名称 — those in the names of autonomous regions, prefectures and counties here: “融水苗族自治县” is also “融水”. */
const PEOPLES = /(?:壮族|瑶族|苗族|侗族|仫佬族|毛南族|各族|回族|满族|蒙古族|土家族|畲族|黎族|彝族|京族|水族|仡佬族)+/

const books = new WeakMap<Divisions, WeakMap<RetiredDivisions, PlaceBook>>()

function openBook(divisions: Divisions, retired: RetiredDivisions): PlaceBook {
  let known = books.get(divisions)
  if (known === undefined) books.set(divisions, (known = new WeakMap()))
  let book = known.get(retired)
  if (book === undefined) known.set(retired, (book = makeBook(divisions, retired)))
  return book
}

function makeBook(divisions: Divisions, retired: RetiredDivisions): PlaceBook {
  const byName = new Map<string, Division[]>()
  const prefixes: { name: string; division: Division }[] = []
  for (const division of divisions.byCode.values()) {
    for (const name of listNames(division.name)) {
      const same = byName.get(name)
      if (same === undefined) byName.set(name, [division])
      else same.push(division)
      if (division.level < 3) prefixes.push({ name, division })
    }
  }
  const retiredByName = new Map<string, RetiredDivision[]>()
  for (const row of retired.byCode.values()) {
    const same = retiredByName.get(row.name)
    if (same === undefined) retiredByName.set(row.name, [row])
    else same.push(row)
  }
  prefixes.sort((a, b) => b.name.length - a.name.length)
  return { divisions, retired, byName, retiredByName, prefixes }
}

/** A division's name with its usual short forms: 青秀区, 青秀; 融水苗族自治县, 融水县, 融水. One character alone is no name. */
function listNames(name: string): readonly string[] {
  const short = name.replace(/(?:自治区|自治县|自治州|地区|市|区|县)$/, '')
  const plain = short.replace(PEOPLES, '')
  const names = new Set([name, short, plain])
  if (plain !== short) names.add(`${plain}${name.slice(-1)}`)
  return Array.from(names).filter((one) => one.length >= 2)
}

/**
 * 识别区划 — a cell to a division of the level asked (2 city, 3 county), by code (six digits or longer, a city also four) or
 * by name (full path, full or short name). Codes and names that are no longer given are read through their successors when
 * there is exactly one of the level; a county named where a city is asked for is read as its city. `within` narrows the
 * search by name to a division. Undefined for an empty cell.
 */
export function findPlace(
  text: string,
  level: 2 | 3,
  divisions: Divisions,
  retired: RetiredDivisions,
  within?: string,
): FoundPlace | undefined {
  const cell = text.normalize('NFKC').replace(/\s/g, '')
  if (cell === '') return undefined
  const book = openBook(divisions, retired)
  const code = readCode(cell, level)
  if (code !== undefined) return findByCode(book, code, level)
  const isInside = (division: Division): boolean =>
    division.level === level && (within === undefined || isWithin(divisions, division.code, within))
  for (const name of listRests(book, cell)) {
    const found = (book.byName.get(name.rest) ?? []).filter(
      (division) => isInside(division) && (name.in === undefined || isWithin(divisions, division.code, name.in)),
    )
    if (found.length === 1) return { division: found[0]! }
    if (found.length > 1) {
      const names = found.map((division) => formatDivision(divisions, division.code)).join('、')
      return { doubt: `“${text.trim()}”有多个同名区划：${names}` }
    }
  }
  return findRetired(book, cell, text.trim(), level, within)
}

/** 450103, 450103001000 (a statistics code begins with it), 4501 for a city; '450103.0' is a number a spreadsheet wrote. */
function readCode(cell: string, level: 2 | 3): string | undefined {
  const digits = cell.replace(/\.0+$/, '')
  if (/^\d{4}$/.test(digits) && level === 2) return `${digits}00`
  return /^\d{6}(?:\d{3}|\d{6})?$/.test(digits) ? digits.slice(0, 6) : undefined
}

function findByCode({ divisions, retired }: PlaceBook, code: string, level: 2 | 3): FoundPlace {
  const division = divisions.byCode.get(code)
  if (division !== undefined) {
    if (division.level === level) return { division }
    const above = division.level === 3 ? divisions.byCode.get(division.parent ?? '') : undefined
    return above !== undefined && above.level === level
      ? { division: above }
      : { doubt: `代码 ${code} 是${division.name}，不是${level === 2 ? '设区市' : '县（市、区）'}` }
  }
  const old = retired.byCode.get(code)
  if (old === undefined) return { doubt: `区划代码 ${code} 不在区划表中` }
  return succeed(divisions, [old], level, `${code} ${old.name}`)
}

/** The cell itself, then what is left of a full path when the names of province and city are taken off its beginning. */
function listRests(book: PlaceBook, cell: string): readonly { readonly rest: string; readonly in?: string }[] {
  const rests: { rest: string; in?: string }[] = [{ rest: cell }]
  let rest = cell
  let inside: Division | undefined
  for (let level = 1; level <= 2; level++) {
    const prefix = book.prefixes.find(
      ({ name, division }) => division.level === level && rest.startsWith(name) && rest.length > name.length,
    )
    if (prefix === undefined) continue
    inside = prefix.division
    rest = rest.slice(prefix.name.length).replace(/^[/\-—·>]/, '')
    rests.push({ rest, in: inside.code })
  }
  return rests
}

function findRetired(book: PlaceBook, cell: string, shown: string, level: 2 | 3, within?: string): FoundPlace {
  const { divisions } = book
  for (const { rest, in: inside = within } of listRests(book, cell)) {
    const present = book.byName.get(rest)?.[0]
    if (present !== undefined) {
      const above = divisions.byCode.get(present.parent ?? '')
      if (present.level === 3 && level === 2 && above !== undefined) return { division: above }
      if (present.level === level) return { doubt: `“${shown}”是${formatDivision(divisions, present.code)}` }
      return { doubt: `“${shown}”是${present.name}，不是${level === 2 ? '设区市' : '县（市、区）'}` }
    }
    const old = (book.retiredByName.get(rest) ?? []).filter(({ successors }) =>
      successors.some(
        (code) => divisions.byCode.has(code) && (inside === undefined || isWithin(divisions, code, inside)),
      ),
    )
    if (old.length > 0) return succeed(divisions, old, level, shown)
  }
  return { doubt: `“${shown}”不在区划表中` }
}

/** Of several old divisions of one name all successors count: 邕宁县 has had two codes. */
function succeed(divisions: Divisions, old: readonly RetiredDivision[], level: 2 | 3, shown: string): FoundPlace {
  const codes = new Set(old.flatMap(({ successors }) => successors))
  const found = new Map<string, Division>()
  for (const code of codes) {
    const division = divisions.byCode.get(code)
    const ofLevel = division?.level === 3 && level === 2 ? divisions.byCode.get(division.parent ?? '') : division
    if (ofLevel?.level === level) found.set(ofLevel.code, ofLevel)
  }
  const [only] = found.values()
  if (only !== undefined && found.size === 1 && (codes.size === 1 || level === 2)) return { division: only }
  const names = Array.from(codes, (code) => formatDivision(divisions, code)).join('、')
  return { doubt: `${shown} 已撤销，现为${names}，不能确定是哪一个` }
}
