import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openPeers, type PeerGroup } from '#core/diagnosis/peerFile'
import { describePeer, gatherPeers, openLedger, type PeerFirm, type PeersLedger } from '#core/oversight/peers'
import { openSubmission, packSubmission } from '#core/oversight/submission'
import { digest } from '#digest'
import { answersAtLevel, loadGuangxi, refusalOf, seeded } from '../../support/build'

/** A province of three cities with two counties each. */
const PARENTS = new Map<string, string>()
for (const city of ['110100', '110200', '110300']) {
  PARENTS.set(city, '110000')
  for (const county of ['01', '02']) PARENTS.set(city.slice(0, 4) + county, city)
}
const parentOf = (code: string): string | undefined => PARENTS.get(code)
const COUNTIES = [...PARENTS.keys()].filter((code) => !code.endsWith('00'))
const EDITION = { id: 'some', version: '1', digest: 'a'.repeat(64) }

function firm(at: number, changes: Partial<PeerFirm> = {}): PeerFirm {
  return {
    id: digest(['firm', at, changes.revision ?? 1]),
    firm: `firm-${at}`,
    sheet: `sheet-${at}`,
    revision: 1,
    submittedAt: '2026-06-02T00:00:00.000Z',
    division: '110101',
    industry: '20',
    size: '小型',
    tier: (at % 3) + 1,
    nodes: { all: at % 50 },
    isSample: false,
    ...changes,
  }
}

function many(count: number, changes: Partial<PeerFirm> = {}, from = 0): PeerFirm[] {
  return Array.from({ length: count }, (_, at) => firm(from + at, changes))
}

/** The same firm's next revision, which by itself says the same. */
function revise(one: PeerFirm, changes: Partial<PeerFirm> = {}): PeerFirm {
  return { ...one, revision: one.revision + 1, id: digest([one.id, 'again']), ...changes }
}

function gather(firms: readonly PeerFirm[], ledger?: PeersLedger, asOf = '2026-08-31', erased = 0) {
  return gatherPeers(
    firms,
    {
      edition: EDITION,
      engine: '0.1.0',
      area: '110000',
      source: '测试',
      asOf,
      parentOf,
      erased,
      ...(ledger ? { ledger } : {}),
    },
    digest,
  )
}

const nOf = (groups: readonly PeerGroup[], key: Partial<PeerGroup>): number | undefined =>
  groups.find(
    ({ division, industry, size }) => division === key.division && industry === key.industry && size === key.size,
  )?.n

function randomFirms(seed: number, count: number, from = 0): PeerFirm[] {
  const random = seeded(seed)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() ** 2 * items.length)]!
  return Array.from({ length: count }, (_, at) =>
    firm(from + at, {
      division: random() < 0.03 ? undefined : pick(COUNTIES),
      industry: random() < 0.03 ? undefined : pick(['20', '30', '13', '44', '26']),
      size: pick(['小型', '中型', '大型', undefined]),
      tier: 1 + Math.floor(random() * 4),
      nodes: { all: Math.round(random() * 10_000) / 100 },
    }),
  )
}

// ---------- what an attacker does: linear algebra over everything that was published ----------

/** A sheet as one unknown, or a firm through all its versions, for who assumes that a new version says the same as the old. */
type NameOf = (firm: string, version: string) => string
const bySheet: NameOf = (firm, version) => `${firm} ${version}`
const byFirm: NameOf = (firm) => firm

/** What each published group counts: read from the ledger with its own idea of what lies in what. */
function listCounted(
  groups: readonly PeerGroup[],
  ledger: PeersLedger,
  nameOf: NameOf = bySheet,
): readonly ReadonlySet<string>[] {
  const areasOf = (code: string | undefined): readonly (string | undefined)[] =>
    code === undefined ? [] : [code, ...areasOf(PARENTS.get(code))]
  return groups.map(
    ({ division, industry, size }) =>
      new Set(
        ledger.blocks
          .filter(
            (block) =>
              (division === undefined || areasOf(block.division).includes(division)) &&
              (industry === undefined || block.industry === industry) &&
              (size === undefined || block.size === size),
          )
          .flatMap(({ members }) => members.map(([firm, version]) => nameOf(firm, version))),
      ),
  )
}

const PRIME = 1_000_003

