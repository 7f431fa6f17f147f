import { Problem } from '../core/problems.ts'
import { joinBytes } from './joinBytes.ts'
import { type Archive } from './readArchive.ts'
import { inflateEntry, isZip, listEntries, type ZipLimits } from './zipEntries.ts'

const MEGABYTE = 1024 * 1024
/** Those of readArchive.ts: the archive was opened under them, and may have been changed since. */
const LIMITS: ZipLimits = { entries: 100_000, entryBytes: 32 * MEGABYTE, totalBytes: 8192 * MEGABYTE }

/**
 * 压缩包里的一份 — only the files whose name is wanted are unpacked: to look at one sheet again, ten thousand others need not
 * be. Refuses what `readArchive` refuses of the archive as a whole and of the wanted files.
 */
export function readArchiveFile(bytes: Uint8Array, isWanted: (name: string) => boolean): Archive {
  if (!isZip(bytes)) throw new Problem('archive.notZip')
  const entries = listEntries(bytes, LIMITS).filter(({ name, isFolder }) => !isFolder && isWanted(name))
  return {
    count: entries.length,
    skipped: [],
    files: {
      *[Symbol.iterator]() {
        for (const entry of entries) {
          const pieces: Uint8Array[] = []
          inflateEntry(entry, (piece) => pieces.push(piece))
          yield { name: entry.name, text: decode(entry.name, joinBytes(pieces)) }
        }
      },
    },
  }
}

function decode(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Problem('file.at', { file, reason: '不是 UTF-8 编码的文本' })
  }
}
