import { makeEdition, type NodeSketch } from './build'
import { type Answer } from '#core/diagnosis/answers'
import { type Edition } from '#core/diagnosis/edition'

/*
 * Random small models with a second, naive evaluation: the oracle of the tests of the way to the next tier and of the
 * firmness of a flag. It shares no line with `src`: plain doubles, snapped to 1e-9 before every comparison, as the rules
 * allow, and every set of raises or drops is tried.
 */

export interface SmallItem {
  readonly id: string
  readonly max: number
  readonly step: number
  readonly effort: number
  /** Whole steps now. Unanswered counts 0. */
  readonly now: number
  readonly answer: Answer | undefined
}

export interface SmallRule {
  readonly tier: number
  readonly items?: { readonly share: number; readonly atLeast: number }
  readonly nodes?: { readonly ids: readonly string[]; readonly atLeast: number }
}

export interface SmallModel {
  readonly edition: Edition
  readonly tree: NodeSketch
  readonly items: readonly SmallItem[]
  readonly notApplicableIsZero: boolean
  readonly upTo: readonly (number | undefined)[]
  readonly gates: { readonly items: readonly string[]; readonly base: number; readonly rules: readonly SmallRule[] }
  readonly caps: readonly { readonly items: readonly string[]; readonly below: number; readonly tier: number }[]
  readonly visitFrom: number
  readonly answers: Readonly<Record<string, Answer>>
}

const snap = (value: number): number => Math.round(value * 1e9)

/** The tier when item `i` stands at `steps[i]` steps; an item that is not applicable stands at 0 or is left out. */
export function tierOfSteps(model: SmallModel, steps: readonly number[]): number {
  const values = new Map<string, number>()
  for (const [at, item] of model.items.entries()) {
    const isOut = typeof item.answer === 'object'
    if (isOut && !model.notApplicableIsZero) continue
    values.set(item.id, isOut ? 0 : steps[at]! * item.step)
  }
  const nodes = new Map<string, number>()
  const evaluate = (node: NodeSketch): number | undefined => {
    const parts: { weight: number; value: number }[] = []
    for (const child of node.children ?? []) {
      const value = evaluate(child)
      if (value !== undefined) parts.push({ weight: child.weight ?? 1, value })
    }
    for (const entry of node.items ?? []) {
      const { id, weight } = typeof entry === 'string' ? { id: entry, weight: 1 } : entry
      const value = values.get(id)
      if (value !== undefined) parts.push({ weight, value })
    }
    if (parts.length === 0) return undefined
    const sum = parts.reduce((total, { weight, value }) => total + weight * value, 0)
    const weights = parts.reduce((total, { weight }) => total + weight, 0)
    const smallest = Math.min(...parts.map(({ value }) => value))
    const combined = node.combine === 'minimum' ? smallest : node.combine === 'sum' ? sum : sum / weights
    const value = combined * (node.multiply ?? 1)
    nodes.set(node.id, value)
    return value
  }
  const score = evaluate(model.tree)
  if (score === undefined) return NaN
  const top = model.upTo.length
  let scoreTier = 1
  while (scoreTier < top && snap(score) > snap(model.upTo[scoreTier - 1] ?? Infinity)) scoreTier += 1
  if (model.upTo[0] === undefined) scoreTier = top
  let gateTier = model.gates.rules.length === 0 ? top : model.gates.base
  const gated = model.gates.items.flatMap((id) => values.get(id) ?? [])
  for (const { tier, items, nodes: floors } of model.gates.rules) {
    if (items !== undefined) {
      const reached = gated.filter((value) => snap(value) >= snap(items.atLeast)).length
      if (reached * 100 < items.share * gated.length) break
    }
    if (floors?.ids.some((id) => nodes.has(id) && snap(nodes.get(id)!) < snap(floors.atLeast))) break
    gateTier = tier
  }
  let cap = top
  for (const { items, below, tier } of model.caps) {
    if (items.some((id) => values.has(id) && snap(values.get(id)!) < snap(below))) cap = Math.min(cap, tier)
  }
  return Math.min(scoreTier, gateTier, cap)
}

export interface Shape {
  /** Most items at or near their maximum. */
  readonly high?: boolean
  readonly minimum?: boolean
  readonly efforts?: boolean
  readonly items?: readonly [number, number]
}

