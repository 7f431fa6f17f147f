import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import pg from 'pg'
import * as v from 'valibot'
import { Problem } from '#core/problems'
import {
  connect,
  ContentDigest,
  listTables,
  type Manifest,
  ManifestSchema,
  readRows,
  STEP_SIZE,
  type StoredTable,
  useExactText,
} from './backup.ts'
import { MIGRATIONS, openDatabase } from './database.ts'

/**
 * 恢复 — a backup into an empty database, in one transaction: all of it or nothing. Files are proved against the manifest
 * before, rows against it after. One of an older program goes into the tables of its time, which are then brought up to
 * date. Refuses a damaged or unfinished backup, one of a newer program, a database that holds anything or has newer tables,
 * and one that a hub is working on.
 */
export async function restoreBackup(url: string, folder: string): Promise<Manifest> {
  const source = resolve(folder)
  const manifest = await readManifest(source)
  if (!Object.keys(MIGRATIONS).includes(manifest.migration))
    throw new Problem('hubBackup.newer', { migration: manifest.migration })
  for (const table of manifest.tables) await proveFile(table, source)
  const client = await connect(url)
  try {
    await refuseUsed(client)
    await refuseFull(client)
    await refuseLaterTables(client, manifest.migration)
    await migrate(url, manifest.migration)
    await client.query('BEGIN')
    await useExactText(client)
    const stored = await listTables(client)
    for (const { name } of stored) await client.query(`LOCK TABLE hub.${pg.escapeIdentifier(name)} IN EXCLUSIVE MODE`)
    await refuseFull(client)
    // In the order of the database: a table after those it refers to.
    const pairs = stored.flatMap((table) => {
      const entry = manifest.tables.find(({ name }) => name === table.name)
      return entry === undefined ? [] : [{ table, entry }]
    })
    const strange = manifest.tables.find(({ name }) => !stored.some((table) => table.name === name))
    if (strange !== undefined) throw new Problem('hubBackup.damaged', { file: strange.file, reason: '没有这张表' })
    for (const { table, entry } of pairs) await restoreTable(client, table, entry, source)
    for (const { entry } of pairs) await proveTable(client, entry)
    await client.query('COMMIT')
    for (const { name } of stored) await client.query(`ANALYZE hub.${pg.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
  await migrate(url)
  return manifest
}

async function migrate(url: string, upTo?: string): Promise<void> {
  let fault: Error | undefined
  const database = await openDatabase(url, (lost) => (fault = lost), 2, upTo)
  await database.close()
  if (fault !== undefined) throw fault
}

async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, 'manifest.json'), 'utf8').catch((fault: NodeJS.ErrnoException) => {
    if (fault.code === 'ENOENT' || fault.code === 'ENOTDIR') throw new Problem('hubBackup.incomplete', { folder })
    throw fault
  })
  try {
    return v.parse(ManifestSchema, JSON.parse(text))
  } catch (fault) {
    const reason = fault instanceof v.ValiError ? v.getDotPath(fault.issues[0]!) : undefined
    throw new Problem('hubBackup.damaged', { file: 'manifest.json', reason: reason ?? '不是完整的 JSON' })
  }
}

async function proveFile({ file, bytes, sha256 }: Manifest['tables'][number], folder: string): Promise<void> {
  const digest = createHash('sha256')
  let size = 0
  try {
    await pipeline(createReadStream(join(folder, file)), async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) {
        digest.update(chunk)
        size += chunk.length
      }
    })
  } catch (fault) {
    throw new Problem('hubBackup.damaged', { file, reason: (fault as NodeJS.ErrnoException).code ?? String(fault) })
  }
  if (size !== bytes) throw new Problem('hubBackup.damaged', { file, reason: `应有 ${bytes} 字节，现有 ${size} 字节` })
  if (digest.digest('hex') !== sha256) throw new Problem('hubBackup.damaged', { file, reason: '校验码不同' })
}

/** A running hub keeps keys in memory that the restored database does not have. */
async function refuseUsed(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ hubs: number }>(
    `SELECT count(*)::int AS hubs FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'shidang-hub'`,
  )
  if ((rows[0]?.hubs ?? 0) > 0) throw new Problem('hubBackup.inUse')
}

async function refuseFull(client: pg.Client): Promise<void> {
  for (const { name } of await listTables(client)) {
    const { rows } = await client.query<{ rows: number }>(
      `SELECT count(*)::int AS rows FROM hub.${pg.escapeIdentifier(name)}`,
    )
    const count = rows[0]?.rows ?? 0
    if (count > 0) throw new Problem('hubBackup.notEmpty', { table: name, rows: count })
  }
}

/** Tables cannot be brought back to an older time; a new database can be brought to any. */
async function refuseLaterTables(client: pg.Client, migration: string): Promise<void> {
  const { rows } = await client.query<{ isThere: boolean }>(
    `SELECT to_regclass('hub.kysely_migration') IS NOT NULL AS "isThere"`,
  )
  if (rows[0]?.isThere !== true) return
  const later = await client.query('SELECT 1 FROM hub.kysely_migration WHERE name COLLATE "C" > $1 COLLATE "C"', [
    migration,
  ])
  if (later.rows.length > 0) throw new Problem('hubBackup.laterTables')
}

async function restoreTable(
  client: pg.Client,
  table: StoredTable,
  entry: Manifest['tables'][number],
  folder: string,
): Promise<void> {
  const types = entry.columns.map((column) => {
    const type = table.columns.find(({ name }) => name === column)?.type
    if (type === undefined)
      throw new Problem('hubBackup.damaged', { file: entry.file, reason: `没有 ${column} 这一列` })
    return type
  })
  const columns = entry.columns.map((column) => pg.escapeIdentifier(column)).join(', ')
  const values = types.map((type, at) => `(r ->> ${at})::${type}`).join(', ')
  const insert = `INSERT INTO hub.${pg.escapeIdentifier(table.name)} (${columns}) SELECT ${values} FROM jsonb_array_elements($1::jsonb) AS r`
  let held: string[] = []
  let size = 0
  const write = async (): Promise<void> => {
    if (held.length > 0) await client.query(insert, [`[${held.join(',')}]`])
    held = []
    size = 0
  }
  await pipeline(createReadStream(join(folder, entry.file)), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    // Not readline: it takes U+2028 for the end of a line, which a JSON text may hold as it is.
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of chunks) {
      let from = 0
      for (let to = chunk.indexOf(10); to >= 0; from = to + 1, to = chunk.indexOf(10, from)) {
        const line = Buffer.concat([rest, chunk.subarray(from, to)]).toString('utf8')
        rest = Buffer.alloc(0)
        held.push(line)
        size += line.length
        if (size >= STEP_SIZE) await write()
      }
      rest = Buffer.concat([rest, chunk.subarray(from)])
    }
    if (rest.length > 0) throw new Problem('hubBackup.damaged', { file: entry.file, reason: '最后一行不完整' })
  })
  await write()
}

async function proveTable(
  client: pg.Client,
  { name, columns, rows, content }: Manifest['tables'][number],
): Promise<void> {
  const found = new ContentDigest()
  for await (const lines of readRows(client, name, columns)) for (const line of lines) found.add(line)
  if (found.rows !== rows)
    throw new Problem('hubBackup.differs', { table: name, reason: `应有 ${rows} 行，实有 ${found.rows} 行` })
  if (found.hex !== content) throw new Problem('hubBackup.differs', { table: name, reason: '内容的校验码不同' })
}
