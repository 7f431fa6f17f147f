// Fonts of report files: Noto Sans SC (SIL OFL 1.1) cut into a base set, regular and bold, and files of rare characters.
// Used by vite.config.ts; kept in .cache/fonts under the digest of all that they are made from.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
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

/** 字符表 — code point to glyph of a TrueType font, from its cmap of format 12 (or 4 where there is no 12). */
export function readCharacterMap(font) {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength)
  const tables = view.getUint16(4)
  let cmap = 0
  for (let at = 0; at < tables; at++) {
    if (view.getUint32(12 + at * 16) === 0x636d6170) cmap = view.getUint32(12 + at * 16 + 8)
  }
  const map = new Map()
  for (let at = 0; at < view.getUint16(cmap + 2); at++) {
    const table = cmap + view.getUint32(cmap + 4 + at * 8 + 4)
    if (view.getUint16(table) !== 12) continue
    for (let group = 0; group < view.getUint32(table + 12); group++) {
      const start = table + 16 + group * 12
      const [from, to, glyph] = [view.getUint32(start), view.getUint32(start + 4), view.getUint32(start + 8)]
      for (let code = from; code <= to; code++) map.set(code, glyph + code - from)
    }
  }
  return map
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
  // Reports are set one line after another: no feature of the font is needed, nor its instructions for old screens.
  return subsetFont(source, text, {
    targetFormat: 'truetype',
    noLayoutClosure: true,
    keepFeatures: [],
    noHinting: true,
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
    const making = join(CACHE, `${key}.${process.pid}`)
    rmSync(making, { recursive: true, force: true })
    mkdirSync(making, { recursive: true })
    const keep = async (name, source, part) => {
      const content = await cut(source, part)
      const file = `${name}-${digestOf(content)}.ttf`
      writeFileSync(join(making, file), content)
      return file
    }
    // Half-width and full-width forms and old radicals share a glyph with a common character: a PDF gives back one of them.
    const firstOf = new Map()
    const alike = []
    for (const code of codes) {
      const glyph = glyphs.get(code)
      const first = firstOf.get(glyph)
      if (first === undefined) firstOf.set(glyph, code)
      else alike.push([code, first])
    }
    const files = []
    for (let at = 0; at < rare.length; at += RARE_FILE_CHARACTERS) {
      const part = rare.slice(at, at + RARE_FILE_CHARACTERS)
      files.push({ file: await keep(`rare${files.length + 1}`, regular, part), codes: formatCodes(part) })
    }
    const map = {
      base: {
        regular: await keep('regular', regular, base),
        bold: await keep('bold', bold, base),
        codes: formatCodes(base),
      },
      rare: files,
      alike: alike.map((pair) => pair.map((code) => code.toString(16)).join('=')).join(','),
    }
    writeFileSync(join(making, 'fonts.json'), JSON.stringify(map))
    writeFileSync(join(making, 'OFL.txt'), licence)
    // A second build at the same time may have been quicker.
    if (existsSync(folder)) rmSync(making, { recursive: true })
    else renameSync(making, folder)
    for (const name of readdirSync(CACHE)) {
      if (name !== key && !name.includes('.')) rmSync(join(CACHE, name), { recursive: true, force: true })
    }
  }
  return readdirSync(folder).map((name) => ({ name, path: join(folder, name) }))
}
