import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { LoginPolicy } from '#core/oversight/access'
import { Problem } from '#core/problems'

/** An office of a hundred people has one address: own choice. */
const ATTEMPTS_PER_ADDRESS = 60

/** 登录锁定 — counts failures by account and by address, in the database: two hubs count together, a restart forgets nothing. */
export interface Lockout {
  /** Refuses with `session.locked` when one of the keys has used up its failures. */
  readonly refuseLocked: (keys: readonly string[]) => Promise<void>
  readonly noteFailure: (keys: readonly string[]) => Promise<void>
  readonly forget: (key: string) => Promise<void>
  readonly isLocked: (key: string) => Promise<boolean>
}

/** 建立登录锁定 — with the failures and minutes of the policy; keys of addresses begin with 'ip:'. */
export function createLockout(pool: pg.Pool, policy: LoginPolicy): Lockout {
  const make = (keyPrefix: string, points: number): RateLimiterPostgres =>
    new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      schemaName: 'hub',
      tableName: 'attempt',
      tableCreated: true,
      clearExpiredByTimeout: true,
      keyPrefix,
      points,
      duration: policy.lockMinutes * 60,
      blockDuration: policy.lockMinutes * 60,
    })
  const [byAccount, byAddress] = [make('account', policy.attempts), make('address', ATTEMPTS_PER_ADDRESS)]
  const limiterOf = (key: string): RateLimiterPostgres => (key.startsWith('ip:') ? byAddress : byAccount)
  const isLocked = async (key: string): Promise<boolean> => {
    const limiter = limiterOf(key)
    const used = await limiter.get(key)
    return used !== null && used.consumedPoints >= limiter.points && used.msBeforeNext > 0
  }
  return {
    isLocked,
    async refuseLocked(keys) {
      for (const key of keys)
        if (await isLocked(key)) throw new Problem('session.locked', { minutes: policy.lockMinutes })
    },
    async noteFailure(keys) {
      for (const key of keys) {
        try {
          await limiterOf(key).consume(key)
        } catch (fault) {
          // Over the limit is thrown as a result; the next attempt is refused by refuseLocked.
          if (!(fault instanceof RateLimiterRes)) throw fault
        }
      }
    },
    async forget(key) {
      await limiterOf(key).delete(key)
    },
  }
}
