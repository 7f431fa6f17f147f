import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import AccountsView from '../../../src/views/oversight/AccountsView.vue'
import AuditView from '../../../src/views/oversight/AuditView.vue'
import LiaisonsView from '../../../src/views/oversight/LiaisonsView.vue'
import PortraitView from '../../../src/views/oversight/PortraitView.vue'
import TablesView from '../../../src/views/oversight/TablesView.vue'
import { stubModal } from '../../support/cards'
import { aFirm, aSubmittedFirm } from '../../support/firms'
import { aRefusal, aSession, type Asked } from '../../support/hubFetch'
import { buttonOf, closeOversight, openOversight, type OversightPage } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

vi.mock('#storage/editions', async () => {
  const { loadGuangxi } = await import('../../support/build')
  return { listEditionIds: () => ['guangxi-2024'], loadEdition: () => Promise.resolve({ edition: loadGuangxi() }) }
})
// The site has no peers; asking for them goes to no server.
vi.mock('#storage/peers', async (original) => ({
  ...(await original<typeof import('#storage/peers')>()),
  fetchSitePeers: () => Promise.resolve(undefined),
}))
beforeEach(() => {
  stubModal()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      disconnect(): void {}
      unobserve(): void {}
    },
  )
})
afterEach(closeOversight)
enableAutoUnmount(afterEach)

const CITY = aSession({ role: 'official', area: '450100' })
const bodiesOf = ({ hub }: OversightPage, method: string, path: string) =>
  hub.asked.filter((asked) => asked.method === method && asked.path.startsWith(path)).map(({ body }) => body)
const named = (page: OversightPage, label: string) => page.wrapper.get(`[aria-label="${label}"]`)

describe('联系人名单', () => {
  const jia = {
    id: 'l1',
    name: '示例甲',
    phone: '138****0000',
    area: '450103',
    isActive: true,
    firms: 2,
    hasAccount: false,
  }
  const yi = { ...jia, id: 'l2', name: '示例乙', firms: 0 }
  const firms = [1, 2].map((at) => aFirm({ id: `f${at}`, liaisons: [{ id: 'l1', name: '示例甲' }] }))
  async function open(): Promise<OversightPage> {
    const page = await openOversight(LiaisonsView, {
      session: CITY,
      firms,
      path: '/liaisons',
      answers: { 'GET /v1/liaisons': { body: { liaisons: [jia, yi] } } },
    })
    page.hub.answer('PUT /v1/liaisons/*', ({ body, path }: Asked) => ({
      body: { ...jia, ...(body as object), id: path.slice(-2), phone: '138****0000' },
    }))
    return page
  }

  it('who has firms cannot stop before another has them all: firm by firm, then the end', async () => {
    const page = await open()
    page.hub.answer('PUT /v1/enterprises/*', ({ path }: Asked) => ({
      body: { ...firms.find(({ id }) => path.includes(id))!, liaisons: [{ id: 'l2', name: '示例乙' }] },
    }))
    await named(page, '停用 示例甲').trigger('click')
    expect(page.wrapper.get('dialog').text()).toContain('还联系着 2 家企业')
    await page.wrapper.get('dialog select').setValue('l2')
    await page.wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(page.wrapper.text()).toContain('已改派 2 家，示例甲 已停用'))
    expect(bodiesOf(page, 'PUT', '/v1/enterprises/')).toEqual([{ liaison: 'l2' }, { liaison: 'l2' }])
    expect(bodiesOf(page, 'PUT', '/v1/liaisons/l1')).toEqual([
      { name: '示例甲', area: '450103', isActive: false, phone: '138****0000' },
    ])
  })

  it('who has none stops after a question', async () => {
    const page = await open()
    await named(page, '停用 示例乙').trigger('click')
    expect(bodiesOf(page, 'PUT', '/v1/liaisons/')).toEqual([])
    await page.wrapper.get('dialog button').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('已停用'))
  })

  it('a login is given with its own password, shown once', async () => {
    const page = await open()
    const account = {
      id: 'a9',
      login: 'jia',
      name: '示例甲',
      role: 'liaison',
      area: '450103',
      isClosed: false,
      isLocked: false,
      hasSecondFactor: false,
    }
    page.hub.answer('POST /v1/accounts', { status: 201, body: { account, initialPassword: 'Made-up-2026' } })
    await named(page, '为 示例甲 开通账号').trigger('click')
    await page.wrapper.get('dialog input').setValue('jia')
    await page.wrapper.get('dialog form').trigger('submit')
    await eventually(() =>
      expect((page.wrapper.find('dialog input').element as HTMLInputElement).value).toBe('Made-up-2026'),
    )
    expect(bodiesOf(page, 'POST', '/v1/accounts')).toEqual([
      { login: 'jia', name: '示例甲', role: 'liaison', area: '450103', liaison: 'l1' },
    ])
    await buttonOf(page.wrapper, '我已记下').trigger('click')
    expect(page.wrapper.html()).not.toContain('Made-up-2026')
  })
})

