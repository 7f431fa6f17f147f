import { enableAutoUnmount, flushPromises, mount, RouterLinkStub, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { digest } from '#digest'
import { type Enterprise } from '#core/oversight/enterprise'
import { packSubmission } from '#core/oversight/submission'
import { disconnect } from '#storage/connection'
import { type Draft } from '#storage/database'
import { addDraft, leaveMemory } from '#storage/drafts'
import { savePreference } from '#storage/preferences'
import { useDraftStore } from '#stores/draft'
import { useHubStore } from '#stores/hub'
import { useOutboxStore } from '#stores/outbox'
import SubmitPanel from '../../src/components/SubmitPanel.vue'
import { answersAtLevel, loadGuangxi } from '../support/build'
import { aDraft } from '../support/drafts'
import { aCampaign, aFirm, aSummary } from '../support/firms'
import { aHub, aHubSite, aRefusal, aSession, type Asked, type FakeHub } from '../support/hubFetch'
import { aSigner } from '../support/signing'
import { eventually } from '../support/eventually'

const firm = aFirm()
const signer = aSigner()
let hub: FakeHub

beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  disconnect()
  leaveMemory()
  setActivePinia(createPinia())
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-07-10T02:00:00Z') })
  hub = aHubSite({ publicKey: signer.publicKey })
})
afterEach(() => {
  useOutboxStore().$dispose()
  useDraftStore().$dispose()
  useHubStore().$dispose()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  savePreference('hub', '0')
})
enableAutoUnmount(afterEach)

let sheets = 0
async function aLocked(
  changes: { id?: string; revision?: number; form?: 'full' | 'short'; code?: string; sample?: true } = {},
): Promise<Draft> {
  const { id = `sheet-panel-${++sheets}`, revision = 1, form = 'full', code = firm.creditCode, sample } = changes
  const submission = packSubmission(
    loadGuangxi(),
    {
      id,
      revision,
      form,
      profile: { name: firm.name, creditCode: code, city: '450100', county: '450103' },
      answers: answersAtLevel(loadGuangxi(), 2),
      startedAt: '2026-07-01T01:00:00.000Z',
      submittedAt: '2026-07-01T02:00:00.000Z',
      minutes: 40,
      ...(sample === undefined ? {} : { sample }),
    },
    '0.1.0',
    digest,
  )
  const draft = aDraft({
    sheetId: id,
    revision,
    form,
    profile: submission.profile,
    answers: submission.answers,
    submission,
  })
  await addDraft(draft)
  return draft
}

function showOwn(own: Enterprise): void {
  hub.answer('GET /v1/enterprises*', {
    body: { enterprises: [own], gone: [], cursor: '1', more: false, total: 1, scope: 'scope-1' },
  })
}
async function signIn(own: Enterprise = firm): Promise<void> {
  const enterprise = { id: own.id, creditCode: own.creditCode, name: own.name }
  const session = aSession({ id: 'account-9', role: 'enterprise', enterprise })
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  showOwn(own)
  await useHubStore().find()
  await useHubStore().signIn('firm', 'secret')
  await useOutboxStore().start()
}
function takeAll(): void {
  hub.answer('PUT /v1/submissions*', ({ body }: Asked) => {
    const { submission } = body as { readonly submission: Parameters<typeof signer.receipt>[0] }
    return { status: 201, body: { receipt: signer.receipt(submission) } }
  })
}

/** 县 → 市 → 自治区, as the list of divisions says. */
const parentOf = (code: string): string | undefined =>
  code.endsWith('0000') ? undefined : code.endsWith('00') ? `${code.slice(0, 2)}0000` : `${code.slice(0, 4)}00`

async function show(draft: Draft, revisions: readonly Draft[] = [draft]): Promise<VueWrapper> {
  const wrapper = mount(SubmitPanel, {
    props: { draft, revisions, parentOf },
    global: { stubs: { RouterLink: RouterLinkStub }, mocks: { $route: { fullPath: '/diagnosis/x/result' } } },
  })
  await flushPromises()
  return wrapper
}
function wordsOf(wrapper: VueWrapper): string {
  return wrapper.text().replace(/\s+/g, ' ')
}
async function press(wrapper: VueWrapper, name: string): Promise<void> {
  await wrapper
    .findAll('button')
    .find((button) => button.text() === name)!
    .trigger('click')
  await eventually(() => expect(wrapper.text()).not.toContain('正在报送'))
  await flushPromises()
}

