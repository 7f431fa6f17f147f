import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Answer, type Answers, type Form } from '#core/diagnosis/answers'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { buildReport, formatFigure, type Report } from '#core/diagnosis/report'
import { scoreAnswers } from '#core/diagnosis/scoring'
import { exact } from '#core/exact'

// Expected figures are worked out by hand in the comments, from the rules (scoring.md §3 to §5).

function readJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(`questionnaires/guangxi-2024/${name}.json`, 'utf8')) as Record<string, unknown>
}
const files = { scoring: readJson('scoring'), survey: readJson('survey'), advice: readJson('advice') }
const guangxi = parseEdition(files)
const stamp = { id: 'guangxi-2024', version: '1.0.0', digest: '0123456789abcdef'.repeat(4), engine: '0.1.0' }

/** An answer that earns the value: itself, or a figure at the lower edge or the middle of its band. */
function answerWorth(edition: Edition, id: string, value: number): Answer {
  const { rule } = edition.indicators.get(id)!
  if (rule.kind === 'ladder') return value
  const band = Math.ceil(value)
  const low = band <= 1 ? 0 : rule.bands[band - 2]!
  const high = band === 0 ? 0 : (rule.bands[band - 1] ?? rule.cap)
  const figure = value === band ? (low + high) / 2 : Math.max(low, high / 1000)
  if (rule.kind === 'rate') return figure
  if (rule.kind === 'checklist') return rule.choices.slice(0, Math.ceil(figure))
  const reached = Math.ceil((figure * rule.rows.length) / 100)
  return Object.fromEntries(rule.rows.map((row, at) => [row, at < reached ? rule.threshold : 0]))
}

type Values = Readonly<Record<string, number>>
/** A full sheet at one value; a longer id wins over its domain: `{ B: 1, 'B1.1': 2 }`. */
function answersAt(value: number, changes: Values = {}, edition = guangxi): Record<string, Answer> {
  return Object.fromEntries(
    [...edition.indicators.keys()].map((id) => [
      id,
      answerWorth(edition, id, changes[id] ?? changes[id.slice(0, 1)] ?? value),
    ]),
  )
}

interface Case {
  readonly form?: Form
  readonly productionType?: string
  readonly edition?: Edition
}
function reportOf(
  answers: Answers,
  { form = 'full', productionType = 'discrete', edition = guangxi }: Case = {},
): Report {
  const sheet = scoreAnswers(edition, { productionType }, form, answers)
  return buildReport({ edition, sheet, form, stamp, profile: { name: '示例公司', phone: '0000' } })
}
function without(answers: Answers, ...ids: string[]): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !ids.includes(id)))
}

