import { add, compare, divide, exact, fromDecimal, multiply, toNumber, type Exact } from '../exact.ts'
import { isApplicable, type Form } from './answers.ts'
import { type CumulativeGradingRules, type Edition, type EditionNode, type Indicator } from './edition.ts'
import { listIndicators, type TierGradingRules } from './edition.ts'
import { type IndicatorElement } from './editionFile.ts'
import { measureFirmness } from './firmness.ts'
import { type Benchmark } from './benchmark.ts'
import { findNode, isLinear, measureMost } from './gains.ts'
import { gradeScores, type Grade, type LimitName, type Shortfall, type TierRange } from './grading.ts'
import { type Profile } from './profile.ts'
import { type ReportRate } from './rates.ts'
import { type NumberRange } from './result.ts'
import { exactSteps, type ExactRange, type ItemScore, type ItemState, type ScoreSheet } from './scoring.ts'
import { applyRaises, planUpgrade, type Raise } from './upgrade.ts'
import { formatValue } from './wording.ts'

// ---------- the report, as screens and documents read it ----------

/** 结论 — what stands first and largest. `place` is “第 4 档”, or “第 2—5 档” while answers are open. */
export interface ReportHeadline {
  readonly place: string
  /** The tier, or the level of a cumulative edition; absent when the edition grades nothing. */
  readonly reached?: TierRange
  readonly unit: '档' | '级'
  readonly levelName: string
  readonly meaning: string
  readonly score?: NumberRange
  readonly scoreText: string
  readonly scoreMax: number
  readonly formLabel: string
  readonly isRange: boolean
}

/** 阶梯 — the steps of the ladder under their level names, lowest first. */
export interface ReportLadderGroup {
  readonly level: number
  readonly name: string
  readonly steps: readonly {
    readonly number: number
    /** `here` is the official low end; `possible` lies above it within the range. */
    readonly state: 'below' | 'here' | 'possible' | 'above'
  }[]
}

export interface ReportLimit {
  readonly name: LimitName
  readonly title: string
  readonly tier: number
  readonly place: string
  readonly isLimiting: boolean
}
export interface ReportItemName {
  readonly id: string
  readonly title: string
  readonly valueText: string
}
/** 为什么是这个档次 — one exact sentence, the limits side by side, and what the next step asks for. */
export interface ReportLimits {
  readonly sentence: string
  readonly limits: readonly ReportLimit[]
  readonly next?: {
    readonly place: string
    readonly needs: readonly { readonly text: string; readonly items: readonly ReportItemName[] }[]
  }
}

/** 一行 — a node or an indicator with what counted. `score` is 0–100 of its own maximum, `share` its part of the total. */
export interface ReportRow {
  readonly kind: 'node' | 'indicator'
  readonly id: string
  readonly title: string
  /** 0 is the total; `group` names the row's ancestor at depth 1, itself at depth 1. */
  readonly depth: number
  readonly group: string
  readonly max: number
  readonly value?: NumberRange
  /** As a sentence says it, “2.9”; and as a column of figures shows it, “2.90”. */
  readonly valueText: string
  readonly figureText: string
  readonly score?: NumberRange
  readonly weight?: number
  readonly share?: number
  readonly state?: ItemState
  /** “3 级部分达成” for an answered indicator, otherwise why it has no single value. */
  readonly stateText: string
  readonly phrase: string
  readonly isGate: boolean
}

export interface ReportStanding {
  readonly row: ReportRow
  /** “高 0.62 分”: distance to the firm's own mean, on the rows' own scale when they share one, else of 100. */
  readonly distanceText: string
  readonly phrase: string
}
/** 强项与短板 — rows whose value is certain, against the firm's own mean of the same kind; five each at most. */
export interface ReportComparison {
  readonly title: string
  readonly meanText: string
  readonly strengths: readonly ReportStanding[]
  readonly gaps: readonly ReportStanding[]
}

export interface ReportRaise {
  readonly id: string
  readonly title: string
  readonly isGate: boolean
  readonly from: number
  readonly to: number
  readonly fromText: string
  readonly toText: string
  /** The level phrase to reach, and for a counted figure the exact mark: “该比率达到 30%”. */
  readonly phrase: string
  readonly mark: string
  readonly advice: readonly string[]
  readonly cost: number
  readonly costText: string
}
export interface ReportUpgrade {
  readonly place: string
  readonly summary: string
  readonly cost: number
  readonly raises: readonly ReportRaise[]
}

export interface ReportVisit {
  readonly isCertain: boolean
  readonly sentence: string
  readonly firmness: string
  readonly areas: readonly {
    readonly title: string
    readonly looksAt: string
    readonly items: readonly ReportItemName[]
    readonly evidence: readonly string[]
  }[]
}

/** 差距排序 — a sub-domain and what closing its gap would bring to the total, the most first. */
export interface ReportGap {
  readonly row: ReportRow
  /** The value to reach: the group's upper quartile, or the next whole level without peers. */
  readonly target: number
  readonly targetText: string
  /** What the total would gain, in points; and in words, “总分约加 1.3 分”. */
  readonly brings: number
  readonly bringsText: string
}

export interface ReportStamp {
  readonly id: string
  readonly version: string
  readonly digest: string
  readonly engine: string
}

