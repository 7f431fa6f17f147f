import Dexie from 'dexie'
import { Problem } from '#core/problems'
import { openDatabase, type Database } from './database'

/**
 * 数据库的变故 — `outdated`: a newer build opened the database, this one writes no more. `blocked`: this build waits for a
 * window with an older one to let go. `unblocked`: it did.
 */
export type Upheaval = 'outdated' | 'blocked' | 'unblocked'

let database: Database | undefined
let isOutdated = false
let isBlocked = false
const listeners = new Set<(upheaval: Upheaval) => void>()

/** Tells of upheavals as they come. Gives back how to stop listening. */
export function onUpheaval(listener: (upheaval: Upheaval) => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(upheaval: Upheaval): void {
  for (const listener of listeners) listener(upheaval)
}

function connect(): Database {
  if (database !== undefined) return database
  const opened = openDatabase()
  opened.on('versionchange', (event) => {
    // Another window deletes the database (清除本机数据): Dexie closes it, and the next work opens it anew.
    if (event.newVersion === null || event.newVersion === 0) return undefined
    isOutdated = true
    opened.close()
    tell('outdated')
    return false
  })
  opened.on('blocked', () => {
    isBlocked = true
    tell('blocked')
  })
  return (database = opened)
}

/** Dexie opens a database of a newer version as if it were its own: so the version is looked at before anything else. */
async function open(opened: Database): Promise<Database> {
  try {
    await opened.open()
  } catch (fault) {
    // So that what fails on opening is told from what fails at work.
    throw fault instanceof Error ? new Dexie.OpenFailedError(fault.message, fault) : fault
  }
  if (isBlocked) {
    isBlocked = false
    tell('unblocked')
  }
  // Dexie keeps its versions times ten.
  if (Math.floor(opened.backendDB().version / 10) > opened.verno) {
    isOutdated = true
    opened.close()
    tell('outdated')
    throw new Problem('storage.newerDatabase')
  }
  return opened
}

/** A fresh connection, as a new page would have. */
export function disconnect(): void {
  database?.close()
  database = undefined
  isOutdated = false
}

/** Gives up one handle; other work may have connected anew meanwhile. */
function drop(handle: Database): void {
  handle.close()
  if (database === handle) database = undefined
}

/**
 * Runs one piece of work on the database and turns its failures into refusals people can act on. A lost connection
 * (the browser closed it under us) is opened again once: trying the same handle would fail for ever.
 */
export async function attempt<Result>(work: (database: Database) => Promise<Result>): Promise<Result> {
  if (isOutdated) throw new Problem('storage.newerDatabase')
  const used = connect()
  try {
    return await work(await open(used))
  } catch (fault) {
    if (fault instanceof Problem) throw fault
    if (isOutdated) throw new Problem('storage.newerDatabase')
    if (isLostConnection(fault)) {
      drop(used)
      const next = connect()
      try {
        return await work(await open(next))
      } catch (again) {
        // The new handle may be half open: the next try begins with another.
        if (!(again instanceof Problem)) drop(next)
        throw tellProblem(again)
      }
    }
    throw tellProblem(fault)
  }
}

/** Removes the database, also one that cannot be opened. */
export async function deleteDatabase(): Promise<void> {
  try {
    await connect().delete()
  } catch (fault) {
    throw tellProblem(fault)
  } finally {
    disconnect()
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
  const reason = fault instanceof Error ? fault.message : String(fault)
  if (/Quota/i.test(name)) return new Problem('storage.full')
  // Chromium's and Firefox's words for a damaged store: "Internal error opening backing store", "UnknownError".
  if (/backing store|corrupt/i.test(reason) || (/UnknownError/.test(name) && !/connection.*(lost|clos)/i.test(reason)))
    return new Problem('storage.broken', { reason })
  // InvalidState, after a second try: what older Firefox says in a private window.
  if (/MissingAPI|SecurityError|OpenFailed|NotAllowed|InvalidState/i.test(name))
    return new Problem('storage.unavailable')
  return new Problem('storage.failed', { reason })
}
