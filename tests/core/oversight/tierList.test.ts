import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measureCoverage } from '#core/oversight/coverage'
import { type Campaign } from '#core/oversight/enterprise'
import { formatFilter, listTiers, type TierFilter, type TierSort } from '#core/oversight/tierList'
import { divisions, industries } from '#reference/books.ts'
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
const list = (
  firms: Parameters<typeof listTiers>[0],
  filter: TierFilter = {},
  sort?: { by: TierSort; isDescending: boolean },
) => listTiers(firms, CAMPAIGN, filter, divisions, sort)
const namesOf = (...parameters: Parameters<typeof list>): readonly string[] =>
  list(...parameters).rows.map(({ firm }) => firm.name)
const range = (at: number) => ({ low: at, high: at })

describe('分档名单', () => {
  const FIRMS = deepFreeze([
    aSubmittedFirm(
      { name: '甲厂', industry: '13', size: '大型' },
      { tier: range(2), score: range(20), dueForVisit: false, firmness: undefined },
    ),
    aSubmittedFirm(
      { name: '乙厂', county: '450107', industry: '30' },
      { tier: range(5), score: range(51), firmness: 1, intentions: ['数字化车间'] },
    ),
    aSubmittedFirm(
      { name: '丙厂', city: '450200', county: '450202', industry: undefined },
      { tier: range(5), score: range(50), firmness: 2, differences: 3 },
    ),
    aSubmittedFirm(
      { name: 'ABC（桂）厂', city: '450200', county: undefined, industry: '44', size: undefined },
      {
        tier: undefined,
        level: undefined,
        score: undefined,
        dueForVisit: false,
        firmness: undefined,
        receivedAt: '2026-07-01T00:00:00.000Z',
      },
    ),
    aSubmittedFirm({ name: '退回厂', returned: { at: '2026-07-12T00:00:00.000Z', reason: '请补充' } }),
    aSubmittedFirm({ name: '停产厂', left: { on: '2026-07-12', reason: '停产', note: '' } }),
    aFirm({ name: '未报厂' }),
  ])

  it('has the firms that coverage counts as submitted, the highest tier and score first, those without last', () => {
    expect(namesOf(FIRMS)).toEqual(['乙厂', '丙厂', '甲厂', 'ABC（桂）厂'])
    expect(measureCoverage(FIRMS, CAMPAIGN, '450000', '2026-07-20', divisions).total.submitted).toBe(4)
  })

  it('counts the rows by tier, those without one at place 0', () => {
    expect(list(FIRMS).byTier).toEqual([1, 0, 1, 0, 0, 2])
    expect(list(FIRMS, { industry: '13' }).byTier).toEqual([0, 0, 1, 0, 0, 0])
  })

  it.each<[string, TierFilter, readonly string[]]>([
    ['a city', { area: '450200' }, ['丙厂', 'ABC（桂）厂']],
    ['a county', { area: '450107' }, ['乙厂']],
    ['an industry', { industry: '44' }, ['ABC（桂）厂']],
    ['a size', { size: '大型' }, ['甲厂']],
    ['from a tier, inclusive', { tierFrom: 5 }, ['乙厂', '丙厂']],
    ['up to a tier, inclusive, with those that have none', { tierTo: 2 }, ['甲厂', 'ABC（桂）厂']],
    ['one tier', { tierFrom: 2, tierTo: 2 }, ['甲厂']],
    ['due', { isDue: true }, ['乙厂', '丙厂']],
    ['not due', { isDue: false }, ['甲厂', 'ABC（桂）厂']],
    ['hanging on one answer', { firmnessMost: 1 }, ['乙厂']],
    ['differing', { differs: true }, ['丙厂']],
    ['agreeing', { differs: false }, ['乙厂', '甲厂', 'ABC（桂）厂']],
    ['an intention', { intention: '数字化车间' }, ['乙厂']],
    ['part of a name, whatever its case, blanks and brackets', { text: ' abc(桂) ' }, ['ABC（桂）厂']],
    ['several at once', { area: '450100', isDue: true }, ['乙厂']],
    ['nothing', { text: '   ' }, ['乙厂', '丙厂', '甲厂', 'ABC（桂）厂']],
  ])('filters by %s', (_, filter, names) => expect(namesOf(FIRMS, filter)).toEqual(names))

  it('finds a firm by part of its credit code, typed in small letters and with blanks', () => {
    const code = FIRMS[1]!.creditCode
    expect(namesOf(FIRMS, { text: `${code.slice(8, 12)} ${code.slice(12)}`.toLowerCase() })).toContain('乙厂')
  })

  it.each<[TierSort, boolean, readonly string[]]>([
    // A U+0041, 丙 U+4E19, 乙 U+4E59, 甲 U+7532.
    ['name', false, ['ABC（桂）厂', '丙厂', '乙厂', '甲厂']],
    ['name', true, ['甲厂', '乙厂', '丙厂', 'ABC（桂）厂']],
    ['tier', false, ['甲厂', '丙厂', '乙厂', 'ABC（桂）厂']],
    ['score', true, ['乙厂', '丙厂', '甲厂', 'ABC（桂）厂']],
    ['industry', true, ['ABC（桂）厂', '乙厂', '甲厂', '丙厂']],
    ['industry', false, ['甲厂', '乙厂', 'ABC（桂）厂', '丙厂']],
    ['division', false, ['甲厂', '乙厂', 'ABC（桂）厂', '丙厂']],
    ['receivedAt', false, ['ABC（桂）厂', '丙厂', '乙厂', '甲厂']],
  ])('sorts by %s, descending %s; what has none comes last either way', (by, isDescending, names) => {
    expect(namesOf(FIRMS, {}, { by, isDescending })).toEqual(names)
  })

  it('an edition without tiers is listed by levels and says so', () => {
    const firms = [
      aSubmittedFirm({}, { tier: undefined, level: range(3) }),
      aSubmittedFirm({}, { tier: undefined, level: range(1) }),
    ]
    expect(list(firms)).toMatchObject({ levels: true, byTier: [0, 1, 0, 1] })
    expect(list(FIRMS).levels).toBeUndefined()
    expect(list([]).levels).toBeUndefined()
  })

  it('another round or another array of firms is another list', () => {
    const firms = [aSubmittedFirm()]
    expect(list(firms).rows).toHaveLength(1)
    expect(listTiers(firms, { ...CAMPAIGN, edition: 'other' }, {}, divisions).rows).toEqual([])
    expect(listTiers(firms, { ...CAMPAIGN, area: '450200' }, {}, divisions).rows).toEqual([])
    expect(listTiers(firms, { ...CAMPAIGN, referenceOn: '2025-12-31' }, {}, divisions).rows).toEqual([])
    expect(list([...firms, aSubmittedFirm()]).rows).toHaveLength(2)
  })

  it('any filter and order give exactly the firms that a plain search gives, whatever their order before', () => {
    const firm = fc
      .record({
        tier: fc.integer({ min: 1, max: 10 }),
        due: fc.boolean(),
        industry: fc.constantFrom('13', '30', undefined),
      })
      .map(({ tier, due, industry }) => aSubmittedFirm({ industry }, { tier: range(tier), dueForVisit: due }))
    const filter = fc.record(
      { industry: fc.constantFrom('13', '30'), tierFrom: fc.integer({ min: 1, max: 10 }), isDue: fc.boolean() },
      { requiredKeys: [] },
    )
    const by = fc.constantFrom<TierSort>('tier', 'score', 'name', 'division', 'industry', 'receivedAt')
    fc.assert(
      fc.property(fc.array(firm, { maxLength: 25 }), filter, by, fc.boolean(), (firms, wanted, field, isDescending) => {
        const expected = firms.filter(
          ({ industry, submission }) =>
            (wanted.industry === undefined || industry === wanted.industry) &&
            (wanted.tierFrom === undefined || submission!.tier!.low >= wanted.tierFrom) &&
            (wanted.isDue === undefined || submission!.dueForVisit === wanted.isDue),
        )
        const sort = { by: field, isDescending }
        const { rows, byTier } = list(firms, wanted, sort)
        expect(rows.map((row) => row.firm.id).sort()).toEqual(expected.map(({ id }) => id).sort())
        expect(byTier.reduce((sum, count) => sum + count, 0)).toBe(expected.length)
        expect(list([...firms].reverse(), wanted, sort).rows).toEqual(rows)
      }),
      { numRuns: 60 },
    )
  })
})

