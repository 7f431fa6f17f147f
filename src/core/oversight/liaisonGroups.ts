import { isWithin, type Divisions } from '../division.ts'
import type { Liaison } from './api.ts'
import { type Enterprise } from './enterprise.ts'

/** 可指派的联系人 — the nearest first: of the firms' county, else of their city, else of anywhere. */
export interface LiaisonGroups {
  readonly county: readonly Liaison[]
  readonly city: readonly Liaison[]
  readonly rest: readonly Liaison[]
}

/**
 * 联系人按远近分组 — for one liaison who is given all of these firms: near is who is near to every one of them, so that firms of
 * two counties have only their city in common. Only active ones; the order within a group is kept.
 */
export function groupLiaisons(
  liaisons: readonly Liaison[],
  firms: readonly Pick<Enterprise, 'city' | 'county'>[],
  divisions: Divisions,
): LiaisonGroups {
  const [counties, cities] = [new Set(firms.map(({ county }) => county)), new Set(firms.map(({ city }) => city))]
  const county = counties.size === 1 ? firms[0]!.county : undefined
  const city = cities.size === 1 ? firms[0]!.city : undefined
  const groups: Record<keyof LiaisonGroups, Liaison[]> = { county: [], city: [], rest: [] }
  for (const liaison of liaisons) {
    if (!liaison.isActive) continue
    if (county !== undefined && liaison.area === county) groups.county.push(liaison)
    else if (city !== undefined && isWithin(divisions, liaison.area, city)) groups.city.push(liaison)
    else groups.rest.push(liaison)
  }
  return groups
}

/**
 * 联系人的写法 — by id: name, unit, area and how many firms. Two of one name are told apart by where they work, and where that is
 * the same too, by the masked phone.
 */
export function nameLiaisons(liaisons: readonly Liaison[], { byCode }: Divisions): ReadonlyMap<string, string> {
  const own = liaisons.map(({ name, unit, area }) =>
    [name, unit, byCode.get(area)?.name ?? area].filter((part) => part !== undefined).join('，'),
  )
  const counts = new Map<string, number>()
  for (const text of own) counts.set(text, (counts.get(text) ?? 0) + 1)
  return new Map(
    liaisons.map(({ id, phone, firms }, at) => {
      const isTwin = counts.get(own[at]!)! > 1 && phone !== undefined
      return [id, `${own[at]}${isTwin ? `，${phone}` : ''}（现有 ${firms} 家）`]
    }),
  )
}
