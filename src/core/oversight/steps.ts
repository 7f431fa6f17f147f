import { countChinaDays, countDays } from '../chinaDay.ts'
import { findValid, isInDenominator, type Campaign, type Enterprise } from './enterprise.ts'

/** 进展 — how far a firm has come in a round; one of them at a time. */
export type Step = 'unassigned' | 'assigned' | 'contacted' | 'joined' | 'filling' | 'returned' | 'submitted'

/** 进展的名称 — as people read them. */
export const STEP_NAMES: Readonly<Record<Step, string>> = {
  unassigned: '未指派联系人',
  assigned: '已指派，未联系',
  contacted: '已联系，未登录',
  joined: '已登录，未填报',
  filling: '填报中',
  returned: '已退回，待修改',
  submitted: '已报送',
}

/** 本批次的报送 — whether the newest submission is of the round's edition, valid or not. */
function hasOwnSubmission({ submission }: Enterprise, { edition }: Campaign): boolean {
  return submission !== undefined && submission.edition === edition
}

/** 已退回 — whether the newest submission is one of this round that was sent back. */
export function isReturned(firm: Enterprise, campaign: Campaign): boolean {
  return firm.returned !== undefined && hasOwnSubmission(firm, campaign)
}

/** 填报中或更远 — a started sheet, or one that came as a file: a short form and a returned sheet are started ones. */
export function hasStarted(firm: Enterprise, campaign: Campaign): boolean {
  return firm.fillingAt !== undefined || (firm.progress?.answered ?? 0) > 0 || hasOwnSubmission(firm, campaign)
}

/** 已登录或更远. */
export function hasJoined(firm: Enterprise, campaign: Campaign): boolean {
  return firm.joinedAt !== undefined || hasStarted(firm, campaign)
}

/** 当前进展 — the furthest step of a firm; a returned sheet waits for the firm, so it is named before what came earlier. */
export function findStep(firm: Enterprise, campaign: Campaign): Step {
  if (findValid(firm, campaign) !== undefined) return 'submitted'
  if (isReturned(firm, campaign)) return 'returned'
  if (hasStarted(firm, campaign)) return 'filling'
  if (hasJoined(firm, campaign)) return 'joined'
  if (firm.contactedAt !== undefined) return 'contacted'
  return firm.liaisons.length > 0 ? 'assigned' : 'unassigned'
}

/** 待联系的一家 — a firm that is not done, its step, and for how many days nothing has happened with it. */
export interface Call {
  readonly firm: Enterprise
  readonly step: Step
  readonly silentDays: number
}

/** A firm at work needs no call until it has been silent for so many days. Own choice. */
const QUIET_DAYS = 3

/** Most urgent first: what a call brings soonest. Own choice. */
const URGENCY: readonly Step[] = ['returned', 'filling', 'joined', 'contacted', 'assigned', 'unassigned']

/**
 * 待联系名单 — the firms of the denominator that have not submitted: returned ones first, then those that fell silent while
 * filling (three days), the further ones before the others, firms at work last; within a step the longest silence first,
 * then by name and id. A firm is silent since the last thing that happened with it on either side (its own last sign of
 * life, a call, an assignment, a return), and since the round opened or the firm was listed when nothing did.
 */
export function listCalls(firms: readonly Enterprise[], campaign: Campaign, asOf: string): readonly Call[] {
  const today = countDays(asOf)
  const calls: { readonly call: Call; readonly urgency: number }[] = []
  for (const firm of firms) {
    if (!isInDenominator(firm, campaign)) continue
    const step = findStep(firm, campaign)
    if (step === 'submitted') continue
    const call = { firm, step, silentDays: Math.max(0, today - findLastEvent(firm, campaign)) }
    calls.push({ call, urgency: rankCall(call) })
  }
  return calls
    .sort(
      (a, b) =>
        a.urgency - b.urgency ||
        b.call.silentDays - a.call.silentDays ||
        compareText(a.call.firm.name, b.call.firm.name) ||
        compareText(a.call.firm.id, b.call.firm.id),
    )
    .map(({ call }) => call)
}

/** 比较文字 — by code units: the same order on every machine, whatever its language. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function rankCall({ step, silentDays }: Call): number {
  return step === 'filling' && silentDays < QUIET_DAYS ? URGENCY.length : URGENCY.indexOf(step)
}

function findLastEvent(firm: Enterprise, { opensOn }: Campaign): number {
  const { assignedAt, contactedAt, joinedAt, fillingAt, seenAt, returned, submission, listedOn } = firm
  // Moments in UTC sort as text: one of them is read, not seven.
  let last = ''
  for (const moment of [assignedAt, contactedAt, joinedAt, fillingAt, seenAt, returned?.at, submission?.receivedAt]) {
    if (moment !== undefined && moment > last) last = moment
  }
  return last === '' ? countDays(opensOn > listedOn ? opensOn : listedOn) : countChinaDays(last)
}
