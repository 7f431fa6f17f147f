import { Problem } from './problems.ts'

/** Own choices: a complete sheet has 4 levels and 40 kB, an edition 7 levels and 200 kB. */
export const MOST_LEVELS = 40
export const MOST_CHARACTERS = 8_000_000

/** Names that mean something to every JavaScript object: refused wherever a name is data. */
export function isForbiddenName(name: string): boolean {
  return name === '' || name in Object.prototype || name === 'prototype'
}

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
  scanNames(body)
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch (fault) {
    throw new Problem('file.notJson', { reason: fault instanceof Error ? fault.message : String(fault) })
  }
  refuseBadValues(value, '')
  return value
}

/** One pass over the characters: counts levels and remembers the names of each open object. */
function scanNames(text: string): void {
  const open: (Set<string> | undefined)[] = []
  let expectsName = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') {
      const end = endOfString(text, at)
      const names = open[open.length - 1]
      if (expectsName && names !== undefined) {
        const name = readName(text.slice(at, end + 1))
        if (isForbiddenName(name) && name !== '')
          throw new Problem('file.forbiddenName', { name, path: `第 ${at} 个字符` })
        if (names.has(name)) throw new Problem('file.repeatedName', { name, at })
        names.add(name)
        expectsName = false
      }
      at = end
    } else if (character === '{' || character === '[') {
      if (open.push(character === '{' ? new Set() : undefined) > MOST_LEVELS) {
        throw new Problem('file.tooDeep', { most: MOST_LEVELS })
      }
      expectsName = character === '{'
    } else if (character === '}' || character === ']') {
      open.pop()
    } else if (character === ',') {
      expectsName = open[open.length - 1] !== undefined
    }
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at
  }
  return text.length
}

function readName(literal: string): string {
  try {
    return String(JSON.parse(literal))
  } catch {
    return literal // Not a JSON string: the parser, run next, says so with its own place.
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
