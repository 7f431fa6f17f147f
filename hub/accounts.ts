import type { Selectable } from 'kysely'
import { mayGrant, type Role } from '#core/oversight/access'
import type { Account, AnswerOf, BodyOf } from '#core/oversight/api'
import { isCreditCode } from '#core/creditCode'
import { listParents } from '#core/division'
import { Problem } from '#core/problems'
import { noteAudit, noteRefusal } from './audit.ts'
import type { Work } from './database.ts'
import { pathOf, type Asker, type Hub } from './hub.ts'
import { makeId } from './ids.ts'
import { hashPassword, makeInitialPassword } from './passwords.ts'
import type { AccountTable } from './schema.ts'

type Row = Selectable<AccountTable>

function may(hub: Hub, asker: Asker, row: Pick<Row, 'role' | 'area'>): boolean {
  return mayGrant(asker, row.role as Role, row.area ?? undefined, listParents(hub.books.divisions))
}

async function describe(hub: Hub, row: Row): Promise<Account> {
  return {
    id: row.id,
    login: row.login,
    name: row.name,
    role: row.role as Role,
    ...(row.area === null ? {} : { area: row.area }),
    ...(row.liaison === null ? {} : { liaison: row.liaison }),
    isClosed: row.is_closed,
    isLocked: await hub.lockout.isLocked(row.login),
    hasSecondFactor: row.otp_secret !== null,
    ...(row.expires_on === null ? {} : { expiresOn: row.expires_on }),
    ...(row.seen_at === null ? {} : { lastSeenAt: row.seen_at.toISOString() }),
  }
}

/** 可管理的账号 — those the asker could have made himself. Accounts of enterprises come and go by their codes. */
export async function listAccounts(hub: Hub, asker: Asker): Promise<AnswerOf<'listAccounts'>> {
  const rows = await hub.database.asHub((db) =>
    db
      .selectFrom('hub.account')
      .selectAll()
      .where('role', '<>', 'enterprise')
      .orderBy('role')
      .orderBy('area')
      .orderBy('login')
      .execute(),
  )
  return { accounts: await Promise.all(rows.filter((row) => may(hub, asker, row)).map((row) => describe(hub, row))) }
}

