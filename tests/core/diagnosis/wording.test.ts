// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { type Answer } from '#core/diagnosis/answers'
import { formatAnswer, formatOutcome, formatPercent, formatValue } from '#core/diagnosis/wording'
import { loadGuangxi, makeEdition } from '../../support/build'

const edition = loadGuangxi()
const show = (id: string, answer: unknown): string => formatAnswer(edition.indicators.get(id)!, answer)

describe('分值的说法', () => {
  it.each([
    [0, '尚未开展'],
    [0.5, '1 级部分达成'],
    [1, '1 级基本达成'],
    [2.5, '3 级部分达成'],
    [4.5, '5 级部分达成'],
    [5, '5 级基本达成'],
  ])('on a scale of half steps %s is %s', (value, words) => {
    expect(formatValue({ step: 0.5 }, value)).toBe(words)
  })

  it.each([
    [0, '尚未开展'],
    [1, '1 级'],
    [3, '3 级'],
  ])('on a scale of whole steps %s is %s', (value, words) => {
    expect(formatValue({ step: 1 }, value)).toBe(words)
  })
})

describe('百分数', () => {
  it.each([
    [0, '0%'],
    [75, '75%'],
    [12.5, '12.5%'],
    [100 / 3, '33.33%'],
    [200 / 3, '66.66%'], // Cut: rounded up it could read as a band it is below.
    [59.996, '59.99%'],
    [-12.346, '-12.34%'],
    [100 * 0.29, '29%'], // 28.999999999999996 in binary: dust, not a figure.
    [99.999, '99.99%'],
  ])('%s is shown as %s', (percent, words) => {
    expect(formatPercent(percent)).toBe(words)
  })

  it('what is cut to nothing from below is 0%, not -0%', () => {
    expect(formatPercent(-0.001)).toBe('0%')
  })
})

describe('回答的说法', () => {
  it.each<[string, Answer | undefined, string]>([
    ['S1.1', undefined, '未填写'],
    ['S1.1', 'unknown', '不掌握'],
    ['S1.1', 0, '尚未开展'],
    ['S1.1', 2.5, '3 级部分达成'],
    ['C1.1', { notApplicable: '来料加工，没有设计' }, '不适用：来料加工，没有设计'],
    ['T2.1', 62.5, '62.5%'],
    ['T2.1', { numerator: 30, denominator: 48 }, '62.5%'],
    ['T2.1', { numerator: 30, denominator: 48, year: 2025 }, '62.5%（2025 年）'],
    ['B5.1', { numerator: -2, denominator: 8 }, '-25%'],
    ['T2.6', [], '以上都没有'],
    ['T2.6', ['ERP', 'MES'], '2 类：ERP、MES'],
    // Sixteen scenes, two of them outside; 2 is the threshold and counts, 1.5 does not.
    [
      'B1.1',
      { 营销: 2, 质量: 5, 设备: 1.5, 售后: 'notApplicable', 采购: 'notApplicable' },
      '适用 14 个场景，其中 2 个达到标准',
    ],
  ])('%s answered %o reads %s', (id, answer, words) => {
    expect(show(id, answer)).toBe(words)
  })

  it.each<[string, unknown]>([
    ['S1.1', 2.3],
    ['S1.1', 'toString'],
    ['C1.1', { notApplicable: '' }],
    ['T2.1', { numerator: 30 }],
    ['T2.1', { numerator: 30, denominator: 0 }],
    ['B5.1', { current: 12 }],
    ['T2.6', ['没有的系统']],
    ['B1.1', { 没有的场景: 2 }],
  ])('%s half typed as %o is told as such, never guessed', (id, answer) => {
    expect(show(id, answer)).toBe('未填完整')
  })

  it('a scale of whole levels says levels', () => {
    const small = makeEdition({ tree: { id: 'T', items: ['A'] }, scale: { max: 3, step: 1 } })
    expect(formatAnswer(small.indicators.get('A')!, 2)).toBe('2 级')
  })
})

describe('得分的说法', () => {
  it.each([
    ['T2.6', ['财务', 'ERP', 'MES'], '2 级部分达成'],
    ['T2.6', [], '尚未开展'],
    ['T2.1', { numerator: 45, denominator: 120 }, '2 级基本达成'], // 37.5 %: the upper half of 20–40.
    ['T2.1', { numerator: 45 }, undefined],
    ['T2.1', 'unknown', undefined],
    ['T2.1', undefined, undefined],
  ])('%s answered %j earns %s', (id, answer, words) => {
    expect(formatOutcome(edition.indicators.get(id)!, answer)).toBe(words)
  })
})
