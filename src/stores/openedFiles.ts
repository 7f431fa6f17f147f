import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { type OpenedFile } from '#core/oversight/assembly'
import { type Enterprise } from '#core/oversight/enterprise'
import { listFirmSheets, type ShownRevision } from '#core/oversight/firmSheets'

/**
 * 打开汇总的文件 — which sheets each firm has among the opened files, and the files themselves as the browser holds them: not
 * what is in them, for there may be ten thousand. Who looks at a whole sheet reads it again from its file.
 */
export const useOpenedFilesStore = defineStore('openedFiles', () => {
  const files = shallowRef<readonly File[]>([])
  /** Firm id → its sheets, the newest first. */
  const sheets = shallowRef<ReadonlyMap<string, readonly ShownRevision[]>>(new Map())

  function keep(firms: readonly Enterprise[], opened: readonly OpenedFile[]): void {
    sheets.value = listFirmSheets(firms, opened)
  }
  /** The files that were chosen, archives among them. */
  function hold(chosen: readonly File[]): void {
    files.value = chosen
  }
  function forget(): void {
    files.value = []
    sheets.value = new Map()
  }

  return { files, sheets, keep, hold, forget }
})
