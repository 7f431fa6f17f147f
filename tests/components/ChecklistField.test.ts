import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import ChecklistField from '../../src/components/fields/ChecklistField.vue'
import { askAbout, click, fieldOf, mountField, type Field } from '../support/cards'

enableAutoUnmount(afterEach)

function mountList(answer?: unknown, productionType?: string): Field {
  const { indicator, element } = askAbout('T2.6', 'checklist')
  return mountField(ChecklistField, { indicator, element, productionType }, answer)
}
function outcome({ wrapper }: Field): string {
  return wrapper.get('.outcome').text().replace(/\s+/g, ' ')
}
const NONE = '以上都没有'

describe('勾选清单', () => {
  it('an untouched list is no answer: nothing is ticked, 以上都没有 neither', () => {
    const field = mountList()
    expect(field.wrapper.findAll('input').some(({ element }) => element.checked)).toBe(false)
    expect(outcome(field)).toBe('勾选后这里显示对应的级别。')
  })

  it('以上都没有 is the answer of nothing, and taken back it is no answer again', async () => {
    const field = mountList()
    await click(field.wrapper, NONE)
    expect(field.given).toEqual([[]])
    expect(fieldOf(field.wrapper, NONE).checked).toBe(true)
    expect(outcome(field)).toBe('已用 0 类 → 尚未开展')
    await click(field.wrapper, NONE)
    expect(field.given).toEqual([[], undefined])
  })

  it('a tick takes 以上都没有 away', async () => {
    const field = mountList([])
    await click(field.wrapper, '财务软件')
    expect(field.given).toEqual([['财务']])
    expect(fieldOf(field.wrapper, NONE).checked).toBe(false)
  })

  it('以上都没有 takes the ticks away', async () => {
    const field = mountList(['ERP', 'MES'])
    await click(field.wrapper, NONE)
    expect(field.given).toEqual([[]])
    expect(fieldOf(field.wrapper, '财务软件').checked).toBe(false)
  })

  it('the last tick taken away leaves no answer, not the answer of nothing', async () => {
    const field = mountList(['财务'])
    await click(field.wrapper, '财务软件')
    expect(field.given).toEqual([undefined])
  })

  it('the same ticks are the same answer, in whatever order they are made', async () => {
    const field = mountList()
    for (const words of ['制造执行', '财务软件', '企业资源计划']) await click(field.wrapper, words)
    // The order of the list: 财务, ERP, …, MES.
    expect(field.given.at(-1)).toEqual(['财务', 'ERP', 'MES'])
  })

  it('the number of ticks and the level they earn are told', () => {
    // 3 kinds reach the first band edge; up to 5 the middle is 4: lower half of band 2, so 1.5.
    expect(outcome(mountList(['财务', 'ERP', 'MES']))).toBe('已用 3 类 → 2 级部分达成')
    expect(outcome(mountList(['财务', 'ERP', 'MES', 'QMS']))).toBe('已用 4 类 → 2 级基本达成')
  })

  it('a choice is named as the production type names it; the answer keeps its name', async () => {
    const field = mountList(undefined, 'mining')
    await click(field.wrapper, '堆场、地磅与矿石运输管理系统')
    expect(field.given).toEqual([['WMS']])
  })
})
