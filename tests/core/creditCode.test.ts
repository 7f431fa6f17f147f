import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkCreditCode, completeCreditCode, isCreditCode, normalizeCreditCode } from '#core/creditCode'

// Vectors for the algorithm, collected from public code and recomputed by an independent script: they say nothing about
// any firm. The last is the worked example that is quoted from the standard.
const VALID = [
  '914403001922038216',
  '91440300192317458F',
  '9144030071526726XG',
  '91440400192548256N',
  '91440606722473344C',
  '9132070070404786XB',
  '91450200715187622B',
  '91350100M000100Y43',
]
// Synthetic: its weighted sum is divisible by 31.
const CHECK_CHARACTER_0 = '91450200XX00000430'
const ALPHABET = Array.from('0123456789ABCDEFGHJKLMNPQRTUWXY')

describe('统一社会信用代码', () => {
  it.each(VALID)('%s is a credit code without a fault or warning', (code) => {
    expect(checkCreditCode(code)).toEqual({ code, warnings: [] })
    expect(isCreditCode(code)).toBe(true)
  })

  it('a sum divisible by 31 has the check character 0', () => {
    expect(checkCreditCode(CHECK_CHARACTER_0)).toEqual({ code: CHECK_CHARACTER_0, warnings: [] })
    expect(isCreditCode(CHECK_CHARACTER_0)).toBe(true)
  })

  it.each<[string, { fault: string; at?: number }, string]>([
    ['914403001922038217', { fault: 'check' }, 'the last digit is changed'],
    ['914403001922038126', { fault: 'check' }, 'two neighbours are swapped'],
    ['91440300192203821', { fault: 'length' }, '17 characters'],
    ['9144030019220382166', { fault: 'length' }, '19 characters'],
    ['', { fault: 'length' }, 'nothing'],
    ['440301103097413', { fault: 'length' }, 'an old registration number of 15 digits'],
    ['192203821', { fault: 'length' }, 'a bare organisation code'],
    ['91440300I922038216', { fault: 'charset', at: 8 }, 'the letter I'],
    ['91440300192317458O', { fault: 'charset', at: 17 }, 'the letter O'],
    ['9144030019广2038216', { fault: 'charset', at: 10 }, 'a Chinese character'],
    ['000000000000000000', { fault: 'class', at: 0 }, 'no authority 0, though the check character is right'],
    ['904403001922038216', { fault: 'class', at: 1 }, 'no kind 0'],
    ['9A4403001922038216', { fault: 'class', at: 1 }, 'no kind A'],
    ['B14403001922038216', { fault: 'class', at: 0 }, 'no authority B'],
    ['91A403001922038216', { fault: 'region', at: 2 }, 'a letter at the start of the region'],
    ['9144030A1922038216', { fault: 'region', at: 7 }, 'a letter at the end of the region'],
  ])('%s is refused with the fault and its place: %o (%s)', (code, expected) => {
    const { fault, at } = checkCreditCode(code)
    expect({ fault, at }).toEqual({ at: undefined, ...expected })
    expect(isCreditCode(code)).toBe(false)
  })

  it('faults are looked for in the order length, characters, class, region, check character', () => {
    expect(checkCreditCode('0IA').fault).toBe('length')
    expect(checkCreditCode('00A403001922O38217').fault).toBe('charset')
    expect(checkCreditCode('00A403001922038217').fault).toBe('class')
    expect(checkCreditCode('91A403001922038217').fault).toBe('region')
  })

  it('every change of a single character is refused', () => {
    for (const code of [...VALID, CHECK_CHARACTER_0]) {
      for (let at = 0; at < code.length; at += 1) {
        for (const other of ALPHABET.filter((character) => character !== code[at])) {
          const changed = code.slice(0, at) + other + code.slice(at + 1)
          expect(checkCreditCode(changed).fault, changed).toBeDefined()
        }
      }
    }
  })

  it('every swap of two different neighbours is refused', () => {
    for (const code of [...VALID, CHECK_CHARACTER_0]) {
      for (let at = 0; at + 1 < code.length; at += 1) {
        const swapped = code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2)
        if (swapped !== code) expect(checkCreditCode(swapped).fault, swapped).toBeDefined()
      }
    }
  })

  it('exactly one of the 31 check characters fits the first 17 characters', () => {
    const character = fc.constantFrom(...ALPHABET)
    const body = fc
      .tuple(fc.stringMatching(/^9[123]\d{6}$/), fc.array(character, { minLength: 9, maxLength: 9 }))
      .map(([front, organisation]) => front + organisation.join(''))
    fc.assert(fc.property(body, (front) => ALPHABET.filter((last) => isCreditCode(front + last)).length === 1))
  })
})

