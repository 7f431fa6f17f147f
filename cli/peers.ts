import { createReadStream, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { digest } from '#digest'
import { type Edition } from '#core/diagnosis/edition'
import { listParents, parseDivisions } from '#core/division'
import { parseJson } from '#core/json'
import { describePeer, gatherPeers, openLedger, type PeerFirm, type PeersLedger } from '#core/oversight/peers'
import { openSubmission, stampEdition } from '#core/oversight/submission'
import { formatFault, Problem } from '#core/problems'
import { readEdition, readEditionsById, readJsonFile, readNamedJsonFile, readOwnFile } from './readEdition.ts'
import { readArguments, STATUS, type Terminal } from './terminal.ts'

/**
 * 同类组 — the `peers` command: every submission below a folder (.json, or .ndjson with one on each line) to one peers file.
 * A faulty submission is named and nothing is written: a group that silently lacks a firm would be a wrong figure.
 */
export async function runPeers(args: readonly string[], terminal: Terminal): Promise<number> {
  const names = ['edition', 'area', 'source', 'as-of', 'out', 'ledger']
  const { plain, options } = readArguments(args, names, ['报送包文件夹'])
  const folder = plain[0]!
  const out = options['out'] ?? 'peers.json'
  const { source } = options
  if (source === undefined) {
    throw new Problem('cli.usage', {
      reason: '缺少 --source：数据来源会写在每个对标数字旁边，例如 --source "某某市工信局 2026 年诊断"',
    })
  }
  const asOf = options['as-of'] ?? new Date().toISOString().slice(0, 10)
  if (!/^\d{4}-\d{2}-\d{2}$/.test(asOf))
    throw new Problem('cli.usage', { reason: `--as-of ${asOf} 不是日期（2026-08-31）` })
  const divisions = parseDivisions(readOwnFile('src/reference/divisions.json'))
  const area = options['area'] ?? findOnlyProvince(divisions)
  if (!divisions.byCode.has(area)) throw new Problem('cli.usage', { reason: `--area ${area} 不是本程序认识的区划代码` })

  const { firms, edition, faults, skipped } = await readFirms(folder, options['edition'])
  for (const fault of faults) terminal.complain(fault)
  if (faults.length > 0 || edition === undefined) {
    if (edition === undefined && faults.length === 0) terminal.complain(`${folder}：没有找到报送包`)
    return STATUS.refused
  }
  const ledgerPath = options['ledger']
  const ledger = ledgerPath === undefined ? undefined : readLedger(ledgerPath)
  const { version: engine } = readOwnFile('package.json') as { version: string }
  const gathered = gatherPeers(
    firms,
    {
      edition: stampEdition(edition, digest),
      engine,
      area,
      source,
      asOf,
      parentOf: listParents(divisions),
      ...(ledger === undefined ? {} : { ledger }),
    },
    digest,
  )
  writeFileSync(out, `${JSON.stringify(gathered.peers)}\n`)
  if (ledgerPath !== undefined) writeFileSync(ledgerPath, `${JSON.stringify(gathered.ledger)}\n`)
  const counted = gathered.ledger.blocks.reduce((sum, { members }) => sum + members.length, 0)
  const summary = {
    out,
    firms: firms.length,
    counted,
    groups: gathered.peers.groups.length,
    skippedShortForms: skipped,
  }
  await terminal.print(JSON.stringify(gathered.peers.sample === true ? { ...summary, sample: '示例数据' } : summary))
  return STATUS.fine
}

function findOnlyProvince({ byCode }: ReturnType<typeof parseDivisions>): string {
  const provinces = [...byCode.values()].filter(({ level }) => level === 1)
  const [only] = provinces
  if (only === undefined || provinces.length > 1)
    throw new Problem('cli.usage', { reason: '缺少 --area：汇总范围的区划代码' })
  return only.code
}

function readLedger(path: string): PeersLedger | undefined {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined
  return openLedger(readNamedJsonFile(path), digest)
}

interface ReadFirms {
  readonly firms: readonly PeerFirm[]
  readonly edition: Edition | undefined
  readonly faults: readonly string[]
  readonly skipped: number
}

async function readFirms(folder: string, editionFolder: string | undefined): Promise<ReadFirms> {
  let editions: readonly Edition[] = editionFolder === undefined ? [] : [readEdition(editionFolder)]
  let edition: Edition | undefined
  const firms: PeerFirm[] = []
  const faults: string[] = []
  let skipped = 0
  for await (const { place, read } of listSubmissions(folder)) {
    try {
      const value = read()
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
      faults.push(formatFault({ code: 'file.at', details: { file: place, reason: problem.message } }))
    }
  }
  return { firms, edition, faults, skipped }
}

/** Every submission below a folder, with its place; files that are neither .json nor .ndjson are left alone. */
async function* listSubmissions(folder: string): AsyncGenerator<{ place: string; read: () => unknown }> {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Problem('file.at', { file: folder, reason: formatFault({ code: 'file.noFolder', details: {} }) })
  }
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* listSubmissions(path)
    else if (entry.name.endsWith('.json')) yield { place: path, read: () => readJsonFile(path) }
    else if (entry.name.endsWith('.ndjson')) {
      let line = 0
      for await (const text of createInterface({ input: createReadStream(path, 'utf8'), crlfDelay: Infinity })) {
        line += 1
        if (text.trim() !== '') yield { place: `${path} 第 ${line} 行`, read: () => parseJson(text) }
      }
    }
  }
}
