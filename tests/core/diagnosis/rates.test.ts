import { describe, expect, it } from 'vitest'
import { type Answers } from '#core/diagnosis/answers'
import {
  checkReferences,
  compareRates,
  parsePublishedFigures,
  parseReferences,
  type PublishedFigures,
  type References,
} from '#core/diagnosis/rates'
import { deepFreeze, loadGuangxi, makeEdition, refusalOf, scoreSheet } from '../../support/build'

function aFigure(id: string, change: object = {}): object {
  return {
    id,
    measure: '联网率',
    value: 41,
    unit: '%',
    when: '2019 年',
    date: '2019',
    population: '全国工业企业',
    source: '某页',
    confidence: 'H',
    caution: '',
    ...change,
  }
}
const figuresOf = (...figures: readonly object[]): PublishedFigures => parsePublishedFigures({ note: '说明', figures })

const edition = makeEdition({
  tree: { id: 'total', items: ['A', 'R', 'G', 'P'] },
  items: {
    A: { kind: 'ladder', notApplicable: true },
    R: { kind: 'rate', range: 'share', bands: [20, 40, 60, 80], cap: 100, notApplicable: true },
    G: { kind: 'rate', range: 'improvement', bands: [3, 8, 15, 25], cap: 50 },
    P: { kind: 'rate', range: 'share', bands: [20, 40, 60, 80], cap: 100, appliesTo: ['mining'] },
  },
  productionTypes: ['mining', 'process'],
})
const figures = figuresOf(
  aFigure('y2017', { value: 30, date: '2017', when: '2017 年' }),
  aFigure('y2019', { value: 41.0 }),
  aFigure('m2019', { value: 40, date: '2019-07', when: '2019 年 7 月' }),
  aFigure('m2025', { value: 66.2, date: '2025-03', when: '2025 年 3 月底', caution: '年份按内容判断。' }),
  aFigure('gain', { measure: '效率提高', value: 48, date: '2022-06', when: '2022 年 6 月' }),
)

function compare(answers: Answers, references: References, productionType = 'mining') {
  const profile = { productionType }
  return compareRates(edition, scoreSheet(edition, answers, profile), deepFreeze(answers), references, figures)
}
const toR: References = { R: [{ figure: 'y2019' }] }

describe('own rates beside published figures', () => {
  it('shows the own percent with its year beside what was published', () => {
    // 487 of 1000 machines are 48.7 %.
    expect(compare({ R: { numerator: 487, denominator: 1000, year: 2025 } }, toR)).toEqual([
      {
        id: 'R',
        title: '指标 R',
        own: 48.7,
        ownText: '48.7%（2025 年）',
        measure: '联网率',
        figures: [{ value: 41, unit: '%', when: '2019 年', population: '全国工业企业', source: '某页', caution: '' }],
      },
    ])
  })

  // 2 of 3 are 66.666… %, cut to two decimals; 0 and a loss are figures like any other.
  it.each([
    ['R', { numerator: 2, denominator: 3 }, (100 * 2) / 3, '66.66%'],
    ['R', 0, 0, '0%'],
    ['G', { numerator: -1, denominator: 4, year: 2023 }, -25, '-25%（2023 年）'],
    ['G', 12.5, 12.5, '12.5%'],
  ])('%s answered with %j is %d', (id, answer, own, ownText) => {
    const [rate] = compare({ [id]: answer }, { [id]: [{ figure: 'gain' }] })
    expect(rate).toMatchObject({ id, own, ownText })
  })

  it.each([
    ['不掌握', { R: 'unknown' }],
    ['未答', {}],
    ['不适用', { R: { notApplicable: '没有设备' } }],
  ])('is told as %s without a figure, and what was published is shown all the same', (ownText, answers) => {
    const [rate] = compare(answers as Answers, toR)
    expect(rate).not.toHaveProperty('own')
    expect(rate).toMatchObject({ ownText, figures: [{ value: 41 }] })
  })

  it('has a level instead of a percent where the indicator is no rate', () => {
    const [rate] = compare({ A: 2.5 }, { A: [{ figure: 'y2019', caution: '不能相减。' }] })
    expect(rate).not.toHaveProperty('own')
    expect(rate).toMatchObject({ id: 'A', ownText: '3 级部分达成', figures: [{ caution: '不能相减。' }] })
  })

  it('shows the three newest, newest first; a year counts as its end', () => {
    const all = ['y2017', 'm2019', 'm2025', 'y2019'].map((figure) => ({ figure }))
    const [rate] = compare({ R: 50 }, { R: all })
    expect(rate!.figures.map(({ when }) => when)).toEqual(['2025 年 3 月底', '2019 年', '2019 年 7 月'])
  })

  it('puts the caution of the pair before the one of the figure', () => {
    const [rate] = compare({ R: 50 }, { R: [{ figure: 'm2025', caution: '口径相近。' }] })
    expect(rate!.figures[0]!.caution).toBe('口径相近。年份按内容判断。')
  })

  it('names both measures when two are shown', () => {
    const [rate] = compare({ R: 50 }, { R: [{ figure: 'y2019' }, { figure: 'gain' }, { figure: 'm2019' }] })
    expect(rate!.measure).toBe('效率提高、联网率')
  })

  it('keeps the order of the questionnaire and leaves out what is not asked, not paired or not published here', () => {
    const references: References = {
      P: [{ figure: 'y2019' }],
      G: [{ figure: 'gain' }],
      R: [{ figure: 'nowhere' }],
      A: [{ figure: 'nowhere' }, { figure: 'y2019' }],
    }
    expect(compare({}, references).map(({ id }) => id)).toEqual(['A', 'G', 'P'])
    expect(compare({}, references, 'process').map(({ id }) => id)).toEqual(['A', 'G'])
    expect(compare({ R: 50 }, {})).toEqual([])
  })

  it('judges nothing: no word of better or worse, at any own rate', () => {
    for (const own of [0, 41, 100]) {
      expect(JSON.stringify(compare({ R: own }, toR))).not.toMatch(/高于|低于|优于|落后|领先|超过|不及/)
    }
  })
})

