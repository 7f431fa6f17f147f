/**
 * 占比的写法 — a part of a whole as a percentage with always one decimal, rounded half up: parts of one whole then add up
 * to all of it but for a tenth or so, which cut ones do not. '—' when the whole is nothing. Coverage is cut instead
 * (`formatRate`): there a rounded 100% would promise what is not done.
 */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? '—' : `${(countTenths(part, whole) / 10).toFixed(1)}%`
}

/** 占比 — the same figure for tables, 0 to 1, rounded to a tenth of a percent; undefined when the whole is nothing. */
export function roundShare(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : countTenths(part, whole) / 1000
}

/** Whole numbers throughout, so that exactly half a tenth goes up: 0.0005 is not a number of the machine. */
function countTenths(part: number, whole: number): number {
  return Math.floor((part * 2000 + whole) / (2 * whole))
}
