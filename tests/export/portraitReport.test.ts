// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { type Portrait } from '#core/oversight/portrait'
import { buildOfficeFile } from '#export/officeFile'
import { preparePortraitReport } from '#export/portraitReport'
import { CONTEXT, portraitOf, someFirms } from './officeSamples'
import { pngsOf } from './samples'

const PORTRAIT: Portrait = {
  area: '450100',
  n: 25,
  roster: 40,
  asOf: '2026-08-20',
  isSuppressed: false,
  tiers: [0, 5, 10, 10, 0],
  due: 10,
  score: [10, 20, 30, 40, 50],
  nodes: [
    { id: 'a', title: '发展战略', depth: 1, spread: [1, 2, 3, 4, 5], regionMedian: 3.5 },
    { id: 'b', title: '业务场景', depth: 2 },
  ],
  gaps: [{ id: 'b', title: '业务场景', firms: 20, share: 0.8 }],
  matrix: {
    industries: ['30', ''],
    areas: ['450103', '450102', ''],
    cells: [
      [12, null, 0],
      [13, null, null],
    ],
    medians: [
      [31.5, null, null],
      [29, null, null],
    ],
  },
  sample: false,
}

describe('区域画像', () => {
  it('shows what may be shown, a dash for what is hidden, and zero for none', () => {
    const { book } = preparePortraitReport(PORTRAIT, CONTEXT)
    const counts = book.sheets.find(({ name }) => name === '行业与地区')!
    expect(counts.columns.map(({ title }) => title)).toEqual(['行业', '青秀区', '兴宁区', '未列明区划'])
    expect(counts.rows).toEqual([
      ['30 非金属矿物制品业', 12, '—', 0],
      ['未列明行业', 13, '—', '—'],
    ])
    expect(counts.notes!.join('')).toMatch('1 至 9 家')
  })

  it('tiers add up to the submitted firms, with the share of each', () => {
    const [tiers] = preparePortraitReport(PORTRAIT, CONTEXT).book.sheets
    expect(tiers.rows).toEqual([
      ['1 档', 5, 0.2],
      ['2 档', 10, 0.4],
      ['3 档', 10, 0.4],
      ['4 档', 0, 0],
    ])
    expect(tiers.total).toEqual(['合计', 25, 1])
  })

  it('shares are rounded, the same in the workbook and on paper, and so add up to the total', () => {
    // Of 733: 326 are 44.474 %, 163 are 22.237 %, 244 are 33.288 %. Cut they would be 99.8 % together.
    const portrait = {
      ...PORTRAIT,
      n: 733,
      tiers: [0, 326, 163, 244],
      gaps: [{ id: 'b', title: '业务场景', firms: 326, share: 326 / 733 }],
    }
    const { book, outline } = preparePortraitReport(portrait, CONTEXT)
    expect(book.sheets[0].rows.map(([, , share]) => share)).toEqual([0.445, 0.222, 0.333])
    expect(book.sheets.find(({ name }) => name === '共性短板')!.rows).toEqual([[1, '业务场景', 326, 0.445]])
    const tables = outline.blocks.flatMap((block) => (block.kind === 'table' ? [block.rows] : []))
    expect(tables[0]!.map(({ cells }) => cells[2])).toEqual(['44.5%', '22.2%', '33.3%', '100.0%'])
    expect(tables[2]!.map(({ cells }) => cells)).toEqual([['1', '业务场景', '326', '44.5%']])
    // Coverage is another figure, and is cut: 1,999 of 2,000 are 99.95 %.
    const covered = preparePortraitReport({ ...PORTRAIT, n: 1999, roster: 2000 }, CONTEXT)
    expect(JSON.stringify(covered.outline.blocks)).toContain('覆盖率 99.9%')
  })

  it('says whose the medians of the region are, and why their firms are not those of the page', () => {
    const region = { n: 720, source: '识档汇总端，企业自评报送', asOf: '2026-08-19', sample: false }
    const words =
      '全区中位数来自识档汇总端，企业自评报送，截至 2026 年 8 月 19 日，共 720 家；同类组满 10 家才成批计入，计入后被退回或移出名录的仍在其中，所以家数与有效报送不一定相同。'
    const { book, outline } = preparePortraitReport({ ...PORTRAIT, region }, CONTEXT)
    expect(book.sheets.find(({ name }) => name === '各方面分布')!.notes!.join('')).toContain(words)
    expect(JSON.stringify(book.sheets.find(({ name }) => name === '说明')!.rows)).toContain(words)
    expect(JSON.stringify(outline.blocks)).toContain(words)
    expect(JSON.stringify(preparePortraitReport(PORTRAIT, CONTEXT).outline.blocks)).not.toContain('全区中位数来自')
  })

  it('marks are rounded to a tenth, half up, wherever they are read', () => {
    const { book, outline } = preparePortraitReport(
      { ...PORTRAIT, score: [10.04, 20.05, 30.15, 40, 50], nodes: [] },
      CONTEXT,
    )
    expect(book.sheets.find(({ name }) => name === '各方面分布')!.rows).toEqual([
      ['总分', 10, 20.1, 30.2, 40, 50, null],
    ])
    const table = outline.blocks.find((block) => block.kind === 'table' && block.title.includes('分布'))
    expect(table?.kind === 'table' ? table.rows[0]!.cells : []).toEqual([
      '总分',
      '10.0',
      '20.1',
      '30.2',
      '40.0',
      '50.0',
      '—',
    ])
  })

  it('spreads stand beside the region’s median, and what nobody knows is empty', () => {
    const nodes = preparePortraitReport(PORTRAIT, CONTEXT).book.sheets.find(({ name }) => name === '各方面分布')!
    expect(nodes.rows).toEqual([
      ['总分', 10, 20, 30, 40, 50, null],
      ['发展战略', 1, 2, 3, 4, 5, 3.5],
      ['　业务场景', null, null, null, null, null, null],
    ])
  })

  it('a portrait of few firms says that it is nearly theirs; one of none has no figures', () => {
    const few = preparePortraitReport({ ...PORTRAIT, n: 3, tiers: [0, 1, 1, 1, 0] }, CONTEXT)
    expect(JSON.stringify(few.outline.blocks)).toMatch('不足 10 家')
    const none = preparePortraitReport({ ...PORTRAIT, n: 0, isSuppressed: true }, CONTEXT)
    expect(none.outline.blocks).toHaveLength(2)
  })

  it('fourteen cities stand in two tables, side by side no page would hold them', async () => {
    const report = preparePortraitReport(portraitOf(someFirms(900)), CONTEXT)
    const tables = report.outline.blocks.flatMap((block) =>
      block.kind === 'table' && block.title.startsWith('行业×地区') ? [block] : [],
    )
    expect(tables.map(({ title }) => title)).toEqual(['行业×地区企业数（家，之一）', '行业×地区企业数（家，之二）'])
    for (const kind of ['portraitXlsx', 'portraitDocx'] as const) {
      const { bytes } = await buildOfficeFile({ kind, source: report }, pngsOf(report.outline), () => undefined)
      expect(bytes.length).toBeGreaterThan(5000)
    }
  })
})
