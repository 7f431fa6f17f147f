import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measureCoverage, type Funnel } from '#core/oversight/coverage'
import { type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { divisions } from '#reference/books.ts'
import { deepFreeze } from '../../support/build'
import { aFirm, aSubmittedFirm, aSummary } from '../../support/firms'

const CAMPAIGN: Campaign = {
  id: 'c1',
  version: 1,
  title: '2026 年诊断',
  edition: 'guangxi-2024',
  area: '450000',
  opensOn: '2026-06-01',
  deadlineOn: '2026-08-31',
  referenceOn: '2026-05-31',
  isClosed: false,
  plan: [],
}
const TODAY = '2026-07-20'
const RETURNED = { at: '2026-07-12T02:00:00.000Z', reason: '请补充' }

const measure = (firms: readonly Enterprise[], area = '450000') =>
  measureCoverage(deepFreeze([...firms]), CAMPAIGN, area, TODAY, divisions)

describe('覆盖率', () => {
  it('is valid submissions by firms of the denominator: 1 of 4 is a quarter', () => {
    const { total } = measure([aSubmittedFirm(), aFirm(), aFirm(), aFirm()])
    expect(total).toMatchObject({ roster: 4, submitted: 1, rate: 0.25 })
  })

  it.each([
    ['a returned sheet', aSubmittedFirm({ returned: RETURNED })],
    ['a short form', aSubmittedFirm({}, { form: 'short' })],
    ['a sheet of another edition', aSubmittedFirm({}, { edition: 'other' })],
    ['a draft', aFirm({ fillingAt: '2026-06-20T02:00:00.000Z', progress: { answered: 90, asked: 90 } })],
  ])('%s does not count', (_, firm) => {
    expect(measure([firm, aFirm()]).total).toMatchObject({ roster: 2, submitted: 0, rate: 0 })
  })

  it.each([
    ['below scale', { isAboveScale: false }, 0],
    ['listed after the reference date', { listedOn: '2026-06-01' }, 0],
    ['taken out', { left: { on: '2026-06-20', reason: '停产' as const, note: '' } }, 1],
  ])('a firm %s is in neither part of the fraction, and is told beside it', (_, changes, left) => {
    expect(measure([aSubmittedFirm(changes), aFirm()]).total).toMatchObject({
      roster: 1,
      submitted: 0,
      outside: 1,
      left,
      rate: 0,
    })
  })

  it('a firm listed on the very reference date counts', () => {
    expect(measure([aFirm({ listedOn: '2026-05-31' })]).total.roster).toBe(1)
  })

  it('the day is that of Beijing, in whatever zone the moment is written', () => {
    const moments = [
      // 1 June, 23:59 and 2 June, 00:00 of Beijing.
      '2026-06-01T15:59:59.999Z',
      '2026-06-01T16:00:00.000Z',
      // The same hour on the clock, 1 June 12:30 and 2 June 04:30 of Beijing.
      '2026-06-01T12:30:00.000+08:00',
      '2026-06-01T12:30:00.000-08:00',
    ]
    const { trend } = measure(moments.map((receivedAt) => aSubmittedFirm({}, { receivedAt })))
    expect(trend.slice(0, 2).map(({ on, submitted }) => [on, submitted])).toEqual([
      ['2026-06-01', 2],
      ['2026-06-02', 4],
    ])
  })

  it('an empty roster has the rate 0, not an error', () => {
    expect(measure([]).total).toMatchObject({ roster: 0, rate: 0 })
    expect(measure([]).liaisons).toEqual([])
  })

  it('a sheet that came by file counts as joined and started', () => {
    expect(measure([aFirm({ submission: aSummary() })]).total).toMatchObject({
      joined: 1,
      filling: 1,
      submitted: 1,
      due: 1,
    })
  })

  it('a returned sheet still counts as started', () => {
    expect(measure([aFirm({ submission: aSummary(), returned: RETURNED })]).total).toMatchObject({
      filling: 1,
      returned: 1,
      submitted: 0,
      due: 0,
    })
  })

  it('only firms of the round’s own area are asked', () => {
    const firms = [aFirm({ city: '450200', county: '450202' }), aFirm()]
    const own = measureCoverage(firms, { ...CAMPAIGN, area: '450200' }, '450000', TODAY, divisions)
    expect(own.total.roster).toBe(1)
  })

  it('lists every child of the area, those without firms too, and no area of the last level', () => {
    expect(measure([aFirm()]).areas).toHaveLength(14)
    expect(measure([aFirm()]).areas[0]).toMatchObject({ code: '450100', funnel: { roster: 1 } })
    expect(measure([aFirm()], '450103').areas).toEqual([])
  })

  it('a firm without a county stands under no code, beside the counties of its city', () => {
    const { areas, total } = measure([aFirm({ county: undefined }), aFirm()], '450100')
    expect(total.roster).toBe(2)
    expect(areas[areas.length - 1]).toMatchObject({ code: '', funnel: { roster: 1 } })
  })

  it('firms with no liaison and with several have lines of their own, after the people by name', () => {
    const [甲, 乙] = [
      { id: 'a', name: '示例服务员丙' },
      { id: 'b', name: '示例服务员乙' },
    ] as const
    const { liaisons } = measure([
      aFirm({ liaisons: [] }),
      aFirm({ liaisons: [甲, 乙] }),
      aFirm({ liaisons: [甲] }),
      aFirm({ liaisons: [乙] }),
    ])
    // 丙 U+4E19, 乙 U+4E59.
    expect(liaisons.map(({ id }) => id)).toEqual(['a', 'b', '*', ''])
  })
})

const CODES = Array.from(divisions.byCode.values())
const COUNTIES = CODES.filter(({ level }) => level === 3)

/** Firms in every state, some with a county nobody lists, some with nothing that is listed. */
const anyFirm = fc
  .record({
    county: fc.constantFrom(...COUNTIES),
    place: fc.constantFrom('full', 'full', 'cityOnly', 'oddCounty', 'nowhere'),
    isAboveScale: fc.boolean(),
    listedOn: fc.constantFrom('2026-01-01', '2026-05-31', '2026-06-01'),
    hasLeft: fc.integer({ min: 0, max: 4 }),
    liaisons: fc.constantFrom([], ['a'], ['b'], ['a', 'b']),
    state: fc.constantFrom('none', 'joined', 'filling', 'full', 'full', 'short', 'other', 'returned'),
    isDue: fc.boolean(),
    at: fc.integer({ min: -20, max: 60 }),
  })
  .map(({ county, place, isAboveScale, listedOn, hasLeft, liaisons, state, isDue, at }): Enterprise => {
    const receivedAt = new Date(Date.parse('2026-06-15T20:00:00Z') + at * 86_400_000).toISOString()
    const summary = aSummary({
      receivedAt,
      dueForVisit: isDue,
      form: state === 'short' ? 'short' : 'full',
      edition: state === 'other' ? 'other' : 'guangxi-2024',
    })
    return aFirm({
      city: place === 'nowhere' ? '999900' : (county.parent ?? ''),
      county: place === 'full' ? county.code : place === 'oddCounty' ? '450171' : undefined,
      isAboveScale,
      listedOn,
      left: hasLeft === 0 ? { on: '2026-06-20', reason: '停产', note: '' } : undefined,
      liaisons: liaisons.map((id) => ({ id, name: `示例服务员${id}` })),
      joinedAt: state === 'joined' ? receivedAt : undefined,
      fillingAt: state === 'filling' ? receivedAt : undefined,
      submission: ['full', 'short', 'other', 'returned'].includes(state) ? summary : undefined,
      returned: state === 'returned' ? RETURNED : undefined,
    })
  })

const PARTS = ['roster', 'assigned', 'joined', 'filling', 'submitted', 'due', 'returned', 'left', 'outside'] as const
const sumUp = (funnels: readonly Funnel[]): Record<string, number> =>
  Object.fromEntries(PARTS.map((part) => [part, funnels.reduce((sum, funnel) => sum + funnel[part], 0)]))
const pick = (funnel: Funnel): Record<string, number> => sumUp([funnel])

describe('the sums of coverage', () => {
  it('region = cities = counties = liaisons, in every figure; the funnel narrows; no rate passes 1', () => {
    fc.assert(
      fc.property(fc.array(anyFirm, { maxLength: 40 }), (firms) => {
        const region = measure(firms)
        expect(sumUp(region.areas.map(({ funnel }) => funnel))).toEqual(pick(region.total))
        expect(sumUp(region.liaisons.map(({ funnel }) => funnel))).toEqual(pick(region.total))
        const below: Funnel[] = []
        for (const { code, funnel } of region.areas) {
          if (code === '') below.push(funnel)
          else {
            const city = measure(firms, code)
            expect(city.total).toEqual(funnel)
            expect(sumUp(city.liaisons.map((one) => one.funnel))).toEqual(pick(funnel))
            for (const county of city.areas) {
              below.push(county.funnel)
              if (county.code !== '') expect(measure(firms, county.code).total).toEqual(county.funnel)
            }
          }
        }
        expect(sumUp(below)).toEqual(pick(region.total))
        for (const { roster, assigned, joined, filling, submitted, due, rate } of [region.total, ...below]) {
          expect(roster >= joined && joined >= filling && filling >= submitted && submitted >= due).toBe(true)
          expect(assigned).toBeLessThanOrEqual(roster)
          expect(rate).toBe(roster === 0 ? 0 : submitted / roster)
          expect(rate).toBeLessThanOrEqual(1)
        }
        const { trend } = region
        expect(trend[trend.length - 1]?.submitted).toBe(region.total.submitted)
      }),
      { numRuns: 60 },
    )
  })

  it('the order of the firms never matters', () => {
    fc.assert(
      fc.property(fc.array(anyFirm, { maxLength: 30 }), (firms) => {
        expect(measure([...firms].reverse())).toEqual(measure(firms))
      }),
      { numRuns: 40 },
    )
  })

  it('agrees with a count that knows nothing of divisions', () => {
    fc.assert(
      fc.property(fc.array(anyFirm, { maxLength: 40 }), (firms) => {
        const asked = firms.filter((f) => f.isAboveScale && f.listedOn <= '2026-05-31' && f.left === undefined)
        const done = asked.filter(
          ({ submission: s, returned }) => s?.form === 'full' && s.edition === 'guangxi-2024' && returned === undefined,
        )
        expect(measure(firms).total).toMatchObject({ roster: asked.length, submitted: done.length })
      }),
      { numRuns: 60 },
    )
  })
})
