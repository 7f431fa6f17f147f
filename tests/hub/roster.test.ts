// @vitest-environment node
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import type { AnswerOf, RosterRow } from '#core/oversight/api'
import type { Enterprise } from '#core/oversight/enterprise'
import {
  aSubmission,
  creditCodeOf,
  FIRM_NAMES,
  firmId,
  FIRMS,
  LIAISONS,
  liaisonId,
  nameOf,
  outcomeOf,
  PATHS,
  PLACES,
  startHubServer,
  type AskerName,
  type FirmName,
  type HubServer,
  type LiaisonName,
  type Place,
  type World,
} from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

/** City and county of a place, as a roster has them. */
function locationOf(place: Place): Pick<RosterRow, 'city' | 'county'> {
  const [, city = '', county] = PATHS[place].split('/')
  return { city, ...(county === '' || county === undefined ? {} : { county }) }
}

/** A row as the table has it for a firm of the small world, unchanged. */
function rowOf(firm: FirmName, changes: Partial<RosterRow> = {}): RosterRow {
  return {
    creditCode: creditCodeOf(firm),
    name: nameOf(firm),
    ...locationOf(FIRMS[firm].place),
    industry: '30',
    size: '中型',
    isAboveScale: true,
    scaleYear: 2025,
    scaleSource: '示例名录',
    ...changes,
  }
}

const newCode = (number: number): string => completeCreditCode(`91450103MA6A${String(number).padStart(4, '0')}`)
const newRow = (number: number, changes: Partial<RosterRow> = {}): RosterRow => ({
  creditCode: newCode(number),
  name: `示例新企业${number}`,
  ...locationOf('county'),
  isAboveScale: true,
  ...changes,
})

type Report = AnswerOf<'importRoster'>

const importRows = (
  world: World,
  asker: AskerName,
  rows: readonly RosterRow[],
  options: { readonly dryRun?: boolean; readonly accept?: readonly number[] } = {},
): Promise<Report> =>
  world.ask(asker, 'importRoster', {
    body: { file: '名录.xlsx', dryRun: options.dryRun ?? false, accept: options.accept ?? [], rows },
  })

/** Everything of the roster as it stands in the database. */
async function dump(world: World): Promise<string> {
  const tables = ['enterprise', 'assignment', 'liaison', 'departure', 'roster_import']
  const texts = await Promise.all(
    tables.map((table) => world.query<{ text: string }>(`select t::text as text from hub.${table} t order by 1`)),
  )
  return JSON.stringify(texts)
}

async function pullAll(world: World, asker: AskerName): Promise<ReadonlyMap<string, Enterprise>> {
  const { enterprises } = await world.ask(asker, 'listEnterprises')
  return new Map(enterprises.map((firm) => [firm.id, firm]))
}

