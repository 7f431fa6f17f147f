import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { type Role } from '#core/oversight/access'
import { useHubStore } from '#stores/hub'
import { useOversightStore } from '#stores/oversight'
import OversightView from '../../../src/views/oversight/OversightView.vue'
import { listPages } from '../../../src/views/oversight/pages'
import { aFirm, aSubmittedFirm } from '../../support/firms'
import { aSession } from '../../support/hubFetch'
import { buttonOf, closeOversight, openOversight, type OversightSetting } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

afterEach(closeOversight)
enableAutoUnmount(afterEach)

const open = (setting: Omit<OversightSetting, 'isFrame'>) => openOversight(OversightView, { ...setting, isFrame: true })
const as = (role: Role) => aSession({ role, ...(role === 'official' || role === 'liaison' ? { area: '450100' } : {}) })
const linksOf = ({ wrapper }: Awaited<ReturnType<typeof open>>) => wrapper.findAll('nav a').map((one) => one.text())

describe('统筹', () => {
  it('each role finds its own pages, and no others', async () => {
    expect(linksOf(await open({ path: '/coverage', session: as('official') }))).toEqual([
      '覆盖率',
      '企业',
      '分档名单',
      '区域画像',
      '名录',
      '联系人',
      '联系表',
      '批次',
      '账号',
    ])
    closeOversight()
    expect(linksOf(await open({ path: '/accounts', session: as('administrator') }))).toEqual(['账号', '批次'])
    closeOversight()
    // One page is no choice: nothing to press.
    expect(linksOf(await open({ path: '/audit', session: as('auditor') }))).toEqual([])
    expect(listPages('auditor').map(({ title }) => title)).toEqual(['审计'])
    expect(listPages('liaison').map(({ title }) => title)).toEqual(['我的企业'])
    expect(listPages('files').map(({ title }) => title)).toEqual(['打开文件', '覆盖率', '企业', '分档名单', '区域画像'])
  })

  it.each<[Role, string, string]>([
    ['auditor', '/coverage', 'audit'],
    ['administrator', '/firms', 'accounts'],
    ['liaison', '/coverage', 'firms'],
    ['enterprise', '/coverage', 'start'],
  ])('%s at %s is led to %s', async (role, path, name) => {
    const { router } = await open({ path, session: as(role) })
    await eventually(() => expect(router.currentRoute.value.name).toBe(name))
  })

  it('who asked for a page that others use is told so where he is led instead, until he goes on', async () => {
    const { wrapper, router } = await open({ path: '/roster', session: as('administrator') })
    await eventually(() => expect(router.currentRoute.value.name).toBe('accounts'))
    await eventually(() => expect(wrapper.text()).toContain('“名录”由主管部门使用，您的账号是系统管理员。'))
    await router.push('/campaign')
    await flushPromises()
    expect(wrapper.text()).not.toContain('您的账号是')
    await router.push('/firms')
    await eventually(() => expect(wrapper.text()).toContain('“企业”由服务员、主管部门使用，您的账号是系统管理员。'))
  })

  it('who asked for 统筹 alone missed nothing', async () => {
    const { wrapper, router } = await open({ path: '/oversight', session: as('administrator') })
    await flushPromises()
    expect(wrapper.text()).not.toContain('您的账号是')
    // As the site map has it: 统筹 stands for its first page.
    router.addRoute({ path: '/all', name: 'oversight', redirect: '/coverage' })
    await router.push('/all')
    await eventually(() => expect(router.currentRoute.value.name).toBe('accounts'))
    await flushPromises()
    expect(wrapper.text()).not.toContain('您的账号是')
  })

  it('whoever is signed out is asked to sign in, and comes back to where he was', async () => {
    const { router } = await open({ path: '/coverage?area=450103', session: as('official') })
    useHubStore().session = undefined
    await eventually(() =>
      expect(router.currentRoute.value).toMatchObject({ name: 'sign-in', query: { to: '/coverage?area=450103' } }),
    )
  })

  it('on the way out to another page the frame sends nobody back', async () => {
    const { router } = await open({ path: '/coverage', session: as('official') })
    await router.push('/opened')
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/opened')
    useHubStore().session = undefined
    await flushPromises()
    expect(router.currentRoute.value.fullPath).toBe('/opened')
  })

  it('an initial password is changed before anything is shown', async () => {
    const session = { ...as('official'), mustChangePassword: true }
    const { router } = await open({ path: '/coverage', session })
    await eventually(() => expect(router.currentRoute.value.name).toBe('account'))
  })

  it('where there is no hub, files are asked for', async () => {
    const { router } = await open({ path: '/coverage', session: as('official') })
    const hub = useHubStore()
    hub.session = undefined
    hub.hub = undefined
    const { useSiteStore } = await import('#stores/site')
    useSiteStore().hasHub = false
    await eventually(() => expect(router.currentRoute.value.name).toBe('files'))
  })

  it('a hub that was never reached is told, and tried again on a press', async () => {
    const { wrapper, hub } = await open({ path: '/coverage', session: as('official') })
    const store = useHubStore()
    store.hub = undefined
    await flushPromises()
    expect(wrapper.get('h1').text()).toBe('连不上汇总端')
    const before = hub.count('GET /v1/hub')
    await buttonOf(wrapper, '再试一次').trigger('click')
    await eventually(() => expect(hub.count('GET /v1/hub')).toBe(before + 1))
  })

  it('says when the figures are from, and renews them on a press', async () => {
    const { wrapper, hub } = await open({ path: '/coverage', firms: [aFirm()] })
    expect(wrapper.text()).toContain('数据截至 2026-07-20 10:00')
    await eventually(() => expect(buttonOf(wrapper, '立即同步').attributes('disabled')).toBeUndefined())
    const before = hub.count('GET /v1/enterprises')
    await buttonOf(wrapper, '立即同步').trigger('click')
    await eventually(() => expect(hub.count('GET /v1/enterprises')).toBe(before + 1))
  })

  it('one made-up firm marks the whole screen', async () => {
    const { wrapper } = await open({ path: '/coverage', firms: [aFirm(), aSubmittedFirm({}, { sample: true })] })
    expect(wrapper.text()).toContain('示例数据')
    closeOversight()
    const real = await open({ path: '/coverage', firms: [aFirm()] })
    expect(real.wrapper.text()).not.toContain('示例数据')
  })

  it('before the first pull has come to its end no figure is shown, only that it is on its way or why not', async () => {
    const { wrapper } = await open({ path: '/coverage', firms: [aFirm()] })
    const store = useOversightStore()
    store.syncedAt = undefined
    await flushPromises()
    expect(wrapper.text()).toContain('正在取回企业数据')
    const { Problem } = await import('#core/problems')
    store.problem = new Problem('hub.unreachable')
    await flushPromises()
    expect(wrapper.text()).toContain('没有可以显示的数字')
  })
})
