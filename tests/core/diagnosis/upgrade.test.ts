import { describe, expect, it } from 'vitest'
import { type Answer } from '#core/diagnosis/answers'
import { type Edition } from '#core/diagnosis/edition'
import { gradeScores } from '#core/diagnosis/grading'
import { applyRaises, planUpgrade, type Upgrade } from '#core/diagnosis/upgrade'
import {
  answersAtLevel,
  answerWorth,
  loadGuangxi,
  makeEdition,
  scoreSheet,
  seeded,
  tiersUpTo,
  tiersWithoutScore,
} from '../../support/build'
import { randomSheet, referenceScore, type Answers, type ProductionType } from '../../support/referenceScorer'
import { drawModel, tellModel, tierOfSteps, type Shape, type SmallModel } from '../../support/smallModels'

const guangxi = loadGuangxi()
const none = { notApplicable: '没有' }

function planOf(edition: Edition, answers: object): Upgrade | undefined {
  return planUpgrade(scoreSheet(edition, answers))
}
const idsOf = (plan: Upgrade | undefined): readonly string[] | undefined => plan?.raises.map(({ id }) => id)

interface Cheapest {
  readonly cost: number
  readonly ids: readonly string[]
}

/** Every set of raises is tried: the cheapest, then the one touching fewer indicators, then the lower ids. */
function findCheapest(model: SmallModel, tier: number): Cheapest | undefined {
  const steps = model.items.map((item) => item.now)
  let best: { readonly cost: number; readonly touched: number; readonly order: string } | undefined
  const isBetter = (cost: number, touched: number, order: string): boolean =>
    best === undefined ||
    cost < best.cost ||
    (cost === best.cost && (touched < best.touched || (touched === best.touched && order > best.order)))
  const visit = (at: number, cost: number, touched: number, order: string): void => {
    if (best !== undefined && cost > best.cost) return
    const item = model.items[at]
    if (item === undefined) {
      if (isBetter(cost, touched, order) && tierOfSteps(model, steps) >= tier) best = { cost, touched, order }
      return
    }
    const most = typeof item.answer === 'object' ? 0 : Math.round(item.max / item.step) - item.now
    for (let raise = 0; raise <= most; raise++) {
      steps[at] = item.now + raise
      visit(at + 1, cost + raise * item.effort, touched + Math.sign(raise), order + (raise > 0 ? '1' : '0'))
    }
    steps[at] = item.now
  }
  visit(0, 0, 0, '')
  if (best === undefined) return undefined
  const { cost, order } = best
  return { cost, ids: model.items.filter((_, at) => order[at] === '1').map(({ id }) => id) }
}

