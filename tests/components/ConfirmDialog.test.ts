import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import ConfirmDialog from '../../src/components/ConfirmDialog.vue'
import { stubModal } from '../support/cards'

beforeEach(stubModal)
enableAutoUnmount(afterEach)

function mountDialog(danger = false) {
  return mount(ConfirmDialog, {
    props: { title: '删除这份填报？', act: '删除', danger },
    slots: { default: '不能恢复。' },
    attachTo: document.body,
  })
}

describe('确认', () => {
  it('is shown as a modal dialog as soon as it is there, under its title', () => {
    const dialog = mountDialog().get('dialog')
    expect(dialog.element.showModal).toHaveBeenCalledTimes(1)
    expect(dialog.get('h2').text()).toBe('删除这份填报？')
    expect(dialog.attributes('aria-labelledby')).toBe(dialog.get('h2').attributes('id'))
    expect(dialog.text()).toContain('不能恢复。')
  })

  it('the act confirms, 取消 cancels, and each says so once', async () => {
    const wrapper = mountDialog()
    const [act, cancel] = wrapper.findAll('button')
    await act!.trigger('click')
    expect([wrapper.emitted('confirm')?.length, wrapper.emitted('cancel')]).toEqual([1, undefined])
    await cancel!.trigger('click')
    expect([wrapper.emitted('confirm')?.length, wrapper.emitted('cancel')?.length]).toEqual([1, 1])
  })

  it('Escape cancels; closing it is left to whoever opened it', async () => {
    const wrapper = mountDialog()
    const escape = new Event('cancel', { cancelable: true })
    wrapper.get('dialog').element.dispatchEvent(escape)
    expect(wrapper.emitted('cancel')).toHaveLength(1)
    expect(escape.defaultPrevented).toBe(true)
  })

  it('an act that destroys looks like one', () => {
    expect(mountDialog(true).get('button').classes()).toContain('danger')
    expect(mountDialog().get('button').classes()).not.toContain('danger')
  })
})
