// @vitest-environment node
import fc from 'fast-check'
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate'
import readSheets from 'read-excel-file/node'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readTable } from '#export/readTable'
import { checkBook } from '#export/checkBook'
import { buildBook } from '#export/tableBook'
import { buildTableCsv } from '#export/tableCsv'
import { planFacts, type PlanBook, type PlanSheet } from '#export/tablePlan'
import { openPackage } from '#export/zipText'
import { HOSTILE_NAMES } from './samples'

const LIST: PlanSheet = {
  name: '名单',
  isList: true,
  columns: [
    { title: '序号', width: 8, format: 'whole' },
    { title: '名称', width: 30 },
    { title: '代码', width: 22, format: 'text' },
    { title: '得分', width: 9, format: 'hundredths' },
    { title: '日期', width: 12, format: 'day' },
    { title: '时间', width: 17, format: 'moment' },
  ],
  rows: [
    [1, '示例甲', '914501003456789012', 41.25, '2026-08-20', '2026-08-20 18:28'],
    [2, '示例乙', null, null, '', null],
    [3, '=1+1', '0012', 0, '不详', '2026-08-21 00:00'],
  ],
}
const bookOf = (...sheets: [PlanSheet, ...PlanSheet[]]): PlanBook => ({
  title: '示例',
  scope: '广西壮族自治区',
  campaign: '示例批次',
  marks: ['自评参考', '示例数据'],
  madeAt: '2026-08-20T17:30:00.000Z',
  sheets,
})
async function readAll(bytes: Uint8Array): Promise<ReadonlyMap<string, readonly (readonly unknown[])[]>> {
  const sheets = await readSheets(Buffer.from(bytes), { trim: false })
  // Moments are parts of days: the reader cuts a millisecond of them.
  const round = (cell: unknown): unknown =>
    cell instanceof Date ? new Date(Math.round(cell.getTime() / 1000) * 1000) : cell
  return new Map(sheets.map(({ sheet, data }) => [sheet, data.map((row) => row.map(round))]))
}
const refusal = (act: () => unknown): string => {
  try {
    act()
  } catch (fault) {
    return (fault as Error).message
  }
  return 'was not refused'
}

describe('名单工作簿', () => {
  it('an independent reader finds every cell in its kind, and the ending', async () => {
    const sheets = await readAll(
      await buildBook(
        bookOf(
          LIST,
          planFacts([
            ['名单行数', 3],
            ['空', undefined],
          ]),
        ),
      ),
    )
    expect(sheets.get('名单')).toEqual([
      ['序号', '名称', '代码', '得分', '日期', '时间'],
      [1, '示例甲', '914501003456789012', 41.25, new Date('2026-08-20T00:00:00Z'), new Date('2026-08-20T18:28:00Z')],
      [2, '示例乙', null, null, null, null],
      [3, '=1+1', '0012', 0, '不详', new Date('2026-08-21T00:00:00Z')],
      ['共 3 行，完', null, null, null, null, null],
    ])
    expect(sheets.get('说明')).toEqual([
      ['项目', '内容'],
      ['名单行数', '3'],
    ])
  })

  it('reads back as it was with our own reader, without the ending', async () => {
    const { sheets } = await readTable({ name: 'a', bytes: await buildBook(bookOf(LIST)) })
    expect(sheets[0]!.lines).toEqual([
      ['序号', '名称', '代码', '得分', '日期', '时间'],
      ['1', '示例甲', '914501003456789012', '41.25', '2026-08-20', '2026-08-20 18:28'],
      ['2', '示例乙'],
      ['3', '=1+1', '0012', '0', '不详', '2026-08-21'],
    ])
  })

  it('an empty list has its header and its ending', async () => {
    const sheets = await readAll(await buildBook(bookOf({ ...LIST, rows: [] })))
    expect(sheets.get('名单')!.map((row) => row[0])).toEqual(['序号', '共 0 行，完'])
  })

  it('what looks like formulas, errors and escapes is text, in lists and in tables', async () => {
    const rows = HOSTILE_NAMES.map((name) => [name])
    const columns = [{ title: '名称', width: 20 }]
    const bytes = await buildBook(
      bookOf(
        { name: '名单', isList: true, columns, rows },
        { name: '表', opening: { title: '表' }, columns, rows, total: ['合计'], notes: ['=注'] },
      ),
    )
    const { texts } = openPackage(bytes)
    for (const [name, xml] of texts) if (name.startsWith('xl/worksheets/')) expect(xml).not.toMatch(/<f[\s>]|t="e"/)
    const { sheets } = await readTable({ name: 'a', bytes })
    const written = HOSTILE_NAMES.map((name) =>
      name.replace(/\r\n?/g, '\n').replace(/[\u0000\ud800](?![\udc00-\udfff])/g, '�'),
    )
    expect(sheets[0]!.lines.slice(1).map(([cell]) => cell)).toEqual(written)
    expect(sheets[1]!.lines.slice(2, -2).map(([cell]) => cell)).toEqual(written)
  })

  it('any texts and figures come back from an independent reader', async () => {
    const text = fc
      .string({ unit: 'binary', maxLength: 10 })
      .map((one) => `字${one.replace(/[\u0000-\u001f\ud800-\udfff\ufffe\uffff]/g, '')}末`)
    const figure = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }).map((one) => one + 0)
    const columns = [
      { title: '甲', width: 9 },
      { title: '乙', width: 9, format: 'hundredths' as const },
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, figure), { maxLength: 20 }), async (rows) => {
        const bytes = await buildBook(bookOf({ name: '名单', isList: true, columns, rows }))
        expect((await readAll(bytes)).get('名单')!.slice(1, -1)).toEqual(rows)
      }),
      { numRuns: 40 },
    )
  })

  it('says how far it is', async () => {
    const rows = Array.from({ length: 2500 }, (_, at) => [at + 1, `示例${at}`, null, null, null, null])
    const told: number[] = []
    const bytes = await buildBook(bookOf({ ...LIST, rows }), (done) => told.push(done))
    expect(told).toEqual([1000, 2000, 2500])
    expect((await readAll(bytes)).get('名单')!).toHaveLength(2502)
  })
})