/** A random model: nested nodes, weights, item scales, gates, floors on inner nodes, caps, gaps and 不适用 answers. */
export function drawModel(random: () => number, shape: Shape = {}): SmallModel {
  const below = (n: number): number => Math.floor(random() * n)
  const chance = (p: number): boolean => random() < p
  const pick = <Thing>(things: readonly Thing[]): Thing => things[below(things.length)]!
  const [fewest, most] = shape.items ?? [3, 6]
  const count = fewest + below(most - fewest + 1)

  const items = Array.from({ length: count }, (_, at): SmallItem => {
    const [max, step] = pick([
      [1, 0.5],
      [2, 1],
      [3, 1],
      [2, 1],
      [1, 1],
    ] as const)
    const steps = Math.round(max / step)
    const now = shape.high === true ? Math.max(0, steps - below(2)) : below(chance(0.5) ? 2 : steps + 1)
    const state = random()
    const answer: Answer | undefined =
      state < 0.1 ? undefined : state < 0.15 ? 'unknown' : state < 0.27 ? { notApplicable: '没有' } : now * step
    const effort = shape.efforts === true ? 1 + below(4) : 1
    return { id: `I${at + 1}`, max, step, effort, answer, now: typeof answer === 'number' ? now : 0 }
  })

  let nodeCount = 0
  /** Cuts a run of items into a tree; children keep the order of the questionnaire. */
  const grow = (ids: readonly string[], depth: number): NodeSketch => {
    nodeCount += 1
    const id = `N${nodeCount}`
    const combines = ['mean', 'weightedMean', 'sum', 'mean', ...(shape.minimum === true ? ['minimum' as const] : [])]
    const combine = pick(combines as readonly ('mean' | 'weightedMean' | 'sum' | 'minimum')[])
    const multiply = chance(0.2) ? { multiply: pick([2, 0.5, 10]) } : {}
    const shares = (n: number): number[] => {
      const weights = Array.from({ length: n }, () => 5 * (1 + below(3)))
      return weights.map((weight, at) =>
        at < n - 1 ? weight : 100 - weights.slice(0, n - 1).reduce((sum, other) => sum + other, 0),
      )
    }
    if (depth === 0 || ids.length === 1 || chance(0.25)) {
      const weights = shares(ids.length)
      const entries = combine === 'weightedMean' ? ids.map((id, at) => ({ id, weight: weights[at]! })) : ids
      return { id, combine, ...multiply, items: entries }
    }
    const cuts = new Set([0, ids.length])
    for (let cut = below(3) + 1; cut > 0; cut--) cuts.add(1 + below(ids.length - 1))
    const edges = [...cuts].sort((a, b) => a - b)
    const weights = shares(edges.length - 1)
    const children = edges.slice(1).map((to, at) => {
      const child = grow(ids.slice(edges[at], to), depth - 1)
      return combine === 'weightedMean' ? { ...child, weight: weights[at]! } : child
    })
    return { id, combine, ...multiply, children }
  }
  const tree = grow(
    items.map(({ id }) => id),
    3,
  )

  /** What a node is worth when every item below it stands at a share of its maximum. */
  const worth = (node: NodeSketch, share: number): number => {
    const parts = [
      ...(node.children ?? []).map((child) => ({ weight: child.weight ?? 1, value: worth(child, share) })),
      ...(node.items ?? []).map((entry) => {
        const { id, weight } = typeof entry === 'string' ? { id: entry, weight: 1 } : entry
        return { weight, value: share * items.find((item) => item.id === id)!.max }
      }),
    ]
    const sum = parts.reduce((total, { weight, value }) => total + weight * value, 0)
    const weights = parts.reduce((total, { weight }) => total + weight, 0)
    const smallest = Math.min(...parts.map(({ value }) => value))
    return (node.combine === 'minimum' ? smallest : node.combine === 'sum' ? sum : sum / weights) * (node.multiply ?? 1)
  }
  const nodes: NodeSketch[] = []
  const collect = (node: NodeSketch): void => {
    nodes.push(node)
    node.children?.forEach(collect)
  }
  collect(tree)

  const tiers = 3 + below(2)
  const round = (value: number): number => Math.max(0.05, Math.round(value * 20) / 20)
  const hasBounds = chance(0.8)
  const best = worth(tree, 1)
  const upTo: (number | undefined)[] = []
  for (let at = 0; at < tiers; at++) {
    const share = (at + 0.3 + 0.7 * random()) / tiers
    const before = upTo[at - 1] ?? 0
    upTo.push(
      hasBounds
        ? Math.max(before + 0.05, at === tiers - 1 ? Math.ceil(best * 20 + 1) / 20 : round(best * share))
        : undefined,
    )
  }
  const gateItems = items.filter(() => chance(0.6)).map(({ id }) => id)
  const rules: SmallRule[] = []
  if (chance(0.8)) {
    for (let tier = 2; tier <= tiers; tier++) {
      const quota = gateItems.length > 0 && chance(0.6)
      const floors = nodes.filter(() => chance(0.5))
      if (!quota && floors.length === 0) continue
      rules.push({
        tier,
        ...(quota ? { items: { share: pick([30, 50, 60, 70, 100]), atLeast: pick([0.5, 1, 1, 2]) } } : {}),
        ...(floors.length > 0
          ? {
              nodes: {
                ids: floors.map(({ id }) => id),
                atLeast: round(worth(pick(floors), ((tier - 1) / tiers) * random())),
              },
            }
          : {}),
      })
    }
  }
  const caps = chance(0.5)
    ? [
        {
          items: [pick(items).id, ...(chance(0.5) ? [pick(items).id] : [])],
          below: pick([0.5, 1, 2]),
          tier: 1 + below(2),
        },
      ]
    : []
  const notApplicableIsZero = chance(0.3)
  const visitFrom = 2 + below(2)
  const edition = makeEdition({
    tree,
    items: Object.fromEntries(
      items.map(({ id, max, step, effort }) => [
        id,
        { notApplicable: true, scale: { max, step }, ...(effort === 1 ? {} : { effort }) },
      ]),
    ),
    answers: { unanswered: 'range', notApplicable: notApplicableIsZero ? 'zero' : 'exclude' },
    levels: tiers,
    grading: {
      kind: 'tiers',
      tiers: upTo.map((bound, at) => ({
        tier: at + 1,
        level: at + 1,
        ...(bound === undefined ? {} : { upTo: bound }),
      })),
      ...(rules.length === 0 ? {} : { gates: { items: gateItems, base: 1, rules } }),
      caps: caps.map((cap) => ({ ...cap, because: '上限' })),
      visitFrom,
    },
  })
  const answers = Object.fromEntries(items.flatMap(({ id, answer }) => (answer === undefined ? [] : [[id, answer]])))
  return {
    edition,
    tree,
    items,
    notApplicableIsZero,
    upTo,
    gates: { items: gateItems, base: 1, rules },
    caps,
    visitFrom,
    answers,
  }
}

/** A model as text, for the message of a failing test. */
export function tellModel({ edition, answers }: SmallModel): string {
  return JSON.stringify({
    tree: edition.scoring.tree,
    grading: edition.scoring.grading,
    items: edition.scoring.items,
    answers,
  })
}
