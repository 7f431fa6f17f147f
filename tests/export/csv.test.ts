// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { buildCsv, checkCsv, CSV_COLUMNS } from '#export/csv'
import { EXAMPLES, HOSTILE_NAMES, refusedWith, sourceOf } from './samples'

/** A reader of its own for these tests, after RFC 4180. */
function readCsv(bytes: Uint8Array): readonly (readonly string[])[] {
  const text = new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes)
  const rows: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (isQuoted) {
      if (character !== '"') cell += character
      else if (text[at + 1] === '"') cell += text[++at]!
      else isQuoted = false
    } else if (character === '"') isQuoted = true
    else if (character === ',' || character === '\r') {
      rows[rows.length - 1]!.push(cell)
      cell = ''
      if (character === '\r') {
        expect(text[++at]).toBe('\n')
        rows.push([])
      }
    } else cell += character
  }
  expect(rows.pop()).toEqual([])
  return rows
}
const column = (title: string): number => CSV_COLUMNS.findIndex((one) => one.title === title)

describe('得分与回答 CSV', () => {
  it('is UTF-8 with its mark, so that Excel in Chinese opens it right, and ends its lines the way of Windows', () => {
    const bytes = buildCsv(sourceOf(EXAMPLES[0]!))
    expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect([...bytes.slice(-2)]).toEqual([13, 10])
  })

  it.each(EXAMPLES.map((example) => [example.name, example] as const))(
    'has every score and every answer: %s',
    (_, example) => {
      const source = sourceOf(example)
      const [titles, ...lines] = readCsv(buildCsv(source))
      expect(titles).toEqual(CSV_COLUMNS.map(({ title }) => title))
      const answers = new Map(source.answerRows.map((row) => [row.id, row.answerText]))
      expect(lines.map((line) => [line[column('编号')], line[column('最低得分')], line[column('最高得分')]])).toEqual(
        source.report.table.map(({ id, value }) => [id, String(value?.low ?? ''), String(value?.high ?? '')]),
      )
      expect(lines.map((line) => line[column('回答')])).toEqual(
        source.report.table.map(({ id, kind }) =>
          kind === 'indicator' ? answers.get(id)!.replace(/^-(?!\d+(\.\d+)?%$)/, "'-") : '',
        ),
      )
    },
  )

  it.each(HOSTILE_NAMES.map((name) => [JSON.stringify(name), name]))('the firm %s is left as text', (_, name) => {
    const kept = name!.replace('\u0000', '�').replace('\ud800', '�').replace('\r', '\n')
    const rows = readCsv(buildCsv(sourceOf(EXAMPLES[0]!, { name: name!, creditCode: '91450100MA5KXXXX0P' })))
    const cell = rows[1]![0]!
    expect(cell.startsWith("'") ? cell.slice(1) : cell).toBe(kept)
    // Whatever a spreadsheet would run, in half or full width and behind blanks, no longer begins its cell.
    expect(cell).not.toMatch(/^\s*[=+\-@|＝＋－＠]/)
    expect(rows[1]![1]).toBe('91450100MA5KXXXX0P')
  })

  it('a credit code of digits alone keeps its last ones', () => {
    const rows = readCsv(buildCsv(sourceOf(EXAMPLES[0]!, { name: '甲', creditCode: '914501003456789012' })))
    expect(rows[1]![1]).toBe("'914501003456789012")
  })

  it('negative figures and percentages stay as they are', () => {
    const source = sourceOf(EXAMPLES[0]!)
    const table = source.report.table.map((row) => ({ ...row, value: { low: -1.5, high: -1.5 } }))
    const answerRows = source.answerRows.map((row) => ({ ...row, answerText: '-25%' }))
    const rows = readCsv(buildCsv({ ...source, report: { ...source.report, table }, answerRows }))
    const indicator = rows.find((line) => line[column('类别')] === '指标')!
    expect([indicator[column('最低得分')], indicator[column('回答')]]).toEqual(['-1.5', '-25%'])
  })

  it('what is missing is named and refused', () => {
    const source = sourceOf(EXAMPLES[0]!)
    const bytes = buildCsv(source)
    const [total, ...rest] = source.report.table
    const other = { ...source, report: { ...source.report, table: [{ ...total!, title: '别的名称' }, ...rest] } }
    expect(refusedWith(() => checkCsv(bytes, other))).toContain('别的名称')
    const shorter = { ...source, report: { ...source.report, table: [total!] } }
    expect(refusedWith(() => checkCsv(bytes, shorter))).toContain('共 2 行')
    expect(refusedWith(() => checkCsv(bytes.slice(3), source))).toContain('编码标记')
    expect(refusedWith(() => checkCsv(bytes.slice(0, 2000), source))).toContain('没有通过核对')
  })
})
