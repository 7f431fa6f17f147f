import { type Hub, type Session } from '#core/oversight/api'
import { savePreference } from '#storage/preferences'
import { vi, type Mock } from 'vitest'
import { aCampaign } from './firms'

/** What one made-up route answers: a body with its status, or a function of the request. */
export interface Reply {
  readonly status?: number
  readonly body?: unknown
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}
export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Headers
  readonly body: unknown
}
type Answerer = Reply | 'cut' | ((asked: Asked) => Reply | 'cut' | Promise<Reply | 'cut'>)

/** A hub made of replies: which were asked, in order, and what it answers from now on. */
export interface FakeHub {
  readonly asked: Asked[]
  readonly fetch: Mock
  /** `answer('GET /v1/session', …)`; a path may end in `*`. */
  readonly answer: (route: string, answerer: Answerer) => void
  /** No network. */
  readonly cut: () => void
  readonly mend: () => void
  readonly count: (route: string) => number
}

/** A site whose page carries the hub's mark, and a hub behind it that knows nobody. */
export function aHubSite(changes: Partial<Hub> = {}): FakeHub {
  savePreference('hub', '1')
  const answers = new Map<string, Answerer>([['GET /v1/hub', { body: aHub(changes) }]])
  const asked: Asked[] = []
  let isCut = false
  const outside = globalThis.fetch
  const fetch = vi.fn(async (input: RequestInfo | URL, init: RequestInit = {}) => {
    const address = new URL(String(input), 'http://localhost')
    if (!address.pathname.startsWith('/v1/')) return outside(input, init)
    if (isCut) throw new TypeError('Failed to fetch')
    const one: Asked = {
      method: init.method ?? 'GET',
      path: address.pathname,
      query: address.searchParams,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : undefined,
    }
    asked.push(one)
    const name = `${one.method} ${one.path}`
    const route = [...answers.keys()].find((key) =>
      key.endsWith('*') ? name.startsWith(key.slice(0, -1)) : key === name,
    )
    const answerer = route === undefined ? aRefusal(404, 'hub.notFound') : answers.get(route)!
    const reply = typeof answerer === 'function' ? await answerer(one) : answerer
    if (reply === 'cut') throw new TypeError('Failed to fetch')
    return new Response(reply.text ?? JSON.stringify(reply.body ?? {}), {
      status: reply.status ?? 200,
      headers: { 'content-type': 'application/json', ...reply.headers },
    })
  })
  vi.stubGlobal('fetch', fetch)
  return {
    asked,
    fetch,
    answer: (route, answerer) => void answers.set(route, answerer),
    cut: () => (isCut = true),
    mend: () => (isCut = false),
    count: (route) => asked.filter(({ method, path }) => `${method} ${path}` === route).length,
  }
}

export function aRefusal(status: number, code: string, message = '汇总端的话', details?: object): Reply {
  return { status, body: { error: { code, message, ...(details === undefined ? {} : { details }) } } }
}

export function aHub(changes: Partial<Hub> = {}): Hub {
  return {
    kind: 'shidang-hub',
    api: 1,
    hub: 'hub-1',
    engine: '0.1.0',
    now: new Date().toISOString(),
    key: 'key-1',
    publicKey: 'a'.repeat(64),
    isSetUp: true,
    isDemo: false,
    campaigns: [aCampaign()],
    ...changes,
  }
}

/** A liaison's session that ends in twelve hours; what matters to a test is given. */
export function aSession(account: Partial<Session['account']> = {}, changes: Partial<Session> = {}): Session {
  return {
    account: {
      id: 'account-1',
      login: 'liaison.one',
      name: '示例服务员甲',
      role: 'liaison',
      area: '450103',
      ...account,
    },
    policy: 'dengbao-2',
    mustChangePassword: false,
    mustEnrolSecondFactor: false,
    idleMinutes: 30,
    endsAt: new Date(Date.now() + 12 * 3_600_000).toISOString(),
    scope: 'scope-1',
    ...changes,
  }
}