describe('a code as people type it', () => {
  it.each([
    [' 9144 0300 1923 17458f ', '91440300192317458F'],
    ['９１４４０３００１９２２０３８２１６', '914403001922038216'],
    ['91440300-192317458-F', '91440300192317458F'],
    ['91440300‐192317458－Ｆ', '91440300192317458F'],
    ['\uFEFF91440300\u00A01923\u300017458f\u200B\r\n', '91440300192317458F'],
  ])('%o is read without blanks, hyphens and full-width characters, in capitals', (text, code) => {
    expect(normalizeCreditCode(text)).toBe(code)
    expect(checkCreditCode(text)).toEqual({ code, warnings: [] })
  })

  it('a code that still needs normalizing is not one to be stored', () => {
    expect(isCreditCode('91440300192317458f')).toBe(false)
    expect(isCreditCode(' 914403001922038216')).toBe(false)
  })

  it('the place of a wrong character is counted in the normalized code', () => {
    expect(checkCreditCode(' 9144 0300 i922038216')).toMatchObject({
      code: '91440300I922038216',
      fault: 'charset',
      at: 8,
    })
  })

  it('I for 1 and O for 0 is offered as a suggestion when that code passes', () => {
    expect(checkCreditCode('9i44o3oo1922o38216')).toEqual({
      code: '9I44O3OO1922O38216',
      fault: 'charset',
      at: 1,
      suggestion: '914403001922038216',
      warnings: [],
    })
  })

  it('nothing is suggested when the replaced code fails too', () => {
    expect(checkCreditCode('91440300192317458O')).not.toHaveProperty('suggestion')
    expect(checkCreditCode('914403001922038217')).not.toHaveProperty('suggestion')
    expect(checkCreditCode('9I440300Z922038216')).not.toHaveProperty('suggestion')
  })

  it('any text gets an answer, and what passes is what may be stored', () => {
    const typed = fc.string({
      unit: fc.constantFrom(...ALPHABET, 'i', 'O', 'Ｏ', '-', '—', ' ', '\u3000', '９', '码', '\uD800'),
    })
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), typed), (text) => {
        const { code, fault, suggestion } = checkCreditCode(text)
        expect(isCreditCode(code)).toBe(fault === undefined)
        if (suggestion !== undefined) expect(isCreditCode(suggestion)).toBe(true)
      }),
    )
  })
})

// Check characters by hand, from the synthetic code above: 91450200XX0000043 has the sum 0 mod 31.
describe('warnings never refuse', () => {
  it('an inner organisation code with a wrong check character is a warning', () => {
    // Character 17 weighs 28: 3 → 4 makes the sum 28, so the check character is 31 − 28 = 3.
    expect(checkCreditCode('91450200XX00000443')).toEqual({ code: '91450200XX00000443', warnings: ['organisation'] })
  })

  it('a code of another authority or kind than an enterprise is a warning', () => {
    // Character 2 weighs 3: 1 → 2 makes the sum 3, so the check value is 28, the character W.
    expect(checkCreditCode('92450200XX0000043W')).toEqual({ code: '92450200XX0000043W', warnings: ['notEnterprise'] })
    // Character 1 weighs 1: 9 → 5 makes the sum −4, so the check character is 4.
    expect(checkCreditCode('51450200XX00000434')).toEqual({ code: '51450200XX00000434', warnings: ['notEnterprise'] })
  })

  it('a region outside the list of divisions is no fault: codes are kept for life', () => {
    // Characters 7 and 8 weigh 16 and 17: 0 → 9 twice adds 297 = 9 × 31 + 18, so the check value is 13, the character D.
    expect(checkCreditCode('91450299XX0000043D')).toEqual({ code: '91450299XX0000043D', warnings: [] })
  })
})

describe('the code of a made-up firm', () => {
  // GB 11714 of XX000004, X being 33: 33·3 + 33·7 + 4·2 = 338 = 30·11 + 8, so 11 − 8 = 3; the last as above.
  it('gets both its check characters', () => {
    expect(completeCreditCode('91450200XX000004')).toBe('91450200XX00000430')
  })

  it('is a right code for any number', () => {
    for (let number = 0; number < 3000; number++) {
      const code = completeCreditCode(`91450100XX${String(number).padStart(6, '0')}`)
      expect(checkCreditCode(code)).toEqual({ code, warnings: [] })
    }
  })

  it.each(['91450200XX00000', '91450200OX000004', '01450200XX000004'])('is refused as a bug for %s', (first16) => {
    expect(() => completeCreditCode(first16)).toThrow(RangeError)
  })
})
