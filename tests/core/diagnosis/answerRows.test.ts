// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { formatWholeAnswer, listAnswerRows, type AnswerRow } from '#core/diagnosis/answerRows'
import { type Answer, type Answers, type Form } from '#core/diagnosis/answers'
import { loadGuangxi, makeEdition, scoreSheet } from '../../support/build'

const edition = loadGuangxi()

function rowsOf(answers: Answers, productionType?: string, form: Form = 'full'): ReadonlyMap<string, AnswerRow> {
  const sheet = scoreSheet(edition, answers, productionType === undefined ? {} : { productionType }, form)
  return new Map(listAnswerRows(edition, sheet, answers).map((row) => [row.id, row]))
}

describe('回答清单', () => {
  it('has one row per indicator in the order of the questionnaire, also those that were not asked', () => {
    const asked = edition.survey.pages.flatMap(({ elements }) =>
      elements.flatMap((element) => ('levels' in element ? [element.name] : [])),
    )
    expect([...rowsOf({}, 'mining').keys()]).toEqual(asked)
    expect(asked).toHaveLength(75)
  })

  it('says where an indicator stands, what was answered, what it earned and what that means', () => {
    expect(rowsOf({ 'G1.3': 2.5 }).get('G1.3')).toMatchObject({
      domain: '治理体系',
      subdomain: '数字化治理',
      title: '网络与工控安全',
      answerText: '3 级部分达成',
      state: 'answered',
      stateText: '已答',
      value: { low: 2.5, high: 2.5 },
      max: 5,
      isGate: true,
    })
    // 2.5 lies in level 3: its sentence is the third.
    const element = edition.survey.pages.flatMap(({ elements }) => elements).find(({ name }) => name === 'G1.3')
    expect(rowsOf({ 'G1.3': 2.5 }).get('G1.3')?.phrase).toBe((element as { levels: string[] }).levels[2])
  })

  it('keeps apart what was not answered, not known, not applicable and not asked', () => {
    const rows = rowsOf({ 'S1.1': 'unknown', 'C1.1': { notApplicable: '来料加工' } }, 'discrete')
    expect(rows.get('S1.2')).toMatchObject({ answerText: '未答', stateText: '未答', value: { low: 0, high: 5 } })
    expect(rows.get('S1.1')).toMatchObject({ answerText: '不掌握', stateText: '不掌握', value: { low: 0, high: 5 } })
    expect(rows.get('C1.1')).toMatchObject({ answerText: '不适用：来料加工', stateText: '不适用', phrase: '' })
    expect(rows.get('C1.1')).not.toHaveProperty('value')
    expect(rowsOf({}, 'utilities').get('C3.2')).toMatchObject({ answerText: '本生产类型不问', state: 'notAsked' })
    expect(rowsOf({}, 'discrete', 'short').get('S1.3')).toMatchObject({ answerText: '快速自测不问' })
  })

  it('says nothing of a level when nothing was begun', () => {
    expect(rowsOf({ 'S1.1': 0 }).get('S1.1')).toMatchObject({ answerText: '尚未开展', phrase: '' })
  })

  it('gives weights where the edition weighs, and a total without domains no domain', () => {
    const small = makeEdition({
      tree: {
        id: 'all',
        combine: 'weightedMean',
        items: [
          { id: 'A', weight: 70 },
          { id: 'B', weight: 30 },
        ],
      },
      scale: { max: 3, step: 0.1 },
    })
    const rows = listAnswerRows(small, scoreSheet(small, { A: 0.3 }), { A: 0.3 })
    // 0.3 in steps of 0.1 is 3 × 0.1, which is 0.30000000000000004 in binary.
    expect(rows[0]).toMatchObject({
      domain: '',
      subdomain: '',
      weight: 70,
      value: { low: 0.3, high: 0.3 },
      isGate: false,
    })
    expect(rows[1]).toMatchObject({ weight: 30 })
  })
})

describe('回答全文', () => {
  it.each<[string, Answer | undefined | object, string]>([
    ['T2.1', { numerator: 317, denominator: 651, year: 2025 }, '48.69%（分子 317，分母 651，2025 年）'],
    ['T2.1', { numerator: 1, denominator: 4 }, '25%（分子 1，分母 4）'],
    ['T2.1', 62.5, '62.5%'],
    ['T2.1', { numerator: 1 }, '未填完整'],
    ['B5.1', { numerator: -2, denominator: 8, year: 2024 }, '-25%（分子 -2，分母 8，2024 年）'],
    ['T2.6', ['ERP', 'MES'], '2 类：ERP、MES'],
    ['T2.6', [], '以上都没有'],
    ['S1.1', undefined, '未答'],
    // Sixteen scenes: two outside, two at the threshold of 2 or above, one at 1.5, eleven without a word.
    [
      'B1.1',
      { 营销: 2, 质量: 5, 设备: 1.5, 售后: 'notApplicable', 采购: 'notApplicable' },
      '适用 14 个场景，其中 2 个达到标准（5 级基本达成：质量；2 级基本达成：营销；2 级部分达成：设备；' +
        '未填：产品设计、工艺设计、计划排程、生产管控、安全生产、能耗、仓储物流、财务、人力、协同办公、决策支持；不适用：售后、采购）',
    ],
  ])('%s answered %o reads %s', (id, answer, words) => {
    expect(formatWholeAnswer(edition.indicators.get(id)!, answer)).toBe(words)
  })
})
