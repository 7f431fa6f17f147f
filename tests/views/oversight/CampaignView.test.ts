import { enableAutoUnmount, flushPromises } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { type Campaign } from '#core/oversight/enterprise'
import CampaignView from '../../../src/views/oversight/CampaignView.vue'
import { aCampaign } from '../../support/firms'
import { aHub, aRefusal, aSession } from '../../support/hubFetch'
import { buttonOf, closeOversight, openOversight, type OversightSetting } from '../../support/oversightPage'
import { eventually } from '../../support/eventually'

afterEach(closeOversight)
enableAutoUnmount(afterEach)

async function open(setting: Partial<OversightSetting> = {}) {
  const page = await openOversight(CampaignView, { path: '/campaign', ...setting })
  await eventually(() => expect(page.wrapper.text()).toContain('自诊断'))
  return page
}
const fieldOf = ({ wrapper }: Awaited<ReturnType<typeof open>>, label: string) => {
  const id = wrapper
    .findAll('label')
    .find((one) => one.text() === label)!
    .attributes('for')
  return wrapper.get(`[id="${id}"]`)
}

describe('诊断批次', () => {
  it('a new round is sent as version 0, once everything in it is right', async () => {
    const page = await open()
    const { wrapper, hub } = page
    hub.answer('PUT /v1/campaigns/*', ({ body }) => ({ body: { ...(body as Campaign), version: 1 } }))
    await buttonOf(wrapper, '新建批次').trigger('click')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.get('[role=alert]').text()).toContain('要改')
    expect(wrapper.text()).toContain('请填写批次名称')
    await fieldOf(page, '名称').setValue('示例批次')
    await fieldOf(page, '问卷').setValue('guangxi-2024')
    await fieldOf(page, '开始日').setValue('2026-09-01')
    await fieldOf(page, '截止日').setValue('2026-08-31')
    await fieldOf(page, '分母基准日').setValue('2026-08-31')
    expect(wrapper.text()).toContain('截止日早于开始日')
    await fieldOf(page, '截止日').setValue('2026-12-31')
    await buttonOf(wrapper, '增加一条').trigger('click')
    await wrapper.get('[aria-label="第 1 条的日期"]').setValue('2027-01-01')
    await wrapper.get('[aria-label="第 1 条的累计完成百分比"]').setValue('100')
    expect(wrapper.text()).toContain('计划的日期晚于截止日')
    expect(hub.asked.some(({ method }) => method === 'PUT')).toBe(false)
    await wrapper.get('[aria-label="第 1 条的日期"]').setValue('2026-12-31')
    await wrapper.get('form').trigger('submit')
    await eventually(() => expect(wrapper.text()).toContain('已保存“示例批次”'))
    expect(hub.asked.find(({ method }) => method === 'PUT')?.body).toMatchObject({
      version: 0,
      title: '示例批次',
      edition: 'guangxi-2024',
      area: '450000',
      opensOn: '2026-09-01',
      deadlineOn: '2026-12-31',
      referenceOn: '2026-08-31',
      isClosed: false,
      plan: [{ on: '2026-12-31', share: 1 }],
    })
  })

  it('as many faults are counted as messages stand there; each is tied to its field, and the first has the focus', async () => {
    const page = await open()
    const { wrapper } = page
    await buttonOf(wrapper, '新建批次').trigger('click')
    await fieldOf(page, '名称').setValue('示例批次')
    await fieldOf(page, '开始日').setValue('2026-09-01')
    await fieldOf(page, '截止日').setValue('2026-08-31')
    // Neither a day nor a share: two faults in one message.
    await buttonOf(wrapper, '增加一条').trigger('click')
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    const messages = wrapper.findAll('.fault').map((one) => one.text())
    expect(messages).toHaveLength(3)
    expect(wrapper.get('[role=alert]').text()).toContain('有 3 处要改')
    const deadline = fieldOf(page, '截止日')
    expect(deadline.attributes('aria-invalid')).toBe('true')
    expect(wrapper.get(`[id="${deadline.attributes('aria-describedby')}"]`).text()).toBe('截止日早于开始日')
    expect(document.activeElement).toBe(deadline.element)
    expect(fieldOf(page, '名称').attributes('aria-describedby')).toBeUndefined()
  })

  it('a second round of the same questionnaire and area is asked about, and not refused', async () => {
    const page = await open()
    const { wrapper, hub } = page
    await buttonOf(wrapper, '新建批次').trigger('click')
    await fieldOf(page, '问卷').setValue('guangxi-2024')
    expect(wrapper.text()).toContain('同一问卷、同一区划已有批次“2026 年度自诊断”，一份报送会同时计入两个批次')
    await fieldOf(page, '名称').setValue('示例批次')
    await fieldOf(page, '开始日').setValue('2026-09-01')
    await fieldOf(page, '截止日').setValue('2026-12-31')
    await fieldOf(page, '分母基准日').setValue('2026-08-31')
    hub.answer('PUT /v1/campaigns/*', ({ body }) => ({ body: { ...(body as Campaign), version: 1 } }))
    await wrapper.get('form').trigger('submit')
    await eventually(() => expect(wrapper.text()).toContain('已保存“示例批次”'))
  })

  it('what is going on is told by the day: 20 July 2026', async () => {
    const rounds = [
      aCampaign({ id: 'next', title: '以后的', opensOn: '2026-11-21', deadlineOn: '2026-12-31' }),
      aCampaign({ id: 'over', title: '过了的', opensOn: '2026-05-01', deadlineOn: '2026-07-19' }),
      aCampaign({ id: 'shut', title: '关了的', isClosed: true }),
      aCampaign({ id: 'now', title: '现在的自诊断', opensOn: '2026-07-20', deadlineOn: '2026-07-20' }),
    ]
    const { wrapper } = await open({ hub: { campaigns: rounds } })
    const rows = wrapper.findAll('tbody tr').map((row) => [row.get('th').text(), row.get('.badge').text()])
    expect(rows).toEqual([
      ['现在的自诊断', '进行中'],
      ['过了的', '已截止'],
      ['以后的', '未开始'],
      ['关了的', '已关闭'],
    ])
  })

  it('when somebody else was faster nothing is overwritten, and his version can be taken over', async () => {
    const page = await open()
    const { wrapper, hub } = page
    await buttonOf(wrapper, '修改').trigger('click')
    await fieldOf(page, '名称').setValue('我的名称')
    hub.answer('PUT /v1/campaigns/*', aRefusal(409, 'hub.conflict'))
    hub.answer('GET /v1/hub', { body: aHub({ campaigns: [aCampaign({ version: 7, title: '别人的名称' })] }) })
    await wrapper.get('form').trigger('submit')
    await eventually(() => expect(wrapper.text()).toContain('刚被别人改过'))
    await buttonOf(wrapper, '载入最新内容（放弃我的修改）').trigger('click')
    expect((fieldOf(page, '名称').element as HTMLInputElement).value).toBe('别人的名称')
    hub.answer('PUT /v1/campaigns/*', ({ body }) => ({ body }))
    await wrapper.get('form').trigger('submit')
    await eventually(() => expect(wrapper.find('form').exists()).toBe(false))
    const sent = hub.asked.filter(({ method }) => method === 'PUT').map(({ body }) => (body as Campaign).version)
    expect(sent).toEqual([1, 7])
  })

  it('the questionnaire of a round that stands cannot be exchanged', async () => {
    const page = await open()
    await buttonOf(page.wrapper, '修改').trigger('click')
    expect(fieldOf(page, '问卷').attributes('disabled')).toBeDefined()
  })

  it('a round of a wider area is seen and not changed', async () => {
    const { wrapper } = await open({ session: aSession({ role: 'official', area: '450100' }) })
    await flushPromises()
    expect(wrapper.text()).toContain('2026 年度自诊断')
    expect(wrapper.findAll('button').map((one) => one.text())).toEqual(['新建批次'])
  })
})
