import { describe, expect, it } from 'vitest'
import { type RosterRow } from '#core/oversight/api'
import { countLateListings } from '#core/oversight/lateListings'
import { aCampaign, aFirm } from '../../support/firms'

/** The denominator is fixed on 30 June 2026; today is 20 July. */
const CAMPAIGN = aCampaign({ referenceOn: '2026-06-30' })
const TODAY = '2026-07-20'
const row = (changes: Partial<RosterRow> = {}): RosterRow => ({
  creditCode: aFirm().creditCode,
  name: '示例企业',
  city: '450100',
  isAboveScale: true,
  ...changes,
})
const count = (rows: readonly RosterRow[], existing = [] as Parameters<typeof countLateListings>[1], today = TODAY) =>
  countLateListings(rows, existing, CAMPAIGN, today)

describe('不计入应诊断数', () => {
  it('the day itself still counts, the next one does not', () => {
    expect(count([row({ listedOn: '2026-06-30' })])).toEqual({ firms: 0, undated: 0 })
    expect(count([row({ listedOn: '2026-07-01' })])).toEqual({ firms: 1, undated: 0 })
  })

  it('a new firm without a day is listed today', () => {
    expect(count([row(), row(), row({ listedOn: '2026-01-01' })])).toEqual({ firms: 2, undated: 2 })
    expect(count([row()], [], '2026-06-30')).toEqual({ firms: 0, undated: 0 })
  })

  it('a firm of the roster keeps its day, unless the table has another', () => {
    const early = aFirm({ listedOn: '2026-01-01' })
    const late = aFirm({ listedOn: '2026-07-10' })
    expect(count([row({ creditCode: early.creditCode })], [early])).toEqual({ firms: 0, undated: 0 })
    expect(count([row({ creditCode: late.creditCode })], [late])).toEqual({ firms: 1, undated: 0 })
    expect(count([row({ creditCode: late.creditCode, listedOn: '2026-06-01' })], [late])).toEqual({
      firms: 0,
      undated: 0,
    })
  })

  it('who would count on no day is not missed: below scale, or taken out', () => {
    const left = aFirm({ left: { on: '2026-05-01', reason: '停产', note: '' } })
    expect(count([row({ isAboveScale: false }), row({ creditCode: left.creditCode })], [left]).firms).toBe(0)
  })

  it('two rows of one firm are one firm, and the last of them decides', () => {
    const { creditCode } = aFirm()
    expect(count([row({ creditCode }), row({ creditCode })])).toEqual({ firms: 1, undated: 1 })
    expect(count([row({ creditCode }), row({ creditCode, listedOn: '2026-06-30' })]).firms).toBe(0)
  })
})
