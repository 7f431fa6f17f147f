// @vitest-environment node
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import pg from 'pg'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { borrowEmbedded, type RunningDatabase, startEmbedded } from '../../hub/embedded.ts'
import { preparePrograms } from '../../hub/postgresProgram.ts'
import { eventually } from '../support/eventually'

const ROOT = resolve(import.meta.dirname, '../..')
const isLinux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0
/** `nobody`: on every Linux. */
const ORDINARY = 65534

const folders: string[] = []
const running: RunningDatabase[] = []
const children: ChildProcess[] = []

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  for (const database of running.splice(0)) await database.stop()
  for (const folder of folders.splice(0)) {
    const pid = Number(readLines(join(folder, 'postgres/postmaster.pid'))[0])
    // Left by a child that was killed just now.
    if (pid > 1 && isPostgres(pid)) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-embedded-'))
  folders.push(folder)
  return folder
}

let begun: string | undefined

/** A folder whose first start is over: copied, which is quicker than to begin anew. */
async function aBegunFolder(): Promise<string> {
  if (begun === undefined) {
    begun = mkdtempSync(join(tmpdir(), 'shidang-embedded-'))
    await (await startEmbedded(begun)).stop()
  }
  const folder = aFolder()
  // Owners and modes as well, which Node's own copy leaves out.
  spawnSync('cp', ['-a', `${begun}/.`, folder])
  return folder
}

async function start(folder: string, options: Parameters<typeof startEmbedded>[1] = {}): Promise<RunningDatabase> {
  const database = await startEmbedded(folder, options)
  running.push(database)
  return database
}

afterAll(() => {
  if (begun !== undefined) rmSync(begun, { recursive: true, force: true })
})

async function stop(database: RunningDatabase): Promise<void> {
  running.splice(running.indexOf(database), 1)
  await database.stop()
}

async function ask(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

interface Holder {
  readonly child: ChildProcess
  readonly first: { readonly url?: string; readonly refused?: string }
  /** Numbers whose insertion was acknowledged. */
  readonly numbers: number[]
}

/** The same start in a process of its own, which can be killed. */
async function hold(folder: string, task = '', uid?: number): Promise<Holder> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tests/support/holdDatabase.ts', folder, task], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(uid === undefined ? {} : { uid, gid: uid, env: { ...process.env, HOME: tmpdir() } }),
  })
  children.push(child)
  const numbers: number[] = []
  const first = await new Promise<Holder['first']>((settle) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) settle(JSON.parse(line) as Holder['first'])
      else numbers.push(Number(line))
    })
  })
  return { child, first, numbers }
}

function killHub({ child }: Holder): Promise<void> {
  const ended = new Promise<void>((settle) => child.once('close', () => settle()))
  child.kill('SIGKILL')
  return ended
}

function readLines(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n') : []
}

function readPostmaster(folder: string): number {
  return Number(readLines(join(folder, 'postgres/postmaster.pid'))[0])
}

function isPostgres(pid: number): boolean {
  return readLines(`/proc/${pid}/comm`)[0] === 'postgres'
}

function readStat(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
}

