import { describe, expect, it } from 'vitest'
import { listCampaignDoubts, listCampaignFaults, listCampaignOverlaps } from '#core/oversight/campaignFaults'
import { type Campaign } from '#core/oversight/enterprise'
import { divisions } from '#reference/books.ts'
import { aCampaign } from '../../support/firms'

/** Where the faults of a round are; it runs from 1 June to 31 August 2026. */
const placesOf = (changes: Partial<Campaign>) => listCampaignFaults(aCampaign(changes)).map(({ at }) => at)
const planned = (...points: readonly (readonly [string, number])[]) => ({
  plan: points.map(([on, share]) => ({ on, share })),
})

describe('批次校核', () => {
  it('a round without a plan, and one whose plan rises to all on the deadline, are fine', () => {
    expect(placesOf({})).toEqual([])
    expect(placesOf(planned(['2026-06-01', 0], ['2026-07-31', 0.8], ['2026-08-31', 1]))).toEqual([])
  })

  it('what is left empty is named, each at its place', () => {
    expect(placesOf({ title: ' ', edition: '', area: '', opensOn: '', deadlineOn: '', referenceOn: '' })).toEqual([
      'title',
      'edition',
      'area',
      'opensOn',
      'deadlineOn',
      'referenceOn',
    ])
  })

  it('the deadline may be the first day, and not before it', () => {
    expect(placesOf({ deadlineOn: '2026-06-01' })).toEqual([])
    expect(placesOf({ deadlineOn: '2026-05-31' })).toContain('deadlineOn')
  })

  it('the denominator may be fixed on the deadline, and not after it', () => {
    expect(placesOf({ referenceOn: '2026-08-31' })).toEqual([])
    expect(placesOf({ referenceOn: '2026-09-01' })).toEqual(['referenceOn'])
  })

  it('a plan after the deadline is refused, as is one before the round (GX-19)', () => {
    expect(placesOf(planned(['2026-08-31', 1]))).toEqual([])
    expect(placesOf(planned(['2026-09-01', 1]))).toEqual(['plan/0'])
    expect(placesOf(planned(['2026-05-31', 0.1]))).toEqual(['plan/0'])
  })

  it('the days of a plan go on, and its shares never fall', () => {
    expect(placesOf(planned(['2026-07-01', 0.5], ['2026-07-01', 0.6]))).toEqual(['plan/1'])
    expect(placesOf(planned(['2026-07-02', 0.5], ['2026-07-01', 0.6]))).toEqual(['plan/1'])
    expect(placesOf(planned(['2026-07-01', 0.5], ['2026-07-02', 0.5]))).toEqual([])
    expect(placesOf(planned(['2026-07-01', 0.5], ['2026-07-02', 0.49]))).toEqual(['plan/1'])
  })

  it('a share is from nothing to all, and an empty line is no plan', () => {
    expect(placesOf(planned(['2026-07-01', 1.001]))).toEqual(['plan/0'])
    expect(placesOf(planned(['2026-07-01', -0.1]))).toEqual(['plan/0'])
    expect(placesOf(planned(['', NaN]))).toEqual(['plan/0', 'plan/0'])
  })

  it('a plan that ends below all, or a denominator that still moves in the round, is asked about', () => {
    expect(listCampaignDoubts(aCampaign(planned(['2026-08-31', 1])))).toEqual([])
    expect(listCampaignDoubts(aCampaign(planned(['2026-08-31', 0.95])))).toHaveLength(1)
    expect(listCampaignDoubts(aCampaign({ referenceOn: '2026-06-02' }))).toHaveLength(1)
  })
})

describe('批次重叠', () => {
  const other = (changes: Partial<Campaign> = {}) => aCampaign({ id: 'other', title: '先有的批次', ...changes })
  // 450000 广西, 450100 南宁市, 450103 青秀区, 450200 柳州市.
  const told = (own: Partial<Campaign>, there: Partial<Campaign>) =>
    listCampaignOverlaps(aCampaign({ id: 'own', ...own }), [other(there)], divisions)

  it('another round of the same questionnaire and area is asked about by its name', () => {
    expect(told({ area: '450000' }, { area: '450000' })).toEqual([
      '同一问卷、同一区划已有批次“先有的批次”，一份报送会同时计入两个批次',
    ])
  })

  it('so is one of an area that holds this one’s or lies in it, and none beside it', () => {
    const words = (name: string) => `同一问卷、有重叠的区划（${name}）已有批次“先有的批次”，一份报送会同时计入两个批次`
    expect(told({ area: '450103' }, { area: '450100' })).toEqual([words('南宁市')])
    expect(told({ area: '450100' }, { area: '450103' })).toEqual([words('青秀区')])
    expect(told({ area: '450100' }, { area: '450200' })).toEqual([])
  })

  it('not itself, no closed round, no other questionnaire, and nothing of a round that is closed here', () => {
    expect(listCampaignOverlaps(aCampaign(), [aCampaign()], divisions)).toEqual([])
    expect(told({}, { isClosed: true })).toEqual([])
    expect(told({}, { edition: 'guangxi-2025' })).toEqual([])
    expect(told({ isClosed: true }, {})).toEqual([])
    expect(told({ edition: '' }, { edition: '' })).toEqual([])
  })
})