describe('表', () => {
  const table: PlanSheet = {
    name: '表',
    opening: { annex: '附件2', title: '工作联系表', left: '填报单位', right: '2026 年' },
    columns: [
      { title: '地区', width: 20 },
      { title: '家数', width: 10, format: 'whole' },
      { title: '占比', width: 10, format: 'percent' },
    ],
    rows: [
      ['南宁市', 12, 0.571],
      ['柳州市', '—', null],
    ],
    total: ['合计', 12, 0.3],
    notes: ['注：一。'],
  }

  it('stands as officials expect it: annex, title, unit and time, header, rows, total, note, ending', async () => {
    const sheets = await readAll(await buildBook(bookOf(table)))
    expect(sheets.get('表')).toEqual([
      ['附件2', null, null],
      ['工作联系表', null, null],
      ['填报单位', null, '2026 年'],
      ['地区', '家数', '占比'],
      ['南宁市', 12, 0.571],
      ['柳州市', '—', null],
      ['合计', 12, 0.3],
      ['注：一。', null, null],
      ['共 2 行，完', null, null],
    ])
  })

  it('prints on one page across, header on every page, with scope, round and marks', async () => {
    const xml = openPackage(await buildBook(bookOf(table))).texts.get('xl/worksheets/sheet1.xml')!
    expect(xml).toMatch(/fitToHeight="0"/)
    expect(xml).toMatch('自评参考 示例数据')
    expect(xml).toMatch('示例批次')
    expect(xml).toMatch(/ySplit="4"/)
  })

  it('a table to fill in has empty rows as text, choices, and no ending', async () => {
    const bytes = await buildBook(
      bookOf({
        name: '名录',
        isList: true,
        blankRows: 1500,
        columns: [
          { title: '代码', width: 20, format: 'text' },
          { title: '规上', width: 8, format: 'text', choices: ['是', '否'] },
        ],
        rows: [],
      }),
    )
    const { texts } = openPackage(bytes)
    const xml = texts.get('xl/worksheets/sheet1.xml')!
    expect(xml).toMatch(/<c r="B1501" s="\d+"\/><\/row><\/sheetData>/)
    expect(xml).toMatch(/<dataValidation [^>]*sqref="B2:B1501"/)
    const style = Number(/<c r="A900" s="(\d+)"/.exec(xml)![1])
    const formats = Array.from(
      texts
        .get('xl/styles.xml')!
        .split('<cellXfs')[1]!
        .matchAll(/<xf numFmtId="(\d+)"/g),
      ([, id]) => id,
    )
    expect(texts.get('xl/styles.xml')).toMatch(new RegExp(`numFmtId="${formats[style]}" formatCode="@"`))
    expect((await readTable({ name: 'a', bytes })).sheets[0]!.lines).toEqual([['代码', '规上']])
  })
})

