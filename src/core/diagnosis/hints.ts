import { compare, fromDecimal } from '../exact.ts'
import { hasOwn } from '../problems.ts'
import { comparePercent, type Answers } from './answers.ts'
import { type HintCondition } from './editionFile.ts'
import { exactSteps, type ScoreSheet } from './scoring.ts'

/** 请核对 — a hint that answers do not seem to fit together. It never blocks and never changes a score. */
export interface Hint {
  readonly id: string
  readonly message: string
  readonly items: readonly string[]
}

/**
 * 一致性核对 — the edition's hints that apply to a sheet. `minutes` is the time spent filling, when it is known; a condition
 * on something unanswered, 不掌握 or 不适用 does not hold.
 */
export function listHints(sheet: ScoreSheet, answers: Answers, minutes: number | undefined): readonly Hint[] {
  return (sheet.edition.scoring.hints ?? [])
    .filter(({ when }) => when.every((condition) => holds(condition, sheet, answers, minutes)))
    .map(({ id, message, items }) => ({ id, message, items }))
}

function holds(condition: HintCondition, sheet: ScoreSheet, answers: Answers, minutes: number | undefined): boolean {
  const answered = [...sheet.items.values()].filter(({ state }) => state === 'answered')
  switch (condition.on) {
    case 'value': {
      const item = sheet.items.get(condition.item)
      return (
        item?.state === 'answered' &&
        isSo(condition, compare(exactSteps(item.indicator, item.low), fromDecimal(condition.than)))
      )
    }
    case 'percent': {
      if (sheet.items.get(condition.item)?.state !== 'answered') return false
      const answer = hasOwn(answers, condition.item) ? answers[condition.item] : undefined
      const difference = answer === undefined ? undefined : comparePercent(answer, condition.than)
      return difference !== undefined && isSo(condition, difference)
    }
    case 'count': {
      const mark = fromDecimal(condition.itemsAtLeast)
      const reached = answered.filter((item) => compare(exactSteps(item.indicator, item.low), mark) >= 0)
      return isSo(condition, reached.length - condition.than)
    }
    case 'sameAnswers': {
      const first = answered[0]
      const same = first !== undefined && answered.every(({ low }) => low === first.low)
      return same && isSo(condition, answered.length - condition.than)
    }
    case 'minutes':
      return minutes !== undefined && isSo(condition, minutes - condition.than)
  }
}

function isSo({ is }: HintCondition, difference: number): boolean {
  switch (is) {
    case 'above':
      return difference > 0
    case 'atLeast':
      return difference >= 0
    case 'below':
      return difference < 0
    case 'atMost':
      return difference <= 0
    case 'equals':
      return difference === 0
  }
}
