// @vitest-environment node
import Dexie from 'dexie'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '#core/problems'
import { disconnect, onUpheaval, type Upheaval } from '#storage/connection'
import { DRAFT_SCHEMA, openDatabase, type Draft } from '#storage/database'
import {
  addDraft,
  deleteDraft,
  keepInMemory,
  leaveMemory,
  listDrafts,
  listExports,
  listRevisions,
  noteExports,
  onOtherWindow,
  readDraft,
  saveDraft,
  wipeDevice,
} from '#storage/drafts'
import { aDraft, clearSiteData, rejectionOf, startAfresh } from '../support/drafts'
import { eventually } from '../support/eventually'

beforeEach(startAfresh)
afterEach(() => vi.restoreAllMocks())

async function refusalOf(promise: Promise<unknown>): Promise<Problem> {
  const fault = await rejectionOf(promise)
  if (fault instanceof Problem) return fault
  throw fault
}

/** As Chrome and Safari say that the disk is full. */
const FULL = (): DOMException => new DOMException('the quota has been exceeded', 'QuotaExceededError')

describe('草稿的存取', () => {
  it('a draft comes back as it was added', async () => {
    const draft = aDraft({
      profile: { name: '甲厂', extra: { 'profile.park': '高新区' } },
      answers: {
        'S1.1': 2.5,
        'T2.1': { numerator: 3, denominator: 4, year: 2025 },
        'T2.6': [],
        'C1.1': { notApplicable: '来料加工' },
        'B1.1': { 营销: 2, 售后: 'notApplicable' },
        'S1.2': 'unknown',
      },
    })
    await addDraft(draft)
    disconnect()
    expect(await readDraft(draft.id)).toEqual(draft)
  })

  it('an id that is not there gives nothing, never a blank draft', async () => {
    expect(await readDraft('nowhere')).toBeUndefined()
    expect(await listDrafts()).toEqual([])
  })

  it('the draft changed last is listed first', async () => {
    const moments = ['2026-01-02T00:00:00.000Z', '2026-03-01T00:00:00.000Z', '2025-12-31T23:59:59.999Z']
    for (const updatedAt of moments) await addDraft(aDraft({ updatedAt }))
    expect((await listDrafts()).map(({ updatedAt }) => updatedAt.slice(0, 10))).toEqual([
      '2026-03-01',
      '2026-01-02',
      '2025-12-31',
    ])
  })

  it('revisions of one sheet are listed newest first, without those of other sheets', async () => {
    for (const revision of [2, 1, 10]) await addDraft(aDraft({ sheetId: 'mine', revision }))
    await addDraft(aDraft({ sheetId: 'other', revision: 3 }))
    expect((await listRevisions('mine')).map(({ revision }) => revision)).toEqual([10, 2, 1])
  })

  it('an id that exists is not added a second time', async () => {
    const draft = aDraft({ minutes: 1 })
    await addDraft(draft)
    expect((await refusalOf(addDraft({ ...draft, minutes: 2 }))).code).toBe('storage.failed')
    expect((await readDraft(draft.id))?.minutes).toBe(1)
  })

  it('a deleted draft is gone, the others stay', async () => {
    const [one, other] = [aDraft(), aDraft()]
    await addDraft(one)
    await addDraft(other)
    await deleteDraft(one.id)
    expect((await listDrafts()).map(({ id }) => id)).toEqual([other.id])
  })

  it('清除本机数据 leaves no database behind, and drafts can be added again after it', async () => {
    await addDraft(aDraft())
    await wipeDevice()
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('shidang')
    await addDraft(aDraft())
    expect(await listDrafts()).toHaveLength(1)
  })

  it('an answer is on disk before it is said to be saved: writes ask for strict durability', async () => {
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await addDraft(aDraft())
    expect(transaction).toHaveBeenCalledWith(['drafts'], 'readwrite', { durability: 'strict' })
  })

  it('200 drafts of 300 answers each are all listed', async () => {
    const answers = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`Q${at}`, (at % 11) / 2]))
    const database = openDatabase()
    await database.drafts.bulkAdd(Array.from({ length: 200 }, () => aDraft({ answers })))
    database.close()
    expect(await listDrafts()).toHaveLength(200)
  })
})

