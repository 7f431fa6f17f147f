import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs'
import { open, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import pg from 'pg'
import * as v from 'valibot'
import { Problem } from '#core/problems'

const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))

/** 备份清单 — `manifest.json`: what was taken, when, and how to prove that all of it is there. */
export const ManifestSchema = v.object({
  format: v.literal('shidang-hub-backup'),
  version: v.literal(1),
  /** ISO 8601, of the database's clock. */
  takenAt: v.string(),
  postgres: v.string(),
  /** Newest migration of the schema; a restore brings an empty database to the same one first. */
  migration: v.string(),
  /** End of the audit chain, to be noted down on another machine; zeros before the first block. */
  auditHead: v.string(),
  tables: v.array(
    v.object({
      name: v.pipe(v.string(), v.regex(/^[a-z_]+$/)),
      file: v.pipe(v.string(), v.regex(/^[a-z_]+\.ndjson\.gz$/)),
      columns: v.array(v.string()),
      rows: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      bytes: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
      /** SHA-256 of the file. */
      sha256: Digest,
      /** Sum of the SHA-256 of all rows modulo 2²⁵⁶: the same in whatever order they are read (own choice). */
      content: Digest,
    }),
  ),
})

export type Manifest = v.InferOutput<typeof ManifestSchema>

/** A table of schema hub as the database describes it. */
export interface StoredTable {
  readonly name: string
  readonly owner: string
  readonly columns: readonly { readonly name: string; readonly type: string }[]
}

/** Who is signed in, and who is locked out for a while, is not taken: a restore must not let old sessions in again. */
const LEFT_OUT = ['session', 'attempt', 'kysely_migration', 'kysely_migration_lock']

/** Rows of one step out of the database and into it, in characters: what is held in memory at a time (own choice). */
export const STEP_SIZE = 2_000_000

/**
 * 备份 — all tables of schema hub at one moment, as one compressed file of JSON lines each, and a manifest with counts and
 * digests, written last. The hub may go on working. `folder` must be new or empty; files are for their owner alone, since
 * they hold personal data. Refuses a database without our tables and an account that does not own them.
 */
export async function saveBackup(url: string, folder: string): Promise<Manifest> {
  const target = resolve(folder)
  if (existsSync(target) && readdirSync(target).length > 0)
    throw new Problem('hubBackup.folderTaken', { folder: target })
  mkdirSync(target, { recursive: true, mode: 0o700 })
  const client = await connect(url)
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    await useExactText(client)
    const tables = await listTables(client)
    if (tables.length === 0) throw new Problem('hubBackup.noTables')
    await refuseStranger(client, tables)
    const entries: Manifest['tables'] = []
    for (const table of tables) entries.push(await saveTable(client, table, target))
    const manifest = { ...(await describeState(client)), tables: entries }
    await client.query('COMMIT')
    await saveManifest(manifest, target)
    return manifest
  } finally {
    await client.end()
  }
}

/** A connection of our own, without the hub's limits of time. */
export async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'shidang-backup', keepAlive: true })
  // The query in progress reports a lost connection; without a listener it would end the process as well.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** Every value as text that reads back to the same value, on any server and in any time zone; for this transaction. */
export async function useExactText(client: pg.Client): Promise<void> {
  await client.query(`SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, YMD'; SET LOCAL intervalstyle = 'postgres';
    SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'`)
}

/** Tables of schema hub that a backup holds, each after those it refers to. */
export async function listTables(client: pg.Client): Promise<readonly StoredTable[]> {
  const { rows } = await client.query<{ name: string; owner: string; columns: StoredTable['columns'] }>(
    `SELECT c.relname AS name, pg_get_userbyid(c.relowner) AS owner,
       (SELECT json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'hub' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname <> ALL ($1)
     ORDER BY c.relname`,
    [LEFT_OUT],
  )
  const { rows: references } = await client.query<{ name: string; needs: string }>(
    `SELECT c.relname AS name, f.relname AS needs FROM pg_constraint k
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class f ON f.oid = k.confrelid
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE k.contype = 'f' AND n.nspname = 'hub'`,
  )
  const ordered: StoredTable[] = []
  const place = (table: StoredTable, above: readonly string[]): void => {
    if (ordered.includes(table) || above.includes(table.name)) return
    for (const { needs } of references.filter(({ name }) => name === table.name)) {
      const other = rows.find(({ name }) => name === needs)
      if (other !== undefined) place(other, [...above, table.name])
    }
    ordered.push(table)
  }
  for (const table of rows) place(table, [])
  return ordered
}

