import type { Edition } from '#core/diagnosis/edition'
import type { Divisions } from '#core/division'
import type { Actor } from '#core/oversight/access'
import type { RosterBooks } from '#core/oversight/roster'
import type { Database } from './database.ts'
import type { Lockout } from './lockout.ts'
import type { Secrets } from './secrets.ts'
import type { Settings } from './settings.ts'

/** 汇总端 — what every route works with. */
export interface Hub {
  readonly database: Database
  readonly settings: Settings
  readonly secrets: Secrets
  readonly lockout: Lockout
  readonly editions: readonly Edition[]
  readonly books: Omit<RosterBooks, 'area'> & { readonly divisions: Divisions }
  /** Of the program, in receipts and peers. */
  readonly engine: string
}

/** 请求者 — an account with an open session. */
export interface Asker extends Actor {
  readonly login: string
  readonly name: string
  /** Of an enterprise: the only one it may submit under. */
  readonly creditCode?: string
  /** Of the session, not of the account: what this browser sent. */
  readonly tokenHash: string
}

/**
 * 本人范围内的区划 — the path of a division when it lies in the asker's own area; undefined when it does not, is unknown, or the
 * asker has none.
 */
export function findOwnPath({ books }: Hub, asker: Asker, area: string): string | undefined {
  const path = pathOf(books.divisions, area)
  const own = asker.area === undefined ? undefined : pathOf(books.divisions, asker.area)
  return own !== undefined && path?.startsWith(own) === true ? path : undefined
}

/** 区划路径 — '450103' → '450000/450100/450103/': what scopes are compared by; undefined for a code the list does not have. */
export function pathOf(divisions: Divisions, code: string): string | undefined {
  const chain: string[] = []
  for (let division = divisions.byCode.get(code); division !== undefined;) {
    chain.unshift(division.code)
    division = division.parent === null ? undefined : divisions.byCode.get(division.parent)
  }
  return chain.length === 0 ? undefined : `${chain.join('/')}/`
}