describe('保存草稿', () => {
  it('every save counts the row on by one and gives back what is stored', async () => {
    const draft = aDraft()
    await addDraft(draft)
    const second = await saveDraft({ ...draft, answers: { 'S1.1': 1 } })
    const third = await saveDraft({ ...second, answers: { 'S1.1': 1.5 } })
    expect([second.rev, third.rev]).toEqual([2, 3])
    expect(await readDraft(draft.id)).toEqual(third)
  })

  it('a writer that knows an older row is refused, and what is stored stays', async () => {
    const draft = aDraft()
    await addDraft(draft)
    const stored = await saveDraft({ ...draft, answers: { 'S1.1': 5 } })
    expect((await refusalOf(saveDraft({ ...draft, answers: { 'S1.1': 1 } }))).code).toBe('draft.conflict')
    expect(await readDraft(draft.id)).toEqual(stored)
  })

  it('of 20 writers that know the same row exactly one is let through', async () => {
    const draft = aDraft()
    await addDraft(draft)
    const tries = await Promise.allSettled(Array.from({ length: 20 }, (_, minutes) => saveDraft({ ...draft, minutes })))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    const refused = tries.flatMap((one) => (one.status === 'rejected' ? [(one.reason as Problem).code] : []))
    expect(new Set(refused)).toEqual(new Set(['draft.conflict']))
    expect((await readDraft(draft.id))?.rev).toBe(2)
  })

  it('a locked sheet is never written again, whoever asks', async () => {
    // Only that there is a submission matters here, not what is in it.
    const draft = aDraft({ submission: { kind: 'shidang-submission' } as unknown as NonNullable<Draft['submission']> })
    await addDraft(draft)
    for (const rev of [1, 2]) {
      expect((await refusalOf(saveDraft({ ...draft, rev, minutes: 9 }))).code).toBe('draft.locked')
    }
    expect(await readDraft(draft.id)).toEqual(draft)
  })

  it('a row of a newer program is not written by this one', async () => {
    const draft = aDraft({ schema: DRAFT_SCHEMA + 1 })
    await addDraft(draft)
    expect((await refusalOf(saveDraft({ ...draft, minutes: 9 }))).code).toBe('draft.newerBuild')
    expect(await readDraft(draft.id)).toEqual(draft)
  })

  it('a row that vanished while the page was open is written anew from memory', async () => {
    const draft = aDraft({ answers: { 'S1.1': 2 } })
    await addDraft(draft)
    await deleteDraft(draft.id)
    await saveDraft({ ...draft, answers: { 'S1.1': 2, 'S1.2': 3 } })
    expect((await readDraft(draft.id))?.answers).toEqual({ 'S1.1': 2, 'S1.2': 3 })
  })

  it('site data cleared under the open page: the next save makes the database again', async () => {
    const draft = aDraft()
    await addDraft(draft)
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    await clearSiteData()
    await saveDraft({ ...draft, answers: { 'S1.1': 4 } })
    disconnect()
    expect((await readDraft(draft.id))?.answers).toEqual({ 'S1.1': 4 })
  })
})

describe('浏览器存储的故障', () => {
  it('a lost connection is opened again and the pending change is written', async () => {
    const draft = aDraft()
    // Before the database is opened: Dexie keeps this method of the handle it gets.
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await addDraft(draft)
    const open = vi.spyOn(indexedDB, 'open')
    // Safari's words; the same handle would go on failing.
    transaction.mockImplementationOnce(() => {
      throw new DOMException(
        'Connection to Indexed Database server lost. Refresh the page to try again',
        'UnknownError',
      )
    })
    const saved = await saveDraft({ ...draft, answers: { 'S1.1': 3 } })
    expect(open).toHaveBeenCalledTimes(1)
    expect(await readDraft(draft.id)).toEqual(saved)
    expect(saved.rev).toBe(2)
  })

  it('a connection that stays lost is told as storage.unavailable, and used again as soon as it is back', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const draft = aDraft()
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await addDraft(draft)
    transaction.mockImplementation(() => {
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
    })
    const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
    })
    expect((await refusalOf(saveDraft({ ...draft, minutes: 1 }))).code).toBe('storage.unavailable')
    transaction.mockRestore()
    open.mockRestore()
    expect((await saveDraft({ ...draft, minutes: 1 })).rev).toBe(2)
  })

  it('a connection that opens but cannot be used is given up, and the next try begins with a new one', async () => {
    const draft = aDraft()
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await addDraft(draft)
    transaction.mockImplementation(() => {
      throw new DOMException('Connection to Indexed Database server lost', 'UnknownError')
    })
    expect((await refusalOf(saveDraft({ ...draft, minutes: 1 }))).code).toBe('storage.failed')
    transaction.mockRestore()
    expect((await saveDraft({ ...draft, minutes: 1 })).rev).toBe(2)
  })

  it('a full disk is told as storage.full, and nothing of the row is changed', async () => {
    const draft = aDraft()
    await addDraft(draft)
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw FULL()
    })
    expect((await refusalOf(saveDraft({ ...draft, minutes: 1 }))).code).toBe('storage.full')
    vi.restoreAllMocks()
    expect(await readDraft(draft.id)).toEqual(draft)
  })

  it('a disk found full only when the transaction commits is told as storage.full too', async () => {
    const draft = aDraft()
    await addDraft(draft)
    const put = IDBObjectStore.prototype.put
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value: unknown) {
      const request = put.call(this, value)
      request.addEventListener('success', () => {
        Object.defineProperty(this.transaction, 'error', { value: FULL() })
        this.transaction.abort()
      })
      return request
    })
    expect((await refusalOf(saveDraft({ ...draft, minutes: 1 }))).code).toBe('storage.full')
  })

  it('a damaged database is told as storage.broken, and can be removed to begin anew', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const open = vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError')
    })
    expect((await refusalOf(listDrafts())).code).toBe('storage.broken')
    expect((await refusalOf(addDraft(aDraft()))).code).toBe('storage.broken')
    open.mockRestore()
    await wipeDevice()
    await addDraft(aDraft())
    expect(await listDrafts()).toHaveLength(1)
  })

  it('a browser without IndexedDB is told as storage.unavailable', async () => {
    disconnect()
    const { indexedDB: factory } = Dexie.dependencies
    Dexie.dependencies.indexedDB = undefined as unknown as IDBFactory
    try {
      expect((await refusalOf(listDrafts())).code).toBe('storage.unavailable')
      expect((await refusalOf(addDraft(aDraft()))).code).toBe('storage.unavailable')
    } finally {
      Dexie.dependencies.indexedDB = factory
      disconnect()
    }
  })

  it.each([
    ['SecurityError', 'a policy that blocks site data'],
    ['InvalidStateError', 'a private window of an older Firefox'],
  ])('%s on opening (%s) is told as storage.unavailable', async (name) => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('not allowed here', name)
    })
    expect((await refusalOf(listDrafts())).code).toBe('storage.unavailable')
  })
})

