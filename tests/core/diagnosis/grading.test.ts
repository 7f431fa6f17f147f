import { describe, expect, it } from 'vitest'
import { type Answer } from '#core/diagnosis/answers'
import { exact, toNumber } from '#core/exact'
import {
  answersAtLevel,
  answerWorth,
  gradeSheet,
  loadGuangxi,
  makeEdition,
  tiersUpTo,
  tiersWithoutScore,
} from '../../support/build'

const edition = loadGuangxi()
const none = { notApplicable: '没有' }
const GATES = 'S1.1 C1.1 C2.1 C2.2 C4.2 C6.1 T1.3 T2.1 T2.2 T2.6 T2.7 G1.1 G1.3 G1.4 B1.1 B2.1 B2.3'.split(' ')

/** Everything at one value, some indicators at others. */
function sheet(value: number, changes: Readonly<Record<string, number>> = {}): Record<string, Answer> {
  const answers = answersAtLevel(edition, value, 'discrete')
  for (const [id, other] of Object.entries(changes)) answers[id] = answerWorth(edition.indicators.get(id)!, other)
  return answers
}
const allAt = (ids: readonly string[], value: number): Record<string, number> =>
  Object.fromEntries(ids.map((id) => [id, value]))
const grade = (value: number, changes: Readonly<Record<string, number>> = {}) =>
  gradeSheet(edition, sheet(value, changes), { productionType: 'discrete' })

describe('总分档', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])('a score of exactly ten times %i is that tier', (tier) => {
    // t/2 everywhere makes 10 t points. G2.1 a half step higher adds 0.5/2/4 × 15 × 20/100 = 0.1875 points.
    expect(grade(tier / 2).limits!.score).toBe(tier)
    expect(grade(tier / 2, { 'G2.1': (tier - 1) / 2 }).limits!.score).toBe(tier)
    if (tier < 10) expect(grade(tier / 2, { 'G2.1': (tier + 1) / 2 }).limits!.score).toBe(tier + 1)
  })

  it('a score of 0 is tier 1', () => {
    expect(grade(0)).toMatchObject({ tier: { low: 1, high: 1 }, level: { low: 1, high: 1 }, dueForVisit: false })
  })

  it.each([1, 2, 3, 4, 5])(
    'a firm at level %i 基本达成 everywhere is tier 2k, 部分达成 2k − 1, both of level k',
    (k) => {
      expect(grade(k)).toMatchObject({ tier: { low: 2 * k, high: 2 * k }, level: { low: k, high: k } })
      expect(grade(k - 0.5)).toMatchObject({ tier: { low: 2 * k - 1, high: 2 * k - 1 }, level: { low: k, high: k } })
    },
  )
})