describe('提档路径', () => {
  it.each<[string, Shape, number]>([
    ['means and sums', {}, 800],
    ['means and sums, an effort of its own for every indicator', { efforts: true }, 800],
    ['trees with a minimum', { minimum: true }, 600],
    ['trees with a minimum and efforts', { minimum: true, efforts: true }, 600],
    ['seven indicators', { items: [7, 7] }, 60],
  ])('is what trying every set of raises finds: %s', (_, shape, cases) => {
    let found = 0
    let several = 0
    for (let seed = 1; seed <= cases; seed++) {
      const model = drawModel(seeded(seed), shape)
      const sheet = scoreSheet(model.edition, model.answers)
      const grade = gradeScores(sheet)
      const tier = tierOfSteps(
        model,
        model.items.map((item) => item.now),
      )
      const place = `seed ${seed}: ${tellModel(model)}`
      if (Number.isNaN(tier)) {
        expect(grade.tier, place).toBeUndefined()
        continue
      }
      expect(grade.tier!.low, place).toBe(tier)
      const plan = planUpgrade(sheet, grade)
      const expected = tier === model.upTo.length ? undefined : findCheapest(model, tier + 1)
      expect(plan === undefined ? undefined : { cost: plan.cost, ids: idsOf(plan) }, place).toEqual(expected)
      if (plan === undefined) continue
      found += 1
      if (plan.raises.length > 1) several += 1
      expect(plan.reaches).toEqual({ tier: tier + 1 })
      // The raises themselves reach it, by the second evaluation and by the first.
      const raised = model.items.map((item) => {
        const raise = plan.raises.find(({ id }) => id === item.id)
        if (raise === undefined) return item.now
        expect(raise.from).toBe(item.now * item.step)
        expect(raise.cost).toBe(Math.round((raise.to - raise.from) / item.step) * item.effort)
        return Math.round(raise.to / item.step)
      })
      expect(tierOfSteps(model, raised), place).toBeGreaterThanOrEqual(tier + 1)
      expect(gradeScores(applyRaises(sheet, plan.raises)).tier!.low, place).toBeGreaterThanOrEqual(tier + 1)
      expect(plan.raises.reduce((sum, { cost }) => sum + cost, 0)).toBe(plan.cost)
    }
    // The test means nothing unless most models have a way up, and many one over several indicators.
    expect(found).toBeGreaterThan(cases / 2)
    expect(several).toBeGreaterThan(cases / 5)
  })

  it('a cap on an indicator that cannot rise far enough leaves no way', () => {
    const capped = (below: number, answers: 'exclude' | 'zero') =>
      makeEdition({
        tree: { id: 'all', items: ['A', 'B'] },
        scale: { max: 3, step: 1 },
        items: { B: { notApplicable: true } },
        answers: { unanswered: 'range', notApplicable: answers },
        levels: 2,
        grading: {
          kind: 'tiers',
          tiers: tiersWithoutScore(2),
          caps: [{ items: ['B'], below, tier: 1, because: '上限' }],
        },
      })
    expect(planOf(capped(2, 'exclude'), { A: 0, B: 0 })?.raises).toEqual([{ id: 'B', from: 0, to: 2, cost: 2 }])
    expect(planOf(capped(4, 'exclude'), { A: 0, B: 0 })).toBeUndefined()
    expect(planOf(capped(4, 'exclude'), { A: 0, B: 3 })).toBeUndefined()
    expect(planOf(capped(2, 'zero'), { A: 0, B: none })).toBeUndefined()
    expect(scoreSheet(capped(2, 'exclude'), { A: 0, B: none }).score).toBeDefined()
  })

  it('a floor over several sub-domains and indicators without a floor of their own is met', () => {
    // X = (N + M)/2 must reach 2 and N 1: two steps of A or B for N at 1, the rest of X's 4 from C, which is dearer in N.
    const edition = makeEdition({
      tree: {
        id: 'all',
        children: [
          {
            id: 'X',
            children: [
              { id: 'N', items: ['A', 'B'] },
              { id: 'M', items: ['C'] },
            ],
          },
          { id: 'Y', items: ['D'] },
        ],
      },
      scale: { max: 4, step: 1 },
      levels: 2,
      grading: {
        kind: 'tiers',
        tiers: tiersWithoutScore(2),
        gates: { items: [], base: 1, rules: [{ tier: 2, nodes: { ids: ['N', 'X'], atLeast: 2 } }] },
      },
    })
    // N = 2 needs four steps of A and B; then X = 2 needs M = 2: two steps of C. Six in all, A alone suffices for N.
    expect(planOf(edition, { A: 0, B: 0, C: 0, D: 0 })).toEqual({
      reaches: { tier: 2 },
      cost: 6,
      raises: [
        { id: 'A', from: 0, to: 4, cost: 4 },
        { id: 'C', from: 0, to: 2, cost: 2 },
      ],
    })
  })

  it('of equal costs the one touching fewer indicators, then the lower ids', () => {
    const edition = makeEdition({
      tree: { id: 'all', combine: 'sum', items: ['A', 'B', 'C'] },
      scale: { max: 2, step: 1 },
      levels: 2,
      grading: { kind: 'tiers', tiers: tiersUpTo(2, 6) },
    })
    expect(idsOf(planOf(edition, { A: 0, B: 0, C: 1 }))).toEqual(['A']) // A by 2, not A and C by 1 each
    expect(idsOf(planOf(edition, { A: 1, B: 0, C: 0 }))).toEqual(['B'])
    expect(idsOf(planOf(edition, { A: 0, B: 0, C: 0 }))).toEqual(['A', 'B'])
    expect(idsOf(planOf(edition, { A: 2, B: 0, C: 0 }))).toEqual(['B'])
  })

  it('effort counts per step: the dearer indicator is left alone', () => {
    const edition = (effort: number) =>
      makeEdition({
        tree: {
          id: 'all',
          combine: 'weightedMean',
          items: [
            { id: 'A', weight: 60 },
            { id: 'B', weight: 40 },
          ],
        },
        items: { A: { effort } },
        scale: { max: 5, step: 1 },
        levels: 2,
        grading: { kind: 'tiers', tiers: tiersUpTo(1, 5) },
      })
    // Above 1: two steps of A give 1.2; A and B 1.0 only; B alone three steps, 1.2.
    expect(planOf(edition(1), { A: 0, B: 0 })).toMatchObject({ cost: 2, raises: [{ id: 'A', to: 2 }] })
    expect(planOf(edition(2), { A: 0, B: 0 })).toMatchObject({ cost: 3, raises: [{ id: 'B', to: 3 }] })
  })

  it('an indicator answered 不适用 is never proposed, a gap starts from nothing', () => {
    const edition = makeEdition({
      tree: { id: 'all', items: ['A', 'B'] },
      items: { A: { notApplicable: true } },
      levels: 2,
      grading: { kind: 'tiers', tiers: tiersUpTo(1, 5) },
    })
    expect(planOf(edition, { A: none, B: 1 })?.raises).toEqual([{ id: 'B', from: 1, to: 1.5, cost: 1 }])
    expect(planOf(edition, { A: none, B: 'unknown' })?.raises).toEqual([{ id: 'B', from: 0, to: 1.5, cost: 3 }])
    expect(planOf(edition, { A: none })?.raises).toEqual([{ id: 'B', from: 0, to: 1.5, cost: 3 }])
  })

  it('there is none at the top, without grading, and for an empty sheet', () => {
    expect(planOf(guangxi, answersAtLevel(guangxi, 5))).toBeUndefined()
    const small = { tree: { id: 'all', items: ['A'] }, items: { A: { notApplicable: true } } }
    expect(planOf(makeEdition(small), { A: 1 })).toBeUndefined()
    const graded = makeEdition({ ...small, levels: 2, grading: { kind: 'tiers', tiers: tiersUpTo(1, 5) } })
    expect(planOf(graded, { A: none })).toBeUndefined()
    expect(planOf(graded, { A: 5 })).toBeUndefined()
    expect(planOf(graded, { A: 1 })?.cost).toBe(1)
  })

  it('there is none to a tier that no gate rule grants', () => {
    const edition = makeEdition({
      tree: { id: 'all', items: ['A'] },
      levels: 3,
      grading: {
        kind: 'tiers',
        tiers: tiersWithoutScore(3),
        gates: { items: ['A'], base: 1, rules: [{ tier: 2, items: { share: 100, atLeast: 1 } }] },
      },
    })
    expect(planOf(edition, { A: 0 })).toMatchObject({ reaches: { tier: 2 }, cost: 2 })
    expect(planOf(edition, { A: 1 })).toBeUndefined()
  })

  it('of a cumulative model it is every gap up to the next level', () => {
    const edition = makeEdition({
      tree: { id: 'all', items: ['A', 'B', 'C'] },
      items: { B: { notApplicable: true, effort: 3 } },
      levels: 3,
      grading: {
        kind: 'cumulative',
        levels: [
          { level: 1, items: ['B', 'A'], atLeast: 2 },
          { level: 2, items: ['C', 'A'], atLeast: 3 },
          { level: 3, items: ['A'], atLeast: 5 },
        ],
      },
    })
    expect(planOf(edition, { A: 1, B: 1.5, C: 5 })).toEqual({
      reaches: { level: 1 },
      cost: 2 + 3,
      raises: [
        { id: 'A', from: 1, to: 2, cost: 2 },
        { id: 'B', from: 1.5, to: 2, cost: 3 },
      ],
    })
    expect(planOf(edition, { A: 2, B: none })).toEqual({
      reaches: { level: 2 },
      cost: 2 + 6,
      raises: [
        { id: 'A', from: 2, to: 3, cost: 2 },
        { id: 'C', from: 0, to: 3, cost: 6 },
      ],
    })
    const sheet = scoreSheet(edition, { A: 2, B: none })
    expect(gradeScores(applyRaises(sheet, planUpgrade(sheet)!.raises)).level!.low).toBe(2)
    expect(planOf(edition, { A: 5, B: 2, C: 3 })).toBeUndefined()
    const zero = makeEdition({
      tree: { id: 'all', items: ['A'] },
      items: { A: { notApplicable: true } },
      answers: { unanswered: 'range', notApplicable: 'zero' },
      levels: 1,
      grading: { kind: 'cumulative', levels: [{ level: 1, items: ['A'], atLeast: 2 }] },
    })
    expect(planOf(zero, { A: none })).toBeUndefined()
    expect(planOf(zero, { A: 0 })?.cost).toBe(4)
  })
})

