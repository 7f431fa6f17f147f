import { toNumber } from '../exact.ts'
import { type EditionStamp } from '../ourFile.ts'
import { type EditionNode } from './edition.ts'
import { measureMost } from './gains.ts'
import { type Grade } from './grading.ts'
import {
  formatKey,
  liesIn,
  pickKey,
  roundLike,
  SPREAD_SHARES,
  type ParentOf,
  type PeerGroup,
  type PeerGroupKey,
  type Peers,
  type Spread,
} from './peerFile.ts'
import { type ScoreSheet } from './scoring.ts'
import { formatDay } from './wording.ts'

/** 所处位置 — by quarters of the group, the best first; `text` is how a sentence says it: “前四分之一”. */
export interface Standing {
  readonly quarter: 1 | 2 | 3 | 4
  readonly text: string
  /** The marks the firm lies between, as whole percent: certain, not estimated. 0 and 100 are the open ends. */
  readonly from: number
  readonly to: number
  /** “高于 50%—75% 的同类企业”. */
  readonly percentileText: string
}

/** 对标的一行 — a node of the firm (official low end) beside the spread of its group, on the node's own scale. */
export interface BenchmarkRow {
  readonly id: string
  readonly title: string
  readonly depth: number
  readonly group: string
  readonly max: number
  readonly own: number
  readonly ownText: string
  readonly spread: Spread
  readonly standing: Standing
}

/** 对标 — where the firm stands among its like; every use shows n, date and source. */
export interface Benchmark {
  /** “广西壮族自治区 · 20 木材加工… · 小型”. */
  readonly groupTitle: string
  readonly n: number
  readonly asOf: string
  readonly source: string
  readonly edition: string
  readonly isSample: boolean
  /** Why a wider group was taken than the firm's own; empty when it is the narrowest. */
  readonly widened: string
  /** One sentence for the top of the report. */
  readonly sentence: string
  /** The total, then each domain followed by its sub-domains. */
  readonly rows: readonly BenchmarkRow[]
  /** Firms of the group on each tier, every tier of the edition, lowest first. */
  readonly tiers: readonly { readonly tier: number; readonly n: number; readonly isOwn: boolean }[]
}

export interface BenchmarkSource {
  readonly sheet: ScoreSheet
  readonly grade: Grade
  readonly stamp: EditionStamp
  /** What is known of the firm's place; a missing dimension leaves the groups of it out. */
  readonly place: PeerGroupKey
  readonly peers: Peers | undefined
  readonly parentOf: ParentOf
  /** Names of a division (“南宁市”) and of an industry (“20 木材加工…”), for the title of the group. */
  readonly nameDivision: (code: string) => string
  readonly nameIndustry: (code: string) => string
}

/**
 * 对标 — a graded sheet beside the narrowest group that is published, or the reason why there is none. Only a full sheet of
 * the very edition of the peers is compared; what counts is the official low end. Nothing is estimated: the firm lies
 * between two published marks, and that is what is said.
 */
export function benchmark(source: BenchmarkSource): { readonly benchmark?: Benchmark; readonly remark: string } {
  const { sheet, grade, stamp, place, peers } = source
  const tier = grade.tier ?? grade.level
  if (peers === undefined) return { remark: '本机没有同类组数据，所以没有与同类企业的比较；其余各部分不受影响。' }
  if (sheet.form === 'short') return { remark: '快速自测只问核心指标，不与完整诊断的同类企业比较。' }
  if (peers.edition.digest !== stamp.digest) {
    return {
      remark: `本机的同类组数据（${formatDay(peers.asOf)}）用的是问卷 ${peers.edition.id} ${peers.edition.version}，与这份结果的版本不同，所以不比较。`,
    }
  }
  if (place.division !== undefined && !liesIn(place.division, peers.area, source.parentOf)) {
    return { remark: `本机的同类组数据只含${source.nameDivision(peers.area)}的企业，本企业不在其中，所以不比较。` }
  }
  if (tier === undefined || sheet.score === undefined) return { remark: '还没有计入得分的指标，暂时不能比较。' }
  const published = new Map(peers.groups.map((group) => [formatKey(group), group]))
  const candidates = listCandidates(place, source.parentOf)
  const at = candidates.findIndex((key) => published.has(formatKey(key)))
  const group = published.get(formatKey(candidates[at] ?? {}))
  if (group === undefined) {
    return {
      remark: `同类组数据（${formatDay(peers.asOf)}，${peers.source}）里没有满 ${peers.least} 家、可以公布的组，所以不比较。`,
    }
  }
  const groupTitle = nameGroup(group, peers.area, source)
  const rows = listRows(sheet.edition.tree, group, sheet)
  const tiers = listTiers(sheet, group, tier.low)
  return {
    remark: '',
    benchmark: {
      groupTitle,
      n: group.n,
      asOf: peers.asOf,
      source: peers.source,
      edition: `${peers.edition.id} ${peers.edition.version}`,
      isSample: peers.sample === true,
      widened: explainWidening(source, candidates[0]!, at, peers),
      sentence: describePosition(rows[0], groupTitle, group.n, tiers, tier.low, grade.tier === undefined ? '级' : '档'),
      rows,
      tiers,
    },
  }
}

