/*
 * A second scorer for edition guangxi-2024, written from the rules alone and sharing no line with `src`: the oracle of
 * the property tests and the source of the numbers in examples.json. Deliberately slow and literal: every quantity is
 * an exact fraction until the last step, every table of the edition is repeated here by hand.
 */

export type ProductionType = 'discrete' | 'process' | 'mining' | 'utilities'
export type Form = 'full' | 'short'
export type Rate = number | { numerator: number; denominator: number; year?: number }
export type Answer =
  Rate | 'unknown' | { notApplicable: string } | readonly string[] | Readonly<Record<string, number | 'notApplicable'>>
export type Answers = Readonly<Record<string, Answer>>

export interface Range {
  low: number
  high: number
}

export interface ReferenceResult {
  score: Range
  tier: Range
  level: Range
  limits: { score: number; gate: number; cap: number }
  nodes: Record<string, Range>
  items: Record<string, Range>
  dueForVisit: boolean
}

/* Exact fractions. */

interface Fraction {
  n: bigint
  d: bigint
}

function fraction(n: bigint, d: bigint = 1n): Fraction {
  let a = n < 0n ? -n : n
  let b = d < 0n ? -d : d
  while (b !== 0n) [a, b] = [b, a % b]
  if (d < 0n) a = -a
  return { n: n / a, d: d / a }
}

/** The decimal that was written, not the nearest double: 0.1 is one tenth. */
function exact(x: number): Fraction {
  const [mantissa = '', exponent = '0'] = String(x).split('e')
  const [whole = '', decimals = ''] = mantissa.split('.')
  const power = Number(exponent) - decimals.length
  const digits = BigInt(whole + decimals)
  return power >= 0 ? fraction(digits * 10n ** BigInt(power)) : fraction(digits, 10n ** BigInt(-power))
}

const ZERO = fraction(0n)
const plus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d)
const times = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d)
const over = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n)
const atLeast = (a: Fraction, b: Fraction): boolean => a.n * b.d >= b.n * a.d
const mean = (all: Fraction[]): Fraction => over(all.reduce(plus, ZERO), fraction(BigInt(all.length)))
const toNumber = (a: Fraction): number => Number(a.n) / Number(a.d)

/* The edition's tables: id, production types it applies to, * core, + gate. */

const TYPE_LETTER: Record<ProductionType, string> = { discrete: 'D', process: 'P', mining: 'M', utilities: 'U' }

const WEIGHTS: Record<string, number> = { S: 15, C: 25, T: 25, G: 15, B: 20 }

const TREE = `
S1.1 DPMU *+ / S1.2 DPMU    / S1.3 DPMU
S2.1 DPMU *  / S2.2 DPMU    / S2.3 DPMU
S3.1 DPMU *  / S3.2 DPMU *  / S3.3 DPMU
C1.1 DPMU *+ / C1.2 DPMU *  / C1.3 DPMU
C2.1 DPMU *+ / C2.2 DPMU *+ / C2.3 DPMU *  / C2.4 DPMU *  / C2.5 DPMU *  / C2.6 DPMU *  / C2.7 DPMU    / C2.8 DPMU
C3.1 DPMU *  / C3.2 DPM     / C3.3 DPU
C4.1 DPMU *  / C4.2 DPMU +
C5.1 DPMU    / C5.2 DPMU
C6.1 DPMU *+ / C6.2 DPMU
T1.1 DPMU *  / T1.2 DPMU *  / T1.3 DPMU *+ / T1.4 DPMU
T2.1 DPMU *+ / T2.2 DPMU *+ / T2.3 DPMU *  / T2.4 DPMU    / T2.5 DPMU *
T2.6 DPMU *+ / T2.7 DPMU *+ / T2.8 DPMU    / T2.9 DPMU
T3.1 DPMU    / T3.2 DPMU *  / T3.3 DPMU
T4.1 DPMU *  / T4.2 DPMU    / T4.3 DPMU
G1.1 DPMU *+ / G1.2 DPMU    / G1.3 DPMU *+ / G1.4 DPMU *+
G2.1 DPMU *  / G2.2 DPMU
G3.1 DPMU *  / G3.2 DPMU    / G3.3 DPMU
G4.1 DPMU    / G4.2 DPMU
B1.1 DPMU *+ / B1.2 DPMU
B2.1 DPMU *+ / B2.2 DPMU    / B2.3 DPMU +  / B2.4 DPMU
B3.1 DPU     / B3.2 DPMU    / B3.3 DPMU
B4.1 DPMU    / B4.2 DPMU
B5.1 DPMU *  / B5.2 DPMU    / B5.3 DPMU    / B5.4 DPMU    / B5.5 DPMU`

