import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  comparePercent,
  countMostNotApplicable,
  countScenes,
  findAnswerFault,
  isNotApplicable,
  isRatio,
  keepUsable,
  listApplicable,
  measurePercent,
  measureSteps,
  readAnswers,
  readRulesProfile,
  type Answer,
} from '#core/diagnosis/answers'
import { type ProblemCode } from '#core/problems'
import { answersAtLevel, deepFreeze, loadGuangxi, makeEdition, refusalOf } from '../../support/build'

const edition = loadGuangxi()
const none = { notApplicable: '本企业没有这项业务' }

/** The value of one answer in halves of the scale. */
function valueOf(id: string, answer: Answer): number | undefined {
  const steps = measureSteps(edition.indicators.get(id)!, answer)
  return steps === undefined ? undefined : steps / 2
}

const SOFTWARE =
  'OA/协同 财务 ERP CRM/销售 SRM/采购 WMS CAD/CAE PLM/PDM/LIMS APS MES SCADA/DCS QMS EAM EMS能源 BI'.split(' ')
const SCENES =
  '产品设计 工艺设计 营销 售后 计划排程 生产管控 质量 设备 安全生产 能耗 采购 仓储物流 财务 人力 协同办公 决策支持'.split(
    ' ',
  )
const scenes = (reached: number, applicable = 16): Answer =>
  Object.fromEntries(
    SCENES.map((scene, at) => [scene, at >= applicable ? 'notApplicable' : at < reached ? 2 : 1.5] as const),
  )

/*
 * By hand from the bands of the rules (§1): where 1, 1.5, 2 … 5 begin. Whole values begin in the middle of a band, the
 * halves at its lower edge; 0.5 begins just above 0.
 */
const STARTS: Readonly<Record<string, readonly number[]>> = {
  'S3.2': [0.05, 0.1, 0.2, 0.3, 0.55, 0.8, 1.15, 1.5, 2.25],
  'T1.1': [5, 10, 20, 30, 45, 60, 72.5, 85, 92.5],
  'T2.1': [10, 20, 30, 40, 50, 60, 70, 80, 90],
  'T2.2': [10, 20, 30, 40, 50, 60, 72.5, 85, 92.5],
  'T2.3': [5, 10, 20, 30, 40, 50, 62.5, 75, 87.5],
  'T3.2': [5, 10, 20, 30, 45, 60, 72.5, 85, 92.5],
  'T4.3': [0.25, 0.5, 1, 1.5, 2.25, 3, 4.5, 6, 9],
  'B4.1': [0.05, 0.1, 0.3, 0.5, 1.25, 2, 5, 8, 12],
  'B5.1': [1.5, 3, 5.5, 8, 11.5, 15, 20, 25, 37.5],
  'B5.2': [2.5, 5, 7.5, 10, 15, 20, 27.5, 35, 52.5],
  'B5.3': [1, 2, 3.5, 5, 7.5, 10, 15, 20, 30],
  'B5.4': [2.5, 5, 7.5, 10, 15, 20, 27.5, 35, 52.5],
  'B5.5': [1, 2, 3.5, 5, 6.5, 8, 11.5, 15, 22.5],
}
const CAPS: Readonly<Record<string, number>> = {
  ...{ 'S3.2': 3, 'T1.1': 100, 'T2.1': 100, 'T2.2': 100, 'T2.3': 100, 'T3.2': 100, 'T4.3': 12, 'B4.1': 16 },
  ...{ 'B5.1': 50, 'B5.2': 70, 'B5.3': 40, 'B5.4': 70, 'B5.5': 30 },
}
const SHARES = ['T1.1', 'T2.1', 'T2.2', 'T2.3', 'T3.2', 'T4.3']
const IMPROVEMENTS = ['B5.1', 'B5.2', 'B5.3', 'B5.4', 'B5.5']

