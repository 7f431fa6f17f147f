import { countMostNotApplicable, listApplicable, UNKNOWN, type Answer, type Answers } from '#core/diagnosis/answers'
import { type Edition, type Indicator } from '#core/diagnosis/edition'
import { type IndicatorElement } from '#core/diagnosis/editionFile'
import { type Profile } from '#core/diagnosis/profile'
import { completeCreditCode } from '#core/creditCode'
import { listCities, listCounties, type Division, type Divisions } from '#core/division'
import { type Industries, type Industry } from '#core/industry'
import { type SheetToSubmit } from '#core/oversight/submission'
import { type SizeClass } from '#core/sizeClass'

/** The most firms one population may have: their numbers are six digits of a credit code. */
export const MOST_FIRMS = 500_000

/**
 * 设区市权重 — the mean of a city's share of the 266 firms newly above scale in the first half of 2021 (Guangxi bureau of
 * statistics) and of its share of the 2021 GDP. For made-up firms only: how many firms a city has is the authority's list.
 */
const CITY_WEIGHTS: Readonly<Record<string, number>> = {
  '450100': 18.4,
  '450200': 17.1,
  '450300': 6.4,
  '450400': 6.5,
  '450500': 4.7,
  '450600': 2.2,
  '450700': 5.0,
  '450800': 9.2,
  '450900': 7.2,
  '451000': 4.7,
  '451100': 3.3,
  '451200': 3.2,
  '451300': 7.9,
  '451400': 4.1,
}
/** A city the table does not have weighs as much as its counties. */
const WEIGHT_OF_COUNTY = 0.9

/** The k-th county of a city weighs 1/k to this power: about 60 % of a city in three counties, the last ones hardly any. Own choice. */
const COUNTY_DECLINE = 1.1

/** Industries of the 266 firms newly above scale in Guangxi, first half of 2021 (bureau of statistics); the others share the rest. */
const NEW_FIRMS: Readonly<Record<string, number>> = { 20: 87, 30: 25, 13: 15, 10: 14, 44: 13, 33: 13, 14: 11 }
const ALL_NEW_FIRMS = 266

/** 划型 — the mix of size classes among firms above scale, percent. Own choice, after the size rule. */
const SIZE_MIX: readonly (Weighted & { readonly size: SizeClass })[] = [
  { size: '大型', weight: 2 },
  { size: '中型', weight: 10 },
  { size: '小型', weight: 82 },
  { size: '微型', weight: 6 },
]
/** Staff of each class, from and below (国统字〔2017〕213号). Above scale every revenue is at least 2000 万元, so staff decides up to 中型. */
const STAFF: Readonly<Record<SizeClass, readonly [number, number]>> = {
  大型: [1000, 9000],
  中型: [300, 1000],
  小型: [20, 300],
  微型: [4, 20],
}
const WAN = 10_000
const LEAST_REVENUE: Readonly<Record<SizeClass, number>> = { 大型: 40_000, 中型: 2000, 小型: 2000, 微型: 2000 }

/** The share of firms of a manufacturing industry that make their product in processes rather than piece by piece. Own choice. */
const PROCESS_SHARE: Readonly<Record<string, number>> = {
  13: 0.9,
  14: 0.7,
  15: 0.9,
  16: 0.9,
  17: 0.5,
  20: 0.4,
  22: 0.9,
  25: 1,
  26: 1,
  27: 0.9,
  28: 1,
  29: 0.5,
  30: 0.8,
  31: 1,
  32: 1,
  42: 0.7,
}

/** How far an industry stands from the mean, in standard deviations of the firms; the order follows public maturity reports, the figures are our own. */
const INDUSTRY_EFFECT: Readonly<Record<string, number>> = {
  16: 0.8,
  39: 0.6,
  36: 0.5,
  25: 0.5,
  44: 0.5,
  38: 0.4,
  27: 0.4,
  45: 0.3,
  31: 0.3,
  26: 0.2,
  32: 0.2,
  17: -0.3,
  18: -0.4,
  20: -0.5,
  21: -0.3,
  33: -0.3,
  10: -0.5,
  42: -0.4,
}
const SIZE_EFFECT: Readonly<Record<SizeClass, number>> = { 大型: 1.6, 中型: 0.8, 小型: -0.05, 微型: -0.6 }
/** Standard deviation of a city from the mean. Own choice. */
const CITY_SPREAD = 0.15

