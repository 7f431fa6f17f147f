import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { readStart } from '../../hub/dataFolder.ts'
import { endOrphan, startEmbedded } from '../../hub/embedded.ts'

/** A real PostgreSQL for one test file. */
export interface TestDatabase {
  /** The superuser's; with TEST_DATABASE_URL that one. */
  readonly url: string
  /** A new database and its url; a copy of another one of this file when its url is given (nobody may be connected to that). */
  readonly createDatabase: (template?: string) => Promise<string>
  readonly stop: () => Promise<void>
}

const PREFIX = 'shidang-test-postgres-'

/** No test asks the disk to survive a power cut, except those that start their own database. */
const QUICK = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off', shared_buffers: '32MB' }

/**
 * One embedded cluster in a folder of its own, or the server that TEST_DATABASE_URL names: then databases are made there,
 * and dropped by `stop`. Roles belong to the whole server, so make them `IF NOT EXISTS`.
 */
export async function startTestDatabase(): Promise<TestDatabase> {
  const outside = process.env.TEST_DATABASE_URL
  if (outside !== undefined && outside !== '') {
    const made: string[] = []
    return {
      url: outside,
      createDatabase: (template) => createDatabase(outside, template, made),
      stop: async () => {
        await Promise.all(made.map((name) => run(outside, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)))
      },
    }
  }
  await sweep()
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const database = await startEmbedded(folder, { settings: QUICK })
  return {
    url: database.url,
    createDatabase: (template) => createDatabase(database.url, template, []),
    stop: async () => {
      await database.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function createDatabase(url: string, template: string | undefined, made: string[]): Promise<string> {
  const name = `test_${randomUUID().replace(/-/g, '')}`
  const source = template === undefined ? 'template0' : new URL(template).pathname.slice(1)
  // template0 takes any encoding: an outside server may have been made with another one.
  const encoding = template === undefined ? ` ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'` : ''
  await run(url, `CREATE DATABASE ${name} TEMPLATE ${source}${encoding}`)
  made.push(name)
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

/** Databases of test processes that were killed. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN
    if (Number.isNaN(pid) || readStart(pid) !== undefined) continue
    const folder = join(tmpdir(), name)
    // Another process may be sweeping the same one.
    await endOrphan(join(folder, 'postgres')).catch(() => undefined)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}