/** Row echelon form modulo a prime: what can be computed from the rows by adding and subtracting them. */
function reduceRows(rows: readonly (readonly number[])[]): number[][] {
  const reduced: number[][] = []
  for (const row of rows) {
    const rest = reduceBy(reduced, [...row])
    const lead = rest.findIndex((value) => value !== 0)
    if (lead < 0) continue
    const inverse = power(rest[lead]!, PRIME - 2)
    reduced.push(rest.map((value) => (value * inverse) % PRIME))
  }
  return reduced
}
function reduceBy(reduced: readonly (readonly number[])[], row: number[]): number[] {
  for (const known of reduced) {
    const factor = row[known.findIndex((value) => value !== 0)]!
    if (factor !== 0)
      for (let at = 0; at < row.length; at++) row[at] = (((row[at]! - factor * known[at]!) % PRIME) + PRIME) % PRIME
  }
  return row
}
function power(base: number, exponent: number): number {
  let result = 1n
  for (let b = BigInt(base), e = exponent; e > 0; e = Math.floor(e / 2), b = (b * b) % BigInt(PRIME))
    if (e % 2 === 1) result = (result * b) % BigInt(PRIME)
  return Number(result)
}

/** Tries to compute the count of few firms from all publications together; tells of the first success. */
function attack(
  publications: readonly (readonly ReadonlySet<string>[])[],
  firms: readonly PeerFirm[],
  nameOf: NameOf = bySheet,
): string | undefined {
  const named = firms.map((one) => ({ ...one, id: nameOf(one.firm, one.id.slice(0, 16)) }))
  const ids = [...new Set(named.map(({ id }) => id))]
  const sets = publications.flat()
  const rows = sets.map((set) => ids.map((id) => (set.has(id) ? 1 : 0)))
  const reduced = reduceRows(rows)
  const isComputable = (target: ReadonlySet<string>): boolean =>
    reduceBy(
      reduced,
      ids.map((id) => (target.has(id) ? 1 : 0)),
    ).every((value) => value === 0)
  // One firm; every place that has few firms, at every width; what is new, gone or left over between any two groups.
  for (const id of ids) if (isComputable(new Set([id]))) return `one firm ${id}`
  const places = new Map<string, Set<string>>()
  for (const { id, division, industry, size } of named) {
    for (const area of ['', division ?? '?', (division ?? '').slice(0, 4)])
      for (const branch of ['', industry ?? '?'])
        for (const scale of ['', size ?? '?']) {
          const name = `${area}/${branch}/${scale}`
          places.set(name, (places.get(name) ?? new Set()).add(id))
        }
  }
  for (const [name, few] of places) if (few.size < 10 && isComputable(few)) return `place ${name} with ${few.size}`
  for (const a of sets) {
    for (const b of sets) {
      const rest = [...a].filter((id) => !b.has(id))
      if ([...b].every((id) => a.has(id)) && rest.length > 0 && rest.length < 10) return `difference of ${rest.length}`
      for (const c of sets) {
        // a − b − c, for parts that do not overlap: “all others”.
        if (b.size + c.size > a.size || a.size - b.size - c.size >= 10 || a.size === b.size + c.size) continue
        if ([...b].every((id) => a.has(id) && !c.has(id)) && [...c].every((id) => a.has(id))) return 'all others'
      }
    }
  }
  return undefined
}

