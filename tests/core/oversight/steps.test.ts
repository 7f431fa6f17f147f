import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Campaign } from '#core/oversight/enterprise'
import { findStep, listCalls } from '#core/oversight/steps'
import { aFirm, aSubmittedFirm, aSummary } from '../../support/firms'

const CAMPAIGN: Campaign = {
  id: 'c1',
  version: 1,
  title: '2026 年诊断',
  edition: 'guangxi-2024',
  area: '450000',
  opensOn: '2026-06-01',
  deadlineOn: '2026-08-31',
  referenceOn: '2026-05-31',
  isClosed: false,
  plan: [],
}
const on = (day: string): string => `${day}T02:00:00.000Z`
const RETURNED = { at: on('2026-07-12'), reason: '请补充' }
const submission = aSummary({ receivedAt: on('2026-07-10') })

describe('当前进展', () => {
  it.each([
    ['unassigned', aFirm({ liaisons: [] })],
    ['assigned', aFirm()],
    ['contacted', aFirm({ contactedAt: on('2026-06-10') })],
    ['contacted', aFirm({ contactedAt: on('2026-06-10'), liaisons: [] })],
    ['joined', aFirm({ joinedAt: on('2026-06-11') })],
    ['filling', aFirm({ fillingAt: on('2026-06-12') })],
    ['filling', aFirm({ progress: { answered: 1, asked: 90 } })],
    ['filling', aFirm({ submission: aSummary({ form: 'short' }) })],
    ['assigned', aFirm({ submission: aSummary({ edition: 'other' }) })],
    ['assigned', aFirm({ progress: { answered: 0, asked: 90 } })],
    ['returned', aFirm({ submission, returned: RETURNED })],
    ['assigned', aFirm({ submission: aSummary({ edition: 'other' }), returned: RETURNED })],
    ['submitted', aFirm({ submission })],
  ])('%s', (step, firm) => expect(findStep(firm, CAMPAIGN)).toBe(step))
})

describe('待联系名单', () => {
  const call = (firms: Parameters<typeof listCalls>[0], asOf = '2026-07-20') =>
    listCalls(firms, CAMPAIGN, asOf).map(({ firm, step, silentDays }) => [firm.name, step, silentDays])

  it('begins with what a call brings soonest; a firm at work comes last', () => {
    const firms = [
      aFirm({ name: '未指派', liaisons: [], assignedAt: undefined }),
      aFirm({ name: '已指派', assignedAt: on('2026-07-01') }),
      aFirm({ name: '已联系', contactedAt: on('2026-07-02') }),
      aFirm({ name: '已登录', joinedAt: on('2026-07-03') }),
      aFirm({ name: '正在填', fillingAt: on('2026-07-03'), seenAt: on('2026-07-18') }),
      aFirm({ name: '停了', fillingAt: on('2026-07-03'), seenAt: on('2026-07-17') }),
      aFirm({ name: '退回', submission, returned: RETURNED }),
    ]
    // Silent since the last event: 20 July less its day; nothing at all happened since the opening on 1 June.
    expect(call(firms)).toEqual([
      ['退回', 'returned', 8],
      ['停了', 'filling', 3],
      ['已登录', 'joined', 17],
      ['已联系', 'contacted', 18],
      ['已指派', 'assigned', 19],
      ['未指派', 'unassigned', 49],
      ['正在填', 'filling', 2],
    ])
  })

  it('within a step the longest silence comes first, then the name', () => {
    const firms = [
      aFirm({ name: '乙', assignedAt: on('2026-07-10') }),
      aFirm({ name: '丙', assignedAt: on('2026-07-01') }),
      aFirm({ name: '一', assignedAt: on('2026-07-10') }),
    ]
    expect(call(firms).map(([name]) => name)).toEqual(['丙', '一', '乙'])
  })

  it('leaves out who is done and who does not count', () => {
    const firms = [
      aSubmittedFirm(),
      aFirm({ isAboveScale: false }),
      aFirm({ left: { on: '2026-06-20', reason: '注销', note: '' } }),
    ]
    expect(call(firms)).toEqual([])
  })

  it('silence is counted in Beijing days and is never negative', () => {
    // 17:00 UTC on the 19th is the 20th in Beijing.
    expect(call([aFirm({ contactedAt: '2026-07-19T17:00:00.000Z' })])[0]?.[2]).toBe(0)
    expect(call([aFirm({ contactedAt: on('2026-08-01') })])[0]?.[2]).toBe(0)
  })

  it('a firm nobody has touched is silent since it was listed, when that was after the opening', () => {
    const late = { ...CAMPAIGN, referenceOn: '2026-12-31' }
    const firm = aFirm({ assignedAt: undefined, listedOn: '2026-07-15' })
    expect(listCalls([firm], late, '2026-07-20')[0]?.silentDays).toBe(5)
  })

  it('the order of the firms never matters', () => {
    const firms = Array.from({ length: 12 }, (_, at) =>
      aFirm({
        name: `同名${at % 3}`,
        seenAt: on(`2026-07-0${1 + (at % 4)}`),
        joinedAt: at % 2 ? on('2026-07-01') : undefined,
      }),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray(firms, { minLength: 12 }), (shuffled) => {
        expect(call(shuffled)).toEqual(call(firms))
      }),
    )
  })
})
