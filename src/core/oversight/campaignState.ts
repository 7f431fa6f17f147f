import type { Campaign } from './enterprise.ts'

/** 批次状态 — `planned` has not begun, `past` is beyond its deadline but still takes sheets, `closed` takes none. */
export type CampaignState = 'open' | 'past' | 'planned' | 'closed'

/** 批次状态的名称 — as people read them. */
export const CAMPAIGN_STATE_NAMES: Readonly<Record<CampaignState, string>> = {
  open: '进行中',
  past: '已截止',
  planned: '未开始',
  closed: '已关闭',
}

/** 批次状态 — of a day in China, such as 2026-11-21. */
export function findCampaignState(
  { isClosed, opensOn, deadlineOn }: Pick<Campaign, 'isClosed' | 'opensOn' | 'deadlineOn'>,
  today: string,
): CampaignState {
  if (isClosed) return 'closed'
  if (opensOn > today) return 'planned'
  return deadlineOn < today ? 'past' : 'open'
}

const ORDER: readonly CampaignState[] = ['open', 'past', 'planned', 'closed']

/**
 * 批次的次序 — what is going on comes first, then what is just over, then what is to come (the next one first), closed ones last;
 * of equal ones the newest. A round that somebody has planned for next year takes nobody's place today.
 */
export function sortCampaigns(campaigns: readonly Campaign[], today: string): readonly Campaign[] {
  const rank = (campaign: Campaign): number => ORDER.indexOf(findCampaignState(campaign, today))
  return [...campaigns].sort((a, b) => {
    const byState = rank(a) - rank(b)
    if (byState !== 0) return byState
    const newer = a.opensOn < b.opensOn ? 1 : a.opensOn > b.opensOn ? -1 : 0
    return findCampaignState(a, today) === 'planned' ? -newer : newer
  })
}
