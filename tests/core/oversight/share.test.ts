import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatShare, roundShare } from '#core/oversight/share'

describe('占比的写法', () => {
  it.each([
    [0, 0, '—'],
    [0, 7, '0.0%'],
    [7, 7, '100.0%'],
    // 326 / 733 = 44.47…
    [326, 733, '44.5%'],
    [1, 3, '33.3%'],
    [2, 3, '66.7%'],
    // Exactly half a tenth: 1 of 2,000 is 0.05 %, 3 of 2,000 are 0.15 %, 1 of 16 is 6.25 %.
    [1, 2000, '0.1%'],
    [3, 2000, '0.2%'],
    [1, 16, '6.3%'],
    [1, 2001, '0.0%'],
    // 29 % of 100 is 28.999… in floating point.
    [29, 100, '29.0%'],
  ])('%i of %i is %s', (part, whole, text) => {
    expect(formatShare(part, whole)).toBe(text)
  })

  it('is the same figure in words and in tables, and never further than half a tenth from the truth', () => {
    expect(roundShare(0, 0)).toBeUndefined()
    // 44.5 %, as in the words above.
    expect(roundShare(326, 733)).toBe(0.445)
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.nat(1e6), (whole, some) => {
        const part = some % (whole + 1)
        const share = roundShare(part, whole)!
        expect(Math.abs(share - part / whole)).toBeLessThan(0.0005 + 1e-12)
        expect(formatShare(part, whole)).toBe(`${(share * 100).toFixed(1)}%`)
      }),
    )
  })
})
