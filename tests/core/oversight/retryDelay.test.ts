import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planRetry } from '#core/oversight/retryDelay'

describe('重试间隔', () => {
  it('the longest wait doubles from 2 s, up to 5 minutes', () => {
    // 2·2^0, 2·2^1, 2·2^2 … s; 2·2^8 = 512 s is above the 300 s.
    expect([1, 2, 3, 4, 8, 9, 1000].map((attempts) => planRetry(attempts, 1))).toEqual([
      2_000, 4_000, 8_000, 16_000, 256_000, 300_000, 300_000,
    ])
  })

  it('the wait is the chance’s share of the longest, but a second at least', () => {
    expect(planRetry(5, 0.5)).toBe(16_000)
    expect(planRetry(5, 0)).toBe(1_000)
    expect(planRetry(1, 0.4)).toBe(1_000)
  })

  it('is between a second and five minutes, whatever comes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (attempts, chance) => {
        const wait = planRetry(attempts, chance)
        return Number.isInteger(wait) && wait >= 1_000 && wait <= 300_000
      }),
    )
  })

  it('ten thousand devices that lost the hub at once come back spread: no tenth of the span has over 1,200 of them', () => {
    // Uniform over ten parts: 1,000 each, ± 30 (one standard deviation); 1,200 is nearly seven of them.
    const counts = new Array<number>(10).fill(0)
    for (let at = 0; at < 10_000; at++)
      counts[Math.min(9, Math.floor(planRetry(8, (at * 0.618034) % 1) / 25_600))]! += 1
    expect(Math.max(...counts)).toBeLessThan(1_200)
  })
})
