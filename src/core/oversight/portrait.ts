import { listNodes as listWithRoot, type Edition, type EditionNode } from '../diagnosis/edition.ts'
import {
  LEAST_FIRMS,
  roundLike,
  SPREAD_SHARES,
  type PeerGroup,
  type Peers,
  type Spread,
} from '../diagnosis/peerFile.ts'
import { formatDay } from '../diagnosis/wording.ts'
import { type Divisions } from '../division.ts'
import { quantile } from '../statistics.ts'
import { splitAsked } from './areas.ts'
import { findValid, isInDenominator, type Campaign, type Enterprise, type Summary } from './enterprise.ts'
import { compareText } from './steps.ts'
import { listNodes } from './summary.ts'
import { suppressSmall } from './suppression.ts'

/** 节点的分布 — `regionMedian` is the published median of the whole region, for comparison. */
export interface PortraitNode {
  readonly id: string
  readonly title: string
  readonly depth: number
  readonly spread?: Spread
  readonly regionMedian?: number
}

/** 全区的同类组 — what the region's medians were computed from: so many firms, gathered by whom, up to which day. */
export interface PortraitRegion {
  readonly n: number
  readonly source: string
  readonly asOf: string
  readonly sample: boolean
}

/** 常见短板 — how many firms have a sub-domain among their first three gaps, and which share (0–1) of all that is. */
export interface PortraitGap {
  readonly id: string
  readonly title: string
  readonly firms: number
  readonly share: number
}

/**
 * 行业 × 区划 — by industry code ('' unknown, last) and by child division ('' none of the listed, last). A null count is
 * hidden: it has 1 to 9 firms, or would tell one that has. A null median has no shown count of at least ten beside it.
 */
export interface PortraitMatrix {
  readonly industries: readonly string[]
  readonly areas: readonly string[]
  readonly cells: readonly (readonly (number | null)[])[]
  readonly medians: readonly (readonly (number | null)[])[]
}

/** 区域画像 — plain figures of one area's valid submissions. Spreads are p10, p25, p50, p75, p90 on the node's own scale. */
export interface Portrait {
  readonly area: string
  /** Firms with a valid submission, of `roster` firms of the denominator. */
  readonly n: number
  readonly roster: number
  readonly asOf: string
  /** Nothing to draw: no valid submission. What shows an area to others hides figures below ten firms itself. */
  readonly isSuppressed: boolean
  /** Firms by tier, or level where the edition has no tiers; the place is the tier, place 0 those without one. */
  readonly tiers: readonly number[]
  readonly due: number
  readonly score?: Spread
  readonly nodes: readonly PortraitNode[]
  /** Absent without peers of the edition's own version: then no node has a `regionMedian`. */
  readonly region?: PortraitRegion
  readonly gaps: readonly PortraitGap[]
  readonly matrix: PortraitMatrix
  readonly sample: boolean
}

/**
 * 全区中位数的说明 — whose they are, and why their number of firms need not be that of the valid submissions: groups take firms in
 * by ten and keep those returned later. The screen and the files say the same.
 */
export function describeRegion({ n, source, asOf, sample }: PortraitRegion): string {
  return `全区中位数来自${source}${sample ? '（示例数据）' : ''}，截至 ${formatDay(asOf)}，共 ${n} 家；同类组满 ${LEAST_FIRMS} 家才成批计入，计入后被退回或移出名录的仍在其中，所以家数与有效报送不一定相同。`
}

/** 得分的写法 — one decimal, half up, as exact as the published medians beside it. */
export function formatMark(mark: number): string {
  return roundMark(mark).toFixed(1)
}

/** 得分 — the same figure for tables. What the machine adds to 1.15 or takes from it is below a billionth. */
export function roundMark(mark: number): number {
  return Math.round(mark * 10 + 1e-9) / 10
}

/** Of a firm's gaps, how many count as its most important ones. Own choice. */
const FIRST_GAPS = 3

interface Placed {
  readonly firm: Enterprise
  readonly place: string
  readonly summary: Summary
}

/**
 * 区域画像 — the firms of the denominator in an area that have a valid submission: those coverage counts as submitted. Nodes
 * are read from sheets of the edition's own version, as the tree of another may differ; `peers` give the region's medians
 * when they are of that version.
 */
export function drawPortrait(
  firms: readonly Enterprise[],
  campaign: Campaign,
  edition: Edition,
  area: string,
  asOf: string,
  divisions: Divisions,
  peers?: Peers,
): Portrait {
  const { children, placeOf } = splitAsked(divisions, campaign.area, area)
  const valid: Placed[] = []
  let roster = 0
  for (const firm of firms) {
    const place = isInDenominator(firm, campaign) ? placeOf(firm) : undefined
    if (place === undefined) continue
    roster += 1
    const summary = findValid(firm, campaign)
    if (summary !== undefined) valid.push({ firm, place, summary })
  }
  const scores = new Figures(valid.length)
  for (const { summary } of valid) scores.add(summary.score?.low)
  const score = scores.spread()
  const region = findRegion(edition, peers)
  return {
    area,
    n: valid.length,
    roster,
    asOf,
    isSuppressed: valid.length < 1,
    tiers: countTiers(valid, edition),
    due: valid.filter(({ summary }) => summary.dueForVisit).length,
    ...(score === undefined ? {} : { score }),
    nodes: measureNodes(valid, edition, region),
    ...(peers === undefined || region === undefined
      ? {}
      : { region: { n: region.n, source: peers.source, asOf: peers.asOf, sample: peers.sample === true } }),
    gaps: countGaps(valid, edition),
    matrix: buildMatrix(valid, children, area),
    sample: valid.some(({ summary }) => summary.sample === true),
  }
}