interface Item {
  id: string
  types: string
  core: boolean
  gate: boolean
}

const ITEMS: Item[] = TREE.trim()
  .split(/\s*\n\s*|\s*\/\s*/)
  .map((entry) => {
    const [id = '', types = '', marks = ''] = entry.split(/\s+/)
    return { id, types, core: marks.includes('*'), gate: marks.includes('+') }
  })

/** Four band edges and the cap; T2.6 is banded by count, B1.1 by share of scenes, the others by percent. */
const BANDS: Record<string, [number, number, number, number, number]> = {
  'S3.2': [0.1, 0.3, 0.8, 1.5, 3],
  'T1.1': [10, 30, 60, 85, 100],
  'T2.1': [20, 40, 60, 80, 100],
  'T2.2': [20, 40, 60, 85, 100],
  'T2.3': [10, 30, 50, 75, 100],
  'T2.6': [3, 5, 8, 11, 15],
  'T3.2': [10, 30, 60, 85, 100],
  'T4.3': [0.5, 1.5, 3, 6, 12],
  'B1.1': [20, 45, 70, 90, 100],
  'B4.1': [0.1, 0.5, 2, 8, 16],
  'B5.1': [3, 8, 15, 25, 50],
  'B5.2': [5, 10, 20, 35, 70],
  'B5.3': [2, 5, 10, 20, 40],
  'B5.4': [5, 10, 20, 35, 70],
  'B5.5': [2, 5, 8, 15, 30],
}

const SHARES = ['T1.1', 'T2.1', 'T2.2', 'T2.3', 'T3.2', 'T4.3']

const SOFTWARE =
  'OA/协同 财务 ERP CRM/销售 SRM/采购 WMS CAD/CAE PLM/PDM/LIMS APS MES SCADA/DCS QMS EAM EMS能源 BI'.split(' ')

const SCENES =
  '产品设计 工艺设计 营销 售后 计划排程 生产管控 质量 设备 安全生产 能耗 采购 仓储物流 财务 人力 协同办公 决策支持'.split(
    ' ',
  )

const SCENE_THRESHOLD = 2

const MAY_BE_NOT_APPLICABLE = 'C1.1 C1.2 C1.3 C2.7 C3.2 C3.3 B2.2 B3.1 B3.2 B3.3'.split(' ')

/* One answer → its value, 'notApplicable' or 'open' (unanswered and unknown alike). */

function band(id: string, x: Fraction): Fraction {
  if (!atLeast(x, fraction(0n)) || x.n === 0n) return ZERO
  const edges = BANDS[id]!.map(exact)
  let k = 1
  for (const edge of edges.slice(0, 4)) if (atLeast(x, edge)) k += 1
  const lo = k === 1 ? ZERO : edges[k - 2]!
  const hi = edges[k - 1]!
  const middle = over(plus(lo, hi), fraction(2n))
  return atLeast(x, middle) ? fraction(BigInt(k)) : fraction(BigInt(2 * k - 1), 2n)
}

function valueOf(id: string, answer: Answer | undefined): Fraction | 'notApplicable' | 'open' {
  if (answer === undefined || answer === 'unknown') return 'open'
  if (typeof answer === 'number') return id in BANDS ? band(id, exact(answer)) : exact(answer)
  if (Array.isArray(answer)) return band(id, fraction(BigInt(answer.length)))
  if ('notApplicable' in answer) return 'notApplicable'
  if ('numerator' in answer) {
    const rate = answer as { numerator: number; denominator: number }
    return band(id, over(times(fraction(100n), exact(rate.numerator)), exact(rate.denominator)))
  }
  const scenes = answer as Record<string, number | 'notApplicable'>
  const applicable = SCENES.filter((scene) => scenes[scene] !== 'notApplicable')
  if (applicable.length === 0) return 'notApplicable'
  const reached = applicable.filter((scene) => Number(scenes[scene] ?? 0) >= SCENE_THRESHOLD)
  return band(id, fraction(BigInt(100 * reached.length), BigInt(applicable.length)))
}

