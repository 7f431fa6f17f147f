import {
  countScenes,
  findAnswerFault,
  isNotApplicable,
  isRatio,
  measurePercent,
  measureSteps,
  UNKNOWN,
  type Answer,
  type MatrixAnswer,
} from './answers.ts'
import { type Indicator } from './edition.ts'

/**
 * 分值的说法 — a value in words. On a half-step scale 2.5 is 3 级部分达成 and 3 is 3 级基本达成; 0 is 尚未开展; between the levels
 * of any finer scale it is told in 分.
 */
export function formatValue({ step }: Pick<Indicator, 'step'>, value: number): string {
  if (value === 0) return '尚未开展'
  if (step === 0.5) return Number.isInteger(value) ? `${value} 级基本达成` : `${Math.ceil(value)} 级部分达成`
  return Number.isInteger(value) ? `${value} 级` : `${Math.round(value * 100) / 100} 分`
}

/** 得分的说法 — what an answer as it stands earns, in words; undefined while it cannot be read, and for 不掌握 and 不适用. */
export function formatOutcome(indicator: Indicator, answer: unknown): string | undefined {
  if (answer === undefined || findAnswerFault(indicator, answer) !== undefined) return undefined
  const steps = measureSteps(indicator, answer as Answer)
  return steps === undefined ? undefined : formatValue(indicator, steps * indicator.step)
}

/** 百分数 — two decimals, cut and not rounded up: 59.996 % lies below a band that begins at 60 and must not read as 60 %. */
export function formatPercent(percent: number): string {
  const nearest = Math.round(percent * 100) / 100
  const isDust = Math.abs(nearest - percent) < 1e-9
  return `${isDust ? nearest : Math.trunc(percent * 100) / 100}%`
}

/** 回答的说法 — one answer in a short Chinese phrase; a half-typed one is told as such, never guessed. */
export function formatAnswer(indicator: Indicator, answer: unknown): string {
  if (answer === undefined) return '未填写'
  if (findAnswerFault(indicator, answer) !== undefined) return '未填完整'
  const read = answer as Answer
  if (read === UNKNOWN) return '不掌握'
  if (isNotApplicable(read)) return `不适用：${read.notApplicable}`
  switch (indicator.rule.kind) {
    case 'ladder':
      return formatValue(indicator, read as number)
    case 'rate': {
      const percent = formatPercent(measurePercent(read) ?? 0)
      return isRatio(read) && read.year !== undefined ? `${percent}（${read.year} 年）` : percent
    }
    case 'checklist': {
      const names = read as readonly string[]
      return names.length === 0 ? '以上都没有' : `${names.length} 类：${names.join('、')}`
    }
    case 'matrix': {
      const { reached, applicable } = countScenes(indicator.rule, read as MatrixAnswer)
      return `适用 ${applicable} 个场景，其中 ${reached} 个达到标准`
    }
  }
}

/** 日期 — a calendar date as screens and reports write it: '2026-08-31' → “2026 年 8 月 31 日”. */
export function formatDay(day: string): string {
  const [year, month, date] = day.split('-').map(Number)
  return `${year} 年 ${month} 月 ${date} 日`
}
