/** 企业规模 — 统计上大中小微型企业划分. */
export type SizeClass = '大型' | '中型' | '小型' | '微型'

/**
 * 划型标准 — what an industrial enterprise (工业: sections B, C and D of GB/T 4754-2017) needs at least for each class,
 * staff in persons and revenue as an amount in 元, the largest class first; below all of them it is 微型.
 */
export const SIZE_RULES = {
  standard: '国统字〔2017〕213号',
  source: '国家统计局《统计上大中小微型企业划分办法（2017）》，“工业”一行',
  sector: '工业',
  lowerBounds: [
    { sizeClass: '大型', staff: 1000, revenue: 400_000_000 },
    { sizeClass: '中型', staff: 300, revenue: 20_000_000 },
    { sizeClass: '小型', staff: 20, revenue: 3_000_000 },
  ],
} as const

/** 规模以上工业 — 2000 万元 of main-business revenue a year (statistics, since 2011). */
const ABOVE_SCALE_REVENUE = 20_000_000

/**
 * 企业规模划型 — the largest class of which both lower bounds hold, with the standard applied; `revenue` in 元. Undefined
 * when a figure is missing: unknown is not 微型 (国统字〔2017〕213号).
 */
export function classifySize(
  staff: number | undefined,
  revenue: number | undefined,
): { readonly sizeClass: SizeClass; readonly standard: string } | undefined {
  if (staff === undefined || revenue === undefined) return undefined
  const reached = SIZE_RULES.lowerBounds.find((bound) => staff >= bound.staff && revenue >= bound.revenue)
  return { sizeClass: reached?.sizeClass ?? '微型', standard: SIZE_RULES.standard }
}

/**
 * 疑似规上 — whether the revenue, in 元, is that of an enterprise above scale; false when it is missing. A hint only:
 * who is 规上 is what the statistics bureau has listed, and that is data.
 */
export function isLikelyAboveScale(revenue: number | undefined): boolean {
  return revenue !== undefined && revenue >= ABOVE_SCALE_REVENUE
}
