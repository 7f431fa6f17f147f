import { randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { findChinaDay } from '#core/chinaDay'
import { checkPassword, type Role } from '#core/oversight/access'
import type { BodyOf, Session } from '#core/oversight/api'
import { normalizeCreditCode } from '#core/creditCode'
import { Problem } from '#core/problems'
import { noteAudit } from './audit.ts'
import type { Work } from './database.ts'
import type { Asker, Hub } from './hub.ts'
import { hashText, makeId } from './ids.ts'
import { hashPassword, isPassword } from './passwords.ts'
import type { AccountTable } from './schema.ts'
import type { Selectable } from 'kysely'

type Account = Selectable<AccountTable>

/** A new session: the token goes into the cookie and nowhere else, the database keeps its hash. */
export interface Opened {
  readonly token: string
  readonly session: Session
}

const KEPT_PASSWORDS = 5
/** How often the last sign of life is written down. */
const SEEN_STEP_MS = 60_000
const OTP_PERIOD_S = 30

function isUsable({ is_closed, expires_on }: Pick<Account, 'is_closed' | 'expires_on'>, now: Date): boolean {
  return !is_closed && (expires_on === null || expires_on >= formatShanghaiDay(now))
}

/** 北京时间的日历日 — days of deadlines and expiries are those of the people who read them. */
export function formatShanghaiDay(at: Date): string {
  return findChinaDay(at.toISOString())
}

/** 登录 — password, then the second factor when the account has one. Every failure counts and says the same. */
export async function signIn(hub: Hub, body: BodyOf<'signIn'>, address: string): Promise<Opened> {
  const { database, lockout } = hub
  const account = await database.asHub((db) =>
    db.selectFrom('hub.account').selectAll().where('login', '=', normalizeLogin(body.login)).executeTakeFirst(),
  )
  const keys = lockKeys(body.login, account?.role, address)
  await lockout.takeAttempt(keys)
  const refuse = async (code: 'session.wrong' | 'session.otpWrong'): Promise<never> => {
    await database.asHub((db, now) =>
      noteAudit(db, now, { action: 'session.refused', subject: account?.id, isDone: false, detail: { address } }),
    )
    throw new Problem(code)
  }
  const isRight = await isPassword(account?.password_hash, body.password)
  if (!isRight || account === undefined || !isUsable(account, new Date())) return refuse('session.wrong')
  if (account.otp_secret !== null) {
    if (body.otp === undefined) {
      await lockout.giveBack(keys)
      throw new Problem('session.otpNeeded')
    }
    // Six digits are few: they count by account alone, an administrator's too, once the password was right.
    const otpKey = `otp ${account.id}`
    await lockout.takeAttempt([otpKey])
    if (!(await acceptOtp(hub, account, body.otp))) return refuse('session.otpWrong')
    await lockout.forget(otpKey)
  }
  await lockout.forget(keys[0]!)
  await lockout.giveBack(keys.slice(1))
  return openSession(hub, account.id, account.otp_secret !== null, 'session.opened', address)
}

/**
 * Administrators are counted per address: nobody can lock the last one out from elsewhere. Others are counted by account,
 * whatever address the attempts come from.
 */
function lockKeys(login: string, role: string | undefined, address: string): readonly string[] {
  const account = role === 'administrator' ? `${normalizeLogin(login)} ${address}` : normalizeLogin(login)
  return [account, nameAddress(address)]
}

/** An IPv6 customer has a whole network: it is counted as one. */
function nameAddress(address: string): string {
  const isSix = address.includes(':') && !address.includes('.')
  return `ip:${isSix ? address.split(':').slice(0, 4).join(':') : address}`
}

/** Account names differ by more than case, width or blanks; a credit code is written one way. */
function normalizeLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase()
}

