import { compare, type Exact } from '../exact.ts'
import { type Cap, type CumulativeGradingRules, type GateRule, type TierGradingRules } from './edition.ts'
import { exactSteps, type End, type ItemScore, type ScoreSheet } from './scoring.ts'

/** 三道上限 — the tier each rule alone would allow; the result is the lowest. */
export interface TierLimits {
  readonly score: number
  readonly gate: number
  readonly cap: number
}
export type LimitName = keyof TierLimits

export interface TierRange {
  readonly low: number
  readonly high: number
}

/** 还差什么 — all that keeps the low end of a sheet from the next tier; empty parts hold already. */
export interface Shortfall {
  readonly tier: number
  /** The score must rise above this. */
  readonly score?: { readonly have: Exact; readonly above: Exact }
  readonly gateItems?: {
    readonly have: number
    readonly need: number
    readonly of: number
    readonly atLeast: Exact
    readonly below: readonly string[]
  }
  readonly nodes: readonly { readonly id: string; readonly have: Exact; readonly need: Exact }[]
  readonly caps: readonly {
    readonly item: string
    readonly have: Exact
    readonly need: Exact
    readonly because: string
  }[]
}

/** 定档结果 — tier 档 and level 级 as ranges; `limits` and `next` speak of the low end, which is the official one. */
export interface Grade {
  readonly tier?: TierRange
  readonly level?: TierRange
  readonly limits?: TierLimits
  readonly limitedBy: readonly LimitName[]
  readonly next?: Shortfall
  readonly visitFrom?: number
  readonly dueForVisit: boolean
  readonly mayBeDueForVisit: boolean
}

/**
 * 定档 — score sheet to tier and level: the lowest of score tier, gate tier and caps (scoring rules, §4), or the highest
 * level of a cumulative model of which nothing is missed. An edition without grading, or an empty sheet, has neither.
 */
export function gradeScores(sheet: ScoreSheet): Grade {
  const { grading } = sheet.edition
  if (grading?.kind === 'cumulative') {
    return {
      level: { low: findLevel(sheet, grading, 'low'), high: findLevel(sheet, grading, 'high') },
      limitedBy: [],
      dueForVisit: false,
      mayBeDueForVisit: false,
    }
  }
  if (grading === undefined || sheet.score === undefined) {
    return { limitedBy: [], dueForVisit: false, mayBeDueForVisit: false }
  }
  const limits = findLimits(sheet, grading, 'low')
  const best = isSettled(sheet) ? limits : findLimits(sheet, grading, 'high')
  const tier = { low: lowestLimit(limits), high: lowestLimit(best) }
  const top = grading.tiers.length
  const limitedBy = (['score', 'gate', 'cap'] as const).filter(
    (name) => limits[name] === tier.low && limits[name] < top,
  )
  return {
    tier,
    level: { low: grading.tiers[tier.low - 1]!.level, high: grading.tiers[tier.high - 1]!.level },
    limits,
    limitedBy,
    ...(tier.low < top ? { next: findShortfall(sheet, grading, tier.low + 1, limits.gate) } : {}),
    ...(grading.visitFrom === undefined ? {} : { visitFrom: grading.visitFrom }),
    dueForVisit: grading.visitFrom !== undefined && tier.low >= grading.visitFrom,
    mayBeDueForVisit: grading.visitFrom !== undefined && tier.high >= grading.visitFrom,
  }
}

/** Whether no item is open. The score alone does not tell: a minimum may be settled while an item of a gate is not. */
function isSettled({ items }: ScoreSheet): boolean {
  for (const { low, high } of items.values()) if (low !== high) return false
  return true
}

function lowestLimit({ score, gate, cap }: TierLimits): number {
  return Math.min(score, gate, cap)
}

/** The three limits at one end of the ranges. */
export function findLimits(sheet: ScoreSheet, grading: TierGradingRules, end: End): TierLimits {
  return {
    score: findScoreTier(sheet, grading, end),
    gate: findGateTier(sheet, grading, end),
    cap: findCapTier(sheet, grading, end),
  }
}

/** The first tier whose upper bound the score does not pass. */
function findScoreTier(sheet: ScoreSheet, { tiers }: TierGradingRules, end: End): number {
  const top = tiers.length
  const score = sheet.score?.[end]
  if (score === undefined) return top
  return tiers.find(({ upTo }) => upTo !== undefined && compare(upTo, score) >= 0)?.tier ?? top
}

/** Upwards from the base tier, stopping at the first rule that fails. */
function findGateTier(sheet: ScoreSheet, grading: TierGradingRules, end: End): number {
  if (grading.gates === undefined) return grading.tiers.length
  let tier = grading.gates.base
  for (const rule of grading.gates.rules) {
    if (!passesRule(sheet, grading, rule, end)) break
    tier = rule.tier
  }
  return tier
}

