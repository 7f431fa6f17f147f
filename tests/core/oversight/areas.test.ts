import { describe, expect, it } from 'vitest'
import { parseDivisions } from '#core/division'
import { listPlaced, splitArea, splitAsked } from '#core/oversight/areas'

const divisions = parseDivisions({
  source: '手写',
  date: '2024',
  licence: '无',
  divisions: [
    { code: '450000', name: '广西壮族自治区', parent: null, level: 1 },
    { code: '450100', name: '南宁市', parent: '450000', level: 2 },
    { code: '450103', name: '青秀区', parent: '450100', level: 3 },
    { code: '450200', name: '柳州市', parent: '450000', level: 2 },
    // Made up: its digits are those of 南宁, its parent is 柳州.
    { code: '450199', name: '某县', parent: '450200', level: 3 },
  ],
})

describe('按下级区划归属', () => {
  const { placeOf, children } = splitArea(divisions, '450000')

  it('has the children in the order of the list', () => expect(children).toEqual(['450100', '450200']))

  it('goes by the chain of parents, not by digits', () => {
    expect(placeOf({ city: '450200', county: '450199' })).toBe('450200')
    expect(splitArea(divisions, '450100').placeOf({ city: '450200', county: '450199' })).toBeUndefined()
  })

  it('a county that is not listed leaves a firm in its city', () => {
    expect(placeOf({ city: '450100', county: '450171' })).toBe('450100')
    expect(splitArea(divisions, '450100').placeOf({ city: '450100', county: '450171' })).toBe('')
  })

  it('a firm without a county lies in none of the listed ones', () => {
    expect(splitArea(divisions, '450100').placeOf({ city: '450100' })).toBe('')
    expect(splitArea(divisions, '450103').placeOf({ city: '450100' })).toBeUndefined()
  })

  it('a firm of which nothing is listed lies in the whole of the list only', () => {
    expect(placeOf({ city: '000000' })).toBe('')
    expect(splitArea(divisions, '450100').placeOf({ city: '000000' })).toBeUndefined()
  })

  it('firms outside the area of the round are left out', () => {
    const { children, placeOf } = splitAsked(divisions, '450200', '450000')
    expect(children).toEqual(['450100', '450200'])
    expect(placeOf({ city: '450100', county: '450103' })).toBeUndefined()
    expect(placeOf({ city: '450200' })).toBe('450200')
    expect(splitAsked(divisions, '450000', '450200').placeOf({ city: '450100' })).toBeUndefined()
  })

  it('lists the firms inside with their places', () => {
    const firms = [{ city: '450100', county: '450103' }, { city: '450200' }]
    expect(listPlaced(firms, '450200', '450000', divisions)).toEqual({
      children: ['450100', '450200'],
      placed: [{ firm: firms[1], place: '450200' }],
    })
  })
})
