import { describe, expect, it } from 'vitest'
import { findPlace } from '#core/oversight/rosterPlaces'
import { divisions, retired } from '#reference/books.ts'

const find = (text: string, level: 2 | 3, within?: string): string | undefined => {
  const found = findPlace(text, level, divisions, retired, within)
  return found === undefined ? undefined : 'division' in found ? found.division.code : found.doubt
}

describe('识别区划', () => {
  it.each([
    ['450100', '450100'],
    ['4501', '450100'],
    ['450100.0', '450100'],
    ['南宁市', '450100'],
    ['南宁', '450100'],
    [' 南 宁 市 ', '450100'],
    ['广西南宁市', '450100'],
    ['广西壮族自治区南宁市', '450100'],
    ['450103', '450100'],
    ['桂平市', '450800'],
    ['防城港', '450600'],
  ])('the city “%s” is %s', (text, code) => expect(find(text, 2)).toBe(code))

  it.each([
    ['450103', '450103'],
    ['450103001', '450103'],
    ['450103001000', '450103'],
    ['青秀区', '450103'],
    ['青秀', '450103'],
    ['南宁市青秀区', '450103'],
    ['南宁青秀', '450103'],
    ['广西壮族自治区南宁市青秀区', '450103'],
    ['广西/南宁市/青秀区', '450103'],
    ['４５０１０３', '450103'],
    ['融水苗族自治县', '450225'],
    ['融水县', '450225'],
    ['融水', '450225'],
    ['隆林', '451031'],
    ['藤县', '450422'],
    ['柳城县', '450222'],
    ['城中', '450202'],
  ])('the county “%s” is %s', (text, code) => expect(find(text, 3)).toBe(code))

  it.each([
    ['450127', '450181'],
    ['横县', '450181'],
    ['南宁市横县', '450181'],
    ['武鸣县', '450110'],
    ['452131', '451425'],
    ['宜州市', '451203'],
    ['天等县', '451425'],
  ])('the old county “%s” is now %s', (text, code) => expect(find(text, 3)).toBe(code))

  it('an old county tells its city too', () => {
    expect(find('450127', 2)).toBe('450100')
    expect(find('邕宁县', 2)).toBe('450100')
  })

  it.each([
    ['450121', /已撤销，现为.*青秀区.*不能确定是哪一个/],
    ['邕宁县', /已撤销/],
    ['市郊区', /已撤销/],
    ['450199', /不在区划表中/],
    ['南宁高新区', /“南宁高新区”不在区划表中/],
    ['市本级', /不在区划表中/],
    ['南宁市', /不是县（市、区）/],
    ['百色市', /不是县（市、区）/],
    ['450100', /不是县（市、区）/],
    ['451281000000x', /不在区划表中/],
  ])('the county “%s” is left to a person', (text, doubt) => expect(find(text, 3)).toMatch(doubt))

  it.each([
    ['南宁地区', /不能确定是哪一个/],
    ['深圳市', /不在区划表中/],
    ['450000', /不是设区市/],
    ['广西', /不是设区市/],
  ])('the city “%s” is left to a person', (text, doubt) => expect(find(text, 2)).toMatch(doubt))

  it('an empty cell is nothing', () => {
    expect(find('  ', 3)).toBeUndefined()
  })

  it('inside another city a county is not found by name, and the doubt says where it is', () => {
    expect(find('青秀区', 3, '450100')).toBe('450103')
    expect(find('青秀区', 3, '450200')).toBe('“青秀区”是广西壮族自治区南宁市青秀区')
  })

  it('every division is found by its code, its name and its full path', () => {
    for (const { code, name, level, parent } of divisions.byCode.values()) {
      if (level === 1) continue
      const path = `${divisions.byCode.get(parent!)!.name}${name}`
      for (const text of [code, name, path]) expect(find(text, level)).toBe(code)
    }
  })
})
