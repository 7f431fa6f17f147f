import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import type { BodyOf, RosterChange } from '#core/oversight/api'
import { planImport } from '#core/oversight/roster'
import { divisions, industries, retired } from '#reference/books.ts'
import RosterView from '../../../src/views/oversight/RosterView.vue'
import { stubModal } from '../../support/cards'
import { aFirm } from '../../support/firms'
import { aSession, type Asked } from '../../support/hubFetch'
import { buttonOf, closeOversight, openOversight, type OversightPage } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

vi.mock('#storage/editions', async () => {
  const { loadGuangxi } = await import('../../support/build')
  return { listEditionIds: () => ['guangxi-2024'], loadEdition: () => Promise.resolve({ edition: loadGuangxi() }) }
})
beforeEach(() => {
  stubModal()
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: vi.fn(), removeEventListener: vi.fn() }))
  Element.prototype.scrollIntoView = vi.fn()
})
afterEach(closeOversight)
enableAutoUnmount(afterEach)

const CODES = [1, 2, 3].map((at) => completeCreditCode(`91450100MA5R200${at}`))
const TABLE = [
  '南宁市规上企业名录',
  '单位名称,统一社会信用代码,县区,是否规上',
  `新企业,${CODES[0]},青秀区,是`,
  `无县企业,${CODES[1]},,是`,
  '坏企业,123,青秀区,是',
].join('\n')
const SESSION = aSession({ role: 'official', area: '450100' })

/** A hub that plans with the core's own rule, knows no firm, and writes what it is asked to. */
function answerImport(page: OversightPage): BodyOf<'importRoster'>[] {
  const sent: BodyOf<'importRoster'>[] = []
  page.hub.answer('POST /v1/roster/imports', ({ body }: Asked) => {
    const asked = body as BodyOf<'importRoster'>
    sent.push(asked)
    const changes: RosterChange[] = [...planImport(asked.rows, [], { divisions, industries, retired, area: '450100' })]
    const count = (kind: string) => changes.filter((change) => change.kind === kind).length
    const written = asked.dryRun ? 0 : asked.rows.length
    const counts = {
      new: count('new'),
      changed: count('changed'),
      same: count('same'),
      doubtful: count('doubtful'),
      written,
    }
    return { body: { ...(asked.dryRun ? {} : { id: 'import-1' }), counts, changes } }
  })
  return sent
}
async function choose({ wrapper }: OversightPage, text = TABLE): Promise<void> {
  const input = wrapper.get('input[type=file]')
  Object.defineProperty(input.element, 'files', { value: [new File([text], '名录.csv')], configurable: true })
  await input.trigger('change')
  await eventually(() => expect(wrapper.text()).toContain('各列的对应'))
}
const openPage = (path = '/roster') =>
  openOversight(RosterView, { session: SESSION, path, firms: [aFirm({ liaisons: [] })] })

async function plan(page: OversightPage): Promise<void> {
  await choose(page)
  await buttonOf(page.wrapper, '预演，看看会怎样').trigger('click')
  await eventually(() => expect(page.wrapper.text()).toContain('预演结果：还没有写入'))
}

