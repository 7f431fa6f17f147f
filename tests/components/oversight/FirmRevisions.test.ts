import { mount } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { Problem } from '#core/problems'
import CampaignPlan from '../../../src/components/oversight/CampaignPlan.vue'
import FirmRevisions from '../../../src/components/oversight/FirmRevisions.vue'
import FirmTimeline from '../../../src/components/oversight/FirmTimeline.vue'
import FreshnessLine from '../../../src/components/oversight/FreshnessLine.vue'
import HubButton from '../../../src/components/oversight/HubButton.vue'
import { findChinaDay, formatChinaMoment } from '#core/chinaDay'
import { aFirm, aSubmittedFirm, aSummary } from '../../support/firms'

describe('历次报送', () => {
  const revision = {
    id: 'sheet-1',
    revision: 2,
    receivedAt: '2026-07-10T17:00:00.000Z',
    summary: aSummary({ tier: { low: 4, high: 4 }, score: { low: 40, high: 40 }, differences: 2 }),
  }
  const props = { revisions: [revision], claims: new Map(), mayOpen: true, isBusy: false }

  it('a differing claim is told, and both results once it was asked for', async () => {
    const wrapper = mount(FirmRevisions, { props })
    expect(wrapper.text()).toContain('2 处与复算不同，以复算为准')
    await wrapper
      .findAll('button')
      .find((one) => one.text() === '看自报的结果')!
      .trigger('click')
    expect(wrapper.emitted('compare')).toEqual([[revision]])
    const claim = { tier: { low: 9, high: 9 }, score: { low: 88, high: 88 } }
    await wrapper.setProps({ claims: new Map([[revision.summary.digest, claim as never]]) })
    expect(wrapper.findAll('dd').map((one) => one.text())).toEqual(['9 档，88.00 分', '4 档，40.00 分'])
  })

  it('a sheet with gaps shows its range, and one of levels its level', () => {
    const summaries = [
      aSummary({ tier: { low: 3, high: 4 }, score: { low: 28.5, high: 31.25 } }),
      aSummary({ tier: undefined, level: { low: 2, high: 2 }, score: undefined }),
    ]
    const revisions = summaries.map((summary, at) => ({ ...revision, revision: at + 1, summary }))
    const text = mount(FirmRevisions, { props: { ...props, revisions } }).text()
    expect(text).toContain('3—4 档，28.50—31.25 分')
    expect(text).toContain('2 级')
  })

  it('a returned one says why and by whom; what is out of reach cannot be opened', () => {
    const returned = { at: '2026-07-12T02:00:00.000Z', reason: '请补充附件', by: '示例官员' }
    const wrapper = mount(FirmRevisions, {
      props: { ...props, revisions: [{ ...revision, returned }], mayOpen: false },
    })
    expect(wrapper.text()).toContain('退回原因：请补充附件（示例官员）')
    expect(wrapper.findAll('button')).toHaveLength(0)
  })

  it('of several from files each names its file, and the one that counts is marked, whichever it is', () => {
    const revisions = [1, 2].map((at) => ({ ...revision, file: `${at}.json`, summary: aSummary() }))
    const [first, second] = revisions as [(typeof revisions)[0], (typeof revisions)[0]]
    const rows = (counted: string) =>
      mount(FirmRevisions, { props: { ...props, revisions, counted } })
        .findAll('li')
        .map((one) => one.text())
    const [one, two] = rows(second.summary.digest)
    expect(one).toContain('文件：1.json')
    expect(two).toContain('文件：2.json')
    expect([one, two].map((text) => text!.includes('计入汇总'))).toEqual([false, true])
    // One alone needs no mark.
    const alone = mount(FirmRevisions, { props: { ...props, revisions: [first], counted: first.summary.digest } })
    expect(alone.text()).not.toContain('计入汇总')
  })
})

describe('进展时间线', () => {
  it('days are those of China, and steps to come are named', () => {
    const wrapper = mount(FirmTimeline, { props: { firm: aFirm({ assignedAt: '2026-06-01T17:00:00.000Z' }) } })
    const rows = wrapper.findAll('li').map((one) => one.text())
    expect(rows).toContain('指派联系人2026-06-02')
    expect(rows).toContain('报送尚未')
  })

  it('a return and a leaving stand there with their reasons', () => {
    const firm = aSubmittedFirm({
      returned: { at: '2026-07-12T02:00:00.000Z', reason: '请补充附件' },
      left: { on: '2026-07-15', reason: '停产', note: '示例函' },
    })
    const text = mount(FirmTimeline, { props: { firm } }).text()
    expect(text).toContain('请补充附件')
    expect(text).toContain('停产')
  })
})

