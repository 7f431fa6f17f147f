import { readFileSync } from 'node:fs'
import { parseDivisions } from '#core/division'
import { parseIndustries } from '#core/industry'
import { listNodes } from '#core/oversight/summary'
import { checkCohort } from '#core/oversight/checks'
import { listCalls, measureCoverage } from '#core/oversight/coverage'
import { type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { drawPortrait } from '#core/oversight/portrait'
import { listTiers } from '#core/oversight/tierList'
import { loadGuangxi, seeded } from '../tests/support/build'
import { median, tell } from './figures.mjs'

/*
 * 统筹 — what an official's browser computes from its local copy: coverage, calls, tier list, checks and portrait of a region
 * of 10,000, 70,000 and 500,000 firms, of which seven tenths have submitted. Each against a plain filter over the same
 * rows in the same run: that is what reading them once costs.
 */

const SIZES = [10_000, 70_000, 500_000] as const
const TODAY = '2026-08-10'

const edition = loadGuangxi()
const divisions = parseDivisions(JSON.parse(readFileSync('src/reference/divisions.json', 'utf8')))
const industries = parseIndustries(JSON.parse(readFileSync('src/reference/industries.json', 'utf8')))
const counties = Array.from(divisions.byCode.values()).filter(({ level }) => level === 3)
const industryCodes = Array.from(industries.byCode.keys())
const gapIds = listNodes(edition.tree)
  .filter(({ indicators }) => indicators.length > 0)
  .map(({ id }) => id)
const nodeCount = listNodes(edition.tree).length

const campaign: Campaign = {
  id: 'bench',
  version: 1,
  title: 'bench',
  edition: edition.id,
  area: '450000',
  opensOn: '2026-06-01',
  deadlineOn: '2026-08-31',
  referenceOn: '2026-05-31',
  isClosed: false,
  plan: [],
}

function makeFirms(count: number): readonly Enterprise[] {
  const random = seeded(count)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() ** 1.5 * items.length)]!
  return Array.from({ length: count }, (_, at): Enterprise => {
    const county = pick(counties)
    const score = Math.round(random() ** 2 * 10_000) / 100
    const tier = Math.max(1, Math.ceil(score / 10))
    const day = Math.floor(random() * 70)
    const receivedAt = new Date(Date.UTC(2026, 5, 1 + day, 3)).toISOString()
    return {
      id: `firm-${at}`,
      version: 1,
      changedAt: receivedAt,
      creditCode: `91450100MA5${String(at).padStart(6, '0')}X`,
      name: `示例企业${String((at * 7919) % count)}有限公司`,
      city: county.parent!,
      county: county.code,
      industry: pick(industryCodes),
      size: pick(['小型', '微型', '中型', '大型'] as const),
      isAboveScale: true,
      listedOn: '2026-01-01',
      liaisons: [{ id: `liaison-${at % Math.ceil(count / 20)}`, name: `示例服务员${at % Math.ceil(count / 20)}` }],
      assignedAt: '2026-06-01T01:00:00.000Z',
      ...(random() < 0.7
        ? {
            joinedAt: '2026-06-02T01:00:00.000Z',
            seenAt: receivedAt,
            submission: {
              id: `sheet-${at}`,
              revision: 1,
              digest: String(at).padStart(64, '0'),
              edition: edition.id,
              version: edition.version,
              form: 'full',
              receivedAt,
              tier: { low: tier, high: tier },
              score: { low: score, high: score },
              nodes: Array.from({ length: nodeCount }, () => Math.round(random() * 500) / 100),
              gaps: [pick(gapIds), pick(gapIds), pick(gapIds)],
              dueForVisit: tier >= 3,
              firmness: 1 + Math.floor(random() * 9),
              minutes: Math.floor(random() * 120),
              pattern: Math.floor(random() * count * 20)
                .toString(16)
                .padStart(16, '0'),
              sameShare: random(),
              differences: random() < 0.01 ? 1 : 0,
              intentions: [],
            },
          }
        : {}),
    }
  })
}

/** The median of some runs, in milliseconds; each gets rows that were not sorted before when `isFresh`. */
function time(firms: readonly Enterprise[], run: (firms: readonly Enterprise[]) => unknown, isFresh = false): number {
  run(firms)
  return median(
    Array.from({ length: 7 }, () => {
      const rows = isFresh ? [...firms] : firms
      const start = performance.now()
      run(rows)
      return performance.now() - start
    }),
  )
}

interface Times {
  readonly filter: number
  readonly coverage: number
  readonly calls: number
  readonly first: number
  readonly again: number
  readonly sorted: number
  readonly checks: number
  readonly portrait: number
}

function measure(count: number): Times {
  const firms = makeFirms(count)
  const sort = { by: 'name', isDescending: false } as const
  const times = {
    filter: time(firms, (rows) =>
      rows.filter(({ industry, submission }) => industry === '30' && submission?.dueForVisit === true),
    ),
    coverage: time(firms, (rows) => measureCoverage(rows, campaign, '450000', TODAY, divisions)),
    calls: time(firms, (rows) => listCalls(rows, campaign, TODAY)),
    first: time(firms, (rows) => listTiers(rows, campaign, {}, divisions), true),
    again: time(firms, (rows) =>
      listTiers(rows, campaign, { area: '450100', tierFrom: 3, isDue: true, text: '企业1' }, divisions),
    ),
    sorted: time(firms, (rows) => listTiers(rows, campaign, { industry: '30' }, divisions, sort)),
    checks: time(firms, (rows) => checkCohort(rows, campaign)),
    portrait: time(firms, (rows) => drawPortrait(rows, campaign, edition, '450000', TODAY, divisions)),
  }
  console.error(
    `${count.toLocaleString('en')} firms, ms: ${Object.entries(times)
      .map(([name, ms]) => `${name} ${ms.toFixed(1)}`)
      .join(' · ')}`,
  )
  return times
}

const [small, middle, large] = SIZES.map(measure) as [Times, Times, Times]
tell([
  { name: 'coverage of 70,000 firms', value: middle.coverage, unit: 'ms', atMost: 300 },
  { name: 'call list of 70,000 firms', value: middle.calls, unit: 'ms', atMost: 300 },
  { name: 'tier list of 70,000 firms, first time', value: middle.first, unit: 'ms', atMost: 500 },
  { name: 'the same filtered again', value: middle.again, unit: 'ms', atMost: 50 },
  { name: 'the same in another order, once known', value: middle.sorted, unit: 'ms', atMost: 50 },
  { name: 'cohort checks of 70,000 firms', value: middle.checks, unit: 'ms', atMost: 300 },
  { name: 'portrait of 70,000 firms', value: middle.portrait, unit: 'ms', atMost: 300 },
  { name: 'filtered again, against a plain filter', value: middle.again / middle.filter, unit: '×' },
  { name: 'coverage, against a plain filter', value: middle.coverage / middle.filter, unit: '×' },
  { name: 'portrait, against a plain filter', value: middle.portrait / middle.filter, unit: '×' },
  { name: 'coverage, 500,000 firms for 10,000', value: large.coverage / small.coverage, unit: '×' },
  { name: 'filtered again, 500,000 firms for 10,000', value: large.again / small.again, unit: '×' },
  { name: 'portrait, 500,000 firms for 10,000', value: large.portrait / small.portrait, unit: '×' },
])
