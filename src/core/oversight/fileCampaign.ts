import { type Campaign, type Enterprise } from './enterprise.ts'

/**
 * 文件汇总的批次 — the round that opened files are counted as, since no hub tells one: the edition most of them are of, the
 * narrowest area that holds all firms, everything listed by the day of opening. Undefined without a single sheet. The area
 * is read from the codes: of one county, of one city, else of the province most firms are in (GB/T 2260: two digits).
 */
export function planFileCampaign(firms: readonly Enterprise[], asOf: string): Campaign | undefined {
  const sheets = firms.flatMap(({ submission }) => submission ?? [])
  const edition = findMost(sheets.map(({ edition }) => edition))
  if (edition === undefined) return undefined
  const first = sheets.map(({ receivedAt }) => receivedAt.slice(0, 10)).reduce((a, b) => (a < b ? a : b))
  return {
    id: 'files',
    version: 0,
    title: '打开的文件',
    edition,
    area: findArea(firms),
    opensOn: first < asOf ? first : asOf,
    deadlineOn: asOf,
    referenceOn: asOf,
    isClosed: false,
    plan: [],
  }
}

function findArea(firms: readonly Enterprise[]): string {
  const counties = new Set(firms.map(({ county }) => county))
  const [county] = counties
  if (counties.size === 1 && county !== undefined) return county
  const cities = new Set(firms.map(({ city }) => city))
  const [city] = cities
  if (cities.size === 1 && city !== undefined) return city
  return `${findMost(firms.map((firm) => firm.city.slice(0, 2)))!}0000`
}

/** The most frequent one; of equally frequent ones the smallest, so that the order of files does not matter. */
function findMost(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0]
}