/** 诊断报告 — all that a result page, a printed report or a workbook says, as plain data without any markup. */
export interface Report {
  readonly form: Form
  readonly enterprise: { readonly name?: string; readonly creditCode?: string; readonly productionType?: string }
  readonly submittedAt?: string
  readonly revision?: number
  /** 示例数据: the sheet or its peers were made up; every page and file says so. */
  readonly isSample: boolean
  readonly headline: ReportHeadline
  readonly ladder: readonly ReportLadderGroup[]
  readonly limits: ReportLimits
  readonly counts: Readonly<Record<ItemState, number>> & { readonly asked: number }
  /** What to know before reading on: open answers, the short form. */
  readonly remarks: readonly string[]
  readonly domains: readonly ReportRow[]
  readonly subdomains: readonly ReportRow[]
  /** Every node and indicator, parents first, the total at the top. */
  readonly table: readonly ReportRow[]
  readonly comparisons: readonly ReportComparison[]
  /** Sub-domains by what closing the gap would bring; `gapsRemark` says what the targets are. */
  readonly gaps: readonly ReportGap[]
  readonly gapsRemark: string
  readonly benchmark?: Benchmark
  /** Why there is no benchmark; empty when there is one. */
  readonly benchmarkRemark: string
  /** The firm's own rates beside published figures; empty when the edition names none. */
  readonly rates: readonly ReportRate[]
  readonly upgrade?: ReportUpgrade
  /** Why there is no way up to show; empty when there is one. */
  readonly upgradeRemark: string
  readonly visit?: ReportVisit
  readonly standing: { readonly statement: string; readonly is: readonly string[]; readonly isNot: readonly string[] }
  readonly stamp: ReportStamp & { readonly title: string; readonly shortDigest: string }
}

export interface ReportSource {
  readonly edition: Edition
  readonly sheet: ScoreSheet
  readonly grade?: Grade
  readonly profile?: Profile
  readonly form: Form
  readonly stamp: ReportStamp
  readonly submittedAt?: string
  readonly revision?: number
  readonly isSample?: boolean
  readonly benchmark?: Benchmark
  /** Why there is none, when there is none: no peers file, another edition, no group large enough. */
  readonly benchmarkRemark?: string
  readonly rates?: readonly ReportRate[]
}

/** Own choices: what fits on one page and is still remembered. */
const MOST_STANDINGS = 5
const MOST_NAMED = 3
const DIGEST_SHOWN = 12

const NO_PEERS = '本机没有同类组数据，所以没有与同类企业的比较；其余各部分不受影响。'

const LIMIT_TITLES: Readonly<Record<LimitName, string>> = { score: '总分', gate: '门槛', cap: '封顶规则' }

/**
 * 诊断报告 — rows 4 to 6 of the data flow and the edition's texts to one plain `Report`. It decides nothing: every tier, limit
 * and raise comes from the rules, here they are put into words. Works for editions with tiers, with cumulative levels and
 * without grading, and for open sheets, whose figures are ranges and whose official result is the low end. Reads nothing
 * of the profile but the firm's name, code and production type. Source: own design, 自评参考.
 */
export function buildReport({ edition, sheet, profile = {}, form, stamp, ...source }: ReportSource): Report {
  const grade = source.grade ?? gradeScores(sheet)
  const texts = new Map(
    edition.survey.pages.flatMap(({ elements }) =>
      elements.flatMap((element) => ('why' in element ? [[element.name, element] as const] : [])),
    ),
  )
  const book: Book = { edition, sheet, grade, form, texts, gates: listGates(edition) }
  const table = listRows(book)
  const counts = countStates(sheet)
  const productionType = edition.scoring.productionTypes?.find(({ id }) => id === sheet.profile.productionType)?.label
  const upgrade = describeUpgrade(book)
  const visit = describeVisit(book)
  return {
    form,
    enterprise: {
      ...(profile.name === undefined ? {} : { name: profile.name }),
      ...(profile.creditCode === undefined ? {} : { creditCode: profile.creditCode }),
      ...(productionType === undefined ? {} : { productionType }),
    },
    ...(source.submittedAt === undefined ? {} : { submittedAt: source.submittedAt }),
    ...(source.revision === undefined ? {} : { revision: source.revision }),
    isSample: source.isSample === true || source.benchmark?.isSample === true,
    headline: describeHeadline(book, table[0]!),
    ladder: drawLadder(book),
    limits: describeLimits(book),
    counts,
    remarks: listRemarks(book, counts),
    domains: table.filter(({ kind, depth }) => kind === 'node' && depth === 1),
    subdomains: table.filter(({ kind, depth }) => kind === 'node' && depth === 2),
    table,
    comparisons: compareRows(book, table),
    ...rankGaps(book, table, source.benchmark),
    ...(source.benchmark === undefined ? {} : { benchmark: source.benchmark }),
    benchmarkRemark: source.benchmark === undefined ? (source.benchmarkRemark ?? NO_PEERS) : '',
    rates: source.rates ?? [],
    ...(upgrade === undefined ? {} : { upgrade }),
    upgradeRemark: upgrade === undefined ? explainNoUpgrade(book) : '',
    ...(visit === undefined ? {} : { visit }),
    standing: describeStanding(edition, form),
    stamp: { ...stamp, title: edition.title, shortDigest: stamp.digest.slice(0, DIGEST_SHOWN) },
  }
}

interface Book {
  readonly edition: Edition
  readonly sheet: ScoreSheet
  readonly grade: Grade
  readonly form: Form
  readonly texts: ReadonlyMap<string, IndicatorElement>
  readonly gates: ReadonlySet<string>
}

function listGates({ grading }: Edition): ReadonlySet<string> {
  return grading?.kind === 'tiers' ? (grading.gates?.items ?? new Set()) : new Set()
}

// ---------- figures and names in words ----------

