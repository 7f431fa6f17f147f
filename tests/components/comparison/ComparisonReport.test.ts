import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import ComparisonReport from '../../../src/components/comparison/ComparisonReport.vue'
import { digest } from '#digest'
import { type Answers } from '#core/diagnosis/answers'
import { compareSheets, type Comparison, type SheetToCompare } from '#core/diagnosis/comparison'
import { packSubmission } from '#core/oversight/submission'
import { answersAtLevel, loadGuangxi } from '../../support/build'
import { eventually } from '../../support/eventually'

// What is drawn is not looked at here: the words and figures beside the chart are.
vi.mock('../../../src/charts/RadarChart.vue', () => ({
  __esModule: true, // by this mark defineAsyncComponent knows a module from a component
  default: {
    props: ['title', 'rows', 'overlays', 'description'],
    template: '<div role="img" :aria-label="description" />',
  },
}))

const edition = loadGuangxi()
function sheetOf(answers: Answers, revision: number, changes: { readonly sample?: true } = {}): SheetToCompare {
  const profile = { name: '示例公司', creditCode: '91450200XX00000430', productionType: 'discrete' }
  const submittedAt = `202${4 + revision}-06-15T03:00:00.000Z`
  const sheet = { id: 'sheet', revision, form: 'full' as const, profile, answers, startedAt: submittedAt, submittedAt }
  return { submitted: packSubmission(edition, { ...sheet, minutes: 50, ...changes }, '0.1.0', digest), own: edition }
}

const two = answersAtLevel(edition, 2)
/** From all at 2 (tier 4) to all at 2.5 (tier 5), but C4 from 2 to 1 and one answer left out. */
const { 'B5.4': _left, ...rest } = answersAtLevel(edition, 2.5)
const after: Answers = { ...rest, 'C4.1': 1, 'C4.2': 1 }
const [one, other] = [sheetOf(two, 1), sheetOf(after, 2)]

let mounted: VueWrapper | undefined
async function show(comparison: Comparison): Promise<VueWrapper> {
  mounted = mount(ComparisonReport, { props: { comparison }, attachTo: document.body })
  await flushPromises()
  return mounted
}
afterEach(() => mounted?.unmount())

describe('the page of a comparison', () => {
  it('says from which tier to which first, and by how many', async () => {
    const page = await show(compareSheets(one, sheetOf({ ...two, ...answersAtLevel(edition, 2.5) }, 2), edition))
    const headline = page.get('h2').text()
    expect(headline).toMatch(/第 4 档.*第 5 档.*\+1 档/)
    const [before, now] = page.findAll('section.side').map((side) => side.text())
    expect(before).toContain('2025 年 6 月 15 日提交')
    expect(before).toContain('第 1 次，完整诊断，作答 75 项')
    expect(now).toContain('第 5 档')
    expect(now).toContain('guangxi-2024 1.0.0')
  })

  it('gives every node its difference with a sign and a word', async () => {
    const comparison = compareSheets(one, other, edition)
    const page = await show(comparison)
    const rows = page.findAll('section[aria-labelledby=comparison-nodes] tbody tr')
    expect(rows).toHaveLength(comparison.nodes.length)
    const rowOf = (id: string): string => rows[comparison.nodes.findIndex((node) => node.id === id)]!.text()
    expect(rowOf('C4')).toMatch(/2\.00\s*1\.00\s*−1\.00\s*下降/)
    expect(rowOf('S1')).toMatch(/2\.00\s*2\.50\s*\+0\.50\s*上升/)
    expect(rowOf('B5')).toContain('不能确定')
  })

  it('a bar grows to the right of the middle when it rose, to the left when it fell', async () => {
    const comparison = compareSheets(one, other, edition)
    const page = await show(comparison)
    const rows = page.findAll('section[aria-labelledby=comparison-nodes] tbody tr')
    const barOf = (id: string): CSSStyleDeclaration => {
      const at = comparison.nodes.findIndex((node) => node.id === id)
      return (rows[at]!.get('.length').element as HTMLElement).style
    }
    // The widest change is C4, 1 of 5: it fills its half. S1 has half of that on the other side.
    expect([barOf('C4').left, barOf('C4').width]).toEqual(['0%', '50%'])
    expect([barOf('S1').left, barOf('S1').width]).toEqual(['50%', '25%'])
  })

  it('shows the answers with most effect, all of them when asked, and those left out apart', async () => {
    const page = await show(compareSheets(one, other, edition))
    const section = page.get('section[aria-labelledby=comparison-answers]')
    expect(section.text()).toContain('74 项改变，1 项这一次没有作答，0 项相同')
    expect(section.findAll('h3').map((heading) => heading.text())).toEqual([
      '改变的回答 74 项',
      '这一次没有作答的 1 项',
    ])
    const button = section.get('button')
    expect(button.attributes('aria-expanded')).toBe('false')
    expect(section.get('ol').classes()).toContain('short')
    await button.trigger('click')
    expect(button.attributes('aria-expanded')).toBe('true')
    expect(section.get('ol').classes()).not.toContain('short')
  })

  it('describes the radar as the table does: an open sign is neither a rise nor a fall', async () => {
    const page = await show(compareSheets(one, other, edition))
    await eventually(() => expect(page.findAll('.panel .chart')).toHaveLength(2))
    const [domains, subdomains] = page.findAll('.panel .chart').map((chart) => chart.attributes('aria-label'))
    expect(domains).toContain('5 个域中，')
    expect(subdomains).toContain('20 个上升')
    expect(subdomains).toContain('1 个下降（生态合作）')
    expect(subdomains).toContain('1 个不能确定（转型成效）')
    const [first, second] = page.findAll('[role=tab]')
    await first!.trigger('keydown', { key: 'ArrowRight' })
    expect(second!.attributes('aria-selected')).toBe('true')
    expect(document.activeElement).toBe(second!.element)
  })

  it('labels what was computed under another edition and lists what has no counterpart', async () => {
    const { submitted } = one
    const { 'S1.1': _s, ...items } = submitted.result.items
    const { 'S1.1': _t, ...answers } = submitted.answers
    const old = {
      ...submitted,
      answers: { ...answers, 'S1.9': 2 },
      result: { ...submitted.result, items },
      edition: { ...submitted.edition, version: '0.9.0', digest: '9'.repeat(64) },
    }
    const page = await show(compareSheets({ submitted: old }, other, edition))
    expect(page.text()).toContain('上一次：按新版问卷 1.0.0 重新计算，仅供参考')
    expect(page.text()).toContain('未能复算')
    const section = page.get('section[aria-labelledby=comparison-counterparts]')
    expect(section.findAll('li').map((item) => item.text())).toEqual(['S1.9', expect.stringContaining('S1.1')])
    expect(page.text()).not.toMatch(/undefined|NaN|null|\[object/)
  })

  it('says when the two were turned round, and when a sheet is made up', async () => {
    const page = await show(compareSheets(other, sheetOf(two, 1, { sample: true }), edition))
    expect(page.text()).toContain('两份已经对调')
    expect(page.text()).toContain('示例数据')
  })
})
