import Dexie, { type EntityTable } from 'dexie'
import type { BodyOf, Hub, Session } from '#core/oversight/api'
import type { Receipt } from '#core/oversight/receipt'
import { Problem } from '#core/problems'
import { isKeptInMemory } from './drafts'

/** Why the last try did not succeed: the code, what was said, and the figures in it. */
export interface OutboxFault {
  readonly code: string
  readonly message: string
  readonly details: Readonly<Record<string, string | number>>
}

/**
 * 待报送 — one locked sheet on its way to the hub. It holds no answers, only which draft has them: what is deleted from this
 * computer is not sent later. `owner` is the firm's id at the hub, so that nothing goes out under another account.
 */
export interface OutboxItem {
  /** `submission:revision` */
  readonly id: string
  readonly owner: string
  readonly draftId: string
  readonly submission: string
  readonly revision: number
  readonly campaign: string
  readonly state: 'waiting' | 'sent' | 'refused'
  readonly queuedAt: string
  readonly attempts: number
  /** When it is tried again; absent while it waits for a sign-in, or is done. */
  readonly nextAt?: string
  readonly fault?: OutboxFault
  readonly receipt?: Receipt
}

/** 待登记的导出 — that a file was made, to be told to the hub's audit. */
export interface OutboxNote {
  readonly id: string
  readonly owner: string
  readonly note: BodyOf<'noteExport'>
  readonly attempts: number
  readonly nextAt: string
}

/** What was last known of the hub, for a start without a network. No password and no answer is in it. */
interface Known {
  readonly hub: Hub
  readonly session: Session
  /** 待退出 — signed out here without a network: the hub is told before anything else. */
  readonly signOut: true
}
interface KnownRow {
  readonly name: keyof Known
  readonly value: Known[keyof Known]
}

type OutboxDatabase = Dexie & {
  items: EntityTable<OutboxItem, 'id'>
  notes: EntityTable<OutboxNote, 'id'>
  known: EntityTable<KnownRow, 'name'>
}

/** What stands in for the database where the browser keeps nothing, as with the drafts. */
const memory = {
  items: new Map<string, OutboxItem>(),
  notes: new Map<string, OutboxNote>(),
  known: new Map<keyof Known, KnownRow>(),
}
type TableName = keyof typeof memory

/** A database of its own, so that the drafts' own history stays what it is. `strict`: what is said to be queued is on disk. */
function openDatabase(): OutboxDatabase {
  const database = new Dexie('shidang-outbox', {
    chromeTransactionDurability: 'strict',
    cache: 'disabled',
  }) as OutboxDatabase
  database.version(1).stores({ items: 'id', notes: 'id', known: 'name' })
  return database
}

async function attempt<Result>(work: (database: OutboxDatabase) => Promise<Result>): Promise<Result> {
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

async function list<Row>(table: TableName): Promise<readonly Row[]> {
  if (isKeptInMemory()) return [...memory[table].values()] as Row[]
  return attempt(async (database) => (await database.table(table).toArray()) as Row[])
}

async function put(table: 'notes' | 'known', key: string, row: OutboxNote | KnownRow): Promise<void> {
  if (isKeptInMemory()) (memory[table] as Map<string, unknown>).set(key, row)
  else await attempt((database) => database.table(table).put(row))
}

async function remove(table: 'notes' | 'known', key: string): Promise<void> {
  if (isKeptInMemory()) (memory[table] as Map<string, unknown>).delete(key)
  else await attempt((database) => database.table(table).delete(key))
}

/** All of them, sent or not, the one queued first first. */
export async function listItems(): Promise<readonly OutboxItem[]> {
  const items = await list<OutboxItem>('items')
  return [...items].sort((a, b) =>
    a.queuedAt < b.queuedAt ? -1 : a.queuedAt > b.queuedAt ? 1 : a.revision - b.revision,
  )
}

/** Keeps the item as it stands now. What has its receipt stays: a window that does not know it yet changes nothing. */
export async function saveItem(item: OutboxItem): Promise<void> {
  const isLate = (stored: OutboxItem | undefined): boolean => stored?.state === 'sent' && item.state !== 'sent'
  if (isKeptInMemory()) {
    if (!isLate(memory.items.get(item.id))) memory.items.set(item.id, item)
    return
  }
  await attempt((database) =>
    database.transaction('rw', database.items, async () => {
      if (!isLate(await database.items.get(item.id))) await database.items.put(item)
    }),
  )
}

export function listNotes(): Promise<readonly OutboxNote[]> {
  return list<OutboxNote>('notes')
}

export async function saveNote(note: OutboxNote): Promise<void> {
  await put('notes', note.id, note)
}

export async function removeNote(id: string): Promise<void> {
  await remove('notes', id)
}

/** 上次所知 — of the hub or of who is signed in; undefined when nothing is known, or the browser keeps nothing. */
export async function readKnown<Name extends keyof Known>(name: Name): Promise<Known[Name] | undefined> {
  try {
    const rows = await list<KnownRow>('known')
    return rows.find((row) => row.name === name)?.value as Known[Name] | undefined
  } catch (fault) {
    if (fault instanceof Problem) return undefined
    throw fault
  }
}

/** Keeps it, or with undefined forgets it. A browser that keeps nothing is no reason to stop. */
export async function saveKnown<Name extends keyof Known>(name: Name, value: Known[Name] | undefined): Promise<void> {
  try {
    if (value === undefined) await remove('known', name)
    else await put('known', name, { name, value })
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault
  }
}

/** 清除 — what waits, receipts, and who was signed in: with all else of this browser. */
export async function wipeOutbox(): Promise<void> {
  for (const table of Object.values(memory)) table.clear()
  await attempt((database) => database.delete())
}
