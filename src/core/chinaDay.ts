/** Milliseconds of a day, and by how many Beijing time is ahead of UTC: the whole year, since 1991. */
const DAY = 86_400_000
const AHEAD = 8 * 3_600_000

/** 北京时间的日期 — the calendar day of a moment in Asia/Shanghai: '2024-08-31T16:30:00Z' → '2024-09-01'. */
export function findChinaDay(moment: string): string {
  return formatDayNumber(Math.floor((Date.parse(moment) + AHEAD) / DAY))
}

/** 日期与时刻 — of a moment in Asia/Shanghai, short enough for a table: '2026-07-10T17:00:00Z' → '2026-07-11 01:00'. */
export function formatChinaMoment(moment: string): string {
  return new Date(Date.parse(moment) + AHEAD).toISOString().slice(0, 16).replace('T', ' ')
}

/** 北京时间的钟点 — the hour of a moment in Asia/Shanghai, 0–23: '2024-08-31T16:30:00Z' → 0. */
export function findChinaHour(moment: string): number {
  return new Date(Date.parse(moment) + AHEAD).getUTCHours()
}

/** 日序 — a day as the number of days since 1 January 1970: days are counted and compared as such. */
export function countDays(on: string): number {
  return Math.floor(Date.parse(`${on}T00:00:00Z`) / DAY)
}

/** The day of a number of days since 1 January 1970: 0 → '1970-01-01'. */
export function formatDayNumber(days: number): string {
  return new Date(days * DAY).toISOString().slice(0, 10)
}

/** 日序（北京时间） — the day number of a moment in Asia/Shanghai. */
export function countChinaDays(moment: string): number {
  return Math.floor((Date.parse(moment) + AHEAD) / DAY)
}