describe('旧版本存下的草稿', () => {
  it('a database of stored version 1, made by hand, opens with its drafts, and they can be saved', async () => {
    // As version 1 wrote it; Dexie keeps its versions times ten. Never to be changed when the schema goes on.
    const row = {
      id: '01890000-0000-7000-8000-000000000001',
      schema: 1,
      rev: 7,
      sheetId: '01890000-0000-7000-8000-000000000002',
      revision: 1,
      form: 'full',
      edition: { id: 'guangxi-2024', version: '1.0.0', digest: 'a'.repeat(64) },
      profile: { name: '乙厂', staff: 120 },
      answers: { 'S1.1': 2.5, 'T2.6': ['ERP'] },
      startedAt: '2026-11-01T02:00:00.000Z',
      updatedAt: '2026-11-02T02:00:00.000Z',
      minutes: 12.5,
      answered: 2,
      asked: 73,
    }
    await new Promise<void>((resolve, reject) => {
      const request = indexedDB.open('shidang', 10)
      request.onupgradeneeded = () => {
        const store = request.result.createObjectStore('drafts', { keyPath: 'id' })
        store.createIndex('sheetId', 'sheetId')
        store.createIndex('updatedAt', 'updatedAt')
        store.add(row)
      }
      request.onerror = () => reject(request.error ?? new Error('not opened'))
      request.onsuccess = () => {
        request.result.close()
        resolve()
      }
    })
    expect(await listDrafts()).toEqual([row])
    expect(await listExports()).toEqual(new Map())
    await noteExports([row], '2026-11-03T00:00:00.000Z')
    expect((await listExports()).get(row.id)?.rev).toBe(7)
    expect(await listRevisions(row.sheetId)).toEqual([row])
    const saved = await saveDraft({ ...(row as Draft), minutes: 13 })
    expect(await readDraft(row.id)).toEqual({ ...row, rev: 8, minutes: 13 })
    expect(saved.schema).toBe(DRAFT_SCHEMA)
  })
})

/** Opens the database as a build that knows this version would, and lets it make its tables. */
function openByHand(version: number, upgrade: (database: IDBDatabase) => void = () => undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open('shidang', version)
    request.onupgradeneeded = () => upgrade(request.result)
    request.onerror = () => reject(request.error ?? new Error('not opened'))
    request.onsuccess = () => resolve(request.result)
  })
}

