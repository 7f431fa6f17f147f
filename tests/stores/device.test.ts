import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { digest } from '#digest'
import { openBackup } from '#core/oversight/backup'
import { openDraft } from '#core/oversight/draftFile'
import { addDraft, listDrafts, saveDraft } from '#storage/drafts'
import { listItems, readKnown, saveItem, saveKnown } from '#storage/outbox'
import { savePreference } from '#storage/preferences'
import { openWithPassphrase } from '#storage/secretFile'
import { useDeviceStore } from '#stores/device'
import { aDraft, startAfresh } from '../support/drafts'
import { aHubSite, aSession } from '../support/hubFetch'

beforeEach(async () => {
  await startAfresh()
  localStorage.clear()
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** The files the browser was asked to save. */
function watchFiles(): { readonly name: string; readonly value: Promise<unknown> }[] {
  const files: { name: string; value: Promise<unknown> }[] = []
  let last: Blob
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    last = blob as Blob
    return 'blob:test'
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    files.push({ name: this.download, value: last.text().then((text) => JSON.parse(text) as unknown) })
  })
  return files
}

function offerStorage(manager: object): void {
  vi.stubGlobal('navigator', { storage: manager })
}

describe('本机', () => {
  it('the light follows the answers: amber, exported green, changed amber again', async () => {
    watchFiles()
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-05T02:00:00Z') })
    const device = useDeviceStore()
    await device.refresh()
    expect(device.backup.light).toBe('none')
    const draft = aDraft()
    await addDraft(draft)
    await device.refresh()
    expect(device.backup).toMatchObject({ light: 'amber', unsaved: 1 })
    await device.exportSheet(draft)
    expect(device.backup).toEqual({ light: 'green', unsaved: 0, lastAt: '2026-01-05T02:00:00.000Z' })
    await saveDraft({ ...draft, answers: { 'S1.1': 1 } })
    await device.refresh()
    expect(device.backup).toMatchObject({ light: 'amber', unsaved: 1 })
  })

  it('after 7 days without a file the reminder comes, put off it is quiet for a day, after an export for good', async () => {
    watchFiles()
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-05T02:00:00Z') })
    await addDraft(aDraft({ startedAt: '2026-01-05T01:00:00.000Z' }))
    const device = useDeviceStore()
    await device.refresh()
    expect(device.isReminderDue).toBe(false)
    vi.setSystemTime(new Date('2026-01-12T01:00:00Z'))
    await device.refresh()
    expect(device.isReminderDue).toBe(true)
    device.putOffReminder()
    expect(device.isReminderDue).toBe(false)
    vi.setSystemTime(new Date('2026-01-13T00:59:59Z'))
    setActivePinia(createPinia())
    const nextDay = useDeviceStore()
    await nextDay.refresh()
    expect(nextDay.isReminderDue).toBe(false)
    vi.setSystemTime(new Date('2026-01-13T01:00:00Z'))
    await nextDay.refresh()
    expect(nextDay.isReminderDue).toBe(true)
    await nextDay.exportBackup()
    expect(nextDay.isReminderDue).toBe(false)
  })

  it('a backup holds every sheet, under a name with its day and count', async () => {
    const files = watchFiles()
    for (const sheetId of ['a', 'b', 'c']) await addDraft(aDraft({ sheetId }))
    const device = useDeviceStore()
    const name = await device.exportBackup()
    expect(name).toMatch(/^识档备份-\d{4}-\d{2}-\d{2}-3份\.shidang-backup\.json$/)
    expect(files.map((file) => file.name)).toEqual([name])
    const { sheets } = openBackup(await files[0]!.value, digest)
    expect(sheets.map(({ draft }) => draft.sheetId).sort()).toEqual(['a', 'b', 'c'])
    await device.refresh()
    expect(device.backup.light).toBe('green')
  })

  it('with a passphrase the same goes out encrypted, and its name says so', async () => {
    const files = watchFiles()
    const draft = aDraft({ profile: { name: '甲厂' }, answers: { 'S1.1': 2 } })
    await addDraft(draft)
    const device = useDeviceStore()
    expect(await device.exportSheet(draft, '桂林山水甲天下啊')).toBe('甲厂-草稿-加密.shidang.json')
    const inside = await openWithPassphrase(await files[0]!.value, '桂林山水甲天下啊')
    expect(openDraft(inside, digest).answers).toEqual({ 'S1.1': 2 })
  })

  it.each([
    [{ persisted: async () => true, estimate: async () => ({ usage: 5e6 }) }, 'granted', 5e6],
    [{ persisted: async () => false, estimate: async () => ({}) }, 'denied', undefined],
    [undefined, 'unsupported', undefined],
    [{ persisted: () => Promise.reject(new TypeError('private')) }, 'unsupported', undefined],
  ])('what the browser promises is told: %o', async (manager, persistence, usedBytes) => {
    offerStorage(manager as object)
    const device = useDeviceStore()
    await device.refresh()
    expect(device.persistence).toBe(persistence)
    expect(device.usedBytes).toBe(usedBytes)
  })

  it('长期保存 is asked for once', async () => {
    const persist = vi.fn(async () => false)
    offerStorage({ persist })
    const device = useDeviceStore()
    await device.protect()
    await device.protect()
    expect(persist).toHaveBeenCalledTimes(1)
    expect(device.persistence).toBe('denied')
  })

  it('共用电脑 is remembered by the device, also after it was wiped', async () => {
    await addDraft(aDraft())
    const device = useDeviceStore()
    device.setShared(true)
    await device.wipe()
    expect(await listDrafts()).toEqual([])
    expect(device.drafts).toEqual([])
    setActivePinia(createPinia())
    expect(useDeviceStore().isShared).toBe(true)
  })

  it('on a site with a hub it also drops what waits to be submitted, and who is signed in', async () => {
    const hub = aHubSite()
    hub.answer('DELETE /v1/session', { body: {} })
    await saveKnown('session', aSession())
    await saveItem({
      id: 'sheet:1',
      owner: 'firm-1',
      draftId: 'draft-1',
      submission: 'sheet',
      revision: 1,
      campaign: 'campaign-2026',
      state: 'waiting',
      queuedAt: '2026-07-01T00:00:00.000Z',
      attempts: 0,
    })
    await useDeviceStore().wipe()
    expect([await listItems(), await readKnown('session')]).toEqual([[], undefined])
    expect(hub.count('DELETE /v1/session')).toBe(1)
    savePreference('hub', '0')
  })

  it('a browser that blocks its small storage still works, as long as the window', () => {
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
      throw new DOMException('blocked', 'SecurityError')
    })
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(() => {
      throw new DOMException('blocked', 'SecurityError')
    })
    const device = useDeviceStore()
    device.setShared(true)
    expect(device.isShared).toBe(true)
  })
})
