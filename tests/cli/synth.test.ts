// @vitest-environment node
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readEdition } from '../../cli/readEdition'
import { runSynth } from '../../cli/synth'
import { digest } from '#digest'
import { openSubmission, type Submission } from '#core/oversight/submission'
import { aFile, GUANGXI, runCommand, runProgram, WORKSHOP, type Run } from '../support/commandLine'
import { referenceScore, type Answers, type ProductionType } from '../support/referenceScorer'

const aFolder = (): string => join(mkdtempSync(join(tmpdir(), 'shidang-')), 'sample')

function synth(options: Readonly<Record<string, string>> = {}): Promise<Run> {
  const all = { firms: '20', seed: '1', edition: GUANGXI, ...options }
  const args = Object.entries(all).flatMap(([name, value]) => (value === '' ? [] : [`--${name}`, value]))
  return runCommand((terminal) => runSynth(args, terminal))
}

const linesOf = (out: string): readonly string[] =>
  readFileSync(join(out, 'submissions.ndjson'), 'utf8').trimEnd().split('\n')

describe('synth', () => {
  it('writes one sealed submission a line, each of which says that it is a sample and is scored as it says', async () => {
    const out = aFolder()
    const { status, out: printed } = await synth({ out, firms: '150' })
    expect(status).toBe(0)
    expect(JSON.parse(printed[0]!)).toMatchObject({ sample: '示例数据', firms: 150, seed: 1 })
    const lines = linesOf(out)
    expect(lines).toHaveLength(150)
    const edition = readEdition(GUANGXI)
    for (const line of lines) {
      const opened = openSubmission(JSON.parse(line), [edition], digest)
      expect(opened.agrees).toBe(true)
      expect(opened.submission.sample).toBe(true)
      // The second scorer knows nothing of this program.
      const { answers, profile, result } = opened.submission
      const { score, tier } = referenceScore(answers as Answers, profile.productionType as ProductionType)
      expect(result.tier).toEqual(tier)
      expect(result.score!.low).toBeCloseTo(score.low, 9)
    }
  })

  it('says in Chinese beside the file what it is', async () => {
    const out = aFolder()
    await synth({ out })
    expect([...readdirSync(out)].sort()).toEqual(['README.txt', 'submissions.ndjson'])
    const text = readFileSync(join(out, 'README.txt'), 'utf8')
    expect(text).toMatch(/^示例数据（不是真实企业）/)
    expect(text).toContain('20 份报送包')
    expect(text).toContain('不得作为统计数据使用')
  })

  it('writes the same bytes for the same seed, others for another', async () => {
    const [first, second, other] = [aFolder(), aFolder(), aFolder()]
    await synth({ out: first })
    await synth({ out: second })
    await synth({ out: other, seed: '2' })
    const read = (out: string): string => readFileSync(join(out, 'submissions.ndjson'), 'utf8')
    expect(read(first)).toBe(read(second))
    expect(read(first)).not.toBe(read(other))
  })

  it('hands in before the day that was asked for', async () => {
    const out = aFolder()
    await synth({ out, 'as-of': '2025-09-30' })
    for (const line of linesOf(out)) {
      const { submittedAt, profile } = JSON.parse(line) as Submission
      expect(submittedAt >= '2025-07-02' && submittedAt < '2025-09-30').toBe(true)
      expect(profile.figuresYear).toBe(2024)
    }
  })

  it('takes an edition by its id or its folder, of another model too', async () => {
    const [byId, workshop] = [aFolder(), aFolder()]
    expect((await synth({ out: byId, edition: 'guangxi-2024' })).status).toBe(0)
    expect((await synth({ out: workshop, edition: WORKSHOP })).status).toBe(0)
    expect(JSON.parse(linesOf(workshop)[0]!)).toMatchObject({ edition: { id: 'workshop-levels' }, sample: true })
  })

  it.each([
    ['no number of firms', { firms: '' }, '缺少 --firms'],
    ['no seed', { seed: '' }, '缺少 --seed'],
    ['no edition', { edition: '' }, '缺少 --edition'],
    ['no folder', { out: '' }, '缺少 --out'],
    ['no firm at all', { firms: '0' }, '--firms 应为 1 到 500000 的整数，不能是 0'],
    ['too many firms', { firms: '500001' }, '--firms 应为 1 到 500000 的整数，不能是 500001'],
    ['half a firm', { firms: '1.5' }, '--firms 应为 1 到 500000 的整数，不能是 1.5'],
    ['a number in words', { firms: '一百' }, '--firms 应为 1 到 500000 的整数，不能是 一百'],
    ['a seed that is no number', { seed: 'abc' }, '--seed 应为 0 到 2147483647 的整数，不能是 abc'],
    ['a day that is none', { 'as-of': '2026-02-30' }, '--as-of 应为 2026-11-21 这样的日期，不能是 2026-02-30'],
    ['a day in words', { 'as-of': 'today' }, '--as-of 应为 2026-11-21 这样的日期，不能是 today'],
    ['an edition that is not there', { edition: 'guangxi-1999' }, '本机没有问卷版本 guangxi-1999'],
    ['an option it does not know', { form: 'short' }, '选项 --form 不认识，或后面缺少值'],
  ])('refuses %s, and writes nothing', async (_, options, text) => {
    const out = aFolder()
    const { status, err } = await synth({ out, ...options })
    expect({ status, err }).toEqual({ status: 2, err: [text] })
    expect(existsSync(out)).toBe(false)
  })

  it('writes over what it made itself, never over anything else', async () => {
    const own = aFolder()
    await synth({ out: own })
    expect((await synth({ out: own, firms: '3' })).status).toBe(0)
    expect(linesOf(own)).toHaveLength(3)

    const other = mkdtempSync(join(tmpdir(), 'shidang-'))
    writeFileSync(join(other, 'submissions.ndjson'), '{"real":true}\n')
    expect(await synth({ out: other })).toMatchObject({
      status: 2,
      err: [`--out ${other} 里已有别的文件，请换一个空文件夹`],
    })
    expect(readFileSync(join(other, 'submissions.ndjson'), 'utf8')).toBe('{"real":true}\n')
    const file = aFile('text', 'a.txt')
    expect((await synth({ out: file })).err).toEqual([`--out ${file} 是文件，不是文件夹`])
  })

  it('runs as a program, and verify agrees with what it wrote', () => {
    const out = aFolder()
    const args = ['synth', '--firms', '2', '--seed', '9', '--edition', 'guangxi-2024', '--out', out]
    expect(runProgram(args)).toMatchObject({ status: 0, err: [] })
    for (const line of linesOf(out)) expect(runProgram(['verify', aFile(line)]).status).toBe(0)
  })
})
