import * as v from 'valibot'
import {
  covers,
  formatKey,
  LEAST_FIRMS,
  liesIn,
  packPeers,
  pickKey,
  roundSpread,
  SPREAD_SHARES,
  type ParentOf,
  type PeerGroup,
  type PeerGroupKey,
  type Peers,
  type Spread,
} from '../diagnosis/peerFile.ts'
import { Digest, EditionStampSchema, readKind, readShape, type DigestOf, type EditionStamp } from '../ourFile.ts'
import { Problem } from '../problems.ts'
import { checkCreditCode } from '../creditCode.ts'
import { classifySize } from '../sizeClass.ts'
import { quantile } from '../statistics.ts'
import { type OpenedSubmission } from './submission.ts'

/** The newest format of a ledger this program writes and reads. */
export const LEDGER_FORMAT = 1

/** 代表性下限 — a group of which fewer of its firms may be counted says too little about it. Own choice. */
const LEAST_COUNTED = 0.8

/** 同类企业 — one version of one firm's sheet, as far as groups need it. Figures are the official low ends. */
export interface PeerFirm {
  /** Names this version of the sheet: the submission's digest. */
  readonly id: string
  /** Names the firm whatever sheet it fills: its credit code when that is right, else the sheet's id. */
  readonly firm: string
  readonly sheet: string
  readonly revision: number
  readonly submittedAt: string
  /** The narrowest known division: county, else city. */
  readonly division: string | undefined
  readonly industry: string | undefined
  readonly size: PeerGroupKey['size'] | undefined
  /** Tier, or level where the edition has no tiers. */
  readonly tier: number
  readonly nodes: Readonly<Record<string, number>>
  readonly isSample: boolean
}

/** 入组资料 — an opened submission to what groups need of it; undefined for a short form, which is no full diagnosis. */
export function describePeer({ submission, edition, computed }: OpenedSubmission): PeerFirm | undefined {
  const tier = computed.tier ?? computed.level
  if (submission.form !== 'full' || tier === undefined || computed.score === undefined) return undefined
  const { county, city, industry, staff, revenue, creditCode = '' } = submission.profile
  const nodes: Record<string, number> = { [edition.tree.id]: computed.score.low }
  for (const [id, { low }] of Object.entries(computed.nodes)) nodes[id] = low
  const { code, fault } = checkCreditCode(creditCode)
  return {
    id: submission.sha256,
    firm: fault === undefined ? code : submission.id,
    sheet: submission.id,
    revision: submission.revision,
    submittedAt: submission.submittedAt,
    division: county ?? city,
    industry,
    size: classifySize(staff, revenue)?.sizeClass,
    tier: tier.low,
    nodes,
    isSample: submission.sample === true,
  }
}

/** How much of a digest names a version in the ledger: enough for a nation, a quarter of the length. */
const VERSION_LENGTH = 16
const FirmName = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

const BlockSchema = v.strictObject({
  division: v.optional(v.string()),
  industry: v.optional(v.string()),
  size: v.optional(v.picklist(['大型', '中型', '小型', '微型'])),
  /** Firm and the version of its sheet that is counted. */
  members: v.array(v.tuple([FirmName, v.pipe(v.string(), v.length(VERSION_LENGTH))])),
})
const LedgerSchema = v.strictObject({
  kind: v.literal('shidang-peers-ledger'),
  format: v.literal(LEDGER_FORMAT),
  edition: EditionStampSchema,
  area: v.string(),
  asOf: v.pipe(v.string(), v.isoDate('应为日期')),
  least: v.pipe(v.number(), v.integer()),
  blocks: v.array(BlockSchema),
  /** Firms of blocks that went when one of theirs was erased: never counted again. */
  retired: v.array(FirmName),
  sha256: Digest,
})
/** 内部台账 — which firms are counted together, and in which version. Not for publication: it keeps two dates from being compared. */
export type PeersLedger = v.InferOutput<typeof LedgerSchema>