describe('筛选说明', () => {
  it('says so when nothing was filtered', () => {
    expect(formatFilter({}, divisions, industries)).toBe('全部企业，没有筛选')
    expect(formatFilter({ text: ' ' }, divisions, industries)).toBe('全部企业，没有筛选')
  })

  it('names every part, in one line', () => {
    const filter: TierFilter = {
      area: '450103',
      industry: '30',
      size: '小型',
      tierFrom: 3,
      tierTo: 5,
      isDue: true,
      firmnessMost: 1,
      differs: true,
      intention: '数字化车间',
      text: '水泥',
    }
    expect(formatFilter(filter, divisions, industries)).toBe(
      '区划为广西壮族自治区南宁市青秀区；行业为 30 非金属矿物制品业；规模为小型；3 档至 5 档；达到线下诊断的条件；' +
        '降低不超过 1 步就达不到线下诊断的条件；复算与所报不一致；拟申报数字化车间；名称或信用代码含“水泥”',
    )
  })

  it.each<[TierFilter, string]>([
    [{ tierFrom: 3 }, '3 档及以上'],
    [{ tierTo: 2 }, '2 档及以下'],
    [{ tierFrom: 4, tierTo: 4 }, '4 档'],
    [{ isDue: false }, '未达到线下诊断的条件'],
    [{ differs: false }, '复算与所报一致'],
  ])('%o is “%s”', (filter, text) => expect(formatFilter(filter, divisions, industries)).toBe(text))

  it('speaks of levels where there are no tiers', () => {
    expect(formatFilter({ tierFrom: 2 }, divisions, industries, '级')).toBe('2 级及以上')
  })
})
