import { readXlsx, writeXlsx, type Cell, type CellStyle, type CellValue, type WriteSheet } from 'hucre/xlsx'
import { findChinaDay } from '../core/chinaDay.ts'
import { type AnswerRow } from '../core/diagnosis/answerRows.ts'
import { type BenchmarkRow } from '../core/diagnosis/benchmark.ts'
import { type ReportRate } from '../core/diagnosis/rates.ts'
import { type Report, type ReportGap, type ReportRaise, type ReportRow } from '../core/diagnosis/report.ts'
import { Problem } from '../core/problems.ts'
import { drawCell, escapeHeader, FONT, HEADER_STYLE, measureHeight, nameColumn } from './sheetCells.ts'
import { keepText, openPackage } from './zipText.ts'

/** 表格文件的内容 — what a workbook and a CSV are made from; `madeOn` is the calendar date 2026-11-21. */
export interface TableSource {
  readonly report: Report
  readonly answerRows: readonly AnswerRow[]
  readonly madeOn: string
}

/** 一列 — a column that keeps its place and its title from version to version; `width` in half-width characters. */
export interface TableColumn<Row> {
  readonly title: string
  readonly width: number
  readonly format?: NumberFormat
  readonly valueOf: (row: Row) => CellValue
}
type NumberFormat = '0' | '0.00' | '0.0%' | '@'

/** A part of 100 as the 0 to 1 that spreadsheets show in percent. */
export function shareOf(percent: number | undefined): number | null {
  return percent === undefined ? null : percent / 100
}
const yes = (isSo: boolean): string => (isSo ? '是' : '')

/** 回答表的列 — one row per indicator, in the order of the questionnaire. */
export const ANSWER_COLUMNS: readonly TableColumn<AnswerRow & { readonly share: number | null }>[] = [
  { title: '编号', width: 8, format: '@', valueOf: ({ id }) => id },
  { title: '方面', width: 16, valueOf: ({ domain }) => domain },
  { title: '子项', width: 16, valueOf: ({ subdomain }) => subdomain },
  { title: '指标', width: 18, valueOf: ({ title }) => title },
  { title: '回答', width: 34, valueOf: ({ answerText }) => answerText },
  { title: '状态', width: 10, valueOf: ({ stateText }) => stateText },
  { title: '最低得分', width: 10, format: '0.00', valueOf: ({ value }) => value?.low ?? null },
  { title: '最高得分', width: 10, format: '0.00', valueOf: ({ value }) => value?.high ?? null },
  { title: '满分', width: 7, format: '0', valueOf: ({ max }) => max },
  { title: '权重', width: 7, format: '0', valueOf: ({ weight }) => weight ?? null },
  { title: '占总分', width: 9, format: '0.0%', valueOf: ({ share }) => share },
  { title: '门槛指标', width: 10, valueOf: ({ isGate }) => yes(isGate) },
  { title: '达到的等级描述', width: 32, valueOf: ({ phrase }) => phrase },
]

/** 得分表的列 — the total, every node and every indicator, parents first; 层级 0 is the total. */
export const SCORE_COLUMNS: readonly TableColumn<ReportRow>[] = [
  { title: '编号', width: 10, format: '@', valueOf: ({ id }) => id },
  { title: '名称', width: 40, valueOf: ({ title }) => title },
  { title: '层级', width: 7, format: '0', valueOf: ({ depth }) => depth },
  { title: '类别', width: 9, valueOf: ({ kind }) => (kind === 'node' ? '汇总' : '指标') },
  { title: '最低得分', width: 10, format: '0.00', valueOf: ({ value }) => value?.low ?? null },
  { title: '最高得分', width: 10, format: '0.00', valueOf: ({ value }) => value?.high ?? null },
  { title: '满分', width: 9, format: '0.00', valueOf: ({ max }) => max },
  { title: '最低得分率', width: 12, format: '0.0%', valueOf: ({ score }) => shareOf(score?.low) },
  { title: '最高得分率', width: 12, format: '0.0%', valueOf: ({ score }) => shareOf(score?.high) },
  { title: '权重', width: 8, format: '0', valueOf: ({ weight }) => weight ?? null },
  { title: '占总分', width: 9, format: '0.0%', valueOf: ({ share }) => share ?? null },
  { title: '状态', width: 16, valueOf: ({ stateText }) => stateText },
]

