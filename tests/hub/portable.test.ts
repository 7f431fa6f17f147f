// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHubServer, type HubServer, type World } from '../support/hub'

const HUB = resolve(import.meta.dirname, '../../hub')

/** What Citus, YugabyteDB and their kin lack or do otherwise, as it looks in SQL. */
const FORBIDDEN: Readonly<Record<string, RegExp>> = {
  'a serial number of the database':
    /\b(small|big)?serial\d?\b|\bas\s+identity\b|\bsequence\b|\b(next|curr|set|last)val\s*\(/i,
  'LISTEN and NOTIFY': /\blisten\s+["a-z]|\bunlisten\b|\bnotify\s+["a-z]|\bpg_notify\b/i,
  'advisory locks': /\bpg_(try_)?advisory/i,
  'deferred constraints': /\bdeferrable\b|\binitially\s+deferred\b/i,
  extensions: /\bcreate\s+extension\b|\bgen_salt\b|\buuid_generate/i,
  'grouping sets': /\brollup\s*\(|\bcube\s*\(|\bgrouping\s+sets\b/i,
  'materialized views': /\bmaterialized\b/i,
  triggers: /\bcreate\s+(or\s+replace\s+)?(constraint\s+)?trigger\b|\bevent\s+trigger\b|\breturns\s+trigger\b/i,
  'rules and inheritance': /\bcreate\s+(or\s+replace\s+)?rule\b|\binherits\s*\(/i,
  'exclusion constraints and ranges': /\bexclude\s+using\b|\btstzrange\b|\bdaterange\b|\bint\dmultirange\b/i,
  'stored generated columns': /\bgenerated\s+always\s+as\s*\(/i,
  domains: /\bcreate\s+domain\b/i,
  'recursive queries': /\bwith\s+recursive\b/i,
  'temporary and unlogged tables': /\bcreate\s+(global\s+|local\s+)?(temp|temporary|unlogged)\b/i,
  'merge and xml': /\bmerge\s+into\b|\bxml\w+\s*\(/i,
}

/** Without comments, in which these words may stand. */
function readCode(path: string): string {
  return readFileSync(path, 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*(\/\/|--).*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '')
}

function findForbidden(code: string): readonly string[] {
  return Object.entries(FORBIDDEN).flatMap(([what, pattern]) => {
    const found = pattern.exec(code)
    return found === null ? [] : [`${what}: ${found[0]}`]
  })
}

const files = [
  ...readdirSync(HUB)
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(HUB, name)),
  ...readdirSync(join(HUB, 'migrations')).map((name) => join(HUB, 'migrations', name)),
]

describe('the SQL of the hub', () => {
  it.each(files.map((path) => [path.slice(HUB.length + 1), path]))('%s has nothing that a cluster lacks', (_, path) => {
    expect(findForbidden(readCode(path))).toEqual([])
  })

  it.each([
    ['create table a (id bigserial primary key)'],
    ['create table a (id int generated always as identity)'],
    ["select nextval('a')"],
    ['LISTEN changes'],
    ['notify changes'],
    ["select pg_notify('a', 'b')"],
    ['select pg_try_advisory_xact_lock(1)'],
    ['references b (id) deferrable initially deferred'],
    ['create extension pgcrypto'],
    ['group by rollup (a, b)'],
    ['GROUP BY GROUPING SETS ((a), (b))'],
    ['create materialized view a as select 1'],
    ['create trigger a before insert on b execute function c()'],
    ['exclude using gist (a with &&)'],
    ['with recursive a as (select 1)'],
    ['create unlogged table a ()'],
  ])('a planted one is found: %s', (sql) => {
    expect(findForbidden(`const text = \`${sql}\``)).toHaveLength(1)
  })

  it('words of the program are no SQL', () => {
    expect(
      findForbidden('await app.listen({ port }); serialize(); notifyAll(); const cube = 3; trigger.fire()'),
    ).toEqual([])
  })
})

describe('the schema as it stands', () => {
  let server: HubServer
  let world: World
  beforeAll(async () => {
    server = await startHubServer()
    world = await server.openEmpty()
  })
  afterAll(() => server.stop())

  const none = async (sql: string): Promise<void> => expect(await world.query(sql)).toEqual([])

  it('has no sequence, trigger, materialized view, deferred constraint, generated column or extension', async () => {
    await none(`select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'hub' and c.relkind in ('S', 'm', 'f', 'p')`)
    await none(`select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid
      join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'hub' and not t.tgisinternal`)
    await none(`select o.conname from pg_constraint o join pg_namespace n on n.oid = o.connamespace
      where n.nspname = 'hub' and (o.condeferrable or o.contype = 'x')`)
    await none(`select attname from pg_attribute a join pg_class c on c.oid = a.attrelid
      join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'hub' and c.relkind = 'r' and (a.attidentity <> '' or a.attgenerated <> '')`)
    await none(`select extname from pg_extension where extname <> 'plpgsql'`)
  })

  it('every table has a primary key, and what belongs to a firm has the firm in front of it', async () => {
    const keys = await world.query<{ name: string; first: string | null; hasFirm: boolean }>(
      `select c.relname as name,
        (select a.attname from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
          where i.indrelid = c.oid and i.indisprimary) as first,
        exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'enterprise' and a.attnotnull) as "hasFirm"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'hub' and c.relkind = 'r' and c.relname not like 'kysely%' order by 1`,
    )
    expect(keys.filter(({ first }) => first === null)).toEqual([])
    const ofFirms = keys.filter(({ hasFirm }) => hasFirm)
    expect(ofFirms.map(({ name }) => name)).toEqual([
      'assignment',
      'departure',
      'erased_submission',
      'submission',
      'submission_return',
    ])
    expect(ofFirms.filter(({ first }) => first !== 'enterprise')).toEqual([])
  })

  it('unique keys of what is spread over servers hold the firm; no foreign key leads from or to it', async () => {
    const spread = ['enterprise', 'assignment', 'departure', 'erased_submission', 'submission', 'submission_return']
    const foreign = await world.query<{ from: string; to: string }>(
      `select c.relname as from, f.relname as to from pg_constraint o join pg_class c on c.oid = o.conrelid
       join pg_class f on f.oid = o.confrelid join pg_namespace n on n.oid = o.connamespace
       where n.nspname = 'hub' and o.contype = 'f'`,
    )
    expect(foreign.filter(({ from, to }) => spread.includes(from) || spread.includes(to))).toEqual([])
    const unique = await world.query<{ name: string; columns: string }>(
      `select c.relname as name, (select string_agg(a.attname, ' ') from pg_attribute a
         where a.attrelid = c.oid and a.attnum = any (i.indkey)) as columns
       from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = 'hub' and i.indisunique`,
    )
    for (const { name, columns } of unique.filter((one) => spread.includes(one.name)))
      expect(columns.split(' '), name).toContain(name === 'enterprise' ? 'id' : 'enterprise')
  })
})
