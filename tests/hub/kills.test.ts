// @vitest-environment node
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Receipt } from '#core/oversight/receipt'
import type { Submission } from '#core/oversight/submission'
import { startEmbedded } from '../../hub/embedded.ts'
import { buildHub } from '../../hub/server.ts'
import { seeded } from '../support/build'
import { aSubmission, CAMPAIGN, fillWorld, SETTINGS, tokenOf, type AskerName, type FirmName } from '../support/hub'

/** KILLS=200 npx vitest run tests/hub/kills.test.ts: the longer proof. */
const ROUNDS = Number(process.env['KILLS'] ?? 20)
const SENDERS = 8
const FIRMS = ['ours', 'beside', 'neighbour', 'cityOnly', 'foreign'] as const satisfies readonly (FirmName &
  AskerName)[]

const ROOT = resolve(import.meta.dirname, '../..')
/** hub/main.ts put together into one file: it starts in half the time, and finds its own files from here as well. */
const program = join(ROOT, '.cache', `killed-hub-${process.pid}.mjs`)
let folder = ''
let child: ChildProcess | undefined
const agent = new Agent({ keepAlive: true })

beforeAll(async () => {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: 'hub/main.ts',
      outDir: '.cache',
      emptyOutDir: false,
      copyPublicDir: false,
      rollupOptions: { output: { entryFileNames: basename(program) } },
    },
  })
  folder = mkdtempSync(join(tmpdir(), 'shidang-kills-'))
  const database = await startEmbedded(folder)
  const hub = await buildHub(SETTINGS, database.url)
  await fillWorld(hub)
  await hub.database.close()
  await database.stop()
})

afterAll(() => {
  agent.destroy()
  child?.kill('SIGKILL')
  try {
    // Its own process group: it outlives a hub that was killed.
    process.kill(readPostmaster(), 'SIGKILL')
  } catch {
    // Stopped in order.
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  rmSync(program, { force: true })
})

function readPostmaster(): number {
  return Number(readFileSync(join(folder, 'postgres/postmaster.pid'), 'utf8').split('\n')[0])
}

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const { port } = server.address() as AddressInfo
  await new Promise((settle) => server.close(settle))
  return port
}

