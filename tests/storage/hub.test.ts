import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '#core/problems'
import { callHub, findHub, HubRefusal, onHubNews, type HubNews } from '#storage/hub'
import { expectsHub } from '#storage/hubMark'
import { readPreference, savePreference } from '#storage/preferences'
import { aHub, aHubSite, aRefusal, aSession, type FakeHub } from '../support/hubFetch'
import { rejectionOf } from '../support/drafts'

let hub: FakeHub
beforeEach(() => {
  localStorage.clear()
  hub = aHubSite()
})
afterEach(async () => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  document.head.innerHTML = ''
  // A hub of another version is remembered until one of this version answers.
  aHubSite()
  await findHub()
  vi.unstubAllGlobals()
})

describe('有无汇总端', () => {
  it('a page without the mark expects none; with it, it is remembered for the page that the service worker keeps', () => {
    savePreference('hub', '0')
    expect(expectsHub()).toBe(false)
    document.head.innerHTML = '<meta name="shidang-hub" content="1">'
    expect(expectsHub()).toBe(true)
    document.head.innerHTML = ''
    expect(expectsHub()).toBe(true)
  })

  it('the hub of the site is found', async () => {
    expect(await findHub()).toMatchObject({ hub: 'hub-1', api: 1 })
  })

  it.each([
    ['a static site that answers with its page', { text: '<!doctype html><title>识档</title>' }],
    ['a static site that answers 404', { status: 404, text: 'Not Found' }],
    ['some other JSON', { body: { hello: 'world' } }],
  ])('%s is no hub, and is not asked again', async (_, reply) => {
    hub.answer('GET /v1/hub', reply)
    expect(await findHub()).toBeUndefined()
    expect(readPreference('hub')).toBe('0')
    expect(expectsHub()).toBe(false)
  })

  it('no network is no answer: the hub is expected as before', async () => {
    hub.cut()
    expect(await rejectionOf(findHub())).toMatchObject({ code: 'hub.unreachable' })
    expect(expectsHub()).toBe(true)
  })

  it('a hub of another version is told, and from then on nothing is sent to it', async () => {
    hub.answer('GET /v1/hub', { body: { ...aHub(), api: 2, somethingNew: true } })
    expect(await rejectionOf(findHub())).toMatchObject({ code: 'hub.otherVersion' })
    expect(await rejectionOf(callHub('readSession'))).toMatchObject({ code: 'hub.otherVersion' })
    expect(hub.count('GET /v1/session')).toBe(0)
    hub.answer('GET /v1/hub', { body: aHub() })
    hub.answer('GET /v1/session', { body: aSession() })
    await findHub()
    expect(await callHub('readSession')).toMatchObject({ scope: 'scope-1' })
  })
})

