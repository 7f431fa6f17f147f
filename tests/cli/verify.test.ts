// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEdition } from '../../cli/readEdition'
import { runVerify, type Verified } from '../../cli/verify'
import { digest } from '#digest'
import { type ExamplesFile } from '#core/diagnosis/examples'
import { packSubmission, type Submission } from '#core/oversight/submission'
import { aFile, anEditionLike, GUANGXI, runCommand, runProgram, WORKSHOP, type Run } from '../support/commandLine'

const verify = (...args: string[]): Promise<Run> => runCommand((terminal) => runVerify(args, terminal))

const { answers } = (JSON.parse(readFileSync(join(GUANGXI, 'examples.json'), 'utf8')) as ExamplesFile).examples[4]!

function aSubmission(folder = GUANGXI, sheet: object = answers): Submission {
  return packSubmission(
    readEdition(folder),
    {
      id: 'k3v9',
      revision: 1,
      form: 'full',
      profile: { name: '虚构机械有限公司', productionType: 'discrete' },
      answers: sheet as Submission['answers'],
      startedAt: '2026-03-02T01:00:00.000Z',
      submittedAt: '2026-03-02T01:40:00.000Z',
      minutes: 38,
    },
    '0.1.0',
    digest,
  )
}

/** The content changed and sealed anew, as someone would who wants another tier. */
function forged(submission: Submission, change: object): object {
  const other: Record<string, unknown> = { ...submission, ...change }
  delete other['sha256']
  return { ...other, sha256: digest(other) }
}

describe('verify', () => {
  it('agrees with a submission as it was made', async () => {
    const { status, out, err } = await verify(aFile(aSubmission()))
    expect({ status, lines: out.length, err }).toEqual({ status: 0, lines: 1, err: [] })
    const verified = JSON.parse(out[0]!) as Verified
    expect(verified).toMatchObject({
      agrees: true,
      differences: [],
      submission: { id: 'k3v9', revision: 1 },
      edition: { id: 'guangxi-2024', version: '1.0.0' },
      // Every item at 2.5: S = 50, tier 5 (example 5 of the edition, calculated by hand there).
      computed: { score: { low: 50, high: 50 }, tier: { low: 5, high: 5 } },
    })
    expect(verified.stated).toEqual(verified.computed)
  })

  it('says which stated figures are not the computed ones', async () => {
    const submission = aSubmission()
    const result = { ...submission.result, tier: { low: 9, high: 9 } }
    const { status, out } = await verify(aFile(forged(submission, { result })))
    expect(status).toBe(1)
    expect(JSON.parse(out[0]!)).toMatchObject({
      agrees: false,
      differences: ['tier/low', 'tier/high'],
      stated: { tier: { low: 9, high: 9 } },
      computed: { tier: { low: 5, high: 5 } },
    })
  })

  it('refuses a file that was changed after it was sealed', async () => {
    const path = aFile({ ...aSubmission(), answers: { ...answers, 'S1.1': 5 } })
    expect(await verify(path)).toEqual({
      status: 2,
      out: [],
      err: [`${path}：文件内容与校验码不符：文件被改动过或已损坏，不能采用。请向填报人索取原文件`],
    })
  })

  it('refuses answers the rules refuse, also when sealed', async () => {
    const { status, out, err } = await verify(aFile(forged(aSubmission(), { answers: { 'S1.1': 7 } })))
    expect({ status, out }).toEqual({ status: 2, out: [] })
    expect(err[0]).toContain('S1.1：7 超出范围')
  })

  it('takes an edition of another folder when it is named', async () => {
    const path = aFile(aSubmission(WORKSHOP, { W1: 2 }))
    expect((await verify(path)).err).toEqual([`${path}：本机没有问卷版本 workshop-levels`])
    expect((await verify(path, '--edition', WORKSHOP)).status).toBe(0)
  })

  it('refuses an edition of the same name with another version or other content', async () => {
    const path = aFile(aSubmission())
    const later = anEditionLike(GUANGXI, ['scoring.json/version', '1.1.0'])
    const other = anEditionLike(GUANGXI, ['scoring.json/tree/title', '合计'])
    expect((await verify(path, '--edition', later)).err[0]).toContain('与本机的版本 1.1.0 不同')
    expect((await verify(path, '--edition', other)).err[0]).toContain('校验码不符')
  })

  it.each([
    ['another JSON file', { a: 1 }, '缺少“kind”标记'],
    ['a draft', { kind: 'shidang-draft', format: 1 }, '这是草稿文件，请选择报送包'],
    ['a newer format', { kind: 'shidang-submission', format: 9 }, '请先更新程序'],
    ['half a submission', { kind: 'shidang-submission', format: 1 }, '缺少这一项'],
    ['a list', [], '缺少“kind”标记'],
    ['null', 'null', '缺少“kind”标记'],
    ['text', 'hello', '文件不是完整的 JSON'],
    ['deep JSON', '['.repeat(200_000), '文件的嵌套超过 40 层'],
    ['hostile names', '{"edition":{"__proto__":{"id":"guangxi-2024"}}}', '不允许的名称'],
  ])('refuses %s', async (_, content, text) => {
    const { status, out, err } = await verify(aFile(content))
    expect({ status, out, lines: err.length }).toEqual({ status: 2, out: [], lines: 1 })
    expect(err[0]).toContain(text)
  })

  it('runs as a program', () => {
    const submission = aSubmission()
    expect(runProgram(['verify', aFile(submission)]).status).toBe(0)
    expect(
      runProgram(['verify', aFile(forged(submission, { result: { ...submission.result, dueForVisit: false } }))]),
    ).toMatchObject({
      status: 1,
      out: [expect.stringContaining('"differences":["dueForVisit"]')],
      err: [],
    })
    expect(runProgram(['verify', '/nowhere.json'])).toEqual({
      status: 2,
      out: [],
      err: ['/nowhere.json：没有这个文件'],
    })
  })
})
