import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '#core/problems'
import type { FileAnswer, FileTask } from '#export/fileTask'
import { rejectionOf } from '../support/drafts'

/** Longer than a worker may say nothing. */
const LONG = 61_000
const MADE = { made: { bytes: new Uint8Array([1]), missing: [] } }
const task = (kind: 'pdf' | 'csv' = 'pdf'): FileTask => ({ family: 'report', kind, source: '{}', pngs: new Map() })

/** What each started worker does with its tasks, in the order in which they are started. */
let habits: ((worker: FakeWorker, task: FileTask) => void)[] = []
let started: FakeWorker[] = []
class FakeWorker {
  onmessage?: (event: { data: FileAnswer }) => void
  onerror?: (event: Event) => void
  isEnded = false
  readonly tasks: FileTask[] = []
  readonly habit = habits[started.length] ?? say(MADE)
  constructor() {
    started.push(this)
  }
  postMessage(asked: FileTask): void {
    this.tasks.push(asked)
    this.habit(this, asked)
  }
  terminate(): void {
    this.isEnded = true
  }
}
const say =
  (answer: FileAnswer) =>
  (worker: FakeWorker): void =>
    void Promise.resolve().then(() => worker.onmessage?.({ data: answer }))
const silent = (): void => undefined
const die = (worker: FakeWorker): void =>
  void Promise.resolve().then(() => worker.onerror?.(new Event('error', { cancelable: true })))

/** As the page loads it: with no worker yet. */
async function load(): Promise<typeof import('#export/askWorker').askWorker> {
  vi.resetModules()
  return (await import('#export/askWorker')).askWorker
}

beforeEach(() => {
  habits = []
  started = []
  vi.stubGlobal('Worker', FakeWorker)
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('请后台制作', () => {
  it('one worker makes one file after the other and is kept', async () => {
    const askWorker = await load()
    const order: string[] = []
    await Promise.all(
      (['pdf', 'csv'] as const).map((kind) =>
        askWorker(
          () => {
            order.push(`prepare ${kind}`)
            return Promise.resolve(task(kind))
          },
          () => undefined,
        ).then(() => order.push(`made ${kind}`)),
      ),
    )
    expect(order).toEqual(['prepare pdf', 'made pdf', 'prepare csv', 'made csv'])
    expect(started).toHaveLength(1)
  })

  it.each([
    ['dies', die],
    ['falls silent', silent],
  ])('a worker that %s is ended, and a new one makes the same file', async (_, habit) => {
    habits = [habit]
    const askWorker = await load()
    const steps: string[] = []
    const made = askWorker(
      () => Promise.resolve(task()),
      (step) => steps.push(step),
    )
    await vi.advanceTimersByTimeAsync(LONG)
    expect(await made).toEqual(MADE.made)
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, false])
    expect(started[1]!.tasks).toEqual(started[0]!.tasks)
    expect(steps).toEqual(['没有回应，重新开始…'])
  })

  it('when the second one fails too it is told, and the next file begins with a new one', async () => {
    habits = [silent, die]
    const askWorker = await load()
    const refused = rejectionOf(
      askWorker(
        () => Promise.resolve(task()),
        () => undefined,
      ),
    )
    await vi.advanceTimersByTimeAsync(2 * LONG)
    const fault = await refused
    expect(fault).toBeInstanceOf((await import('#core/problems')).Problem)
    expect((fault as Problem).code).toBe('export.stopped')
    expect(
      await askWorker(
        () => Promise.resolve(task('csv')),
        () => undefined,
      ),
    ).toEqual(MADE.made)
    expect(started.map(({ isEnded }) => isEnded)).toEqual([true, true, false])
  })

  it('whoever tells a step from time to time is not silent', async () => {
    habits = [
      (worker) => {
        for (let word = 1; word <= 5; word++)
          setTimeout(() => worker.onmessage?.({ data: { step: '排版…' } }), word * 50_000)
        setTimeout(() => worker.onmessage?.({ data: MADE }), 290_000)
      },
    ]
    const askWorker = await load()
    const made = askWorker(
      () => Promise.resolve(task()),
      () => undefined,
    )
    await vi.advanceTimersByTimeAsync(290_000)
    expect(await made).toEqual(MADE.made)
    expect(started).toHaveLength(1)
  })

  it('what the worker itself refuses or fails at is not tried again', async () => {
    habits = [say({ faults: [{ code: 'export.noFonts', details: {} }] })]
    const askWorker = await load()
    const fault = await rejectionOf(
      askWorker(
        () => Promise.resolve(task()),
        () => undefined,
      ),
    )
    expect((fault as Problem).code).toBe('export.noFonts')
    expect(started).toHaveLength(1)
  })
})
