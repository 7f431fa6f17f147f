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
