import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { userInfo } from 'node:os'
import { basename, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Problem } from '#core/problems'
import { type FolderLock, lockFolder, prepareFolder, readStart } from './dataFolder.ts'
import { as, type PostgresProgram, preparePrograms, type Runner } from './postgresProgram.ts'

/** 运行中的内置数据库 — a PostgreSQL that this process started and will stop. */
export interface RunningDatabase {
  /** `postgres://…` of the superuser on 127.0.0.1; the same after a restart of the database. */
  readonly url: string
  /** "18.4" */
  readonly version: string
  /** Ends the database after its running statements were cancelled, and gives the folder free. May be called twice. */
  readonly stop: () => Promise<void>
  /** Told each time the database ended by itself, with the cause; `isLast` when it will not be started again. */
  readonly onDeath: (listener: (reason: string, isLast: boolean) => void) => void
}

export interface EmbeddedOptions {
  /** Settings of PostgreSQL above our own; tests without a need for the disk turn `fsync` off. */
  readonly settings?: Readonly<Record<string, string>>
  /** Told each line of the database's own log; it holds no statement and no value. */
  readonly say?: (line: string) => void
}

const SUPERUSER = 'postgres'
const SYSTEM_USER = 'postgres'

/** Own choices, in milliseconds: patience with a shutdown, and the pauses before each new start of a dead database. */
const SHUTDOWN_PATIENCE = 60_000
const RESTART_PAUSES = [100, 500, 1000, 2000, 5000, 10_000, 15_000] as const
/** So long after a start a death is a new trouble, not the old one going on. */
const STEADY_AFTER = 60_000

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '60',
  timezone: 'UTC',
  log_timezone: 'UTC',
  cluster_name: 'shidang',
  fsync: 'on',
  jit: 'off',
  // Messages about a failed statement quote it and its values, which may be personal: they go to the client alone.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}

/** What a launch needs to know, found once. */
interface Place {
  readonly folder: string
  readonly cluster: string
  readonly runner: Runner
  readonly program: PostgresProgram
  readonly settings: Readonly<Record<string, string>>
  readonly say: (line: string) => void
}

interface Launched {
  readonly child: ChildProcess
  readonly port: number
  /** The cause, when the process has ended. */
  readonly ended: Promise<string>
}

/**
 * 内置数据库 — starts the PostgreSQL whose cluster is `folder`/postgres, making it at the first start. One hub per folder;
 * a database left over by a killed hub is ended first. When it dies it is started again, ever more slowly, until `stop`.
 * As root it runs as the owner of the cluster, or as the system user `postgres`. Refuses with a sentence that says what to
 * do.
 */
export async function startEmbedded(folder: string, options: EmbeddedOptions = {}): Promise<RunningDatabase> {
  const root = prepareFolder(folder)
  const lock = await lockFolder(root)
  try {
    return await runLocked(root, lock, options)
  } catch (fault) {
    lock.release()
    throw fault
  }
}

/**
 * 借用内置数据库 — for one command beside a hub that may be running on the folder: its database, which `stop` leaves alone,
 * or else one of our own.
 */
export async function borrowEmbedded(folder: string, options: EmbeddedOptions = {}): Promise<RunningDatabase> {
  const root = resolve(folder)
  const cluster = join(root, 'postgres')
  const running = findPostmaster(cluster)
  const lines = readPidFile(cluster)
  if (running === undefined || lines?.[7]?.trim() !== 'ready') return startEmbedded(folder, options)
  return {
    url: formatUrl(Number(lines[3]), readFileSync(join(root, 'secret'), 'utf8').trim()),
    version: readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim(),
    stop: () => Promise.resolve(),
    onDeath: () => undefined,
  }
}

