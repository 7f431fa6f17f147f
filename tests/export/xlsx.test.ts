// @vitest-environment node
import readSheets, { readSheet } from 'read-excel-file/node'
import { describe, expect, it } from 'vitest'
import { type ReportRate } from '#core/diagnosis/rates'
import { ANSWER_COLUMNS, buildWorkbook, checkWorkbook, SCORE_COLUMNS, type TableSource } from '#export/xlsx'
import { openPackage } from '#export/zipText'
import { EXAMPLES, HOSTILE_NAMES, sourceOf } from './samples'

// read-excel-file is an independent reader: it shares no code with the writer.
type Cell = string | number | boolean | Date | null
async function readAll(bytes: Uint8Array): Promise<ReadonlyMap<string, readonly (readonly Cell[])[]>> {
  const sheets = await readSheets(Buffer.from(bytes), { trim: false })
  return new Map(sheets.map(({ sheet, data }) => [sheet, data as readonly (readonly Cell[])[]]))
}
/** Cells of a sheet by its titles. */
function linesOf(rows: readonly (readonly Cell[])[]): readonly Readonly<Record<string, Cell>>[] {
  const [titles, ...lines] = rows
  return lines.map((line) => Object.fromEntries(titles!.map((title, at) => [String(title), line[at] ?? null])))
}
async function refusalOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'was not refused',
    (fault: Error) => fault.message,
  )
}
const open = EXAMPLES.find(({ name }) => name.startsWith('解决方案域全部不掌握'))!
const steps = EXAMPLES.find(({ name }) => name.startsWith('比率按分子分母填写'))!

