// @vitest-environment node
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseCsv } from 'hucre/csv'
import { afterAll, describe, expect, it } from 'vitest'
import { buildCsv } from '#export/csv'
import { buildDocx } from '#export/docx'
import { buildWorkbook } from '#export/xlsx'
import { buildOfficeFile } from '#export/officeFile'
import { prepareTierFile } from '#export/tierFile'
import { prepareWeeklyReport } from '#export/weeklyReport'
import { aSubmittedFirm } from '../support/firms'
import { callsOf, CONTEXT, coverageOf, listOf, someFirms } from './officeSamples'
import { EXAMPLES, HOSTILE_NAMES, outlineOf, pngsOf, sourceOf } from './samples'

// LibreOffice opens what we write: the reader here is the program that people use.

const folder = mkdtempSync(join(tmpdir(), 'shidang-office-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function findOffice(): string | undefined {
  try {
    execFileSync('soffice', ['--version'], { stdio: 'ignore' })
    return 'soffice'
  } catch {
    return undefined
  }
}
const office = findOffice()

/** Opens a file in LibreOffice and saves it in another format; what it wrote, by file name. */
function convert(name: string, bytes: Uint8Array, format: string, ...options: string[]): ReadonlyMap<string, string> {
  const out = join(folder, `${name}.out`)
  writeFileSync(join(folder, name), bytes)
  execFileSync(
    office!,
    [
      `-env:UserInstallation=file://${join(folder, 'profile')}`,
      '--headless',
      ...options,
      '--convert-to',
      format,
      '--outdir',
      out,
      join(folder, name),
    ],
    { stdio: 'ignore', timeout: 200_000 },
  )
  return new Map(readdirSync(out).map((file) => [file, readFileSync(join(out, file), 'utf8').replace(/^\ufeff/, '')]))
}
/** Comma, double quote, UTF-8, all sheets, raw values instead of what is shown. */
const ALL_SHEETS = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1'

const source = sourceOf(
  EXAMPLES.find(({ name }) => name.startsWith('解决方案域全部不掌握'))!,
  {
    name: "=cmd|' /C calc'!A0",
    creditCode: '914501003456789012',
  },
)

describe.skipIf(office === undefined)('in LibreOffice', () => {
  it('the workbook has every answer and every score, and the name of the firm is text', async () => {
    const files = convert('a.xlsx', await buildWorkbook(source), ALL_SHEETS)
    const sheetOf = (name: string): readonly (readonly unknown[])[] =>
      parseCsv(files.get(`a-${name}.csv`)!, { delimiter: ',' })
    const summary = new Map(sheetOf('概况').map(([item, value]) => [item, value]))
    expect(summary.get('企业名称')).toBe("=cmd|' /C calc'!A0")
    expect(summary.get('统一社会信用代码')).toBe('914501003456789012')
    expect(
      sheetOf('回答')
        .slice(1)
        .map((line) => [line[0], line[4], line[6], line[7]]),
    ).toEqual(
      source.answerRows.map(({ id, answerText, value }) => [
        id,
        answerText,
        String(value?.low ?? ''),
        String(value?.high ?? ''),
      ]),
    )
    const scores = sheetOf('得分').slice(1)
    expect(scores.map((line) => [line[0], line[1]])).toEqual(source.report.table.map(({ id, title }) => [id, title]))
    source.report.table.forEach(({ id, value }, at) => {
      const [low, high] = [scores[at]![4], scores[at]![5]]
      if (value === undefined) expect([low, high], id).toEqual(['', ''])
      else {
        expect(Number(low), id).toBeCloseTo(value.low, 9)
        expect(Number(high), id).toBeCloseTo(value.high, 9)
      }
    })
  })

  it('the CSV opens as text, line by line', () => {
    const opened = convert('b.csv', buildCsv(source), ALL_SHEETS, '--infilter=CSV:44,34,76,1')
    const [, ...lines] = parseCsv([...opened.values()][0]!, { delimiter: ',' })
    expect(lines.map((line) => line[5])).toEqual(source.report.table.map(({ id }) => id))
    expect(new Set(lines.map((line) => line[0]))).toEqual(new Set(["'=cmd|' /C calc'!A0"]))
    expect(new Set(lines.map((line) => line[1]))).toEqual(new Set(["'914501003456789012"]))
  })

  it('the Word document says everything, in its order', async () => {
    const outline = outlineOf(source.report)
    const bytes = await buildDocx(outline, pngsOf(outline), '2026-11-21')
    const text = [...convert('c.docx', bytes, 'txt:Text (encoded):UTF8').values()][0]!
    expect(text.indexOf("=cmd|' /C calc'!A0")).toBeGreaterThan(0)
    // First the contents, as we wrote them; then the headings, as LibreOffice numbers them.
    const headings = [/一、\s*总体情况/, /（一）\s*各方面的位置/, /二、\s*全部得分/]
    const scores = source.report.table.flatMap(({ id, title, figureText, stateText }) => [
      id,
      title,
      figureText,
      stateText,
    ])
    const list = [/三、\s*下一步/, /1\.\s*先做第一件/, /2\.\s*再做第二件/, /•\s*材料甲/, '材料乙']
    expectInOrder(text, ['目录', ...headings, list[0]!, ...headings, ...scores, ...list])
  })
})

describe.skipIf(office === undefined)('files of officials in LibreOffice', () => {
  it('a tier list has every firm and its ending, and names stay names', async () => {
    const firms = [...someFirms(30), ...HOSTILE_NAMES.map((name) => aSubmittedFirm({ name }))]
    const list = listOf(firms)
    const { bytes } = await buildOfficeFile(
      { kind: 'tiersXlsx', source: prepareTierFile(list, {}, CONTEXT) },
      new Map(),
      () => undefined,
    )
    const files = convert('d.xlsx', bytes, ALL_SHEETS)
    const [titles, ...lines] = parseCsv(files.get('d-名单.csv')!, { delimiter: ',' })
    expect(titles!.slice(0, 3)).toEqual(['序号', '企业名称', '统一社会信用代码'])
    expect(lines.pop()![0]).toBe(`共 ${list.rows.length} 行，完`)
    const fold = (name: unknown): string => String(name).replace(/[\s\u0000\ud800�]/g, '')
    expect(lines.map((line) => [fold(line[1]), line[2]])).toEqual(
      list.rows.map(({ firm }) => [fold(firm.name), firm.creditCode]),
    )
    expect(files.get('d-说明.csv')).toMatch(`名单行数,${list.rows.length}`)
  })

  it('a weekly report is a paper: title, then everything in its order', async () => {
    const firms = someFirms(60)
    const source = prepareWeeklyReport(coverageOf(firms), callsOf(firms), CONTEXT)
    const { bytes } = await buildOfficeFile({ kind: 'weeklyDocx', source }, pngsOf(source.outline), () => undefined)
    const text = [...convert('e.docx', bytes, 'txt:Text (encoded):UTF8').values()][0]!
    expect(text).not.toMatch('目录')
    expectInOrder(text, [
      '广西壮族自治区数字化转型诊断覆盖情况周报',
      /一、\s*总体情况/,
      '应诊断企业 60 家',
      /二、\s*进度与预测/,
      '有效报送进度',
      /三、\s*各地区进展/,
      '南宁市',
      '合计',
      /六、\s*说明/,
    ])
  })
})

function expectInOrder(text: string, wanted: readonly (string | RegExp)[]): void {
  let rest = text
  for (const one of wanted) {
    const at = typeof one === 'string' ? rest.indexOf(one) : rest.search(one)
    expect(at, String(one)).toBeGreaterThanOrEqual(0)
    rest = rest.slice(at + (typeof one === 'string' ? one.length : 1))
  }
}
