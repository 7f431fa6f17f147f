import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countChinaDays } from '#core/chinaDay'
import { type Campaign } from '#core/oversight/enterprise'
import { forecastFinish, measureTrend, planShare } from '#core/oversight/forecast'

const CAMPAIGN: Campaign = {
  id: 'c1',
  version: 1,
  title: '2026 年诊断',
  edition: 'guangxi-2024',
  area: '450000',
  opensOn: '2026-06-01',
  deadlineOn: '2026-06-10',
  referenceOn: '2026-05-31',
  isClosed: false,
  plan: [],
}
/** Noon in Beijing. */
const noon = (day: string): number => countChinaDays(`${day}T04:00:00.000Z`)

describe('逐日进度', () => {
  it('has a line for every day of Beijing time from the opening to the deadline, cumulative up to today', () => {
    // 16:00 UTC on 1 June is 2 June in Beijing.
    const trend = measureTrend(
      ['2026-06-01T15:59:00.000Z', '2026-06-01T16:00:00.000Z'].map(countChinaDays),
      CAMPAIGN,
      20,
      '2026-06-03',
    )
    expect(trend.map(({ on, submitted }) => [on, submitted])).toEqual([
      ['2026-06-01', 1],
      ['2026-06-02', 2],
      // Today; from here to the deadline the plan goes on and the count stands.
      ['2026-06-03', 2],
      ...['04', '05', '06', '07', '08', '09', '10'].map((day) => [`2026-06-${day}`, 2]),
    ])
  })

  it('plans a straight line to the deadline: a tenth of 20 firms each of the ten days', () => {
    const planned = measureTrend([], CAMPAIGN, 20, '2026-06-30').map((day) => day.planned)
    expect(planned).toEqual([2, 4, 6, 8, 10, 12, 14, 16, 18, 20])
  })

  it('rounds planned firms up: a tenth of 7 is one firm, of 30 three', () => {
    expect(measureTrend([], CAMPAIGN, 7, '2026-06-01')[0]?.planned).toBe(1)
    expect(measureTrend([], CAMPAIGN, 30, '2026-06-01')[0]?.planned).toBe(3)
  })

  it('follows the plan with straight lines between its days, and its last share after them', () => {
    // From 0 on 31 May to 50 % on 5 June (10 % a day), to 80 % on 8 June (10 % a day), then flat.
    const plan = [
      { on: '2026-06-05', share: 0.5 },
      { on: '2026-06-08', share: 0.8 },
    ]
    const planned = measureTrend([], { ...CAMPAIGN, plan }, 100, '2026-06-10').map((day) => day.planned)
    expect(planned).toEqual([10, 20, 30, 40, 50, 60, 70, 80, 80, 80])
  })

  it('a plan that begins before the opening still asks for nothing before it', () => {
    const plan = [
      { on: '2026-05-01', share: 0.2 },
      { on: '2026-06-02', share: 1 },
    ]
    const planned = measureTrend([], { ...CAMPAIGN, plan }, 10, '2026-06-02').map((day) => day.planned)
    expect(planned.slice(0, 3)).toEqual([5, 10, 10])
  })

  it('early sheets count on the first day, those a wrong clock dates later on the last', () => {
    const trend = measureTrend([noon('2026-05-20'), noon('2026-07-01')], CAMPAIGN, 20, '2026-06-02')
    expect(trend.map(({ submitted }) => submitted)).toEqual([1, 2, 2, 2, 2, 2, 2, 2, 2, 2])
  })

  it('goes beyond the deadline only as long as sheets come in', () => {
    expect(measureTrend([noon('2026-06-12')], CAMPAIGN, 20, '2026-09-01')).toHaveLength(12)
    expect(measureTrend([], CAMPAIGN, 20, '2026-09-01')).toHaveLength(10)
  })

  it('is empty before the round opens, and short for a round of a thousand years', () => {
    expect(measureTrend([], CAMPAIGN, 20, '2026-05-31')).toEqual([])
    const endless = { ...CAMPAIGN, opensOn: '0001-01-01', deadlineOn: '9999-12-31' }
    expect(measureTrend([noon('2026-06-01')], endless, 20, '2026-06-03')).toHaveLength(1100)
  })
})

