import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '#digest'

/** RFC 8785 for plain values, written out: names sorted by UTF-16 code units, no spaces. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical((value as Record<string, unknown>)[name])}`).join(',')}}`
}

describe('校验码', () => {
  // SHA-256 of the two and of the fifteen bytes, as `printf '{}' | sha256sum` prints them.
  it.each([
    [{}, '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'],
    [[], '4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945'],
  ])('is the SHA-256 of the canonical text of %j', (value, expected) => {
    expect(digest(value)).toBe(expected)
  })

  it('agrees with an independent canonical form and the SHA-256 of Node', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        expect(digest(plain)).toBe(createHash('sha256').update(canonical(plain), 'utf8').digest('hex'))
      }),
    )
  })

  it('does not depend on the order of names, but on that of lists', () => {
    expect(digest({ a: 1, b: { c: 2, d: 3 } })).toBe(digest({ b: { d: 3, c: 2 }, a: 1 }))
    expect(digest([1, 2])).not.toBe(digest([2, 1]))
  })

  it('changes with any changed character, number or name', () => {
    const all = [{ a: 1 }, { a: '1' }, { a: 1.5 }, { b: 1 }, { a: [1] }, { a: null }, { a: 1, b: 1 }, { a: ' 1' }]
    expect(new Set(all.map(digest)).size).toBe(all.length)
  })

  it('a number counts, not how it was written', () => {
    expect(digest(JSON.parse('{"a":1.50,"b":1e2}'))).toBe(digest({ b: 100, a: 1.5 }))
    expect(digest({ a: -0 })).toBe(digest({ a: 0 }))
  })

  it('what JSON does not have is refused', () => {
    expect(() => digest(undefined)).toThrow(TypeError)
    expect(() => digest({ a: NaN })).toThrow()
    expect(() => digest({ a: Infinity })).toThrow()
  })

  it('a name without a value is no name', () => {
    expect(digest({ a: 1, b: undefined })).toBe(digest({ a: 1 }))
  })
})
