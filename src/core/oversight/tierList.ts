import { normalizeCreditCode } from '../creditCode.ts'
import { formatDivision, type Divisions } from '../division.ts'
import { formatIndustry, type Industries } from '../industry.ts'
import { type SizeClass } from '../sizeClass.ts'
import { splitArea } from './areas.ts'
import {
  findValid,
  isInDenominator,
  locateEnterprise,
  type Campaign,
  type Enterprise,
  type Summary,
} from './enterprise.ts'
import { compareText } from './steps.ts'

/** 筛选 — every part that is given must hold. `tierFrom` and `tierTo` are inclusive, levels where the edition has no tiers. */
export interface TierFilter {
  readonly area?: string
  readonly industry?: string
  readonly size?: SizeClass
  readonly tierFrom?: number
  readonly tierTo?: number
  readonly isDue?: boolean
  /** 稳固程度 at most: 1 leaves the flags that hang on one answer. */
  readonly firmnessMost?: number
  readonly differs?: boolean
  readonly intention?: string
  /** Part of the name or of the credit code. */
  readonly text?: string
}

export interface TierRow {
  readonly firm: Enterprise
  readonly summary: Summary
}

export type TierSort = 'tier' | 'score' | 'name' | 'division' | 'industry' | 'receivedAt'

/** 分档名单 — `byTier` counts the rows by tier (its place), place 0 those without one, up to the highest tier of the round. */
export interface TierList {
  readonly rows: readonly TierRow[]
  readonly byTier: readonly number[]
  /** Set when the edition has no tiers: then levels are meant throughout. */
  readonly levels?: true
}

export interface TierOrder {
  readonly by: TierSort
  readonly isDescending: boolean
}

/** A row with what filters and orders ask of it, worked out once and side by side in memory. */
interface PreparedRow {
  readonly row: TierRow
  /** Tier or level, official low end; 0 when there is none. */
  readonly tier: number
  readonly score: number
  readonly name: string
  readonly code: string
  readonly place: string
  readonly industry: string | undefined
  readonly size: SizeClass | undefined
  readonly isDue: boolean
  readonly firmness: number
  readonly differs: boolean
}

interface Prepared {
  readonly rows: readonly PreparedRow[]
  readonly highest: number
  readonly hasTiers: boolean
  /** Rows in every order that was asked for: an order does not change with the filter. */
  readonly orders: Map<string, readonly PreparedRow[]>
}

/** By list of firms: a screen filters the same 70,000 again and again. */
const prepared = new WeakMap<readonly Enterprise[], Map<string, Prepared>>()

/**
 * 分档名单 — the firms of the denominator with a valid submission: those coverage counts as submitted, so that the two always
 * agree. Without an order the highest tier comes first, then the highest score. Firms of equal place follow by name, credit
 * code and id; those that lack what is sorted by come last, whatever the direction. A list is kept in memory for as
 * long as the array of firms it was made of.
 */
export function listTiers(
  firms: readonly Enterprise[],
  campaign: Campaign,
  filter: TierFilter,
  divisions: Divisions,
  sort: TierOrder = { by: 'tier', isDescending: true },
): TierList {
  const list = prepare(firms, campaign, divisions)
  const order = orderRows(list, sort, divisions)
  const isWanted = buildTest(filter, divisions)
  const rows: TierRow[] = []
  const byTier = new Array<number>(list.highest + 1).fill(0)
  for (const one of order) {
    if (!isWanted(one)) continue
    rows.push(one.row)
    byTier[one.tier]! += 1
  }
  return { rows, byTier, ...(list.rows.length > 0 && !list.hasTiers ? { levels: true as const } : {}) }
}

function prepare(firms: readonly Enterprise[], campaign: Campaign, divisions: Divisions): Prepared {
  let lists = prepared.get(firms)
  if (lists === undefined) prepared.set(firms, (lists = new Map<string, Prepared>()))
  const key = [campaign.edition, campaign.referenceOn, campaign.area, divisions.source, divisions.date].join('|')
  let list = lists.get(key)
  if (list === undefined) lists.set(key, (list = prepareRows(firms, campaign, divisions)))
  return list
}

function prepareRows(firms: readonly Enterprise[], campaign: Campaign, divisions: Divisions): Prepared {
  const { placeOf } = splitArea(divisions, campaign.area)
  const valid: TierRow[] = []
  for (const firm of firms) {
    const summary = isInDenominator(firm, campaign) ? findValid(firm, campaign) : undefined
    if (summary !== undefined && placeOf(firm) !== undefined) valid.push({ firm, summary })
  }
  const hasTiers = valid.some(({ summary }) => summary.tier !== undefined)
  const rows = valid.map((row): PreparedRow => {
    const { firm, summary } = row
    return {
      row,
      tier: (hasTiers ? summary.tier : summary.level)?.low ?? 0,
      score: summary.score?.low ?? NaN,
      name: simplify(firm.name),
      code: firm.creditCode,
      place: locateEnterprise(firm),
      industry: firm.industry,
      size: firm.size,
      isDue: summary.dueForVisit,
      firmness: summary.firmness ?? Infinity,
      differs: summary.differences > 0,
    }
  })
  return { rows, highest: rows.reduce((most, { tier }) => Math.max(most, tier), 0), hasTiers, orders: new Map() }
}

