import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { digest } from '#digest'
import { BACKUP_DAYS, judgeBackup } from '#core/oversight/backupLight'
import { packDraft } from '#core/oversight/draftFile'
import { Problem } from '#core/problems'
import { makeBackup, takeContent } from '#storage/backup'
import { type Draft, type ExportNote } from '#storage/database'
import { isKeptInMemory, listDrafts, listExports, noteExports, wipeDevice } from '#storage/drafts'
import { saveJsonFile } from '#storage/files'
import { expectsHub } from '#storage/hubMark'
import { wipeOutbox } from '#storage/outbox'
import { askPersistence, measureUsage, readPersistence, type Persistence } from '#storage/persistence'
import { readPreference, savePreference } from '#storage/preferences'
import { sealWithPassphrase } from '#storage/secretFile'

const DAY = 86_400_000

/** 本机 — what this browser keeps, how safely, and how it gets out of it into files. */
export const useDeviceStore = defineStore('device', () => {
  const drafts = shallowRef<readonly Draft[]>([])
  const notes = shallowRef<ReadonlyMap<string, ExportNote>>(new Map())
  const persistence = shallowRef<Persistence>()
  const usedBytes = shallowRef<number>()
  const isShared = shallowRef(readPreference('sharedDevice') === 'on')
  const isInMemory = shallowRef(isKeptInMemory())
  const now = shallowRef(new Date().toISOString())
  const reminderOffUntil = shallowRef(readPreference('reminderOffUntil') ?? '')

  const backup = computed(() =>
    judgeBackup(
      drafts.value.map((draft) => ({
        startedAt: draft.startedAt,
        exportedAt: notes.value.get(draft.id)?.exportedAt,
        isChanged: !isExported(draft),
      })),
      now.value,
    ),
  )
  /** 每周提醒 — answers that are in no file for a week; quiet for a day when it was put off. */
  const isReminderDue = computed(() => backup.value.light === 'red' && reminderOffUntil.value <= now.value)

  /** Whether this very state of a draft went into a file. */
  function isExported({ id, rev }: Pick<Draft, 'id' | 'rev'>): boolean {
    return notes.value.get(id)?.rev === rev
  }

  /** Looks at the device again. Refuses what the database refuses; what is not from it is read all the same. */
  async function refresh(): Promise<void> {
    now.value = new Date().toISOString()
    isInMemory.value = isKeptInMemory()
    await measure()
    drafts.value = await listDrafts()
    notes.value = await listExports()
  }

  async function measure(): Promise<void> {
    try {
      persistence.value = await readPersistence()
      usedBytes.value = await measureUsage()
    } catch {
      // Some private windows refuse to be asked; then nothing is said about it.
      persistence.value = 'unsupported'
    }
  }

  let isAsked = false
  /** Asks for 长期保存 once, after the first answer: when the person has something to lose. */
  async function protect(): Promise<void> {
    if (isAsked) return
    isAsked = true
    try {
      persistence.value = await askPersistence()
    } catch {
      persistence.value = 'unsupported'
    }
  }

  function setShared(shared: boolean): void {
    isShared.value = shared
    savePreference('sharedDevice', shared ? 'on' : 'off')
  }

  function putOffReminder(): void {
    reminderOffUntil.value = new Date(Date.now() + DAY).toISOString()
    savePreference('reminderOffUntil', reminderOffUntil.value)
  }

  /** 导出记录 — this state of these drafts is in a file. That it cannot be remembered does not make the file worse. */
  async function noteExported(exported: readonly Pick<Draft, 'id' | 'rev'>[]): Promise<void> {
    const at = new Date().toISOString()
    try {
      await noteExports(exported, at)
      notes.value = await listExports()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
    }
    now.value = at
  }

  /** 存为文件 — one sheet: the submission once it is locked, else the draft. Gives back the file's name. */
  async function exportSheet(draft: Draft, passphrase?: string): Promise<string> {
    const firm = draft.profile.name ?? '未填企业名称'
    const which = draft.submission === undefined ? '草稿' : `第${draft.revision}次`
    const value = draft.submission ?? packDraft(takeContent(draft), digest)
    const name = await write(`${firm}-${which}`, '.shidang.json', value, passphrase)
    await noteExported([draft])
    return name
  }

  /** 导出备份 — all sheets of this browser in one file. Gives back the file's name. */
  async function exportBackup(passphrase?: string): Promise<string> {
    const all = await listDrafts()
    const made = new Date()
    const day = [made.getFullYear(), made.getMonth() + 1, made.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-')
    const backup = makeBackup(all, made.toISOString())
    const name = await write(`识档备份-${day}-${all.length}份`, '.shidang-backup.json', backup, passphrase)
    await noteExported(all)
    return name
  }

  async function write(stem: string, ending: string, value: unknown, passphrase?: string): Promise<string> {
    if (passphrase === undefined) return saveJsonFile(stem + ending, value)
    return saveJsonFile(`${stem}-加密${ending}`, await sealWithPassphrase(value, passphrase))
  }

  /**
   * 清除本机数据 — every sheet of this browser, what waits to be submitted, and who is signed in. The caches hold the program
   * only; settings are no firm's data.
   */
  async function wipe(): Promise<void> {
    await wipeDevice()
    if (expectsHub()) {
      await wipeOutbox()
      // Loaded on sites with a hub only.
      const [{ useHubStore }, { useOutboxStore }] = await Promise.all([import('./hub'), import('./outbox')])
      await useOutboxStore().load()
      await useHubStore().signOut()
    }
    await refresh()
  }

  return {
    drafts,
    persistence,
    usedBytes,
    isShared,
    isInMemory,
    backup,
    isReminderDue,
    reminderDays: BACKUP_DAYS,
    isExported,
    refresh,
    protect,
    setShared,
    putOffReminder,
    noteExported,
    exportSheet,
    exportBackup,
    wipe,
  }
})
