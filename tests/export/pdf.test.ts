import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { drawReportCharts } from '#charts/drawCharts'
import { type Report } from '#core/diagnosis/report'
import { buildOnePage } from '#export/onePage'
import { openFontBook } from '#export/fonts'
import { outlineReport } from '#export/outlineReport'
import { buildPdf } from '#export/pdf'
import { drawBlocks } from '#export/pdfBlocks'
import { checkPdf, readPdfText } from '#export/pdfText'
import { openDiskFonts } from '../support/fonts'
import { loadWorkshop } from '../support/workshop'
import { makeBenchmark } from '../support/madeUpBenchmark'
import { EXAMPLES, HOSTILE_NAMES, sourceOf } from './samples'

const fonts = await openDiskFonts()
const folder = mkdtempSync(join(tmpdir(), 'shidang-pdf-'))

/** Poppler reads the file: a program that shares nothing with ours. Page after page, without white space. */
function readPages(bytes: Uint8Array): readonly string[] {
  const path = join(folder, 'file.pdf')
  writeFileSync(path, bytes)
  const text = execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' })
  return text.split('\f').slice(0, -1).map(fold)
}

function readProperties(bytes: Uint8Array): string {
  const path = join(folder, 'file.pdf')
  writeFileSync(path, bytes)
  return execFileSync('pdfinfo', [path], { encoding: 'utf8' })
}

const fold = (text: string): string => text.replace(/\s/g, '')

function reportOf(at: number, name = '桂柳星河机械示范有限公司', withPeers = false): Report {
  const enterprise = { name, creditCode: '91450200MA5KXXXX0P' }
  const { report } = sourceOf(EXAMPLES[at]!, enterprise)
  return withPeers ? sourceOf(EXAMPLES[at]!, enterprise, { benchmark: makeBenchmark(report) }).report : report
}
const make = (report: Report, madeOn = '2026-11-21'): ReturnType<typeof buildPdf> =>
  buildPdf(outlineReport(report, drawReportCharts(report)), madeOn, fonts)

