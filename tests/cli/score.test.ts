// @vitest-environment node
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEdition } from '../../cli/readEdition'
import { runScore, scoreSheet, splitLines } from '../../cli/score'
import { parseEdition } from '#core/diagnosis/edition'
import { type ExamplesFile } from '#core/diagnosis/examples'
import {
  aFile,
  anEditionLike,
  GUANGXI,
  inChunks,
  runCommand,
  runProgram,
  WORKSHOP,
  type Run,
} from '../support/commandLine'

const score = (args: readonly string[], input: string | Uint8Array = '', size = 7): Promise<Run> =>
  runCommand((terminal) => runScore(args, terminal, inChunks(input, size)))

const examples = (JSON.parse(readFileSync(join(GUANGXI, 'examples.json'), 'utf8')) as ExamplesFile).examples
const [first] = examples
const GBK = Buffer.from([0x7b, 0x22, 0xcd, 0xf8, 0xb9, 0xdc, 0x22, 0x3a, 0x31, 0x7d])

describe('score, one sheet', () => {
  it('prints one JSON object in the documented shape', async () => {
    const { status, out, err } = await score([
      GUANGXI,
      aFile(first!.answers),
      '--profile',
      aFile({ productionType: 'discrete' }),
    ])
    expect({ status, err, lines: out.length }).toEqual({ status: 0, err: [], lines: 1 })
    const result = JSON.parse(out[0]!) as Record<string, unknown>
    expect(Object.keys(result)).toEqual('edition version score tier level limits nodes items dueForVisit'.split(' '))
    // Every item at 0.5: S = 0.5 × 20 = 10, tier 1; gate 2; G1.3 and G1.4 below 1 cap at 4 (scoring rules, §4).
    expect(result).toMatchObject({
      edition: 'guangxi-2024',
      version: '1.0.0',
      score: { low: 10, high: 10 },
      tier: { low: 1, high: 1 },
      level: { low: 1, high: 1 },
      limits: { score: 1, gate: 2, cap: 4 },
      nodes: { S: { low: 0.5, high: 0.5 }, S1: { low: 0.5, high: 0.5 } },
      items: { 'S1.1': { low: 0.5, high: 0.5 } },
      dueForVisit: false,
    })
  })

  it('prints "form" for the short form alone', async () => {
    const answers = aFile(first!.answers)
    expect((await score([GUANGXI, answers, '--form', 'full'])).out[0]).not.toContain('"form"')
    expect((await score([GUANGXI, answers, '--form', 'short'])).out[0]).toContain('"form":"short"')
  })

  it('takes a sheet without a profile: every indicator applies', async () => {
    const { out } = await score([GUANGXI, aFile({})])
    const { items } = JSON.parse(out[0]!) as { items: object }
    expect(Object.keys(items)).toHaveLength(75)
  })

  it('leaves out tier and limits for an edition without tiers', async () => {
    const { out } = await score([WORKSHOP, aFile({ W1: 2, W2: 2, W3: 2, W4: ['防护罩'], W5: 2 })])
    expect(Object.keys(JSON.parse(out[0]!) as object)).toEqual(
      'edition version score level nodes items dueForVisit'.split(' '),
    )
    expect(JSON.parse(out[0]!)).toMatchObject({ score: { low: 2, high: 2 }, level: { low: 2, high: 2 } })
  })

  it('prints decimals without float dust', () => {
    // Three steps of 0.1 are 0.3, not 0.30000000000000004.
    const edition = readEdition(anEditionLike(WORKSHOP, ['scoring.json/items/W1/scale', { max: 3, step: 0.1 }]))
    expect(scoreSheet(edition, 'full', undefined, { W1: 0.3 }).items['W1']).toEqual({ low: 0.3, high: 0.3 })
  })

  it.each([
    ['an unknown indicator', { 'S9.9': 1 }, 'S9.9：本问卷没有这个指标'],
    ['a value off the grid', { 'S1.1': 1.3 }, 'S1.1：1.3 不是允许的分值，应为 0.5 的整数倍'],
    ['a value above the scale', { 'S1.1': 6 }, 'S1.1：6 超出范围，应在 0 到 5 之间'],
    ['text for a number', { 'S1.1': '3' }, 'S1.1：回答的写法不对，应为分值或“不掌握”'],
    ['a denominator of 0', { 'T1.1': { numerator: 0, denominator: 0 } }, 'T1.1：分母不能为 0'],
    ['a choice twice', { 'T2.6': ['ERP', 'ERP'] }, 'T2.6：选项“ERP”重复'],
    ['a scene that does not exist', { 'B1.1': { 食堂: 2 } }, 'B1.1：没有“食堂”这个场景'],
    ['no reason for 不适用', { 'C1.1': { notApplicable: ' ' } }, 'C1.1：选“不适用”必须写明理由'],
  ])('refuses %s with the id, and prints nothing', async (_, answers, line) => {
    expect(await score([GUANGXI, aFile(answers)])).toEqual({ status: 2, out: [], err: [line] })
  })

  it('tells every fault in its own line', async () => {
    const { err } = await score([GUANGXI, aFile({ 'S1.1': 9, 'S9.9': 1, 'T1.1': -1 })])
    expect(err.map((line) => line.split('：')[0])).toEqual(['S1.1', 'S9.9', 'T1.1'])
  })

  it.each([
    ['JSON 200,000 levels deep', '['.repeat(200_000), '文件的嵌套超过 40 层，不是识档导出的文件'],
    ['deep JSON that is complete', `${'{"a":'.repeat(200_000)}1${'}'.repeat(200_000)}`, '文件的嵌套超过 40 层'],
    ['a name that would change every object', '{"__proto__":{"S1.1":5}}', '不允许的名称“__proto__”'],
    ['such a name in escapes', '{"\\u005f_proto__":5}', '不允许的名称“__proto__”'],
    ['another such name', '{"constructor":5}', '不允许的名称“constructor”'],
    ['a number beyond double', '{"T1.1":1e400}', '数字过大'],
    ['an answer twice', '{"S1.1":1,"S1.1":5}', '名称“S1.1”出现了两次'],
    ['GBK bytes', GBK, '文件不是 UTF-8 编码的文本'],
    ['no content', '', '文件不是完整的 JSON'],
    ['half a file', '{"S1.1":1', '文件不是完整的 JSON'],
    ['a list', '[1,2]', '作答不是“指标编号 → 回答”的对象'],
    ['null', 'null', '作答不是“指标编号 → 回答”的对象'],
    ['9 MB', ' '.repeat(9_000_000), '文件有 9 MB，超过上限 8 MB'],
  ])('refuses a file with %s', async (_, content, text) => {
    const { status, out, err } = await score([GUANGXI, aFile(content)])
    expect({ status, out, lines: err.length }).toEqual({ status: 2, out: [], lines: 1 })
    expect(err[0]).toContain(text)
  })

  it('reads a file with a byte order mark', async () => {
    expect((await score([GUANGXI, aFile('\uFEFF{"S1.1":1}')])).status).toBe(0)
  })

  it('refuses a folder, a missing file and a missing edition by name', async () => {
    const folder = dirname(aFile({}))
    expect((await score([GUANGXI, folder])).err).toEqual([`${folder}：这是文件夹，不是文件`])
    expect((await score([GUANGXI, join(folder, 'none.json')])).err).toEqual([
      `${join(folder, 'none.json')}：没有这个文件`,
    ])
    expect((await score([join(folder, 'none'), aFile({})])).err).toEqual([`${join(folder, 'none')}：没有这个文件夹`])
    expect((await score([folder, aFile({})])).err[0]).toBe('scoring.json: /: 没有这个文件')
  })

  it('refuses a profile that is none or names another production type', async () => {
    const profile = (content: unknown): readonly string[] => [GUANGXI, aFile({}), '--profile', aFile(content)]
    expect((await score(profile([]))).err).toEqual(['企业信息不是一个对象'])
    expect((await score(profile({ productionType: 'farming' }))).err[0]).toContain('没有“farming”这个生产类型')
  })

  it('refuses arguments it does not understand', async () => {
    expect((await score([GUANGXI])).err).toEqual(['缺少参数：作答文件'])
    expect((await score([GUANGXI, 'a', 'b'])).err).toEqual(['多出的参数：b'])
    expect((await score([GUANGXI, 'a', '--profil', 'b'])).err).toEqual(['选项 --profil 不认识，或后面缺少值'])
    expect((await score([GUANGXI, 'a', '--form', 'long'])).err).toEqual(['--form 只能是 full 或 short，不能是 long'])
    expect((await score([WORKSHOP, aFile({}), '--form', 'short'])).err).toEqual([
      '本问卷没有快速自测，不能用 --form short',
    ])
  })

  it('refuses an incomplete sheet where the edition wants a complete one', async () => {
    const strict = anEditionLike(WORKSHOP, ['scoring.json/answers', { unanswered: 'refuse', notApplicable: 'exclude' }])
    const complete = { W1: 2, W2: { notApplicable: '工具统一保管' }, W3: 2, W4: ['防护罩', '急停按钮'], W5: 2, W6: 35 }
    const gaps = { ...complete, W3: undefined, W6: 'unknown' }
    expect(await score([strict, aFile(gaps)])).toEqual({
      status: 2,
      out: [],
      err: ['还有 2 项未作答，本问卷要求全部作答：W3、W6'],
    })
    // 整洁 = 2 (W2 left out), 安全 = min(2, 2), 现场 2, 人员 (2 + 2) / 2 = 2; total 4; every item of level 2 at 2.
    const { out } = await score([strict, aFile(complete)])
    expect(JSON.parse(out[0]!)).toMatchObject({ score: { low: 4, high: 4 }, level: { low: 2, high: 2 } })
  })

  it('scores an edition without any grading', () => {
    const edition = readEdition(anEditionLike(WORKSHOP, ['scoring.json/grading', undefined]))
    expect(
      parseEdition({ scoring: edition.scoring, survey: edition.survey, advice: { steps: edition.advice } }).id,
    ).toBe('workshop-levels')
    expect(Object.keys(scoreSheet(edition, 'full', undefined, {}))).toEqual(
      'edition version score nodes items dueForVisit'.split(' '),
    )
  })
})

