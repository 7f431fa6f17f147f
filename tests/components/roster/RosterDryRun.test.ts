import { mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import RosterDryRun from '../../../src/components/roster/RosterDryRun.vue'
import { buttonOf } from '../../support/oversightPage'

const row = (line: number, kind: 'new' | 'changed' | 'same' | 'doubtful', more: object = {}) => ({
  line,
  kind,
  row: { name: `示例企业${line}`, creditCode: '91450100MA5R10006X' },
  doubts: [] as string[],
  changes: [] as { field: string; from: string; to: string }[],
  ...more,
})
const ROWS = [
  row(3, 'new'),
  row(4, 'changed', { changes: [{ field: '企业规模', from: '', to: '中型' }] }),
  row(5, 'doubtful', { doubts: ['与文件第 6 行的统一社会信用代码相同', '没有县（市、区）'] }),
  row(6, 'doubtful', { doubts: ['统一社会信用代码的校验码不对'] }),
  row(7, 'same'),
]
const FAULTS = [{ line: 9, name: '坏的一行', faults: ['没有统一社会信用代码', '没有设区市'] }]
function show(props: object = {}) {
  return mount(
    RosterDryRun as never,
    {
      props: { rows: ROWS, faults: FAULTS, accepted: new Set<number>(), ...props },
    } as never,
  )
}
beforeEach(() =>
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() })),
)

describe('预演', () => {
  it('counts every kind, and begins with what needs a person', () => {
    const wrapper = show()
    expect(wrapper.findAll('.parts button').map((button) => button.text().replace(/\s+/g, ' '))).toEqual([
      '新增 1',
      '变更 1',
      '存疑 2',
      '无变化 1',
      '不能用 1',
    ])
    expect(wrapper.get('[aria-pressed=true]').text()).toContain('存疑')
    expect(wrapper.findAll('tbody tr')).toHaveLength(2)
  })

  it('every reason of a doubtful row is shown, and it is not accepted by itself', () => {
    const first = show().get('tbody tr')
    expect(first.findAll('li').map((item) => item.text())).toEqual([
      '与文件第 6 行的统一社会信用代码相同',
      '没有县（市、区）',
    ])
    expect(first.get('input').element.checked).toBe(false)
  })

  it('one row is accepted by its line, all of them at once by theirs', async () => {
    const wrapper = show()
    await wrapper.get('tbody tr input').setValue(true)
    await wrapper.get('label.tick input').setValue(true)
    expect(wrapper.emitted('accept')).toEqual([
      [[5], true],
      [[5, 6], true],
    ])
  })

  it('what was accepted is told, and a tick taken away is told as such', async () => {
    const wrapper = show({ accepted: new Set([5]) })
    expect(wrapper.text()).toContain('已接受 1 行')
    await wrapper.get('tbody tr input').setValue(false)
    expect(wrapper.emitted('accept')).toEqual([[[5], false]])
  })

  it('a change is shown with the old value, also an empty one', async () => {
    const wrapper = show()
    await wrapper.findAll('.parts button')[1]!.trigger('click')
    expect(wrapper.get('tbody td').text()).toBe('企业规模：（空） → 中型')
  })

  it('rows that cannot be used stand with line, name and all reasons, and can be taken along', async () => {
    const wrapper = show()
    await wrapper.findAll('.parts button')[4]!.trigger('click')
    expect(wrapper.get('tbody tr').text()).toBe('第 9 行坏的一行没有统一社会信用代码；没有设区市')
    await buttonOf(wrapper, '下载不能用的行（CSV）').trigger('click')
    expect(wrapper.emitted('saveFaults')).toHaveLength(1)
  })
})
