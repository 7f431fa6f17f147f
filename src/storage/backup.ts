import { digest } from '#digest'
import { openBackup, packBackup, planRestore, type BackupSheet } from '#core/oversight/backup'
import { type DraftContent } from '#core/oversight/draftFile'
import { DRAFT_SCHEMA, type Draft } from './database'
import { addDrafts, listDrafts, noteExports } from './drafts'
import { makeId } from './ids'

/** 草稿内容 — what of a stored row goes into a file: not its id and counts, which belong to this browser. */
export function takeContent(draft: Draft): DraftContent {
  const { sheetId, revision, form, edition, profile, answers, startedAt, updatedAt, minutes } = draft
  return { sheetId, revision, form, edition, profile, answers, startedAt, updatedAt, minutes }
}

/** A row of this browser from what a file holds. What is asked of it is counted when it is opened. */
export function makeRow(content: DraftContent, submission?: Draft['submission']): Draft {
  const answered = Object.keys(content.answers).length
  const row = { ...content, id: makeId(), schema: DRAFT_SCHEMA, rev: 1, answered, asked: 0 }
  return submission === undefined ? row : { ...row, submission }
}

function takeSheet(draft: Draft): BackupSheet {
  const content = takeContent(draft)
  return draft.submission === undefined ? { draft: content } : { draft: content, submission: draft.submission }
}

/** 备份 — these sheets as one sealed file. */
export function makeBackup(drafts: readonly Draft[], madeAt: string): unknown {
  return packBackup(drafts.map(takeSheet), madeAt, digest)
}

/** What a restore has done. */
export interface Restored {
  readonly added: number
  /** Added beside a sheet of the same name here that has other content. */
  readonly beside: number
  readonly skipped: number
}

/** 恢复备份 — adds what is not here yet, all or nothing; never writes over a sheet that is here. */
export async function restoreBackup(value: unknown): Promise<Restored> {
  const { sheets, madeAt } = openBackup(value, digest)
  const stored = await listDrafts()
  const plan = planRestore(stored.map(takeSheet), sheets, digest)
  const rows = [...plan.added, ...plan.beside].map(({ draft, submission }) => makeRow(draft, submission))
  await addDrafts(rows)
  // They are in a file: the one they came from.
  await noteExports(rows, limitToNow(madeAt))
  return { added: plan.added.length, beside: plan.beside.length, skipped: plan.skipped }
}

/** A computer whose clock ran ahead made the file: a time to come would keep the backup light green for as long. */
function limitToNow(madeAt: string): string {
  const now = Date.now()
  const made = Date.parse(madeAt)
  return made <= now ? madeAt : new Date(now).toISOString()
}