describe('导入名录', () => {
  it('a dry run tells what every row would do and writes nothing', async () => {
    const world = await server.open()
    const before = await dump(world)
    const rows = [
      rowOf('ours'),
      rowOf('beside', { size: '大型' }),
      newRow(1, { liaison: { name: '示例新服务员', phone: '13800000123' } }),
      newRow(2, { creditCode: `${newCode(2).slice(0, 17)}X` }),
    ]
    const report = await importRows(world, 'countyOfficial', rows, { dryRun: true, accept: [4] })
    expect(report.counts).toEqual({ new: 1, changed: 1, same: 1, doubtful: 1, written: 0 })
    expect(report.id).toBeUndefined()
    expect(report.changes.map(({ kind }) => kind)).toEqual(['same', 'changed', 'new', 'doubtful'])
    expect(await dump(world)).toBe(before)
    expect((await world.ask('countyOfficial', 'listImports')).imports).toEqual([])
    await world.close()
  })

  it('writes what is new and changed, and a doubtful row only when it was accepted', async () => {
    const world = await server.open()
    const rows = [
      rowOf('ours', { name: '示例改名有限公司' }),
      rowOf('beside', { size: '大型', contact: { name: '示例新联系人' } }),
      newRow(1, { liaison: { name: '示例新服务员', phone: '13800000123' }, listedOn: '2025-01-01' }),
      newRow(2, { county: undefined } as unknown as Partial<RosterRow>),
    ].map((row) => JSON.parse(JSON.stringify(row)) as RosterRow)
    // Row 1 is renamed and row 4 has no county: both doubtful; only the first is accepted, by the one who may see both.
    const report = await importRows(world, 'cityOfficial', rows, { accept: [1] })
    expect(report.counts).toEqual({ new: 1, changed: 1, same: 0, doubtful: 2, written: 3 })
    const firms = await pullAll(world, 'cityOfficial')
    expect(firms.get(firmId('ours'))).toMatchObject({ name: '示例改名有限公司', version: 2 })
    expect(firms.get(firmId('beside'))).toMatchObject({
      size: '大型',
      contact: { name: '示例新联系人', phone: '139****0001' },
      liaisons: [{ id: liaisonId('nextLiaison') }],
    })
    const added = [...firms.values()].find(({ creditCode }) => creditCode === newCode(1))!
    expect(added).toMatchObject({
      version: 1,
      county: PLACES.county,
      listedOn: '2025-01-01',
      liaisons: [{ name: '示例新服务员', phone: '138****0123' }],
    })
    expect([...firms.values()].map(({ creditCode }) => creditCode)).not.toContain(newCode(2))
    expect((await world.ask('cityOfficial', 'listImports')).imports).toMatchObject([
      { id: report.id, file: '名录.xlsx', written: 3, by: '示例cityOfficial' },
    ])
    // The same table once more changes nothing.
    const again = await importRows(world, 'cityOfficial', rows.slice(0, 3))
    expect(again.counts).toEqual({ new: 0, changed: 0, same: 3, doubtful: 0, written: 0 })
    await world.close()
  })

  it('one firm with two liaisons in a table stays a firm with two, for the list of those', async () => {
    const world = await server.open()
    const people = ['示例服务员子', '示例服务员丑'].map((name, turn) => ({ name, phone: `1380000020${turn}` }))
    const rows = people.map((liaison) => newRow(3, { liaison }))
    const report = await importRows(world, 'countyOfficial', rows, { accept: [1, 2] })
    expect(report.counts).toMatchObject({ doubtful: 2, written: 1 })
    expect(report.changes[0]!.doubts.join()).toContain('2 名联系人')
    const firm = [...(await pullAll(world, 'countyOfficial')).values()].find((one) => one.creditCode === newCode(3))!
    expect(firm.liaisons.map(({ name }) => name).sort()).toEqual(people.map(({ name }) => name).sort())
    // Assigning one ends both.
    const assigned = await world.ask('countyOfficial', 'assignLiaison', {
      params: { id: firm.id },
      body: { liaison: liaisonId('liaison') },
    })
    expect(assigned.liaisons.map(({ id }) => id)).toEqual([liaisonId('liaison')])
    const open = await world.query('select 1 from hub.assignment where enterprise = $1 and to_at is null', [firm.id])
    expect(open).toHaveLength(1)
    await world.close()
  })

  it('a person of one name and phone is one liaison, of two phones two', async () => {
    const world = await server.open()
    const liaison = { name: '示例同名', phone: '13800000300' }
    await importRows(world, 'countyOfficial', [newRow(4, { liaison }), newRow(5, { liaison })])
    await importRows(world, 'countyOfficial', [newRow(6, { liaison: { ...liaison, phone: '13800000301' } })], {
      accept: [1],
    })
    const { liaisons } = await world.ask('countyOfficial', 'listLiaisons')
    const same = liaisons.filter(({ name }) => name === '示例同名')
    expect(same.map(({ firms }) => firms).sort()).toEqual([1, 2])
    await world.close()
  })

  it('a move to another county takes the row along, and the old county is told to forget it', async () => {
    const world = await server.open()
    const { cursor } = await world.ask('countyOfficial', 'listEnterprises')
    const report = await importRows(world, 'cityOfficial', [rowOf('ours', { county: PLACES.nextCounty })])
    expect(report.counts).toMatchObject({ changed: 1, written: 1 })
    const page = await world.ask('countyOfficial', 'listEnterprises', { query: { since: cursor } })
    expect(page.gone).toEqual([firmId('ours')])
    expect(page.total).toBe(2)
    expect([...(await pullAll(world, 'nextCountyOfficial')).keys()].sort()).toEqual(
      [firmId('neighbour'), firmId('ours')].sort(),
    )
    // The city never lost it, and its liaison goes on looking after it.
    expect((await pullAll(world, 'cityOfficial')).size).toBe(5)
    expect([...(await pullAll(world, 'liaison')).keys()]).toEqual([firmId('ours')])
    // A table without counties leaves it where it is; one that names another city takes it out of the county.
    const { county: _county, ...unplaced } = rowOf('ours', { scaleYear: 2024 })
    await importRows(world, 'cityOfficial', [unplaced])
    expect((await pullAll(world, 'nextCountyOfficial')).get(firmId('ours'))).toMatchObject({
      county: PLACES.nextCounty,
      scaleYear: 2024,
    })
    await importRows(world, 'regionOfficial', [{ ...unplaced, city: PLACES.nextCity }], { accept: [1] })
    const moved = (await pullAll(world, 'nextCityOfficial')).get(firmId('ours'))!
    expect(moved.city).toBe(PLACES.nextCity)
    expect(moved).not.toHaveProperty('county')
    expect((await pullAll(world, 'cityOfficial')).has(firmId('ours'))).toBe(false)
    await world.close()
  })

  it('rows that waited for another transaction carry the time of the end: no cursor runs past them', async () => {
    const world = await server.open()
    const holder = new pg.Client({ connectionString: world.url })
    await holder.connect()
    await holder.query('begin')
    await holder.query('select 1 from hub.enterprise where id = $1 for update', [firmId('ours')])
    const importing = importRows(world, 'countyOfficial', [
      rowOf('beside', { size: '大型' }),
      rowOf('ours', { size: '大型' }),
    ])
    await new Promise((settle) => setTimeout(settle, 400))
    const released = Date.now()
    await holder.query('commit')
    await holder.end()
    await importing
    const firms = await pullAll(world, 'countyOfficial')
    for (const firm of ['ours', 'beside'] as const)
      expect(Date.parse(firms.get(firmId(firm))!.changedAt)).toBeGreaterThanOrEqual(released - 50)
    await world.close()
  })

  it('whoever imports the same new firms at the same time, or twice, lists them once', async () => {
    const world = await server.open()
    for (let round = 0; round < 6; round++) {
      const rows = Array.from({ length: 20 }, (_, turn) => newRow(500 + round * 20 + turn))
      const answers = await Promise.all(
        (['countyOfficial', 'cityOfficial', 'countyOfficial'] as const).map((asker) =>
          world.call(asker, 'importRoster', { body: { file: 'a.csv', dryRun: false, accept: [], rows } }),
        ),
      )
      // The others find all of it there, or are told to look again.
      const written = answers
        .filter(({ statusCode }) => statusCode === 200)
        .map((answer) => answer.json<Report>().counts.written)
      expect(written.filter((count) => count > 0)).toEqual([20])
      expect(answers.map(outcomeOf).filter((outcome) => outcome !== '200' && outcome !== '409 hub.conflict')).toEqual(
        [],
      )
      const listed = await world.query('select 1 from hub.enterprise where credit_code = any ($1)', [
        rows.map(({ creditCode }) => creditCode),
      ])
      expect(listed).toHaveLength(20)
    }
    await world.close()
  })
})

