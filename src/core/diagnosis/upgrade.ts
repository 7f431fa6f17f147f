import { compare, exact, subtract, ZERO, type Exact } from '../exact.ts'
import { type GateRule, type Indicator, type TierGradingRules } from './edition.ts'
import { countStepsTo, findNode, isLinear, measureGains } from './gains.ts'
import { countGateItems, gradeScores, listCapped, listRulesFor, type Grade } from './grading.ts'
import { combineItems, type ItemScore, type ScoreSheet } from './scoring.ts'

/** One indicator to raise, in values of its scale; `cost` in half-steps times the edition's effort. */
export interface Raise {
  readonly id: string
  readonly from: number
  readonly to: number
  readonly cost: number
}

/** 提档路径 — the cheapest set of raises, in the order of the questionnaire, and what it reaches. */
export interface Upgrade {
  readonly reaches: { readonly tier: number } | { readonly level: number }
  readonly cost: number
  readonly raises: readonly Raise[]
}

/** What the search sees of one raisable indicator. Gains are whole numbers in the unit of each constraint. */
interface Lift {
  readonly item: ItemScore
  readonly effort: number
  readonly capacity: number
  /** Gain per step for each floor (index as in `floors`), 0 where the item lies outside it. */
  readonly gains: readonly number[]
  /** Steps after which the item newly counts for each quota; undefined when it cannot or already does. */
  readonly quotaAt: readonly (number | undefined)[]
  /** Steps that a cap demands at the least. */
  readonly least: number
}

/** A linear floor: the summed gains must reach `need`. Its items are one run of the questionnaire, first to last. */
interface Floor {
  readonly need: number
  readonly first: number
  readonly last: number
}

interface Task {
  readonly lifts: readonly Lift[]
  readonly floors: readonly Floor[]
  readonly quotas: readonly number[]
}

/**
 * 提档路径 — the cheapest set of half-step raises that lifts the official (low) result by one tier or level. Among sets of
 * equal cost the one touching fewer indicators, then the lower ids in the order of the questionnaire (scoring rules, §5).
 * Items answered 不适用 are never proposed; unanswered ones start from nothing. Undefined at the top, or when no raise helps.
 *
 * Exact. In a tree of means and sums every condition of the next tier is one of three: a linear floor (the score, a node),
 * a quota of gate items at a mark, or a least value of an item (caps). `solve` walks the indicators once and keeps every
 * partial plan that is not dominated: another partial plan that costs less (or the same with fewer or lower indicators)
 * and has at least as much of every floor and quota can be completed in every way the first can, so dropping the first
 * loses nothing. Plans are also dropped when even the best conceivable rest stays short: the steps with the highest gain
 * per cost, conditions taken one by one. Both cuts are safe, so what remains contains the optimum. A tree with a minimum
 * in it is not linear; there all raise sets are tried in order of cost.
 */
export function planUpgrade(sheet: ScoreSheet, grade: Grade = gradeScores(sheet)): Upgrade | undefined {
  const { grading } = sheet.edition
  if (grading?.kind === 'cumulative') return planNextLevel(sheet, grade)
  const tier = grade.next?.tier
  if (grading === undefined || tier === undefined) return undefined
  const rules = listRulesFor(grading, tier)
  if (rules === undefined) return undefined
  const caps = grading.caps.filter((cap) => cap.tier < tier)
  if (caps.some((cap) => listCapped(sheet, cap, 'low').some((item) => !isRaisable(item)))) return undefined
  const chosen = isLinear(sheet.edition.tree)
    ? solve(describeTask(sheet, grading, rules, tier))
    : tryInOrderOfCost(sheet, (grade) => (grade.tier?.low ?? 0) >= tier)
  return chosen === undefined ? undefined : { reaches: { tier }, ...tellRaises(chosen) }
}

