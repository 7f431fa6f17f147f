import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import type { RosterColumns } from '#core/oversight/roster'
import RosterColumnMatch from '../../../src/components/roster/RosterColumnMatch.vue'

const HEADER = ['单位', '代码', '规上', '']
const LINES = Array.from({ length: 7 }, (_, at) => [`示例企业${at}`, `code-${at}`, '是', '多出的'])
function show(columns: RosterColumns) {
  const wrapper = mount(RosterColumnMatch, { props: { header: HEADER, lines: LINES, columns } })
  const field = (title: string) => wrapper.findAll('.field').find((one) => one.get('label').text().startsWith(title))!
  return { wrapper, field }
}

describe('列的对应', () => {
  it('every field names its column, as spreadsheets letter them', () => {
    const { field } = show({ name: 0, creditCode: 1, isAboveScale: 2 })
    const select = field('企业名称').get('select')
    expect(select.element.value).toBe('0')
    expect(select.findAll('option').map((option) => option.text())).toEqual([
      '没有这一列',
      'A列 单位',
      'B列 代码',
      'C列 规上',
      'D列（没有标题）',
    ])
  })

  it('a field without which nothing can be read asks for its column', () => {
    const { field } = show({ name: 0 })
    expect(field('统一社会信用代码').get('.fault').text()).toBe('请选择这一列')
    expect(field('统一社会信用代码').get('select').attributes('aria-invalid')).toBe('true')
    expect(field('规上年份').find('.fault').exists()).toBe(false)
  })

  it('one column for two fields is told at both', () => {
    const { field } = show({ name: 0, creditCode: 1, isAboveScale: 2, contactName: 0 })
    expect(field('企业名称').get('.fault').text()).toBe('这一列对应了两项')
    expect(field('企业联系人').get('.fault').text()).toBe('这一列对应了两项')
  })

  it('a correction is told as the whole, and a field may be left without a column', async () => {
    const { wrapper, field } = show({ name: 0, creditCode: 1 })
    await field('是否规上').get('select').setValue('2')
    await field('企业名称').get('select').setValue('')
    expect(wrapper.emitted('change')).toEqual([[{ name: 0, creditCode: 1, isAboveScale: 2 }], [{ creditCode: 1 }]])
  })

  it('the first five lines are shown as they will be read', () => {
    const { wrapper } = show({ name: 0, creditCode: 1, isAboveScale: 2 })
    expect(wrapper.findAll('tbody tr')).toHaveLength(5)
    const cells = wrapper
      .findAll('tbody tr')[1]!
      .findAll('td')
      .map((cell) => cell.text())
    expect(cells.slice(0, 3)).toEqual(['code-1', '示例企业1', '—'])
  })
})