describe('分段', () => {
  it('the table speaks of every rate of the edition', () => {
    const rates = [...edition.indicators.values()].filter(({ rule }) => rule.kind === 'rate').map(({ id }) => id)
    expect(Object.keys(STARTS).sort()).toEqual([...rates].sort())
  })

  it.each(Object.entries(STARTS))(
    '%s: every edge and middle starts a half step, just below it does not',
    (id, starts) => {
      expect(valueOf(id, 0)).toBe(0)
      expect(valueOf(id, 0.000001)).toBe(0.5)
      for (const [at, start] of starts.entries()) {
        const value = 1 + at / 2
        expect([start, valueOf(id, start)]).toEqual([start, value])
        expect([start, valueOf(id, start - 0.000001)]).toEqual([start, value - 0.5])
        expect([start, valueOf(id, start + 0.000001)]).toEqual([start, value])
      }
      expect(valueOf(id, CAPS[id]!)).toBe(5)
    },
  )

  it.each(Object.entries(STARTS))('%s: the same from two figures', (id, starts) => {
    for (const [at, start] of starts.entries()) {
      const value = 1 + at / 2
      const numerator = Math.round(start * 10_000) // start × 1,000,000 / 100: a whole number
      expect(valueOf(id, { numerator, denominator: 1_000_000 })).toBe(value)
      expect(valueOf(id, { numerator: numerator - 1, denominator: 1_000_000 })).toBe(value - 0.5)
      expect(valueOf(id, { numerator: numerator + 1, denominator: 1_000_000, year: 2024 })).toBe(value)
    }
  })

  it('amounts in 分 are compared to the 分', () => {
    // 0.85 × 98155.60 = 83432.26 exactly; doubles make 100 × 83432.26 a little less than 8343226.
    expect(valueOf('T1.1', { numerator: 83_432.26, denominator: 98_155.6 })).toBe(4.5)
    expect(valueOf('T1.1', { numerator: 83_432.25, denominator: 98_155.6 })).toBe(4)
    // 0.2 × 14341907110.20 = 2868381422.04.
    expect(valueOf('T1.1', { numerator: 2_868_381_422.04, denominator: 14_341_907_110.2 })).toBe(2)
    expect(valueOf('T1.1', { numerator: 2_868_381_422.03, denominator: 14_341_907_110.2 })).toBe(1.5)
    // The middle of 0.1 and 0.3 is 0.2 although 0.1 + 0.3 is no double; and 0.1 + 0.2 is the edge 0.3.
    expect(valueOf('S3.2', 0.1 + 0.1)).toBe(2)
    expect(valueOf('S3.2', 0.1 + 0.2)).toBe(2.5)
  })

  it('an improvement may exceed the cap or be negative, a ratio may exceed the cap', () => {
    for (const id of IMPROVEMENTS) {
      expect(valueOf(id, 500)).toBe(5)
      expect(valueOf(id, -0.01)).toBe(0)
      expect(valueOf(id, -300)).toBe(0)
      expect(valueOf(id, { numerator: -3, denominator: 7 })).toBe(0)
    }
    expect(valueOf('S3.2', 80)).toBe(5)
    expect(valueOf('B4.1', { numerator: 3, denominator: 2 })).toBe(5)
  })

  it('T2.6 counts choices', () => {
    // Edges 3 5 8 11, cap 15; middles 1.5, 4, 6.5, 9.5, 13.
    const values = [0, 0.5, 1, 1.5, 2, 2.5, 2.5, 3, 3.5, 3.5, 4, 4.5, 4.5, 5, 5, 5]
    for (const [count, value] of values.entries()) expect(valueOf('T2.6', SOFTWARE.slice(0, count))).toBe(value)
  })

  it('B1.1 counts scenes at 2 as a share of those that apply', () => {
    // Of 16 scenes each is 6.25 %; edges 20 45 70 90, middles 10, 32.5, 57.5, 80, 95.
    const values = [0, 0.5, 1, 1, 1.5, 1.5, 2, 2, 2.5, 2.5, 3, 3, 3.5, 4, 4, 4.5, 5]
    for (const [count, value] of values.entries()) expect(valueOf('B1.1', scenes(count))).toBe(value)
    expect(valueOf('B1.1', scenes(1, 10))).toBe(1) // 10 %: the middle of the first band
    expect(valueOf('B1.1', scenes(2, 10))).toBe(1.5) // 20 %
    expect(valueOf('B1.1', scenes(7, 10))).toBe(3.5) // 70 %
    expect(valueOf('B1.1', scenes(8, 10))).toBe(4) // 80 %
    expect(valueOf('B1.1', scenes(9, 10))).toBe(4.5) // 90 %
    expect(valueOf('B1.1', scenes(1, 1))).toBe(5)
    expect(valueOf('B1.1', {})).toBe(0)
    expect(valueOf('B1.1', { 质量: 5, 设备: 2, 财务: 2 })).toBe(1) // 3/16 = 18.75 %: a scene without an entry applies
    const rule = edition.indicators.get('B1.1')!.rule as Parameters<typeof countScenes>[0]
    expect(countScenes(rule, { 质量: 5, 设备: 1.5, 人力: 'notApplicable' })).toEqual({
      reached: 1,
      applicable: 15,
      answered: 3,
    })
  })

  it('a ladder is worth what it says, 不掌握 and 不适用 nothing', () => {
    for (let value = 0; value <= 5; value += 0.5) expect(valueOf('S1.1', value)).toBe(value)
    expect(Object.is(valueOf('S1.1', -0), 0)).toBe(true)
    expect(valueOf('S1.1', 'unknown')).toBeUndefined()
    expect(valueOf('C1.1', none)).toBeUndefined()
  })

  it('bands follow the scale: on a scale of whole steps there is no lower half', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A', 'B'] },
      items: {
        A: { kind: 'rate', range: 'share', scale: { max: 3, step: 1 }, bands: [30, 60], cap: 100 },
        B: { kind: 'rate', range: 'share', scale: { max: 3, step: 0.25 }, bands: [30, 60], cap: 100 },
      },
    })
    const steps = (id: string, answer: number): number | undefined => measureSteps(small.indicators.get(id)!, answer)
    expect([0, 0.1, 29.9, 30, 59.9, 60, 100].map((x) => steps('A', x))).toEqual([0, 1, 1, 2, 2, 3, 3])
    // One step (0.25) less below the middles 15, 45, 80.
    expect([0, 14.9, 15, 29.9, 30, 44.9, 45, 60, 79.9, 80].map((x) => steps('B', x)! * 0.25)).toEqual([
      0, 0.75, 1, 1, 1.75, 1.75, 2, 2.75, 2.75, 3,
    ])
  })

  it('the percent of a rate is compared exactly and shown as a double', () => {
    expect(measurePercent({ numerator: 3, denominator: 4 })).toBe(75)
    expect(measurePercent(12.5)).toBe(12.5)
    expect(measurePercent('unknown')).toBeUndefined()
    for (let cents = 1; cents < 2000; cents++) {
      expect(comparePercent({ numerator: cents / 100, denominator: (2 * cents) / 100 }, 50)).toBe(0)
    }
    expect(comparePercent(30.1, 30)).toBeGreaterThan(0)
    expect(comparePercent(0.1 + 0.2, 0.3)).toBe(0)
    expect(comparePercent('unknown', 30)).toBeUndefined()
    expect(comparePercent(none, 30)).toBeUndefined()
  })
})