/** The score sheet as it would be after the raises: re-scoring with the set applied must reach the tier. */
export function applyRaises(sheet: ScoreSheet, raises: readonly Raise[]): ScoreSheet {
  const items = new Map(sheet.items)
  for (const { id, to } of raises) {
    const item = items.get(id)!
    const low = Math.round(to / item.indicator.step)
    items.set(id, { ...item, low, high: Math.max(low, item.high) })
  }
  return combineItems(sheet.edition, sheet.profile, sheet.form, items)
}

type Steps = readonly { readonly item: ItemScore; readonly steps: number }[]

function effortOf(indicator: Indicator): number {
  return indicator.rule.effort ?? 1
}

function tellRaises(chosen: Steps): { cost: number; raises: readonly Raise[] } {
  const raises = chosen.map(({ item: { indicator, low }, steps }) => ({
    id: indicator.id,
    from: low * indicator.step,
    to: (low + steps) * indicator.step,
    cost: steps * effortOf(indicator),
  }))
  return { cost: raises.reduce((sum, raise) => sum + raise.cost, 0), raises }
}

function isRaisable({ counts, state, low, indicator }: ItemScore): boolean {
  return counts && state !== 'notApplicable' && low < Math.round(indicator.max / indicator.step)
}

/** Of a cumulative model: every item of the levels up to the next must be at its mark, so the set is forced. */
function planNextLevel(sheet: ScoreSheet, grade: Grade): Upgrade | undefined {
  const { grading } = sheet.edition
  if (grading?.kind !== 'cumulative') return undefined
  const at = grading.levels.findIndex(({ level }) => level > (grade.level?.low ?? 0))
  if (at < 0) return undefined
  const marks = new Map<string, number>()
  for (const { items, atLeast } of grading.levels.slice(0, at + 1)) {
    for (const id of items) {
      const missing = countStepsTo(sheet.items.get(id)!, atLeast)
      if (missing > 0) marks.set(id, Math.max(missing, marks.get(id) ?? 0))
    }
  }
  const chosen: { item: ItemScore; steps: number }[] = []
  for (const item of sheet.items.values()) {
    const steps = marks.get(item.indicator.id)
    if (steps === undefined || !item.counts) continue
    if (!isRaisable(item) || item.low + steps > Math.round(item.indicator.max / item.indicator.step)) return undefined
    chosen.push({ item, steps })
  }
  return { reaches: { level: grading.levels[at]!.level }, ...tellRaises(chosen) }
}

function leastCommonMultiple(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a * exact(b, a).n, 1)
}

/** The conditions of a tier in whole numbers: floors, quotas and least values. */
function describeTask(sheet: ScoreSheet, grading: TierGradingRules, rules: readonly GateRule[], tier: number): Task {
  const items = [...sheet.items.values()].filter(isRaisable)
  const floors: { gains: ReadonlyMap<string, Exact>; need: Exact; strict: boolean }[] = []
  const upTo = grading.tiers[tier - 2]?.upTo
  if (upTo !== undefined) {
    const need = subtract(upTo, sheet.score!.low)
    floors.push({ gains: measureGains(sheet.edition.tree, sheet), need, strict: true })
  }
  for (const { nodes } of rules) {
    for (const id of nodes?.ids ?? []) {
      const value = sheet.nodes.get(id)
      if (value === undefined || compare(value.low, nodes!.atLeast) >= 0) continue
      const gains = measureGains(findNode(sheet.edition.tree, id)!, sheet)
      floors.push({ gains, need: subtract(nodes!.atLeast, value.low), strict: false })
    }
  }
  const units = floors.map(({ gains, need }) => leastCommonMultiple([need.d, ...[...gains.values()].map(({ d }) => d)]))
  const counts = rules
    .map((rule) => ({ rule, count: countGateItems(sheet, grading.gates!.items, rule, 'low') }))
    .filter(({ count }) => count.have < count.need)
  const caps = grading.caps.filter((cap) => cap.tier < tier)
  const lifts = items.map((item): Lift => {
    const { id } = item.indicator
    const capacity = Math.round(item.indicator.max / item.indicator.step) - item.low
    return {
      item,
      effort: effortOf(item.indicator),
      capacity,
      gains: floors.map(({ gains }, at) => inUnits(gains.get(id) ?? ZERO, units[at]!)),
      quotaAt: counts.map(({ rule, count }) => {
        if (!count.below.includes(item)) return undefined
        const steps = countStepsTo(item, rule.items!.atLeast)
        return steps <= capacity ? steps : undefined
      }),
      least: Math.max(0, ...caps.filter((cap) => cap.items.includes(id)).map((cap) => countStepsTo(item, cap.below))),
    }
  })
  return {
    lifts,
    floors: floors.map(({ need, strict }, at) => ({
      need: Math.max(0, inUnits(need, units[at]!) + (strict ? 1 : 0)),
      first: lifts.findIndex(({ gains }) => gains[at]! > 0),
      last: lifts.reduce((last, { gains }, index) => (gains[at]! > 0 ? index : last), -1),
    })),
    quotas: counts.map(({ count }) => count.need - count.have),
  }
}