describe('报送', () => {
  it('where no hub answers there is nothing to see', async () => {
    savePreference('hub', '0')
    await useHubStore().find()
    expect((await show(await aLocked())).find('section').exists()).toBe(false)
  })

  it('nobody signed in is shown both ways, and nothing has left the computer', async () => {
    await useHubStore().find()
    const wrapper = await show(await aLocked())
    expect(wordsOf(wrapper)).toContain('结果现在只在这台电脑上')
    const links = wrapper.findAllComponents(RouterLinkStub).map((link) => link.props('to') as unknown)
    expect(links).toEqual([{ name: 'sign-in', query: { to: '/diagnosis/x/result' } }, { name: 'join' }])
    expect(hub.asked.every(({ method }) => method === 'GET')).toBe(true)
  })

  it('the firm reads what goes where, presses, and has its receipt', async () => {
    await signIn()
    takeAll()
    const draft = await aLocked()
    const wrapper = await show(draft)
    expect(wordsOf(wrapper)).toContain('报送到“2026 年度自诊断”（截止 2026 年 8 月 31 日）')
    expect(wordsOf(wrapper)).not.toContain('已报送')
    await press(wrapper, '报送')
    // 02:00 UTC is ten o'clock in China.
    expect(wordsOf(wrapper)).toContain('收到第 1 次，回执已核对。')
    expect(wordsOf(wrapper)).toMatch(/已报送。汇总端 2026\D+0?7\D+10\D+10:00/)
    expect(wordsOf(wrapper)).toContain(`${draft.sheetId}-1`)
    expect(wrapper.findAll('button').map((button) => button.text())).toEqual(['保存回执'])
  })

  it('a forged receipt is never called 已报送', async () => {
    await signIn()
    const draft = await aLocked()
    hub.answer('PUT /v1/submissions*', { status: 201, body: { receipt: aSigner().receipt(draft.submission!) } })
    const wrapper = await show(draft)
    await press(wrapper, '报送')
    expect(wordsOf(wrapper)).not.toContain('已报送。汇总端')
    expect(wordsOf(wrapper)).toContain('收到的回执与这份报送不符')
  })

  it('without a network it says when it tries next, and can be told to try now', async () => {
    await signIn()
    const wrapper = await show(await aLocked())
    hub.cut()
    await press(wrapper, '报送')
    expect(wordsOf(wrapper)).toMatch(/等待报送，还没有送到。.*连不上汇总端.*下次自动重试：10:00:0\d/)
    hub.mend()
    takeAll()
    await press(wrapper, '立即重试')
    expect(wordsOf(wrapper)).toContain('已报送')
  })

  it.each([
    [409, 'submission.otherContent', '修改（新建……）'],
    [410, 'submission.erased', '新建一份填报'],
    [403, 'campaign.closed', '联系您的诊断工作联系人或主管部门重新开放批次'],
    [403, 'submission.notYours', '核对“企业信息”里的统一社会信用代码'],
    [422, 'submission.otherDigest', '刷新页面更新问卷'],
    [422, 'tea.only', '请把这句话告诉您的诊断工作联系人'],
  ])('refused with %i %s, it says why and what to do', async (status, code, advice) => {
    await signIn()
    hub.answer('PUT /v1/submissions*', aRefusal(status, code, '汇总端的话'))
    const wrapper = await show(await aLocked())
    await press(wrapper, '报送')
    expect(wrapper.get('[role=alert]').text()).toContain('没有报送成功。汇总端的话。')
    expect(wordsOf(wrapper)).toContain(advice)
    expect(wrapper.findAll('button').map((button) => button.text())).toEqual(['再次报送'])
  })

  it('earlier revisions that were locked and never sent go along, told beforehand, in order', async () => {
    await signIn()
    takeAll()
    const first = await aLocked({ id: 'along', revision: 1 })
    const second = await aLocked({ id: 'along', revision: 2 })
    const wrapper = await show(second, [second, first])
    expect(wordsOf(wrapper)).toContain('第 1 次一并送出，以第 2 次为准')
    await press(wrapper, '报送')
    const puts = hub.asked.filter(({ method, path }) => method === 'PUT' && path.includes('submissions'))
    expect(puts.map(({ path }) => path)).toEqual([
      '/v1/submissions/along/revisions/1',
      '/v1/submissions/along/revisions/2',
    ])
  })

  it('the hub expects an earlier one: it goes along with the next press', async () => {
    await signIn({ ...firm, submission: aSummary({ id: 'another-sheet' }) })
    const first = await aLocked({ id: 'late', revision: 1 })
    const second = await aLocked({ id: 'late', revision: 2 })
    hub.answer('PUT /v1/submissions*', aRefusal(409, 'submission.outOfOrder', '应先报送第 1 次修订', { expected: 1 }))
    const wrapper = await show(second, [second, first])
    await press(wrapper, '报送')
    expect(wordsOf(wrapper)).toContain('第 1 次一并送出')
    takeAll()
    await press(wrapper, '再次报送')
    await eventually(() => expect(useOutboxStore().find('late', 2)?.state).toBe('sent'))
  })

  it('returned for changes: the reason, and the way to the next revision', async () => {
    const draft = await aLocked({ id: 'back' })
    await signIn({
      ...firm,
      submission: aSummary({ id: 'back', revision: 1 }),
      returned: { at: '2026-07-09T02:00:00.000Z', reason: '设备联网率与台账不符' },
    })
    const wrapper = await show(draft)
    expect(wordsOf(wrapper)).toContain('退回修改：设备联网率与台账不符')
    await wrapper
      .findAll('button')
      .find((button) => button.text() === '修改并重新报送')!
      .trigger('click')
    expect(wrapper.emitted('revise')).toHaveLength(1)
  })

  it('a sheet the hub has, and this browser has no receipt of: it is asked for again', async () => {
    const draft = await aLocked({ id: 'again' })
    await signIn({ ...firm, submission: aSummary({ id: 'again', revision: 1 }) })
    takeAll()
    const wrapper = await show(draft)
    await press(wrapper, '取回回执')
    await eventually(() => expect(wordsOf(wrapper)).toContain('已报送。'))
  })
})

