// @vitest-environment node
import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { packPeers, type Peers } from '#core/diagnosis/peerFile'
import { fetchSitePeers, keepPeers, listPeers, readPeers, removePeers } from '#storage/peers'
import { usePeersStore } from '#stores/peers'
import { digest } from '#digest'
import { rejectionOf } from '../support/drafts'

const parentOf = (): undefined => undefined

function pack(asOf: string, changes: Partial<Peers> = {}): Peers {
  return packPeers(
    {
      engine: '0',
      edition: { id: 'some', version: '1', digest: 'a'.repeat(64) },
      area: '450000',
      source: '某次汇总',
      asOf,
      least: 10,
      groups: [{ n: 12, tiers: { 1: 5, 2: 7 }, nodes: { all: [1, 2, 3, 4, 5] } }],
      ...changes,
    },
    digest,
  )
}

function answer(body: unknown, type = 'application/json'): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(text, { headers: { 'content-type': type } })))
}

/** Answers one request with this body, when `give` is called. */
function answerLater(body: unknown): { readonly asked: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined
  let tell = (): void => undefined
  const asked = new Promise<void>((resolve) => (tell = resolve))
  const gate = new Promise<void>((resolve) => (give = resolve))
  vi.stubGlobal('fetch', async () => {
    tell()
    await gate
    return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } })
  })
  return { asked, give: () => give() }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-21T06:00:00.000Z') })
  vi.stubGlobal('indexedDB', new IDBFactory())
  Dexie.dependencies.indexedDB = indexedDB
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('本机的同类组数据', () => {
  it('is there again later, by edition, and a newer file takes the place of an older one', async () => {
    await keepPeers(pack('2026-07-31'))
    await keepPeers(pack('2026-08-31'))
    expect((await readPeers('some', parentOf))?.asOf).toBe('2026-08-31')
    expect(await readPeers('other', parentOf)).toBeUndefined()
  })

  it('an older file of the same edition is refused; one of the next version of the edition is not', async () => {
    await keepPeers(pack('2026-08-31'))
    expect(await rejectionOf(keepPeers(pack('2026-07-31')))).toMatchObject({ code: 'peers.older' })
    await keepPeers(pack('2026-07-31', { edition: { id: 'some', version: '2', digest: 'b'.repeat(64) } }))
    expect((await readPeers('some', parentOf))?.edition.version).toBe('2')
  })

  it('a corrected file of the same day takes the place of the first one', async () => {
    await keepPeers(pack('2026-08-31'))
    await keepPeers(pack('2026-08-31', { source: '某次汇总（更正）' }))
    expect((await readPeers('some', parentOf))?.source).toBe('某次汇总（更正）')
  })

  it('real data take the place of made-up data of a later day; made-up data never that of real data', async () => {
    await keepPeers(pack('2026-08-31', { sample: true }))
    await keepPeers(pack('2026-07-31'))
    const later = pack('2026-10-31', { sample: true })
    expect(await rejectionOf(keepPeers(later))).toMatchObject({ code: 'peers.sampleOverReal' })
    expect(await readPeers('some', parentOf)).toMatchObject({ asOf: '2026-07-31' })
    expect((await readPeers('some', parentOf))?.sample).toBeUndefined()
  })

  it('a day after tomorrow is refused, tomorrow is not: it has begun further east', async () => {
    expect(await rejectionOf(keepPeers(pack('2026-11-23')))).toMatchObject({ code: 'peers.future' })
    await keepPeers(pack('2026-11-22'))
    expect((await readPeers('some', parentOf))?.asOf).toBe('2026-11-22')
  })

  it('one that was kept under a wrong clock does not stand in the way', async () => {
    vi.setSystemTime(new Date('2031-01-01T00:00:00.000Z'))
    await keepPeers(pack('2030-12-31'))
    vi.setSystemTime(new Date('2026-11-21T06:00:00.000Z'))
    await keepPeers(pack('2026-08-31'))
    expect((await readPeers('some', parentOf))?.asOf).toBe('2026-08-31')
  })

  it('what is kept is listed by edition and removed by edition', async () => {
    const other = pack('2026-08-31', { edition: { id: 'other', version: '1', digest: 'b'.repeat(64) } })
    await keepPeers(pack('2026-08-31'))
    await keepPeers(other)
    expect((await listPeers()).map(({ edition }) => edition.id)).toEqual(['other', 'some'])
    await removePeers('some')
    expect(await listPeers()).toEqual([other])
  })

  it('what was changed on the disk is not believed', async () => {
    const changed = { ...pack('2026-08-31'), source: '别处' }
    await keepPeers(changed)
    expect(await rejectionOf(readPeers('some', parentOf))).toMatchObject({ code: 'submission.damaged' })
  })
})

