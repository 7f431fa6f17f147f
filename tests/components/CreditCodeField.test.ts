import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import CreditCodeField from '../../src/components/CreditCodeField.vue'

enableAutoUnmount(afterEach)

// A vector for the algorithm from public code, as in tests/core/creditCode.test.ts: it says nothing about any firm.
const VALID = '914403001922038216'

function mountCode(code = '') {
  const wrapper = mount(CreditCodeField, {
    props: {
      modelValue: code,
      'onUpdate:modelValue': (value: string) => void wrapper.setProps({ modelValue: value }),
    },
  })
  return wrapper
}
function said(code: string): string {
  return mountCode(code).get('[aria-live]').text().replace(/\s+/g, ' ')
}

describe('统一社会信用代码一栏', () => {
  it('an empty field is no fault', () => {
    expect(said('')).toBe('')
    expect(said('  ')).toBe('')
    expect(mountCode('').get('input').attributes('aria-invalid')).toBe('false')
  })

  it('a right code is said to be right', () => {
    expect(said(VALID)).toBe('代码格式正确')
  })

  it.each([
    ['914403001922038217', '校验位不符，可能有一位写错，或相邻两位写颠倒'],
    ['9144030019220382166', '应为 18 位，现在 19 位'],
    ['9144030019广2038216', '第 11 位：有代码里不会出现的字符（不含 I、O、S、V、Z 和标点）'],
    ['004403001922038216', '第 1 位：前两位（登记管理部门、机构类别）不对'],
    ['9144030A1922038216', '第 8 位：第 3 至 8 位应为六位数字'],
  ])('%s is told with its reason', (code, reason) => {
    const wrapper = mountCode(code)
    expect(wrapper.get('.fault').text()).toBe(reason)
    expect(wrapper.get('input').attributes('aria-invalid')).toBe('true')
  })

  it('a code still being typed is counted, not called wrong', () => {
    const wrapper = mountCode('91440300')
    expect(wrapper.find('.fault').exists()).toBe(false)
    expect(said('91440300')).toBe('应为 18 位，现在 8 位')
    expect(wrapper.get('input').attributes('aria-invalid')).toBe('false')
  })

  it('the letters O and I are offered as 0 and 1, and changed only when the clerk says so', async () => {
    // Zeros at 6 and 7 typed as O, the one at 9 as I.
    const wrapper = mountCode('914403OOI922038216')
    expect(wrapper.text()).toContain(`是不是 ${VALID}？`)
    expect(wrapper.get('input').element.value).toBe('914403OOI922038216')
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('update:modelValue')).toEqual([[VALID]])
    expect(wrapper.get('input').element.value).toBe(VALID)
    expect(wrapper.find('button').exists()).toBe(false)
  })

  it('nothing is offered when that would not be a right code either', () => {
    expect(mountCode('914403OO1922038217').find('button').exists()).toBe(false)
  })

  it.each([
    ' 914403001922038216 ',
    '91440300 19220382 16',
    '91440300-192203821-6',
    '９１４４０３００１９２２０３８２１６',
    '91440300192317458f',
  ])('%j is right however it is written, and stays as it was typed', async (typed) => {
    const wrapper = mountCode()
    await wrapper.get('input').setValue(typed)
    expect(wrapper.emitted('update:modelValue')).toEqual([[typed]])
    expect(wrapper.text()).toContain('代码格式正确')
  })

  it('a code that is right but of no enterprise is to be looked at', () => {
    // The same vector under authority 1 (机构编制) with its check character worked out anew: 9→1 lowers the sum by 8,
    // so the character rises from 6 to 14, which is E in the alphabet of the standard.
    expect(said('11440300192203821E')).toContain('请核对：不是企业类代码（91 开头）')
  })
})
