import { checkCreditCode } from '../creditCode.ts'
import { compare, exact, fromDecimal, isInexact, subtract, toNumber, ZERO, type Exact } from '../exact.ts'
import { type EditionStamp } from '../ourFile.ts'
import { hasOwn, Problem } from '../problems.ts'
import {
  isApplicable,
  keepUsable,
  readAnswers,
  readRulesProfile,
  type Answer,
  type Answers,
  type Form,
  type MatrixAnswer,
  type RulesProfile,
} from './answers.ts'
import { listIndicators, listNodes, type Edition, type Indicator } from './edition.ts'
import { gradeScores, type Grade } from './grading.ts'
import { type Profile } from './profile.ts'
import { buildReport, formatFigure, type Report, type ReportRow } from './report.ts'
import { buildResult, type NumberRange } from './result.ts'
import { combineItems, exactSteps, scoreAnswers, type ExactRange, type ScoreSheet } from './scoring.ts'
import { formatAnswer, formatValue } from './wording.ts'

// ---------- what is compared ----------

/** 已提交的填报 — what a comparison needs of a locked sheet; a submission fits. */
export interface SubmittedSheet {
  readonly id: string
  readonly revision: number
  readonly form: Form
  readonly engine: string
  readonly edition: EditionStamp
  readonly profile: Profile
  readonly answers: Answers
  readonly submittedAt: string
  readonly sample?: true | undefined
  readonly result: StatedResult
}

/** 所载结果 — as a file states it, whoever made the file. */
export interface StatedResult {
  readonly score?: NumberRange | undefined
  readonly tier?: NumberRange | undefined
  readonly level?: NumberRange | undefined
  readonly items: Readonly<Record<string, NumberRange>>
}

/** `own`: the edition it was submitted under, to the letter; absent when this program no longer (or not yet) has it. */
export interface SheetToCompare {
  readonly submitted: SubmittedSheet
  readonly own?: Edition
}

// ---------- the comparison, as the page reads it ----------

/** `unsure`: open answers leave the sign open; `none`: one of the two has no figure. */
export type Direction = 'up' | 'down' | 'same' | 'unsure' | 'none'

export interface ComparedPlace {
  /** “第 4 档”, or “第 2—5 档” while answers are open; empty when the edition grades nothing. */
  readonly place: string
  readonly levelName: string
  readonly scoreText: string
}

/** 对比的一方 — one of the two sheets: the result it was submitted with, and the one that may be compared. */
export interface ComparedSide {
  readonly revision: number
  readonly submittedAt: string
  readonly form: Form
  readonly formLabel: string
  readonly edition: { readonly id: string; readonly version: string; readonly title: string }
  readonly answered: number
  /** Under its own edition: computed again when that is here, otherwise as the file states it. */
  readonly official: ComparedPlace & { readonly isRecomputed: boolean; readonly remark: string }
  /** Under the edition and the form that both sheets are compared with. */
  readonly comparable: ComparedPlace
  /** “按新版问卷 1.1.0 重新计算，仅供参考”; empty when the comparable result is the official one. */
  readonly basis: string
  readonly counterparts: Counterparts
}

export interface ComparedItem {
  readonly id: string
  /** The id again when the edition that knows the title is not here. */
  readonly title: string
  /** What was answered, in words; empty when nothing was. */
  readonly answerText: string
}

/** 没有对应的指标 — what re-scoring under the other edition could not carry over, and what it had no answer for. */
export interface Counterparts {
  readonly gone: readonly ComparedItem[]
  readonly added: readonly ComparedItem[]
  /** Asked in both editions, but this answer cannot be read by the rules of the common one. */
  readonly unreadable: readonly ComparedItem[]
}

export interface Change {
  readonly direction: Direction
  /** “+0.25”, “−0.25”, “0”, “−0.1 至 +0.3”; “—” without a figure on one side. */
  readonly text: string
  readonly word: string
  /** Of the maximum, −1 to 1; absent without a figure on one side. */
  readonly share?: NumberRange
}

export interface ComparedNode {
  readonly id: string
  readonly title: string
  readonly depth: number
  readonly max: number
  readonly beforeText: string
  readonly afterText: string
  readonly change: Change
}

export interface ComparedLimit {
  readonly title: string
  readonly before: string
  readonly after: string
  readonly isLimitingBefore: boolean
  readonly isLimitingAfter: boolean
  readonly isChanged: boolean
}

/** 改变的回答 — with what it earned before and after, and what it alone does to the total. */
export interface ChangedAnswer {
  readonly id: string
  readonly title: string
  readonly groupTitle: string
  readonly beforeText: string
  readonly afterText: string
  readonly beforeValue: string
  readonly afterValue: string
  /** Choices and scenes that changed, and for a ladder the questionnaire's phrase of the level now reached. */
  readonly details: readonly string[]
  readonly change: Change
  /** The total of the later sheet, less the same total with this one answer put back; “总分 +0.42”. Low ends. */
  readonly effectText: string
  readonly effectDirection: Direction
}

