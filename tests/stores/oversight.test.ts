import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { digest } from '#digest'
import { type Enterprise } from '#core/oversight/enterprise'
import { packSubmission } from '#core/oversight/submission'
import { readCopy, saveCopy } from '#storage/hubCopy'
import { savePreference } from '#storage/preferences'
import { useHubStore } from '#stores/hub'
import { useOversightStore } from '#stores/oversight'
import { answersAtLevel, loadGuangxi } from '../support/build'
import { aCampaign, aFirm } from '../support/firms'
import { aHubSite, aRefusal, aSession, type Asked, type FakeHub, type Reply } from '../support/hubFetch'
import { eventually } from '../support/eventually'

let hub: FakeHub
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  setActivePinia(createPinia())
  hub = aHubSite()
})
afterEach(() => {
  useOversightStore().$dispose()
  useHubStore().$dispose()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  savePreference('hub', '0')
})

/**
 * The roster of a hub, in the order of its changes: the cursor is how many of them were told. Pages are as long as asked, but
 * never longer than `most`.
 */
class Roster {
  readonly changes: (Enterprise | { readonly gone: string })[] = []
  scope = 'scope-1'
  most = 5000
  readonly asked: string[] = []

  constructor(count: number) {
    for (let at = 0; at < count; at++) this.changes.push(aFirm())
  }
  get firms(): ReadonlyMap<string, Enterprise> {
    const firms = new Map<string, Enterprise>()
    for (const change of this.changes) {
      if ('gone' in change) firms.delete(change.gone)
      else firms.set(change.id, change)
    }
    return firms
  }
  readonly answer = ({ query }: Asked): Reply => {
    const since = Number(query.get('since') ?? 0)
    this.asked.push(query.get('since') ?? 'anew')
    const page = this.changes.slice(since, since + Math.min(this.most, Number(query.get('limit'))))
    const known = this.firms
    return {
      body: {
        enterprises: page.flatMap((change) => ('gone' in change || known.get(change.id) !== change ? [] : change)),
        gone: page.flatMap((change) => ('gone' in change ? change.gone : [])),
        cursor: String(since + page.length),
        more: since + page.length < this.changes.length,
        total: known.size,
        scope: this.scope,
      },
    }
  }
}

async function signIn(session = aSession({ role: 'official', area: '450100' })): Promise<void> {
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  const store = useHubStore()
  await store.find()
  await store.signIn('official', 'secret')
}
function serve(count: number): Roster {
  const roster = new Roster(count)
  hub.answer('GET /v1/enterprises', roster.answer)
  return roster
}
function idsOf(firms: Iterable<Enterprise>): readonly string[] {
  return [...firms].map(({ id }) => id).sort()
}
/** The page is opened anew. */
async function reopen(): Promise<ReturnType<typeof useOversightStore>> {
  useOversightStore().$dispose()
  useHubStore().$dispose()
  setActivePinia(createPinia())
  await useHubStore().find()
  return useOversightStore()
}