describe('撤销导入', () => {
  it('puts everything back, and whoever pulled in between ends where he began', async () => {
    const world = await server.open()
    const liaison = { name: '示例新服务员', phone: '13800000123' }
    const before = new Map([...(await pullAll(world, 'regionOfficial'))].map(([id, firm]) => [id, strip(firm)]))
    const { id } = await importRows(
      world,
      'regionOfficial',
      [
        rowOf('ours', { name: '示例改名有限公司', liaison }),
        rowOf('beside', { ...locationOf('farCounty'), contact: { name: '示例甲', phone: '13800000999' } }),
        rowOf('neighbour', { isAboveScale: false, listedOn: '2020-02-02' }),
        newRow(8, { liaison }),
      ],
      { accept: [1, 2, 3, 4] },
    )
    expect((await pullAll(world, 'regionOfficial')).size).toBe(7)
    const undone = await world.ask('regionOfficial', 'undoImport', { params: { id: id! } })
    expect(undone).toEqual({ undone: 4, kept: [] })
    const after = new Map([...(await pullAll(world, 'regionOfficial'))].map(([key, firm]) => [key, strip(firm)]))
    expect(after).toEqual(before)
    expect([...(await pullAll(world, 'liaison')).keys()]).toEqual([firmId('ours')])
    // Once is enough, and it is told in the record.
    const again = await world.call('regionOfficial', 'undoImport', { params: { id: id! } })
    expect(outcomeOf(again)).toBe('409 roster.importUndone')
    expect((await world.ask('regionOfficial', 'listImports')).imports[0]!.undoneAt).toBeDefined()
    // The firm may be listed again, under the same number.
    const listed = await importRows(world, 'regionOfficial', [newRow(8)])
    expect(listed.counts.written).toBe(1)
    await world.close()
  })

  it('leaves what somebody changed since, and firms that joined, and names them', async () => {
    const world = await server.open()
    const { id } = await importRows(world, 'countyOfficial', [
      rowOf('ours', { size: '大型' }),
      rowOf('beside', { size: '大型' }),
      newRow(9),
      newRow(10),
    ])
    await world.ask('countyOfficial', 'changeEnterprise', {
      params: { id: firmId('ours') },
      body: { version: 2, note: '改过' },
    })
    await world.query('update hub.enterprise set joined_at = now() where credit_code = $1', [newCode(9)])
    const { undone, kept } = await world.ask('countyOfficial', 'undoImport', { params: { id: id! } })
    expect(undone).toBe(2)
    expect(kept).toEqual([
      { name: nameOf('ours'), why: '导入之后又改过' },
      { name: '示例新企业9', why: '企业已经加入或报送' },
    ])
    const firms = await pullAll(world, 'countyOfficial')
    expect(firms.get(firmId('ours'))).toMatchObject({ size: '大型', note: '改过' })
    expect(firms.get(firmId('beside'))!.size).toBe('中型')
    const codes = [...firms.values()].map(({ creditCode }) => creditCode)
    expect([codes.includes(newCode(9)), codes.includes(newCode(10))]).toEqual([true, false])
    await world.close()
  })

  it('a firm whose former liaison has ended is kept and named; the rest goes back', async () => {
    const world = await server.open()
    const { id } = await importRows(world, 'countyOfficial', [
      rowOf('ours', { liaison: { name: '示例接手人', phone: '13800000400' } }),
      rowOf('beside', { size: '大型' }),
    ])
    await world.ask('countyOfficial', 'saveLiaison', {
      params: { id: liaisonId('liaison') },
      body: { name: '示例', area: PLACES.county, isActive: false },
    })
    const { undone, kept } = await world.ask('countyOfficial', 'undoImport', { params: { id: id! } })
    expect(undone).toBe(1)
    expect(kept).toEqual([{ name: nameOf('ours'), why: '原来的联系人已停用' }])
    expect((await pullAll(world, 'countyOfficial')).get(firmId('beside'))!.size).toBe('中型')
    await world.close()
  })

  it('liaisons whom the import made are out of service again; who has another firm since stays', async () => {
    const world = await server.open()
    const named = (name: string, phone: string) => ({ liaison: { name, phone } })
    const { id } = await importRows(world, 'countyOfficial', [
      newRow(12, named('示例多余服务员', '13800000501')),
      newRow(13, named('示例留任服务员', '13800000502')),
      rowOf('ours', named('示例接手人', '13800000503')),
      // Known before: not of the import's making.
      rowOf('beside', named('示例服务员liaison', '13800000000')),
    ])
    const listed = async (): Promise<ReadonlyMap<string, { readonly id: string; readonly isActive: boolean }>> =>
      new Map((await world.ask('countyOfficial', 'listLiaisons')).liaisons.map((one) => [one.name, one]))
    const stays = (await listed()).get('示例留任服务员')!
    await world.ask('countyOfficial', 'assignLiaison', {
      params: { id: firmId('lonely') },
      body: { liaison: stays.id },
    })
    expect(await world.ask('countyOfficial', 'undoImport', { params: { id: id! } })).toMatchObject({
      undone: 4,
      kept: [],
    })
    const after = await listed()
    const active = (name: string): boolean | undefined => after.get(name)?.isActive
    expect(['示例多余服务员', '示例留任服务员', '示例接手人', '示例服务员liaison'].map(active)).toEqual([
      false,
      true,
      false,
      true,
    ])
    // The same table once more finds nobody of that name in service and makes him anew.
    await importRows(world, 'countyOfficial', [newRow(12, named('示例多余服务员', '13800000501'))])
    expect(
      (await world.ask('countyOfficial', 'listLiaisons')).liaisons.filter((one) => one.name === '示例多余服务员'),
    ).toHaveLength(2)
    await world.close()
  })

  it('two who undo one import at once: it is undone once', async () => {
    const world = await server.open()
    const { id } = await importRows(world, 'countyOfficial', [rowOf('ours', { size: '大型' }), newRow(11)])
    const answers = await Promise.all(
      (['countyOfficial', 'cityOfficial', 'regionOfficial'] as const).map((asker) =>
        world.call(asker, 'undoImport', { params: { id: id! } }),
      ),
    )
    expect(answers.map(outcomeOf).sort()).toEqual(['200', '409 roster.importUndone', '409 roster.importUndone'])
    await world.close()
  })
})

