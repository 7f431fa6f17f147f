import { describe, expect, it } from 'vitest'
import {
  covers,
  findLeak,
  formatKey,
  listWider,
  openPeers,
  packPeers,
  type PeerGroup,
  type Peers,
} from '#core/diagnosis/peerFile'
import { digest } from '#digest'
import { refusalOf } from '../../support/build'

/** A province with two cities, the first with two counties. */
const PARENTS: Readonly<Record<string, string>> = {
  '110100': '110000',
  '110200': '110000',
  '110101': '110100',
  '110102': '110100',
}
const parentOf = (code: string): string | undefined => PARENTS[code]

function group(key: Partial<PeerGroup>, n: number): PeerGroup {
  return { ...key, n, tiers: { 2: n - 1, 3: 1 }, nodes: { all: [1, 2, 3, 4, 5] } }
}

function pack(groups: PeerGroup[], changes: Partial<Peers> = {}): Peers {
  return packPeers(
    {
      engine: '0.1.0',
      edition: { id: 'some', version: '1', digest: 'a'.repeat(64) },
      area: '110000',
      source: '测试',
      asOf: '2026-08-31',
      least: 10,
      groups,
      ...changes,
    },
    digest,
  )
}

const open = (peers: unknown): Peers => openPeers(peers, digest, parentOf)

describe('同类组数据', () => {
  it('comes back as it was packed', () => {
    const peers = pack([group({}, 40), group({ industry: '20' }, 12), group({ division: '110100' }, 25)])
    expect(open(JSON.parse(JSON.stringify(peers)))).toEqual(peers)
  })

  it('a changed figure is noticed', () => {
    const peers = pack([group({}, 40)])
    const changed = { ...peers, groups: [{ ...peers.groups[0]!, nodes: { all: [1, 2, 3, 4, 4.5] } }] }
    expect(refusalOf(() => open(changed)).code).toBe('submission.damaged')
  })

  it('tier counts have to add up, and each group comes once', () => {
    expect(refusalOf(() => open(pack([{ ...group({}, 40), tiers: { 2: 39 } }]))).code).toBe('peers.countsDiffer')
    expect(refusalOf(() => open(pack([group({}, 40), group({}, 40)]))).code).toBe('peers.repeatedGroup')
  })

  it('a group of one tier would tell the tier of each of its firms', () => {
    expect(refusalOf(() => open(pack([{ ...group({}, 40), tiers: { 2: 40 } }]))).code).toBe('peers.oneTier')
  })

  it('marks of a spread rise', () => {
    const falling = { ...group({}, 40), nodes: { all: [1, 2, 5, 4, 5] as [number, number, number, number, number] } }
    expect(refusalOf(() => open(pack([falling]))).code).toBe('file.wrongShape')
  })

  it('a lower least number than ten is refused, whatever the file says of itself', () => {
    expect(refusalOf(() => open(pack([group({}, 40)], { least: 5 }))).code).toBe('file.wrongShape')
  })

  it('another kind of file says what it is', () => {
    expect(refusalOf(() => open({ kind: 'shidang-draft', format: 1 })).code).toBe('file.wrongKind')
  })

  it('a file from which a small group can be computed is refused with the two groups', () => {
    const { code, faults } = refusalOf(() => open(pack([group({}, 40), group({ industry: '20' }, 33)])))
    expect(code).toBe('peers.leak')
    expect(faults[0].details).toEqual({ group: '*/*/*', less: '*/20/*', rest: 7, least: 10 })
  })
})

describe('反推检查', () => {
  const leak = (least: number, ...groups: Parameters<typeof findLeak>[0][number][]): number | undefined =>
    findLeak(groups, least, parentOf)?.rest

  // Four ways in which an open peer's statistics told of single organisations, at its own least number of five: the
  // least number that is never applied; all less one kind; a kind less its groups; an area less the kind within it.
  it('refuses a group below the least number', () => {
    expect(leak(5, { n: 4 })).toBe(4)
  })
  it('refuses the residual 2 of all less one kind', () => {
    expect(leak(5, { n: 12 }, { industry: '20', n: 10 })).toBe(2)
  })
  it('refuses the residual 2 of a kind less all its published parts, each large enough', () => {
    expect(
      leak(
        5,
        { n: 100 },
        { industry: '20', n: 15 },
        { industry: '20', division: '110100', n: 8 },
        { industry: '20', division: '110200', n: 5 },
      ),
    ).toBe(2)
  })
  it('refuses the residual 2 inside an area two steps narrower', () => {
    expect(leak(5, { division: '110100', n: 20 }, { division: '110101', industry: '20', n: 18 })).toBe(2)
  })

  it('sees a difference across two dimensions at once', () => {
    expect(leak(10, { n: 50 }, { division: '110101', industry: '20', size: '小型', n: 44 })).toBe(6)
  })

  it('sees a part that is larger than its whole', () => {
    expect(leak(10, { n: 50 }, { size: '小型', n: 60 })).toBe(-10)
  })

  it('a residual of nobody and one of ten are no leaks', () => {
    expect(leak(10, { n: 50 }, { size: '小型', n: 50 })).toBeUndefined()
    expect(leak(10, { n: 50 }, { size: '小型', n: 40 })).toBeUndefined()
    expect(leak(10, { n: 50 }, { size: '小型', n: 20 }, { size: '中型', n: 20 })).toBeUndefined()
  })

  it('adds parts of one line only: two industries and a size are three overlapping parts', () => {
    expect(leak(10, { n: 60 }, { industry: '20', n: 25 }, { size: '小型', n: 30 })).toBeUndefined()
    expect(leak(10, { n: 60 }, { industry: '20', n: 25 }, { industry: '21', n: 30 })).toBe(5)
  })
})

describe('组的范围', () => {
  it('a group covers what lies in it in every dimension', () => {
    const narrow = { division: '110101', industry: '20', size: '小型' } as const
    expect(covers({}, narrow, parentOf)).toBe(true)
    expect(covers({ division: '110100', size: '小型' }, narrow, parentOf)).toBe(true)
    expect(covers({ division: '110200' }, narrow, parentOf)).toBe(false)
    expect(covers({ division: '110101' }, { division: '110100' }, parentOf)).toBe(false)
    expect(covers({ industry: '21' }, narrow, parentOf)).toBe(false)
  })

  it('the wider groups of a county, an industry and a size are eleven', () => {
    const wider = listWider({ division: '110101', industry: '20', size: '小型' }, parentOf).map(formatKey)
    // 3 areas × 2 × 2, less the group itself.
    expect(new Set(wider).size).toBe(11)
    expect(wider).toContain('110100/20/小型')
    expect(wider).toContain('*/*/*')
    expect(wider).not.toContain('110101/20/小型')
  })
})