const GAP_COLUMNS: readonly TableColumn<ReportGap & { readonly rank: number }>[] = [
  { title: '次序', width: 7, format: '0', valueOf: ({ rank }) => rank },
  { title: '编号', width: 10, format: '@', valueOf: ({ row }) => row.id },
  { title: '子项', width: 30, valueOf: ({ row }) => row.title },
  { title: '最低得分', width: 10, format: '0.00', valueOf: ({ row }) => row.value?.low ?? null },
  { title: '最高得分', width: 10, format: '0.00', valueOf: ({ row }) => row.value?.high ?? null },
  { title: '满分', width: 9, format: '0.00', valueOf: ({ row }) => row.max },
  { title: '目标值', width: 9, format: '0.00', valueOf: ({ target }) => target },
  { title: '目标说明', width: 14, valueOf: ({ targetText }) => targetText },
  { title: '总分可加', width: 10, format: '0.00', valueOf: ({ brings }) => brings },
  { title: '说明', width: 28, valueOf: ({ bringsText }) => bringsText },
]

const RAISE_COLUMNS: readonly TableColumn<ReportRaise>[] = [
  { title: '编号', width: 10, format: '@', valueOf: ({ id }) => id },
  { title: '指标', width: 26, valueOf: ({ title }) => title },
  { title: '门槛指标', width: 9, valueOf: ({ isGate }) => yes(isGate) },
  { title: '现值', width: 8, format: '0.00', valueOf: ({ from }) => from },
  { title: '目标值', width: 8, format: '0.00', valueOf: ({ to }) => to },
  { title: '现状', width: 16, valueOf: ({ fromText }) => fromText },
  { title: '提升到', width: 16, valueOf: ({ toText }) => toText },
  {
    title: '要做到',
    width: 40,
    valueOf: ({ phrase, mark }) => [phrase, mark].filter((text) => text !== '').join('；'),
  },
  { title: '投入', width: 8, format: '0', valueOf: ({ cost }) => cost },
  { title: '投入说明', width: 18, valueOf: ({ costText }) => costText },
  { title: '建议', width: 56, valueOf: ({ advice }) => advice.join('\n') },
]

const BENCHMARK_COLUMNS: readonly TableColumn<BenchmarkRow>[] = [
  { title: '编号', width: 10, format: '@', valueOf: ({ id }) => id },
  { title: '名称', width: 34, valueOf: ({ title }) => title },
  { title: '层级', width: 7, format: '0', valueOf: ({ depth }) => depth },
  { title: '本企业', width: 9, format: '0.00', valueOf: ({ own }) => own },
  { title: '满分', width: 9, format: '0.00', valueOf: ({ max }) => max },
  { title: 'p10', width: 9, format: '0.00', valueOf: ({ spread }) => spread[0] },
  { title: 'p25', width: 9, format: '0.00', valueOf: ({ spread }) => spread[1] },
  { title: 'p50', width: 9, format: '0.00', valueOf: ({ spread }) => spread[2] },
  { title: 'p75', width: 9, format: '0.00', valueOf: ({ spread }) => spread[3] },
  { title: 'p90', width: 9, format: '0.00', valueOf: ({ spread }) => spread[4] },
  { title: '所处四分位', width: 11, format: '0', valueOf: ({ standing }) => standing.quarter },
  { title: '位置', width: 14, valueOf: ({ standing }) => standing.text },
  { title: '位置说明', width: 28, valueOf: ({ standing }) => standing.percentileText },
]

