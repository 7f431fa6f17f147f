import { type Spread } from './peerFile.ts'

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
  /** The total, then domains, then sub-domains. */
  readonly rows: readonly BenchmarkRow[]
  /** Firms of the group on each tier, every tier of the edition, lowest first. */
  readonly tiers: readonly { readonly tier: number; readonly n: number; readonly isOwn: boolean }[]
}