function findCapTier(sheet: ScoreSheet, grading: TierGradingRules, end: End): number {
  const broken = grading.caps.filter((cap) => listCapped(sheet, cap, end).length > 0)
  return Math.min(grading.tiers.length, ...broken.map(({ tier }) => tier))
}

/** The items of a cap that are below its mark; an item that does not count cannot trip it. */
export function listCapped(sheet: ScoreSheet, cap: Cap, end: End): readonly ItemScore[] {
  return cap.items.map((id) => sheet.items.get(id)!).filter((item) => item.counts && isBelow(item, cap.below, end))
}

function isBelow(item: ItemScore, mark: Exact, end: End): boolean {
  return compare(exactSteps(item.indicator, item[end]), mark) < 0
}

export interface GateCount {
  readonly have: number
  readonly need: number
  readonly of: number
  readonly below: readonly ItemScore[]
}

/** How many of the gate items that count are at the mark, and how many a rule's share asks for. */
export function countGateItems(sheet: ScoreSheet, gates: ReadonlySet<string>, rule: GateRule, end: End): GateCount {
  if (rule.items === undefined) return { have: 0, need: 0, of: 0, below: [] }
  const { atLeast, share } = rule.items
  const below: ItemScore[] = []
  let of = 0
  for (const id of gates) {
    const item = sheet.items.get(id)!
    if (!item.counts) continue
    of += 1
    if (isBelow(item, atLeast, end)) below.push(item)
  }
  // have/of ≥ share/100, in whole numbers.
  return { have: of - below.length, need: Math.ceil((share * of) / 100), of, below }
}

function passesRule(sheet: ScoreSheet, grading: TierGradingRules, rule: GateRule, end: End): boolean {
  const count = countGateItems(sheet, grading.gates!.items, rule, end)
  return count.have >= count.need && listWeakNodes(sheet, rule, end).length === 0
}

/** The rule's nodes that are below its mark; a node that nothing applies to is left out. */
export function listWeakNodes(
  sheet: ScoreSheet,
  rule: GateRule,
  end: End,
): readonly { readonly id: string; readonly have: Exact; readonly need: Exact }[] {
  if (rule.nodes === undefined) return []
  const { ids, atLeast } = rule.nodes
  return ids.flatMap((id) => {
    const have = sheet.nodes.get(id)?.[end]
    return have !== undefined && compare(have, atLeast) < 0 ? [{ id, have, need: atLeast }] : []
  })
}

/** The gate rules that must all hold for a tier: upwards to the first that grants it. Undefined when none does. */
export function listRulesFor(grading: TierGradingRules, tier: number): readonly GateRule[] | undefined {
  if (grading.gates === undefined || grading.gates.base >= tier) return []
  const at = grading.gates.rules.findIndex((rule) => rule.tier >= tier)
  return at < 0 ? undefined : grading.gates.rules.slice(0, at + 1)
}

/** The first rule above the gate tier is the one that fails. */
function findShortfall(sheet: ScoreSheet, grading: TierGradingRules, tier: number, gateTier: number): Shortfall {
  const above = grading.tiers[tier - 2]!.upTo
  const have = sheet.score!.low
  const rule = listRulesFor(grading, tier)?.find((rule) => rule.tier > gateTier)
  const count = rule === undefined ? undefined : countGateItems(sheet, grading.gates!.items, rule, 'low')
  return {
    tier,
    ...(above !== undefined && compare(have, above) <= 0 ? { score: { have, above } } : {}),
    ...(rule?.items !== undefined && count !== undefined && count.have < count.need
      ? {
          gateItems: { ...count, atLeast: rule.items.atLeast, below: count.below.map(({ indicator }) => indicator.id) },
        }
      : {}),
    nodes: rule === undefined ? [] : listWeakNodes(sheet, rule, 'low'),
    caps: grading.caps
      .filter((cap) => cap.tier < tier)
      .flatMap((cap) =>
        listCapped(sheet, cap, 'low').map((item) => ({
          item: item.indicator.id,
          have: exactSteps(item.indicator, item.low),
          need: cap.below,
          because: cap.because,
        })),
      ),
  }
}

/** Level n is reached only when every item of the levels up to n is at its mark; 0 when the first is missed. */
function findLevel(sheet: ScoreSheet, { levels }: CumulativeGradingRules, end: End): number {
  let reached = 0
  for (const { level, items, atLeast } of levels) {
    const scores = items.map((id) => sheet.items.get(id)!)
    if (scores.some((item) => item.counts && isBelow(item, atLeast, end))) break
    reached = level
  }
  return reached
}
