import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import CoverageView from '../../../src/views/oversight/CoverageView.vue'
import { aCampaign, aFirm, aSubmittedFirm } from '../../support/firms'
import { aSession } from '../../support/hubFetch'
import { buttonOf, closeOversight, openOversight, type OversightSetting } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

const made = vi.hoisted(() => ({ file: vi.fn(), saved: vi.fn((name: string) => name) }))
vi.mock('#export/makeTables', () => ({ makeOfficeFile: made.file }))
vi.mock('#export/weeklyReport', () => ({ prepareWeeklyReport: (...parts: unknown[]) => parts }))
vi.mock('#storage/files', () => ({ saveBytes: made.saved }))

beforeEach(() =>
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  ),
)
afterEach(closeOversight)
enableAutoUnmount(afterEach)

const NANNING = { city: '450100', county: '450103' }
const LIUZHOU = { city: '450200', county: '450202' }
const liaison = (id: string) => ({ id, name: `示例服务员${id}` })
/** 南宁 1 of 3, 柳州 1 of 1; one moved out, one outside the list, one with nobody, one with two. */
const firms = [
  aSubmittedFirm({ ...NANNING, name: '南宁已报', liaisons: [liaison('one')] }),
  aFirm({ ...NANNING, name: '南宁无人', liaisons: [] }),
  aFirm({ ...NANNING, name: '南宁两人', liaisons: [liaison('one'), liaison('two')] }),
  aSubmittedFirm({ ...LIUZHOU, name: '柳州已报', liaisons: [liaison('two')] }),
  aFirm({
    ...LIUZHOU,
    name: '柳州移出',
    liaisons: [liaison('two')],
    left: { on: '2026-07-01', reason: '停产', note: '示例函' },
  }),
  aSubmittedFirm({ ...LIUZHOU, name: '柳州规下', liaisons: [liaison('two')], isAboveScale: false }),
]
const open = (setting: Partial<OversightSetting> = {}) =>
  openOversight(CoverageView, { path: '/coverage', firms, ...setting })
const tableOf = ({ wrapper }: Awaited<ReturnType<typeof open>>, caption: string) =>
  wrapper
    .findAll('table')
    .find((one) => one.find('caption').text().startsWith(caption))!
    .findAll('tbody tr, tfoot tr')
    .map((row) => row.findAll('th, td').map((cell) => cell.text()))

