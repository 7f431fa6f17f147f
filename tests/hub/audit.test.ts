// @vitest-environment node
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AnswerOf } from '#core/oversight/api'
import { noteAudit, pruneAudit, sealAudit, verifyChain } from '../../hub/audit.ts'
import type { Database } from '../../hub/database.ts'
import { readSettings } from '../../hub/settings.ts'
import { accountId, aSubmission, firmId, outcomeOf, startHubServer, type HubServer, type World } from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

const HALF_YEAR = 180

/** The same database with its clock so many days behind. */
function daysAgo(database: Database, days: number): Database {
  return {
    ...database,
    asHub: (work) => database.asHub((db, now) => work(db, new Date(now.getTime() - days * 86_400_000))),
  }
}

async function note(database: Database, count: number, action = 'test'): Promise<void> {
  await database.asHub(async (db, now) => {
    for (let turn = 0; turn < count; turn++)
      await noteAudit(db, new Date(now.getTime() + turn), { action, actor: 'somebody', detail: { turn } })
  })
}

describe('审计链', () => {
  it('is whole from the first deed on, and grows block by block', async () => {
    const world = await server.open()
    expect(await verifyChain(world.hub.database)).toMatchObject({ isWhole: true, blocks: 0, rows: 0 })
    await world.submit('ours', aSubmission('ours'))
    await world.call('ours', 'listAudit')
    expect(await sealAudit(world.hub.database)).toBe(2)
    expect(await sealAudit(world.hub.database)).toBe(0)
    const first = await verifyChain(world.hub.database)
    expect(first).toMatchObject({ isWhole: true, blocks: 1, rows: 2 })
    await note(world.hub.database, 3)
    await sealAudit(world.hub.database)
    const second = await world.ask('auditor', 'verifyAudit')
    expect(second).toMatchObject({ isWhole: true, blocks: 2, rows: 5 })
    expect(second.head).not.toBe(first.head)
    await world.close()
  })

  it('takes at most 5,000 rows into a block, and the rest into the next', async () => {
    const world = await server.open()
    await world.query(
      `insert into hub.audit (id, at, action, is_done, detail)
       select 'row-' || n, date_trunc('milliseconds', now()) + n * interval '1 millisecond', 'many', true, '{}'
       from generate_series(1, 5100) n`,
    )
    expect(await sealAudit(world.hub.database)).toBe(5000)
    expect(await sealAudit(world.hub.database)).toBe(100)
    expect(await verifyChain(world.hub.database)).toMatchObject({ isWhole: true, blocks: 2, rows: 5100 })
    await world.close()
  })

  it('two hubs that seal at once, while both write, seal every row once', async () => {
    const world = await server.open()
    const second = await server.open({ url: world.url })
    await Promise.all(
      Array.from({ length: 12 }, async (_, turn) => {
        const { database } = (turn % 2 === 0 ? world : second).hub
        await note(database, 5)
        await sealAudit(database)
      }),
    )
    await sealAudit(world.hub.database)
    expect(await verifyChain(second.hub.database)).toMatchObject({ isWhole: true, rows: 60 })
    const open = await world.query('select 1 from hub.audit where block is null')
    expect(open).toEqual([])
    await second.close()
    await world.close()
  })
})

