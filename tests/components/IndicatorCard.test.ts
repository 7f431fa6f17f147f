import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { type IndicatorElement } from '#core/diagnosis/editionFile'
import IndicatorCard from '../../src/components/fields/IndicatorCard.vue'
import { askAbout } from '../support/cards'

enableAutoUnmount(afterEach)

function mountCard(id: string, kind: IndicatorElement['type'], answer?: unknown, changes: object = {}) {
  return mount(IndicatorCard, { props: { ...askAbout(id, kind), answer, disabled: false, ...changes } })
}
function faultOf(id: string, kind: IndicatorElement['type'], answer: unknown): string {
  const fault = mountCard(id, kind, answer).find('p.fault')
  return fault.exists() ? fault.text() : ''
}

describe('指标卡', () => {
  it('an answer that cannot be counted yet is told with its reason, and that it counts as none', () => {
    const then = '（填完整前按“未答”计）'
    expect(faultOf('T2.1', 'rate', -5)).toBe(`比率不能为负数（-5）${then}`)
    expect(faultOf('T2.1', 'rate', 120)).toBe(`占比不能超过 100%（120）${then}`)
    expect(faultOf('T2.1', 'rate', { numerator: 3, denominator: 0 })).toBe(`分母不能为 0${then}`)
    expect(faultOf('T2.1', 'rate', { numerator: 5, denominator: 4 })).toBe(
      `分子 5 大于分母 4，占比不能超过 100%${then}`,
    )
    expect(faultOf('C1.1', 'ladder', { notApplicable: ' ' })).toBe(`选“不适用”必须写明理由${then}`)
    expect(faultOf('T2.1', 'rate', { numerator: 5, denominator: 5 })).toBe('')
    expect(faultOf('T2.1', 'rate', undefined)).toBe('')
  })

  it('only an answer that counts marks the card as answered', () => {
    expect(mountCard('T2.1', 'rate', 50).classes()).toContain('answered')
    expect(mountCard('T2.1', 'rate', { numerator: 3 }).classes()).not.toContain('answered')
    expect(mountCard('S1.1', 'ladder', 0).classes()).toContain('answered')
    expect(mountCard('S1.1', 'ladder').classes()).not.toContain('answered')
  })

  it('不掌握 and 不适用 leave the field itself empty', () => {
    for (const answer of ['unknown', { notApplicable: '没有' }]) {
      const card = mountCard('C1.1', 'ladder', answer)
      expect(card.findAll('input').some(({ element }) => element.checked)).toBe(false)
    }
  })

  it('what is asked, why, and which evidence counts stand on the card; so does what it means for the production type', () => {
    const { element } = askAbout('C1.1', 'ladder')
    const text = mountCard('C1.1', 'ladder', undefined, { productionType: 'mining' }).text()
    for (const words of [element.ask, element.why, ...element.evidence, element.variants!['mining']!]) {
      expect(text).toContain(words)
    }
    expect(text).not.toContain(element.variants!['utilities'])
  })

  it('an indicator of the gate says so', () => {
    // scoring.json: S1.1 is among the items of the gates, S1.2 is not.
    expect(mountCard('S1.1', 'ladder').text()).toContain('门槛指标')
    expect(mountCard('S1.2', 'ladder').text()).not.toContain('门槛指标')
  })

  it('an answer goes out with the id of its indicator', async () => {
    const card = mountCard('S1.1', 'ladder')
    await card.get('input[aria-label="2 级基本达成"]').setValue(true)
    expect(card.emitted('answer')).toEqual([['S1.1', 2]])
  })

  it('a locked card cannot be changed', () => {
    expect(mountCard('S1.1', 'ladder', 2, { disabled: true }).get('fieldset').element.disabled).toBe(true)
  })
})
