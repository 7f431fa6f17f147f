import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countChinaDays, countDays, findChinaDay, findChinaHour, formatDayNumber } from '#core/chinaDay'

describe('北京时间的日期', () => {
  // By hand: Beijing is eight hours ahead, so its midnight is 16:00 UTC of the day before.
  it.each([
    ['2024-08-31T15:59:59.999Z', '2024-08-31'],
    ['2024-08-31T16:00:00.000Z', '2024-09-01'],
    ['2023-12-31T16:00:00Z', '2024-01-01'],
    ['2024-02-28T16:30:00.000Z', '2024-02-29'],
  ])('%s is on %s', (moment, day) => expect(findChinaDay(moment)).toBe(day))

  it('agrees with the time zone tables of the runtime', () => {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' })
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1992-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        (date) => {
          expect(findChinaDay(date.toISOString())).toBe(format.format(date))
          expect(formatDayNumber(countChinaDays(date.toISOString()))).toBe(format.format(date))
        },
      ),
    )
  })

  // By hand: +8 hours, past midnight from 0 again.
  it.each([
    ['2024-08-31T16:00:00Z', 0],
    ['2024-08-31T15:59:59Z', 23],
    ['2024-12-31T19:30:00Z', 3],
    ['2024-06-01T04:00:00+08:00', 4],
  ])('at %s the clock shows %i', (moment, hour) => expect(findChinaHour(moment)).toBe(hour))

  it('days are counted from 1970, over leap days and years', () => {
    expect(countDays('1970-01-01')).toBe(0)
    expect(countDays('2024-03-01') - countDays('2024-02-28')).toBe(2)
    expect(countDays('2025-01-01') - countDays('2024-01-01')).toBe(366)
    expect(formatDayNumber(countDays('2024-08-31') + 1)).toBe('2024-09-01')
  })
})
