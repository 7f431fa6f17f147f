import { type FileEntry } from '#stores/oversight'
import { MOST_CHARACTERS } from '#core/json'
import { Problem } from '#core/problems'
import type { Archive } from '#export/readArchive'

/** 选中的文件 — submission files and archives; the names of what is neither. */
export interface ChosenFiles {
  readonly files: readonly File[]
  readonly skipped: readonly string[]
}

/** 挑出报送文件 — .json, .ndjson and .zip; what systems leave in folders (.DS_Store, Thumbs.db) is not even named. */
export function sortFiles(files: readonly File[]): ChosenFiles {
  const isOurs = ({ name }: File): boolean => /\.(json|ndjson|zip)$/i.test(name) && !name.startsWith('._')
  const isLitter = ({ name }: File): boolean => /^(\..*|thumbs\.db|desktop\.ini)$/i.test(name)
  return {
    files: files.filter(isOurs),
    skipped: files.filter((file) => !isOurs(file) && !isLitter(file)).map(nameFile),
  }
}

/** 文件名 — with its folders, when it came in one. */
export function nameFile(file: File): string {
  return file.webkitRelativePath || file.name
}

/** 拖入的文件 — also those of folders, however deep. The list must be taken before the event is over; the walking may follow. */
export async function listDropped(items: DataTransferItemList): Promise<readonly File[]> {
  const entries = Array.from(items).flatMap((item) => item.webkitGetAsEntry() ?? [])
  return (await Promise.all(entries.map(walk))).flat()
}

async function walk(entry: FileSystemEntry): Promise<readonly File[]> {
  if (entry.isFile) {
    return new Promise((resolve) =>
      (entry as FileSystemFileEntry).file(
        (file) => resolve([file]),
        () => resolve([]),
      ),
    )
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    // A reader gives a hundred at a time.
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])))
    if (some.length === 0) break
    found.push(...some)
  }
  return (await Promise.all(found.map(walk))).flat()
}

/** What came of reading: counted while it goes on. */
export interface ReadingState {
  readonly onCount: (count: number) => void
  /** A file that could not be read at all, with the reason. */
  readonly onRefused: (file: string, why: string) => void
}

/**
 * 逐份读出 — every submission file, those inside archives too, one at a time: the whole would not fit into memory. An archive is
 * counted when it is opened. A file that cannot be read is told and left out.
 */
export async function* readChosen(
  files: readonly File[],
  openArchive: (bytes: Uint8Array) => Archive,
  { onCount, onRefused }: ReadingState,
): AsyncGenerator<FileEntry> {
  let count = files.length
  for (const file of files) {
    const name = nameFile(file)
    try {
      if (!/\.zip$/i.test(name)) {
        yield { name, text: await readText(file) }
        continue
      }
      const archive = openArchive(new Uint8Array(await file.arrayBuffer()))
      count += archive.count - 1
      onCount(count)
      for (const inside of archive.files) yield { name: `${name} / ${inside.name}`, text: inside.text }
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      onRefused(name, fault.message)
    }
  }
}

/** Lines of an .ndjson are checked one by one later; alone, a file above the limit of a submission is none. */
async function readText(file: File): Promise<string> {
  if (!/\.ndjson$/i.test(file.name) && file.size > MOST_CHARACTERS) {
    throw new Problem('file.tooLarge', { megabytes: Math.ceil(file.size / 1e6), most: MOST_CHARACTERS / 1e6 })
  }
  let bytes: ArrayBuffer
  try {
    bytes = await file.arrayBuffer()
  } catch (fault) {
    // Moved, renamed or pulled out with its stick since it was chosen.
    throw new Problem('file.noAccess', { reason: (fault as Error).name })
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Problem('file.notText')
  }
}
