// @vitest-environment node
import 'fake-indexeddb/auto'
import { readFileSync } from 'node:fs'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { packPeers, type Peers } from '#core/diagnosis/peerFile'
import { fetchSitePeers, keepPeers, readPeers } from '#storage/peers'
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

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  Dexie.dependencies.indexedDB = indexedDB
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
})
afterEach(() => {
  vi.unstubAllGlobals()
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

  it('a file that the user opens is kept; a refused one changes nothing', async () => {
    const store = usePeersStore(createPinia())
    await store.open(pack('2026-08-31'), parentOf)
    expect(await rejectionOf(store.open(pack('2026-07-31'), parentOf))).toMatchObject({ code: 'peers.older' })
    expect(store.peers?.asOf).toBe('2026-08-31')
  })
})