describe('统筹：从汇总端', () => {
  it('all firms of the scope are pulled page by page, and kept', async () => {
    const roster = serve(23)
    roster.most = 5
    await signIn()
    const store = useOversightStore()
    await store.sync()
    expect(store.source).toBe('hub')
    expect(idsOf(store.firms)).toEqual(idsOf(roster.firms.values()))
    expect(roster.asked).toEqual(['anew', '5', '10', '15', '20'])
    const copy = await readCopy()
    expect(idsOf(copy!.firms)).toEqual(idsOf(roster.firms.values()))
    expect(copy!.state).toMatchObject({ account: 'account-1', scope: 'scope-1', cursor: '23', isWhole: true })
    expect(store.problem).toBeUndefined()
  })

  it('the next time the copy is there at once, and only changes are pulled', async () => {
    const roster = serve(10)
    await signIn()
    await useOversightStore().sync()
    const renamed = { ...[...roster.firms.values()][3]!, name: '示例改名有限公司' }
    roster.changes.push(renamed)
    roster.asked.length = 0
    const store = await reopen()
    await store.sync()
    expect(roster.asked).toEqual(['10'])
    expect(store.firms).toHaveLength(10)
    expect(store.firms.find(({ id }) => id === renamed.id)?.name).toBe('示例改名有限公司')
    expect((await readCopy())!.firms.find(({ id }) => id === renamed.id)?.name).toBe('示例改名有限公司')
  })

  it('when nothing has changed the list stays the very same, so that no screen computes it again; its time is the new one', async () => {
    const roster = serve(10)
    await signIn()
    const store = useOversightStore()
    await store.sync()
    const { firms, syncedAt } = store
    await eventually(async () => {
      await store.sync()
      expect(store.syncedAt).not.toBe(syncedAt)
    })
    expect(store.firms).toBe(firms)
    expect((await readCopy())!.state.syncedAt).toBe(store.syncedAt)
    roster.changes.push({ ...firms[0]!, name: '示例改名有限公司' })
    await store.sync()
    expect(store.firms).not.toBe(firms)
    expect(store.firms[0]!.name).toBe('示例改名有限公司')
  })

  it('a firm that left the scope leaves the screen and the copy', async () => {
    const roster = serve(10)
    await signIn()
    const store = useOversightStore()
    await store.sync()
    roster.changes.push({ gone: store.firms[2]!.id })
    await store.sync()
    expect(store.firms).toHaveLength(9)
    expect((await readCopy())!.firms).toHaveLength(9)
    expect(roster.asked).toEqual(['anew', '10'])
  })

  it('another number of firms than the hub has means to pull anew, once', async () => {
    const roster = serve(10)
    await signIn()
    const store = useOversightStore()
    await store.sync()
    // A change that the cursor does not tell.
    roster.changes.splice(2, 1)
    roster.changes.push({ gone: 'nobody' })
    roster.asked.length = 0
    await store.sync()
    expect(roster.asked).toEqual(['10', 'anew'])
    expect(idsOf(store.firms)).toEqual(idsOf(roster.firms.values()))
    expect(idsOf((await readCopy())!.firms)).toEqual(idsOf(roster.firms.values()))
  })

  it('a hub whose number is never right is asked twice, not for ever', async () => {
    const roster = serve(3)
    hub.answer('GET /v1/enterprises', (asked) => ({
      body: { ...(roster.answer(asked).body as object), total: 99 },
    }))
    await signIn()
    const store = useOversightStore()
    await store.sync()
    expect(roster.asked).toHaveLength(2)
    expect(store.firms).toHaveLength(3)
  })

  it('without a network the copy is shown, with its date, and why it is not newer', async () => {
    serve(10)
    await signIn()
    await useOversightStore().sync()
    const syncedAt = useOversightStore().syncedAt
    hub.cut()
    const store = await reopen()
    await store.sync()
    expect(store.firms).toHaveLength(10)
    expect(store.syncedAt).toBe(syncedAt)
    expect(store.problem?.code).toBe('hub.unreachable')
  })

  it('a first pull that is cut shows nothing, and goes on from where it was written', async () => {
    const roster = serve(50)
    roster.most = 5
    let pages = 0
    hub.answer('GET /v1/enterprises', (asked) => (++pages > 6 ? 'cut' : roster.answer(asked)))
    await signIn()
    const first = useOversightStore()
    await first.sync()
    // Half a scope would be a wrong coverage.
    expect(first.firms).toEqual([])
    expect(first.problem?.code).toBe('hub.unreachable')
    pages = -1000
    roster.asked.length = 0
    const store = await reopen()
    await store.sync()
    // Four pages of five were written.
    expect(roster.asked[0]).toBe('20')
    expect(idsOf(store.firms)).toEqual(idsOf(roster.firms.values()))
  })

  it('a pull that is cut in this window goes on in it', async () => {
    const roster = serve(20)
    roster.most = 5
    let isCut = true
    hub.answer('GET /v1/enterprises', (asked) =>
      isCut && asked.query.get('since') === '10' ? 'cut' : roster.answer(asked),
    )
    await signIn()
    const store = useOversightStore()
    await store.sync()
    isCut = false
    await store.sync()
    expect(roster.asked).toEqual(['anew', '5', '10', '15'])
    expect(store.firms).toHaveLength(20)
  })

  it('another scope in an answer: nothing of the old one stays, the new one is pulled', async () => {
    const roster = serve(10)
    await signIn()
    const store = useOversightStore()
    await store.sync()
    const next = serve(4)
    next.scope = 'scope-2'
    hub.answer('GET /v1/session', { body: aSession({ role: 'official', area: '450103' }, { scope: 'scope-2' }) })
    await store.sync()
    await eventually(() => expect(store.firms).toHaveLength(4))
    expect(idsOf((await readCopy())!.firms)).toEqual(idsOf(next.firms.values()))
    expect((await readCopy())!.state.scope).toBe('scope-2')
    expect(store.area).toBe('450103')
    expect(idsOf(store.firms)).not.toEqual(idsOf(roster.firms.values()))
  })

  it('a scope that never agrees with the session is no endless pull', async () => {
    const roster = serve(3)
    roster.scope = 'scope-else'
    await signIn()
    const store = useOversightStore()
    await store.sync()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(store.firms).toEqual([])
    expect(roster.asked.length).toBeLessThan(4)
  })

  it('signed out, nothing is left on the screen or in the copy', async () => {
    serve(10)
    await signIn()
    const store = useOversightStore()
    await store.sync()
    hub.answer('DELETE /v1/session', { body: {} })
    await useHubStore().signOut()
    expect([store.firms, store.source, store.syncedAt]).toEqual([[], undefined, undefined])
    expect(await readCopy()).toBeUndefined()
  })

  it('signed out while pages come in, the rest of them is nobody’s', async () => {
    const roster = serve(20)
    roster.most = 5
    hub.answer('DELETE /v1/session', { body: {} })
    hub.answer('GET /v1/enterprises', async (asked) => {
      if (asked.query.get('since') === '10') await useHubStore().signOut()
      return roster.answer(asked)
    })
    await signIn()
    const store = useOversightStore()
    await store.sync()
    expect(store.firms).toEqual([])
    expect(await readCopy()).toBeUndefined()
  })

  it('a session that is gone stops the pull and clears the screen', async () => {
    serve(10)
    await signIn()
    const store = useOversightStore()
    await store.sync()
    hub.answer('GET /v1/enterprises', aRefusal(401, 'hub.noSession'))
    await store.sync()
    expect(useHubStore().session).toBeUndefined()
    expect(store.firms).toEqual([])
  })

  it('a copy of somebody else is not shown, even for a moment', async () => {
    const stranger = aFirm()
    await signIn()
    const state = { account: 'account-2', scope: 'x', cursor: '1', isWhole: true, syncedAt: '2026-07-01T00:00:00.000Z' }
    await saveCopy(state, new Map([[stranger.id, stranger]]))
    hub.answer('GET /v1/enterprises', 'cut')
    const store = useOversightStore()
    await store.sync()
    expect(store.firms).toEqual([])
    expect(await readCopy()).toBeUndefined()
  })

  it.each(['enterprise', 'administrator', 'auditor'] as const)('the role %s pulls nothing', async (role) => {
    const roster = serve(3)
    await signIn(aSession({ role }))
    roster.asked.length = 0
    const store = useOversightStore()
    await store.sync()
    expect(roster.asked).toEqual([])
    expect(store.source).toBeUndefined()
  })

  it('a browser that keeps nothing pulls anew each time', async () => {
    const roster = serve(3)
    await signIn()
    vi.stubGlobal('indexedDB', undefined)
    Dexie.dependencies.indexedDB = undefined as unknown as IDBFactory
    const store = useOversightStore()
    await store.sync()
    expect(store.firms).toHaveLength(3)
    expect(roster.asked).toEqual(['anew'])
  })

  it('a row that the hub gave back after a change is on the screen and in the copy', async () => {
    serve(10)
    await signIn()
    const store = useOversightStore()
    await store.sync()
    const changed = { ...store.firms[4]!, version: 2, note: '已联系' }
    await store.replaceFirm(changed)
    expect(store.firms).toHaveLength(10)
    expect(store.firms[4]).toEqual(changed)
    expect((await readCopy())!.firms.find(({ id }) => id === changed.id)).toEqual(changed)
  })
})