describe('不能报送的，说明原因', () => {
  it.each<[string, Parameters<typeof aLocked>[0], string]>([
    ['a quick one', { form: 'short' }, '快速自测供企业自己参考，不用于报送'],
    ['another firm’s', { code: '914403001922038216' }, '（914403001922038216）与登录的企业'],
    ['a made-up one', { sample: true }, '示例数据不能报送'],
  ])('%s', async (_, changes, words) => {
    await signIn()
    const wrapper = await show(await aLocked(changes))
    expect(wordsOf(wrapper)).toContain(words)
    expect(wrapper.findAll('button')).toEqual([])
  })

  it('a credit code written in small letters is the same code', async () => {
    await signIn()
    const wrapper = await show(await aLocked({ code: firm.creditCode.toLowerCase() }))
    expect(wrapper.findAll('button').map((button) => button.text())).toEqual(['报送'])
  })

  it.each([
    ['none for this questionnaire', [aCampaign({ edition: 'other' })], '现在没有接收本问卷的诊断批次'],
    ['all closed', [aCampaign({ isClosed: true })], '现在没有接收本问卷的诊断批次'],
    ['elsewhere', [aCampaign({ area: '450200' })], '现在没有接收本问卷的诊断批次'],
    ['not open yet', [aCampaign({ opensOn: '2026-07-11' })], '将于 2026 年 7 月 11 日 开始'],
  ])('no round: %s', async (_, campaigns, words) => {
    hub.answer('GET /v1/hub', { body: aHub({ publicKey: signer.publicKey, campaigns }) })
    await signIn()
    const wrapper = await show(await aLocked())
    expect(wordsOf(wrapper)).toContain(words)
    expect(wrapper.findAll('button')).toEqual([])
  })

  it('of several rounds the newest is offered first, and another can be chosen', async () => {
    const campaigns = [
      aCampaign({ id: 'old', title: '上年', opensOn: '2025-06-01' }),
      aCampaign({ id: 'new', title: '本年' }),
    ]
    hub.answer('GET /v1/hub', { body: aHub({ publicKey: signer.publicKey, campaigns }) })
    await signIn()
    takeAll()
    const wrapper = await show(await aLocked())
    expect(wrapper.findAll('option').map((option) => option.text())).toEqual(['本年', '上年'])
    await wrapper.get('select').setValue('old')
    await press(wrapper, '报送')
    expect(hub.asked.find(({ method, path }) => method === 'PUT' && path.includes('submissions'))?.body).toMatchObject({
      campaign: 'old',
    })
  })

  it('a round planned for next year stands in nobody’s way: it can be looked at, and left again', async () => {
    const campaigns = [
      aCampaign({ id: 'next', title: '明年', opensOn: '2027-03-01', deadlineOn: '2027-08-31' }),
      aCampaign({ id: 'new', title: '本年' }),
    ]
    hub.answer('GET /v1/hub', { body: aHub({ publicKey: signer.publicKey, campaigns }) })
    await signIn()
    const wrapper = await show(await aLocked())
    expect(wrapper.findAll('option').map((option) => option.text())).toEqual(['本年', '明年（未开始）'])
    expect(wordsOf(wrapper)).toContain('报送到“本年”')
    await wrapper.get('select').setValue('next')
    expect(wordsOf(wrapper)).toContain('诊断批次“明年”将于 2027 年 3 月 1 日 开始')
    expect(wrapper.findAll('button')).toEqual([])
    await wrapper.get('select').setValue('new')
    expect(wrapper.findAll('button').map((button) => button.text())).toEqual(['报送'])
  })

  it('a firm outside the denominator may submit, and knows that it does not count', async () => {
    await signIn({ ...firm, isAboveScale: false })
    expect(wordsOf(await show(await aLocked()))).toContain('可以报送，但不计入覆盖率')
  })

  it('an official’s account sends no firm’s sheet', async () => {
    hub.answer('POST /v1/session', { body: aSession({ role: 'official' }) })
    await useHubStore().find()
    await useHubStore().signIn('official', 'secret')
    const wrapper = await show(await aLocked())
    expect(wordsOf(wrapper)).toContain('现在登录的不是企业账号')
  })

  it('an older revision than the hub has is not sent again', async () => {
    const draft = await aLocked({ id: 'older' })
    await signIn({ ...firm, submission: aSummary({ id: 'older', revision: 3 }) })
    expect(wordsOf(await show(draft))).toContain('汇总端上已有更新的第 3 次')
  })
})