/**
 * 成熟度分布 — which share of the full mark the firm at a quantile has. The quantiles 63, 84 and 96 % are the published
 * shares of an older survey of manufacturers (63/21/12/4 % from the lowest to the highest levels, 2022), here put where a
 * ten-tier edition has its tiers 3, 5 and 7. Own choice, and no statement about any firm or region.
 */
const MATURITY: readonly (readonly [quantile: number, share: number])[] = [
  [0, 0.02],
  [0.2, 0.11],
  [0.4, 0.19],
  [0.63, 0.292],
  [0.84, 0.48],
  [0.96, 0.69],
  [0.995, 0.87],
  [1, 0.98],
]
/** Spreads around the firm's own share of the full mark: of a domain, of a sub-domain, of how hard a question is, of one answer. */
const DOMAIN_SPREAD = 0.065
const SUBDOMAIN_SPREAD = 0.055
const HARDNESS_SPREAD = 0.05
const ANSWER_SPREAD = 0.085

const NOT_APPLICABLE_SHARE = 0.05
const SCENE_NOT_APPLICABLE_SHARE = 0.08
/** One firm in seven fills carelessly and leaves more questions open. */
const CARELESS_SHARE = 1 / 7

/** 示例企业 — what a made-up firm hands in, without anything that comes from outside. */
export type SampleSheet = SheetToSubmit & { readonly sample: true }

export interface PopulationSource {
  readonly edition: Edition
  readonly divisions: Divisions
  readonly industries: Industries
  readonly seed: number
  /** The day before which all sheets were handed in, as `2026-11-21`. */
  readonly asOf: string
}

/**
 * 示例企业群 — a made-up population as a function from a firm's number, from 1 on, to its sheet. The same seed gives the same
 * firm under the same number, however many are made. Answers hang together: a firm has a maturity by size, industry and
 * city, its domains and sub-domains lie around that, its answers around those. Knows no particular edition.
 */
export function createPopulation({
  edition,
  divisions,
  industries,
  seed,
  asOf,
}: PopulationSource): (number: number) => SampleSheet {
  const places = listPlaces(divisions, seed)
  const mix = mixIndustries(industries)
  const questions = listQuestions(edition)
  const elements = new Map(
    edition.survey.pages.flatMap((page) => page.elements.map((element) => [element.name, element as IndicatorElement])),
  )
  const cityEffects = drawCityEffects(places, seed)
  const expected = measureEffects(mix)
  // What size, industry and city leave open is the firm's own: together the levels are about standard normal.
  const firmSpread = Math.sqrt(Math.max(0, 1 - expected.variance - CITY_SPREAD ** 2))
  const start = Date.parse(`${asOf}T00:00:00Z`)

  return (number) => {
    const random = streamOf(seed, `firm ${number}`)
    const place = pick(places, random)
    const industry = pick(mix, random)
    const firm = drawFirm(random)
    const productionType = pickProductionType(edition, industry, random)
    const level =
      SIZE_EFFECT[firm.size] +
      (INDUSTRY_EFFECT[industry.code] ?? 0) +
      cityEffects.get(place.city.code)! -
      expected.mean +
      firmSpread * drawNormal(random)
    const profile: Profile = {
      name: `示例企业${String(number).padStart(5, '0')}（${place.city.name}）`,
      creditCode: completeCreditCode(`91${place.city.code}XX${String(number).padStart(6, '0')}`),
      city: place.city.code,
      county: place.county.code,
      industry: industry.code,
      ...(productionType === undefined ? {} : { productionType }),
      staff: firm.staff,
      revenue: firm.revenue,
      figuresYear: Number(asOf.slice(0, 4)) - 1,
      contact: '示例',
      phone: '0000',
    }
    const share = shareOfFullMark(level)
    const answers = drawAnswers({ edition, questions, elements, profile, share, figures: new Map(), random })
    const minutes = Math.round(20 + 0.5 * Object.keys(answers).length * (0.5 + random()))
    const submittedAt = drawMoment(start, random)
    return {
      id: `sample-${seed}-${number}`,
      revision: 1,
      form: 'full',
      profile,
      answers,
      startedAt: new Date(submittedAt - (minutes + Math.floor(240 * random())) * 60_000).toISOString(),
      submittedAt: new Date(submittedAt).toISOString(),
      minutes,
      sample: true,
    }
  }
}

/** Uniform numbers in [0, 1). */
type Random = () => number