describe('统筹：批次与日期', () => {
  it('the newest round that still runs is the one in view, until another is chosen', async () => {
    hub = aHubSite({
      campaigns: [
        aCampaign({ id: 'old', opensOn: '2025-06-01' }),
        aCampaign({ id: 'closed', opensOn: '2027-06-01', isClosed: true }),
        aCampaign({ id: 'new', opensOn: '2026-06-01' }),
      ],
    })
    await signIn()
    const store = useOversightStore()
    expect(store.campaigns.map(({ id }) => id)).toEqual(['new', 'old', 'closed'])
    expect(store.campaign?.id).toBe('new')
    store.choose('old')
    expect(store.campaign?.id).toBe('old')
    await eventually(() => expect(store.edition?.id).toBe('guangxi-2024'))
  })

  it('today is the hub’s day in China, whatever this computer’s clock says', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-12-31T10:00:00Z') })
    // Eight hours ahead of 16:30 UTC it is half past midnight of the next day.
    hub = aHubSite({ now: '2026-07-10T16:30:00.000Z' })
    hub.answer('POST /v1/session', { body: aSession({ role: 'official' }, { endsAt: '2026-07-11T04:00:00.000Z' }) })
    const store = useHubStore()
    await store.find()
    await store.signIn('official', 'secret')
    expect(useOversightStore().asOf).toBe('2026-07-11')
  })
})

