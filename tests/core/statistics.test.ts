import { describe, expect, it } from 'vitest'
import { quantile } from '#core/statistics'

describe('分位数', () => {
  // R 4.3: quantile(c(1, 2, 3, 4), c(.1, .25, .5, .75, .9), type = 7) gives 1.3 1.75 2.5 3.25 3.7; PERCENTILE.INC agrees.
  it('is definition 7 of Hyndman and Fan', () => {
    expect([0.1, 0.25, 0.5, 0.75, 0.9].map((p) => quantile([1, 2, 3, 4], p))).toEqual([1.3, 1.75, 2.5, 3.25, 3.7])
  })

  it('takes the ends at 0 and 1, the only value of one, and nothing of none', () => {
    expect(quantile([3, 7, 20], 0)).toBe(3)
    expect(quantile([3, 7, 20], 1)).toBe(20)
    expect(quantile([5], 0.9)).toBe(5)
    expect(quantile([], 0.5)).toBeNaN()
  })
})
