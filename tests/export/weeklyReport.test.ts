// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { type Coverage, type Funnel } from '#core/oversight/coverage'
import { type Enterprise } from '#core/oversight/enterprise'
import { buildOfficeFile } from '#export/officeFile'
import { type Outline } from '#export/outline'
import { prepareWeeklyReport } from '#export/weeklyReport'
import { openPackage } from '#export/zipText'
import { aFirm, aSubmittedFirm } from '../support/firms'
import { callsOf, CONTEXT, coverageOf, someFirms } from './officeSamples'
import { pngsOf } from './samples'

const weeklyOf = (
  firms: readonly Enterprise[],
  more: Partial<typeof CONTEXT> = {},
): ReturnType<typeof prepareWeeklyReport> =>
  prepareWeeklyReport(coverageOf(firms, more.area), callsOf(firms), { ...CONTEXT, ...more })

/** All sentences of a paper. */
function wordsOf({ blocks }: Outline): string {
  return blocks.flatMap((block) => (block.kind === 'paragraph' ? [block.text] : [])).join('\n')
}
function tableOf({ blocks }: Outline, title: RegExp): readonly (readonly string[])[] {
  const found = blocks.find((block) => block.kind === 'table' && title.test(block.title))
  return found?.kind === 'table' ? found.rows.map(({ cells }) => cells) : []
}

const FUNNEL: Funnel = {
  roster: 10,
  assigned: 9,
  joined: 6,
  filling: 5,
  submitted: 4,
  due: 2,
  returned: 1,
  left: 3,
  outside: 2,
  rate: 0.4,
}
const COVERAGE: Coverage = {
  area: '450100',
  asOf: '2026-08-20',
  total: FUNNEL,
  areas: [
    { code: '450103', funnel: { ...FUNNEL, roster: 4, submitted: 4 } },
    { code: '450102', funnel: { ...FUNNEL, roster: 6, submitted: 0 } },
    { code: '450105', funnel: { ...FUNNEL, roster: 0, submitted: 0, left: 0, outside: 0 } },
    { code: '', funnel: { ...FUNNEL, roster: 0, submitted: 0, left: 0, outside: 0 } },
  ],
  liaisons: [
    { id: 'a', name: '示例甲', funnel: { ...FUNNEL, roster: 7, submitted: 3 } },
    { id: '', name: '', funnel: { ...FUNNEL, roster: 1, submitted: 0 } },
    { id: '*', name: '', funnel: { ...FUNNEL, roster: 2, submitted: 1 } },
  ],
  trend: [
    { on: '2026-08-19', submitted: 3, planned: 8 },
    { on: '2026-08-20', submitted: 4, planned: 9 },
  ],
  // One a day: six left, done on the 26th.
  forecast: { perDay: 1, finishOn: '2026-08-26', neededPerDay: 6 / 11, isLate: false },
}
const made = (changes: Partial<Coverage> = {}, asOf = '2026-08-20'): ReturnType<typeof prepareWeeklyReport> =>
  prepareWeeklyReport({ ...COVERAGE, ...changes }, [], { ...CONTEXT, area: '450100', asOf })