describe('作答的拒绝', () => {
  const refused = (answers: unknown, form: 'full' | 'short' = 'full') =>
    refusalOf(() => readAnswers(edition, { productionType: 'discrete' }, form, answers)).faults

  it.each<[string, unknown]>([
    ['a list', []],
    ['null', null],
    ['text', 'S1.1'],
    ['nothing', undefined],
    ['a number', 3],
  ])('%s instead of answers is refused', (_, answers) => {
    expect(refused(answers)).toEqual([{ code: 'answers.notAnObject', details: {} }])
  })

  /** Every refusal of the rules, §1: the id, the reason, what is told of it. */
  const CASES: readonly (readonly [string, string, unknown, ProblemCode, object?])[] = [
    ['an unknown id', 'X9.9', 3, 'answers.unknownIndicator'],
    ['an id that every object has', 'toString', 3, 'answers.unknownIndicator'],
    ['a sub-domain', 'S1', 3, 'answers.unknownIndicator'],
    ['a domain', 'S', 3, 'answers.unknownIndicator'],
    ['a value off the grid', 'S1.1', 2.25, 'answers.offGrid', { value: 2.25, step: 0.5 }],
    ['a value just off the grid', 'S1.1', 2.000001, 'answers.offGrid', { value: 2.000001 }],
    ['a value above 5', 'S1.1', 5.5, 'answers.outOfRange', { value: 5.5, low: 0, high: 5 }],
    ['a value below 0', 'S1.1', -0.5, 'answers.outOfRange', { value: -0.5 }],
    ['NaN', 'S1.1', NaN, 'answers.wrongShape'],
    ['infinity', 'S1.1', Infinity, 'answers.wrongShape'],
    ['a number as text', 'S1.1', '3', 'answers.wrongShape'],
    ['null', 'S1.1', null, 'answers.wrongShape'],
    ['true', 'S1.1', true, 'answers.wrongShape'],
    ['a list for a ladder', 'S1.1', [3], 'answers.wrongShape'],
    ['a rate for a ladder', 'S1.1', { numerator: 1, denominator: 2 }, 'answers.wrongShape'],
    ['a negative share', 'T1.1', -1, 'answers.negative', { value: -1 }],
    ['a negative ratio', 'S3.2', -0.01, 'answers.negative', { value: -0.01 }],
    ['a negative numerator', 'B4.1', { numerator: -1, denominator: 10 }, 'answers.negative', { value: -1 }],
    [
      'a negative denominator',
      'B5.1',
      { numerator: 1, denominator: -10 },
      'answers.negativeFigure',
      { denominator: -10 },
    ],
    [
      'a share of more than all',
      'T2.1',
      { numerator: 11, denominator: 10 },
      'answers.numeratorAboveDenominator',
      { numerator: 11, denominator: 10 },
    ],
    ['a denominator of 0', 'T2.1', { numerator: 0, denominator: 0 }, 'answers.zeroDenominator'],
    ['a denominator of 0 in an improvement', 'B5.1', { numerator: 1, denominator: 0 }, 'answers.zeroDenominator'],
    ['a denominator of -0', 'B5.1', { numerator: 1, denominator: -0 }, 'answers.zeroDenominator'],
    ['a share above 100', 'T4.3', 100.01, 'answers.shareAbove100', { value: 100.01 }],
    ['a figure as text', 'T2.1', { numerator: '1', denominator: 2 }, 'answers.wrongShape'],
    ['one figure only', 'T2.1', { numerator: 1 }, 'answers.wrongShape'],
    ['a figure too many', 'T2.1', { numerator: 1, denominator: 2, unit: '台' }, 'answers.wrongShape'],
    ['an infinite figure', 'S3.2', { numerator: Infinity, denominator: 2 }, 'answers.wrongShape'],
    ['an infinite rate', 'S3.2', Infinity, 'answers.wrongShape'],
    ['a figure beyond any firm', 'S3.2', { numerator: 1, denominator: 2e15 }, 'answers.tooLarge', { value: 2e15 }],
    ['a rate beyond any firm', 'B5.1', -2e15, 'answers.tooLarge', { value: -2e15 }],
    ['a year of two digits', 'T2.1', { numerator: 1, denominator: 2, year: 24 }, 'answers.year', { year: '24' }],
    ['a year before 1949', 'T2.1', { numerator: 1, denominator: 2, year: 1948 }, 'answers.year', { year: '1948' }],
    ['a year after 2999', 'T2.1', { numerator: 1, denominator: 2, year: 3000 }, 'answers.year', { year: '3000' }],
    ['half a year', 'T2.1', { numerator: 1, denominator: 2, year: 2024.5 }, 'answers.year'],
    ['a rate that is text', 'T2.1', '85%', 'answers.wrongShape'],
    ['a list for a rate', 'T2.1', [85], 'answers.wrongShape'],
    ['a choice that does not exist', 'T2.6', ['ERP', 'SAP'], 'answers.unknownChoice', { choice: 'SAP' }],
    ['a choice that every object has', 'T2.6', ['constructor'], 'answers.unknownChoice', { choice: 'constructor' }],
    ['a choice that is no text', 'T2.6', [3], 'answers.unknownChoice', { choice: '3' }],
    ['a repeated choice', 'T2.6', ['ERP', 'MES', 'ERP'], 'answers.repeatedChoice', { choice: 'ERP' }],
    ['a count for a checklist', 'T2.6', 3, 'answers.wrongShape'],
    ['an object for a checklist', 'T2.6', { ERP: true }, 'answers.wrongShape'],
    ['a scene that does not exist', 'B1.1', { 研发: 2 }, 'answers.unknownRow', { row: '研发' }],
    ['a scene that every object has', 'B1.1', { toString: 2 }, 'answers.unknownRow', { row: 'toString' }],
    ['a scene off the grid', 'B1.1', { 质量: 2.2 }, 'answers.offGrid', { value: 2.2 }],
    ['a scene above 5', 'B1.1', { 质量: 6 }, 'answers.outOfRange', { value: 6 }],
    ['a scene that is text', 'B1.1', { 质量: '2' }, 'answers.wrongShape'],
    ['a scene that is not known', 'B1.1', { 质量: 'unknown' }, 'answers.wrongShape'],
    ['all scenes not applicable', 'B1.1', scenes(0, 0), 'answers.noRowApplies'],
    ['a list for a matrix', 'B1.1', ['质量'], 'answers.wrongShape'],
    ['不适用 where it is not allowed', 'S1.1', none, 'answers.notApplicableRefused'],
    ['不适用 of a rate', 'T1.1', none, 'answers.notApplicableRefused'],
    ['不适用 of a matrix', 'B1.1', none, 'answers.notApplicableRefused'],
    ['不适用 without a reason', 'C1.1', { notApplicable: '' }, 'answers.reasonMissing'],
    ['不适用 with a blank reason', 'C1.1', { notApplicable: ' 　\n' }, 'answers.reasonMissing'],
    ['不适用 with true for a reason', 'C1.1', { notApplicable: true }, 'answers.reasonMissing'],
    ['不适用 and more', 'C1.1', { notApplicable: '无', value: 3 }, 'answers.wrongShape'],
    ['an empty object', 'C1.1', {}, 'answers.wrongShape'],
    ['another word', 'S1.1', 'notApplicable', 'answers.wrongShape'],
    ['Unknown', 'S1.1', 'Unknown', 'answers.wrongShape'],
  ]

  for (const [name, id, answer, code, details = {}] of CASES) {
    it(`${name} is refused: ${id}`, () => {
      const [fault, ...more] = refused({ 'S1.2': 3, [id]: answer })
      expect(more).toEqual([])
      expect(fault.code).toBe(code)
      expect(fault.details).toMatchObject({ id, ...details })
    })
  }

  it('every refusal of an answer comes with its id in the sentence', () => {
    for (const [, id, answer] of CASES) {
      const { message } = refusalOf(() => readAnswers(edition, {}, 'full', { [id]: answer }))
      expect(message).toContain(id)
      expect(message).not.toMatch(/\{\w+\}/)
    }
  })

  it('all faults of a sheet are listed', () => {
    expect(refused({ 'S1.1': 9, 'S1.2': 2, X1: 1, 'T2.6': ['?'] }).map(({ code }) => code)).toEqual([
      'answers.outOfRange',
      'answers.unknownIndicator',
      'answers.unknownChoice',
    ])
  })

  it('an answer to an indicator that the production type leaves out is checked all the same', () => {
    expect(
      refusalOf(() => readAnswers(edition, { productionType: 'mining' }, 'full', { 'B3.1': 7 })).faults[0].code,
    ).toBe('answers.outOfRange')
  })

  const MAY = ['C1.1', 'C1.2', 'C1.3', 'C2.7', 'C3.2', 'C3.3', 'B2.2', 'B3.1', 'B3.2', 'B3.3']
  const outside = (...ids: readonly string[]) => Object.fromEntries(ids.map((id) => [id, none]))

  it('不适用 is allowed for ten indicators of the edition', () => {
    const allowed = [...edition.indicators.values()].filter(
      (indicator) => findAnswerFault(indicator, none) === undefined,
    )
    expect(allowed.map(({ id }) => id)).toEqual(MAY)
  })

  it('at most 10 % of the applicable indicators are 不适用: 7 of 75 are, 8 are refused with their ids', () => {
    expect(countMostNotApplicable(edition, 75)).toBe(7)
    expect(() =>
      readAnswers(edition, { productionType: 'discrete' }, 'full', outside(...MAY.slice(0, 7))),
    ).not.toThrow()
    const [fault] = refused(outside(...MAY.slice(0, 8)))
    expect(fault).toEqual({
      code: 'answers.tooManyNotApplicable',
      details: { count: 8, most: 7, share: 10, ids: MAY.slice(0, 8).join('、') },
    })
  })

  it('the maximum counts only what the production type and the form ask', () => {
    // Mining leaves C3.3 and B3.1 out: 73 apply, at most 7; of these nine ids only seven count.
    const nine = MAY.filter((id) => id !== 'C1.3')
    expect(() => readAnswers(edition, { productionType: 'mining' }, 'full', outside(...nine))).not.toThrow()
    expect(() => readAnswers(edition, { productionType: 'mining' }, 'full', outside(...MAY))).toThrow()
    // The short form asks 34: at most 3, and C1.1, C1.2 are the only two core ones.
    expect(listApplicable(edition, { productionType: 'discrete' }, 'short')).toHaveLength(34)
    expect(countMostNotApplicable(edition, 34)).toBe(3)
    expect(() => readAnswers(edition, { productionType: 'discrete' }, 'short', outside(...MAY))).not.toThrow()
  })

  it('an edition without a maximum sets none', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A', 'B'] },
      items: { A: { notApplicable: true }, B: { notApplicable: true } },
    })
    expect(countMostNotApplicable(small, 2)).toBeUndefined()
    expect(() => readAnswers(small, {}, 'full', outside('A', 'B'))).not.toThrow()
  })
})

