import { add, compare, divide, exact, fromDecimal, multiply, subtract, ZERO, type Exact } from '../exact.ts'
import { type EditionNode } from './edition.ts'
import { exactSteps, type ItemScore, type ScoreSheet } from './scoring.ts'

/** 线性 — a tree of means and sums: its value is a weighted sum of its items, so gains per step are constants. */
export function isLinear(node: EditionNode): boolean {
  return node.combine !== 'minimum' && node.children.every(isLinear)
}

/** How much the node's value rises per step of each item below it, exactly. */
export function measureGains(node: EditionNode, sheet: ScoreSheet): ReadonlyMap<string, Exact> {
  const parts: { readonly weight: number; readonly gains: ReadonlyMap<string, Exact> }[] = []
  for (const child of node.children) {
    if (sheet.nodes.has(child.id)) parts.push({ weight: child.weight, gains: measureGains(child, sheet) })
  }
  for (const indicator of node.indicators) {
    if (!sheet.items.get(indicator.id)!.counts) continue
    parts.push({ weight: indicator.weight, gains: new Map([[indicator.id, exactSteps(indicator, 1)]]) })
  }
  const weighted = node.combine === 'weightedMean'
  const whole = node.combine === 'sum' ? 1 : parts.reduce((sum, { weight }) => sum + (weighted ? weight : 1), 0)
  const gains = new Map<string, Exact>()
  for (const part of parts) {
    const factor = multiply(node.multiply, exact(weighted ? part.weight : 1, whole))
    for (const [id, gain] of part.gains) gains.set(id, multiply(gain, factor))
  }
  return gains
}

/** The node of this id below or at `node`. */
export function findNode(node: EditionNode, id: string): EditionNode | undefined {
  if (node.id === id) return node
  for (const child of node.children) {
    const found = findNode(child, id)
    if (found !== undefined) return found
  }
  return undefined
}

/** Steps an item is short of a mark; 0 when it is there. */
export function countStepsTo(item: ItemScore, mark: Exact): number {
  const missing = subtract(mark, exactSteps(item.indicator, item.low))
  if (missing.n <= 0) return 0
  const steps = divide(missing, exactSteps(item.indicator, 1))
  return Math.ceil(steps.n / steps.d)
}

/** 满分 — what a node is worth when everything that counts below it is at its maximum; undefined when nothing counts. */
export function measureMost(node: EditionNode, sheet: ScoreSheet): Exact | undefined {
  const parts = [
    ...node.children.map((child) => ({ weight: child.weight, most: measureMost(child, sheet) })),
    ...node.indicators.map(({ id, weight, max }) => ({
      weight,
      most: sheet.items.get(id)!.counts ? fromDecimal(max) : undefined,
    })),
  ].filter((part): part is { weight: number; most: Exact } => part.most !== undefined)
  if (parts.length === 0) return undefined
  const weighted = node.combine === 'weightedMean'
  const sum = parts.reduce((total, { weight, most }) => add(total, multiply(most, exact(weighted ? weight : 1))), ZERO)
  const weights = parts.reduce((total, { weight }) => total + (weighted ? weight : 1), 0)
  const combined =
    node.combine === 'minimum'
      ? parts.map(({ most }) => most).reduce((least, most) => (compare(most, least) < 0 ? most : least))
      : node.combine === 'sum'
        ? sum
        : divide(sum, exact(weights))
  return multiply(combined, node.multiply)
}