/* One end of the range: every open item at the same value. */

interface End {
  score: Fraction
  tier: number
  limits: { score: number; gate: number; cap: number }
  nodes: Map<string, Fraction>
  items: Map<string, Fraction>
}

function scoreEnd(answers: Answers, productionType: ProductionType, form: Form, open: Fraction): End {
  const items = new Map<string, Fraction>()
  for (const item of ITEMS) {
    if (!item.types.includes(TYPE_LETTER[productionType])) continue
    if (form === 'short' && !item.core) continue
    const value = valueOf(item.id, answers[item.id])
    if (value === 'notApplicable') continue
    items.set(item.id, value === 'open' ? open : value)
  }

  const nodes = new Map<string, Fraction>()
  const domains: { weight: Fraction; value: Fraction }[] = []
  for (const [domain, weight] of Object.entries(WEIGHTS)) {
    const subDomains: Fraction[] = []
    for (const subDomain of ['1', '2', '3', '4', '5', '6'].map((digit) => domain + digit)) {
      const values = [...items].filter(([id]) => id.startsWith(`${subDomain}.`)).map(([, value]) => value)
      if (values.length === 0) continue
      subDomains.push(mean(values))
      nodes.set(subDomain, mean(values))
    }
    if (subDomains.length === 0) continue
    domains.push({ weight: fraction(BigInt(weight)), value: mean(subDomains) })
    nodes.set(domain, mean(subDomains))
  }
  const totalWeight = domains.map((domain) => domain.weight).reduce(plus, ZERO)
  const weighted = domains.map((domain) => times(domain.weight, domain.value)).reduce(plus, ZERO)
  const score = over(times(weighted, fraction(20n)), totalWeight)

  let scoreTier = 1
  while (scoreTier < 10 && !atLeast(fraction(BigInt(10 * scoreTier)), score)) scoreTier += 1

  const gates = ITEMS.filter((item) => item.gate && items.has(item.id)).map((item) => items.get(item.id)!)
  const passes = (mark: Fraction, percent: bigint): boolean =>
    BigInt(gates.filter((value) => atLeast(value, mark)).length) * 100n >= percent * BigInt(gates.length) &&
    domains.every((domain) => atLeast(domain.value, times(fraction(7n, 10n), mark)))
  let gateTier = 2
  for (const k of [2, 3, 4, 5]) {
    if (!passes(fraction(BigInt(2 * k - 1), 2n), 70n)) break
    gateTier = 2 * k - 1
    if (!passes(fraction(BigInt(k)), 60n)) break
    gateTier = 2 * k
  }

  let cap = 10
  for (const id of ['G1.3', 'G1.4']) {
    const value = items.get(id)
    if (value === undefined) continue
    if (!atLeast(value, fraction(1n))) cap = Math.min(cap, 4)
    else if (!atLeast(value, fraction(2n))) cap = Math.min(cap, 6)
  }

  const tier = Math.min(scoreTier, gateTier, cap)
  return { score, tier, limits: { score: scoreTier, gate: gateTier, cap }, nodes, items }
}

/**
 * 参考评分 — scores valid answers for guangxi-2024 by the rules as written, without the product's engine. Validates
 * nothing: the answers must be valid.
 */
export function referenceScore(answers: Answers, productionType: ProductionType, form: Form = 'full'): ReferenceResult {
  const low = scoreEnd(answers, productionType, form, ZERO)
  const high = scoreEnd(answers, productionType, form, fraction(5n))
  const pair = (a: Map<string, Fraction>, b: Map<string, Fraction>): Record<string, Range> =>
    Object.fromEntries([...a].map(([id, value]) => [id, { low: toNumber(value), high: toNumber(b.get(id)!) }]))
  return {
    score: { low: toNumber(low.score), high: toNumber(high.score) },
    tier: { low: low.tier, high: high.tier },
    level: { low: Math.ceil(low.tier / 2), high: Math.ceil(high.tier / 2) },
    limits: low.limits,
    nodes: pair(low.nodes, high.nodes),
    items: pair(low.items, high.items),
    dueForVisit: low.tier >= 3,
  }
}

/* Random sheets. */

