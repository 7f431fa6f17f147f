import { describe, expect, it } from 'vitest'
import { benchmark, findStanding, type BenchmarkSource } from '#core/diagnosis/benchmark'
import { packPeers, type PeerGroup, type Peers, type Spread } from '#core/diagnosis/peerFile'
import { evaluate, stampEdition } from '#core/oversight/submission'
import { digest } from '#digest'
import { answersAtLevel, loadGuangxi } from '../../support/build'

const edition = loadGuangxi()
const stamp = stampEdition(edition, digest)
const PARENTS: Readonly<Record<string, string>> = { '450100': '450000', '450103': '450100' }
const NAMES: Readonly<Record<string, string>> = { '450000': '广西壮族自治区', '450100': '南宁市', '450103': '青秀区' }
/** Every indicator at 2 of 5: every node is 2, the total 40 of 100. */
const { sheet, grade } = evaluate(
  edition,
  { productionType: 'discrete' },
  'full',
  answersAtLevel(edition, 2, 'discrete'),
)

const nodeIds = [...sheet.nodes.keys()].filter((id) => id !== edition.tree.id)
const SPREAD: Spread = [1, 1.5, 2.2, 3, 4]
function group(key: Partial<PeerGroup>, n = 40): PeerGroup {
  return {
    ...key,
    n,
    tiers: { 1: n - 10, 3: 4, 5: 6 },
    nodes: { [edition.tree.id]: [10, 20, 35, 50, 80], ...Object.fromEntries(nodeIds.map((id) => [id, SPREAD])) },
  }
}
function pack(groups: PeerGroup[], changes: Partial<Peers> = {}): Peers {
  return packPeers(
    {
      engine: '0',
      edition: stamp,
      area: '450000',
      source: '某次汇总',
      asOf: '2026-08-31',
      least: 10,
      groups,
      ...changes,
    },
    digest,
  )
}
function compareWith(peers: Peers | undefined, changes: Partial<BenchmarkSource> = {}) {
  return benchmark({
    sheet,
    grade,
    stamp,
    place: { division: '450103', industry: '34', size: '中型' },
    peers,
    parentOf: (code) => PARENTS[code],
    nameDivision: (code) => NAMES[code] ?? code,
    nameIndustry: (code) => `${code} 通用设备制造业`,
    ...changes,
  })
}

describe('所处位置', () => {
  const spread: Spread = [1, 2, 3, 4, 5]
  it.each([
    [0.5, 4, 0, 10, '处于最低的 10%'],
    [1.5, 4, 10, 25, '超过 10%—25% 的同类企业'],
    [2.5, 3, 25, 50, '超过 25%—50% 的同类企业'],
    [3.5, 2, 50, 75, '超过 50%—75% 的同类企业'],
    [4.5, 1, 75, 90, '超过 75%—90% 的同类企业'],
    [5.5, 1, 90, 100, '处于最高的 10%'],
  ])('%d lies in quarter %d, between the marks %d and %d', (own, quarter, from, to, percentileText) => {
    expect(findStanding(own, spread)).toMatchObject({ quarter, from, to, percentileText })
  })

  it('a value on a mark lies between its neighbours', () => {
    expect(findStanding(3, spread)).toMatchObject({ from: 25, to: 75, quarter: 2 })
    expect(findStanding(3, spread).percentileText).toBe('超过约 50% 的同类企业')
    expect(findStanding(1, spread).percentileText).toBe('超过约 10% 的同类企业')
  })

  it('is compared as precisely as the marks are published: 2.33 is on a mark of 2.3, 46.9 on one of 47', () => {
    expect(findStanding(2.33, [1, 1.5, 2.3, 3, 4])).toMatchObject({ from: 25, to: 75 })
    expect(findStanding(2.36, [1, 1.5, 2.3, 3, 4])).toMatchObject({ from: 50, to: 75 })
    expect(findStanding(46.9, [10, 20, 47, 60, 70])).toMatchObject({ from: 25, to: 75 })
  })

  it('what many firms have is neither praised nor blamed', () => {
    expect(findStanding(2, [2, 2, 2, 2, 2])).toMatchObject({
      from: 0,
      to: 100,
      quarter: 2,
      percentileText: '与多数同类企业相同',
    })
    // The lower half has 0: a firm with 0 is below at least a quarter and above nobody.
    expect(findStanding(0, [0, 0, 0, 1, 2])).toMatchObject({ from: 0, to: 75, quarter: 3 })
    expect(findStanding(0, [0, 0, 0, 1, 2]).percentileText).toBe('与不少同类企业相同（不及至少 25%）')
  })
})