/** A code works once: the step it was made for is remembered, in the same statement that checks it. */
async function acceptOtp({ database }: Hub, account: Account, otp: string): Promise<boolean> {
  const step = findOtpStep(account.otp_secret!, otp)
  if (step === undefined) return false
  const taken = await database.asHub((db) =>
    db
      .updateTable('hub.account')
      .set({ otp_step: step })
      .where('id', '=', account.id)
      .where('otp_step', '<', step)
      .executeTakeFirst(),
  )
  return taken.numUpdatedRows > 0n
}

function findOtpStep(secret: string, otp: string): number | undefined {
  const delta = new TOTP({ secret: Secret.fromBase32(secret), period: OTP_PERIOD_S }).validate({
    token: otp,
    window: 1,
  })
  return delta === null ? undefined : Math.floor(Date.now() / 1000 / OTP_PERIOD_S) + delta
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

function readAccount(db: Work, id: string): Promise<Account> {
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

export async function endSession(hub: Hub, asker: Asker): Promise<void> {
  await hub.database.asHub(async (db, now) => {
    await db.deleteFrom('hub.session').where('token_hash', '=', asker.tokenHash).execute()
    await noteAudit(db, now, { action: 'session.closed', actor: asker.id, role: asker.role })
  })
}

export async function endOtherSessions(hub: Hub, asker: Asker): Promise<number> {
  return hub.database.asHub(async (db, now) => {
    const ended = await db
      .deleteFrom('hub.session')
      .where('account', '=', asker.id)
      .where('token_hash', '<>', asker.tokenHash)
      .executeTakeFirst()
    await noteAudit(db, now, { action: 'session.othersClosed', actor: asker.id, role: asker.role })
    return Number(ended.numDeletedRows)
  })
}

/** A wrong password or code within a session: counted and written down like one at the door. */
async function refuseInside({ database }: Hub, asker: Asker): Promise<void> {
  await database.asHub((db, now) =>
    noteAudit(db, now, {
      action: 'session.refused',
      actor: asker.id,
      role: asker.role,
      subject: asker.id,
      isDone: false,
    }),
  )
}

/** 修改口令 — refuses a wrong current one, a weak one, one of the last five. All other sessions end. */
export async function changePassword(hub: Hub, asker: Asker, body: BodyOf<'changePassword'>): Promise<Session> {
  const account = await hub.database.asHub((db) => readAccount(db, asker.id))
  await hub.lockout.takeAttempt([`change ${asker.id}`])
  if (!(await isPassword(account.password_hash, body.current))) {
    await refuseInside(hub, asker)
    throw new Problem('password.wrong')
  }
  await hub.lockout.forget(`change ${asker.id}`)
  refuseWeak(hub, body.next, account.login)
  const history = JSON.parse(account.password_history) as readonly string[]
  for (const old of [account.password_hash, ...history])
    if (await isPassword(old, body.next)) throw new Problem('password.reused')
  const hashed = await hashPassword(body.next)
  return hub.database.asHub(async (db, now) => {
    await db
      .updateTable('hub.account')
      .set({
        password_hash: hashed,
        password_at: now,
        password_history: JSON.stringify([account.password_hash, ...history].slice(0, KEPT_PASSWORDS)),
        must_change: false,
      })
      .where('id', '=', asker.id)
      .execute()
    await db
      .deleteFrom('hub.session')
      .where('account', '=', asker.id)
      .where('token_hash', '<>', asker.tokenHash)
      .execute()
    await noteAudit(db, now, { action: 'account.passwordChanged', actor: asker.id, role: asker.role })
    return describeSession(hub, db, asker.tokenHash)
  })
}

export function refuseWeak({ settings }: Hub, password: string, login: string): void {
  const reason = checkPassword(settings.policy, password, login)
  if (reason !== undefined) throw new Problem('password.weak', { reason })
}

/** 开始启用动态码 — a new secret that counts only once a code of it was given. */
export async function beginSecondFactor(
  hub: Hub,
  asker: Asker,
  password: string,
): Promise<{ readonly secret: string; readonly uri: string }> {
  const account = await hub.database.asHub((db) => readAccount(db, asker.id))
  await hub.lockout.takeAttempt([`change ${asker.id}`])
  if (!(await isPassword(account.password_hash, password))) {
    await refuseInside(hub, asker)
    throw new Problem('password.wrong')
  }
  await hub.lockout.forget(`change ${asker.id}`)
  const secret = new Secret({ size: 20 })
  await hub.database.asHub((db) =>
    db.updateTable('hub.account').set({ otp_pending: secret.base32 }).where('id', '=', asker.id).execute(),
  )
  const uri = new TOTP({ issuer: '识档', label: account.login, secret, period: OTP_PERIOD_S }).toString()
  return { secret: secret.base32, uri }
}

/** 确认启用动态码. */
export async function confirmSecondFactor(hub: Hub, asker: Asker, otp: string): Promise<Session> {
  await hub.lockout.takeAttempt([`confirm ${asker.id}`])
  const account = await hub.database.asHub((db) => readAccount(db, asker.id))
  const step = account.otp_pending === null ? undefined : findOtpStep(account.otp_pending, otp)
  if (step === undefined) {
    await refuseInside(hub, asker)
    throw new Problem('session.otpWrong')
  }
  return hub.database.asHub(async (db, now) => {
    await db
      .updateTable('hub.account')
      .set({ otp_secret: account.otp_pending, otp_pending: null, otp_step: step })
      .where('id', '=', asker.id)
      .execute()
    // Whoever else was waiting with the password alone does not come in behind this one.
    await db
      .deleteFrom('hub.session')
      .where('account', '=', asker.id)
      .where('token_hash', '<>', asker.tokenHash)
      .execute()
    await db
      .updateTable('hub.session')
      .set({ has_second_factor: true })
      .where('token_hash', '=', asker.tokenHash)
      .execute()
    await noteAudit(db, now, { action: 'account.secondFactorOn', actor: asker.id, role: asker.role })
    return describeSession(hub, db, asker.tokenHash)
  })
}

const SETUP = 'setupToken'

/** 首次设置的一次性链接 — a new token when there is no administrator yet, undefined when there is one. */
export async function offerSetup(hub: Hub): Promise<string | undefined> {
  return hub.database.asHub(async (db) => {
    if (await hasAdministrator(db)) return undefined
    const token = randomBytes(24).toString('base64url')
    await db
      .insertInto('hub.setting')
      .values({ name: SETUP, value: hashText(token) })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ value: hashText(token) }))
      .execute()
    return token
  })
}