/** 前后对比 — two sheets of one firm side by side, as plain data. */
export interface Comparison {
  readonly enterprise: { readonly name?: string; readonly creditCode?: string }
  readonly isSample: boolean
  /** The sheet taken as the earlier one was submitted later: somebody turned them round. */
  readonly isReversed: boolean
  readonly before: ComparedSide
  readonly after: ComparedSide
  readonly unit: '档' | '级'
  readonly change: { readonly place: Change; readonly score: Change; readonly sentence: string }
  /** What to know before reading on: another edition, the short form, open answers, another production type. */
  readonly remarks: readonly string[]
  readonly limits: readonly ComparedLimit[]
  readonly reasons: { readonly before: string; readonly after: string }
  /** Every node, parents first, the total at the top. */
  readonly nodes: readonly ComparedNode[]
  /** Sub-domains that certainly rose or fell, the most first, five each at most. */
  readonly rose: readonly ComparedNode[]
  readonly fell: readonly ComparedNode[]
  readonly answers: {
    readonly changed: readonly ChangedAnswer[]
    readonly added: readonly ChangedAnswer[]
    readonly removed: readonly ChangedAnswer[]
    readonly unchanged: number
    readonly open: number
  }
  /** Rows of the two for a radar: nodes at depth 1 and 2. */
  readonly rows: {
    readonly domains: { readonly before: readonly ReportRow[]; readonly after: readonly ReportRow[] }
    readonly subdomains: { readonly before: readonly ReportRow[]; readonly after: readonly ReportRow[] }
  }
  readonly commonEdition: { readonly id: string; readonly version: string; readonly title: string }
  readonly isNot: readonly string[]
}

/** Own choice: what fits beside each other and is still remembered. */
const MOST_MOVERS = 5
/** As the report's own columns of figures have. */
const FIGURE_PLACES = 2

/**
 * 同一企业 — refuses two sheets of which it is not certain that one firm filled them: credit codes that differ, or no code
 * to go by and not revisions of one sheet. Two firms side by side are no development over time. A code with a fault (a
 * placeholder, a typing error) names nobody: two firms may share it, and one firm may have typed it in two ways.
 */
export function refuseOtherFirm(one: SubmittedSheet, other: SubmittedSheet): void {
  const code = readIdentity(one)
  const otherCode = readIdentity(other)
  if (code !== undefined && otherCode !== undefined) {
    if (code !== otherCode) throw new Problem('comparison.otherFirm', { code, other: otherCode })
  } else if (one.id !== other.id) throw new Problem('comparison.unknownFirm')
}

function readIdentity({ profile }: SubmittedSheet): string | undefined {
  const { code, fault } = checkCreditCode(profile.creditCode ?? '')
  return fault === undefined ? code : undefined
}

/** 先后 — the two in the order they were submitted; of one moment, in the order of their revisions. */
export function orderByTime(
  one: SheetToCompare,
  other: SheetToCompare,
): readonly [before: SheetToCompare, after: SheetToCompare] {
  return isLater(one.submitted, other.submitted) ? [other, one] : [one, other]
}

function isLater(one: SubmittedSheet, other: SubmittedSheet): boolean {
  const difference = Date.parse(one.submittedAt) - Date.parse(other.submittedAt)
  return difference === 0 ? one.revision > other.revision : difference > 0
}

/**
 * 共同的问卷版本 — the edition both sheets are scored under: the newer of their own; when neither is here, one of the same
 * questionnaire that is. Refuses when there is none.
 */
export function chooseEdition(before: SheetToCompare, after: SheetToCompare, atHand: readonly Edition[]): Edition {
  const { own: old } = before
  const { own } = after
  if (old !== undefined && own !== undefined) return isNewer(old, own) ? old : own
  const only = own ?? old
  if (only !== undefined) return only
  for (const { submitted } of [after, before]) {
    const [newest] = atHand
      .filter(({ id }) => id === submitted.edition.id)
      .sort((a, b) => compareVersions(b.version, a.version))
    if (newest !== undefined) return newest
  }
  throw new Problem('comparison.noEdition', { id: after.submitted.edition.id })
}

function isNewer(one: Edition, other: Edition): boolean {
  if (one.id === other.id) return compareVersions(one.version, other.version) > 0
  return one.scoring.publishedOn > other.scoring.publishedOn
}

