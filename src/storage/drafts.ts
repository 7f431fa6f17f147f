import { Problem } from '#core/problems'
import { attempt, deleteDatabase } from './connection'
import { DRAFT_SCHEMA, type Draft, type ExportNote } from './database'

/** What stands in for the database when the browser has none: gone with the window, and the screen says so. */
interface Memory {
  readonly drafts: Map<string, Draft>
  readonly exports: Map<string, ExportNote>
}
let memory: Memory | undefined

/**
 * 只存文件 — from now on drafts rest in this window's memory only. For a browser that forbids storage or whose database is
 * broken, after the person was told; nothing of it survives the window.
 */
export function keepInMemory(): void {
  memory ??= { drafts: new Map(), exports: new Map() }
}

export function isKeptInMemory(): boolean {
  return memory !== undefined
}

/** Back to the database: after it was made anew, and for tests. */
export function leaveMemory(): void {
  memory = undefined
}

/** All drafts and locked sheets of this browser, the one changed last first. */
export async function listDrafts(): Promise<readonly Draft[]> {
  if (memory !== undefined)
    return [...memory.drafts.values()].sort((a, b) =>
      a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0,
    )
  return attempt((database) => database.drafts.orderBy('updatedAt').reverse().toArray())
}

export async function readDraft(id: string): Promise<Draft | undefined> {
  if (memory !== undefined) return memory.drafts.get(id)
  return attempt((database) => database.drafts.get(id))
}

/** Revisions of one sheet, the newest first. */
export async function listRevisions(sheetId: string): Promise<readonly Draft[]> {
  const drafts =
    memory !== undefined
      ? [...memory.drafts.values()].filter((draft) => draft.sheetId === sheetId)
      : await attempt((database) => database.drafts.where('sheetId').equals(sheetId).toArray())
  return drafts.sort((a, b) => b.revision - a.revision)
}

/** Adds a draft that is not there yet; an id that exists is a bug and rises. */
export async function addDraft(draft: Draft): Promise<void> {
  await addDrafts([draft])
}

/** Adds all of several drafts, or none. */
export async function addDrafts(drafts: readonly Draft[]): Promise<void> {
  if (memory !== undefined) for (const draft of drafts) memory.drafts.set(draft.id, draft)
  else
    await attempt((database) =>
      database.transaction('rw', database.drafts, async () => {
        for (const draft of drafts) await database.drafts.add(draft)
      }),
    )
  for (const { id } of drafts) announce(id)
}

/**
 * 保存草稿 — writes `draft` when what is stored is still the row it grew from (`draft.rev`), and gives back the stored row.
 * Refuses: 'draft.conflict' when another window wrote meanwhile, 'draft.locked', 'draft.newerBuild' when a newer program
 * wrote the row. A row that has vanished (site data cleared while the page is open) is written anew from memory.
 */
export async function saveDraft(draft: Draft): Promise<Draft> {
  const next: Draft = { ...draft, rev: draft.rev + 1, schema: DRAFT_SCHEMA }
  if (memory !== undefined) {
    refuseWrite(memory.drafts.get(draft.id), draft)
    memory.drafts.set(draft.id, next)
    return next
  }
  await attempt((database) =>
    database.transaction('rw', database.drafts, async () => {
      refuseWrite(await database.drafts.get(draft.id), draft)
      await database.drafts.put(next)
    }),
  )
  announce(draft.id)
  return next
}

function refuseWrite(stored: Draft | undefined, draft: Draft): void {
  if (stored === undefined) return
  if (stored.schema > DRAFT_SCHEMA) throw new Problem('draft.newerBuild')
  if (stored.submission !== undefined) throw new Problem('draft.locked')
  if (stored.rev !== draft.rev) throw new Problem('draft.conflict')
}

export async function deleteDraft(id: string): Promise<void> {
  if (memory !== undefined) {
    memory.drafts.delete(id)
    return
  }
  await attempt((database) =>
    database.transaction('rw', database.drafts, database.exports, async () => {
      await database.drafts.delete(id)
      await database.exports.delete(id)
    }),
  )
  announce(id)
}

/** 导出记录 — by draft id, which state of it last went into a file. */
export async function listExports(): Promise<ReadonlyMap<string, ExportNote>> {
  const notes =
    memory !== undefined ? [...memory.exports.values()] : await attempt((database) => database.exports.toArray())
  return new Map(notes.map((note) => [note.draftId, note]))
}

/** Remembers that these states of drafts went into a file. */
export async function noteExports(drafts: readonly Pick<Draft, 'id' | 'rev'>[], exportedAt: string): Promise<void> {
  const notes = drafts.map(({ id, rev }): ExportNote => ({ draftId: id, rev, exportedAt }))
  if (memory !== undefined) for (const note of notes) memory.exports.set(note.draftId, note)
  else
    await attempt(async (database) => {
      await database.exports.bulkPut(notes)
    })
}

/** 清除本机数据 — removes the whole database of this browser, also a broken one; the next draft makes it anew. */
export async function wipeDevice(): Promise<void> {
  leaveMemory()
  await deleteDatabase()
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
