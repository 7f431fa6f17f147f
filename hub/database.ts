import { Kysely, Migrator, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import * as foundation from './migrations/001-foundation.ts'
import type { Schema } from './schema.ts'

/** Every step from an empty database to the newest schema, in order; a step that has been shipped never changes. */
export const MIGRATIONS = { '001-foundation': foundation }

/** How long one statement, and one transaction doing nothing, may take: the overlap of cursors relies on it. */
export const LONGEST_STATEMENT_MS = 20_000

export type Work = Transaction<Schema>

/** 数据库 — the two ways in: as an account, under row-level security, and as the hub itself. */
export interface Database {
  /** Runs one piece of work as an account sees the world; an error undoes all of it. `now` is the database's clock. */
  readonly asActor: <Result>(uid: string, work: (db: Work, now: Date) => Promise<Result>) => Promise<Result>
  /** As the owner of the tables: sign-in, sealing, peers, administration. Never with a filter that a request chose. */
  readonly asHub: <Result>(work: (db: Work, now: Date) => Promise<Result>) => Promise<Result>
  /** One statement without a transaction of its own around it. */
  readonly pool: pg.Pool
  readonly isReady: () => Promise<boolean>
  readonly close: () => Promise<void>
}

// Calendar days stay text: as Date they would be local midnight, a day off elsewhere. 1082 is the type `date`, 20 bigint.
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (oid === 1082) return (text: string) => text
    if (oid === 20) return Number
    return pg.types.getTypeParser(oid, format as 'text')
  }) as pg.CustomTypesConfig['getTypeParser'],
}

/**
 * 打开数据库 — connects, makes the role hub_app and the schema hub when they are missing, and brings them up to date. Two hubs
 * may start at once: the migrator waits for the other. A restore brings them `upTo` the step of its backup first. Throws an Error in
 * Chinese when the rights do not suffice.
 */
export async function openDatabase(
  url: string,
  onError: (fault: Error) => void,
  connections = 10,
  upTo?: string,
): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    connectionTimeoutMillis: 10_000,
    statement_timeout: LONGEST_STATEMENT_MS,
    idle_in_transaction_session_timeout: LONGEST_STATEMENT_MS,
    application_name: 'shidang-hub',
  })
  // Without it a lost connection would end the process.
  pool.on('error', onError)
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  try {
    await refuseOldServer(pool)
    await makeRole(pool)
    await migrate(db, upTo)
  } catch (fault) {
    await db.destroy()
    throw fault
  }

  const inTransaction = async <Result>(uid: string | undefined, work: (db: Work, now: Date) => Promise<Result>) =>
    retry(() =>
      db.transaction().execute(async (transaction) => {
        const who =
          uid === undefined
            ? sql<{ now: Date }>`select clock_timestamp() as now`
            : sql<{
                now: Date
              }>`select clock_timestamp() as now, set_config('app.uid', ${uid}, true),
                set_config('app.firm', coalesce(hub.firm_of(${uid}), ''), true), set_config('role', 'hub_app', true)`
        const { rows } = await who.execute(transaction)
        return work(transaction, rows[0]!.now)
      }),
    )

  return {
    asActor: (uid, work) => inTransaction(uid, work),
    asHub: (work) => inTransaction(undefined, work),
    pool,
    isReady: () =>
      pool.query('select 1').then(
        () => true,
        () => false,
      ),
    close: () => db.destroy(),
  }
}

/** Two transactions in each other's way: the work runs again, at most three times (40001 serialization, 40P01 deadlock). */
async function retry<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work()
    } catch (fault) {
      const { code } = fault as { readonly code?: unknown }
      if (attempt === 3 || (code !== '40001' && code !== '40P01')) throw fault
    }
  }
}

async function refuseOldServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: string }>('show server_version_num').then((result) => ({
    rows: result.rows.map((row) => ({ version: String(Object.values(row)[0]) })),
  }))
  if (Number(rows[0]!.version) < 150_000) throw new Error('需要 PostgreSQL 15 或更新的版本')
}

/** Roles belong to the whole server: another hub may make it in the same moment. */
async function makeRole(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ known: boolean }>(
    `select exists (select 1 from pg_roles where rolname = 'hub_app') as known`,
  )
  try {
    if (rows[0]?.known !== true) await pool.query('create role hub_app nologin noinherit')
  } catch (fault) {
    const { code } = fault as { readonly code?: string }
    if (code === '42501')
      throw new Error(
        '数据库账号没有 CREATEROLE 权限。请由管理员执行：CREATE ROLE hub_app NOLOGIN; GRANT hub_app TO <账号>;',
      )
    if (code !== '42710' && code !== '23505') throw fault
  }
  // From PostgreSQL 16 on, who makes a role is its member without the right to become it.
  const { rows: member } = await pool.query<{ may: boolean }>(
    `select pg_has_role('hub_app', case when current_setting('server_version_num')::int < 160000 then 'member' else 'set' end) as may`,
  )
  if (member[0]?.may !== true) await pool.query('grant hub_app to current_user')
}

async function migrate(db: Kysely<Schema>, upTo?: string): Promise<void> {
  // PostgreSQL may answer 23505 when two make the same schema at once.
  await sql`create schema if not exists hub`.execute(db).catch((fault: { readonly code?: string }) => {
    if (fault.code !== '23505') throw fault
  })
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    migrationTableSchema: 'hub',
  })
  const { error } = await (upTo === undefined ? migrator.migrateToLatest() : migrator.migrateTo(upTo))
  if (error !== undefined) throw error
}
