import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { digest } from '#digest'
import { packSubmission } from '#core/oversight/submission'
import { disconnect } from '#storage/connection'
import { type Draft } from '#storage/database'
import { addDraft, deleteDraft, leaveMemory, listExports, readDraft } from '#storage/drafts'
import { listItems, saveItem } from '#storage/outbox'
import { savePreference } from '#storage/preferences'
import { useDraftStore } from '#stores/draft'
import { useHubStore } from '#stores/hub'
import { useOutboxStore } from '#stores/outbox'
import { answersAtLevel, loadGuangxi } from '../support/build'
import { aDraft, rejectionOf } from '../support/drafts'
import { aFirm } from '../support/firms'
import { aHub, aHubSite, aRefusal, aSession, type Asked, type FakeHub, type Reply } from '../support/hubFetch'
import { aSigner } from '../support/signing'
import { eventually } from '../support/eventually'

const firm = aFirm()
const campaign = 'campaign-2026'
const signer = aSigner()
let hub: FakeHub

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  disconnect()
  leaveMemory()
  setActivePinia(createPinia())
  hub = aHubSite({ publicKey: signer.publicKey })
  hub.answer('GET /v1/enterprises*', {
    body: { enterprises: [firm], gone: [], cursor: '1', more: false, total: 1, scope: 'scope-1' },
  })
})
afterEach(() => {
  useOutboxStore().$dispose()
  useDraftStore().$dispose()
  useHubStore().$dispose()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  savePreference('hub', '0')
})

let sheets = 0
/** A locked sheet of the firm, in the database. */
async function aLockedDraft(changes: { readonly id?: string; readonly revision?: number } = {}): Promise<Draft> {
  const id = changes.id ?? `sheet-${++sheets}`
  const revision = changes.revision ?? 1
  const submission = packSubmission(
    loadGuangxi(),
    {
      id,
      revision,
      form: 'full',
      profile: { name: firm.name, creditCode: firm.creditCode },
      answers: answersAtLevel(loadGuangxi(), 2),
      startedAt: '2026-07-01T01:00:00.000Z',
      submittedAt: '2026-07-01T02:00:00.000Z',
      minutes: 40 + revision,
    },
    '0.1.0',
    digest,
  )
  const draft = aDraft({ sheetId: id, revision, profile: submission.profile, answers: submission.answers, submission })
  await addDraft(draft)
  return draft
}

const enterprise = { id: firm.id, creditCode: firm.creditCode, name: firm.name }
/** The firm is signed in, and the outbox is looked after. */
async function begin(): Promise<ReturnType<typeof useOutboxStore>> {
  const session = aSession({ id: 'account-9', role: 'enterprise', enterprise })
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  const store = useHubStore()
  await store.find()
  await store.signIn('firm', 'secret')
  const outbox = useOutboxStore()
  await outbox.start()
  hub.asked.length = 0
  return outbox
}

/** The hub takes what it is sent, and signs for it. */
function takeAll(): void {
  hub.answer('PUT /v1/submissions*', ({ body }: Asked): Reply => {
    const { submission } = body as { readonly submission: Parameters<typeof signer.receipt>[0] }
    return { status: 201, body: { receipt: signer.receipt(submission) } }
  })
}
function puts(): readonly Asked[] {
  return hub.asked.filter(({ method, path }) => method === 'PUT' && path.startsWith('/v1/submissions/'))
}