/** 打开内部台账 — plain value to ledger. Refuses another kind, a newer format, a wrong shape, a wrong digest. */
export function openLedger(value: unknown, digestOf: DigestOf): PeersLedger {
  const kind = readKind(value, LEDGER_FORMAT)
  if (kind !== 'shidang-peers-ledger')
    throw new Problem('file.wrongKind', { found: '另一种识档文件', wanted: '同类组台账' })
  const ledger = readShape(LedgerSchema, value)
  const { sha256, ...content } = ledger
  if (digestOf(content) !== sha256) throw new Problem('submission.damaged')
  return ledger
}

export interface PeersSource {
  readonly edition: EditionStamp
  readonly engine: string
  /** The division code of the area all groups lie in. */
  readonly area: string
  readonly source: string
  readonly asOf: string
  readonly parentOf: ParentOf
  /** What was published last; without it this is the first publication. */
  readonly ledger?: PeersLedger
  /** How many sheets that are counted were erased for good since then; another number of missing ones is refused. */
  readonly erased?: number
  /** At least LEAST_FIRMS. */
  readonly least?: number
}

/** 汇总情况 — in firms, but `duplicates`: sheets beyond the newest of firms that filled several. */
export interface PeersSummary {
  readonly counted: number
  readonly waiting: number
  readonly duplicates: number
  readonly outside: number
  readonly retired: number
}

/**
 * 同类组 — many firms to the groups that may be shown, and the ledger for the next publication.
 *
 * What protects a single firm: firms are first put into *blocks* of at least ten with at least two different tiers, and
 * whatever is published is a sum over whole blocks. So anything that can be computed from all published counts together
 * (sums, differences, “all others”, crossings of any number of groups) is again a combination of whole blocks.
 *
 * The same for several dates: a firm belongs to one block for good. New firms wait until ten of them make a block of their
 * own; revised sheets take the place of the old ones ten at a time; a block of which a sheet was erased goes as a whole,
 * and its firms do not come back. The price: a group may count fewer firms than it has, never below 80 %, and says how
 * many it counts; a firm stays in the group in which it was first counted.
 *
 * Refuses: made-up firms among real ones; a ledger of another edition or area or of a later day; counted sheets that are
 * missing and not said to be erased; two contents of one revision. Source: own design.
 */
export function gatherPeers(
  sheets: readonly PeerFirm[],
  source: PeersSource,
  digestOf: DigestOf,
): { readonly peers: Peers; readonly ledger: PeersLedger; readonly summary: PeersSummary } {
  const { edition, engine, area, asOf, parentOf, ledger } = source
  const least = Math.max(LEAST_FIRMS, source.least ?? LEAST_FIRMS)
  const isSample = sheets.some((firm) => firm.isSample)
  if (isSample && sheets.some((firm) => !firm.isSample)) throw new Problem('peers.mixedSample')
  if (ledger !== undefined) refuseOtherLedger(ledger, source, least)
  const newest = findNewest(sheets.filter(({ division }) => division === undefined || liesIn(division, area, parentOf)))
  const kept = keepBlocks(sheets, newest, ledger, least, source.erased ?? 0)
  const known = new Set([...kept.retired, ...kept.blocks.flatMap(({ members }) => members.map(({ firm }) => firm))])
  const fresh = newest.filter(({ firm }) => !known.has(firm))
  const blocks = [...kept.blocks, ...makeBlocks(fresh, least, parentOf).flatMap((block) => cutBlock(block, least))]
  const groups = buildGroups(blocks, newest, least, parentOf)
  const content = {
    kind: 'shidang-peers-ledger' as const,
    format: LEDGER_FORMAT as 1,
    edition,
    area,
    asOf,
    least,
    blocks: blocks.map(({ members, ...key }) => ({
      ...trimKey(key),
      members: members.map(({ firm, id }): [string, string] => [firm, id.slice(0, VERSION_LENGTH)]),
    })),
    retired: [...kept.retired].sort(),
  }
  const counted = blocks.reduce((sum, { members }) => sum + members.length, 0)
  return {
    peers: packPeers(
      {
        engine,
        edition,
        area,
        source: source.source,
        asOf,
        least,
        ...(isSample ? { sample: true as const } : {}),
        groups,
      },
      digestOf,
    ),
    ledger: { ...content, sha256: digestOf(content) },
    summary: {
      counted,
      waiting: newest.filter(({ firm }) => !kept.retired.has(firm)).length - counted,
      duplicates: new Set(sheets.map(({ sheet }) => sheet)).size - new Set(sheets.map(({ firm }) => firm)).size,
      outside: new Set(sheets.map(({ firm }) => firm)).size - newest.length,
      retired: kept.retired.size,
    },
  }
}

