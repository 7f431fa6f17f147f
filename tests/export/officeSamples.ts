import { drawPortrait } from '#core/oversight/portrait'
import { listCalls, measureCoverage } from '#core/oversight/coverage'
import { type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { listNodes } from '#core/oversight/summary'
import { listTiers } from '#core/oversight/tierList'
import { divisions, industries } from '#reference/books.ts'
import { type FileContext } from '#export/fileContext'
import { loadGuangxi } from '../support/build'
import { aFirm, aSubmittedFirm } from '../support/firms'

export const CAMPAIGN: Campaign = {
  id: 'round',
  version: 1,
  title: '2026 年规模以上工业企业数字化转型诊断',
  edition: 'guangxi-2024',
  area: '450000',
  opensOn: '2026-06-01',
  deadlineOn: '2026-08-31',
  referenceOn: '2026-05-31',
  isClosed: false,
  plan: [],
}

export const CONTEXT: FileContext = {
  campaign: CAMPAIGN,
  edition: loadGuangxi(),
  area: '450000',
  asOf: '2026-08-20',
  madeAt: '2026-08-20T17:30:00.000Z',
  divisions,
  industries,
}

/** Made-up firms over all cities: three of five have submitted, in tiers 1 to 7; every eleventh has two liaisons or none. */
export function someFirms(count: number): readonly Enterprise[] {
  const counties = Array.from(divisions.byCode.values()).filter(({ level }) => level === 3)
  const kinds = ['13', '30', '31', '36', '39']
  return Array.from({ length: count }, (_, at) => {
    const county = counties[(at * 7) % counties.length]!
    const place = {
      city: county.parent!,
      county: county.code,
      industry: kinds[at % kinds.length]!,
      ...(at % 11 === 0 ? { liaisons: [] } : {}),
      ...(at % 11 === 5
        ? {
            liaisons: [
              { id: 'a', name: '示例服务员甲' },
              { id: 'b', name: '示例服务员乙' },
            ],
          }
        : {}),
    }
    // 北海 has done nothing yet.
    if (at % 5 > 2 || county.parent === '450500') return aFirm(place)
    const tier = 1 + (at % 7)
    const day = 1 + (at % 28)
    return aSubmittedFirm(place, {
      tier: { low: tier, high: tier + (at % 13 === 0 ? 1 : 0) },
      level: { low: Math.ceil(tier / 2), high: Math.ceil(tier / 2) },
      score: { low: tier * 9.25, high: tier * 9.25 },
      nodes: NODES.map((_, place) => Math.round(tier * 9 + ((at + place * 3) % 10))),
      gaps: GAPS,
      dueForVisit: tier >= 3,
      receivedAt: `2026-0${6 + (at % 3)}-${String(Math.min(day, at % 3 === 2 ? 19 : 28)).padStart(2, '0')}T09:15:00.000Z`,
      intentions: at % 4 === 0 ? ['智能工厂示范'] : [],
      minutes: 35.6,
    })
  })
}
const GAPS = listNodes(CONTEXT.edition.tree)
  .filter(({ indicators }) => indicators.length > 0)
  .slice(2, 5)
  .map(({ id }) => id)
const NODES = listNodes(CONTEXT.edition.tree)

export function listOf(firms: readonly Enterprise[]): ReturnType<typeof listTiers> {
  return listTiers(firms, CAMPAIGN, {}, divisions)
}
export function coverageOf(firms: readonly Enterprise[], area = '450000'): ReturnType<typeof measureCoverage> {
  return measureCoverage(firms, CAMPAIGN, area, CONTEXT.asOf, divisions)
}
export function callsOf(firms: readonly Enterprise[]): ReturnType<typeof listCalls> {
  return listCalls(firms, CAMPAIGN, CONTEXT.asOf)
}
export function portraitOf(firms: readonly Enterprise[], area = '450000'): ReturnType<typeof drawPortrait> {
  return drawPortrait(firms, CAMPAIGN, CONTEXT.edition, area, CONTEXT.asOf, divisions)
}
