import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { callHub } from '#storage/hub'
import { readCopy, saveCopy } from '#storage/hubCopy'
import { savePreference } from '#storage/preferences'
import { readKnown, saveKnown } from '#storage/outbox'
import { useHubStore } from '#stores/hub'
import { aFirm } from '../support/firms'
import { aHub, aHubSite, aRefusal, aSession, type FakeHub } from '../support/hubFetch'
import { rejectionOf } from '../support/drafts'
import { eventually } from '../support/eventually'

let hub: FakeHub
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  // Two stores of one test are one window, not two.
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  setActivePinia(createPinia())
  hub = aHubSite()
})
afterEach(() => {
  useHubStore().$dispose()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  savePreference('hub', '0')
})

/** The page is opened anew, later. */
function reopen(): ReturnType<typeof useHubStore> {
  useHubStore().$dispose()
  setActivePinia(createPinia())
  return useHubStore()
}

async function keepCopy(account = 'account-1', scope = 'scope-1'): Promise<void> {
  const firm = aFirm()
  const state = { account, scope, cursor: '1', isWhole: true, syncedAt: '2026-07-01T00:00:00.000Z' }
  await saveCopy(state, new Map([[firm.id, firm]]))
}

async function signedIn(session = aSession()): Promise<ReturnType<typeof useHubStore>> {
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  const store = useHubStore()
  await store.find()
  await store.signIn('liaison.one', 'secret')
  return store
}

describe('汇总端', () => {
  it('a site without the mark is never asked', async () => {
    savePreference('hub', '0')
    const store = useHubStore()
    await store.find()
    expect(store).toMatchObject({ isChecked: true, hub: undefined, isOnline: false })
    expect(hub.fetch).not.toHaveBeenCalled()
  })

  it('is found; nobody is asked for who never signed in here, so that no request fails', async () => {
    const store = useHubStore()
    await store.find()
    expect(store).toMatchObject({ isChecked: true, isOnline: true, session: undefined })
    expect(store.hub?.hub).toBe('hub-1')
    expect(hub.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /v1/hub'])
  })

  it('a hub of another version is a problem that is told, and nobody is signed in there', async () => {
    hub.answer('GET /v1/hub', { body: { ...aHub(), api: 9 } })
    const store = useHubStore()
    await store.find()
    expect(store.problem?.code).toBe('hub.otherVersion')
    hub.answer('GET /v1/hub', { body: aHub() })
    await store.find()
    expect(store.problem).toBeUndefined()
  })

  it('who signs in is known at the next opening, once the hub has said so', async () => {
    await signedIn()
    const later = reopen()
    await later.find()
    expect(later.session?.account.name).toBe('示例服务员甲')
    expect(later.role).toBe('liaison')
  })

  it('without a network the last known hub and session serve, until the session’s end', async () => {
    await signedIn()
    hub.cut()
    const later = reopen()
    await later.find()
    expect(later).toMatchObject({ isOnline: false, problem: undefined })
    expect(later.hub?.hub).toBe('hub-1')
    expect(later.session?.account.id).toBe('account-1')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 13 * 3_600_000 })
    const evenLater = reopen()
    await evenLater.find()
    expect(evenLater.session).toBeUndefined()
  })

  it('a clock of this computer that is a year ahead ends no session that the hub still knows', async () => {
    await signedIn()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 365 * 86_400_000 })
    const later = reopen()
    await later.find()
    expect(later.session?.account.id).toBe('account-1')
  })

  it('a wrong password is refused in the hub’s words, and nothing changes', async () => {
    const store = await signedIn()
    hub.answer('POST /v1/session', aRefusal(401, 'session.wrong', '账号、口令不对，或账号已停用、过期'))
    expect(await rejectionOf(store.signIn('other', 'x'))).toMatchObject({ refusal: 'session.wrong' })
    expect(store.session?.account.id).toBe('account-1')
  })

  it('the second factor is sent only when it was given', async () => {
    const store = await signedIn()
    expect(hub.asked.find(({ method }) => method === 'POST')!.body).toEqual({
      login: 'liaison.one',
      password: 'secret',
    })
    await store.signIn('liaison.one', 'secret', '123456')
    expect(hub.asked.filter(({ method }) => method === 'POST')[1]!.body).toMatchObject({ otp: '123456' })
  })

  it('what has to be done first is known: the password before the second factor', async () => {
    const store = await signedIn(aSession({}, { mustChangePassword: true, mustEnrolSecondFactor: true }))
    expect(store.firstStep).toBe('password')
    hub.answer('PUT /v1/account/password', { body: aSession({}, { mustEnrolSecondFactor: true }) })
    await store.changePassword('old', 'new')
    expect(store.firstStep).toBe('secondFactor')
    hub.answer('PUT /v1/account/second-factor', { body: aSession() })
    await store.confirmSecondFactor('123456')
    expect(store.firstStep).toBeUndefined()
  })

  it('a firm that joins is signed in, and sees its own row', async () => {
    const firm = aFirm()
    const enterprise = { id: firm.id, creditCode: firm.creditCode, name: firm.name }
    hub.answer('POST /v1/join', { body: aSession({ role: 'enterprise', enterprise }) })
    hub.answer('GET /v1/enterprises*', {
      body: { enterprises: [firm], gone: [], cursor: '1', more: false, total: 1, scope: 'scope-1' },
    })
    const store = useHubStore()
    await store.find()
    await store.join(firm.creditCode, 'ABCD-EFGH', 'a long password 1')
    expect(store.role).toBe('enterprise')
    expect(store.isStaff).toBe(false)
    expect(store.own).toEqual(firm)
  })
})

