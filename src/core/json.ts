import { Problem } from './problems.ts'

/** Own choices: a complete sheet has 4 levels and 40 kB, an edition 7 levels and 200 kB. */
export const MOST_LEVELS = 40
export const MOST_CHARACTERS = 8_000_000

/** Names that mean something to every JavaScript object: refused wherever a name is data. */
export function isForbiddenName(name: string): boolean {
  return FORBIDDEN_NAMES.has(name)
}

/** A set, because asking the prototype itself for each of a thousand names takes longer than reading them. */
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype', ''])

/**
 * 读入 JSON — text of unknown origin to a plain value.
 * Refuses, with the place: more than 40 levels (before the parser's own stack is at risk), names such as `__proto__`,
 * a name given twice (JSON would silently keep the last), numbers beyond double (1e400), NUL and lone surrogates
 * (PostgreSQL and XLSX cannot keep them). A leading byte order mark is skipped.
 */
export function parseJson(text: string): unknown {
  if (text.length > MOST_CHARACTERS) {
    throw new Problem('file.tooLarge', { megabytes: Math.ceil(text.length / 1e6), most: MOST_CHARACTERS / 1e6 })
  }
  const body = text.startsWith('\uFEFF') ? text.slice(1) : text
  const members = countMembers(body)
  // Too deep, and refused: before the parser's own stack is at risk.
  if (members === undefined) scanNames(body)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (fault) {
    scanNames(body)
    throw new Problem('file.notJson', { reason: fault instanceof Error ? fault.message : String(fault) })
  }
  // Only what has something wrong is read once more, to say what and where.
  if (countGoodMembers(value) !== members || MAYBE_BAD.test(body)) {
    scanNames(body)
    refuseBadValues(value, '')
  }
  return value
}

/** Without an escape, a control character or half a pair in the text there is no bad text in it. */
const MAYBE_BAD = /\\u|[\0\uD800-\uDFFF]/

const [QUOTE, BACKSLASH, COMMA, COLON, OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = Array.from(
  '"\\,:{}[]',
  (sign) => sign.charCodeAt(0),
)

/** How many names with a value the text has, as each stands before a colon outside a string; undefined when it is too deep. */
function countMembers(text: string): number | undefined {
  let members = 0
  let levels = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COLON) members++
    else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (++levels > MOST_LEVELS) return undefined
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) levels--
  }
  return members
}

/** How many names with a value were read, one given twice being one; NaN when a name or a number is not to be kept. */
function countGoodMembers(value: unknown): number {
  if (typeof value === 'number') return Number.isFinite(value) ? 0 : NaN
  if (typeof value !== 'object' || value === null) return 0
  let members = 0
  if (Array.isArray(value)) {
    for (const member of value) members += countGoodMembers(member)
    return members
  }
  for (const name of Object.keys(value)) {
    if (FORBIDDEN_NAMES.has(name)) return NaN
    members += 1 + countGoodMembers((value as Readonly<Record<string, unknown>>)[name])
  }
  return members
}

/** One pass over the characters: counts levels and remembers the names of each open object. Strings are leapt over. */
function scanNames(text: string): void {
  const open: (Set<string> | undefined)[] = []
  let names: Set<string> | undefined
  let expectsName = false
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = endOfString(text, at)
      if (expectsName && names !== undefined) {
        const name = readName(text, at, end)
        if (isForbiddenName(name) && name !== '')
          throw new Problem('file.forbiddenName', { name, path: `第 ${at} 个字符` })
        if (names.has(name)) throw new Problem('file.repeatedName', { name, at })
        names.add(name)
        expectsName = false
      }
      at = end
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      expectsName = code === OPEN_BRACE
      names = expectsName ? new Set() : undefined
      if (open.push(names) > MOST_LEVELS) throw new Problem('file.tooDeep', { most: MOST_LEVELS })
    } else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      open.pop()
      names = open[open.length - 1]
    } else if (code === COMMA) {
      expectsName = names !== undefined
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    // Behind an odd number of backslashes it belongs to the string.
    let before = end
    while (text.charCodeAt(before - 1) === BACKSLASH) before--
    if ((end - before) % 2 === 0) return end
  }
  return text.length
}

function readName(text: string, start: number, end: number): string {
  const plain = text.slice(start + 1, end)
  if (!plain.includes('\\')) return plain
  try {
    return String(JSON.parse(text.slice(start, end + 1)))
  } catch {
    return plain // Not a JSON string: the parser, run next, says so with its own place.
  }
}

function refuseBadValues(value: unknown, path: string): void {
  if (typeof value === 'string' && !isKeepableText(value)) throw new Problem('text.badCharacter', { path: path || '/' })
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new Problem('file.wrongShape', { path: path || '/', reason: '数字过大' })
  }
  if (typeof value !== 'object' || value === null) return
  for (const [name, inner] of Object.entries(value)) {
    if (!isKeepableText(name)) throw new Problem('text.badCharacter', { path: path || '/' })
    refuseBadValues(inner, `${path}/${name}`)
  }
}

/** 可保存的文字 — no NUL and no half of a surrogate pair. */
export function isKeepableText(text: string): boolean {
  return !/\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(text)
}
