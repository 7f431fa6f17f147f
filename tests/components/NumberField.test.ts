import { enableAutoUnmount, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import NumberField from '../../src/components/NumberField.vue'
import { type } from '../support/cards'

enableAutoUnmount(afterEach)

interface Shown {
  readonly wrapper: VueWrapper
  readonly input: HTMLInputElement
  readonly taken: readonly unknown[]
}
function mountNumber(props: { decimals?: number; maySink?: boolean; modelValue?: number } = {}): Shown {
  const taken: unknown[] = []
  const wrapper = mount(NumberField, {
    props: {
      label: '数',
      decimals: 4,
      modelValue: undefined,
      ...props,
      'onUpdate:modelValue': (value: unknown) => {
        taken.push(value)
        void wrapper.setProps({ modelValue: value as number | undefined })
      },
    },
    attachTo: document.body,
  })
  return { wrapper: wrapper as VueWrapper, input: wrapper.get('input').element, taken }
}
function faultOf({ wrapper }: Shown): string | undefined {
  const fault = wrapper.find('[role=alert]')
  return fault.exists() ? fault.text() : undefined
}

describe('数字', () => {
  it.each<[string, number]>([
    ['12', 12],
    ['12.5', 12.5],
    ['.5', 0.5],
    ['12.', 12],
    ['+3', 3],
    ['007', 7],
    ['１２３４', 1234],
    ['１２．５', 12.5],
    ['1,234,567.89', 1234567.89],
    ['１，２３４', 1234],
    ['1 234', 1234],
    [' 98　', 98],
    ['0', 0],
    ['1000000000000000', 1e15],
  ])('%j is read as %s', async (text, value) => {
    const shown = mountNumber()
    await type(shown.input, text)
    expect(shown.taken).toEqual([value])
    expect(faultOf(shown)).toBeUndefined()
    // What the person typed stays as it was typed.
    expect(shown.input.value).toBe(text)
  })

  it.each([
    ['abc', '请只填数字'],
    ['12a', '请只填数字'],
    ['一百', '请只填数字'],
    ['1.2.3', '请只填数字'],
    ['85%', '请只填数字'],
    ['1e5', '请只填数字'],
    ['Infinity', '请只填数字'],
    ['-', '请只填数字'],
    ['.', '请只填数字'],
    ['-5', '不能为负数'],
    ['－５', '不能为负数'],
    ['1000000000000001', '数字过大，请核对单位'],
    ['1.23456', '最多 4 位小数'],
  ])('%j is told (%s) and not taken', async (text, reason) => {
    const shown = mountNumber()
    await type(shown.input, text)
    expect(shown.taken).toEqual([])
    expect(faultOf(shown)).toBe(reason)
    expect(shown.input.value).toBe(text)
    expect(shown.input.getAttribute('aria-invalid')).toBe('true')
    expect(shown.input.getAttribute('aria-describedby')).toBe(shown.wrapper.get('[role=alert]').attributes('id'))
  })

  it('a count of people takes whole numbers only', async () => {
    const shown = mountNumber({ decimals: 0 })
    await type(shown.input, '12.5')
    expect(faultOf(shown)).toBe('请填整数')
    await type(shown.input, '125')
    expect(faultOf(shown)).toBeUndefined()
    expect(shown.taken).toEqual([125])
  })

  it('a figure that may sink takes a minus', async () => {
    const shown = mountNumber({ maySink: true })
    await type(shown.input, '-5.5')
    expect(shown.taken).toEqual([-5.5])
  })

  it('an emptied field is no figure, which is not 0', async () => {
    const shown = mountNumber({ modelValue: 12 })
    await type(shown.input, '')
    expect(shown.taken).toEqual([undefined])
  })

  it('typing on does not rewrite what is in the field: 1, 12, 12., 12.0, 12.05', async () => {
    const shown = mountNumber()
    for (const text of ['1', '12', '12.', '12.0', '12.05']) {
      await type(shown.input, text)
      expect(shown.input.value).toBe(text)
    }
    expect(shown.taken).toEqual([1, 12, 12.05])
  })

  it('a figure that came from elsewhere is shown in place of the old one', async () => {
    const shown = mountNumber({ modelValue: 12 })
    expect(shown.input.value).toBe('12')
    await shown.wrapper.setProps({ modelValue: 30 })
    expect(shown.input.value).toBe('30')
    await shown.wrapper.setProps({ modelValue: undefined })
    expect(shown.input.value).toBe('')
  })

  it('what could not be read goes when the figure is cleared or changed from elsewhere', async () => {
    const shown = mountNumber({ modelValue: 12 })
    await type(shown.input, '12a')
    await shown.wrapper.setProps({ modelValue: undefined })
    expect(shown.input.value).toBe('')
    expect(faultOf(shown)).toBeUndefined()
  })
})
