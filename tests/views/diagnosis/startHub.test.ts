import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import { digest } from '#digest'
import { type Enterprise } from '#core/oversight/enterprise'
import { packSubmission, type Submission } from '#core/oversight/submission'
import { disconnect } from '#storage/connection'
import { type Draft } from '#storage/database'
import { addDraft, leaveMemory, listDrafts } from '#storage/drafts'
import { savePreference } from '#storage/preferences'
import { useDraftStore } from '#stores/draft'
import { useHubStore } from '#stores/hub'
import { useOutboxStore } from '#stores/outbox'
import StartView from '../../../src/views/diagnosis/StartView.vue'
import { answersAtLevel, loadGuangxi } from '../../support/build'
import { aDraft } from '../../support/drafts'
import { aFirm, aSummary } from '../../support/firms'
import { aHubSite, aSession, type FakeHub } from '../../support/hubFetch'
import { aSigner } from '../../support/signing'
import { eventually } from '../../support/eventually'

const signer = aSigner()
const firm = aFirm()
let hub: FakeHub
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  disconnect()
  leaveMemory()
  setActivePinia(createPinia())
  hub = aHubSite({ publicKey: signer.publicKey })
})
afterEach(() => {
  useOutboxStore().$dispose()
  useDraftStore().$dispose()
  useHubStore().$dispose()
  vi.unstubAllGlobals()
  savePreference('hub', '0')
})
enableAutoUnmount(afterEach)

function aSubmission(revision: number): Submission {
  return packSubmission(
    loadGuangxi(),
    {
      id: 'sheet-start',
      revision,
      form: 'full',
      profile: { name: firm.name, creditCode: firm.creditCode },
      answers: answersAtLevel(loadGuangxi(), 2),
      startedAt: '2026-07-01T01:00:00.000Z',
      submittedAt: '2026-07-01T02:00:00.000Z',
      minutes: 40,
    },
    '0.1.0',
    digest,
  )
}
async function keep(revision: number, isLocked = true): Promise<Draft> {
  const { profile, answers, ...submission } = aSubmission(revision)
  const draft = aDraft({
    sheetId: 'sheet-start',
    revision,
    profile,
    answers,
    ...(isLocked ? { submission: { ...submission, profile, answers } } : {}),
  })
  await addDraft(draft)
  return draft
}

const RETURNED: Partial<Enterprise> = {
  submission: aSummary({ id: 'sheet-start', revision: 1 }),
  returned: { at: '2026-07-11T02:00:00.000Z', reason: '请核对' },
}
async function open(own: Enterprise): Promise<{ readonly wrapper: VueWrapper; readonly router: Router }> {
  const enterprise = { id: own.id, creditCode: own.creditCode, name: own.name }
  const session = aSession({ role: 'enterprise', enterprise })
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  hub.answer('GET /v1/enterprises*', {
    body: { enterprises: [own], gone: [], cursor: '1', more: false, total: 1, scope: 'scope-1' },
  })
  await useHubStore().find()
  await useHubStore().signIn('firm', 'secret')
  const blank = { template: '<p></p>' }
  const names = { profile: 'profile', tasks: '', result: 'result' }
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', name: 'start', component: StartView },
      ...Object.entries(names).map(([name, end]) => ({ path: `/diagnosis/:draft/${end}`, name, component: blank })),
      ...['join', 'sign-in', 'oversight', 'opened'].map((name) => ({ path: `/${name}`, name, component: blank })),
    ],
  })
  await router.push('/')
  const wrapper = mount({ template: '<RouterView />' }, { global: { plugins: [router] } })
  await eventually(() => expect(wrapper.find('section[aria-label=报送]').exists()).toBe(true))
  await flushPromises()
  return { wrapper, router }
}
async function press(wrapper: VueWrapper, name: string): Promise<void> {
  const find = () => wrapper.findAll('button').find((button) => button.text() === name)
  await eventually(() => expect(find()).toBeDefined())
  await find()!.trigger('click')
  await flushPromises()
}

describe('开始页，登录的企业', () => {
  it('a new sheet begins with what the roster knows of the firm', async () => {
    const { wrapper, router } = await open(firm)
    await press(wrapper, '开始完整诊断')
    await eventually(() => expect(router.currentRoute.value.name).toBe('profile'))
    expect((await listDrafts())[0]?.profile).toEqual({
      name: firm.name,
      creditCode: firm.creditCode,
      city: '450100',
      county: '450103',
      industry: '30',
    })
  })

  it('a returned sheet that is here gets its next revision', async () => {
    const locked = await keep(1)
    const { wrapper, router } = await open({ ...firm, ...RETURNED })
    await press(wrapper, '修改并重新报送')
    await eventually(() => expect(router.currentRoute.value.name).toBe('tasks'))
    const next = (await listDrafts()).find(({ revision }) => revision === 2)!
    expect(router.currentRoute.value.params['draft']).toBe(next.id)
    expect(next).toMatchObject({ sheetId: 'sheet-start', answers: locked.answers, asked: 75 })
    expect(next.submission).toBeUndefined()
    // The sheet that was sent stays as it is.
    expect((await listDrafts()).find(({ id }) => id === locked.id)).toEqual(locked)
  })

  it('a revision that was begun already is gone on with, not begun again', async () => {
    await keep(1)
    const begun = await keep(2, false)
    const { wrapper, router } = await open({ ...firm, ...RETURNED })
    await press(wrapper, '修改并重新报送')
    await eventually(() => expect(router.currentRoute.value.params['draft']).toBe(begun.id))
    expect(await listDrafts()).toHaveLength(2)
  })

  it('at another computer the sheet is brought from the hub first', async () => {
    const submission = aSubmission(1)
    hub.answer('GET /v1/submissions*', { body: { submission, receipt: signer.receipt(submission) } })
    const { wrapper, router } = await open({ ...firm, ...RETURNED })
    await press(wrapper, '修改并重新报送')
    await eventually(() => expect(router.currentRoute.value.name).toBe('tasks'))
    const drafts = await listDrafts()
    expect(drafts.map(({ revision, submission: sealed }) => [revision, sealed !== undefined]).sort()).toEqual([
      [1, true],
      [2, false],
    ])
  })

  it('that it cannot be brought is told beside the button', async () => {
    const { wrapper, router } = await open({ ...firm, ...RETURNED })
    hub.cut()
    await press(wrapper, '修改并重新报送')
    await eventually(() => expect(wrapper.text()).toContain('连不上汇总端'))
    expect(router.currentRoute.value.name).toBe('start')
  })
})
