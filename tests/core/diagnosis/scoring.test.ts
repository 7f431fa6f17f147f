import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Answer } from '#core/diagnosis/answers'
import { gradeScores } from '#core/diagnosis/grading'
import { buildResult, type Result } from '#core/diagnosis/result'
import { refuseIncomplete, type ScoreSheet } from '#core/diagnosis/scoring'
import { toNumber } from '#core/exact'
import {
  answersAtLevel,
  answerWorth,
  deepFreeze,
  gradeSheet,
  loadGuangxi,
  makeEdition,
  refusalOf,
  scoreSheet,
  seeded,
  tiersUpTo,
} from '../../support/build'
import { randomSheet, referenceScore, type Form, type ProductionType } from '../../support/referenceScorer'

const edition = loadGuangxi()
const TYPES: readonly ProductionType[] = ['discrete', 'process', 'mining', 'utilities']
const none = { notApplicable: '本企业没有这项业务' }

function resultOf(answers: object, productionType: string, form: Form = 'full'): Result {
  const sheet = scoreSheet(edition, answers, { productionType }, form)
  return buildResult(sheet, gradeScores(sheet))
}

const nodeOf = (sheet: ScoreSheet, id: string): number | undefined => {
  const range = sheet.nodes.get(id)
  return range === undefined ? undefined : toNumber(range.low)
}

/** A seed is a sheet: `fc.integer` shrinks and prints it. */
const drawn = fc
  .record({ seed: fc.nat(1_000_000), type: fc.constantFrom(...TYPES) })
  .map(({ seed, type }) => ({ seed, type, answers: randomSheet(seeded(seed), type) as Record<string, Answer> }))

describe('评分', () => {
  it('10,000 random sheets agree with the reference scorer in every number', () => {
    const tiers = new Set<number>()
    for (let seed = 0; seed < 10_000; seed++) {
      const type = TYPES[seed % 4]!
      const form = seed % 8 < 4 ? 'full' : 'short'
      const answers = randomSheet(seeded(seed), type)
      const expected = referenceScore(answers, type, form)
      const { edition: _edition, version: _version, form: _form, ...found } = resultOf(answers, type, form)
      // Deep equality by text is quick; the slow comparison only words the failure.
      if (JSON.stringify(sorted(found)) !== JSON.stringify(sorted(expected))) {
        expect(found, `seed ${seed}, ${type}, ${form}`).toEqual(expected)
      }
      tiers.add(expected.tier.low)
    }
    expect(tiers.size).toBe(10)
  })

  it.each([0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5])('%d everywhere makes 20 times as many points', (value) => {
    for (const type of TYPES) {
      const { score, nodes, items } = resultOf(answersAtLevel(edition, value, type), type)
      expect(score).toEqual({ low: 20 * value, high: 20 * value })
      expect(Object.values(nodes)).toEqual(Array.from({ length: 27 }, () => ({ low: value, high: value })))
      expect(new Set(Object.values(items).map(({ low }) => low))).toEqual(new Set([value]))
    }
  })

  it('a sub-domain is the mean of its items, a domain of its sub-domains, the score weighs the domains', () => {
    // S1 = (3 + 0 + 0)/3 = 1, S = (1 + 0 + 0)/3, score = 15 × 1/3 × 20 / 100 = 1.
    const sheet = scoreSheet(edition, { ...answersAtLevel(edition, 0, 'discrete'), 'S1.1': 3 })
    expect(nodeOf(sheet, 'S1')).toBe(1)
    expect(nodeOf(sheet, 'S')).toBe(1 / 3)
    expect(toNumber(sheet.score!.low)).toBe(1)
    // C2 = 4/8, C = 0.5/6, score = 25 × (1/12) × 20 / 100 = 5/12.
    const other = scoreSheet(edition, { ...answersAtLevel(edition, 0, 'discrete'), 'C2.8': 4 })
    expect(other.score).toEqual({ low: { n: 5, d: 12 }, high: { n: 5, d: 12 } })
  })

  it('nothing answered lies between 0 and 100, and nothing at all is known of the tier', () => {
    for (const type of TYPES) {
      const { score, tier, items } = resultOf({}, type)
      expect(score).toEqual({ low: 0, high: 100 })
      expect(tier).toEqual({ low: 1, high: 10 })
      expect(new Set(Object.values(items).map(({ low, high }) => `${low}-${high}`))).toEqual(new Set(['0-5']))
    }
  })

  it('every item says why it has the range it has', () => {
    const answers = { 'S1.1': 3, 'S1.2': 'unknown', 'C1.1': none }
    const { items } = scoreSheet(edition, answers, { productionType: 'mining' }, 'short')
    const told = (id: string): object => {
      const { state, counts, low, high } = items.get(id)!
      return { state, counts, low, high }
    }
    expect(told('S1.1')).toEqual({ state: 'answered', counts: true, low: 6, high: 6 })
    expect(told('S1.2')).toEqual({ state: 'notAsked', counts: false, low: 0, high: 0 }) // not core
    expect(told('C1.1')).toEqual({ state: 'notApplicable', counts: false, low: 0, high: 0 })
    expect(told('C3.3')).toEqual({ state: 'notAsked', counts: false, low: 0, high: 0 }) // not for mining
    expect(told('C1.2')).toEqual({ state: 'unanswered', counts: true, low: 0, high: 10 })
    expect(scoreSheet(edition, answers).items.get('S1.2')).toMatchObject({ state: 'unknown', low: 0, high: 10 })
  })

  it('answers to what is not asked count nothing', () => {
    const answers = answersAtLevel(edition, 2, 'mining')
    expect(resultOf({ ...answers, 'C3.3': 5, 'B3.1': 'unknown' }, 'mining')).toEqual(resultOf(answers, 'mining'))
  })

  it('answers and edition are not written to', () => {
    const answers = deepFreeze(randomSheet(seeded(11), 'process'))
    expect(resultOf(answers, 'process').score).toEqual(referenceScore(answers, 'process').score)
  })
})

