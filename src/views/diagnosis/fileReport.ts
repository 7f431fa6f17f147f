import { type Answers } from '#core/diagnosis/answers'
import { listAnswerRows } from '#core/diagnosis/answerRows'
import { type Edition } from '#core/diagnosis/edition'
import { type Report } from '#core/diagnosis/report'
import { type ScoreSheet } from '#core/diagnosis/scoring'
import { Problem } from '#core/problems'
import type { ChartPicture } from '#charts/picture'
import type { MadeFile } from '#export/makeFile'
import type { FileKind } from '#export/fileTask'

interface ReportToFile {
  readonly edition: Edition
  readonly report: Report
  readonly sheet: ScoreSheet
  readonly answers: Answers
}

/**
 * 报告文件 — a composed report to one finished file. What draws and writes is loaded with the first file, so that the page
 * itself stays light; refuses with `export.notLoaded` when it cannot be, and with whatever the making refuses.
 */
export async function fileReport(
  kind: FileKind,
  { edition, report, sheet, answers }: ReportToFile,
  onStep: (step: string) => void,
): Promise<MadeFile> {
  onStep('正在载入…')
  const [charts, files] = await Promise.all([import('#charts/drawCharts'), import('#export/makeFile')]).catch(() => {
    throw new Problem('export.notLoaded')
  })
  const source = {
    report,
    charts: drawOnce(report, charts.drawReportCharts),
    answerRows: listAnswerRows(edition, sheet, answers),
    madeOn: formatToday(),
  }
  return files.makeReportFile(kind, source, onStep)
}

const drawn = new WeakMap<Report, readonly ChartPicture[]>()

/** One report is often saved in several formats: its pictures are drawn for the first of them. */
function drawOnce(report: Report, draw: (report: Report) => readonly ChartPicture[]): readonly ChartPicture[] {
  const charts = drawn.get(report) ?? draw(report)
  drawn.set(report, charts)
  return charts
}

/** The calendar date where the user is. */
function formatToday(): string {
  const now = new Date()
  const pad = (part: number): string => String(part).padStart(2, '0')
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
}
