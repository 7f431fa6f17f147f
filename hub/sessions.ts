import { randomBytes } from 'node:crypto'
import { findChinaDay } from '#core/chinaDay'
import type { Role } from '#core/oversight/access'
import type { Session } from '#core/oversight/api'
import { noteAudit } from './audit.ts'
import type { Work } from './database.ts'
import type { Asker, Hub } from './hub.ts'
import { hashText } from './ids.ts'
import type { AccountTable } from './schema.ts'
import type { Selectable } from 'kysely'

export type Account = Selectable<AccountTable>

/** A new session: the token goes into the cookie and nowhere else, the database keeps its hash. */
export interface Opened {
  readonly token: string
  readonly session: Session
}

/** How often the last sign of life is written down. */
const SEEN_STEP_MS = 60_000

/** 可用账号 — neither closed nor past its last day (Beijing time). */
export function isUsable({ is_closed, expires_on }: Pick<Account, 'is_closed' | 'expires_on'>, now: Date): boolean {
  return !is_closed && (expires_on === null || expires_on >= findChinaDay(now.toISOString()))
}

/** 开始登录状态 — in one transaction with its audit. */
export async function openSession(
  hub: Hub,
  account: string,
  hasSecondFactor: boolean,
  action: string,
  address: string,
): Promise<Opened> {
  const token = randomBytes(32).toString('base64url')
  const session = await hub.database.asHub(async (db, now) => {
    await db
      .insertInto('hub.session')
      .values({
        token_hash: hashText(token),
        account,
        created_at: now,
        seen_at: now,
        ends_at: new Date(now.getTime() + hub.settings.policy.absoluteHours * 3_600_000),
        has_second_factor: hasSecondFactor,
      })
      .execute()
    await db.updateTable('hub.account').set({ seen_at: now }).where('id', '=', account).execute()
    const row = await readAccount(db, account)
    await noteAudit(db, now, { action, actor: account, role: row.role, detail: { address } })
    return describeSession(hub, db, hashText(token))
  })
  return { token, session }
}