describe('导入名录', () => {
  it('a table of another make is read: title above, columns by their synonyms, in any order', async () => {
    const page = await openPage()
    await choose(page)
    const chosen = page.wrapper.findAll('.match select').map((select) => (select.element as HTMLSelectElement).value)
    // 信用代码 B, 名称 A, 设区市 none, 县 C, …, 是否规上 D.
    expect(chosen.slice(0, 4)).toEqual(['1', '0', '', '2'])
    expect(page.wrapper.text()).toContain('新企业')
  })

  it('a dry run counts and writes nothing', async () => {
    const page = await openPage()
    const sent = answerImport(page)
    await plan(page)
    expect(sent.map(({ dryRun }) => dryRun)).toEqual([true])
    expect(page.wrapper.text()).toContain('可用 2 行，其中新增 1、变更 0、存疑 1、无变化 0；不能用 1 行')
  })

  it('a doubtful row is written only when it was accepted', async () => {
    const page = await openPage()
    const sent = answerImport(page)
    await plan(page)
    await buttonOf(page.wrapper, '确认写入 1 行').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('已写入 1 行'))
    expect(sent[1]).toMatchObject({ dryRun: false, accept: [], file: '名录.csv' })
    expect(sent[1]!.rows.map(({ name }) => name)).toEqual(['新企业'])
  })

  it('once written the result stands alone, with what comes next: another file, and whom to call the firms', async () => {
    const page = await openPage()
    answerImport(page)
    await plan(page)
    const written = aFirm({ creditCode: CODES[0]!, name: '新企业', liaisons: [] })
    page.hub.answer('GET /v1/enterprises', {
      body: { enterprises: [written], gone: [], cursor: 'two', more: false, total: 2, scope: SESSION.scope },
    })
    await buttonOf(page.wrapper, '确认写入 1 行').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('指派联系人（1）'))
    expect(page.wrapper.get('#import-result').text()).toBe('已写入 1 行')
    expect(document.activeElement).toBe(page.wrapper.get('#import-result').element)
    expect(page.wrapper.find('input[type=file]').exists()).toBe(false)
    expect(page.wrapper.findAll('button').map((one) => one.text())).not.toContain('预演，看看会怎样')
    await buttonOf(page.wrapper, '再导入一份').trigger('click')
    expect(page.wrapper.find('#import-result').exists()).toBe(false)
    await choose(page)
    expect(buttonOf(page.wrapper, '预演，看看会怎样').exists()).toBe(true)
  })

  it('firms that come too late for the round are told before they are written', async () => {
    // The denominator is fixed on 1 June 2026, and today is 20 July: no day in the table is today.
    const page = await openPage()
    answerImport(page)
    await plan(page)
    const warning = () => page.wrapper.find('.notice.warn').text().replace(/\s+/g, ' ')
    expect(warning()).toContain(
      '其中 1 家的列入日期晚于本批次分母基准日（2026 年 6 月 1 日），不计入本批次“2026 年度自诊断”的应诊断数。',
    )
    expect(warning()).toContain('1 家在表里没有列入日期，写入后从今天（2026 年 7 月 20 日）算起')
    // What is not written is not counted; what is accepted is.
    await page.wrapper.get('tbody input[type=checkbox]').setValue(true)
    expect(warning()).toContain('其中 2 家')
  })

  it('a table with its days in time says nothing of it', async () => {
    const page = await openPage()
    answerImport(page)
    await choose(
      page,
      ['单位名称,统一社会信用代码,县区,是否规上,列入日期', `新企业,${CODES[0]},青秀区,是,2026-06-01`].join('\n'),
    )
    await buttonOf(page.wrapper, '预演，看看会怎样').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('预演结果：还没有写入'))
    expect(page.wrapper.text()).not.toContain('分母基准日')
  })

  it('accepted, it goes with its place among what is sent', async () => {
    const page = await openPage()
    const sent = answerImport(page)
    await plan(page)
    await page.wrapper.get('tbody input[type=checkbox]').setValue(true)
    await buttonOf(page.wrapper, '确认写入 2 行').trigger('click')
    await eventually(() => expect(sent).toHaveLength(2))
    expect(sent[1]!.accept).toEqual([2])
  })

  it('another column makes the dry run void: nothing is written by an old one', async () => {
    const page = await openPage()
    answerImport(page)
    await plan(page)
    await page.wrapper.findAll('.match select')[3]!.setValue('')
    expect(page.wrapper.text()).not.toContain('预演结果')
  })

  it('leaving halfway asks first: staying keeps the plan, leaving writes nothing', async () => {
    const page = await openPage()
    const sent = answerImport(page)
    await plan(page)
    const leaving = page.router.push('/tiers')
    await eventually(() => expect(page.wrapper.find('dialog').exists()).toBe(true))
    await buttonOf(page.wrapper, '取消').trigger('click')
    await leaving
    expect(page.router.currentRoute.value.path).toBe('/roster')
    expect(page.wrapper.text()).toContain('预演结果')
    void page.router.push('/tiers')
    await eventually(() => expect(page.wrapper.find('dialog').exists()).toBe(true))
    await buttonOf(page.wrapper, '离开，不写入').trigger('click')
    await eventually(() => expect(page.router.currentRoute.value.path).toBe('/tiers'))
    expect(sent.every(({ dryRun }) => dryRun)).toBe(true)
  })

  it('looking at another part of the roster meanwhile loses nothing', async () => {
    const page = await openPage()
    answerImport(page)
    await plan(page)
    await page.router.push('/roster?part=export')
    await page.router.push('/roster')
    expect(page.wrapper.text()).toContain('预演结果')
  })

  it('when the network fails nothing is claimed, and how to go on is said', async () => {
    const page = await openPage()
    answerImport(page)
    await plan(page)
    page.hub.cut()
    await buttonOf(page.wrapper, '确认写入 1 行').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('再次导入同一文件是安全的'))
    expect(page.wrapper.find('.notice.good').exists()).toBe(false)
    // The plan stands, so that it can be tried again.
    expect(page.wrapper.text()).toContain('预演结果')
  })
})