describe('the explaining sentence', () => {
  it('names the gate items that are missing', () => {
    // S 2, C 2, T 1.5, G 2, B 1.5: S = 6 + 10 + 7.5 + 6 + 6 = 35.5, score tier 4. Gate items at 2: S 1, C 5, G 3 = 9 of 17;
    // tier 4 asks 60 % of 17 = 10.2, so 11.
    const report = reportOf(answersAt(2, { T: 1.5, B: 1.5 }))
    expect(report.limits.sentence).toBe(
      '总分到第 4 档，门槛停在第 3 档，因为门槛指标 17 项中只有 9 项达到 2 分（要求至少 11 项）。',
    )
    expect(report.limits.limits.map(({ place, isLimiting }) => [place, isLimiting])).toEqual([
      ['第 4 档', false],
      ['第 3 档', true],
      ['未触发', false],
    ])
    expect(report.limits.next?.place).toBe('第 4 档（场景级）')
    expect(report.limits.next?.needs[0]?.text).toBe('门槛指标 17 项中至少 11 项达到 2 分，现有 9 项，还差 2 项')
    expect(report.limits.next?.needs[0]?.items).toHaveLength(8)
    expect(report.limits.next?.needs[0]?.items[0]).toEqual({ id: 'T1.3', title: '数据集成共享', valueText: '1.5 分' })
  })

  it('names the score', () => {
    expect(reportOf(answersAt(0.5)).limits.sentence).toBe(
      '门槛到第 2 档，总分停在第 1 档，因为总分为 10 分（第 2 档要求超过 10 分）。',
    )
  })

  it('names one domain below its floor', () => {
    // B 1, others 2: S = 6 + 10 + 10 + 6 + 4 = 36; 14 of 17 gate items at 1.5; B 1 < 0.7 × 1.5 = 1.05.
    expect(reportOf(answersAt(2, { B: 1 })).limits.sentence).toBe(
      '总分到第 4 档，门槛停在第 2 档，因为业务创新转型为 1 分（要求 1.05 分）。',
    )
  })

  it('names gate items and several domains together', () => {
    // T 1 and B 1, others 2: S = 6 + 10 + 5 + 6 + 4 = 31; gate items at 1.5: S 1, C 5, G 3 = 9 of 17, 70 % of 17 = 11.9.
    expect(reportOf(answersAt(2, { T: 1, B: 1 })).limits.sentence).toBe(
      '总分到第 4 档，门槛停在第 2 档，因为门槛指标 17 项中只有 9 项达到 1.5 分（要求至少 12 项），' +
        '2 个方面低于要求的 1.05 分（系统性解决方案 1 分、业务创新转型 1 分）。',
    )
  })

  it('names the cap with the item that trips it', () => {
    // All 3, G1.3 0.5: S = 60 − 3 × 2.5/16 = 59.53125, score tier 6; gate: 16 of 17 at 3, tier 6; cap 4.
    const report = reportOf(answersAt(3, { 'G1.3': 0.5 }))
    expect(report.limits.sentence).toBe(
      '总分和门槛都到第 6 档，封顶规则停在第 4 档，因为 G1.3 网络与工控安全为 0.5 分' +
        '（网络与工控安全、工业数据安全任一项低于 1 分，最高定为 4 档）。',
    )
    expect(report.limits.next?.needs).toEqual([{ text: 'G1.3 网络与工控安全达到 1 分，现为 0.5 分', items: [] }])
  })

  it('names several limits at once', () => {
    expect(reportOf(answersAt(2)).limits.sentence).toBe(
      '总分和门槛都停在第 4 档：总分为 40 分（第 5 档要求超过 40 分）；门槛指标 17 项中没有一项达到 2.5 分（要求至少 12 项）。',
    )
  })

  it('says that nothing limits at the top', () => {
    const report = reportOf(answersAt(5))
    expect(report.limits.sentence).toBe('总分和门槛都到最高的第 10 档，没有受到限制。')
    expect(report.limits.next).toBeUndefined()
    expect(report.upgrade).toBeUndefined()
    expect(report.upgradeRemark).toBe('已经是最高的第 10 档。')
  })

  it('says first that open answers count 0', () => {
    const { sentence } = reportOf({ ...answersAt(3), 'G1.3': 'unknown' }).limits
    expect(sentence).toMatch(/^未答和不掌握的指标按 0 分计，总分和门槛都到第 6 档，封顶规则停在第 4 档/)
  })
})

