import { describe, expect, it } from 'vitest'
import examples from '#questionnaires/guangxi-2024/examples.json'
import { randomSheet, referenceScore, type Answer, type Form, type ProductionType } from './referenceScorer'

/* Expected numbers are calculated by hand; the calculation stands beside each. */

const SUB_DOMAINS = {
  ...{ S1: 3, S2: 3, S3: 3, C1: 3, C2: 8, C3: 3, C4: 2, C5: 2, C6: 2, T1: 4, T2: 9 },
  ...{ T3: 3, T4: 3, G1: 4, G2: 2, G3: 3, G4: 2, B1: 2, B2: 4, B3: 3, B4: 2, B5: 5 },
}

/** Rates, counts and shares in the middle of band 2, worth exactly 2. */
const BANDED_AT_2: Record<string, Answer> = {
  ...{ 'S3.2': 0.2, 'T1.1': 20, 'T2.1': 30, 'T2.2': 30, 'T2.3': 20, 'T3.2': 20, 'T4.3': 1, 'B4.1': 0.3 },
  ...{ 'B5.1': 5.5, 'B5.2': 7.5, 'B5.3': 3.5, 'B5.4': 7.5, 'B5.5': 3.5 },
  'T2.6': ['ERP', 'MES', 'WMS', 'BI'],
  'B1.1': { 产品设计: 2, 工艺设计: 2, 营销: 2, 售后: 2, 质量: 3, 设备: 5, 财务: 1, 人力: 0 },
}

function everythingAt2(changed: Record<string, Answer> = {}): Record<string, Answer> {
  const ids = Object.entries(SUB_DOMAINS).flatMap(([id, n]) => Array.from({ length: n }, (_, i) => `${id}.${i + 1}`))
  return { ...Object.fromEntries(ids.map((id) => [id, BANDED_AT_2[id] ?? 2])), ...changed }
}

const valueOf = (id: string, answer: Answer): number | undefined =>
  referenceScore({ [id]: answer }, 'discrete').items[id]?.low