describe('计划进度', () => {
  it('is the share itself, of no firms: three of ten days are 0.3, and a plan is followed between its days', () => {
    expect(planShare(CAMPAIGN, '2026-05-31')).toBe(0)
    expect(planShare(CAMPAIGN, '2026-06-03')).toBeCloseTo(0.3, 12)
    expect(planShare(CAMPAIGN, '2026-07-01')).toBe(1)
    // From 50 % on 5 June to 80 % on 8 June: a tenth a day; flat afterwards.
    const plan = [
      { on: '2026-06-05', share: 0.5 },
      { on: '2026-06-08', share: 0.8 },
    ]
    expect(planShare({ ...CAMPAIGN, plan }, '2026-06-07')).toBeCloseTo(0.7, 12)
    expect(planShare({ ...CAMPAIGN, plan }, '2026-06-30')).toBe(0.8)
  })
})

describe('完成预测', () => {
  const forecast = (received: readonly number[], roster: number, asOf: string) =>
    forecastFinish(received, CAMPAIGN, roster, asOf)

  it('takes the pace of the last seven days: 14 firms make 2 a day, 4 left take 2 days', () => {
    const received = Array.from({ length: 14 }, (_, at) => noon(`2026-06-0${1 + (at % 7)}`))
    expect(forecast(received, 18, '2026-06-07')).toEqual({
      perDay: 2,
      finishOn: '2026-06-09',
      neededPerDay: 4 / 3,
      isLate: false,
    })
  })

  it('leaves out what is older than seven days', () => {
    expect(forecast([noon('2026-06-01'), noon('2026-06-02')], 20, '2026-06-08').perDay).toBe(1 / 7)
  })

  it('of a round of three days the pace is that of three days', () => {
    expect(forecast([noon('2026-06-01'), noon('2026-06-03')], 4, '2026-06-03').perDay).toBe(2 / 3)
  })

  it('just in time is in time, one day later is late', () => {
    // One a day since 1 June; on the 7th three are left: 8, 9, 10 June.
    const received = Array.from({ length: 7 }, (_, at) => noon(`2026-06-0${at + 1}`))
    expect(forecast(received, 10, '2026-06-07')).toMatchObject({ finishOn: '2026-06-10', isLate: false })
    expect(forecast(received, 11, '2026-06-07')).toMatchObject({ finishOn: '2026-06-11', isLate: true })
  })

  it('after the deadline anything left is late, and all of it is needed at once', () => {
    expect(forecast([noon('2026-06-10')], 3, '2026-06-11')).toMatchObject({ isLate: true, neededPerDay: 2 })
  })

  it('when all is done nothing is late and nothing is needed', () => {
    expect(forecast([noon('2026-06-10')], 1, '2026-07-11')).toEqual({ perDay: 0, neededPerDay: 0, isLate: false })
    expect(forecast([], 0, '2026-07-11').isLate).toBe(false)
  })

  it('without a pace there is no date; a whole silent week is late, the first days are not', () => {
    expect(forecast([], 5, '2026-06-06')).toEqual({ perDay: 0, neededPerDay: 5 / 4, isLate: false })
    expect(forecast([], 5, '2026-06-07').isLate).toBe(true)
  })

  it('before the opening the pace needed is that of the whole round', () => {
    expect(forecast([], 5, '2026-05-01')).toEqual({ perDay: 0, neededPerDay: 0.5, isLate: false })
  })

  it('at the pace needed the rest is done on the deadline', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 9 }), (rest, day) => {
        const { neededPerDay } = forecast([], rest, `2026-06-0${day}`)
        expect(Math.ceil(rest / neededPerDay - 1e-9)).toBe(10 - day)
      }),
    )
  })
})
