import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { divisions, industries } from '#reference/books.ts'
import type { TierFilter } from '#core/oversight/tierList'
import PortraitGaps from '../../../src/components/tiers/PortraitGaps.vue'
import PortraitMatrix from '../../../src/components/tiers/PortraitMatrix.vue'
import PortraitNodes from '../../../src/components/tiers/PortraitNodes.vue'
import TierBars from '../../../src/components/tiers/TierBars.vue'
import TierFilters from '../../../src/components/tiers/TierFilters.vue'
import { buttonOf } from '../../support/oversightPage'

describe('筛选', () => {
  function show(filter: TierFilter = {}, visitFrom: number | null = 3) {
    const wrapper = mount(TierFilters, {
      props: {
        filter,
        scope: '450000',
        divisions,
        industries,
        industryCodes: ['13', '30'],
        intentions: ['智能工厂示范'],
        top: 10,
        unit: '档' as const,
        visitFrom: visitFrom ?? undefined,
      },
    })
    const control = (title: string) => {
      const label = wrapper.findAll('label').find((one) => one.text() === title)!
      return wrapper.get(`[id="${label.attributes('for')}"]`)
    }
    return { wrapper, control, last: () => wrapper.emitted('change')!.slice(-1)[0]![0] }
  }

  it('every condition is told as part of the whole filter', async () => {
    const { control, last } = show({ text: '示例' })
    await control('档次从').setValue('3')
    expect(last()).toEqual({ text: '示例', tierFrom: 3 })
    await control('线下诊断').setValue('0')
    expect(last()).toEqual({ text: '示例', isDue: false })
    await control('区划').setValue('450100')
    expect(last()).toEqual({ text: '示例', area: '450100' })
    await control('应做标记的稳固程度').setValue('1')
    expect(last()).toEqual({ text: '示例', firmnessMost: 1 })
  })

  it('what is no longer limited leaves the filter, the whole scope is no limit', async () => {
    const { wrapper, control, last } = show({ area: '450100', industry: '13' })
    await control('行业大类').setValue('')
    expect(last()).toEqual({ area: '450100' })
    await control('区划').setValue('450000')
    expect(last()).toEqual({ industry: '13' })
    await buttonOf(wrapper, '清除全部条件').trigger('click')
    expect(last()).toEqual({})
  })

  it('更多条件 counts what is folded away, not what is seen above it', () => {
    const seen = show({ text: '示例', area: '450100', tierFrom: 3, tierTo: 3 }).wrapper
    expect(seen.get('summary').text()).toBe('更多条件')
    expect(seen.get('details').attributes('open')).toBeUndefined()
    expect(seen.text()).toContain('清除全部条件')
    const folded = show({ tierFrom: 3, tierTo: 3, industry: '13', isDue: false }).wrapper
    expect(folded.get('summary').text()).toBe('更多条件已选 2 项')
    expect(folded.get('details').attributes('open')).toBeDefined()
    expect(show().wrapper.text()).not.toContain('清除全部条件')
  })

  it('an edition that knows no visit asks for none', () => {
    expect(show().wrapper.text()).toContain('线下诊断')
    expect(show({}, null).wrapper.text()).not.toContain('线下诊断')
  })
})

describe('各档家数', () => {
  // 3 without a tier, then 1, 0 and 4 firms; the edition goes to tier 5.
  const props = { byTier: [3, 1, 0, 4], unit: '档' as const, top: 5, visitFrom: 3 }

  it('every tier of the edition has its bar, those without one are no bar', () => {
    const bars = mount(TierBars, { props }).findAll('button')
    expect(bars.map((bar) => bar.get('.count').text().split(' ')[0])).toEqual(['1', '0', '4', '0', '0'])
    // 4 of 5 firms with a tier.
    expect(bars[2]!.text()).toContain('80.0%')
  })

  it('shares are rounded as in the files: 326 of 733 are 44.47…, and 163 of 733 are 22.23…', () => {
    const bars = mount(TierBars, { props: { ...props, byTier: [0, 326, 163, 244] } }).findAll('button')
    expect(bars[0]!.get('.share').text()).toBe('44.5%')
    expect(bars[1]!.get('.share').text()).toBe('22.2%')
    // 244 of 733 are 33.287… %.
    expect(bars[2]!.get('.share').text()).toBe('33.3%')
  })

  it('a bar narrows to its tier, the same again widens', async () => {
    const wrapper = mount(TierBars, { props: { ...props, chosen: 3 } })
    await wrapper.findAll('button')[0]!.trigger('click')
    await wrapper.findAll('button')[2]!.trigger('click')
    expect(wrapper.emitted('choose')).toEqual([[1], [undefined]])
    expect(wrapper.findAll('button')[2]!.attributes('aria-pressed')).toBe('true')
  })
})

describe('画像的各部分', () => {
  it('a hidden cell is a dash and never a figure, a zero is a zero', async () => {
    const wrapper = mount(PortraitMatrix, {
      props: {
        matrix: {
          industries: ['13', ''],
          areas: ['450100', ''],
          cells: [
            [12, null],
            [0, null],
          ],
          medians: [
            [40.25, null],
            [null, null],
          ],
        },
        nameIndustry: (code: string) => code || '行业未填',
        nameArea: (code: string) => code || '未列入下级',
      },
    })
    const cells = () => wrapper.findAll('tbody td').map((cell) => cell.text())
    expect(cells()).toEqual(['12', '—（不显示）', '0', '—（不显示）'])
    expect(wrapper.text()).toContain('不满 10 家的格子不显示')
    await buttonOf(wrapper, '总分中位数').trigger('click')
    expect(cells()).toEqual(['40.3', '—（不显示）', '—（不显示）', '—（不显示）'])
  })

  it('the strip of a part is told in words, with the median of the region where there is one', () => {
    const nodes = [
      { id: 'S', title: '发展战略', depth: 1, spread: [0.5, 1, 1.17, 2, 3] as const, regionMedian: 1.2 },
      { id: 'S1', title: '竞争合作优势', depth: 2 },
    ]
    const wrapper = mount(PortraitNodes, {
      props: { nodes: nodes as never, most: new Map([['S', 5]]), regionNote: '来自示例。' },
    })
    const [first, second] = wrapper.findAll('tbody tr')
    expect(first!.text()).toContain('中位数 1.2；中间一半在 1.0 到 2.0，中间八成在 0.5 到 3.0')
    // The region's median is published to a tenth: the own one beside it must not seem to differ by 0.03.
    expect(first!.findAll('td')[0]!.text()).toBe('1.2 / 5')
    expect(first!.findAll('td')[1]!.text()).toBe('1.2')
    expect(second!.text()).toContain('没有计入')
  })

  it('the ten most common gaps are shown, the others on demand', async () => {
    const gaps = Array.from({ length: 12 }, (_, at) => ({
      id: `g${at}`,
      title: `短板${at}`,
      firms: 12 - at,
      share: (12 - at) / 27,
    }))
    const wrapper = mount(PortraitGaps, { props: { gaps, n: 27 } })
    expect(wrapper.findAll('li')).toHaveLength(10)
    // 12 of 27 firms are 44.44 %, 10 of 27 are 37.04 %.
    expect(wrapper.get('li').text()).toBe('短板012 家（44.4%）')
    expect(wrapper.findAll('li')[2]!.text()).toBe('短板210 家（37.0%）')
    await buttonOf(wrapper, '看全部 12 个').trigger('click')
    expect(wrapper.findAll('li')).toHaveLength(12)
  })
})