/** A stream of its own for each name under a seed: mulberry32, begun at a hash of both (FNV-1a, then mixed). */
function streamOf(seed: number, name: string): Random {
  let a = 0x811c9dc5
  for (const character of `${seed} ${name}`) a = Math.imul(a ^ character.charCodeAt(0), 0x01000193)
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b)
  a = Math.imul(a ^ (a >>> 13), 0xc2b2ae35)
  a ^= a >>> 16
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Standard normal by the polar way of Box and Muller; one of its two numbers is thrown away. */
function drawNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

interface Weighted {
  readonly weight: number
}

function pick<Entry extends Weighted>(entries: readonly Entry[], random: Random): Entry {
  let rest = random() * entries.reduce((sum, { weight }) => sum + weight, 0)
  return entries.find(({ weight }) => (rest -= weight) < 0) ?? entries[entries.length - 1]!
}

interface Place extends Weighted {
  readonly city: Division
  readonly county: Division
}

/** Every county with its weight. Which county of a city is a busy one is drawn, so that nothing is said of a real one. */
function listPlaces(divisions: Divisions, seed: number): readonly Place[] {
  return listCities(divisions).flatMap((city) => {
    const random = streamOf(seed, city.code)
    const counties = listCounties(divisions, city.code)
      .map((county) => ({ county, at: random() }))
      .sort((a, b) => a.at - b.at)
    const shares = counties.map((_, rank) => (rank + 1) ** -COUNTY_DECLINE)
    const all = shares.reduce((sum, share) => sum + share, 0)
    const weight = CITY_WEIGHTS[city.code] ?? WEIGHT_OF_COUNTY * counties.length
    return counties.map(({ county }, rank) => ({ city, county, weight: (weight * shares[rank]!) / all }))
  })
}

/** Half the firms newly above scale in 2021, which are too often in wood, half an even spread. */
function mixIndustries({ byCode }: Industries): readonly (Industry & Weighted)[] {
  const industries = [...byCode.values()]
  const named = industries.filter(({ code }) => NEW_FIRMS[code] !== undefined)
  const rest = ALL_NEW_FIRMS - named.reduce((sum, { code }) => sum + NEW_FIRMS[code]!, 0)
  const share = rest / Math.max(1, industries.length - named.length) / ALL_NEW_FIRMS
  return industries.map((industry) => {
    const entrants = NEW_FIRMS[industry.code]
    const entrantShare = entrants === undefined ? share : entrants / ALL_NEW_FIRMS
    return { ...industry, weight: (entrantShare + 1 / industries.length) / 2 }
  })
}

/** How far each city stands from the mean of all firms. */
function drawCityEffects(places: readonly Place[], seed: number): ReadonlyMap<string, number> {
  const effects = places.map(({ city, weight }) => ({
    city,
    weight,
    effect: CITY_SPREAD * drawNormal(streamOf(seed, `city ${city.code}`)),
  }))
  const all = effects.reduce((sum, { weight }) => sum + weight, 0)
  const mean = effects.reduce((sum, { weight, effect }) => sum + weight * effect, 0) / all
  return new Map(effects.map(({ city, effect }) => [city.code, effect - mean]))
}

/** Mean and variance of what size and industry add, over all firms; the two are drawn apart. */
function measureEffects(mix: readonly (Industry & Weighted)[]): { readonly mean: number; readonly variance: number } {
  const bySize = SIZE_MIX.map(({ size, weight }) => ({ effect: SIZE_EFFECT[size], weight }))
  const byIndustry = mix.map(({ code, weight }) => ({ effect: INDUSTRY_EFFECT[code] ?? 0, weight }))
  const parts = [bySize, byIndustry].map((entries) => {
    const all = entries.reduce((sum, { weight }) => sum + weight, 0)
    const mean = entries.reduce((sum, { effect, weight }) => sum + weight * effect, 0) / all
    return { mean, variance: entries.reduce((sum, { effect, weight }) => sum + weight * (effect - mean) ** 2, 0) / all }
  })
  return parts.reduce((sum, { mean, variance }) => ({ mean: sum.mean + mean, variance: sum.variance + variance }))
}

interface Firm {
  readonly size: SizeClass
  readonly staff: number
  /** In 元, whole 万元. */
  readonly revenue: number
}

function drawFirm(random: Random): Firm {
  const { size } = pick(SIZE_MIX, random)
  const [from, below] = STAFF[size]
  // Small firms are the more frequent ones inside each class.
  const staff = Math.floor(from * (below / from) ** (random() ** 1.3))
  const perHead = 75 * Math.exp(0.6 * drawNormal(random))
  const least = LEAST_REVENUE[size]
  const revenue = Math.max(Math.round(staff * perHead), Math.round(least * (1 - 0.5 * Math.log(1 - random()))))
  return { size, staff, revenue: revenue * WAN }
}