/** Rows of a table as JSON arrays of text, some at a time, in no particular order. */
export async function* readRows(
  client: pg.Client,
  name: string,
  columns: readonly string[],
): AsyncGenerator<readonly string[]> {
  const values = columns.map((column) => `${pg.escapeIdentifier(column)}::text`).join(', ')
  await client.query(
    `DECLARE backup_rows NO SCROLL CURSOR FOR SELECT array_to_json(array[${values}]::text[])::text AS line FROM hub.${pg.escapeIdentifier(name)}`,
  )
  for (let count = 100; ;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${count} FROM backup_rows`)
    if (rows.length === 0) break
    yield rows.map(({ line }) => line)
    const size = rows.reduce((sum, { line }) => sum + line.length, 0)
    count = Math.max(1, Math.min(5000, Math.floor((STEP_SIZE * rows.length) / size)))
  }
  await client.query('CLOSE backup_rows')
}

/** 内容校验码 — of rows in any order; `add` one at a time. */
export class ContentDigest {
  #sum = 0n
  rows = 0

  add(line: string): void {
    this.#sum = BigInt.asUintN(256, this.#sum + BigInt(`0x${createHash('sha256').update(line, 'utf8').digest('hex')}`))
    this.rows += 1
  }

  get hex(): string {
    return this.#sum.toString(16).padStart(64, '0')
  }
}

/** The tables carry policies that would hide rows from anybody but their owner without a word. */
async function refuseStranger(client: pg.Client, tables: readonly StoredTable[]): Promise<void> {
  const { rows } = await client.query<{ user: string; sees: boolean }>(
    `SELECT current_user AS user, rolsuper OR rolbypassrls AS sees FROM pg_roles WHERE rolname = current_user`,
  )
  const { user = '', sees = false } = rows[0] ?? {}
  const foreign = tables.find(({ owner }) => owner !== user)
  if (!sees && foreign !== undefined) throw new Problem('hubBackup.notOwner', { user, table: foreign.name })
}

async function saveTable(client: pg.Client, table: StoredTable, folder: string): Promise<Manifest['tables'][number]> {
  const file = `${table.name}.ndjson.gz`
  const columns = table.columns.map(({ name }) => name)
  const content = new ContentDigest()
  const lines = async function* (): AsyncGenerator<string> {
    for await (const rows of readRows(client, table.name, columns)) {
      for (const row of rows) content.add(row)
      yield `${rows.join('\n')}\n`
    }
  }
  const sha256 = createHash('sha256')
  let bytes = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sha256.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const path = join(folder, file)
  await pipeline(
    Readable.from(lines()),
    createGzip({ level: 6 }),
    measured,
    createWriteStream(path, { mode: 0o600, flags: 'wx' }),
  )
  await flush(path)
  return {
    name: table.name,
    file,
    columns,
    rows: content.rows,
    bytes,
    sha256: sha256.digest('hex'),
    content: content.hex,
  }
}

async function describeState(client: pg.Client): Promise<Omit<Manifest, 'tables'>> {
  const { rows } = await client.query<{ at: Date; postgres: string; migration: string; head: string }>(
    `SELECT now() AS at, current_setting('server_version') AS postgres,
       (SELECT max(name COLLATE "C") FROM hub.kysely_migration) AS migration,
       coalesce((SELECT hash FROM hub.audit_block ORDER BY number DESC LIMIT 1), repeat('0', 64)) AS head`,
  )
  const { at, postgres, migration, head } = rows[0]!
  return {
    format: 'shidang-hub-backup',
    version: 1,
    takenAt: at.toISOString(),
    postgres,
    migration,
    auditHead: head,
  }
}

/** Under another name until it is on the disk: a backup with a manifest is a whole one. */
async function saveManifest(manifest: Manifest, folder: string): Promise<void> {
  const draft = join(folder, 'manifest.json.new')
  await writeFile(draft, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await flush(draft)
  renameSync(draft, join(folder, 'manifest.json'))
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
