import Dexie, { type EntityTable } from 'dexie'
import { type Answers, type Form } from '#core/diagnosis/answers'
import { type Profile } from '#core/diagnosis/profile'
import { type EditionStamp } from '#core/ourFile'
import { type Submission } from '#core/oversight/submission'

/** Shape of the rows this build writes. An older build that meets a newer row must not write it. */
export const DRAFT_SCHEMA = 1

/** 草稿 — one revision of one firm's sheet, as it rests in this browser. Locked once it holds its submission. */
export interface Draft {
  readonly id: string
  readonly schema: number
  /** Counts the writes: a writer that knows an older count would overwrite somebody. */
  readonly rev: number
  readonly sheetId: string
  readonly revision: number
  readonly form: Form
  readonly edition: EditionStamp
  readonly profile: Profile
  readonly answers: Answers
  readonly startedAt: string
  readonly updatedAt: string
  readonly minutes: number
  readonly answered: number
  readonly asked: number
  readonly submission?: Submission
}

/** 导出记录 — which state of a draft (its count of writes) last went into a file. */
export interface ExportNote {
  readonly draftId: string
  readonly rev: number
  readonly exportedAt: string
}

/** 本机数据库 — IndexedDB through Dexie. `strict`: an answer is on disk before the screen says 已保存. */
export type Database = Dexie & { drafts: EntityTable<Draft, 'id'>; exports: EntityTable<ExportNote, 'draftId'> }

/**
 * The history of what is stored, as a list: a version is never changed or removed, and a table never dropped, because an
 * older build may still open the database to read.
 */
export function openDatabase(name = 'shidang'): Database {
  const database = new Dexie(name, { chromeTransactionDurability: 'strict', cache: 'disabled' }) as Database
  database.version(1).stores({ drafts: 'id, sheetId, updatedAt' })
  database.version(2).stores({ exports: 'draftId' })
  return database
}
