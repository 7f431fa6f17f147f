import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { digest } from '#digest'
import { completeCreditCode } from '#core/creditCode'
import { packSubmission } from '#core/oversight/submission'
import { useOpenedStore } from '#stores/opened'
import { useOpenedFilesStore } from '#stores/openedFiles'
import { useOversightStore } from '#stores/oversight'
import FirmView from '../../../src/views/oversight/FirmView.vue'
import { answersAtLevel, loadGuangxi } from '../../support/build'
import { stubModal } from '../../support/cards'
import { aFirm, aSubmittedFirm } from '../../support/firms'
import { aSession } from '../../support/hubFetch'
import {
  buttonOf,
  closeOversight,
  openOversight,
  type OversightPage,
  type OversightSetting,
} from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

vi.mock('#storage/editions', async () => {
  const { loadGuangxi: load } = await import('../../support/build')
  return { listEditionIds: () => ['guangxi-2024'], loadEdition: () => Promise.resolve({ edition: load() }) }
})
beforeEach(stubModal)
afterEach(closeOversight)
enableAutoUnmount(afterEach)

const firm = aSubmittedFirm({ id: 'one', name: '示例企业甲', version: 3 }, { id: 'sheet', revision: 2, differences: 1 })
const revisions = [{ id: 'sheet', revision: 2, receivedAt: firm.submission!.receivedAt, summary: firm.submission! }]
const open = (setting: Partial<OversightSetting> = {}) =>
  openOversight(FirmView, {
    path: '/firms/one',
    firms: [firm],
    answers: { 'GET /v1/enterprises/one/submissions': { body: { revisions } } },
    ...setting,
  })
/** Every item at 2 of 5: 40 points, tier 4; it claims tier 9. */
function aBoastfulSheet(): object {
  const sheet = packSubmission(
    loadGuangxi(),
    {
      id: 'sheet',
      revision: 2,
      form: 'full',
      profile: { name: '示例企业甲' },
      answers: answersAtLevel(loadGuangxi(), 2),
      startedAt: '2026-07-05T01:00:00.000Z',
      submittedAt: '2026-07-05T02:00:00.000Z',
      minutes: 40,
    },
    '0.0.0',
    digest,
  )
  const { sha256: _, ...content } = { ...sheet, result: { ...sheet.result, tier: { low: 9, high: 9 } } }
  return { ...content, sha256: digest(content) }
}