describe('门槛档', () => {
  // Of 17 gate items 70 % are 11.9 and 60 % are 10.2: 12 and 11 are enough.
  const RULES = [
    [3, 1.5, 12],
    [4, 2, 11],
    [5, 2.5, 12],
    [6, 3, 11],
    [7, 3.5, 12],
    [8, 4, 11],
    [9, 4.5, 12],
    [10, 5, 11],
  ] as const

  it.each(RULES)('tier %i needs gate items at %d: %i of 17 are enough, one fewer is not', (tier, mark, need) => {
    const short = (count: number) => grade(mark, allAt(GATES.slice(0, 17 - count), mark - 0.5))
    expect(short(need).limits!.gate).toBe(tier)
    expect(short(need - 1).limits!.gate).toBe(tier - 1)
    const missing = short(need - 1)
    if (missing.tier!.low === tier - 1) {
      expect(missing.next!.gateItems).toEqual({
        have: need - 1,
        need,
        of: 17,
        atLeast: mark % 1 === 0 ? exact(mark) : exact(2 * mark, 2),
        below: GATES.slice(0, 18 - need),
      })
    }
  })

  /*
   * Domain B has five sub-domains; with four of them at `others` and B4 at the mean of two values, B = (4 × others + B4)/5.
   * By hand: 0.7 × 1.5 = 1.05 = (4 × 1 + 1.25)/5, 1.4 = (4 × 1.5 + 1)/5, 1.75 = (4 × 1.5 + 2.75)/5,
   * 2.1 = (4 × 2 + 2.5)/5, 2.45 = (4 × 2.5 + 2.25)/5, 2.8 = (4 × 3 + 2)/5, 3.15 = (4 × 3 + 3.75)/5, 3.5 = (4 × 3.5 + 3.5)/5.
   */
  it.each([
    [3, 1.5, 1, [1, 1.5], 1.05],
    [4, 2, 1.5, [1, 1], 1.4],
    [5, 2.5, 1.5, [2.5, 3], 1.75],
    [6, 3, 2, [2.5, 2.5], 2.1],
    [7, 3.5, 2.5, [2, 2.5], 2.45],
    [8, 4, 3, [2, 2], 2.8],
    [9, 4.5, 3, [3.5, 4], 3.15],
    [10, 5, 3.5, [3.5, 3.5], 3.5],
  ] as const)('tier %i needs every domain at 0.7 × %d, exactly', (tier, mark, others, [b41, b42], floor) => {
    const inB = [...edition.indicators.keys()].filter((id) => id.startsWith('B'))
    const at = (low: number) => grade(mark, { ...allAt(inB, others), 'B4.1': low, 'B4.2': b42 })
    expect(at(b41).limits!.gate).toBe(tier)
    const weak = at(b41 - 0.5)
    expect(weak.limits!.gate).toBe(tier - 1)
    expect(weak.limitedBy).toContain('gate')
    // A half step less in B4.1 is 0.5/2/5 = 0.05 less in B.
    expect(weak.next!.nodes.map(({ id, have, need }) => [id, toNumber(have), toNumber(need)])).toEqual([
      ['B', Math.round((floor - 0.05) * 100) / 100, floor],
    ])
  })

  it('a rule that fails stops the climb although later ones would hold', () => {
    // Only 11 of 17 at 1.5 or above, those at 5: 11/17 ≥ 60 % at 2, 3, 4, 5 but not 70 % at 1.5.
    expect(grade(5, allAt(GATES.slice(0, 6), 1)).limits!.gate).toBe(2)
  })

  it('gate items that do not apply leave numerator and denominator', () => {
    // C1.1 is a gate item: of 16, 70 % are 11.2, so 12 are needed and four may be short.
    const answers = { ...sheet(2, allAt(GATES.slice(2, 6), 1)), 'C1.1': none }
    expect(gradeSheet(edition, answers, { productionType: 'discrete' }).limits!.gate).toBe(4)
    const fifth = { ...answers, 'T1.3': 1 }
    expect(gradeSheet(edition, fifth, { productionType: 'discrete' }).limits!.gate).toBe(2)
  })

  it('exactly 70 % and exactly 60 % are enough', () => {
    const ids = Array.from({ length: 10 }, (_, at) => `I${at + 1}`)
    const small = makeEdition({
      tree: { id: 'all', items: ids },
      levels: 3,
      grading: {
        kind: 'tiers',
        tiers: tiersWithoutScore(3),
        gates: {
          items: ids,
          base: 1,
          rules: [
            { tier: 2, items: { share: 70, atLeast: 1.5 } },
            { tier: 3, items: { share: 60, atLeast: 2 } },
          ],
        },
      },
    })
    const tier = (atTwo: number, atOneAndAHalf: number): number =>
      gradeSheet(
        small,
        Object.fromEntries(ids.map((id, at) => [id, at < atTwo ? 2 : at < atTwo + atOneAndAHalf ? 1.5 : 1])),
      ).tier!.low
    expect(tier(6, 1)).toBe(3)
    expect(tier(6, 0)).toBe(1)
    expect(tier(5, 2)).toBe(2)
    expect(tier(5, 1)).toBe(1)
    expect(tier(7, 0)).toBe(3)
  })
})

describe('安全上限', () => {
  it.each([
    [0, 5, 4],
    [0.5, 5, 4],
    [5, 0.5, 4],
    [1, 5, 6],
    [5, 1.5, 6],
    [1.5, 0.5, 4],
    [2, 5, 10],
    [2, 2, 10],
  ])('network at %d and data at %d cap at tier %i', (network, data, cap) => {
    const { limits, limitedBy, tier, next } = grade(5, { 'G1.3': network, 'G1.4': data })
    expect(limits!.cap).toBe(cap)
    expect(tier!.low).toBe(cap)
    expect(limitedBy).toEqual(cap < 10 ? ['cap'] : [])
    const told = new Set((next?.caps ?? []).map(({ item }) => item))
    const mark = cap === 4 ? 1 : 2
    expect([...told]).toEqual(cap < 10 ? ['G1.3', 'G1.4'].filter((_, at) => [network, data][at]! < mark) : [])
  })

  it('a cap at the very next tier is not missing yet', () => {
    // 1.5 everywhere is tier 3; G1.3 below 1 caps at 4, which is the next tier.
    expect(grade(1.5, { 'G1.3': 0.5 })).toMatchObject({
      tier: { low: 3 },
      limits: { cap: 4 },
      next: { tier: 4, caps: [] },
    })
  })

  it('what is missing names the figure, the mark and the reason', () => {
    const { next } = grade(5, { 'G1.3': 0.5 })
    expect(next).toEqual({
      tier: 5,
      nodes: [],
      caps: [{ item: 'G1.3', have: exact(1, 2), need: exact(1), because: expect.stringContaining('最高定为 4 档') }],
    })
  })
})

