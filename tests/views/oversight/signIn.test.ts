import { enableAutoUnmount, flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { IDBFactory } from 'fake-indexeddb'
import Dexie from 'dexie'
import type { Session } from '#core/oversight/api'
import { savePreference } from '#storage/preferences'
import { useHubStore } from '#stores/hub'
import JoinView from '../../../src/views/diagnosis/JoinView.vue'
import AccountView from '../../../src/views/oversight/AccountView.vue'
import { findLanding } from '../../../src/views/oversight/landing'
import SetUpView from '../../../src/views/oversight/SetUpView.vue'
import SignInView from '../../../src/views/oversight/SignInView.vue'
import { aFirm } from '../../support/firms'
import { aHub, aHubSite, aRefusal, aSession, type FakeHub } from '../../support/hubFetch'
import { eventually } from '../../support/eventually'

let hub: FakeHub
beforeEach(() => {
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  setActivePinia(createPinia())
  hub = aHubSite()
})
afterEach(() => {
  useHubStore().$dispose()
  vi.unstubAllGlobals()
  savePreference('hub', '0')
})
enableAutoUnmount(afterEach)

const VIEWS = { 'sign-in': SignInView, 'set-up': SetUpView, account: AccountView, join: JoinView }
const blank = { template: '<p></p>' }
async function open(address: string): Promise<{ readonly wrapper: VueWrapper; readonly router: Router }> {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      ...Object.entries(VIEWS).map(([name, component]) => ({ path: `/${name}`, name, component })),
      { path: '/', name: 'start', component: blank },
      { path: '/oversight', name: 'oversight', component: blank },
      { path: '/oversight/tiers', name: 'tiers', component: blank },
    ],
  })
  await router.push(address)
  const wrapper = mount({ template: '<RouterView />' }, { global: { plugins: [router] } })
  await settle()
  return { wrapper, router }
}
async function settle(): Promise<void> {
  await flushPromises()
  await eventually(() => expect(useHubStore().isChecked).toBe(true))
  await flushPromises()
}
function field(wrapper: VueWrapper, label: string) {
  const found = wrapper.findAll('label').find((one) => one.text() === label)
  if (found === undefined) throw new Error(`no field ${label}: ${wrapper.text()}`)
  return wrapper.get(`[id="${found.attributes('for')!}"]`)
}
async function submit(wrapper: VueWrapper): Promise<void> {
  await wrapper.get('form').trigger('submit')
  await flushPromises()
  // Busy until the answer has come; where it led elsewhere, the form is gone.
  await eventually(() => expect(wrapper.text()).not.toMatch(/正在(登录|加入)/))
  await settle()
}
function says(wrapper: VueWrapper): string {
  return wrapper.text().replace(/\s+/g, ' ')
}
async function fillSignIn(wrapper: VueWrapper): Promise<void> {
  await field(wrapper, '账号').setValue(' liaison.one ')
  await field(wrapper, '口令').setValue('secret')
}
/** Signed in, as the account page finds it. */
async function signedIn(session: Session): Promise<void> {
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  hub.answer('DELETE /v1/session', { body: {} })
  await useHubStore().find()
  await useHubStore().signIn('abc', 'secret')
}

