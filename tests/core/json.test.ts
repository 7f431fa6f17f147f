import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isForbiddenName, isKeepableText, MOST_CHARACTERS, MOST_LEVELS, parseJson } from '#core/json'
import { refusalOf } from '../support/build'

const refused = (text: string): string => refusalOf(() => parseJson(text)).code
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

describe('读入 JSON', () => {
  it('any plain value comes back as it was written', () => {
    const name = fc
      .string()
      .filter((text) => !(text in Object.prototype) && text !== 'prototype' && !text.includes('\0'))
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, tie('leaf'), fc.array(tie('any')), fc.dictionary(name, tie('any'))),
      leaf: fc.oneof(
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0 || 0),
        fc.string().filter((text) => !text.includes('\0')),
      ),
    })).any
    fc.assert(
      fc.property(value, fc.constantFrom(undefined, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent)
        expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(value))
      }),
    )
  })

  it('a leading byte order mark is skipped, one elsewhere is not', () => {
    expect(parseJson('\uFEFF{"a":1}')).toEqual({ a: 1 })
    expect(refused('\uFEFF\uFEFF{"a":1}')).toBe('file.notJson')
    expect(refused('{"a":1}\uFEFF')).toBe('file.notJson')
  })

  it.each([
    '',
    ' ',
    '{',
    '{"a":1',
    '{"a":1}}',
    '[1,]',
    "{'a':1}",
    '{a:1}',
    'NaN',
    'Infinity',
    '01',
    '"\n"',
    '"\0"',
    '"',
  ])('what is not JSON is refused: %j', (text) => {
    expect(refused(text)).toBe('file.notJson')
  })

  it('40 levels are read and 41 refused', () => {
    expect(MOST_LEVELS).toBe(40)
    expect(JSON.stringify(parseJson(nested(40)))).toBe(nested(40))
    expect(refused(nested(41))).toBe('file.tooDeep')
    expect(refused('{"a":'.repeat(41) + '1' + '}'.repeat(41))).toBe('file.tooDeep')
  })

  it.each([
    ['closed lists', nested(200_000)],
    ['open lists', '['.repeat(200_000)],
    ['objects', '{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000)],
    ['lists and objects', '[{"a":'.repeat(200_000)],
  ])('text 200,000 levels deep is refused: %s', (_, text) => {
    expect(refused(text)).toBe('file.tooDeep')
  })

  it('brackets inside strings are no levels', () => {
    const text = JSON.stringify({ a: '['.repeat(500), b: '\\"[{"' })
    expect(parseJson(text)).toEqual({ a: '['.repeat(500), b: '\\"[{"' })
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'prototype', '__defineGetter__'])(
    'the name %s is refused wherever it stands, and as a value it is text',
    (name) => {
      expect(refused(`{"${name}":1}`)).toBe('file.forbiddenName')
      expect(refused(`[{"a":[{"b":1,"${name}":{"c":2}}]}]`)).toBe('file.forbiddenName')
      expect(refusalOf(() => parseJson(`{"${name}":1}`)).message).toContain(name)
      expect(parseJson(`["${name}"]`)).toEqual([name])
      expect(isForbiddenName(name)).toBe(true)
    },
  )

  it('a forbidden name is found behind escapes, and nothing is polluted', () => {
    expect(refused('{"\\u005f_proto__":{"polluted":1}}')).toBe('file.forbiddenName')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it.each([
    ['at the top', '{"a":1,"a":2}', 'a'],
    ['of equal values', '{"a":1,"b":2,"a":1}', 'a'],
    ['inside', '[{"x":{"b":1,"c":2,"b":3}}]', 'b'],
    ['after an inner object', '{"a":{"b":1},"a":2}', 'a'],
    ['behind an escape', '{"ab":1,"\\u0061b":2}', 'ab'],
    ['empty', '{"":1,"":2}', ''],
  ])('a name given twice is refused: %s', (_, text, name) => {
    const { code, faults } = refusalOf(() => parseJson(text))
    expect(code).toBe('file.repeatedName')
    expect(faults[0].details['name']).toBe(name)
  })

  it('the same name in two objects is no repetition', () => {
    expect(parseJson('[{"a":1},{"a":{"a":2}}]')).toEqual([{ a: 1 }, { a: { a: 2 } }])
    expect(parseJson('{"a":"a","b":["a","a"]}')).toEqual({ a: 'a', b: ['a', 'a'] })
  })

  it.each([
    ['{"a":1,"a":', 'file.repeatedName'],
    ['{"__proto__":1,"a":', 'file.forbiddenName'],
    ['{"a":1e400,"b":1,"b":2}', 'file.repeatedName'],
    ['{"a":1e400,"valueOf":1}', 'file.forbiddenName'],
    ['{"a":"\\u0000","a":1}', 'file.repeatedName'],
    ['}}' + nested(43), 'file.tooDeep'],
  ])('of several faults the one of the names or levels is told: %s', (text, code) => {
    expect(refused(text)).toBe(code)
  })

  it('colons, quotes and braces inside strings and names count for nothing', () => {
    const value = { ':': '"a":1', '{"a":': [':', '\\":', '}'], '\\': { '"': '' } }
    expect(parseJson(JSON.stringify(value))).toEqual(value)
    expect(parseJson(JSON.stringify(value, undefined, 2))).toEqual(value)
  })

  it('an empty name is a name like another', () => {
    expect(parseJson('{"":1,"a":{"":2}}')).toEqual({ '': 1, a: { '': 2 } })
  })

  it.each(['1e400', '-1e400', '{"a":[1e999]}'])('a number beyond double is refused: %s', (text) => {
    expect(refused(text)).toBe('file.wrongShape')
  })

  it('the place of a number beyond double is told', () => {
    expect(refusalOf(() => parseJson('{"a":[0,1e400]}')).message).toContain('/a/1')
  })

  it.each([
    ['NUL', '"a\\u0000b"'],
    ['the first half of a pair', '"\\ud83d"'],
    ['the second half of a pair', '"\\ude00"'],
    ['halves in the wrong order', '"\\ude00\\ud83d"'],
    ['a raw half', '"\ud83d"'],
    ['NUL in a name', '{"a\\u0000":1}'],
    ['half a pair in a name', '{"\\ud83d":1}'],
  ])('%s cannot be kept and is refused', (_, text) => {
    expect(refused(text)).toBe('text.badCharacter')
  })

  it('characters outside the basic plane can be kept', () => {
    expect(parseJson('["\\ud83d\\ude00","𠮷野"]')).toEqual(['😀', '𠮷野'])
    expect(isKeepableText('𠮷😀\n\t')).toBe(true)
  })

  it('text of 8 million characters is read and one more refused', () => {
    const text = (length: number): string => `"${'字'.repeat(length - 2)}"`
    expect(MOST_CHARACTERS).toBe(8_000_000)
    expect((parseJson(text(8_000_000)) as string).length).toBe(7_999_998)
    expect(refused(text(8_000_001))).toBe('file.tooLarge')
  })

  it('no text makes it fail in a way that was not foreseen', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', 'a', '1', '"a"', '"b":', '\\u', 'null', ' ')
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
        (text) => {
          let plain: unknown
          try {
            plain = { value: JSON.parse(text) as unknown }
          } catch {
            plain = undefined
          }
          try {
            expect({ value: parseJson(text) }).toEqual(plain)
          } catch (fault) {
            if ((fault as Error).name !== 'Problem') throw fault
          }
          if (plain === undefined) refusalOf(() => parseJson(text))
        },
      ),
      { numRuns: 2000 },
    )
  })
})