describe('同类组的保护', () => {
  it('the attack finds what classical suppression leaves: a small group that rows and columns give away', () => {
    const firms = [...many(12, { industry: '20' }), ...many(3, { industry: '30' }, 12)]
    const all = new Set(firms.map((one) => one.firm))
    const large = new Set(firms.slice(0, 12).map((one) => one.firm))
    expect(attack([[all, large]], firms, byFirm)).toMatch(/place .*30.* with 3|difference of 3/)
  })

  it.each([1, 2, 3, 4, 5, 6])(
    'no sum, difference or residual of random firms tells of fewer than ten (seed %i)',
    (seed) => {
      const firms = randomFirms(seed, 260)
      const { peers, ledger } = gather(firms)
      const counted = listCounted(peers.groups, ledger)
      expect(peers.groups.length).toBeGreaterThan(8)
      peers.groups.forEach(({ n }, at) => expect(counted[at]!.size).toBe(n))
      expect(attack([counted], firms)).toBeUndefined()
      expect(() => openPeers(peers, digest, parentOf)).not.toThrow()
    },
  )

  it.each([11, 12, 13])(
    'nor do three dates, with new firms, revised ones and one that was erased (seed %i)',
    (seed) => {
      const random = seeded(seed)
      const before = randomFirms(seed, 200)
      const first = gather(before, undefined, '2026-07-31')
      const later = [
        ...before,
        ...randomFirms(seed + 100, 17, 1000),
        ...before.filter(() => random() < 0.3).map((one) => revise(one)),
      ]
      const second = gather(later, first.ledger, '2026-08-31')
      const [gone] = second.ledger.blocks[0]!.members[0]!
      const last = [...later.filter(({ firm }) => firm !== gone), ...randomFirms(seed + 200, 90, 2000)]
      const third = gather(last, second.ledger, '2026-09-30', 1)
      const everybody = [...later, ...last]
      for (const nameOf of [bySheet, byFirm]) {
        const publications = [first, second, third].map(({ peers, ledger }) =>
          listCounted(peers.groups, ledger, nameOf),
        )
        expect(attack(publications, everybody, nameOf)).toBeUndefined()
      }
      // The protection does not consist in publishing nothing.
      expect(third.peers.groups.length).toBeGreaterThan(3)
    },
  )

  it('one new firm changes nothing: it waits for nine others', () => {
    const before = randomFirms(21, 150)
    const first = gather(before, undefined, '2026-07-31')
    const second = gather([...before, firm(900, { tier: 9 })], first.ledger, '2026-08-31')
    expect(second.peers.groups).toEqual(first.peers.groups)
  })

  it('a revised sheet changes nothing until ten of its block are revised', () => {
    const before = many(40)
    const first = gather(before, undefined, '2026-07-31')
    const reviseFew = (count: number): PeerFirm[] => [
      ...before,
      ...before.slice(0, count).map((one) => revise(one, { nodes: { all: 99 } })),
    ]
    expect(gather(reviseFew(9), first.ledger).peers.groups).toEqual(first.peers.groups)
    const changed = gather(reviseFew(10), first.ledger).peers.groups
    expect(nOf(changed, {})).toBe(40)
    expect(changed.find(({ division }) => division === undefined)!.nodes['all']![4]).toBe(99)
  })

  it('a new firm does not come in with ten that handed in again: its tier would be the difference', () => {
    const before = many(40)
    const first = gather(before, undefined, '2026-07-31')
    const again = [...before, ...before.slice(0, 10).map((one) => revise(one)), firm(900, { tier: 3 })]
    const { groups } = gather(again, first.ledger).peers
    expect(groups.map(({ n, tiers }) => [n, tiers])).toEqual(first.peers.groups.map(({ n, tiers }) => [n, tiers]))
  })

  it('an erased sheet takes the ten to nineteen of its piece with it, and they never come back', () => {
    const before = [...many(60), ...many(30, { industry: '30' }, 100)]
    const first = gather(before, undefined, '2026-07-31')
    // 60 firms are six pieces of ten.
    expect(
      first.ledger.blocks.filter(({ industry }) => industry === '20').map(({ members }) => members.length),
    ).toEqual([10, 10, 10, 10, 10, 10])
    const second = gather(before.slice(1), first.ledger, '2026-08-31', 1)
    expect(nOf(second.peers.groups, { industry: '20' })).toBe(50)
    expect(nOf(second.peers.groups, { industry: '30' })).toBe(30)
    expect(second.summary.retired).toBe(10)
    // Nor do they when all of them hand in once more: the one that is missing among them would be told.
    const again = [...before.slice(1), ...before.slice(1).map((one) => revise(one))]
    expect(nOf(gather(again, second.ledger, '2026-09-30').peers.groups, { industry: '20' })).toBe(50)
  })

  it('counted sheets that are missing are refused unless they are said to be erased: a wrong folder loses nothing', () => {
    const before = many(30)
    const { ledger } = gather(before, undefined, '2026-07-31')
    const { code, faults } = refusalOf(() => gather(before.slice(3), ledger))
    expect(code).toBe('peers.missingSheets')
    expect(faults[0].details).toEqual({ count: 3 })
    expect(refusalOf(() => gather(before.slice(3), ledger, undefined, 2)).code).toBe('peers.missingSheets')
    expect(refusalOf(() => gather(before, ledger, undefined, 1)).code).toBe('peers.missingSheets')
  })

  it('a node that one firm of a place has is not told by the group with that place less the one without', () => {
    const place = { industry: '30' }
    const firms = [
      ...many(10).map((one, at) => ({ ...one, nodes: { all: at, some: 10 * at } })),
      ...many(10, place, 100).map((one, at) => ({ ...one, nodes: { all: at, ...(at === 4 ? { some: 47.13 } : {}) } })),
    ]
    const { groups } = gather(firms).peers
    const all = groups.find(({ division, industry, size }) =>
      [division, industry, size].every((key) => key === undefined),
    )!
    const known = groups.find(({ industry, division, size }) => industry === '20' && !division && !size)!
    expect(all.n).toBe(20)
    expect(all.nodes['some']).toEqual(known.nodes['some'])
  })

  it('marks are rounded, and a node on which all agree has none', () => {
    const firms = many(11).map((one, at) => ({ ...one, nodes: { all: 20 + 5.1234 * at, small: at / 3, same: 0 } }))
    const [group] = gather(firms).peers.groups
    // Of eleven the 2nd, 6th and 10th are p10, p50 and p90: 25.1234, 45.617, 66.1106; and 1/3, 5/3, 9/3.
    expect([0, 2, 4].map((at) => group!.nodes['all']![at])).toEqual([25, 46, 66])
    expect([0, 2, 4].map((at) => group!.nodes['small']![at])).toEqual([0.3, 1.7, 3])
    expect(group!.nodes['same']).toBeUndefined()
  })

  it('nine firms are no group, ten are one, and ten on one tier are none', () => {
    expect(gather(many(9)).peers.groups).toEqual([])
    expect(nOf(gather(many(10)).peers.groups, {})).toBe(10)
    expect(gather(many(10, { tier: 2 })).peers.groups).toEqual([])
  })

  it('a group that would count less than 80 % of its firms is not shown', () => {
    // 20 firms of an industry stand alone; 6 more in another city are too few and count only with others.
    const firms = [
      ...many(20),
      ...many(6, { division: '110201' }, 100),
      ...many(30, { division: '110201', industry: '30' }, 200),
      ...many(5, { division: '110201', industry: '26' }, 300),
    ]
    const { groups } = gather(firms).peers
    for (const { n, industry, division } of groups) {
      const actual = firms.filter(
        (one) =>
          (industry === undefined || one.industry === industry) &&
          (division === undefined || one.division === division || PARENTS.get(one.division!) === division),
      ).length
      expect(n / actual).toBeGreaterThanOrEqual(0.8)
    }
  })
})

