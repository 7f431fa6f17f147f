/** 精确数 — a fraction of two safe integers, `d` > 0, in lowest terms: 0.1 + 0.2 never moves a tier. */
export interface Exact {
  readonly n: number
  readonly d: number
}

export const ZERO: Exact = { n: 0, d: 1 }

function greatestCommonDivisor(a: number, b: number): number {
  // Below 2^31 the engine divides whole numbers as such, three times as fast as doubles.
  if (a < 2 ** 31 && b < 2 ** 31) while (b !== 0) [a, b] = [b | 0, (a | 0) % (b | 0)]
  while (b !== 0) [a, b] = [b, a % b]
  return a
}

export function leastCommonMultiple(a: number, b: number): number {
  return a === b || b === 1 ? a : (a / greatestCommonDivisor(a, b)) * b
}

/** Whether a thrown thing says that a fraction left 2^53. */
export function isInexact(fault: unknown): boolean {
  return fault instanceof RangeError && fault.message.startsWith('not exact')
}

/** The fraction n/d in lowest terms. Throws RangeError when a part is beyond 2^53, which lint excludes for an edition. */
export function exact(n: number, d = 1): Exact {
  if (!Number.isSafeInteger(n) || !Number.isSafeInteger(d) || d <= 0) throw new RangeError(`not exact: ${n}/${d}`)
  if (d === 1) return { n, d }
  const shared = greatestCommonDivisor(Math.abs(n), d)
  return { n: n / shared, d: d / shared }
}

/** The decimal a person wrote, digit by digit: 0.3 becomes 3/10. More than nine decimals are float dust and are rounded away. */
export function fromDecimal(decimal: number): Exact {
  if (Number.isInteger(decimal)) return exact(decimal)
  for (let places = 1; places <= 9; places++) {
    const scale = 10 ** places
    const scaled = Math.round(decimal * scale)
    if (scaled / scale === decimal || places === 9) return exact(scaled, scale)
  }
  throw new RangeError(`not exact: ${decimal}`)
}

export function add(a: Exact, b: Exact): Exact {
  return a.d === b.d ? exact(a.n + b.n, a.d) : exact(a.n * b.d + b.n * a.d, a.d * b.d)
}

export function subtract(a: Exact, b: Exact): Exact {
  return add(a, { n: -b.n, d: b.d })
}

export function multiply(a: Exact, b: Exact): Exact {
  return exact(a.n * b.n, a.d * b.d)
}

export function divide(a: Exact, b: Exact): Exact {
  return b.n < 0 ? exact(-a.n * b.d, -a.d * b.n) : exact(a.n * b.d, a.d * b.n)
}

/** Negative, zero or positive as a is below, at or above b. Falls back to BigInt: money in 元 times a band leaves 2^53. */
export function compare(a: Exact, b: Exact): number {
  const left = a.n * b.d
  const right = b.n * a.d
  if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right
  const difference = BigInt(a.n) * BigInt(b.d) - BigInt(b.n) * BigInt(a.d)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function isAtLeast(a: Exact, b: Exact): boolean {
  return compare(a, b) >= 0
}

/** The nearest double, for showing and for JSON; never for comparing. */
export function toNumber(a: Exact): number {
  return a.n / a.d
}

/** Nine decimals as one whole number: the decimals a person wrote. From a million up `toFixed` would show float dust too. */
function billionths(decimal: number): bigint {
  if (Math.abs(decimal) < 1e6) return BigInt(decimal.toFixed(9).replace('.', ''))
  const [whole = '', decimals = ''] = String(decimal).split('.')
  return BigInt(whole + decimals.slice(0, 9).padEnd(9, '0'))
}

/**
 * Negative, zero or positive as times × numerator/denominator is below, at or above a threshold; denominator > 0, `times`
 * whole. The doubles decide when they are far apart; near the threshold the decimals are compared as whole numbers of any
 * size: 83432.26 of 98155.60 元 is 85 %, although 100 × 83432.26 is not 8343226 in doubles.
 */
export function compareQuotient(numerator: number, denominator: number, threshold: number, times = 1): number {
  if (Number.isInteger(numerator) && Number.isInteger(denominator) && Number.isInteger(threshold)) {
    const wholeLeft = numerator * times
    const wholeRight = denominator * threshold
    if (Number.isSafeInteger(wholeLeft) && Number.isSafeInteger(wholeRight)) return wholeLeft - wholeRight
  }
  const difference = (times * numerator) / denominator - threshold
  if (Math.abs(difference) > 1e-6 * Math.max(1, Math.abs(threshold))) return difference
  const left = billionths(numerator) * BigInt(times) * 1_000_000_000n
  const right = billionths(threshold) * billionths(denominator)
  return left < right ? -1 : left > right ? 1 : 0
}
