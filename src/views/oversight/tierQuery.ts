import { type TierFilter, type TierSort } from '#core/oversight/tierList'
import { type SizeClass } from '#core/sizeClass'

/** 名单的次序. */
export interface TierOrder {
  readonly by: TierSort
  readonly isDescending: boolean
}

/** What an address may hold; a name that stands twice is read as its first. */
export type AddressQuery = Readonly<Record<string, string | null | readonly (string | null)[] | undefined>>

const SIZES: readonly SizeClass[] = ['大型', '中型', '小型', '微型']
const SORTS: readonly TierSort[] = ['tier', 'score', 'name', 'division', 'industry', 'receivedAt']
/** Highest tier first. Own choice. */
export const USUAL_ORDER: TierOrder = { by: 'tier', isDescending: true }

/** 网址里的筛选 — address to filter; what is not understood is left out, as a bookmark may be old. */
export function parseTierQuery(query: AddressQuery): { readonly filter: TierFilter; readonly order: TierOrder } {
  const text = (name: string, pattern: RegExp): string | undefined => {
    const found = query[name]
    const first = Array.isArray(found) ? (found[0] as string | null | undefined) : found
    return typeof first === 'string' && pattern.test(first) ? first : undefined
  }
  const count = (name: string): number | undefined => {
    const found = text(name, /^\d{1,2}$/)
    return found === undefined ? undefined : Number(found)
  }
  const by = SORTS.find((sort) => sort === text('sort', /^\w+$/))
  const filter: { -readonly [Key in keyof TierFilter]: TierFilter[Key] | undefined } = {
    area: text('area', /^\d{6}$/),
    industry: text('industry', /^\d{2}$/),
    size: SIZES.find((size) => size === text('size', /^.+$/)),
    tierFrom: count('from'),
    tierTo: count('to'),
    isDue: parseYes(text('due', /^[01]$/)),
    firmnessMost: count('firm'),
    differs: parseYes(text('differs', /^[01]$/)),
    intention: text('intention', /^.{1,100}$/),
    text: text('text', /^.{1,100}$/),
  }
  return {
    filter: Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as TierFilter,
    order: by === undefined ? USUAL_ORDER : { by, isDescending: text('desc', /^[01]$/) === '1' },
  }
}

function parseYes(digit: string | undefined): boolean | undefined {
  return digit === undefined ? undefined : digit === '1'
}

/** 筛选写进网址 — the other way, without what is usual, so that an address can be kept as a bookmark. */
export function formatTierQuery(filter: TierFilter, order: TierOrder): Readonly<Record<string, string>> {
  const { area, industry, size, tierFrom, tierTo, isDue, firmnessMost, differs, intention, text } = filter
  const isUsual = order.by === USUAL_ORDER.by && order.isDescending === USUAL_ORDER.isDescending
  const parts: Readonly<Record<string, string | number | boolean | undefined>> = {
    area,
    industry,
    size,
    from: tierFrom,
    to: tierTo,
    due: isDue,
    firm: firmnessMost,
    differs,
    intention,
    text: text === '' ? undefined : text,
    sort: isUsual ? undefined : order.by,
    desc: isUsual ? undefined : order.isDescending,
  }
  return Object.fromEntries(
    Object.entries(parts)
      .filter((part): part is [string, string | number | boolean] => part[1] !== undefined)
      .map(([name, value]) => [name, typeof value === 'boolean' ? (value ? '1' : '0') : String(value)]),
  )
}
