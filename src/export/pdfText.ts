import { unzlibSync } from 'fflate'
import { Problem } from '../core/problems.ts'
import { type FontBook } from './fonts.ts'

/**
 * PDF 文字 — the text of each page in the order it was written. Reads what pdfkit writes and no more: plain objects, deflated
 * streams, two-byte codes with a ToUnicode table; a file of another making throws.
 */
export function readPdfText(bytes: Uint8Array): readonly string[] {
  const file = openPdf(bytes)
  const fonts = new Map<number, ReadonlyMap<number, string>>()
  const fontOf = (reference: number): ReadonlyMap<number, string> => {
    const known = fonts.get(reference)
    if (known !== undefined) return known
    const table = /\/ToUnicode (\d+) 0 R/.exec(file.words(reference))?.[1]
    const font = table === undefined ? new Map<number, string>() : readUnicodeTable(latin(file.stream(Number(table))))
    fonts.set(reference, font)
    return font
  }
  return listPages(file).map((page) => {
    const words = file.words(page)
    const resources = refer(file, words, 'Resources')
    const fontList = refer(file, resources, 'Font')
    const named = new Map(
      [...fontList.matchAll(/\/([\w.+-]+) (\d+) 0 R/g)].map(([, name, at]) => [name!, fontOf(Number(at))] as const),
    )
    const contents = /\/Contents \[?((?:\d+ 0 R\s*)+)/.exec(words)?.[1] ?? ''
    const content = [...contents.matchAll(/(\d+) 0 R/g)].map(([, at]) => latin(file.stream(Number(at)))).join('\n')
    return readContent(content, named)
  })
}

interface PdfFile {
  /** An object without its stream. */
  readonly words: (reference: number) => string
  readonly stream: (reference: number) => Uint8Array
  readonly root: number
}

/** One character for each byte, so that places in the text are places in the file. */
function latin(bytes: Uint8Array): string {
  return LATIN.decode(bytes)
}
const LATIN = new TextDecoder('latin1')

function openPdf(bytes: Uint8Array): PdfFile {
  const tail = latin(bytes.subarray(-2048))
  const start = Number(/startxref\s+(\d+)\s+%%EOF\s*$/.exec(tail)?.[1] ?? NaN)
  const table = latin(bytes.subarray(start))
  const root = Number(/\/Root (\d+) 0 R/.exec(table)?.[1] ?? NaN)
  const count = /^xref\s+0 (\d+)\s+/.exec(table)
  if (count === null || Number.isNaN(root)) throw new Error('no cross-reference table')
  const entries = [...table.slice(count[0].length).matchAll(/(\d{10}) \d{5} ([nf])/g)].slice(0, Number(count[1]))
  const places = entries.map(([, place, kind]) => (kind === 'n' ? Number(place) : -1))
  const sorted = [...places.filter((place) => place >= 0), start].sort((a, b) => a - b)
  const nextOf = new Map(sorted.map((place, at) => [place, sorted[at + 1] ?? bytes.length]))
  const cut = (reference: number): { head: string; from: number } => {
    const from = places[reference] ?? -1
    const to = nextOf.get(from)
    if (from < 0 || to === undefined) throw new Error(`no object ${reference}`)
    // A dictionary is short; a stream after it may be megabytes of font.
    let head = latin(bytes.subarray(from, Math.min(to, from + 4096)))
    if (!/\bstream\r?\n|endobj/.test(head)) head = latin(bytes.subarray(from, to))
    if (!head.startsWith(`${reference} 0 obj`)) throw new Error(`no object ${reference} where it should be`)
    return { head, from }
  }
  return {
    root,
    words: (reference) => cut(reference).head.replace(/\bstream\r?\n[\s\S]*/, ''),
    stream(reference) {
      const { head, from } = cut(reference)
      const opening = /\bstream\r?\n/.exec(head)
      const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? NaN)
      if (opening === null || Number.isNaN(length)) throw new Error(`object ${reference} has no stream`)
      const begin = from + opening.index + opening[0].length
      const content = bytes.subarray(begin, begin + length)
      return head.slice(0, opening.index).includes('/FlateDecode') ? unzlibSync(content) : content
    },
  }
}

