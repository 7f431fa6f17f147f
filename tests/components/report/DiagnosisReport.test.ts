import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import DiagnosisReport from '../../../src/components/report/DiagnosisReport.vue'
import { type Answers, type Form } from '#core/diagnosis/answers'
import { parseEdition } from '#core/diagnosis/edition'
import { type ReportRate } from '#core/diagnosis/rates'
import { buildReport, type Report, type ReportSource } from '#core/diagnosis/report'
import { scoreAnswers } from '#core/diagnosis/scoring'
import { makeBenchmark } from '../../support/madeUpBenchmark.ts'
import { eventually } from '../../support/eventually.ts'

// What is drawn is not looked at here: the words and figures beside the chart are.
vi.mock('../../../src/charts/RadarChart.vue', () => ({
  __esModule: true, // by this mark defineAsyncComponent knows a module from a component
  default: {
    props: ['title', 'rows', 'overlays', 'description'],
    template: '<div role="img" :aria-label="description" />',
  },
}))

interface Example {
  readonly name: string
  readonly profile: { readonly productionType: string }
  readonly form: Form
  readonly answers: Answers
}
function readJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`questionnaires/guangxi-2024/${name}.json`, 'utf8')) as Record<string, unknown>
}
const edition = parseEdition({ scoring: readJson('scoring'), survey: readJson('survey'), advice: readJson('advice') })
const examples = readJson('examples')['examples'] as Example[]

function reportOf(start: string, change: Partial<ReportSource> = {}): Report {
  const { profile, form, answers } = examples.find(({ name }) => name.startsWith(start))!
  const sheet = scoreAnswers(edition, profile, form, answers)
  const stamp = { id: edition.id, version: edition.version, digest: 'ab'.repeat(32), engine: '0.1.0' }
  return buildReport({
    edition,
    sheet,
    form,
    stamp,
    profile: { name: '示例公司' },
    submittedAt: '2026-11-20T03:00:00Z',
    ...change,
  })
}
function withPeers(start: string, change: Partial<Parameters<typeof makeBenchmark>[1]> = {}): Report {
  return reportOf(start, { benchmark: makeBenchmark(reportOf(start), change) })
}

let mounted: VueWrapper | undefined
async function show(report: Report): Promise<VueWrapper> {
  mounted = mount(DiagnosisReport, { props: { report }, attachTo: document.body })
  await flushPromises()
  return mounted
}
afterEach(() => mounted?.unmount())

