import type { BodyOf } from '#core/oversight/api'
import { normalizeCreditCode } from '#core/creditCode'
import { Problem } from '#core/problems'
import { nameAddress } from './attempts.ts'
import { noteAudit } from './audit.ts'
import type { Hub } from './hub.ts'
import { makeId } from './ids.ts'
import { refuseWeak } from './ownPassword.ts'
import { hashPassword } from './passwords.ts'
import { openSession, type Opened } from './sessions.ts'

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
