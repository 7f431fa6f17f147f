import * as v from 'valibot'
import { Digest, EditionStampSchema, readKind, readShape, type DigestOf } from '../ourFile.ts'
import { Problem } from '../problems.ts'

/** Own choice: a refusal names so many groups at most. */
const MOST_NAMED = 5

/** The newest format of a peers file this program writes and reads. */
export const PEERS_FORMAT = 1

/** 同类组最小企业数 — a group with fewer firms is never published. Own choice; stricter than the usual 3 to 5. */
export const LEAST_FIRMS = 10

/** The shares at which a spread is given: p10, lower quartile, median, upper quartile, p90. */
export const SPREAD_SHARES = [0.1, 0.25, 0.5, 0.75, 0.9] as const

const Count = v.pipe(v.number(), v.integer('应为整数'), v.minValue(0, '不能为负数'), v.maxValue(1e7))
const Figure = v.pipe(v.number(), v.minValue(-1e6), v.maxValue(1e6))
const DivisionCode = v.pipe(v.string(), v.regex(/^\d{6}$/, '应为六位行政区划代码'))
const NodeId = v.pipe(v.string(), v.maxLength(32, '编号不超过 32 个字符'))

const SpreadSchema = v.pipe(
  v.tuple([Figure, Figure, Figure, Figure, Figure]),
  v.check((marks) => marks.every((mark, at) => at === 0 || mark >= marks[at - 1]!), '五个分位数应从小到大'),
)
/** 分布 — p10, p25, p50, p75, p90 on the node's own scale. */
export type Spread = v.InferOutput<typeof SpreadSchema>

/**
 * 分位数的精度 — marks are published to a tenth, on large scales to a whole point: a mark of a small group is close to the
 * value of one firm, and to the hundredth it would be that value.
 */
export function roundSpread(marks: readonly number[]): Spread {
  return marks.map((mark) => roundLike(mark, marks)) as Spread
}

/** 同样的精度 — a figure rounded as the marks beside it, so that it can be compared with them. */
export function roundLike(figure: number, marks: readonly number[]): number {
  const scale = marks.some((mark) => Math.abs(mark) > 10) ? 1 : 10
  return Math.round(figure * scale) / scale
}

/** 同类组的范围 — a missing dimension means all: `{ industry: '20' }` is the industry in the whole area of the file. */
const GroupKey = {
  division: v.optional(DivisionCode),
  industry: v.optional(v.pipe(v.string(), v.regex(/^\d{2}$/, '应为两位行业大类代码'))),
  size: v.optional(v.picklist(['大型', '中型', '小型', '微型'])),
}

const GroupSchema = v.strictObject({
  ...GroupKey,
  n: v.pipe(Count, v.minValue(1)),
  /** Firms by tier, or by level where the edition has no tiers; tiers nobody stands on are left out. */
  tiers: v.record(v.pipe(v.string(), v.regex(/^\d{1,3}$/, '应为档次')), v.pipe(Count, v.minValue(1))),
  nodes: v.record(NodeId, SpreadSchema),
})
/** 同类组 — how the firms of one group are spread. */
export type PeerGroup = v.InferOutput<typeof GroupSchema>
export type PeerGroupKey = Pick<PeerGroup, 'division' | 'industry' | 'size'>

const PeersSchema = v.strictObject({
  kind: v.literal('shidang-peers'),
  format: v.literal(PEERS_FORMAT),
  engine: v.pipe(v.string(), v.maxLength(32)),
  edition: EditionStampSchema,
  /** The area all groups lie in, as a division code. */
  area: DivisionCode,
  /** Who gathered the sheets, in words; shown beside every figure. */
  source: v.pipe(v.string(), v.trim(), v.minLength(1, '不能为空'), v.maxLength(200)),
  /** The day up to which sheets were counted. */
  asOf: v.pipe(v.string(), v.isoDate('应为日期')),
  least: v.pipe(Count, v.minValue(LEAST_FIRMS, `同类组至少 ${LEAST_FIRMS} 家`)),
  sample: v.optional(v.literal(true)),
  groups: v.array(GroupSchema),
  sha256: Digest,
})
/** 同类组数据 — one file, published as a whole: every group that may be shown, its date, source and edition. */
export type Peers = v.InferOutput<typeof PeersSchema>

/** 打包同类组数据 — seals the groups with their digest. */
export function packPeers(peers: Omit<Peers, 'kind' | 'format' | 'sha256'>, digestOf: DigestOf): Peers {
  const content = { kind: 'shidang-peers' as const, format: PEERS_FORMAT as 1, ...peers }
  return { ...content, sha256: digestOf(content) }
}

/**
 * 打开同类组数据 — plain value to peers. Refuses another kind, a newer format, a wrong shape, a digest that does not fit,
 * counts that do not add up, a group twice, and whatever lets a reader compute a group below the least number of firms
 * from the published ones (`findLeak`).
 */
export function openPeers(value: unknown, digestOf: DigestOf, parentOf: ParentOf): Peers {
  const kind = readKind(value, PEERS_FORMAT)
  if (kind !== 'shidang-peers') throw new Problem('file.wrongKind', { found: '另一种识档文件', wanted: '同类组数据' })
  const peers = readShape(PeersSchema, value)
  const { sha256, ...content } = peers
  if (digestOf(content) !== sha256) throw new Problem('submission.damaged')
  const seen = new Set<string>()
  for (const group of peers.groups) {
    const key = formatKey(group)
    const sum = Object.values(group.tiers).reduce((total, count) => total + count, 0)
    if (seen.has(key)) throw new Problem('peers.repeatedGroup', { group: key })
    if (sum !== group.n) throw new Problem('peers.countsDiffer', { group: key, n: group.n, sum })
    if (Object.keys(group.tiers).length < 2) throw new Problem('peers.oneTier', { group: key })
    seen.add(key)
  }
  const leak = findLeak(peers.groups, peers.least, parentOf)
  if (leak !== undefined) throw new Problem('peers.leak', { ...leak, least: peers.least })
  return peers
}

