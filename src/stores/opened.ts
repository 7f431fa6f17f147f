import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { digest } from '#digest'
import { openSubmission, type OpenedSubmission } from '#core/oversight/submission'
import { listEditionIds, loadEdition } from '#storage/editions'

/** 打开的报送包 — a submission file looked at in this window; nothing of it is stored. */
export const useOpenedStore = defineStore('opened', () => {
  const opened = shallowRef<OpenedSubmission>()

  /** Refuses what `openSubmission` refuses; what was open before stays open then. */
  async function open(value: unknown): Promise<void> {
    const editions = await Promise.all(listEditionIds().map(loadEdition))
    opened.value = openSubmission(
      value,
      editions.map(({ edition }) => edition),
      digest,
    )
  }

  return { opened, open }
})