/** With names in order, so that equal content is equal text. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, sorted((value as Record<string, unknown>)[name])]),
  )
}

describe('不适用的权重', () => {
  const at2 = answersAtLevel(edition, 2, 'discrete')

  it('spreads over the sub-domain', () => {
    // C1 = (3 + 2)/2 without C1.3; with it at 0 it would be 5/3.
    const sheet = scoreSheet(edition, { ...at2, 'C1.1': 3, 'C1.3': none })
    expect(nodeOf(sheet, 'C1')).toBe(2.5)
    expect(nodeOf(scoreSheet(edition, { ...at2, 'C1.1': 3, 'C1.3': 0 }), 'C1')).toBe(5 / 3)
  })

  it('spreads over the domain when the sub-domain is empty', () => {
    // Without C1 the domain is the mean of five: C2 = 3.2 would be (2×4 + 3.2)/5; here C4 = 4: (8 + 4)/5 = 2.4.
    const sheet = scoreSheet(edition, { ...at2, 'C1.1': none, 'C1.2': none, 'C1.3': none, 'C4.1': 4, 'C4.2': 4 })
    expect(nodeOf(sheet, 'C1')).toBeUndefined()
    expect(nodeOf(sheet, 'C')).toBe(2.4)
    // 40 + 25 × 0.4 × 20 / 100 = 42.
    expect(toNumber(sheet.score!.low)).toBe(42)
  })

  it('spreads over the other domains when a domain is empty', () => {
    const small = makeEdition({
      tree: {
        id: 'all',
        combine: 'weightedMean',
        children: [
          { id: 'N', weight: 50, items: ['A'] },
          { id: 'M', weight: 30, items: ['B'] },
          { id: 'L', weight: 20, items: ['C'] },
        ],
      },
      items: { A: { notApplicable: true }, B: { notApplicable: true }, C: { notApplicable: true } },
    })
    // (30 × 4 + 20 × 1) / 50 = 2.8.
    expect(scoreSheet(small, { A: none, B: 4, C: 1 }).score!.low).toEqual({ n: 14, d: 5 })
    expect(scoreSheet(small, { A: none, B: none, C: none }).score).toBeUndefined()
    expect(scoreSheet(small, { A: none, B: none, C: none }).nodes.size).toBe(0)
  })

  it('a score of all equal items is the same whatever is left out', () => {
    fc.assert(
      fc.property(
        fc.subarray(['C1.1', 'C1.2', 'C1.3', 'C2.7', 'C3.2', 'C3.3', 'B2.2', 'B3.1', 'B3.2', 'B3.3'], { maxLength: 7 }),
        fc.integer({ min: 0, max: 10 }),
        (ids, halves) => {
          const answers = answersAtLevel(edition, halves / 2, 'discrete')
          for (const id of ids) answers[id] = none
          expect(resultOf(answers, 'discrete').score).toEqual({ low: 10 * halves, high: 10 * halves })
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('评分的性质', () => {
  it('low is never above high, in no item, node, score, tier or level', () => {
    fc.assert(
      fc.property(drawn, ({ answers, type }) => {
        const { score, tier, level, nodes, items } = resultOf(answers, type)
        for (const { low, high } of [score!, tier!, level!, ...Object.values(nodes), ...Object.values(items)]) {
          expect(low).toBeLessThanOrEqual(high)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('raising an answer never lowers a node, the score, the tier or the level', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), fc.integer({ min: 1, max: 10 }), ({ answers, type }, pick, by) => {
        const before = resultOf(answers, type)
        const raisable = Object.keys(before.items).filter((id) => {
          const item = before.items[id]!
          return item.low === item.high && item.low < 5
        })
        fc.pre(raisable.length > 0)
        const id = raisable[pick % raisable.length]!
        const value = Math.min(5, before.items[id]!.low + by / 2)
        const after = resultOf({ ...answers, [id]: answerWorth(edition.indicators.get(id)!, value) }, type)
        expect(after.items[id]).toEqual({ low: value, high: value })
        for (const end of ['low', 'high'] as const) {
          expect(after.score![end]).toBeGreaterThan(before.score![end])
          expect(after.tier![end]).toBeGreaterThanOrEqual(before.tier![end])
          expect(after.level![end]).toBeGreaterThanOrEqual(before.level![end])
          for (const [node, range] of Object.entries(before.nodes)) {
            expect(after.nodes[node]![end]).toBeGreaterThanOrEqual(range[end])
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('the order of the answers never matters', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), ({ answers, type }, seed) => {
        const random = seeded(seed)
        const shuffled = Object.entries(answers)
          .map((entry) => ({ entry, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ entry }) => entry)
        // Equal text: even the order of the result is the questionnaire's.
        expect(JSON.stringify(resultOf(Object.fromEntries(shuffled), type))).toBe(
          JSON.stringify(resultOf(answers, type)),
        )
      }),
      { numRuns: 100 },
    )
  })

  it('answering an open item narrows the range', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), fc.integer({ min: 0, max: 10 }), ({ answers, type }, pick, halves) => {
        const before = resultOf(answers, type)
        const open = Object.keys(before.items).filter((id) => before.items[id]!.low < before.items[id]!.high)
        fc.pre(open.length > 0)
        const id = open[pick % open.length]!
        const after = resultOf({ ...answers, [id]: answerWorth(edition.indicators.get(id)!, halves / 2) }, type)
        for (const part of ['score', 'tier', 'level'] as const) {
          expect(after[part]!.low).toBeGreaterThanOrEqual(before[part]!.low)
          expect(after[part]!.high).toBeLessThanOrEqual(before[part]!.high)
        }
        expect(after.score!.high - after.score!.low).toBeLessThan(before.score!.high - before.score!.low)
      }),
      { numRuns: 150 },
    )
  })

  it('不掌握 and a gap are the same at both ends, and never better than "no" at the low one', () => {
    fc.assert(
      fc.property(drawn, fc.nat(), ({ answers, type }, pick) => {
        const ids = Object.keys(resultOf(answers, type).items)
        const id = ids[pick % ids.length]!
        const { [id]: _, ...gap } = answers
        const unknown = resultOf({ ...answers, [id]: 'unknown' }, type)
        const no = resultOf({ ...answers, [id]: answerWorth(edition.indicators.get(id)!, 0) }, type)
        const all = resultOf({ ...answers, [id]: answerWorth(edition.indicators.get(id)!, 5) }, type)
        expect(resultOf(gap, type)).toEqual(unknown)
        for (const part of ['score', 'tier', 'level'] as const) {
          expect(unknown[part]).toEqual({ low: no[part]!.low, high: all[part]!.high })
        }
        expect(unknown.limits).toEqual(no.limits)
        expect(unknown.dueForVisit).toBe(no.dueForVisit)
      }),
      { numRuns: 150 },
    )
  })
})

describe('任意结构的评分', () => {
  const score = (edition: ReturnType<typeof makeEdition>, answers: object) => scoreSheet(edition, answers).score

  it('sum, minimum, mean and weighted mean nest to a depth of four', () => {
    const deep = makeEdition({
      scale: { max: 10, step: 1 },
      tree: {
        id: 'all',
        combine: 'sum',
        children: [
          {
            id: 'N',
            combine: 'weightedMean',
            multiply: 0.1,
            children: [
              {
                id: 'N1',
                weight: 70,
                combine: 'minimum',
                children: [
                  { id: 'N11', items: ['A', 'B'] },
                  { id: 'N12', items: ['C'] },
                ],
              },
              { id: 'N2', weight: 30, combine: 'sum', items: ['D', 'E'] },
            ],
          },
          {
            id: 'M',
            combine: 'weightedMean',
            items: [
              { id: 'F', weight: 25 },
              { id: 'G', weight: 75 },
            ],
          },
        ],
      },
    })
    // N11 = (3 + 4)/2 = 3.5, N12 = 9, N1 = 3.5, N2 = 10 + 1 = 11, N = 0.1 × (0.7 × 3.5 + 0.3 × 11) = 0.575.
    // M = 0.25 × 2 + 0.75 × 7 = 5.75; all = 6.325.
    const answers = { A: 3, B: 4, C: 9, D: 10, E: 1, F: 2, G: 7 }
    const sheet = scoreSheet(deep, answers)
    expect(sheet.score).toEqual({ low: { n: 253, d: 40 }, high: { n: 253, d: 40 } })
    expect([...sheet.nodes.keys()].sort()).toEqual(['M', 'N', 'N1', 'N11', 'N12', 'N2', 'all'])
    expect(nodeOf(sheet, 'N1')).toBe(3.5)
    // C open: N12 in [0, 10], N1 in [0, 3.5], N = 0.1 × 3.3 = 0.33 at the low end.
    const { C: _, ...gap } = answers
    expect(score(deep, gap)).toEqual({ low: { n: 152, d: 25 }, high: { n: 253, d: 40 } })
  })

  it('a sum leaves out what is not applicable, a minimum does not see it', () => {
    const tree = (combine: 'sum' | 'minimum') => ({
      tree: { id: 'all', combine, items: ['A', 'B', 'C'] },
      items: { B: { notApplicable: true } },
    })
    expect(score(makeEdition(tree('sum')), { A: 2, B: none, C: 1.5 })?.low).toEqual({ n: 7, d: 2 })
    expect(score(makeEdition(tree('minimum')), { A: 2, B: none, C: 1.5 })?.low).toEqual({ n: 3, d: 2 })
    expect(score(makeEdition(tree('minimum')), { A: 2, B: 0, C: 1.5 })?.low).toEqual({ n: 0, d: 1 })
  })

  it('不适用 counts as zero where the edition says so', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A', 'B'] },
      items: { B: { notApplicable: true } },
      answers: { unanswered: 'range', notApplicable: 'zero' },
    })
    const sheet = scoreSheet(small, { A: 3, B: none })
    expect(sheet.score).toEqual({ low: { n: 3, d: 2 }, high: { n: 3, d: 2 } })
    expect(sheet.items.get('B')).toMatchObject({ state: 'notApplicable', counts: true, low: 0, high: 0 })
  })

  it('a gap counts as zero where the edition says so', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A', 'B', 'C'] },
      answers: { unanswered: 'zero', notApplicable: 'exclude' },
    })
    expect(score(small, { A: 3, B: 'unknown' })).toEqual({ low: { n: 1, d: 1 }, high: { n: 1, d: 1 } })
  })

  it('an incomplete sheet is refused where the edition says so', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A', 'B', 'C'] },
      items: { C: { notApplicable: true } },
      answers: { unanswered: 'refuse', notApplicable: 'exclude' },
    })
    const [fault] = refusalOf(() => refuseIncomplete(scoreSheet(small, { B: 'unknown' }))).faults
    expect(fault).toEqual({ code: 'answers.incomplete', details: { count: 3, ids: 'A、B、C' } })
    expect(() => refuseIncomplete(scoreSheet(small, { A: 1, B: 0, C: none }))).not.toThrow()
    expect(() => refuseIncomplete(scoreSheet(edition, {}))).not.toThrow()
  })

  it('every item may have its own scale', () => {
    const small = makeEdition({
      tree: { id: 'all', combine: 'sum', items: ['A', 'B', 'C'] },
      scale: { max: 4, step: 1 },
      items: { A: { scale: { max: 1, step: 0.1 } }, B: { scale: { max: 2, step: 0.25 } } },
    })
    // 0.1 + 0.25 + 4 = 4.35; 0.7 + 1.75 + 0 = 2.45.
    expect(score(small, { A: 0.1, B: 0.25, C: 4 })?.low).toEqual({ n: 87, d: 20 })
    expect(score(small, { A: 0.7, B: 1.75, C: 0 })?.low).toEqual({ n: 49, d: 20 })
    expect(score(small, {})).toEqual({ low: { n: 0, d: 1 }, high: { n: 7, d: 1 } })
    expect(refusalOf(() => scoreSheet(small, { C: 0.5 })).code).toBe('answers.offGrid')
  })

  it('0.1 + 0.2 does not pass an upper bound of 0.3', () => {
    const small = makeEdition({
      tree: { id: 'all', combine: 'sum', items: ['A', 'B'] },
      scale: { max: 1, step: 0.1 },
      levels: 2,
      grading: { kind: 'tiers', tiers: tiersUpTo(0.3, 2) },
    })
    expect(0.1 + 0.2).toBeGreaterThan(0.3)
    expect(gradeSheet(small, { A: 0.1, B: 0.2 }).tier).toEqual({ low: 1, high: 1 })
    expect(gradeSheet(small, { A: 0.2, B: 0.2 }).tier).toEqual({ low: 2, high: 2 })
    // Ten times 0.1 is 1 exactly, and 0.7 + 0.1 is 0.8.
    expect(score(small, { A: 0.7, B: 0.1 })?.low).toEqual({ n: 4, d: 5 })
  })
})