describe('登录', () => {
  it('right, it leads where the role works', async () => {
    hub.answer('POST /v1/session', { body: aSession() })
    const { wrapper, router } = await open('/sign-in')
    await fillSignIn(wrapper)
    await submit(wrapper)
    await eventually(() => expect(router.currentRoute.value.name).toBe('oversight'))
    expect(hub.asked.find(({ method }) => method === 'POST')?.body).toEqual({
      login: 'liaison.one',
      password: 'secret',
    })
  })

  it('the second factor is asked only when the hub asks, and then sent along', async () => {
    hub.answer('POST /v1/session', ({ body }) =>
      (body as { otp?: string }).otp === undefined
        ? aRefusal(401, 'session.otpNeeded', '请输入动态码')
        : { body: aSession({ role: 'official' }) },
    )
    const { wrapper, router } = await open('/sign-in')
    expect(says(wrapper)).not.toContain('动态码')
    await fillSignIn(wrapper)
    await submit(wrapper)
    expect(wrapper.get('button[type=submit]').attributes('disabled')).toBeDefined()
    await field(wrapper, '动态码').setValue('123456')
    await submit(wrapper)
    await eventually(() => expect(router.currentRoute.value.name).toBe('oversight'))
  })

  it('a wrong number is told beside its field, and typed anew', async () => {
    hub.answer('POST /v1/session', ({ body }) =>
      (body as { otp?: string }).otp === undefined
        ? aRefusal(401, 'session.otpNeeded')
        : aRefusal(401, 'session.otpWrong', '动态码不对或已用过，请等下一个'),
    )
    const { wrapper } = await open('/sign-in')
    await fillSignIn(wrapper)
    await submit(wrapper)
    await field(wrapper, '动态码').setValue('123456')
    await submit(wrapper)
    const otp = field(wrapper, '动态码')
    expect(otp.attributes('aria-invalid')).toBe('true')
    expect((otp.element as HTMLInputElement).value).toBe('')
    expect(wrapper.get(`[id="${otp.attributes('aria-describedby')!.split(' ')[1]!}"]`).text()).toContain('不对或已用过')
  })

  it.each([
    [401, 'session.wrong', '账号、口令不对，或账号已停用、过期'],
    [429, 'session.locked', '登录失败次数太多，已锁定 15 分钟'],
  ])('%i %s is told in the hub’s words', async (status, code, words) => {
    hub.answer('POST /v1/session', aRefusal(status, code, words))
    const { wrapper, router } = await open('/sign-in')
    await fillSignIn(wrapper)
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toBe(words)
    expect(router.currentRoute.value.name).toBe('sign-in')
  })

  it('without a network it says so', async () => {
    const { wrapper } = await open('/sign-in')
    hub.cut()
    await fillSignIn(wrapper)
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toContain('连不上汇总端')
  })

  it('what the hub wants first comes first', async () => {
    hub.answer('POST /v1/session', { body: aSession({}, { mustChangePassword: true }) })
    const { wrapper, router } = await open('/sign-in?to=/oversight/tiers')
    await fillSignIn(wrapper)
    await submit(wrapper)
    await eventually(() => expect(router.currentRoute.value.fullPath).toBe('/account?to=/oversight/tiers'))
  })
})

describe('登录已到期', () => {
  it('it is said why one has to sign in, and that one comes back; after 退出 nothing of it', async () => {
    await signedIn(aSession({ role: 'official' }))
    hub.answer('GET /v1/session', aRefusal(401, 'hub.noSession'))
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 13 * 3_600_000 })
    await useHubStore().refreshSession()
    vi.useRealTimers()
    const { wrapper, router } = await open('/sign-in?to=/oversight/tiers')
    expect(says(wrapper)).toContain('登录已到期，请重新登录；登录后回到原来的页面。')
    hub.answer('GET /v1/session', { body: aSession({ role: 'official' }) })
    await fillSignIn(wrapper)
    await submit(wrapper)
    await eventually(() => expect(router.currentRoute.value.fullPath).toBe('/oversight/tiers'))
    await useHubStore().signOut()
    await router.push('/sign-in')
    await settle()
    expect(wrapper.find('form').exists()).toBe(true)
    expect(says(wrapper)).not.toContain('请重新登录')
  })

  it('before its time: no word of time', async () => {
    await signedIn(aSession({ role: 'official' }))
    hub.answer('GET /v1/session', aRefusal(401, 'hub.noSession'))
    await useHubStore().refreshSession()
    const { wrapper } = await open('/sign-in')
    expect(says(wrapper)).toContain('登录已失效')
    expect(says(wrapper)).not.toContain('到期')
    expect(says(wrapper)).not.toContain('回到原来的页面')
  })
})

