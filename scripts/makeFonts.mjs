// Fonts of report files: Noto Sans SC (SIL OFL 1.1) cut into a base set, regular and bold, and files of rare characters.
// Used by vite.config.ts; kept in .cache/fonts under the digest of all that they are made from.
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import subsetFont from 'subset-font'

const ROOT = resolve(import.meta.dirname, '..')
const SOURCE = join(ROOT, 'node_modules/@expo-google-fonts/noto-sans-sc')
const CACHE = join(ROOT, '.cache/fonts')
/** Own choice: a rare character costs one file of about 0.8 MB. */
const RARE_FILE_CHARACTERS = 2700

/** Signs that reports use beyond those of GB 2312. */
const SIGNS = '·—–…“”‘’×÷±≤≥≠≈°℃%‰①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢⅣⅤ■□▲△▼▽●○◆◇★☆√→←↑↓㎡㎥¥€©®™〔〕〇・°²³µ'

/** 国标字符集 — the characters of GB 2312, read out of the decoder that every JavaScript engine has. */
function listGb2312() {
  const decoder = new TextDecoder('gb18030')
  let text = ''
  for (const [from, to] of [
    [0xa1, 0xa9],
    [0xb0, 0xf7],
  ])
    for (let high = from; high <= to; high++)
      for (let low = 0xa1; low <= 0xfe; low++) text += decoder.decode(new Uint8Array([high, low]))
  return text.replace(/[\ufffd\ue000-\uf8ff]/g, '')
}

function listFiles(folder, pattern) {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name)
      return statSync(path).isDirectory() ? listFiles(path, pattern) : pattern.test(name) ? [path] : []
    })
}

/** All that our own texts use: interface, questionnaires with their advice, names of places and industries. */
function listOwnCharacters() {
  const files = [
    ...listFiles(join(ROOT, 'src'), /\.(ts|vue|json)$/),
    ...listFiles(join(ROOT, 'questionnaires'), /\.json$/),
  ]
  const found = new Set()
  for (const path of files) for (const character of readFileSync(path, 'utf8')) found.add(character)
  return [...found].sort().join('')
}

/** Where the tables of a TrueType font begin, by tag. */
function findTables(view) {
  const tables = new Map()
  for (let at = 12; at < 12 + view.getUint16(4) * 16; at += 16) {
    const tag = [0, 1, 2, 3].map((letter) => String.fromCharCode(view.getUint8(at + letter))).join('')
    tables.set(tag, view.getUint32(at + 8))
  }
  return tables
}

const viewOf = (font) => new DataView(font.buffer, font.byteOffset, font.byteLength)

function readSegments(view, table, map) {
  const double = view.getUint16(table + 6)
  for (let at = 0; at < double; at += 2) {
    const [ends, starts] = [table + 14 + at, table + 16 + double + at]
    const [deltas, offsets] = [starts + double, starts + 2 * double]
    const [start, delta, offset] = [view.getUint16(starts), view.getUint16(deltas), view.getUint16(offsets)]
    for (let code = start; code <= view.getUint16(ends) && code < 0xffff; code++) {
      const found = offset === 0 ? code : view.getUint16(offsets + offset + (code - start) * 2)
      if (found !== 0) map.set(code, (found + delta) & 0xffff)
    }
  }
}

/** 字符表 — code point to glyph of a TrueType font, from its cmap of format 12, or 4 in fonts that have no more. */
export function readCharacterMap(font) {
  const view = viewOf(font)
  const cmap = findTables(view).get('cmap')
  const map = new Map()
  for (let at = 0; at < view.getUint16(cmap + 2); at++) {
    const table = cmap + view.getUint32(cmap + 4 + at * 8 + 4)
    const format = view.getUint16(table)
    if (format === 4) readSegments(view, table, map)
    if (format !== 12) continue
    for (let group = 0; group < view.getUint32(table + 12); group++) {
      const start = table + 16 + group * 12
      const [from, to, glyph] = [view.getUint32(start), view.getUint32(start + 4), view.getUint32(start + 8)]
      for (let code = from; code <= to; code++) map.set(code, glyph + code - from)
    }
  }
  return map
}

/** 字宽 — of characters that are not as wide as high, in thousandths: “20:224,21:323”, code points hexadecimal. */
function listWidths(font, codes) {
  const view = viewOf(font)
  const tables = findTables(view)
  const glyphs = readCharacterMap(font)
  const em = view.getUint16(tables.get('head') + 18)
  const measured = view.getUint16(tables.get('hhea') + 34)
  return codes
    .flatMap((code) => {
      const at = Math.min(glyphs.get(code), measured - 1)
      const width = Math.round((view.getUint16(tables.get('hmtx') + at * 4) * 1000) / em)
      return width === 1000 ? [] : [`${code.toString(16)}:${width}`]
    })
    .join(',')
}