describe('统筹：从文件', () => {
  function aFile(changes: { readonly name: string; readonly revision?: number; readonly level?: number }): string {
    const firm = aFirm()
    const sheet = {
      id: `sheet-${changes.name}`,
      revision: changes.revision ?? 1,
      form: 'full' as const,
      profile: { name: changes.name, creditCode: firm.creditCode, city: '450100', county: '450103', industry: '30' },
      answers: answersAtLevel(loadGuangxi(), changes.level ?? 2),
      startedAt: '2026-07-01T01:00:00.000Z',
      submittedAt: '2026-07-01T02:00:00.000Z',
      minutes: 40,
    }
    return JSON.stringify(packSubmission(loadGuangxi(), sheet, '0.1.0', digest))
  }

  it('files of submissions become firms, each scored again; a file that is none is named with its reason', async () => {
    const store = useOversightStore()
    await store.openEntries([
      { name: '甲.shidang.json', text: aFile({ name: '甲厂' }) },
      { name: '多份.ndjson', text: `${aFile({ name: '乙厂' })}\n\n${aFile({ name: '丙厂' }).replace('丙', '丁')}\n` },
      { name: '照片.json', text: 'no json' },
    ])
    expect(store.source).toBe('files')
    expect(store.report?.sheets).toBe(2)
    expect(store.report?.refused.map(({ file }) => file)).toEqual(['多份.ndjson 第 3 行', '照片.json'])
    expect(store.report?.refused[0]?.why).toContain('校验码')
    expect(store.firms.map(({ name }) => name).sort()).toEqual(['乙厂', '甲厂'])
    // Every item at 2 of 5: 40 points, tier 4.
    expect(store.firms[0]?.submission?.tier).toEqual({ low: 4, high: 4 })
    expect(store.campaign).toMatchObject({ id: 'files', edition: 'guangxi-2024', area: '450103' })
    expect(store.area).toBe('450103')
    expect(store.progress).toBeUndefined()
  })

  it('needs no hub, and asks for none', async () => {
    savePreference('hub', '0')
    const store = useOversightStore()
    await store.openEntries([{ name: '甲.json', text: aFile({ name: '甲厂' }) }])
    await store.sync()
    expect(store.firms).toHaveLength(1)
    expect(hub.asked).toEqual([])
  })

  it('left, nothing of the files stays', async () => {
    const store = useOversightStore()
    await store.openEntries([{ name: '甲.json', text: aFile({ name: '甲厂' }) }])
    store.leave()
    expect([store.firms, store.source, store.report, store.campaign]).toEqual([[], undefined, undefined, undefined])
  })

  it('the page gets its turn while many files are scored', async () => {
    const store = useOversightStore()
    const text = aFile({ name: '甲厂' })
    let turns = 0
    const ticking = setInterval(() => (turns += 1), 1)
    await store.openEntries(Array.from({ length: 60 }, (_, at) => ({ name: `${at}.json`, text })))
    clearInterval(ticking)
    expect(turns).toBeGreaterThan(2)
  })

  it('entries may come one by one, as they are read from an archive', async () => {
    async function* read(): AsyncGenerator<{ name: string; text: string }> {
      for (const name of ['甲厂', '乙厂']) yield { name: `${name}.json`, text: aFile({ name }) }
    }
    const store = useOversightStore()
    await store.openEntries(read(), [], 2)
    expect(store.firms).toHaveLength(2)
  })
})
