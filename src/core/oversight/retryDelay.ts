const FIRST = 2_000
const LONGEST = 300_000
/** However small the chance, a second passes: the hub that has just refused is not asked at once. */
const SHORTEST = 1_000

/**
 * 重试间隔 — milliseconds until the next try after `attempts` failed ones (1 and more): exponential from 2 s to 5 min with
 * full jitter, so that ten thousand devices that lost the hub at once do not come back at once. `chance` is uniform in
 * [0, 1). Own choice, after “Exponential Backoff And Jitter” (AWS Architecture Blog, 2015).
 */
export function planRetry(attempts: number, chance: number): number {
  const most = Math.min(LONGEST, FIRST * 2 ** Math.max(0, attempts - 1))
  return Math.max(SHORTEST, Math.round(most * chance))
}