describe('广西问卷的提档路径', () => {
  const TYPES: readonly ProductionType[] = ['discrete', 'process', 'mining', 'utilities']

  /** The official tier by the reference scorer when some indicators are worth other values. */
  function tierWith(answers: Answers, type: ProductionType, values: ReadonlyMap<string, number>): number {
    const changed: Record<string, Answer> = { ...answers }
    for (const [id, value] of values) changed[id] = answerWorth(guangxi.indicators.get(id)!, value)
    return referenceScore(changed as Answers, type).tier.low
  }

  it('40 points exactly and everything else ready: one half step of the first indicator', () => {
    // All at 2.5 but for domains at 2 exactly, see the test of grading: S, C, T, G and B at 2, gates at 2.5.
    const answers = answersAtLevel(guangxi, 2.5, 'discrete')
    const put = (value: number, ...nodes: readonly string[]): void => {
      for (const indicator of guangxi.indicators.values()) {
        if (nodes.some((node) => indicator.id.startsWith(`${node}.`)))
          answers[indicator.id] = answerWorth(indicator, value)
      }
    }
    put(2, 'S2', 'B5')
    put(1.5, 'S3', 'T3', 'T4', 'G3', 'G4', 'B3', 'B4')
    put(1, 'C3', 'C5')
    expect(planOf(guangxi, answers)).toEqual({
      reaches: { tier: 5 },
      cost: 1,
      raises: [{ id: 'S1.1', from: 2.5, to: 3, cost: 1 }],
    })
  })

  it('one gate item short: the first of those a half step below the mark', () => {
    // 1.5 everywhere but six gate items at 1: 11 of 17 reach 1.5, the twelfth costs one half step.
    const answers = { ...answersAtLevel(guangxi, 1.5, 'discrete') }
    for (const id of ['B2.3', 'B2.1', 'G1.1', 'T1.3', 'C6.1', 'C4.2']) answers[id] = 1
    expect(planOf(guangxi, answers)).toMatchObject({ cost: 1, raises: [{ id: 'C4.2', from: 1, to: 1.5, cost: 1 }] })
  })

  it('the raises reach the next tier, no raise is needless, and 100 greedy attempts are no cheaper', () => {
    let attempts = 0
    for (let seed = 1; seed <= 28; seed++) {
      const type = TYPES[seed % 4]!
      const answers = randomSheet(seeded(seed), type)
      const before = referenceScore(answers, type)
      const sheet = scoreSheet(guangxi, answers, { productionType: type })
      const plan = planUpgrade(sheet)
      const place = `seed ${seed}, ${type}`
      const target = before.tier.low + 1
      const ids = Object.keys(before.items)
      const full = new Map(ids.map((id) => [id, 5]))
      expect(plan !== undefined, place).toBe(target <= 10 && tierWith(answers, type, full) >= target)
      if (plan === undefined) continue
      for (const { id, from } of plan.raises) {
        expect(ids, place).toContain(id)
        expect(from).toBe(before.items[id]!.low)
      }
      const values = new Map(plan.raises.map(({ id, to }) => [id, to]))
      // One step may open two tiers at once.
      expect(tierWith(answers, type, values), place).toBeGreaterThanOrEqual(target)
      for (const { id, to } of plan.raises) {
        expect(tierWith(answers, type, new Map(values).set(id, to - 0.5)), `${place}: ${id}`).toBeLessThan(target)
      }
      // Greedy: half steps in a random order until the tier is reached, then as many taken back as can be.
      const random = seeded(1000 + seed)
      for (let attempt = 0; attempt < 4; attempt++) {
        const order = ids
          .flatMap((id) => Array.from({ length: 2 * (5 - before.items[id]!.low) }, () => ({ id, at: random() })))
          .sort((a, b) => a.at - b.at)
          .map(({ id }) => id)
        const raise = (steps: readonly string[]): ReadonlyMap<string, number> => {
          const values = new Map<string, number>()
          for (const id of steps) values.set(id, (values.get(id) ?? before.items[id]!.low) + 0.5)
          return values
        }
        let low = 0
        let high = order.length
        while (low < high) {
          const middle = (low + high) >> 1
          if (tierWith(answers, type, raise(order.slice(0, middle))) >= target) high = middle
          else low = middle + 1
        }
        let steps = order.slice(0, low)
        for (const size of [16, 4, 1]) {
          for (let at = steps.length - size; at >= 0; at -= size) {
            const fewer = [...steps.slice(0, at), ...steps.slice(at + size)]
            if (tierWith(answers, type, raise(fewer)) >= target) steps = fewer
          }
        }
        attempts += 1
        expect(plan.cost, place).toBeLessThanOrEqual(steps.length)
      }
    }
    expect(attempts).toBeGreaterThanOrEqual(100)
  })

  it('an indicator answered 不适用 is not proposed', () => {
    const answers = { ...answersAtLevel(guangxi, 1, 'discrete'), 'C1.1': none, 'C1.2': none, 'C1.3': none }
    const plan = planOf(guangxi, answers)
    expect(plan?.reaches).toEqual({ tier: 3 })
    expect(idsOf(plan)!.filter((id) => id.startsWith('C1.'))).toEqual([])
  })
})