/**
 * 数字 — at most two decimals and no float dust, unless rounding would put the figure on the other side of a mark (or on a
 * whole number it is not): 29.999 of 30 stays 29.999.
 */
export function formatFigure(figure: Exact, marks: readonly Exact[] = []): string {
  for (let places = 2; places <= 9; places++) {
    const rounded = Number(toNumber(figure).toFixed(places))
    const shown = fromDecimal(rounded)
    const keepsSide = marks.every((mark) => Math.sign(compare(shown, mark)) === Math.sign(compare(figure, mark)))
    if (keepsSide && (!Number.isInteger(rounded) || compare(shown, figure) === 0)) return String(rounded)
  }
  return String(toNumber(figure))
}

/** A mean or a distance for people: two decimals, no trailing zeros; nothing is compared with it. */
function formatDecimal(figure: number): string {
  return String(Number(figure.toFixed(2)))
}

function formatRange({ low, high }: ExactRange, marks: readonly Exact[] = []): string {
  const from = formatFigure(low, marks)
  return compare(low, high) === 0 ? from : `${from}—${formatFigure(high, marks)}`
}

function formatPlace({ low, high }: TierRange, unit: '档' | '级'): string {
  return low === high ? `第 ${low} ${unit}` : `第 ${low}—${high} ${unit}`
}

/** The questionnaire's own phrase for the level a value lies in; nothing is said of level 0. */
function findPhrase({ texts }: Book, id: string, value: number): string {
  return texts.get(id)?.levels[Math.ceil(value) - 1] ?? ''
}

/** The figure from which a counted answer earns a value: the bands read backwards. */
function describeMark({ rule, step }: Indicator, value: number): string {
  if (rule.kind === 'ladder' || value <= 0) return ''
  const band = Math.ceil(value)
  const from = fromDecimal(band === 1 ? 0 : rule.bands[band - 2]!)
  const to = fromDecimal(rule.bands[band - 1] ?? rule.cap)
  const mark = value === band && step < 1 ? divide(add(from, to), exact(2)) : from
  const figure = formatFigure(mark)
  switch (rule.kind) {
    case 'rate': {
      const what = rule.range === 'improvement' ? '改善幅度' : '该比率'
      return mark.n === 0 ? `${what}大于 0` : `${what}达到 ${figure}%`
    }
    case 'checklist':
      return `至少选中 ${Math.max(1, Math.ceil(toNumber(mark)))} 项`
    case 'matrix':
      return mark.n === 0
        ? `至少 1 个场景达到 ${rule.threshold} 分`
        : `至少 ${figure}% 的适用场景达到 ${rule.threshold} 分`
  }
}

function formatState({ state, counts }: ItemScore, indicator: Indicator, { sheet }: Book): string {
  switch (state) {
    case 'answered':
      return '已答'
    case 'unanswered':
      return '未答'
    case 'unknown':
      return '不掌握'
    case 'notApplicable':
      return counts ? '不适用（计 0 分）' : '不适用'
    case 'notAsked':
      return isApplicable(indicator, sheet.profile, 'full') ? '快速自测不问' : '本生产类型不问'
  }
}

function nameItem({ sheet }: Book, id: string): ReportItemName {
  const { indicator, state, low } = sheet.items.get(id)!
  const valueText =
    state === 'unanswered' ? '未答' : state === 'unknown' ? '不掌握' : `${formatFigure(exactSteps(indicator, low))} 分`
  return { id, title: indicator.title, valueText }
}

function joinNames(book: Book, ids: readonly string[], most = MOST_NAMED): string {
  const names = ids.slice(0, most).map((id) => `${id} ${book.sheet.items.get(id)!.indicator.title}`)
  return names.join('、') + (ids.length > most ? `等 ${ids.length} 项` : '')
}

// ---------- headline and ladder ----------

function describeHeadline({ edition, sheet, grade, form }: Book, total: ReportRow): ReportHeadline {
  const reached = grade.tier ?? grade.level
  const unit = grade.tier === undefined ? '级' : '档'
  const { low = 0, high = 0 } = grade.level ?? {}
  const nameOf = (level: number): string => edition.levelNames.get(level) ?? (level === 0 ? '未入级' : `第 ${level} 级`)
  const marks = listBounds(edition)
  return {
    place: reached === undefined ? '' : formatPlace(reached, unit),
    ...(reached === undefined ? {} : { reached }),
    unit,
    levelName: grade.level === undefined ? '' : low === high ? nameOf(low) : `${nameOf(low)}至${nameOf(high)}`,
    meaning: low === high ? (edition.scoring.levels?.find(({ level }) => level === low)?.meaning ?? '') : '',
    ...(total.value === undefined ? {} : { score: total.value }),
    scoreText: sheet.score === undefined ? '' : formatRange(sheet.score, marks),
    scoreMax: total.max,
    formLabel: form === 'short' ? (edition.scoring.shortForm?.title ?? '快速自测') : '完整诊断',
    isRange: sheet.score !== undefined && compare(sheet.score.low, sheet.score.high) !== 0,
  }
}

function listBounds({ grading }: Edition): readonly Exact[] {
  return grading?.kind === 'tiers' ? grading.tiers.flatMap(({ upTo }) => (upTo === undefined ? [] : [upTo])) : []
}

