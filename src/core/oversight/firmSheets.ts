import { normalizeCreditCode } from '../creditCode.ts'
import { type StoredRevision } from './api.ts'
import { type OpenedFile } from './assembly.ts'
import { type Enterprise, type Summary } from './enterprise.ts'
import { compareText } from './steps.ts'

/** 历次报送的一行 — what a list says of one sheet: from a hub with why it was returned, from a file with the file's name. */
export interface ShownRevision extends Pick<StoredRevision, 'id' | 'revision' | 'receivedAt' | 'returned'> {
  readonly summary: Pick<
    Summary,
    'digest' | 'form' | 'version' | 'tier' | 'level' | 'score' | 'minutes' | 'dueForVisit' | 'differences'
  >
  readonly file?: string
}

/**
 * 一家企业的各份报送 — firm id → its sheets among opened files, the newest first: a few lines each, their answers stay in the
 * files. A sheet goes to the firm with the credit code of the sheet's newest revision; where several firms typed the same
 * (“无”), to the one that counts that very sheet. As `assembleFirms` counted them; the same content twice is one.
 */
export function listFirmSheets(
  firms: readonly Enterprise[],
  files: readonly OpenedFile[],
): ReadonlyMap<string, readonly ShownRevision[]> {
  const byCode = new Map<string, Enterprise[]>()
  for (const firm of firms) append(byCode, firm.creditCode, firm)
  const seen = new Set<string>()
  const bySheet = new Map<string, OpenedFile[]>()
  for (const file of files) {
    const { id, sha256 } = file.opened.submission
    if (seen.has(sha256)) continue
    seen.add(sha256)
    append(bySheet, id, file)
  }
  const found = new Map<string, ShownRevision[]>()
  for (const [id, revisions] of bySheet) {
    const newest = revisions.reduce((one, other) => (rank(one, other) <= 0 ? one : other))
    const owners = byCode.get(normalizeCreditCode(newest.opened.submission.profile.creditCode ?? '')) ?? []
    const owner = owners.length === 1 ? owners[0] : owners.find(({ submission }) => submission?.id === id)
    if (owner !== undefined) for (const file of revisions) append(found, owner.id, describe(file))
  }
  for (const sheets of found.values()) sheets.sort(compareNewest)
  return found
}

/** Which revision of one sheet says whose it is: a full one before a short form, then the later. */
function rank({ opened: { submission: a } }: OpenedFile, { opened: { submission: b } }: OpenedFile): number {
  return (
    Number(b.form === 'full') - Number(a.form === 'full') ||
    b.revision - a.revision ||
    Date.parse(b.submittedAt) - Date.parse(a.submittedAt) ||
    compareText(b.sha256, a.sha256)
  )
}

function compareNewest(a: ShownRevision, b: ShownRevision): number {
  return (
    Date.parse(b.receivedAt) - Date.parse(a.receivedAt) ||
    b.revision - a.revision ||
    compareText(b.summary.digest, a.summary.digest)
  )
}

function describe({ file, opened }: OpenedFile): ShownRevision {
  const { submission, computed, differences } = opened
  const { tier, level, score, dueForVisit } = computed
  return {
    id: submission.id,
    revision: submission.revision,
    receivedAt: submission.submittedAt,
    summary: {
      digest: submission.sha256,
      form: submission.form,
      version: submission.edition.version,
      minutes: submission.minutes,
      dueForVisit,
      differences: differences.length,
      ...(tier === undefined ? {} : { tier }),
      ...(level === undefined ? {} : { level }),
      ...(score === undefined ? {} : { score }),
    },
    file,
  }
}

function append<Item>(groups: Map<string, Item[]>, name: string, item: Item): void {
  const group = groups.get(name)
  if (group === undefined) groups.set(name, [item])
  else group.push(item)
}
