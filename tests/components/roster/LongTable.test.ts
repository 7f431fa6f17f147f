import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { h, nextTick } from 'vue'
import LongTable from '../../../src/components/roster/LongTable.vue'

interface Line {
  readonly id: string
  readonly name: string
}
const COLUMNS = [
  { id: 'name', title: '企业', width: 10, isSortable: true },
  { id: 'size', title: '规模', width: 5 },
  { id: 'acts', title: '操作', width: 5, isAct: true },
]
function someLines(count: number): readonly Line[] {
  return Array.from({ length: count }, (_, at) => ({ id: `id-${at}`, name: `示例企业${at}` }))
}
function show(rows: readonly Line[], more: object = {}) {
  return mount(
    LongTable as never,
    {
      props: { caption: '名单', rows, columns: COLUMNS, keyOf: ({ id }: Line) => id, empty: '没有企业。', ...more },
      slots: {
        name: ({ row }: { row: Line }) => h('b', row.name),
        size: () => '小型',
        acts: ({ at }: { at: number }) => h('button', `办理${at}`),
      },
      attachTo: document.body,
    } as never,
  )
}
/** A window of this width: happy-dom knows media only by what it is told. */
function narrow(isNarrow: boolean): void {
  vi.stubGlobal('matchMedia', () => ({ matches: isNarrow, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
}
beforeEach(() => narrow(false))
afterEach(() => vi.unstubAllGlobals())
enableAutoUnmount(afterEach)

describe('长表', () => {
  it('a short list is a plain table with all its rows, headed and captioned', () => {
    const wrapper = show(someLines(40))
    expect(wrapper.findAll('tbody tr')).toHaveLength(40)
    expect(wrapper.get('caption').text()).toBe('名单')
    expect(wrapper.findAll('thead th').map((cell) => cell.attributes('scope'))).toEqual(['col', 'col', 'col'])
    expect(wrapper.get('tbody th').attributes('scope')).toBe('row')
  })

  it('of a long one only a few rows are drawn, and a reader is told how many there are', () => {
    const wrapper = show(someLines(70_000))
    expect(wrapper.findAll('tbody tr').length).toBeLessThan(100)
    // The header is row 1 of 70,001.
    expect(wrapper.get('table').attributes('aria-rowcount')).toBe('70001')
  })

  it('rows are counted from 2, after the header', () => {
    const rows = show(someLines(3)).findAll('tbody tr')
    expect(rows.map((row) => row.attributes('aria-rowindex'))).toEqual(['2', '3', '4'])
  })

  it('the box that scrolls is a region that the keyboard reaches, named by its caption', () => {
    const wrapper = show(someLines(3))
    const box = wrapper.get('[role=region]')
    expect(box.attributes('tabindex')).toBe('0')
    expect(wrapper.get(`[id="${box.attributes('aria-labelledby')}"]`).text()).toBe('名单')
  })

  it('without rows it says so, and there is no table', () => {
    const wrapper = show([])
    expect([wrapper.text(), wrapper.find('table').exists()]).toEqual(['没有企业。', false])
  })

  it('a heading that sorts says which way the list goes now, and asks for its column', async () => {
    const wrapper = show(someLines(3), { sortedBy: 'name', isDescending: true })
    const [name, size] = wrapper.findAll('thead th')
    expect([name!.attributes('aria-sort'), size!.attributes('aria-sort')]).toEqual(['descending', undefined])
    await name!.get('button').trigger('click')
    expect(wrapper.emitted('sort')).toEqual([['name']])
  })

  it('on a phone every row is a card: the first column its title, each value with its name, buttons without', async () => {
    narrow(true)
    const wrapper = show(someLines(2))
    await nextTick()
    const card = wrapper.get('li')
    expect(wrapper.find('table').exists()).toBe(false)
    expect(card.get('.title').text()).toBe('示例企业0')
    expect(card.get('.pair').text()).toBe('规模小型')
    expect(card.get('.act').text()).toBe('办理0')
    expect([card.attributes('aria-setsize'), card.attributes('aria-posinset')]).toEqual(['2', '1'])
  })
})