describe('企业详情', () => {
  it('says who it is, how far it came, and whether it counts', async () => {
    const { wrapper } = await open()
    expect(wrapper.get('h1').text()).toBe('示例企业甲')
    expect(wrapper.text()).toContain('广西壮族自治区南宁市青秀区')
    expect(wrapper.text()).toContain('已报送')
    expect(wrapper.text()).toContain('计入分母')
  })

  it('a firm outside one’s scope and one that does not exist look the same', async () => {
    const { wrapper } = await open({ path: '/firms/other' })
    expect(wrapper.text()).toContain('没有这家企业，或不在您的范围内')
  })

  it('where a sheet claims another result, both are shown on demand', async () => {
    const { wrapper, hub } = await open()
    hub.answer('GET /v1/submissions/sheet/revisions/2', { body: { submission: aBoastfulSheet(), receipt: {} } })
    await eventually(() => buttonOf(wrapper, '看自报的结果'))
    await buttonOf(wrapper, '看自报的结果').trigger('click')
    await eventually(() => expect(wrapper.text()).toContain('9 档，40.00 分'))
    expect(wrapper.text()).toContain('4 档，40.00 分')
  })

  it('a whole sheet opens as any opened file, scored again', async () => {
    const { wrapper, hub, router } = await open()
    hub.answer('GET /v1/submissions/sheet/revisions/2', { body: { submission: aBoastfulSheet(), receipt: {} } })
    await eventually(() => buttonOf(wrapper, '打开完整报送'))
    await buttonOf(wrapper, '打开完整报送').trigger('click')
    await eventually(() => expect(router.currentRoute.value.name).toBe('opened'))
    expect(useOpenedStore().opened).toMatchObject({ agrees: false, computed: { tier: { low: 4, high: 4 } } })
  })

  it('a sheet is returned with a reason, and the row says so at once', async () => {
    const { wrapper, hub } = await open()
    const returned = { at: '2026-07-20T02:00:00.000Z', reason: '请补充附件' }
    hub.answer('POST /v1/submissions/sheet/revisions/2/return', { body: { ...firm, version: 4, returned } })
    await buttonOf(wrapper, '退回修改').trigger('click')
    await wrapper.get('dialog textarea').setValue('请补充附件')
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(wrapper.text()).toContain('已退回，待修改'))
    expect(hub.asked.find(({ path }) => path.endsWith('/return'))?.body).toMatchObject({ reason: '请补充附件' })
    expect(wrapper.findAll('button').some((one) => one.text() === '退回修改')).toBe(false)
  })

  it('leaving the denominator and coming back each carry their reason and the version of the row', async () => {
    const { wrapper, hub } = await open()
    const left = { reason: '停产' as const, note: '示例函〔2026〕1 号', on: '2026-07-20' }
    hub.answer('PATCH /v1/enterprises/one', { body: { ...firm, version: 4, left } })
    await buttonOf(wrapper, '移出分母').trigger('click')
    await wrapper.get('dialog select').setValue('停产')
    await wrapper.get('dialog textarea').setValue('示例函〔2026〕1 号')
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(wrapper.text()).toContain('已移出分母'))
    hub.answer('PATCH /v1/enterprises/one', { body: { ...firm, version: 5 } })
    await buttonOf(wrapper, '恢复到分母').trigger('click')
    await wrapper.get('dialog textarea').setValue('已复产')
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(wrapper.text()).toContain('计入分母'))
    expect(hub.asked.filter(({ method }) => method === 'PATCH').map(({ body }) => body)).toEqual([
      { version: 3, leave: left },
      { version: 4, leave: null, note: '恢复到分母：已复产' },
    ])
  })

  it('the whole phone is asked for before a contact can be edited, and a masked one is never sent back', async () => {
    const { wrapper, hub } = await open()
    hub.answer('POST /v1/enterprises/one/phones', { body: { contact: '13800000001', liaisons: [] } })
    hub.answer('PATCH /v1/enterprises/one', { body: { ...firm, version: 4 } })
    await buttonOf(wrapper, '修改').trigger('click')
    await eventually(() => expect(wrapper.find('dialog input[type=tel]').exists()).toBe(true))
    expect((wrapper.get('dialog input[type=tel]').element as HTMLInputElement).value).toBe('13800000001')
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(hub.count('PATCH /v1/enterprises/one')).toBe(1))
    expect(hub.asked.find(({ method }) => method === 'PATCH')?.body).toEqual({
      version: 3,
      contact: { name: '示例联系人', phone: '13800000001' },
    })
  })

  it('erasing asks for the firm’s name and a reason', async () => {
    const { wrapper, hub } = await open()
    hub.answer('DELETE /v1/enterprises/one', { body: { submissions: 2 } })
    await buttonOf(wrapper, '彻底删除').trigger('click')
    await wrapper.get('dialog textarea').setValue('依法删除')
    await wrapper.get('dialog form').trigger('submit')
    expect(hub.count('DELETE /v1/enterprises/one')).toBe(0)
    await wrapper.get('dialog input').setValue('示例企业甲')
    await wrapper.get('dialog form').trigger('submit')
    await eventually(() => expect(wrapper.text()).toContain('已彻底删除 2 次报送'))
  })

  it('a liaison helps, and neither returns, assigns, moves out nor erases', async () => {
    const session = aSession({ role: 'liaison', area: '450103', liaison: 'liaison-1' })
    const { wrapper } = await open({ session })
    const words = wrapper.findAll('button').map((one) => one.text())
    expect(words).toEqual(expect.arrayContaining(['打电话', '记一次联系', '报送码', '修改']))
    for (const act of ['退回修改', '改派', '移出分母', '彻底删除']) expect(words).not.toContain(act)
  })

  it('a firm with nobody, or with two, says so', async () => {
    const two = [
      { id: 'one', name: '示例服务员甲' },
      { id: 'two', name: '示例服务员乙' },
    ]
    const { wrapper } = await open({ firms: [aFirm({ id: 'one', liaisons: two })] })
    expect(wrapper.text()).toContain('有 2 位，应只有一位')
  })
})