async function runLocked(folder: string, lock: FolderLock, options: EmbeddedOptions): Promise<RunningDatabase> {
  const cluster = join(folder, 'postgres')
  const runner = chooseRunner(cluster)
  const program = await preparePrograms(runner)
  const say = options.say ?? ((): void => undefined)
  const place: Place = { folder, cluster, runner, program, say, settings: { ...SETTINGS, ...options.settings } }
  await endOrphan(cluster)
  if (!isCluster(place)) makeCluster(place)
  const password = ensurePassword(place)

  const listeners: ((reason: string, isLast: boolean) => void)[] = []
  const ending = new AbortController()
  let launched = await launch(place)
  // Not a hook on a signal: those are for the hub, which answers its last requests first. This is for its own faults.
  const onExit = (): void => void launched.child.kill('SIGINT')
  process.on('exit', onExit)

  const watch = async (): Promise<void> => {
    let round = 0
    for (;;) {
      const since = Date.now()
      const reason = await launched.ended
      if (ending.signal.aborted) return
      if (Date.now() - since > STEADY_AFTER) round = 0
      const tell = (cause: string, isLast: boolean): void => listeners.forEach((listener) => listener(cause, isLast))
      tell(reason, false)
      for (let isUp = false; !isUp; round += 1) {
        const pause = RESTART_PAUSES[Math.min(round, RESTART_PAUSES.length - 1)]
        await wait(pause, undefined, { signal: ending.signal }).catch(() => undefined)
        if (ending.signal.aborted) return
        if (!lock.isHeld()) return tell('文件夹已被另一个识档占用', true)
        try {
          await endOrphan(cluster)
          launched = await launch(place, launched.port)
          isUp = true
        } catch (fault) {
          tell(fault instanceof Error ? fault.message : String(fault), false)
        }
      }
      if (ending.signal.aborted) await end(launched)
    }
  }
  const watching = watch()

  return {
    url: formatUrl(launched.port, password),
    version: program.version,
    onDeath: (listener) => void listeners.push(listener),
    stop: async () => {
      ending.abort()
      await end(launched)
      await watching
      process.off('exit', onExit)
      lock.release()
    },
  }
}

function formatUrl(port: number, password: string): string {
  return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`
}

/** PostgreSQL refuses root: the owner of the cluster runs it then, or the system user, which is made when missing. */
function chooseRunner(cluster: string): Runner {
  const owner = statSync(cluster, { throwIfNoEntry: false })?.uid
  if (process.getuid === undefined || process.getuid() !== 0) {
    const user = userInfo()
    if (owner !== undefined && owner !== user.uid && process.getuid !== undefined)
      throw new Problem('embedded.otherOwner', { folder: cluster, owner: nameUser(owner), user: user.username })
    return { name: user.username }
  }
  if (owner === 0) throw new Problem('embedded.otherOwner', { folder: cluster, owner: 'root', user: SYSTEM_USER })
  const name = owner === undefined ? SYSTEM_USER : nameUser(owner)
  const found = findUser(name)
  if (found !== undefined) return found
  if (owner !== undefined) return { name, uid: owner, gid: statSync(cluster).gid }
  const { error, stderr } = spawnSync(
    'useradd',
    ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', SYSTEM_USER],
    { encoding: 'utf8', env: { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` } },
  )
  const made = findUser(SYSTEM_USER)
  if (made !== undefined) return made
  throw new Problem('embedded.noUser', { user: SYSTEM_USER, reason: error?.message ?? stderr.trim() })
}

function findUser(name: string): Runner | undefined {
  const ask = (what: string): number => Number.parseInt(spawnSync('id', [what, name], { encoding: 'utf8' }).stdout, 10)
  const [uid, gid] = [ask('-u'), ask('-g')]
  return Number.isNaN(uid) || Number.isNaN(gid) ? undefined : { name, uid, gid }
}

function nameUser(uid: number): string {
  return spawnSync('id', ['-nu', String(uid)], { encoding: 'utf8' }).stdout?.trim() || String(uid)
}

/**
 * The path that PostgreSQL is told. On Linux its own present folder: it is put there while this process is still root, so
 * that the folders above need not be open to the runner (a checkout in /root).
 */
function nameFromInside(cluster: string): string {
  return existsSync('/proc/self/cwd') ? '/proc/self/cwd' : cluster
}