/**
 * 随机答卷 — valid answers over varied regimes, drawn from a uniform `random` in [0, 1) and nothing else, so that a
 * seeded function repeats the sheet. Answers only indicators that apply to the production type; at most three are not
 * applicable.
 */
export function randomSheet(random: () => number, productionType: ProductionType): Record<string, Answer> {
  const below = (n: number): number => Math.floor(random() * n)
  const chance = (p: number): boolean => random() < p
  const round = (x: number, decimals: number): number => Number(x.toFixed(decimals))
  const shuffled = (names: readonly string[]): string[] => {
    const pool = [...names]
    const out: string[] = []
    while (pool.length > 0) out.push(...pool.splice(below(pool.length), 1))
    return out
  }

  const regime = ['low', 'around', 'around', 'uniform', 'high', 'gaps', 'level'][below(7)]!
  const base = below(11)
  const gapShare = regime === 'gaps' ? 0.2 + 0.6 * random() : chance(0.5) ? 0 : 0.05

  /** The half steps (0–10) this item should land on. */
  const aim = (): number => {
    if (regime === 'low') return below(4)
    if (regime === 'high') return 7 + below(4)
    if (regime === 'uniform' || regime === 'gaps') return below(11)
    if (regime === 'level') return chance(0.95) ? base : below(11)
    return Math.min(10, Math.max(0, base - 2 + below(5)))
  }

  const randomRate = (id: string, steps: number): Rate => {
    if (steps === 0) return id.startsWith('B5') && chance(0.5) ? 0 - round(40 * random(), below(3)) : 0
    const edges = [0, ...BANDS[id]!]
    const k = Math.ceil(steps / 2)
    const middle = (edges[k - 1]! + edges[k]!) / 2
    const from = steps % 2 === 1 ? edges[k - 1]! : middle
    const to = steps % 2 === 1 ? middle : edges[k]!
    let x = from + (to - from) * random()
    if (chance(0.4)) x = from
    if (steps === 10 && chance(0.3)) x = to * (1 + random())
    if (SHARES.includes(id)) x = Math.min(x, 100)
    x = round(x, 2 + below(3))
    const year = chance(0.5) ? { year: 2020 + below(6) } : {}
    if (chance(0.2)) return { numerator: Math.round(x * 10_000), denominator: 1_000_000, ...year }
    if (chance(0.2)) {
      const denominator = 1 + below(3000)
      const numerator = Math.round((x / 100) * denominator)
      return { numerator: SHARES.includes(id) ? Math.min(numerator, denominator) : numerator, denominator, ...year }
    }
    return x
  }

  const randomMatrix = (steps: number): Record<string, number | 'notApplicable'> => {
    const scenes = shuffled(SCENES)
    const applicable = scenes.slice(chance(0.5) ? 0 : below(SCENES.length))
    const out: Record<string, number | 'notApplicable'> = {}
    for (const scene of scenes) {
      if (!applicable.includes(scene)) out[scene] = 'notApplicable'
      else if (chance(steps / 10)) out[scene] = SCENE_THRESHOLD + below(4)
      else if (chance(0.9)) out[scene] = below(SCENE_THRESHOLD)
    }
    return out
  }

  const notApplicable = chance(0.4) ? shuffled(MAY_BE_NOT_APPLICABLE).slice(0, 1 + below(3)) : []
  const sheet: Record<string, Answer> = {}
  for (const { id, types } of ITEMS) {
    if (!types.includes(TYPE_LETTER[productionType])) continue
    const steps = aim()
    if (notApplicable.includes(id)) sheet[id] = { notApplicable: '本企业没有这项业务' }
    else if (chance(gapShare)) {
      if (chance(0.5)) sheet[id] = 'unknown'
    } else if (id === 'T2.6') {
      const counts = SOFTWARE.map((_, index) => index).concat(SOFTWARE.length)
      const fitting = counts.filter((count) => 2 * toNumber(band(id, fraction(BigInt(count)))) === steps)
      sheet[id] = shuffled(SOFTWARE).slice(0, fitting[below(fitting.length)]!)
    } else if (id === 'B1.1') sheet[id] = randomMatrix(steps)
    else if (id in BANDS) sheet[id] = randomRate(id, steps)
    else sheet[id] = steps / 2
  }
  return sheet
}
