import { compareQuotient, fromDecimal } from '../exact.ts'
import { Problem, refuseWhenFaulty, type Fault, type ProblemCode, type ProblemDetails } from '../problems.ts'
import { type Edition, type Indicator } from './edition.ts'
import { type ItemRule } from './editionFile.ts'

/** 不掌握 — the respondent cannot say; scored as a range from nothing to everything, never better than "no". */
export const UNKNOWN = 'unknown'

export interface NotApplicable {
  readonly notApplicable: string
}
/** A rate from its two figures; `year` is the year they are of. */
export interface Ratio {
  readonly numerator: number
  readonly denominator: number
  readonly year?: number
}
export type MatrixAnswer = Readonly<Record<string, number | 'notApplicable'>>
/** 回答 — ladder: a value; rate: a percent or two figures; checklist: chosen names; matrix: scene → value. */
export type Answer = number | typeof UNKNOWN | NotApplicable | Ratio | readonly string[] | MatrixAnswer

/** 作答 — indicator id → answer. A missing id is unanswered, which is neither 不掌握 nor 不适用. */
export type Answers = Readonly<Record<string, Answer>>

/** What of a firm's profile the rules look at. Without a production type every indicator applies. */
export interface RulesProfile {
  readonly productionType?: string
}

/** 完整诊断 or 快速自测: the short form asks the edition's core indicators only. */
export type Form = 'full' | 'short'

/** Own choice: no figure of a firm comes near it, and sums stay exact below it. */
const LARGEST_FIGURE = 1e15

export function isNotApplicable(answer: Answer | undefined): answer is NotApplicable {
  return isPlainObject(answer) && typeof answer['notApplicable'] === 'string'
}

export function isRatio(answer: Answer | undefined): answer is Ratio {
  return isPlainObject(answer) && 'numerator' in answer && 'denominator' in answer
}

/** 适用 — whether an indicator is asked of this production type on this form (scoring rules, §2). */
export function isApplicable(indicator: Indicator, profile: RulesProfile, form: Form): boolean {
  const { rule } = indicator
  if (form === 'short' && rule.core !== true) return false
  const { productionType } = profile
  return productionType === undefined || rule.appliesTo === undefined || rule.appliesTo.includes(productionType)
}

export function listApplicable(edition: Edition, profile: RulesProfile, form: Form): readonly Indicator[] {
  return [...edition.indicators.values()].filter((indicator) => isApplicable(indicator, profile, form))
}

/** The most 不适用 answers a sheet may have; undefined when the edition sets no limit. */
export function countMostNotApplicable(edition: Edition, applicable: number): number | undefined {
  const share = edition.scoring.answers.notApplicableMost
  return share === undefined ? undefined : Math.floor((share * applicable) / 100)
}

/**
 * 生产类型 — profile of unknown origin to what the rules need. Refuses a production type the edition does not have.
 * Other fields of the profile are left to whoever keeps them.
 */
export function readRulesProfile(edition: Edition, raw: unknown): RulesProfile {
  if (raw === undefined || raw === null) return {}
  if (typeof raw !== 'object' || Array.isArray(raw)) throw new Problem('profile.notAnObject')
  const productionType = (raw as Record<string, unknown>)['productionType']
  const types = edition.scoring.productionTypes
  if (productionType === undefined || types === undefined) return {}
  if (typeof productionType !== 'string' || !types.some(({ id }) => id === productionType)) {
    throw new Problem('profile.unknownProductionType', {
      productionType: String(productionType),
      known: types.map(({ id }) => id).join('、'),
    })
  }
  return { productionType }
}

/**
 * 作答 — form data of unknown origin to `Answers`. Refuses, never coerces: each fault is listed with the indicator's id
 * (scoring rules, §1). Answers to indicators that the production type leaves out are checked and kept, and count nothing.
 */
export function readAnswers(edition: Edition, profile: RulesProfile, form: Form, raw: unknown): Answers {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new Problem('answers.notAnObject')
  const faults: Fault[] = []
  const refused: string[] = []
  for (const [id, answer] of Object.entries(raw)) {
    const indicator = edition.indicators.get(id)
    if (indicator === undefined) {
      faults.push({ code: 'answers.unknownIndicator', details: { id } })
      continue
    }
    const fault = findAnswerFault(indicator, answer)
    if (fault !== undefined) faults.push(fault)
    else if (isNotApplicable(answer as Answer) && isApplicable(indicator, profile, form)) refused.push(id)
  }
  const applicable = listApplicable(edition, profile, form).length
  const most = countMostNotApplicable(edition, applicable)
  if (most !== undefined && refused.length > most) {
    const share = edition.scoring.answers.notApplicableMost ?? 100
    const details = { count: refused.length, most, share, ids: refused.join('、') }
    faults.push({ code: 'answers.tooManyNotApplicable', details })
  }
  refuseWhenFaulty(faults)
  return raw as Answers
}