/** The real program in a process of its own, up to the line that says where it is. */
function startHub(port: number): Promise<ChildProcess> {
  const started = spawn(process.execPath, [program], {
    cwd: ROOT,
    env: { ...process.env, DATABASE_URL: undefined, DATA_DIR: folder, PORT: String(port), LOG_LEVEL: 'silent' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child = started
  let told = ''
  started.stderr.on('data', (part: Buffer) => (told += part.toString()))
  return new Promise((settle, refuse) => {
    createInterface({ input: started.stdout }).on('line', (line) => {
      if (line.startsWith('识档已启动')) settle(started)
    })
    started.once('exit', (status) => refuse(new Error(`the hub ended with ${status} before it served: ${told}`)))
  })
}

/** One PUT; undefined when the connection broke before the whole answer was here. */
function put(
  port: number,
  firm: AskerName,
  submission: Submission,
): Promise<{ status: number; body: string } | undefined> {
  return new Promise((settle) => {
    const sent = request(
      {
        port,
        host: '127.0.0.1',
        agent,
        method: 'PUT',
        path: `/v1/submissions/${submission.id}/revisions/${submission.revision}`,
        headers: {
          'content-type': 'application/json',
          'x-shidang': '1',
          cookie: `shidang_session=${tokenOf(firm)}`,
        },
      },
      (answer) => {
        let body = ''
        answer.on('data', (part: Buffer) => (body += part.toString()))
        answer.on('end', () => settle(answer.complete ? { status: answer.statusCode!, body } : undefined))
        answer.on('error', () => settle(undefined))
        answer.on('close', () => settle(undefined))
      },
    )
    sent.on('error', () => settle(undefined))
    sent.end(JSON.stringify({ campaign: CAMPAIGN, submission }))
  })
}

it(
  `${ROUNDS} times killed at a random moment: every acknowledged submission is there, once, with its receipt`,
  async () => {
    const port = await findPort()
    const random = seeded(7)
    const acknowledged = new Map<string, string>()
    const faults: string[] = []
    let unanswered: { readonly firm: AskerName; readonly submission: Submission }[] = []
    let sentAgain = 0
    for (let round = 0; round < ROUNDS; round++) {
      const hub = await startHub(port)
      let isOver = false
      let begin = (): void => undefined
      const served = new Promise<void>((settle) => (begin = settle))
      const note = (submission: Submission, answer: { status: number; body: string }): void => {
        if (answer.status !== 200 && answer.status !== 201) {
          // A database that goes first says so; the hub never says 500.
          if (answer.status !== 503) faults.push(`${answer.status} ${answer.body}`)
          return
        }
        const text = JSON.stringify((JSON.parse(answer.body) as { receipt: Receipt }).receipt)
        const known = acknowledged.get(submission.id)
        if (known !== undefined && known !== text) faults.push(`two receipts for ${submission.id}`)
        acknowledged.set(submission.id, text)
      }
      // First whatever the last round left open, then new ones until the end.
      const open = unanswered
      unanswered = []
      const senders = Array.from({ length: SENDERS }, async (_, sender) => {
        for (let turn = 0; !isOver; turn++) {
          const left = open.pop()
          const firm = left?.firm ?? FIRMS[(sender + turn) % FIRMS.length]!
          const submission = left?.submission ?? aSubmission(firm as FirmName)
          if (left !== undefined) sentAgain += 1
          const answer = await put(port, firm, submission)
          if (answer === undefined || answer.status === 503) unanswered.push({ firm, submission })
          if (answer !== undefined) note(submission, answer)
          begin()
        }
      })
      // From its first answer on; every fourth before it has warmed up.
      if (round % 4 !== 3) await served
      await new Promise((settle) => setTimeout(settle, 10 + random() * 400))
      // Every third time the database goes in the same blow.
      const postmaster = round % 3 === 2 ? readPostmaster() : undefined
      const ended = new Promise((settle) => hub.once('exit', settle))
      hub.kill('SIGKILL')
      if (postmaster !== undefined) process.kill(postmaster, 'SIGKILL')
      isOver = true
      await Promise.all([ended, ...senders])
      unanswered.push(...open)
    }

    // A quiet start: what was never answered is sent again, and now each has its receipt.
    const hub = await startHub(port)
    for (const { firm, submission } of unanswered) {
      const answer = await put(port, firm, submission)
      expect([200, 201]).toContain(answer?.status)
      acknowledged.set(submission.id, JSON.stringify((JSON.parse(answer!.body) as { receipt: Receipt }).receipt))
    }
    const ended = new Promise((settle) => hub.once('exit', settle))
    hub.kill('SIGTERM')
    expect(await ended).toBe(0)
    expect(faults).toEqual([])

    const database = await startEmbedded(folder)
    const opened = await buildHub(SETTINGS, database.url)
    try {
      const { rows } = await opened.database.pool.query<{ id: string; receipt: string }>(
        'select id, receipt from hub.submission',
      )
      const stored = new Map(rows.map(({ id, receipt }) => [id, receipt]))
      expect(stored.size).toBe(rows.length)
      expect([...acknowledged].filter(([id, receipt]) => stored.get(id) !== receipt)).toEqual([])
      // Nothing more either: all that was ever sent has been answered by now.
      expect(stored.size).toBe(acknowledged.size)
      // The audit has one line for each, and the firms' rows name a sheet that is there.
      const audit = await opened.database.pool.query<{ count: number }>(
        `select count(*)::int as count from hub.audit where action = 'submission.accepted'`,
      )
      expect(audit.rows[0]!.count).toBe(rows.length)
      const firms = await opened.database.pool.query<{ id: string; version: number; summary: string; sheets: number }>(
        `select e.id, e.version, e.summary, (select count(*)::int from hub.submission s where s.enterprise = e.id) as sheets
         from hub.enterprise e where e.summary is not null`,
      )
      for (const firm of firms.rows) {
        expect(stored.has((JSON.parse(firm.summary) as { id: string }).id)).toBe(true)
        // Written in the same statement: one version for each sheet.
        expect(firm.version).toBe(1 + firm.sheets)
      }
      console.info(`${ROUNDS} kills: ${acknowledged.size} acknowledged, ${sentAgain} sent again, 0 lost`)
    } finally {
      await opened.database.close()
      await database.stop()
    }
  },
  ROUNDS * 30_000 + 60_000,
)
