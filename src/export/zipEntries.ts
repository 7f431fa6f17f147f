import { Inflate } from 'fflate'
import { Problem, type ProblemDetails } from '../core/problems.ts'
import { crc32 } from './crc32.ts'

/** 压缩包里的一个文件 — as the directory states it; nothing is unpacked yet. */
export interface ZipEntry {
  /** UTF-8, or GB18030 where an older Chinese program packed it. */
  readonly name: string
  readonly isFolder: boolean
  readonly isDeflated: boolean
  readonly size: number
  readonly crc: number
  /** The packed bytes, not copied. */
  readonly packed: Uint8Array
}

/** 压缩包的上限 — against bombs; lengths in bytes. */
export interface ZipLimits {
  readonly entries: number
  readonly entryBytes: number
  readonly totalBytes: number
}

const MEGABYTE = 1024 * 1024
/** Own choice: text of forms packs to a twentieth; what packs to less than a thousandth is a bomb. Small files may. */
const MOST_RATIO = 500
const FREE_BYTES = MEGABYTE
/** Windows opens no longer paths. */
const MOST_NAME = 260

function refuse(reason: string): never {
  throw new Problem('archive.refused', { reason })
}

/** 是否压缩包 — by its first bytes: an entry, or the end of an empty one. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5)
}

/**
 * 压缩包目录 — every entry of a zip, checked before one byte is unpacked: limits by what the directory states, ratios,
 * names (paths out of the folder, drives, NUL, lengths, twice the same), encryption, methods, overlaps. Refuses with
 * `archive.refused`, `archive.tooLarge`, `archive.damaged`.
 */
export function listEntries(bytes: Uint8Array, limits: ZipLimits): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const { count, at: start } = findDirectory(view)
  if (count > limits.entries) tooLarge('文件数', count, limits.entries, '个')
  const entries: ZipEntry[] = []
  const names = new Set<string>()
  const spans: (readonly [from: number, to: number])[] = []
  let total = 0
  let at = start
  for (let place = 0; place < count; place++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== 0x02014b50) damaged('目录')
    const flags = view.getUint16(at + 8, true)
    const method = view.getUint16(at + 10, true)
    const nameLength = view.getUint16(at + 28, true)
    const extraLength = view.getUint16(at + 30, true)
    const next = at + 46 + nameLength + extraLength + view.getUint16(at + 32, true)
    if (next > view.byteLength) damaged('目录')
    if (nameLength > MOST_NAME * 4) refuse('有文件名过长的文件')
    const name = decodeName(bytes.subarray(at + 46, at + 46 + nameLength))
    checkName(name)
    if (names.has(name)) refuse(`“${name}”出现了两次`)
    names.add(name)
    if ((flags & 1) !== 0) refuse('压缩包有密码，请解压后选择文件夹')
    if (method !== 0 && method !== 8) refuse(`“${name}”的压缩方法不是通用的一种，请用系统自带的压缩重新打包`)
    const sizes = readSizes(view, at, nameLength, extraLength)
    if (sizes.size > limits.entryBytes) {
      tooLarge(`“${name}”`, Math.ceil(sizes.size / MEGABYTE), limits.entryBytes / MEGABYTE, 'MB')
    }
    if (sizes.size > FREE_BYTES && sizes.size > sizes.packed * MOST_RATIO) refuse(`“${name}”的压缩比异常`)
    total += sizes.size
    if (total > limits.totalBytes) {
      tooLarge('解压后的总长度', Math.ceil(total / MEGABYTE), limits.totalBytes / MEGABYTE, 'MB')
    }
    const from = findContent(view, sizes.offset, method)
    if (from + sizes.packed > start) damaged(name)
    if (method === 0 && sizes.size !== sizes.packed) damaged(name)
    spans.push([sizes.offset, from + sizes.packed])
    entries.push({
      name,
      isFolder: name.endsWith('/'),
      isDeflated: method === 8,
      size: sizes.size,
      crc: view.getUint32(at + 16, true),
      packed: bytes.subarray(from, from + sizes.packed),
    })
    at = next
  }
  // One stretch of packed bytes under many names unpacks to any length.
  spans.sort((a, b) => a[0] - b[0])
  if (spans.some(([from], place) => place > 0 && from < spans[place - 1]![1])) refuse('文件互相重叠')
  return entries
}

/** 解压一个文件 — piece by piece; refuses as soon as it is longer than stated, and at the end when it is shorter or its sum differs. */
export function inflateEntry(entry: ZipEntry, onPiece: (piece: Uint8Array) => void): void {
  const { packed, size, crc, isDeflated, name } = entry
  let length = 0
  let sum = 0
  const take = (piece: Uint8Array): void => {
    length += piece.length
    if (length > size) damaged(name)
    sum = crc32(piece, sum)
    onPiece(piece)
  }
  if (!isDeflated) take(packed)
  else inflate(packed, take, name)
  if (length !== size || sum !== crc) damaged(name)
}