/** The value of a name: a reference followed, or a dictionary in place. */
function refer(file: PdfFile, words: string, name: string): string {
  const found = new RegExp(`/${name}\\s+(?:(\\d+) 0 R|<<)`).exec(words)
  if (found === null) return ''
  if (found[1] !== undefined) return file.words(Number(found[1]))
  let depth = 0
  for (let at = found.index + found[0].length - 2; at < words.length; at++) {
    const two = words.slice(at, at + 2)
    if (two === '<<') depth += 1
    if (two === '>>') depth -= 1
    if (two === '<<' || two === '>>') at += 1
    if (depth === 0) return words.slice(found.index, at + 1)
  }
  return ''
}

function listPages(file: PdfFile): readonly number[] {
  const visit = (reference: number): readonly number[] => {
    const words = file.words(reference)
    if (/\/Type \/Page\b/.test(words)) return [reference]
    const kids = /\/Kids \[([^\]]*)\]/.exec(words)?.[1] ?? ''
    return [...kids.matchAll(/(\d+) 0 R/g)].flatMap(([, kid]) => visit(Number(kid)))
  }
  const pages = /\/Pages (\d+) 0 R/.exec(file.words(file.root))?.[1]
  return pages === undefined ? [] : visit(Number(pages))
}

/** ToUnicode: `<first> <last> [<unicode> …]` or `<first> <last> <unicode>` in ranges, `<code> <unicode>` one by one. */
function readUnicodeTable(table: string): ReadonlyMap<number, string> {
  const codes = new Map<number, string>()
  for (const [, section] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from, to, list, first] of section!.matchAll(/<(\w+)>\s*<(\w+)>\s*(?:\[([^\]]*)\]|<(\w+)>)/g)) {
      const start = parseInt(from!, 16)
      if (list !== undefined) {
        ;[...list.matchAll(/<([^>]*)>/g)].forEach(([, hex], at) => codes.set(start + at, fromUtf16(hex!)))
      } else {
        const base = parseInt(first!, 16)
        for (let code = start; code <= parseInt(to!, 16); code++)
          codes.set(code, String.fromCharCode(base + code - start))
      }
    }
  }
  for (const [, section] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) {
    for (const [, code, hex] of section!.matchAll(/<(\w+)>\s*<([^>]*)>/g))
      codes.set(parseInt(code!, 16), fromUtf16(hex!))
  }
  return codes
}

function fromUtf16(hex: string): string {
  return (hex.replace(/\s/g, '').match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(parseInt(unit, 16))).join('')
}

function readContent(content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string {
  let font: ReadonlyMap<number, string> | undefined
  let text = ''
  for (const [, name, array, single] of content.matchAll(
    /\/([\w.+-]+) [\d.-]+ Tf|\[([^\]]*)\]\s*TJ|<([\da-fA-F]*)>\s*Tj/g,
  )) {
    if (name !== undefined) {
      font = fonts.get(name)
      continue
    }
    for (const [, hex] of (single === undefined ? array! : `<${single}>`).matchAll(/<([\da-fA-F]*)>/g)) {
      for (const unit of hex!.match(/.{4}/g) ?? []) text += font?.get(parseInt(unit, 16)) ?? '\ufffd'
    }
  }
  return text
}

/** A text that crosses pages is interrupted by their heads and feet: so many pieces are the same text. */
const MOST_PIECES = 6

/** 核对 PDF — it opens, has pages, and every text stands in it character by character; otherwise `export.incomplete`. */
export function checkPdf(bytes: Uint8Array, texts: readonly string[], book: FontBook): readonly string[] {
  const pages = readOrRefuse(bytes)
  const whole = book.foldText(pages.join(''))
  for (const text of texts) {
    const wanted = book.foldText(book.showText(text))
    if (!holdsInPieces(whole, wanted)) throw new Problem('export.incomplete', { missing: text })
  }
  return pages
}

function readOrRefuse(bytes: Uint8Array): readonly string[] {
  const refuse = (): never => {
    throw new Problem('export.incomplete', { missing: '页面' })
  }
  try {
    const pages = readPdfText(bytes)
    return pages.length === 0 ? refuse() : pages
  } catch {
    return refuse()
  }
}

function holdsInPieces(whole: string, wanted: string): boolean {
  if (whole.includes(wanted)) return true
  let [rest, from] = [wanted, 0]
  for (let pieces = 0; pieces < MOST_PIECES && rest !== ''; pieces++) {
    // The longest beginning that is there; a shorter one is there too.
    let [low, high] = [0, rest.length]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (whole.includes(rest.slice(0, middle), from)) low = middle
      else high = middle - 1
    }
    if (low === 0) return false
    from = whole.indexOf(rest.slice(0, low), from) + low
    rest = rest.slice(low)
  }
  return rest === ''
}
