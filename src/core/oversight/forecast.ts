import { countDays, formatDayNumber } from '../chinaDay.ts'
import { type Campaign } from './enterprise.ts'

/** 进度的一天 — both cumulative, in firms: valid submissions, and how many the plan wants by the end of the day. */
export interface TrendDay {
  readonly on: string
  readonly submitted: number
  readonly planned: number
}

/** 完成预测 — in firms a day. `finishOn` is absent when there is no pace to go by, or nothing left to do. */
export interface Forecast {
  readonly perDay: number
  readonly finishOn?: string
  readonly neededPerDay: number
  readonly isLate: boolean
}

/** 近期速度 — the days of which the pace is taken: one week, so that every weekday is in it. Own choice. */
const PACE_DAYS = 7

/** Own choice: a round runs for months; one mistyped as thousands of years must not fill the memory. */
const MOST_DAYS = 1100

/**
 * 逐日进度 — every day of Beijing time from the opening of a round to its deadline, or to the last submission when that is
 * later; of very long rounds the last 1100 days. `received` are the days (numbers) of the valid submissions that count. Days
 * after `asOf` are there for the plan and carry what is known today. What came before the first day counts on it, what a
 * wrong clock dates after `asOf` counts on that day: the end of the line is always the number submitted. Empty before the
 * round opens.
 */
export function measureTrend(
  received: readonly number[],
  campaign: Campaign,
  roster: number,
  asOf: string,
): readonly TrendDay[] {
  const days = Float64Array.from(received).sort()
  const deadline = countDays(campaign.deadlineOn)
  const today = countDays(asOf)
  const opening = countDays(campaign.opensOn)
  if (today < opening) return []
  const known = Math.min(today, Math.max(deadline, days[days.length - 1] ?? -Infinity))
  const last = Math.max(known, deadline)
  const first = Math.max(opening, last - MOST_DAYS + 1)
  const trend: TrendDay[] = []
  let submitted = 0
  for (let day = first; day <= last; day++) {
    while (submitted < days.length && (days[submitted]! <= day || day >= known)) submitted++
    trend.push({ on: formatDayNumber(day), submitted, planned: planFirms(campaign, roster, day) })
  }
  return trend
}

/**
 * 计划进度 — the share (0–1) of the firms to be done by the end of a day: the plan's shares with straight lines between its days,
 * from nothing on the eve of the opening; after its last day its last share. Without a plan a straight line to the deadline.
 */
export function planShare(campaign: Campaign, on: string): number {
  return findShare(campaign, countDays(on))
}

function findShare({ plan, opensOn, deadlineOn }: Campaign, day: number): number {
  const points = (plan.length === 0 ? [{ on: deadlineOn, share: 1 }] : plan).map(({ on, share }) => ({
    day: countDays(on),
    share,
  }))
  let before = { day: countDays(opensOn) - 1, share: 0 }
  if (day <= before.day) return 0
  for (const point of points) {
    if (point.day > day)
      return before.share + ((point.share - before.share) * (day - before.day)) / (point.day - before.day)
    if (point.day >= before.day) before = point
  }
  return before.share
}

/** 计划完成数 — the firms to be done by the end of a day, rounded up. */
function planFirms(campaign: Campaign, roster: number, day: number): number {
  return roundUp(findShare(campaign, day) * roster)
}

/** The next whole firm; 0.1 of 30 firms is 3, not the 3.0000000000000004 of the machine. */
function roundUp(firms: number): number {
  return Math.ceil(firms - 1e-9)
}

/**
 * 完成预测 — the pace of the last seven days up to and including `asOf` (fewer when the round is younger), the day on which
 * the rest would be done at that pace, and the pace that the days left after `asOf` need; on the last day and after it that
 * is all that is left. Late means: something is left and the deadline has passed, or the pace ends after it, or there has
 * been no submission for a whole week. Own choice throughout; before the opening there is no pace, and nothing is late.
 */
export function forecastFinish(
  received: readonly number[],
  campaign: Campaign,
  roster: number,
  asOf: string,
): Forecast {
  const today = countDays(asOf)
  const opening = countDays(campaign.opensOn)
  const deadline = countDays(campaign.deadlineOn)
  const rest = Math.max(0, roster - received.length)
  const window = Math.min(PACE_DAYS, today - opening + 1)
  const recent = received.filter((day) => Math.min(day, today) > today - window).length
  const perDay = window <= 0 ? 0 : recent / window
  const neededPerDay = rest / Math.max(1, deadline - Math.max(today, opening - 1))
  if (rest === 0) return { perDay, neededPerDay: 0, isLate: false }
  if (perDay === 0) return { perDay, neededPerDay, isLate: today > deadline || window >= PACE_DAYS }
  const finish = today + Math.ceil(rest / perDay - 1e-9)
  return { perDay, finishOn: formatDayNumber(finish), neededPerDay, isLate: finish > deadline }
}