function drawLadder({ edition, grade }: Book): readonly ReportLadderGroup[] {
  const { grading } = edition
  const reached = grade.tier ?? grade.level
  if (grading === undefined || reached === undefined) return []
  const steps =
    grading.kind === 'tiers'
      ? grading.tiers.map(({ tier, level }) => ({ number: tier, level }))
      : grading.levels.map(({ level }) => ({ number: level, level }))
  const stateOf = (number: number): 'below' | 'here' | 'possible' | 'above' => {
    if (number < reached.low) return 'below'
    if (number === reached.low) return 'here'
    return number <= reached.high ? 'possible' : 'above'
  }
  return [...new Set(steps.map(({ level }) => level))].map((level) => ({
    level,
    name: edition.levelNames.get(level) ?? `第 ${level} 级`,
    steps: steps.filter((step) => step.level === level).map(({ number }) => ({ number, state: stateOf(number) })),
  }))
}

// ---------- what limits ----------

function describeLimits(book: Book): ReportLimits {
  const { grading } = book.edition
  if (grading === undefined) return { sentence: '本问卷不分档，只给出得分。', limits: [] }
  if (grading.kind === 'cumulative') return describeMissedLevel(book, grading)
  const { tier, limits, limitedBy, next } = book.grade
  if (tier === undefined || limits === undefined) {
    return { sentence: '还没有计入得分的指标，暂时不能定档。', limits: [] }
  }
  const names = listUsedLimits(grading)
  return {
    sentence: explainTier(book, grading, names),
    limits: names.map((name) => ({
      name,
      title: LIMIT_TITLES[name],
      tier: limits[name],
      place: placeLimit(name, limits[name], grading),
      isLimiting: limitedBy.includes(name),
    })),
    ...(next === undefined ? {} : { next: { place: placeTier(book, next.tier), needs: listNeeds(book, next) } }),
  }
}

/** A cap is no place reached but the highest place left; above the table's top it holds nothing. */
function placeLimit(name: LimitName, tier: number, { tiers }: TierGradingRules): string {
  if (name !== 'cap') return `第 ${tier} 档`
  return tier === tiers.length ? '未触发' : `最高第 ${tier} 档`
}

/** An edition without gates, caps or score bounds is not told about them. */
function listUsedLimits({ tiers, gates, caps }: TierGradingRules): readonly LimitName[] {
  return [
    ...(tiers.some(({ upTo }) => upTo !== undefined) ? (['score'] as const) : []),
    ...(gates === undefined ? [] : (['gate'] as const)),
    ...(caps.length === 0 ? [] : (['cap'] as const)),
  ]
}

function placeTier({ edition }: Book, tier: number): string {
  const level = edition.grading?.kind === 'tiers' ? edition.grading.tiers[tier - 1]?.level : undefined
  const name = level === undefined ? undefined : edition.levelNames.get(level)
  return `第 ${tier} 档${name === undefined ? '' : `（${name}）`}`
}

/** “总分到第 5 档，门槛停在第 4 档，因为……” — what holds the low end where it is, and by how much. */
function explainTier(book: Book, grading: TierGradingRules, names: readonly LimitName[]): string {
  const { limits, limitedBy, next, tier } = book.grade
  const opening = isOpen(book) ? '未答和不掌握的指标按 0 分计，' : ''
  if (next === undefined || limits === undefined) {
    const reached = names.filter((name) => name !== 'cap').map((name) => LIMIT_TITLES[name])
    const subject = reached.length === 0 ? '' : `${reached.join('和')}${reached.length > 1 ? '都' : ''}`
    return `${opening}${subject}到最高的第 ${tier?.low ?? grading.tiers.length} 档，没有受到限制。`
  }
  const free = names.filter((name) => !limitedBy.includes(name) && name !== 'cap')
  const [first] = free
  const context =
    free.length > 1 && first !== undefined && free.every((name) => limits[name] === limits[first])
      ? `${free.map((name) => LIMIT_TITLES[name]).join('和')}都到第 ${limits[first]} 档`
      : free.map((name) => `${LIMIT_TITLES[name]}到第 ${limits[name]} 档`).join('、')
  const held = limitedBy.map((name) => LIMIT_TITLES[name])
  const subject = held.length > 1 ? `${held.slice(0, -1).join('、')}和${held[held.length - 1]!}都` : (held[0] ?? '结果')
  const reasons = limitedBy.map((name) => explainLimit(book, next, name))
  const link = reasons.length > 1 ? '：' : '，因为'
  const comma = context === '' ? '' : '，'
  return `${opening}${context}${comma}${subject}停在第 ${next.tier - 1} 档${link}${reasons.join('；')}。`.replace(
    /因为(?=[A-Za-z])/,
    '因为 ',
  )
}

function explainLimit(book: Book, next: Shortfall, name: LimitName): string {
  switch (name) {
    case 'score': {
      if (next.score === undefined) return '总分不足'
      const { have, above } = next.score
      return `总分为 ${formatFigure(have, [above])} 分（第 ${next.tier} 档要求超过 ${formatFigure(above)} 分）`
    }
    case 'gate': {
      const parts = [
        ...(next.gateItems === undefined ? [] : [countGates(next.gateItems)]),
        ...explainNodes(book, next.nodes),
      ]
      return parts.length === 0 ? `本版本的门槛最高定到第 ${next.tier - 1} 档` : parts.join('，')
    }
    case 'cap': {
      const rules = [...new Set(next.caps.map(({ because }) => because))]
      return rules
        .map((because) => {
          const items = next.caps.filter((cap) => cap.because === because)
          const named = items.map(({ item, have, need }) => {
            const title = book.sheet.items.get(item)!.indicator.title
            return `${item} ${title}为 ${formatFigure(have, [need])} 分`
          })
          return `${named.join('、')}（${because}）`
        })
        .join('，')
    }
  }
}

