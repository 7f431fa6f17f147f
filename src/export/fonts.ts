import { keepText } from './zipText.ts'

/** 字体表 — fonts/fonts.json of scripts/makeFonts.mjs: which file holds which characters. */
export interface FontMap {
  readonly base: { readonly regular: string; readonly bold: string; readonly codes: string }
  readonly rare: readonly { readonly file: string; readonly codes: string }[]
  /** “20:224”: widths in thousandths of the size, of characters of the base fonts that are not as wide as high. */
  readonly widths: { readonly regular: string; readonly bold: string }
  /** “2022=b7”: code points that share a glyph with an earlier one of the same file. */
  readonly alike: string
}

/** 字体来源 — where the table and the files are read from: the site, or the disk in tests. */
export interface FontSource {
  readonly readMap: () => Promise<FontMap>
  readonly readFont: (file: string) => Promise<Uint8Array>
}

/** 一段同字体的文字 — `file` is undefined in the base font. */
export interface FontRun {
  readonly text: string
  readonly file?: string
}

/** 字体书 — answers which font a text needs, and remembers what was asked of it. */
export interface FontBook {
  readonly map: FontMap
  /** The text in runs of one font each; a character of no font becomes a visible code: “〔U+20BB7〕”. */
  readonly splitRuns: (text: string) => readonly FontRun[]
  /** The text as the document will hold it, codes in place of missing characters. */
  readonly showText: (text: string) => string
  /** The same without white space, and with one character for all that look alike: what two texts are compared by. */
  readonly foldText: (text: string) => string
  /** How wide one character of the document is, of the font's size 1. */
  readonly measure: (character: string, isBold: boolean) => number
  /** Rare files needed so far, and characters that no font has. */
  readonly files: ReadonlySet<string>
  readonly missing: ReadonlySet<string>
}

/** Joiners, variation selectors and marks of direction have no shape of their own. */
const SHAPELESS =
  /[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]|[\u{e0000}-\u{e0fff}]/gu

/** 打开字体书 — counts code points, not UTF-16 units. */
export function openFontBook(map: FontMap): FontBook {
  const base = readCodes(map.base.codes)
  const rare = map.rare.map(({ file, codes }) => ({ file, codes: readCodes(codes) }))
  const alike = new Map(
    map.alike.split(',').flatMap((pair): readonly (readonly [string, string])[] => {
      const [code, first] = pair.split('=').map((hex) => String.fromCodePoint(parseInt(hex, 16)))
      return pair === '' ? [] : [[code!, first!]]
    }),
  )
  const [regular, bold] = [readWidths(map.widths.regular), readWidths(map.widths.bold)]
  const measure = (character: string, isBold: boolean): number => (isBold ? bold : regular).get(character) ?? 1
  const files = new Set<string>()
  const missing = new Set<string>()

  const splitRuns = (text: string): readonly FontRun[] => {
    const runs: { text: string; file?: string }[] = []
    const add = (part: string, file?: string): void => {
      const last = runs[runs.length - 1]
      if (last !== undefined && last.file === file) last.text += part
      else runs.push(file === undefined ? { text: part } : { text: part, file })
    }
    for (const character of cleanText(text)) {
      const code = character.codePointAt(0)!
      if (character === '\n' || holds(base, code)) {
        add(character)
        continue
      }
      const file = rare.find(({ codes }) => holds(codes, code))?.file
      if (file === undefined) {
        missing.add(character)
        add(formatCode(code))
      } else {
        files.add(file)
        add(character, file)
      }
    }
    return runs
  }
  const showText = (text: string): string =>
    splitRuns(text)
      .map((run) => run.text)
      .join('')
  const foldText = (text: string): string =>
    Array.from(text.replace(/\s/g, ''), (character) => alike.get(character) ?? character).join('')

  return { map, splitRuns, showText, foldText, measure, files, missing }
}

function cleanText(text: string): string {
  return keepText(text)
    .replace(/[\t\u00a0]/g, ' ')
    .replace(SHAPELESS, '')
}

function formatCode(code: number): string {
  return `〔U+${code.toString(16).toUpperCase().padStart(4, '0')}〕`
}

/** Ranges as one sorted row of first, last, first, last … */
function readCodes(codes: string): Uint32Array {
  return Uint32Array.from(
    codes.split(',').flatMap((run) => {
      const [from, to = from] = run.split('-').map((hex) => parseInt(hex, 16))
      return [from!, to!]
    }),
  )
}

function readWidths(widths: string): ReadonlyMap<string, number> {
  return new Map(
    widths.split(',').map((pair) => {
      const [code, width] = pair.split(':')
      return [String.fromCodePoint(parseInt(code!, 16)), Number(width) / 1000] as const
    }),
  )
}

function holds(ranges: Uint32Array, code: number): boolean {
  let [low, high] = [0, ranges.length / 2 - 1]
  while (low <= high) {
    const middle = (low + high) >> 1
    if (code < ranges[middle * 2]!) high = middle - 1
    else if (code > ranges[middle * 2 + 1]!) low = middle + 1
    else return true
  }
  return false
}
