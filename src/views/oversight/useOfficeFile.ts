import { shallowRef, type ShallowRef } from 'vue'
import { Problem } from '#core/problems'
import type { OfficeFile } from '#export/makeTables'
import { saveBytes } from '#storage/files'
import { makeId } from '#storage/ids'
import { useOutboxStore } from '#stores/outbox'
import { useOversightStore } from '#stores/oversight'
import { useAttempt } from './useAttempt'

/** 存为文件 — of one screen: what is being made, what was saved last, or why it was not. */
export interface OfficeFileSaver {
  readonly isBusy: ShallowRef<boolean>
  readonly problem: ShallowRef<Problem | undefined>
  /** What is going on, in Chinese. */
  readonly step: ShallowRef<string>
  /** The name of the file that was handed to the browser. */
  readonly saved: ShallowRef<string | undefined>
  /**
   * `prepare` loads what makes the content and gives it back; `filter` says in Chinese what of the area is in it. Whether it
   * was saved.
   */
  readonly save: (area: string, filter: string, prepare: () => Promise<OfficeFile>) => Promise<boolean>
}

/** 存为文件 — makes one file, hands it to the browser, and notes it for the audit, also without a network. */
export function useOfficeFile(): OfficeFileSaver {
  const store = useOversightStore()
  const outbox = useOutboxStore()
  const { isBusy, problem, attempt } = useAttempt()
  const step = shallowRef('')
  const saved = shallowRef<string>()

  function save(area: string, filter: string, prepare: () => Promise<OfficeFile>): Promise<boolean> {
    return attempt(async () => {
      saved.value = undefined
      step.value = '正在准备……'
      const [file, { makeOfficeFile }] = await Promise.all([prepare(), import('#export/makeTables')]).catch(
        (fault: unknown) => {
          // A part of the program that did not come is no bug of the page.
          throw fault instanceof TypeError ? new Problem('export.notLoaded') : fault
        },
      )
      const made = await makeOfficeFile(file, (words) => (step.value = words))
      const { name, rows, sha256 } = made
      // First the note: a file that nobody knows of is worse than a note of a file that was thrown away.
      const noted =
        store.source === 'hub'
          ? outbox.addNote({
              id: makeId(),
              kind: file.kind,
              area,
              filter: Array.from(filter).slice(0, 1000).join(''),
              rows,
              sha256,
              madeAt: new Date().toISOString(),
            })
          : Promise.resolve()
      saved.value = saveBytes(name, made.bytes, made.mime)
      await noted
    })
  }
  return { isBusy, problem, step, saved, save }
}
