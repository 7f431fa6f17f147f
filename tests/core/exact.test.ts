import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  compare,
  compareQuotient,
  divide,
  exact,
  fromDecimal,
  isAtLeast,
  multiply,
  subtract,
  toNumber,
  type Exact,
} from '#core/exact'

const small = fc.integer({ min: -20_000, max: 20_000 })
const fraction = fc.tuple(small, fc.integer({ min: 1, max: 3000 })).map(([n, d]) => exact(n, d))
const big = ({ n, d }: Exact): readonly [bigint, bigint] => [BigInt(n), BigInt(d)]

/** Whether a fraction is n/d, by cross-multiplying whole numbers. */
function isFraction(value: Exact, n: bigint, d: bigint): boolean {
  return BigInt(value.n) * d === n * BigInt(value.d)
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}

describe('精确数', () => {
  it('is in lowest terms with a positive denominator', () => {
    expect(exact(6, 4)).toEqual({ n: 3, d: 2 })
    expect(exact(-6, 4)).toEqual({ n: -3, d: 2 })
    expect(exact(0, 7)).toEqual({ n: 0, d: 1 })
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        for (const { n, d } of [add(a, b), subtract(a, b), multiply(a, b), ...(b.n === 0 ? [] : [divide(a, b)])]) {
          expect(d).toBeGreaterThan(0)
          expect(greatestCommonDivisor(BigInt(Math.abs(n)), BigInt(d))).toBe(1n)
        }
      }),
    )
  })

  it.each([
    [2 ** 53, 1],
    [1, 2 ** 53],
    [0.5, 1],
    [1, 0],
    [1, -2],
    [NaN, 1],
    [Infinity, 1],
  ])('%d/%d is refused rather than rounded', (n, d) => {
    expect(() => exact(n, d)).toThrow(RangeError)
  })

  it('computes like fractions of whole numbers of any size', () => {
    fc.assert(
      fc.property(fraction, fraction, (a, b) => {
        const [an, ad] = big(a)
        const [bn, bd] = big(b)
        expect(isFraction(add(a, b), an * bd + bn * ad, ad * bd)).toBe(true)
        expect(isFraction(subtract(a, b), an * bd - bn * ad, ad * bd)).toBe(true)
        expect(isFraction(multiply(a, b), an * bn, ad * bd)).toBe(true)
        if (bn !== 0n) expect(isFraction(divide(a, b), an * bd, ad * bn)).toBe(true)
        const difference = an * bd - bn * ad
        expect(Math.sign(compare(a, b))).toBe(difference < 0n ? -1 : difference > 0n ? 1 : 0)
        expect(isAtLeast(a, b)).toBe(difference >= 0n)
      }),
    )
  })

  it('compares fractions whose cross products leave 2^53', () => {
    // (k + 1)/k falls with k: 9007199254740991/9007199254740990 is the smaller one although both doubles are 1.
    const a = exact(9_007_199_254_740_990, 9_007_199_254_740_989)
    const b = exact(9_007_199_254_740_991, 9_007_199_254_740_990)
    expect(compare(a, b)).toBeGreaterThan(0)
    expect(compare(b, a)).toBeLessThan(0)
    expect(compare(a, { ...a })).toBe(0)
  })

  it.each([
    [0.3, 3, 10],
    [0.1 + 0.2, 3, 10],
    [1.15, 23, 20],
    [0.000001, 1, 1_000_000],
    [0.000000001, 1, 1_000_000_000],
    [1e-10, 0, 1],
    [-0.125, -1, 8],
    [2.45, 49, 20],
    [40, 40, 1],
    [0, 0, 1],
    [1 / 3, 333_333_333, 1_000_000_000],
  ])('the decimal %d is the fraction %d/%d', (decimal, n, d) => {
    expect(fromDecimal(decimal)).toEqual({ n, d })
  })

  it('0.1 + 0.2 is 0.3', () => {
    expect(compare(add(fromDecimal(0.1), fromDecimal(0.2)), fromDecimal(0.3))).toBe(0)
    expect(compare(fromDecimal(0.1 + 0.2), fromDecimal(0.3))).toBe(0)
    expect(toNumber(add(fromDecimal(0.1), fromDecimal(0.2)))).toBe(0.3)
  })
})

describe('a quotient against a threshold', () => {
  it.each<[number, number, number, number, number]>([
    [3, 1000, 0.3, 100, 0],
    [3, 10, 30, 100, 0],
    [2999, 10_000, 30, 100, -1],
    [3001, 10_000, 30, 100, 1],
    [0.1 + 0.2, 1, 0.3, 1, 0],
    [0.3, 1, 0.1 + 0.2, 1, 0],
    [1, 3, 0.333333333, 1, 1],
    [1, 3, 0.333333334, 1, -1],
    [-1, 4, 0.5, 1, -1],
    [0, 5, 0, 1, 0],
    // 83432.26 元 of 98155.60 元: 0.85 × 98155.6 = 83432.26 exactly, but 100 × 83432.26 is 8343225.999999999 in doubles.
    [83_432.26, 98_155.6, 85, 100, 0],
    [83_432.25, 98_155.6, 85, 100, -1],
    [83_432.27, 98_155.6, 85, 100, 1],
    // 14341907110.20 / 5 = 2868381422.04.
    [2_868_381_422.04, 14_341_907_110.2, 20, 100, 0],
    [2_868_381_422.03, 14_341_907_110.2, 20, 100, -1],
    [1e15, 1e15, 100, 100, 0],
    [999_999_999_999_999, 1e15, 100, 100, -1],
  ])('%d / %d against %d (times %4$d)', (numerator, denominator, threshold, times, sign) => {
    expect(Math.sign(compareQuotient(numerator, denominator, threshold, times))).toBe(sign)
  })

  it('amounts in 分 are compared to the 分', () => {
    // `share` percent of 100 × k 分 are share × k 分: whole numbers, so the sign is known without dividing.
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: -1, max: 1 }),
        (k, share, change) => {
          const sign = Math.sign(compareQuotient((share * k + change) / 100, k, share, 100))
          expect(sign).toBe(change)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