/** By the section of the industry where the edition has such a type; otherwise one of its types, the same for an industry. */
function pickProductionType(edition: Edition, industry: Industry, random: Random): string | undefined {
  const types = edition.scoring.productionTypes
  if (types === undefined) return undefined
  const isProcess = random() < (PROCESS_SHARE[industry.code] ?? 0.05)
  const wanted = { B: 'mining', C: isProcess ? 'process' : 'discrete', D: 'utilities' }[industry.section]
  return (types.find(({ id }) => id === wanted) ?? types[Number(industry.code) % types.length])?.id
}

/** Level of a firm, roughly standard normal over all firms, to its share of the full mark. */
function shareOfFullMark(level: number): number {
  const quantile = 1 / (1 + Math.exp(-1.702 * level))
  const above = Math.max(
    1,
    MATURITY.findIndex(([at]) => at >= quantile),
  )
  const [fromQuantile, from] = MATURITY[above - 1]!
  const [toQuantile, to] = MATURITY[above]!
  return from + ((to - from) * (quantile - fromQuantile)) / (toQuantile - fromQuantile)
}

/** Between 8:30 and 18:00 in China, on one of the 90 days before. */
function drawMoment(start: number, random: Random): number {
  const day = 1 + Math.floor(90 * random())
  return start - day * 86_400_000 + Math.floor((30 + 570 * random()) * 60) * 1000
}

interface Question {
  readonly indicator: Indicator
  readonly domain: number
  readonly subdomain: number
  /** How much lower than others all firms answer it, as a share of the full mark. */
  readonly hardness: number
}

/** The indicators with the places they take in the tree: the first level is the domain, the node they hang on the sub-domain. */
function listQuestions(edition: Edition): ReadonlyMap<string, Question> {
  const questions = new Map<string, Question>()
  const { tree } = edition
  const domains = tree.children.length === 0 ? [tree] : tree.children
  let subdomain = 0
  for (const [domain, node] of domains.entries()) {
    const visit = (inner: Edition['tree']): void => {
      subdomain += 1
      for (const indicator of inner.indicators) {
        const hardness = HARDNESS_SPREAD * drawNormal(streamOf(0, indicator.id))
        questions.set(indicator.id, { indicator, domain, subdomain, hardness })
      }
      inner.children.forEach(visit)
    }
    visit(node)
  }
  return questions
}

interface Sheet {
  readonly edition: Edition
  readonly questions: ReadonlyMap<string, Question>
  readonly elements: ReadonlyMap<string, IndicatorElement>
  readonly profile: Profile
  readonly share: number
  /** Figures given so far, by their label: the same thing is counted once. */
  readonly figures: Map<string, number>
  readonly random: Random
}

function drawAnswers(sheet: Sheet): Answers {
  const { edition, questions, profile, share, random } = sheet
  const { productionType } = profile
  const applicable = listApplicable(edition, productionType === undefined ? {} : { productionType }, 'full')
  const mayGap = edition.scoring.answers.unanswered !== 'refuse'
  const isCareless = random() < CARELESS_SHARE
  const unansweredShare = mayGap ? (isCareless ? 0.05 : 0.004) : 0
  const unknownShare = mayGap ? (isCareless ? 0.05 : 0.012) : 0
  let mostNotApplicable = countMostNotApplicable(edition, applicable.length) ?? applicable.length
  const domains: number[] = []
  const subdomains: number[] = []
  const answers: Record<string, Answer> = {}
  for (const indicator of applicable) {
    const { domain, subdomain, hardness } = questions.get(indicator.id)!
    domains[domain] ??= DOMAIN_SPREAD * drawNormal(random)
    subdomains[subdomain] ??= SUBDOMAIN_SPREAD * drawNormal(random)
    // Near nothing and near everything there is less room to differ.
    const room = 0.35 + 2.6 * share * (1 - share)
    const around = domains[domain] + subdomains[subdomain] - hardness + ANSWER_SPREAD * drawNormal(random)
    const own = Math.min(1, Math.max(0, share + room * around))
    const chance = random()
    if (chance < unansweredShare) continue
    if (chance < unansweredShare + unknownShare) {
      answers[indicator.id] = UNKNOWN
    } else if (indicator.rule.notApplicable === true && mostNotApplicable > 0 && random() < NOT_APPLICABLE_SHARE) {
      mostNotApplicable -= 1
      answers[indicator.id] = { notApplicable: '示例：没有这项业务' }
    } else {
      answers[indicator.id] = drawAnswer(indicator, own, sheet)
    }
  }
  return answers
}

