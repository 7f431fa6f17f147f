import { compare, subtract, type Exact } from '../exact.ts'
import { type TierGradingRules } from './edition.ts'
import { findNode, isLinear, measureGains } from './gains.ts'
import { countGateItems, listRulesFor, type Grade } from './grading.ts'
import { exactSteps, type ItemScore, type ScoreSheet } from './scoring.ts'

/** 稳固程度 — the fewest half-step drops after which the flag for an on-site diagnosis is lost, and on which items. */
export interface Firmness {
  readonly drops: number
  readonly items: readonly string[]
}

/**
 * 稳固程度 — how firm the flag "tier ≥ visitFrom" of the official (low) result is (scoring rules, §5). One drop means
 * that the flag hangs on one answer. Undefined when the sheet is not flagged, when no drop can take the flag away, or when
 * the tree is not linear.
 *
 * Exact: the flag is lost as soon as one condition of the tier fails, so the answer is the smallest of the conditions'
 * own answers; a floor falls soonest by the steps that weigh most, a quota by the items closest to its mark.
 */
export function measureFirmness(sheet: ScoreSheet, grade: Grade): Firmness | undefined {
  const { grading, tree } = sheet.edition
  if (grading?.kind !== 'tiers' || !grade.dueForVisit || grading.visitFrom === undefined || !isLinear(tree))
    return undefined
  const ways = [
    ...listFallsOfFloors(sheet, grading, grading.visitFrom),
    ...listFallsOfItems(sheet, grading, grading.visitFrom),
  ]
  return ways.reduce<Firmness | undefined>(
    (least, way) => (least === undefined || way.drops < least.drops ? way : least),
    undefined,
  )
}

function listFallsOfFloors(sheet: ScoreSheet, grading: TierGradingRules, tier: number): readonly Firmness[] {
  const ways: (Firmness | undefined)[] = []
  const upTo = grading.tiers[tier - 2]?.upTo
  if (upTo !== undefined) ways.push(fallOfFloor(sheet, sheet.edition.tree.id, upTo, true))
  for (const { nodes } of listRulesFor(grading, tier) ?? []) {
    for (const id of nodes?.ids ?? []) ways.push(fallOfFloor(sheet, id, nodes!.atLeast, false))
  }
  return ways.filter((way): way is Firmness => way !== undefined)
}

/** The fewest drops that bring a node below a mark, or down to it when reaching the mark already loses. */
function fallOfFloor(sheet: ScoreSheet, id: string, mark: Exact, fallsAtMark: boolean): Firmness | undefined {
  const value = sheet.nodes.get(id)?.low
  if (value === undefined) return undefined
  const steps = [...measureGains(findNode(sheet.edition.tree, id)!, sheet)]
    .map(([id, gain]) => ({ item: sheet.items.get(id)!, gain }))
    .sort((a, b) => compare(b.gain, a.gain))
  let left = value
  let drops = 0
  const items: string[] = []
  for (const { item, gain } of steps) {
    for (let step = 0; step < item.low; step++) {
      left = subtract(left, gain)
      drops += 1
      if (step === 0) items.push(item.indicator.id)
      const distance = compare(left, mark)
      if (distance < 0 || (fallsAtMark && distance === 0)) return { drops, items }
    }
  }
  return undefined
}

function listFallsOfItems(sheet: ScoreSheet, grading: TierGradingRules, tier: number): readonly Firmness[] {
  const ways: Firmness[] = []
  for (const rule of listRulesFor(grading, tier) ?? []) {
    if (rule.items === undefined) continue
    const { atLeast } = rule.items
    const count = countGateItems(sheet, grading.gates!.items, rule, 'low')
    const falls = [...grading.gates!.items]
      .map((id) => sheet.items.get(id)!)
      .filter((item) => item.counts && !count.below.includes(item))
      .map((item) => ({ item, drops: countDropsBelow(item, atLeast) }))
      .sort((a, b) => a.drops - b.drops)
      .slice(0, count.have - count.need + 1)
    if (falls.length <= count.have - count.need) continue
    const drops = falls.reduce((sum, fall) => sum + fall.drops, 0)
    ways.push({ drops, items: falls.map(({ item }) => item.indicator.id) })
  }
  for (const cap of grading.caps) {
    if (cap.tier >= tier) continue
    for (const id of cap.items) {
      const item = sheet.items.get(id)!
      if (item.counts) ways.push({ drops: countDropsBelow(item, cap.below), items: [id] })
    }
  }
  return ways
}

/** Drops after which an item that is at a mark is below it. */
function countDropsBelow(item: ItemScore, mark: Exact): number {
  let steps = item.low
  while (steps > 0 && compare(exactSteps(item.indicator, steps), mark) >= 0) steps -= 1
  return item.low - steps
}