describe('诊断工作簿', () => {
  it.each(EXAMPLES.map((example) => [example.name, example] as const))(
    'an independent reader finds every answer and every score: %s',
    async (_, example) => {
      const source = sourceOf(example)
      const sheets = await readAll(await buildWorkbook(source))
      const answers = linesOf(sheets.get('回答')!)
      expect(answers.map((line) => [line['编号'], line['回答'], line['最低得分'], line['最高得分']])).toEqual(
        source.answerRows.map((row) => [row.id, row.answerText, row.value?.low ?? null, row.value?.high ?? null]),
      )
      const scores = linesOf(sheets.get('得分')!)
      expect(
        scores.map((line) => [line['编号'], line['名称'], line['最低得分'], line['最高得分'], line['满分']]),
      ).toEqual(
        source.report.table.map((row) => [row.id, row.title, row.value?.low ?? null, row.value?.high ?? null, row.max]),
      )
      expect(linesOf(sheets.get('差距')!).map((line) => line['编号'])).toEqual(
        source.report.gaps.map(({ row }) => row.id),
      )
      expect(linesOf(sheets.get('提档')!).map((line) => line['编号'])).toEqual(
        (source.report.upgrade?.raises ?? []).map(({ id }) => id),
      )
    },
  )

  it('keeps the columns that other programs count on', async () => {
    const sheets = await readAll(await buildWorkbook(sourceOf(open)))
    expect([...sheets.keys()]).toEqual(['概况', '回答', '得分', '差距', '提档'])
    expect(sheets.get('回答')![0]).toEqual(
      '编号 方面 子项 指标 回答 状态 最低得分 最高得分 满分 权重 占总分 门槛指标 达到的等级描述'.split(' '),
    )
    expect(sheets.get('得分')![0]).toEqual(
      '编号 名称 层级 类别 最低得分 最高得分 满分 最低得分率 最高得分率 权重 占总分 状态'.split(' '),
    )
    expect(ANSWER_COLUMNS).toHaveLength(13)
    expect(SCORE_COLUMNS).toHaveLength(12)
  })

  it('says who, when, on what and of what standing', async () => {
    const sheets = await readAll(
      await buildWorkbook(sourceOf(open, { name: '甲公司', creditCode: '914501003456789012' })),
    )
    const summary = new Map(sheets.get('概况')!.map(([item, value]) => [item, value]))
    expect(summary.get('性质')).toBe('自评参考；示例数据')
    expect(summary.get('企业名称')).toBe('甲公司')
    // Eighteen digits are a text: as a number they would lose the last ones.
    expect(summary.get('统一社会信用代码')).toBe('914501003456789012')
    // 17:30 in Greenwich is the next day in China.
    expect(summary.get('提交日期')).toEqual(new Date('2026-11-21T00:00:00Z'))
    expect(summary.get('导出日期')).toEqual(new Date('2026-11-21T00:00:00Z'))
    expect(summary.get('结果')).toBe('第 2—4 档')
    expect(summary.get('总分（最低）')).toBe(30)
    expect(summary.get('总分（最高）')).toBe(55)
  })

  it('adds peers and published rates when there are any', async () => {
    const standing = { quarter: 2, text: '中上', from: 50, to: 75, percentileText: '高于 50%—75% 的同类企业' } as const
    const row = { id: 'S', title: '发展战略', depth: 1, group: 'S', max: 5, own: 2.5, ownText: '2.5', standing }
    const rate: ReportRate = {
      id: 'T2.1',
      title: '生产设备数字化率',
      own: 48.7,
      ownText: '48.7%',
      measure: '设备数字化率',
      figures: [
        { value: 57.2, unit: '%', when: '2025 年 3 月', population: '全国', source: '某公报', caution: '口径不同' },
        { value: 40, unit: '%', when: '2024 年', population: '某地', source: '另一公报', caution: '' },
      ],
    }
    const benchmark = {
      groupTitle: '某地 · 小型',
      n: 42,
      asOf: '2026-10-01',
      source: '示例',
      edition: 'x 1.0.0',
      isSample: true,
      widened: '',
      sentence: '高于一半的同类企业。',
      rows: [{ ...row, spread: [1, 1.5, 2, 3, 3.5] as [number, number, number, number, number] }],
      tiers: [],
    }
    const source = sourceOf(open, { name: '甲' }, { benchmark, rates: [rate] })
    const sheets = await readAll(await buildWorkbook(source))
    expect(sheets.get('对标')!.slice(1)).toEqual([
      ['S', '发展战略', 1, 2.5, 5, 1, 1.5, 2, 3, 3.5, 2, '中上', '高于 50%—75% 的同类企业'],
    ])
    expect(
      sheets
        .get('比率')!
        .slice(1)
        .map((line) => [line[0], line[2], line[5], line[10]]),
    ).toEqual([
      ['T2.1', 48.7, 57.2, '口径不同'],
      ['T2.1', 48.7, 40, null],
    ])
    const summary = new Map(sheets.get('概况')!.map(([item, value]) => [item, value]))
    expect(summary.get('同类企业（家）')).toBe(42)
  })

  it.each(HOSTILE_NAMES.map((name) => [JSON.stringify(name), name]))(
    'the firm %s is text, comes back as it was, and no cell is a formula',
    async (_, name) => {
      const bytes = await buildWorkbook(sourceOf(steps, { name: name!, creditCode: name! }))
      // What XML cannot hold becomes �, and a lone return an ordinary line end: nothing else changes.
      const kept = name!.replace('\u0000', '�').replace('\ud800', '�').replace('\r', '\n')
      const rows = await readSheet(Buffer.from(bytes), '概况', { trim: false })
      const found = new Map(rows.map(([item, value]) => [item, value]))
      // The reader does not know the escape of escapes (`_x005F_`), which Excel and LibreOffice do.
      const read = (value: unknown): string => String(value).replace('_x005F_', '_')
      expect(read(found.get('企业名称'))).toBe(kept)
      expect(read(found.get('统一社会信用代码'))).toBe(kept)
      const { texts } = openPackage(bytes)
      for (const [part, xml] of texts) {
        if (part.startsWith('xl/worksheets/')) expect(xml, part).not.toMatch(/<f[\s>]|t="e"/)
      }
    },
  )

  it('negative figures stay figures', async () => {
    const source = sourceOf(steps)
    const negative: TableSource = {
      ...source,
      report: {
        ...source.report,
        rates: [{ id: 'B5.1', title: '效率', own: -25.5, ownText: '-25.5%', measure: '改善', figures: [] }],
      },
    }
    const sheets = await readAll(await buildWorkbook(negative))
    expect(sheets.get('比率')![1]!.slice(0, 4)).toEqual(['B5.1', '效率', -25.5, '-25.5%'])
  })

  it('freezes and repeats the header, filters, and fits A4', async () => {
    const { texts } = openPackage(await buildWorkbook(sourceOf(open)))
    const answers = texts.get('xl/worksheets/sheet2.xml')!
    expect(answers).toMatch(/<pane [^>]*ySplit="1"[^>]*state="frozen"/)
    expect(answers).toContain('<autoFilter ref="A1:M76"')
    expect(answers).toMatch(/<pageSetup [^>]*orientation="landscape"[^>]*fitToHeight="0"/)
    expect(texts.get('xl/workbook.xml')).toContain('_xlnm.Print_Titles')
    expect(answers).toContain('自评参考　示例数据')
  })

  it('a figure just below a mark is not shown as the mark', async () => {
    // 29.999 of 30: the format of the cell keeps the third decimal.
    const source = sourceOf(open)
    const [total, ...rest] = source.report.table
    const near = { ...total!, value: { low: 29.999, high: 29.999 }, figureText: '29.999' }
    const bytes = await buildWorkbook({ ...source, report: { ...source.report, table: [near, ...rest] } })
    expect(openPackage(bytes).texts.get('xl/styles.xml')).toContain('formatCode="0.000"')
  })

  it('what is missing is named and refused', async () => {
    const source = sourceOf(open)
    const bytes = await buildWorkbook(source)
    const [first, ...rest] = source.answerRows
    const other: TableSource = { ...source, answerRows: [{ ...first!, answerText: '别的回答' }, ...rest] }
    expect(await refusalOf(checkWorkbook(bytes, other))).toContain('别的回答')
    const longer: TableSource = { ...source, answerRows: [...source.answerRows, { ...first!, id: 'Z9' }] }
    expect(await refusalOf(checkWorkbook(bytes, longer))).toContain('Z9')
    expect(await refusalOf(checkWorkbook(bytes.slice(0, bytes.length - 100), source))).toContain('没有通过核对')
    expect(await refusalOf(checkWorkbook(new Uint8Array(0), source))).toContain('没有通过核对')
  })
})