describe('别的窗口已登录', () => {
  it('while the form stands here: who it is is said, and one goes on to the page that was asked for', async () => {
    const { wrapper, router } = await open('/sign-in?to=/oversight/tiers')
    expect(wrapper.find('form').exists()).toBe(true)
    useHubStore().session = aSession({ role: 'official', login: 'city.one', name: '示例科' })
    await flushPromises()
    expect(says(wrapper)).toContain('这个浏览器已用“示例科”（city.one，主管部门）登录。')
    expect(wrapper.find('form').exists()).toBe(false)
    await wrapper.get('button.primary').trigger('click')
    await eventually(() => expect(router.currentRoute.value.fullPath).toBe('/oversight/tiers'))
  })

  it('换一个账号 gives the form, and whoever signs in takes the place', async () => {
    await signedIn(aSession({ role: 'official', name: '示例科' }))
    const { wrapper, router } = await open('/sign-in')
    expect(says(wrapper)).toContain('已用“示例科”')
    await wrapper
      .findAll('button')
      .find((button) => button.text() === '换一个账号')!
      .trigger('click')
    const other = aSession({ id: 'account-2', role: 'official', name: '示例二科' })
    hub.answer('POST /v1/session', { body: other })
    hub.answer('GET /v1/session', { body: other })
    await fillSignIn(wrapper)
    await submit(wrapper)
    await eventually(() => expect(router.currentRoute.value.name).toBe('oversight'))
    expect(useHubStore().session?.account.id).toBe('account-2')
  })
})

describe('登录后去哪里', () => {
  const official = aSession({ role: 'official' })
  const firm = aSession({ role: 'enterprise' })
  it.each<[string, Session, unknown, unknown]>([
    ['the page that was asked for', official, '/oversight/tiers?area=450100', '/oversight/tiers?area=450100'],
    ['an official’s screens', official, undefined, { name: 'oversight' }],
    ['the start page for a firm', firm, undefined, { name: 'start' }],
    // An address somebody else wrote leads nowhere outside this site.
    ['not another host', official, '//evil.example/x', { name: 'oversight' }],
    ['not another host, by a back slash', official, '/\\evil.example', { name: 'oversight' }],
    ['no scheme', official, 'https://evil.example', { name: 'oversight' }],
    ['no script', official, 'javascript:alert(1)', { name: 'oversight' }],
    ['no list', official, ['/a', '/b'], { name: 'oversight' }],
  ])('%s', (_, session, to, where) => {
    expect(findLanding(session, undefined, to)).toEqual(where)
  })
})

describe('加入', () => {
  const firm = aFirm()
  const session = aSession({
    role: 'enterprise',
    login: firm.creditCode.toLowerCase(),
    enterprise: { id: firm.id, creditCode: firm.creditCode, name: firm.name },
  })
  async function fill(wrapper: VueWrapper, password = 'Long-enough-1', again = password): Promise<void> {
    await field(wrapper, '统一社会信用代码').setValue(firm.creditCode.toLowerCase())
    await field(wrapper, '报送码').setValue(' abcd-efgh ')
    await field(wrapper, '新口令').setValue(password)
    await field(wrapper, '再输一次').setValue(again)
  }

  it('code and password right, the firm is in and on the start page', async () => {
    hub.answer('POST /v1/join', { body: session })
    hub.answer('GET /v1/enterprises*', {
      body: { enterprises: [firm], gone: [], cursor: '1', more: false, total: 1, scope: 'scope-1' },
    })
    const { wrapper, router } = await open('/join')
    await fill(wrapper)
    await submit(wrapper)
    await eventually(() => expect(router.currentRoute.value.name).toBe('start'))
    expect(hub.asked.find(({ method }) => method === 'POST')?.body).toEqual({
      creditCode: firm.creditCode,
      code: 'abcd-efgh',
      password: 'Long-enough-1',
    })
  })

  it.each([
    ['two different ones', 'Long-enough-1', 'Long-enough-2', '两次输入的口令不同'],
    ['too short', 'Short-1', 'Short-1', '口令至少 10 个字符'],
  ])('passwords: %s are told before anything is sent', async (_, password, again, words) => {
    const { wrapper } = await open('/join')
    await fill(wrapper, password, again)
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toBe(words)
    expect(hub.count('POST /v1/join')).toBe(0)
  })

  it('the code that the firm signs in with may not be in the password, and is called what the firm calls it', async () => {
    const { wrapper } = await open('/join')
    expect(says(wrapper)).toContain('不能包含统一社会信用代码')
    expect(says(wrapper)).not.toContain('账号名')
    await fill(wrapper, `Ab-${firm.creditCode}`)
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toBe('口令不能包含统一社会信用代码')
    expect(hub.count('POST /v1/join')).toBe(0)
  })

  it('a wrong credit code cannot be sent', async () => {
    const { wrapper } = await open('/join')
    await fill(wrapper)
    await field(wrapper, '统一社会信用代码').setValue('91450100MA5T000000')
    expect(wrapper.get('button[type=submit]').attributes('disabled')).toBeDefined()
  })

  it.each([
    [401, 'join.wrong', '报送码'],
    [422, 'password.weak', '新口令'],
  ])('%i %s is told beside %s', async (status, code, label) => {
    hub.answer('POST /v1/join', aRefusal(status, code, '汇总端的话'))
    const { wrapper } = await open('/join')
    await fill(wrapper)
    await submit(wrapper)
    const at = field(wrapper, label)
    expect(at.attributes('aria-invalid')).toBe('true')
    expect(wrapper.get(`[id="${at.attributes('aria-describedby')!.split(' ').pop()!}"]`).text()).toBe('汇总端的话')
  })
})

