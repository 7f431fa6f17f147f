import { Problem } from '../core/problems.ts'
import { joinBytes } from './joinBytes.ts'
import { inflateEntry, isZip, listEntries, type ZipEntry, type ZipLimits } from './zipEntries.ts'

/** 报送文件 — one text from the archive. */
export interface ArchiveFile {
  readonly name: string
  readonly text: string
}

/** 压缩包 — its submission files, unpacked one at a time while they are read: all at once would not fit into memory. */
export interface Archive {
  readonly count: number
  /** Names of what is no submission file. */
  readonly skipped: readonly string[]
  readonly files: Iterable<ArchiveFile>
}

const MEGABYTE = 1024 * 1024
/** Own choices: a region of 70,000 firms with sheets of 40 kB, and room. */
const LIMITS: ZipLimits = { entries: 100_000, entryBytes: 32 * MEGABYTE, totalBytes: 8192 * MEGABYTE }

/**
 * 打开报送文件压缩包 — a zip of .json and .ndjson files. The directory is checked at once, each file when it is reached. Refuses
 * what is no zip, bombs, hostile names, zips inside, and a file that is not what the directory states:
 * `archive.notZip`, `archive.refused`, `archive.tooLarge`, `archive.damaged`.
 */
export function readArchive(bytes: Uint8Array): Archive {
  if (!isZip(bytes)) throw new Problem('archive.notZip')
  const entries = listEntries(bytes, LIMITS).filter(({ isFolder }) => !isFolder)
  const nested = entries.find(
    ({ name, packed, isDeflated }) => /\.(zip|rar|7z)$/i.test(name) || (!isDeflated && isZip(packed)),
  )
  if (nested !== undefined) throw new Problem('archive.refused', { reason: `里面还有压缩包“${nested.name}”，请先解压` })
  const wanted = entries.filter(isSubmissionFile)
  return {
    count: wanted.length,
    skipped: entries.filter((entry) => !isSubmissionFile(entry)).map(({ name }) => name),
    files: {
      *[Symbol.iterator]() {
        for (const entry of wanted) yield { name: entry.name, text: readText(entry) }
      },
    },
  }
}

/** Macs add a folder of their own with a shadow of every file. */
function isSubmissionFile({ name }: ZipEntry): boolean {
  return /\.(json|ndjson)$/i.test(name) && !/(^|\/)(__MACOSX\/|\._)/.test(name)
}

function readText(entry: ZipEntry): string {
  const pieces: Uint8Array[] = []
  inflateEntry(entry, (piece) => pieces.push(piece))
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(joinBytes(pieces))
  } catch {
    throw new Problem('file.at', { file: entry.name, reason: '不是 UTF-8 编码的文本' })
  }
}