describe('a file of published figures', () => {
  it.each([
    ['an id twice', [aFigure('a'), aFigure('a')]],
    ['no figure', []],
    ['a figure without a source', [aFigure('a', { source: ' ' })]],
    ['a figure without a time', [aFigure('a', { when: undefined })]],
    ['a date it cannot sort by', [aFigure('a', { date: '2019年' })]],
    ['a unit it does not know', [aFigure('a', { unit: '倍' })]],
    ['a value that is none', [aFigure('a', { value: Infinity })]],
    ['a name it does not know', [aFigure('a', { url: 'x' })]],
  ])('is a bug with %s', (_, list) => {
    expect(() => figuresOf(...list)).toThrow()
  })
})

describe('a references file', () => {
  const file = (references: unknown): object => ({ references })

  it.each([
    ['a good one', file(toR), []],
    ['an unknown indicator', file({ Z9: [{ figure: 'y2019' }] }), ['/references/Z9：没有这个指标']],
    ['an unknown figure', file({ R: [{ figure: 'y2018' }] }), ['/references/R/0/figure：没有公布数据 y2018']],
    [
      'a figure twice',
      file({ R: [{ figure: 'y2019' }, { figure: 'y2019' }] }),
      ['/references/R/1/figure：y2019 用了两次'],
    ],
    ['an empty list', file({ R: [] }), ['/references/R：不能为空']],
    [
      'an unknown name',
      file({ R: [{ figure: 'y2019', note: 'x' }] }),
      ['/references/R/0/note：没有这一项，请删除或改正名称'],
    ],
    ['nothing in it', {}, ['/references：缺少这一项']],
  ])('with %s', (_, content, reasons) => {
    expect(checkReferences(edition, figures, content).map(({ details }) => details['reason'])).toEqual(reasons)
  })

  it('is refused by name and place where it is read, and may be missing', () => {
    expect(parseReferences(edition, file(toR))).toEqual(toR)
    expect(parseReferences(edition, undefined)).toEqual({})
    expect(refusalOf(() => parseReferences(edition, file({ Z9: [{ figure: 'a' }] }))).message).toBe(
      'references.json：/references/Z9：没有这个指标',
    )
  })

  it('is checked for its figures alone while the edition is faulty itself', () => {
    const content = file({ Z9: [{ figure: 'y2018' }] })
    expect(checkReferences(undefined, figures, content)).toHaveLength(1)
  })
})

describe('the references of the real edition', () => {
  it('show nothing but what is asked, on a sheet without an answer too', async () => {
    const { default: raw } = await import('#questionnaires/guangxi-2024/references.json')
    const { default: published } = await import('#reference/publishedFigures.json')
    const guangxi = loadGuangxi()
    const shown = compareRates(
      guangxi,
      scoreSheet(guangxi, {}, { productionType: 'discrete' }),
      {},
      parseReferences(guangxi, raw),
      parsePublishedFigures(published),
    )
    expect(shown.map(({ id }) => id)).toEqual(['S3.2', 'C1.1', 'T2.1', 'T2.2', 'T2.3', 'B5.1', 'B5.2', 'B5.3', 'B5.4'])
    // Every pair says what stands against comparing: one firm is no nation.
    for (const { figures: list } of shown) for (const { caution } of list) expect(caution).not.toBe('')
    // The three newest of four, as published in 2025, 2024 and 2022.
    expect(shown[3]!.figures.map(({ value }) => value)).toEqual([66.2, 62.9, 55.3])
  })
})