function inUnits(value: Exact, unit: number): number {
  return value.n * (unit / value.d)
}

/** A partial plan over some indicators. `touched` and `order` break ties; `order` has the highest bit for the first. */
interface Plan {
  readonly cost: number
  readonly touched: number
  readonly order: bigint
  readonly gains: readonly number[]
  readonly quotas: readonly number[]
  readonly raised: Raised | undefined
}

/** The raises of a plan as a tree, so that plans share what they have in common. */
type Raised =
  | { readonly lift: Lift; readonly steps: number; readonly before: Raised | undefined }
  | readonly [Raised | undefined, Raised | undefined]

function isCheaper(a: Plan, b: Plan): boolean {
  if (a.cost !== b.cost) return a.cost < b.cost
  return a.touched !== b.touched ? a.touched < b.touched : a.order > b.order
}

function traceBack(raised: Raised | undefined): Steps {
  if (raised === undefined) return []
  if ('lift' in raised) return [...traceBack(raised.before), { item: raised.lift.item, steps: raised.steps }]
  return [...traceBack(raised[0]), ...traceBack(raised[1])]
}

/** 分段 — the indicators of one innermost floor, or a run between two: planned alone, then put together. */
interface Segment {
  readonly from: number
  readonly to: number
  /** Everything after the segment. */
  readonly after: Rest
  /** For each indicator of the segment: the rest of the segment, and everything not yet decided while it is planned. */
  readonly inside: readonly Rest[]
  readonly others: readonly Rest[]
  /** No plan of the segment that meets its own floor and caps costs less. */
  readonly leastCost: number
}

function solve(task: Task): Steps | undefined {
  const { lifts, floors, quotas } = task
  if (lifts.some(({ least, capacity }) => least > capacity)) return undefined
  const start: Plan = {
    cost: 0,
    touched: 0,
    order: 0n,
    gains: floors.map(() => 0),
    quotas: quotas.map(() => 0),
    raised: undefined,
  }
  const segments = cutSegments(task, start)
  const whole = new Rest(task, lifts)
  const apart = segments.reduce((sum, { leastCost }) => sum + leastCost, 0)
  const most = lifts.reduce((sum, { capacity, effort }) => sum + capacity * effort, 0)
  // Budget by budget: the first that allows any complete plan is the optimal cost, and a tight budget keeps each try small.
  for (let budget = Math.max(apart, whole.leastCost(start)); budget <= most; budget++) {
    const plan = solveWithin(task, segments, start, budget)
    if (plan !== undefined) return traceBack(plan.raised)
  }
  return undefined
}

