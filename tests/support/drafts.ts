import { disconnect } from '#storage/connection'
import { type Draft } from '#storage/database'
import { leaveMemory } from '#storage/drafts'
import { makeId } from '#storage/ids'

/** A stored sheet of nobody in particular, just begun; what matters to a test is given. */
export function aDraft(changes: Partial<Draft> = {}): Draft {
  return {
    id: makeId(),
    schema: 1,
    rev: 1,
    sheetId: 'sheet',
    revision: 1,
    form: 'full',
    edition: { id: 'guangxi-2024', version: '1.0.0', digest: '0'.repeat(64) },
    profile: {},
    answers: {},
    startedAt: '2026-01-05T01:00:00.000Z',
    updatedAt: '2026-01-05T01:00:00.000Z',
    minutes: 0,
    answered: 0,
    asked: 75,
    ...changes,
  }
}

/** Removes the database as a person would in the browser's settings: past every connection that is open. */
export function clearSiteData(): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase('shidang')
    request.onsuccess = () => resolve()
    request.onerror = () => reject(request.error ?? new Error('not deleted'))
  })
}

/** A browser without drafts and a page that has just been opened. */
export async function startAfresh(): Promise<void> {
  disconnect()
  leaveMemory()
  await clearSiteData()
}

/** What a refused promise was refused with; a promise that keeps its word fails the test. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('was not refused')
    },
    (fault: unknown) => fault,
  )
}
