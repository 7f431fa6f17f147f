import Dexie, { type EntityTable } from 'dexie'
import type { Enterprise } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { packTable, unpackTable, type Table } from './columns'

/** 本地副本的状态 — whose copy it is, of which scope, and up to where it was pulled. */
export interface CopyState {
  readonly account: string
  readonly scope: string
  /** For `since` of the next call. */
  readonly cursor: string
  /** Whether the first pull has come to its end: half a copy is shown to nobody. */
  readonly isWhole: boolean
  readonly syncedAt: string
}

/** 本地副本 — the rows of one scope with its state. */
export interface HubCopy {
  readonly state: CopyState
  readonly firms: readonly Enterprise[]
}

/** One bucket of firms: JSON of their columns as UTF-8, half of what the database would make of the text. */
interface Chunk {
  readonly bucket: number
  readonly bytes: Uint8Array
}
interface StateRow {
  readonly name: 'state'
  readonly state: CopyState
}
type CopyDatabase = Dexie & { chunks: EntityTable<Chunk, 'bucket'>; state: EntityTable<StateRow, 'name'> }

/** A few texts instead of a record for each firm are read many times faster; a change of one firm writes 1/128 of them. */
const BUCKETS = 128
/** So many are parsed before the page gets a turn: of 70,000 firms, some 40 ms. */
const BUCKETS_A_READ = 8
/** After so many milliseconds of work the page gets a turn. */
const SLICE_MS = 40

function openDatabase(): CopyDatabase {
  const database = new Dexie('shidang-oversight', { cache: 'disabled' }) as CopyDatabase
  database.version(1).stores({ chunks: 'bucket', state: 'name' })
  return database
}

async function attempt<Result>(work: (database: CopyDatabase) => Promise<Result>): Promise<Result> {
  const database = openDatabase()
  try {
    return await work(database)
  } catch (fault) {
    if (fault instanceof Dexie.DexieError) throw new Problem('storage.failed', { reason: fault.message })
    throw fault
  } finally {
    database.close()
  }
}

/** FNV-1a: any spread will do, the same in every build. */
function bucketOf(id: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < id.length; at++) hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % BUCKETS
}

/** 读本地副本 — undefined when there is none. The page stays alive while 70,000 rows are parsed. */
export async function readCopy(): Promise<HubCopy | undefined> {
  const firms: Enterprise[] = []
  const decoder = new TextDecoder()
  const take = (chunks: readonly Chunk[]): void => {
    for (const { bytes } of chunks) {
      // Our own writing of rows that were checked when they came.
      const rows = unpackTable(JSON.parse(decoder.decode(bytes)) as Table) as unknown as readonly Enterprise[]
      for (const firm of rows) firms.push(firm)
    }
  }
  const row = await attempt((database) =>
    database.transaction('r', database.state, database.chunks, async () => {
      // All asked for at once: while one part is parsed, the browser fetches the next.
      const parts = Array.from({ length: BUCKETS / BUCKETS_A_READ }, async (_, at) => {
        const first = at * BUCKETS_A_READ
        take(
          await database.chunks
            .where('bucket')
            .between(first, first + BUCKETS_A_READ)
            .toArray(),
        )
      })
      const [state] = await Promise.all([database.state.get('state'), ...parts])
      return state
    }),
  )
  return row === undefined ? undefined : { state: row.state, firms }
}

function makeBreather(): () => Promise<void> {
  let begun = performance.now()
  return async () => {
    if (performance.now() - begun < SLICE_MS) return
    await new Promise((resolve) => setTimeout(resolve))
    begun = performance.now()
  }
}

/** Of whom and of what the copy is, without reading it. */
export async function readCopyState(): Promise<CopyState | undefined> {
  return (await attempt((database) => database.state.get('state')))?.state
}

/**
 * 写本地副本 — the buckets of the firms that changed or are gone, from all firms, and the state, in one transaction: a cursor never runs
 * ahead of its rows. Without `changed`, all of it anew.
 */
export async function saveCopy(
  state: CopyState,
  firms: ReadonlyMap<string, Enterprise>,
  changed?: Iterable<string>,
): Promise<void> {
  const touched = changed === undefined ? undefined : new Set(Array.from(changed, bucketOf))
  const buckets = new Map<number, Enterprise[]>()
  for (const [id, firm] of touched?.size === 0 ? [] : firms) {
    const bucket = bucketOf(id)
    if (touched?.has(bucket) === false) continue
    const rows = buckets.get(bucket)
    if (rows === undefined) buckets.set(bucket, [firm])
    else rows.push(firm)
  }
  const chunks: Chunk[] = []
  const encoder = new TextEncoder()
  const breathe = makeBreather()
  for (const [bucket, rows] of buckets) {
    chunks.push({ bucket, bytes: encoder.encode(JSON.stringify(packTable(rows))) })
    await breathe()
  }
  await attempt((database) =>
    database.transaction('rw', database.state, database.chunks, async () => {
      if (touched === undefined) await database.chunks.clear()
      // A bucket whose last firm is gone has nothing to be put.
      else await database.chunks.bulkDelete([...touched].filter((bucket) => !buckets.has(bucket)))
      await database.chunks.bulkPut(chunks)
      await database.state.put({ name: 'state', state })
    }),
  )
}

/** 清除本地副本 — at sign-out, and when the scope is withdrawn. */
export async function wipeCopy(): Promise<void> {
  await attempt((database) => database.delete())
}

/** Wipes the copy unless it is of this very account and scope. */
export async function keepCopyOnlyFor(account: string, scope: string): Promise<void> {
  const state = await readCopyState()
  if (state !== undefined && (state.account !== account || state.scope !== scope)) await wipeCopy()
}
