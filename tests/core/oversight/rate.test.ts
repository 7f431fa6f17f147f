import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutRate, formatRate } from '#core/oversight/rate'

describe('覆盖率的写法', () => {
  it.each([
    [0, 0, '—'],
    [0, 7, '0%'],
    [1, 3000, '不到 0.1%'],
    [1, 1000, '0.1%'],
    // 347 / 600 = 57.83…
    [347, 600, '57.8%'],
    // 29 % of 100 is 28.999… in floating point.
    [29, 100, '29%'],
    [6999, 7000, '99.9%'],
    [7000, 7000, '100%'],
  ])('%i of %i is %s', (done, asked, text) => {
    expect(formatRate(done, asked)).toBe(text)
  })

  it('only all of them are 1, and none is more', () => {
    expect(cutRate(0, 0)).toBeUndefined()
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), (asked, some) => {
        const done = some % (asked + 1)
        const rate = cutRate(done, asked)!
        expect(rate === 1).toBe(done === asked)
        expect(rate).toBeLessThanOrEqual(done / asked)
        expect(done / asked - rate).toBeLessThan(0.001 + 1e-12)
      }),
    )
  })
})
