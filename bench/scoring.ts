import { readAnswers, type Answers, type RulesProfile } from '#core/diagnosis/answers'
import { parseEdition, type Edition, type EditionNode, type Indicator } from '#core/diagnosis/edition'
import { gradeScores } from '#core/diagnosis/grading'
import { scoreAnswers, type ScoreSheet } from '#core/diagnosis/scoring'
import { toNumber } from '#core/exact'
import { answerWorth, copyGuangxiFiles, seeded } from '../tests/support/build'
import { tell } from './figures.mjs'

/*
 * 评分 — how many complete sheets one core scores and grades in a second, and how many SurveyJS brings to the same total
 * with its own calculated values. SurveyJS is handed item values that are already banded, and computes neither ranges,
 * gates, caps nor tiers: the comparison leans its way. It is asked twice: with number fields, the leanest question that
 * holds a value, and with the radio groups a form would have. The least disturbed round of each counts. SurveyJS is loaded
 * only after ours is timed: merely loading it slows the rest of the process by half or more, which would be charged to us.
 */

const SHEETS = 50
const ROUNDS = 10
/** No production type is named, so all 75 indicators count. */
const PROFILE: RulesProfile = {}

/** A complete sheet over all four kinds of answer; every other rate is given by its two figures. */
function drawSheet(edition: Edition, random: () => number): Answers {
  const below = (n: number): number => Math.floor(random() * n)
  return Object.fromEntries(
    [...edition.indicators.values()].map((indicator) => {
      const answer = answerWorth(indicator, below(indicator.max / indicator.step + 1) * indicator.step)
      if (indicator.rule.kind !== 'rate' || random() < 0.5) return [indicator.id, answer]
      const denominator = 100 * (1 + below(900))
      return [indicator.id, { numerator: ((answer as number) * denominator) / 100, denominator, year: 2024 }]
    }),
  )
}

/** SurveyJS reads a dot as a path. */
function nameOf(id: string): string {
  return id.replace('.', '_')
}

/** The tree of the edition as calculated values: a mean per sub-domain and domain, the weighted total on top. */
function describeSurvey(edition: Edition, questionOf: (indicator: Indicator) => object): object {
  const calculatedValues: { name: string; expression: string }[] = []
  const describe = (node: EditionNode): void => {
    node.children.forEach(describe)
    const children = [...node.children, ...node.indicators]
    const terms = children.map(({ id, weight }) =>
      node.combine === 'mean' ? `{${nameOf(id)}}` : `${weight} * {${id}}`,
    )
    const weights = children.reduce((sum, { weight }) => sum + weight, 0)
    const combined = node.combine === 'mean' ? `avg(${terms.join(', ')})` : `(${terms.join(' + ')}) / ${weights}`
    const factor = toNumber(node.multiply)
    calculatedValues.push({ name: node.id, expression: factor === 1 ? combined : `${factor} * ${combined}` })
  }
  describe(edition.tree)
  const elements = [...edition.indicators.values()].map((indicator) => ({
    name: nameOf(indicator.id),
    ...questionOf(indicator),
  }))
  return { elements, calculatedValues }
}

function listValues(sheet: ScoreSheet): Record<string, number> {
  return Object.fromEntries([...sheet.items].map(([id, { indicator, low }]) => [nameOf(id), low * indicator.step]))
}

/** Microseconds per entry, of a list gone through again and again. */
function timePass<Entry>(entries: readonly Entry[], times: number, work: (entry: Entry) => unknown): number {
  const start = performance.now()
  for (let time = 0; time < times; time++) for (const entry of entries) work(entry)
  return ((performance.now() - start) * 1000) / entries.length / times
}

const edition = parseEdition(copyGuangxiFiles())
const random = seeded(20240612)
const answers = Array.from({ length: SHEETS }, () => drawSheet(edition, random))
const sheets = answers.map((sheet) =>
  scoreAnswers(edition, PROFILE, 'full', readAnswers(edition, PROFILE, 'full', sheet)),
)
const values = sheets.map(listValues)

const scored: number[] = []
const readAndScored: number[] = []
const fields: number[] = []
const radioGroups: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  scored.push(timePass(answers, 50, (sheet) => gradeScores(scoreAnswers(edition, PROFILE, 'full', sheet))))
  readAndScored.push(
    timePass(answers, 50, (sheet) =>
      gradeScores(scoreAnswers(edition, PROFILE, 'full', readAnswers(edition, PROFILE, 'full', sheet))),
    ),
  )
}

const { Model } = await import('survey-core')
/** A total by SurveyJS, checked against ours on every sheet before it is timed. */
function makeRival(questionOf: (indicator: Indicator) => object): (sheet: Record<string, number>) => number {
  const survey = new Model(describeSurvey(edition, questionOf))
  const total = survey.calculatedValues.find(({ name }) => name === edition.tree.id)!
  const score = (sheet: Record<string, number>): number => {
    survey.data = sheet
    return total.value as number
  }
  for (const [at, sheet] of values.entries()) {
    const ours = toNumber(sheets[at]!.score!.low)
    const theirs = score(sheet)
    if (!(Math.abs(ours - theirs) <= 1e-9)) throw new Error(`sheet ${at}: ${ours} here, ${theirs} in SurveyJS`)
  }
  return score
}
const scoreWithFields = makeRival(() => ({ type: 'text', inputType: 'number' }))
const scoreWithRadioGroups = makeRival(({ max, step }) => ({
  type: 'radiogroup',
  choices: Array.from({ length: Math.round(max / step) + 1 }, (_, steps) => steps * step),
}))

for (let round = 0; round < ROUNDS; round++) {
  fields.push(timePass(values, 1, scoreWithFields))
  radioGroups.push(timePass(values.slice(0, 10), 1, scoreWithRadioGroups))
}

const [own, ownReading, lean, form] = [scored, readAndScored, fields, radioGroups].map((times) =>
  Math.min(...times),
) as [number, number, number, number]
tell([
  { name: 'score + grade, one sheet', value: own, unit: 'µs', atMost: 25 },
  { name: 'score + grade', value: 1e6 / own, unit: 'sheets/s' },
  { name: 'read + score + grade', value: 1e6 / ownReading, unit: 'sheets/s' },
  { name: 'SurveyJS, the total alone, number fields', value: 1e6 / lean, unit: 'sheets/s' },
  { name: 'SurveyJS, the total alone, radio groups', value: 1e6 / form, unit: 'sheets/s' },
  { name: 'score + grade against number fields', value: lean / own, unit: '×', atLeast: 100 },
  { name: 'score + grade against radio groups', value: form / own, unit: '×', atLeast: 100 },
  { name: 'read + score + grade against number fields', value: lean / ownReading, unit: '×' },
])
