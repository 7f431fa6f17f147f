import { enableAutoUnmount, flushPromises, mount, RouterLinkStub, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { type Enterprise } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { saveItem } from '#storage/outbox'
import { savePreference } from '#storage/preferences'
import { useHubStore } from '#stores/hub'
import { useOutboxStore } from '#stores/outbox'
import HubBar from '../../src/components/HubBar.vue'
import HubNotice from '../../src/components/HubNotice.vue'
import { aFirm, aSummary } from '../support/firms'
import { aHub, aHubSite, aSession, type FakeHub } from '../support/hubFetch'
import { eventually } from '../support/eventually'

const firm = aFirm()
let hub: FakeHub
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  setActivePinia(createPinia())
  hub = aHubSite()
})
afterEach(() => {
  useOutboxStore().$dispose()
  useHubStore().$dispose()
  vi.unstubAllGlobals()
  savePreference('hub', '0')
})
enableAutoUnmount(afterEach)

async function signInFirm(own: Enterprise = firm): Promise<void> {
  const enterprise = { id: own.id, creditCode: own.creditCode, name: own.name }
  const session = aSession({ role: 'enterprise', enterprise, name: own.creditCode })
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  hub.answer('DELETE /v1/session', { body: {} })
  hub.answer('GET /v1/enterprises*', {
    body: { enterprises: [own], gone: [], cursor: '1', more: false, total: 1, scope: 'scope-1' },
  })
  await useHubStore().find()
  await useHubStore().signIn('firm', 'secret')
}
async function signInOfficial(): Promise<void> {
  const session = aSession({ role: 'official', name: '示例科长' })
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  await useHubStore().find()
  await useHubStore().signIn('official', 'secret')
}
async function queue(): Promise<void> {
  await saveItem({
    id: 'sheet:1',
    owner: firm.id,
    draftId: 'd',
    submission: 'sheet',
    revision: 1,
    campaign: 'c',
    state: 'waiting',
    queuedAt: '2026-07-01T00:00:00.000Z',
    attempts: 1,
    nextAt: new Date(Date.now() + 60_000).toISOString(),
  })
  await useOutboxStore().load()
}

const global = { stubs: { RouterLink: RouterLinkStub } }
async function show(component: typeof HubBar | typeof HubNotice): Promise<VueWrapper> {
  const wrapper =
    component === HubBar ? mount(HubBar, { global }) : mount(HubNotice, { props: { busy: false }, global })
  await flushPromises()
  await eventually(() => expect(useHubStore().isChecked).toBe(true))
  await flushPromises()
  return wrapper as VueWrapper
}
function wordsOf(wrapper: VueWrapper): string {
  return wrapper.text().replace(/\s+/g, ' ')
}
function linksOf(wrapper: VueWrapper): readonly unknown[] {
  return wrapper.findAllComponents(RouterLinkStub).map((link) => (link.props('to') as { name: string }).name)
}

describe('开始页的一行', () => {
  it('nobody signed in: the answers stay here, and how a firm gets in', async () => {
    await useHubStore().find()
    const wrapper = await show(HubNotice)
    expect(wordsOf(wrapper)).toContain('填报仍只在这台电脑上')
    expect(linksOf(wrapper)).toEqual(['join', 'sign-in'])
  })

  it('a firm that has not submitted is told how', async () => {
    await signInFirm()
    expect(wordsOf(await show(HubNotice))).toContain('还没有报送。填完整诊断、提交后，在结果页点“报送”。')
  })

  it('a firm that has submitted sees when, and may revise', async () => {
    await signInFirm({
      ...firm,
      submission: aSummary({ id: 's', revision: 2, receivedAt: '2026-07-10T02:00:00.000Z' }),
    })
    const wrapper = await show(HubNotice)
    expect(wordsOf(wrapper)).toMatch(/已报送第 2 次（2026\D+0?7\D+10\D+10:00）/)
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('revise')).toEqual([['s', 2]])
  })

  it('a returned sheet is told aloud, with its reason', async () => {
    await signInFirm({
      ...firm,
      submission: aSummary({ id: 's', revision: 1 }),
      returned: { at: '2026-07-11T02:00:00.000Z', reason: '<b>营收</b>填成了元' },
    })
    const wrapper = await show(HubNotice)
    expect(wrapper.get('[role=status]').text()).toContain('第 1 次报送被退回修改')
    // What an official typed is text.
    expect(wordsOf(wrapper)).toContain('<b>营收</b>填成了元')
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('revise')).toEqual([['s', 1]])
  })

  it('what waits is counted, and a refusal of what was pressed here is told here', async () => {
    await signInFirm()
    await queue()
    const wrapper = await show(HubNotice)
    expect(wordsOf(wrapper)).toContain('等待报送 1 份')
    await wrapper.setProps({ problem: new Problem('hub.unreachable') })
    expect(wrapper.get('[role=alert]').text()).toContain('连不上汇总端')
  })
})

describe('汇总端一栏', () => {
  it('nobody signed in: a way in, and no more', async () => {
    const wrapper = await show(HubBar)
    expect(linksOf(wrapper)).toEqual(['sign-in'])
    expect(wordsOf(wrapper)).toContain('已连接汇总端')
  })

  it('an official has the way to his screens', async () => {
    await signInOfficial()
    const wrapper = await show(HubBar)
    expect(linksOf(wrapper)).toEqual(['start', 'oversight', 'account'])
    expect(wordsOf(wrapper)).toContain('示例科长主管部门')
  })

  it('a firm sees its name, and can sign out', async () => {
    await signInFirm()
    const wrapper = await show(HubBar)
    expect(linksOf(wrapper)).toEqual(['account'])
    expect(wordsOf(wrapper)).toContain(firm.name)
    await wrapper.get('button').trigger('click')
    await eventually(() => expect(wrapper.emitted('signedOut')).toHaveLength(1))
    expect(useHubStore().session).toBeUndefined()
  })

  it('what still waits is told before signing out', async () => {
    HTMLDialogElement.prototype.showModal ??= () => undefined
    await signInFirm()
    await queue()
    const wrapper = await show(HubBar)
    await wrapper.get('button').trigger('click')
    expect(wrapper.get('dialog').text()).toContain('还有 1 份填报等待报送')
    expect(useHubStore().session).toBeDefined()
  })

  it('without a network it says so; with a hub of another version, why nothing is sent', async () => {
    await signInOfficial()
    hub.cut()
    const wrapper = await show(HubBar)
    await eventually(() => expect(wordsOf(wrapper)).toContain('离线'))
    hub.mend()
    hub.answer('GET /v1/hub', { body: { ...aHub(), api: 5 } })
    await useHubStore().find()
    await flushPromises()
    expect(wrapper.get('[role=alert]').text()).toContain('接口是第 5 版，本页只认第 1 版')
  })

  it('an address that is no hub shows nothing at all', async () => {
    hub.answer('GET /v1/hub', { status: 404, text: '' })
    const wrapper = await show(HubBar)
    expect(wrapper.find('nav').exists()).toBe(false)
  })
})
