import type { Problem, ProblemCode } from '#core/problems'
import type { Refusal } from '#core/oversight/api'

const STATUS: Readonly<Partial<Record<ProblemCode, number>>> = {
  'hub.badRequest': 422,
  'hub.noSession': 401,
  'hub.notAllowed': 403,
  'hub.firstPassword': 403,
  'hub.firstSecondFactor': 403,
  'hub.foreignOrigin': 403,
  'hub.notFound': 404,
  'hub.conflict': 409,
  'hub.tooMany': 429,
  'hub.tooLarge': 413,
  'hub.unavailable': 503,
  'hub.failed': 500,
  'session.wrong': 401,
  'session.otpNeeded': 401,
  'session.otpWrong': 401,
  'session.locked': 429,
  'password.wrong': 403,
  'join.wrong': 401,
  'setup.wrong': 403,
  'joinCode.official': 403,
  'account.mayNotGrant': 403,
  'account.loginTaken': 409,
  'account.lastAdministrator': 409,
  'liaison.hasFirms': 409,
  'roster.importUndone': 409,
  'campaign.unknown': 404,
  'campaign.closed': 403,
  'campaign.notOpen': 403,
  'submission.otherContent': 409,
  'submission.outOfOrder': 409,
  'submission.erased': 410,
  'submission.notYours': 403,
}

/** 状态码 — of a refusal; what the content is at fault for is 422. */
export function statusOf({ code }: Problem): number {
  return STATUS[code] ?? 422
}

/** 拒绝 — as it goes over the wire. */
export function describeRefusal(problem: Problem): Refusal {
  const [{ code, details }] = problem.faults
  return { error: { code, message: problem.message, details: { ...details } } }
}