describe('报送', () => {
  it('a sheet that the hub takes is sent once its receipt is verified, and the receipt is kept', async () => {
    const outbox = await begin()
    takeAll()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    expect(puts()[0]!.path).toBe(`/v1/submissions/${draft.sheetId}/revisions/1`)
    expect(puts()[0]!.body).toEqual({ campaign, submission: draft.submission })
    const item = outbox.find(draft.sheetId, 1)!
    expect(item).toMatchObject({ state: 'sent', receipt: { digest: draft.submission!.sha256 } })
    expect(await listItems()).toEqual([item])
    // Nothing of this computer is deleted for it.
    expect(await readDraft(draft.id)).toEqual(draft)
  })

  it('pressed again, what is sent is not sent again', async () => {
    const outbox = await begin()
    takeAll()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    await outbox.submit(draft, campaign)
    expect(puts()).toHaveLength(1)
  })

  // 55: forged or cut.
  it.each<[string, (draft: Draft) => unknown]>([
    ['signed by somebody else', ({ submission }) => aSigner().receipt(submission!)],
    ['of another hub', ({ submission }) => signer.receipt(submission!, { hub: 'hub-2' })],
    ['for another content', ({ submission }) => signer.receipt(submission!, { digest: 'f'.repeat(64) })],
    ['for another revision', ({ submission }) => signer.receipt(submission!, { revision: 2 })],
    [
      'with another time than was signed',
      ({ submission }) => ({ ...signer.receipt(submission!), receivedAt: '2026-01-01T00:00:00.000Z' }),
    ],
    ['that is cut', ({ submission }) => ({ ...signer.receipt(submission!), signature: 'ab' })],
    ['that is nothing', () => null],
    ['of another kind', ({ submission }) => submission],
  ])('a receipt %s does not count: the sheet is not sent', async (_, forge) => {
    const outbox = await begin()
    const draft = await aLockedDraft()
    hub.answer('PUT /v1/submissions*', { status: 201, body: { receipt: forge(draft) } })
    await outbox.submit(draft, campaign)
    const item = outbox.find(draft.sheetId, 1)!
    expect(item).toMatchObject({ state: 'waiting', fault: { code: 'receipt.wrong' } })
    expect(item.receipt).toBeUndefined()
    // The next try may bring the right one.
    takeAll()
    await outbox.retryNow()
    expect(outbox.find(draft.sheetId, 1)?.state).toBe('sent')
  })

  it.each([
    [409, 'submission.otherContent'],
    [410, 'submission.erased'],
    [403, 'campaign.closed'],
    [403, 'submission.notYours'],
    [422, 'submission.otherDigest'],
    [413, 'hub.tooLarge'],
  ])('%i %s is final: told in the hub’s words, and not tried again by itself', async (status, code) => {
    const outbox = await begin()
    const draft = await aLockedDraft()
    hub.answer('PUT /v1/submissions*', aRefusal(status, code, '汇总端的话'))
    await outbox.submit(draft, campaign)
    expect(outbox.find(draft.sheetId, 1)).toMatchObject({ state: 'refused', fault: { code, message: '汇总端的话' } })
    expect(outbox.nextAt).toBeUndefined()
    await outbox.retryNow()
    expect(puts()).toHaveLength(1)
    // The person may press again: the campaign may have been opened meanwhile.
    takeAll()
    await outbox.submit(draft, campaign)
    expect(outbox.find(draft.sheetId, 1)?.state).toBe('sent')
  })

  it('what came out of order keeps the number that is expected', async () => {
    const outbox = await begin()
    const draft = await aLockedDraft({ revision: 2 })
    hub.answer('PUT /v1/submissions*', aRefusal(409, 'submission.outOfOrder', '应先报送第 1 次修订', { expected: 1 }))
    await outbox.submit(draft, campaign)
    expect(outbox.find(draft.sheetId, 2)?.fault?.details).toEqual({ expected: 1 })
  })

  it('two revisions that wait go in order, and the second not before the first is there', async () => {
    const outbox = await begin()
    hub.cut()
    const first = await aLockedDraft({ id: 'order', revision: 1 })
    const second = await aLockedDraft({ id: 'order', revision: 2 })
    await outbox.submit(second, campaign)
    await outbox.submit(first, campaign)
    hub.mend()
    hub.answer('PUT /v1/submissions*', { status: 503, text: '' })
    await outbox.retryNow()
    expect(puts().map(({ path }) => path)).toEqual(['/v1/submissions/order/revisions/1'])
    takeAll()
    await outbox.retryNow()
    expect(puts().map(({ path }) => path)).toEqual([
      '/v1/submissions/order/revisions/1',
      '/v1/submissions/order/revisions/1',
      '/v1/submissions/order/revisions/2',
    ])
    expect(outbox.waiting).toEqual([])
  })

  it('a sheet that was deleted here meanwhile is not sent', async () => {
    const outbox = await begin()
    hub.cut()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    await deleteDraft(draft.id)
    hub.mend()
    takeAll()
    await outbox.retryNow()
    expect(puts()).toEqual([])
    expect(outbox.find(draft.sheetId, 1)).toMatchObject({ state: 'refused', fault: { code: 'draft.gone' } })
  })

  it('to a hub of another version nothing is sent', async () => {
    const outbox = await begin()
    hub.answer('GET /v1/hub', { body: { ...aHub(), api: 2 } })
    takeAll()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    expect(puts()).toEqual([])
    expect(outbox.find(draft.sheetId, 1)).toMatchObject({ state: 'waiting', fault: { code: 'hub.otherVersion' } })
    hub.answer('GET /v1/hub', { body: aHub({ publicKey: signer.publicKey }) })
    await outbox.retryNow()
    expect(outbox.find(draft.sheetId, 1)?.state).toBe('sent')
  })
})

