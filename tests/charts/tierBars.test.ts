import { describe, expect, it } from 'vitest'
import { describeTierBars, planTierBars } from '#charts/tierBars'

const SOURCE = { counts: [10, 0, 40, 1], unit: '档', visitFrom: 3 } as const

describe('分档柱状图', () => {
  it('a column is as high as its share of the highest, its number stands above, none has no column', () => {
    const { shapes } = planTierBars(SOURCE, 600)
    const bars = shapes.filter(({ name, attributes }) => name === 'rect' && Number(attributes['y']) > 30)
    // 250 high: the highest reaches from 224 up to 46.
    expect(bars.map(({ attributes }) => attributes['height'])).toEqual([44.5, 178, 4.45])
    const texts = shapes.flatMap(({ text }) => (text === undefined ? [] : [text]))
    for (const word of ['10', '0', '40', '1', '1 档', '4 档', '3 档及以上', '3 档以下']) expect(texts).toContain(word)
  })

  it('those due for a visit differ in lightness, not in hue alone', () => {
    const fills = planTierBars(SOURCE, 600)
      .shapes.filter(({ name, attributes }) => name === 'rect' && Number(attributes['y']) > 30)
      .map(({ attributes }) => attributes['fill'])
    expect(fills).toEqual(['#c3d3ee', '#0f52ba', '#0f52ba'])
  })

  it('says all of it in words', () => {
    expect(describeTierBars(SOURCE)).toBe('柱状图：共 51 家，1 档 10 家，3 档 40 家，4 档 1 家；3 档及以上共 41 家。')
    expect(describeTierBars({ counts: [0, 0], unit: '级' })).toBe('柱状图：还没有企业的结果。')
  })

  it('one firm among seventy thousand is still seen, and ten tiers fit a phone', () => {
    const { shapes, width } = planTierBars(
      { counts: [70_000, 1, 0, 0, 0, 0, 0, 0, 0, 12_345], unit: '档', visitFrom: 3 },
      300,
    )
    const bars = shapes.filter(({ name, attributes }) => name === 'rect' && Number(attributes['y']) > 30)
    expect(Math.min(...bars.map(({ attributes }) => Number(attributes['height'])))).toBeGreaterThanOrEqual(2)
    for (const { attributes } of bars)
      expect(Number(attributes['x']) + Number(attributes['width'])).toBeLessThanOrEqual(width)
  })
})