describe('对标', () => {
  it('takes the narrowest group and says nothing about widening', () => {
    const own = { division: '450103', industry: '34', size: '中型' } as const
    const { benchmark: found, remark } = compareWith(pack([group({}, 400), group({ industry: '34' }, 80), group(own)]))
    expect(remark).toBe('')
    expect(found).toMatchObject({
      groupTitle: '青秀区 · 34 通用设备制造业 · 中型',
      n: 40,
      asOf: '2026-08-31',
      source: '某次汇总',
      widened: '',
      isSample: false,
      edition: `${edition.id} ${edition.version}`,
    })
  })

  it.each([
    [
      [
        { division: '450100', industry: '34', size: '中型' },
        { industry: '34', size: '中型' },
      ],
      '南宁市 · 34 通用设备制造业 · 中型',
    ],
    [
      [
        { division: '450100', industry: '34' },
        { industry: '34', size: '中型' },
      ],
      '南宁市 · 34 通用设备制造业',
    ],
    [[{ industry: '34' }, { division: '450100', size: '中型' }], '广西壮族自治区 · 34 通用设备制造业'],
    [[{ division: '450100', size: '中型' }, { size: '中型' }], '南宁市 · 中型'],
    [[{ division: '450100' }, {}], '南宁市'],
    [[{ size: '中型' }, {}], '广西壮族自治区 · 中型'],
    [[{}], '广西壮族自治区'],
  ] as const)('of %j it takes the first, and says why', (keys, title) => {
    const peers = pack(keys.map((key, at) => group(key, 40 + 100 * at)))
    const { benchmark: found } = compareWith(peers)
    expect(found!.groupTitle).toBe(title)
    expect(found!.widened).toContain('“青秀区 · 34 通用设备制造业 · 中型”没有公布（不足 10 家')
  })

  it('never takes a group the firm does not belong to', () => {
    const peers = pack([group({ industry: '20' }), group({ division: '450200' }), group({ size: '小型' })])
    const { benchmark: found, remark } = compareWith(peers)
    expect(found).toBeUndefined()
    expect(remark).toContain('没有满 10 家')
  })

  it('a firm that did not say its size is told so', () => {
    const { benchmark: found } = compareWith(pack([group({ division: '450103', industry: '34' })]), {
      place: { division: '450103', industry: '34' },
    })
    expect(found!.widened).toBe('企业信息里没有从业人员或营业收入（定规模用），不能按它分组。')
  })

  it('places the total, then each domain before its sub-domains, each on its own scale', () => {
    const { rows } = compareWith(pack([group({})])).benchmark!
    expect(rows).toHaveLength(1 + 5 + 22)
    // 40 of 100 between the median 35 and the upper quartile 50; 2 of 5 between 1.5 and 2.2.
    expect(rows[0]).toMatchObject({ id: edition.tree.id, own: 40, max: 100, depth: 0 })
    expect(rows[0]!.standing).toMatchObject({ from: 50, to: 75, quarter: 2 })
    for (const row of rows.slice(1))
      expect(row).toMatchObject({ own: 2, max: 5, standing: { from: 25, to: 50, quarter: 3 } })
    expect(rows.filter(({ depth }) => depth === 1)).toHaveLength(5)
    for (const [at, row] of rows.entries())
      if (row.depth === 2) expect(rows.slice(0, at).some(({ id }) => id === row.group)).toBe(true)
  })

  it('counts the tiers of the group, empty ones too, and marks the own', () => {
    const { tiers } = compareWith(pack([group({})])).benchmark!
    const own = grade.tier!.low
    expect(tiers.map(({ tier, n }) => [tier, n])).toEqual([
      [1, 30],
      [2, 0],
      [3, 4],
      [4, 0],
      [5, 6],
      [6, 0],
      [7, 0],
      [8, 0],
      [9, 0],
      [10, 0],
    ])
    expect(tiers.filter(({ isOwn }) => isOwn).map(({ tier }) => tier)).toEqual([own])
  })

  it('says in one sentence with whom, where, and how many stand lower', () => {
    // Tiers 1 (30), 3 (4), 5 (6): below the own tier are those with a smaller number.
    const own = grade.tier!.low
    const below = 30 + (own > 3 ? 4 : 0) + (own > 5 ? 6 : 0)
    expect(compareWith(pack([group({})])).benchmark!.sentence).toBe(
      `与“广西壮族自治区”的 40 家企业相比，总分处于中上（超过 50%—75% 的同类企业）；低于第 ${own} 档的有 ${own === 1 ? 0 : below} 家（${own === 1 ? 0 : Math.round((below / 40) * 100)}%）。`,
    )
  })

  it('a firm outside the area of the file is not compared', () => {
    const city = pack([group({})], { area: '450200' })
    expect(compareWith(city).benchmark).toBeUndefined()
    expect(compareWith(city).remark).toContain('本企业不在其中')
  })

  it('made-up peers stay marked', () => {
    expect(compareWith(pack([group({})], { sample: true })).benchmark!.isSample).toBe(true)
  })

  it('no file, another edition, a short form: no benchmark, and the reason', () => {
    expect(compareWith(undefined)).toEqual({ remark: expect.stringContaining('没有同类组数据') as string })
    const other = pack([group({})], { edition: { ...stamp, digest: 'b'.repeat(64) } })
    expect(compareWith(other).remark).toContain('版本不同')
    const short = evaluate(edition, { productionType: 'discrete' }, 'short', {})
    expect(compareWith(pack([group({})]), { sheet: short.sheet, grade: short.grade }).remark).toContain('快速自测')
  })
})
