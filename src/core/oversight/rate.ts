/**
 * 覆盖率的写法 — how many of how many as a percentage with one decimal, cut and not rounded: only all firms are 100%, and
 * 1 of 3,000 is not 0%. '—' where nobody is asked.
 */
export function formatRate(done: number, asked: number): string {
  if (asked === 0) return '—'
  if (done > 0 && done * 1000 < asked) return '不到 0.1%'
  const tenths = countTenths(done, asked)
  return tenths % 10 === 0 ? `${tenths / 10}%` : `${(tenths / 10).toFixed(1)}%`
}

/** 覆盖率 — the same figure for tables, 0 to 1, cut to a tenth of a percent; undefined where nobody is asked. */
export function cutRate(done: number, asked: number): number | undefined {
  return asked === 0 ? undefined : countTenths(done, asked) / 1000
}

/** Whole numbers throughout: 0.29 × 100 is 28.999…. */
function countTenths(done: number, asked: number): number {
  return Math.floor((done * 1000) / asked)
}