describe('账号', () => {
  const account = {
    id: 'a2',
    login: 'county.one',
    name: '示例科',
    role: 'official',
    area: '450103',
    isClosed: false,
    isLocked: false,
    hasSecondFactor: true,
  }
  async function open(): Promise<OversightPage> {
    return openOversight(AccountsView, {
      session: CITY,
      path: '/accounts',
      answers: {
        'GET /v1/accounts': {
          body: {
            accounts: [
              account,
              { ...account, id: 'account-1', login: 'me' },
              { ...account, id: 'a3', login: 'old', isClosed: true },
            ],
          },
        },
      },
    })
  }

  it('closed ones are shown on demand, and nobody manages himself', async () => {
    const page = await open()
    const logins = () => page.wrapper.findAll('tbody th').map((cell) => cell.text())
    expect(logins()).toEqual(['county.one', 'me'])
    expect(page.wrapper.find('[aria-label="管理账号 me"]').exists()).toBe(false)
    await page.wrapper.get('input[type=checkbox]').setValue(true)
    expect(logins()).toEqual(['county.one', 'me', 'old'])
  })

  it('a reset password is shown once and what was done is said', async () => {
    const page = await open()
    page.hub.answer('PATCH /v1/accounts/a2', { body: { account, initialPassword: 'Made-up-2027' } })
    await named(page, '管理账号 county.one').trigger('click')
    await buttonOf(page.wrapper, '重设口令').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('初始口令，只显示这一次'))
    expect(bodiesOf(page, 'PATCH', '/v1/accounts/')).toEqual([{ resetPassword: true }])
    expect(page.wrapper.text()).toContain('county.one 的口令已重设')
  })

  it('a refusal is told inside the form, where what was typed still stands', async () => {
    const page = await open()
    page.hub.answer('POST /v1/accounts', aRefusal(409, 'hub.conflict', '这个账号已经有了'))
    await buttonOf(page.wrapper, '新建账号').trigger('click')
    const [login, name] = page.wrapper.findAll('dialog input')
    await login!.setValue('county.two')
    await name!.setValue('示例科')
    await page.wrapper.get('dialog select').setValue('450103')
    await page.wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(page.wrapper.get('dialog [role=alert]').text()).toBe('这个账号已经有了'))
    expect((login!.element as HTMLInputElement).value).toBe('county.two')
  })
})