describe('退出与失效', () => {
  it('signing out wipes the copy, ends the session at the hub, and forgets who it was', async () => {
    const store = await signedIn()
    await keepCopy()
    hub.answer('DELETE /v1/session', { body: {} })
    await store.signOut()
    expect(store.session).toBeUndefined()
    expect(await readCopy()).toBeUndefined()
    expect(await readKnown('session')).toBeUndefined()
    expect(hub.count('DELETE /v1/session')).toBe(1)
  })

  it('an answer about the session that comes after signing out brings nobody back', async () => {
    await signedIn()
    const later = reopen()
    let give = (): void => undefined
    hub.answer('GET /v1/session', async () => {
      await new Promise<void>((settle) => (give = settle))
      return { body: aSession() }
    })
    hub.answer('DELETE /v1/session', { body: {} })
    const found = later.find()
    await eventually(() => expect(hub.count('GET /v1/session')).toBe(1))
    expect(later.session?.account.id).toBe('account-1')
    await later.signOut()
    give()
    await found
    expect(later.session).toBeUndefined()
    expect(await readKnown('session')).toBeUndefined()
  })

  it('an answer about one person’s session changes nothing for who signed in meanwhile', async () => {
    await signedIn()
    const later = reopen()
    let give = (): void => undefined
    hub.answer('GET /v1/session', async () => {
      await new Promise<void>((settle) => (give = settle))
      return aRefusal(401, 'session.over')
    })
    const found = later.find()
    await eventually(() => expect(hub.count('GET /v1/session')).toBe(1))
    hub.answer('POST /v1/session', { body: aSession({ id: 'account-2', name: '示例服务员乙' }) })
    await later.signIn('liaison.two', 'secret')
    give()
    await found
    expect(later.session?.account.id).toBe('account-2')
    expect((await readKnown('session'))?.account.id).toBe('account-2')
  })

  it('a firm’s row that comes after signing out is shown to nobody', async () => {
    const firm = aFirm()
    await signedIn(
      aSession({ role: 'enterprise', enterprise: { id: firm.id, name: firm.name, creditCode: firm.creditCode } }),
    )
    let give = (): void => undefined
    hub.answer('GET /v1/enterprises', async () => {
      await new Promise<void>((settle) => (give = settle))
      return { body: { enterprises: [firm], gone: [], cursor: '1', more: false, total: 1, scope: 'scope-1' } }
    })
    hub.answer('DELETE /v1/session', { body: {} })
    const store = useHubStore()
    const before = hub.count('GET /v1/enterprises')
    const loaded = store.loadOwn()
    await eventually(() => expect(hub.count('GET /v1/enterprises')).toBe(before + 1))
    await store.signOut()
    give()
    await loaded
    expect(store.own).toBeUndefined()
  })

  it('signed out without a network, the copy goes at once and the hub is told before anything else', async () => {
    const store = await signedIn()
    await keepCopy()
    hub.cut()
    await store.signOut()
    expect(store.session).toBeUndefined()
    expect(await readCopy()).toBeUndefined()
    hub.mend()
    hub.answer('DELETE /v1/session', { body: {} })
    hub.asked.length = 0
    const later = reopen()
    await later.find()
    expect(later.session).toBeUndefined()
    expect(hub.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['DELETE /v1/session', 'GET /v1/hub'])
    expect(await readKnown('signOut')).toBeUndefined()
  })

  it('a session that has run out leaves the copy for the next sign-in of the same person', async () => {
    await signedIn()
    await keepCopy()
    hub.answer('GET /v1/session', aRefusal(401, 'hub.noSession'))
    // Nothing was heard of it in this window: it may well have idled away.
    const later = reopen()
    await later.find()
    expect(later.session).toBeUndefined()
    expect(await readKnown('session')).toBeUndefined()
    expect(await readCopy()).toBeDefined()
  })

  it('a session taken away before its time takes the copy with it', async () => {
    const store = await signedIn()
    await keepCopy()
    hub.answer('GET /v1/session', aRefusal(401, 'hub.noSession'))
    await store.refreshSession()
    expect(store.session).toBeUndefined()
    await eventually(async () => expect(await readCopy()).toBeUndefined())
  })

  it('how a session ended is known when it ended by itself, and never after signing out', async () => {
    const store = await signedIn()
    expect(store.ended).toBeUndefined()
    hub.answer('GET /v1/session', aRefusal(401, 'hub.noSession'))
    await store.refreshSession()
    // Served a moment ago: nothing has run out.
    expect(store.ended).toBe('takenAway')
    hub.answer('GET /v1/session', { body: aSession() })
    await store.signIn('liaison.one', 'secret')
    expect(store.ended).toBeUndefined()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 13 * 3_600_000 })
    hub.answer('GET /v1/session', aRefusal(401, 'hub.noSession'))
    await store.refreshSession()
    expect([store.session, store.ended]).toEqual([undefined, 'runOut'])
    vi.useRealTimers()
    await store.signIn('liaison.one', 'secret')
    hub.answer('DELETE /v1/session', { body: {} })
    await store.signOut()
    expect([store.session, store.ended]).toEqual([undefined, undefined])
  })

  it('any call that the hub refuses for want of a session tells the same', async () => {
    const store = await signedIn()
    hub.answer('GET /v1/liaisons', aRefusal(401, 'hub.noSession'))
    expect(await rejectionOf(callHub('listLiaisons'))).toMatchObject({ status: 401 })
    await eventually(() => expect([store.session, store.ended]).toEqual([undefined, 'takenAway']))
  })

  it.each([
    ['its session ran out', 'runOut', 'runOut'],
    ['it signed out', 'session', undefined],
  ] as const)('of another window is heard that %s', async (_, message, ended) => {
    const heard: ((event: { readonly data: unknown }) => void)[] = []
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        addEventListener(_name: string, listener: (event: { readonly data: unknown }) => void): void {
          heard.push(listener)
        }
        postMessage(): void {}
        close(): void {}
      },
    )
    const store = await signedIn()
    await saveKnown('session', undefined)
    heard[0]!({ data: message })
    await eventually(() => expect(store.session).toBeUndefined())
    expect(store.ended).toBe(ended)
    // Somebody signs in there.
    await saveKnown('session', aSession({ id: 'account-2' }))
    heard[0]!({ data: 'session' })
    await eventually(() => expect(store.session?.account.id).toBe('account-2'))
    expect(store.ended).toBeUndefined()
  })

  it.each([
    ['another account', aSession({ id: 'account-2' })],
    ['another scope of the same account', aSession({}, { scope: 'scope-2' })],
  ])('%s that signs in finds no copy of the one before', async (_, session) => {
    await keepCopy()
    await signedIn(session)
    expect(await readCopy()).toBeUndefined()
  })

  it('the same account and scope finds its copy', async () => {
    await keepCopy()
    await signedIn()
    expect(await readCopy()).toBeDefined()
  })

  it('a scope that changed while nobody was looking wipes the copy at the next opening', async () => {
    await signedIn()
    await keepCopy()
    hub.answer('GET /v1/session', { body: aSession({}, { scope: 'scope-2' }) })
    const later = reopen()
    await later.find()
    expect(later.session?.scope).toBe('scope-2')
    expect(await readCopy()).toBeUndefined()
  })

  it('an address that is no hub any more knows nobody', async () => {
    await signedIn()
    hub.answer('GET /v1/hub', { status: 404, text: '' })
    const later = reopen()
    await later.find()
    expect([later.hub, later.session]).toEqual([undefined, undefined])
    await saveKnown('hub', undefined)
  })
})
