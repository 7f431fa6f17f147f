// @vitest-environment node
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runPeers } from '../../cli/peers'
import { readEdition } from '../../cli/readEdition'
import { digest } from '#digest'
import { type Peers } from '#core/diagnosis/peerFile'
import { type PeersLedger } from '#core/oversight/peers'
import { packSubmission, type SheetToSubmit, type Submission } from '#core/oversight/submission'
import { answersAtLevel } from '../support/build'
import { GUANGXI, runCommand, runProgram, WORKSHOP, type Run } from '../support/commandLine'

const edition = readEdition(GUANGXI)
const peers = (...args: string[]): Promise<Run> => runCommand((terminal) => runPeers(args, terminal))

function aSheet(at: number, changes: Partial<SheetToSubmit> = {}): Submission {
  const level = 1 + (at % 3)
  return packSubmission(
    edition,
    {
      id: `sheet-${at}`,
      revision: 1,
      form: 'full',
      profile: {
        city: '450100',
        county: '450103',
        industry: '20',
        productionType: 'discrete',
        staff: 100,
        revenue: 30_000_000,
      },
      answers: answersAtLevel(edition, level, 'discrete'),
      startedAt: '2026-06-01T00:00:00.000Z',
      submittedAt: '2026-06-02T00:00:00.000Z',
      minutes: 60,
      ...changes,
    },
    '0.1.0',
    digest,
  )
}

function aFolder(files: Readonly<Record<string, unknown>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-'))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }
  return folder
}
const read = <File>(path: string): File => JSON.parse(readFileSync(path, 'utf8')) as File
const sheets = Array.from({ length: 14 }, (_, at) => aSheet(at))

describe('peers', () => {
  it('gathers files, folders inside, and lines of .ndjson into one peers file', async () => {
    const folder = aFolder({
      '1.shidang.json': sheets[0],
      'inside/2.json': sheets[1],
      'inside/many.ndjson': `${sheets
        .slice(2)
        .map((sheet) => JSON.stringify(sheet))
        .join('\n')}\n`,
      'readme.txt': '不是报送包',
    })
    const out = join(folder, 'out.peers')
    const {
      status,
      out: lines,
      err,
    } = await peers(folder, '--source', '某市汇总', '--as-of', '2026-08-31', '--out', out)
    expect({ status, err }).toEqual({ status: 0, err: [] })
    expect(JSON.parse(lines[0]!)).toEqual({ out, firms: 14, counted: 14, groups: 12, skippedShortForms: 0 })
    const file = read<Peers>(out)
    expect(file).toMatchObject({ area: '450000', asOf: '2026-08-31', source: '某市汇总', least: 10 })
    // Levels 1, 2, 3 in turn: 5 + 5 + 4 sheets at 20, 40 and 60 points; the median of 14 lies between the 7th and the 8th.
    const total = file.groups.find(({ division, industry, size }) =>
      [division, industry, size].every((key) => key === undefined),
    )!
    expect(total.n).toBe(14)
    expect(total.nodes[edition.tree.id]![2]).toBe(40)
  })

  it('one faulty submission is named with its line, and nothing is written', async () => {
    const folder = aFolder({
      'many.ndjson': [...sheets.slice(0, 11), { ...sheets[11]!, minutes: 1 }]
        .map((sheet) => JSON.stringify(sheet))
        .join('\n'),
    })
    const out = join(folder, 'peers.out')
    const { status, err } = await peers(folder, '--source', '某市汇总', '--out', out)
    expect(status).toBe(2)
    expect(err).toHaveLength(1)
    expect(err[0]).toContain('many.ndjson 第 12 行：文件内容与校验码不符')
    expect(existsSync(out)).toBe(false)
  })

  it('short forms are counted apart and take no part', async () => {
    const short = Array.from({ length: 3 }, (_, at) => aSheet(50 + at, { form: 'short' }))
    const folder = aFolder({ 'many.ndjson': [...sheets, ...short].map((sheet) => JSON.stringify(sheet)).join('\n') })
    const { out } = await peers(folder, '--source', '某市汇总', '--out', join(folder, 'p'))
    expect(JSON.parse(out[0]!)).toMatchObject({ firms: 14, skippedShortForms: 3 })
  })

  it('a ledger is made, used again, and keeps one new firm back', async () => {
    const folder = aFolder({ 'many.ndjson': sheets.map((sheet) => JSON.stringify(sheet)).join('\n') })
    const out = join(folder, 'p')
    const ledger = join(folder, 'ledger')
    const args = [folder, '--source', '某市汇总', '--out', out, '--ledger', ledger]
    await peers(...args, '--as-of', '2026-07-31')
    expect(read<PeersLedger>(ledger).blocks.flatMap(({ members }) => members)).toHaveLength(14)
    writeFileSync(join(folder, 'new.json'), JSON.stringify(aSheet(99)))
    const { out: lines } = await peers(...args, '--as-of', '2026-08-31')
    expect(JSON.parse(lines[0]!)).toMatchObject({ firms: 15, counted: 14 })
    expect(read<Peers>(out).groups.every(({ n }) => n === 14)).toBe(true)
  })

  it('made-up firms give a file that says so', async () => {
    const folder = aFolder({
      'many.ndjson': sheets.map((_, at) => JSON.stringify(aSheet(at, { sample: true }))).join('\n'),
    })
    const { out } = await peers(folder, '--source', '示例', '--out', join(folder, 'p'))
    expect(JSON.parse(out[0]!)).toMatchObject({ sample: '示例数据' })
    expect(read<Peers>(join(folder, 'p')).sample).toBe(true)
  })

  it.each([
    [['--source', '甲'], '缺少参数：报送包文件夹'],
    [['/nowhere', '--source', '甲'], '没有这个文件夹'],
    [['.'], '缺少 --source'],
    [['.', '--source', '甲', '--as-of', '八月'], '--as-of 八月 不是日期'],
    [['.', '--source', '甲', '--area', '999999'], '--area 999999'],
  ])('%j is refused: %s', async (args, text) => {
    const { status, err } = await peers(...args)
    expect(status).toBe(2)
    expect(err.join()).toContain(text)
  })

  it('a folder without submissions says so', async () => {
    const { status, err } = await peers(aFolder({ 'a.txt': '空' }), '--source', '甲')
    expect({ status, err: err.join() }).toEqual({ status: 2, err: expect.stringContaining('没有找到报送包') as string })
  })

  it('sheets of another edition are refused', async () => {
    const folder = aFolder({ 'a.json': sheets[0] })
    const { err } = await peers(folder, '--source', '甲', '--edition', WORKSHOP)
    expect(err.join()).toContain('本机没有问卷版本 guangxi-2024')
  })

  it('runs as a program', () => {
    const folder = aFolder({ 'many.ndjson': sheets.map((sheet) => JSON.stringify(sheet)).join('\n') })
    const { status, out } = runProgram(['peers', folder, '--source', '甲', '--out', join(folder, 'p')])
    expect(status).toBe(0)
    expect(JSON.parse(out[0]!)).toMatchObject({ firms: 14, groups: 12 })
  })
})