/** Of a row what an undo puts back: not how often and when it was written. */
function strip({ version: _version, changedAt: _changedAt, assignedAt: _assignedAt, ...rest }: Enterprise): object {
  return rest
}

describe('诊断工作联系人', () => {
  it('one who still has firms is not ended; a new name and number reach the firms’ rows', async () => {
    const world = await server.open()
    const save = (body: object) =>
      world.call('countyOfficial', 'saveLiaison', {
        params: { id: liaisonId('liaison') },
        body: { name: '示例新名', area: PLACES.county, isActive: true, ...body },
      })
    const refused = await save({ isActive: false })
    expect(outcomeOf(refused)).toBe('409 liaison.hasFirms')
    expect(refused.json<{ error: { details: object } }>().error.details).toEqual({ count: 1 })
    expect((await save({ phone: '13911110000' })).json()).toMatchObject({
      name: '示例新名',
      phone: '139****0000',
      firms: 1,
    })
    // A mask that comes back leaves the number as it is.
    await save({ phone: '139****0000', unit: '示例单位' })
    const { liaisons } = await world.ask('countyOfficial', 'readPhones', { params: { id: firmId('ours') } })
    expect(liaisons).toEqual([{ id: liaisonId('liaison'), phone: '13911110000' }])
    expect((await pullAll(world, 'countyOfficial')).get(firmId('ours'))!.liaisons).toEqual([
      { id: liaisonId('liaison'), name: '示例新名', phone: '139****0000' },
    ])
    await world.ask('countyOfficial', 'assignLiaison', { params: { id: firmId('ours') }, body: { liaison: null } })
    expect(outcomeOf(await save({ isActive: false }))).toBe('200')
    const assign = await world.call('countyOfficial', 'assignLiaison', {
      params: { id: firmId('ours') },
      body: { liaison: liaisonId('liaison') },
    })
    expect(outcomeOf(assign)).toBe('422 liaison.notActive')
    await world.close()
  })

  it('two officials who change one row at once: one is told to look again', async () => {
    const world = await server.open()
    const answers = await Promise.all(
      (['countyOfficial', 'cityOfficial', 'regionOfficial'] as const).map((asker) =>
        world.call(asker, 'changeEnterprise', { params: { id: firmId('ours') }, body: { version: 1, note: asker } }),
      ),
    )
    expect(answers.map(outcomeOf).sort()).toEqual(['200', '409 hub.conflict', '409 hub.conflict'])
    await world.close()
  })
})

