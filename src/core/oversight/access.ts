import { isCreditCode } from '../creditCode.ts'
import { liesIn, type ParentOf } from '../diagnosis/peerFile.ts'

/** 角色 — enterprise 企业, liaison 诊断工作联系人（服务员）, official 主管部门, administrator 系统管理员, auditor 审计员. */
export const ROLES = ['enterprise', 'liaison', 'official', 'administrator', 'auditor'] as const
export type Role = (typeof ROLES)[number]

/** 账号 — as far as rights go: who, what, where, until when. */
export interface Actor {
  readonly id: string
  readonly role: Role
  /** The division whose subtree an official sees; where a liaison works. */
  readonly area?: string
  /** Of an enterprise. */
  readonly enterprise?: string
  /** Of a liaison: who it is among the liaisons. */
  readonly liaison?: string
  /** The last day of the account. */
  readonly expiresOn?: string
}

/**
 * 授权 — whether one account may create, change or close another of a role and area. Nobody grants what he does not hold:
 * an administrator makes officials, auditors and administrators but sees no firm; an official makes liaisons and officials
 * of divisions below or equal to his own. Enterprises come by their own code only. Own design, after 三员分立.
 */
export function mayGrant(actor: Actor, role: Role, area: string | undefined, parentOf: ParentOf): boolean {
  if (role === 'enterprise') return false
  if (actor.role === 'administrator') return true
  if (actor.role !== 'official' || actor.area === undefined || area === undefined) return false
  if (role === 'liaison') return liesIn(area, actor.area, parentOf)
  return role === 'official' && area !== actor.area && liesIn(area, actor.area, parentOf)
}

/** 登录策略 — one object; the profiles are named after what they follow. */
export interface LoginPolicy {
  readonly profile: 'dengbao-2' | 'dengbao-3' | 'asvs'
  readonly leastLength: number
  /** Of 大写, 小写, 数字, 符号: how many kinds; 0 where composition rules are forbidden (ASVS 6.2.5). */
  readonly leastKinds: number
  readonly attempts: number
  readonly lockMinutes: number
  readonly idleMinutes: number
  readonly absoluteHours: number
  /** Days until a password must be changed; undefined: never (ASVS 6.2.10). */
  readonly passwordDays?: number
  /** Roles that must give a second factor. */
  readonly secondFactor: readonly Role[]
}

/** 登录策略 — 等保 levels ask for composition and rotation, ASVS 5.0 forbids both: so the site chooses. Default dengbao-2. */
export const LOGIN_POLICIES: Readonly<Record<LoginPolicy['profile'], LoginPolicy>> = {
  'dengbao-2': {
    profile: 'dengbao-2',
    leastLength: 10,
    leastKinds: 3,
    attempts: 5,
    lockMinutes: 15,
    idleMinutes: 30,
    absoluteHours: 12,
    passwordDays: 180,
    secondFactor: ['official', 'administrator', 'auditor'],
  },
  'dengbao-3': {
    profile: 'dengbao-3',
    leastLength: 12,
    leastKinds: 4,
    attempts: 5,
    lockMinutes: 30,
    idleMinutes: 15,
    absoluteHours: 8,
    passwordDays: 90,
    secondFactor: ['liaison', 'official', 'administrator', 'auditor'],
  },
  asvs: {
    profile: 'asvs',
    leastLength: 12,
    leastKinds: 0,
    attempts: 5,
    lockMinutes: 15,
    idleMinutes: 30,
    absoluteHours: 12,
    secondFactor: ['official', 'administrator', 'auditor'],
  },
}

/** 账号的叫法 — a firm signs in with its credit code, and knows no other name for it. */
export const LOGIN_NAMES = { firm: '统一社会信用代码', staff: '账号名' } as const

/** 账号的叫法 — of one login, for what is told to its owner. */
export function nameLogin(login: string): string {
  return readCode(login) === undefined ? LOGIN_NAMES.staff : LOGIN_NAMES.firm
}

/** 企业账号中的信用代码 — of a login as the hub makes it: the code in small letters, at a second city with its number behind a dot. */
function readCode(login: string): string | undefined {
  const code = login.toUpperCase().split('.')[0]!
  return isCreditCode(code) ? code : undefined
}

/** 口令要求 — why a password will not do, in Chinese; undefined when it does. */
export function checkPassword(policy: LoginPolicy, password: string, login: string): string | undefined {
  if (Array.from(password).length < policy.leastLength) return `口令至少 ${policy.leastLength} 个字符`
  if (Array.from(password).length > 128) return '口令不能超过 128 个字符'
  const kinds = [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length
  if (kinds < policy.leastKinds) return `口令要有大写字母、小写字母、数字、符号中的至少 ${policy.leastKinds} 种`
  const own = (readCode(login) ?? login).toLowerCase()
  if (password.toLowerCase().includes(own)) return `口令不能包含${nameLogin(login)}`
  if (/^(.)\1+$/.test(password)) return '口令不能是同一个字符'
  return undefined
}