export async function hasAdministrator(db: Work): Promise<boolean> {
  const found = await db.selectFrom('hub.account').select('id').where('role', '=', 'administrator').limit(1).execute()
  return found.length > 0
}

/** 首次设置 — makes the first administrator; the link works once. */
export async function setUp(hub: Hub, body: BodyOf<'setUp'>, address: string): Promise<Opened> {
  await hub.lockout.takeAttempt([nameAddress(address)])
  refuseWeak(hub, body.password, body.login)
  const hashed = await hashPassword(body.password)
  const id = makeId()
  const isMade = await hub.database.asHub(async (db, now) => {
    const used = await db
      .deleteFrom('hub.setting')
      .where('name', '=', SETUP)
      .where('value', '=', hashText(body.token))
      .executeTakeFirst()
    if (used.numDeletedRows === 0n || (await hasAdministrator(db))) return false
    await db
      .insertInto('hub.account')
      .values({
        id,
        login: normalizeLogin(body.login),
        name: body.name,
        role: 'administrator',
        password_hash: hashed,
        password_at: now,
        must_change: false,
      })
      .execute()
    return true
  })
  if (!isMade) {
    await hub.database.asHub((db, now) =>
      noteAudit(db, now, { action: 'session.refused', isDone: false, detail: { address } }),
    )
    throw new Problem('setup.wrong')
  }
  await hub.lockout.giveBack([nameAddress(address)])
  return openSession(hub, id, false, 'hub.setUp', address)
}