describe('覆盖率', () => {
  it('the figure of the week stands there with its two numbers in words', async () => {
    const { wrapper } = await open()
    // 2 of the 4 that count: neither the one moved out nor the one below scale is asked.
    expect(wrapper.get('.figure').text()).toBe('50%')
    expect(wrapper.text()).toContain('在册应诊断 4 家，有效报送 2 家，未完成 2 家。')
  })

  it('cities and liaisons each add up to the figure above', async () => {
    const page = await open()
    const areas = tableOf(page, '各区划覆盖率')
    expect(areas.filter(([, asked]) => asked !== '0').map((row) => [row[0], row[1], row[5], row[6]])).toEqual([
      ['南宁市', '3', '1', '33.3%'],
      ['柳州市', '1', '1', '100%'],
      ['合计', '4', '2', '50%'],
    ])
    const liaisons = tableOf(page, '各联系人的覆盖率').map((row) => [row[0], row[1], row[5]])
    expect(liaisons).toEqual([
      ['示例服务员one', '1', '1'],
      ['示例服务员two', '1', '1'],
      ['有两个以上联系人', '1', '0'],
      ['没有联系人', '1', '0'],
      ['合计', '4', '2'],
    ])
  })

  it('what is wrong is counted, and each count leads to its firms', async () => {
    const { wrapper } = await open()
    expect(wrapper.findAll('.box').map((one) => one.text())).toEqual([
      '没有联系人1 家',
      '有两个以上联系人1 家',
      '退回修改0 家',
      '移出分母1 家',
      '名录外报送1 家',
    ])
    expect(wrapper.findAll('.box').map((one) => one.attributes('href'))[0]).toBe('/firms?area=450000&only=none')
  })

  it('firms not done are listed by name, ready to call', async () => {
    const page = await open()
    const list = await eventually(() => tableOf(page, '未完成企业'))
    expect(list.map(([name]) => name)).toEqual(['南宁两人', '南宁无人'])
  })

  it('their number stands there with the other figures, and until they are in order it says so', async () => {
    const frames: FrameRequestCallback[] = []
    vi.stubGlobal('requestAnimationFrame', (run: FrameRequestCallback) => frames.push(run))
    const { wrapper, router } = await open()
    const section = wrapper.findAll('section').find((one) => one.text().startsWith('未完成企业'))!
    expect(section.get('h2').text()).toBe('未完成企业（2 家）')
    expect(section.get('[role=status]').text()).toBe('正在排出最该先联系的企业……')
    frames.forEach((run) => run(0))
    await eventually(() => expect(section.findAll('tbody tr')).toHaveLength(2))
    expect(section.find('[role=status]').exists()).toBe(false)
    // 柳州 has nobody left to call: nothing of the other area stays.
    await router.push({ query: { area: '450200' } })
    await flushPromises()
    expect(section.get('h2').text()).toBe('未完成企业（0 家）')
    expect(section.text()).toContain('没有未完成的企业。')
    expect(section.find('table').exists()).toBe(false)
  })

  it('an area within one’s own is one press away, and the way back is shown', async () => {
    const { wrapper, router } = await open({ path: '/coverage?area=450100' })
    expect(wrapper.get('.figure').text()).toBe('33.3%')
    expect(wrapper.get('nav[aria-label=所在区划]').text()).toBe('广西壮族自治区 / 南宁市')
    await wrapper.get('nav[aria-label=所在区划] a').trigger('click')
    await flushPromises()
    expect(router.currentRoute.value.query).toEqual({ area: '450000' })
    expect(wrapper.get('.figure').text()).toBe('50%')
  })

  it('an address of another’s area shows one’s own', async () => {
    const session = aSession({ role: 'official', area: '450100' })
    const { wrapper } = await open({ path: '/coverage?area=450200', session, firms: firms.slice(0, 3) })
    expect(wrapper.get('h1').text()).toBe('南宁市覆盖率')
    expect(wrapper.get('.figure').text()).toBe('33.3%')
  })

  it('the forecast says how many are left and what a day needs', async () => {
    const { wrapper } = await open()
    // 20 July to 31 August.
    expect(wrapper.text()).toContain('还有 2 家')
    closeOversight()
    const over = await open({ hub: { campaigns: [aCampaign({ deadlineOn: '2026-07-19' })] } })
    expect(over.wrapper.text()).toContain('截止日（2026 年 7 月 19 日）已过，还有 2 家没有完成')
  })

  it('the weekly report is made of the figures on the screen, saved, and noted for the audit', async () => {
    const bytes = new Uint8Array(3)
    made.file.mockResolvedValue({ bytes, mime: 'application/x', name: '周报.docx', rows: 2, sha256: 'b'.repeat(64) })
    const { wrapper, hub } = await open({ path: '/coverage?area=450100' })
    hub.answer('POST /v1/exports', { body: {} })
    await buttonOf(wrapper, '周报 Word').trigger('click')
    await eventually(() => expect(made.saved).toHaveBeenCalledWith('周报.docx', bytes, 'application/x'))
    const [coverage, calls, context] = made.file.mock.calls[0]![0].source
    expect(coverage).toMatchObject({ area: '450100', total: { roster: 3, submitted: 1 } })
    expect(calls).toHaveLength(2)
    expect(context).toMatchObject({ area: '450100', asOf: '2026-07-20', edition: { id: 'guangxi-2024' } })
    await eventually(() => expect(hub.count('POST /v1/exports')).toBe(1))
    expect(hub.asked[hub.asked.length - 1]!.body).toMatchObject({
      kind: 'weeklyDocx',
      area: '450100',
      rows: 2,
      sha256: 'b'.repeat(64),
    })
  })

  it('without a campaign it says so instead of a rate', async () => {
    const { wrapper } = await open({ hub: { campaigns: [] } })
    expect(wrapper.text()).toContain('还没有诊断批次')
    expect(wrapper.find('.figure').exists()).toBe(false)
  })
})
