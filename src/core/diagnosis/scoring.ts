import { compare, exact, fromDecimal, leastCommonMultiple, multiply, type Exact } from '../exact.ts'
import { hasOwn, Problem } from '../problems.ts'
import {
  isApplicable,
  isNotApplicable,
  measureSteps,
  UNKNOWN,
  type Answers,
  type Form,
  type RulesProfile,
} from './answers.ts'
import { type Edition, type EditionNode, type Indicator } from './edition.ts'

/** Why an indicator has the range it has. `notAsked`: the production type or the short form leaves it out. */
export type ItemState = 'answered' | 'unanswered' | 'unknown' | 'notApplicable' | 'notAsked'

/** 指标得分 — whole steps of the indicator's scale; low = high once answered. `counts` is false when it leaves the means. */
export interface ItemScore {
  readonly indicator: Indicator
  readonly state: ItemState
  readonly counts: boolean
  readonly low: number
  readonly high: number
}

/** A value that is only known to lie between two ends, both exact. */
export interface ExactRange {
  readonly low: Exact
  readonly high: Exact
}

/** 评分单 — every item and node with its range. A node that nothing applies to is absent; so is the score of an empty sheet. */
export interface ScoreSheet {
  readonly edition: Edition
  readonly form: Form
  readonly profile: RulesProfile
  readonly items: ReadonlyMap<string, ItemScore>
  readonly nodes: ReadonlyMap<string, ExactRange>
  readonly score: ExactRange | undefined
}

export type End = 'low' | 'high'

/**
 * 评分 — answers to a score sheet, each score a range: answered [v, v], unanswered and 不掌握 [0, max], everything above
 * computed once from all lows and once from all highs. Monotone, so the two results bound the truth. The official result
 * of a locked sheet is the low end. Source: scoring rules, §2, §3; own design, 自评参考.
 */
export function scoreAnswers(edition: Edition, profile: RulesProfile, form: Form, answers: Answers): ScoreSheet {
  const items = new Map<string, ItemScore>()
  for (const indicator of edition.indicators.values()) {
    items.set(indicator.id, scoreItem(edition, indicator, profile, form, answers))
  }
  return combineItems(edition, profile, form, items)
}

/** The same pipeline from item scores on: the way to the next tier and the firmness of a flag try changed items with it. */
export function combineItems(
  edition: Edition,
  profile: RulesProfile,
  form: Form,
  items: ReadonlyMap<string, ItemScore>,
): ScoreSheet {
  const nodes = new Map<string, ExactRange>()
  const score = combineNode(edition.tree, items, nodes)
  return { edition, form, profile, items, nodes, score }
}

function scoreItem(
  edition: Edition,
  indicator: Indicator,
  profile: RulesProfile,
  form: Form,
  answers: Answers,
): ItemScore {
  if (!isApplicable(indicator, profile, form)) return { indicator, state: 'notAsked', counts: false, low: 0, high: 0 }
  const answer = hasOwn(answers, indicator.id) ? answers[indicator.id] : undefined
  const steps = answer === undefined ? undefined : measureSteps(indicator, answer)
  if (steps !== undefined) return { indicator, state: 'answered', counts: true, low: steps, high: steps }
  if (isNotApplicable(answer)) {
    const counts = edition.scoring.answers.notApplicable === 'zero'
    return { indicator, state: 'notApplicable', counts, low: 0, high: 0 }
  }
  const open = edition.scoring.answers.unanswered === 'zero' ? 0 : Math.round(indicator.max / indicator.step)
  return { indicator, state: answer === UNKNOWN ? 'unknown' : 'unanswered', counts: true, low: 0, high: open }
}

/** An edition may demand a complete sheet: then a gap is a refusal, never a zero. */
export function refuseIncomplete(sheet: ScoreSheet): void {
  if (sheet.edition.scoring.answers.unanswered !== 'refuse') return
  const open = [...sheet.items.values()].filter(({ state }) => state === 'unanswered' || state === 'unknown')
  if (open.length === 0) return
  throw new Problem('answers.incomplete', {
    count: open.length,
    ids: open.map(({ indicator }) => indicator.id).join('、'),
  })
}

interface Part extends ExactRange {
  readonly weight: number
}

function combineNode(
  node: EditionNode,
  items: ReadonlyMap<string, ItemScore>,
  nodes: Map<string, ExactRange>,
): ExactRange | undefined {
  const parts: Part[] = []
  for (const child of node.children) {
    const range = combineNode(child, items, nodes)
    if (range !== undefined) parts.push({ weight: child.weight, low: range.low, high: range.high })
  }
  for (const indicator of node.indicators) {
    const item = items.get(indicator.id)!
    if (!item.counts) continue
    const low = exactSteps(indicator, item.low)
    parts.push({ weight: indicator.weight, low, high: item.high === item.low ? low : exactSteps(indicator, item.high) })
  }
  if (parts.length === 0) return undefined
  const low = combineParts(node, parts, 'low')
  const high = parts.every((part) => part.low === part.high) ? low : combineParts(node, parts, 'high')
  const range = { low, high }
  nodes.set(node.id, range)
  return range
}

function combineParts(node: EditionNode, parts: readonly Part[], end: End): Exact {
  const combined = node.combine === 'minimum' ? smallest(parts, end) : weigh(node, parts, end)
  return node.multiply.n === 1 && node.multiply.d === 1 ? combined : multiply(combined, node.multiply)
}

function smallest(parts: readonly Part[], end: End): Exact {
  return parts.map((part) => part[end]).reduce((least, value) => (compare(value, least) < 0 ? value : least))
}

/** Over a common denominator, reduced once. No part is negative, so a sum that left 2^53 on the way is still seen at the end. */
function weigh(node: EditionNode, parts: readonly Part[], end: End): Exact {
  let n = 0
  let d = 1
  let weights = 0
  for (const part of parts) {
    const weight = node.combine === 'weightedMean' ? part.weight : 1
    const value = part[end]
    const common = leastCommonMultiple(d, value.d)
    n = n * (common / d) + weight * value.n * (common / value.d)
    d = common
    weights += weight
  }
  return exact(n, node.combine === 'sum' ? d : d * weights)
}

const stepsOfScale = new Map<number, Exact[]>()

/** The exact value of a number of steps; few scales and few steps exist, so each fraction is made once. */
export function exactSteps(indicator: Indicator, steps: number): Exact {
  let values = stepsOfScale.get(indicator.step)
  if (values === undefined) stepsOfScale.set(indicator.step, (values = []))
  return (values[steps] ??= multiply(fromDecimal(indicator.step), exact(steps)))
}
