import { describe, expect, it } from 'vitest'
import { findIndustry, formatIndustry, parseIndustries } from '#core/industry'

const COAL = { code: '06', name: '煤炭开采和洗选业', section: 'B' }
const MINERALS = { code: '30', name: '非金属矿物制品业', section: 'C' }

function fileOf(...industries: readonly object[]): unknown {
  return { standard: 'GB/T 4754-2017', source: '手写', industries }
}
const industries = parseIndustries(fileOf(COAL, MINERALS))

describe('行业大类', () => {
  it('an industry is found by its two-digit code', () => {
    expect(findIndustry(industries, '30')).toEqual(MINERALS)
  })

  it('the leading zero belongs to the code', () => {
    expect(findIndustry(industries, '06')).toEqual(COAL)
    expect(findIndustry(industries, '6')).toBeUndefined()
  })

  it('an industry is written with its code and name', () => {
    expect(formatIndustry(industries, '30')).toBe('30 非金属矿物制品业')
    expect(formatIndustry(industries, '06')).toBe('06 煤炭开采和洗选业')
  })

  it('a code that is not listed is shown as it is', () => {
    expect(findIndustry(industries, '47')).toBeUndefined()
    expect(formatIndustry(industries, '47')).toBe('47')
    expect(formatIndustry(industries, 'constructor')).toBe('constructor')
  })
})

describe('an industry file', () => {
  it.each([
    ['a code twice', fileOf(COAL, COAL)],
    ['a code that is a number', fileOf({ ...MINERALS, code: 30 })],
    ['a code of three digits', fileOf({ ...MINERALS, code: '301' })],
    ['a section outside industry', fileOf({ ...MINERALS, section: 'E' })],
    ['an empty name', fileOf({ ...MINERALS, name: '' })],
    ['no rows', fileOf()],
    ['no standard', { source: '手写', industries: [COAL] }],
  ])('with %s is refused', (_, raw) => {
    expect(() => parseIndustries(raw)).toThrow()
  })
})