describe('headline, ladder and remarks', () => {
  it('shows one place for a full sheet', () => {
    const { headline, ladder, remarks, enterprise } = reportOf(answersAt(2, { T: 1.5, B: 1.5 }))
    expect(headline).toMatchObject({ place: '第 3 档', levelName: '场景级', scoreText: '35.5', formLabel: '完整诊断' })
    expect(headline.meaning).not.toBe('')
    expect(ladder.map(({ name, steps }) => [name, steps.map(({ state }) => state).join(' ')])).toEqual([
      ['规范级', 'below below'],
      ['场景级', 'here above'],
      ['领域级', 'above above'],
      ['平台级', 'above above'],
      ['生态级', 'above above'],
    ])
    expect(remarks).toEqual([])
    expect(enterprise).toEqual({ name: '示例公司', productionType: '离散制造' })
  })

  it('shows ranges while answers are open', () => {
    // All 3, G1.3 unknown. Low: G1 = 9/4, G = 11.25/4, S = 60 − 3 × 0.1875 = 59.4375. High: G1 = 14/4, S = 60.375.
    const report = reportOf({ ...answersAt(3), 'G1.3': 'unknown' })
    expect(report.headline).toMatchObject({
      place: '第 4—6 档',
      levelName: '场景级至领域级',
      scoreText: '59.44—60.38',
      isRange: true,
      meaning: '',
    })
    expect(report.remarks).toEqual([
      '75 项指标中还有 1 项不掌握，结果因此是一个区间，以低端第 4 档为准，补齐后最高可到第 6 档。',
    ])
    expect(report.ladder.flatMap(({ steps }) => steps).filter(({ state }) => state === 'possible')).toHaveLength(2)
  })

  it('says that a short form only tells roughly', () => {
    const report = reportOf(answersAt(2), { form: 'short' })
    expect(report.headline.formLabel).toBe('快速自测')
    expect(report.remarks).toHaveLength(1)
    expect(report.remarks[0]).toContain('34 项核心指标')
    expect(report.table.find(({ id }) => id === 'C5')).toMatchObject({ valueText: '—', stateText: '没有适用的指标' })
    expect(report.table.find(({ id }) => id === 'S1.2')?.stateText).toBe('快速自测不问')
    expect(report.visit?.sentence).toContain('以完整诊断的结果为准')
  })

  it('never rounds a figure onto a mark it has not reached', () => {
    expect(formatFigure(exact(29_999, 1000), [exact(30)])).toBe('29.999')
    expect(formatFigure(exact(300_004, 10_000), [exact(30)])).toBe('30.0004')
    expect(formatFigure(exact(104_999, 100_000), [exact(105, 100)])).toBe('1.04999')
    expect(formatFigure(exact(2, 3))).toBe('0.67')
    expect(formatFigure(exact(40))).toBe('40')
  })
})

describe('the table', () => {
  it('has every node and indicator with what counted', () => {
    const answers = {
      ...without(answersAt(2), 'S1.2'),
      'S1.3': 'unknown',
      'C1.3': { notApplicable: '不做试验' },
    } as Answers
    const { table, domains, subdomains, counts } = reportOf(answers, { productionType: 'mining' })
    expect(table).toHaveLength(1 + 5 + 22 + 75)
    expect([domains.length, subdomains.length]).toEqual([5, 22])
    const stateOf = (id: string): string | undefined => table.find((row) => row.id === id)?.stateText
    expect(['S1.1', 'S1.2', 'S1.3', 'C1.3', 'C3.3'].map(stateOf)).toEqual([
      '2 级基本达成',
      '未答',
      '不掌握',
      '不适用',
      '本生产类型不问',
    ])
    expect(table.find(({ id }) => id === 'S1.2')).toMatchObject({ valueText: '0—5', figureText: '0.00—5.00' })
    expect(counts).toEqual({ answered: 70, unanswered: 1, unknown: 1, notApplicable: 1, notAsked: 2, asked: 73 })
  })

  it('tells the weight of a domain and the part of each row in the total', () => {
    const { table } = reportOf(answersAt(2))
    const row = (id: string): Report['table'][number] => table.find((row) => row.id === id)!
    expect(row('S')).toMatchObject({ weight: 15, max: 5, score: { low: 40, high: 40 } })
    expect(row('total')).toMatchObject({ max: 100, valueText: '40' })
    expect(row('S').share).toBeCloseTo(0.15)
    expect(row('S1').share).toBeCloseTo(0.05)
    // S1 has three indicators: 15 % / 3 / 3.
    expect(row('S1.1').share).toBeCloseTo(0.15 / 9)
    const indicators = table.filter(({ kind }) => kind === 'indicator')
    expect(indicators.reduce((sum, { share = 0 }) => sum + share, 0)).toBeCloseTo(1)
  })
})

