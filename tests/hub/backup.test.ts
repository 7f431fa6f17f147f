// @vitest-environment node
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { noteAudit, sealAudit, verifyChain } from '../../hub/audit.ts'
import { ContentDigest, type Manifest, saveBackup } from '../../hub/backup.ts'
import { openDatabase } from '../../hub/database.ts'
import { restoreBackup } from '../../hub/restore.ts'
import { startTestDatabase, type TestDatabase } from '../support/postgres.ts'

let server: TestDatabase
let filled: string
let folder: string
const folders: string[] = []

const FIRMS = 1000
/** Everything that text can be: line ends of other alphabets, quotes, backslashes, plane 1, no text at all. */
const HARD = ['a\u2028b\u2029c\u0085d', 'line\nline\r\n\ttab', `"'\\\\ $1 {}`, '𠮷野家', '', ' ', '\u0001', '[null]']

async function query<Row extends object>(
  url: string,
  sql: string,
  values: readonly unknown[] = [],
): Promise<readonly Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(sql, [...values])).rows
  } finally {
    await client.end()
  }
}

function aFolder(): string {
  const made = mkdtempSync(join(tmpdir(), 'shidang-backup-'))
  folders.push(made)
  return made
}

function readManifest(from: string): Manifest {
  return JSON.parse(readFileSync(join(from, 'manifest.json'), 'utf8')) as Manifest
}

/** A database as a hub leaves it after some weeks, made by plain SQL. */
async function fill(url: string): Promise<void> {
  const database = await openDatabase(url, () => undefined)
  await query(
    url,
    `INSERT INTO hub.liaison (id, name, phone, unit, area, path, is_active) VALUES ('l1', '示例联系人', '13800000000', NULL, '450100', '450000/450100/', true)`,
  )
  await query(
    url,
    `INSERT INTO hub.account (id, login, name, role, liaison, password_hash, password_at, must_change)
     VALUES ('a1', 'example', '示例', 'liaison', 'l1', 'x', '2026-11-21 01:02:03.456789+08', false)`,
  )
  await query(url, `INSERT INTO hub.session VALUES ('t1', 'a1', now(), now(), now() + interval '1 hour', true)`)
  await query(
    url,
    `INSERT INTO hub.enterprise (id, version, changed_at, path, credit_code, name, city, county, is_above_scale, scale_year, listed_on, note)
     SELECT 'e' || g, 1, timestamptz '2026-01-01 00:00:00.000001+00' + g * interval '1 second', '450000/450100/', 'c' || g, $1 || g, '450100',
       CASE g % 2 WHEN 0 THEN NULL ELSE '450103' END, g % 3 = 0, 2025, date '2026-03-31', ($2::text[])[g % ${HARD.length} + 1]
     FROM generate_series(1, ${FIRMS}) g`,
    ['示例企业', HARD],
  )
  await query(
    url,
    `INSERT INTO hub.submission SELECT 'e' || g, 's' || g, 1, 'k', md5(g::text), (SELECT string_agg(md5(g::text || h), '') FROM generate_series(1, 200) h), '{}', '{}', now()
     FROM generate_series(1, ${FIRMS}) g`,
  )
  for (let turn = 0; turn < 3; turn += 1) {
    await database.asHub((db, now) => noteAudit(db, now, { action: 'session.opened', actor: 'a1', detail: { turn } }))
    await sealAudit(database)
  }
  await database.close()
}

beforeAll(async () => {
  server = await startTestDatabase()
  filled = await server.createDatabase()
  await fill(filled)
  folder = join(aFolder(), 'first')
  await saveBackup(filled, folder)
}, 120_000)

afterEach(() => {
  for (const made of folders.splice(1)) rmSync(made, { recursive: true, force: true })
})

afterAll(async () => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
  await server.stop()
}, 120_000)

