import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '#core/problems'
import { type SaveState } from '#stores/draft'
import SaveStatus from '../../src/components/SaveStatus.vue'

afterEach(() => vi.useRealTimers())

function mountState(state: SaveState) {
  return mount(SaveStatus, { props: { state } })
}

describe('保存状态', () => {
  it('已保存 with the time of the clock on the wall, and that it is only here', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 0, 5, 18, 0, 0) })
    const at = new Date(2026, 0, 5, 9, 8, 7).toISOString()
    expect(mountState({ kind: 'saved', at }).get('[role=status]').text()).toBe('已保存 09:08:07（仅本机）')
  })

  it('what was saved on another day has its date', () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(2026, 0, 6, 9, 8, 7) })
    const at = new Date(2026, 0, 5, 9, 8, 7).toISOString()
    expect(mountState({ kind: 'saved', at }).get('[role=status]').text()).toBe('已保存 1月5日 09:08:07（仅本机）')
  })

  it('正在保存 while a change is on its way', () => {
    expect(mountState({ kind: 'saving' }).get('[role=status]').text()).toBe('正在保存……')
  })

  it('what was not stored is an alert with the reason, a way out and another try', async () => {
    const wrapper = mountState({ kind: 'failed', problem: new Problem('storage.full') })
    const alert = wrapper.get('[role=alert]')
    expect(alert.text()).toContain('最新的作答没有存下：浏览器的存储空间已满，最新的作答还没有存下。')
    expect(alert.text()).toContain('请不要关闭本页')
    const [first, second] = wrapper.findAll('button')
    expect([first!.text(), second!.text()]).toEqual(['把草稿存为文件', '再试一次'])
    await first!.trigger('click')
    await second!.trigger('click')
    expect(wrapper.emitted('export')).toHaveLength(1)
    expect(wrapper.emitted('retry')).toHaveLength(1)
  })

  it('no further try is promised where there will be none', () => {
    const text = mountState({ kind: 'failed', problem: new Problem('draft.locked') }).text()
    expect(text).toContain('这份填报已提交并锁定')
    expect(text).not.toContain('本页会继续重试')
  })
})
