// @vitest-environment node
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPeers, type Peers } from '#core/diagnosis/peerFile'
import { listCities, listParents } from '#core/division'
import { LOGIN_POLICIES } from '#core/oversight/access'
import type { Session } from '#core/oversight/api'
import { measureCoverage, type Funnel } from '#core/oversight/coverage'
import { EnterpriseSchema, type Enterprise } from '#core/oversight/enterprise'
import { openLedger, type PeersLedger } from '#core/oversight/peers'
import { openReceipt } from '#core/oversight/receipt'
import { digest } from '#digest'
import { isSigned } from '#storage/signature'
import { verifyChain } from '../../hub/audit.ts'
import { fillDemo, fillRegion } from '../../hub/demo.ts'
import { publishPeers } from '../../hub/peersPublication.ts'
import { accountId, hashToken, PLACES, startHubServer, type HubServer, type World } from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

const DEMO = { isDemo: true, policy: { ...LOGIN_POLICIES['dengbao-2'], secondFactor: [] } } as const
const SIZE = { firms: 120, submitted: 0.62, seed: 1 }

describe('示例区域', () => {
  let world: World
  let firms: readonly Enterprise[]
  let filled: Awaited<ReturnType<typeof fillDemo>>
  const now = new Date()

  const signIn = async (login: string): Promise<string> => {
    const response = await world.call(undefined, 'signIn', { body: { login, password: filled.password } })
    expect(response.statusCode, response.body).toBe(200)
    const [cookie] = response.cookies as readonly { readonly value: string }[]
    return cookie!.value
  }

  beforeAll(async () => {
    world = await server.openEmpty({ settings: DEMO })
    filled = await fillDemo(world.hub, SIZE, now)
    const token = await signIn('demo-region')
    firms = (await world.ask(undefined, 'listEnterprises', { token })).enterprises
  })

  it('has so many firms, each a row like any other, and says of itself that it is made up', async () => {
    expect(firms).toHaveLength(SIZE.firms)
    for (const firm of firms) expect(v.safeParse(EnterpriseSchema, firm).success, firm.id).toBe(true)
    expect(new Set(firms.map(({ creditCode }) => creditCode)).size).toBe(SIZE.firms)
    expect((await world.ask(undefined, 'readHub')).isDemo).toBe(true)
    for (const { submission } of firms) expect(submission?.sample ?? true).toBe(true)
    const { campaigns } = await world.ask(undefined, 'readHub')
    expect(campaigns[0]!.title).toContain('示例')
  })

  it('has coverage as counted by the database itself, at every level', async () => {
    const { campaigns } = await world.ask(undefined, 'readHub')
    const [campaign] = campaigns
    const { divisions } = world.hub.books
    /** The same figures by SQL on the stored columns and the claims of the stored sheets, without any rule of ours. */
    const count = async (path: string): Promise<Partial<Funnel>> => {
      const [row] = await world.query<Record<string, number>>(
        `select count(*) filter (where counted)::int as roster,
          count(*) filter (where counted and liaisons <> '[]')::int as assigned,
          count(*) filter (where counted and sheet is not null and returned_at is null)::int as submitted,
          count(*) filter (where counted and returned_at is null and tier >= 3)::int as due,
          count(*) filter (where counted and returned_at is not null)::int as returned,
          count(*) filter (where not counted and left_on is not null)::int as left,
          count(*) filter (where not counted and sheet is not null and returned_at is null)::int as outside
         from (select e.*, s.body as sheet, (s.body::json #>> '{result,tier,low}')::int as tier,
             e.is_above_scale and e.listed_on <= c.reference_on and e.left_on is null as counted
           from hub.enterprise e cross join hub.campaign c left join hub.submission s on s.enterprise = e.id
           where e.path like $1 || '%') firms`,
        [path],
      )
      return row as Partial<Funnel>
    }
    const region = measureCoverage(firms, campaign!, PLACES.region, now.toISOString().slice(0, 10), divisions)
    expect(region.total).toMatchObject(await count('450000/'))
    expect(region.total.submitted).toBeGreaterThan(50)
    expect(region.total.due).toBeGreaterThan(0)
    for (const city of listCities(divisions)) {
      const own = firms.filter((firm) => firm.city === city.code)
      const coverage = measureCoverage(own, campaign!, city.code, now.toISOString().slice(0, 10), divisions)
      const counted = await count(`450000/${city.code}/`)
      expect(coverage.total, city.name).toMatchObject(counted)
      expect(region.areas.find(({ code }) => code === city.code)?.funnel ?? counted, city.name).toMatchObject(counted)
    }
  })

  it('has receipts that hold, and an audit chain', async () => {
    const { hub, publicKey } = await world.ask(undefined, 'readHub')
    const rows = await world.query<{ id: string; digest: string; receipt: string }>(
      'select id, digest, receipt from hub.submission',
    )
    expect(rows.length).toBe(firms.filter(({ submission }) => submission !== undefined).length)
    for (const row of rows.slice(0, 10))
      openReceipt(
        JSON.parse(row.receipt),
        { hub, submission: row.id, revision: 1, digest: row.digest },
        (hash, signature) => isSigned(publicKey, hash, signature),
        digest,
      )
    expect((await verifyChain(world.hub.database)).isWhole).toBe(true)
  })

  it('lets everybody in whom it names, and the firm join by its code', async () => {
    const roles: string[] = []
    for (const { login, who } of filled.accounts) {
      const code = /报送码 (\w{8})$/.exec(who)?.[1]
      if (code === undefined) {
        const session: Session = await world.ask(undefined, 'readSession', { token: await signIn(login) })
        expect(session.mustChangePassword || session.mustEnrolSecondFactor).toBe(false)
        roles.push(session.account.role)
      } else {
        const joined = await world.ask(undefined, 'join', {
          body: { creditCode: login, code, password: filled.password },
        })
        roles.push(joined.account.role)
      }
    }
    expect(roles).toEqual([
      'administrator',
      'official',
      'official',
      'official',
      'official',
      'liaison',
      'auditor',
      'enterprise',
    ])
  })

  it('sees by its liaison the firms of that liaison', async () => {
    const token = await signIn('demo-liaison')
    const session = await world.ask(undefined, 'readSession', { token })
    const page = await world.ask(undefined, 'listEnterprises', { token })
    const expected = firms.filter(({ liaisons }) => liaisons.some(({ id }) => id === session.account.liaison))
    expect(expected.length).toBeGreaterThan(0)
    expect(page.enterprises.map(({ id }) => id).sort()).toEqual(expected.map(({ id }) => id).sort())
  })

  it('is filled once: a second start has the same accounts and rows', async () => {
    const again = await fillDemo(world.hub, SIZE, new Date())
    expect(again.password).toBe(filled.password)
    expect(again.accounts.filter(({ login }) => login.startsWith('demo-'))).toEqual(
      filled.accounts.filter(({ login }) => login.startsWith('demo-')),
    )
    const [row] = await world.query<{ count: number }>('select count(*)::int as count from hub.enterprise')
    expect(row!.count).toBe(SIZE.firms)
  })
})

