// @vitest-environment node
import { beforeAll, describe, expect, it } from 'vitest'
import { createPopulation, type SampleSheet } from '../../cli/population'
import { isNotApplicable, isRatio, readAnswers, UNKNOWN } from '#core/diagnosis/answers'
import { type Edition } from '#core/diagnosis/edition'
import { checkProfile } from '#core/diagnosis/profile'
import { checkCreditCode, isCreditCode } from '#core/creditCode'
import { parseDivisions } from '#core/division'
import { parseIndustries } from '#core/industry'
import { evaluate } from '#core/oversight/submission'
import { classifySize } from '#core/sizeClass'
import divisionFile from '#reference/divisions.json'
import industryFile from '#reference/industries.json'
import { loadGuangxi, makeEdition } from '../support/build'

const divisions = parseDivisions(divisionFile)
const industries = parseIndustries(industryFile)

function populate(edition: Edition, firms: number, seed = 1, asOf = '2026-06-30'): readonly SampleSheet[] {
  const makeFirm = createPopulation({ edition, divisions, industries, seed, asOf })
  return Array.from({ length: firms }, (_, at) => makeFirm(at + 1))
}

function sizeOf({ profile }: SampleSheet): string {
  return classifySize(profile.staff, profile.revenue)!.sizeClass
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function correlate(xs: readonly number[], ys: readonly number[]): number {
  const [x, y] = [mean(xs), mean(ys)]
  const sum = (f: (at: number) => number): number => xs.reduce((total, _, at) => total + f(at), 0)
  return (
    sum((at) => (xs[at]! - x) * (ys[at]! - y)) /
    Math.sqrt(sum((at) => (xs[at]! - x) ** 2) * sum((at) => (ys[at]! - y) ** 2))
  )
}

describe('10,000 made-up firms under the real edition', () => {
  const edition = loadGuangxi()
  let firms: readonly SampleSheet[]
  let results: readonly ReturnType<typeof evaluate>['result'][]

  beforeAll(() => {
    firms = populate(edition, 10_000)
    results = firms.map(({ profile, answers }) => evaluate(edition, profile, 'full', answers).result)
  })
  const share = (isCounted: (firm: SampleSheet, at: number) => boolean): number =>
    (100 * firms.filter(isCounted).length) / firms.length

  // The published shares of 2022: at most level 1, level 2, level 3, level 4 and above.
  it.each([
    [1, 2, 63],
    [3, 4, 21],
    [5, 6, 12],
    [7, 10, 4],
  ])('tiers %i to %i hold %i %% of the firms, give or take 4 points', (from, to, published) => {
    const found = share((_, at) => results[at]!.tier!.low >= from && results[at]!.tier!.low <= to)
    expect(Math.abs(found - published), String(found)).toBeLessThanOrEqual(4)
  })

  it.each([
    ['大型', 2],
    ['中型', 10],
    ['小型', 82],
    ['微型', 6],
  ])('%s is %i %% of them, give or take 1 point, by the size rule', (size, planned) => {
    expect(Math.abs(share((firm) => sizeOf(firm) === size) - planned)).toBeLessThanOrEqual(1)
  })

  it('every one is above scale: 2000 万元 of revenue or more', () => {
    expect(Math.min(...firms.map(({ profile }) => profile.revenue!))).toBeGreaterThanOrEqual(20_000_000)
    expect(firms.every(({ profile }) => Number.isInteger(profile.revenue))).toBe(true)
  })

  // The table of the weights, of 10,000; three standard deviations of a count of 1,843 are 116.
  it.each([
    ['450100', 1843],
    ['450200', 1708],
    ['450600', 221],
    ['450800', 924],
    ['451400', 407],
  ])('the city %s has about %i of them', (city, planned) => {
    const found = firms.filter(({ profile }) => profile.city === city).length
    expect(Math.abs(found - planned)).toBeLessThanOrEqual(3 * Math.sqrt(planned * (1 - planned / 10_000)))
  })

  it('a city is uneven: its three busiest counties have 45 to 95 %, and some counties have under 10', () => {
    const counties = new Map<string, Map<string, number>>()
    for (const { profile } of firms) {
      const counts = counties.get(profile.city!) ?? new Map<string, number>()
      counts.set(profile.county!, (counts.get(profile.county!) ?? 0) + 1)
      counties.set(profile.city!, counts)
    }
    expect(counties.size).toBe(14)
    for (const [city, counts] of counties) {
      const sorted = [...counts.values()].sort((a, b) => b - a)
      const all = sorted.reduce((sum, count) => sum + count, 0)
      const busiest = sorted.slice(0, 3).reduce((sum, count) => sum + count, 0) / all
      expect(busiest, city).toBeGreaterThan(0.45)
      expect(busiest, city).toBeLessThan(0.95)
    }
    const few = [...counties.values()].flatMap((counts) => [...counts.values()]).filter((count) => count < 10)
    expect(few.length).toBeGreaterThan(0)
  })

  it('every county lies in its city', () => {
    for (const { profile } of firms) expect(divisions.byCode.get(profile.county!)?.parent).toBe(profile.city)
  })

  // Half the entrants of 2021, half even: wood (87/266 + 1/41)/2 = 17.6 %; an industry the entrants do not name
  // (88/34/266 + 1/41)/2 = 1.7 %.
  it.each([
    ['20', 17.6],
    ['30', 5.9],
    ['39', 1.7],
    ['06', 1.7],
  ])('the industry %s is %f %% of them, give or take 1.2 points', (industry, planned) => {
    expect(Math.abs(share(({ profile }) => profile.industry === industry) - planned)).toBeLessThanOrEqual(1.2)
  })

  it('all 41 industries are there', () => {
    expect(new Set(firms.map(({ profile }) => profile.industry)).size).toBe(41)
  })

  it('the production type follows the industry', () => {
    for (const { profile } of firms) {
      const section = industries.byCode.get(profile.industry!)!.section
      if (section === 'B') expect(profile.productionType).toBe('mining')
      if (section === 'D') expect(profile.productionType).toBe('utilities')
      if (section === 'C') expect(['process', 'discrete']).toContain(profile.productionType)
      if (['26', '31', '32'].includes(profile.industry!)) expect(profile.productionType).toBe('process')
    }
  })

  it('each has its own name, number and code, and the code is right and of nobody', () => {
    expect(new Set(firms.map(({ id }) => id)).size).toBe(10_000)
    expect(new Set(firms.map(({ profile }) => profile.creditCode)).size).toBe(10_000)
    expect(firms[0]!.profile.name).toMatch(/^示例企业00001（.+市）$/)
    for (const { profile } of firms) {
      expect(isCreditCode(profile.creditCode!)).toBe(true)
      expect(profile.creditCode!.slice(8, 10)).toBe('XX')
    }
    expect(checkCreditCode(firms[41]!.profile.creditCode!).warnings).toEqual([])
  })

  it('each is a whole profile that could be handed in, and says that it is a sample', () => {
    for (const firm of firms) {
      expect(checkProfile(edition, firm.profile)).toEqual([])
      expect([firm.sample, firm.profile.contact, firm.profile.phone]).toEqual([true, '示例', '0000'])
      expect(firm.profile.name).toContain('示例')
    }
  })

  it('larger firms are more mature', () => {
    const scores = ['微型', '小型', '中型', '大型'].map((size) =>
      mean(results.filter((_, at) => sizeOf(firms[at]!) === size).map(({ score }) => score!.low)),
    )
    expect(scores).toEqual([...scores].sort((a, b) => a - b))
    expect(scores[3]! - scores[1]!).toBeGreaterThan(10)
  })

  it('the domains of a firm hang together without being the same', () => {
    const valuesOf = (node: string): readonly number[] => results.map(({ nodes }) => nodes[node]!.low)
    for (const [a, b] of [
      ['S', 'T'],
      ['C', 'G'],
      ['S', 'B'],
    ] as const) {
      const together = correlate(valuesOf(a), valuesOf(b))
      expect(together).toBeGreaterThan(0.6)
      expect(together).toBeLessThan(0.96)
    }
  })

  it('has gaps as real sheets have: 0.5 to 4 % 不掌握, 0.2 to 3 % open, some 不适用', () => {
    const asked = results.reduce((sum, { items }) => sum + Object.keys(items).length, 0)
    const given = firms.flatMap(({ answers }) => Object.values(answers))
    const unknown = given.filter((answer) => answer === UNKNOWN).length
    const notApplicable = given.filter(isNotApplicable).length
    expect(unknown / given.length).toBeGreaterThan(0.005)
    expect(unknown / given.length).toBeLessThan(0.04)
    expect(notApplicable).toBeGreaterThan(1000)
    // Items that are 不适用 leave the result; everything else that was asked is there, answered or not.
    const open = asked - (given.length - notApplicable)
    expect(open / asked).toBeGreaterThan(0.002)
    expect(open / asked).toBeLessThan(0.03)
  })

  it('counts the same thing once: networked equipment is a part of the digital equipment named before', () => {
    let seen = 0
    for (const { answers } of firms) {
      const [digital, networked] = [answers['T2.1'], answers['T2.3']]
      if (!isRatio(digital) || !isRatio(networked)) continue
      seen += 1
      expect(networked.denominator).toBe(digital.numerator)
    }
    expect(seen).toBeGreaterThan(5000)
  })

  it('was handed in during the 90 days before, after it was begun', () => {
    for (const { startedAt, submittedAt, minutes } of firms) {
      expect(submittedAt >= '2026-04-01T00:00:00.000Z' && submittedAt < '2026-06-30T00:00:00.000Z').toBe(true)
      expect(Date.parse(submittedAt) - Date.parse(startedAt)).toBeGreaterThanOrEqual(minutes * 60_000)
      expect(minutes).toBeGreaterThan(0)
    }
  })
})

describe('a population', () => {
  it('is the same for the same seed, whatever its size, and another for another', () => {
    const edition = loadGuangxi()
    expect(populate(edition, 30)).toEqual(populate(edition, 60).slice(0, 30))
    expect(populate(edition, 5, 2)).not.toEqual(populate(edition, 5, 1))
  })

  it('takes an edition that asks for no production type and allows no gap', () => {
    const edition = makeEdition({
      tree: { id: 'total', items: ['A', 'B'] },
      items: { B: { kind: 'rate', range: 'share', bands: [10, 30], cap: 100 } },
      scale: { max: 3, step: 1 },
      answers: { unanswered: 'refuse', notApplicable: 'exclude' },
    })
    for (const { profile, answers } of populate(edition, 300)) {
      expect(profile).not.toHaveProperty('productionType')
      expect(Object.keys(answers)).toEqual(['A', 'B'])
      expect(() => evaluate(edition, profile, 'full', answers)).not.toThrow()
    }
  })

  it('takes production types it never heard of: one and the same for an industry', () => {
    const edition = makeEdition({ tree: { id: 'total', items: ['A'] }, productionTypes: ['batch', 'flow', 'mining'] })
    const types = new Map<string, Set<string | undefined>>()
    for (const { profile } of populate(edition, 500)) {
      const seen = types.get(profile.industry!) ?? new Set()
      types.set(profile.industry!, seen.add(profile.productionType))
    }
    for (const [industry, seen] of types) expect(seen.size, industry).toBe(1)
    expect([...types.get('10')!]).toEqual(['mining'])
  })

  it('answers what the rules can read, on steps that are no whole doubles too', () => {
    const edition = makeEdition({
      tree: { id: 'total', items: ['A', 'L', 'M', 'R'] },
      scale: { max: 3, step: 0.1 },
      items: {
        A: { kind: 'ladder', notApplicable: true },
        L: { kind: 'checklist', choices: ['甲', '乙', '丙', '丁'], bands: [1.5, 3], cap: 4 },
        M: { kind: 'matrix', rows: ['子', '丑', '寅'], threshold: 1.3, bands: [20, 60], cap: 100 },
        R: { kind: 'rate', range: 'improvement', bands: [3, 8], cap: 20 },
      },
      answers: { unanswered: 'zero', notApplicable: 'zero', notApplicableMost: 25 },
    })
    const sheets = populate(edition, 500)
    for (const { answers } of sheets) expect(() => readAnswers(edition, {}, 'full', answers)).not.toThrow()
    const worse = sheets.filter(({ answers }) => typeof answers['R'] === 'number' && answers['R'] < 0)
    expect(worse.length).toBeGreaterThan(0)
  })
})