describe('请求汇总端', () => {
  it('a read carries no body and is never taken from a cache; a change carries JSON and our header', async () => {
    hub.answer('GET /v1/session', { body: aSession() })
    hub.answer('PUT /v1/progress', { body: {} })
    await callHub('readSession')
    await callHub('tellProgress', { body: { answered: 3, asked: 75 } })
    expect(hub.fetch.mock.calls[0]![1]).toMatchObject({ method: 'GET', cache: 'no-store', redirect: 'error' })
    expect(hub.fetch.mock.calls[0]![1]).not.toHaveProperty('body')
    expect(hub.asked[0]!.headers.get('x-shidang')).toBeNull()
    expect(hub.asked[1]!.headers.get('x-shidang')).toBe('1')
    expect(hub.asked[1]!.headers.get('content-type')).toBe('application/json')
    expect(hub.asked[1]!.body).toEqual({ answered: 3, asked: 75 })
  })

  it('places in the path and questions are written so that they stay what they are', async () => {
    hub.answer('GET /v1/submissions*', { body: { submission: {}, receipt: {} } })
    hub.answer('GET /v1/enterprises*', {
      body: { enterprises: [], gone: [], cursor: 'c', more: false, total: 0, scope: 's' },
    })
    await callHub('readSubmission', { params: { id: 'a/../b?c', revision: 2 } })
    await callHub('listEnterprises', { query: { since: '甲&limit=1', limit: 5000 } })
    expect(hub.asked[0]!.path).toBe('/v1/submissions/a%2F..%2Fb%3Fc/revisions/2')
    expect([...hub.asked[1]!.query]).toEqual([
      ['since', '甲&limit=1'],
      ['limit', '5000'],
    ])
  })

  it('a refusal keeps the words, the code, the status and the figures of the hub', async () => {
    hub.answer('PUT /v1/submissions*', aRefusal(409, 'submission.outOfOrder', '应先报送第 1 次修订', { expected: 1 }))
    const fault = await rejectionOf(
      callHub('putSubmission', { params: { id: 'a', revision: 2 }, body: { campaign: 'c', submission: {} } }),
    )
    expect(fault).toBeInstanceOf(HubRefusal)
    expect(fault).toBeInstanceOf(Problem)
    expect(fault).toMatchObject({
      status: 409,
      refusal: 'submission.outOfOrder',
      code: 'submission.outOfOrder',
      message: '应先报送第 1 次修订',
      details: { expected: 1 },
    })
  })

  it('a code that this program does not know is a refusal in the hub’s own words', async () => {
    hub.answer('GET /v1/session', aRefusal(418, 'tea.only', '这里只有茶'))
    expect(await rejectionOf(callHub('readSession'))).toMatchObject({
      code: 'hub.refused',
      refusal: 'tea.only',
      message: '这里只有茶',
    })
  })

  it.each([
    [502, '<html>Bad Gateway</html>', 'hub.unavailable'],
    [413, 'too large', 'hub.tooLarge'],
    [403, 'blocked by policy', 'hub.refused'],
  ])('%i of a proxy that says %s becomes %s', async (status, text, refusal) => {
    hub.answer('GET /v1/session', { status, text })
    expect(await rejectionOf(callHub('readSession'))).toMatchObject({ status, refusal })
  })

  it('how long to wait is read from a refusal for too many requests', async () => {
    hub.answer('GET /v1/session', { ...aRefusal(429, 'hub.tooMany'), headers: { 'retry-after': '7' } })
    expect(await rejectionOf(callHub('readSession'))).toMatchObject({ status: 429, retryAfter: 7000 })
  })

  it('an answer of another shape is not used, and says where', async () => {
    hub.answer('GET /v1/session', { body: { ...aSession(), scope: 7 } })
    const fault = await rejectionOf(callHub('readSession'))
    expect(fault).toMatchObject({ code: 'hub.badAnswer' })
    expect((fault as Problem).message).toContain('/scope')
  })

  it('an answer that is cut is as good as none', async () => {
    vi.stubGlobal('fetch', () =>
      Promise.resolve({ ok: true, status: 200, text: () => Promise.reject(new TypeError('network error')) }),
    )
    expect(await rejectionOf(callHub('readSession'))).toMatchObject({ code: 'hub.unreachable' })
  })

  it('a hub that says nothing for a minute is unreachable', async () => {
    vi.useFakeTimers()
    vi.stubGlobal(
      'fetch',
      (_: string, { signal }: RequestInit) =>
        new Promise((_resolve, reject) => {
          signal!.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')))
        }),
    )
    const refused = rejectionOf(callHub('readSession'))
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await refused).toMatchObject({ code: 'hub.unreachable' })
  })

  it('whoever listens is told what each call learned', async () => {
    const news: HubNews[] = []
    const stop = onHubNews((one) => news.push(one))
    hub.answer('GET /v1/session', { body: aSession() })
    await callHub('readHub')
    await callHub('readSession')
    hub.answer('GET /v1/session', aRefusal(401, 'hub.noSession'))
    await rejectionOf(callHub('readSession'))
    // Wrong password: no session is gone by it.
    hub.answer('POST /v1/session', aRefusal(401, 'session.wrong'))
    await rejectionOf(callHub('signIn', { body: { login: 'abc', password: 'x' } }))
    hub.cut()
    await rejectionOf(callHub('readSession'))
    stop()
    await rejectionOf(callHub('readSession'))
    expect(news).toEqual(['reached', 'reached', 'served', 'reached', 'signedOut', 'reached', 'unreachable'])
  })
})
