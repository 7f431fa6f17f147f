import { describe, expect, it } from 'vitest'
import { CHECK_NAMES, checkCohort, type CheckKind } from '#core/oversight/checks'
import { type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { deepFreeze } from '../../support/build'
import { aFirm, aSubmittedFirm } from '../../support/firms'

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
const check = (...firms: readonly Enterprise[]) => checkCohort(deepFreeze([...firms]), CAMPAIGN)
const kindsOf = (...firms: readonly Enterprise[]): readonly CheckKind[] => check(...firms).map(({ kind }) => kind)
const tier = (at: number) => ({ low: at, high: at })
const before = (at: number, edition = 'guangxi-2024') => ({
  revision: 1,
  tier: tier(at),
  receivedAt: '2026-06-20T00:00:00.000Z',
  edition,
})

describe('成批核对', () => {
  it('an ordinary sheet, a draft and no firm at all give nothing', () => {
    expect(kindsOf(aSubmittedFirm(), aFirm())).toEqual([])
    expect(kindsOf()).toEqual([])
  })

  it.each<[string, Enterprise, boolean, CheckKind]>([
    ['0.899 of one value', aSubmittedFirm({}, { sameShare: 0.899 }), false, 'sameValue'],
    ['0.9 of one value', aSubmittedFirm({}, { sameShare: 0.9 }), true, 'sameValue'],
    ['5 minutes', aSubmittedFirm({}, { minutes: 5 }), false, 'fast'],
    ['4.9 minutes', aSubmittedFirm({}, { minutes: 4.9 }), true, 'fast'],
    ['two tiers up', aSubmittedFirm({ previous: before(2) }, { tier: tier(4) }), false, 'jump'],
    ['three tiers up', aSubmittedFirm({ previous: before(1) }, { tier: tier(4) }), true, 'jump'],
    ['three tiers down', aSubmittedFirm({ previous: before(7) }, { tier: tier(4) }), true, 'jump'],
    [
      'three tiers from another edition',
      aSubmittedFirm({ previous: before(1, 'other') }, { tier: tier(4) }),
      false,
      'jump',
    ],
    ['a flag two steps firm', aSubmittedFirm({}, { firmness: 2 }), false, 'oneAnswer'],
    ['a flag one step firm', aSubmittedFirm({}, { firmness: 1 }), true, 'oneAnswer'],
    ['no flag, one step from one', aSubmittedFirm({}, { firmness: 1, dueForVisit: false }), false, 'oneAnswer'],
    ['figures as computed', aSubmittedFirm({}, { differences: 0 }), false, 'differs'],
    ['one figure otherwise', aSubmittedFirm({}, { differences: 1 }), true, 'differs'],
  ])('%s: found is %#', (_, firm, isFound, kind) => {
    expect(kindsOf(firm)).toEqual(isFound ? [kind] : [])
  })

  it('looks at valid sheets of firms that count only', () => {
    const spot = { minutes: 1 }
    expect(kindsOf(aSubmittedFirm({ returned: { at: '2026-07-12T00:00:00.000Z', reason: '请补充' } }, spot))).toEqual(
      [],
    )
    expect(kindsOf(aSubmittedFirm({ isAboveScale: false }, spot))).toEqual([])
    expect(kindsOf(aSubmittedFirm({}, { ...spot, form: 'short' }))).toEqual([])
  })

  it('names the firms with the very same answers, those of one liaison first', () => {
    const [a, b] = ['a'.repeat(16), 'b'.repeat(16)]
    const liaisons = (id: string) => [{ id, name: `示例服务员${id}` }]
    const found = check(
      aSubmittedFirm({ name: '甲厂', liaisons: liaisons('1') }, { pattern: a }),
      aSubmittedFirm({ name: '乙厂', liaisons: liaisons('2') }, { pattern: a }),
      aSubmittedFirm({ name: '丙厂', liaisons: liaisons('3') }, { pattern: b }),
      aSubmittedFirm({ name: '丁厂', liaisons: liaisons('3') }, { pattern: b }),
      aSubmittedFirm({ name: '戊厂' }),
    )
    // 丁 U+4E01, 丙 U+4E19; 乙 U+4E59, 甲 U+7532.
    expect(found.map(({ firm, because }) => [firm.name, because])).toEqual([
      ['丁厂', '与丙厂 1 家企业的作答完全相同，其中 1 家的联系人也是示例服务员3，请核对'],
      ['丙厂', '与丁厂 1 家企业的作答完全相同，其中 1 家的联系人也是示例服务员3，请核对'],
      ['乙厂', '与甲厂 1 家企业的作答完全相同，请核对'],
      ['甲厂', '与乙厂 1 家企业的作答完全相同，请核对'],
    ])
  })

  it('of a large group three are named', () => {
    const pattern = 'c'.repeat(16)
    const firms = ['一', '二', '三', '四', '五'].map((name) => aSubmittedFirm({ name, liaisons: [] }, { pattern }))
    // 一 U+4E00, 三 U+4E09, 二 U+4E8C, 五 U+4E94, 四 U+56DB.
    expect(check(...firms)[0]?.because).toBe('与三、二、五等 4 家企业的作答完全相同，请核对')
  })

  it('gives the figures, rounded so that they say no more than there is', () => {
    expect(check(aSubmittedFirm({}, { sameShare: 0.996 }))[0]?.because).toBe('99%的已答指标取同一个值，请核对')
    expect(check(aSubmittedFirm({}, { minutes: 0.5 }))[0]?.because).toContain('不到 1 分钟')
    expect(check(aSubmittedFirm({}, { minutes: 4.9 }))[0]?.because).toContain('4 分钟')
    expect(check(aSubmittedFirm({ previous: before(1) }, { tier: tier(8) }))[0]?.because).toBe(
      '上次报送为 1 档，这次为 8 档，相差 7 档，请核对',
    )
  })

  it('comes kind by kind, the most striking first', () => {
    const found = check(
      aSubmittedFirm({ name: '慢' }, { minutes: 4 }),
      aSubmittedFirm({ name: '快' }, { minutes: 1 }),
      aSubmittedFirm({ name: '同' }, { sameShare: 1, differences: 2 }),
    )
    expect(found.map(({ kind, firm }) => `${kind} ${firm.name}`)).toEqual([
      'sameValue 同',
      'fast 快',
      'fast 慢',
      'differs 同',
    ])
  })

  it('accuses nobody: every sentence asks to check, none speaks of fraud', () => {
    const found = check(
      aSubmittedFirm(
        { previous: before(1) },
        { pattern: 'd'.repeat(16), sameShare: 1, minutes: 0, differences: 9, firmness: 1, tier: tier(9) },
      ),
      aSubmittedFirm({}, { pattern: 'd'.repeat(16) }),
    )
    expect(new Set(found.map(({ kind }) => kind))).toEqual(new Set(Object.keys(CHECK_NAMES)))
    for (const text of [...found.map(({ because }) => because), ...Object.values(CHECK_NAMES)]) {
      expect(text).not.toMatch(/假|造|弊|作伪|抄|嫌疑|违规|异常|敷衍/)
    }
    for (const { because } of found) expect(because).toMatch(/请核对/)
  })
})