describe('发布同类组', () => {
  it('goes on from day to day by its ledger, once a day, and never shows what a deletion would tell', async () => {
    const world = await server.openEmpty({ settings: DEMO })
    const parents = listParents(world.hub.books.divisions)
    const day = (number: number): Date => new Date(Date.UTC(2026, 9, number, 4))
    // Without a campaign or a sheet there is nothing to publish.
    expect(await publishPeers(world.hub, day(1))).toBe(0)
    expect((await world.call(undefined, 'readPeers', { params: { id: 'guangxi-2024' } })).statusCode).toBe(404)
    expect((await world.app.inject({ url: '/peers.json' })).body).toBe('null')
    await fillRegion(world.hub, { firms: 100, submitted: 0.8, seed: 2 }, day(1))

    expect(await Promise.all([publishPeers(world.hub, day(1)), publishPeers(world.hub, day(1))])).toContain(1)
    expect(await publishPeers(world.hub, day(1))).toBe(0)
    const read = async (): Promise<Peers> =>
      openPeers(await world.ask(undefined, 'readPeers', { params: { id: 'guangxi-2024' } }), digest, parents)
    const first = await read()
    expect(first).toMatchObject({ area: PLACES.region, asOf: '2026-10-01', sample: true })
    const whole = first.groups.find(({ division, industry, size }) => (division ?? industry ?? size) === undefined)!
    const [sheets] = await world.query<{ count: number }>('select count(*)::int as count from hub.submission')
    expect(whole.n).toBeLessThanOrEqual(sheets!.count)
    expect(whole.n).toBeGreaterThanOrEqual(0.8 * sheets!.count)
    expect((await world.app.inject({ url: '/peers.json' })).json()).toEqual(first)

    // Nothing new the day after: the same groups under a new date.
    expect(await publishPeers(world.hub, day(2))).toBe(1)
    const second = await read()
    expect(second.asOf).toBe('2026-10-02')
    expect(second.groups).toEqual(first.groups)
    const ledgers = async (): Promise<readonly PeersLedger[]> =>
      (await world.query<{ ledger: string }>('select ledger from hub.peers_publication order by published_on')).map(
        ({ ledger }) => openLedger(JSON.parse(ledger), digest),
      )
    const [, after] = await ledgers()
    const counted = after!.blocks.flatMap(({ members }) => members.map(([firm]) => firm))
    expect(counted).toHaveLength(whole.n)

    // A counted firm is erased: its whole block goes with it, so that no difference of two dates is one firm.
    const members = after!.blocks[0]!.members
    const [victim] = await world.query<{ enterprise: string }>(
      `select enterprise from hub.submission where left(digest, 16) = $1`,
      [members[0]![1]],
    )
    await world.query(
      `insert into hub.account (id, login, name, role, area, path, password_hash, password_at, must_change)
       values ($1, 'region', '示例', 'official', '450000', '450000/', '', now(), false)`,
      [accountId('regionOfficial')],
    )
    await world.query(`insert into hub.session values ($1, $2, now(), now(), now() + interval '1 hour', true)`, [
      hashToken('region-token'),
      accountId('regionOfficial'),
    ])
    await world.ask(undefined, 'eraseEnterprise', {
      token: 'region-token',
      params: { id: victim!.enterprise },
      body: { reason: '企业要求' },
    })
    expect(await publishPeers(world.hub, day(3))).toBe(1)
    const [, , last] = await ledgers()
    const gone = members.map(([firm]) => firm)
    expect(gone.length).toBeGreaterThanOrEqual(10)
    expect([...last!.retired].sort()).toEqual([...gone].sort())
    const left = last!.blocks.flatMap((block) => block.members.map(([firm]) => firm))
    expect([...left].sort()).toEqual(counted.filter((firm) => !gone.includes(firm)).sort())
    // A day before the last is not published behind its back.
    expect(await publishPeers(world.hub, day(2))).toBe(0)
    const refusals = await world.query<{ detail: string }>(
      `select detail from hub.audit where action = 'peers.refused'`,
    )
    expect(refusals.map(({ detail }) => JSON.parse(detail) as object)).toEqual([{ why: 'peers.laterLedger' }])
    expect((await read()).asOf).toBe('2026-10-03')
    await world.close()
  })
})
