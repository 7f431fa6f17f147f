import { describe, expect, it } from 'vitest'
import { type OutlineBlock } from '#export/outline'
import { outlineReport } from '#export/outlineReport'
import { loadWorkshop } from '../support/workshop'
import { makeBenchmark } from '../support/madeUpBenchmark'
import { EXAMPLES, sourceOf } from './samples'

const wordsOf = (blocks: readonly OutlineBlock[]): string =>
  blocks
    .map((block) => {
      switch (block.kind) {
        case 'heading':
        case 'paragraph':
          return block.text
        case 'list':
          return block.items.join('\n')
        case 'table':
          return block.rows.map(({ cells }) => cells.join('\t')).join('\n')
        case 'chart':
          return block.picture.title
      }
    })
    .join('\n')

const headingsOf = (blocks: readonly OutlineBlock[]): readonly string[] =>
  blocks.flatMap((block) => (block.kind === 'heading' && block.level === 1 ? [block.text] : []))

describe('outline of a report', () => {
  it.each(EXAMPLES.map((example) => [example.name, example] as const))(
    '%s: every row with score and state',
    (_, example) => {
      const { report } = sourceOf(example)
      const { blocks } = outlineReport(report, [])
      const last = blocks[blocks.length - 1]!
      const lines = last.kind === 'table' ? last.rows.map(({ cells }) => cells) : []
      expect(lines.length).toBe(report.table.length)
      for (const row of report.table) {
        const line = lines.find(([name]) =>
          row.depth === 0 ? name === row.title : name!.startsWith(`${row.id} ${row.title}`),
        )
        expect(line, row.id).toBeDefined()
        expect(line![1]).toContain(row.figureText)
        expect(line![2]).toBe(row.phrase === '' ? row.stateText : `${row.stateText}：${row.phrase}`)
      }
    },
  )

  it('says everything else the report says', () => {
    for (const example of EXAMPLES) {
      const { report } = sourceOf(example)
      const outline = outlineReport(report, [])
      const words = wordsOf(outline.blocks)
      const wanted = [
        report.limits.sentence,
        ...report.remarks,
        report.standing.statement,
        ...report.standing.is,
        ...report.standing.isNot,
        report.benchmarkRemark,
        report.upgradeRemark,
        report.upgrade?.summary ?? '',
        ...(report.upgrade?.raises ?? []).flatMap(({ id, title, phrase, advice }) => [
          `${id} ${title}`,
          phrase,
          ...advice,
        ]),
        ...report.gaps.map(({ bringsText }) => bringsText),
        ...report.comparisons.flatMap(({ strengths, gaps }) => [...strengths, ...gaps].map(({ phrase }) => phrase)),
        ...(report.visit?.areas ?? []).flatMap(({ title, looksAt, evidence }) => [title, looksAt, ...evidence]),
        report.stamp.digest,
        report.stamp.engine,
      ]
      expect(wanted.filter((text) => !words.includes(text))).toEqual([])
      expect(outline.marks).toEqual(['自评参考', '示例数据'])
    }
  })

  it('a benchmark stands with its number, date, source and marks', () => {
    const example = EXAMPLES[54]!
    const plain = sourceOf(example)
    const { report } = sourceOf(example, undefined, { benchmark: makeBenchmark(plain.report) })
    const words = wordsOf(outlineReport(report, []).blocks)
    expect(words).toContain('共 170 家')
    expect(words).toContain('2026 年 11 月 1 日')
    expect(words).toContain('示例数据（程序生成，不是真实企业）')
    for (const { id, title, spread } of report.benchmark!.rows.slice(1)) {
      expect(words).toContain(`${id} ${title}\t`)
      expect(words).toContain(spread.map((mark) => mark.toFixed(2)).join('\t'))
    }
  })

  it('without peers, rates and a visit those parts are told or left out, never empty', () => {
    for (const example of EXAMPLES) {
      const { blocks } = outlineReport(sourceOf(example).report, [])
      blocks.forEach((block, at) => {
        if (block.kind === 'heading') expect(blocks[at + 1], block.text).toBeDefined()
        if (block.kind === 'heading' && block.level === 1) {
          const next = blocks[at + 1]!
          expect(next.kind === 'heading' && next.level === 1, block.text).toBe(false)
        }
        if (block.kind === 'table') expect(block.rows.length).toBeGreaterThan(0)
        if (block.kind === 'table') {
          for (const { cells } of block.rows) expect(cells.length).toBe(block.columns.length)
        }
        if (block.kind === 'paragraph') expect(block.text.trim()).not.toBe('')
      })
    }
  })

  it('an edition of cumulative levels has levels where others have tiers', () => {
    const { report } = loadWorkshop()
    const outline = outlineReport(report, [])
    expect(outline.place).toMatch(/级$/)
    expect(headingsOf(outline.blocks)).toContain('为什么是这个结果')
    expect(wordsOf(outline.blocks)).not.toMatch(/第 \d+ 档/)
  })

  it('an instant late in the evening is the next day in China', () => {
    const { report } = sourceOf(EXAMPLES[0]!)
    // 2026-11-20 17:30 UTC is 01:30 of the 21st in Beijing.
    expect(outlineReport(report, []).cover.find(({ label }) => label === '提交')?.text).toBe('2026 年 11 月 21 日')
  })
})
