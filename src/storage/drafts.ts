import Dexie from 'dexie'
import { Problem } from '#core/problems'
import { DRAFT_SCHEMA, openDatabase, type Database, type Draft } from './database'

let database: Database | undefined

function connect(): Database {
  return (database ??= openDatabase())
}

/** For tests: a fresh connection, as a new page would have. */
export function disconnect(): void {
  database?.close()
  database = undefined
}

/**
 * Runs one piece of work on the database and turns its failures into refusals people can act on. A lost connection
 * (the browser closed it under us) is opened again once: trying the same handle would fail for ever.
 */
async function attempt<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  try {
    return await work(connect())
  } catch (fault) {
    if (fault instanceof Problem) throw fault
    if (isLostConnection(fault)) {
      disconnect()
      try {
        return await work(connect())
      } catch (again) {
        // The new handle may be half open: the next try begins with another.
        if (!(again instanceof Problem)) disconnect()
        throw tellProblem(again)
      }
    }
    throw tellProblem(fault)
  }
}

function nameOf(fault: unknown): string {
  if (fault instanceof Dexie.DexieError)
    return fault.inner instanceof Error ? `${fault.name} ${fault.inner.name}` : fault.name
  return fault instanceof Error ? fault.name : ''
}

function isLostConnection(fault: unknown): boolean {
  const text = fault instanceof Error ? `${nameOf(fault)} ${fault.message}` : ''
  return /DatabaseClosed|InvalidState|connection.*(lost|clos)|UnknownError/i.test(text)
}

function tellProblem(fault: unknown): Problem {
  if (fault instanceof Problem) return fault
  const name = nameOf(fault)
  if (/Quota/i.test(name)) return new Problem('storage.full')
  // InvalidState, after a second try: what older Firefox says in a private window.
  if (/MissingAPI|SecurityError|OpenFailed|NotAllowed|InvalidState/i.test(name))
    return new Problem('storage.unavailable')
  return new Problem('storage.failed', { reason: fault instanceof Error ? fault.message : String(fault) })
}

/** All drafts and locked sheets of this browser, the one changed last first. */
export async function listDrafts(): Promise<readonly Draft[]> {
  return attempt((database) => database.drafts.orderBy('updatedAt').reverse().toArray())
}

export async function readDraft(id: string): Promise<Draft | undefined> {
  return attempt((database) => database.drafts.get(id))
}

/** Revisions of one sheet, the newest first. */
export async function listRevisions(sheetId: string): Promise<readonly Draft[]> {
  const drafts = await attempt((database) => database.drafts.where('sheetId').equals(sheetId).toArray())
  return drafts.sort((a, b) => b.revision - a.revision)
}

/** Adds a draft that is not there yet; an id that exists is a bug and rises. */
export async function addDraft(draft: Draft): Promise<void> {
  await attempt(async (database) => {
    await database.drafts.add(draft)
  })
  announce(draft.id)
}

/**
 * 保存草稿 — writes `draft` when what is stored is still the row it grew from (`draft.rev`), and gives back the stored row.
 * Refuses: 'draft.conflict' when another window wrote meanwhile, 'draft.locked', 'draft.newerBuild' when a newer program
 * wrote the row. A row that has vanished (site data cleared while the page is open) is written anew from memory.
 */
export async function saveDraft(draft: Draft): Promise<Draft> {
  const next: Draft = { ...draft, rev: draft.rev + 1, schema: DRAFT_SCHEMA }
  await attempt((database) =>
    database.transaction('rw', database.drafts, async () => {
      const stored = await database.drafts.get(draft.id)
      if (stored !== undefined) {
        if (stored.schema > DRAFT_SCHEMA) throw new Problem('draft.newerBuild')
        if (stored.submission !== undefined) throw new Problem('draft.locked')
        if (stored.rev !== draft.rev) throw new Problem('draft.conflict')
      }
      await database.drafts.put(next)
    }),
  )
  announce(draft.id)
  return next
}

export async function deleteDraft(id: string): Promise<void> {
  await attempt((database) => database.drafts.delete(id))
  announce(id)
}

/** 清除本机数据 — removes the whole database of this browser. */
export async function wipeDevice(): Promise<void> {
  await attempt(async (database) => {
    await database.delete()
  })
  disconnect()
  announce('*')
}

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('shidang-drafts')

function announce(id: string): void {
  channel?.postMessage(id)
}

/** Tells of writes in other windows, by draft id ('*': everything went). Gives back how to stop listening. */
export function onOtherWindow(listener: (id: string) => void): () => void {
  const hear = (event: MessageEvent): void => listener(String(event.data))
  channel?.addEventListener('message', hear)
  return () => channel?.removeEventListener('message', hear)
}
