import advice from '#questionnaires/guangxi-2024/advice.json'
import scoring from '#questionnaires/guangxi-2024/scoring.json'
import survey from '#questionnaires/guangxi-2024/survey.json'
import { readAnswers, type Answer, type Form, type MatrixAnswer, type RulesProfile } from '#core/diagnosis/answers'
import { listIndicators, parseEdition, type Edition, type EditionFiles, type Indicator } from '#core/diagnosis/edition'
import { gradeScores, type Grade } from '#core/diagnosis/grading'
import { scoreAnswers, type ScoreSheet } from '#core/diagnosis/scoring'
import { Problem } from '#core/problems'

/** Freezes a value and all within it: a rule that writes to its arguments then throws. Maps and Sets are left alone. */
export function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    Object.values(value).forEach(deepFreeze)
  }
  return value
}

/** Mulberry32: uniform numbers in [0, 1) that repeat with their seed. */
export function seeded(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A copy of the edition's files, free to be spoilt. */
export function copyGuangxiFiles(): { scoring: typeof scoring; survey: typeof survey; advice: typeof advice } {
  return structuredClone({ scoring, survey, advice })
}

let guangxi: Edition | undefined

/** The real edition, parsed once and frozen. */
export function loadGuangxi(): Edition {
  return (guangxi ??= deepFreeze(parseEdition(copyGuangxiFiles())))
}

/** Where the half below or at a value of a banded item begins: the lower half of band k is worth k − 0.5, the upper k. */
function startOfHalf(bands: readonly number[], cap: number, value: number): number {
  const k = Math.ceil(value)
  const low = k === 1 ? 0 : bands[k - 2]!
  const high = k > bands.length ? cap : bands[k - 1]!
  return value === k ? (low + high) / 2 : low
}

/** An answer worth exactly this value: a ladder's value itself, for the others something inside the half band. */
export function answerWorth({ rule, max }: Indicator, value: number): Answer {
  if (rule.kind === 'ladder') return value
  if (rule.kind === 'rate') {
    if (value === 0) return 0
    const from = startOfHalf(rule.bands, rule.cap, value)
    const to = value === max ? rule.cap : startOfHalf(rule.bands, rule.cap, value + 0.5)
    return (from + to) / 2
  }
  const needed = value === 0 ? 0 : startOfHalf(rule.bands, rule.cap, value)
  if (rule.kind === 'checklist') return rule.choices.slice(0, value === 0 ? 0 : Math.max(1, Math.ceil(needed)))
  const rows = value === 0 ? 0 : Math.max(1, Math.ceil((needed * rule.rows.length) / 100))
  return Object.fromEntries(rule.rows.map((row, at) => [row, at < rows ? rule.threshold : 0])) as MatrixAnswer
}

/** A complete sheet on which every indicator of the production type is worth `value`. */
export function answersAtLevel(edition: Edition, value: number, productionType?: string): Record<string, Answer> {
  const asked = listIndicators(edition.tree).filter(
    ({ rule }) =>
      productionType === undefined || rule.appliesTo === undefined || rule.appliesTo.includes(productionType),
  )
  return Object.fromEntries(asked.map((indicator) => [indicator.id, answerWorth(indicator, value)]))
}

/** Reads and scores in one go, as the program does. */
export function scoreSheet(
  edition: Edition,
  answers: unknown,
  profile: RulesProfile = {},
  form: Form = 'full',
): ScoreSheet {
  return scoreAnswers(edition, profile, form, readAnswers(edition, profile, form, answers))
}

export function gradeSheet(edition: Edition, answers: unknown, profile: RulesProfile = {}, form: Form = 'full'): Grade {
  return gradeScores(scoreSheet(edition, answers, profile, form))
}

/** The Problem that a call is refused with. Anything else, or nothing, fails the test. */
export function refusalOf(call: () => unknown): Problem {
  try {
    call()
  } catch (fault) {
    if (fault instanceof Problem) return fault
    throw fault
  }
  throw new Error('was not refused')
}

export interface NodeSketch {
  readonly id: string
  readonly combine?: 'mean' | 'weightedMean' | 'sum' | 'minimum'
  readonly weight?: number
  readonly multiply?: number
  readonly children?: readonly NodeSketch[]
  readonly items?: readonly (string | { readonly id: string; readonly weight: number })[]
}

/** What of a small edition matters to a test; titles, questions and advice are made up around it. */
export interface EditionSketch {
  readonly tree: NodeSketch
  /** Rules by id; an item without one is a ladder. */
  readonly items?: Readonly<Record<string, object>>
  readonly scale?: { readonly max: number; readonly step: number }
  readonly answers?: object
  readonly levels?: number
  readonly grading?: object
  readonly hints?: readonly object[]
  readonly productionTypes?: readonly string[]
}

type Sketched = Record<string, unknown>

function drawNode(node: NodeSketch): Sketched {
  return {
    combine: 'mean',
    title: `节点 ${node.id}`,
    ...node,
    ...(node.children === undefined ? {} : { children: node.children.map(drawNode) }),
  }
}

const ELEMENT_OF_KIND: Readonly<Record<string, string>> = { matrix: 'scenematrix' }

/** The three files of a small edition, still to be parsed. */
export function sketchFiles(sketch: EditionSketch): EditionFiles & { scoring: Sketched; survey: Sketched } {
  const scale = sketch.scale ?? { max: 5, step: 0.5 }
  const items: Record<string, Sketched> = {}
  const pages: Sketched[] = []
  const visit = (node: NodeSketch): void => {
    const elements = (node.items ?? []).map((entry) => {
      const id = typeof entry === 'string' ? entry : entry.id
      const rule: Sketched = { kind: 'ladder', ...sketch.items?.[id] }
      items[id] = rule
      const { max } = (rule['scale'] as typeof scale | undefined) ?? scale
      const named = (names: unknown): object[] => (names as string[]).map((value) => ({ value, text: value }))
      return {
        type: ELEMENT_OF_KIND[rule['kind'] as string] ?? rule['kind'],
        name: id,
        title: `指标 ${id}`,
        ask: '做到哪一步？',
        why: '说明',
        evidence: ['材料'],
        levels: Array.from({ length: max }, (_, at) => `第 ${at + 1} 级`),
        ...(rule['kind'] === 'checklist' ? { choices: named(rule['choices']) } : {}),
        ...(rule['kind'] === 'matrix' ? { rows: named(rule['rows']) } : {}),
        ...(rule['kind'] === 'rate'
          ? {
              measure: {
                form: 'ratio',
                numerator: { label: '分子', unit: '个' },
                denominator: { label: '分母', unit: '个' },
                definition: '口径',
              },
            }
          : {}),
      }
    })
    if (elements.length > 0) pages.push({ name: node.id, title: `页 ${node.id}`, elements })
    node.children?.forEach(visit)
  }
  visit(sketch.tree)
  const steps = Object.entries(items).map(([id, rule]) => {
    const { max } = (rule['scale'] as typeof scale | undefined) ?? scale
    return [id, Array.from({ length: max }, (_, at) => `第 ${at} 级的下一步`)]
  })
  return {
    scoring: {
      format: 1,
      id: 'small',
      version: '1.0.0',
      title: '小问卷',
      publishedOn: '2024-01-02',
      standing: '自评参考',
      answers: sketch.answers ?? { unanswered: 'range', notApplicable: 'exclude' },
      scale,
      tree: drawNode(sketch.tree),
      items,
      ...(sketch.levels === undefined
        ? {}
        : { levels: Array.from({ length: sketch.levels }, (_, at) => ({ level: at + 1, name: `${at + 1} 级` })) }),
      ...(sketch.grading === undefined ? {} : { grading: sketch.grading }),
      ...(sketch.hints === undefined ? {} : { hints: sketch.hints }),
      ...(sketch.productionTypes === undefined
        ? {}
        : { productionTypes: sketch.productionTypes.map((id) => ({ id, label: id, hint: id })) }),
    },
    survey: { title: '小问卷', pages },
    advice: { steps: Object.fromEntries(steps) },
  }
}

/** A small edition with an arbitrary tree; it goes through `parseEdition` like any other and is frozen. */
export function makeEdition(sketch: EditionSketch): Edition {
  return deepFreeze(parseEdition(sketchFiles(sketch)))
}

/** Tiers 1, 2, … with these upper bounds, one level each; without bounds, `count` tiers that the score does not limit. */
export function tiersUpTo(...bounds: readonly number[]): readonly object[] {
  return bounds.map((upTo, at) => ({ tier: at + 1, level: at + 1, upTo }))
}
export function tiersWithoutScore(count: number): readonly object[] {
  return Array.from({ length: count }, (_, at) => ({ tier: at + 1, level: at + 1 }))
}