type RateLine = Omit<ReportRate, 'figures'> & { readonly figure: ReportRate['figures'][number] | undefined }
const RATE_COLUMNS: readonly TableColumn<RateLine>[] = [
  { title: '编号', width: 10, format: '@', valueOf: ({ id }) => id },
  { title: '指标', width: 26, valueOf: ({ title }) => title },
  { title: '本企业（%）', width: 11, format: '0.00', valueOf: ({ own }) => own ?? null },
  { title: '本企业说明', width: 22, valueOf: ({ ownText }) => ownText },
  { title: '公布口径', width: 26, valueOf: ({ measure }) => measure },
  { title: '公布数值', width: 10, format: '0.00', valueOf: ({ figure }) => figure?.value ?? null },
  { title: '单位', width: 10, valueOf: ({ figure }) => figure?.unit ?? '' },
  { title: '时间', width: 14, valueOf: ({ figure }) => figure?.when ?? '' },
  { title: '统计范围', width: 28, valueOf: ({ figure }) => figure?.population ?? '' },
  { title: '来源', width: 34, valueOf: ({ figure }) => figure?.source ?? '' },
  { title: '比较时注意', width: 34, valueOf: ({ figure }) => figure?.caution ?? '' },
]

interface SummaryLine {
  readonly item: string
  readonly value: CellValue
  /** Any Excel number format: dates and figures stand among texts. */
  readonly format?: string
}
const SUMMARY_COLUMNS: readonly TableColumn<SummaryLine>[] = [
  { title: '项目', width: 24, valueOf: ({ item }) => item },
  { title: '内容', width: 90, valueOf: ({ value }) => value },
]

interface PlannedSheet {
  readonly name: string
  readonly columns: readonly Omit<TableColumn<never>, 'valueOf'>[]
  readonly rows: readonly (readonly CellValue[])[]
  /** What a cell has of its own, by row and column: a format, or a look. */
  readonly styleOf: (row: number, column: number) => CellStyle
}

function planSheet<Row>(
  name: string,
  columns: readonly TableColumn<Row>[],
  rows: readonly Row[],
  styleOf: (row: Row, column: number) => CellStyle = () => ({}),
): PlannedSheet {
  return {
    name,
    columns,
    rows: rows.map((row) =>
      columns.map(({ valueOf }) => {
        const value = valueOf(row)
        return typeof value === 'string' ? keepText(value) : value
      }),
    ),
    styleOf: (at, column) => styleOf(rows[at]!, column),
  }
}

function planSheets({ report, answerRows, madeOn }: TableSource): readonly PlannedSheet[] {
  const { benchmark, gaps, rates, upgrade, table } = report
  const rowOf = new Map(table.map((row) => [row.id, row]))
  const rateLines = rates.flatMap(({ figures, ...rate }): readonly RateLine[] =>
    figures.length === 0 ? [{ ...rate, figure: undefined }] : figures.map((figure) => ({ ...rate, figure })),
  )
  return [
    planSheet('概况', SUMMARY_COLUMNS, listSummary(report, madeOn), ({ format }, column) =>
      column === 0
        ? { font: { bold: true } }
        : { alignment: { horizontal: 'left', indent: 0 }, ...(format === undefined ? {} : { numFmt: format }) },
    ),
    planSheet(
      '回答',
      ANSWER_COLUMNS,
      answerRows.map((row) => ({ ...row, share: rowOf.get(row.id)?.share ?? null })),
    ),
    planSheet('得分', SCORE_COLUMNS, table, styleScore),
    planSheet(
      '差距',
      GAP_COLUMNS,
      gaps.map((gap, at) => ({ ...gap, rank: at + 1 })),
    ),
    planSheet('提档', RAISE_COLUMNS, upgrade?.raises ?? []),
    ...(benchmark === undefined ? [] : [planSheet('对标', BENCHMARK_COLUMNS, benchmark.rows, styleBenchmark)]),
    ...(rateLines.length === 0 ? [] : [planSheet('比率', RATE_COLUMNS, rateLines)]),
  ]
}

const VALUE_TITLES = new Set(['最低得分', '最高得分'])

/** Heads of groups stand out; a figure just below a mark keeps the decimals that show it. */
function styleScore(row: ReportRow, column: number): CellStyle {
  const decimals = Math.max(2, ...[...row.figureText.matchAll(/\.(\d+)/g)].map((match) => match[1]!.length))
  const isOwnScale = VALUE_TITLES.has(SCORE_COLUMNS[column]!.title)
  return {
    ...styleDepth(row, column),
    ...(decimals > 2 && isOwnScale ? { numFmt: `0.${'0'.repeat(decimals)}` } : {}),
  }
}

