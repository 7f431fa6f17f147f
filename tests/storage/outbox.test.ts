// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { keepInMemory, leaveMemory } from '#storage/drafts'
import {
  listItems,
  listNotes,
  readKnown,
  removeNote,
  saveItem,
  saveKnown,
  saveNote,
  wipeOutbox,
  type OutboxItem,
  type OutboxNote,
} from '#storage/outbox'
import { aHub, aSession } from '../support/hubFetch'

function anItem(changes: Partial<OutboxItem> = {}): OutboxItem {
  return {
    id: 'sheet:1',
    owner: 'firm-1',
    draftId: 'draft-1',
    submission: 'sheet',
    revision: 1,
    campaign: 'campaign-2026',
    state: 'waiting',
    queuedAt: '2026-07-01T00:00:00.000Z',
    attempts: 0,
    ...changes,
  }
}
const note: OutboxNote = {
  id: 'note-1',
  owner: 'account-1',
  note: {
    id: 'export-1',
    kind: 'tiers',
    area: '450100',
    filter: '全部',
    rows: 3,
    sha256: 'a'.repeat(64),
    madeAt: '2026-07-01T00:00:00.000Z',
  },
  attempts: 0,
  nextAt: '2026-07-01T00:00:00.000Z',
}

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  Dexie.dependencies.indexedDB = indexedDB
})
afterEach(async () => {
  leaveMemory()
  await wipeOutbox()
  vi.unstubAllGlobals()
})

describe.each([
  ['in the database', leaveMemory],
  ['in memory, where the browser keeps nothing', keepInMemory],
])('待报送 %s', (_, choose) => {
  beforeEach(() => choose())

  it('items come in the order in which they were queued, an item once', async () => {
    await saveItem(anItem({ id: 'b:1', queuedAt: '2026-07-02T00:00:00.000Z' }))
    await saveItem(anItem({ id: 'a:1' }))
    await saveItem(anItem({ id: 'a:1', attempts: 2 }))
    expect((await listItems()).map(({ id, attempts }) => [id, attempts])).toEqual([
      ['a:1', 2],
      ['b:1', 0],
    ])
  })

  it('what has its receipt stays sent, whatever a window writes that does not know it', async () => {
    await saveItem(anItem({ state: 'sent' }))
    await saveItem(anItem({ state: 'waiting', attempts: 9 }))
    expect(await listItems()).toMatchObject([{ state: 'sent', attempts: 0 }])
  })

  it('notes of exports are kept until they are told', async () => {
    await saveNote(note)
    expect(await listNotes()).toEqual([note])
    await removeNote('note-1')
    expect(await listNotes()).toEqual([])
  })

  it('hub and session are known until they are forgotten', async () => {
    const [hub, session] = [aHub(), aSession()]
    await saveKnown('hub', hub)
    await saveKnown('session', session)
    expect(await readKnown('hub')).toEqual(hub)
    await saveKnown('session', undefined)
    expect(await readKnown('session')).toBeUndefined()
  })

  it('wiped, nothing is left', async () => {
    await saveItem(anItem())
    await saveNote(note)
    await saveKnown('signOut', true)
    await wipeOutbox()
    expect([await listItems(), await listNotes(), await readKnown('signOut')]).toEqual([[], [], undefined])
  })
})
