import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divisions } from '#reference/books.ts'
import { listCalls, measureCoverage, type Funnel } from '#core/oversight/coverage'
import { type Enterprise } from '#core/oversight/enterprise'
import { filterFirms, rankFirms, type FirmFilter } from '#core/oversight/firmList'
import { aCampaign, aFirm, aSubmittedFirm } from '../../support/firms'

const TODAY = '2026-07-20'
const campaign = aCampaign()
const BACK = { at: '2026-07-12T02:00:00.000Z', reason: '请补充附件' }
const AWAY = { on: '2026-07-01', reason: '停产' as const, note: '示例函〔2026〕1 号' }

const rank = (firms: readonly Enterprise[]) => rankFirms(firms, campaign, TODAY, divisions)
const namesOf = (firms: readonly Enterprise[], filter: FirmFilter = {}) =>
  filterFirms(rank(firms), filter, campaign, divisions).map(({ firm }) => firm.name)

describe('企业名单', () => {
  it('those to be called come first, then the done, those moved out, those not asked, and those of another area', () => {
    const firms = [
      aFirm({ name: '外省', city: '450100', county: undefined, isAboveScale: false }),
      aFirm({ name: '移出', left: AWAY }),
      aSubmittedFirm({ name: '已报' }),
      aFirm({ name: '未联系' }),
      aSubmittedFirm({ name: '退回', returned: BACK }),
    ]
    expect(namesOf(firms)).toEqual(['退回', '未联系', '已报', '移出', '外省'])
    const nanning = aCampaign({ area: '450100' })
    const other = aFirm({ name: '柳州', city: '450200', county: '450202' })
    const rows = rankFirms([other, ...firms], nanning, TODAY, divisions)
    expect(rows[rows.length - 1]).toMatchObject({ firm: { name: '柳州' }, standing: 'elsewhere' })
  })

  it('a firm to be called says for how long it has been silent, a done one does not', () => {
    const [open, done] = rank([aFirm({ assignedAt: '2026-07-10T01:00:00.000Z' }), aSubmittedFirm()])
    // 10 to 20 July.
    expect(open).toMatchObject({ standing: 'open', step: 'assigned', silentDays: 10 })
    expect(done).toMatchObject({ standing: 'done', step: 'submitted' })
    expect(done).not.toHaveProperty('silentDays')
  })

  it('is narrowed by area, step, liaison, and part of a name or code in any case', () => {
    const firms = [
      aFirm({ name: '青秀企业', creditCode: '91450103MAKKKKKK1A' }),
      aFirm({ name: '柳州企业', city: '450200', county: '450202', liaisons: [{ id: 'two', name: '示例服务员乙' }] }),
      aFirm({ name: '桂林企业', city: '450300', county: undefined, contactedAt: '2026-07-01T00:00:00.000Z' }),
    ]
    expect(namesOf(firms, { area: '450100' })).toEqual(['青秀企业'])
    expect(namesOf(firms, { area: '450300' })).toEqual(['桂林企业'])
    expect(namesOf(firms, { step: 'contacted' })).toEqual(['桂林企业'])
    expect(namesOf(firms, { liaison: 'two' })).toEqual(['柳州企业'])
    expect(namesOf(firms, { text: ' 柳州 ' })).toEqual(['柳州企业'])
    expect(namesOf(firms, { text: 'makkkkkk1a' })).toEqual(['青秀企业'])
    expect(namesOf(firms, { text: '没有' })).toEqual([])
  })

  it('a firm with two liaisons is under neither of them, as the coverage counts it', () => {
    const two = [
      { id: 'one', name: '示例服务员甲' },
      { id: 'two', name: '示例服务员乙' },
    ]
    const firms = [aFirm({ name: '两位', liaisons: two }), aFirm({ name: '一位', liaisons: two.slice(0, 1) })]
    expect(namesOf(firms, { liaison: 'one' })).toEqual(['一位'])
    expect(namesOf(firms, { only: 'several' })).toEqual(['两位'])
  })

  const anyFirm = fc
    .record({
      place: fc.constantFrom(['450100', '450103'], ['450200', '450202'], ['450300', undefined], ['990000', undefined]),
      isAboveScale: fc.boolean(),
      listedOn: fc.constantFrom('2026-01-01', '2026-06-02'),
      hasLeft: fc.boolean(),
      liaisons: fc.integer({ min: 0, max: 2 }),
      sheet: fc.constantFrom('none', 'valid', 'returned', 'short', 'other'),
    })
    .map(({ place: [city, county], isAboveScale, listedOn, hasLeft, liaisons, sheet }) => {
      const row = {
        city: city!,
        county,
        isAboveScale,
        listedOn,
        ...(hasLeft ? { left: AWAY } : {}),
        liaisons: Array.from({ length: liaisons }, (_, at) => ({ id: `liaison-${at}`, name: `示例服务员${at}` })),
      }
      if (sheet === 'none') return aFirm(row)
      return aSubmittedFirm(
        { ...row, ...(sheet === 'returned' ? { returned: BACK } : {}) },
        { ...(sheet === 'short' ? { form: 'short' } : {}), ...(sheet === 'other' ? { edition: 'other' } : {}) },
      )
    })
  const anyFirms = fc.array(anyFirm, { maxLength: 30 })

  it('every firm stands in the list exactly once, and the open ones are the calls of the round', () => {
    fc.assert(
      fc.property(anyFirms, (firms) => {
        const rows = rank(firms)
        expect(rows.map(({ firm }) => firm.id).sort()).toEqual(firms.map(({ id }) => id).sort())
        expect(rows.filter(({ standing }) => standing === 'open').map(({ firm }) => firm.id)).toEqual(
          listCalls(firms, campaign, TODAY).map(({ firm }) => firm.id),
        )
      }),
    )
  })

  it('each figure of the coverage page and the list it leads to are the same firms, at every level', () => {
    const figures: readonly (readonly [FirmFilter, (funnel: Funnel) => number])[] = [
      [{ step: 'open' }, ({ roster, submitted }) => roster - submitted],
      [{ only: 'returned' }, ({ returned }) => returned],
      [{ only: 'left' }, ({ left }) => left],
      [{ only: 'outside' }, ({ outside }) => outside],
      [{ only: 'none' }, ({ roster, assigned }) => roster - assigned],
    ]
    fc.assert(
      fc.property(anyFirms, fc.constantFrom('450000', '450100', '450202'), (firms, area) => {
        const { total, liaisons } = measureCoverage(firms, campaign, area, TODAY, divisions)
        const rows = rank(firms)
        for (const [filter, figure] of figures)
          expect(filterFirms(rows, { area, ...filter }, campaign, divisions), JSON.stringify(filter)).toHaveLength(
            figure(total),
          )
        for (const { id, funnel } of liaisons) {
          if (id === '' || id === '*') continue
          const his = filterFirms(rows, { area, liaison: id }, campaign, divisions)
          expect(his.filter(({ standing }) => standing === 'open' || standing === 'done')).toHaveLength(funnel.roster)
        }
      }),
    )
  })
})