function styleBenchmark(row: BenchmarkRow, column: number): CellStyle {
  return styleDepth({ ...row, kind: 'node' }, column)
}

function styleDepth({ kind, depth }: Pick<ReportRow, 'kind' | 'depth'>, column: number): CellStyle {
  const isHead = kind === 'node' && depth <= 1
  return {
    ...(kind === 'node' ? { font: { bold: true } } : {}),
    ...(isHead ? { fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'F2F5FA' } } } : {}),
    ...(column === 1 ? { alignment: { horizontal: 'left', indent: depth } } : {}),
  }
}

/** 标记 — “自评参考”, and “示例数据” when it is: every sheet prints them. */
export function listMarks({ isSample }: Report): readonly string[] {
  return isSample ? ['自评参考', '示例数据'] : ['自评参考']
}

const DAY_FORMAT = 'yyyy"年"m"月"d"日"'

function listSummary(report: Report, madeOn: string): readonly SummaryLine[] {
  const { benchmark, counts, enterprise, headline, limits, stamp, standing } = report
  const lines: SummaryLine[] = []
  const add = (item: string, value: CellValue | undefined, format?: string): void => {
    if (value === undefined || value === null || value === '') return
    lines.push({ item, value, ...(format === undefined ? {} : { format }) })
  }
  const decimals = Math.max(2, ...[...headline.scoreText.matchAll(/\.(\d+)/g)].map((match) => match[1]!.length))
  const figures = `0.${'0'.repeat(decimals)}`
  add('性质', listMarks(report).join('；'))
  add('企业名称', enterprise.name, '@')
  add('统一社会信用代码', enterprise.creditCode, '@')
  add('生产类型', enterprise.productionType)
  add('问卷', stamp.title)
  add('问卷版本', `${stamp.id} ${stamp.version}`, '@')
  add('填报方式', headline.formLabel)
  if (report.submittedAt !== undefined) {
    // The calendar day in China, whatever the zone of the machine.
    add('提交日期', new Date(`${findChinaDay(report.submittedAt)}T00:00:00Z`), DAY_FORMAT)
  }
  add('填报次数', report.revision === undefined ? undefined : `第 ${report.revision} 次`)
  add('导出日期', new Date(`${madeOn}T00:00:00Z`), DAY_FORMAT)
  add('结果', headline.place)
  add('等级', headline.levelName)
  add('等级含义', headline.meaning)
  add('总分（最低）', headline.score?.low, figures)
  add('总分（最高）', headline.score?.high, figures)
  add('总分满分', headline.scoreMax)
  for (const { title, place, isLimiting } of limits.limits)
    add(`上限：${title}`, `${place}${isLimiting ? '（限制了结果）' : ''}`)
  add('为什么是这个结果', limits.sentence)
  add('询问的指标（项）', counts.asked, '0')
  add('已答（项）', counts.answered, '0')
  add('未答（项）', counts.unanswered, '0')
  add('不掌握（项）', counts.unknown, '0')
  add('不适用（项）', counts.notApplicable, '0')
  for (const remark of report.remarks) add('提示', remark)
  add('差距目标', report.gapsRemark)
  add('提档', report.upgrade?.summary ?? report.upgradeRemark)
  if (benchmark === undefined) add('对标', report.benchmarkRemark)
  else {
    add('对标', benchmark.sentence)
    add('同类组', benchmark.groupTitle)
    add('同类企业（家）', benchmark.n, '0')
    add('同类组数据日期', benchmark.asOf)
    add('同类组数据来源', benchmark.source)
    add('同类组问卷', benchmark.edition)
    add('同类组说明', benchmark.widened)
  }
  add('结果的性质', standing.statement)
  for (const is of standing.is) add('结果是', is)
  for (const isNot of standing.isNot) add('结果不是', isNot)
  add('问卷校验码', stamp.digest, '@')
  add('程序版本', stamp.engine, '@')
  return lines
}