describe('定档', () => {
  it('the lowest of the three limits counts and is named', () => {
    expect(grade(1.5).limitedBy).toEqual(['score', 'gate'])
    // The gates at 2.5 and every domain at 2: S = (2.5 + 2 + 1.5)/3, C = (4 × 2.5 + 2 × 1)/6, T = G = (2.5 + 1.5)/2,
    // B = (2.5 + 2.5 + 1.5 + 1.5 + 2)/5. So 40 points exactly, tier 4, where the gates would grant 5.
    const below = (value: number, ...nodes: readonly string[]): Record<string, number> =>
      allAt(
        [...edition.indicators.keys()].filter((id) => nodes.some((node) => id.startsWith(`${node}.`))),
        value,
      )
    const changes = {
      ...below(2, 'S2', 'B5'),
      ...below(1.5, 'S3', 'T3', 'T4', 'G3', 'G4', 'B3', 'B4'),
      ...below(1, 'C3', 'C5'),
    }
    const held = grade(2.5, changes)
    expect(held).toMatchObject({ limits: { score: 4, gate: 5, cap: 10 }, limitedBy: ['score'] })
    expect(held.next).toEqual({ tier: 5, score: { have: exact(40), above: exact(40) }, nodes: [], caps: [] })
    expect(grade(2.5, { ...changes, 'C5.1': 1.5 }).tier!.low).toBe(5)
  })

  it('the top tier is limited by nothing and has no next', () => {
    const top = grade(5)
    expect(top.limits).toEqual({ score: 10, gate: 10, cap: 10 })
    expect(top.limitedBy).toEqual([])
    expect(top.next).toBeUndefined()
  })

  it('a visit is due from tier 3 on at the low end and may be due at the high end', () => {
    expect(grade(1)).toMatchObject({ visitFrom: 3, dueForVisit: false, mayBeDueForVisit: false })
    expect(grade(1.5)).toMatchObject({ dueForVisit: true, mayBeDueForVisit: true })
    expect(gradeSheet(edition, {})).toMatchObject({ dueForVisit: false, mayBeDueForVisit: true })
  })

  it('tier and level are ranges: the low end of one sheet is the sheet with no, the high end with all', () => {
    const { 'G1.3': _, ...gap } = sheet(3)
    const range = gradeSheet(edition, gap, { productionType: 'discrete' })
    // Cap 4 at the low end; G1.3 at 5 adds 2/4/4 × 15 × 20/100 = 0.375 points: 60.375 is score tier 7, the gates hold 6.
    expect(range.tier).toEqual({ low: 4, high: 6 })
    expect(range.level).toEqual({ low: 2, high: 3 })
    expect(range.limits).toEqual({ score: 6, gate: 6, cap: 4 })
  })
})

