import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import { RosterRowSchema } from '#core/oversight/api'
import { matchColumns, parseRoster, type ParsedRosterRow, type RosterBooks } from '#core/oversight/roster'
import { divisions, industries, retired } from '#reference/books.ts'

const CODE = completeCreditCode('91450100MA5T0001')
const BOOKS: RosterBooks = { divisions, industries, retired, area: '450000' }
const HEADER = ['统一社会信用代码', '企业名称', '设区市', '县（市、区）', '是否规上']
const GOOD = [CODE, '示例企业有限公司', '南宁市', '青秀区', '是']

function parse(
  lines: readonly (readonly string[])[],
  header: readonly string[] = HEADER,
  area = '450000',
): readonly ParsedRosterRow[] {
  return parseRoster(lines, matchColumns(header), { ...BOOKS, area })
}
const parseOne = (...parameters: Parameters<typeof parse>): ParsedRosterRow => parse(...parameters)[0]!

describe('企业名录', () => {
  it('reads a line with everything', () => {
    const header = [
      ...HEADER,
      '行业代码',
      '规模',
      '规上年份',
      '规上依据',
      '服务员',
      '电话',
      '企业联系人',
      '联系电话',
      '列入日期',
    ]
    const line = [
      ...GOOD,
      'C3011',
      '小型',
      '2023年',
      '统计局名录',
      '示例服务员',
      '13800000000',
      '示例联系人',
      '0771-5551234',
      '45473',
    ]
    expect(parseOne([line], header)).toEqual({
      line: 1,
      faults: [],
      doubts: [],
      row: {
        creditCode: CODE,
        name: '示例企业有限公司',
        city: '450100',
        county: '450103',
        isAboveScale: true,
        industry: '30',
        size: '小型',
        scaleYear: 2023,
        scaleSource: '统计局名录',
        liaison: { name: '示例服务员', phone: '13800000000' },
        contact: { name: '示例联系人', phone: '0771-5551234' },
        listedOn: '2024-06-30',
      },
    })
  })

  it('leaves out what is empty, and empty lines; the lines keep their numbers', () => {
    const parsed = parse([['', ' ', ''], GOOD, [], GOOD])
    expect(parsed.map(({ line }) => line)).toEqual([2, 4])
    expect(parsed[0]?.row).toEqual({
      creditCode: CODE,
      name: '示例企业有限公司',
      city: '450100',
      county: '450103',
      isAboveScale: true,
    })
  })

  it('every fault is told, and there is no row', () => {
    const { row, faults } = parseOne([['12345', '', '', '', '']])
    expect(row).toBeUndefined()
    expect(faults).toEqual([expect.stringMatching(/应为 18 位/), '没有企业名称', '没有设区市', '“是否规上”是空的'])
  })

  it('without a column for 是否规上 no row can be used: nobody decides over the denominator in silence', () => {
    expect(parseOne([GOOD.slice(0, 4)], HEADER.slice(0, 4)).faults).toEqual(['没有对应“是否规上”的列，请先选定这一列'])
  })

  it('a column of ticks means no where it is empty', () => {
    const lines = [[...GOOD.slice(0, 4), '√'], GOOD.slice(0, 4)]
    expect(parse(lines).map(({ row }) => row?.isAboveScale)).toEqual([true, false])
  })

  it.each(['合计', '总计：3 家', '小计'])('a line “%s” is no firm', (text) => {
    expect(parseOne([[text, '', '', '', '3']]).faults).toEqual(['这是合计行，不是企业'])
  })

  it('a name longer than 200 characters is refused with the column’s name', () => {
    expect(parseOne([[CODE, '长'.repeat(201), '南宁市', '青秀区', '是']]).faults).toEqual(['企业名称：超过 200 个字符'])
  })

  it('two people in one cell are nobody, a phone without a name neither', () => {
    const header = [...HEADER, '服务员', '服务员电话']
    const two = parseOne([[...GOOD, '示例甲、示例乙', '13800000000']], header)
    expect(two.row?.liaison).toBeUndefined()
    expect(two.doubts).toHaveLength(2)
    const nobody = parseOne([[...GOOD, '', '13800000000']], header)
    expect(nobody.row?.liaison).toBeUndefined()
    expect(nobody.doubts).toEqual(['只有诊断工作联系人电话，没有姓名，暂不写入'])
  })
})