/** An answer worth about this share of the item's full mark. */
function drawAnswer(indicator: Indicator, share: number, sheet: Sheet): Answer {
  const { random } = sheet
  const { rule, max, step } = indicator
  switch (rule.kind) {
    case 'ladder':
      return roundToStep(share * max, step, max)
    case 'rate':
      return drawRate(rule, sheet.elements.get(indicator.id)!, placeInBands(rule, max, share), sheet)
    case 'checklist': {
      const count = Math.round(placeInBands(rule, max, share))
      // What stands first in the list is the more common thing to have.
      const keys = rule.choices.map((name, at) => ({ name, key: Math.log(1 - random()) * (at + 3) }))
      const chosen = new Set(
        [...keys]
          .sort((a, b) => b.key - a.key)
          .slice(0, count)
          .map(({ name }) => name),
      )
      return rule.choices.filter((name) => chosen.has(name))
    }
    case 'matrix': {
      const reached = placeInBands(rule, max, share) / 100
      const lower = Math.max(0, rule.threshold - step)
      const rows = rule.rows.map((row, at): [string, number | 'notApplicable'] => {
        if (at > 0 && random() < SCENE_NOT_APPLICABLE_SHARE) return [row, 'notApplicable']
        const isReached = random() < reached
        const value = max * (share + 0.12 * drawNormal(random))
        const low = isReached ? rule.threshold : 0
        const high = isReached ? max : lower
        return [row, roundToStep(Math.min(high, Math.max(low, value)), step, max)]
      })
      return Object.fromEntries(rows)
    }
  }
}

/** The figure that stands at this share of the bands: band k from its lower edge to its upper one, the last up to the cap. */
function placeInBands(
  { bands, cap }: { readonly bands: readonly number[]; readonly cap: number },
  max: number,
  share: number,
): number {
  const edges = [0, ...bands, cap]
  const place = Math.min(share * max, max)
  const below = Math.min(Math.floor(place), edges.length - 2)
  return edges[below]! + (edges[below + 1]! - edges[below]!) * (place - below)
}

/** On the grid as the answer's reader wants it: the double nearest to a whole number of steps. */
function roundToStep(value: number, step: number, max: number): number {
  const places = String(step).split('.')[1]?.length ?? 0
  return Number((Math.min(Math.round(max / step), Math.max(0, Math.round(value / step))) * step).toFixed(places))
}

/** Two figures where the form asks for them, as most firms give; otherwise, and for changes, often the percent alone. */
function drawRate(
  rule: Indicator['rule'] & { kind: 'rate' },
  element: IndicatorElement,
  percent: number,
  { profile, figures, random }: Sheet,
): Answer {
  const isChange = rule.range === 'improvement'
  // Some things got worse: an improvement may be negative.
  const given = isChange && percent < rule.bands[0]! && random() < 0.3 ? -percent : percent
  const measure = element.type === 'rate' ? element.measure : undefined
  if (measure === undefined || random() < (isChange ? 0.5 : 0.15)) return Math.round(given * 10) / 10
  const { numerator: above, denominator: below } = measure
  const denominator = isChange
    ? Math.round(10 + 990 * random()) / 10
    : (figures.get(below.label) ?? drawDenominator(below, profile, random))
  // Of no machines no share can be taken.
  if (denominator === 0) return 0
  const exact = (given * denominator) / 100
  // Counted things are whole; money and changes have decimals.
  const isCounted = !isChange && below.unit !== '万元'
  const rounded = isCounted ? Math.round(exact) : Math.round(exact * 100) / 100
  const numerator = rule.range === 'share' ? Math.min(rounded, denominator) : rounded
  if (!isChange) figures.set(below.label, denominator).set(above.label, numerator)
  return { numerator, denominator, year: profile.figuresYear! }
}

/** As much as a firm of this size would have; other units than persons, money and machines are counted in dozens. */
function drawDenominator(
  { label, unit }: { readonly label: string; readonly unit: string },
  { staff = 1, revenue = 0 }: Profile,
  random: Random,
): number {
  if (unit === '人') return staff
  if (unit === '万元')
    return Math.max(1, Math.round((revenue / WAN) * (label.includes('三年') ? 2.7 + 0.4 * random() : 1)))
  if (unit.startsWith('台')) return Math.ceil(5 + staff * (0.2 + 0.8 * random()))
  return 8 + Math.floor(52 * random())
}
