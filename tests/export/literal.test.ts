// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCsv } from 'hucre/csv'
import { afterAll, describe, expect, it } from 'vitest'
import { drawReportCharts } from '#charts/drawCharts'
import { buildCsv } from '#export/csv'
import { buildDocx } from '#export/docx'
import { buildOnePage } from '#export/onePage'
import { outlineReport } from '#export/outlineReport'
import { buildPdf } from '#export/pdf'
import { buildWorkbook, type TableSource } from '#export/xlsx'
import { decodeXml, openPackage } from '#export/zipText'
import { openDiskFonts } from '../support/fonts'
import { EXAMPLES, pngsOf, sourceOf } from './samples'

const folder = mkdtempSync(join(tmpdir(), 'shidang-literal-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const fonts = await openDiskFonts()

/** Markup and the placeholders of templates: to a document they are characters like any other. */
const LITERALS = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '{other}',
  '{{x}}',
  '${x}',
  '[[x]]',
  '&lt;b&gt;',
  '%s %1$s',
]

/** A firm of that name whose first indicator is answered with it too. */
function sourceWith(text: string): TableSource {
  const { report, answerRows, madeOn } = sourceOf(EXAMPLES[54]!, { name: text, creditCode: '91450100MA5KXXXX0P' })
  const first = answerRows[0]!
  return {
    report: {
      ...report,
      table: report.table.map((row) => (row.id === first.id ? { ...row, phrase: `答：${text}` } : row)),
    },
    answerRows: answerRows.map((row) => (row === first ? { ...row, answerText: `答：${text}` } : row)),
    madeOn,
  }
}

const fold = (text: string): string => text.replace(/\s/g, '')
function readPdf(bytes: Uint8Array): string {
  const path = join(folder, 'file.pdf')
  writeFileSync(path, bytes)
  return fold(execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8' }))
}
/** What is written between the tags of a part, as a reader of XML gets it. */
const readXml = (xml: string): string => decodeXml(xml.replace(/<[^>]*>/g, ''))

describe.each(LITERALS)('%s is written as it stands', (text) => {
  const source = sourceWith(text)
  const charts = drawReportCharts(source.report)
  const outline = outlineReport(source.report, charts)

  it('in both PDFs', async () => {
    const whole = readPdf((await buildPdf(outline, source.madeOn, fonts)).bytes)
    expect(whole.split(fold(text)).length).toBeGreaterThan(3)
    expect(whole).toContain(fold(`答：${text}`))
    expect(readPdf((await buildOnePage(source.report, charts, source.madeOn, fonts)).bytes)).toContain(fold(text))
  })

  it('in Word', async () => {
    const { texts } = openPackage(await buildDocx(outline, pngsOf(outline), source.madeOn))
    const xml = texts.get('word/document.xml')!
    expect(readXml(xml)).toContain(`答：${text}`)
    expect(xml).not.toMatch(/<img|<script/)
    expect(readXml(texts.get('word/header1.xml')!)).toContain(text)
  })

  it('in Excel and CSV', async () => {
    const { texts } = openPackage(await buildWorkbook(source))
    const parts = [...texts].filter(([name]) => /^xl\/(sharedStrings|worksheets\/sheet\d+)\.xml$/.test(name))
    const words = parts.map(([, xml]) => readXml(xml)).join('\n')
    expect(words).toContain(`答：${text}`)
    expect(parts.map(([, xml]) => xml).join('')).not.toMatch(/<img|<script/)
    const lines = parseCsv(new TextDecoder().decode(buildCsv(source)).replace(/^\ufeff/, ''))
    const answers = lines.flat().map(String)
    expect(answers).toContain(text)
    expect(answers).toContain(`答：${text}`)
  })
})