describe('覆盖率周报', () => {
  it('says the total, and what does not count, in one sentence each', () => {
    expect(wordsOf(made().outline).split('\n')[0]).toBe(
      '截至 2026 年 8 月 20 日，广西壮族自治区南宁市应诊断企业 10 家，有效报送 4 家，覆盖率 40%；截止日为 2026 年 8 月 31 日。另有 3 家已说明原因移出名录，不计入应诊断企业；名录以外另有 2 家报送，不计入覆盖率。',
    )
  })

  it('ranks areas by rate with words beside it, and names those without progress', () => {
    const { outline, book } = made()
    // 20 August is day 81 of 92, 88.04 %: 4 of 4 is done, 0 of 6 is nothing yet, the whole 40 % is 48 points behind.
    expect(tableOf(outline, /各地区/).map((row) => [row[1], row[7], row[8]])).toEqual([
      ['青秀区', '100%', '已全部完成'],
      ['兴宁区', '0%', '尚无有效报送'],
      ['江南区', '—', '没有应诊断企业'],
      ['合计', '40%', '比计划低 48.0 个百分点'],
    ])
    expect(wordsOf(outline)).toMatch('尚无有效报送的地区有 1 个：兴宁区。')
    expect(book.sheets[0].rows).toHaveLength(3)
  })

  it('prints one plan share, and what an area is behind is the difference of the printed figures', () => {
    // Day 51 of 81 is 62.96…, printed 62.9 %; 733 of 1195 is 61.33…, printed 61.3 %. In firms the plan is 753, 63.01 %.
    const funnel = { ...FUNNEL, roster: 1195, submitted: 733, outside: 0, left: 0 }
    const rest = { ...funnel, roster: 1000, submitted: 628 }
    const few = { ...funnel, roster: 195, submitted: 105 }
    const { outline } = prepareWeeklyReport(
      {
        ...COVERAGE,
        total: funnel,
        areas: [
          { code: '450103', funnel: rest },
          { code: '450102', funnel: few },
        ],
        liaisons: [{ id: 'a', name: '示例甲', funnel }],
        trend: [{ on: '2026-07-21', submitted: 733, planned: 753 }],
      },
      [],
      {
        ...CONTEXT,
        campaign: { ...CONTEXT.campaign, opensOn: '2026-06-01', deadlineOn: '2026-08-20', plan: [] },
        area: '450100',
        asOf: '2026-07-21',
      },
    )
    expect(wordsOf(outline)).toContain('计划进度：到 2026 年 7 月 21 日应完成 62.9%。')
    expect(tableOf(outline, /各地区/).map((row) => [row[1], row[7], row[8]])).toEqual([
      ['青秀区', '62.8%', '比计划低 0.1 个百分点'],
      // 105 of 195 is 53.84… %.
      ['兴宁区', '53.8%', '比计划低 9.1 个百分点'],
      ['合计', '61.3%', '比计划低 1.6 个百分点'],
    ])
  })

  it('tells when it will be done, and what is needed', () => {
    expect(wordsOf(made().outline)).toMatch(
      '近一周平均每天 1 家，按这个进度预计 2026 年 8 月 26 日全部完成，不晚于截止日。要在截止日 2026 年 8 月 31 日前完成其余 6 家，平均每天需要完成 0.6 家。',
    )
    const stopped = made({ forecast: { perDay: 0, neededPerDay: 1, isLate: true } })
    expect(wordsOf(stopped.outline)).toMatch('近一周没有新的有效报送，无法预计完成时间。')
    const over = made({ forecast: { perDay: 0, neededPerDay: 6, isLate: true } }, '2026-09-02')
    expect(wordsOf(over.outline)).toMatch('截止日 2026 年 8 月 31 日已过，还有 6 家没有完成。')
  })

  it('counts firms with none and with several liaisons, and states the rule', () => {
    expect(wordsOf(made().outline)).toMatch('没有联系人的 1 家，有两名及以上联系人的 2 家；每家企业应有且只有一名。')
    expect(wordsOf(made().outline)).toMatch('覆盖率＝有效报送企业数÷应诊断企业数')
  })

  it('is not written when the parts do not add up', () => {
    const areas = COVERAGE.areas.map((one, at) => (at === 0 ? { ...one, funnel: { ...one.funnel, roster: 5 } } : one))
    expect(() => made({ areas })).toThrow('roster of the parts is 11, of the whole 10')
    expect(() => made({ liaisons: COVERAGE.liaisons.slice(1) })).toThrow('of the parts')
  })

  it('from real rows: the workbook names every firm to call, and all of it adds up', async () => {
    const firms = someFirms(400)
    const weekly = weeklyOf(firms)
    const { bytes, rows } = await buildOfficeFile({ kind: 'weeklyXlsx', source: weekly }, new Map(), () => undefined)
    expect(rows).toBe(14)
    expect([...openPackage(bytes).texts.keys()].filter((name) => name.startsWith('xl/worksheets/sheet'))).toHaveLength(
      6,
    )
    const calls = weekly.book.sheets.find(({ name }) => name === '未完成企业')!
    expect(calls.rows).toHaveLength(callsOf(firms).length)
    const [total] = [weekly.book.sheets[0].total!]
    const sum = (at: number): number => weekly.book.sheets[0].rows.reduce((all, row) => all + Number(row[at]), 0)
    for (const at of [2, 3, 4, 5, 6]) expect(sum(at)).toBe(total[at])
    expect(JSON.stringify(weekly)).not.toMatch(/138\*/)
  })

  it('the Word file begins with its title on the first page, and every page says whose it is', async () => {
    const weekly = weeklyOf(someFirms(60))
    const { bytes } = await buildOfficeFile(
      { kind: 'weeklyDocx', source: weekly },
      pngsOf(weekly.outline),
      () => undefined,
    )
    const { texts } = openPackage(bytes)
    const document = texts.get('word/document.xml')!
    expect(document).not.toMatch('w:pageBreakBefore')
    expect(document.indexOf('广西壮族自治区数字化转型诊断覆盖情况周报')).toBeGreaterThan(0)
    const head = [...texts].filter(([name]) => name.startsWith('word/header')).map(([, xml]) => xml)
    for (const xml of head) expect(xml).toMatch('自评参考')
  })

  it('works for a county without parts, for an empty roster, and when all are done', () => {
    expect(
      weeklyOf([aFirm()], { area: '450103' }).outline.blocks.some(
        (block) => block.kind === 'heading' && block.text === '各地区进展',
      ),
    ).toBe(false)
    expect(wordsOf(weeklyOf([]).outline)).toMatch('名录中没有应诊断企业。')
    const done = weeklyOf([aSubmittedFirm()])
    expect(wordsOf(done.outline)).toMatch('应诊断企业已全部完成有效报送。')
    expect(wordsOf(done.outline)).toMatch('应诊断企业都已完成有效报送。')
  })

  it('is marked when the figures are made up', () => {
    expect(weeklyOf([aFirm()], { isSample: true }).book.marks).toEqual(['自评参考', '示例数据'])
  })
})
