import {
  API_VERSION,
  RefusalSchema,
  ROUTES,
  type AnswerOf,
  type BodyOf,
  type Hub,
  type ParamsOf,
  type QueryOf,
  type Refusal,
  type Route,
  type RouteName,
} from '#core/oversight/api'
import { readShape } from '#core/ourFile'
import { hasOwn, Problem, PROBLEMS, type ProblemCode } from '#core/problems'
import { forgetHub } from './hubMark'

/** How long an answer may take: a page of 5,000 firms over a county's line. Own choice. */
const PATIENCE_MS = 60_000

/** 汇总端的拒绝 — a Problem in the hub's own words, with its status and how long it asks to wait (ms), when it does. */
export class HubRefusal extends Problem {
  readonly status: number
  /** The hub's code, also one that this program does not know. */
  readonly refusal: string
  readonly details: Readonly<Record<string, string | number>>
  readonly retryAfter: number | undefined

  constructor(status: number, { code, message, details = {} }: Refusal['error'], retryAfter?: number) {
    if (hasOwn(PROBLEMS, code)) super(code as ProblemCode, details)
    else super('hub.refused', { reason: message })
    this.name = 'HubRefusal'
    this.message = message
    this.status = status
    this.refusal = code
    this.details = details
    this.retryAfter = retryAfter
  }
}

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { readonly [K in Key]?: undefined }
  : object extends Value
    ? { readonly [K in Key]?: Value }
    : { readonly [K in Key]: Value }
/** What a call of one route takes; parts that may be empty may be left out. */
export type PartsOf<Name extends RouteName> = Part<'params', ParamsOf<Name>> &
  Part<'query', QueryOf<Name>> &
  Part<'body', BodyOf<Name>>

/** Set while the hub speaks another version of the protocol: then nothing but the question for it is sent. */
let otherVersion: Problem | undefined

/**
 * 汇总端的消息 — `reached`: it answered. `served`: it answered what needs a session, so the session lives. `unreachable`: no
 * network. `signedOut`: it no longer knows the session.
 */
export type HubNews = 'reached' | 'served' | 'unreachable' | 'signedOut'

const listeners = new Set<(news: HubNews) => void>()

/** Tells what every call learns of the hub, whoever made it. Gives back how to stop listening. */
export function onHubNews(listener: (news: HubNews) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(news: HubNews): void {
  for (const listener of listeners) listener(news)
}

/**
 * 请求汇总端 — one call of one route, its answer checked against the route's schema. Refuses: what the hub refuses
 * (HubRefusal), 'hub.unreachable' without a network, 'hub.otherVersion', 'hub.badAnswer'.
 */
export async function callHub<Name extends RouteName>(
  name: Name,
  ...[parts]: object extends PartsOf<Name> ? [parts?: PartsOf<Name>] : [parts: PartsOf<Name>]
): Promise<AnswerOf<Name>> {
  if (name !== 'readHub' && otherVersion !== undefined) throw otherVersion
  const route: Route = ROUTES[name]
  const { response, text } = await ask(route, (parts ?? {}) as Parts)
  const value = parseText(text)
  tell('reached')
  if (!response.ok) throw refuse(response, value)
  if (!route.roles.includes('anyone')) tell('served')
  if (name === 'readHub') refuseOtherVersion(value)
  try {
    return readShape(route.answer, value) as AnswerOf<Name>
  } catch (fault) {
    if (fault instanceof Problem) throw new Problem('hub.badAnswer', { reason: fault.message })
    throw fault
  }
}

/**
 * 找汇总端 — the hub of this site; undefined when the address answers and is none (a static site answers with its page, or
 * 404). Refuses 'hub.unreachable' and 'hub.otherVersion'.
 */
export async function findHub(): Promise<Hub | undefined> {
  try {
    return await callHub('readHub')
  } catch (fault) {
    const isOther = fault instanceof Problem && fault.code === 'hub.badAnswer'
    const isMissing = fault instanceof HubRefusal && fault.status === 404
    if (!isOther && !isMissing) throw fault
    forgetHub()
    return undefined
  }
}

interface Parts {
  readonly params?: object | undefined
  readonly query?: object | undefined
  readonly body?: object | undefined
}

async function ask(
  route: Route,
  { params, query, body }: Parts,
): Promise<{ readonly response: Response; readonly text: string }> {
  const stop = new AbortController()
  const alarm = setTimeout(() => stop.abort(), PATIENCE_MS)
  const isRead = route.method === 'GET'
  try {
    const response = await fetch(buildAddress(route.path, params, query), {
      method: route.method,
      credentials: 'same-origin',
      cache: 'no-store',
      // A portal of the network that wants a login is not the hub.
      redirect: 'error',
      signal: stop.signal,
      headers: {
        accept: 'application/json',
        // Another site's form cannot set it: the hub asks for it wherever something changes.
        ...(isRead ? {} : { 'x-shidang': '1' }),
        ...(route.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(route.body === undefined ? {} : { body: JSON.stringify(body ?? {}) }),
    })
    return { response, text: await response.text() }
  } catch (fault) {
    // No network, a cut answer, or our own alarm: for the person all the same.
    if (!(fault instanceof TypeError) && (fault as Error).name !== 'AbortError') throw fault
    tell('unreachable')
    throw new Problem('hub.unreachable')
  } finally {
    clearTimeout(alarm)
  }
}

function buildAddress(path: string, params: object = {}, query: object = {}): string {
  const given = new Map(Object.entries(params).map(([name, value]) => [name, String(value)]))
  const place = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(given.get(name) ?? ''))
  const asked = Object.entries(query).filter(([, value]) => value !== undefined)
  if (asked.length === 0) return place
  return `${place}?${new URLSearchParams(asked.map(([name, value]) => [name, String(value)])).toString()}`
}

/** Plain JSON, or undefined: a page of a proxy or of a static site is none. The schemas say what may be in it. */
function parseText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refuse(response: Response, value: unknown): HubRefusal {
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  const refusal = new HubRefusal(
    response.status,
    readError(value) ?? explain(response.status),
    Number.isFinite(seconds) ? seconds * 1000 : undefined,
  )
  if (refusal.refusal === 'hub.noSession') tell('signedOut')
  return refusal
}

function readError(value: unknown): Refusal['error'] | undefined {
  try {
    return readShape(RefusalSchema, value).error
  } catch {
    // Not the hub's own words: a proxy before it refused.
    return undefined
  }
}

function explain(status: number): Refusal['error'] {
  if (status >= 500) return { code: 'hub.unavailable', message: PROBLEMS['hub.unavailable'] }
  if (status === 413) return { code: 'hub.tooLarge', message: PROBLEMS['hub.tooLarge'] }
  return { code: 'hub.refused', message: `请求被拒绝（${status}）` }
}

function refuseOtherVersion(value: unknown): void {
  const { kind, api } = (typeof value === 'object' && value !== null ? value : {}) as Partial<Hub>
  if (kind !== 'shidang-hub') return
  otherVersion =
    api === API_VERSION ? undefined : new Problem('hub.otherVersion', { found: String(api), known: API_VERSION })
  if (otherVersion !== undefined) throw otherVersion
}
