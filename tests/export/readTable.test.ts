// @vitest-environment node
import fc from 'fast-check'
import { strToU8, zipSync } from 'fflate'
import { writeXlsx, type CellValue, type WriteSheet } from 'hucre/xlsx'
import { describe, expect, it } from 'vitest'
import { readTable } from '#export/readTable'

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)
async function linesOf(bytes: Uint8Array, name = 'a'): Promise<readonly (readonly string[])[]> {
  return (await readTable({ name, bytes })).sheets[0]!.lines
}
const refusal = (bytes: Uint8Array): Promise<string> =>
  readTable({ name: '名录.xlsx', bytes }).then(
    () => 'was not refused',
    (fault: Error) => fault.message,
  )
const book = (rows: CellValue[][], more: Partial<WriteSheet> = {}): Promise<Uint8Array> =>
  writeXlsx({ sheets: [{ name: '甲', rows, ...more }] })

/** “企业,市” and “某某厂,南宁” in GBK, bytes from a table of the standard. */
const GBK = Uint8Array.of(
  ...[0xc6, 0xf3, 0xd2, 0xb5, 0x2c, 0xca, 0xd0, 0x0d, 0x0a],
  ...[0xc4, 0xb3, 0xc4, 0xb3, 0xb3, 0xa7, 0x2c, 0xc4, 0xcf, 0xc4, 0xfe, 0x0d, 0x0a],
)

describe('读 CSV', () => {
  it('tells UTF-8 with and without its mark, UTF-16 and GB18030', async () => {
    const wanted = [
      ['企业', '市'],
      ['某某厂', '南宁'],
    ]
    const text = '企业,市\r\n某某厂,南宁\r\n'
    const utf16 = new Uint8Array(Uint16Array.from(`\ufeff${text}`, (letter) => letter.charCodeAt(0)).buffer)
    for (const [bytes, encoding] of [
      [bytesOf(text), 'utf-8'],
      [bytesOf(`\ufeff${text}`), 'utf-8'],
      [utf16, 'utf-16le'],
      [GBK, 'gb18030'],
    ] as const) {
      expect(await readTable({ name: 'a.csv', bytes })).toEqual({
        sheets: [{ name: 'a.csv', lines: wanted }],
        encoding,
      })
    }
  })

  it.each([',', ';', '\t'])('finds the separator %j', async (mark) => {
    expect(await linesOf(bytesOf(`甲${mark}乙\n"一${mark}二"${mark}三`))).toEqual([
      ['甲', '乙'],
      [`一${mark}二`, '三'],
    ])
  })

  it('takes quotes, line ends inside, ragged and empty lines, and what a spreadsheet says of the separator', async () => {
    expect(await linesOf(bytesOf('sep=;\r\n"a ""b""";"c\nd"\r\n\r\ne\r\n;;\r\n'))).toEqual([
      ['a "b"', 'c\nd'],
      [],
      ['e'],
    ])
  })

  it('codes stay as they stand, and our own apostrophe goes', async () => {
    expect(await linesOf(bytesOf("代码,电话\n'914501003456789012,013800000000\n'=1+1,''x"))).toEqual([
      ['代码', '电话'],
      ['914501003456789012', '013800000000'],
      ['=1+1', "'x"],
    ])
  })

  it('our own last line goes, somebody else’s stays', async () => {
    expect(await linesOf(bytesOf('甲,乙\n1,2\n共 1 行，完,\n'))).toHaveLength(2)
    expect(await linesOf(bytesOf('甲,乙\n1,2\n共 1 行，完,3\n'))).toHaveLength(3)
  })

  it('any cells come back as they were written', async () => {
    const cell = fc
      .string({ unit: 'grapheme', maxLength: 8 })
      .filter((text) => !/^['\s\u0000]|\u0000|\ufeff|^<|^sep=/.test(text))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 }), async (rows) => {
        const kept = rows.map((row) => [...row, '末'])
        const text = kept.map((row) => row.map((one) => `"${one.replace(/"/g, '""')}"`).join(',')).join('\r\n')
        expect(await linesOf(bytesOf(text))).toEqual(kept)
      }),
    )
  })

  it('a quote that is never closed is told, instead of swallowing firms', async () => {
    expect(await refusal(bytesOf('甲,乙\n"一,二\n三,四\n五,六'))).toMatch('第 2 行起有一个引号没有结束')
    // A single one in the middle of a text is a sign of inches.
    expect(await linesOf(bytesOf('甲,乙\n6"管,二\n'))).toEqual([
      ['甲', '乙'],
      ['6"管', '二'],
    ])
  })
})