describe('complete report as PDF', () => {
  // A whole firm, the short form, nothing answered, a domain unknown, the top, with and without peers.
  it.each([
    [54, true],
    [55, false],
    [34, false],
    [43, false],
    [44, true],
    [32, false],
  ] as const)('example %i holds every score, read by another program', async (at, withPeers) => {
    const report = reportOf(at, undefined, withPeers)
    const { bytes, missing } = await make(report)
    expect(missing).toEqual([])
    const text = readPages(bytes).join('')
    for (const row of report.table) {
      const name = row.depth === 0 ? row.title : `${row.id}${row.title}`
      const state = row.depth === 0 ? '' : row.stateText
      const figure = row.depth === 0 ? `${row.figureText}/${row.max}` : row.figureText
      expect(text, row.id).toContain(fold(`${name}${row.isGate ? '（门槛指标）' : ''}${figure}${state}`))
    }
  })

  it('the total of an unfinished sheet stands in one line, as wide as the range is', async () => {
    const whole = EXAMPLES[54]!
    const answers = Object.fromEntries(Object.entries(whole.answers).slice(0, -6))
    const { report } = sourceOf({ ...whole, answers })
    // Six of the answers of 35.5 points are left out: the range itself is the core's, and is longer than its column was.
    const total = report.table[0]!
    expect(total.figureText).toMatch(/^\d\d\.\d\d—\d\d\.\d\d$/)
    const path = join(folder, 'range.pdf')
    writeFileSync(path, (await make(report)).bytes)
    const lines = execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8' }).split('\n')
    expect(lines.filter((line) => line.trim().replace(/\s+/g, ' ') === `总分 ${total.figureText} / 100`)).toHaveLength(
      1,
    )
  })

  it('both readers find the same text on every page', async () => {
    const { bytes } = await make(reportOf(54))
    const sorted = (text: string): string => Array.from(fold(text)).sort().join('')
    // Poppler gives look-alikes as they were written; the order of lines within a page may differ.
    expect(readPdfText(bytes).map(sorted)).toEqual(readPages(bytes).map(sorted))
  })

  it('every page after the cover names firm, edition, marks and its number', async () => {
    const report = reportOf(54)
    const pages = readPages((await make(report)).bytes)
    expect(pages.length).toBeGreaterThan(5)
    pages.slice(1).forEach((page, at) => {
      expect(page).toContain('桂柳星河机械示范有限公司')
      expect(page).toContain(fold(report.stamp.title))
      expect(page).toContain('自评参考·示例数据')
      expect(page).toContain(`第${at + 2}页共${pages.length}页`)
    })
    expect(pages[0]).toContain('自评参考示例数据')
    expect(pages[0]).toContain('2026年11月21日')
  })

  it('the contents name the pages on which the sections begin, and no page ends with a heading', async () => {
    const report = reportOf(54, undefined, true)
    const outline = outlineReport(report, drawReportCharts(report))
    const { bytes } = await buildPdf(outline, '2026-11-21', fonts)
    const pages = readPages(bytes)
    const headings = outline.blocks.flatMap((block) => (block.kind === 'heading' ? [block] : []))
    headings
      .filter(({ level }) => level === 1)
      .forEach(({ text }, at) => {
        const page = Number(
          new RegExp(`目录.*?${at + 1}${fold(text)}(\\d{1,2}?)(?=${at + 2}\\D|1诊断结果)`).exec(pages[1]!)?.[1],
        )
        expect(pages[page - 1], text).toContain(`${at + 1}${fold(text)}`)
      })
    for (const page of pages) {
      const words = page.replace(/自评参考·示例数据第\d+页共\d+页$/, '')
      expect(headings.filter(({ text }) => words.endsWith(fold(text)))).toEqual([])
    }
  })

  it('every page is as it was planned: pdfmake adds none', async () => {
    const book = openFontBook(await fonts.readMap())
    for (const [at, name] of [
      [0, '示例'],
      [34, '很长的名字'.repeat(40)],
      [54, '喆堃䶮𠮷😀示范有限公司'],
      [55, 'W'.repeat(120)],
    ] as const) {
      const report = reportOf(at, name, true)
      const outline = outlineReport(report, drawReportCharts(report))
      const { bytes } = await buildPdf(outline, '2026-11-21', fonts)
      const breaks = drawBlocks(book, outline.blocks, 0).filter(({ pageBreak }) => pageBreak === 'before').length
      const moved = drawBlocks(book, outline.blocks, 240).filter(({ pageBreak }) => pageBreak === 'before').length
      const pages = readPages(bytes).length
      expect(pages, name).toBeGreaterThanOrEqual(breaks + 2)
      expect(pages, name).toBeLessThanOrEqual(moved + 2)
    }
  })

  it('rare characters stand in the file, and what no font has is named and coded, never blank', async () => {
    const { bytes, missing } = await make(reportOf(0, '喆堃䶮𠮷😀示范有限公司'))
    expect(missing).toEqual(['𠮷', '😀'])
    const [cover, second] = readPages(bytes)
    expect(cover).toContain('喆堃䶮〔U+20BB7〕〔U+1F600〕示范有限公司')
    expect(second).toContain('喆堃䶮〔U+20BB7〕〔U+1F600〕示范有限公司')
  })

  it.each(HOSTILE_NAMES)('a firm called %j has its report', async (name) => {
    const { bytes } = await make(reportOf(0, name))
    expect(readPdfText(bytes).length).toBeGreaterThan(3)
  })

  it('an edition of cumulative levels has its report', async () => {
    const { bytes } = await make(loadWorkshop().report)
    expect(readPages(bytes)[0]).toMatch(/第\d级/)
  })

  it('the same report on the same day is the same file, byte for byte', async () => {
    const report = reportOf(0)
    const [first, second, later] = [await make(report), await make(report), await make(report, '2026-11-22')]
    expect(Buffer.from(first.bytes).equals(Buffer.from(second.bytes))).toBe(true)
    expect(Buffer.from(first.bytes).equals(Buffer.from(later.bytes))).toBe(false)
  })

  it('says its title and language, holds no script and no link outside', async () => {
    const { bytes } = await make(reportOf(0))
    expect(readProperties(bytes)).toMatch(/Title:\s+桂柳星河机械示范有限公司 数字化转型诊断报告/)
    expect(readProperties(bytes)).toMatch(/JavaScript:\s+no/)
    const raw = Buffer.from(bytes).toString('latin1')
    expect(raw).toContain('/Lang (zh-CN)')
    expect(raw).not.toMatch(/\/URI\b|\/JavaScript\b|\/Launch\b/)
  })

  it('a complete report stays below 250 kB', async () => {
    expect((await make(reportOf(54))).bytes.length).toBeLessThan(250_000)
  })

  it('a text that is not in the file refuses it, and so does a damaged file', async () => {
    const book = openFontBook(await fonts.readMap())
    const { bytes } = await make(reportOf(0))
    expect(() => checkPdf(bytes, ['得分明细'], book)).not.toThrow()
    expect(() => checkPdf(bytes, ['得分明细', '没有写进去的话'], book)).toThrow('没有写进去的话')
    expect(() => checkPdf(bytes.subarray(0, bytes.length - 400), [], book)).toThrow('没有通过核对')
    expect(() => checkPdf(new Uint8Array(0), [], book)).toThrow('没有通过核对')
  })
})