describe('同类组', () => {
  it('counts and spreads are those of the firms, by hand', () => {
    // Values 0, 1, … 19: p10 = 1.9, p25 = 4.75, p50 = 9.5, p75 = 14.25, p90 = 17.1, each to the whole point.
    const { groups } = gather(many(20)).peers
    const all = groups.find(({ division, industry, size }) =>
      [division, industry, size].every((key) => key === undefined),
    )!
    expect(all.nodes['all']).toEqual([2, 5, 10, 14, 17])
    // Tiers 1, 2, 3 in turn over 20 firms.
    expect(all.tiers).toEqual({ 1: 7, 2: 7, 3: 6 })
  })

  it('all combinations of area, industry and size are there when they are large enough', () => {
    const { groups } = gather([...many(30), ...many(30, { division: '110102' }, 100)]).peers
    // Areas: county 101, county 102, the city, everything; with and without industry and size.
    expect(groups).toHaveLength(4 * 2 * 2)
    expect(nOf(groups, { division: '110101', industry: '20', size: '小型' })).toBe(30)
    expect(nOf(groups, { division: '110100' })).toBe(60)
  })

  it('only the last revision counts, and two different files of one revision are refused', () => {
    const firms = many(12)
    const revised = { ...firms[0]!, revision: 2, id: digest('new'), tier: 9 }
    const { groups } = gather([revised, ...firms]).peers
    expect(groups[0]!.n).toBe(12)
    expect(groups[0]!.tiers['9']).toBe(1)
    expect(refusalOf(() => gather([...firms, { ...firms[0]!, id: digest('other') }])).code).toBe('peers.twoVersions')
  })

  it('a firm with several sheets is one firm: the one it handed in last counts', () => {
    const firms = many(12)
    const second = {
      ...firms[3]!,
      sheet: 'another',
      id: digest('another'),
      submittedAt: '2026-06-03T00:00:00.000Z',
      tier: 9,
    }
    const { peers, summary } = gather([second, ...firms])
    expect(peers.groups[0]!.n).toBe(12)
    expect(peers.groups[0]!.tiers['9']).toBe(1)
    expect(summary).toMatchObject({ counted: 12, duplicates: 1, waiting: 0 })
    // Ten sheets of one firm are no group of ten.
    expect(gather(Array.from({ length: 10 }, (_, at) => ({ ...firm(at), firm: 'one' }))).peers.groups).toEqual([])
  })

  it('firms outside the area are left out and counted', () => {
    const { peers, summary } = gather([...many(20), ...many(15, { division: '990101' }, 100)])
    expect(nOf(peers.groups, {})).toBe(20)
    expect(summary).toMatchObject({ counted: 20, outside: 15 })
  })

  it('the order of the files does not matter', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const firms = randomFirms(seed, 80)
        const random = seeded(seed)
        const shuffled = [...firms].sort(() => random() - 0.5)
        expect(gather(shuffled)).toEqual(gather(firms))
      }),
      { numRuns: 20 },
    )
  })

  it('a node that does not apply to most firms has no spread; one that lacks some has that of the others', () => {
    const firms = many(30).map((one, at) => ({
      ...one,
      nodes: { all: at, few: at, ...(at < 9 ? { rare: at } : {}), ...(at < 20 ? { some: at } : {}) },
    }))
    const [group] = gather(firms).peers.groups
    expect(Object.keys(group!.nodes).sort()).toEqual(['all', 'few', 'some'])
    expect(group!.nodes['some']![2]).toBe(10)
  })

  it('made-up firms make a made-up file, and never stand among real ones', () => {
    expect(gather(many(20, { isSample: true })).peers.sample).toBe(true)
    expect(gather(many(20)).peers.sample).toBeUndefined()
    expect(refusalOf(() => gather([...many(20), firm(50, { isSample: true })])).code).toBe('peers.mixedSample')
  })

  it('the ledger is read back, and one of another edition, a later day or a changed one is refused', () => {
    const { ledger } = gather(many(20))
    expect(openLedger(JSON.parse(JSON.stringify(ledger)), digest)).toEqual(ledger)
    expect(refusalOf(() => openLedger({ ...ledger, asOf: '2026-01-01' }, digest)).code).toBe('submission.damaged')
    expect(refusalOf(() => gather(many(20), ledger, '2026-08-01')).code).toBe('peers.laterLedger')
    const other = { ...ledger, edition: { ...EDITION, digest: 'b'.repeat(64) } }
    expect(refusalOf(() => gather(many(20), other)).code).toBe('peers.otherLedger')
    expect(refusalOf(() => gather(many(20), { ...ledger, area: '110100' })).code).toBe('peers.otherLedger')
  })
})