describe('the report page', () => {
  it('says the conclusion and its reason first', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业'))
    expect(page.get('h2').text()).toContain('第 3 档')
    expect(page.get('h2').text()).toContain('场景级')
    expect(page.text()).toContain(
      '总分到第 4 档，门槛停在第 3 档，因为门槛指标 17 项中只有 9 项达到 2 分（要求至少 11 项）。',
    )
    expect(page.get('.ladder [role=img]').attributes('aria-label')).toContain('本企业在第 3 档（场景级）')
    expect(page.text()).toContain('自评参考，非官方评定')
  })

  it('has a row for every node and indicator', async () => {
    const report = reportOf('各域略有高低的 3 档企业')
    const page = await show(report)
    const names = page.findAll('section[aria-labelledby=report-table] tbody th').map((cell) => cell.text())
    expect(names).toHaveLength(report.table.length)
    for (const { title } of report.table) expect(names.some((name) => name.includes(title))).toBe(true)
  })

  it('opens one domain, or all, and says so', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业'))
    const table = page.get('section[aria-labelledby=report-table]')
    const folds = table.findAll('.fold')
    expect(folds.map((fold) => fold.attributes('aria-expanded'))).toEqual(Array(5).fill('false'))
    await folds[1]!.trigger('click')
    expect(folds[1]!.attributes('aria-expanded')).toBe('true')
    await table.get('.button').trigger('click')
    expect(folds.every((fold) => fold.attributes('aria-expanded') === 'true')).toBe(true)
    expect(table.get('.button').text()).toBe('全部收起')
  })

  it('gives each chart its words and its figures, and switches by keyboard', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业'))
    await eventually(() => expect(page.findAll('.panel .chart')).toHaveLength(2))
    expect(page.findAll('.panel details tbody tr')).toHaveLength(5 + 22)
    expect(page.get('.panel .chart').attributes('aria-label')).toContain('5 个域')
    const [first, second] = page.findAll('[role=tab]')
    expect(first!.attributes('aria-selected')).toBe('true')
    await first!.trigger('keydown', { key: 'ArrowRight' })
    expect(second!.attributes('aria-selected')).toBe('true')
    expect(document.activeElement).toBe(second!.element)
  })

  it('prints what is folded, and folds it again', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业'))
    const isOpen = (): boolean[] => page.findAll('details').map(({ element }) => (element as HTMLDetailsElement).open)
    window.dispatchEvent(new Event('beforeprint'))
    expect(isOpen().every(Boolean)).toBe(true)
    window.dispatchEvent(new Event('afterprint'))
    expect(isOpen().some(Boolean)).toBe(false)
  })

  it('shows a range as a range', async () => {
    const page = await show(reportOf('只有网络与工控安全不掌握'))
    expect(page.get('h2').text()).toContain('第 4—6 档')
    expect(page.findAll('.step.possible')).toHaveLength(2)
    expect(page.text()).toContain('以低端第 4 档为准')
  })

  it.each([
    '什么都没开展',
    '一题未答',
    '快速自测：核心指标都在 2',
    '流程制造企业每项都在 5 级基本',
    '采矿企业业务模式创新',
  ])('has no hole in its text: %s', async (start) => {
    const page = await show(reportOf(start))
    expect(page.text()).not.toMatch(/undefined|NaN|null|\[object/)
    expect(page.html()).not.toMatch(/undefined|NaN/)
  })
})

describe('the group beside the firm', () => {
  const section = 'section[aria-labelledby=report-benchmark]'

  it('is named with its number, date, edition, source and why it is wider', async () => {
    const page = await show(withPeers('各域略有高低的 3 档企业', { widened: '“南宁市”不足 10 家。' }))
    const text = page.get(section).text()
    for (const part of [
      '广西壮族自治区',
      '170 家',
      '2026 年 11 月 1 日',
      `${edition.id} ${edition.version}`,
      '程序生成',
      '“南宁市”不足 10 家。',
    ])
      expect(text).toContain(part)
  })

  it('stands in the first words of the report', async () => {
    const report = withPeers('各域略有高低的 3 档企业')
    const page = await show(report)
    expect(page.get('.headline .peers').text()).toBe(report.benchmark!.sentence)
  })

  it('has a table row for every part, with the marks in words', async () => {
    const report = withPeers('各域略有高低的 3 档企业')
    const page = await show(report)
    const rows = page.findAll(`${section} tbody tr:not(.beneath)`)
    expect(rows).toHaveLength(1 + 5 + 22)
    const [p10, p25, p50, p75, p90] = report.benchmark!.rows[3]!.spread
    const text = rows[3]!.text()
    expect(text).toContain(report.benchmark!.rows[3]!.standing.percentileText)
    expect(text).toContain(`同类企业中位数 ${p50}；中间一半在 ${p25} 到 ${p75}，中间八成在 ${p10} 到 ${p90}。`)
    expect(rows[3]!.get('.number').text()).toBe('2.00')
  })

  it('says how many firms stand on each tier, the own one marked', async () => {
    const page = await show(withPeers('各域略有高低的 3 档企业'))
    const words = page.get(`${section} .columns`).attributes('aria-label')
    expect(words).toContain('第 2 档 32 家，占 19%；第 3 档（本企业所在） 47 家，占 28%') // 32/170, 47/170
    expect(page.findAll(`${section} .column.own`)).toHaveLength(1)
  })

  it('is drawn into both radars and told in their tables', async () => {
    const page = await show(withPeers('各域略有高低的 3 档企业'))
    await eventually(() => expect(page.findAll('.panel .chart')).toHaveLength(2))
    expect(page.findAll('.radar-legend').map((legend) => legend.findAll('li').map((line) => line.text()))).toEqual(
      Array(2).fill(['本企业', '同类中位数', '同类上四分位']),
    )
    expect(page.findAll('.panel details').map((table) => table.findAll('thead th').length)).toEqual([4, 4])
  })

  it('is one calm line when there is none', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业', { benchmarkRemark: '没有满 10 家的组，所以不比较。' }))
    expect(page.get(section).text()).toBe('与同类企业比较没有满 10 家的组，所以不比较。')
    expect(page.find('.peers').exists()).toBe(false)
  })

  it('is marked as sample data at the top of the page and beside the group', async () => {
    const page = await show(withPeers('各域略有高低的 3 档企业'))
    expect(page.get('.report > :first-child').text()).toContain('示例数据')
    expect(page.get(`${section} .badge`).text()).toBe('示例数据')
    mounted!.unmount()
    expect((await show(reportOf('各域略有高低的 3 档企业'))).text()).not.toContain('示例数据')
  })

  it.each(['一题未答', '快速自测：核心指标都在 2', '采矿企业业务模式创新'])(
    'has no hole in its text: %s',
    async (start) => {
      const page = await show(withPeers(start))
      expect(page.html()).not.toMatch(/undefined|NaN/)
    },
  )
})