/** A browser's copy of its scope, kept the way the program keeps it: gone first, then rows, page by page. */
interface Copy {
  readonly rows: Map<string, Enterprise>
  cursor: string | undefined
  isMidway: boolean
}

const WATCHERS = [
  'regionOfficial',
  'cityOfficial',
  'nextCityOfficial',
  'countyOfficial',
  'nextCountyOfficial',
  'liaison',
  'nextLiaison',
  'farLiaison',
  'ours',
] as const satisfies readonly AskerName[]

async function pull(world: World, watcher: AskerName, copy: Copy, limit: number, mostPages: number): Promise<void> {
  for (let page = 0; page < mostPages; page++) {
    const answer = await world.ask(watcher, 'listEnterprises', {
      query: { limit: String(limit), ...(copy.cursor === undefined ? {} : { since: copy.cursor }) },
    })
    for (const id of answer.gone) copy.rows.delete(id)
    for (const firm of answer.enterprises) copy.rows.set(firm.id, firm)
    copy.cursor = answer.cursor
    copy.isMidway = answer.more
    if (!answer.more) {
      // The last guard of the program is not needed here.
      expect(copy.rows.size, watcher).toBe(answer.total)
      return
    }
  }
}

type Step =
  | { readonly kind: 'assign'; readonly firm: number; readonly liaison: number }
  | { readonly kind: 'move'; readonly firm: number; readonly place: number }
  | { readonly kind: 'note' | 'progress' | 'submit' | 'return' | 'leave'; readonly firm: number }
  | { readonly kind: 'add'; readonly number: number; readonly liaison: number }
  | { readonly kind: 'undo' | 'hour' }
  | { readonly kind: 'rename'; readonly liaison: number }
  | { readonly kind: 'pull'; readonly watcher: number; readonly limit: number; readonly pages: number }