describe('whoever changes the audit in the database', () => {
  let world: World
  /** Ids of the rows by block, in their order: blocks 1 to 4 of five rows each. */
  let blocks: readonly (readonly string[])[]
  let head = ''

  beforeAll(async () => {
    world = await server.open()
    for (let block = 0; block < 4; block++) {
      await note(world.hub.database, 5)
      await sealAudit(world.hub.database)
    }
    const rows = await world.query<{ id: string; block: number }>(
      'select id, block from hub.audit order by block, place',
    )
    blocks = [1, 2, 3, 4].map((number) => rows.filter(({ block }) => block === number).map(({ id }) => id))
    head = (await verifyChain(world.hub.database)).head
    await world.query('create table kept_audit as select * from hub.audit')
    await world.query('create table kept_block as select * from hub.audit_block')
  })
  afterEach(async () => {
    await world.query('delete from hub.audit')
    await world.query('delete from hub.audit_block')
    await world.query('insert into hub.audit select * from kept_audit')
    await world.query('insert into hub.audit_block select * from kept_block')
    expect((await verifyChain(world.hub.database)).isWhole).toBe(true)
  })

  const row = (block: number, place: number): string => blocks[block - 1]![place - 1]!

  it.each([
    ['rewrites what was done', `update hub.audit set action = 'nothing' where id = $1`],
    ['rewrites who did it', `update hub.audit set actor = 'somebody-else' where id = $1`],
    ['takes away who did it', `update hub.audit set actor = null where id = $1`],
    ['moves it in time', `update hub.audit set at = at + interval '1 millisecond' where id = $1`],
    ['turns a refusal into a success', `update hub.audit set is_done = not is_done where id = $1`],
    ['rewrites the detail', `update hub.audit set detail = '{}' where id = $1`],
    ['gives it another subject', `update hub.audit set subject = 'x' where id = $1`],
    ['rewrites it with its hash', `update hub.audit set detail = '{}', hash = repeat('a', 64) where id = $1`],
  ])('%s: the row is named', async (_, sql) => {
    await world.query(sql, [row(2, 3)])
    // And a later one as well: the first is the one that counts.
    await world.query(sql, [row(3, 1)])
    expect(await verifyChain(world.hub.database)).toMatchObject({
      isWhole: false,
      firstBad: { block: 2, row: row(2, 3) },
    })
  })

  it('takes a row out, also the last one of the last block', async () => {
    await world.query('delete from hub.audit where id = $1', [row(4, 5)])
    expect(await verifyChain(world.hub.database)).toMatchObject({
      isWhole: false,
      firstBad: { block: 4, reason: '应有 5 条，现有 4 条' },
    })
  })

  it('takes a row out and mends the count', async () => {
    await world.query('delete from hub.audit where id = $1', [row(3, 5)])
    await world.query('update hub.audit_block set row_count = 4 where number = 3')
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 3 })
  })

  it('swaps two rows', async () => {
    await world.query(
      `update hub.audit set place = case place when 2 then 4 else 2 end where block = 2 and place in (2, 4)`,
    )
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 2 })
  })

  it('gives two rows one place', async () => {
    await world.query('update hub.audit set place = 3 where id = $1', [row(2, 4)])
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({
      block: 2,
      row: expect.any(String) as string,
    })
  })

  it('puts a row in', async () => {
    await world.query(
      `insert into hub.audit select 'forged', at, actor, role, action, subject, is_done, detail, block, 6, hash
       from hub.audit where id = $1`,
      [row(2, 5)],
    )
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 2, reason: '应有 5 条，现有 6 条' })
  })

  it('puts rows into a block that does not exist', async () => {
    await world.query(`update hub.audit set block = 9 where id = $1`, [row(4, 5)])
    await world.query('delete from hub.audit_block where number = 4')
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 4 })
  })

  it('takes a whole block out, from within or from the end', async () => {
    await world.query('delete from hub.audit where block = 2')
    await world.query('delete from hub.audit_block where number = 2')
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 2, reason: '这一块不见了' })
  })

  it('takes a block out and renumbers the rest', async () => {
    await world.query('delete from hub.audit where block = 2')
    await world.query('delete from hub.audit_block where number = 2')
    for (const number of [3, 4]) {
      await world.query('update hub.audit_block set number = $1 where number = $2', [number - 1, number])
      await world.query('update hub.audit set block = $1 where block = $2', [number - 1, number])
    }
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 2, reason: '与前一块对不上' })
  })

  it('rolls the table back: the chain is whole, and its head is not the one noted down elsewhere', async () => {
    await world.query('delete from hub.audit where block = 4')
    await world.query('delete from hub.audit_block where number = 4')
    const check = await verifyChain(world.hub.database)
    expect(check.isWhole).toBe(true)
    expect(check.head).not.toBe(head)
    // What goes on from there never comes to that head again.
    await note(world.hub.database, 5)
    await sealAudit(world.hub.database)
    expect((await verifyChain(world.hub.database)).head).not.toBe(head)
  })

  it('calls young rows pruned to be rid of them', async () => {
    await world.query('delete from hub.audit where block = 2')
    await world.query('update hub.audit_block set is_pruned = true where number = 2')
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 2, reason: '未到保存期限就被清理' })
    // An older date does not help: it is in the hash.
    await world.query(`update hub.audit_block set at = at - interval '1 year' where number = 2`)
    expect((await verifyChain(world.hub.database)).firstBad).toMatchObject({ block: 2 })
  })

  it('makes the whole chain anew over what was changed: only the head noted down elsewhere tells', async () => {
    await world.query(`update hub.audit set block = null, place = null, hash = null`)
    await world.query(`update hub.audit set actor = 'somebody-else' where id = $1`, [row(1, 1)])
    await world.query('delete from hub.audit_block')
    await sealAudit(world.hub.database)
    const check = await verifyChain(world.hub.database)
    expect(check.isWhole).toBe(true)
    expect(check.head).not.toBe(head)
  })
})

