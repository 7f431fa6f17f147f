// @vitest-environment node
import type { LightMyRequestResponse } from 'fastify'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import { eventually } from '../support/eventually'
import {
  aSubmission,
  creditCodeOf,
  firmId,
  nameOf,
  outcomeOf,
  PASSWORD,
  PLACES,
  startHubServer,
  type HubServer,
  type World,
} from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

/**
 * Two requests that both need one firm's row, which somebody else holds: the second comes when the first is waiting, and both go
 * on in that order when the row is let go.
 */
async function inOrder(
  world: World,
  firm: string,
  requests: readonly (() => Promise<LightMyRequestResponse>)[],
): Promise<readonly string[]> {
  const holder = new pg.Client({ connectionString: world.url })
  const watcher = new pg.Client({ connectionString: world.url })
  await holder.connect()
  await watcher.connect()
  await holder.query('begin')
  await holder.query('select 1 from hub.enterprise where id = $1 for update', [firm])
  const answers: Promise<LightMyRequestResponse>[] = []
  for (const request of requests) {
    answers.push(request())
    await eventually(async () => {
      const { rows } = await watcher.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      expect(rows).toHaveLength(answers.length)
    })
  }
  await holder.query('commit')
  const outcomes = (await Promise.all(answers)).map(outcomeOf)
  await holder.end()
  await watcher.end()
  return outcomes
}

const countSheets = async (world: World, firm: string): Promise<number> =>
  (
    await world.query<{ count: number }>('select count(*)::int as count from hub.submission where enterprise = $1', [
      firm,
    ])
  )[0]!.count

describe('彻底删除 and a sheet on its way', () => {
  const erase = (world: World) => () =>
    world.call('countyOfficial', 'eraseEnterprise', {
      params: { id: firmId('ours') },
      body: { reason: '企业要求删除' },
    })
  const expectNothingLeft = async (world: World): Promise<void> => {
    expect(await countSheets(world, firmId('ours'))).toBe(0)
    const [row] = await world.query<Record<string, unknown>>(
      'select summary, previous, joined_at, filling_at, contact_name from hub.enterprise where id = $1',
      [firmId('ours')],
    )
    expect(row).toEqual({ summary: null, previous: null, joined_at: null, filling_at: null, contact_name: null })
  }

  it('a revision that waited for the erasure is gone like what it revises', async () => {
    const world = await server.open()
    const first = aSubmission('ours')
    expect(outcomeOf(await world.submit('ours', first))).toBe('201')
    const next = aSubmission('ours', { id: first.id, revision: 2, value: 3 })
    const [erased, submitted] = await inOrder(world, firmId('ours'), [erase(world), () => world.submit('ours', next)])
    expect(erased).toBe('200')
    expect(submitted).not.toMatch(/^20/)
    await expectNothingLeft(world)
    await world.close()
  })

  it('a first sheet that waited for the erasure does not fill the erased firm again', async () => {
    const world = await server.open()
    const [erased, submitted] = await inOrder(world, firmId('ours'), [
      erase(world),
      () => world.submit('ours', aSubmission('ours')),
    ])
    expect(erased).toBe('200')
    expect(submitted).not.toMatch(/^20/)
    await expectNothingLeft(world)
    await world.close()
  })

  it('a sheet that was there first is erased with the rest, and its number stays taken', async () => {
    const world = await server.open()
    const sheet = aSubmission('ours')
    const outcomes = await inOrder(world, firmId('ours'), [() => world.submit('ours', sheet), erase(world)])
    expect(outcomes).toEqual(['201', '200'])
    await expectNothingLeft(world)
    const taken = await world.query('select 1 from hub.erased_submission where id = $1', [sheet.id])
    expect(taken).toHaveLength(1)
    await world.close()
  })
})

describe('撤销导入 and a firm that joins or submits meanwhile', () => {
  const NEW = completeCreditCode('91450103MA6B0001')
  const importRow = (world: World, row: object) =>
    world.ask('countyOfficial', 'importRoster', {
      body: { file: 'a.csv', dryRun: false, accept: [1], rows: [row] },
    })
  const place = { city: PLACES.city, county: PLACES.county, isAboveScale: true }
  const undo = (world: World, id: string) => () => world.call('countyOfficial', 'undoImport', { params: { id } })

  async function openWithNew(): Promise<{
    world: World
    id: string
    firm: string
    join: () => Promise<LightMyRequestResponse>
  }> {
    const world = await server.open()
    const { id } = await importRow(world, { creditCode: NEW, name: '示例新企业', ...place })
    const { enterprises } = await world.ask('countyOfficial', 'listEnterprises')
    const firm = enterprises.find(({ creditCode }) => creditCode === NEW)!.id
    const { code } = await world.ask('countyOfficial', 'readJoinCode', { params: { id: firm }, body: { renew: false } })
    const join = () =>
      world.call(undefined, 'join', { body: { creditCode: NEW, code, password: PASSWORD }, address: '198.51.100.7' })
    return { world, id: id!, firm, join }
  }
  const listFirms = async (world: World): Promise<readonly string[]> =>
    (await world.ask('countyOfficial', 'listEnterprises')).enterprises.map(({ creditCode }) => creditCode)

  it('who joins after the undo finds no firm, and leaves no account', async () => {
    const { world, id, firm, join } = await openWithNew()
    expect(await inOrder(world, firm, [undo(world, id), join])).toEqual(['200', '401 join.wrong'])
    expect(await listFirms(world)).not.toContain(NEW)
    expect(await world.query('select 1 from hub.account where enterprise = $1', [firm])).toEqual([])
    await world.close()
  })

  it('who joined before it stays on the roster, with its account', async () => {
    const { world, id, firm, join } = await openWithNew()
    const undoing: LightMyRequestResponse[] = []
    const outcomes = await inOrder(world, firm, [
      join,
      async () => {
        const answer = await undo(world, id)()
        undoing.push(answer)
        return answer
      },
    ])
    expect(outcomes).toEqual(['200', '200'])
    expect(undoing[0]!.json()).toMatchObject({ undone: 0, kept: [{ name: '示例新企业' }] })
    expect(await listFirms(world)).toContain(NEW)
    expect(await world.query('select 1 from hub.account where enterprise = $1', [firm])).toHaveLength(1)
    await world.close()
  })

  it.each(['sheet first', 'undo first'] as const)(
    'a sheet of a firm that was changed by the import is kept: %s',
    async (order) => {
      const world = await server.open()
      const { id } = await importRow(world, {
        creditCode: creditCodeOf('ours'),
        name: nameOf('ours'),
        ...place,
        size: '大型',
      })
      const sheet = aSubmission('ours')
      const submit = () => world.submit('ours', sheet)
      const requests = [undo(world, id!), submit]
      const outcomes = await inOrder(world, firmId('ours'), order === 'undo first' ? requests : [...requests].reverse())
      expect([...outcomes].sort()).toEqual(['200', '201'])
      expect(await countSheets(world, firmId('ours'))).toBe(1)
      const [row] = await world.query<{ size: string; summary: string }>(
        'select size, summary from hub.enterprise where id = $1',
        [firmId('ours')],
      )
      expect((JSON.parse(row!.summary) as { id: string }).id).toBe(sheet.id)
      // Undone while nobody had touched the row; left as it is once a sheet had come.
      expect(row!.size).toBe(order === 'undo first' ? '中型' : '大型')
      await world.close()
    },
  )
})