/** Nodes of one gate rule share its mark: one clause for all of them. */
function explainNodes(book: Book, nodes: Shortfall['nodes']): readonly string[] {
  const [first] = nodes
  if (first === undefined) return []
  const need = formatFigure(first.need)
  const names = nodes.map(({ id, have }) => `${titleOfNode(book, id)} ${formatFigure(have, [first.need])} 分`)
  if (names.length === 1)
    return [`${titleOfNode(book, first.id)}为 ${formatFigure(first.have, [first.need])} 分（要求 ${need} 分）`]
  return [`${nodes.length} 个方面低于要求的 ${need} 分（${names.join('、')}）`]
}

function countGates({ have, need, of, atLeast }: NonNullable<Shortfall['gateItems']>): string {
  const mark = formatFigure(atLeast)
  const found = have === 0 ? `没有一项达到 ${mark} 分` : `只有 ${have} 项达到 ${mark} 分`
  return `门槛指标 ${of} 项中${found}（要求至少 ${need} 项）`
}

function listNeeds(book: Book, next: Shortfall): readonly { text: string; items: readonly ReportItemName[] }[] {
  const { score, gateItems, nodes, caps } = next
  const needs: { text: string; items: readonly ReportItemName[] }[] = []
  if (score !== undefined) {
    const { have, above } = score
    needs.push({ text: `总分超过 ${formatFigure(above)} 分，现为 ${formatFigure(have, [above])} 分`, items: [] })
  }
  if (gateItems !== undefined) {
    const { have, need, of, atLeast, below } = gateItems
    const text = `门槛指标 ${of} 项中至少 ${need} 项达到 ${formatFigure(atLeast)} 分，现有 ${have} 项，还差 ${need - have} 项`
    needs.push({ text, items: below.map((id) => nameItem(book, id)) })
  }
  for (const { id, have, need } of nodes) {
    const text = `${titleOfNode(book, id)}达到 ${formatFigure(need)} 分，现为 ${formatFigure(have, [need])} 分`
    needs.push({ text, items: [] })
  }
  // Several caps may hold the same item: the highest mark says it all.
  const marks = new Map<string, (typeof caps)[number]>()
  for (const cap of caps) {
    const known = marks.get(cap.item)
    if (known === undefined || compare(cap.need, known.need) > 0) marks.set(cap.item, cap)
  }
  for (const { item, have, need } of marks.values()) {
    const { title } = book.sheet.items.get(item)!.indicator
    const text = `${item} ${title}达到 ${formatFigure(need)} 分，现为 ${formatFigure(have, [need])} 分`
    needs.push({ text, items: [] })
  }
  return needs
}

/** A cumulative model stops at the first level of which an item is missed. */
function describeMissedLevel(book: Book, { levels }: CumulativeGradingRules): ReportLimits {
  const reached = book.grade.level?.low ?? 0
  const opening = isOpen(book) ? '未答和不掌握的指标按 0 分计，' : ''
  const next = levels.find(({ level }) => level > reached)
  if (next === undefined) return { sentence: `${opening}各级的指标全部达标，到最高的第 ${reached} 级。`, limits: [] }
  const missed = next.items.filter((id) => {
    const item = book.sheet.items.get(id)!
    return item.counts && compare(exactSteps(item.indicator, item.low), next.atLeast) < 0
  })
  const mark = formatFigure(next.atLeast)
  const so = reached === 0 ? '还没有达到任何一级' : `第 ${reached} 级及以下的指标全部达标`
  const lacking = `第 ${next.level} 级的 ${next.items.length} 项指标中有 ${missed.length} 项低于 ${mark} 分`
  const need = { text: `以下 ${missed.length} 项都达到 ${mark} 分`, items: missed.map((id) => nameItem(book, id)) }
  return {
    sentence: `${opening}${so}，${lacking}：${joinNames(book, missed)}。`,
    limits: [],
    next: { place: placeLevel(book, next.level), needs: [need] },
  }
}

function placeLevel({ edition }: Book, level: number): string {
  const name = edition.levelNames.get(level)
  return `第 ${level} 级${name === undefined ? '' : `（${name}）`}`
}

function titleOfNode({ edition }: Book, id: string): string {
  return findNode(edition.tree, id)?.title ?? id
}

function isOpen({ sheet }: Book): boolean {
  return [...sheet.items.values()].some(({ low, high }) => low !== high)
}

// ---------- how much was answered ----------

function countStates({ items }: ScoreSheet): Report['counts'] {
  const counts = { answered: 0, unanswered: 0, unknown: 0, notApplicable: 0, notAsked: 0 }
  for (const { state } of items.values()) counts[state] += 1
  return { ...counts, asked: items.size - counts.notAsked }
}

function listRemarks(book: Book, { asked, unanswered, unknown }: Report['counts']): readonly string[] {
  const { form, grade } = book
  const remarks: string[] = []
  if (form === 'short') {
    remarks.push(`这是快速自测的结果，只看 ${asked} 项核心指标，供企业自己了解大致位置；正式的档次以完整诊断为准。`)
  }
  const open = [
    ...(unanswered === 0 ? [] : [`${unanswered} 项未答`]),
    ...(unknown === 0 ? [] : [`${unknown} 项不掌握`]),
  ].join('、')
  if (open !== '' && isOpen(book)) {
    const reached = grade.tier ?? grade.level
    const unit = grade.tier === undefined ? '级' : '档'
    const effect =
      reached === undefined
        ? '得分因此是一个区间'
        : reached.low === reached.high
          ? `无论怎样补答，结果都是${formatPlace(reached, unit)}，得分仍是一个区间`
          : `结果因此是一个区间，以低端${formatPlace({ low: reached.low, high: reached.low }, unit)}为准，补齐后最高可到第 ${reached.high} ${unit}`
    remarks.push(`${asked} 项指标中还有 ${open}，${effect}。`)
  }
  return remarks
}