describe('联系表', () => {
  async function open(path = '/tables'): Promise<OversightPage> {
    const firms = [
      aFirm({ name: '未指派的企业', liaisons: [] }),
      aSubmittedFirm({ name: '已报送的企业' }, { receivedAt: '2026-07-10T17:00:00.000Z' }),
      aFirm({ name: '移出的企业', left: { on: '2026-07-01', reason: '停产', note: '示例' } }),
    ]
    const answers = {
      'GET /v1/authorities': {
        body: {
          authorities: [
            {
              area: '450103',
              unit: '示例局',
              contact: '示例科长',
              mobile: '138****0000',
              updatedAt: '2026-06-05T02:00:00.000Z',
            },
          ],
        },
      },
      'GET /v1/table-versions': { body: { versions: [] } },
    }
    const page = await openOversight(TablesView, { session: CITY, firms, path, answers })
    return page
  }

  it('附件2 has a row for every division of the scope, late and missing ones marked and still open', async () => {
    const page = await open()
    const rows = page.wrapper.findAll('tbody tr').map((row) => row.text())
    // 南宁市 and its 12 counties (民政部 2024); the campaign opened on 1 June.
    expect(rows).toHaveLength(13)
    expect(page.wrapper.get('h2').text()).toBe('各级主管部门，已填 1 / 13')
    expect(rows.find((row) => row.startsWith('青秀区'))).toContain('已填（逾期）')
    expect(rows.find((row) => row.startsWith('兴宁区'))).toContain('逾期未填')
    expect(named(page, '填写兴宁区').attributes('disabled')).toBeUndefined()
  })

  it('a row is saved for its own division', async () => {
    const page = await open()
    page.hub.answer('PUT /v1/authorities/450102', ({ body }: Asked) => ({
      body: { ...(body as object), updatedAt: '2026-07-20T02:00:00.000Z' },
    }))
    await named(page, '填写兴宁区').trigger('click')
    await page.wrapper.get('dialog input').setValue('示例二局')
    await page.wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(page.wrapper.text()).toContain('已保存兴宁区的联系人'))
    expect(bodiesOf(page, 'PUT', '/v1/authorities/')).toEqual([{ area: '450102', unit: '示例二局' }])
  })

  it('附件3 follows from the roster: who serves whom, how far it is, by the day in China, without those who left', async () => {
    const page = await open('/tables?part=services')
    const rows = page.wrapper.findAll('section tbody tr').map((row) => row.text())
    expect(page.wrapper.get('h2').text()).toBe('服务联系，共 2 家')
    expect(rows[0]).toContain('未指派')
    // 17:00 of 10 July in UTC is the 11th in China.
    expect(rows[1]).toContain('2026-07-11')
  })

  const kept = {
    id: 'v1',
    kind: 'services',
    area: '450100',
    at: '2026-07-19T18:00:00.000Z',
    by: '示例科',
    rows: 2,
    note: '启动时',
  }
  const newer = { ...kept, id: 'v2', at: '2026-07-20T02:00:00.000Z', by: '另一科' }
  async function openKept(path: string): Promise<OversightPage> {
    const page = await open()
    page.hub.answer('GET /v1/table-versions', { body: { versions: [newer, kept] } })
    page.hub.answer('GET /v1/table-versions/v1', {
      body: {
        version: kept,
        rows: [
          { 企业名称: '当时的企业', 区划: '450103', 联系电话: '138****0000', 报送时间: '2026-07-01T17:00:00.000Z' },
          { 企业名称: '后来移出的企业', 区划: '450105', 联系电话: '', 报送时间: '' },
        ],
      },
    })
    await page.router.push('/')
    await page.router.push(path)
    await flushPromises()
    return page
  }

  it('an older version is looked at as it was kept, with its day and author, and nothing of it can be changed', async () => {
    const page = await openKept('/tables?part=services')
    // 18:00 of 19 July in UTC is two at night of the 20th in China.
    await named(page, '查看 2026-07-20 02:00 的版本').trigger('click')
    await eventually(() => expect(page.wrapper.get('#stored-heading').text()).toBe('2026-07-20 02:00 的版本'))
    const section = page.wrapper.get('[aria-labelledby="stored-heading"]')
    expect(section.text()).toContain('示例科 于 2026-07-20 02:00 存下，说明：启动时')
    expect(section.text()).toContain('服务联系表（附件3），南宁市，2 行')
    expect(section.findAll('thead th').map((one) => one.text())).toEqual(['企业名称', '区划', '联系电话', '报送时间'])
    expect(section.findAll('tbody tr').map((row) => row.findAll('th,td').map((cell) => cell.text()))).toEqual([
      ['当时的企业', '青秀区', '138****0000', '2026-07-02 01:00'],
      ['后来移出的企业', '江南区', '—', '—'],
    ])
    expect(section.findAll('button').map((one) => one.text())).toEqual(['回到现在的表', '导出这一版（Excel）'])
    expect(section.findAll('input, textarea, select')).toHaveLength(0)
    // The table of now, with its files, is not beside it: neither can be taken for the other.
    expect(page.wrapper.find('#services-heading').exists()).toBe(false)
    expect(page.wrapper.findAll('button').map((one) => one.text())).not.toContain('导出 Word')
    expect(page.wrapper.get('.versions').text()).toContain('正在看')
    expect(page.wrapper.find('.versions form').exists()).toBe(false)
    expect(document.activeElement?.id).toBe('stored-heading')
  })

  it('one comes back to the table of now by the button and by the browser’s own way', async () => {
    const page = await openKept('/tables?part=services&version=v1')
    await eventually(() => buttonOf(page.wrapper, '回到现在的表'))
    await buttonOf(page.wrapper, '回到现在的表').trigger('click')
    await eventually(() => expect(page.wrapper.find('#services-heading').exists()).toBe(true))
    expect(page.router.currentRoute.value.query).toEqual({ part: 'services' })
    expect(page.wrapper.find('#stored-heading').exists()).toBe(false)
    expect(document.activeElement?.tagName).toBe('H1')
    page.router.back()
    await eventually(() => expect(page.wrapper.find('#stored-heading').exists()).toBe(true))
  })

  it('one that is gone is told, and leads back; the last asked for is shown, whichever came last', async () => {
    const page = await openKept('/tables?part=services&version=none')
    await eventually(() => expect(page.wrapper.get('[role=alert]').text()).toContain('汇总端的话'))
    let release = (): void => undefined
    page.hub.answer('GET /v1/table-versions/v2', async () => {
      await new Promise<void>((resolve) => (release = resolve))
      return { body: { version: newer, rows: [{ 企业名称: '较新的企业' }] } }
    })
    await page.router.push('/tables?part=services&version=v2')
    await eventually(() => expect(page.hub.count('GET /v1/table-versions/v2')).toBe(1))
    await page.router.push('/tables?part=services&version=v1')
    release()
    await eventually(() => expect(page.wrapper.get('tbody').text()).toContain('当时的企业'))
    expect(page.wrapper.text()).not.toContain('较新的企业')
  })

  it('a version is kept of the table that is shown', async () => {
    const page = await open('/tables?part=services')
    const version = {
      id: 'v1',
      kind: 'services',
      area: '450100',
      at: '2026-07-20T02:00:00.000Z',
      by: '示例科',
      rows: 2,
    }
    page.hub.answer('POST /v1/table-versions', { status: 201, body: version })
    await page.wrapper.get('.versions form').trigger('submit')
    await eventually(() => expect(page.wrapper.text()).toContain('已存一版：2 行'))
    expect(bodiesOf(page, 'POST', '/v1/table-versions')).toEqual([{ kind: 'services', area: '450100' }])
  })
})

