/**
 * 分位数 — the value below which a share `p` (0–1) of a sorted list lies, by linear interpolation between the two nearest
 * ranks. NaN for an empty list. Source: Hyndman and Fan (1996), definition 7; the one of spreadsheets' PERCENTILE.INC.
 */
export function quantile(sorted: ArrayLike<number>, p: number): number {
  const { length } = sorted
  if (length === 0) return NaN
  const at = (length - 1) * p
  const below = Math.floor(at)
  const low = sorted[below]!
  const high = sorted[Math.min(below + 1, length - 1)]!
  return low + (high - low) * (at - below)
}