function drawSheet({ name, columns, rows, styleOf }: PlannedSheet, report: Report): WriteSheet {
  const cells = new Map<string, Partial<Cell>>()
  columns.forEach(({ title }, column) => cells.set(`0,${column}`, { value: title, style: HEADER_STYLE }))
  rows.forEach((row, at) =>
    row.forEach((value, column) =>
      cells.set(`${at + 1},${column}`, drawCell(value, columns[column]!.format, styleOf(at, column))),
    ),
  )
  const isSummary = columns.length === 2
  return {
    name,
    columns: columns.map(({ width }) => ({ width })),
    rows: [columns.map(({ title }) => title), ...rows.map((row) => [...row])],
    cells,
    rowDefs: new Map([
      [0, { height: 24 }],
      ...rows.map((row, at) => [at + 1, { height: measureHeight(row, columns) }] as const),
    ]),
    freezePane: { rows: 1, ...(isSummary ? {} : { columns: 1 }) },
    ...(isSummary ? {} : { autoFilter: { range: `A1:${nameColumn(columns.length - 1)}${rows.length + 1}` } }),
    pageSetup: {
      paperSize: 'a4',
      orientation: isSummary ? 'portrait' : 'landscape',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: '$1:$1',
      horizontalCentered: true,
      margins: { top: 0.8, bottom: 0.7, left: 0.5, right: 0.5, header: 0.4, footer: 0.4 },
    },
    headerFooter: {
      oddHeader: `&L${escapeHeader(report.enterprise.name ?? '')}&C${name}&R${listMarks(report).join('　')}`,
      oddFooter: `&L${escapeHeader(report.stamp.title)}&R第 &P 页，共 &N 页`,
    },
  }
}

/**
 * 诊断工作簿 — summary, answers, scores, gaps, the way up, and peers and published rates where there are any, on sheets with
 * stable columns. Texts stay texts whatever they begin with, credit codes too. Read back before it is returned; refuses with
 * `export.incomplete`.
 */
export async function buildWorkbook(source: TableSource): Promise<Uint8Array> {
  const { report } = source
  const bytes = await writeXlsx({
    sheets: planSheets(source).map((sheet) => drawSheet(sheet, report)),
    defaultFont: FONT,
    properties: {
      title: keepText(`${report.enterprise.name ?? ''} ${report.stamp.title}`.trim()),
      creator: '识档',
      keywords: listMarks(report).join('；'),
      created: new Date(`${source.madeOn}T00:00:00Z`),
      modified: new Date(`${source.madeOn}T00:00:00Z`),
    },
  })
  await checkWorkbook(bytes, source)
  return bytes
}

/** 核对工作簿 — every cell of every sheet is there with its value, and none is a formula; otherwise `export.incomplete`. */
export async function checkWorkbook(bytes: Uint8Array, source: TableSource): Promise<void> {
  const refuse = (missing: string): never => {
    throw new Problem('export.incomplete', { missing })
  }
  const { texts } = openPackage(bytes)
  for (const [name, xml] of texts) {
    if (name.startsWith('xl/worksheets/') && /<f[\s>]/.test(xml)) refuse('文字（被写成了公式）')
  }
  const { sheets } = await readXlsx(bytes).catch(() => refuse('表格结构'))
  for (const { name, columns, rows } of planSheets(source)) {
    const sheet = sheets.find((one) => one.name === name) ?? refuse(`工作表 ${name}`)
    const wanted = [columns.map(({ title }) => title as CellValue), ...rows]
    wanted.forEach((row, at) =>
      row.forEach((value, column) => {
        if (!isSame(sheet.rows[at]?.[column] ?? null, value)) {
          const what = value instanceof Date ? value.toISOString() : String(value)
          refuse(`${name} ${nameColumn(column)}${at + 1} ${what}`)
        }
      }),
    )
  }
}

function isSame(found: CellValue, wanted: CellValue): boolean {
  if (wanted instanceof Date) return found instanceof Date && found.getTime() === wanted.getTime()
  if (wanted === null || wanted === '') return found === null || found === ''
  return found === wanted
}