/** 企业加入 — credit code and one-time code make the firm's account, or give it a new password. */
export async function join(hub: Hub, body: BodyOf<'join'>, address: string): Promise<Opened> {
  // Longer than any code: what it is counted under stays a short key.
  const creditCode = normalizeCreditCode(body.creditCode).slice(0, 40)
  const keys = [`join ${creditCode}`, nameAddress(address)]
  refuseWeak(hub, body.password, creditCode)
  await hub.lockout.takeAttempt(keys)
  const given = body.code.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()
  const hashed = await hashPassword(body.password)
  const account = await hub.database.asHub(async (db, now) => {
    const firms = await db
      .selectFrom('hub.enterprise')
      .select(['id', 'code_generation', 'path', 'city'])
      .where('credit_code', '=', creditCode)
      .where('code_used_at', 'is', null)
      .forUpdate()
      .execute()
    const firm = firms.find(({ id, code_generation }) => hub.secrets.makeJoinCode(id, code_generation) === given)
    if (firm === undefined) return undefined
    const existing = await db
      .selectFrom('hub.account')
      .select(['id', 'is_closed'])
      .where('enterprise', '=', firm.id)
      .executeTakeFirst()
    // Closed by an authority: a code does not open it again.
    if (existing?.is_closed === true) return undefined
    const id = existing?.id ?? makeId()
    if (existing === undefined) {
      // One firm on the rosters of two cities: the second one signs in with its city behind the code; of two counties of one
      // city that each listed it, the later with its number.
      const logins = ['', `.${firm.city}`, `.${firm.id}`].map((end) => creditCode.toLowerCase() + end)
      const taken = await db.selectFrom('hub.account').select('login').where('login', 'in', logins).execute()
      await db
        .insertInto('hub.account')
        .values({
          id,
          login: logins.find((login) => taken.every((one) => one.login !== login))!,
          name: creditCode,
          role: 'enterprise',
          enterprise: firm.id,
          password_hash: hashed,
          password_at: now,
          must_change: false,
        })
        .execute()
    } else {
      await db
        .updateTable('hub.account')
        .set({ password_hash: hashed, password_at: now, must_change: false, otp_secret: null, otp_pending: null })
        .where('id', '=', id)
        .execute()
      await db.deleteFrom('hub.session').where('account', '=', id).execute()
    }
    await db
      .updateTable('hub.enterprise')
      .set((eb) => ({
        code_used_at: now,
        joined_at: eb.fn.coalesce('joined_at', eb.val(now)),
        seen_at: now,
        changed_at: now,
        version: eb('version', '+', 1),
      }))
      .where('id', '=', firm.id)
      .execute()
    await noteAudit(db, now, {
      action: existing === undefined ? 'joinCode.used' : 'joinCode.usedAgain',
      actor: id,
      role: 'enterprise',
      subject: firm.id,
    })
    return id
  })
  if (account === undefined) {
    await hub.database.asHub((db, now) =>
      noteAudit(db, now, { action: 'join.refused', isDone: false, detail: { address } }),
    )
    throw new Problem('join.wrong')
  }
  await hub.lockout.forget(keys[0]!)
  await hub.lockout.giveBack(keys.slice(1))
  return openSession(hub, account, false, 'enterprise.joined', address)
}

/** 清除动态码 — from the server's own command line, for whoever lost it. */
export async function resetSecondFactor(database: Hub['database'], login: string): Promise<boolean> {
  return database.asHub(async (db, now) => {
    const account = await db
      .updateTable('hub.account')
      .set({ otp_secret: null, otp_pending: null })
      .where('login', '=', normalizeLogin(login))
      .returning('id')
      .executeTakeFirst()
    if (account === undefined) return false
    await db.deleteFrom('hub.session').where('account', '=', account.id).execute()
    await noteAudit(db, now, { action: 'account.secondFactorReset', subject: account.id })
    return true
  })
}
