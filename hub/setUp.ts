import { randomBytes } from 'node:crypto'
import type { BodyOf } from '#core/oversight/api'
import { Problem } from '#core/problems'
import { nameAddress, normalizeLogin } from './attempts.ts'
import { noteAudit } from './audit.ts'
import type { Work } from './database.ts'
import type { Hub } from './hub.ts'
import { hashText, makeId } from './ids.ts'
import { refuseWeak } from './ownPassword.ts'
import { hashPassword } from './passwords.ts'
import { openSession, type Opened } from './sessions.ts'

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

/** 是否已有管理员. */
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