describe('入组资料', () => {
  const edition = loadGuangxi()
  const open = (form: 'full' | 'short') =>
    openSubmission(
      packSubmission(
        edition,
        {
          id: 'sheet',
          revision: 2,
          form,
          profile: {
            city: '450100',
            county: '450103',
            industry: '20',
            productionType: 'discrete',
            staff: 400,
            revenue: 30_000_000,
          },
          answers: answersAtLevel(edition, 2),
          startedAt: '2026-06-01T00:00:00.000Z',
          submittedAt: '2026-06-02T00:00:00.000Z',
          minutes: 60,
          sample: true,
        },
        '0.1.0',
        digest,
      ),
      [edition],
      digest,
    )

  it('takes the county, the size by the size rule, the low ends and the total', () => {
    const opened = open('full')
    const peer = describePeer(opened)!
    expect(peer).toMatchObject({
      firm: 'sheet',
      sheet: 'sheet',
      revision: 2,
      division: '450103',
      industry: '20',
      size: '中型',
      isSample: true,
    })
    expect(peer.tier).toBe(opened.computed.tier!.low)
    expect(peer.nodes[edition.tree.id]).toBe(opened.computed.score!.low)
    expect(Object.keys(peer.nodes)).toHaveLength(1 + 5 + 22)
  })

  it('a short form is no full diagnosis', () => {
    expect(describePeer(open('short'))).toBeUndefined()
  })
})