describe('其他定档方式', () => {
  const tree = { id: 'all', combine: 'sum' as const, items: ['A', 'B'] }

  it('tiers by the score alone', () => {
    const small = makeEdition({ tree, levels: 3, grading: { kind: 'tiers', tiers: tiersUpTo(2, 5, 10) } })
    const tier = (A: number, B: number): number => gradeSheet(small, { A, B }).tier!.low
    expect([tier(0, 0), tier(1, 1), tier(1, 1.5), tier(2.5, 2.5), tier(3, 2.5), tier(5, 5)]).toEqual([1, 1, 2, 2, 3, 3])
    expect(gradeSheet(small, { A: 1, B: 1 })).toMatchObject({
      limits: { score: 1, gate: 3, cap: 3 },
      limitedBy: ['score'],
    })
    expect(gradeSheet(small, { A: 5, B: 5 }).visitFrom).toBeUndefined()
    expect(gradeSheet(small, { A: 5, B: 5 }).dueForVisit).toBe(false)
  })

  it('tiers by gates alone, with a rule that grants two tiers at once', () => {
    const small = makeEdition({
      tree: {
        id: 'all',
        children: [
          { id: 'N', items: ['A'] },
          { id: 'M', items: ['B'] },
        ],
      },
      levels: 4,
      grading: {
        kind: 'tiers',
        tiers: tiersWithoutScore(4),
        gates: {
          items: ['A'],
          base: 1,
          rules: [
            { tier: 3, items: { share: 100, atLeast: 2 } },
            { tier: 4, nodes: { ids: ['M'], atLeast: 3.5 } },
          ],
        },
      },
    })
    const tier = (A: number, B: number): number => gradeSheet(small, { A, B }).tier!.low
    expect([tier(0, 5), tier(1.5, 5), tier(2, 0), tier(2, 3), tier(2, 3.5), tier(5, 5)]).toEqual([1, 1, 3, 3, 4, 4])
    const { next } = gradeSheet(small, { A: 1.5, B: 5 })
    expect(next).toMatchObject({ tier: 2, gateItems: { have: 0, need: 1, of: 1, below: ['A'] }, nodes: [], caps: [] })
    expect(next!.score).toBeUndefined()
    expect(gradeSheet(small, { A: 2, B: 3 }).next).toMatchObject({
      tier: 4,
      nodes: [{ id: 'M', have: exact(3), need: exact(7, 2) }],
    })
  })

  it('a node to which nothing applies and gates of which nothing applies hold', () => {
    const small = makeEdition({
      tree: {
        id: 'all',
        children: [
          { id: 'N', items: ['A'] },
          { id: 'M', items: ['B'] },
        ],
      },
      items: { A: { notApplicable: true } },
      levels: 2,
      grading: {
        kind: 'tiers',
        tiers: tiersWithoutScore(2),
        gates: {
          items: ['A'],
          base: 1,
          rules: [{ tier: 2, items: { share: 100, atLeast: 5 }, nodes: { ids: ['N'], atLeast: 5 } }],
        },
        caps: [{ items: ['A'], below: 5, tier: 1, because: '上限' }],
      },
    })
    expect(gradeSheet(small, { A: none, B: 0 }).tier).toEqual({ low: 2, high: 2 })
    expect(gradeSheet(small, { A: 4.5, B: 0 }).tier).toEqual({ low: 1, high: 1 })
  })

  it('a floor under the root is a floor under the score', () => {
    const small = makeEdition({
      tree,
      levels: 2,
      grading: {
        kind: 'tiers',
        tiers: tiersWithoutScore(2),
        gates: { items: [], base: 1, rules: [{ tier: 2, nodes: { ids: ['all'], atLeast: 5 } }] },
      },
    })
    expect(gradeSheet(small, { A: 5, B: 0 }).tier!.low).toBe(2)
    expect(gradeSheet(small, { A: 4.5, B: 0 }).tier!.low).toBe(1)
  })

  it('an open item that cannot move the score may still open a gate', () => {
    const small = makeEdition({
      tree: { id: 'all', combine: 'minimum', items: ['A', 'B'] },
      levels: 2,
      grading: {
        kind: 'tiers',
        tiers: tiersWithoutScore(2),
        gates: { items: ['B'], base: 1, rules: [{ tier: 2, items: { share: 100, atLeast: 1 } }] },
      },
    })
    expect(gradeSheet(small, { A: 0 }).tier).toEqual({ low: 1, high: 2 })
    expect(gradeSheet(small, { A: 0, B: 0 }).tier).toEqual({ low: 1, high: 1 })
  })

  it('no grading, no tier', () => {
    expect(gradeSheet(makeEdition({ tree }), { A: 5, B: 5 })).toEqual({
      limitedBy: [],
      dueForVisit: false,
      mayBeDueForVisit: false,
    })
  })

  it('a cumulative model stops at the first level of which an item is missed', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A', 'B', 'C', 'D'] },
      items: { B: { notApplicable: true } },
      levels: 3,
      grading: {
        kind: 'cumulative',
        levels: [
          { level: 1, items: ['A', 'B'], atLeast: 2 },
          { level: 2, items: ['C'], atLeast: 3 },
          { level: 3, items: ['D'], atLeast: 3 },
        ],
      },
    })
    const level = (answers: object) => gradeSheet(small, answers).level
    expect(level({ A: 2, B: 2, C: 3, D: 3 })).toEqual({ low: 3, high: 3 })
    expect(level({ A: 2, B: 2, C: 2.5, D: 5 })).toEqual({ low: 1, high: 1 })
    expect(level({ A: 5, B: 1.5, C: 5, D: 5 })).toEqual({ low: 0, high: 0 })
    expect(level({ A: 2, B: none, C: 3, D: 0 })).toEqual({ low: 2, high: 2 })
    expect(level({ A: 2, B: 2, D: 3 })).toEqual({ low: 1, high: 3 })
    expect(level({})).toEqual({ low: 0, high: 3 })
    expect(gradeSheet(small, { A: 2, B: 2, C: 3, D: 3 })).toMatchObject({ limitedBy: [], dueForVisit: false })
  })
})