// ---------- the table ----------

function listRows(book: Book): readonly ReportRow[] {
  const rows: ReportRow[] = []
  const visit = (node: EditionNode, depth: number, group: string, weight: number | undefined, share?: number): void => {
    const range = book.sheet.nodes.get(node.id)
    const max = measureMost(node, book.sheet)
    rows.push({
      ...describeShare(weight, range === undefined ? undefined : share),
      kind: 'node',
      id: node.id,
      title: node.title,
      depth,
      group,
      max: max === undefined ? 0 : toNumber(max),
      ...(range === undefined || max === undefined ? {} : describeRange(range, max)),
      ...describeFigure(range === undefined ? '—' : formatRange(range, listMarksOf(book, node.id))),
      stateText: range === undefined ? '没有适用的指标' : '',
      phrase: '',
      isGate: false,
    })
    const weighted = node.combine === 'weightedMean'
    const parts = listParts(node, book.sheet)
    const sum = parts.reduce((total, part) => total + part.weight * part.most, 0)
    const shareOf = (id: string): number | undefined => {
      const part = parts.find((part) => part.id === id)
      if (part === undefined || share === undefined || node.combine === 'minimum' || sum === 0) return undefined
      return (share * part.weight * part.most) / sum
    }
    for (const child of node.children) {
      const place = depth === 0 ? child.id : group
      visit(child, depth + 1, place, weighted ? child.weight : undefined, shareOf(child.id))
    }
    for (const indicator of node.indicators) {
      const place = depth === 0 ? indicator.id : group
      const weight = weighted ? indicator.weight : undefined
      rows.push(describeIndicator(book, indicator, depth + 1, place, weight, shareOf(indicator.id)))
    }
  }
  visit(book.edition.tree, 0, '', undefined, 1)
  return rows
}

function describeIndicator(
  book: Book,
  indicator: Indicator,
  depth: number,
  group: string,
  weight: number | undefined,
  share: number | undefined,
): ReportRow {
  const item = book.sheet.items.get(indicator.id)!
  const range = { low: exactSteps(indicator, item.low), high: exactSteps(indicator, item.high) }
  const value = item.low * indicator.step
  const isAnswered = item.state === 'answered'
  return {
    ...describeShare(weight, share),
    kind: 'indicator',
    id: indicator.id,
    title: indicator.title,
    depth,
    group,
    max: indicator.max,
    ...(item.counts ? describeRange(range, fromDecimal(indicator.max)) : {}),
    ...describeFigure(item.counts ? formatRange(range) : '—'),
    state: item.state,
    stateText: isAnswered ? formatValue(indicator, value) : formatState(item, indicator, book),
    phrase: isAnswered ? findPhrase(book, indicator.id, value) : '',
    isGate: book.gates.has(indicator.id),
  }
}

/** Two decimals at least, so that the points of a column stand under each other. */
function describeFigure(valueText: string): { valueText: string; figureText: string } {
  const figureText = valueText.replace(/\d+(\.\d+)?/g, (figure, decimals: string | undefined) =>
    (decimals?.length ?? 0) > 2 ? figure : Number(figure).toFixed(2),
  )
  return { valueText, figureText }
}

function describeShare(weight: number | undefined, share: number | undefined): { weight?: number; share?: number } {
  return { ...(weight === undefined ? {} : { weight }), ...(share === undefined ? {} : { share }) }
}

function describeRange({ low, high }: ExactRange, max: Exact): { value: NumberRange; score: NumberRange } {
  const percent = (part: Exact): number => (max.n === 0 ? 0 : toNumber(multiply(divide(part, max), exact(100))))
  return {
    value: { low: toNumber(low), high: toNumber(high) },
    score: { low: percent(low), high: percent(high) },
  }
}

/** The marks a gate sets on a node, so that a figure just below one never rounds onto it. */
function listMarksOf({ edition }: Book, id: string): readonly Exact[] {
  if (id === edition.tree.id) return listBounds(edition)
  if (edition.grading?.kind !== 'tiers') return []
  return (edition.grading.gates?.rules ?? []).flatMap(({ nodes }) =>
    nodes?.ids.includes(id) === true ? [nodes.atLeast] : [],
  )
}

interface WeighedPart {
  readonly id: string
  readonly weight: number
  readonly most: number
}

function listParts(node: EditionNode, sheet: ScoreSheet): readonly WeighedPart[] {
  const weightOf = ({ weight }: { readonly weight: number }): number => (node.combine === 'weightedMean' ? weight : 1)
  return [
    ...node.children.flatMap((child) => {
      const most = measureMost(child, sheet)
      return most === undefined ? [] : [{ id: child.id, weight: weightOf(child), most: toNumber(most) }]
    }),
    ...node.indicators.flatMap((indicator) =>
      sheet.items.get(indicator.id)!.counts
        ? [{ id: indicator.id, weight: weightOf(indicator), most: indicator.max }]
        : [],
    ),
  ]
}

// ---------- strengths and gaps ----------

