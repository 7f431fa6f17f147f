import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  CampaignSchema,
  EnterpriseSchema,
  findValid,
  isInDenominator,
  locateEnterprise,
  maskPhone,
  SummarySchema,
  type Campaign,
} from '#core/oversight/enterprise'
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
  plan: [{ on: '2026-07-31', share: 0.5 }],
}

describe('企业与批次', () => {
  it('the builders’ rows fit the schemas', () => {
    const firm = aSubmittedFirm()
    expect(v.parse(EnterpriseSchema, firm)).toEqual(firm)
    expect(v.parse(SummarySchema, aSummary())).toBeTruthy()
    expect(v.parse(CampaignSchema, CAMPAIGN)).toEqual(CAMPAIGN)
  })

  it.each<[string, Parameters<typeof aFirm>[0], boolean]>([
    ['above scale, listed before', {}, true],
    ['listed on the reference date', { listedOn: '2026-05-31' }, true],
    ['listed the day after', { listedOn: '2026-06-01' }, false],
    ['below scale', { isAboveScale: false }, false],
    ['taken out', { left: { on: '2026-06-02', reason: '注销', note: '' } }, false],
  ])('a firm %s: in the denominator is %#', (_, changes, isIn) => {
    expect(isInDenominator(aFirm(changes), CAMPAIGN)).toBe(isIn)
  })

  it.each<[string, Parameters<typeof aFirm>[0], boolean]>([
    ['a full sheet of the edition', { submission: aSummary() }, true],
    ['no sheet', {}, false],
    ['a short form', { submission: aSummary({ form: 'short' }) }, false],
    ['another edition', { submission: aSummary({ edition: 'other' }) }, false],
    [
      'a returned one',
      { submission: aSummary(), returned: { at: '2026-07-12T00:00:00.000Z', reason: '请补充' } },
      false,
    ],
  ])('%s: valid is %#', (_, changes, isValid) => {
    expect(findValid(aFirm(changes), CAMPAIGN) !== undefined).toBe(isValid)
  })

  it('a firm is where its narrowest known division is', () => {
    expect(locateEnterprise({ city: '450100', county: '450103' })).toBe('450103')
    expect(locateEnterprise({ city: '450100' })).toBe('450100')
  })

  it.each([
    ['13812345678', '138****5678'],
    ['0771-5551234', '077*****1234'],
    ['5551234', '*****34'],
    ['123456', '****56'],
    ['1', '1'],
    ['', ''],
  ])('%s is shown as %s', (phone, masked) => expect(maskPhone(phone)).toBe(masked))

  it('a mask is as long as the phone and of a mobile number hides four digits', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^1[3-9]\d{9}$/), (phone) => {
        const masked = maskPhone(phone)
        expect(masked).toHaveLength(11)
        expect(masked.replace(/[^*]/g, '')).toBe('****')
      }),
    )
  })
})
