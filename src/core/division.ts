import * as v from 'valibot'

/** Codes are text: as numbers they would compare and sort by accident. */
const Code = v.pipe(v.string(), v.regex(/^\d{6}$/, '应为六位行政区划代码'))
const Name = v.pipe(v.string(), v.minLength(1, '不能为空'))

const DivisionSchema = v.strictObject({
  code: Code,
  name: Name,
  /** Null for a province. */
  parent: v.nullable(Code),
  /** 1 province 省级, 2 city 地级, 3 county 县级. */
  level: v.picklist([1, 2, 3]),
})
/** 行政区划 — one row: a GB/T 2260 code, its name and the division it lies in. */
export type Division = Readonly<v.InferOutput<typeof DivisionSchema>>

const DivisionsSchema = v.strictObject({
  source: Name,
  /** The year of the list, or its day. */
  date: Name,
  licence: Name,
  divisions: v.pipe(v.array(DivisionSchema), v.minLength(1, '不能为空')),
})

/** 行政区划表 — the rows by code, in the order of the list, with where they come from. */
export interface Divisions {
  readonly source: string
  readonly date: string
  readonly licence: string
  readonly byCode: ReadonlyMap<string, Division>
}

/**
 * 行政区划表 — a region file to `Divisions`. The files are our own, so a fault in one is a bug and not a Problem: wrong
 * fields, a code twice, a parent that is missing or not exactly one level up (which also rules out circles).
 */
export function parseDivisions(raw: unknown): Divisions {
  const { divisions, ...origin } = v.parse(DivisionsSchema, raw)
  const byCode = new Map<string, Division>()
  for (const division of divisions) {
    if (byCode.has(division.code)) throw new Error(`Division ${division.code} is listed twice`)
    byCode.set(division.code, division)
  }
  for (const { code, parent, level } of divisions) {
    const parentLevel = parent === null ? 0 : byCode.get(parent)?.level
    if (parentLevel !== level - 1) throw new Error(`Division ${code} of level ${level} has the parent ${parent}`)
  }
  return { ...origin, byCode }
}

/** 设区市 — every division of the second level, in the order of the list. */
export function listCities({ byCode }: Divisions): readonly Division[] {
  return Array.from(byCode.values()).filter(({ level }) => level === 2)
}

/** 县（市、区） — the divisions right under a city; none for a code that is not a listed city. */
export function listCounties({ byCode }: Divisions, cityCode: string): readonly Division[] {
  return Array.from(byCode.values()).filter(({ level, parent }) => level === 3 && parent === cityCode)
}

/** 区划全称 — '450103' → '广西壮族自治区南宁市青秀区'. A code the list does not have is shown as it is. */
export function formatDivision(divisions: Divisions, code: string): string {
  const chain = listChain(divisions, code)
  return chain.length === 0
    ? code
    : chain
        .map(({ name }) => name)
        .reverse()
        .join('')
}

/**
 * 属地 — whether a division is an area or lies in it, by the chain of parents: the digits of a code do not always tell.
 * A code the list does not have lies nowhere.
 */
export function isWithin(divisions: Divisions, code: string, areaCode: string): boolean {
  return listChain(divisions, code).some((division) => division.code === areaCode)
}

/** 上级区划 — of a list, as groups of peers ask for it: the division a division lies in, undefined at the top. */
export function listParents({ byCode }: Divisions): (code: string) => string | undefined {
  return (code) => byCode.get(code)?.parent ?? undefined
}

/** The division, the one it lies in, and so on up to the province. */
function listChain({ byCode }: Divisions, code: string): readonly Division[] {
  const chain: Division[] = []
  let division = byCode.get(code)
  while (division !== undefined) {
    chain.push(division)
    division = division.parent === null ? undefined : byCode.get(division.parent)
  }
  return chain
}
