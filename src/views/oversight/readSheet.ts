import { parseJson } from '#core/json'
import { type ShownRevision } from '#core/oversight/firmSheets'
import { Problem } from '#core/problems'
import { nameFile, readChosen } from './chosenFiles'

const NOT_LOADED = '读它的程序没有载入，请检查网络后再试'

/**
 * 读回一份报送 — one sheet from the files it was opened from, as a plain value, found by file name and checksum: several files may
 * have one name. Refuses `file.at`: gone or changed since, or why it cannot be read.
 */
export async function readSheet(
  files: readonly File[],
  { file = '', summary: { digest } }: ShownRevision,
): Promise<unknown> {
  const { readArchiveFile } = await import('#export/readArchiveFile').catch((fault: unknown) => {
    // A part of the program that did not come is no bug of the page.
    throw fault instanceof TypeError ? new Problem('file.at', { file, reason: NOT_LOADED }) : fault
  })
  let reason = '汇总之后被移走或改动过，请重新选择文件汇总'
  for (const one of files) {
    const name = nameFile(one)
    if (!isWithin(file, name)) continue
    const open = (bytes: Uint8Array) => readArchiveFile(bytes, (inside) => isWithin(file, `${name} / ${inside}`))
    const entries = readChosen([one], open, { onCount: () => undefined, onRefused: (_, why) => (reason = why) })
    try {
      for await (const entry of entries) {
        const found = findSheet(entry.name, entry.text, digest)
        if (found !== undefined) return found
      }
    } catch (fault) {
      // The browser's own: an archive that was moved, or pulled out with its stick.
      if (!(fault instanceof DOMException)) throw fault
    }
  }
  throw new Problem('file.at', { file, reason })
}

/** “甲.ndjson 第 3 行” and “乙.zip / 甲.json” stand in 甲.ndjson and 乙.zip. */
function isWithin(place: string, name: string): boolean {
  return place === name || place.startsWith(`${name} `)
}

/** The text, or the line of it, that has this checksum. What it is worth is for whoever opens it to say. */
function findSheet(name: string, text: string, digest: string): unknown {
  const parts = /\.ndjson$/i.test(name) ? text.split('\n') : [text]
  for (const part of parts) {
    if (!part.includes(digest)) continue
    const value = parseJson(part) as { readonly sha256?: unknown } | null
    if (value?.sha256 === digest) return value
  }
  return undefined
}