describe('打包', () => {
  afterEach(() => vi.unstubAllGlobals())

  it('a browser without a packer of its own writes the same parts, byte by byte', async () => {
    const rows = Array.from({ length: 2500 }, (_, at) => [at + 1, `示例企业${at}`, '0012', at / 4, '2026-08-20', null])
    const book = bookOf({ ...LIST, rows }, planFacts([['文件', '示例']]))
    const own = unzipSync(await buildBook(book))
    vi.stubGlobal('CompressionStream', undefined)
    const other = unzipSync(await buildBook(book))
    expect(Object.keys(other)).toEqual(Object.keys(own))
    for (const [name, part] of Object.entries(own))
      expect([name, strFromU8(other[name]!)]).toEqual([name, strFromU8(part)])
  })
})

describe('核对', () => {
  const book = bookOf(LIST)
  /** The same file with its first sheet or its strings changed. */
  async function change(part: string, edit: (xml: string) => string): Promise<Uint8Array> {
    const files = unzipSync(await buildBook(book))
    const xml = strFromU8(files[part]!)
    expect(edit(xml)).not.toBe(xml)
    return zipSync({ ...files, [part]: strToU8(edit(xml)) })
  }
  const SHEET = 'xl/worksheets/sheet1.xml'

  it.each([
    ['a lost row', SHEET, (xml: string) => xml.replace(/<row r="3">.*?<\/row>/, '')],
    ['a lost ending', SHEET, (xml: string) => xml.replace(/<row r="5".*?<\/row>/, '')],
    ['another figure', SHEET, (xml: string) => xml.replace('<v>41.25</v>', '<v>41.26</v>')],
    ['another day', SHEET, (xml: string) => xml.replace(/<v>46254<\/v>/, '<v>46255</v>')],
    ['another name', 'xl/sharedStrings.xml', (xml: string) => xml.replace('示例乙', '示例丙')],
    ['a formula', SHEET, (xml: string) => xml.replace('<v>41.25</v>', '<f>1+1</f><v>41.25</v>')],
    [
      'a row too many',
      SHEET,
      (xml: string) => xml.replace('</sheetData>', '<row r="6"><c r="A6"><v>9</v></c></row></sheetData>'),
    ],
    ['a cell too many', SHEET, (xml: string) => xml.replace('<c r="D3" s', '<c r="D3"><v>7</v></c><c r="E3" s')],
  ])('finds %s', async (_, part, edit) => {
    const bytes = await change(part, edit)
    expect(refusal(() => checkBook(bytes, book))).toMatch('没有通过核对')
  })

  it('finds a file that was cut', async () => {
    const bytes = await buildBook(book)
    expect(refusal(() => checkBook(bytes.slice(0, bytes.length - 40), book))).toMatch('已损坏')
  })
})

describe('名单 CSV', () => {
  const book = bookOf(
    LIST,
    planFacts([
      ['筛选', '3 档及以上'],
      ['性质', '自评参考'],
    ]),
  )

  it('begins with the header, ends with what the file is and its number of rows', () => {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(buildTableCsv(book))
    expect(text).toBe(
      '\ufeff序号,名称,代码,得分,日期,时间\r\n' +
        "1,示例甲,'914501003456789012,41.25,2026-08-20,2026-08-20 18:28\r\n" +
        '2,示例乙,,,,\r\n' +
        "3,'=1+1,0012,0,不详,2026-08-21 00:00\r\n" +
        '筛选：3 档及以上,,,,,\r\n性质：自评参考,,,,,\r\n' +
        '共 3 行，完,,,,,\r\n',
    )
  })

  it('reads back with our own reader', async () => {
    const { sheets } = await readTable({ name: 'a.csv', bytes: buildTableCsv(bookOf(LIST)) })
    expect(sheets[0]!.lines.slice(1)).toEqual([
      ['1', '示例甲', '914501003456789012', '41.25', '2026-08-20', '2026-08-20 18:28'],
      ['2', '示例乙'],
      ['3', '=1+1', '0012', '0', '不详', '2026-08-21 00:00'],
    ])
  })
})
