import * as v from 'valibot'

const Code = v.pipe(v.string(), v.regex(/^\d{6}$/, '应为六位行政区划代码'))
const Name = v.pipe(v.string(), v.minLength(1, '不能为空'))

const RetiredDivisionSchema = v.strictObject({
  code: Code,
  name: Name,
  /** The present divisions its territory lies in; several when it was divided, and then only a person can tell. */
  successors: v.pipe(v.array(Code), v.minLength(1, '不能为空')),
  /** The year from which the code is no longer given; absent where we do not know it. */
  since: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1980), v.maxValue(2100))),
})
/** 已撤销的区划 — a code that old tables still have, with the present divisions it became. */
export type RetiredDivision = Readonly<v.InferOutput<typeof RetiredDivisionSchema>>

const RetiredFileSchema = v.strictObject({
  source: Name,
  /** The day up to which changes are in it. */
  date: Name,
  retired: v.array(RetiredDivisionSchema),
})

/** 撤销区划表 — the rows by code, in the order of the list, with where they come from. */
export interface RetiredDivisions {
  readonly source: string
  readonly date: string
  readonly byCode: ReadonlyMap<string, RetiredDivision>
}

/** 撤销区划表 — our own file to `RetiredDivisions`; wrong fields, a code twice or one that succeeds itself are a bug. */
export function parseRetiredDivisions(raw: unknown): RetiredDivisions {
  const { retired, ...origin } = v.parse(RetiredFileSchema, raw)
  const byCode = new Map<string, RetiredDivision>()
  for (const division of retired) {
    if (byCode.has(division.code)) throw new Error(`Retired division ${division.code} is listed twice`)
    byCode.set(division.code, division)
  }
  for (const { code, successors } of retired) {
    if (successors.some((successor) => byCode.has(successor))) {
      throw new Error(`Retired division ${code} is succeeded by a retired one`)
    }
  }
  return { ...origin, byCode }
}