/** 新建账号 — with a password for one sign-in. Refuses rights the asker does not have; the attempt is written down. */
export async function createAccount(
  hub: Hub,
  asker: Asker,
  body: BodyOf<'createAccount'>,
): Promise<AnswerOf<'createAccount'>> {
  const { login, name, role, liaison, expiresOn } = body
  const needsArea = role === 'official' || role === 'liaison'
  const area = needsArea ? body.area : undefined
  const path = area === undefined ? undefined : pathOf(hub.books.divisions, area)
  if (needsArea && path === undefined) throw new Problem('account.areaMissing')
  refuseGrant(hub, asker, { role, area: area ?? null })
  if (role === 'liaison') await refuseForeignLiaison(hub, asker, liaison)
  // Credit codes are the names of enterprises' accounts, and come by their codes alone.
  if (isCreditCode(login.slice(0, 18).toUpperCase()))
    throw new Problem('hub.badRequest', { path: 'login', reason: '不能用统一社会信用代码作账号名' })
  const initialPassword = makeInitialPassword()
  const hashed = await hashPassword(initialPassword)
  const id = makeId()
  const row = await hub.database.asHub(async (db, now) => {
    const added = await db
      .insertInto('hub.account')
      .values({
        id,
        login: login.toLowerCase(),
        name,
        role,
        area: area ?? null,
        path: path ?? null,
        liaison: role === 'liaison' ? (liaison ?? null) : null,
        password_hash: hashed,
        password_at: now,
        must_change: true,
        expires_on: expiresOn ?? null,
      })
      .onConflict((conflict) => conflict.column('login').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (added === undefined) throw new Problem('account.loginTaken')
    await noteAudit(db, now, {
      action: 'account.created',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { role, area: area ?? '' },
    })
    return added
  })
  return { account: await describe(hub, row), initialPassword }
}

function refuseGrant(hub: Hub, asker: Asker, wanted: Pick<Row, 'role' | 'area'>): void {
  // Written down by the route, with what was wanted.
  if (!may(hub, asker, wanted)) throw new Problem('account.mayNotGrant', { role: wanted.role, area: wanted.area ?? '' })
}

async function refuseForeignLiaison(hub: Hub, asker: Asker, liaison: string | undefined): Promise<void> {
  if (liaison === undefined) throw new Problem('hub.badRequest', { path: 'liaison', reason: '缺少联系人' })
  const find = (db: Work) => db.selectFrom('hub.liaison').select('id').where('id', '=', liaison).executeTakeFirst()
  // An administrator sees no liaisons of his own right, but makes their accounts.
  const known =
    asker.role === 'administrator' ? await hub.database.asHub(find) : await hub.database.asActor(asker.id, find)
  if (known === undefined) throw new Problem('hub.notFound')
  await refuseWiderLiaison(hub, asker, liaison)
}

/** A liaison may look after firms beyond an official's area: then its account is not his to open. */
async function refuseWiderLiaison(hub: Hub, asker: Asker, liaison: string | null): Promise<void> {
  if (asker.role === 'administrator' || liaison === null) return
  const own = asker.area === undefined ? '-' : (pathOf(hub.books.divisions, asker.area) ?? '-')
  const beyond = await hub.database.asHub((db) =>
    db
      .selectFrom('hub.assignment as a')
      .innerJoin('hub.enterprise as e', 'e.id', 'a.enterprise')
      .select('e.id')
      .where('a.liaison', '=', liaison)
      .where('a.to_at', 'is', null)
      .where('e.path', 'not like', `${own}%`)
      .limit(1)
      .executeTakeFirst(),
  )
  if (beyond !== undefined) throw new Problem('account.mayNotGrant')
}

/** 改账号 — within what one may grant, before and after. Closing, a new area or a new password end its sessions at once. */
export async function changeAccount(
  hub: Hub,
  asker: Asker,
  id: string,
  body: BodyOf<'changeAccount'>,
): Promise<AnswerOf<'changeAccount'>> {
  const before = await hub.database.asHub((db) =>
    db.selectFrom('hub.account').selectAll().where('id', '=', id).executeTakeFirst(),
  )
  // What one may not touch is as good as not there, but the attempt is written down.
  if (before === undefined || !may(hub, asker, before) || before.id === asker.id) {
    await noteRefusal(hub.database, asker, 'request.refused', { route: 'changeAccount' }, before?.id)
    throw new Problem('hub.notFound')
  }
  await refuseWiderLiaison(hub, asker, before.liaison)
  const area = body.area ?? before.area
  if (body.area !== undefined) refuseGrant(hub, asker, { role: before.role, area })
  const path = body.area === undefined ? before.path : (pathOf(hub.books.divisions, body.area) ?? null)
  if (body.area !== undefined && path === null) throw new Problem('account.areaMissing')
  const initialPassword = body.resetPassword === true ? makeInitialPassword() : undefined
  const hashed = initialPassword === undefined ? undefined : await hashPassword(initialPassword)
  const row = await hub.database.asHub(async (db, now) => {
    if (body.isClosed === true) await refuseLastAdministrator(db, before)
    // Somebody may have given it another area since it was looked at: what the asker may touch is what is there now.
    const current = await db.selectFrom('hub.account').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (current === undefined || !may(hub, asker, current)) throw new Problem('hub.notFound')
    const changed = await db
      .updateTable('hub.account')
      .set({
        name: body.name ?? current.name,
        ...(body.expiresOn === undefined ? {} : { expires_on: body.expiresOn }),
        ...(body.isClosed === undefined ? {} : { is_closed: body.isClosed }),
        ...(hashed === undefined ? {} : { password_hash: hashed, password_at: now, must_change: true }),
        ...(body.resetSecondFactor === true ? { otp_secret: null, otp_pending: null } : {}),
        ...(body.area === undefined ? {} : { area, path }),
      })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    if (body.isClosed === true || body.area !== undefined || hashed !== undefined || body.resetSecondFactor === true)
      await db.deleteFrom('hub.session').where('account', '=', id).execute()
    await noteAudit(db, now, {
      action: 'account.changed',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { parts: Object.keys(body).join(', '), area: area ?? '' },
    })
    return changed
  })
  if (body.unlock === true) await hub.lockout.forget(row.login)
  return {
    account: await describe(hub, row),
    ...(initialPassword === undefined ? {} : { initialPassword }),
  }
}

async function refuseLastAdministrator(db: Work, row: Row): Promise<void> {
  if (row.role !== 'administrator') return
  const others = await db
    .selectFrom('hub.account')
    .select('id')
    .where('role', '=', 'administrator')
    .where('is_closed', '=', false)
    .where('id', '<>', row.id)
    // Two that close each other in the same moment: the second one waits, and finds itself the last.
    .forUpdate()
    .execute()
  if (others.length === 0) throw new Problem('account.lastAdministrator')
}
