import { toNumber } from '../exact.ts'
import { type EditionNode } from '../diagnosis/edition.ts'
import { measureFirmness } from '../diagnosis/firmness.ts'
import { isLinear } from '../diagnosis/gains.ts'
import { type ScoreSheet } from '../diagnosis/scoring.ts'
import { type DigestOf } from '../ourFile.ts'
import { type Summary } from './enterprise.ts'
import { type OpenedSubmission } from './submission.ts'

/** The unscored question whose ticks are 拟申报的认定, by convention of every edition (questionnaires/README.md). */
const INTENTION_QUESTION = 'profile.plannedApplications'
/** 主要短板: how many of a firm's sub-domains are kept. Own choice. */
const MOST_GAPS = 5

/** A tree never changes: its nodes are listed once, not for every sheet. */
const listed = new WeakMap<EditionNode, readonly EditionNode[]>()

/** 节点次序 — the nodes of an edition in the order of its tree, without the root: what `Summary.nodes` is read by. */
export function listNodes(tree: EditionNode): readonly EditionNode[] {
  let nodes = listed.get(tree)
  if (nodes === undefined) {
    nodes = tree.children.flatMap((child) => [child, ...listNodes(child)])
    listed.set(tree, nodes)
  }
  return nodes
}

/** 报送摘要 — an opened submission to its row for officials. `receivedAt` is the server's time, of a mere file its own. */
export function summarizeSubmission(opened: OpenedSubmission, receivedAt: string, digestOf: DigestOf): Summary {
  const { submission, edition, sheet, grade, computed, differences } = opened
  const { tier, level, score } = computed
  const { staff, revenue, productionType, extra } = submission.profile
  const drops = measureFirmness(sheet, grade)?.drops
  const intentions = extra?.[INTENTION_QUESTION]
  return {
    id: submission.id,
    revision: submission.revision,
    digest: submission.sha256,
    edition: edition.id,
    version: edition.version,
    form: submission.form,
    receivedAt,
    ...(tier === undefined ? {} : { tier }),
    ...(level === undefined ? {} : { level }),
    ...(score === undefined ? {} : { score }),
    nodes: listNodes(edition.tree).map(({ id }) => {
      const range = sheet.nodes.get(id)
      return range === undefined ? null : Math.round(toNumber(range.low) * 100) / 100
    }),
    gaps: rankGaps(sheet),
    dueForVisit: computed.dueForVisit,
    ...(drops === undefined ? {} : { firmness: drops }),
    minutes: submission.minutes,
    pattern: digestOf(submission.answers).slice(0, 16),
    sameShare: measureSameShare(sheet),
    differences: differences.length,
    intentions: Array.isArray(intentions)
      ? intentions.filter((tick): tick is string => typeof tick === 'string' && tick !== 'none').slice(0, 10)
      : [],
    ...(staff === undefined ? {} : { staff }),
    ...(revenue === undefined ? {} : { revenue }),
    ...(productionType === undefined ? {} : { productionType }),
    ...(submission.sample === true ? { sample: true as const } : {}),
  }
}

/** 主要短板 — the sub-domains whose completion would bring the total most, in trees of means and sums; only their order counts. */
function rankGaps(sheet: ScoreSheet): string[] {
  const { tree } = sheet.edition
  if (!isLinear(tree)) return []
  const lost: { readonly id: string; readonly brings: number }[] = []
  collectLost(sheet, tree, 1, lost)
  return lost
    .sort((a, b) => (Math.abs(b.brings - a.brings) > 1e-9 ? b.brings - a.brings : 0))
    .slice(0, MOST_GAPS)
    .map(({ id }) => id)
}

/** What every sub-domain lacks of its maximum, times its part of the total. */
function collectLost(
  sheet: ScoreSheet,
  node: EditionNode,
  part: number,
  lost: { readonly id: string; readonly brings: number }[],
): void {
  const isWeighted = node.combine === 'weightedMean'
  const children = node.children.filter(({ id }) => sheet.nodes.has(id))
  const items = node.indicators.map(({ id }) => sheet.items.get(id)!).filter(({ counts }) => counts)
  let weights = 0
  for (const { weight } of children) weights += isWeighted ? weight : 1
  for (const { indicator } of items) weights += isWeighted ? indicator.weight : 1
  const whole = (part * toNumber(node.multiply)) / (node.combine === 'sum' ? 1 : weights)
  let brings = 0
  for (const { indicator, low } of items) {
    brings += whole * (isWeighted ? indicator.weight : 1) * (indicator.max - low * indicator.step)
  }
  if (brings > 0) lost.push({ id: node.id, brings })
  for (const child of children) collectLost(sheet, child, whole * (isWeighted ? child.weight : 1), lost)
}

/** 0–1: how much of a sheet is one and the same share of the maximum; 0 when nothing is answered. */
function measureSameShare(sheet: ScoreSheet): number {
  const counts = new Map<number, number>()
  let answered = 0
  for (const { indicator, counts: isCounted, low, high } of sheet.items.values()) {
    if (!isCounted || low !== high) continue
    answered += 1
    const share = (low * indicator.step) / indicator.max
    counts.set(share, (counts.get(share) ?? 0) + 1)
  }
  return answered === 0 ? 0 : Math.round((Math.max(...counts.values()) / answered) * 1000) / 1000
}
