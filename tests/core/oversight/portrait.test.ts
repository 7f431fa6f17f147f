import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packPeers, type Peers } from '#core/diagnosis/peerFile'
import { type Edition } from '#core/diagnosis/edition'
import { type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { measureCoverage } from '#core/oversight/coverage'
import { drawPortrait, formatMark } from '#core/oversight/portrait'
import { digest } from '#digest'
import { divisions } from '#reference/books.ts'
import { deepFreeze, makeEdition, tiersUpTo } from '../../support/build'
import { aFirm, aSubmittedFirm } from '../../support/firms'

const EDITION = makeEdition({
  tree: {
    id: 'all',
    children: [
      { id: 'A', items: ['a1'] },
      { id: 'B', children: [{ id: 'B1', items: ['b1'] }] },
    ],
  },
  levels: 5,
  grading: { kind: 'tiers', tiers: tiersUpTo(1, 2, 3, 4, 5), visitFrom: 3 },
})
const CAMPAIGN: Campaign = {
  id: 'c1',
  version: 1,
  title: '2026 年诊断',
  edition: 'small',
  area: '450000',
  opensOn: '2026-06-01',
  deadlineOn: '2026-08-31',
  referenceOn: '2026-05-31',
  isClosed: false,
  plan: [],
}
const range = (at: number) => ({ low: at, high: at })
function aSheet(
  score: number,
  changes: Partial<Enterprise> = {},
  summary: Parameters<typeof aSubmittedFirm>[1] = {},
): Enterprise {
  return aSubmittedFirm(changes, {
    edition: 'small',
    score: range(score),
    tier: range(Math.max(1, Math.ceil(score))),
    nodes: [score, score / 2, null],
    dueForVisit: score > 2,
    ...summary,
  })
}
const draw = (firms: readonly Enterprise[], area = '450000', peers?: Peers, edition: Edition = EDITION) =>
  drawPortrait(deepFreeze([...firms]), CAMPAIGN, edition, area, '2026-07-20', divisions, peers)

describe('区域画像', () => {
  const FIRMS = [0, 1, 2, 3, 4].map((score) => aSheet(score))

  it('is of the firms that coverage counts as submitted', () => {
    const firms = [
      ...FIRMS,
      aFirm(),
      aSheet(5, { isAboveScale: false }),
      aSheet(5, { returned: { at: '2026-07-12T00:00:00.000Z', reason: '请补充' } }),
      aSheet(5, {}, { form: 'short' }),
      aSheet(5, {}, { edition: 'other' }),
    ]
    const { n, roster, due, tiers } = draw(firms)
    const { total } = measureCoverage(firms, CAMPAIGN, '450000', '2026-07-20', divisions)
    expect([n, roster, due]).toEqual([total.submitted, total.roster, total.due])
    // Scores 0 and 1 are tier 1, then one firm on each; due above 2.
    expect([n, roster, due, tiers]).toEqual([5, 9, 2, [0, 2, 1, 1, 1, 0]])
  })

  it('spreads by the shares 10, 25, 50, 75, 90 %: of 0 to 4 these are 0.4, 1, 2, 3, 3.6', () => {
    const { score, nodes } = draw(FIRMS)
    expect(score?.map((mark) => Math.round(mark * 1e9) / 1e9)).toEqual([0.4, 1, 2, 3, 3.6])
    expect(nodes.map(({ id, depth, spread }) => [id, depth, spread?.[2]])).toEqual([
      ['A', 1, 2],
      ['B', 1, 1],
      ['B1', 2, undefined],
    ])
  })

  it('an area without a sheet has nothing to draw', () => {
    const empty = draw([aFirm()], '450200')
    expect(empty).toMatchObject({ n: 0, roster: 0, isSuppressed: true, due: 0, gaps: [], sample: false })
    expect(empty.score).toBeUndefined()
    expect(empty.matrix).toMatchObject({ industries: [], cells: [], medians: [] })
    expect(draw(FIRMS).isSuppressed).toBe(false)
  })

  it('nodes of another version of the edition are not mixed in', () => {
    const other = aSheet(5, {}, { version: '2.0.0', nodes: [5, 5, 5] })
    const odd = aSheet(5, {}, { nodes: [5] })
    expect(draw([...FIRMS, other, odd]).nodes).toEqual(draw(FIRMS).nodes)
    expect(draw([...FIRMS, other]).n).toBe(6)
  })

  it('counts who has a sub-domain among its first three gaps, the most common first', () => {
    const firms = [
      aSheet(1, {}, { gaps: ['B1', 'A'] }),
      aSheet(1, {}, { gaps: ['B1'] }),
      aSheet(1, {}, { gaps: ['x', 'y', 'z', 'A'] }),
      aSheet(1, {}, { gaps: [] }),
    ]
    expect(draw(firms).gaps).toEqual([
      { id: 'B1', title: '节点 B1', firms: 2, share: 0.5 },
      { id: 'A', title: '节点 A', firms: 1, share: 0.25 },
    ])
  })

  it('says so when any sheet is made up', () => {
    expect(draw([...FIRMS, aSheet(1, {}, { sample: true })]).sample).toBe(true)
    expect(draw(FIRMS).sample).toBe(false)
  })

  it('an edition without tiers is drawn by levels', () => {
    const edition = makeEdition({
      tree: { id: 'all', items: ['a'] },
      levels: 3,
      grading: {
        kind: 'cumulative',
        levels: [
          { level: 1, items: ['a'], atLeast: 1 },
          { level: 2, items: ['a'], atLeast: 2 },
        ],
      },
    })
    const firm = aSubmittedFirm({}, { edition: 'small', tier: undefined, level: range(2) })
    expect(draw([firm], '450000', undefined, edition).tiers).toEqual([0, 0, 1])
  })

  it('the region’s medians stand beside the nodes when the peers are of the same version', () => {
    const content = {
      engine: '0.1.0',
      edition: { id: 'small', version: '1.0.0', digest: 'a'.repeat(64) },
      area: '450000',
      source: '测试',
      asOf: '2026-07-01',
      least: 10,
      groups: [
        {
          industry: '30',
          n: 10,
          tiers: { 1: 5, 2: 5 },
          nodes: { A: [9, 9, 9, 9, 9] as [number, number, number, number, number] },
        },
        { n: 20, tiers: { 1: 5, 2: 15 }, nodes: { A: [1, 2, 3, 4, 5] as [number, number, number, number, number] } },
      ],
    }
    const medians = (peers: Peers) => draw(FIRMS, '450100', peers).nodes.map(({ regionMedian }) => regionMedian)
    expect(medians(packPeers(content, digest))).toEqual([3, undefined, undefined])
    const older = { ...content, edition: { ...content.edition, version: '0.9.0' } }
    expect(medians(packPeers(older, digest))).toEqual([undefined, undefined, undefined])
    // So many firms, and of whom; nothing is said of peers that are not shown.
    const region = draw(FIRMS, '450100', packPeers(content, digest)).region
    expect(region).toEqual({ n: 20, source: content.source, asOf: content.asOf, sample: false })
    expect(draw(FIRMS, '450100', packPeers(older, digest)).region).toBeUndefined()
    expect(draw(FIRMS).region).toBeUndefined()
  })

  it.each([
    [1.17, '1.2'],
    [1, '1.0'],
    // Half up, although the machine keeps 1.15 and 0.35 a little below.
    [1.15, '1.2'],
    [0.35, '0.4'],
    [1.1499, '1.1'],
  ])('a mark of %d is written %s', (mark, text) => {
    expect(formatMark(mark)).toBe(text)
  })

  it('the order of the firms never matters', () => {
    const firms = Array.from({ length: 30 }, (_, at) =>
      aSheet((at * 7) % 5, {
        industry: ['13', '30', undefined][at % 3] as string,
        city: at % 2 ? '450100' : '450200',
        county: undefined as never,
      }),
    )
    fc.assert(
      fc.property(fc.shuffledSubarray(firms, { minLength: 30 }), (shuffled) => {
        expect(draw(shuffled)).toEqual(draw(firms))
      }),
      { numRuns: 20 },
    )
  })
})

describe('行业 × 区划', () => {
  const many = (count: number, score: number, changes: Partial<Enterprise>): Enterprise[] =>
    Array.from({ length: count }, () => aSheet(score, changes))
  const nanning = { city: '450100', county: '450103' }
  const liuzhou = { city: '450200', county: '450202' }

  it('shows counts of ten and more with the median of their scores, and nothing of fewer', () => {
    const firms = [
      ...many(12, 3.14, { ...nanning, industry: '13' }),
      ...many(15, 2, { ...liuzhou, industry: '13' }),
      ...many(11, 1, { ...nanning, industry: '30' }),
      ...many(9, 4, { ...liuzhou, industry: '30' }),
    ]
    const { industries, areas, cells, medians } = draw(firms).matrix
    expect(industries).toEqual(['13', '30'])
    expect(areas).toHaveLength(14)
    // 9 is hidden, and the three others with it: each alone would tell it by a sum.
    expect(cells.map((row) => row.slice(0, 3))).toEqual([
      [null, null, 0],
      [null, null, 0],
    ])
    expect(medians.flat().every((median) => median === null)).toBe(true)
    const more = draw([...firms, ...many(1, 4, { ...liuzhou, industry: '30' })]).matrix
    expect(more.cells.map((row) => row.slice(0, 3))).toEqual([
      [12, 15, 0],
      [11, 10, 0],
    ])
    // Medians are as exact as published marks: a tenth on a scale of 5.
    expect(more.medians.map((row) => row.slice(0, 3))).toEqual([
      [3.1, 2, null],
      [1, 4, null],
    ])
  })

  it('firms without an industry or a county have a line of their own, at the end', () => {
    const firms = [
      ...many(10, 1, { ...nanning, industry: '13' }),
      ...many(10, 1, { city: '450100', county: undefined as never, industry: undefined as never }),
    ]
    const { industries, areas, cells } = draw(firms, '450100').matrix
    expect(industries).toEqual(['13', ''])
    expect(areas[areas.length - 1]).toBe('')
    expect(cells[1]?.[areas.length - 1]).toBe(10)
  })

  it('a county has one column, its own', () => {
    const { areas, cells } = draw(many(10, 1, { ...nanning, industry: '13' }), '450103').matrix
    expect([areas, cells]).toEqual([['450103'], [[10]]])
  })

  it('no cell below ten is ever shown, nor a median beside one', () => {
    const place = fc.constantFrom(nanning, liuzhou, { city: '450300', county: '450302' })
    const group = fc.record({
      place,
      industry: fc.constantFrom('13', '30', '44'),
      count: fc.integer({ min: 0, max: 14 }),
    })
    fc.assert(
      fc.property(fc.array(group, { maxLength: 8 }), (groups) => {
        const firms = groups.flatMap(({ place: where, industry, count }) => many(count, 2, { ...where, industry }))
        const { cells, medians } = draw(firms).matrix
        cells.forEach((row, r) =>
          row.forEach((count, c) => {
            expect(count === null || count === 0 || count >= 10).toBe(true)
            expect(medians[r]![c] === null || (count !== null && count >= 10)).toBe(true)
          }),
        )
      }),
      { numRuns: 30 },
    )
  })
})