function cutSegments(task: Task, start: Plan): readonly Segment[] {
  const { lifts, floors } = task
  const innermost = floors
    .filter((floor) => floor.need > 0 && floor.first >= 0)
    .filter((floor, _, all) => !all.some((other) => isInside(other, floor) && !isInside(floor, other)))
    .sort((a, b) => a.first - b.first)
  const cuts = new Set([0, lifts.length])
  for (const { first, last } of innermost) cuts.add(first).add(last + 1)
  const edges = [...cuts].sort((a, b) => a - b)
  return edges.slice(0, -1).map((from, at) => {
    const to = edges[at + 1]!
    const rest = new Rest(task, lifts.slice(from, to))
    const own = floors.flatMap((floor, index) => (floor.first >= from && floor.last < to ? [index] : []))
    const within = lifts.slice(from, to)
    return {
      from,
      to,
      after: new Rest(task, lifts.slice(to)),
      inside: within.map((_, index) => new Rest(task, within.slice(index + 1))),
      others: within.map((_, index) => new Rest(task, [...lifts.slice(0, from), ...lifts.slice(from + index + 1)])),
      leastCost: Math.max(rest.caps, ...own.map((floor) => rest.costOfFloor(floor, start))),
    }
  })
}

function isInside(inner: Floor, outer: Floor): boolean {
  return outer.first <= inner.first && inner.last <= outer.last
}

function solveWithin(task: Task, segments: readonly Segment[], start: Plan, budget: number): Plan | undefined {
  let plans: readonly Plan[] = [start]
  const apart = segments.reduce((sum, { leastCost }) => sum + leastCost, 0)
  let later = apart
  for (const segment of segments) {
    later -= segment.leastCost
    const own = planSegment(task, segment, start, budget, budget - apart + segment.leastCost)
    const frontier = new Frontier(task, 0, segment.to)
    for (const before of plans) {
      for (const plan of own) {
        if (before.cost + plan.cost + later > budget) continue
        const joined = join(task, before, plan)
        if (joined.cost + segment.after.leastCost(joined) <= budget) frontier.add(joined)
      }
    }
    plans = frontier.list()
    if (plans.length === 0) return undefined
  }
  return plans.reduce((best, plan) => (isCheaper(plan, best) ? plan : best))
}

function join({ floors, quotas }: Task, a: Plan, b: Plan): Plan {
  return {
    cost: a.cost + b.cost,
    touched: a.touched + b.touched,
    order: a.order | b.order,
    gains: a.gains.map((gain, at) => Math.min(floors[at]!.need, gain + b.gains[at]!)),
    quotas: a.quotas.map((count, at) => Math.min(quotas[at]!, count + b.quotas[at]!)),
    raised: a.raised === undefined ? b.raised : [a.raised, b.raised],
  }
}

/** All undominated plans of one segment that cost at most `most` and could be completed within the budget. */
function planSegment(
  task: Task,
  { from, to, inside, others }: Segment,
  start: Plan,
  budget: number,
  most: number,
): readonly Plan[] {
  const { lifts, floors, quotas } = task
  let plans: readonly Plan[] = [start]
  for (let at = from; at < to; at++) {
    const lift = lifts[at]!
    const own = inside[at - from]!
    const rest = others[at - from]!
    const frontier = new Frontier(task, from, at + 1)
    for (const plan of plans) {
      for (let steps = lift.least; steps <= lift.capacity; steps++) {
        const cost = plan.cost + steps * lift.effort
        if (cost > most) break
        const next: Plan =
          steps === 0
            ? plan
            : {
                cost,
                touched: plan.touched + 1,
                order: plan.order | (1n << BigInt(lifts.length - 1 - at)),
                // More than needed is worth no more than needed.
                gains: plan.gains.map((gain, floor) =>
                  Math.min(floors[floor]!.need, gain + steps * lift.gains[floor]!),
                ),
                quotas: plan.quotas.map((count, quota) => {
                  const mark = lift.quotaAt[quota]
                  return mark !== undefined && steps >= mark ? Math.min(quotas[quota]!, count + 1) : count
                }),
                raised: { lift, steps, before: plan.raised },
              }
        if (cost + own.leastCostOfOwn(next, from, to) > most) continue
        if (cost + rest.leastCost(next) <= budget) frontier.add(next)
      }
    }
    plans = frontier.list()
  }
  return plans
}

