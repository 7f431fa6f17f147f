import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { digest } from '#digest'
import { completeCreditCode } from '#core/creditCode'
import { packSubmission } from '#core/oversight/submission'
import { useOversightStore } from '#stores/oversight'
import FilesView from '../../../src/views/oversight/FilesView.vue'
import { answersAtLevel, loadGuangxi } from '../../support/build'
import { buttonOf, closeOversight, openOversight, type OversightPage } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

vi.mock('#storage/editions', async () => {
  const { loadGuangxi: load } = await import('../../support/build')
  return { listEditionIds: () => ['guangxi-2024'], loadEdition: () => Promise.resolve({ edition: load() }) }
})
beforeEach(() =>
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() })),
)
afterEach(closeOversight)
enableAutoUnmount(afterEach)

const CODES = [1, 2].map((at) => completeCreditCode(`91450100MA5R300${at}`))
function aSheet(at: number): string {
  const edition = loadGuangxi()
  const sheet = {
    id: `sheet-${at}`,
    revision: 1,
    form: 'full' as const,
    profile: { name: `示例企业${at}`, creditCode: CODES[at]!, city: '450100', county: '450103' },
    answers: answersAtLevel(edition, 2),
    startedAt: '2026-07-01T01:00:00.000Z',
    submittedAt: '2026-07-01T02:00:00.000Z',
    minutes: 40,
  }
  return JSON.stringify(packSubmission(edition, sheet as never, '0.1.0', digest))
}
const open = () => openOversight(FilesView, { path: '/files' })
async function pick({ wrapper }: OversightPage, label: string, files: readonly File[]): Promise<void> {
  const input = wrapper.get(`[aria-label="${label}"]`)
  Object.defineProperty(input.element, 'files', { value: files, configurable: true })
  await input.trigger('change')
}
const openButton = (page: OversightPage) => buttonOf(page.wrapper, '开始汇总')

describe('从文件汇总', () => {
  it('nothing can be opened before something is chosen, and what is no submission is named', async () => {
    const page = await open()
    expect(openButton(page).attributes('disabled')).toBeDefined()
    await pick(page, '选择报送包文件', [new File(['x'], 'readme.txt')])
    expect(page.wrapper.text()).toContain('有 1 个文件不是报送包')
    expect(openButton(page).attributes('disabled')).toBeDefined()
  })

  it('files are read here and nothing is sent; one that is none is told with its reason', async () => {
    const page = await open()
    const before = page.hub.asked.length
    await pick(page, '选择报送包文件', [new File([aSheet(0)], 'a.json'), new File(['{}'], 'bad.json')])
    // A second choice adds to the first; the same sheet again counts once.
    await pick(page, '选择装报送包的文件夹', [new File([`${aSheet(0)}\n${aSheet(1)}\n`], 'all.ndjson')])
    expect(page.wrapper.text()).toContain('已选 3 个文件')
    await openButton(page).trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('读出 3 份报送，2 家企业'))
    expect(page.wrapper.text()).toContain('有 1 份与其他文件相同，只计一次')
    expect(page.wrapper.text()).toContain('有 1 个文件没有采用')
    expect(page.wrapper.text()).toContain('bad.json')
    expect(page.hub.asked.length).toBe(before)
    expect(useOversightStore().source).toBe('files')
  })

  it('with a roster as denominator, who has not reported is seen too', async () => {
    const page = await open()
    await pick(page, '选择报送包文件', [new File([aSheet(0)], 'a.json')])
    await page.wrapper.get('label.tick input').setValue(true)
    expect(openButton(page).attributes('disabled')).toBeDefined()
    const silent = completeCreditCode('91450100MA5R3003')
    const table = `企业名称,信用代码,县区,是否规上\n示例企业0,${CODES[0]},青秀区,是\n没报的企业,${silent},青秀区,是\n坏的,1,青秀区,是`
    await pick(page, '选择名录文件', [new File([table], '名录.csv')])
    await eventually(() => expect(page.wrapper.text()).toContain('各列的对应'))
    await buttonOf(page.wrapper, '用这份名录').trigger('click')
    expect(page.wrapper.text()).toContain('2 行可用，1 行不能用，没有计入')
    await openButton(page).trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('读出 1 份报送，2 家企业'))
  })
})
