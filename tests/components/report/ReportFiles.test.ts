import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import ReportFiles from '../../../src/components/report/ReportFiles.vue'
import { Problem } from '#core/problems'

type Make = NonNullable<InstanceType<typeof ReportFiles>['$props']['make']>
type MadeFile = Awaited<ReturnType<Make>>

function fileOf(change: Partial<MadeFile> = {}): MadeFile {
  return { bytes: new Uint8Array(123_400), mime: 'application/pdf', name: '甲公司.pdf', missing: [], ...change }
}

let mounted: VueWrapper | undefined
function show(make?: Make): { page: VueWrapper; save: ReturnType<typeof vi.fn> } {
  const save = vi.fn((file: MadeFile) => file.name)
  mounted = mount(ReportFiles, { props: { save, ...(make === undefined ? {} : { make }) }, attachTo: document.body })
  return { page: mounted, save }
}
function press(page: VueWrapper, label: string): Promise<void> {
  return page
    .findAll('button')
    .find((button) => button.text() === label)!
    .trigger('click')
}
afterEach(() => mounted?.unmount())

describe('the report files', () => {
  it('says each step, keeps further clicks out, and then what was saved', async () => {
    let finish: (file: MadeFile) => void = () => undefined
    const make = vi.fn<Make>((_, onStep) => {
      onStep('画图…')
      return new Promise((resolve) => (finish = resolve))
    })
    const { page, save } = show(make)
    await press(page, 'PDF 完整报告')
    expect(page.get('[role=status]').text()).toBe('画图…')
    expect(page.findAll('.kinds button').every((button) => button.attributes('disabled') !== undefined)).toBe(true)
    const file = fileOf()
    finish(file)
    await flushPromises()
    expect(make.mock.calls.map(([kind]) => kind)).toEqual(['pdf'])
    expect(save).toHaveBeenCalledExactlyOnceWith(file)
    expect(page.get('[role=status]').text()).toBe('已核对并保存：甲公司.pdf（123 kB）')
    expect(page.findAll('.kinds button').some((button) => button.attributes('disabled') !== undefined)).toBe(false)
  })

  it.each([
    ['PDF 完整报告', 'pdf'],
    ['一页纸 PDF', 'onePage'],
    ['Word', 'docx'],
    ['Excel', 'xlsx'],
    ['CSV', 'csv'],
  ])('%s makes %s', async (label, kind) => {
    const make = vi.fn<Make>(() => Promise.resolve(fileOf()))
    const { page } = show(make)
    await press(page, label)
    expect(make.mock.calls[0]![0]).toBe(kind)
  })

  it('names the characters no font has, and saves only when told to', async () => {
    const { page, save } = show(() => Promise.resolve(fileOf({ missing: ['䶮', '𠮷'] })))
    await press(page, 'PDF 完整报告')
    await flushPromises()
    expect(save).not.toHaveBeenCalled()
    expect(page.get('dialog').text()).toContain('䶮 𠮷')
    await press(page, '仍然保存')
    expect(save).toHaveBeenCalledOnce()
    expect(page.find('dialog').exists()).toBe(false)
  })

  it('saves nothing when the dialog is left', async () => {
    const { page, save } = show(() => Promise.resolve(fileOf({ missing: ['䶮'] })))
    await press(page, 'PDF 完整报告')
    await flushPromises()
    await press(page, '取消')
    expect(save).not.toHaveBeenCalled()
    expect(page.get('[role=status]').text()).toBe('')
  })

  it('shows a refusal beside the buttons, and can be tried again', async () => {
    const make = vi.fn<Make>().mockRejectedValueOnce(new Problem('export.noFonts')).mockResolvedValue(fileOf())
    const { page, save } = show(make)
    await press(page, 'Word')
    await flushPromises()
    expect(page.get('[role=alert]').text()).toBe(new Problem('export.noFonts').message)
    expect(save).not.toHaveBeenCalled()
    await press(page, 'Word')
    await flushPromises()
    expect(page.find('[role=alert]').exists()).toBe(false)
    expect(save).toHaveBeenCalledOnce()
  })

  it('offers print and the package without a report, and no files', async () => {
    const { page } = show()
    expect(page.findAll('button').map((button) => button.text())).toEqual(['打印', '导出报送包'])
    await press(page, '打印')
    await press(page, '导出报送包')
    expect(page.emitted()).toMatchObject({ print: [[]], package: [[]] })
  })
})
