import { toNumber } from '../exact.ts'
import { type Grade, type TierLimits, type TierRange } from './grading.ts'
import { exactSteps, type ExactRange, type ScoreSheet } from './scoring.ts'

export interface NumberRange {
  readonly low: number
  readonly high: number
}

/** 结果 — what the command line prints and a submission file carries: plain numbers, recomputable from the answers. */
export interface Result {
  readonly edition: string
  readonly version: string
  readonly form: 'full' | 'short'
  readonly score?: NumberRange
  readonly tier?: TierRange
  readonly level?: TierRange
  readonly limits?: TierLimits
  readonly nodes: Readonly<Record<string, NumberRange>>
  readonly items: Readonly<Record<string, NumberRange>>
  readonly dueForVisit: boolean
}

/** 结果 — score sheet and grade as plain data; `nodes` leaves out the root, which is `score`, and what nothing applies to. */
export function buildResult(sheet: ScoreSheet, grade: Grade): Result {
  const { edition, form, score } = sheet
  const nodes = [...sheet.nodes].filter(([id]) => id !== edition.tree.id)
  const order = [...edition.indicators.keys()]
  const items = order.map((id) => sheet.items.get(id)!).filter(({ counts }) => counts)
  return {
    edition: edition.id,
    version: edition.version,
    form,
    ...(score === undefined ? {} : { score: toNumberRange(score) }),
    ...(grade.tier === undefined ? {} : { tier: grade.tier }),
    ...(grade.level === undefined ? {} : { level: grade.level }),
    ...(grade.limits === undefined ? {} : { limits: grade.limits }),
    nodes: Object.fromEntries(nodes.map(([id, range]) => [id, toNumberRange(range)])),
    items: Object.fromEntries(
      items.map(({ indicator, low, high }) => [
        indicator.id,
        toNumberRange({ low: exactSteps(indicator, low), high: exactSteps(indicator, high) }),
      ]),
    ),
    dueForVisit: grade.dueForVisit,
  }
}

function toNumberRange({ low, high }: ExactRange): NumberRange {
  return { low: toNumber(low), high: toNumber(high) }
}
