import { Problem } from '#core/problems'
import { drawPng } from './drawPng.ts'
import { nameFile } from './fileName.ts'
import type { FileAnswer, FileKind, FileSource, FileTask } from './fileTask.ts'

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

/** Kept for the next file, with the libraries and fonts it has loaded; gone after a crash. */
let worker: Worker | undefined
/** One file after the other: two at once would take the memory of two. */
let last: Promise<unknown> = Promise.resolve()

/**
 * 制作报告文件 — makes one file of a report away from the page, which stays usable, and reads it back. `onStep` is told in Chinese
 * what is going on. Refuses with `export.incomplete`, `export.noFonts`, `export.stopped`.
 */
export function makeReportFile(kind: FileKind, source: FileSource, onStep: (step: string) => void): Promise<MadeFile> {
  const made = last.then(() => makeNext(kind, source, onStep))
  last = made.catch(() => undefined)
  return made
}

async function makeNext(kind: FileKind, source: FileSource, onStep: (step: string) => void): Promise<MadeFile> {
  const { report, charts, madeOn } = source
  const pngs = new Map<string, Uint8Array>()
  if (kind === 'docx') {
    onStep('画图…')
    const drawn = await Promise.all(charts.map(drawPng))
    charts.forEach(({ name }, at) => pngs.set(name, drawn[at]!))
  }
  const { bytes, missing } = await askWorker({ kind, source: JSON.stringify(source), pngs }, onStep)
  return { bytes, missing, mime: MIMES[kind], name: nameFile(kind, report.enterprise.name, madeOn) }
}

function askWorker(task: FileTask, onStep: (step: string) => void): Promise<Pick<MadeFile, 'bytes' | 'missing'>> {
  const asked = (worker ??= new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: 'report-files',
  }))
  return new Promise((resolve, reject) => {
    asked.onmessage = ({ data }: MessageEvent<FileAnswer>) => {
      if ('step' in data) onStep(data.step)
      else if ('bytes' in data) resolve(data)
      else if ('faults' in data) reject(new Problem(data.faults))
      else reject(new Error(`report file: ${data.failure}`))
    }
    const replace = (event: Event): void => {
      // Told here as a refusal; it need not rise to the window as well.
      event.preventDefault()
      asked.terminate()
      if (worker === asked) worker = undefined
      reject(new Problem('export.stopped'))
    }
    asked.onerror = replace
    asked.onmessageerror = replace
    asked.postMessage(task)
  })
}