describe('a backup', () => {
  it('holds every table but sessions, lock-outs and the list of migrations, and files only its owner reads', async () => {
    const tables = (
      await query<{ name: string }>(
        filled,
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'hub' ORDER BY 1`,
      )
    ).map(({ name }) => name)
    const manifest = readManifest(folder)
    const left = ['attempt', 'kysely_migration', 'kysely_migration_lock', 'session']
    expect([...manifest.tables.map(({ name }) => name), ...left].sort()).toEqual([...tables].sort())
    expect(readdirSync(folder).sort()).toEqual(['manifest.json', ...manifest.tables.map(({ file }) => file)].sort())
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    expect(manifest.tables.find(({ name }) => name === 'enterprise')?.rows).toBe(FIRMS)
    // The end of the audit chain, as the database has it.
    const [last] = await query<{ hash: string }>(
      filled,
      'SELECT hash FROM hub.audit_block ORDER BY number DESC LIMIT 1',
    )
    expect(manifest.auditHead).toBe(last?.hash)
  })

  it('can be read without this program: one JSON array of texts a line', () => {
    const entry = readManifest(folder).tables.find(({ name }) => name === 'account')!
    const lines = gunzipSync(readFileSync(join(folder, entry.file)))
      .toString('utf8')
      .trim()
      .split('\n')
    const row = JSON.parse(lines[0]!) as readonly (string | null)[]
    const read = (column: string): string | null | undefined => row[entry.columns.indexOf(column)]
    // 01:02:03 in UTC+8 is 17:02:03 of the day before.
    expect([read('login'), read('password_at'), read('area')]).toEqual([
      'example',
      '2026-11-20 17:02:03.456789+00',
      null,
    ])
  })

  it('shows one moment, while the hub goes on writing', async () => {
    const url = await server.createDatabase(filled)
    const writer = new pg.Client({ connectionString: url })
    await writer.connect()
    let isOver = false
    const writing = (async () => {
      for (let turn = 0; !isOver; turn += 1) {
        // A firm and its submission in one transaction: a torn backup would have one without the other.
        await writer.query(
          `BEGIN; INSERT INTO hub.setting VALUES ('pair${turn}', ''); INSERT INTO hub.erased_submission VALUES ('e', 'pair${turn}', now()); COMMIT`,
        )
      }
    })()
    const manifest = await saveBackup(url, join(aFolder(), 'live')).finally(() => (isOver = true))
    await writing
    await writer.end()
    const rows = (name: string): number => manifest.tables.find((table) => table.name === name)!.rows
    expect(rows('erased_submission')).toBeGreaterThan(0)
    expect(rows('setting')).toBe(rows('erased_submission') + settingsOf(folder))
  })

  it('is refused into a folder that holds anything, of a database without our tables, and to who does not own them', async () => {
    await expect(saveBackup(filled, folder)).rejects.toMatchObject({ code: 'hubBackup.folderTaken' })
    const empty = await server.createDatabase()
    await expect(saveBackup(empty, join(aFolder(), 'x'))).rejects.toMatchObject({ code: 'hubBackup.noTables' })
    const name = `stranger_${process.pid}`
    await query(filled, `CREATE ROLE ${name} LOGIN PASSWORD 'x'`)
    await query(filled, `GRANT USAGE ON SCHEMA hub TO ${name}`)
    await query(filled, `GRANT SELECT ON ALL TABLES IN SCHEMA hub TO ${name}`)
    try {
      const url = new URL(filled)
      url.username = name
      url.password = 'x'
      await expect(saveBackup(url.href, join(aFolder(), 'x'))).rejects.toMatchObject({ code: 'hubBackup.notOwner' })
    } finally {
      await query(filled, `DROP OWNED BY ${name}`)
      await query(filled, `DROP ROLE ${name}`)
    }
  })

  it('that was cut has no manifest, and is not restored', async () => {
    const cut = aFolder()
    cpSync(folder, cut, { recursive: true })
    rmSync(join(cut, 'manifest.json'))
    const url = await server.createDatabase()
    await expect(restoreBackup(url, cut)).rejects.toMatchObject({ code: 'hubBackup.incomplete' })
    await expect(restoreBackup(url, join(cut, 'nowhere'))).rejects.toMatchObject({ code: 'hubBackup.incomplete' })
  })
})

function settingsOf(from: string): number {
  return readManifest(from).tables.find(({ name }) => name === 'setting')!.rows
}

describe('the restore drill', () => {
  it('brings a new database to the same rows, digests and audit chain', async () => {
    const url = await server.createDatabase()
    await restoreBackup(url, folder)
    const second = join(aFolder(), 'second')
    await saveBackup(url, second)
    const summarize = ({ tables }: Manifest): unknown => tables.map(({ name, rows, content }) => [name, rows, content])
    expect(summarize(readManifest(second))).toEqual(summarize(readManifest(folder)))

    // Without our own digests: the rows as PostgreSQL itself writes them, compared by it.
    for (const { name } of readManifest(folder).tables) {
      const digest = `SELECT count(*)::int AS rows, coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') AS digest FROM hub.${name} t`
      expect(await query(url, digest), name).toEqual(await query(filled, digest))
    }
    const notes = await query<{ note: string }>(url, 'SELECT DISTINCT note FROM hub.enterprise')
    expect(notes.map(({ note }) => note).sort()).toEqual([...HARD].sort())

    const [before, after] = await Promise.all(
      [filled, url].map(async (at) => {
        const database = await openDatabase(at, () => undefined, 2)
        return verifyChain(database).finally(() => database.close())
      }),
    )
    expect(after).toEqual(before)
    expect(after).toMatchObject({ isWhole: true, blocks: 3, head: readManifest(folder).auditHead })
    // Nobody who was signed in then is signed in now.
    expect(await query(url, 'SELECT * FROM hub.session')).toEqual([])
  })

  it('refuses a database that holds anything, and changes nothing in it', async () => {
    const url = await server.createDatabase()
    await (await openDatabase(url, () => undefined)).close()
    await query(url, `INSERT INTO hub.setting VALUES ('one', 'x')`)
    await expect(restoreBackup(url, folder)).rejects.toMatchObject({ code: 'hubBackup.notEmpty' })
    expect(await query(url, 'SELECT name FROM hub.setting')).toEqual([{ name: 'one' }])
    expect(await query(url, 'SELECT count(*)::int AS rows FROM hub.enterprise')).toEqual([{ rows: 0 }])
  })

  it('refuses a database that a hub is working on', async () => {
    const url = await server.createDatabase()
    const hub = await openDatabase(url, () => undefined)
    await hub.isReady()
    await expect(restoreBackup(url, folder)).rejects.toMatchObject({ code: 'hubBackup.inUse' })
    await hub.close()
  })

  it('refuses tables that are newer than the backup, and a backup of a newer program', async () => {
    const url = await server.createDatabase()
    await (await openDatabase(url, () => undefined)).close()
    await query(url, `INSERT INTO hub.kysely_migration VALUES ('999-later', '2026-01-01')`)
    await expect(restoreBackup(url, folder)).rejects.toMatchObject({ code: 'hubBackup.laterTables' })
    const newer = aFolder()
    cpSync(folder, newer, { recursive: true })
    writeFileSync(join(newer, 'manifest.json'), JSON.stringify({ ...readManifest(folder), migration: '999-later' }))
    await expect(restoreBackup(await server.createDatabase(), newer)).rejects.toMatchObject({ code: 'hubBackup.newer' })
  })

  it.each([
    [
      'one byte less',
      (at: string) =>
        truncateSync(join(at, 'enterprise.ndjson.gz'), statSync(join(at, 'enterprise.ndjson.gz')).size - 1),
    ],
    ['one byte more', (at: string) => appendFileSync(join(at, 'enterprise.ndjson.gz'), 'x')],
    [
      'one byte changed',
      (at: string) => {
        const content = readFileSync(join(at, 'submission.ndjson.gz'))
        content[content.length >> 1]! ^= 1
        writeFileSync(join(at, 'submission.ndjson.gz'), content)
      },
    ],
    ['a missing file', (at: string) => rmSync(join(at, 'audit.ndjson.gz'))],
    ['a cut manifest', (at: string) => truncateSync(join(at, 'manifest.json'), 100)],
    [
      'a manifest that points out of the folder',
      (at: string) =>
        writeFileSync(
          join(at, 'manifest.json'),
          readFileSync(join(at, 'manifest.json'), 'utf8').replace('"audit.ndjson.gz"', '"../audit.ndjson.gz"'),
        ),
    ],
  ])('refuses a backup with %s before it touches the database', async (_, damage) => {
    const damaged = aFolder()
    cpSync(folder, damaged, { recursive: true })
    chmodSync(damaged, 0o700)
    damage(damaged)
    const url = await server.createDatabase()
    await expect(restoreBackup(url, damaged)).rejects.toMatchObject({ code: 'hubBackup.damaged' })
    expect(await query(url, `SELECT 1 FROM pg_namespace WHERE nspname = 'hub'`)).toEqual([])
  })

  it('undoes everything when a table does not come out as it went in', async () => {
    const wrong = aFolder()
    cpSync(folder, wrong, { recursive: true })
    const manifest = readManifest(folder)
    const tables = manifest.tables.map((table) =>
      table.name === 'submission' ? { ...table, rows: table.rows + 1 } : table,
    )
    writeFileSync(join(wrong, 'manifest.json'), JSON.stringify({ ...manifest, tables }))
    const url = await server.createDatabase()
    await expect(restoreBackup(url, wrong)).rejects.toMatchObject({ code: 'hubBackup.differs' })
    expect(await query(url, 'SELECT count(*)::int AS rows FROM hub.enterprise')).toEqual([{ rows: 0 }])
    // And the same database can be used for the right one.
    await restoreBackup(url, folder)
    expect(await query(url, 'SELECT count(*)::int AS rows FROM hub.enterprise')).toEqual([{ rows: FIRMS }])
    expect(existsSync(wrong)).toBe(true)
  })
})

describe('the digest of a table', () => {
  it('does not depend on the order of rows, but on each of them and how often it is there', () => {
    const digest = (...lines: readonly string[]): string => {
      const sum = new ContentDigest()
      for (const line of lines) sum.add(line)
      return sum.hex
    }
    expect(digest('a', 'b', 'c')).toBe(digest('c', 'a', 'b'))
    expect(digest('a', 'a')).not.toBe(digest())
    expect(digest('a', 'a', 'b')).not.toBe(digest('a', 'b', 'b'))
    expect(digest()).toBe('0'.repeat(64))
    // SHA-256 of 'abc', FIPS 180-4 appendix B.1.
    expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})