describe('名录的其他部分', () => {
  it('an import is undone after a question, and what stayed is named', async () => {
    const page = await openPage('/roster')
    const one = { id: 'i1', at: '2026-07-01T02:00:00.000Z', by: '示例科', file: '名录.csv', written: 2 }
    page.hub.answer('GET /v1/roster/imports', { body: { imports: [one] } })
    page.hub.answer('POST /v1/roster/imports/i1/undo', {
      body: { undone: 1, kept: [{ name: '新企业', why: '企业已经加入或报送' }] },
    })
    await page.router.push('/roster?part=history')
    await eventually(() => expect(page.wrapper.find('tbody').exists()).toBe(true))
    await page.wrapper.get('tbody button').trigger('click')
    expect(page.hub.count('POST /v1/roster/imports/i1/undo')).toBe(0)
    await page.wrapper.get('dialog button').trigger('click')
    await eventually(() => expect(page.wrapper.text()).toContain('已撤销 1 行'))
    expect(page.wrapper.text()).toContain('新企业：企业已经加入或报送')
  })

  it('firms without a liaison are a list of their own, and one is given to all that are ticked', async () => {
    const firm = aFirm({ id: 'alone', name: '没人管的企业', liaisons: [] })
    const page = await openOversight(RosterView, {
      session: SESSION,
      path: '/roster?part=trouble',
      firms: [firm, aFirm()],
    })
    const liaison = { id: 'l1', name: '示例甲', area: '450100', isActive: true, firms: 0, hasAccount: false }
    const namesakes = [
      { ...liaison, id: 'l3', area: '450200', firms: 1 },
      { ...liaison, id: 'l2', area: '450103', firms: 2 },
    ]
    page.hub.answer('GET /v1/liaisons', { body: { liaisons: [...namesakes, liaison] } })
    page.hub.answer('PUT /v1/enterprises/alone/liaison', {
      body: { ...firm, version: 2, liaisons: [{ id: 'l1', name: '示例甲' }] },
    })
    await page.router.push('/roster')
    await page.router.push('/roster?part=trouble')
    await flushPromises()
    expect(page.wrapper.findAll('tbody th').map((cell) => cell.text())).toEqual(['没人管的企业'])
    await eventually(() => expect(page.wrapper.findAll('#trouble-liaison option')).toHaveLength(4))
    expect(page.wrapper.findAll('#trouble-liaison optgroup').map((one) => one.attributes('label'))).toEqual([
      '列出的企业所在县（市、区）的',
      '列出的企业所在市的',
      '其他的',
    ])
    expect(page.wrapper.findAll('#trouble-liaison optgroup option').map((one) => one.text())).toEqual([
      '示例甲，青秀区（现有 2 家）',
      '示例甲，南宁市（现有 0 家）',
      '示例甲，柳州市（现有 1 家）',
    ])
    await page.wrapper.get('#trouble-liaison').setValue('l1')
    await page.wrapper.get('tbody input').setValue(true)
    await page.wrapper.get('form').trigger('submit')
    await eventually(() => expect(page.wrapper.text()).toContain('没有这样的企业，很好'))
    expect(page.hub.asked.find(({ method, path }) => method === 'PUT' && path.endsWith('/liaison'))?.body).toEqual({
      liaison: 'l1',
    })
  })
})
