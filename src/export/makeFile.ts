import { askWorker } from './askWorker.ts'
import { drawPng } from './drawPng.ts'
import { nameFile } from './fileName.ts'
import type { FileKind, FileSource } from './fileTask.ts'

/** 做好的文件 — `missing` are characters that no font has: the page names them before it saves. */
export interface MadeFile {
  readonly bytes: Uint8Array
  readonly mime: string
  readonly name: string
  readonly missing: readonly string[]
}

const MIMES: Readonly<Record<FileKind, string>> = {
  pdf: 'application/pdf',
  onePage: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv;charset=utf-8',
}

/**
 * 制作报告文件 — makes one file of a report away from the page, which stays usable, and reads it back. `onStep` is told in Chinese
 * what is going on. Refuses with `export.incomplete`, `export.noFonts`, `export.stopped`.
 */
export async function makeReportFile(
  kind: FileKind,
  source: FileSource,
  onStep: (step: string) => void,
): Promise<MadeFile> {
  const { report, charts, madeOn } = source
  const { bytes, missing } = await askWorker(async () => {
    const pngs = new Map<string, Uint8Array>()
    if (kind === 'docx') {
      onStep('画图…')
      const drawn = await Promise.all(charts.map(drawPng))
      charts.forEach(({ name }, at) => pngs.set(name, drawn[at]!))
    }
    return { family: 'report' as const, kind, source: JSON.stringify(source), pngs }
  }, onStep)
  return { bytes, missing, mime: MIMES[kind], name: nameFile(kind, report.enterprise.name, madeOn) }
}