/** Figures to be spread, in one block of memory: sorting it is a tenth of the work of sorting a list. */
class Figures {
  readonly #figures: Float64Array
  #count = 0

  constructor(most: number) {
    this.#figures = new Float64Array(most)
  }

  add(figure: number | null | undefined): void {
    if (figure != null) this.#figures[this.#count++] = figure
  }

  /** p10, p25, p50, p75, p90; undefined when there is nothing to spread. */
  spread(): Spread | undefined {
    if (this.#count === 0) return undefined
    const sorted = this.#figures.subarray(0, this.#count).sort()
    return SPREAD_SHARES.map((share) => quantile(sorted, share)) as Spread
  }
}

function countTiers(valid: readonly Placed[], { grading }: Edition): readonly number[] {
  const highest =
    grading?.kind === 'tiers'
      ? Math.max(...grading.tiers.map(({ tier }) => tier))
      : Math.max(0, ...(grading?.levels ?? []).map(({ level }) => level))
  const counts = new Array<number>(highest + 1).fill(0)
  for (const { summary } of valid) {
    const tier = (grading?.kind === 'tiers' ? summary.tier : summary.level)?.low ?? 0
    counts[tier] = (counts[tier] ?? 0) + 1
  }
  return counts
}

/** The group of the whole area, of this very version of the edition. */
function findRegion(edition: Edition, peers: Peers | undefined): PeerGroup | undefined {
  const isSame = peers?.edition.id === edition.id && peers.edition.version === edition.version
  return isSame
    ? peers.groups.find((group) => (group.division ?? group.industry ?? group.size) === undefined)
    : undefined
}

function measureNodes(
  valid: readonly Placed[],
  edition: Edition,
  region: PeerGroup | undefined,
): readonly PortraitNode[] {
  const nodes = listNodes(edition.tree)
  const depths = measureDepths(edition.tree)
  const figures = nodes.map(() => new Figures(valid.length))
  for (const { summary } of valid) {
    if (summary.version !== edition.version || summary.nodes.length !== nodes.length) continue
    summary.nodes.forEach((value, at) => figures[at]!.add(value))
  }
  return nodes.map(({ id, title }, at) => {
    const spread = figures[at]!.spread()
    const regionMedian = region?.nodes[id]?.[2]
    return {
      id,
      title,
      depth: depths.get(id)!,
      ...(spread === undefined ? {} : { spread }),
      ...(regionMedian === undefined ? {} : { regionMedian }),
    }
  })
}

/** 1 for the children of the root. */
function measureDepths(root: EditionNode): ReadonlyMap<string, number> {
  const depths = new Map<string, number>()
  const visit = (node: EditionNode, depth: number): void => {
    depths.set(node.id, depth)
    for (const child of node.children) visit(child, depth + 1)
  }
  visit(root, 0)
  return depths
}

function countGaps(valid: readonly Placed[], { tree }: Edition): readonly PortraitGap[] {
  const counts = new Map<string, number>()
  for (const { summary } of valid) {
    for (const id of summary.gaps.slice(0, FIRST_GAPS)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return listWithRoot(tree)
    .flatMap(({ id, title }) => {
      const firms = counts.get(id) ?? 0
      return firms === 0 ? [] : [{ id, title, firms, share: firms / valid.length }]
    })
    .sort((a, b) => b.firms - a.firms)
}

function buildMatrix(valid: readonly Placed[], children: readonly string[], area: string): PortraitMatrix {
  const places = children.length === 0 ? [area] : children
  const isLoose = children.length > 0 && valid.some(({ place }) => place === '')
  const areas = isLoose ? [...places, ''] : places
  const industries = Array.from(new Set(valid.map(({ firm }) => firm.industry ?? ''))).sort((a, b) =>
    a === '' || b === '' ? compareText(b, a) : compareText(a, b),
  )
  const rowOf = new Map(industries.map((code, at) => [code, at]))
  const columnOf = new Map(areas.map((code, at) => [code, at]))
  const scores = industries.map(() => areas.map((): number[] => []))
  const counts = industries.map(() => areas.map(() => 0))
  for (const { firm, place, summary } of valid) {
    const row = rowOf.get(firm.industry ?? '')!
    const column = children.length === 0 ? 0 : columnOf.get(place)!
    counts[row]![column]! += 1
    const score = summary.score?.low
    if (score !== undefined) scores[row]![column]!.push(score)
  }
  const cells = suppressSmall(counts, LEAST_FIRMS)
  return {
    industries,
    areas,
    cells,
    medians: cells.map((row, r) =>
      row.map((count, c) => (count === null || count < LEAST_FIRMS ? null : findMedian(scores[r]![c]!))),
    ),
  }
}

/** The median of official scores, as exact as published marks are; null when fewer than ten firms have a score. */
function findMedian(scores: readonly number[]): number | null {
  if (scores.length < LEAST_FIRMS) return null
  const median = quantile(Float64Array.from(scores).sort(), 0.5)
  return roundLike(median, [median])
}
