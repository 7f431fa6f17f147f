import { readAnswers } from '#core/diagnosis/answers'
import { gradeScores } from '#core/diagnosis/grading'
import { scoreAnswers } from '#core/diagnosis/scoring'
import { planUpgrade } from '#core/diagnosis/upgrade'
import { loadGuangxi, seeded } from '../tests/support/build'
import { randomSheet } from '../tests/support/referenceScorer'
import { median, quantile, tell } from './figures.mjs'

/*
 * 提档路径 — how long the cheapest way to the next tier takes to find on sheets of every kind: all four production types
 * in turn, all regimes of the random sheets. One run of each, as on the result page; the first fifty only warm up.
 */

const SHEETS = 1000
const WARM_UP = 50
const TYPES = ['discrete', 'process', 'mining', 'utilities'] as const

const edition = loadGuangxi()
const random = seeded(20241121)
const times: number[] = []
const tiers = new Map<number, number>()
let worst = ''
for (let at = -WARM_UP; at < SHEETS; at++) {
  const productionType = TYPES[(at + WARM_UP) % TYPES.length]!
  const profile = { productionType }
  const answers = readAnswers(edition, profile, 'full', randomSheet(random, productionType))
  const sheet = scoreAnswers(edition, profile, 'full', answers)
  const grade = gradeScores(sheet)
  const start = performance.now()
  const upgrade = planUpgrade(sheet, grade)
  const time = performance.now() - start
  if (at < 0) continue
  const tier = grade.tier!.low
  tiers.set(tier, (tiers.get(tier) ?? 0) + 1)
  if (time > Math.max(0, ...times)) worst = `sheet ${at}, tier ${tier}, cost ${upgrade?.cost ?? '–'}`
  times.push(time)
}

const distribution = [...tiers].sort(([a], [b]) => a - b).map(([tier, count]) => `${tier}: ${count}`)
console.error(`tiers of the sheets — ${distribution.join(', ')}; the slowest — ${worst}`)
tell([
  { name: 'cheapest way to the next tier, median', value: median(times), unit: 'ms' },
  { name: 'cheapest way to the next tier, p99', value: quantile(times, 0.99), unit: 'ms' },
  { name: 'cheapest way to the next tier, worst of 1,000', value: Math.max(...times), unit: 'ms', atMost: 100 },
])
