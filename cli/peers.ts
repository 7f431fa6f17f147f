import {
  closeSync,
  createReadStream,
  fsyncSync,
  lstatSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Dirent,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { digest } from '#digest'
import { type Edition } from '#core/diagnosis/edition'
import { openPeers } from '#core/diagnosis/peerFile'
import { listParents, parseDivisions } from '#core/division'
import { MOST_CHARACTERS, parseJson } from '#core/json'
import { type EditionStamp } from '#core/ourFile'
import { describePeer, gatherPeers, openLedger, type PeerFirm, type PeersLedger } from '#core/oversight/peers'
import { openSubmission, stampEdition } from '#core/oversight/submission'
import { formatFault, Problem } from '#core/problems'
import {
  decodeText,
  readEdition,
  readEditionsById,
  readJsonFile,
  readNamedJsonFile,
  readOwnFile,
  toProblem,
} from './readEdition.ts'
import { splitLines } from './score.ts'
import { describeFault, readArguments, STATUS, type Terminal } from './terminal.ts'

/** How many of the files left alone are named. */
const MOST_NAMED = 5

/**
 * 同类组 — the `peers` command: every submission below a folder (.json, or .ndjson with one on each line) to one peers file.
 * A faulty submission is named and nothing is written: a group that silently lacks a firm would be a wrong figure.
 */
export async function runPeers(args: readonly string[], terminal: Terminal): Promise<number> {
  const names = ['edition', 'area', 'source', 'as-of', 'out', 'ledger', 'erased']
  const { plain, options } = readArguments(args, names, ['报送包文件夹'])
  const folder = plain[0]!
  const source = readSource(options['source'])
  const asOf = readDay(options['as-of'])
  const erased = readCount(options['erased'])
  const divisions = parseDivisions(readOwnFile('src/reference/divisions.json'))
  const area = options['area'] ?? findOnlyProvince(divisions)
  if (!divisions.byCode.has(area)) throw new Problem('cli.usage', { reason: `--area ${area} 不是本程序认识的区划代码` })
  const parentOf = listParents(divisions)
  const out = options['out'] ?? 'peers.json'
  const target = findTarget(out)
  const ledgerTarget = options['ledger'] === undefined ? undefined : findTarget(options['ledger'])
  if (target === ledgerTarget) throw new Problem('cli.usage', { reason: '--out 和 --ledger 不能是同一个文件' })

  const { firms, edition, faults, skipped, ignored } = await readFirms(folder, options['edition'])
  for (const fault of faults) terminal.complain(fault)
  if (ignored.length > 0) terminal.complain(describeIgnored(ignored))
  if (faults.length > 0 || edition === undefined) {
    if (edition === undefined && faults.length === 0)
      terminal.complain(describeFault({ code: 'file.at', details: { file: folder, reason: '没有找到报送包' } }))
    return STATUS.refused
  }
  const stamp = stampEdition(edition, digest)
  const ledger = ledgerTarget === undefined || !isThere(ledgerTarget) ? undefined : readLedger(ledgerTarget)
  if (isThere(target)) refuseOverwriting(target, stamp, ledger)
  const { version: engine } = readOwnFile('package.json') as { version: string }
  const gathered = gatherPeers(
    firms,
    {
      edition: stamp,
      engine,
      area,
      source,
      asOf,
      parentOf,
      erased,
      ...(ledger === undefined ? {} : { ledger }),
    },
    digest,
  )
  // Read back from its text before anything is written: nobody should publish a file that nobody can open.
  const peersText = `${JSON.stringify(gathered.peers)}\n`
  openPeers(parseJson(peersText), digest, parentOf)
  const files = [{ path: target, text: peersText }]
  if (ledgerTarget !== undefined) {
    const ledgerText = `${JSON.stringify(gathered.ledger)}\n`
    openLedger(parseJson(ledgerText), digest)
    // First: peers without their ledger could never be followed by others, a ledger without its peers can.
    files.unshift({ path: ledgerTarget, text: ledgerText })
  }
  writeFiles(files)
  const { counted, waiting, duplicates, outside, retired } = gathered.summary
  const summary = {
    out,
    firms: firms.length,
    counted,
    waiting,
    duplicates,
    outside,
    retired,
    groups: gathered.peers.groups.length,
    skippedShortForms: skipped,
    ignored: ignored.length,
  }
  await terminal.print(JSON.stringify(gathered.peers.sample === true ? { ...summary, sample: '示例数据' } : summary))
  return STATUS.fine
}

// ---------- what was asked for ----------

function readSource(text: string | undefined): string {
  if (text === undefined) {
    throw new Problem('cli.usage', {
      reason: '缺少 --source：数据来源会写在每个对标数字旁边，例如 --source "某某市工信局 2026 年诊断"',
    })
  }
  const source = text.trim()
  if (source === '') throw new Problem('cli.usage', { reason: '--source 是空白的：数据来源会写在每个对标数字旁边' })
  if (source.length > 200) throw new Problem('cli.usage', { reason: '--source 超过 200 个字符' })
  return source
}

function readDay(text: string | undefined): string {
  const today = new Date().toISOString().slice(0, 10)
  if (text === undefined) return today
  // 2026-02-31 has the right shape, and JavaScript would take it for 3 March.
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text)
    throw new Problem('cli.usage', { reason: `--as-of ${text} 不是日期（例如 2026-08-31）` })
  return text
}

