import { fork, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { digest } from '#digest'
import { parseDivisions } from '#core/division'
import { parseIndustries } from '#core/industry'
import { packSubmission, type Submission } from '#core/oversight/submission'
import { createPopulation } from '../cli/population.ts'
import { fillRegion } from '../hub/demo.ts'
import { startEmbedded } from '../hub/embedded.ts'
import { hashText, makeEnterpriseId, makeId } from '../hub/ids.ts'
import { readOwnFile } from '../hub/ownFiles.ts'
import { buildHub } from '../hub/server.ts'
import { readSettings } from '../hub/settings.ts'
import { loadGuangxi } from '../tests/support/build'
import { tell } from './figures.mjs'

/*
 * 接收报送 — full sheets over HTTP into a hub on embedded PostgreSQL with fsync on, against bare INSERTs of the same rows into
 * the same PostgreSQL; then 200 a second for two minutes, sent on time whether the hub keeps up or not.
 */

const FIRMS = 2000
const CLIENTS = [1, 8, 64] as const
const PER_RUN = 3000
const RATE = 200
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 120)

const edition = loadGuangxi()
const divisions = parseDivisions(readOwnFile('src/reference/divisions.json'))
const industries = parseIndustries(readOwnFile('src/reference/industries.json'))
const folder = mkdtempSync(join(tmpdir(), 'shidang-bench-'))
const database = await startEmbedded(folder)
const today = new Date().toISOString().slice(0, 10)
const population = createPopulation({ edition, divisions, industries, seed: 7, asOf: today })

const sheets = Array.from({ length: FIRMS }, (_, at) => population(at + 1))
let made = 0
/** A full sheet of a firm under a number of its own: sealed before the clock runs. */
function seal(firm: number): Submission {
  made += 1
  return packSubmission(edition, { ...sheets[firm]!, id: `bench-${made}` }, '0.1.0', digest)
}

interface Sender {
  readonly token: string
  readonly enterprise: string
}

async function prepare(): Promise<readonly Sender[]> {
  const hub = await buildHub(readSettings({ LOG_LEVEL: 'silent' }, true), database.url)
  await fillRegion(hub, { firms: FIRMS, submitted: 0, seed: 7 }, new Date())
  const senders = sheets.map(({ profile }, at) => ({
    token: `token-${at}`,
    enterprise: makeEnterpriseId(profile.creditCode!, profile.city!),
  }))
  await hub.database.asHub(async (db, now) => {
    for (const { token, enterprise } of senders) {
      const id = makeId()
      await db
        .insertInto('hub.account')
        .values({
          id,
          login: enterprise,
          name: enterprise,
          role: 'enterprise',
          enterprise,
          password_hash: '-',
          password_at: now,
          must_change: false,
        })
        .execute()
      await db
        .insertInto('hub.session')
        .values({
          token_hash: hashText(token),
          account: id,
          created_at: now,
          seen_at: now,
          ends_at: new Date(now.getTime() + 3_600_000),
          has_second_factor: false,
        })
        .execute()
    }
  })
  await hub.database.close()
  return senders
}

function startHub(): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  const child = fork(fileURLToPath(new URL('hubProcess.ts', import.meta.url)), [database.url, '0'], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  return new Promise((resolve, reject) => {
    child.once('message', (address: string) => resolve({ child, port: Number(new URL(address).port) }))
    child.once('exit', () => reject(new Error('the hub did not start')))
  })
}

interface Parcel {
  readonly path: string
  readonly body: string
  readonly token: string
}

function parcel(firm: number, senders: readonly Sender[]): Parcel {
  const submission = seal(firm)
  return {
    path: `/v1/submissions/${submission.id}/revisions/1`,
    body: JSON.stringify({ campaign: 'demo', submission }),
    token: senders[firm]!.token,
  }
}

const agent = new Agent({ keepAlive: true, maxSockets: 256 })

