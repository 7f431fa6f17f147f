import { checkPassword } from '#core/oversight/access'
import type { BodyOf, Session } from '#core/oversight/api'
import { Problem } from '#core/problems'
import { noteAudit } from './audit.ts'
import type { Asker, Hub } from './hub.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { describeSession, endOthers, readAccount, type Account } from './sessions.ts'

const KEPT_PASSWORDS = 5

/** 修改口令 — refuses a wrong current one, a weak one, one of the last five. All other sessions end. */
export async function changePassword(hub: Hub, asker: Asker, body: BodyOf<'changePassword'>): Promise<Session> {
  const account = await confirmPassword(hub, asker, body.current)
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
    await endOthers(db, asker)
    await noteAudit(db, now, { action: 'account.passwordChanged', actor: asker.id, role: asker.role })
    return describeSession(hub, db, asker.tokenHash)
  })
}

/** 再输一次口令 — before something that only the owner may do; the account's row. Each failure counts. Refuses with `password.wrong`. */
export async function confirmPassword(hub: Hub, asker: Asker, password: string): Promise<Account> {
  const key = `change ${asker.id}`
  const account = await hub.database.asHub((db) => readAccount(db, asker.id))
  await hub.lockout.takeAttempt([key])
  if (!(await isPassword(account.password_hash, password))) {
    await noteRefusal(hub, asker)
    throw new Problem('password.wrong')
  }
  await hub.lockout.forget(key)
  return account
}

/** 口令强度 — refuses with `password.weak` and the policy's reason. */
export function refuseWeak({ settings }: Hub, password: string, login: string): void {
  const reason = checkPassword(settings.policy, password, login)
  if (reason !== undefined) throw new Problem('password.weak', { reason })
}

/** 登录后核对失败 — a wrong password or code within a session is written down like one at the door. */
export async function noteRefusal({ database }: Hub, asker: Asker): Promise<void> {
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
