import { describe, expect, it } from 'vitest'
import {
  isTickColumn,
  readAboveScale,
  readCreditCode,
  readDay,
  readIndustry,
  readPerson,
  readPhone,
  readSize,
  readYear,
} from '#core/oversight/rosterCells'
import { completeCreditCode } from '#core/creditCode'
import { industries } from '#reference/books.ts'

const CODE = completeCreditCode('91450100MA5T0001')

describe('统一社会信用代码的单元格', () => {
  it('is stored normalised, whatever the width, blanks and hyphens', () => {
    const wide = CODE.replace(/[0-9A-Z]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
    for (const text of [CODE, ` ${CODE.toLowerCase()} `, `${CODE.slice(0, 8)}-${CODE.slice(8)}`, wide]) {
      expect(readCreditCode(text)).toEqual({ value: CODE })
    }
  })

  it.each([
    ['', /没有统一社会信用代码/],
    [CODE.slice(1), /应为 18 位，现为 17 位/],
    [`${CODE.slice(0, 16)}@@`, /含有不会出现的字符（第 17 位“@”）/],
    ['9.14403E+17', /被表格软件改成了数字（9.14403E\+17）/],
    ['9.14403001922038E+17', /后几位已丢失/],
    ['914403001922038000', /后三位都是 0/],
  ])('“%s” makes the row unusable', (text, fault) => {
    const read = readCreditCode(text)
    expect(read.value).toBeUndefined()
    expect(read.fault).toMatch(fault)
  })

  it('with I and O for 1 and 0 it says what was probably meant', () => {
    const typed = CODE.replace('0', 'O').replace('1', 'I')
    expect(readCreditCode(typed).fault).toContain(`是否为 ${CODE}`)
  })

  it('a wrong check character is a person’s to accept', () => {
    const wrong = CODE.slice(0, 17) + (CODE.endsWith('0') ? '1' : '0')
    expect(readCreditCode(wrong)).toEqual({ value: wrong, doubt: expect.stringMatching(/校验码不对/) as string })
  })
})

describe('行业的单元格', () => {
  it.each([
    ['30', '30'],
    ['3011', '30'],
    ['301', '30'],
    ['C30', '30'],
    ['C3011 水泥制造', '30'],
    ['30 非金属矿物制品业', '30'],
    ['30.0', '30'],
    ['非金属矿物制品业', '30'],
    ['C 非金属矿物制品业', '30'],
    ['食品制造', '14'],
    ['06', '06'],
    ['6', '06'],
    ['610', '06'],
    ['0610', '06'],
  ])('“%s” is %s', (text, code) => expect(readIndustry(text, industries)).toEqual({ value: code }))

  it.each(['51', 'F51', 'C', '制造业', '99', '水泥'])('“%s” stays open, with a doubt', (text) => {
    const read = readIndustry(text, industries)
    expect(read.value).toBeUndefined()
    expect(read.doubt).toContain(text)
  })

  it('the beginning of one name, or the wrong section, is read with a doubt', () => {
    expect(readIndustry('非金属矿物制', industries)).toMatchObject({ value: '30', doubt: expect.any(String) as string })
    expect(readIndustry('B30', industries)).toMatchObject({ value: '30', doubt: expect.any(String) as string })
  })

  it('an empty cell says nothing', () => expect(readIndustry(' ', industries)).toEqual({}))
})

describe('其他单元格', () => {
  it.each([
    ['大型', '大型'],
    ['中', '中型'],
    ['小型企业', '小型'],
    ['4', '微型'],
  ])('the size “%s” is %s', (text, size) => expect(readSize(text)).toEqual({ value: size }))

  it('an unknown size is a doubt', () => expect(readSize('规上').doubt).toContain('规上'))

  it.each(['是', '1', '√', '规上', '规模以上', 'Y', '１'])('“%s” is above scale', (text) =>
    expect(readAboveScale(text, false)).toEqual({ value: true }),
  )
  it.each(['否', '0', '×', '规下', '规模以下', 'n', '0.0'])('“%s” is not', (text) =>
    expect(readAboveScale(text, false)).toEqual({ value: false }),
  )
  it.each(['', '可能', '2', '—', '小型'])('“%s” is never guessed', (text) => {
    expect(readAboveScale(text, false).value).toBeUndefined()
    expect(readAboveScale(text, false).fault).toBeDefined()
  })

  it('in a column of ticks alone an empty cell means no', () => {
    expect(isTickColumn(['√', '', '√'])).toBe(true)
    expect(isTickColumn(['√', '', '是'])).toBe(false)
    expect(isTickColumn(['', ''])).toBe(false)
    expect(readAboveScale('', true)).toEqual({ value: false })
  })

  it.each([
    ['2023', 2023],
    ['2023年', 2023],
    ['2023 年度', undefined],
    ['2023年度', 2023],
    ['2023.0', 2023],
    ['2023-12-31', 2023],
    ['2023年6月', 2023],
    ['1997', undefined],
    ['23', undefined],
  ])('the year “%s” is %s', (text, year) => expect(readYear(text).value).toBe(year))

  // 45473: 2024-06-30 in every spreadsheet (serial 1 is 1900-01-01, with the 29 February 1900 that never was).
  it.each([
    '2024-06-30',
    '2024/6/30',
    '2024.6.30',
    '2024年6月30日',
    '20240630',
    '45473',
    '45473.5',
    '2024-06-30 08:00:00',
    '２０２４-06-30',
  ])('the day “%s” is 30 June 2024', (text) => expect(readDay(text)).toEqual({ value: '2024-06-30' }))
  it.each(['2024-02-30', '2023-02-29', '2024年6月', '6/30/2024', '去年', '0024-06-30', '12'])(
    '“%s” is no day',
    (text) => {
      expect(readDay(text).value).toBeUndefined()
      expect(readDay(text).doubt).toContain(text)
    },
  )

  it.each([
    ['13800000000', '13800000000'],
    ['138 0000 0000', '13800000000'],
    ['+86 13800000000', '+8613800000000'],
    ['０７７１—５５５１２３４', '0771-5551234'],
    ['13800000000.0', '13800000000'],
    ['(0771)5551234', '(0771)5551234'],
  ])('the phone “%s” is %s', (text, phone) => expect(readPhone(text, '电话')).toEqual({ value: phone }))

  it.each([
    ['1.38E+10', undefined],
    ['1.38000E+10', undefined],
    ['无', undefined],
    ['1380000000', '1380000000'],
    ['138000000000', '138000000000'],
    ['12345', '12345'],
    ['13800000000、13900000000', '13800000000'],
    ['13800000000 13900000000', '13800000000'],
    ['13800000000/0771-5551234', '13800000000'],
  ])('the phone “%s” is doubted', (text, phone) => {
    const read = readPhone(text, '电话')
    expect(read.value).toBe(phone)
    expect(read.doubt).toBeDefined()
  })

  it('one cell is one person, and “无” is nobody', () => {
    expect(readPerson(' 示例 服务员 ', '联系人')).toEqual({ value: '示例 服务员' })
    expect(readPerson('无', '联系人')).toEqual({})
    expect(readPerson('示例甲、示例乙', '联系人')).toEqual({ doubt: '联系人“示例甲、示例乙”不止一人，暂不写入' })
  })
})
