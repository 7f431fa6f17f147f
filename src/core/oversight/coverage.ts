import { countChinaDays } from '../chinaDay.ts'
import { type Divisions } from '../division.ts'
import { splitAsked } from './areas.ts'
import { findValid, isInDenominator, type Campaign, type Enterprise } from './enterprise.ts'
import { forecastFinish, measureTrend, type Forecast, type TrendDay } from './forecast.ts'
import { compareText, hasJoined, hasStarted, isReturned } from './steps.ts'

export { findStep, listCalls, STEP_NAMES, type Call, type Step } from './steps.ts'
export { type Forecast, type TrendDay } from './forecast.ts'

/**
 * 进展漏斗 — counts of firms. Of the denominator (`roster`): `assigned` to at least one active liaison; `joined` ≥ `filling` ≥
 * `submitted` ≥ `due`, where a sheet that came by file counts as joined and started; `returned` are waiting for the firm.
 * Beside it: `left` firms that would count had they not been taken out, and `outside` valid submissions of firms that do
 * not count. `rate` is submitted ÷ roster, 0–1, and 0 for an empty roster.
 */
export interface Funnel {
  readonly roster: number
  readonly assigned: number
  readonly joined: number
  readonly filling: number
  readonly submitted: number
  readonly due: number
  readonly returned: number
  readonly left: number
  readonly outside: number
  readonly rate: number
}

/** 一个下级区划 — '' for the firms of the area that lie in none of the listed ones. */
export interface AreaCoverage {
  readonly code: string
  readonly funnel: Funnel
}

/** 一位联系人 — id '' for the firms that have none, '*' for those that have several. */
export interface LiaisonCoverage {
  readonly id: string
  readonly name: string
  readonly funnel: Funnel
}

/** 覆盖率 — of one area in one round, with its parts: the funnels of `areas` and of `liaisons` each add up to `total`. */
export interface Coverage {
  readonly area: string
  readonly asOf: string
  readonly total: Funnel
  /** The divisions right under the area, those without firms too; none when the area is not divided further. */
  readonly areas: readonly AreaCoverage[]
  readonly liaisons: readonly LiaisonCoverage[]
  readonly trend: readonly TrendDay[]
  readonly forecast: Forecast
}

type Counts = { -readonly [Key in Exclude<keyof Funnel, 'rate'>]: number }

function startCounts(): Counts {
  return { roster: 0, assigned: 0, joined: 0, filling: 0, submitted: 0, due: 0, returned: 0, left: 0, outside: 0 }
}

function toFunnel(counts: Counts): Funnel {
  return { ...counts, rate: counts.roster === 0 ? 0 : counts.submitted / counts.roster }
}

/** What one firm adds, as zeros and ones, written into `counts`: half a million objects less to make. */
function countFirm(firm: Enterprise, campaign: Campaign, counts: Counts): void {
  const valid = findValid(firm, campaign)
  const isIn = isInDenominator(firm, campaign)
  const hasLeft = firm.left !== undefined && isInDenominator({ ...firm, left: undefined }, campaign)
  counts.roster = isIn ? 1 : 0
  counts.assigned = isIn && firm.liaisons.length > 0 ? 1 : 0
  counts.joined = isIn && hasJoined(firm, campaign) ? 1 : 0
  counts.filling = isIn && hasStarted(firm, campaign) ? 1 : 0
  counts.submitted = isIn && valid !== undefined ? 1 : 0
  counts.due = isIn && valid?.dueForVisit === true ? 1 : 0
  counts.returned = isIn && isReturned(firm, campaign) ? 1 : 0
  counts.left = hasLeft ? 1 : 0
  counts.outside = !isIn && valid !== undefined ? 1 : 0
}

/**
 * 覆盖率 — valid submitted diagnoses ÷ firms above scale on the roster at the reference date (GX-01), of the firms that lie in
 * the area and in that of the round. Each firm counts once, so no rate passes 1; drafts, short forms, returned sheets,
 * sheets of other editions and firms outside the denominator never count. `asOf` (a day) dates the trend and the forecast;
 * the counts are those of the rows given.
 */
export function measureCoverage(
  firms: readonly Enterprise[],
  campaign: Campaign,
  area: string,
  asOf: string,
  divisions: Divisions,
): Coverage {
  const { children, placeOf } = splitAsked(divisions, campaign.area, area)
  const total = startCounts()
  const byArea = new Map(children.map((code) => [code, startCounts()]))
  const byLiaison = new Map<string, { readonly name: string; readonly counts: Counts }>()
  const receivedDays: number[] = []
  const countDay = rememberHours()
  const counts = startCounts()
  for (const firm of firms) {
    const place = placeOf(firm)
    if (place === undefined) continue
    countFirm(firm, campaign, counts)
    add(total, counts)
    if (children.length > 0) add(openCounts(byArea, place), counts)
    add(openLiaison(byLiaison, firm).counts, counts)
    if (counts.submitted === 1) receivedDays.push(countDay(firm.submission!.receivedAt))
  }
  return {
    area,
    asOf,
    total: toFunnel(total),
    areas: Array.from(byArea, ([code, sum]) => ({ code, funnel: toFunnel(sum) })),
    liaisons: Array.from(byLiaison, ([id, { name, counts: sum }]) => ({ id, name, funnel: toFunnel(sum) })).sort(
      (a, b) => rankLiaison(a.id) - rankLiaison(b.id) || compareText(a.name, b.name) || compareText(a.id, b.id),
    ),
    trend: measureTrend(receivedDays, campaign, total.roster, asOf),
    forecast: forecastFinish(receivedDays, campaign, total.roster, asOf),
  }
}

function add(sum: Counts, counts: Counts): void {
  sum.roster += counts.roster
  sum.assigned += counts.assigned
  sum.joined += counts.joined
  sum.filling += counts.filling
  sum.submitted += counts.submitted
  sum.due += counts.due
  sum.returned += counts.returned
  sum.left += counts.left
  sum.outside += counts.outside
}

function openCounts(byArea: Map<string, Counts>, code: string): Counts {
  let counts = byArea.get(code)
  if (counts === undefined) byArea.set(code, (counts = startCounts()))
  return counts
}

function openLiaison(
  byLiaison: Map<string, { readonly name: string; readonly counts: Counts }>,
  { liaisons }: Enterprise,
): { readonly name: string; readonly counts: Counts } {
  const [only] = liaisons
  const id = only === undefined ? '' : liaisons.length > 1 ? '*' : only.id
  let entry = byLiaison.get(id)
  if (entry === undefined) {
    const name = only === undefined ? '没有联系人' : liaisons.length > 1 ? '有多名联系人' : only.name
    byLiaison.set(id, (entry = { name, counts: startCounts() }))
  }
  return entry
}

/**
 * 日序（北京时间） — each hour of UTC worked out once: 70,000 moments lie in some hundred hours, and where a day of Beijing begins
 * an hour of UTC does too. A moment in another zone is worked out by itself.
 */
function rememberHours(): (moment: string) => number {
  const known = new Map<string, number>()
  return (moment) => {
    if (!moment.endsWith('Z')) return countChinaDays(moment)
    const hour = moment.slice(0, 13)
    let day = known.get(hour)
    if (day === undefined) known.set(hour, (day = countChinaDays(moment)))
    return day
  }
}

/** People by name, then the firms of several, then the firms of nobody. */
function rankLiaison(id: string): number {
  return id === '' ? 2 : id === '*' ? 1 : 0
}
