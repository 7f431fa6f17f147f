import { Secret, TOTP } from 'otpauth'
import type { Session } from '#core/oversight/api'
import { Problem } from '#core/problems'
import { normalizeLogin } from './attempts.ts'
import { noteAudit } from './audit.ts'
import type { Asker, Hub } from './hub.ts'
import { confirmPassword, noteRefusal } from './ownPassword.ts'
import { describeSession, endOthers, readAccount, type Account } from './sessions.ts'

const OTP_PERIOD_S = 30

/** 核对动态码 — a code works once: the step it was made for is remembered, in the same statement that checks it. */
export async function acceptOtp({ database }: Hub, account: Account, otp: string): Promise<boolean> {
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

/** 开始启用动态码 — a new secret that counts only once a code of it was given. */
export async function beginSecondFactor(
  hub: Hub,
  asker: Asker,
  password: string,
): Promise<{ readonly secret: string; readonly uri: string }> {
  const account = await confirmPassword(hub, asker, password)
  const secret = new Secret({ size: 20 })
  await hub.database.asHub((db) =>
    db.updateTable('hub.account').set({ otp_pending: secret.base32 }).where('id', '=', asker.id).execute(),
  )
  const uri = new TOTP({ issuer: '识档', label: account.login, secret, period: OTP_PERIOD_S }).toString()
  return { secret: secret.base32, uri }
}

/** 确认启用动态码 — with a first code of the pending secret. All other sessions end. Refuses with `session.otpWrong`. */
export async function confirmSecondFactor(hub: Hub, asker: Asker, otp: string): Promise<Session> {
  await hub.lockout.takeAttempt([`confirm ${asker.id}`])
  const account = await hub.database.asHub((db) => readAccount(db, asker.id))
  const step = account.otp_pending === null ? undefined : findOtpStep(account.otp_pending, otp)
  if (step === undefined) {
    await noteRefusal(hub, asker)
    throw new Problem('session.otpWrong')
  }
  return hub.database.asHub(async (db, now) => {
    await db
      .updateTable('hub.account')
      .set({ otp_secret: account.otp_pending, otp_pending: null, otp_step: step })
      .where('id', '=', asker.id)
      .execute()
    // Whoever else was waiting with the password alone does not come in behind this one.
    await endOthers(db, asker)
    await db
      .updateTable('hub.session')
      .set({ has_second_factor: true })
      .where('token_hash', '=', asker.tokenHash)
      .execute()
    await noteAudit(db, now, { action: 'account.secondFactorOn', actor: asker.id, role: asker.role })
    return describeSession(hub, db, asker.tokenHash)
  })
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