describe('读工作簿', () => {
  it('numbers in full digits, days and moments, yes and no', async () => {
    const day = new Date(Date.UTC(2024, 5, 12))
    const moment = new Date(Date.UTC(2024, 5, 12, 18, 28))
    const bytes = await book(
      [
        ['代码', '日期', '时刻', '规上', '比率', '备注'],
        [914403001922038216, day, moment, true, 0.1 + 0.2, '  两边有空格 '],
      ],
      { columns: [{}, { numFmt: 'yyyy"年"m"月"d"日"' }, { numFmt: 'yyyy-mm-dd hh:mm' }] },
    )
    // Eighteen digits of which Excel keeps fifteen to seventeen: still to be seen as a code, with a wrong check.
    const [, line] = await linesOf(bytes)
    expect(line![0]).toMatch(/^91440300192203\d{4}$/)
    expect(line!.slice(1)).toEqual(['2024-06-12', '2024-06-12 18:28', '是', '0.3', '  两边有空格 '])
  })

  it('a merged city stands in every row of the merge, a merged title once', async () => {
    const bytes = await book(
      [
        ['名录', null, null],
        ['市', '县', '企业'],
        ['南宁市', '青秀区', '甲'],
        [null, '兴宁区', '乙'],
        [null, null, '丙'],
      ],
      {
        merges: [
          { startRow: 0, endRow: 0, startCol: 0, endCol: 2 },
          { startRow: 2, endRow: 4, startCol: 0, endCol: 0 },
        ],
      },
    )
    expect(await linesOf(bytes)).toEqual([
      ['名录'],
      ['市', '县', '企业'],
      ['南宁市', '青秀区', '甲'],
      ['南宁市', '兴宁区', '乙'],
      ['南宁市', '', '丙'],
    ])
  })

  it('leaves hidden sheets out, and keeps the order of the others', async () => {
    const bytes = await writeXlsx({
      sheets: [
        { name: '一', rows: [['a']] },
        { name: '二', rows: [['b']], hidden: true },
        { name: '三', rows: [['c']] },
      ],
    })
    expect((await readTable({ name: 'a', bytes })).sheets.map(({ name }) => name)).toEqual(['一', '三'])
  })

  it('is told by its content: a workbook named .csv is a workbook', async () => {
    expect(await linesOf(await book([['甲']]), 'a.csv')).toEqual([['甲']])
  })

  it('says in plain words what cannot be read', async () => {
    const ole = Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)
    const encrypted = new Uint8Array([
      ...ole,
      ...Array.from('EncryptedPackage').flatMap((one) => [one.charCodeAt(0), 0]),
    ])
    expect(await refusal(ole)).toMatch('旧的 .xls')
    expect(await refusal(encrypted)).toMatch('有密码')
    expect(await refusal(bytesOf('<html><table><tr><td>1'))).toMatch('旧的 .xls')
    expect(await refusal(zipSync({ 'a.json': strToU8('{}') }))).toMatch('不是能读的表格')
    expect(await refusal(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0))).toMatch(/不是能读的表格|文字编码/)
    expect(await refusal(new Uint8Array(0))).toMatch('没有内容')
    expect(await refusal(bytesOf('\n\n,,\n'))).toMatch('没有内容')
    expect(await refusal(new Uint8Array(65 * 1024 * 1024))).toMatch('65 MB，超过上限 64 MB')
    expect(await refusal(bytesOf('1\n'.repeat(200_001)))).toMatch('200001 行，超过上限 200000 行')
    expect(await refusal(zipSync({ 'xl/workbook.xml': strToU8('<nothing') }))).toMatch('表格打不开')
  })

  it('a workbook that is a bomb is refused before it is unpacked', async () => {
    const bytes = zipSync({
      '[Content_Types].xml': strToU8('x'),
      'xl/workbook.xml': strToU8('x'),
      'xl/worksheets/sheet1.xml': new Uint8Array(8 * 1024 * 1024),
    })
    expect(await refusal(bytes)).toMatch('压缩比异常')
  })
})
