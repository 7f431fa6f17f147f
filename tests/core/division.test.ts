import { describe, expect, it } from 'vitest'
import { formatDivision, isWithin, listCities, listCounties, parseDivisions } from '#core/division'

const PROVINCE = { code: '450000', name: '广西壮族自治区', parent: null, level: 1 }
const NANNING = { code: '450100', name: '南宁市', parent: '450000', level: 2 }
const LIUZHOU = { code: '450200', name: '柳州市', parent: '450000', level: 2 }
const QINGXIU = { code: '450103', name: '青秀区', parent: '450100', level: 3 }
// Made up: its digits are those of Nanning, its parent is Liuzhou.
const MOVED = { code: '450199', name: '某县', parent: '450200', level: 3 }

function fileOf(...divisions: readonly object[]): unknown {
  return { source: '手写', date: '2024', licence: '无', divisions }
}
const divisions = parseDivisions(fileOf(PROVINCE, NANNING, QINGXIU, LIUZHOU, MOVED))

describe('行政区划', () => {
  it('cities are the second level, in the order of the list', () => {
    expect(listCities(divisions)).toEqual([NANNING, LIUZHOU])
  })

  it('counties are those whose parent is the city, whatever their digits', () => {
    expect(listCounties(divisions, '450100')).toEqual([QINGXIU])
    expect(listCounties(divisions, '450200')).toEqual([MOVED])
  })

  it('a province, a county and an unknown code have no counties', () => {
    expect(listCounties(divisions, '450000')).toEqual([])
    expect(listCounties(divisions, '450103')).toEqual([])
    expect(listCounties(divisions, '110000')).toEqual([])
  })

  it('a division is named from the province down', () => {
    expect(formatDivision(divisions, '450103')).toBe('广西壮族自治区南宁市青秀区')
    expect(formatDivision(divisions, '450103')).toBe('广西壮族自治区南宁市青秀区')
    expect(formatDivision(divisions, '450200')).toBe('广西壮族自治区柳州市')
    expect(formatDivision(divisions, '450000')).toBe('广西壮族自治区')
  })

  it('a code that is not listed is shown as it is', () => {
    expect(formatDivision(divisions, '450127')).toBe('450127')
  })

  it('a division lies in itself, its city and its province, and not in a neighbour', () => {
    expect(isWithin(divisions, '450103', '450103')).toBe(true)
    expect(isWithin(divisions, '450103', '450100')).toBe(true)
    expect(isWithin(divisions, '450103', '450000')).toBe(true)
    expect(isWithin(divisions, '450103', '450200')).toBe(false)
    expect(isWithin(divisions, '450100', '450103')).toBe(false)
  })

  it('the chain of parents decides, not the digits', () => {
    expect(isWithin(divisions, '450199', '450200')).toBe(true)
    expect(isWithin(divisions, '450199', '450100')).toBe(false)
  })

  it('a code that is not listed lies nowhere, not even in itself', () => {
    expect(isWithin(divisions, '450127', '450100')).toBe(false)
    expect(isWithin(divisions, '450127', '450127')).toBe(false)
  })
})

describe('a region file', () => {
  it.each([
    ['a code twice', fileOf(PROVINCE, NANNING, NANNING)],
    ['a parent that is missing', fileOf(PROVINCE, QINGXIU)],
    ['a parent two levels up', fileOf(PROVINCE, { ...QINGXIU, parent: '450000' })],
    ['a parent of the same level', fileOf(PROVINCE, NANNING, { ...LIUZHOU, parent: '450100' })],
    ['a circle', fileOf({ ...NANNING, parent: '450200' }, { ...LIUZHOU, parent: '450100' })],
    ['a province with a parent', fileOf(PROVINCE, { ...PROVINCE, code: '460000', parent: '450000' })],
    ['a city without a parent', fileOf(PROVINCE, { ...NANNING, parent: null })],
    ['a code that is a number', fileOf({ ...PROVINCE, code: 450000 })],
    ['a code of five digits', fileOf({ ...PROVINCE, code: '45000' })],
    ['a level 4', fileOf({ ...PROVINCE, level: 4 })],
    ['a field it does not know', fileOf({ ...PROVINCE, short: '广西' })],
    ['no rows', fileOf()],
    ['no source', { date: '2024', licence: '无', divisions: [PROVINCE] }],
    ['a bare list', [PROVINCE]],
  ])('with %s is refused', (_, raw) => {
    expect(() => parseDivisions(raw)).toThrow()
  })

  it('may list a division before the one it lies in', () => {
    expect(formatDivision(parseDivisions(fileOf(NANNING, PROVINCE)), '450100')).toBe('广西壮族自治区南宁市')
  })
})