function readCount(text: string | undefined): number {
  if (text !== undefined && !/^\d{1,6}$/.test(text))
    throw new Problem('cli.usage', { reason: `--erased ${text} 不是份数（例如 2）` })
  return Number(text ?? 0)
}

function findOnlyProvince({ byCode }: ReturnType<typeof parseDivisions>): string {
  const provinces = [...byCode.values()].filter(({ level }) => level === 1)
  const [only] = provinces
  if (only === undefined || provinces.length > 1)
    throw new Problem('cli.usage', { reason: '缺少 --area：汇总范围的区划代码' })
  return only.code
}

// ---------- what is read ----------

function readLedger(path: string): PeersLedger {
  const value = readNamedJsonFile(path)
  try {
    return openLedger(value, digest)
  } catch (problem) {
    throw nameProblem(path, problem)
  }
}

/** Puts the file's name before a refusal; a bug rises as it is. */
function nameProblem(file: string, problem: unknown): unknown {
  return problem instanceof Problem ? new Problem('file.at', { file, reason: problem.message }) : problem
}

interface ReadFirms {
  readonly firms: readonly PeerFirm[]
  readonly edition: Edition | undefined
  readonly faults: readonly string[]
  readonly skipped: number
  readonly ignored: readonly string[]
}

async function readFirms(folder: string, editionFolder: string | undefined): Promise<ReadFirms> {
  let editions: readonly Edition[] = editionFolder === undefined ? [] : [readEdition(editionFolder)]
  let edition: Edition | undefined
  const firms: PeerFirm[] = []
  const faults: string[] = []
  const ignored: string[] = []
  let skipped = 0
  for await (const { place, read, isWhole } of listSubmissions(folder, ignored)) {
    try {
      const value = read()
      if (isWhole && isOurOwn(value)) {
        ignored.push(place)
        continue
      }
      const id = (value as { edition?: { id?: unknown } } | null)?.edition?.id
      if (editions.length === 0 && typeof id === 'string') editions = readEditionsById(id)
      const opened = openSubmission(value, editions, digest)
      edition ??= opened.edition
      if (opened.edition !== edition) throw new Problem('peers.otherEdition', { id: opened.edition.id })
      const firm = describePeer(opened)
      if (firm === undefined) skipped += 1
      else firms.push(firm)
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      faults.push(describeFault({ code: 'file.at', details: { file: place, reason: problem.message } }))
    }
  }
  return { firms, edition, faults, skipped, ignored }
}

/** What this command wrote itself, perhaps into the folder it reads. */
function isOurOwn(value: unknown): boolean {
  const kind = (value as { kind?: unknown } | null)?.kind
  return kind === 'shidang-peers' || kind === 'shidang-peers-ledger'
}

function describeIgnored(ignored: readonly string[]): string {
  const others = ignored.length > MOST_NAMED ? ' 等' : ''
  const names = ignored.slice(0, MOST_NAMED).join('、') + others
  return describeFault({ code: 'peers.ignored', details: { count: ignored.length, names } })
}