/** Mulberry32. */
function seeded(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

describe('the reference scorer', () => {
  it('gives a firm at level 2 everywhere 40 points and tier 4, whatever it produces', () => {
    for (const productionType of ['discrete', 'process', 'mining', 'utilities'] as const) {
      const result = referenceScore(everythingAt2(), productionType)
      expect(result).toMatchObject({ score: { low: 40, high: 40 }, tier: { low: 4, high: 4 }, level: { low: 2 } })
      expect(result.limits).toEqual({ score: 4, gate: 4, cap: 10 })
      // 5 domains and 22 sub-domains; 75 indicators, of which mining lacks two and utilities one.
      expect(Object.keys(result.nodes)).toHaveLength(27)
      expect(Object.keys(result.items)).toHaveLength(
        { discrete: 75, process: 75, mining: 73, utilities: 74 }[productionType],
      )
    }
  })

  it('splits a band at its middle and starts the next at its edge', () => {
    // T1.1: 10 30 60 85, cap 100; middles 5, 20, 45, 72.5, 92.5.
    const expected = [
      [0, 0],
      [0.001, 0.5],
      [4.999, 0.5],
      [5, 1],
      [9.999, 1],
      [10, 1.5],
      [20, 2],
      [30, 2.5],
      [45, 3],
      [60, 3.5],
      [72.49, 3.5],
      [72.5, 4],
      [85, 4.5],
      [92.5, 5],
      [100, 5],
    ] as const
    for (const [percent, value] of expected) expect(valueOf('T1.1', percent)).toBe(value)
  })

  it('compares decimals as they are written', () => {
    // S3.2: 0.1 and 0.3 are edges, 0.55 is the middle of 0.3–0.8, 1.15 that of 0.8–1.5.
    expect(valueOf('S3.2', 0.1)).toBe(1.5)
    expect(valueOf('S3.2', { numerator: 3, denominator: 1000, year: 2023 })).toBe(2.5)
    expect(valueOf('S3.2', 0.55)).toBe(3)
    expect(valueOf('S3.2', { numerator: 23, denominator: 2000 })).toBe(4)
    expect(valueOf('S3.2', 1.1499999)).toBe(3.5)
  })

  it('counts a result that got worse as 0 and one above the cap as 5', () => {
    expect(valueOf('B5.1', -12.5)).toBe(0)
    expect(valueOf('B5.1', 80)).toBe(5)
    expect(valueOf('B5.1', 37.5)).toBe(5)
    expect(valueOf('B5.1', 37.4)).toBe(4.5)
  })

  it('counts software kinds, and scenes as a share of the applicable ones', () => {
    // T2.6: 3 5 8 11, cap 15. B1.1: 20 45 70 90, cap 100.
    expect(valueOf('T2.6', [])).toBe(0)
    expect(valueOf('T2.6', ['ERP', 'MES', 'WMS'])).toBe(1.5)
    expect(valueOf('B1.1', {})).toBe(0)
    expect(valueOf('B1.1', { 质量: 2, 设备: 2, 财务: 5, 人力: 1, 营销: 'notApplicable' })).toBe(1.5) // 3/15 = 20 %
    expect(valueOf('B1.1', { 质量: 2, 设备: 2, 财务: 5, 人力: 1 })).toBe(1) // 3/16 = 18.75 %
  })

  it('puts a firm with 40.1875 points in score tier 5 and leaves the gate where it is', () => {
    // G4 = 2.25, G = 8.25/4 = 2.0625, S = 40 + 3 × 0.0625.
    const result = referenceScore(everythingAt2({ 'G4.1': 2.5 }), 'process')
    expect(result.score.low).toBe(40.1875)
    expect(result.limits).toEqual({ score: 5, gate: 4, cap: 10 })
  })

  it('needs 60 % of the gate indicators at 2 for tier 4: 11 of 17 are enough, 10 are not', () => {
    const six = { 'C2.1': 1.5, 'C2.2': 1.5, 'C4.2': 1.5, 'G1.1': 1.5, 'B2.1': 1.5, 'T1.3': 1.5 }
    expect(referenceScore(everythingAt2(six), 'discrete').limits.gate).toBe(4)
    expect(referenceScore(everythingAt2({ ...six, 'B2.3': 1.5 }), 'discrete').limits.gate).toBe(3)
  })

  it('needs every domain at 70 % of 2 for tier 4: 1.4 is enough, 1.35 is not', () => {
    // B = (2 + 2 + 1 + 1 + 1) / 5 = 1.4; with B4.2 = 0.5 B4 is 0.75 and B 1.35.
    const weak = { 'B3.1': 1, 'B3.2': 1, 'B3.3': 1, 'B4.1': 0.05, 'B4.2': 1 }
    const results = { 'B5.1': 1.5, 'B5.2': 2.5, 'B5.3': 1, 'B5.4': 2.5, 'B5.5': 1 }
    const enough = referenceScore(everythingAt2({ ...weak, ...results }), 'discrete')
    expect(enough.nodes.B?.low).toBe(1.4)
    expect(enough.limits.gate).toBe(4)
    const short = referenceScore(everythingAt2({ ...weak, ...results, 'B4.2': 0.5 }), 'discrete')
    expect(short.nodes.B?.low).toBe(1.35)
    expect(short.limits.gate).toBe(3)
  })

  it('caps at tier 4 below 1 and at tier 6 below 2 of the weaker security indicator', () => {
    const cap = (network: number, data: number): number =>
      referenceScore(everythingAt2({ 'G1.3': network, 'G1.4': data }), 'discrete').limits.cap
    expect([cap(0.5, 5), cap(5, 0.5), cap(1, 5), cap(5, 1.5), cap(2, 2)]).toEqual([4, 4, 6, 6, 10])
  })

  it('bounds what is not known: the unanswered sheet lies between tier 1 and tier 10', () => {
    const result = referenceScore({ 'S1.1': 'unknown' }, 'mining')
    expect(result).toMatchObject({ score: { low: 0, high: 100 }, tier: { low: 1, high: 10 }, dueForVisit: false })
  })

  it('drops an emptied sub-domain: mining without B3.2 and B3.3 has no B3', () => {
    // B3.1 does not apply to mining; B = (3 + 2 + 2 + 2) / 4 with B1 at 3: 11 of 16 scenes are 68.75 %, worth 3.
    const none = { notApplicable: '没有这项业务' }
    const scenes = '产品设计 工艺设计 营销 售后 计划排程 生产管控 质量 设备 安全生产 能耗 采购'.split(' ')
    const matrix = Object.fromEntries(scenes.map((scene) => [scene, 2]))
    const sheet = everythingAt2({ 'B3.2': none, 'B3.3': none, 'B1.1': matrix, 'B1.2': 3 })
    const result = referenceScore(sheet, 'mining')
    expect(result.nodes.B3).toBeUndefined()
    expect(result.nodes.B?.low).toBe(2.25)
    expect(result.score.low).toBe(41)
  })

  it('counts the 34 core indicators alone in the short form', () => {
    const result = referenceScore(everythingAt2({ 'B4.2': 5, 'C5.1': 0 }), 'discrete', 'short')
    expect(Object.keys(result.items)).toHaveLength(34)
    expect(result.score.low).toBe(40)
    expect(result.nodes.B4).toBeUndefined()
  })

  it('agrees with every example of the edition', () => {
    for (const { name, profile, form, answers, expect: expected } of examples.examples) {
      const sheet = answers as unknown as Record<string, Answer>
      expect(referenceScore(sheet, profile.productionType as ProductionType, form as Form), name).toMatchObject(
        expected,
      )
    }
  })

  it('draws random sheets that reach every tier and repeat with their seed', () => {
    const tiers = new Set<number>()
    for (let seed = 0; seed < 600; seed += 1) {
      const sheet = randomSheet(seeded(seed), 'utilities')
      const { tier, score } = referenceScore(sheet, 'utilities')
      expect(score.low).toBeLessThanOrEqual(score.high)
      tiers.add(tier.low)
    }
    expect(tiers.size).toBe(10)
    expect(randomSheet(seeded(7), 'mining')).toEqual(randomSheet(seeded(7), 'mining'))
  })
})
