/** 进度的写法 — firms a day with one decimal, rounded up: a pace that is just too low would not do. 15.4 → '15.4', 20 → '20'. */
export function formatPace(perDay: number): string {
  // 0.1 × 3 is a little more than 0.3: what is no more than that is no step up.
  const tenths = Math.ceil(Number((perDay * 10).toFixed(6)))
  return tenths % 10 === 0 ? String(tenths / 10) : (tenths / 10).toFixed(1)
}