function spawnOptions(place: Place, cwd: string) {
  const { PATH, SystemRoot, TEMP, TMP } = process.env
  return {
    ...as(place.runner),
    cwd,
    // Nothing of PGPORT, PGOPTIONS or a language that would change the messages we look for.
    env: Object.fromEntries(
      Object.entries({ PATH, SystemRoot, TEMP, TMP, LC_ALL: 'C', TZ: 'UTC' }).filter(
        ([, value]) => value !== undefined,
      ),
    ) as NodeJS.ProcessEnv,
  }
}

function isCluster({ cluster, program }: Place): boolean {
  const version = join(cluster, 'PG_VERSION')
  if (!existsSync(version)) {
    if (existsSync(cluster) && readdirSync(cluster).length > 0)
      throw new Problem('embedded.notCluster', { folder: cluster })
    return false
  }
  const [found, known] = [readFileSync(version, 'utf8').trim(), program.version.split('.')[0] ?? '']
  if (found !== known) throw new Problem('embedded.otherVersion', { folder: cluster, found, known })
  return true
}

/** Under another name until it is whole: a first start that was cut begins anew. */
function makeCluster(place: Place): void {
  const { cluster, runner, program, folder } = place
  const draft = `${cluster}.new`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { mode: 0o700 })
  chmodSync(draft, 0o700)
  if (process.platform !== 'win32' && (statSync(draft).mode & 0o077) !== 0) {
    rmSync(draft, { recursive: true })
    throw new Problem('dataFolder.noModes', { folder })
  }
  if (runner.uid !== undefined && runner.gid !== undefined) chownSync(draft, runner.uid, runner.gid)
  const { error, status, stdout, stderr } = spawnSync(
    program.initdb,
    [
      ...['-D', nameFromInside(draft), '--username', SUPERUSER],
      // Nobody can come in before a password is set.
      ...['--auth-local=reject', '--auth-host=scram-sha-256'],
      // With the environment's own the cluster may silently become SQL_ASCII.
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      '--no-instructions',
    ],
    { ...spawnOptions(place, draft), encoding: 'utf8' },
  )
  if (status !== 0) {
    rmSync(draft, { recursive: true, force: true })
    throw explain(place, error?.message ?? `${stdout}${stderr}`)
  }
  rmSync(join(folder, 'secret'), { force: true })
  rmSync(cluster, { recursive: true, force: true })
  renameSync(draft, cluster)
}