describe('strengths and gaps', () => {
  it('ranks against the own mean, of equals the one that weighs more, then the earlier', () => {
    // 73 indicators at 2, S1.1 and T2.5 at 4, mean (146 + 8)/75 = 2.0533…; S1.1 weighs 15/9 %, T2.5 25/36 %.
    const [subdomains, indicators] = reportOf(answersAt(2, { 'T2.5': 4, 'S1.1': 4 })).comparisons
    expect(indicators?.meanText).toBe('2.05 分（满分 5 分）')
    expect(indicators?.strengths.map(({ row, distanceText }) => [row.id, distanceText])).toEqual([
      ['S1.1', '高 1.95 分'],
      ['T2.5', '高 1.95 分'],
    ])
    // Everything else is equally low: the rows that weigh most come first.
    expect(indicators?.gaps.map(({ row }) => row.id)).toEqual(['C4.1', 'C4.2', 'C5.1', 'C5.2', 'C6.1'])
    // S1 = 8/3, T2 = 20/9, others 2.
    expect(subdomains?.strengths.map(({ row }) => row.id)).toEqual(['S1', 'T2'])
    expect(subdomains?.strengths[0]?.phrase).toBe('最好的一项：转型战略与规划，4 级基本达成')
  })

  it('leaves out what is not certain, and is empty when all is level', () => {
    const open = reportOf(without(answersAt(2, { 'S1.1': 4 }), 'S1.2')).comparisons
    expect(open[0]?.strengths.map(({ row }) => row.id)).not.toContain('S1')
    expect(reportOf(answersAt(2)).comparisons.flatMap(({ strengths, gaps }) => [...strengths, ...gaps])).toEqual([])
  })
})

describe('the way to the next tier', () => {
  it('says from where to where, what to reach and how to begin', () => {
    // Two gate items are missing; the lower ids of the cheapest are T1.3 and T2.1, half a level each.
    // T1 + 0.125, T2 + 0.0556, T + 0.0451, S 35.5 + 5 × 0.0451 = 35.7257.
    const { upgrade } = reportOf(answersAt(2, { T: 1.5, B: 1.5 }))
    expect(upgrade?.summary).toContain('提升 2 项指标、合计 2 个半级，即可到第 4 档（场景级），总分升到 35.73 分。')
    expect(upgrade?.raises.map(({ id, fromText, toText, costText }) => [id, fromText, toText, costText])).toEqual([
      ['T1.3', '2 级部分达成', '2 级基本达成', '1 个半级'],
      ['T2.1', '2 级部分达成', '2 级基本达成', '1 个半级'],
    ])
    // Band 2 of T2.1 is 20 to 40 percent: its middle is 30.
    expect(upgrade?.raises[1]).toMatchObject({ mark: '该比率达到 30%', isGate: true })
    const steps = (files.advice['steps'] as Record<string, string[]>)['T2.1']!
    expect(upgrade?.raises[1]?.advice).toEqual([steps[1]])
  })

  it('gives every step that a longer raise passes', () => {
    // All 3, G1.3 0: the cap asks 1, two halves, within the first step of the advice.
    const { upgrade } = reportOf({ ...answersAt(3), 'G1.3': 'unknown' })
    expect(upgrade?.raises[0]).toMatchObject({ id: 'G1.3', fromText: '不掌握（按 0 分计）', toText: '1 级基本达成' })
    expect(upgrade?.raises[0]?.advice).toHaveLength(1)
    // All 5, G1.4 0.5: tier 5 needs 1; nothing else is missing.
    expect(reportOf(answersAt(5, { 'G1.4': 0.5 })).upgrade?.raises).toHaveLength(1)
  })
})