function compareVersions(one: string, other: string): number {
  const [parts, others] = [one.split('.').map(Number), other.split('.').map(Number)]
  for (const [at, part] of parts.entries()) {
    const difference = part - (others[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/**
 * 前后对比 — two locked sheets of one firm side by side, both scored under `common` and, when one of them is a short form, by
 * the core items alone. What a sheet was officially worth stands beside it: recomputed under its own edition when that is
 * here, otherwise as its file states it. Figures of open sheets are ranges, and so are differences: they span every way
 * the open answers could turn out. Refuses: two firms, one and the same sheet, editions without a common indicator.
 * Source: own design, 自评参考.
 */
export function compareSheets(before: SheetToCompare, after: SheetToCompare, common: Edition): Comparison {
  const [one, other] = [before.submitted, after.submitted]
  refuseOtherFirm(one, other)
  if (one.id === other.id && one.revision === other.revision && one.submittedAt === other.submittedAt) {
    throw new Problem('comparison.sameSheet')
  }
  const hasCore = [...common.indicators.values()].some(({ rule }) => rule.core === true)
  const form: Form = hasCore && (one.form === 'short' || other.form === 'short') ? 'short' : 'full'
  const old = carryOver(before, common, form)
  const now = carryOver(after, common, form)
  const nodes = compareNodes(old, now)
  const answers = compareAnswers(old, now)
  const subdomains = listHolders(common)
  const movers = nodes.filter(({ id }) => subdomains.has(id))
  const byChange = (a: ComparedNode, b: ComparedNode): number => compareShares(a, b)
  const { limits, unit, place, score } = compareResults(old, now)
  return {
    enterprise: nameFirm(other.profile, one.profile),
    isSample: one.sample === true || other.sample === true,
    isReversed: isLater(one, other),
    before: describeSide(old),
    after: describeSide(now),
    unit,
    change: { place, score, sentence: describeChange(old, now, place, score, unit, movers) },
    remarks: listRemarks(old, now, form),
    limits,
    reasons: { before: old.report.limits.sentence, after: now.report.limits.sentence },
    nodes,
    rose: movers
      .filter(({ change }) => change.direction === 'up')
      .sort((a, b) => byChange(b, a))
      .slice(0, MOST_MOVERS),
    fell: movers
      .filter(({ change }) => change.direction === 'down')
      .sort(byChange)
      .slice(0, MOST_MOVERS),
    answers,
    rows: {
      domains: { before: old.report.domains, after: now.report.domains },
      subdomains: { before: old.report.subdomains, after: now.report.subdomains },
    },
    commonEdition: { id: common.id, version: common.version, title: common.title },
    isNot: listIsNot(old, now),
  }
}

// ---------- one sheet under the common edition ----------

/** One of the two, scored twice: as it was submitted, and as it can be compared. */
interface Carried {
  readonly submitted: SubmittedSheet
  readonly own: Edition | undefined
  readonly common: Edition
  readonly form: Form
  readonly official: Scored | undefined
  readonly answers: Answers
  readonly sheet: ScoreSheet
  readonly grade: Grade
  readonly report: Report
  readonly isOtherEdition: boolean
  readonly counterparts: Counterparts
  /** Ids of the common edition that this sheet's own edition had as well. */
  readonly shared: ReadonlySet<string>
  readonly remarks: readonly string[]
}

interface Scored {
  readonly sheet: ScoreSheet
  readonly grade: Grade
  readonly report: Report
}

function carryOver({ submitted, own }: SheetToCompare, common: Edition, form: Form): Carried {
  const { profile, answers, edition: stamp } = submitted
  const official = own === undefined ? undefined : scoreOfficially(submitted, own)
  const rest = { submitted, own, common, form, official }
  if (own === common && submitted.form === form && official !== undefined) {
    const shared = new Set(common.indicators.keys())
    const counterparts = { gone: [], added: [], unreadable: [] }
    return { ...rest, ...official, answers, isOtherEdition: false, counterparts, shared, remarks: [] }
  }
  const isOtherEdition = own !== common
  const rules = keepProductionType(common, profile)
  const shared = listShared(submitted, own, common, rules)
  if (shared.size === 0) throw new Problem('comparison.nothingShared')
  const carried = Object.fromEntries(Object.entries(answers).filter(([id]) => shared.has(id)))
  const usable = keepUsable(common, carried)
  const sheet = scoreAnswers(common, rules, form, usable)
  const grade = gradeScores(sheet)
  const report = buildReport({
    edition: common,
    sheet,
    grade,
    profile,
    form,
    stamp: { ...stamp, engine: submitted.engine },
  })
  return {
    ...rest,
    answers: usable,
    sheet,
    grade,
    report,
    isOtherEdition,
    counterparts: isOtherEdition
      ? listCounterparts(submitted, own, common, shared, usable, rules)
      : { gone: [], added: [], unreadable: [] },
    shared,
    remarks: isOtherEdition ? listFaults(common, rules, form, usable, profile) : [],
  }
}

/** As when it was submitted: refuses what the rules refuse. */
function scoreOfficially(submitted: SubmittedSheet, own: Edition): Scored {
  const { profile, form, answers, edition, engine } = submitted
  const rules = readRulesProfile(own, profile)
  const sheet = scoreAnswers(own, rules, form, readAnswers(own, rules, form, answers))
  const grade = gradeScores(sheet)
  return {
    sheet,
    grade,
    report: buildReport({ edition: own, sheet, grade, profile, form, stamp: { ...edition, engine } }),
  }
}

/** A production type that the common edition does not have counts as none, so that everything is asked. */
function keepProductionType({ scoring }: Edition, { productionType }: Profile): RulesProfile {
  const isKnown = scoring.productionTypes?.some(({ id }) => id === productionType) === true
  return productionType !== undefined && isKnown ? { productionType } : {}
}

/**
 * Which indicators of the common edition this sheet was asked about. Versions of one questionnaire keep their ids; another
 * questionnaire may use an id for something else, there the title must be the same too. Without the sheet's own edition
 * its file tells: it states every item that counted.
 */
function listShared(
  { answers, result, edition, form }: SubmittedSheet,
  own: Edition | undefined,
  common: Edition,
  rules: RulesProfile,
): ReadonlySet<string> {
  const isSameQuestionnaire = edition.id === common.id
  return new Set(
    [...common.indicators.values()].flatMap((indicator) => {
      const { id, title } = indicator
      if (own !== undefined) {
        const known = own.indicators.get(id)
        return known !== undefined && (isSameQuestionnaire || known.title === title) ? [id] : []
      }
      if (!isSameQuestionnaire) return []
      // What this form or production type leaves out is not in the file of an older edition that had it either.
      const isNamed = hasOwn(answers, id) || hasOwn(result.items, id)
      return isNamed || !isApplicable(indicator, rules, form) ? [id] : []
    }),
  )
}

function listCounterparts(
  { answers, result, form, profile }: SubmittedSheet,
  own: Edition | undefined,
  common: Edition,
  shared: ReadonlySet<string>,
  usable: Answers,
  rules: RulesProfile,
): Counterparts {
  const nameItem = (id: string): ComparedItem => {
    const indicator = own?.indicators.get(id)
    const answer = hasOwn(answers, id) ? answers[id] : undefined
    const isTold = indicator !== undefined && answer !== undefined
    const title = indicator?.title ?? (shared.has(id) ? common.indicators.get(id)?.title : undefined) ?? id
    return { id, title, answerText: isTold ? formatAnswer(indicator, answer) : '' }
  }
  const ownRules = own === undefined ? {} : keepProductionType(own, profile)
  const ownIds =
    own === undefined
      ? [...new Set([...Object.keys(result.items), ...Object.keys(answers)])]
      : listIndicators(own.tree)
          .filter((indicator) => isApplicable(indicator, ownRules, form))
          .map(({ id }) => id)
  return {
    gone: ownIds.filter((id) => !shared.has(id)).map(nameItem),
    added: listIndicators(common.tree)
      .filter((indicator) => !shared.has(indicator.id) && isApplicable(indicator, rules, form))
      .map(({ id, title }) => ({ id, title, answerText: '' })),
    unreadable: Object.keys(answers)
      .filter((id) => shared.has(id) && !hasOwn(usable, id))
      .map(nameItem),
  }
}

/** What the newer rules would refuse, were this sheet submitted today; the figures stand all the same. */
function listFaults(
  common: Edition,
  rules: RulesProfile,
  form: Form,
  usable: Answers,
  { productionType }: Profile,
): readonly string[] {
  const remarks: string[] = []
  if (
    productionType !== undefined &&
    rules.productionType === undefined &&
    common.scoring.productionTypes !== undefined
  ) {
    remarks.push('这份填报的生产类型在所用问卷里没有，按全部指标都适用计算。')
  }
  try {
    readAnswers(common, rules, form, usable)
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault
    remarks.push(`按所用问卷的规则，这份填报有一处不合要求：${fault.message}。得分照算，仅供参考。`)
  }
  return remarks
}

// ---------- the two sides in words ----------

function describeSide(side: Carried): ComparedSide {
  const { submitted, own, official, report } = side
  const { revision, submittedAt, form, edition } = submitted
  return {
    revision,
    submittedAt,
    form,
    formLabel: official?.report.headline.formLabel ?? (form === 'short' ? '快速自测' : '完整诊断'),
    edition: { id: edition.id, version: edition.version, title: own?.title ?? edition.id },
    answered: official === undefined ? Object.keys(submitted.answers).length : countAnswered(official.report),
    official: describeOfficial(side),
    comparable: takePlace(report),
    basis: describeBasis(side),
    counterparts: side.counterparts,
  }
}

/** Of what its form asked; 不掌握 and 不适用 are answers too. */
function countAnswered({ counts: { asked, unanswered } }: Report): number {
  return asked - unanswered
}

function takePlace({ headline: { place, levelName, scoreText } }: Report): ComparedPlace {
  return { place, levelName, scoreText }
}

function describeOfficial({ submitted, official }: Carried): ComparedSide['official'] {
  const { result } = submitted
  if (official === undefined) {
    const { tier, level, score } = result
    const reached = tier ?? level
    return {
      place: reached === undefined ? '' : placeOf(reached, tier === undefined ? '级' : '档'),
      levelName: '',
      scoreText: score === undefined ? '' : joinRange(score),
      isRecomputed: false,
      remark: '本机没有当时的问卷版本，未能复算，照文件所载列出',
    }
  }
  const computed = buildResult(official.sheet, official.grade)
  const agrees = (['score', 'tier', 'level'] as const).every(
    (name) => computed[name]?.low === result[name]?.low && computed[name]?.high === result[name]?.high,
  )
  return {
    ...takePlace(official.report),
    isRecomputed: true,
    remark: agrees ? '' : '文件所载结果与按作答复算的不同，这里用复算结果',
  }
}

function placeOf({ low, high }: NumberRange, unit: string): string {
  return low === high ? `第 ${low} ${unit}` : `第 ${low}—${high} ${unit}`
}

function joinRange({ low, high }: NumberRange): string {
  const from = formatFigure(fromDecimal(low))
  return low === high ? from : `${from}—${formatFigure(fromDecimal(high))}`
}

function describeBasis(side: Carried): string {
  const { submitted, common, form, isOtherEdition, sheet } = side
  const parts: string[] = []
  if (isOtherEdition) {
    const isUpdate =
      submitted.edition.id === common.id && compareVersions(submitted.edition.version, common.version) < 0
    parts.push(isUpdate ? `按新版问卷 ${common.version} 重新计算` : `按问卷“${common.title}”${common.version} 重新计算`)
  }
  if (submitted.form !== form) parts.push(`只计${nameShortForm(common)}的 ${countAsked(sheet)} 项`)
  return parts.length === 0 ? '' : `${parts.join('，')}，仅供参考`
}

function nameShortForm({ scoring }: Edition): string {
  return scoring.shortForm?.title ?? '快速自测'
}

function countAsked({ items }: ScoreSheet): number {
  return [...items.values()].filter(({ state }) => state !== 'notAsked').length
}

function nameFirm(now: Profile, old: Profile): Comparison['enterprise'] {
  const name = now.name ?? old.name
  const creditCode = now.creditCode ?? old.creditCode
  return { ...(name === undefined ? {} : { name }), ...(creditCode === undefined ? {} : { creditCode }) }
}

// ---------- differences ----------

/** a − b. Fractions that leave 2^53 are taken as doubles: a difference is read, nothing is decided by it. */
function differ(a: Exact, b: Exact): Exact {
  try {
    return subtract(a, b)
  } catch (fault) {
    if (!isInexact(fault)) throw fault
    return fromDecimal(toNumber(a) - toNumber(b))
  }
}

/** From the most that may have been lost to the most that may have been gained. */
function differRanges(old: ExactRange, now: ExactRange): ExactRange {
  return { low: differ(now.low, old.high), high: differ(now.high, old.low) }
}

const WORDS: Readonly<Record<Direction, string>> = {
  up: '上升',
  down: '下降',
  same: '持平',
  unsure: '不能确定',
  none: '无法比较',
}

const NO_CHANGE: Change = { direction: 'none', text: '—', word: WORDS.none }

function describeDifference({ low, high }: ExactRange, max?: Exact, places = 0): Change {
  const direction: Direction = low.n > 0 ? 'up' : high.n < 0 ? 'down' : low.n === 0 && high.n === 0 ? 'same' : 'unsure'
  const say = (part: Exact): string => formatSigned(part, places)
  const text = compare(low, high) === 0 ? say(low) : `${say(low)} 至 ${say(high)}`
  const shareOf = (part: Exact): number => (max === undefined || max.n === 0 ? 0 : toNumber(part) / toNumber(max))
  return {
    direction,
    text,
    word: WORDS[direction],
    ...(max === undefined ? {} : { share: { low: shareOf(low), high: shareOf(high) } }),
  }
}

/** 带号的数 — “+0.25”, with a true minus and at least `places` decimals; a difference that is not zero never rounds to it. */
export function formatSigned(figure: Exact, places = 0): string {
  if (figure.n === 0) return '0'
  const short = formatFigure({ n: Math.abs(figure.n), d: figure.d }, [ZERO])
  const text = (short.split('.')[1]?.length ?? 0) < places ? Number(short).toFixed(places) : short
  return `${figure.n > 0 ? '+' : '−'}${text}`
}

function compareShares(a: ComparedNode, b: ComparedNode): number {
  return (a.change.share?.low ?? 0) - (b.change.share?.low ?? 0)
}

function compareNodes(old: Carried, now: Carried): readonly ComparedNode[] {
  const rowsOf = ({ report }: Carried): ReadonlyMap<string, ReportRow> =>
    new Map(report.table.filter(({ kind }) => kind === 'node').map((row) => [row.id, row]))
  const earlier = rowsOf(old)
  return [...rowsOf(now).values()].map(({ id, title, depth, max, figureText }) => {
    const [range, rangeNow] = [old.sheet.nodes.get(id), now.sheet.nodes.get(id)]
    const most = Math.max(max, earlier.get(id)?.max ?? 0)
    return {
      id,
      title,
      depth,
      max: most,
      beforeText: earlier.get(id)?.figureText ?? '—',
      afterText: figureText,
      change:
        range === undefined || rangeNow === undefined
          ? NO_CHANGE
          : describeDifference(differRanges(range, rangeNow), fromDecimal(most), FIGURE_PLACES),
    }
  })
}

/** 子域 — nodes that hold indicators, without the total. */
function listHolders({ tree }: Edition): ReadonlySet<string> {
  return new Set(
    listNodes(tree)
      .filter((node) => node !== tree && node.indicators.length > 0)
      .map(({ id }) => id),
  )
}

function compareResults(
  old: Carried,
  now: Carried,
): {
  readonly limits: readonly ComparedLimit[]
  readonly unit: '档' | '级'
  readonly place: Change
  readonly score: Change
} {
  const { unit, reached } = now.report.headline
  const was = old.report.headline.reached
  const toExact = ({ low, high }: NumberRange): ExactRange => ({ low: exact(low), high: exact(high) })
  const place =
    was === undefined || reached === undefined
      ? NO_CHANGE
      : describeDifference(differRanges(toExact(was), toExact(reached)))
  const [scoreWas, score] = [old.sheet.score, now.sheet.score]
  const earlier = new Map(old.report.limits.limits.map((limit) => [limit.name, limit]))
  return {
    unit,
    place,
    score:
      scoreWas === undefined || score === undefined ? NO_CHANGE : describeDifference(differRanges(scoreWas, score)),
    limits: now.report.limits.limits.map(({ name, title, place: after, isLimiting }) => {
      const before = earlier.get(name)
      return {
        title,
        before: before?.place ?? '—',
        after,
        isLimitingBefore: before?.isLimiting === true,
        isLimitingAfter: isLimiting,
        isChanged: before?.place !== after || before.isLimiting !== isLimiting,
      }
    }),
  }
}

// ---------- answers ----------

function compareAnswers(old: Carried, now: Carried): Comparison['answers'] {
  const changed: Weighed[] = []
  const added: Weighed[] = []
  const removed: Weighed[] = []
  let unchanged = 0
  let open = 0
  for (const indicator of listIndicators(now.common.tree)) {
    const { id } = indicator
    if (!old.shared.has(id) || !now.shared.has(id)) continue
    const isAskedOf = ({ sheet }: Carried): boolean => sheet.items.get(id)!.state !== 'notAsked'
    if (!isAskedOf(old) && !isAskedOf(now)) continue
    const answerOf = (side: Carried): Answer | undefined =>
      isAskedOf(side) && hasOwn(side.answers, id) ? side.answers[id] : undefined
    const [was, is] = [answerOf(old), answerOf(now)]
    if (was === undefined && is === undefined) open += 1
    else if (was !== undefined && is !== undefined && writeAnswer(was) === writeAnswer(is)) unchanged += 1
    else {
      const list = was === undefined ? added : is === undefined ? removed : changed
      list.push(describeAnswer(old, now, indicator, was, is))
    }
  }
  const strip = (list: Weighed[]): readonly ChangedAnswer[] => list.sort(byEffect).map(({ answer }) => answer)
  return { changed: strip(changed), added: strip(added), removed: strip(removed), unchanged, open }
}

interface Weighed {
  readonly answer: ChangedAnswer
  readonly effect: number
}

/** The largest effect first, whichever way it goes; ties stay in the order of the questionnaire. */
function byEffect(a: Weighed, b: Weighed): number {
  return Math.abs(b.effect) - Math.abs(a.effect)
}

/** Names in one order: the same choices ticked in another order are the same answer. */
function writeAnswer(answer: Answer): string {
  if (Array.isArray(answer)) return JSON.stringify([...(answer as readonly string[])].sort())
  if (typeof answer !== 'object') return JSON.stringify(answer)
  return JSON.stringify(Object.entries(answer).sort(([one], [other]) => (one < other ? -1 : 1)))
}

function describeAnswer(
  old: Carried,
  now: Carried,
  indicator: Indicator,
  was: Answer | undefined,
  is: Answer | undefined,
): Weighed {
  const { id, title } = indicator
  const row = now.report.table.find((one) => one.id === id)
  const group = now.report.table.find((one) => one.id === row?.group)
  const effect = measureEffect(old, now, id)
  const [range, rangeNow] = [valueOf(old, indicator), valueOf(now, indicator)]
  const max = fromDecimal(indicator.max)
  const effectChange =
    effect === undefined ? NO_CHANGE : describeDifference({ low: effect, high: effect }, undefined, FIGURE_PLACES)
  return {
    effect: effect === undefined ? 0 : toNumber(effect),
    answer: {
      id,
      title,
      groupTitle: group === undefined || group.id === id ? '' : group.title,
      beforeText: sayAnswer(old, indicator, was),
      afterText: sayAnswer(now, indicator, is),
      beforeValue: sayValue(range),
      afterValue: sayValue(rangeNow),
      details: listDetails(indicator, was, is, row?.phrase ?? ''),
      change:
        range === undefined || rangeNow === undefined
          ? NO_CHANGE
          : describeDifference(differRanges(range, rangeNow), max),
      effectText: effect === undefined ? '' : effect.n === 0 ? '不影响总分' : `总分 ${effectChange.text}`,
      effectDirection: effectChange.direction,
    },
  }
}

/** The later total less the same total with this one item as it was before; low ends, exact, for any kind of tree. */
function measureEffect(old: Carried, now: Carried, id: string): Exact | undefined {
  const { edition, profile, form, items, score } = now.sheet
  const put = combineItems(edition, profile, form, new Map([...items, [id, old.sheet.items.get(id)!]]))
  return score === undefined || put.score === undefined ? undefined : differ(score.low, put.score.low)
}

function valueOf({ sheet }: Carried, indicator: Indicator): ExactRange | undefined {
  const { counts, low, high } = sheet.items.get(indicator.id)!
  return counts ? { low: exactSteps(indicator, low), high: exactSteps(indicator, high) } : undefined
}

function sayValue(range: ExactRange | undefined): string {
  if (range === undefined) return '不计分'
  const from = formatFigure(range.low)
  return compare(range.low, range.high) === 0 ? `${from} 分` : `${from}—${formatFigure(range.high)} 分`
}

function sayAnswer({ sheet, form }: Carried, indicator: Indicator, answer: Answer | undefined): string {
  if (answer !== undefined) return formatAnswer(indicator, answer)
  if (sheet.items.get(indicator.id)!.state !== 'notAsked') return '未答'
  return isApplicable(indicator, sheet.profile, 'full') && form === 'short' ? '快速自测不问' : '本生产类型不问'
}

function listDetails(
  indicator: Indicator,
  was: Answer | undefined,
  is: Answer | undefined,
  phrase: string,
): readonly string[] {
  const { rule } = indicator
  if (rule.kind === 'checklist' && Array.isArray(was) && Array.isArray(is)) {
    const more = (is as readonly string[]).filter((name) => !was.includes(name))
    const less = (was as readonly string[]).filter((name) => !is.includes(name))
    return [
      ...(more.length === 0 ? [] : [`增加：${more.join('、')}`]),
      ...(less.length === 0 ? [] : [`去掉：${less.join('、')}`]),
    ]
  }
  if (rule.kind === 'matrix' && isScenes(was) && isScenes(is)) {
    const sayScene = (scenes: MatrixAnswer, row: string): string => {
      const value = hasOwn(scenes, row) ? scenes[row] : undefined
      if (value === undefined) return '未填'
      return value === 'notApplicable' ? '不适用' : formatValue(indicator, value)
    }
    return rule.rows
      .map((row) => [row, sayScene(was, row), sayScene(is, row)] as const)
      .filter(([, before, after]) => before !== after)
      .map(([row, before, after]) => `${row}：${before} → ${after}`)
  }
  return phrase === '' ? [] : [phrase]
}

function isScenes(answer: Answer | undefined): answer is MatrixAnswer {
  return typeof answer === 'object' && !Array.isArray(answer) && !hasOwn(answer, 'notApplicable')
}

// ---------- sentences ----------

function describeChange(
  old: Carried,
  now: Carried,
  place: Change,
  score: Change,
  unit: string,
  movers: readonly ComparedNode[],
): string {
  const was = old.report.headline
  const is = now.report.headline
  const what = unit === '档' ? '档次' : '级别'
  const parts = [
    ...(place.direction === 'none' ? [] : [sayChange(what, place, unit, ['上升', '下降'], [was.place, is.place])]),
    ...(score.direction === 'none'
      ? []
      : [sayChange('总分', score, '分', ['增加', '减少'], [was.scoreText, is.scoreText])]),
  ]
  const count = (direction: Direction): number => movers.filter(({ change }) => change.direction === direction).length
  const counted = (['up', 'down', 'same', 'unsure', 'none'] as const)
    .filter((direction) => count(direction) > 0)
    .map((direction) => `${count(direction)} 个${WORDS[direction]}`)
  const spread = movers.length === 0 ? '' : `${movers.length} 个子域中，${counted.join('，')}。`
  return parts.length === 0 ? spread : `${parts.join('，')}。${spread}`
}

/** “总分增加 3.32 至 4.12 分（37.76 → 41.08—41.88）”; a fall is told without its minus, an open sign with it. */
function sayChange(
  what: string,
  { direction, text }: Change,
  unit: string,
  [rises, falls]: readonly [string, string],
  [was, is]: readonly [string, string],
): string {
  const from = `（${was} → ${is}）`
  if (direction === 'same') return `${what}不变（${is}）`
  if (direction === 'unsure') return `${what}的变化在 ${text} ${unit}之间${from}`
  const parts = text.replace(/[+−]/g, '').split(' 至 ')
  const far = (direction === 'up' ? parts : parts.reverse()).join(' 至 ')
  return `${what}${direction === 'up' ? rises : falls} ${far} ${unit}${from}`
}

function listRemarks(old: Carried, now: Carried, form: Form): readonly string[] {
  const { common } = now
  const remarks: string[] = []
  const rescored = [old, now].filter(({ isOtherEdition }) => isOtherEdition)
  if (rescored.length > 0) {
    const which = rescored.length === 2 ? '两份填报' : rescored[0] === old ? '上一次填报' : '这一次填报'
    remarks.push(
      `${which}用的是另一版问卷，已按“${common.title}”${common.version} 重新计算后再比较，仅供参考；提交时的结果不变，列在各自名下。`,
    )
  }
  const addedIds = new Set(rescored.flatMap(({ counterparts }) => counterparts.added.map(({ id }) => id)))
  if (addedIds.size > 0) {
    remarks.push(`有 ${addedIds.size} 项是所用问卷新增的，重新计算时没有回答可用，得分因此是一个区间。`)
  }
  if (old.submitted.form !== now.submitted.form) {
    remarks.push(
      `一份是${nameShortForm(common)}，一份是完整诊断：只比较两份都问到的 ${countAskedInBoth(old, now)} 项，得分和档次也只按这些指标重新计算，不能代替完整诊断的结果。`,
    )
  } else if (form === 'short') {
    remarks.push(`两份都是${nameShortForm(common)}，只看核心指标；正式的档次以完整诊断为准。`)
  }
  const [type, typeNow] = [nameType(old), nameType(now)]
  if (type !== typeNow) {
    remarks.push(`两次填的生产类型不同（${type} → ${typeNow}），适用的指标也不同，部分变化由此而来。`)
  }
  const [was, is] = [old.report.headline, now.report.headline]
  const isOpen = was.isRange || is.isRange
  if (isOpen && rescored.length === 0 && was.reached !== undefined && is.reached !== undefined) {
    const { unit } = is
    remarks.push(
      `有未答或不掌握的指标，得分和变化因此是区间。正式结果以低端为准：第 ${was.reached.low} ${unit} → 第 ${is.reached.low} ${unit}。`,
    )
  }
  return [...remarks, ...old.remarks, ...now.remarks]
}

function countAskedInBoth(old: Carried, now: Carried): number {
  return [...now.sheet.items.values()].filter(
    ({ indicator, state }) => state !== 'notAsked' && old.sheet.items.get(indicator.id)!.state !== 'notAsked',
  ).length
}

function nameType({ common, submitted: { profile } }: Carried): string {
  const type = common.scoring.productionTypes?.find(({ id }) => id === profile.productionType)
  return type?.label ?? profile.productionType ?? '未填'
}

function listIsNot(old: Carried, now: Carried): readonly string[] {
  return [
    '不是对企业进步的官方认定；两份都是企业自己的填报，没有到现场核验。',
    '分数变了不等于做法变了：填报的人、取数口径和数据年份换了，分数也会变，请对照下面改变的回答来看。',
    '不说明变化的原因，也不预测下一次的结果。',
    ...(old.isOtherEdition || now.isOtherEdition || old.submitted.form !== now.submitted.form
      ? ['重新计算的结果只为前后可比，不代替提交时的结果，也不改动已提交的填报。']
      : []),
  ]
}
