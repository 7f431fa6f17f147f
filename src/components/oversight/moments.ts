import { findChinaDay } from '#core/chinaDay'

/** 北京时间 — how far the clock of the programme is ahead of UTC; there is one for the whole country. */
const AHEAD = 8 * 3_600_000

/** 日期 — the calendar day in China of an ISO moment: '2026-07-10T17:00:00Z' → '2026-07-11'. */
export function findDay(moment: string): string {
  return findChinaDay(moment)
}

/** 日期与时刻 — of an ISO moment, in China, short enough for a table: '2026-07-11 01:00'. */
export function formatMoment(moment: string): string {
  return new Date(Date.parse(moment) + AHEAD).toISOString().slice(0, 16).replace('T', ' ')
}