const number = (most: number) => fc.integer({ min: 0, max: most })
const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('assign' as const), firm: number(4), liaison: number(3) }),
  fc.record({ kind: fc.constant('move' as const), firm: number(4), place: number(3) }),
  fc.record({
    kind: fc.constantFrom('note' as const, 'progress' as const, 'submit' as const, 'return' as const, 'leave' as const),
    firm: number(4),
  }),
  fc.record({ kind: fc.constant('add' as const), number: number(3), liaison: number(3) }),
  fc.record({ kind: fc.constantFrom('undo' as const, 'hour' as const) }),
  fc.record({ kind: fc.constant('rename' as const), liaison: number(2) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pull' as const),
      watcher: number(WATCHERS.length - 1),
      limit: fc.integer({ min: 1, max: 4 }),
      pages: fc.integer({ min: 1, max: 12 }),
    }),
  },
)

const MOVING = ['ours', 'beside', 'neighbour', 'cityOnly', 'foreign'] as const satisfies readonly (FirmName &
  AskerName)[]
const STOPS = ['county', 'nextCounty', 'farCounty', 'city'] as const satisfies readonly Place[]
const PEOPLE = Object.keys(LIAISONS) as LiaisonName[]

async function take(world: World, step: Step, copies: readonly Copy[], renamed: { turn: number }): Promise<void> {
  const asRegion = <Result>(work: Promise<Result>): Promise<Result> => work
  const versionOf = async (firm: FirmName): Promise<number> =>
    (await world.query<{ version: number }>('select version from hub.enterprise where id = $1', [firmId(firm)]))[0]!
      .version
  const personOf = (turn: number): string | null => (PEOPLE[turn] === undefined ? null : liaisonId(PEOPLE[turn]))
  renamed.turn += 1
  switch (step.kind) {
    case 'assign':
      await asRegion(
        world.ask('regionOfficial', 'assignLiaison', {
          params: { id: firmId(MOVING[step.firm]!) },
          body: { liaison: personOf(step.liaison) },
        }),
      )
      return
    case 'move':
      await importRows(
        world,
        'regionOfficial',
        [rowOf(MOVING[step.firm]!, { ...locationOf(STOPS[step.place]!), scaleYear: 2000 + renamed.turn })].map(
          (row) => {
            const { county, ...rest } = row
            return STOPS[step.place] === 'city' || county === undefined ? rest : { ...rest, county }
          },
        ),
        { accept: [1] },
      )
      return
    case 'note':
      await world.ask('regionOfficial', 'changeEnterprise', {
        params: { id: firmId(MOVING[step.firm]!) },
        body: { version: await versionOf(MOVING[step.firm]!), note: `第 ${renamed.turn} 次` },
      })
      return
    case 'leave':
      await world.ask('regionOfficial', 'changeEnterprise', {
        params: { id: firmId(MOVING[step.firm]!) },
        body: {
          version: await versionOf(MOVING[step.firm]!),
          leave: renamed.turn % 2 === 0 ? null : { reason: '停产', note: '证明', on: '2026-06-01' },
        },
      })
      return
    case 'progress':
      await world.ask(MOVING[step.firm]!, 'tellProgress', { body: { answered: renamed.turn, asked: 75 } })
      return
    case 'submit':
      expect((await world.submit(MOVING[step.firm]!, aSubmission(MOVING[step.firm]!))).statusCode).toBe(201)
      return
    case 'return': {
      const [newest] = await world.query<{ id: string }>(
        'select id from hub.submission where enterprise = $1 order by received_at desc limit 1',
        [firmId(MOVING[step.firm]!)],
      )
      if (newest !== undefined)
        await world.call('regionOfficial', 'returnSubmission', {
          params: { id: newest.id, revision: 1 },
          body: { reason: '请核对' },
        })
      return
    }
    case 'add': {
      const person = PEOPLE[step.liaison]
      await importRows(world, 'regionOfficial', [
        newRow(100 + step.number, {
          size: renamed.turn % 2 === 0 ? '小型' : '中型',
          ...(person === undefined
            ? {}
            : { liaison: { name: `示例服务员${person}`, phone: `1380000000${PEOPLE.indexOf(person)}` } }),
        }),
      ])
      return
    }
    case 'undo': {
      const { imports } = await world.ask('regionOfficial', 'listImports')
      const last = imports.find(({ undoneAt }) => undoneAt === undefined)
      if (last !== undefined) await world.ask('regionOfficial', 'undoImport', { params: { id: last.id } })
      return
    }
    case 'rename':
      await world.ask('regionOfficial', 'saveLiaison', {
        params: { id: liaisonId(PEOPLE[step.liaison]!) },
        body: {
          name: `示例服务员${PEOPLE[step.liaison]!}`,
          unit: `${renamed.turn}`,
          phone: `1380000000${step.liaison}`,
          area: PLACES[LIAISONS[PEOPLE[step.liaison]!]],
          isActive: true,
        },
      })
      return
    case 'hour': {
      // All that was written is an hour old, and so are the cursors: nothing comes again only because it is fresh.
      await world.query(`update hub.enterprise set changed_at = changed_at - interval '1 hour'`)
      await world.query(`update hub.departure set at = at - interval '1 hour'`)
      for (const copy of copies) {
        copy.cursor = copy.cursor?.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) =>
          new Date(Date.parse(time) - 3_600_000).toISOString(),
        )
        for (const [id, firm] of copy.rows)
          copy.rows.set(id, {
            ...firm,
            changedAt: new Date(Date.parse(firm.changedAt) - 3_600_000).toISOString(),
          })
      }
      return
    }
    case 'pull':
      await pull(world, WATCHERS[step.watcher]!, copies[step.watcher]!, step.limit, step.pages)
      return
  }
}

