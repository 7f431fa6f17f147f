import { Problem } from '#core/problems'
import type { FileAnswer, FileTask, OfficeBytes, ReportBytes } from './fileTask.ts'

/** Kept for the next file, with the libraries and fonts it has loaded; gone after a crash. */
let worker: Worker | undefined
/** How long a worker may say nothing: a slow PC needs 20 s for its longest step. Own choice. */
const LONGEST_SILENCE_MS = 60_000
/** One file after the other: two at once would take the memory of two. */
let last: Promise<unknown> = Promise.resolve()

/** What a task of a family comes back as. */
type Made<Task extends FileTask> = Task['family'] extends 'report' ? ReportBytes : OfficeBytes

/**
 * 请后台制作 — one file away from the page, after those asked for before; `prepare` is called when its turn comes. When the worker
 * dies or falls silent a new one begins anew; when that one does too it refuses with `export.stopped`. Also refuses with what the
 * worker refuses.
 */
export function askWorker<Task extends FileTask>(
  prepare: () => Promise<Task>,
  onStep: (step: string) => void,
): Promise<Made<Task>> {
  const made = last.then(prepare).then((task) => askTwice(task, onStep) as Promise<Made<Task>>)
  last = made.catch(() => undefined)
  return made
}

async function askTwice(task: FileTask, onStep: (step: string) => void): Promise<ReportBytes | OfficeBytes> {
  try {
    return await askNext(task, onStep)
  } catch (fault) {
    if (!(fault instanceof Problem) || fault.code !== 'export.stopped') throw fault
    onStep('没有回应，重新开始…')
    return askNext(task, onStep)
  }
}

function askNext(task: FileTask, onStep: (step: string) => void): Promise<ReportBytes | OfficeBytes> {
  const asked = (worker ??= new Worker(new URL('./worker.ts', import.meta.url), {
    type: 'module',
    name: 'report-files',
  }))
  return new Promise((resolve, reject) => {
    let alarm = 0
    const waitForWord = (): void => {
      clearTimeout(alarm)
      alarm = window.setTimeout(giveUp, LONGEST_SILENCE_MS)
    }
    const giveUp = (): void => {
      asked.terminate()
      if (worker === asked) worker = undefined
      reject(new Problem('export.stopped'))
    }
    asked.onmessage = ({ data }: MessageEvent<FileAnswer>) => {
      waitForWord()
      if ('step' in data) return onStep(data.step)
      clearTimeout(alarm)
      if ('made' in data) resolve(data.made)
      else if ('faults' in data) reject(new Problem(data.faults))
      else reject(new Error(`report file: ${data.failure}`))
    }
    const replace = (event: Event): void => {
      // Told here as a refusal; it need not rise to the window as well.
      event.preventDefault()
      clearTimeout(alarm)
      giveUp()
    }
    asked.onerror = replace
    asked.onmessageerror = replace
    waitForWord()
    asked.postMessage(task)
  })
}