describe('企业详情，来自文件', () => {
  const sheetOf = (revision: number, value: number): string =>
    JSON.stringify(
      packSubmission(
        loadGuangxi(),
        {
          id: 'sheet',
          revision,
          form: 'full',
          profile: { name: '示例企业丙', creditCode: completeCreditCode('91450100MA5R3009'), city: '450100' },
          answers: answersAtLevel(loadGuangxi(), value),
          startedAt: '2026-07-05T01:00:00.000Z',
          submittedAt: `2026-07-0${revision}T02:00:00.000Z`,
          minutes: 40,
        },
        '0.0.0',
        digest,
      ),
    )

  async function openFiles(texts: readonly string[]) {
    // The id of a firm of files is known once it was opened.
    const page = await openOversight(FirmView, { path: '/firms/none' })
    const files = texts.map((text, at) => new File([text], `${at}.json`))
    await useOversightStore().openEntries(texts.map((text, at) => ({ name: `${at}.json`, text })))
    useOpenedFilesStore().hold(files)
    await page.router.push(`/firms/${useOversightStore().firms[0]!.id}`)
    await flushPromises()
    return page
  }
  const openButtons = ({ wrapper }: OversightPage) =>
    wrapper.findAll('button').filter((one) => one.text() === '打开完整报送')

  it('every revision is listed, and each opens from its file as it does from a hub, without asking one', async () => {
    const page = await openFiles([sheetOf(1, 1), sheetOf(2, 2)])
    const { wrapper, router, hub } = page
    const asked = hub.asked.length
    const rows = wrapper.findAll('.revisions > li').map((one) => one.text())
    expect(rows.map((text) => /第 \d 次/.exec(text)?.[0])).toEqual(['第 2 次', '第 1 次'])
    expect(rows[0]).toContain('计入汇总')
    // Every item at 1 and at 2 of 5: 20 and 40 points.
    expect(rows.map((text) => /[\d.]+ 分/.exec(text)?.[0])).toEqual(['40.00 分', '20.00 分'])
    await openButtons(page)[1]!.trigger('click')
    await eventually(() => expect(router.currentRoute.value.name).toBe('opened'))
    expect(useOpenedStore().opened).toMatchObject({ agrees: true, submission: { revision: 1 } })
    expect(hub.asked.length).toBe(asked)
  })

  it('a file that was changed since is told beside the button, and the page stays', async () => {
    const page = await openFiles([sheetOf(1, 1)])
    useOpenedFilesStore().hold([new File([sheetOf(2, 2)], '0.json')])
    await openButtons(page)[0]!.trigger('click')
    await eventually(() => expect(page.wrapper.get('[role=alert]').text()).toContain('移走或改动过'))
    expect(page.router.currentRoute.value.name).toBe('firm')
  })

  it('what files cannot tell is not claimed: no liaison steps, no made-up day on the roster', async () => {
    const { wrapper } = await openFiles([sheetOf(1, 1)])
    expect(wrapper.get('.timeline').text()).toBe('第 1 次提交2026-07-01')
    expect(wrapper.text()).not.toContain('2000-01-01')
    expect(wrapper.text()).not.toContain('打电话')
  })
})