describe('取回填报', () => {
  async function aSent(): Promise<Draft> {
    const draft = await aLockedDraft()
    await deleteDraft(draft.id)
    return draft
  }

  it('a sheet of this firm comes back locked as it was sent, with its receipt, and needs no export', async () => {
    const outbox = await begin()
    const { submission } = await aSent()
    const receipt = signer.receipt(submission!)
    hub.answer(`GET /v1/submissions/${submission!.id}/revisions/1`, { body: { submission, receipt } })
    const draft = await outbox.fetchSheet(submission!.id, 1)
    expect(await readDraft(draft.id)).toMatchObject({ sheetId: submission!.id, revision: 1, submission })
    expect(outbox.find(submission!.id, 1)).toMatchObject({ state: 'sent', receipt })
    expect((await listExports()).get(draft.id)?.rev).toBe(draft.rev)
  })

  it.each<[string, (draft: Draft) => { submission: unknown; receipt: unknown }, string]>([
    [
      'changed on the way',
      ({ submission }) => ({ submission: { ...submission!, minutes: 1 }, receipt: signer.receipt(submission!) }),
      'submission.damaged',
    ],
    [
      'with a receipt of somebody else',
      ({ submission }) => ({ submission, receipt: aSigner().receipt(submission!) }),
      'receipt.wrong',
    ],
  ])('one %s is not taken', async (_, spoil, code) => {
    const outbox = await begin()
    const sent = await aSent()
    hub.answer('GET /v1/submissions*', { body: spoil(sent) })
    expect(await rejectionOf(outbox.fetchSheet(sent.sheetId, 1))).toMatchObject({ code })
    expect(outbox.find(sent.sheetId, 1)).toBeUndefined()
  })
})

describe('离线与重试', () => {
  it('without a network a sheet is queued, survives the page, and goes when it is opened again', async () => {
    const outbox = await begin()
    hub.cut()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    expect(outbox.find(draft.sheetId, 1)).toMatchObject({
      state: 'waiting',
      attempts: 1,
      fault: { code: 'hub.unreachable' },
    })
    expect(outbox.nextAt! > new Date().toISOString()).toBe(true)
    outbox.$dispose()
    useHubStore().$dispose()
    setActivePinia(createPinia())
    hub.mend()
    takeAll()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 })
    await useHubStore().find()
    const later = useOutboxStore()
    await later.start()
    await eventually(() => expect(later.find(draft.sheetId, 1)?.state).toBe('sent'))
  })

  it('each failed try puts the next one further off, at most 5 minutes', async () => {
    const outbox = await begin()
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.spyOn(Math, 'random').mockReturnValue(1)
    hub.cut()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    const waits: number[] = []
    for (let at = 0; at < 9; at++) {
      waits.push(Date.parse(outbox.nextAt!) - Date.now())
      await outbox.retryNow()
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300].map((seconds) => seconds * 1000))
    vi.restoreAllMocks()
  })

  it('too many requests: not before the hub said', async () => {
    const outbox = await begin()
    hub.answer('PUT /v1/submissions*', { ...aRefusal(429, 'hub.tooMany'), headers: { 'retry-after': '90' } })
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    expect(Date.parse(outbox.nextAt!) - Date.now()).toBeGreaterThan(89_000)
    // The person coming back to the window is no reason either.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10_000 })
    window.dispatchEvent(new Event('focus'))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(puts()).toHaveLength(1)
  })

  it('the timer tries again by itself', async () => {
    const outbox = await begin()
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    hub.answer('PUT /v1/submissions*', { status: 503, text: '' })
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    takeAll()
    // 2 s · 0.5 = 1 s.
    await eventually(() => expect(outbox.find(draft.sheetId, 1)?.state).toBe('sent'))
    vi.restoreAllMocks()
  })

  it.each([
    ['the network is back', 'online', 0],
    // Not within five seconds of the last try.
    ['the person is back', 'focus', 6_000],
  ])('%s: what failed for want of a network is tried again soon', async (_, event, later) => {
    const outbox = await begin()
    vi.spyOn(Math, 'random').mockReturnValue(0.9)
    hub.cut()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    for (let at = 0; at < 6; at++) await outbox.retryNow()
    expect(Date.parse(outbox.nextAt!) - Date.now()).toBeGreaterThan(60_000)
    hub.mend()
    takeAll()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + later })
    window.dispatchEvent(new Event(event))
    vi.useRealTimers()
    await eventually(() => expect(outbox.find(draft.sheetId, 1)?.state).toBe('sent'))
    vi.restoreAllMocks()
  })

  it('a time that only a wrong clock can have meant is now', async () => {
    const draft = await aLockedDraft()
    await saveItem({
      id: `${draft.sheetId}:1`,
      owner: firm.id,
      draftId: draft.id,
      submission: draft.sheetId,
      revision: 1,
      campaign,
      state: 'waiting',
      queuedAt: '2026-07-01T00:00:00.000Z',
      attempts: 3,
      nextAt: '2031-01-01T00:00:00.000Z',
    })
    takeAll()
    const outbox = await begin()
    await eventually(() => expect(outbox.find(draft.sheetId, 1)?.state).toBe('sent'))
  })

  it('signed out meanwhile, it waits for the sign-in, and goes then', async () => {
    const outbox = await begin()
    hub.answer('PUT /v1/submissions*', aRefusal(401, 'hub.noSession'))
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    const item = outbox.find(draft.sheetId, 1)!
    expect(item).toMatchObject({ state: 'waiting', fault: { code: 'hub.noSession' } })
    expect(item.nextAt).toBeUndefined()
    expect(useHubStore().session).toBeUndefined()
    takeAll()
    await useHubStore().signIn('firm', 'secret')
    await eventually(() => expect(outbox.find(draft.sheetId, 1)?.state).toBe('sent'))
  })

  it('nothing goes out under another account', async () => {
    const outbox = await begin()
    hub.cut()
    const draft = await aLockedDraft()
    await outbox.submit(draft, campaign)
    hub.mend()
    takeAll()
    const other = { id: 'firm-other', creditCode: 'x', name: '另一家' }
    hub.answer('POST /v1/session', { body: aSession({ id: 'account-8', role: 'enterprise', enterprise: other }) })
    hub.answer('GET /v1/session', { body: aSession({ id: 'account-8', role: 'enterprise', enterprise: other }) })
    await useHubStore().signIn('other', 'secret')
    await outbox.retryNow()
    expect(puts()).toEqual([])
    expect(outbox.find(draft.sheetId, 1)?.state).toBe('waiting')
  })

  it('where the browser has locks, a window whose neighbour is sending lets it', async () => {
    const outbox = await begin()
    takeAll()
    const draft = await aLockedDraft()
    const request = vi.fn(async (_: string, _options: object, work: (lock: object | null) => unknown) => work(null))
    vi.stubGlobal('navigator', { ...navigator, locks: { request } })
    await outbox.submit(draft, campaign)
    expect(puts()).toEqual([])
    request.mockImplementation(async (_, _options, work) => work({}))
    await outbox.retryNow()
    expect(puts()).toHaveLength(1)
  })
})

