import { Deflate, strFromU8, strToU8, unzipSync, Zip, type ZipInputFile } from 'fflate'
import { crc32 } from './crc32.ts'
import { joinBytes } from './joinBytes.ts'
import { escapeEscapes, nameColumn } from './sheetCells.ts'
import { isMoment, partOf, STRINGS_PART, toSerial } from './tableLines.ts'
import { type PlanBook, type PlanCell, type PlanColumn, type PlanSheet } from './tablePlan.ts'
import { keepText } from './zipText.ts'

const ROWS_AT_ONCE = 1000
/** Of 1 to 9: the next ones save a tenth of the file and take half as long again. */
const LEVEL = 1

/** The method's number in a zip. */
const DEFLATE = 8

/** Texts by their place in the workbook's table of strings: a city stands in thousands of rows, and in the file once. */
type Strings = Map<string, number>

/**
 * 写名单 — the rows of every list into a drawn workbook, whose lists hold one sample row each: its looks become those of all
 * rows. Line by line and packed at once, so that 500,000 rows need little memory. `onRows` is told how many are done.
 */
export async function fillLists(
  drawn: Uint8Array,
  { sheets }: PlanBook,
  onRows: (rows: number) => void,
): Promise<Uint8Array> {
  const lists = new Map(sheets.flatMap((sheet, at) => (sheet.isList === true ? [[partOf(at), sheet] as const] : [])))
  if (lists.size === 0) return drawn
  const { [STRINGS_PART]: known, ...parts } = unzipSync(drawn)
  if (known === undefined) throw new Error('the workbook has no strings')
  const knownStrings = strFromU8(known)
  const first = knownStrings.split('</si>').length - 1
  const strings: Strings = new Map()
  const pieces: Uint8Array[] = []
  const zip = new Zip((fault, piece) => {
    if (fault !== null) throw fault
    pieces.push(piece)
  })
  for (const [name, part] of Object.entries(parts)) {
    const file = beginPart(zip, name)
    const list = lists.get(name)
    if (list === undefined) await file.push(part, true)
    else {
      const { before, after, styles } = splitSheet(strFromU8(part), list)
      await file.push(strToU8(before))
      const count = list.blankRows ?? list.rows.length
      for (let at = 0; at < count; at += ROWS_AT_ONCE) {
        const rows = list.blankRows === undefined ? list.rows.slice(at, at + ROWS_AT_ONCE) : listBlanks(count - at)
        await file.push(
          strToU8(
            rows.map((row, place) => writeRow(row, at + place + 2, list.columns, styles, strings, first)).join(''),
          ),
        )
        onRows(at + rows.length)
      }
      await file.push(strToU8(after), true)
    }
  }
  const file = beginPart(zip, STRINGS_PART)
  // The counts are for information; without them nothing can be wrong.
  await file.push(strToU8(knownStrings.replace(/ (?:uniqueC|c)ount="\d+"/g, '').replace('</sst>', '')))
  const texts = Array.from(strings.keys())
  for (let at = 0; at < texts.length; at += ROWS_AT_ONCE) {
    await file.push(
      strToU8(
        texts
          .slice(at, at + ROWS_AT_ONCE)
          .map(writeString)
          .join(''),
      ),
    )
  }
  await file.push(strToU8('</sst>'), true)
  zip.end()
  return joinBytes(pieces)
}

interface OpenPart {
  readonly push: (bytes: Uint8Array<ArrayBuffer>, isLast?: boolean) => Promise<void>
}

/** A part of the package, packed as it is written. */
function beginPart(zip: Zip, filename: string): OpenPart {
  const part: ZipInputFile = { filename, compression: DEFLATE, size: 0, crc: 0 }
  zip.add(part)
  const pack = beginPacking((piece, isLast) => part.ondata?.(null, piece, isLast))
  return {
    push(bytes, isLast = false) {
      part.size += bytes.length
      part.crc = crc32(bytes, part.crc)
      return pack(bytes, isLast)
    },
  }
}