describe('作答', () => {
  it('what is valid comes back as it was given', () => {
    const answers = deepFreeze({
      ...answersAtLevel(edition, 2.5, 'discrete'),
      'S1.1': 'unknown',
      'C1.1': none,
      'T1.1': { numerator: 0, denominator: 3, year: 2023 },
      'T2.6': [],
      'B1.1': scenes(3, 7),
      'B5.1': -20,
    } as const)
    expect(readAnswers(edition, { productionType: 'discrete' }, 'full', answers)).toBe(answers)
  })

  it('不掌握 is an answer to every kind', () => {
    for (const indicator of edition.indicators.values()) expect(findAnswerFault(indicator, 'unknown')).toBeUndefined()
  })

  it('exactly 100 %, exactly 0 and exactly all are no faults', () => {
    for (const id of SHARES) {
      for (const answer of [0, 100, { numerator: 7, denominator: 7 }, { numerator: 0, denominator: 1 }]) {
        expect(findAnswerFault(edition.indicators.get(id)!, answer)).toBeUndefined()
      }
    }
  })

  it('no answer makes reading fail in a way that was not foreseen', () => {
    const indicators = [...edition.indicators.values()]
    fc.assert(
      fc.property(
        fc.constantFrom(...indicators),
        fc.anything({ withBigInt: true, maxDepth: 2 }),
        (indicator, answer) => {
          const fault = findAnswerFault(indicator, answer)
          const read = (): unknown => readAnswers(edition, {}, 'full', { [indicator.id]: answer })
          if (fault === undefined) {
            read()
            const steps = measureSteps(indicator, answer as Answer)
            if (steps !== undefined) expect(steps >= 0 && steps <= 10 && Number.isInteger(steps)).toBe(true)
          } else expect(refusalOf(read).faults).toEqual([fault])
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('the kinds of answers are told apart', () => {
    expect(isNotApplicable(none)).toBe(true)
    expect(isNotApplicable({ 质量: 'notApplicable' })).toBe(false)
    expect(isNotApplicable(['notApplicable'])).toBe(false)
    expect(isNotApplicable(undefined)).toBe(false)
    expect(isRatio({ numerator: 1, denominator: 2 })).toBe(true)
    expect(isRatio(0.5)).toBe(false)
    expect(isRatio(none)).toBe(false)
  })

  it('of a draft only the answers that can be scored are kept', () => {
    const draft = {
      'S1.1': 3,
      'S1.2': 7,
      'T1.1': { numerator: 3 },
      'C1.1': { notApplicable: '' },
      'C1.2': none,
      X1: 1,
      'S1.3': 'unknown',
    }
    expect(keepUsable(edition, draft as never)).toEqual({ 'S1.1': 3, 'C1.2': none, 'S1.3': 'unknown' })
  })
})

describe('生产类型', () => {
  it('decides which indicators apply', () => {
    const without = (productionType: string): string[] => {
      const asked = listApplicable(edition, { productionType }, 'full').map(({ id }) => id)
      return [...edition.indicators.keys()].filter((id) => !asked.includes(id))
    }
    expect(without('discrete')).toEqual([])
    expect(without('process')).toEqual([])
    expect(without('mining')).toEqual(['C3.3', 'B3.1'])
    expect(without('utilities')).toEqual(['C3.2'])
    expect(listApplicable(edition, {}, 'full')).toHaveLength(75)
  })

  it.each<[string, unknown]>([
    ['absent', undefined],
    ['null', null],
    ['without a production type', { staff: 300 }],
  ])('a profile that is %s asks everything', (_, raw) => {
    expect(readRulesProfile(edition, raw)).toEqual({})
  })

  it('only the production type is read', () => {
    expect(readRulesProfile(edition, { productionType: 'mining', name: '某矿' })).toEqual({ productionType: 'mining' })
    const small = makeEdition({ tree: { id: 'all', items: ['A'] } })
    expect(readRulesProfile(small, { productionType: 'mining' })).toEqual({})
  })

  it.each(['fishing', '', 'constructor', 3, null, ['discrete']])(
    'the production type %j is refused',
    (productionType) => {
      const problem = refusalOf(() => readRulesProfile(edition, { productionType }))
      expect(problem.code).toBe('profile.unknownProductionType')
      expect(problem.message).toContain('discrete、process、mining、utilities')
    },
  )

  it.each([[[]], ['mining'], [3]])('the profile %j is refused', (raw) => {
    expect(refusalOf(() => readRulesProfile(edition, raw)).code).toBe('profile.notAnObject')
  })
})
