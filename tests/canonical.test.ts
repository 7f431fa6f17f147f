import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeCanonical } from '../src/canonical.ts'

describe('规范 JSON', () => {
  it('is letter for letter what the package for RFC 8785 writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, stringUnit: 'binary' }), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        let expected: string | undefined
        try {
          expected = canonicalize(plain)
        } catch {
          expected = undefined
        }
        if (expected === undefined) expect(() => writeCanonical(plain)).toThrow(TypeError)
        else expect(writeCanonical(plain)).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  // RFC 8785, section 3.2.3: names sorted by UTF-16 code units; the euro sign before the smiley's surrogates before U+FB33.
  it('sorts names as the RFC prints them', () => {
    const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 }
    expect(writeCanonical(value)).toBe('{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}')
  })

  it('takes a backslash before “ud800” for what it is', () => {
    expect(writeCanonical(['\\ud800'])).toBe('["\\\\ud800"]')
    expect(() => writeCanonical(['\ud800'])).toThrow(TypeError)
    expect(() => writeCanonical({ '\udc00': 1 })).toThrow(TypeError)
  })
})
