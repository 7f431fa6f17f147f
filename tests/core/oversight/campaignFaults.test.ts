import { describe, expect, it } from 'vitest'
import { listCampaignDoubts, listCampaignFaults } from '#core/oversight/campaignFaults'
import { type Campaign } from '#core/oversight/enterprise'
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
