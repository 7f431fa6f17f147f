// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { type Enterprise } from '#core/oversight/enterprise'
import { keepCopyOnlyFor, readCopy, readCopyState, saveCopy, wipeCopy, type CopyState } from '#storage/hubCopy'
import { aFirm, aSubmittedFirm } from '../support/firms'
import { rejectionOf } from '../support/drafts'

const state: CopyState = {
  account: 'account-1',
  scope: 'scope-1',
  cursor: '10',
  isWhole: true,
  syncedAt: '2026-07-01T00:00:00.000Z',
}

function byId(firms: readonly Enterprise[]): ReadonlyMap<string, Enterprise> {
  return new Map(firms.map((firm) => [firm.id, firm]))
}
async function readSorted(): Promise<readonly Enterprise[] | undefined> {
  const copy = await readCopy()
  return copy && [...copy.firms].sort((a, b) => (a.id < b.id ? -1 : 1))
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  Dexie.dependencies.indexedDB = indexedDB
})
afterEach(() => vi.unstubAllGlobals())

describe('本地副本', () => {
  it('there is none at first', async () => {
    expect(await readCopy()).toBeUndefined()
    expect(await readCopyState()).toBeUndefined()
  })

  it('comes back as it was written, with its state', async () => {
    const firms = Array.from({ length: 500 }, (_, at) => (at % 2 === 0 ? aFirm() : aSubmittedFirm()))
    await saveCopy(state, byId(firms))
    expect(await readSorted()).toEqual(firms)
    expect((await readCopy())?.state).toEqual(state)
  })

  it('a change writes the changed firm and the cursor, and leaves the others', async () => {
    const firms = Array.from({ length: 300 }, () => aFirm())
    await saveCopy(state, byId(firms))
    const changed = { ...firms[7]!, name: '示例改名有限公司' }
    const added = aFirm()
    const now = [...firms.map((firm) => (firm.id === changed.id ? changed : firm)), added]
    await saveCopy({ ...state, cursor: '11' }, byId(now), [changed.id, added.id])
    expect(await readSorted()).toEqual(now)
    expect((await readCopyState())?.cursor).toBe('11')
  })

  it('a firm that is gone leaves the copy, also as the last one of its bucket', async () => {
    const firms = [aFirm(), aFirm(), aFirm()]
    await saveCopy(state, byId(firms))
    await saveCopy(state, byId(firms.slice(1)), [firms[0]!.id])
    expect(await readSorted()).toEqual(firms.slice(1))
  })

  it('written anew, nothing of before is left', async () => {
    await saveCopy(state, byId(Array.from({ length: 300 }, () => aFirm())))
    const only = aFirm()
    await saveCopy(state, byId([only]))
    expect(await readSorted()).toEqual([only])
    await saveCopy(state, new Map())
    expect(await readSorted()).toEqual([])
  })

  it('stays for the same account and scope, and goes for any other', async () => {
    await saveCopy(state, byId([aFirm()]))
    await keepCopyOnlyFor('account-1', 'scope-1')
    expect(await readCopy()).toBeDefined()
    await keepCopyOnlyFor('account-1', 'scope-2')
    expect(await readCopy()).toBeUndefined()
    await saveCopy(state, byId([aFirm()]))
    await keepCopyOnlyFor('account-2', 'scope-1')
    expect(await readCopy()).toBeUndefined()
  })

  it('wiped, not even the database is left', async () => {
    await saveCopy(state, byId([aFirm()]))
    await wipeCopy()
    expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain('shidang-oversight')
  })

  it('a browser without a database refuses in a way that can be told', async () => {
    vi.stubGlobal('indexedDB', undefined)
    Dexie.dependencies.indexedDB = undefined as unknown as IDBFactory
    expect(await rejectionOf(readCopy())).toMatchObject({ code: 'storage.failed' })
  })
})
