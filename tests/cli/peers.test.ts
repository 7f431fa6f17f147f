// @vitest-environment node
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runPeers } from '../../cli/peers'
import { readEdition } from '../../cli/readEdition'
import { digest } from '#digest'
import { type Peers } from '#core/diagnosis/peerFile'
import { type PeersLedger } from '#core/oversight/peers'
import { completeCreditCode } from '#core/creditCode'
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
        creditCode: completeCreditCode(`91450100XX${String(at).padStart(6, '0')}`),
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
const many = sheets.map((sheet) => JSON.stringify(sheet)).join('\n')

describe('peers', () => {
  it('gathers files, folders inside, and lines of .ndjson into one peers file', async () => {
    const folder = aFolder({
      '1.shidang.json': sheets[0],
      'inside/2.json': sheets[1],
      'inside/MANY.NDJSON': `\uFEFF${sheets
        .slice(2, 13)
        .map((sheet) => JSON.stringify(sheet))
        .join('\r\n\r\n')}\r\n`,
      'inside/LAST.JSON': sheets[13],
    })
    const out = join(folder, 'out.peers')
    const {
      status,
      out: lines,
      err,
    } = await peers(folder, '--source', '某市汇总', '--as-of', '2026-08-31', '--out', out)
    expect({ status, err }).toEqual({ status: 0, err: [] })
    expect(JSON.parse(lines[0]!)).toEqual({
      out,
      firms: 14,
      counted: 14,
      waiting: 0,
      duplicates: 0,
      outside: 0,
      retired: 0,
      groups: 12,
      skippedShortForms: 0,
      ignored: 0,
    })
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
    [['.', '--source', '甲', '--as-of', '2026-13-45'], '--as-of 2026-13-45 不是日期'],
    [['.', '--source', '甲', '--as-of', '2026-02-29'], '--as-of 2026-02-29 不是日期'],
    [['.', '--source', ' \u3000 '], '--source 是空白的'],
    [['.', '--source', '甲'.repeat(201)], '--source 超过 200 个字符'],
    [['.', '--source', '甲', '--erased', '-1'], '--erased'],
    [['.', '--source', '甲', '--erased', '两份'], '--erased 两份 不是份数'],
    [['.', '--source', '甲', '--area', '999999'], '--area 999999'],
    [['.', '--source', '甲', '--out', '/nowhere/p.json'], '没有写成文件 /nowhere/p.json：没有这个文件夹'],
    [['.', '--source', '甲', '--out', tmpdir()], '它是文件夹或设备'],
    [['.', '--source', '甲', '--out', '/dev/null'], '它是文件夹或设备'],
    [['.', '--source', '甲', '--out', 'a', '--ledger', './a'], '不能是同一个文件'],
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

  it('links and files of other names are not followed, but counted and named', async () => {
    const folder = aFolder({
      'many.ndjson': many,
      'a.txt': '',
      'b.json.bak': '',
      'c.csv': '',
      'd.xlsx': '',
      'e\u001b[2J.doc': '',
    })
    symlinkSync(join(folder, 'many.ndjson'), join(folder, 'twice.ndjson'))
    symlinkSync(folder, join(folder, 'around'))
    const { status, out, err } = await peers(folder, '--source', '甲', '--out', join(folder, 'p'))
    expect(status).toBe(0)
    expect(JSON.parse(out[0]!)).toMatchObject({ firms: 14, ignored: 7 })
    expect(err).toHaveLength(1)
    expect(err[0]).toContain('有 7 个文件')
    expect(err[0]).toContain(join(folder, 'around'))
    expect(err[0]).toMatch(/d\.xlsx 等$/)
    expect(err[0]).not.toContain('\u001b')
  })

  it('its own files in the same folder are no submissions; any other kind is a fault', async () => {
    const folder = aFolder({ 'many.ndjson': many })
    const args = [folder, '--source', '甲', '--out', join(folder, 'p.json'), '--ledger', join(folder, 'ledger.json')]
    expect((await peers(...args)).status).toBe(0)
    const again = await peers(...args)
    expect(again.status).toBe(0)
    expect(JSON.parse(again.out[0]!)).toMatchObject({ firms: 14, ignored: 2 })
    writeFileSync(join(folder, 'draft.json'), JSON.stringify({ kind: 'shidang-draft', format: 1 }))
    const { status, err } = await peers(...args)
    expect(status).toBe(2)
    expect(err[0]).toContain('draft.json：这是草稿文件，请选择报送包')
  })

  it('what was published is not published again without its ledger', async () => {
    const folder = aFolder({ 'many.ndjson': many })
    const out = join(folder, 'p.json')
    const args = [folder, '--source', '甲', '--out', out]
    const ledger = ['--ledger', join(folder, 'ledger')]
    expect((await peers(...args, ...ledger, '--as-of', '2026-07-31')).status).toBe(0)
    const before = readFileSync(out, 'utf8')
    for (const without of [[], ['--ledger', join(folder, 'another')]]) {
      const { status, err } = await peers(...args, ...without, '--as-of', '2026-08-31')
      expect(status).toBe(2)
      expect(err.join()).toContain('再次发布必须用上次的台账')
    }
    expect(readFileSync(out, 'utf8')).toBe(before)
    expect(existsSync(join(folder, 'another'))).toBe(false)
    expect((await peers(...args, ...ledger, '--as-of', '2026-08-31')).status).toBe(0)
    expect(read<Peers>(out).asOf).toBe('2026-08-31')
  })

  it('made-up peers and the null that the program comes with are replaced freely, any other file never', async () => {
    const folder = aFolder({ 'many.ndjson': many, other: { kind: 'shidang-draft' } })
    const samples = aFolder({
      'many.ndjson': sheets.map((_, at) => JSON.stringify(aSheet(at, { sample: true }))).join('\n'),
    })
    const out = join(folder, 'p')
    writeFileSync(out, 'null\n')
    expect((await peers(samples, '--source', '示例', '--out', out)).status).toBe(0)
    expect((await peers(folder, '--source', '甲', '--out', out)).status).toBe(0)
    const { status, err } = await peers(folder, '--source', '甲', '--out', join(folder, 'other'))
    expect({ status, err: err[err.length - 1] }).toEqual({
      status: 2,
      err: expect.stringContaining('不会覆盖') as string,
    })
    expect(read(join(folder, 'other'))).toEqual({ kind: 'shidang-draft' })
  })

  it('a sheet that is counted and no longer there is refused until --erased says so', async () => {
    const folder = aFolder(Object.fromEntries(sheets.map((sheet, at) => [`${at}.json`, sheet])))
    const args = [folder, '--source', '甲', '--out', join(folder, 'p'), '--ledger', join(folder, 'l')]
    await peers(...args)
    writeFileSync(join(folder, '3.json'), JSON.stringify(aSheet(77)))
    const refused = await peers(...args)
    expect(refused.status).toBe(2)
    expect(refused.err.join()).toContain('有 1 份这次没有找到')
    const { status, out } = await peers(...args, '--erased', '1')
    expect(status).toBe(0)
    expect((JSON.parse(out[0]!) as { retired: number }).retired).toBeGreaterThanOrEqual(10)
  })

  it('a link is written through, a dangling one is refused, and no draft of a file is left behind', async () => {
    const folder = aFolder({ 'many.ndjson': many, 'site/peers.json': 'null' })
    symlinkSync(join(folder, 'site/peers.json'), join(folder, 'link'))
    symlinkSync(join(folder, 'nowhere/peers.json'), join(folder, 'dangling'))
    const input = join(folder, 'many.ndjson')
    const only = aFolder({ 'many.ndjson': readFileSync(input, 'utf8') })
    expect((await peers(only, '--source', '甲', '--out', join(folder, 'link'))).status).toBe(0)
    expect(read<Peers>(join(folder, 'site/peers.json')).kind).toBe('shidang-peers')
    expect(readdirSync(join(folder, 'site'))).toEqual(['peers.json'])
    const { status, err } = await peers(only, '--source', '甲', '--out', join(folder, 'dangling'))
    expect({ status, lines: err.length }).toEqual({ status: 2, lines: 1 })
    expect(err[0]).toContain('链接所指的文件不在')
  })

  it('a ledger that is none is named', async () => {
    const folder = aFolder({ 'many.ndjson': many })
    const ledger = join(aFolder({ l: { kind: 'shidang-peers', format: 1 } }), 'l')
    const { status, err } = await peers(folder, '--source', '甲', '--out', join(folder, 'p'), '--ledger', ledger)
    expect({ status, err }).toEqual({ status: 2, err: [expect.stringMatching(/l：.*请选择同类组台账/) as string] })
  })

  it('an overlong line and one in another encoding are named with their numbers', async () => {
    const folder = aFolder({})
    const lines = [Buffer.from(JSON.stringify(sheets[0])), Buffer.alloc(9_000_000, 'x'), Buffer.from([0xd6, 0xd0])]
    writeFileSync(join(folder, 'many.ndjson'), Buffer.concat(lines.flatMap((line) => [line, Buffer.from('\n')])))
    const { status, err } = await peers(folder, '--source', '甲', '--out', join(folder, 'p'))
    expect(status).toBe(2)
    expect(err).toHaveLength(2)
    expect(err[0]).toContain('第 2 行：这一行超过上限 8 MB')
    expect(err[1]).toContain('第 3 行：文件不是 UTF-8')
  })

  it('runs as a program', () => {
    const folder = aFolder({ 'many.ndjson': sheets.map((sheet) => JSON.stringify(sheet)).join('\n') })
    const { status, out } = runProgram(['peers', folder, '--source', '甲', '--out', join(folder, 'p')])
    expect(status).toBe(0)
    expect(JSON.parse(out[0]!)).toMatchObject({ firms: 14, groups: 12 })
  })
})
