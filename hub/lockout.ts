import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { LoginPolicy } from '#core/oversight/access'
import { Problem } from '#core/problems'

/** An office of a hundred people has one address: own choice. */
const ATTEMPTS_PER_ADDRESS = 60

/** 登录锁定 — counts failures by account and by address, in the database: two hubs count together, a restart forgets nothing. */
export interface Lockout {
  /**
   * Takes one attempt from each key before anything is checked, in one statement each: a thousand at once are counted one by
   * one. Refuses with `session.locked` when a key has none left. What is not given back was a failure.
   */
  readonly takeAttempt: (keys: readonly string[]) => Promise<void>
  readonly giveBack: (keys: readonly string[]) => Promise<void>
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
    async takeAttempt(keys) {
      for (const key of keys) {
        try {
          await limiterOf(key).consume(key)
        } catch (fault) {
          // Over the limit is thrown as a result.
          if (!(fault instanceof RateLimiterRes)) throw fault
          throw new Problem('session.locked', { minutes: policy.lockMinutes })
        }
      }
    },
    async giveBack(keys) {
      for (const key of keys) await limiterOf(key).reward(key)
    },
    async forget(key) {
      await limiterOf(key).delete(key)
    },
  }
}
