import { toNumber } from '../exact.ts'
import {
  countScenes,
  findAnswerFault,
  isApplicable,
  isNotApplicable,
  isRatio,
  measurePercent,
  UNKNOWN,
  type Answer,
  type Answers,
  type MatrixAnswer,
} from './answers.ts'
import { listIndicators, type Edition, type EditionNode, type Indicator } from './edition.ts'
import { type NumberRange } from './result.ts'
import { exactSteps, type ItemState, type ScoreSheet } from './scoring.ts'
import { formatAnswer, formatPercent, formatValue } from './wording.ts'

/** 一项回答 — an indicator with its place in the tree, what was answered in full words, and what it earned. */
export interface AnswerRow {
  readonly id: string
  readonly domain: string
  /** Empty when the indicator hangs directly on its domain. */
  readonly subdomain: string
  readonly title: string
  readonly answerText: string
  readonly state: ItemState
  readonly stateText: string
  /** Absent when the indicator does not count; a range while it is open. */
  readonly value?: NumberRange
  readonly max: number
  /** Absent where the node takes the plain mean or a sum. */
  readonly weight?: number
  readonly isGate: boolean
  /** The questionnaire's own sentence for the level reached; empty at level 0 and while nothing is answered. */
  readonly phrase: string
}

const STATE_TEXTS: Readonly<Record<Exclude<ItemState, 'notAsked'>, string>> = {
  answered: '已答',
  unanswered: '未答',
  unknown: '不掌握',
  notApplicable: '不适用',
}

/**
 * 回答清单 — one row per indicator of the edition, in the order of the questionnaire; also those that were not asked, so that
 * files of different firms stand line by line under each other.
 */
export function listAnswerRows(edition: Edition, sheet: ScoreSheet, answers: Answers): readonly AnswerRow[] {
  const phrases = new Map(
    edition.survey.pages.flatMap(({ elements }) =>
      elements.flatMap((element) => ('levels' in element ? [[element.name, element.levels] as const] : [])),
    ),
  )
  const gates = edition.grading?.kind === 'tiers' ? edition.grading.gates?.items : undefined
  const placeOf = new Map(listPlaces(edition.tree, []))
  return listIndicators(edition.tree).map((indicator) => {
    const { state, counts, low, high } = sheet.items.get(indicator.id)!
    const { path, isWeighted } = placeOf.get(indicator.id)!
    const level = Math.ceil(valueOf(indicator, low))
    const stateText = formatState(indicator, state, counts, sheet)
    return {
      id: indicator.id,
      domain: path[0] ?? '',
      subdomain: path[1] ?? '',
      title: indicator.title,
      answerText: state === 'notAsked' ? stateText : formatWholeAnswer(indicator, answers[indicator.id]),
      state,
      stateText,
      ...(counts ? { value: { low: valueOf(indicator, low), high: valueOf(indicator, high) } } : {}),
      max: indicator.max,
      ...(isWeighted ? { weight: indicator.weight } : {}),
      isGate: gates?.has(indicator.id) === true,
      phrase: state === 'answered' ? (phrases.get(indicator.id)?.[level - 1] ?? '') : '',
    }
  })
}

function valueOf(indicator: Indicator, steps: number): number {
  return toNumber(exactSteps(indicator, steps))
}

function formatState(indicator: Indicator, state: ItemState, counts: boolean, { profile }: ScoreSheet): string {
  if (state === 'notApplicable' && counts) return '不适用（计 0 分）'
  if (state !== 'notAsked') return STATE_TEXTS[state]
  return isApplicable(indicator, profile, 'full') ? '快速自测不问' : '本生产类型不问'
}

interface Place {
  /** Titles of the nodes above the indicator, without the total. */
  readonly path: readonly string[]
  readonly isWeighted: boolean
}

function listPlaces(node: EditionNode, path: readonly string[]): readonly (readonly [string, Place])[] {
  const isWeighted = node.combine === 'weightedMean'
  return [
    ...node.indicators.map(({ id }) => [id, { path, isWeighted }] as const),
    ...node.children.flatMap((child) => listPlaces(child, [...path, child.title])),
  ]
}

/**
 * 回答全文 — an answer with all that was filled in: “48.69%（分子 317，分母 651，2025 年）”, every scene under the value it was
 * given. A half-typed one is told as such.
 */
export function formatWholeAnswer(indicator: Indicator, answer: unknown): string {
  if (answer === undefined) return '未答'
  if (findAnswerFault(indicator, answer) !== undefined) return formatAnswer(indicator, answer)
  const read = answer as Answer
  if (read === UNKNOWN || isNotApplicable(read)) return formatAnswer(indicator, read)
  if (isRatio(read)) {
    const figures = [`分子 ${read.numerator}`, `分母 ${read.denominator}`]
    if (read.year !== undefined) figures.push(`${read.year} 年`)
    return `${formatPercent(measurePercent(read) ?? 0)}（${figures.join('，')}）`
  }
  return indicator.rule.kind === 'matrix'
    ? describeScenes(indicator, indicator.rule, read as MatrixAnswer)
    : formatAnswer(indicator, read)
}

function describeScenes(
  indicator: Indicator,
  rule: Indicator['rule'] & { kind: 'matrix' },
  answer: MatrixAnswer,
): string {
  const scenesOf = (wanted: MatrixAnswer[string] | undefined): string =>
    rule.rows.filter((row) => answer[row] === wanted).join('、')
  const values = [...new Set(Object.values(answer))].filter((value): value is number => value !== 'notApplicable')
  const { reached, applicable } = countScenes(rule, answer)
  const groups = [
    ...values.sort((a, b) => b - a).map((value) => `${formatValue(indicator, value)}：${scenesOf(value)}`),
    ...(scenesOf(undefined) === '' ? [] : [`未填：${scenesOf(undefined)}`]),
    ...(scenesOf('notApplicable') === '' ? [] : [`不适用：${scenesOf('notApplicable')}`]),
  ]
  return `适用 ${applicable} 个场景，其中 ${reached} 个达到标准（${groups.join('；')}）`
}
