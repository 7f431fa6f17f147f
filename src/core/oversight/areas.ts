import { type Divisions } from '../division.ts'
import { type Enterprise } from './enterprise.ts'

/**
 * 归属 — where the firms of an area stand below it. `placeOf` gives undefined for a firm outside the area, and inside it the
 * code of the child it lies in, '' when it lies in none that is listed (a functional area, no county given).
 */
export interface AreaSplit {
  readonly children: readonly string[]
  readonly placeOf: (firm: Pick<Enterprise, 'city' | 'county'>) => string | undefined
}

/**
 * 按下级区划归属 — by the chain of parents, never by the digits of a code. A county the list does not have leaves a firm in
 * its city; a firm of which neither is listed lies in the whole of the list alone, where no area is its parent. So the
 * firms of an area are always those of its children and of '', and each counts once at every level.
 */
export function splitArea({ byCode }: Divisions, area: string): AreaSplit {
  const children = Array.from(byCode.values())
    .filter(({ parent }) => parent === area)
    .map(({ code }) => code)
  const isTop = (byCode.get(area)?.parent ?? null) === null
  const locate = (code: string): string | undefined => {
    if (code === area) return ''
    for (let at = byCode.get(code); at?.parent != null; at = byCode.get(at.parent)) {
      if (at.parent === area) return at.code
    }
    return undefined
  }
  const known = new Map<string, string | undefined>()
  const placeOf = ({ city, county }: Pick<Enterprise, 'city' | 'county'>): string | undefined => {
    const listed = county !== undefined && byCode.has(county) ? county : city
    let place = known.get(listed)
    if (place === undefined && !known.has(listed)) {
      place = byCode.has(listed) ? locate(listed) : isTop || listed === area ? '' : undefined
      known.set(listed, place)
    }
    return place
  }
  return { children, placeOf }
}

/** 批次与范围 — the split of an area, of the firms only that also lie in the area a round asks. */
export function splitAsked(divisions: Divisions, campaignArea: string, area: string): AreaSplit {
  const own = splitArea(divisions, area)
  if (campaignArea === area) return own
  const asked = splitArea(divisions, campaignArea)
  return {
    children: own.children,
    placeOf: (firm) => (asked.placeOf(firm) === undefined ? undefined : own.placeOf(firm)),
  }
}

/** 范围内的企业 — the firms that lie both in the area looked at and in the one a round asks, each with its place in the former. */
export function listPlaced<Firm extends Pick<Enterprise, 'city' | 'county'>>(
  firms: readonly Firm[],
  campaignArea: string,
  area: string,
  divisions: Divisions,
): {
  readonly children: readonly string[]
  readonly placed: readonly { readonly firm: Firm; readonly place: string }[]
} {
  const { children, placeOf } = splitAsked(divisions, campaignArea, area)
  const placed: { firm: Firm; place: string }[] = []
  for (const firm of firms) {
    const place = placeOf(firm)
    if (place !== undefined) placed.push({ firm, place })
  }
  return { children, placed }
}
