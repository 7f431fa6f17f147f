import { isWithin, type Divisions } from '../division.ts'
import { type Campaign } from './enterprise.ts'

/** 批次的差错 — where in the form, and what is wrong, in Chinese. `plan/2` is the third point of the plan. */
export interface CampaignFault {
  readonly at: 'title' | 'edition' | 'area' | 'opensOn' | 'deadlineOn' | 'referenceOn' | `plan/${number}`
  readonly text: string
}

/**
 * 批次校核 — what makes a round impossible to measure: an end before its beginning, a denominator fixed after the end, a plan
 * outside the round, out of order, or falling (GX-19: a plan after the deadline). Empty when it is fine.
 */
export function listCampaignFaults(campaign: Campaign): readonly CampaignFault[] {
  const { title, edition, area, opensOn, deadlineOn, referenceOn, plan } = campaign
  const faults: CampaignFault[] = []
  const say = (at: CampaignFault['at'], text: string): void => void faults.push({ at, text })
  if (title.trim() === '') say('title', '请填写批次名称')
  if (edition === '') say('edition', '请选择问卷')
  if (area === '') say('area', '请选择区划')
  for (const [at, name] of [
    ['opensOn', '开始日'],
    ['deadlineOn', '截止日'],
    ['referenceOn', '分母基准日'],
  ] as const) {
    if (campaign[at] === '') say(at, `请填写${name}`)
  }
  if (opensOn !== '' && deadlineOn !== '' && deadlineOn < opensOn) say('deadlineOn', '截止日早于开始日')
  if (referenceOn !== '' && deadlineOn !== '' && referenceOn > deadlineOn)
    say('referenceOn', '分母基准日晚于截止日，截止前就没有分母')
  plan.forEach(({ on, share }, at) => {
    const before = plan[at - 1]
    if (on === '') say(`plan/${at}`, '请填写日期')
    else if (on < opensOn) say(`plan/${at}`, '计划的日期早于开始日')
    else if (on > deadlineOn) say(`plan/${at}`, '计划的日期晚于截止日')
    else if (before !== undefined && on <= before.on) say(`plan/${at}`, '计划的日期要逐条往后')
    if (!(share >= 0 && share <= 1)) say(`plan/${at}`, '完成比例应为 0 到 100')
    else if (before !== undefined && share < before.share) say(`plan/${at}`, '累计完成比例不能比上一条低')
  })
  return faults
}

/** 批次提示 — what is possible and yet unlikely to be meant. */
export function listCampaignDoubts({ plan, referenceOn, opensOn }: Campaign): readonly string[] {
  const last = plan[plan.length - 1]
  return [
    ...(last !== undefined && last.share < 1 ? ['计划的最后一条不到 100%：全覆盖的批次应在截止日前计划到 100%'] : []),
    ...(referenceOn > opensOn ? ['分母基准日晚于开始日：在此之前，覆盖率的分母会随名录变动'] : []),
  ]
}

/**
 * 批次重叠 — other rounds that are not closed, with the same questionnaire and an area that is, holds, or lies in this one's: a
 * sheet says which questionnaire it answers, not which round, so that it counts in both. Nothing to tell of a closed round.
 */
export function listCampaignOverlaps(
  { id, edition, area, isClosed }: Campaign,
  others: readonly Campaign[],
  divisions: Divisions,
): readonly string[] {
  if (isClosed || edition === '') return []
  return others
    .filter((other) => other.id !== id && !other.isClosed && other.edition === edition)
    .filter((other) => isWithin(divisions, other.area, area) || isWithin(divisions, area, other.area))
    .map((other) => {
      const where =
        other.area === area ? '同一区划' : `有重叠的区划（${divisions.byCode.get(other.area)?.name ?? other.area}）`
      return `同一问卷、${where}已有批次“${other.title}”，一份报送会同时计入两个批次`
    })
}