/** Narrowest first; the industry says more about a firm than its city, the city more than its size. */
function listCandidates({ division, industry, size }: PeerGroupKey, parentOf: ParentOf): readonly PeerGroupKey[] {
  const areas: string[] = []
  for (let at = division; at !== undefined && parentOf(at) !== undefined; at = parentOf(at)) areas.push(at)
  const within = (branch: string | undefined, scale: PeerGroupKey['size'] | undefined): readonly PeerGroupKey[] =>
    areas.map((area) => pickKey(area, branch, scale))
  const all = [
    ...within(industry, size),
    ...within(industry, undefined),
    pickKey(undefined, industry, size),
    pickKey(undefined, industry, undefined),
    ...within(undefined, size),
    ...within(undefined, undefined),
    pickKey(undefined, undefined, size),
    {},
  ]
  const seen = new Set<string>()
  return all.filter((key) => {
    const name = formatKey(key)
    return !seen.has(name) && seen.add(name) !== undefined
  })
}

function nameGroup(
  { division, industry, size }: PeerGroupKey,
  area: string,
  { nameDivision, nameIndustry }: Pick<BenchmarkSource, 'nameDivision' | 'nameIndustry'>,
): string {
  return [nameDivision(division ?? area), ...(industry === undefined ? [] : [nameIndustry(industry)]), size ?? '']
    .filter((part) => part !== '')
    .join(' · ')
}

function explainWidening(source: BenchmarkSource, narrowest: PeerGroupKey, at: number, peers: Peers): string {
  const { place } = source
  const missing = [
    ...(place.division === undefined ? ['所在地'] : []),
    ...(place.industry === undefined ? ['行业'] : []),
    ...(place.size === undefined ? ['从业人员或营业收入（定规模用）'] : []),
  ]
  const unknown = missing.length === 0 ? '' : `企业信息里没有${missing.join('、')}，不能按它分组。`
  if (at === 0) return unknown
  const name = nameGroup(narrowest, peers.area, source)
  return `${unknown}“${name}”没有公布（不足 ${peers.least} 家、公布后会推算出个别企业，或能计入的企业不到八成）；这里用能公布的最接近的一组。`
}

function listRows(tree: EditionNode, group: PeerGroup, sheet: ScoreSheet): readonly BenchmarkRow[] {
  const rows: BenchmarkRow[] = []
  const visit = (node: EditionNode, depth: number, domain: string): void => {
    const spread = group.nodes[node.id]
    const value = sheet.nodes.get(node.id)
    const max = measureMost(node, sheet)
    if (spread !== undefined && value !== undefined && max !== undefined) {
      const own = Math.round(toNumber(value.low) * 100) / 100
      rows.push({
        id: node.id,
        title: node.title,
        depth,
        group: domain,
        max: toNumber(max),
        own,
        ownText: String(own),
        spread,
        standing: findStanding(own, spread),
      })
    }
    for (const child of node.children) visit(child, depth + 1, depth === 0 ? child.id : domain)
  }
  visit(tree, 0, '')
  return rows
}

const QUARTER_TEXTS = ['前四分之一', '中上', '中下', '后四分之一'] as const

/**
 * 所处位置 — between which published marks a value lies. The quarter is that of the middle between them, so a value shared
 * by many firms is neither flattered nor punished.
 */
export function findStanding(value: number, spread: Spread): Standing {
  const own = roundLike(value, spread)
  const shares = SPREAD_SHARES.map((share) => Math.round(share * 100))
  const from = shares.filter((_, at) => spread[at]! < own).pop() ?? 0
  const to = shares.find((_, at) => spread[at]! > own) ?? 100
  const middle = (from + to) / 2
  const quarter = middle >= 75 ? 1 : middle >= 50 ? 2 : middle >= 25 ? 3 : 4
  const reached = shares.filter((_, at) => spread[at] === own)
  return {
    quarter,
    text: QUARTER_TEXTS[quarter - 1]!,
    from,
    to,
    percentileText: describeShares(from, to, reached, shares),
  }
}

function describeShares(from: number, to: number, reached: readonly number[], shares: readonly number[]): string {
  if (from === 0 && to === 100) return '与多数同类企业相同'
  if (to === shares[0]) return `处于最低的 ${to}%`
  if (from === shares[shares.length - 1]) return `处于最高的 ${100 - from}%`
  if (reached.length === 0) return `超过 ${from}%—${to}% 的同类企业`
  if (reached.length === 1) return `超过约 ${reached[0]!}% 的同类企业`
  const above = from === 0 ? '' : `超过至少 ${from}%`
  const below = to === 100 ? '' : `不及至少 ${100 - to}%`
  return `与不少同类企业相同（${[above, below].filter((part) => part !== '').join('，')}）`
}

function listTiers({ edition }: ScoreSheet, group: PeerGroup, own: number): Benchmark['tiers'] {
  const { grading } = edition
  const known =
    grading === undefined
      ? []
      : grading.kind === 'tiers'
        ? grading.tiers.map(({ tier }) => tier)
        : [0, ...grading.levels.map(({ level }) => level)]
  return [...new Set(known)].map((tier) => ({ tier, n: group.tiers[tier] ?? 0, isOwn: tier === own }))
}

function describePosition(
  total: BenchmarkRow | undefined,
  groupTitle: string,
  n: number,
  tiers: Benchmark['tiers'],
  own: number,
  unit: '档' | '级',
): string {
  const below = tiers.filter(({ tier }) => tier < own).reduce((sum, tier) => sum + tier.n, 0)
  const share = Math.round((below / n) * 100)
  const position = total === undefined ? '' : `总分处于${total.standing.text}（${total.standing.percentileText}）；`
  return `与“${groupTitle}”的 ${n} 家企业相比，${position}低于第 ${own} ${unit}的有 ${below} 家（${share}%）。`
}