describe('the firm beside published figures', () => {
  const rates: readonly ReportRate[] = [
    {
      id: 'T2.2',
      title: '关键工序数控化率',
      own: 50,
      ownText: '50%',
      measure: '关键工序数控化率',
      figures: [
        { value: 40, unit: '%', when: '2025 年 3 月', population: '甲地企业', source: '某公报', caution: '口径较窄。' },
        { value: 3, unit: '个百分点', when: '2024 年', population: '乙地企业', source: '某讲话', caution: '' },
      ],
    },
    { id: 'S3.2', title: '投入', ownText: '不掌握', measure: '投入占比', figures: [] },
  ]

  it('shows value, year, population, source and caution of each, apart from peers', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业', { rates }))
    const section = page.get('section[aria-labelledby=report-rates]')
    expect(section.text()).toContain('公布数据，口径不同，仅供参照')
    const rows = section.findAll('tbody tr').map((row) => row.text())
    expect(rows).toHaveLength(1 + 2 * 2 + 1)
    for (const part of ['甲地企业', '40%']) expect(rows[1]).toContain(part)
    for (const part of ['2025 年 3 月', '某公报', '口径较窄。']) expect(rows[2]).toContain(part)
    expect(rows[3]).toContain('3 个百分点')
    expect(rows[5]).toContain('不掌握')
  })

  it('draws shares of one item on one scale from 0, and no bar for other units', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业', { rates }))
    const bars = page.findAll('section[aria-labelledby=report-rates] .graph rect[fill]:nth-child(2)')
    // By hand: the largest share is 50, so the scale ends at 50: 50 fills it, 40 is four fifths.
    expect(bars.map((bar) => bar.attributes('width'))).toEqual(['100%', '80%'])
  })

  it('is left out when the edition names no figures', async () => {
    const page = await show(reportOf('各域略有高低的 3 档企业'))
    expect(page.find('section[aria-labelledby=report-rates]').exists()).toBe(false)
  })
})

describe('what to close first', () => {
  it('ranks the gaps, the first as the longest bar, the rest folded', async () => {
    const report = withPeers('各域略有高低的 3 档企业')
    const page = await show(report)
    const section = page.get('section[aria-labelledby=report-gaps]')
    const names = section.findAll('tbody th').map((cell) => cell.text())
    expect(names).toHaveLength(report.gaps.length)
    report.gaps.forEach(({ row }, at) => expect(names[at]).toContain(`${row.id} ${row.title}`))
    expect(section.findAll('rect').map((bar) => bar.attributes('width'))[0]).toBe('100%')
    expect(section.findAll('details tbody tr')).toHaveLength(report.gaps.length - 8)
    expect(section.text()).toContain(report.gapsRemark)
  })
})
