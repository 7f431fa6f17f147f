// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import DrawnChart from '../../src/charts/DrawnChart.vue'
import { planTierBars } from '#charts/tierBars'

describe('DrawnChart', () => {
  it('draws real elements with the words of the picture as its name and description', () => {
    const wrapper = mount(DrawnChart, {
      props: { draw: (width: number) => planTierBars({ counts: [2, 3], unit: '档', visitFrom: 2 }, width) },
    })
    const svg = wrapper.get('svg')
    const labelled = (name: string): string => wrapper.get(`[id="${svg.attributes(name)}"]`).text()
    expect(svg.attributes('role')).toBe('img')
    expect(labelled('aria-labelledby')).toBe('各档企业数')
    expect(labelled('aria-describedby')).toBe('柱状图：共 5 家，1 档 2 家，2 档 3 家；2 档及以上共 3 家。')
    expect(wrapper.findAll('text').map((text) => text.text())).toContain('2 档')
    expect(wrapper.find('rect').element.namespaceURI).toBe('http://www.w3.org/2000/svg')
  })
})
