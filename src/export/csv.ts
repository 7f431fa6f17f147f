import { parseCsv, writeCsv } from 'hucre/csv'
import { type AnswerRow } from '../core/diagnosis/answerRows.ts'
import { type ReportRow } from '../core/diagnosis/report.ts'
import { Problem } from '../core/problems.ts'
import { neutralise } from './csvText.ts'
import { listMarks, shareOf, type TableColumn, type TableSource } from './xlsx.ts'
import { keepText } from './zipText.ts'

interface CsvRow {
  readonly source: TableSource
  readonly row: ReportRow
  readonly answer: AnswerRow | undefined
}

/** CSV 的列 — the scores of every node and indicator with the answers beside them; files of several firms can be stacked. */
export const CSV_COLUMNS: readonly Pick<TableColumn<CsvRow>, 'title' | 'valueOf'>[] = [
  { title: '企业名称', valueOf: ({ source }) => source.report.enterprise.name ?? '' },
  { title: '统一社会信用代码', valueOf: ({ source }) => source.report.enterprise.creditCode ?? '' },
  { title: '问卷', valueOf: ({ source: { report } }) => `${report.stamp.id} ${report.stamp.version}` },
  { title: '性质', valueOf: ({ source }) => listMarks(source.report).join('；') },
  { title: '导出日期', valueOf: ({ source }) => source.madeOn },
  { title: '编号', valueOf: ({ row }) => row.id },
  { title: '名称', valueOf: ({ row }) => row.title },
  { title: '层级', valueOf: ({ row }) => row.depth },
  { title: '类别', valueOf: ({ row }) => (row.kind === 'node' ? '汇总' : '指标') },
  { title: '方面', valueOf: ({ answer }) => answer?.domain ?? '' },
  { title: '子项', valueOf: ({ answer }) => answer?.subdomain ?? '' },
  { title: '回答', valueOf: ({ answer }) => answer?.answerText ?? '' },
  { title: '状态', valueOf: ({ row }) => row.stateText },
  { title: '最低得分', valueOf: ({ row }) => row.value?.low ?? null },
  { title: '最高得分', valueOf: ({ row }) => row.value?.high ?? null },
  { title: '满分', valueOf: ({ row }) => row.max },
  { title: '最低得分率', valueOf: ({ row }) => shareOf(row.score?.low) },
  { title: '最高得分率', valueOf: ({ row }) => shareOf(row.score?.high) },
  { title: '权重', valueOf: ({ row }) => row.weight ?? null },
  { title: '占总分', valueOf: ({ row }) => row.share ?? null },
  { title: '门槛指标', valueOf: ({ row }) => (row.isGate ? '是' : '') },
  { title: '达到的等级描述', valueOf: ({ answer }) => answer?.phrase ?? '' },
]

function listRows(source: TableSource): readonly (readonly (string | number | null)[])[] {
  const answerOf = new Map(source.answerRows.map((answer) => [answer.id, answer]))
  return source.report.table.map((row) => {
    const line: CsvRow = { source, row, answer: row.kind === 'indicator' ? answerOf.get(row.id) : undefined }
    return CSV_COLUMNS.map(({ valueOf }) => {
      const value = valueOf(line)
      return typeof value === 'string' ? neutralise(keepText(value)) : typeof value === 'number' ? value : null
    })
  })
}

/**
 * 得分与回答 CSV — UTF-8 with BOM and CRLF, so that Excel in Chinese opens it right. Texts that look like formulas begin with an
 * apostrophe; negative numbers stay numbers. Read back before it is returned; refuses with `export.incomplete`.
 */
export function buildCsv(source: TableSource): Uint8Array {
  const rows = [CSV_COLUMNS.map(({ title }) => title), ...listRows(source).map((row) => [...row])]
  const bytes = new TextEncoder().encode(`${writeCsv(rows, { bom: true })}\r\n`)
  checkCsv(bytes, source)
  return bytes
}

/** 核对 CSV — every line is there, value by value; otherwise `export.incomplete`. */
export function checkCsv(bytes: Uint8Array, source: TableSource): void {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const refuse = (missing: string): never => {
    throw new Problem('export.incomplete', { missing })
  }
  if (!text.startsWith('\ufeff')) refuse('编码标记')
  const found = parseCsv(text, { delimiter: ',' })
  const wanted = [CSV_COLUMNS.map(({ title }) => title), ...listRows(source)]
  wanted.forEach((row, at) =>
    row.forEach((value, column) => {
      const cell = found[at]?.[column]
      const isSame = typeof value === 'number' ? cell !== '' && Number(cell) === value : cell === (value ?? '')
      if (!isSame) refuse(`第 ${at + 1} 行 ${CSV_COLUMNS[column]!.title} ${String(value ?? '')}`)
    }),
  )
  if (found.length !== wanted.length) refuse(`共 ${wanted.length} 行`)
}