describe('站点的同类组数据', () => {
  it('is read when the site has it', async () => {
    answer(pack('2026-08-31'))
    expect((await fetchSitePeers(parentOf))?.asOf).toBe('2026-08-31')
  })
  it('there is none offline, none when the address gives the page, and none in the file we ship', async () => {
    expect(await fetchSitePeers(parentOf)).toBeUndefined()
    answer('<!doctype html>', 'text/html')
    expect(await fetchSitePeers(parentOf)).toBeUndefined()
    answer(readFileSync('public/peers.json', 'utf8'))
    expect(await fetchSitePeers(parentOf)).toBeUndefined()
  })
  it('one that was changed on the way is refused', async () => {
    answer({ ...pack('2026-08-31'), asOf: '2026-09-30' })
    expect(await rejectionOf(fetchSitePeers(parentOf))).toMatchObject({ code: 'submission.damaged' })
  })
})

describe('同类组数据的状态', () => {
  it('shows what is kept, and takes the newer one of the site for later too', async () => {
    await keepPeers(pack('2026-07-31'))
    const store = usePeersStore(createPinia())
    await store.load('some', parentOf)
    expect(store.peers?.asOf).toBe('2026-07-31')
    answer(pack('2026-08-31'))
    await store.load('some', parentOf)
    expect(store.peers?.asOf).toBe('2026-08-31')
    expect((await readPeers('some', parentOf))?.asOf).toBe('2026-08-31')
  })

  it('an older file of the site changes nothing', async () => {
    await keepPeers(pack('2026-08-31'))
    answer(pack('2026-07-31'))
    const store = usePeersStore(createPinia())
    await store.load('some', parentOf)
    expect(store.peers?.asOf).toBe('2026-08-31')
    expect(store.problem).toBeUndefined()
  })

  it('without any there is no fault; a bad one is told and not shown', async () => {
    const store = usePeersStore(createPinia())
    await store.load('some', parentOf)
    expect([store.peers, store.problem]).toEqual([undefined, undefined])
    answer({ ...pack('2026-08-31'), groups: [] })
    await store.load('some', parentOf)
    expect(store.peers).toBeUndefined()
    expect(store.problem?.code).toBe('submission.damaged')
  })

  it('real data of the site take the place of made-up data, a corrected file that of the first, without a word', async () => {
    await keepPeers(pack('2026-08-31', { sample: true }))
    const store = usePeersStore(createPinia())
    answer(pack('2026-07-31'))
    await store.load('some', parentOf)
    expect(store.peers).toEqual(pack('2026-07-31'))
    const corrected = pack('2026-07-31', { source: '更正' })
    answer(corrected)
    await store.load('some', parentOf)
    expect(store.peers).toEqual(corrected)
    answer(pack('2026-10-31', { sample: true }))
    await store.load('some', parentOf)
    expect(store.peers).toEqual(corrected)
    expect(await readPeers('some', parentOf)).toEqual(corrected)
    expect(store.problem).toBeUndefined()
  })

  it('a file of the site from a day to come is told and not shown', async () => {
    await keepPeers(pack('2026-08-31'))
    answer(pack('2027-08-31'))
    const store = usePeersStore(createPinia())
    await store.load('some', parentOf)
    expect(store.peers?.asOf).toBe('2026-08-31')
    expect(store.problem?.code).toBe('peers.future')
  })

  it('the answer to an older question changes nothing', async () => {
    const other = pack('2026-09-30', { edition: { id: 'other', version: '1', digest: 'b'.repeat(64) } })
    await keepPeers(other)
    const store = usePeersStore(createPinia())
    const late = answerLater(pack('2026-10-31'))
    const first = store.load('some', parentOf)
    await late.asked
    answer('null')
    await store.load('other', parentOf)
    late.give()
    await first
    expect(store.peers).toEqual(other)
    expect(store.problem).toBeUndefined()
  })

  it('a good file of the site ends the complaint about a bad one that was kept', async () => {
    await keepPeers({ ...pack('2026-07-31'), source: '别处' })
    answer(pack('2026-08-31'))
    const store = usePeersStore(createPinia())
    await store.load('some', parentOf)
    expect(store.peers?.asOf).toBe('2026-08-31')
    expect(store.problem).toBeUndefined()
  })

  it('what is kept is listed after opening, and gone from list and view after removing', async () => {
    const store = usePeersStore(createPinia())
    await store.open(pack('2026-08-31'), parentOf)
    expect(store.kept).toEqual([pack('2026-08-31')])
    await store.remove('some')
    expect([store.kept, store.peers]).toEqual([[], undefined])
    await store.list()
    expect(store.kept).toEqual([])
  })

  it('a file that the user opens is kept; a refused one changes nothing', async () => {
    const store = usePeersStore(createPinia())
    await store.open(pack('2026-08-31'), parentOf)
    expect(await rejectionOf(store.open(pack('2026-07-31'), parentOf))).toMatchObject({ code: 'peers.older' })
    expect(store.peers?.asOf).toBe('2026-08-31')
  })
})