describe('the embedded database', () => {
  it('is UTF-8 with code point order, flushes to the disk, checks its pages and sorts Chinese when asked', async () => {
    const { url, version } = await start(aFolder())
    expect(version).toMatch(/^18\./)
    expect(
      await ask(
        url,
        `SELECT pg_encoding_to_char(encoding) AS encoding, datlocprovider::text AS provider, datlocale AS locale,
           current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
           current_setting('data_checksums') AS checksums, current_setting('password_encryption') AS password
         FROM pg_database WHERE datname = current_database()`,
      ),
    ).toEqual([
      {
        encoding: 'UTF8',
        provider: 'b',
        locale: 'C.UTF-8',
        fsync: 'on',
        commit: 'on',
        checksums: 'on',
        password: 'scram-sha-256',
      },
    ])
    // By pinyin: Beihai, Liuzhou, Nanning.
    const sorted = await ask(
      url,
      `SELECT name FROM (VALUES ('南宁'), ('北海'), ('柳州')) AS c (name) ORDER BY name COLLATE "zh-x-icu"`,
    )
    expect(sorted.map(({ name }) => name)).toEqual(['北海', '柳州', '南宁'])
  })

  it('lets nobody in without its password, which only its owner can read', async () => {
    const folder = aFolder()
    const { url } = await start(folder)
    const wrong = new URL(url)
    wrong.password = 'postgres'
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' })
    wrong.password = ''
    await expect(ask(wrong.href, 'SELECT 1')).rejects.toThrow()
    expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder).sort()).toEqual(['hub.lock', 'postgres', 'secret'])
    for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0)
    const { listen, sockets } = (
      await ask(
        url,
        `SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets`,
      )
    )[0]!
    expect([listen, sockets]).toEqual(['127.0.0.1', ''])
  })

  it('keeps its rows over a stop, which may be asked for twice and closes the port', async () => {
    const folder = aFolder()
    const first = await start(folder)
    await ask(first.url, `CREATE TABLE kept AS SELECT '甲'::text AS value`)
    await stop(first)
    await first.stop()
    const port = Number(new URL(first.url).port)
    await expect(
      new Promise((settle, refuse) => createConnection(port, '127.0.0.1').on('connect', settle).on('error', refuse)),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect(existsSync(join(folder, 'hub.lock'))).toBe(false)
    const second = await start(folder)
    expect(await ask(second.url, 'SELECT value FROM kept')).toEqual([{ value: '甲' }])
    expect(new URL(second.url).password).toBe(new URL(first.url).password)
  })

  it('tells its log no statement and no value', async () => {
    const lines: string[] = []
    const database = await start(await aBegunFolder(), { say: (line) => lines.push(line) })
    const { url } = database
    await ask(url, `CREATE TABLE person (phone text PRIMARY KEY); INSERT INTO person VALUES ('13800000000')`)
    await expect(ask(url, `INSERT INTO person VALUES ('13800000000')`)).rejects.toMatchObject({ code: '23505' })
    await expect(ask(url, `SELECT 'x13800000000'::int`)).rejects.toMatchObject({ code: '22P02' })
    // What was logged comes through a pipe: ended, nothing more does.
    await stop(database)
    expect(lines.join('\n')).toContain('ready to accept connections')
    expect(lines.join('\n')).not.toMatch(/13800000000|INSERT|SELECT/)
  })

  it('begins anew after a first start that was cut, and makes a lost password anew', async () => {
    const folder = aFolder()
    mkdirSync(join(folder, 'postgres.new'))
    writeFileSync(join(folder, 'postgres.new/PG_VERSION'), '18\n')
    writeFileSync(join(folder, 'secret.new'), 'x')
    const first = await start(folder)
    await ask(first.url, 'CREATE TABLE kept ()')
    await stop(first)
    rmSync(join(folder, 'secret'))
    const second = await start(folder)
    expect(await ask(second.url, 'SELECT * FROM kept')).toEqual([])
    expect(new URL(second.url).password).not.toBe(new URL(first.url).password)
    await expect(ask(second.url.replace(/:\w+@/, `:${new URL(first.url).password}@`), 'SELECT 1')).rejects.toThrow()
  })

  it('says what to do with a folder that holds something else, or the data of another version', async () => {
    const strange = aFolder()
    mkdirSync(join(strange, 'postgres'))
    writeFileSync(join(strange, 'postgres/notes.txt'), 'x')
    if (isRoot) chownSync(join(strange, 'postgres'), ORDINARY, ORDINARY)
    await expect(startEmbedded(strange)).rejects.toThrow('不是内置数据库的文件')
    const older = aFolder()
    mkdirSync(join(older, 'postgres'))
    writeFileSync(join(older, 'postgres/PG_VERSION'), '17\n')
    if (isRoot) chownSync(join(older, 'postgres'), ORDINARY, ORDINARY)
    await expect(startEmbedded(older)).rejects.toThrow(/PostgreSQL 17 的数据，本程序内置的是 18.*备份/)
    // A refused start leaves no lock behind.
    expect(readdirSync(older)).toEqual(['postgres'])
  })

  it('lends itself to a command beside the hub, which does not stop it', async () => {
    const folder = await aBegunFolder()
    const { url } = await start(folder)
    const borrowed = await borrowEmbedded(folder)
    expect(borrowed.url).toBe(url)
    await borrowed.stop()
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    const alone = await aBegunFolder()
    const own = await borrowEmbedded(alone)
    expect(await ask(own.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await own.stop()
    await expect(ask(own.url, 'SELECT 1')).rejects.toThrow()
  })
})

describe.runIf(isLinux)('the embedded database, killed', () => {
  it('refuses a second hub on its folder and names the first', async () => {
    const folder = await aBegunFolder()
    const { first, child } = await hold(folder)
    expect(first.url).toBeDefined()
    const hub = JSON.parse(readFileSync(join(folder, 'hub.lock'), 'utf8')) as { readonly pid: number }
    expect(hub.pid).toBe(child.pid)
    await expect(startEmbedded(folder)).rejects.toThrow(`进程号 ${hub.pid}`)
    const second = await hold(folder)
    expect(second.first.refused).toContain(`进程号 ${hub.pid}`)
    // The refusal did the first one no harm.
    expect(await ask(first.url!, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('is found and ended when the hub was killed in the middle of writing, and nothing acknowledged is lost', async () => {
    const folder = await aBegunFolder()
    let acknowledged = 0
    for (let round = 0; round < 5; round += 1) {
      const hub = await hold(folder, 'write')
      // In the middle of writing, however slow the disk is.
      await eventually(() => expect(hub.numbers.length).toBeGreaterThan(20 + 10 * round))
      const left = readPostmaster(folder)
      // In round 2 and 4 the database is killed as well.
      if (round % 2 === 1) process.kill(left, 'SIGKILL')
      await killHub(hub)
      acknowledged = Math.max(acknowledged, ...hub.numbers)
      if (round % 2 === 0) expect(isPostgres(left), 'the killed hub leaves its database running').toBe(true)
    }
    const { url } = await start(folder)
    const rows = await ask(url, 'SELECT count(*)::int AS count, max(number)::int AS last FROM acknowledged')
    expect(acknowledged).toBeGreaterThan(100)
    expect(rows[0]!.last).toBeGreaterThanOrEqual(acknowledged)
    // No gap: every number up to the last is there.
    expect(rows[0]!.count).toBe(rows[0]!.last)
  })

  it('is started again when it dies, on the same url, and tells so', async () => {
    const folder = await aBegunFolder()
    const database = await start(folder)
    const reasons: string[] = []
    database.onDeath((reason, isLast) => reasons.push(`${reason} ${isLast}`))
    await ask(database.url, `CREATE TABLE kept AS SELECT 1 AS value`)
    for (const signal of ['SIGKILL', 'SIGQUIT', 'SIGTERM'] as const) {
      const before = readPostmaster(folder)
      process.kill(before, signal)
      await eventually(async () => {
        expect(readPostmaster(folder)).toBeGreaterThan(0)
        expect(readPostmaster(folder)).not.toBe(before)
        expect(await ask(database.url, 'SELECT value FROM kept')).toEqual([{ value: 1 }])
      })
    }
    // One for each death; a start that found the old processes not yet gone is told as well.
    expect(reasons.length).toBeGreaterThanOrEqual(3)
    expect(reasons.every((reason) => reason.endsWith(' false'))).toBe(true)
  })

  it('can be stopped while it is being started again', async () => {
    const folder = await aBegunFolder()
    const database = await start(folder)
    process.kill(readPostmaster(folder), 'SIGKILL')
    await stop(database)
    expect(existsSync(join(folder, 'hub.lock'))).toBe(false)
    await expect(ask(database.url, 'SELECT 1')).rejects.toThrow()
  })

  it('is not started again once another hub has its folder', async () => {
    const folder = await aBegunFolder()
    const database = await start(folder)
    const told = new Promise<boolean>((settle) => database.onDeath((_, isLast) => isLast && settle(true)))
    writeFileSync(join(folder, 'hub.lock'), 'of another hub')
    process.kill(readPostmaster(folder), 'SIGKILL')
    expect(await told).toBe(true)
    await stop(database)
    expect(readFileSync(join(folder, 'hub.lock'), 'utf8')).toBe('of another hub')
  })

  it('removes a pid file that names a living process which is no database, and lets that process live', async () => {
    const folder = await aBegunFolder()
    await stop(await start(folder))
    const owner = statSync(join(folder, 'postgres'))
    const other = spawn('sleep', ['60'], isRoot ? { uid: owner.uid, gid: owner.gid } : {})
    children.push(other)
    const file = join(folder, 'postgres/postmaster.pid')
    writeFileSync(file, `${other.pid}\n/proc/self/cwd\n1\n5432\n\n127.0.0.1\n 1 1\nready   \n`, { mode: 0o600 })
    chownSync(file, owner.uid, owner.gid)
    const { url } = await start(folder)
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(other.exitCode).toBeNull()
    expect(isPostgres(readPostmaster(folder))).toBe(true)
  })

  it('does not hear the Ctrl-C of the hub: it is a group of its own', async () => {
    const folder = await aBegunFolder()
    const { url } = await start(folder)
    const [postmaster, own] = [readStat(readPostmaster(folder)), readStat(process.pid)]
    // Fields after the name: state, parent, group.
    expect(postmaster[2]).toBe(String(readPostmaster(folder)))
    expect(postmaster[2]).not.toBe(own[2])
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  it('ends with a hub that ends by its own fault', async () => {
    const folder = await aBegunFolder()
    const program = `import('${ROOT}/hub/embedded.ts').then(async (m) => { await m.startEmbedded('${folder}'); process.exit(3) })`
    const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--eval', program], {
      cwd: ROOT,
      encoding: 'utf8',
    })
    expect(status).toBe(3)
    await eventually(() => expect(existsSync(join(folder, 'postgres/postmaster.pid'))).toBe(false))
  })
})

describe.runIf(isLinux && isRoot)('the embedded database, started as root', () => {
  it('runs as a system user, also below a folder that only root can enter', async () => {
    const closed = aFolder()
    chmodSync(closed, 0o700)
    const folder = join(closed, 'below', 'data')
    const { url } = await start(folder)
    expect(await ask(url, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(statSync(`/proc/${readPostmaster(folder)}`).uid).not.toBe(0)
    expect(readlinkSync(`/proc/${readPostmaster(folder)}/cwd`)).toBe(join(folder, 'postgres'))
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(statSync(join(folder, 'secret')).uid).toBe(0)
  })

  it('runs as the owner of a folder that an ordinary user began, who can go on with it afterwards', async () => {
    const folder = aFolder()
    chownSync(folder, ORDINARY, ORDINARY)
    const theirs = await hold(folder, '', ORDINARY)
    expect(theirs.first.refused).toBeUndefined()
    await ask(theirs.first.url!, `CREATE TABLE kept AS SELECT 1 AS value`)
    theirs.child.kill('SIGTERM')
    await new Promise((settle) => theirs.child.once('close', settle))
    const ours = await start(folder)
    expect(await ask(ours.url, 'SELECT value FROM kept')).toEqual([{ value: 1 }])
    expect(statSync(`/proc/${readPostmaster(folder)}`).uid).toBe(ORDINARY)
    await stop(ours)
    const again = await hold(folder, '', ORDINARY)
    expect(await ask(again.first.url!, 'SELECT value FROM kept')).toEqual([{ value: 1 }])
  })

  it('refuses an ordinary user the folder that root began, and says whose it is', async () => {
    const folder = await aBegunFolder()
    const closed = await hold(folder, '', ORDINARY)
    expect(closed.first.refused).toContain(`数据文件夹 ${folder} 不能写入（EACCES）`)
    chownSync(folder, ORDINARY, ORDINARY)
    const half = await hold(folder, '', ORDINARY)
    expect(half.first.refused).toMatch(/属于用户 postgres，当前用户是 nobody/)
  })

  it('goes on without a loss once a full disk has room again', async ({ skip }) => {
    const folder = aFolder()
    const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=110m', 'tmpfs', folder])
    if (status !== 0) skip('a container that may not mount')
    try {
      const { url } = await start(folder, { settings: { max_wal_size: '32MB', min_wal_size: '32MB' } })
      await ask(url, 'CREATE TABLE filled (number int, stuff text)')
      let acknowledged = 0
      await expect(
        (async () => {
          for (let number = 1; number < 200; number += 1) {
            await ask(
              url,
              `INSERT INTO filled SELECT ${number}, string_agg(md5(g::text || ${number}), '') FROM generate_series(1, 60000) g`,
            )
            acknowledged = number
          }
        })(),
      ).rejects.toThrow()
      expect(acknowledged).toBeGreaterThan(3)
      expect(spawnSync('mount', ['-o', 'remount,size=400m', folder]).status).toBe(0)
      const rows = await eventually(() => ask(url, 'SELECT count(*)::int AS count FROM filled'))
      expect(rows[0]!.count).toBeGreaterThanOrEqual(acknowledged)
      await eventually(() => ask(url, 'INSERT INTO filled VALUES (0, NULL)'))
      await stop(running[0]!)
    } finally {
      for (const database of running.splice(0)) await database.stop()
      spawnSync('umount', ['-l', folder])
    }
  })
})

describe('the programs of the embedded database', () => {
  it('get the links that a blocked install script did not make, or the cause is named', async () => {
    const runner = { name: 'self' }
    const program = await preparePrograms(runner)
    const copy = join(aFolder(), 'native')
    cpSync(dirname(dirname(program.postgres)), copy, { recursive: true, verbatimSymlinks: true })
    const links = readdirSync(join(copy, 'lib')).filter((name) => lstatSync(join(copy, 'lib', name)).isSymbolicLink())
    expect(links.length).toBeGreaterThan(5)
    for (const name of links) rmSync(join(copy, 'lib', name))
    chmodSync(join(copy, 'bin/postgres'), 0o644)
    expect((await preparePrograms(runner, copy)).version).toBe(program.version)
    expect(readdirSync(join(copy, 'lib')).sort()).toEqual(
      readdirSync(join(dirname(dirname(program.postgres)), 'lib')).sort(),
    )
    writeFileSync(join(copy, 'bin/postgres'), 'not a program')
    await expect(preparePrograms(runner, copy)).rejects.toThrow(/不能运行.*DATABASE_URL/)
    rmSync(join(copy, 'lib/libicuuc.so.60.2'))
    await expect(preparePrograms(runner, copy)).rejects.toThrow(/libicuuc.*安装脚本没有运行.*npm rebuild/)
  })
})
