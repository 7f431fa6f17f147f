import { type RouteLocationRaw } from 'vue-router'
import type { Session } from '#core/oversight/api'

/**
 * 登录后去哪里 — first what the hub wants done, then the page that was asked for, else where the role works. `to` comes from
 * the address: only a path of this site is followed.
 */
export function findLanding(
  session: Session | undefined,
  firstStep: 'password' | 'secondFactor' | undefined,
  to: unknown,
): RouteLocationRaw {
  const asked = typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : undefined
  if (firstStep !== undefined) return { name: 'account', ...(asked === undefined ? {} : { query: { to: asked } }) }
  if (asked !== undefined) return asked
  return session === undefined || session.account.role === 'enterprise' ? { name: 'start' } : { name: 'oversight' }
}
