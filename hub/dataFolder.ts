import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeSync,
} from 'node:fs'
import { hostname, uptime } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Problem } from '#core/problems'

/** 文件夹锁 — this process alone uses the folder, until it releases it or ends. */
export interface FolderLock {
  /** Whether the lock is still ours: somebody may have deleted the file, or taken it while this machine slept. */
  readonly isHeld: () => boolean
  readonly release: () => void
}

/** A running process as the system sees it: its start tells it from a later process with the same number. */
interface Holder {
  readonly token: string
  readonly pid: number
  /** Start of the process in clock ticks; absent where the system does not tell (not Linux). */
  readonly start?: string
  /** Boot and process-number space of the holder: a number means nothing in another one. */
  readonly place: string
  readonly host: string
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A holder of another machine or container says with each beat that it lives (own choice: 5 s). */
const BEAT = 5000

/**
 * 数据文件夹 — makes the folder (0700) when it is not there and proves that it can be written. The answer is its absolute
 * path. Refuses what is no folder or cannot be written, with the way out.
 */
export function prepareFolder(folder: string): string {
  const path = resolve(folder)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    if (!statSync(path).isDirectory()) throw new Problem('dataFolder.notFolder', { folder: path })
    const probe = join(path, `.probe-${randomUUID()}`)
    writeWhole(probe, 'x')
    unlinkSync(probe)
  } catch (fault) {
    if (fault instanceof Problem) throw fault
    const code = codeOf(fault)
    if (code === 'EEXIST' || code === 'ENOTDIR') throw new Problem('dataFolder.notFolder', { folder: path })
    if (code === undefined) throw fault
    throw new Problem('dataFolder.notWritable', { folder: path, reason: code })
  }
  return path
}

/**
 * 锁住数据文件夹 — one hub per folder, through `hub.lock` with the holder's process number and start. A lock whose holder
 * is gone, or whose number belongs to another process by now, is taken over; of several that try at once exactly one wins.
 * Refuses while the holder lives, and names it. `beat` in milliseconds.
 */
export async function lockFolder(folder: string, beat = BEAT): Promise<FolderLock> {
  const path = join(folder, 'hub.lock')
  const own: Holder = {
    token: randomUUID(),
    pid: process.pid,
    ...withStart(process.pid),
    place: findPlace(),
    host: hostname(),
    at: Date.now(),
  }
  const text = JSON.stringify(own)
  await acquire(path, text, folder, beat)
  const isHeld = (): boolean => readText(path) === text
  const timer = setInterval(() => {
    // When the lock is no longer ours there is nothing to keep alive; isHeld tells those who depend on it.
    if (isHeld()) utimesSync(path, new Date(), new Date())
  }, beat)
  timer.unref()
  return {
    isHeld,
    release: () => {
      clearInterval(timer)
      if (isHeld()) unlinkSync(path)
    },
  }
}

/**
 * Start of a living process in clock ticks since boot (Linux); undefined when there is none, or when it is a zombie that
 * only waits to be collected. Another system than Linux answers `''` for a living one.
 */
export function readStart(pid: number): string | undefined {
  if (process.platform !== 'linux') return isThere(pid) ? '' : undefined
  const text = readText(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  // The program's name in brackets may hold spaces and brackets itself.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
}

async function acquire(path: string, own: string, folder: string, beat: number): Promise<void> {
  for (;;) {
    if (create(path, own)) return
    const found = readText(path)
    if (found === undefined) continue
    await refuseWhenAlive(path, found, folder, beat)
    // Only who holds the lock on this very stale lock may replace it, and only while it is still the same one.
    const turn = `${path}.${createHash('sha256').update(found).digest('hex').slice(0, 16)}`
    await acquire(turn, own, folder, beat)
    try {
      if (readText(path) === found) {
        const next = `${path}.new`
        writeWhole(next, own, 'w')
        renameSync(next, path)
        return
      }
    } finally {
      unlinkSync(turn)
    }
  }
}

/** Whole content or no file, also for one who reads at the same moment: a link to a finished file. */
function create(path: string, text: string): boolean {
  const draft = `${path}.${randomUUID()}`
  writeWhole(draft, text)
  try {
    linkSync(draft, path)
    return true
  } catch (fault) {
    if (codeOf(fault) === 'EEXIST') return false
    if (!['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK'].includes(codeOf(fault) ?? '')) throw fault
  } finally {
    unlinkSync(draft)
  }
  // A disk without hard links.
  try {
    writeWhole(path, text)
    return true
  } catch (fault) {
    if (codeOf(fault) === 'EEXIST') return false
    throw fault
  }
}

async function refuseWhenAlive(path: string, found: string, folder: string, beat: number): Promise<void> {
  const holder = parseHolder(found)
  // Cut by a power failure, or not ours: its beat decides, as for a holder that cannot be looked up.
  if (holder === undefined || holder.place !== findPlace()) {
    if (!(await isBeating(path, beat))) return
    throw new Problem('dataFolder.lockedElsewhere', { folder, host: holder?.host ?? '?', pid: holder?.pid ?? '?' })
  }
  if (isHolderAlive(holder)) throw new Problem('dataFolder.locked', { folder, pid: holder.pid })
}

function isHolderAlive(holder: Holder): boolean {
  const start = readStart(holder.pid)
  if (start === undefined) return false
  if (holder.start !== undefined) return start === holder.start
  return holder.at > Date.now() - uptime() * 1000
}

async function isBeating(path: string, beat: number): Promise<boolean> {
  const before = readBeat(path)
  const rounds = 10
  for (let round = 0; round < rounds; round += 1) {
    await wait((beat * 2.4) / rounds)
    if (readBeat(path) !== before) return true
  }
  return false
}

function readBeat(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs
}

function parseHolder(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Partial<Holder> | null
    const isWhole = typeof holder?.pid === 'number' && typeof holder.place === 'string' && typeof holder.at === 'number'
    return isWhole ? (holder as Holder) : undefined
  } catch {
    return undefined
  }
}

function findPlace(): string {
  if (process.platform !== 'linux') return hostname()
  return `${readText('/proc/sys/kernel/random/boot_id')?.trim() ?? ''} ${readlinkSync('/proc/self/ns/pid')}`
}

function withStart(pid: number): { readonly start?: string } {
  const start = readStart(pid)
  return start === undefined || start === '' ? {} : { start }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (fault) {
    return codeOf(fault) === 'EPERM'
  }
}

/** The text of a file; undefined when there is none (any more). */
function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (fault) {
    if (['ENOENT', 'ESRCH'].includes(codeOf(fault) ?? '')) return undefined
    throw fault
  }
}

/** Written and on the disk before it gets its name for others. */
function writeWhole(path: string, text: string, flag = 'wx'): void {
  const file = openSync(path, flag, 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function codeOf(fault: unknown): string | undefined {
  const code = (fault as NodeJS.ErrnoException | undefined)?.code
  return typeof code === 'string' ? code : undefined
}