describe('新旧程序同用一个数据库', () => {
  it('a database of a newer build is neither read nor written', async () => {
    const draft = aDraft()
    await addDraft(draft)
    disconnect()
    const newer = await openByHand(30, (database) => database.createObjectStore('later', { keyPath: 'id' }))
    newer.close()
    for (const work of [listDrafts(), readDraft(draft.id), saveDraft(draft), addDraft(aDraft())])
      expect((await refusalOf(work)).code).toBe('storage.newerDatabase')
    const looked = await openByHand(30)
    expect([...looked.objectStoreNames]).toEqual(['drafts', 'exports', 'later'])
    const count = await new Promise((resolve) => {
      const request = looked.transaction('drafts').objectStore('drafts').getAll()
      request.onsuccess = () => resolve(request.result)
    })
    expect(count).toEqual([draft])
    looked.close()
  })

  it('while this build is open a newer one may go ahead at once, and this one stops writing', async () => {
    const draft = aDraft()
    await addDraft(draft)
    const heard: Upheaval[] = []
    const stop = onUpheaval((upheaval) => heard.push(upheaval))
    const newer = await openByHand(30)
    expect(heard).toEqual(['outdated'])
    expect((await refusalOf(saveDraft({ ...draft, minutes: 9 }))).code).toBe('storage.newerDatabase')
    newer.close()
    // Also after the newer one is closed: what it may have written is not for this build.
    expect((await refusalOf(saveDraft({ ...draft, minutes: 9 }))).code).toBe('storage.newerDatabase')
    stop()
  })

  it('an older window that does not let go is told as blocked, and work goes on once it does', async () => {
    const older = await openByHand(10, (database) => {
      const store = database.createObjectStore('drafts', { keyPath: 'id' })
      store.createIndex('sheetId', 'sheetId')
      store.createIndex('updatedAt', 'updatedAt')
    })
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const heard: Upheaval[] = []
    const stop = onUpheaval((upheaval) => heard.push(upheaval))
    const listed = listDrafts()
    await eventually(() => expect(heard).toEqual(['blocked']))
    older.close()
    expect(await listed).toEqual([])
    expect(heard).toEqual(['blocked', 'unblocked'])
    stop()
  })
})

describe('导出记录', () => {
  it('the state that went into a file is remembered with its draft, and forgotten with it', async () => {
    const [one, other] = [aDraft(), aDraft()]
    await addDraft(one)
    await addDraft(other)
    await noteExports([one, other], '2026-11-03T00:00:00.000Z')
    await noteExports([{ id: one.id, rev: 4 }], '2026-11-04T00:00:00.000Z')
    disconnect()
    expect((await listExports()).get(one.id)).toEqual({
      draftId: one.id,
      rev: 4,
      exportedAt: '2026-11-04T00:00:00.000Z',
    })
    await deleteDraft(other.id)
    expect([...(await listExports()).keys()]).toEqual([one.id])
    await wipeDevice()
    expect(await listExports()).toEqual(new Map())
  })
})

describe('只存文件', () => {
  it('in memory everything works as on disk, nothing is written, and it is gone with the window', async () => {
    const open = vi.spyOn(indexedDB, 'open')
    keepInMemory()
    const draft = aDraft({ updatedAt: '2026-01-01T00:00:00.000Z' })
    await addDraft(draft)
    await addDraft(aDraft({ updatedAt: '2026-02-01T00:00:00.000Z', sheetId: 'other' }))
    const saved = await saveDraft({ ...draft, answers: { 'S1.1': 1 } })
    expect(saved.rev).toBe(2)
    expect((await refusalOf(saveDraft(draft))).code).toBe('draft.conflict')
    expect(await readDraft(draft.id)).toEqual(saved)
    expect((await listDrafts()).map(({ sheetId }) => sheetId)).toEqual(['other', 'sheet'])
    expect(await listRevisions('sheet')).toEqual([saved])
    await noteExports([saved], '2026-11-03T00:00:00.000Z')
    expect((await listExports()).get(draft.id)?.rev).toBe(2)
    expect(open).not.toHaveBeenCalled()
    leaveMemory()
    expect(await listDrafts()).toEqual([])
  })

  it('a locked sheet in memory is not written again either', async () => {
    keepInMemory()
    const draft = aDraft({ submission: { kind: 'shidang-submission' } as unknown as NonNullable<Draft['submission']> })
    await addDraft(draft)
    expect((await refusalOf(saveDraft({ ...draft, minutes: 9 }))).code).toBe('draft.locked')
  })
})

describe('别的窗口', () => {
  it('a write is told to other windows by the id of the draft, and a wipe as *', async () => {
    const other = new BroadcastChannel('shidang-drafts')
    const heard: unknown[] = []
    other.onmessage = ({ data }: MessageEvent) => heard.push(data)
    const draft = aDraft()
    await addDraft(draft)
    await saveDraft(draft)
    await deleteDraft(draft.id)
    await wipeDevice()
    await eventually(() => expect(heard).toEqual([draft.id, draft.id, draft.id, '*']))
    other.close()
  })

  it('a listener hears other windows until it stops listening', async () => {
    const other = new BroadcastChannel('shidang-drafts')
    const heard: string[] = []
    const stop = onOtherWindow((id) => heard.push(id))
    other.postMessage('one')
    await eventually(() => expect(heard).toEqual(['one']))
    stop()
    other.postMessage('two')
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(heard).toEqual(['one'])
    other.close()
  })
})