describe('增量拉取', () => {
  it('a copy kept by pages is what a fresh pull gives, whatever happens between and during them', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { minLength: 8, maxLength: 40 }), async (steps) => {
        const world = await server.open()
        try {
          const copies: readonly Copy[] = WATCHERS.map(() => ({ rows: new Map(), cursor: undefined, isMidway: false }))
          const renamed = { turn: 0 }
          // Half of them have a copy already, an hour old, when it begins.
          for (const [turn, watcher] of WATCHERS.entries())
            if (turn % 2 === steps.length % 2) await pull(world, watcher, copies[turn]!, 100, 1)
          await take(world, { kind: 'hour' }, copies, renamed)
          for (const step of steps) await take(world, step, copies, renamed)
          for (const [turn, watcher] of WATCHERS.entries()) {
            const copy = copies[turn]!
            await pull(world, watcher, copy, 2, 1000)
            const fresh = await pullAll(world, watcher)
            expect(new Map([...copy.rows].sort()), watcher).toEqual(new Map([...fresh].sort()))
          }
        } finally {
          await world.close()
        }
      }),
      { numRuns: Number(process.env['PULLS'] ?? 8), endOnFailure: true },
    )
  })

  it('pages of one row come to an end, each row once, also when many have one time', async () => {
    const world = await server.open()
    await world.query(`update hub.enterprise set changed_at = timestamptz '2026-01-01 00:00:00.123+00'`)
    await world.submit('ours', aSubmission('ours'))
    await world.ask('beside', 'tellProgress', { body: { answered: 1, asked: 75 } })
    await importRows(world, 'regionOfficial', [rowOf('neighbour', { size: '大型' })])
    // A cursor keeps milliseconds: a row with more would come again and again.
    const finer = await world.query(
      `select id from hub.enterprise where changed_at <> date_trunc('milliseconds', changed_at)`,
    )
    expect(finer).toEqual([])
    const seen: string[] = []
    let cursor: string | undefined
    for (let page = 0; page < 20; page++) {
      const answer = await world.ask('regionOfficial', 'listEnterprises', {
        query: { limit: '1', ...(cursor === undefined ? {} : { since: cursor }) },
      })
      seen.push(...answer.enterprises.map(({ id }) => id))
      cursor = answer.cursor
      if (!answer.more) break
    }
    expect([...seen].sort()).toEqual(FIRM_NAMES.map(firmId).sort())
    await world.close()
  })

  it('a row that was being written while slow pages were fetched comes with the next pull', async () => {
    const world = await server.open()
    const holder = new pg.Client({ connectionString: world.url })
    await holder.connect()
    // Begun before the first page; every row the pages show is younger than it.
    await holder.query('begin')
    await holder.query(
      `update hub.enterprise set note = 'late', changed_at = date_trunc('milliseconds', clock_timestamp()) where id = $1`,
      [firmId('lonely')],
    )
    await new Promise((settle) => setTimeout(settle, 5))
    for (const firm of ['ours', 'beside', 'neighbour'] as const)
      await world.ask(firm, 'tellProgress', { body: { answered: 1, asked: 75 } })
    const copy: Copy = { rows: new Map(), cursor: undefined, isMidway: false }
    await pull(world, 'regionOfficial', copy, 4, 1)
    // Ten minutes over a bad line: the same, seen from the other end.
    const shift = (text: string): string =>
      text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (time) => new Date(Date.parse(time) - 600_000).toISOString())
    await holder.query('commit')
    await holder.end()
    await world.query(`update hub.enterprise set changed_at = changed_at - interval '10 minutes'`)
    copy.cursor = shift(copy.cursor!)
    for (let pages = 0; pages < 10 && copy.isMidway; pages++) await pull(world, 'regionOfficial', copy, 2, 1)
    await pull(world, 'regionOfficial', copy, 100, 10)
    expect(copy.rows.get(firmId('lonely'))?.note).toBe('late')
    await world.close()
  })
})