/** The first fault of one answer, or undefined; also what the questionnaire shows beside a field. */
export function findAnswerFault(indicator: Indicator, answer: unknown): Fault | undefined {
  const { id, rule } = indicator
  const say = sayOf(id)
  if (answer === UNKNOWN) return undefined
  if (isPlainObject(answer) && 'notApplicable' in answer) {
    const reason = answer['notApplicable']
    if (rule.notApplicable !== true) return say('answers.notApplicableRefused')
    if (typeof reason !== 'string' || reason.trim() === '') return say('answers.reasonMissing')
    return Object.keys(answer).length === 1 ? undefined : say('answers.wrongShape', { expected: '“不适用”只写理由' })
  }
  switch (rule.kind) {
    case 'ladder':
      return findValueFault(indicator, answer, '应为分值或“不掌握”', say)
    case 'rate':
      return findRateFault(rule, answer, say)
    case 'checklist':
      return findChecklistFault(rule, answer, say)
    case 'matrix':
      return findMatrixFault(indicator, rule, answer, say)
  }
}

type Say = (code: ProblemCode, details?: ProblemDetails) => Fault
function sayOf(id: string): Say {
  return (code, details = {}) => ({ code, details: { id, ...details } })
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function findValueFault({ max, step }: Indicator, answer: unknown, expected: string, say: Say): Fault | undefined {
  if (typeof answer !== 'number' || !Number.isFinite(answer)) return say('answers.wrongShape', { expected })
  if (answer < 0 || answer > max) return say('answers.outOfRange', { value: answer, low: 0, high: max })
  // The double nearest to a whole number of steps, and no other: 2.0000000001 is not 2.
  const { n, d } = fromDecimal(step)
  const isOnGrid = (Math.round(answer / step) * n) / d === answer
  return isOnGrid ? undefined : say('answers.offGrid', { value: answer, step })
}

function findRateFault(rule: ItemRule & { kind: 'rate' }, answer: unknown, say: Say): Fault | undefined {
  const maySink = rule.range === 'improvement'
  if (typeof answer === 'number') {
    if (!Number.isFinite(answer)) return say('answers.wrongShape', { expected: '应为百分数' })
    if (Math.abs(answer) > LARGEST_FIGURE) return say('answers.tooLarge', { value: answer })
    if (answer < 0 && !maySink) return say('answers.negative', { value: answer })
    return rule.range === 'share' && answer > 100 ? say('answers.shareAbove100', { value: answer }) : undefined
  }
  const expected = '应为百分数，或分子、分母两个数字'
  if (!isPlainObject(answer)) return say('answers.wrongShape', { expected })
  const { numerator, denominator, year, ...rest } = answer
  if (Object.keys(rest).length > 0) return say('answers.wrongShape', { expected })
  if (typeof numerator !== 'number' || typeof denominator !== 'number') return say('answers.wrongShape', { expected })
  if (!Number.isFinite(numerator) || !Number.isFinite(denominator)) return say('answers.wrongShape', { expected })
  const largest = Math.max(Math.abs(numerator), Math.abs(denominator))
  if (largest > LARGEST_FIGURE) return say('answers.tooLarge', { value: largest })
  if (year !== undefined && (!Number.isInteger(year) || (year as number) < 1949 || (year as number) > 2999)) {
    return say('answers.year', { year: String(year) })
  }
  if (denominator === 0) return say('answers.zeroDenominator')
  if (denominator < 0) return say('answers.negativeFigure', { denominator })
  if (numerator < 0 && !maySink) return say('answers.negative', { value: numerator })
  if (rule.range === 'share' && numerator > denominator) {
    return say('answers.numeratorAboveDenominator', { numerator, denominator })
  }
  return undefined
}

function findChecklistFault(rule: ItemRule & { kind: 'checklist' }, answer: unknown, say: Say): Fault | undefined {
  if (!Array.isArray(answer)) return say('answers.wrongShape', { expected: '应为选中的名称清单' })
  const seen = new Set<unknown>()
  for (const choice of answer as readonly unknown[]) {
    if (typeof choice !== 'string' || !rule.choices.includes(choice)) {
      return say('answers.unknownChoice', { choice: String(choice) })
    }
    if (seen.has(choice)) return say('answers.repeatedChoice', { choice })
    seen.add(choice)
  }
  return undefined
}

function findMatrixFault(
  indicator: Indicator,
  rule: ItemRule & { kind: 'matrix' },
  answer: unknown,
  say: Say,
): Fault | undefined {
  if (!isPlainObject(answer)) return say('answers.wrongShape', { expected: '应为“场景 → 分值”的对象' })
  let outside = 0
  for (const [row, value] of Object.entries(answer)) {
    if (!rule.rows.includes(row)) return say('answers.unknownRow', { row })
    if (value === 'notApplicable') {
      outside += 1
      continue
    }
    const fault = findValueFault(indicator, value, `场景“${row}”应为分值或“不适用”`, say)
    if (fault !== undefined) return fault
  }
  return outside === rule.rows.length ? say('answers.noRowApplies') : undefined
}

/**
 * 指标分值 — how many steps of its scale a given answer earns; undefined for 不掌握 and 不适用.
 * Ladder: itself. Rate, checklist, matrix: through the bands (scoring rules, §1). The answer must have been read.
 */
export function measureSteps(indicator: Indicator, answer: Answer): number | undefined {
  const { rule, step } = indicator
  if (answer === UNKNOWN || isNotApplicable(answer)) return undefined
  switch (rule.kind) {
    case 'ladder':
      return Math.abs(Math.round((answer as number) / step)) // -0 is 0.
    case 'rate':
      return isRatio(answer)
        ? bandSteps(indicator, rule, answer.numerator, answer.denominator, 100)
        : bandSteps(indicator, rule, answer as number, 1, 1)
    case 'checklist':
      return bandSteps(indicator, rule, (answer as readonly string[]).length, 1, 1)
    case 'matrix': {
      const { reached, applicable } = countScenes(rule, answer as MatrixAnswer)
      return bandSteps(indicator, rule, reached, applicable, 100)
    }
  }
}

/** Scenes at or above the edition's threshold, of those that apply; a scene without an entry applies and is not reached. */
export function countScenes(
  rule: ItemRule & { kind: 'matrix' },
  answer: MatrixAnswer,
): { readonly reached: number; readonly applicable: number; readonly answered: number } {
  let reached = 0
  let outside = 0
  for (const value of Object.values(answer)) {
    if (value === 'notApplicable') outside += 1
    else if (value >= rule.threshold) reached += 1
  }
  return { reached, applicable: rule.rows.length - outside, answered: Object.keys(answer).length }
}

/** The percent of a rate answer, for people; comparing goes through `measureSteps` and `comparePercent`. */
export function measurePercent(answer: Answer): number | undefined {
  if (typeof answer === 'number') return answer
  return isRatio(answer) ? (100 * answer.numerator) / answer.denominator : undefined
}

/** Negative, zero or positive as the percent of a rate answer is below, at or above a threshold, exactly. */
export function comparePercent(answer: Answer, threshold: number): number | undefined {
  if (typeof answer === 'number') return compareQuotient(answer, 1, threshold)
  return isRatio(answer) ? compareQuotient(answer.numerator, answer.denominator, threshold, 100) : undefined
}

/**
 * 分段 — `band` of the rules for x = times × numerator/denominator: k = 1 + bands at or below x; the upper half of band k
 * earns k, the lower half one step less.
 */
function bandSteps(
  { max, step }: Indicator,
  { bands, cap }: { readonly bands: readonly number[]; readonly cap: number },
  numerator: number,
  denominator: number,
  times: number,
): number {
  if (numerator <= 0) return 0
  let reached = 0
  while (reached < bands.length && compareQuotient(numerator, denominator, bands[reached]!, times) >= 0) reached += 1
  const low = reached === 0 ? 0 : bands[reached - 1]!
  const high = reached === max - 1 ? cap : bands[reached]!
  const isUpperHalf = step >= 1 || compareQuotient(numerator, denominator, low + high, 2 * times) >= 0
  return Math.round((reached + 1) / step) - (isUpperHalf ? 0 : 1)
}

/**
 * 可计分的回答 — those of a draft that the rules can read: half-typed figures, reasons still missing and questions no longer
 * asked stay in the draft but count as unanswered.
 */
export function keepUsable(edition: Edition, answers: Answers): Answers {
  return Object.fromEntries(
    Object.entries(answers).filter(([id, answer]) => {
      const indicator = edition.indicators.get(id)
      return indicator !== undefined && findAnswerFault(indicator, answer) === undefined
    }),
  )
}