/** Nodes that hold indicators, then the indicators; each against the mean of its own kind. */
function compareRows(book: Book, table: readonly ReportRow[]): readonly ReportComparison[] {
  const holders = new Set<string>()
  const collect = (node: EditionNode): void => {
    if (node.indicators.length > 0 && node !== book.edition.tree) holders.add(node.id)
    node.children.forEach(collect)
  }
  collect(book.edition.tree)
  const nodes = table.filter(({ kind, id }) => kind === 'node' && holders.has(id))
  const indicators = table.filter(({ state }) => state === 'answered')
  return [
    ...compareKind('子域', nodes, (row, wants) => nameExtreme(book, table, row.id, wants)),
    ...compareKind('指标', indicators, ({ stateText, phrase }) =>
      phrase === '' ? stateText : `${stateText}：${phrase}`,
    ),
  ]
}

type Phrase = (row: ReportRow, wants: 'best' | 'worst') => string

function compareKind(title: string, rows: readonly ReportRow[], phraseOf: Phrase): readonly ReportComparison[] {
  const certain = rows.flatMap((row) =>
    row.score !== undefined && row.score.high - row.score.low < 1e-9 ? [{ row, score: row.score.low }] : [],
  )
  if (certain.length < 2) return []
  const mean = certain.reduce((sum, { score }) => sum + score, 0) / certain.length
  const scale = certain[0]!.row.max
  const most = certain.every(({ row }) => row.max === scale) ? scale : 100
  const standings = certain.map(({ row, score }) => ({ row, distance: score - mean }))
  /** Farthest first; of equals the one with more part in the total, then the questionnaire's order (sort is stable). */
  const rank = (sign: 1 | -1, wants: 'best' | 'worst'): readonly ReportStanding[] =>
    standings
      .filter(({ distance }) => sign * distance > 1e-9)
      .sort((a, b) => {
        const farther = sign * (b.distance - a.distance)
        return Math.abs(farther) > 1e-9 ? farther : largerShare(a.row, b.row)
      })
      .slice(0, MOST_STANDINGS)
      .map(({ row, distance }) => ({
        row,
        distanceText: `${sign > 0 ? '高' : '低'} ${formatDecimal((Math.abs(distance) * most) / 100)} 分`,
        phrase: phraseOf(row, wants),
      }))
  const meanText = `${formatDecimal((mean * most) / 100)} 分（满分 ${formatDecimal(most)} 分）`
  return [{ title, meanText, strengths: rank(1, 'best'), gaps: rank(-1, 'worst') }]
}

function largerShare(a: ReportRow, b: ReportRow): number {
  const difference = (b.share ?? 0) - (a.share ?? 0)
  return Math.abs(difference) > 1e-9 ? difference : 0
}

/** A sub-domain is told by its best or its weakest indicator. */
function nameExtreme({ edition }: Book, table: readonly ReportRow[], id: string, wants: 'best' | 'worst'): string {
  const inside = new Set(listIndicators(findNode(edition.tree, id)!).map((indicator) => indicator.id))
  const rows = table.filter((row) => row.kind === 'indicator' && row.state === 'answered' && inside.has(row.id))
  const sign = wants === 'best' ? 1 : -1
  const [first, ...others] = rows
  if (first === undefined) return ''
  const worthOf = (row: ReportRow): number => sign * (row.score?.low ?? 0)
  const extreme = others.reduce((found, row) => (worthOf(row) > worthOf(found) + 1e-9 ? row : found), first)
  if (others.every((row) => Math.abs(worthOf(row) - worthOf(first)) < 1e-9)) {
    return rows.length === 1 ? `${extreme.title}：${extreme.stateText}` : `各项都是 ${extreme.stateText}`
  }
  return `${wants === 'best' ? '最好的一项' : '最弱的一项'}：${extreme.title}，${extreme.stateText}`
}

// ---------- gaps by what they bring ----------

/**
 * 差距排序 — for every sub-domain below its target, what the total gains when it gets there: the gap times the node's part of
 * the total. Targets are the group's upper quartile, or without peers the next whole level. Only in trees of means and
 * sums, where parts add up; sub-domains with open answers count from their low end.
 */
function rankGaps(
  { edition, sheet }: Book,
  table: readonly ReportRow[],
  benchmark: Benchmark | undefined,
): Pick<Report, 'gaps' | 'gapsRemark'> {
  const total = table[0]!
  const marks = new Map(benchmark?.rows.map(({ id, spread }) => [id, spread[3]]))
  const rows = table.filter(({ kind, depth }) => kind === 'node' && depth === 2)
  if (!isLinear(edition.tree) || sheet.score === undefined || rows.length === 0) return { gaps: [], gapsRemark: '' }
  const gaps = rows.flatMap((row): readonly ReportGap[] => {
    if (row.value === undefined || row.share === undefined || row.max === 0) return []
    const target = benchmark === undefined ? Math.min(row.max, Math.floor(row.value.low) + 1) : marks.get(row.id)
    if (target === undefined || target - row.value.low < 1e-9) return []
    const brings = ((target - row.value.low) / row.max) * row.share * total.max
    const bringsText = `总分约加 ${formatDecimal(brings)} 分`
    return [{ row, target, targetText: formatDecimal(target), brings, bringsText }]
  })
  const ranked = [...gaps].sort((a, b) => (Math.abs(b.brings - a.brings) > 1e-9 ? b.brings - a.brings : 0))
  const what = benchmark === undefined ? '各子域的下一个整级' : `同类组的上四分位（${benchmark.groupTitle}）`
  return { gaps: ranked, gapsRemark: `目标取${what}；按补齐后总分能增加多少排序，只算这一个子域的变化。` }
}

// ---------- the way up ----------

