import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import TiersView from '../../../src/views/oversight/TiersView.vue'
import { aFirm, aSubmittedFirm } from '../../support/firms'
import { closeOversight, openOversight } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

vi.mock('#storage/editions', async () => {
  const { loadGuangxi } = await import('../../support/build')
  return { listEditionIds: () => ['guangxi-2024'], loadEdition: () => Promise.resolve({ edition: loadGuangxi() }) }
})
beforeEach(() =>
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() })),
)
afterEach(closeOversight)
enableAutoUnmount(afterEach)

const sheet = (tier: number, more: object = {}) => ({
  tier: { low: tier, high: tier },
  dueForVisit: tier >= 3,
  score: { low: tier * 10, high: tier * 10 },
  ...more,
})
const FIRMS = [
  aSubmittedFirm({ id: 'two', name: '二档企业' }, sheet(2)),
  aSubmittedFirm({ id: 'nine', name: '九档企业', industry: '13' }, sheet(9)),
  aSubmittedFirm(
    { id: 'open', name: '未定企业', county: '450102' },
    sheet(4, { tier: { low: 4, high: 6 }, differences: 2, firmness: 1 }),
  ),
  aFirm({ id: 'none', name: '未报企业' }),
]
const open = (path = '/tiers') => openOversight(TiersView, { firms: FIRMS, path })
const names = (wrapper: Awaited<ReturnType<typeof open>>['wrapper']) =>
  wrapper.findAll('tbody th a').map((link) => link.text())

describe('分档名单', () => {
  it('lists who has reported, the highest tier first, each linked to its page; who has not is not on it', async () => {
    const { wrapper } = await open()
    expect(names(wrapper)).toEqual(['九档企业', '未定企业', '二档企业'])
    expect(wrapper.get('tbody a').attributes('href')).toBe('/firms/nine')
    expect(wrapper.get('h2').text()).toBe('共 3 家')
  })

  it('says that it is a self-assessment, of which edition', async () => {
    const { wrapper } = await open()
    expect(wrapper.text()).toContain('自评参考')
    expect(wrapper.text()).toContain('（五级十档） 1.0.0')
  })

  it('an open tier is a range, a different claim and a flag on one answer are said in words', async () => {
    const { wrapper } = await open()
    const row = wrapper.findAll('tbody tr')[1]!.text()
    expect(row).toContain('4—6')
    expect(row).toContain('复算不一致')
    expect(row).toContain('取决于一个回答')
  })

  it('a bookmarked address is the list it was made of, and says how many there are without it', async () => {
    const { wrapper } = await open('/tiers?industry=13')
    expect(names(wrapper)).toEqual(['九档企业'])
    expect(wrapper.get('h2').text()).toBe('共 1 家，范围内有效报送 3 家')
  })

  it('what is typed narrows at once, and the address follows', async () => {
    const { wrapper, router } = await open()
    await wrapper.get('input[type=search]').setValue('二档')
    expect(names(wrapper)).toEqual(['二档企业'])
    await eventually(() => expect(router.currentRoute.value.query).toEqual({ text: '二档' }))
  })

  it('going back in the browser brings the list back', async () => {
    const { wrapper, router } = await open()
    await router.push('/tiers?from=9')
    await flushPromises()
    expect(names(wrapper)).toEqual(['九档企业'])
    router.back()
    await eventually(() => expect(names(wrapper)).toHaveLength(3))
  })

  it('a heading sorts, and a bar narrows to one tier', async () => {
    const { wrapper } = await open()
    const heading = wrapper.findAll('thead button').find((one) => one.text().startsWith('总分'))!
    await heading.trigger('click')
    await heading.trigger('click')
    expect(names(wrapper)).toEqual(['二档企业', '未定企业', '九档企业'])
    await wrapper.findAll('.bars button')[8]!.trigger('click')
    expect(names(wrapper)).toEqual(['九档企业'])
  })

  it('the bars keep the other tiers when one is chosen, so that one can switch; other conditions narrow them', async () => {
    const { wrapper } = await open('/tiers?from=9&to=9')
    // One firm each on tiers 2, 4 (at the low end) and 9.
    const counts = () => wrapper.findAll('.bars .count').map((count) => count.text().split(' ')[0])
    expect(counts()).toEqual(['0', '1', '0', '1', '0', '0', '0', '0', '1', '0'])
    await wrapper.findAll('.bars button')[1]!.trigger('click')
    expect(names(wrapper)).toEqual(['二档企业'])
    expect(counts()).toEqual(['0', '1', '0', '1', '0', '0', '0', '0', '1', '0'])
    await wrapper.get('input[type=search]').setValue('九档')
    expect(counts()).toEqual(['0', '0', '0', '0', '0', '0', '0', '0', '1', '0'])
    expect(names(wrapper)).toEqual([])
  })

  it('请核对 names what was seen and says that it is no accusation', async () => {
    const { wrapper } = await open('/tiers?part=checks')
    expect(wrapper.text()).toContain('不表示填报有问题')
    expect(names(wrapper)).toContain('未定企业')
    expect(wrapper.text()).toContain('核对什么')
  })
})
