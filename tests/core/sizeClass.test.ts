import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifySize, isLikelyAboveScale, SIZE_RULES, type SizeClass } from '#core/sizeClass'

const ORDER: readonly SizeClass[] = ['微型', '小型', '中型', '大型']

describe('企业规模划型', () => {
  // Read off the table of 国统字〔2017〕213号 by hand; revenue in 元, beside it in 万元.
  it.each<[number, number, SizeClass, string]>([
    [1000, 400_000_000, '大型', '40000'],
    [999, 400_000_000, '中型', '40000'],
    [1000, 399_999_900, '中型', '39999.99'],
    [1000, 399_999_999, '中型', 'one 元 less than 40000'],
    [300, 20_000_000, '中型', '2000'],
    [299, 20_000_000, '小型', '2000'],
    [300, 19_999_900, '小型', '1999.99'],
    [20, 3_000_000, '小型', '300'],
    [19, 3_000_000, '微型', '300'],
    [20, 2_999_900, '微型', '299.99'],
    [5000, 15_000_000, '小型', '1500'],
    [10, 5_000_000_000, '微型', '500000'],
    [1500, 2_500_000, '微型', '250'],
    [0, 0, '微型', '0'],
  ])('%i persons and %i 元 make a %s enterprise (%s 万元)', (staff, revenue, sizeClass) => {
    expect(classifySize(staff, revenue)).toEqual({ sizeClass, standard: '国统字〔2017〕213号' })
  })

  it('a missing figure leaves the size unknown', () => {
    expect(classifySize(undefined, 400_000_000)).toBeUndefined()
    expect(classifySize(1000, undefined)).toBeUndefined()
    expect(classifySize(undefined, undefined)).toBeUndefined()
  })

  it('the class is the lower of what staff and revenue reach alone', () => {
    const rank = (staff: number, revenue: number): number => ORDER.indexOf(classifySize(staff, revenue)!.sizeClass)
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(900_000_000), (staff, revenue) => {
        expect(rank(staff, revenue)).toBe(Math.min(rank(staff, 9e15), rank(9e15, revenue)))
      }),
    )
  })

  it('the rules name their source and list the largest class first', () => {
    expect(SIZE_RULES.source).toContain('统计上大中小微型企业划分办法（2017）')
    expect(SIZE_RULES.lowerBounds.map(({ sizeClass }) => sizeClass)).toEqual(['大型', '中型', '小型'])
  })
})

describe('疑似规上', () => {
  it('2000 万元 of revenue hint at an enterprise above scale', () => {
    expect(isLikelyAboveScale(19_999_999)).toBe(false)
    expect(isLikelyAboveScale(20_000_000)).toBe(true)
    expect(isLikelyAboveScale(20_000_001)).toBe(true)
  })

  it('a missing revenue hints at nothing', () => {
    expect(isLikelyAboveScale(undefined)).toBe(false)
  })
})