describe('the place of a row', () => {
  const place = (city: string, county: string, area = '450000'): ParsedRosterRow =>
    parseOne([[CODE, '示例企业', city, county, '是']], HEADER, area)

  it.each([
    ['南宁', '青秀', '450100', '450103'],
    ['450100', '450103', '450100', '450103'],
    ['', '广西南宁市青秀区', '450100', '450103'],
    ['南宁市青秀区', '', '450100', '450103'],
    ['', '450103', '450100', '450103'],
    ['南宁市', '横县', '450100', '450181'],
    ['452100', '452122', '450100', '450181'],
    ['河池', '宜州市', '451200', '451203'],
  ])('“%s”, “%s”', (city, county, cityCode, countyCode) => {
    expect(place(city, county).row).toMatchObject({ city: cityCode, county: countyCode })
  })

  it('a county of another city is a fault, not a choice of the program', () => {
    expect(place('柳州市', '青秀区').faults).toEqual(['青秀区属于南宁市，不属于柳州市'])
    expect(place('柳州市', '450103').faults).toEqual(['青秀区属于南宁市，不属于柳州市'])
  })

  it.each(['南宁高新区', '市本级', '邕宁县', '450199'])('the county “%s” stays open, with a doubt', (county) => {
    const { row, doubts } = place('南宁市', county)
    expect(row).toMatchObject({ city: '450100' })
    expect(row?.county).toBeUndefined()
    expect(doubts).toEqual([expect.stringMatching(/只写入南宁市$/)])
  })

  it('a city that cannot be read is a doubt when the county tells it, else a fault', () => {
    expect(place('南宁地区', '马山县')).toMatchObject({ row: { city: '450100', county: '450124' } })
    expect(place('南宁地区', '马山县').doubts).toEqual([expect.stringMatching(/按南宁市写入$/)])
    expect(place('南宁地区', '').faults).toEqual([expect.stringMatching(/不能确定是哪一个/)])
    expect(place('深圳市', '').faults).toEqual(['设区市：“深圳市”不在区划表中'])
  })

  it('a county that is not found is named before what follows from it: the area is not the cell to mend', () => {
    expect(place('南宁市', '不存在县', '450102').faults).toEqual([
      '县（市、区）“不存在县”认不出：不在区划表中；广西壮族自治区南宁市不在广西壮族自治区南宁市兴宁区范围内',
    ])
    expect(place('', '不存在县').faults).toEqual(['县（市、区）“不存在县”认不出：不在区划表中'])
    expect(place('', '450999').faults).toEqual(['县（市、区）“450999”认不出：区划代码 450999 不在区划表中'])
  })

  it('a firm outside the area of the roster is a fault', () => {
    expect(place('柳州市', '城中区', '450100').faults).toEqual([
      '广西壮族自治区柳州市城中区不在广西壮族自治区南宁市范围内',
    ])
    expect(place('南宁市', '', '450103').row).toMatchObject({ county: '450103' })
    expect(place('南宁市', '西乡塘区', '450103').faults).toHaveLength(1)
    expect(place('南宁市', '高新区', '450103').faults).toHaveLength(1)
  })

  it('the roster of a city or county needs no column for it', () => {
    const header = ['统一社会信用代码', '企业名称', '是否规上']
    const line = [CODE, '示例企业', '是']
    expect(parseOne([line], header, '450103')).toMatchObject({
      row: { city: '450100', county: '450103' },
      doubts: [],
    })
    expect(parseOne([line], header, '450100')).toMatchObject({ row: { city: '450100' } })
    expect(parseOne([line], header, '450000').faults).toEqual(['没有设区市'])
  })

  it('an empty county in the roster of a county is that county, with a doubt', () => {
    expect(place('南宁市', '', '450103').doubts).toEqual(['没有写县（市、区），按青秀区写入'])
  })
})

describe('any table at all', () => {
  const cell = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      CODE,
      '是',
      '否',
      '南宁',
      '青秀区',
      '450103',
      '横县',
      '示例企业',
      '2024-06-30',
      '=1+1',
      '1.2E+17',
      '\u0000',
      '\ud800',
    ),
  )

  it('never throws; a row there is fits the schema, and faults leave none', () => {
    const header = [...HEADER, '行业代码', '规模', '规上年份', '规上依据', '服务员', '电话', '联系人', '列入日期']
    fc.assert(
      fc.property(fc.array(fc.array(cell, { maxLength: 13 }), { maxLength: 4 }), (lines) => {
        for (const { row, faults } of parse(lines, header)) {
          expect(row === undefined).toBe(faults.length > 0)
          if (row !== undefined) expect(v.safeParse(RosterRowSchema, row).success).toBe(true)
        }
      }),
      { numRuns: 500 },
    )
  })
})