/**
 * Keeps the partial plans, over the indicators from `from` up to `at`, that no other one dominates. Floors that lie within
 * that run are met (the bounds saw to it) and floors not yet begun are still 0 everywhere, so comparing all of them is
 * right, and comparing the open ones enough. A floor that began before the run stays open: what it lacks may come from there.
 */
class Frontier {
  readonly #groups = new Map<string, Plan[]>()
  readonly #open: readonly number[]

  constructor({ floors }: Task, from: number, at: number) {
    this.#open = floors.flatMap(({ first, last, need }, floor) =>
      need > 0 && (at <= last || first < from) ? [floor] : [],
    )
  }

  add(plan: Plan): void {
    const key = plan.quotas.join()
    const group = this.#groups.get(key)
    if (group === undefined) {
      this.#groups.set(key, [plan])
      return
    }
    let kept = 0
    for (const other of group) {
      if (this.#dominates(other, plan)) return
    }
    for (const other of group) {
      if (!this.#dominates(plan, other)) group[kept++] = other
    }
    group.length = kept
    group.push(plan)
  }

  #dominates(a: Plan, b: Plan): boolean {
    if (isCheaper(b, a)) return false
    for (const floor of this.#open) if (a.gains[floor]! < b.gains[floor]!) return false
    return true
  }

  list(): Plan[] {
    const plans: Plan[] = []
    for (const group of this.#groups.values()) plans.push(...group)
    return plans
  }
}

/** 下界 — what some indicators still to be decided can do at best, each condition taken alone. */
class Rest {
  /** At index c the most that c units of cost add to a floor: steps of the highest gain per cost first, parts allowed. */
  readonly #sums: (readonly number[])[]
  /** At index n the least cost of n more gate items at a quota's mark. */
  readonly #marks: (readonly number[])[]
  /** The same sums over a quota's gate items alone, by quota and floor. */
  readonly #gateSums: (readonly number[])[][] = []
  readonly #task: Task
  readonly #lifts: readonly Lift[]
  readonly caps: number

  constructor(task: Task, lifts: readonly Lift[]) {
    this.#task = task
    this.#lifts = lifts
    this.#sums = []
    this.#marks = task.quotas.map((_, quota) => {
      const costs = lifts.flatMap(({ quotaAt, effort }) =>
        quotaAt[quota] === undefined ? [] : [quotaAt[quota] * effort],
      )
      const sums = [0]
      for (const cost of costs.sort((a, b) => a - b)) sums.push(sums[sums.length - 1]! + cost)
      return sums
    })
    this.caps = lifts.reduce((sum, { least, effort }) => sum + least * effort, 0)
  }

  costOfFloor(floor: number, plan: Plan): number {
    return this.#costOfGain(floor, this.#task.floors[floor]!.need - plan.gains[floor]!)
  }

  #costOfGain(floor: number, missing: number): number {
    if (missing <= 0) return 0
    const sums = (this.#sums[floor] ??= listBestSums(this.#lifts, floor))
    if (sums[sums.length - 1]! < missing) return Infinity
    let low = 0
    let high = sums.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (sums[middle]! >= missing) high = middle
      else low = middle + 1
    }
    return low
  }

  /** No completion costs less than this. */
  leastCost(plan: Plan): number {
    let bound = this.caps
    for (const floor of this.#task.floors.keys()) bound = Math.max(bound, this.costOfFloor(floor, plan))
    for (const [quota, need] of this.#task.quotas.entries()) {
      const missing = need - plan.quotas[quota]!
      if (missing <= 0) continue
      const spent = this.#marks[quota]![missing]
      if (spent === undefined) return Infinity
      bound = Math.max(bound, spent)
      // That much goes to gate items in any case and gains there at best so much; only what is left can go to the best steps.
      for (const [floor, { need }] of this.#task.floors.entries()) {
        const left = need - plan.gains[floor]! - this.#gainOfGates(floor, quota, spent)
        if (left > 0) bound = Math.max(bound, spent + this.#costOfGain(floor, left))
      }
    }
    return bound
  }

  #gainOfGates(floor: number, quota: number, cost: number): number {
    const sums = ((this.#gateSums[quota] ??= [])[floor] ??= listBestSums(
      this.#lifts.filter(({ quotaAt }) => quotaAt[quota] !== undefined),
      floor,
    ))
    return sums[Math.min(cost, sums.length - 1)]!
  }

  /** The same for the floors that lie within the segment alone. */
  leastCostOfOwn(plan: Plan, from: number, to: number): number {
    let bound = this.caps
    for (const [floor, { first, last }] of this.#task.floors.entries()) {
      if (first >= from && last < to) bound = Math.max(bound, this.costOfFloor(floor, plan))
    }
    return bound
  }
}

