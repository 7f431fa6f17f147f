import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { useHubStore } from '#stores/hub'
import FirmsView from '../../../src/views/oversight/FirmsView.vue'
import { stubModal } from '../../support/cards'
import { aFirm, aSubmittedFirm } from '../../support/firms'
import { aRefusal, aSession } from '../../support/hubFetch'
import { buttonOf, closeOversight, openOversight } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

beforeEach(stubModal)
afterEach(closeOversight)
enableAutoUnmount(afterEach)

const own = [{ id: 'liaison-1', name: '示例服务员甲', phone: '138****0000' }]
const silent = aFirm({ id: 'silent', name: '沉默的企业', version: 4, liaisons: own })
const done = aSubmittedFirm({ id: 'done', name: '已报的企业', liaisons: own })
const nobody = aFirm({ id: 'nobody', name: '没人管的企业', liaisons: [], assignedAt: undefined })
const LIAISON = aSession({ role: 'liaison', area: '450103', liaison: 'liaison-1' })
const namesOf = (wrapper: { findAll: (selector: string) => { text: () => string }[] }) =>
  wrapper.findAll('a.name').map((one) => one.text())

describe('企业', () => {
  it('a liaison sees his firms, whom to call first at the top', async () => {
    const { wrapper } = await openOversight(FirmsView, { path: '/firms', session: LIAISON, firms: [done, silent] })
    expect(wrapper.get('h1').text()).toBe('我的企业')
    expect(namesOf(wrapper)).toEqual(['沉默的企业', '已报的企业'])
    expect(wrapper.text()).toContain('未完成 1 家')
    // Assigned on 1 June, looked at on 20 July: 49 days.
    expect(wrapper.text()).toContain('49 天没有联系和进展')
    expect(wrapper.text()).toContain('138****0001')
  })

  it('the filter of an address is the list, and a filter becomes the address', async () => {
    const { wrapper, router } = await openOversight(FirmsView, {
      firms: [done, silent, nobody],
      path: '/firms?only=none',
    })
    expect(namesOf(wrapper)).toEqual(['没人管的企业'])
    await buttonOf(wrapper, '清除筛选').trigger('click')
    expect(namesOf(wrapper)).toHaveLength(3)
    await wrapper.get('input[type=search]').setValue('已报')
    expect(namesOf(wrapper)).toEqual(['已报的企业'])
    await eventually(() => expect(router.currentRoute.value.query).toEqual({ text: '已报' }))
  })

  it('a call is noted with the version of the row, and the row is renewed', async () => {
    const { wrapper, hub } = await openOversight(FirmsView, { path: '/firms', session: LIAISON, firms: [silent] })
    const body = { ...silent, version: 5, contactedAt: '2026-07-20T02:00:00.000Z', note: '已告知' }
    hub.answer('PATCH /v1/enterprises/silent', { body })
    await buttonOf(wrapper, '记一次联系').trigger('click')
    await wrapper.get('dialog textarea').setValue('已告知')
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(wrapper.find('.notice.good').text()).toContain('已记下这次联系'))
    const patch = hub.asked.find(({ method }) => method === 'PATCH')
    expect(patch?.body).toEqual({ version: 4, contacted: { note: '已告知' } })
    expect(wrapper.text()).toContain('已联系，未登录')
    expect(wrapper.text()).toContain('今天有联系或进展')
  })

  it('when somebody else was faster nothing is written, the newest is fetched, and it says so', async () => {
    const { wrapper, hub } = await openOversight(FirmsView, { path: '/firms', session: LIAISON, firms: [silent] })
    hub.answer('PATCH /v1/enterprises/silent', aRefusal(409, 'hub.conflict'))
    const newest = { ...silent, version: 9, contactedAt: '2026-07-19T02:00:00.000Z' }
    hub.answer('GET /v1/enterprises', {
      body: { enterprises: [newest], gone: [], cursor: 'two', more: false, total: 1, scope: LIAISON.scope },
    })
    await buttonOf(wrapper, '记一次联系').trigger('click')
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(wrapper.find('dialog [role=alert]').text()).toContain('刚被别人改过'))
    expect(wrapper.text()).toContain('已联系，未登录')
    hub.answer('PATCH /v1/enterprises/silent', { body: { ...newest, version: 10 } })
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(wrapper.find('dialog').exists()).toBe(false))
    const versions = hub.asked
      .filter(({ method }) => method === 'PATCH')
      .map(({ body }) => (body as { version: number }).version)
    expect(versions).toEqual([4, 9])
  })

  it('whole phones are asked for only when somebody wants to call', async () => {
    const { wrapper, hub } = await openOversight(FirmsView, { path: '/firms', session: LIAISON, firms: [silent] })
    hub.answer('POST /v1/enterprises/silent/phones', {
      body: { contact: '13800000001', liaisons: [{ id: 'liaison-1', phone: '13800000000' }] },
    })
    expect(hub.count('POST /v1/enterprises/silent/phones')).toBe(0)
    await buttonOf(wrapper, '打电话').trigger('click')
    await eventually(() => expect(wrapper.find('dialog a').exists()).toBe(true))
    // Not his own.
    expect(wrapper.findAll('dialog a').map((one) => one.attributes('href'))).toEqual(['tel:13800000001'])
  })

  it('without a network the list stays, and what needs the hub says so', async () => {
    const { wrapper } = await openOversight(FirmsView, { path: '/firms', session: LIAISON, firms: [silent] })
    useHubStore().isOnline = false
    await flushPromises()
    expect(namesOf(wrapper)).toEqual(['沉默的企业'])
    const act = buttonOf(wrapper, '打电话（需要联网）')
    expect(act.attributes('disabled')).toBeDefined()
  })
})