describe('进展时间线，来自文件', () => {
  const sheets = [2, 1].map((revision) => ({
    id: 'sheet',
    revision,
    receivedAt: `2026-07-1${revision}T02:00:00.000Z`,
    summary: aSummary(),
  }))
  const rowsOf = (changes: object, shown: typeof sheets) =>
    mount(FirmTimeline, { props: { firm: aSubmittedFirm(changes), sheets: shown } })
      .findAll('li')
      .map((one) => one.text())

  it('tells each sheet with its day, oldest first, and nothing that files cannot tell', () => {
    expect(rowsOf({}, sheets)).toEqual(['列入名录2026-01-01', '第 1 次提交2026-07-11', '第 2 次提交2026-07-12'])
  })

  it('a roster without days lists nobody on the first day of 2000, and who has not reported is told', () => {
    expect(rowsOf({ listedOn: '2000-01-01' }, [])).toEqual(['报送尚未'])
  })
})

describe('数据截至', () => {
  const props = {
    source: 'hub' as const,
    syncedAt: '2026-07-20 10:00',
    isSyncing: false,
    isOnline: true,
    isSample: false,
  }

  it('says when the figures are from, and renews on a press', async () => {
    const wrapper = mount(FreshnessLine, { props })
    expect(wrapper.text()).toContain('数据截至 2026-07-20 10:00')
    await wrapper.get('button').trigger('click')
    expect(wrapper.emitted('sync')).toHaveLength(1)
  })

  it('without a network it says so and offers no renewal; made-up data are marked; a failure is told', () => {
    const problem = new Problem('hub.unreachable')
    const wrapper = mount(FreshnessLine, { props: { ...props, isOnline: false, isSample: true, problem } })
    expect(wrapper.text()).toContain('离线')
    expect(wrapper.text()).toContain('示例数据')
    expect(wrapper.get('[role=alert]').text()).toContain('连不上汇总端')
    expect(wrapper.find('button').exists()).toBe(false)
  })

  it('of opened files it says that nothing leaves the window', () => {
    expect(mount(FreshnessLine, { props: { ...props, source: 'files' } }).text()).toContain('不会上传')
  })
})

describe('需要联网的按钮', () => {
  it('cannot be pressed without a network, and says why', () => {
    const wrapper = mount(HubButton, { props: { isOnline: false }, slots: { default: '打电话' } })
    expect(wrapper.text()).toBe('打电话（需要联网）')
    expect(wrapper.attributes('disabled')).toBeDefined()
  })
})

describe('时刻', () => {
  it('a moment is told in the time of China', () => {
    expect(findChinaDay('2026-08-31T16:30:00.000Z')).toBe('2026-09-01')
    expect(formatChinaMoment('2026-12-31T16:05:00.000Z')).toBe('2027-01-01 00:05')
  })
})

describe('进度计划', () => {
  const plan = [{ on: '2026-07-31', share: 0.305 }]
  const mountPlan = () => mount(CampaignPlan, { props: { plan, faultAt: () => undefined } })

  it('shares are shown as percent with one decimal, and kept as shares', async () => {
    const wrapper = mountPlan()
    const percent = wrapper.get('input[type=number]')
    expect((percent.element as HTMLInputElement).value).toBe('30.5')
    await percent.setValue('80.25')
    expect(wrapper.emitted('change')).toEqual([[[{ on: '2026-07-31', share: 0.803 }]]])
  })

  it('an emptied share is none, not nothing done', async () => {
    const wrapper = mountPlan()
    await wrapper.get('input[type=number]').setValue('')
    expect((wrapper.emitted('change')![0]![0] as typeof plan)[0]!.share).toBeNaN()
  })

  it('lines are added and taken away', async () => {
    const wrapper = mountPlan()
    const [remove, add] = wrapper.findAll('button')
    await remove!.trigger('click')
    await add!.trigger('click')
    expect(wrapper.emitted('change')!.map(([next]) => (next as typeof plan).length)).toEqual([0, 2])
  })
})