interface Place {
  readonly place: string
  readonly read: () => unknown
  /** A file of its own, not a line of one. */
  readonly isWhole: boolean
}

/** Every submission below a folder, with its place; what is left alone is noted in `ignored`, so that nobody misses it. */
async function* listSubmissions(folder: string, ignored: string[]): AsyncGenerator<Place> {
  for (const entry of readFolder(folder)) {
    const path = join(folder, entry.name)
    const name = entry.name.toLowerCase()
    if (entry.isDirectory()) yield* listSubmissions(path, ignored)
    else if (!entry.isFile()) ignored.push(path)
    else if (name.endsWith('.json')) yield { place: path, read: () => readJsonFile(path), isWhole: true }
    else if (name.endsWith('.ndjson')) yield* listLines(path)
    else ignored.push(path)
  }
}

function readFolder(folder: string): readonly Dirent[] {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Problem('file.at', { file: folder, reason: formatFault({ code: 'file.noFolder', details: {} }) })
  }
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch (fault) {
    throw nameProblem(folder, toProblem(fault))
  }
}

async function* listLines(path: string): AsyncGenerator<Place> {
  try {
    for await (const { number, bytes } of splitLines(createReadStream(path))) {
      // Windows ends lines with CR LF, and an empty one is no submission.
      if (bytes?.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09) === true) continue
      yield {
        place: `${path} 第 ${number} 行`,
        read: () => {
          if (bytes === undefined) throw new Problem('file.longLine', { most: MOST_CHARACTERS / 1e6 })
          return parseJson(decodeText(bytes))
        },
        isWhole: false,
      }
    }
  } catch (fault) {
    // `toProblem` lets bugs rise.
    throw nameProblem(path, toProblem(fault))
  }
}

// ---------- what is written ----------

/** The file behind a path, a link followed, so that the file is replaced and not the link. Refuses what is no plain file. */
function findTarget(path: string): string {
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined)
      return join(realpathSync(dirname(path)), basename(path))
    const target = realpathSync(path)
    if (statSync(target).isFile()) return target
  } catch (fault) {
    throw new Problem('file.notWritten', { file: path, reason: describeRefusal(fault) })
  }
  throw new Problem('file.notWritten', { file: path, reason: '它是文件夹或设备，不是文件' })
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

function describeRefusal(fault: unknown): string {
  const { code } = fault as NodeJS.ErrnoException
  if (code === undefined) throw fault
  if (code === 'ENOENT' || code === 'ENOTDIR') return '没有这个文件夹，或链接所指的文件不在'
  if (code === 'ENOSPC' || code === 'EDQUOT') return '磁盘空间不足'
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return '没有写入的权限'
  return `系统不允许（${code}）`
}

/** Refuses to replace what is no peers file, and published real peers by others that do not know which sheets those counted. */
function refuseOverwriting(path: string, { id, digest: sha }: EditionStamp, ledger: PeersLedger | undefined): void {
  const value = readNamedJsonFile(path)
  // A site without peers has the file that the program comes with: null.
  if (value === null) return
  const { kind, sample, edition } = value as { kind?: unknown; sample?: unknown; edition?: Partial<EditionStamp> }
  if (kind !== 'shidang-peers') throw new Problem('peers.outTaken', { out: path })
  const isSameEdition = edition?.id === id && edition.digest === sha
  if (isSameEdition && sample !== true && ledger === undefined) throw new Problem('peers.ledgerMissing', { out: path })
}

/** All files or, unless the machine stops between two renamings, none: each is whole beside its place before the first moves. */
function writeFiles(files: readonly { readonly path: string; readonly text: string }[]): void {
  const written: { readonly path: string; readonly draft: string }[] = []
  try {
    for (const { path, text } of files) {
      const draft = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`)
      written.push({ path, draft })
      writeWhole(draft, text)
    }
    for (const { path, draft } of written) renameSync(draft, path)
  } catch (fault) {
    for (const { draft } of written) rmSync(draft, { force: true })
    throw new Problem('file.notWritten', {
      file: files.map(({ path }) => path).join('、'),
      reason: describeRefusal(fault),
    })
  }
}

/** On the disk, not only in its cache: a rename that survives a power cut must find the content there too. */
function writeWhole(path: string, text: string): void {
  const file = openSync(path, 'w')
  try {
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