describe('one page for the director', () => {
  const makeOne = (report: Report): ReturnType<typeof buildOnePage> =>
    buildOnePage(report, drawReportCharts(report), '2026-11-21', fonts)

  it('every example fits on exactly one page', async () => {
    for (let at = 0; at < EXAMPLES.length; at++) {
      const pages = readPages((await makeOne(reportOf(at, undefined, at % 3 === 0))).bytes)
      expect(pages.length, EXAMPLES[at]!.name).toBe(1)
    }
  })

  it.each(['很长的名字'.repeat(60), 'W'.repeat(300), '喆堃䶮𠮷😀'.repeat(20), ...HOSTILE_NAMES])(
    'a firm called %j fits too',
    async (name) => {
      expect(readPages((await makeOne(reportOf(43, name, true))).bytes).length).toBe(1)
    },
  )

  it('tells place, reason, peers, the way up and what it is', async () => {
    const report = reportOf(54, undefined, true)
    const [page] = readPages((await makeOne(report)).bytes)
    for (const text of [
      report.headline.place,
      report.headline.levelName,
      report.limits.sentence,
      report.benchmark!.sentence,
      ...report.upgrade!.raises.map(({ id, title }) => `${id} ${title}`),
      report.visit!.sentence,
      '自评参考',
      '示例数据',
      report.stamp.shortDigest,
      ...report.comparisons[0]!.strengths.slice(0, 3).map(({ row }) => row.title),
      ...report.gaps.slice(0, 5).map(({ row }) => row.title),
    ]) {
      expect(page).toContain(fold(text))
    }
  })

  it('the figures of a line have as many decimals', async () => {
    const gap = reportOf(54).gaps[0]!
    const [page] = readPages((await makeOne(reportOf(54))).bytes)
    expect(page).toContain(
      `现在${gap.row.value!.low.toFixed(2)}，目标${gap.target.toFixed(2)}，总分约加${gap.brings.toFixed(2)}分`,
    )
    expect(page).not.toMatch(/目标\d+，|约加\d+分|约加\d+\.\d分/)
  })

  it('an edition of cumulative levels fits', async () => {
    expect(readPages((await makeOne(loadWorkshop().report)).bytes).length).toBe(1)
  })
})