/** 账号的一行. */
export function readAccount(db: Work, id: string): Promise<Account> {
  return db.selectFrom('hub.account').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** What a request may be let through to before the password is changed or the second factor is there. */
export interface Found {
  readonly asker: Asker
  readonly mustChangePassword: boolean
  readonly mustEnrolSecondFactor: boolean
}

/** 查找登录状态 — by the cookie's token; undefined when there is none, it is over, or the account may no more. */
export async function findSession(hub: Hub, token: string): Promise<Found | undefined> {
  const tokenHash = hashText(token)
  const { rows } = await hub.database.pool.query<
    Account & {
      token_hash: string
      session_seen_at: Date
      ends_at: Date
      has_second_factor: boolean
      credit_code: string | null
      now: Date
    }
  >({
    name: 'find-session',
    text: `select a.*, s.token_hash, s.seen_at as session_seen_at, s.ends_at, s.has_second_factor, e.credit_code,
        clock_timestamp() as now
      from hub.session s join hub.account a on a.id = s.account left join hub.enterprise e on e.id = a.enterprise
      where s.token_hash = $1`,
    values: [tokenHash],
  })
  const row = rows[0]
  if (row === undefined) return undefined
  const { policy } = hub.settings
  const idle = row.now.getTime() - row.session_seen_at.getTime()
  const lacksFactor = row.otp_secret !== null && !row.has_second_factor
  if (row.ends_at <= row.now || idle > policy.idleMinutes * 60_000 || !isUsable(row, row.now) || lacksFactor) {
    await hub.database.asHub((db) => db.deleteFrom('hub.session').where('token_hash', '=', tokenHash).execute())
    return undefined
  }
  if (idle > SEEN_STEP_MS)
    await hub.database.asHub(async (db, now) => {
      await db.updateTable('hub.session').set({ seen_at: now }).where('token_hash', '=', tokenHash).execute()
      await db.updateTable('hub.account').set({ seen_at: now }).where('id', '=', row.id).execute()
    })
  return {
    asker: {
      id: row.id,
      login: row.login,
      name: row.name,
      role: row.role as Role,
      tokenHash,
      ...(row.area === null ? {} : { area: row.area }),
      ...(row.enterprise === null ? {} : { enterprise: row.enterprise }),
      ...(row.credit_code === null ? {} : { creditCode: row.credit_code }),
      ...(row.liaison === null ? {} : { liaison: row.liaison }),
      ...(row.expires_on === null ? {} : { expiresOn: row.expires_on }),
    },
    mustChangePassword: mustChange(hub, row, row.now),
    mustEnrolSecondFactor: row.otp_secret === null && policy.secondFactor.includes(row.role as Role),
  }
}

function mustChange({ settings }: Hub, account: Account, now: Date): boolean {
  const { passwordDays } = settings.policy
  if (account.must_change) return true
  return passwordDays !== undefined && now.getTime() - account.password_at.getTime() > passwordDays * 86_400_000
}

/** 登录状态 — as the browser is told; `scope` changes with whatever the account may see. */
export async function describeSession(hub: Hub, db: Work, tokenHash: string): Promise<Session> {
  const row = await db
    .selectFrom('hub.session')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .executeTakeFirstOrThrow()
  const account = await readAccount(db, row.account)
  const firm =
    account.enterprise === null
      ? undefined
      : await db
          .selectFrom('hub.enterprise')
          .select(['id', 'credit_code', 'name'])
          .where('id', '=', account.enterprise)
          .executeTakeFirst()
  const { policy } = hub.settings
  return {
    account: {
      id: account.id,
      login: account.login,
      name: account.name,
      role: account.role as Role,
      ...(account.area === null ? {} : { area: account.area }),
      ...(firm === undefined ? {} : { enterprise: { id: firm.id, creditCode: firm.credit_code, name: firm.name } }),
      ...(account.liaison === null ? {} : { liaison: account.liaison }),
      ...(account.expires_on === null ? {} : { expiresOn: account.expires_on }),
    },
    policy: policy.profile,
    mustChangePassword: mustChange(hub, account, new Date()),
    mustEnrolSecondFactor: account.otp_secret === null && policy.secondFactor.includes(account.role as Role),
    idleMinutes: policy.idleMinutes,
    endsAt: row.ends_at.toISOString(),
    scope: describeScope({
      id: account.id,
      role: account.role,
      area: account.area,
      enterprise: account.enterprise,
      liaison: account.liaison,
    }),
  }
}

/** 范围印记 — names what an account sees, without naming it. */
export function describeScope(scope: {
  readonly id: string
  readonly role: string
  readonly area?: string | null | undefined
  readonly enterprise?: string | null | undefined
  readonly liaison?: string | null | undefined
}): string {
  const { id, role, area, enterprise, liaison } = scope
  return hashText([id, role, area ?? '', enterprise ?? '', liaison ?? ''].join(' ')).slice(0, 16)
}

/** 退出. */
export async function endSession(hub: Hub, asker: Asker): Promise<void> {
  await hub.database.asHub(async (db, now) => {
    await db.deleteFrom('hub.session').where('token_hash', '=', asker.tokenHash).execute()
    await noteAudit(db, now, { action: 'session.closed', actor: asker.id, role: asker.role })
  })
}

/** 退出其他登录 — gives back how many ended. */
export async function endOtherSessions(hub: Hub, asker: Asker): Promise<number> {
  return hub.database.asHub(async (db, now) => {
    const ended = await endOthers(db, asker)
    await noteAudit(db, now, { action: 'session.othersClosed', actor: asker.id, role: asker.role })
    return ended
  })
}

/** All sessions of the account but this one; how many. */
export async function endOthers(db: Work, { id, tokenHash }: Asker): Promise<number> {
  const ended = await db
    .deleteFrom('hub.session')
    .where('account', '=', id)
    .where('token_hash', '<>', tokenHash)
    .executeTakeFirst()
  return Number(ended.numDeletedRows)
}