function listBestSums(lifts: readonly Lift[], floor: number): readonly number[] {
  const offers = lifts
    .filter(({ gains }) => gains[floor]! > 0)
    .map(({ gains, effort, capacity }) => ({ perCost: gains[floor]! / effort, units: effort * capacity }))
    .sort((a, b) => b.perCost - a.perCost)
  // Divided gains carry float dust; a bound may only err on the generous side.
  const sums = [1e-6]
  for (const { perCost, units } of offers) {
    for (let unit = 0; unit < units; unit++) sums.push(sums[sums.length - 1]! + perCost)
  }
  return sums
}

/** Own choice: a tree with a minimum in it is small; beyond this many tries the question stays open. */
const MOST_TRIES = 200_000

/** All raise sets in order of cost, then of indicators touched, then of ids: the first that reaches is the answer. */
function tryInOrderOfCost(sheet: ScoreSheet, reaches: (grade: Grade) => boolean): Steps | undefined {
  const items = [...sheet.items.values()].filter(isRaisable)
  const capacityOf = ({ indicator, low }: ItemScore): number => Math.round(indicator.max / indicator.step) - low
  const apply = (chosen: Steps): Grade => gradeScores(applyRaises(sheet, tellRaises(chosen).raises))
  const all = items.map((item) => ({ item, steps: capacityOf(item) }))
  if (!reaches(apply(all))) return undefined
  let tries = 0
  /** The first way to spend exactly the budget on these indicators, each raised at least once. */
  const spend = (touched: readonly ItemScore[], budget: number, chosen: Steps): Steps | undefined => {
    const item = touched[chosen.length]
    if (item === undefined) {
      tries += 1
      return budget === 0 && tries <= MOST_TRIES && reaches(apply(chosen)) ? chosen : undefined
    }
    const effort = effortOf(item.indicator)
    for (let steps = 1; steps <= capacityOf(item) && steps * effort <= budget; steps++) {
      const found = spend(touched, budget - steps * effort, [...chosen, { item, steps }])
      if (found !== undefined) return found
    }
    return undefined
  }
  /** The indicators are chosen before the steps: lower ids come first, however the cost is spread over them. */
  const search = (at: number, cost: number, touch: number, touched: readonly ItemScore[]): Steps | undefined => {
    if (touch === 0) return spend(touched, cost, [])
    if (at >= items.length || tries > MOST_TRIES) return undefined
    return search(at + 1, cost, touch - 1, [...touched, items[at]!]) ?? search(at + 1, cost, touch, touched)
  }
  const most = all.reduce((sum, { item, steps }) => sum + steps * effortOf(item.indicator), 0)
  for (let cost = 1; cost <= most && tries <= MOST_TRIES; cost++) {
    for (let touch = 1; touch <= Math.min(cost, items.length); touch++) {
      const found = search(0, cost, touch, [])
      if (found !== undefined) return found
    }
  }
  return undefined
}