describe('建立第一个系统管理员', () => {
  it('the token leaves the address bar at once, and goes with the form', async () => {
    hub.answer('GET /v1/hub', { body: aHub({ isSetUp: false }) })
    hub.answer('POST /v1/setup', { body: aSession({ role: 'administrator' }, { mustEnrolSecondFactor: true }) })
    const { wrapper, router } = await open('/set-up#token=abc-123')
    expect(router.currentRoute.value.fullPath).toBe('/set-up')
    await field(wrapper, '账号名').setValue('admin')
    await field(wrapper, '姓名').setValue('示例管理员')
    await field(wrapper, '新口令').setValue('Long-enough-1')
    await field(wrapper, '再输一次').setValue('Long-enough-1')
    await submit(wrapper)
    await eventually(() => expect(router.currentRoute.value.name).toBe('account'))
    expect(hub.asked.find(({ path }) => path === '/v1/setup')?.body).toEqual({
      token: 'abc-123',
      login: 'admin',
      name: '示例管理员',
      password: 'Long-enough-1',
    })
  })

  it('without a token it says where the link is', async () => {
    hub.answer('GET /v1/hub', { body: aHub({ isSetUp: false }) })
    const { wrapper } = await open('/set-up')
    expect(wrapper.find('form').exists()).toBe(false)
    expect(says(wrapper)).toContain('在服务器上打印的一次性链接')
  })

  it('a used link is told', async () => {
    hub.answer('GET /v1/hub', { body: aHub({ isSetUp: false }) })
    hub.answer('POST /v1/setup', aRefusal(403, 'setup.wrong', '链接无效或已用过'))
    const { wrapper } = await open('/set-up#token=old')
    await field(wrapper, '账号名').setValue('admin')
    await field(wrapper, '姓名').setValue('示例管理员')
    await field(wrapper, '新口令').setValue('Long-enough-1')
    await field(wrapper, '再输一次').setValue('Long-enough-1')
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toBe('链接无效或已用过')
  })
})

