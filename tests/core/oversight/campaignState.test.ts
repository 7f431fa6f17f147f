import { describe, expect, it } from 'vitest'
import { findCampaignState, sortCampaigns } from '#core/oversight/campaignState'
import { aCampaign } from '../../support/firms'

const TODAY = '2026-11-21'
const round = (id: string, opensOn: string, deadlineOn: string, isClosed = false) =>
  aCampaign({ id, opensOn, deadlineOn, isClosed })

describe('批次状态', () => {
  it.each([
    ['its first day', round('a', TODAY, '2026-12-22'), 'open'],
    ['its last day', round('a', '2026-10-03', TODAY), 'open'],
    ['the day before it begins', round('a', '2026-11-22', '2026-12-22'), 'planned'],
    ['the day after its deadline', round('a', '2026-10-03', '2026-11-20'), 'past'],
    ['closed in the middle', round('a', '2026-10-03', '2026-12-22', true), 'closed'],
  ] as const)('%s', (_, campaign, state) => expect(findCampaignState(campaign, TODAY)).toBe(state))
})

describe('批次的次序', () => {
  it('a round planned for next year comes after the one that runs, and after the one just over', () => {
    const running = round('running', '2026-10-03', '2026-12-22')
    const earlier = round('earlier', '2026-09-01', '2026-12-31')
    const over = round('over', '2026-03-01', '2026-08-31')
    const next = round('next', '2027-03-01', '2027-08-31')
    const later = round('later', '2028-03-01', '2028-08-31')
    const closed = round('closed', '2026-11-01', '2026-12-01', true)
    const order = sortCampaigns([later, closed, over, next, earlier, running], TODAY).map(({ id }) => id)
    expect(order).toEqual(['running', 'earlier', 'over', 'next', 'later', 'closed'])
  })
})