describe('保存期限', () => {
  it('rows older than the retention go, the chain stays whole, younger ones stay', async () => {
    const world = await server.open()
    const { database } = world.hub
    for (const days of [800, 731, 729, 200, 1]) {
      const then = daysAgo(database, days)
      await note(then, 3)
      await sealAudit(then)
    }
    const before = await verifyChain(database)
    expect(await pruneAudit(database, 730)).toBe(6)
    const after = await verifyChain(database)
    expect(after).toMatchObject({ isWhole: true, blocks: 5, rows: 9, head: before.head })
    expect(await pruneAudit(database, 730)).toBe(0)
    // The shortest retention there is.
    expect(await pruneAudit(database, HALF_YEAR)).toBe(6)
    expect(await verifyChain(database)).toMatchObject({ isWhole: true, rows: 3, head: before.head })
    await note(database, 1)
    await sealAudit(database)
    expect(await verifyChain(database)).toMatchObject({ isWhole: true, blocks: 6, rows: 4 })
    await world.close()
  })

  it.each(['179', '0', '-1', '1', '180.5', 'for ever', '1e9'])('AUDIT_DAYS=%s is refused at the start', (days) => {
    expect(() => readSettings({ AUDIT_DAYS: days }, false)).toThrow(/AUDIT_DAYS 应为 180 到/)
  })

  it('is two years unless told, and half a year at least', () => {
    expect(readSettings({}, false).auditDays).toBe(730)
    expect(readSettings({ AUDIT_DAYS: '' }, false).auditDays).toBe(730)
    expect(readSettings({ AUDIT_DAYS: '180' }, false).auditDays).toBe(180)
  })
})

describe('what is written down', () => {
  it('belongs to its deed: what did not happen is not there', async () => {
    const world = await server.open()
    const body = { login: 'liaison', name: '示例', role: 'auditor' }
    expect(outcomeOf(await world.call('administrator', 'createAccount', { body }))).toBe('409 account.loginTaken')
    expect(await world.query(`select 1 from hub.audit where action = 'account.created'`)).toEqual([])
    await world.ask('administrator', 'createAccount', { body: { ...body, login: 'new-auditor' } })
    expect(await world.query(`select 1 from hub.audit where action = 'account.created'`)).toHaveLength(1)
    await world.close()
  })

  it('has who, in which role, on what, and whether it was done', async () => {
    const world = await server.open()
    await world.ask('cityOfficial', 'readPhones', { params: { id: firmId('ours') } })
    await world.call('liaison', 'eraseEnterprise', { params: { id: firmId('ours') }, body: { reason: '误点' } })
    const exported = {
      id: 'export-1',
      kind: 'tierList',
      area: '450100',
      filter: '三档以上',
      rows: 3,
      sha256: 'a'.repeat(64),
      madeAt: '2026-06-02T02:00:00.000Z',
    }
    await world.ask('cityOfficial', 'noteExport', { body: exported })
    // Told twice after a lost connection: there once.
    await world.ask('cityOfficial', 'noteExport', { body: exported })
    const { rows } = await world.ask('auditor', 'listAudit')
    const { id: _id, area, ...detail } = exported
    expect(
      rows.map(({ action, actor, role, subject, isDone, detail: told }) => [
        action,
        actor,
        role,
        subject,
        isDone,
        told,
      ]),
    ).toEqual([
      ['export.made', accountId('cityOfficial'), 'official', area, true, detail],
      ['request.refused', accountId('liaison'), 'liaison', undefined, false, { route: 'eraseEnterprise' }],
      ['phones.read', accountId('cityOfficial'), 'official', firmId('ours'), true, {}],
    ])
    await world.close()
  })

  it('is read page by page, newest first, each row once', async () => {
    const world = await server.open()
    await world.query(
      `insert into hub.audit (id, at, actor, action, is_done, detail)
       select 'row-' || lpad(n::text, 4, '0'), timestamptz '2026-01-01 00:00:00+00' + (n / 7) * interval '1 second',
         case when n % 2 = 0 then 'even' else 'odd' end, case when n % 3 = 0 then 'third' else 'other' end, true, '{}'
       from generate_series(1, 450) n`,
    )
    const read = async (query: Record<string, string>): Promise<string[]> => {
      const ids: string[] = []
      for (let before: string | undefined; ;) {
        const page: AnswerOf<'listAudit'> = await world.ask('auditor', 'listAudit', {
          query: { ...query, ...(before === undefined ? {} : { before }) },
        })
        ids.push(...page.rows.map(({ id }) => id))
        if (page.cursor === undefined) return ids
        before = page.cursor
      }
    }
    const all = Array.from({ length: 450 }, (_, at) => `row-${String(450 - at).padStart(4, '0')}`)
    expect(await read({})).toEqual(all)
    const numbers = (ids: readonly string[]): number[] => ids.map((id) => Number(id.slice(4)))
    expect(numbers(await read({ action: 'third' }))).toEqual(numbers(all).filter((number) => number % 3 === 0))
    expect(numbers(await read({ actor: 'even', action: 'third' }))).toEqual(
      numbers(all).filter((number) => number % 6 === 0),
    )
    await world.close()
  })
})