/** Code points as runs: “20-7e,a0,4e00-4e05”, hexadecimal. */
function formatCodes(codes) {
  const runs = []
  for (const code of codes) {
    const last = runs[runs.length - 1]
    if (last !== undefined && last[1] === code - 1) last[1] = code
    else runs.push([code, code])
  }
  return runs
    .map(([from, to]) => (from === to ? from.toString(16) : `${from.toString(16)}-${to.toString(16)}`))
    .join(',')
}

const digestOf = (...parts) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex').slice(0, 10)
}

async function cut(source, codes) {
  const text = codes.map((code) => String.fromCodePoint(code)).join('')
  // Reports are set in lines from left to right: no feature of the font is needed, nor its columns, nor its instructions
  // for old screens.
  return subsetFont(source, text, {
    targetFormat: 'truetype',
    noLayoutClosure: true,
    keepFeatures: [],
    noHinting: true,
    dropTables: ['GSUB', 'GPOS', 'GDEF', 'BASE', 'VORG', 'vhea', 'vmtx', 'gasp', 'STAT', 'DSIG'],
  })
}

/**
 * 报告字体 — makes the files, or takes them from the cache, and returns where they are: fonts.json (which file has which
 * characters), regular, bold and rare files under names that carry their digest, and the licence.
 */
export async function makeFonts() {
  const regular = readFileSync(join(SOURCE, '400Regular/NotoSansSC_400Regular.ttf'))
  const bold = readFileSync(join(SOURCE, '700Bold/NotoSansSC_700Bold.ttf'))
  const licence = readFileSync(join(SOURCE, 'LICENSE_FONT'))
  const wanted = new Set(
    [...listGb2312(), ...SIGNS, ...listOwnCharacters()].map((character) => character.codePointAt(0)),
  )
  for (let code = 0x20; code < 0x7f; code++) wanted.add(code)
  const key = digestOf(
    regular,
    bold,
    licence,
    readFileSync(fileURLToPath(import.meta.url)),
    formatCodes([...wanted].sort((a, b) => a - b)),
  )
  const folder = join(CACHE, key)
  if (!existsSync(folder)) {
    const glyphs = readCharacterMap(regular)
    // Private use has no meaning that could be shown.
    const codes = [...glyphs.keys()]
      .filter((code) => code >= 0x20 && !(code >= 0xe000 && code <= 0xf8ff))
      .sort((a, b) => a - b)
    const base = codes.filter((code) => wanted.has(code))
    const rare = codes.filter((code) => !wanted.has(code))
    mkdirSync(CACHE, { recursive: true })
    const making = mkdtempSync(join(CACHE, `${key}.`))
    const keep = async (name, source, part) => {
      const content = await cut(source, part)
      const file = `${name}-${digestOf(content)}.ttf`
      writeFileSync(join(making, file), content)
      return file
    }
    // Half-width and full-width forms and old radicals share a glyph with a common character: a PDF gives back one of them.
    const alike = []
    const noteAlike = (part) => {
      const firstOf = new Map()
      for (const code of part) {
        const glyph = glyphs.get(code)
        if (firstOf.has(glyph)) alike.push([code, firstOf.get(glyph)])
        else firstOf.set(glyph, code)
      }
    }
    noteAlike(base)
    const files = []
    for (let at = 0; at < rare.length; at += RARE_FILE_CHARACTERS) {
      const part = rare.slice(at, at + RARE_FILE_CHARACTERS)
      noteAlike(part)
      files.push({ file: await keep(`rare${files.length + 1}`, regular, part), codes: formatCodes(part) })
    }
    const map = {
      base: {
        regular: await keep('regular', regular, base),
        bold: await keep('bold', bold, base),
        codes: formatCodes(base),
      },
      rare: files,
      widths: { regular: listWidths(regular, base), bold: listWidths(bold, base) },
      alike: alike.map((pair) => pair.map((code) => code.toString(16)).join('=')).join(','),
    }
    writeFileSync(join(making, 'fonts.json'), JSON.stringify(map))
    writeFileSync(join(making, 'OFL.txt'), licence)
    try {
      renameSync(making, folder)
    } catch (fault) {
      // Another build at the same time was quicker.
      if (!existsSync(folder)) throw fault
      rmSync(making, { recursive: true })
    }
    // Only what no build that still runs can be reading.
    const old = Date.now() - 3_600_000
    for (const name of readdirSync(CACHE)) {
      const path = join(CACHE, name)
      if (name !== key && statSync(path).mtimeMs < old) rmSync(path, { recursive: true, force: true })
    }
  }
  return readdirSync(folder).map((name) => ({ name, path: join(folder, name) }))
}
