import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import ScenesField from '../../src/components/fields/ScenesField.vue'
import { askAbout, change, mountField, type Field } from '../support/cards'

enableAutoUnmount(afterEach)

function mountScenes(answer?: unknown): Field {
  const { edition, indicator, element } = askAbout('B1.1', 'scenematrix')
  return mountField(ScenesField, { edition, indicator, element, productionType: undefined }, answer)
}
function radio({ wrapper }: Field, scene: string, choice: string): HTMLInputElement {
  return wrapper.get(`input[aria-label="${scene}：${choice}"]`).element as HTMLInputElement
}
function outcome({ wrapper }: Field): string {
  return wrapper.get('.outcome').text().replace(/\s+/g, ' ')
}
const ROWS = askAbout('B1.1', 'scenematrix').element.rows.map(({ value }) => value)

describe('场景矩阵', () => {
  it('every scene is a group with its own name; 未开展, five levels and 不适用 in each', () => {
    const { wrapper } = mountScenes()
    expect(wrapper.findAll('[role=radiogroup]').map((group) => group.attributes('aria-label'))).toEqual(ROWS)
    const names = wrapper.findAll('input').map((input) => input.attributes('name'))
    expect(new Set(names).size).toBe(16)
    expect(names).toHaveLength(16 * 7)
  })

  it('scenes are rated one by one, and what was rated stays', async () => {
    const field = mountScenes()
    await change(radio(field, '营销', '2 级 场景级'))
    await change(radio(field, '质量', '未开展'))
    await change(radio(field, '售后', '不适用'))
    expect(field.given).toEqual([{ 营销: 2 }, { 营销: 2, 质量: 0 }, { 营销: 2, 质量: 0, 售后: 'notApplicable' }])
  })

  it('a scene rated anew has the new value only', async () => {
    const field = mountScenes({ 营销: 2, 质量: 0 })
    await change(radio(field, '营销', '5 级 生态级'))
    expect(field.given).toEqual([{ 营销: 5, 质量: 0 }])
    expect(radio(field, '营销', '2 级 场景级').checked).toBe(false)
  })

  it('the share of applicable scenes at the threshold and its level are told; scenes not yet rated count as not reached', () => {
    // 1 of 16 is 6.25 %: the first band up to 20, in its lower half.
    expect(outcome(mountScenes({ 营销: 2 }))).toBe(
      '已填 1/16 个场景；适用 16 个，其中 1 个达到场景级及以上（6.25%） → 1 级部分达成。未填的场景按未达到计。',
    )
    // 12 applicable, 6 of them at level 2 or above: 50 %, the band from 45 to 70, in its lower half.
    const half = Object.fromEntries(ROWS.map((row, at) => [row, at < 6 ? 3 : at < 12 ? 1 : 'notApplicable']))
    expect(outcome(mountScenes(half))).toBe(
      '已填 16/16 个场景；适用 12 个，其中 6 个达到场景级及以上（50%） → 3 级部分达成。',
    )
  })

  it('level 1 is below the threshold', () => {
    expect(outcome(mountScenes({ 营销: 1 }))).toContain('其中 0 个达到')
  })

  it('with no scene that applies there is no share to tell', () => {
    const none = Object.fromEntries(ROWS.map((row) => [row, 'notApplicable']))
    expect(outcome(mountScenes(none))).toBe('已填 16/16 个场景；适用 0 个，其中 0 个达到场景级及以上。')
  })
})