/** The division a division lies in; undefined at the top and for an unknown code. */
export type ParentOf = (division: string) => string | undefined

/** The name of a group inside files and refusals: “450100/20/小型”, an asterisk for all. */
export function formatKey({ division, industry, size }: PeerGroupKey): string {
  return [division ?? '*', industry ?? '*', size ?? '*'].join('/')
}

/** 包含 — whether every firm of the second group belongs to the first by their ranges alone. */
export function covers(wide: PeerGroupKey, narrow: PeerGroupKey, parentOf: ParentOf): boolean {
  return (
    (wide.industry === undefined || wide.industry === narrow.industry) &&
    (wide.size === undefined || wide.size === narrow.size) &&
    (wide.division === undefined || (narrow.division !== undefined && liesIn(narrow.division, wide.division, parentOf)))
  )
}

/** 属地 — whether a division is an area or lies in it; a code without a known parent lies only in itself. */
export function liesIn(division: string, area: string, parentOf: ParentOf): boolean {
  for (let at: string | undefined = division; at !== undefined; at = parentOf(at)) if (at === area) return true
  return false
}

/**
 * 反推检查 — what a reader can compute from the counts alone: a group itself, one group less another inside it, and a group
 * less all the published parts along one dimension (“其余”). Gives the first that has 1 to least−1 firms. It checks what a
 * file shows; the proof that no other combination leaks is how `gatherPeers` makes the groups.
 */
export function findLeak(
  groups: readonly (PeerGroupKey & { readonly n: number })[],
  least: number,
  parentOf: ParentOf,
): { readonly group: string; readonly less: string; readonly rest: number } | undefined {
  const isLeak = (rest: number): boolean => rest > 0 && rest < least
  const byKey = new Map(groups.map((group) => [formatKey(group), group]))
  const small = groups.find(({ n }) => n < least)
  if (small !== undefined) return { group: formatKey(small), less: '', rest: small.n }
  const parts = new Map<string, { readonly names: string[]; sum: number }>()
  for (const narrow of groups) {
    for (const [dimension, wide] of widen(narrow, parentOf)) {
      const key = formatKey(wide)
      const parent = byKey.get(key)
      if (parent === undefined) continue
      const rest = parent.n - narrow.n
      if (isLeak(rest) || rest < 0) return { group: key, less: formatKey(narrow), rest }
      const line = `${dimension} ${key}`
      const part = parts.get(line) ?? { names: [], sum: 0 }
      part.names.push(formatKey(narrow))
      part.sum += narrow.n
      parts.set(line, part)
    }
    for (const wide of listWider(narrow, parentOf)) {
      const parent = byKey.get(formatKey(wide))
      if (parent === undefined) continue
      const rest = parent.n - narrow.n
      if (isLeak(rest) || rest < 0) return { group: formatKey(wide), less: formatKey(narrow), rest }
    }
  }
  for (const [line, { names, sum }] of parts) {
    const key = line.slice(line.indexOf(' ') + 1)
    const rest = byKey.get(key)!.n - sum
    if (isLeak(rest) || rest < 0) return { group: key, less: names.slice(0, MOST_NAMED).join('、'), rest }
  }
  return undefined
}

type Dimension = 'division' | 'industry' | 'size'

/** One step wider in each dimension: the parent division (or all), all industries, all sizes. */
function widen(key: PeerGroupKey, parentOf: ParentOf): readonly (readonly [Dimension, PeerGroupKey])[] {
  const { division, industry, size } = key
  const steps: (readonly [Dimension, PeerGroupKey])[] = []
  if (division !== undefined) steps.push(['division', pickKey(nextDivision(division, parentOf), industry, size)])
  if (industry !== undefined) steps.push(['industry', pickKey(division, undefined, size)])
  if (size !== undefined) steps.push(['size', pickKey(division, industry, undefined)])
  return steps
}

/** A division's parent, as far as groups go: the province is the whole area and has no code in a key. */
function nextDivision(division: string, parentOf: ParentOf): string | undefined {
  const parent = parentOf(division)
  return parent === undefined || parentOf(parent) === undefined ? undefined : parent
}

/** Every group a group lies in, itself left out. */
export function listWider(key: PeerGroupKey, parentOf: ParentOf): readonly PeerGroupKey[] {
  const divisions: (string | undefined)[] = []
  for (let at = key.division; at !== undefined; at = nextDivision(at, parentOf)) divisions.push(at)
  divisions.push(undefined)
  const own = formatKey(key)
  return divisions
    .flatMap((division) =>
      [...new Set([key.industry, undefined])].flatMap((industry) =>
        [...new Set([key.size, undefined])].map((size) => pickKey(division, industry, size)),
      ),
    )
    .filter((wide) => formatKey(wide) !== own)
}

/** A key without the dimensions that are not limited. */
export function pickKey(
  division: string | undefined,
  industry: string | undefined,
  size: PeerGroupKey['size'] | undefined,
): PeerGroupKey {
  return {
    ...(division === undefined ? {} : { division }),
    ...(industry === undefined ? {} : { industry }),
    ...(size === undefined ? {} : { size }),
  }
}
