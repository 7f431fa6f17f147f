/**
 * 数字 — what one bench found: a name, a value with its unit, and the aim where there is one. A bench prints its figures as
 * one line of JSON, and everything else it has to say goes to standard error.
 */
export function tell(figures) {
  console.log(JSON.stringify(figures))
}

/** The value below which this share (0–1) of the measurements lies: the nearest rank, never one that was not measured. */
export function quantile(measurements, share) {
  const sorted = [...measurements].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
}

export function median(measurements) {
  return quantile(measurements, 0.5)
}
