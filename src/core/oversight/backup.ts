import * as v from 'valibot'
import { Digest, Moment, readKind, readShape, type DigestOf } from '../ourFile.ts'
import { Problem } from '../problems.ts'
import { openDraft, packDraft, type DraftContent, type DraftFile } from './draftFile.ts'
import { readSubmission, type Submission } from './submission.ts'

/** The newest format of a backup this program writes and reads. */
export const BACKUP_FORMAT = 1

const BackupSchema = v.strictObject({
  kind: v.literal('shidang-backup'),
  format: v.literal(BACKUP_FORMAT),
  madeAt: Moment,
  sheets: v.pipe(
    v.array(v.strictObject({ draft: v.unknown(), submission: v.optional(v.unknown()) })),
    v.maxLength(10_000),
  ),
  sha256: Digest,
})

/** One sheet of a device: its draft and, once it is locked, its submission. */
export interface BackupSheet {
  readonly draft: DraftContent
  readonly submission?: Submission
}

/** 备份文件 — all sheets of one browser in one file, each sealed by itself and all of them together. */
export interface BackupFile {
  readonly kind: 'shidang-backup'
  readonly format: typeof BACKUP_FORMAT
  readonly madeAt: string
  readonly sheets: readonly { readonly draft: DraftFile; readonly submission?: Submission }[]
  readonly sha256: string
}

/** 备份文件 — seals all sheets of a device, drafts and locked ones, with the digest of the whole. */
export function packBackup(sheets: readonly BackupSheet[], madeAt: string, digestOf: DigestOf): BackupFile {
  const content = {
    kind: 'shidang-backup' as const,
    format: BACKUP_FORMAT as typeof BACKUP_FORMAT,
    madeAt,
    sheets: sheets.map(({ draft, submission }) => ({
      draft: packDraft(draft, digestOf),
      ...(submission === undefined ? {} : { submission }),
    })),
  }
  return { ...content, sha256: digestOf(content) }
}

/**
 * 打开备份 — plain value to sheets. Refuses another kind, a newer format, a wrong shape, a digest that does not fit (of the
 * whole or of one sheet), and a submission that belongs to another sheet, form or edition than the draft beside it.
 */
export function openBackup(
  value: unknown,
  digestOf: DigestOf,
): { readonly madeAt: string; readonly sheets: readonly BackupSheet[] } {
  if (readKind(value, BACKUP_FORMAT) !== 'shidang-backup') {
    throw new Problem('file.wrongKind', { found: '另一种识档文件', wanted: '备份文件' })
  }
  const { sha256, ...content } = readShape(BackupSchema, value)
  if (digestOf(content) !== sha256) throw new Problem('submission.damaged')
  const sheets = content.sheets.map(({ draft: sealed, submission: locked }, at): BackupSheet => {
    const { kind: _kind, format: _format, sha256: _seal, ...draft } = openDraft(sealed, digestOf)
    if (locked === undefined) return { draft }
    const submission = readSubmission(locked, digestOf)
    if (!fits(submission, draft)) {
      throw new Problem('file.wrongShape', { path: `/sheets/${at}/submission`, reason: '与旁边的草稿不是同一份' })
    }
    return { draft, submission }
  })
  return { madeAt: content.madeAt, sheets }
}

function fits({ id, revision, form, edition }: Submission, draft: DraftContent): boolean {
  return (
    id === draft.sheetId &&
    revision === draft.revision &&
    form === draft.form &&
    edition.id === draft.edition.id &&
    edition.version === draft.edition.version &&
    edition.digest === draft.edition.digest
  )
}

/** What a restore does: nothing that is stored is ever changed. */
export interface RestorePlan {
  readonly added: readonly BackupSheet[]
  /** The device has this sheet and revision with other content: both stay. */
  readonly beside: readonly BackupSheet[]
  readonly skipped: number
}

/**
 * 恢复备份 — which sheets of a backup are new here, which are here already to the letter, and which stand here with other
 * content (they are added beside). Times and minutes are not content.
 */
export function planRestore(
  stored: readonly BackupSheet[],
  incoming: readonly BackupSheet[],
  digestOf: DigestOf,
): RestorePlan {
  const known = new Map<string, Set<string>>()
  const learn = (sheet: BackupSheet): Set<string> => {
    const name = `${sheet.draft.revision} ${sheet.draft.sheetId}`
    const contents = known.get(name) ?? new Set()
    known.set(name, contents)
    return contents
  }
  for (const sheet of stored) learn(sheet).add(digestContent(sheet, digestOf))
  const added: BackupSheet[] = []
  const beside: BackupSheet[] = []
  for (const sheet of incoming) {
    const contents = learn(sheet)
    const content = digestContent(sheet, digestOf)
    if (contents.has(content)) continue
    ;(contents.size === 0 ? added : beside).push(sheet)
    contents.add(content)
  }
  return { added, beside, skipped: incoming.length - added.length - beside.length }
}

function digestContent({ draft, submission }: BackupSheet, digestOf: DigestOf): string {
  const { form, edition, profile, answers } = draft
  return digestOf({ form, edition, profile, answers, submission: submission?.sha256 ?? '' })
}