describe('导出登记与填报进度', () => {
  const note = {
    id: 'export-1',
    kind: 'tiers',
    area: '450100',
    filter: '全部',
    rows: 3,
    sha256: 'a'.repeat(64),
    madeAt: '2026-07-01T00:00:00.000Z',
  }

  it('an export made without a network is told when there is one', async () => {
    const outbox = await begin()
    hub.cut()
    await outbox.addNote(note)
    expect(outbox.notes).toHaveLength(1)
    hub.mend()
    hub.answer('POST /v1/exports', { body: {} })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 })
    await outbox.retryNow()
    expect(hub.asked.find(({ path }) => path === '/v1/exports')?.body).toEqual(note)
    expect(outbox.notes).toEqual([])
  })

  it('a note that the hub will never take is not told for ever', async () => {
    const outbox = await begin()
    hub.answer('POST /v1/exports', aRefusal(422, 'hub.badRequest'))
    await outbox.addNote(note)
    expect(outbox.notes).toEqual([])
  })

  it('progress is told as counts, once a minute at most, of the firm’s own sheet only', async () => {
    const outbox = await begin()
    expect(outbox.waiting).toEqual([])
    hub.answer('PUT /v1/progress', { body: {} })
    const drafts = useDraftStore()
    await drafts.begin('guangxi-2024', 'full', { creditCode: firm.creditCode })
    drafts.answer('S1.1', 2)
    await drafts.flush()
    await eventually(() => expect(hub.count('PUT /v1/progress')).toBe(1))
    expect(hub.asked.find(({ path }) => path === '/v1/progress')?.body).toEqual({
      answered: expect.any(Number) as number,
      asked: 75,
    })
    drafts.answer('S1.2', 2)
    await drafts.flush()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(hub.count('PUT /v1/progress')).toBe(1)
  })

  it.each([
    ['of another firm', 'full' as const, { creditCode: '91450100MA5T999990' }],
    ['that is a quick one', 'short' as const, { creditCode: firm.creditCode }],
  ])('of a sheet %s nothing is told', async (_, form, profile) => {
    await begin()
    const drafts = useDraftStore()
    await drafts.begin('guangxi-2024', form, profile)
    drafts.answer('S1.1', 2)
    await drafts.flush()
    await nextTick()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(hub.count('PUT /v1/progress')).toBe(0)
  })

  it('that progress cannot be told is nobody’s concern', async () => {
    await begin()
    hub.cut()
    const drafts = useDraftStore()
    await drafts.begin('guangxi-2024', 'full', { creditCode: firm.creditCode })
    drafts.answer('S1.1', 2)
    await drafts.flush()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(drafts.saveState.kind).toBe('saved')
  })
})
