import { digest } from '#digest'
import { type Edition } from '#core/diagnosis/edition'
import { type Result } from '#core/diagnosis/result'
import { openSubmission } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { readEdition, readEditionsById, readNamedJsonFile } from './readEdition.ts'
import { readArguments, STATUS, type Terminal } from './terminal.ts'

/** 核对报送包 — the `verify` command: scores a submission file again; status 0 when it agrees, 1 when it differs. */
export async function runVerify(args: readonly string[], terminal: Terminal): Promise<number> {
  const { plain, options } = readArguments(args, ['edition'], ['报送包文件'])
  const path = plain[0]!
  const folder = options['edition']
  const value = readNamedJsonFile(path)
  const editions = folder === undefined ? listCandidates(value) : [readEdition(folder)]
  const verified = verifySubmission(path, value, editions)
  await terminal.print(JSON.stringify(verified))
  return verified.agrees ? STATUS.fine : STATUS.differs
}

/** 核对结果 — `differences` are the paths of the stated figures that are not the computed ones. */
export interface Verified {
  readonly agrees: boolean
  readonly differences: readonly string[]
  readonly submission: { readonly id: string; readonly revision: number; readonly submittedAt: string }
  readonly edition: { readonly id: string; readonly version: string; readonly digest: string }
  readonly stated: Result
  readonly computed: Result
}

/** 核对报送包 — a plain value to stated and computed result side by side. Refuses what `openSubmission` refuses. */
export function verifySubmission(path: string, value: unknown, editions: readonly Edition[]): Verified {
  try {
    const { submission, computed, agrees, differences } = openSubmission(value, editions, digest)
    const { id, revision, submittedAt, edition } = submission
    return {
      agrees,
      differences,
      submission: { id, revision, submittedAt },
      edition,
      stated: submission.result as Result,
      computed,
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    throw new Problem('file.at', { file: path, reason: problem.message })
  }
}

/** Editions of the file's id, the one of its version first. A file without an id is refused by its shape, later. */
function listCandidates(value: unknown): readonly Edition[] {
  const stamp = (value as { edition?: { id?: unknown; version?: unknown } } | null)?.edition
  if (typeof stamp?.id !== 'string') return []
  const editions = readEditionsById(stamp.id)
  return [...editions].sort((a, b) => Number(b.version === stamp.version) - Number(a.version === stamp.version))
}