function simplify(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '').toLowerCase()
}

function orderRows(list: Prepared, { by, isDescending }: TierOrder, divisions: Divisions): readonly PreparedRow[] {
  const key = `${by} ${isDescending ? 'down' : 'up'}`
  let order = list.orders.get(key)
  if (order === undefined) {
    const sign = isDescending ? -1 : 1
    const first = measureKeys(list.rows, by, sign, divisions)
    const second = measureKeys(list.rows, by === 'tier' ? 'score' : by, sign, divisions)
    const nameSign = by === 'name' ? sign : 1
    order = Array.from(list.rows.keys())
      .sort(
        (a, b) =>
          compareNumbers(first[a]!, first[b]!) ||
          compareNumbers(second[a]!, second[b]!) ||
          compareRows(list.rows[a]!, list.rows[b]!, nameSign),
      )
      .map((at) => list.rows[at]!)
    list.orders.set(key, order)
  }
  return order
}

/** What rows are sorted by, as numbers: infinite for a row that has none, so that it comes last either way. */
function measureKeys(rows: readonly PreparedRow[], by: TierSort, sign: 1 | -1, { byCode }: Divisions): Float64Array {
  const ranks = by === 'division' ? new Map(Array.from(byCode.keys(), (code, at) => [code, at])) : undefined
  const keyOf: Readonly<Record<TierSort, (row: PreparedRow) => number | undefined>> = {
    tier: ({ tier }) => (tier === 0 ? undefined : tier),
    score: ({ score }) => score,
    name: () => 0,
    division: ({ place }) => ranks?.get(place),
    industry: ({ industry }) => (industry === undefined ? undefined : Number(industry)),
    receivedAt: ({ row }) => Date.parse(row.summary.receivedAt),
  }
  return Float64Array.from(rows, (row) => {
    const value = keyOf[by](row) ?? NaN
    return Number.isNaN(value) ? Infinity : sign * value
  })
}

/** Two infinite keys are equal; their difference is no number. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function compareRows(a: PreparedRow, b: PreparedRow, nameSign: 1 | -1): number {
  return (
    nameSign * compareText(a.row.firm.name, b.row.firm.name) ||
    compareText(a.code, b.code) ||
    compareText(a.row.firm.id, b.row.firm.id)
  )
}

function buildTest(filter: TierFilter, divisions: Divisions): (row: PreparedRow) => boolean {
  const { area, industry, size, tierFrom = 0, tierTo = Infinity, isDue, firmnessMost, differs, intention } = filter
  const text = filter.text === undefined ? '' : simplify(filter.text)
  const code = filter.text === undefined ? '' : normalizeCreditCode(filter.text)
  const placeOf = area === undefined ? undefined : splitArea(divisions, area).placeOf
  return (row) =>
    row.tier >= tierFrom &&
    row.tier <= tierTo &&
    (isDue === undefined || row.isDue === isDue) &&
    (industry === undefined || row.industry === industry) &&
    (size === undefined || row.size === size) &&
    (firmnessMost === undefined || row.firmness <= firmnessMost) &&
    (differs === undefined || row.differs === differs) &&
    (intention === undefined || row.row.summary.intentions.includes(intention)) &&
    (placeOf === undefined || placeOf(row.row.firm) !== undefined) &&
    (text === '' || row.name.includes(text) || (code !== '' && row.code.includes(code)))
}

/** 筛选说明 — one Chinese sentence for files and headings; what is not narrowed is not named. `unit` is 级 without tiers. */
export function formatFilter(
  filter: TierFilter,
  divisions: Divisions,
  industries: Industries,
  unit: '档' | '级' = '档',
): string {
  const { area, industry, size, tierFrom, tierTo, isDue, firmnessMost, differs, intention } = filter
  const text = filter.text?.trim() ?? ''
  const parts = [
    area === undefined ? '' : `区划为${formatDivision(divisions, area)}`,
    industry === undefined ? '' : `行业为 ${formatIndustry(industries, industry)}`,
    size === undefined ? '' : `规模为${size}`,
    formatRange(tierFrom, tierTo, unit),
    isDue === undefined ? '' : isDue ? '达到线下诊断的条件' : '未达到线下诊断的条件',
    firmnessMost === undefined ? '' : `降低不超过 ${firmnessMost} 步就达不到线下诊断的条件`,
    differs === undefined ? '' : differs ? '复算与所报不一致' : '复算与所报一致',
    intention === undefined ? '' : `拟申报${intention}`,
    text === '' ? '' : `名称或信用代码含“${text}”`,
  ].filter((part) => part !== '')
  return parts.length === 0 ? '全部企业，没有筛选' : parts.join('；')
}

function formatRange(from: number | undefined, to: number | undefined, unit: string): string {
  if (from === undefined && to === undefined) return ''
  if (from === to) return `${from} ${unit}`
  if (from === undefined) return `${to} ${unit}及以下`
  return to === undefined ? `${from} ${unit}及以上` : `${from} ${unit}至 ${to} ${unit}`
}
