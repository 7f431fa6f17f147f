import { describe, expect, it } from 'vitest'
import { planFileCampaign } from '#core/oversight/fileCampaign'
import { aFirm, aSubmittedFirm } from '../../support/firms'

describe('文件汇总的批次', () => {
  it('without a sheet there is none', () => {
    expect(planFileCampaign([], '2026-08-01')).toBeUndefined()
    expect(planFileCampaign([aFirm()], '2026-08-01')).toBeUndefined()
  })

  it('is of the edition most sheets are of, from the first of them until today', () => {
    const firms = [
      aSubmittedFirm({}, { edition: 'other', receivedAt: '2026-07-20T01:00:00.000Z' }),
      aSubmittedFirm({}, { edition: 'main', receivedAt: '2026-07-02T01:00:00.000Z' }),
      aSubmittedFirm({}, { edition: 'main', receivedAt: '2026-07-05T01:00:00.000Z' }),
    ]
    expect(planFileCampaign(firms, '2026-08-01')).toMatchObject({
      edition: 'main',
      opensOn: '2026-07-02',
      deadlineOn: '2026-08-01',
      referenceOn: '2026-08-01',
      isClosed: false,
    })
  })

  it.each([
    ['one county', [{ city: '450100', county: '450103' }], '450103'],
    ['one city', [{ city: '450100', county: '450103' }, { city: '450100' }], '450100'],
    ['one region', [{ city: '450100', county: '450103' }, { city: '450200' }], '450000'],
    [
      'several provinces: the one most are in',
      [{ city: '440100' }, { city: '450100', county: '450103' }, { city: '450200' }],
      '450000',
    ],
  ])('its area is the narrowest that holds all firms: %s', (_, places, area) => {
    const firms = places.map((place) => aSubmittedFirm({ county: undefined, ...place }))
    expect(planFileCampaign(firms, '2026-08-01')?.area).toBe(area)
  })

  it('the order of the files does not matter', () => {
    const firms = [aSubmittedFirm({}, { edition: 'a' }), aSubmittedFirm({ city: '450200' }, { edition: 'b' })]
    expect(planFileCampaign(firms, '2026-08-01')).toEqual(planFileCampaign([...firms].reverse(), '2026-08-01'))
  })
})
