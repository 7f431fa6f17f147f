import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import DiagnosisReport from '../../../src/components/report/DiagnosisReport.vue'
import { type Answers, type Form } from '#core/diagnosis/answers'
import { parseEdition } from '#core/diagnosis/edition'
import { buildReport, type Report } from '#core/diagnosis/report'
import { scoreAnswers } from '#core/diagnosis/scoring'

// What is drawn is not looked at here: the words and figures beside the chart are.
vi.mock('../../../src/charts/RadarChart.vue', () => ({
  __esModule: true, // by this mark defineAsyncComponent knows a module from a component
  default: { props: ['title', 'rows', 'max', 'description'], template: '<div role="img" :aria-label="description" />' },
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

function reportOf(start: string): Report {
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
  })
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
    await vi.waitFor(() => expect(page.findAll('.panel .chart')).toHaveLength(2))
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