/** The superuser's password: kept in `secret`, never on a command line; a lost one is made anew. */
function ensurePassword(place: Place): string {
  const path = join(place.folder, 'secret')
  if (existsSync(path)) return readFileSync(path, 'utf8').trim()
  const password = randomBytes(24).toString('hex')
  const { error, status, stderr } = spawnSync(
    place.program.postgres,
    ['--single', '-D', nameFromInside(place.cluster), '-c', 'exit_on_error=on', ...listSettings(place), 'postgres'],
    {
      ...spawnOptions(place, place.cluster),
      input: `ALTER ROLE ${SUPERUSER} PASSWORD '${password}'\n`,
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw explain(place, error?.message ?? stderr)
  const draft = `${path}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, password, { mode: 0o600, flag: 'wx', flush: true })
  renameSync(draft, path)
  return password
}

function listSettings({ settings }: Place): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function launch(place: Place, port?: number): Promise<Launched> {
  for (let tries = 1; ; tries += 1) {
    const chosen = port ?? (await findPort())
    const last: string[] = []
    const child = spawn(
      place.program.postgres,
      ['-D', nameFromInside(place.cluster), '-p', String(chosen), ...listSettings(place)],
      // Its own process group: Ctrl-C is for the hub, which stops the database last.
      { ...spawnOptions(place, place.cluster), detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    )
    const ended = new Promise<string>((settle) => {
      child.on('error', (fault) => settle(fault.message))
      child.on('close', (code, signal) => settle(summarize(last) || `exit ${code ?? signal}`))
    })
    let rest = ''
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) place.say(line)
      last.push(...lines)
      last.splice(0, last.length - 20)
    })
    const fault = await Promise.race([ended, untilReady(place, child)])
    if (fault === undefined) return { child, port: chosen, ended }
    // The port went to somebody else between the question and the start; or processes of a killed database still go.
    if (tries < 20 && port === undefined && /in use/.test(fault)) await wait(/shared memory/.test(fault) ? 250 : 0)
    else throw explain(place, fault)
  }
}

/** Resolves when the database takes connections: after a crash it first repeats its log, which may take minutes. */
async function untilReady(place: Place, child: ChildProcess): Promise<undefined> {
  while (child.exitCode === null && child.signalCode === null) {
    const lines = readPidFile(place.cluster)
    if (lines?.[0]?.trim() === String(child.pid) && lines[7]?.trim() === 'ready') return undefined
    await wait(20)
  }
  return new Promise(() => undefined)
}

/** The lines that tell a cause, without date and process number. */
function summarize(lines: readonly string[]): string {
  const causes = lines.filter((line) => /\b(FATAL|PANIC|ERROR|could not|error):? /.test(line))
  return causes.map((line) => line.replace(/^.*?\b(FATAL|PANIC|ERROR):\s*/, '').trim()).join('；')
}

function explain(place: Place, text: string): Problem {
  if (/No space left on device|ENOSPC/.test(text)) return new Problem('embedded.full', { folder: place.folder })
  if (/directory ".*": Permission denied|EACCES/.test(text))
    return new Problem('embedded.folderUnreachable', { folder: place.folder, user: place.runner.name })
  return new Problem('embedded.notStarted', { reason: summarize(text.split('\n')) || text.trim() })
}

async function end({ child, ended }: Launched): Promise<void> {
  // Fast shutdown; then the immediate one, after which the next start repeats the log; then the end by force.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    child.kill(signal)
    const patience = new AbortController()
    const isOver = await Promise.race([
      ended.then(() => true),
      wait(SHUTDOWN_PATIENCE / 3, false, { signal: patience.signal }).catch(() => false),
    ])
    patience.abort()
    if (isOver) return
  }
}

/** Ends the database that a killed hub left running in this cluster, and removes a pid file that names nobody of ours. */
export async function endOrphan(cluster: string): Promise<void> {
  const pid = findPostmaster(cluster)
  if (pid === undefined) {
    // Where a process cannot be looked at (not Linux), PostgreSQL itself decides about the file.
    if (process.platform === 'linux') rmSync(join(cluster, 'postmaster.pid'), { force: true })
    return
  }
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
    process.kill(pid, signal)
    for (const until = Date.now() + SHUTDOWN_PATIENCE / 2; Date.now() < until;) {
      if (findPostmaster(cluster) === undefined) return
      await wait(20)
    }
  }
  throw new Problem('embedded.orphan', { pid })
}

/** Process number of the postgres that runs in this very folder; a reused number is not it. */
function findPostmaster(cluster: string): number | undefined {
  const pid = Number(readPidFile(cluster)?.[0])
  if (!Number.isInteger(pid) || pid < 1 || readStart(pid) === undefined) return undefined
  if (process.platform !== 'linux') {
    const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
    return stdout?.includes('postgres') === true && stdout.includes(cluster) ? pid : undefined
  }
  try {
    const program = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
    const here = statSync(`/proc/${pid}/cwd`)
    const there = statSync(cluster)
    const isOurs = program === 'postgres' && here.ino === there.ino && here.dev === there.dev
    return isOurs && basename(readlinkSync(`/proc/${pid}/exe`)).startsWith('postgres') ? pid : undefined
  } catch {
    // Another user's process, or gone in between: not ours.
    return undefined
  }
}

function readPidFile(cluster: string): readonly string[] | undefined {
  try {
    return readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fault
  }
}

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((settle, refuse) => {
    server.once('error', refuse)
    server.listen(0, '127.0.0.1', settle)
  })
  const { port } = server.address() as AddressInfo
  await new Promise((settle) => server.close(settle))
  return port
}
