// @vitest-environment node
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { erasePerson, exportPerson, type PersonRecord } from '../../hub/persons.ts'
import {
  accountId,
  aSubmission,
  creditCodeOf,
  firmId,
  hashToken,
  liaisonId,
  nameOf,
  outcomeOf,
  PASSWORD,
  PLACES,
  startHubServer,
  tokenOf,
  type HubServer,
  type World,
} from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

const NAME = '示例甲乙丙'
const PHONE = '13912340000'

/** A person who stands everywhere: as an account, a liaison, a contact of two firms, in the tables, an import and a sheet. */
async function openWithPerson(): Promise<World> {
  const world = await server.open()
  await world.query('update hub.account set name = $1 where id = $2', [NAME, accountId('liaison')])
  await world.ask('countyOfficial', 'saveLiaison', {
    params: { id: liaisonId('liaison') },
    body: { name: NAME, phone: PHONE, area: PLACES.county, isActive: true },
  })
  for (const firm of ['beside', 'lonely'] as const)
    await world.ask('countyOfficial', 'changeEnterprise', {
      params: { id: firmId(firm) },
      body: { version: 1, contact: { name: NAME, phone: PHONE } },
    })
  await world.ask('countyOfficial', 'saveAuthority', {
    params: { id: PLACES.county },
    body: { area: PLACES.county, unit: '示例局', contact: NAME, mobile: PHONE },
  })
  for (const kind of ['authorities', 'services'] as const)
    await world.ask('countyOfficial', 'saveTableVersion', { body: { kind, area: PLACES.county } })
  // An import that keeps what was there before, for its undo.
  await world.ask('countyOfficial', 'importRoster', {
    body: {
      file: 'a.csv',
      dryRun: false,
      accept: [],
      rows: [
        {
          creditCode: creditCodeOf('lonely'),
          name: nameOf('lonely'),
          city: PLACES.city,
          county: PLACES.county,
          isAboveScale: true,
          size: '大型',
          liaison: { name: NAME, phone: PHONE },
        },
      ],
    },
  })
  expect((await world.submit('beside', aSubmission('beside', { contact: NAME, phone: PHONE }))).statusCode).toBe(201)
  return world
}

const placesOf = (records: readonly PersonRecord[]): readonly string[] =>
  [...new Set(records.map(({ where }) => where))].sort()

describe('查询和删除一个人的个人信息', () => {
  it.each([NAME, PHONE])('finds everything under “%s”', async (who) => {
    const world = await openWithPerson()
    const found = await exportPerson(world.hub.database, who)
    const expected = ['authority', 'enterpriseContact', 'liaison', 'rosterImport', 'submission']
    expect(placesOf(found)).toEqual((who === NAME ? [...expected, 'account', 'tableVersion'] : expected).sort())
    expect(
      found
        .filter(({ where }) => where === 'enterpriseContact')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([firmId('beside'), firmId('lonely')].sort())
    expect(await exportPerson(world.hub.database, '别人')).toEqual([])
    // Nothing of it is a pattern.
    expect(await exportPerson(world.hub.database, '%')).toEqual([])
    expect(await exportPerson(world.hub.database, '139')).toEqual([])
    await world.close()
  })

  it('erases it everywhere but in sealed sheets, which are named, and the work goes on', async () => {
    const world = await openWithPerson()
    const { erased, sealed } = await erasePerson(world.hub.database, NAME)
    expect(placesOf(sealed)).toEqual(['submission'])
    expect(erased.length).toBeGreaterThan(5)
    expect(placesOf(await exportPerson(world.hub.database, NAME))).toEqual(['submission'])
    expect(placesOf(await exportPerson(world.hub.database, PHONE))).toEqual(['submission'])
    const tables = await world.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'hub' and c.relkind = 'r' and c.relname <> 'submission'`,
    )
    for (const { name } of tables) {
      const rows = await world.query<{ text: string }>(`select t::text as text from hub.${name} t`)
      const text = rows.map((row) => row.text).join('\n')
      expect(text.includes(NAME), name).toBe(false)
      expect(text.includes(PHONE), name).toBe(false)
    }
    // The account is closed, its session over, its firms without a liaison: a list of its own.
    expect(outcomeOf(await world.call('liaison', 'readSession'))).toBe('401 hub.noSession')
    const { enterprises } = await world.ask('countyOfficial', 'listEnterprises')
    expect(enterprises.find(({ id }) => id === firmId('ours'))!.liaisons).toEqual([])
    expect(enterprises.find(({ id }) => id === firmId('beside'))!).not.toHaveProperty('contact')
    expect(enterprises.find(({ id }) => id === firmId('beside'))!.submission).toBeDefined()
    expect((await world.ask('countyOfficial', 'listTableVersions')).versions).toHaveLength(2)
    const audit = await world.query<{ detail: string }>(`select detail from hub.audit where action = 'person.erased'`)
    expect(audit).toHaveLength(1)
    // The import can still be undone, for rows that nobody touched since.
    const { imports } = await world.ask('countyOfficial', 'listImports')
    expect(outcomeOf(await world.call('countyOfficial', 'undoImport', { params: { id: imports[0]!.id } }))).toBe('200')
    await world.close()
  })

  it('an account under a personal login is told from then on by nothing', async () => {
    const world = await server.open()
    await world.query(`update hub.account set login = '13912340000' where id = $1`, [accountId('nextLiaison')])
    expect(await exportPerson(world.hub.database, PHONE)).toEqual([
      { where: 'account', id: accountId('nextLiaison'), fields: { login: PHONE, name: '示例nextLiaison' } },
    ])
    await erasePerson(world.hub.database, PHONE)
    expect(await exportPerson(world.hub.database, PHONE)).toEqual([])
    const response = await world.call(undefined, 'signIn', { body: { login: PHONE, password: PASSWORD } })
    expect(outcomeOf(response)).toBe('401 session.wrong')
    expect(
      await world.query('select 1 from hub.session where token_hash = $1', [hashToken(tokenOf('nextLiaison'))]),
    ).toEqual([])
    await world.close()
  })

  it('the copies of officials follow: what was erased is a change like any other', async () => {
    const world = await openWithPerson()
    await world.query(`update hub.enterprise set changed_at = changed_at - interval '1 hour'`)
    const { cursor } = await world.ask('countyOfficial', 'listEnterprises')
    await world.query(`update hub.enterprise set changed_at = changed_at - interval '1 hour'`)
    await erasePerson(world.hub.database, NAME)
    const { enterprises } = await world.ask('countyOfficial', 'listEnterprises', { query: { since: cursor } })
    expect(enterprises.map(({ id }) => id).sort()).toEqual([firmId('ours'), firmId('beside'), firmId('lonely')].sort())
    expect(JSON.stringify(enterprises)).not.toContain(NAME)
    await world.close()
  })
})