/** By the browser's own packer, a third faster and a third smaller; browsers of before 2022 have none for a zip. */
function beginPacking(
  onPiece: (piece: Uint8Array<ArrayBuffer>, isLast: boolean) => void,
): (bytes: Uint8Array<ArrayBuffer>, isLast: boolean) => Promise<void> {
  const stream = openPacker()
  if (stream === undefined) {
    const packer = new Deflate({ level: LEVEL }, onPiece)
    return (bytes, isLast) => {
      packer.push(bytes, isLast)
      return Promise.resolve()
    }
  }
  const { readable, writable } = stream
  const writer = writable.getWriter()
  const reading = passOn(readable.getReader(), onPiece)
  return async (bytes, isLast) => {
    // Whoever reads and fails leaves the writer waiting.
    await Promise.race([writer.write(bytes), reading])
    if (isLast) await Promise.all([writer.close(), reading])
  }
}

/** Chromium 80 knows the stream, 103 the form without a header that a zip wants; it says so by refusing. */
function openPacker(): CompressionStream | undefined {
  try {
    return new CompressionStream('deflate-raw')
  } catch {
    return undefined
  }
}

async function passOn(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  onPiece: (piece: Uint8Array<ArrayBuffer>, isLast: boolean) => void,
): Promise<void> {
  for (let next = await reader.read(); ; next = await reader.read()) {
    onPiece(next.value ?? new Uint8Array(), next.done)
    if (next.done) return
  }
}

function listBlanks(left: number): readonly (readonly PlanCell[])[] {
  return Array.from({ length: Math.min(left, ROWS_AT_ONCE) }, () => [])
}

function writeString(text: string): string {
  const space = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : ''
  return `<si><t${space}>${escapeXml(escapeEscapes(text))}</t></si>`
}

/** Around the sample row, which goes; the ending behind it gets its own number. */
function splitSheet(
  xml: string,
  { rows, columns, blankRows }: PlanSheet,
): { readonly before: string; readonly after: string; readonly styles: readonly string[] } {
  const sample = xml.indexOf('<row r="2"')
  const ending = xml.indexOf('<row r="3"')
  if (sample < 0 || ending < 0) throw new Error('the sheet has no sample row')
  const styles = Array.from(xml.slice(sample, ending).matchAll(/<c r="[A-Z]+2"[^>]*? s="(\d+)"/g), ([, id]) => id!)
  if (styles.length !== columns.length) throw new Error('the sample row has not every column')
  const last = blankRows === undefined ? rows.length + 2 : blankRows + 1
  const range = `ref="A1:${nameColumn(columns.length - 1)}${last}"`
  return {
    before: xml.slice(0, sample).replace(/(<dimension )ref="[^"]*"/, `$1${range}`),
    after: (blankRows === undefined ? xml.slice(ending) : xml.slice(xml.indexOf('</row>', ending) + '</row>'.length))
      .replace('<row r="3"', `<row r="${last}"`)
      .replace('<c r="A3"', `<c r="A${last}"`),
    styles,
  }
}

function writeRow(
  row: readonly PlanCell[],
  number: number,
  columns: readonly PlanColumn[],
  styles: readonly string[],
  strings: Strings,
  first: number,
): string {
  let cells = ''
  for (let at = 0; at < columns.length; at++) {
    cells += writeCell(row[at] ?? null, nameColumn(at) + number, columns[at]!.format, styles[at]!, strings, first)
  }
  return `<row r="${number}">${cells}</row>`
}

function writeCell(
  cell: PlanCell,
  place: string,
  format: PlanColumn['format'],
  style: string,
  strings: Strings,
  first: number,
): string {
  if (cell === null || cell === '') return `<c r="${place}" s="${style}"/>`
  if (typeof cell === 'number') return `<c r="${place}" s="${style}"><v>${cell}</v></c>`
  if (isMoment(cell, format)) return `<c r="${place}" s="${style}"><v>${toSerial(cell)}</v></c>`
  let at = strings.get(cell)
  if (at === undefined) {
    const text = keepText(cell)
    at = strings.get(text)
    if (at === undefined) strings.set(text, (at = first + strings.size))
  }
  return `<c r="${place}" s="${style}" t="s"><v>${at}</v></c>`
}

function escapeXml(text: string): string {
  return /[&<>]/.test(text) ? text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;') : text
}
