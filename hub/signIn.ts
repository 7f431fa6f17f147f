import type { BodyOf } from '#core/oversight/api'
import { Problem } from '#core/problems'
import { nameAddress, normalizeLogin } from './attempts.ts'
import { noteAudit } from './audit.ts'
import type { Hub } from './hub.ts'
import { isPassword } from './passwords.ts'
import { acceptOtp } from './secondFactor.ts'
import { isUsable, openSession, type Opened } from './sessions.ts'

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