function describeUpgrade(book: Book): ReportUpgrade | undefined {
  const plan = planUpgrade(book.sheet, book.grade)
  if (plan === undefined || plan.raises.length === 0) return undefined
  const place = 'tier' in plan.reaches ? placeTier(book, plan.reaches.tier) : placeLevel(book, plan.reaches.level)
  const unit = nameStep(book, plan.raises)
  const { score } = applyRaises(book.sheet, plan.raises)
  const after = score === undefined ? '' : `，总分升到 ${formatFigure(score.low, listBounds(book.edition))} 分`
  const summary =
    `提升 ${plan.raises.length} 项指标、合计 ${plan.cost} ${unit}，即可到${place}${after}。` +
    `按本问卷的规则，这是${'tier' in plan.reaches ? '工作量最小的一组' : '必须补齐的全部指标'}。`
  return {
    place,
    summary,
    cost: plan.cost,
    raises: plan.raises.map((raise) => describeRaise(book, raise, unit)),
  }
}

/** A raise counts half levels on a scale of halves; an edition that sets its own efforts counts those. */
function nameStep({ edition }: Book, raises: readonly Raise[]): string {
  const indicators = raises.map(({ id }) => edition.indicators.get(id)!)
  if (indicators.some(({ rule }) => rule.effort !== undefined && rule.effort !== 1)) return '份工作量'
  if (indicators.every(({ step }) => step === 0.5)) return '个半级'
  return indicators.every(({ step }) => step === 1) ? '个级' : '步'
}

function describeRaise(book: Book, { id, from, to, cost }: Raise, unit: string): ReportRaise {
  const { sheet, edition, gates } = book
  const item = sheet.items.get(id)!
  const { indicator } = item
  const known = item.state === 'answered'
  return {
    id,
    title: indicator.title,
    isGate: gates.has(id),
    from,
    to,
    fromText: known ? formatValue(indicator, from) : `${formatState(item, indicator, book)}（按 0 分计）`,
    toText: formatValue(indicator, to),
    phrase: findPhrase(book, id, to),
    mark: describeMark(indicator, to),
    advice: (edition.advice[id] ?? []).slice(Math.floor(from), Math.ceil(to)),
    cost,
    costText: `${cost} ${unit}`,
  }
}

function explainNoUpgrade({ edition, sheet, grade }: Book): string {
  const { grading } = edition
  if (grading === undefined) return ''
  if (sheet.score === undefined) return '还没有计入得分的指标。'
  const reached = grade.tier?.low ?? grade.level?.low ?? 0
  const top = grading.kind === 'tiers' ? grading.tiers.length : Math.max(...grading.levels.map(({ level }) => level))
  if (reached >= top) return `已经是最高的第 ${reached} ${grading.kind === 'tiers' ? '档' : '级'}。`
  return '按本问卷的规则，只提升现有指标还到不了下一步。'
}

// ---------- the visit ----------

function describeVisit(book: Book): ReportVisit | undefined {
  const { grade, form, edition } = book
  const { visitFrom, tier } = grade
  if (visitFrom === undefined || tier === undefined || !grade.mayBeDueForVisit) return undefined
  const areas = edition.scoring.visitAreas ?? []
  const looks = areas.length === 0 ? '' : `：专家到现场看下面 ${areas.length} 个方面，请提前备好材料`
  const caution = form === 'short' ? '快速自测只供参考，是否安排以完整诊断的结果为准。' : ''
  const sentence = grade.dueForVisit
    ? `结果${tier.low === visitFrom ? '已到' : '高于'}第 ${visitFrom} 档，建议接受线下诊断${looks}。`
    : `目前的低端是第 ${tier.low} 档，补齐后最高可到第 ${tier.high} 档；到第 ${visitFrom} 档即建议接受线下诊断${looks}。`
  return {
    isCertain: grade.dueForVisit,
    sentence: sentence + caution,
    firmness: grade.dueForVisit ? describeFirmness(book, visitFrom) : '',
    areas: areas.map(({ title, looksAt, items }) => {
      const counted = items.filter((id) => book.sheet.items.get(id)!.counts)
      return {
        title,
        looksAt,
        items: counted.map((id) => nameItem(book, id)),
        evidence: [...new Set(counted.flatMap((id) => book.texts.get(id)?.evidence ?? []))],
      }
    }),
  }
}

/** “这一结论系于 1 项回答” — how little would take the flag away. */
function describeFirmness(book: Book, visitFrom: number): string {
  const firmness = measureFirmness(book.sheet, book.grade)
  if (firmness === undefined) return ''
  const { drops, items } = firmness
  const names = joinNames(book, items)
  const halves = items.every((id) => book.edition.indicators.get(id)!.step === 0.5)
  const fall = halves ? (drops === 1 ? '降低半级' : `降低 ${drops} 个半级`) : `降低 ${drops} 步`
  return items.length === 1
    ? `这一结论系于 1 项回答：${names}。这一项${fall}，结果就不到第 ${visitFrom} 档，请确认它有据可查。`
    : `最少要${fall}（${names}），结果才会不到第 ${visitFrom} 档。`
}

// ---------- what it is ----------

function describeStanding(edition: Edition, form: Form): Report['standing'] {
  return {
    statement: edition.standing,
    is: [
      '由企业自己的回答，按公开的规则逐项算出；同一份回答，谁来算都是同一个结果。',
      '用来看清现状、找到短板、安排下一步，也供主管部门了解面上的情况。',
      ...(form === 'short' ? ['快速自测只看核心指标，得到的是大致位置。'] : []),
    ],
    isNot: [
      '不是官方评定、认证或证书，也不代表已经通过任何标准的评估。',
      '没有经过现场核验；回答与实际不符，结果也就不符。',
      '不同版本的问卷得出的结果不能直接比较。',
    ],
  }
}
