import { MOST_CHARACTERS, parseJson } from '#core/json'
import { Problem } from '#core/problems'

/** 读入文件 — a file the user chose, to a plain value. Refuses what is too large, not UTF-8, not JSON or hostile. */
export async function readJsonFile(file: Blob): Promise<unknown> {
  if (file.size > MOST_CHARACTERS) {
    throw new Problem('file.tooLarge', { megabytes: Math.ceil(file.size / 1e6), most: MOST_CHARACTERS / 1e6 })
  }
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer())
  } catch {
    throw new Problem('file.notText')
  }
  return parseJson(text)
}

/**
 * 存为文件 — offers a value as a JSON file under a name that every file system takes: a long one loses its middle. Gives
 * back that name. Refuses what this program would not read back for its size.
 */
export function saveJsonFile(name: string, value: unknown): string {
  let blob = makeJson(`${JSON.stringify(value, null, 1)}\n`)
  if (blob.size > MOST_CHARACTERS) blob = makeJson(JSON.stringify(value))
  if (blob.size > MOST_CHARACTERS) {
    throw new Problem('backup.tooLarge', { megabytes: Math.ceil(blob.size / 1e6), most: MOST_CHARACTERS / 1e6 })
  }
  return offer(name, blob)
}

/** 存为文件 — offers finished bytes (a report file) under a name that every file system takes; gives back that name. */
export function saveBytes(name: string, bytes: Uint8Array, mime: string): string {
  return offer(name, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mime }))
}

function offer(name: string, blob: Blob): string {
  const address = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = address
  link.download = shorten(name.replace(/[\\/:*?"<>|\u0000-\u001f]/g, '_'))
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
  return link.download
}

function makeJson(text: string): Blob {
  return new Blob([text], { type: 'application/json' })
}

/** 62 characters are at most 248 bytes, where file systems take 255; the ending with its revision stays. */
function shorten(name: string): string {
  const characters = Array.from(name)
  return characters.length <= 62 ? name : [...characters.slice(0, 40), ...characters.slice(-22)].join('')
}