describe('审计', () => {
  const row = {
    id: 'r1',
    at: '2026-07-20T02:00:00.000Z',
    actor: 'a1',
    role: 'official',
    who: { kind: 'account', name: '示例科长', login: 'city.one' },
    action: 'phones.read',
    subject: 'f1',
    isDone: true,
    detail: {},
    block: 3,
  }
  async function open(): Promise<OversightPage> {
    const page = await openOversight(AuditView, { session: aSession({ role: 'auditor' }), path: '/audit' })
    page.hub.answer('GET /v1/audit', ({ query }: Asked) => ({
      body: query.has('before')
        ? { rows: [{ ...row, id: 'r0', action: 'strange.act' }] }
        : { rows: [row], cursor: 'older' },
    }))
    await page.wrapper.get('form').trigger('submit')
    await flushPromises()
    return page
  }

  it('acts are told in words, one that has none as it is, and older ones follow on demand', async () => {
    const page = await open()
    expect(page.wrapper.get('tbody').text()).toContain('查看完整电话')
    await buttonOf(page.wrapper, '更早的记录').trigger('click')
    await eventually(() => expect(page.wrapper.findAll('tbody tr')).toHaveLength(2))
    expect(page.wrapper.get('tbody').text()).toContain('strange.act')
    expect(page.wrapper.text()).toContain('已到最早')
  })

  it('one account can be followed, and its older rows are asked for whatever is typed meanwhile', async () => {
    const page = await open()
    const asked = () =>
      Object.fromEntries(page.hub.asked.filter(({ path }) => path === '/v1/audit').slice(-1)[0]!.query)
    expect(page.wrapper.get('tbody').text()).toContain('示例科长')
    await named(page, '只看 示例科长 主管部门（city.one）').trigger('click')
    await flushPromises()
    expect(asked()).toEqual({ actor: 'city.one' })
    await page.wrapper.get('#audit-actor').setValue('某人')
    await buttonOf(page.wrapper, '更早的记录').trigger('click')
    await flushPromises()
    expect(asked()).toEqual({ actor: 'city.one', before: 'older' })
  })

  it('a broken chain says where, a whole one gives its head to note down', async () => {
    const page = await open()
    const whole = { isWhole: true, blocks: 3, rows: 9, head: 'abc' }
    page.hub.answer('GET /v1/audit/chain', { body: whole })
    await buttonOf(page.wrapper, '核对审计链').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('完整。3 块、9 条'))
    expect((page.wrapper.get('#chain-head').element as HTMLInputElement).value).toBe('abc')
    page.hub.answer('GET /v1/audit/chain', {
      body: { ...whole, isWhole: false, firstBad: { block: 2, row: 'r5', reason: '内容被改动' } },
    })
    await buttonOf(page.wrapper, '核对审计链').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('第 2 块，记录 r5：内容被改动'))
  })
})

describe('区域画像', () => {
  it('tells of how many it is drawn, of which edition and up to when; an area outside the scope is not shown', async () => {
    const firms = [aSubmittedFirm(), aSubmittedFirm({ county: '450102' }), aFirm()]
    const page = await openOversight(PortraitView, { session: CITY, firms, path: '/portrait?area=450200' })
    expect(page.wrapper.get('h2').text()).toBe('广西壮族自治区南宁市')
    expect(page.wrapper.text()).toContain('2 家（66.6%）')
    expect(page.wrapper.text()).toContain('1.0.0 · 截至 2026 年 7 月 20 日')
    expect(page.wrapper.text()).toContain('自评参考')
  })

  it('without a valid submission there is nothing to draw, and it says so', async () => {
    const page = await openOversight(PortraitView, { session: CITY, firms: [aFirm()], path: '/portrait' })
    expect(page.wrapper.text()).toContain('这里还没有有效报送')
    expect(page.wrapper.find('#portrait-matrix').exists()).toBe(false)
  })
})