function put(port: number, { path, body, token }: Parcel): Promise<number> {
  return new Promise((resolve) => {
    const sending = request(
      {
        host: '127.0.0.1',
        port,
        path,
        method: 'PUT',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-shidang': '1',
          cookie: `shidang_session=${token}`,
        },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    sending.on('error', () => resolve(0))
    sending.end(body)
  })
}

/** Parcels per second with so many clients, each sending its next when the last was answered. */
async function measure(
  parcels: readonly Parcel[],
  clients: number,
  send: (one: Parcel) => Promise<boolean>,
): Promise<number> {
  let next = 0
  let failed = 0
  const start = performance.now()
  await Promise.all(
    Array.from({ length: clients }, async () => {
      for (let at = next++; at < parcels.length; at = next++) if (!(await send(parcels[at]!))) failed += 1
    }),
  )
  if (failed > 0) throw new Error(`${failed} of ${parcels.length} were not accepted`)
  return (parcels.length / (performance.now() - start)) * 1000
}

const senders = await prepare()
const { child, port } = await startHub()
const pool = new pg.Pool({ connectionString: database.url, max: 10 })
await pool.query(
  'create table public.bare (enterprise text, id text, revision int, campaign text, digest text, body text, summary text, receipt text, received_at timestamptz, primary key (enterprise, id, revision))',
)

/** The rows that a run of the hub left, to be inserted again bare. */
async function readRows(parcels: readonly Parcel[]): Promise<readonly unknown[][]> {
  const ids = parcels.map(({ path }) => path.split('/')[3]!)
  const { rows } = await pool.query<Record<string, unknown>>(
    'select enterprise, id, revision, campaign, digest, body, summary, receipt, received_at from hub.submission where id = any($1)',
    [ids],
  )
  return rows.map((row) => Object.values(row))
}

const figures: { name: string; value: number; unit: string; atLeast?: number; atMost?: number }[] = []
await measure(
  Array.from({ length: 500 }, (_, at) => parcel(at % FIRMS, senders)),
  8,
  async (one) => (await put(port, one)) === 201,
)
for (const clients of CLIENTS) {
  const count = clients === 1 ? PER_RUN / 3 : PER_RUN
  const parcels = Array.from({ length: count }, (_, at) => parcel(at % FIRMS, senders))
  const hub = await measure(parcels, clients, async (one) => (await put(port, one)) === 201)
  const rows = await readRows(parcels)
  const rowOf = new Map(parcels.map((one, at) => [one, rows[at]!]))
  const bare = await measure(parcels, clients, async (one) => {
    const { rowCount } = await pool.query({
      name: 'bare',
      text: 'insert into public.bare values ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      values: rowOf.get(one)!,
    })
    return rowCount === 1
  })
  figures.push(
    { name: `accepted over HTTP, ${clients} client(s)`, value: hub, unit: '/s' },
    { name: `bare INSERT of the same rows, ${clients} client(s)`, value: bare, unit: '/s' },
    { name: `ratio, ${clients} client(s)`, value: hub / bare, unit: '×', atLeast: 0.5 },
  )
}

/** On time, whether the last one is answered or not: a hub that falls behind shows it in the waiting. */
async function sustain(): Promise<void> {
  const count = RATE * SECONDS
  const parcels = Array.from({ length: count }, (_, at) => parcel(at % FIRMS, senders))
  const waits: number[] = []
  let failed = 0
  const start = performance.now()
  const running: Promise<void>[] = []
  for (let at = 0; at < count; at++) {
    const due = start + (at * 1000) / RATE
    const early = due - performance.now()
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early))
    running.push(
      put(port, parcels[at]!).then((status) => {
        waits.push(performance.now() - due)
        if (status !== 201) failed += 1
      }),
    )
  }
  await Promise.all(running)
  waits.sort((a, b) => a - b)
  const quantile = (share: number): number => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]!
  figures.push(
    { name: `${RATE}/s for ${SECONDS} s: p50`, value: quantile(0.5), unit: 'ms' },
    { name: `${RATE}/s for ${SECONDS} s: p99`, value: quantile(0.99), unit: 'ms', atMost: 250 },
    { name: `${RATE}/s for ${SECONDS} s: longest`, value: waits[waits.length - 1]!, unit: 'ms' },
    { name: `${RATE}/s for ${SECONDS} s: failed`, value: failed, unit: '', atMost: 0 },
  )
}
await sustain()
const { rows: kept } = await pool.query<{ count: number }>(
  `select count(*)::int as count from hub.submission where id like 'bench-%'`,
)
console.error(
  `${kept[0]!.count} of ${made} sheets sealed are in the database; a request has ${parcel(0, senders).body.length} characters`,
)
tell(figures)
child.kill('SIGTERM')
await new Promise((resolve) => child.once('exit', resolve))
await pool.end()
agent.destroy()
await database.stop()
rmSync(folder, { recursive: true, force: true })