describe('the visit', () => {
  it('says when the flag hangs on one answer', () => {
    // All 1.5, five gate items at 1: exactly 12 of 17 at 1.5, S = 4.5 + 7.5 + 7.5 + 4.3125 + 5.6 = 29.4125, tier 3.
    const low = { 'G1.1': 1, 'G1.3': 1, 'B1.1': 1, 'B2.1': 1, 'B2.3': 1 }
    const { visit, headline } = reportOf(answersAt(1.5, low))
    expect(headline.place).toBe('第 3 档')
    expect(visit?.isCertain).toBe(true)
    expect(visit?.firmness).toBe(
      '这一结论系于 1 项回答：S1.1 转型战略与规划。这一项降低半级，结果就不到第 3 档，请确认它有据可查。',
    )
  })

  it('lists the areas with the evidence of what counts, each once', () => {
    const outside = { notApplicable: '没有设计业务' }
    const answers = { ...answersAt(2), 'C1.1': outside, 'C1.2': outside, 'C1.3': outside }
    const { visit } = reportOf(answers)
    expect(visit?.areas).toHaveLength(7)
    for (const { evidence } of visit!.areas) expect(new Set(evidence).size).toBe(evidence.length)
    expect(visit?.areas[1]?.items.map(({ id }) => id)).toEqual(['B2.2'])
  })

  it('is absent below the tier, and only possible while answers are open', () => {
    expect(reportOf(answersAt(1)).visit).toBeUndefined()
    // T unknown, the rest 2: tier 2 to 4.
    const open = Object.fromEntries(
      Object.entries(answersAt(2)).map(([id, a]) => [id, id.startsWith('T') ? 'unknown' : a]),
    )
    expect(reportOf(open as Answers).visit).toMatchObject({ isCertain: false, firmness: '' })
  })
})

describe('other editions', () => {
  function editionWith(grading: unknown): Edition {
    const { grading: _tiers, ...rest } = files.scoring
    return parseEdition({ ...files, scoring: grading === undefined ? rest : { ...rest, grading } })
  }

  it('has a score and no place without grading', () => {
    const report = reportOf(answersAt(2), { edition: editionWith(undefined) })
    expect(report.headline).toMatchObject({ place: '', levelName: '', scoreText: '40' })
    expect(report.limits.sentence).toBe('本问卷不分档，只给出得分。')
    expect([report.ladder, report.upgrade, report.visit]).toEqual([[], undefined, undefined])
    expect(report.upgradeRemark).toBe('')
  })

  it('speaks of levels where levels add up', () => {
    const edition = editionWith({
      kind: 'cumulative',
      levels: [
        { level: 1, items: ['S1.1', 'S1.2'], atLeast: 1 },
        { level: 2, items: ['C1.1', 'C1.2', 'C2.1'], atLeast: 2 },
      ],
    })
    const report = reportOf(answersAt(2, { 'C1.2': 1 }), { edition })
    expect(report.headline).toMatchObject({ place: '第 1 级', levelName: '规范级', unit: '级' })
    expect(report.limits.sentence).toBe(
      '第 1 级及以下的指标全部达标，第 2 级的 3 项指标中有 1 项低于 2 分：C1.2 工艺设计与优化。',
    )
    expect(report.upgrade?.raises.map(({ id, cost }) => [id, cost])).toEqual([['C1.2', 2]])
    expect(reportOf(answersAt(2), { edition }).limits.sentence).toBe('各级的指标全部达标，到最高的第 2 级。')
    expect(reportOf(answersAt(0), { edition }).headline).toMatchObject({ place: '第 0 级', levelName: '未入级' })
  })

  it('does not speak of gates and caps an edition does not have', () => {
    const tiers = (files.scoring['grading'] as Record<string, unknown>)['tiers']
    const { limits } = reportOf(answersAt(2), { edition: editionWith({ kind: 'tiers', tiers }) })
    expect(limits.sentence).toBe('总分停在第 4 档，因为总分为 40 分（第 5 档要求超过 40 分）。')
    expect(limits.limits.map(({ name }) => name)).toEqual(['score'])
  })
})

it('is plain data without gaps, for every example of the edition', () => {
  interface Example {
    readonly profile: { readonly productionType: string }
    readonly form: Form
    readonly answers: Answers
  }
  for (const { profile, form, answers } of readJson('examples')['examples'] as Example[]) {
    const report = reportOf(answers, { form, ...profile })
    const text = JSON.stringify(report)
    expect(JSON.parse(text)).toEqual(report)
    expect(text).not.toMatch(/undefined|NaN|null|\d\.\d{10}[^\d]*分/)
    expect(report.stamp.shortDigest).toBe('0123456789ab')
  }
})