function refuseOtherLedger(ledger: PeersLedger, { edition, area, asOf }: PeersSource, least: number): void {
  if (ledger.edition.digest !== edition.digest || ledger.area !== area) throw new Problem('peers.otherLedger')
  if (ledger.asOf > asOf || ledger.least !== least) {
    throw new Problem('peers.laterLedger', { asOf: ledger.asOf, least: ledger.least })
  }
}

/** 组块 — sheets that are always counted together; a missing dimension means that its sheets differ in it. */
interface Block {
  readonly division: string | undefined
  readonly industry: string | undefined
  readonly size: PeerGroupKey['size'] | undefined
  readonly members: readonly PeerFirm[]
}

function trimKey({ division, industry, size }: Omit<Block, 'members'>): PeerGroupKey {
  return pickKey(division, industry, size)
}

/** Enough firms, and not all on one tier: a group of one tier tells the tier of each of its firms. */
function isSafe(members: readonly PeerFirm[], least: number): boolean {
  return members.length >= least && members.some(({ tier }) => tier !== members[0]!.tier)
}

/** What each firm handed in last, in the order of its ids: the same sheets give the same file in whatever order they come. */
function findNewest(sheets: readonly PeerFirm[]): readonly PeerFirm[] {
  const byFirm = new Map<string, PeerFirm>()
  const versions = new Map<string, string>()
  for (const sheet of sheets) {
    const version = `${sheet.sheet} ${sheet.revision}`
    const known = versions.get(version)
    if (known !== undefined && known !== sheet.id)
      throw new Problem('peers.twoVersions', { firm: sheet.sheet, revision: sheet.revision })
    versions.set(version, sheet.id)
    const newest = byFirm.get(sheet.firm)
    if (newest === undefined || compareAge(sheet, newest) > 0) byFirm.set(sheet.firm, sheet)
  }
  return [...byFirm.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Of one sheet the revision tells, of several sheets of a firm the time; the id, so that no two are equal. */
function compareAge(a: PeerFirm, b: PeerFirm): number {
  if (a.sheet === b.sheet) return a.revision - b.revision
  if (a.submittedAt !== b.submittedAt) return a.submittedAt < b.submittedAt ? -1 : 1
  return a.id < b.id ? -1 : 1
}

/**
 * Blocks of the last publication, with the same firms. Revised sheets take the place of the old ones when ten of one place
 * do so together: fewer would tell what they changed. A block that lacks a sheet goes, with all its firms.
 */
function keepBlocks(
  sheets: readonly PeerFirm[],
  newest: readonly PeerFirm[],
  ledger: PeersLedger | undefined,
  least: number,
  erased: number,
): { readonly blocks: readonly Block[]; readonly retired: ReadonlySet<string> } {
  const retired = new Set(ledger?.retired)
  if (ledger === undefined) return { blocks: [], retired }
  const byVersion = new Map(sheets.map((sheet) => [sheet.id.slice(0, VERSION_LENGTH), sheet]))
  const current = new Map(newest.map((sheet) => [sheet.firm, sheet]))
  const standing: Block[] = []
  let missing = 0
  for (const { division, industry, size, members: names } of ledger.blocks) {
    const members = names.flatMap(([, version]) => byVersion.get(version) ?? [])
    missing += names.length - members.length
    if (members.length === names.length) standing.push({ division, industry, size, members })
    else names.forEach(([firm]) => retired.add(firm))
  }
  if (missing !== erased) throw new Problem('peers.missingSheets', { count: missing })
  const blocks: Block[] = []
  for (const siblings of groupBy(standing, namePlace).values()) {
    const all = siblings.flatMap(({ members }) => members)
    const revised = all.filter(({ firm, id }) => (current.get(firm)?.id ?? id) !== id)
    const isRefreshed = isSafe(revised, least)
    for (const block of siblings) {
      const members = isRefreshed ? block.members.map((one) => current.get(one.firm) ?? one) : block.members
      blocks.push({ ...block, members })
    }
  }
  return { blocks, retired }
}

/**
 * Firms to blocks. Firms of one city, industry and size that are many enough stand alone. The others give up one
 * dimension: the size, when their city and industry are many enough together; else the city, joining their industry, or the
 * industry, joining their city. Groups of an industry come first, as they say most; a city is then saved from falling
 * below 80 % as long as no industry falls by it. What is still too few joins by size, then with everybody, or waits.
 */
function makeBlocks(firms: readonly PeerFirm[], least: number, parentOf: ParentOf): readonly Block[] {
  const atoms = groupBy(firms, ({ division, industry, size }) =>
    [findCity(division, parentOf) ?? '', industry ?? '', size ?? ''].join('|'),
  )
  const blocks: Atom[] = []
  const loose: Atom[] = []
  for (const [name, members] of [...atoms].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [city = '', industry = '', size = ''] = name.split('|')
    const atom = { city, industry, size, members }
    if (isSafe(members, least)) blocks.push(atom)
    else loose.push(atom)
  }
  const budget = measureBudgets([...blocks, ...loose])
  const { joined, rest } = joinSizes(loose, budget, least)
  blocks.push(...joined, ...joinPools(saveCities(rest, budget), least))
  return blocks.flatMap((atom) => splitByCounty(toBlock(atom), least, parentOf))
}

/** Firms that agree in the dimensions named; an empty one means that they differ in it, or that it is unknown. */
interface Atom {
  readonly city: string
  readonly industry: string
  readonly size: string
  readonly members: readonly PeerFirm[]
}
type AtomDimension = 'city' | 'industry' | 'size'

function toBlock({ city, industry, size, members }: Atom): Block {
  return {
    division: city === '' ? undefined : city,
    industry: industry === '' ? undefined : industry,
    size: size === '' ? undefined : (size as NonNullable<PeerGroupKey['size']>),
    members,
  }
}

/** How many firms a city, an industry or a size may still give up before its group says too little: 20 % of each. */
interface Budgets {
  readonly left: Readonly<Record<AtomDimension, Map<string, number>>>
}

function measureBudgets(atoms: readonly Atom[]): Budgets {
  const left = { city: new Map<string, number>(), industry: new Map<string, number>(), size: new Map<string, number>() }
  for (const atom of atoms) {
    for (const dimension of ['city', 'industry', 'size'] as const) {
      const part = (1 - LEAST_COUNTED) * atom.members.length
      left[dimension].set(atom[dimension], (left[dimension].get(atom[dimension]) ?? 0) + part)
    }
  }
  return { left }
}

function spend({ left }: Budgets, dimension: AtomDimension, name: string, count: number): void {
  left[dimension].set(name, (left[dimension].get(name) ?? 0) - count)
}

function canSpend({ left }: Budgets, dimension: AtomDimension, name: string, count: number): boolean {
  return (left[dimension].get(name) ?? 0) >= count
}

/** Atoms of one city and industry join across their sizes where that makes a block and no size loses too many by it. */
function joinSizes(
  loose: readonly Atom[],
  budget: Budgets,
  least: number,
): { readonly joined: readonly Atom[]; readonly rest: readonly Atom[] } {
  const joined: Atom[] = []
  const rest: Atom[] = []
  for (const atoms of groupBy(loose, ({ city, industry }) => `${city}|${industry}`).values()) {
    const members = atoms.flatMap((atom) => atom.members)
    const isAffordable = atoms.every((atom) => canSpend(budget, 'size', atom.size, atom.members.length))
    if (atoms.length > 1 && isAffordable && isSafe(members, least)) {
      for (const atom of atoms) spend(budget, 'size', atom.size, atom.members.length)
      joined.push({ ...atoms[0]!, size: '', members })
    } else rest.push(...atoms)
  }
  return { joined, rest }
}

interface Pools {
  /** Atoms that keep their city and give up the industry; and the other way round. */
  readonly ofCities: readonly Atom[]
  readonly ofIndustries: readonly Atom[]
}

/**
 * Every atom gives up its city first. Cities that lose too many by it take atoms back, one after another, the one that
 * needs fewest first, from industries that can spare them; a city that cannot be saved leaves them all to the industries.
 */
function saveCities(atoms: readonly Atom[], budget: Budgets): Pools {
  const byCity = groupBy(atoms, ({ city }) => city)
  const excessOf = (city: string): number =>
    byCity.get(city)!.reduce((sum, { members }) => sum + members.length, 0) - (budget.left.city.get(city) ?? 0)
  const ofCities = new Set<Atom>()
  const endangered = [...byCity.keys()].filter((city) => city !== '' && excessOf(city) > 0)
  for (const city of endangered.sort((a, b) => excessOf(a) - excessOf(b))) {
    let excess = excessOf(city)
    const taken: Atom[] = []
    const inOrder = [...byCity.get(city)!].sort(
      (a, b) => (budget.left.industry.get(b.industry) ?? 0) - (budget.left.industry.get(a.industry) ?? 0),
    )
    for (const atom of inOrder) {
      if (excess <= 0) break
      if (!canSpend(budget, 'industry', atom.industry, atom.members.length)) continue
      spend(budget, 'industry', atom.industry, atom.members.length)
      taken.push(atom)
      excess -= atom.members.length
    }
    if (excess <= 0) taken.forEach((atom) => ofCities.add(atom))
    else taken.forEach((atom) => spend(budget, 'industry', atom.industry, -atom.members.length))
  }
  return {
    ofCities: atoms.filter((atom) => ofCities.has(atom)),
    ofIndustries: atoms.filter((atom) => !ofCities.has(atom)),
  }
}

/** Pools by size; those too small join across sizes; what is left joins by size alone, then with everybody, or waits. */
function joinPools({ ofCities, ofIndustries }: Pools, least: number): readonly Atom[] {
  const joined: Atom[] = []
  /** Makes an atom of all that become the same; gives back those that are too few as they were. */
  const join = (atoms: readonly Atom[], keep: (atom: Atom) => Omit<Atom, 'members'>): readonly Atom[] => {
    const nameOf = (atom: Atom): string => {
      const { city, industry, size } = keep(atom)
      return [city, industry, size].join('|')
    }
    return [...groupBy(atoms, nameOf).values()].flatMap((group) => {
      const members = group.flatMap((atom) => atom.members)
      if (!isSafe(members, least)) return group
      joined.push({ ...keep(group[0]!), members })
      return []
    })
  }
  const ofCity = join(ofCities, (atom) => ({ ...atom, industry: '' }))
  const ofIndustry = join(ofIndustries, (atom) => ({ ...atom, city: '' }))
  const few = [
    ...join(ofCity, (atom) => ({ ...atom, industry: '', size: '' })),
    ...join(ofIndustry, (atom) => ({ ...atom, city: '', size: '' })),
  ]
  const fewer = join(few, (atom) => ({ ...atom, city: '', industry: '' }))
  join(fewer, (atom) => ({ ...atom, city: '', industry: '', size: '' }))
  return joined
}

/**
 * A large block in pieces of ten to nineteen, each with more than one tier: they are counted together all the same, but when a
 * sheet is erased only its piece has to go.
 */
function cutBlock(block: Block, least: number): readonly Block[] {
  const byTier = [...block.members].sort((a, b) => a.tier - b.tier || (a.id < b.id ? -1 : 1))
  for (let count = Math.floor(byTier.length / least); count > 1; count--) {
    // Dealt out like cards, so that every piece gets of every tier.
    const pieces: PeerFirm[][] = Array.from({ length: count }, () => [])
    byTier.forEach((member, place) => pieces[place % count]!.push(member))
    if (pieces.every((members) => isSafe(members, least))) return pieces.map((members) => ({ ...block, members }))
  }
  return [block]
}

/** A block of a city by county, as far as every part is large enough; the counties that are not stay together. */
function splitByCounty(block: Block, least: number, parentOf: ParentOf): readonly Block[] {
  if (block.division === undefined) return [block]
  const counties = [...groupBy(block.members, ({ division }) => division ?? '')].sort(
    ([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1),
  )
  const isCounty = (division: string): boolean => division !== block.division && parentOf(division) === block.division
  const own = counties.filter(([division, members]) => isCounty(division) && isSafe(members, least))
  const others = counties.filter((county) => !own.includes(county)).flatMap(([, members]) => members)
  // The remainder would be a residual group: the smallest counties keep it company until it is large enough.
  while (others.length > 0 && !isSafe(others, least) && own.length > 0) others.push(...own.pop()![1])
  return [
    ...own.map(([division, members]) => ({ ...block, division, members })),
    ...(others.length === 0 ? [] : [{ ...block, members: others }]),
  ]
}

/** The division right under the province; undefined when there is none or the code is unknown. */
function findCity(division: string | undefined, parentOf: ParentOf): string | undefined {
  let at = division
  while (at !== undefined) {
    const parent = parentOf(at)
    if (parent === undefined) return undefined
    if (parentOf(parent) === undefined) return at
    at = parent
  }
  return undefined
}

// ---------- groups over blocks ----------

function buildGroups(
  blocks: readonly Block[],
  newest: readonly PeerFirm[],
  least: number,
  parentOf: ParentOf,
): PeerGroup[] {
  const keys = new Map<string, PeerGroupKey>()
  const actual = new Map<string, number>()
  // Place by place, not firm by firm: there are far fewer places.
  for (const members of groupBy(newest, namePlace).values()) {
    for (const key of listGroupsOf(members[0]!, parentOf)) {
      const name = formatKey(key)
      keys.set(name, key)
      actual.set(name, (actual.get(name) ?? 0) + members.length)
    }
  }
  const blocksOf = new Map<string, Block[]>()
  for (const block of blocks) {
    for (const key of listGroupsOf(block, parentOf)) {
      if (!covers(key, trimKey(block), parentOf)) continue
      append(blocksOf, formatKey(key), block)
      keys.set(formatKey(key), key)
    }
  }
  const shown = [...blocksOf].filter(([name, inside]) => {
    const n = inside.reduce((sum, { members }) => sum + members.length, 0)
    return n >= least && n >= LEAST_COUNTED * (actual.get(name) ?? 0)
  })
  shown.sort(([a], [b]) => (a < b ? -1 : 1))
  return describeGroups(
    shown.map(([name, inside]) => ({ key: keys.get(name)!, blocks: inside })),
    blocks,
    least,
  )
}

/** All groups a place in the three dimensions belongs to: itself and everything wider. */
function listGroupsOf({ division, industry, size }: Place, parentOf: ParentOf): readonly PeerGroupKey[] {
  const divisions: (string | undefined)[] = [undefined]
  for (let at = division; at !== undefined; at = parentOf(at)) if (parentOf(at) !== undefined) divisions.push(at)
  const industries = industry === undefined ? [undefined] : [undefined, industry]
  const sizes = size === undefined ? [undefined] : [undefined, size]
  return divisions.flatMap((area) => industries.flatMap((branch) => sizes.map((scale) => pickKey(area, branch, scale))))
}

type Place = Pick<Block, 'division' | 'industry' | 'size'>

function namePlace({ division, industry, size }: Place): string {
  return `${division ?? ''}|${industry ?? ''}|${size ?? ''}`
}

/**
 * Spreads and tier counts of many overlapping groups. Each node is sorted once over all firms; walking through in that
 * order fills every group's list already sorted, which is several times faster than sorting each list.
 */
function describeGroups(
  groups: readonly { readonly key: PeerGroupKey; readonly blocks: readonly Block[] }[],
  blocks: readonly Block[],
  least: number,
): PeerGroup[] {
  const firms = blocks.flatMap(({ members }) => members)
  const placeOf = new Map<Block, number[]>(blocks.map((block) => [block, []]))
  groups.forEach((group, at) => group.blocks.forEach((block) => placeOf.get(block)!.push(at)))
  const groupsOf = blocks.flatMap((block) => {
    const places = Int32Array.from(placeOf.get(block)!)
    return block.members.map(() => places)
  })
  const sizes = groups.map((group) => group.blocks.reduce((sum, { members }) => sum + members.length, 0))
  const nodeIds = [...new Set(firms.flatMap(({ nodes }) => Object.keys(nodes)))]
  const spreads: Record<string, Spread>[] = groups.map(() => ({}))
  // One list behind the other in one piece of memory: many small lists would be slow to fill.
  const starts = new Uint32Array(groups.length)
  for (let at = 1; at < groups.length; at++) starts[at] = starts[at - 1]! + sizes[at - 1]!
  const lists = new Float64Array(sizes.reduce((sum, size) => sum + size, 0))
  const numberOfPlace = new Map([...new Set(blocks.map(namePlace))].map((name, at) => [name, at]))
  const placeOfFirm = Int32Array.from(
    blocks.flatMap((block) => {
      const place = numberOfPlace.get(namePlace(block))!
      return block.members.map(() => place)
    }),
  )
  const values = new Float64Array(firms.length)
  for (const id of nodeIds) {
    // Plain loops here and below: they run two million times for a province.
    for (let at = 0; at < firms.length; at++) values[at] = firms[at]!.nodes[id] ?? NaN
    leaveOutFew(values, placeOfFirm, least)
    const order = sortPlaces(values)
    const ends = starts.slice()
    for (let next = 0; next < order.length; next++) {
      const at = order[next]!
      const value = values[at]!
      const places = groupsOf[at]!
      for (let part = 0; part < places.length; part++) lists[ends[places[part]!]!++] = value
    }
    groups.forEach((_, at) => {
      const list = lists.subarray(starts[at], ends[at])
      // Of a node on which all agree the spread would be everybody's own value.
      if (list.length >= least && list[0]! < list[list.length - 1]!)
        spreads[at]![id] = roundSpread(SPREAD_SHARES.map((share) => quantile(list, share)))
    })
  }
  return groups.map(({ key, blocks: inside }, at) => {
    const tiers: Record<string, number> = {}
    for (const { members } of inside) for (const { tier } of members) tiers[tier] = (tiers[tier] ?? 0) + 1
    return { ...key, n: sizes[at]!, tiers, nodes: spreads[at]! }
  })
}

/**
 * Places of the values in ascending order, without those that are NaN. Value and place are packed into one number, a
 * millionth being fine enough for order: plain numbers sort natively, with a comparison function it takes ten times as long.
 */
function sortPlaces(values: Float64Array): Float64Array {
  const { length } = values
  const packed = new Float64Array(length)
  let used = 0
  for (let at = 0; at < length; at++) {
    const value = values[at]!
    if (!Number.isNaN(value)) packed[used++] = Math.round(value * 1e6) * length + at
  }
  const sorted = packed.subarray(0, used).sort()
  for (let at = 0; at < used; at++) sorted[at] = ((sorted[at]! % length) + length) % length
  return sorted
}

/**
 * A node may not apply to some firms. Of a place where it applies to fewer than ten, those leave the node's spread: it would
 * differ by just them between a group with the place and one without.
 */
function leaveOutFew(values: Float64Array, places: Int32Array, least: number): void {
  const counts = new Int32Array(places.reduce((most, place) => Math.max(most, place), -1) + 1)
  let isWhole = true
  for (let at = 0; at < values.length; at++) {
    if (Number.isNaN(values[at]!)) isWhole = false
    else counts[places[at]!]! += 1
  }
  if (isWhole) return
  for (let at = 0; at < values.length; at++) if (counts[places[at]!]! < least) values[at] = NaN
}

// ---------- lists by name ----------

function groupBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) append(groups, nameOf(item), item)
  return groups
}

function append<Item>(groups: Map<string, Item[]>, name: string, item: Item): void {
  const group = groups.get(name)
  if (group === undefined) groups.set(name, [item])
  else group.push(item)
}
