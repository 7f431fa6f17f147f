import { describe, expect, it } from 'vitest'
import { drawDiamond, measureSpread } from '#charts/spread'

describe('the spread of one node', () => {
  // By hand: 220 wide, 10 free on both sides, maximum 5: a point is 40 long and v lies at 10 + 40 v.
  it('places every mark on the scale from 0 to the maximum', () => {
    expect(measureSpread({ max: 5, own: 3, spread: [1, 1.5, 2, 2.5, 4] }, 220, 10)).toEqual({
      axis: { from: 10, to: 210 },
      outer: { from: 50, to: 170 },
      inner: { from: 70, to: 110 },
      median: 90,
      own: 130,
    })
  })

  it('keeps a group that agrees entirely visible, around its one value', () => {
    const { outer, inner, median } = measureSpread({ max: 5, own: 0, spread: [2.5, 2.5, 2.5, 2.5, 2.5] }, 220, 10)
    expect([outer, inner, median]).toEqual([{ from: 109, to: 111 }, { from: 109, to: 111 }, 110])
  })

  it('never leaves its place, whatever the figures', () => {
    const { outer, own } = measureSpread({ max: 5, own: 5.2, spread: [-1, 0, 0, 6, 9] }, 220, 10)
    expect([outer, own]).toEqual([{ from: 10, to: 210 }, 210])
    expect(measureSpread({ max: 0, own: 0, spread: [0, 0, 0, 0, 0] }, 220, 10).own).toBe(10)
  })

  it('draws the firm as a diamond around its point', () => {
    expect(drawDiamond(10, 20, 6)).toBe('10,14 16,20 10,26 4,20')
  })
})
