import * as v from 'valibot'

const Name = v.pipe(v.string(), v.minLength(1, '不能为空'))

const IndustrySchema = v.strictObject({
  /** Text: 06 is not 6. */
  code: v.pipe(v.string(), v.regex(/^\d{2}$/, '应为两位行业大类代码')),
  name: Name,
  /** 门类 — B 采矿业, C 制造业, D 电力、热力、燃气及水生产和供应业. */
  section: v.picklist(['B', 'C', 'D']),
})
/** 行业大类 — a two-digit division of GB/T 4754-2017. */
export type Industry = Readonly<v.InferOutput<typeof IndustrySchema>>

const IndustriesSchema = v.strictObject({
  standard: Name,
  source: Name,
  industries: v.pipe(v.array(IndustrySchema), v.minLength(1, '不能为空')),
})

/** 行业大类表 — the rows by code, in the order of the list, with the standard they are of. */
export interface Industries {
  readonly standard: string
  readonly source: string
  readonly byCode: ReadonlyMap<string, Industry>
}

/** 行业大类表 — an industry file to `Industries`. The file is our own: wrong fields or a code twice are a bug, not a Problem. */
export function parseIndustries(raw: unknown): Industries {
  const { industries, ...origin } = v.parse(IndustriesSchema, raw)
  const byCode = new Map<string, Industry>()
  for (const industry of industries) {
    if (byCode.has(industry.code)) throw new Error(`Industry ${industry.code} is listed twice`)
    byCode.set(industry.code, industry)
  }
  return { ...origin, byCode }
}

/** 行业大类 — by its code; undefined when the list does not have it. */
export function findIndustry({ byCode }: Industries, code: string): Industry | undefined {
  return byCode.get(code)
}

/** 行业大类 — '30' → '30 非金属矿物制品业'. A code the list does not have is shown as it is. */
export function formatIndustry(industries: Industries, code: string): string {
  const industry = findIndustry(industries, code)
  return industry === undefined ? code : `${industry.code} ${industry.name}`
}