describe('我的账号', () => {
  it('nobody signed in is sent to sign in, and comes back', async () => {
    const { router } = await open('/account')
    await eventually(() => expect(router.currentRoute.value.fullPath).toBe('/sign-in?to=/account'))
  })

  it('when the session ends by itself meanwhile, the page does not stay empty', async () => {
    await signedIn(aSession())
    const { wrapper, router } = await open('/account')
    hub.answer('DELETE /v1/session/others', aRefusal(401, 'hub.noSession'))
    await wrapper
      .findAll('button')
      .find((button) => button.text() === '退出其他设备上的登录')!
      .trigger('click')
    await eventually(() => expect(router.currentRoute.value.fullPath).toBe('/sign-in?to=/account'))
    await eventually(() => expect(says(wrapper)).toContain('请重新登录；登录后回到原来的页面'))
  })

  it('the password first, then the second factor, then on', async () => {
    await signedIn(aSession({ role: 'official' }, { mustChangePassword: true, mustEnrolSecondFactor: true }))
    const { wrapper, router } = await open('/account?to=/oversight/tiers')
    expect(says(wrapper)).toContain('请先修改口令')
    expect(wrapper.findAll('form')).toHaveLength(1)
    const next = aSession({ role: 'official' }, { mustEnrolSecondFactor: true })
    hub.answer('PUT /v1/account/password', { body: next })
    hub.answer('GET /v1/session', { body: next })
    await field(wrapper, '当前口令').setValue('given')
    await field(wrapper, '新口令').setValue('Long-enough-1')
    await field(wrapper, '再输一次').setValue('Long-enough-1')
    await submit(wrapper)
    await eventually(() => expect(says(wrapper)).toContain('请先启用动态码'))

    const uri = 'otpauth://totp/x:abc?secret=JBSWY3DPEHPK3PXP&issuer=x'
    hub.answer('POST /v1/account/second-factor', { body: { secret: 'JBSWY3DPEHPK3PXP', uri } })
    hub.answer('PUT /v1/account/second-factor', { body: aSession({ role: 'official' }) })
    await field(wrapper, '当前口令').setValue('Long-enough-1')
    await submit(wrapper)
    await eventually(() => expect(wrapper.find('img').exists()).toBe(true))
    // The picture is data, not markup; the secret can be typed.
    expect(wrapper.get('img').attributes('src')).toMatch(/^data:image\/svg\+xml,%3Csvg/)
    expect(says(wrapper)).toContain('JBSW Y3DP EHPK 3PXP')
    await field(wrapper, '动态码').setValue('123456')
    await wrapper.get('form').trigger('submit')
    await eventually(() => expect(router.currentRoute.value.fullPath).toBe('/oversight/tiers'))
  })

  it.each([
    ['password.wrong', '当前口令'],
    ['password.reused', '新口令'],
  ])('%s is told beside %s', async (code, label) => {
    await signedIn(aSession())
    hub.answer('PUT /v1/account/password', aRefusal(403, code, '汇总端的话'))
    const { wrapper } = await open('/account')
    await field(wrapper, '当前口令').setValue('x')
    await field(wrapper, '新口令').setValue('Long-enough-1')
    await field(wrapper, '再输一次').setValue('Long-enough-1')
    await submit(wrapper)
    expect(field(wrapper, label).attributes('aria-invalid')).toBe('true')
  })

  it('the policy of the site is known here: what it refuses is not sent', async () => {
    // dengbao-3: 12 characters of all four kinds.
    await signedIn(aSession({}, { policy: 'dengbao-3' }))
    const { wrapper } = await open('/account')
    await field(wrapper, '当前口令').setValue('x')
    await field(wrapper, '新口令').setValue('Long-enough-')
    await field(wrapper, '再输一次').setValue('Long-enough-')
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toContain('至少 4 种')
    expect(hub.count('PUT /v1/account/password')).toBe(0)
  })

  it('other sign-ins are ended, and how many is told', async () => {
    await signedIn(aSession())
    hub.answer('DELETE /v1/session/others', { body: { ended: 2 } })
    const { wrapper } = await open('/account')
    await wrapper
      .findAll('button')
      .find((button) => button.text() === '退出其他设备上的登录')!
      .trigger('click')
    await eventually(() => expect(says(wrapper)).toContain('已退出其他设备上的 2 个登录'))
  })

  it('signing out leads to the start page', async () => {
    await signedIn(aSession())
    const { wrapper, router } = await open('/account')
    await wrapper
      .findAll('button')
      .find((button) => button.text() === '退出登录')!
      .trigger('click')
    await eventually(() => expect(router.currentRoute.value.name).toBe('start'))
  })
})