/** So much is unpacked at once: a thousand times as much may come out. */
const PIECE = 16 * 1024

function inflate(packed: Uint8Array, take: (piece: Uint8Array) => void, name: string): void {
  let isEnded = false
  const inflator = new Inflate((piece, isLast) => {
    take(piece)
    isEnded = isLast
  })
  try {
    for (let at = 0; at < packed.length; at += PIECE) {
      inflator.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length)
    }
  } catch (fault) {
    // The unpacker's own complaints have a number; anything else is the caller's.
    if (typeof (fault as { code?: unknown }).code === 'number') damaged(name)
    throw fault
  }
  if (!isEnded) damaged(name)
}

/** Number and place of the directory; what stands behind it may be a comment. */
function findDirectory(view: DataView): { readonly count: number; readonly at: number } {
  const last = view.byteLength - 22
  for (let at = last; at >= Math.max(0, last - 0xffff); at--) {
    if (view.getUint32(at, true) !== 0x06054b50 || at + 22 + view.getUint16(at + 20, true) !== view.byteLength) continue
    if (view.getUint16(at + 4, true) !== 0) refuse('分卷压缩包不能打开')
    const count = view.getUint16(at + 10, true)
    const start = view.getUint32(at + 16, true)
    if (count !== 0xffff && start !== 0xffffffff) return { count, at: start }
    return findLargeDirectory(view, at - 20)
  }
  return damaged('目录')
}

/** Zip64, which more than 65,535 files need. */
function findLargeDirectory(view: DataView, locator: number): { readonly count: number; readonly at: number } {
  if (locator < 0 || view.getUint32(locator, true) !== 0x07064b50) damaged('目录')
  const record = readLength(view, locator + 8)
  if (record + 56 > view.byteLength || view.getUint32(record, true) !== 0x06064b50) damaged('目录')
  return { count: readLength(view, record + 32), at: readLength(view, record + 48) }
}

/** Eight bytes; nothing here is longer than a number is exact. */
function readLength(view: DataView, at: number): number {
  if (at + 8 > view.byteLength) damaged('目录')
  const length = view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x100000000
  return Number.isSafeInteger(length) ? length : damaged('目录')
}

function readSizes(
  view: DataView,
  at: number,
  nameLength: number,
  extraLength: number,
): { readonly size: number; readonly packed: number; readonly offset: number } {
  const plain = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)]
  if (!plain.includes(0xffffffff)) return { size: plain[0]!, packed: plain[1]!, offset: plain[2]! }
  const end = at + 46 + nameLength + extraLength
  for (let extra = end - extraLength; extra + 4 <= end; extra += 4 + view.getUint16(extra + 2, true)) {
    if (view.getUint16(extra, true) !== 1) continue
    let next = extra + 4
    const [size, packed, offset] = plain.map((value) => {
      if (value !== 0xffffffff) return value
      next += 8
      return readLength(view, next - 8)
    })
    return { size: size!, packed: packed!, offset: offset! }
  }
  return damaged('目录')
}

/** Behind the entry's own header, which must be of the same method. */
function findContent(view: DataView, offset: number, method: number): number {
  if (offset + 30 > view.byteLength || view.getUint32(offset, true) !== 0x04034b50) damaged('目录')
  if (view.getUint16(offset + 8, true) !== method) damaged('目录')
  return offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true)
}

/** The flag for UTF-8 is missing as often as it is right: what is valid UTF-8 is that. */
function decodeName(bytes: Uint8Array): string {
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      return new TextDecoder(encoding, { fatal: true }).decode(bytes).replace(/\\/g, '/')
    } catch {
      // The next one.
    }
  }
  return refuse('有文件名不是文字')
}

/** Names are only shown, never written to; what tries to leave its folder is hostile all the same. */
function checkName(name: string): void {
  const parts = name.replace(/\/$/, '').split('/')
  const isHostile =
    name.length > MOST_NAME ||
    /[\u0000-\u001f]/.test(name) ||
    /^[a-zA-Z]:/.test(name) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || part === '__proto__')
  if (isHostile) refuse(`文件名“${name}”不允许`)
}

function tooLarge(what: string, found: number, most: number, unit: string): never {
  const details: ProblemDetails = { what, found, most, unit }
  throw new Problem('archive.tooLarge', details)
}

function damaged(name: string): never {
  throw new Problem('archive.damaged', { name })
}