describe('score, a region', () => {
  const lines = examples
    .filter(({ form }) => form !== 'short')
    .map(({ profile, answers }) => JSON.stringify({ profile, answers }))

  it('prints for each line what the sheet alone would print', async () => {
    const { status, out, err } = await score([GUANGXI, '-'], lines.join('\n'), 1000)
    expect({ status, err }).toEqual({ status: 0, err: [] })
    const edition = readEdition(GUANGXI)
    expect(out).toEqual(
      lines.map((line) => {
        const { profile, answers } = JSON.parse(line) as { profile: unknown; answers: unknown }
        return JSON.stringify(scoreSheet(edition, 'full', profile, answers))
      }),
    )
  })

  it('tells a bad line in its place, with its number, and goes on', async () => {
    const input = Buffer.concat([
      Buffer.from(
        '\n{"answers":{"W1":2}}\r\nnot json\n   \n{"answers":{"W1":7,"W9":1}}\n{"answers":{},"profle":{}}\n{}\n',
      ),
      GBK,
      Buffer.from(`\n${'['.repeat(200_000)}\n{"answers":{}}`),
    ])
    const { status, out, err } = await score([WORKSHOP, '-'], input, 4096)
    expect(status).toBe(2)
    expect(out.map((line) => JSON.parse(line) as { line?: number; problems?: string[] })).toMatchObject([
      { items: { W1: { low: 2, high: 2 } } },
      { line: 3, problems: [expect.stringContaining('文件不是完整的 JSON')] },
      { line: 5, problems: ['W1：7 超出范围，应在 0 到 3 之间', 'W9：本问卷没有这个指标'] },
      { line: 6, problems: ['文件内容不对（位置：/profle）：没有这一项，请删除或改正名称'] },
      { line: 7, problems: ['文件内容不对（位置：/answers）：缺少这一项'] },
      { line: 8, problems: [expect.stringContaining('文件不是 UTF-8 编码')] },
      { line: 9, problems: ['文件的嵌套超过 40 层，不是识档导出的文件'] },
      { score: { low: 0, high: 0 } },
    ])
    expect(err).toHaveLength(7)
    expect(err[1]).toBe('第 5 行：W1：7 超出范围，应在 0 到 3 之间')
  })

  it('gives lines without a profile the one of --profile', async () => {
    const profile = aFile({ productionType: 'mining' })
    const { out } = await score([GUANGXI, '-', '--profile', profile], '{"answers":{}}\n{"profile":{},"answers":{}}')
    const counts = out.map((line) => Object.keys((JSON.parse(line) as { items: object }).items).length)
    // C3.3 and B3.1 are not asked of mining.
    expect(counts).toEqual([73, 75])
  })

  it('prints nothing for nothing', async () => {
    expect(await score([GUANGXI, '-'], '')).toEqual({ status: 0, out: [], err: [] })
  })

  it('drops an overlong line without keeping it', async () => {
    const seen: (string | undefined)[] = []
    for await (const { bytes } of splitLines(inChunks('ab\nabcdef\n\nabc', 2), 4)) {
      seen.push(bytes === undefined ? undefined : Buffer.from(bytes).toString())
    }
    expect(seen).toEqual(['ab', undefined, '', 'abc'])
  })
})

describe('score, as a program', () => {
  it('prints the result and nothing else', () => {
    const { status, out, err } = runProgram(['score', WORKSHOP, aFile({ W1: 1 })])
    expect({ status, lines: out.length, err }).toEqual({ status: 0, lines: 1, err: [] })
  })

  it('ends with status 2 after a region with a bad line', () => {
    const { status, out } = runProgram(['score', WORKSHOP, '-'], '{"answers":{}}\n?\n'.repeat(2000))
    expect({ status, lines: out.length }).toEqual({ status: 2, lines: 4000 })
    expect(JSON.parse(out[3999]!)).toMatchObject({ line: 4000 })
  })

  it('explains itself in Chinese on stderr when asked for nothing it has', () => {
    for (const args of [[], ['scor'], ['score'], ['lint', '--all', WORKSHOP]]) {
      const { status, out, err } = runProgram(args)
      expect({ status, out }).toEqual({ status: 2, out: [] })
      expect(err.join('\n')).toContain('用法：npm run -s cli')
      expect(err.join('\n')).not.toMatch(/\n\s+at /)
    }
  })
})
