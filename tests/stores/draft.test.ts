// @vitest-environment node
import { createPinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { digest } from '#digest'
import { type Answer } from '#core/diagnosis/answers'
import { openDraft } from '#core/oversight/draftFile'
import { openSubmission } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { addDraft, deleteDraft, listRevisions, readDraft, saveDraft } from '#storage/drafts'
import { loadEdition } from '#storage/editions'
import { useDraftStore } from '#stores/draft'
import { answersAtLevel, loadGuangxi } from '../support/build'
import { aDraft, rejectionOf, startAfresh } from '../support/drafts'
import { eventually } from '../support/eventually'

type Store = ReturnType<typeof useDraftStore>

beforeEach(startAfresh)
const windows: Store[] = []
afterEach(() => {
  for (const store of windows.splice(0)) store.$dispose()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

/** One window of the browser: its own memory, the same database. */
function aWindow(): Store {
  const store = useDraftStore(createPinia())
  windows.push(store)
  return store
}
async function beginSheet(): Promise<Store> {
  const store = aWindow()
  await store.begin('guangxi-2024', 'full')
  return store
}
/** Two windows that show the same draft; neither hears of the other before it writes. */
async function openTwice(before: Readonly<Record<string, Answer>> = {}): Promise<readonly [Store, Store]> {
  const mine = await beginSheet()
  for (const [id, value] of Object.entries(before)) mine.answer(id, value)
  await mine.flush()
  const theirs = aWindow()
  await theirs.open(mine.draft!.id)
  return [mine, theirs]
}
async function storedAnswers(store: Store): Promise<unknown> {
  return (await readDraft(store.draft!.id))?.answers
}
async function codeOf(promise: Promise<unknown>): Promise<string> {
  const fault = await rejectionOf(promise)
  if (fault instanceof Problem) return fault.code
  throw fault
}
/** From now on the disk is full, until mocks are restored. */
function fillDisk(): void {
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('the quota has been exceeded', 'QuotaExceededError')
  })
}

const IDS = [...loadGuangxi().indicators.values()].filter(({ rule }) => rule.kind === 'ladder').map(({ id }) => id)

describe('起填与打开', () => {
  it('a sheet that is begun is stored at once, empty, with the stamp of its edition', async () => {
    const store = await beginSheet()
    const { stamp } = await loadEdition('guangxi-2024')
    const stored = await readDraft(store.draft!.id)
    expect(stored).toEqual(store.draft)
    expect(stored).toMatchObject({ revision: 1, rev: 1, form: 'full', edition: stamp, answers: {}, profile: {} })
    expect(stored?.asked).toBe(loadGuangxi().indicators.size)
  })

  it('a short form asks the core indicators only', async () => {
    const store = aWindow()
    await store.begin('guangxi-2024', 'short')
    const core = [...loadGuangxi().indicators.values()].filter(({ rule }) => rule.core === true)
    expect(store.draft!.asked).toBe(core.length)
    expect(store.progress.asked).toBe(core.length)
  })

  it('a draft opens as it was stored', async () => {
    const draft = aDraft({ answers: { 'S1.1': 2 }, profile: { name: '甲厂' } })
    await addDraft(draft)
    const store = aWindow()
    await store.open(draft.id)
    expect(store.draft).toEqual(draft)
    expect(store.saveState).toEqual({ kind: 'saved', at: draft.updatedAt })
  })

  it('a draft that is not there is refused, never opened blank, and the one open before stays', async () => {
    const store = await beginSheet()
    const before = store.draft
    expect(await codeOf(store.open('nowhere'))).toBe('draft.gone')
    expect(store.draft).toBe(before)
    expect(await readDraft('nowhere')).toBeUndefined()
  })

  it('opening another draft stores the last answer of the one before', async () => {
    const store = await beginSheet()
    const first = store.draft!.id
    const other = aDraft()
    await addDraft(other)
    store.answer('S1.1', 3)
    await store.open(other.id)
    expect((await readDraft(first))?.answers).toEqual({ 'S1.1': 3 })
    expect(store.draft?.answers).toEqual({})
  })

  it('beginning another sheet stores the last answer of the one before, and keeps it out of the new one', async () => {
    const store = await beginSheet()
    const first = store.draft!.id
    store.answer('S1.1', 3)
    await store.begin('guangxi-2024', 'full')
    await store.flush()
    expect((await readDraft(first))?.answers).toEqual({ 'S1.1': 3 })
    expect(await storedAnswers(store)).toEqual({})
    expect(store.mergedAt).toBeUndefined()
  })

  it('a draft whose last answer could not be stored is not put away for another one', async () => {
    const store = await beginSheet()
    const other = aDraft()
    await addDraft(other)
    fillDisk()
    store.answer('S1.1', 3)
    expect(await codeOf(store.open(other.id))).toBe('storage.full')
    expect(store.draft?.answers).toEqual({ 'S1.1': 3 })
    vi.restoreAllMocks()
    await store.open(other.id)
    expect(store.draft?.id).toBe(other.id)
  })
})

describe('每次作答立即保存', () => {
  it('an answer is stored, counted and said to be saved', async () => {
    const store = await beginSheet()
    store.answer('S1.1', 2.5)
    expect(store.saveState.kind).toBe('saving')
    await store.flush()
    expect(store.saveState).toEqual({ kind: 'saved', at: store.draft!.updatedAt })
    expect(await readDraft(store.draft!.id)).toMatchObject({ answers: { 'S1.1': 2.5 }, answered: 1, rev: 2 })
  })

  it('a cleared answer is gone from the row, which is not the same as 0', async () => {
    const store = await beginSheet()
    store.answer('S1.1', 2)
    store.answer('S1.2', 0)
    store.answer('S1.1', undefined)
    await store.flush()
    expect(await storedAnswers(store)).toEqual({ 'S1.2': 0 })
    expect(store.progress.answered).toBe(1)
  })

  it('50 quick answers are all stored in the order they were given, in far fewer writes', async () => {
    const store = await beginSheet()
    const put = vi.spyOn(IDBObjectStore.prototype, 'put')
    const given = IDS.slice(0, 50).map((id, at) => [id, (at % 11) / 2] as const)
    for (const [id, value] of given) store.answer(id, value)
    await store.flush()
    expect(Object.entries((await storedAnswers(store)) as object)).toEqual(given)
    // The first is on its way at once, the other 49 go together.
    expect(put).toHaveBeenCalledTimes(2)
  })

  it('50 answers to one question leave the last one', async () => {
    const store = await beginSheet()
    for (let at = 0; at < 50; at++) store.answer('S1.1', (at % 11) / 2)
    await store.flush()
    expect(await storedAnswers(store)).toEqual({ 'S1.1': 2.5 }) // 49 mod 11 is 5, in halves
  })

  it('no answer is lost when others are given while a row is on its way', async () => {
    const store = await beginSheet()
    for (const [at, id] of IDS.slice(0, 30).entries()) {
      store.answer(id, 1)
      // Some after a microtask, some after the next event, some at once.
      if (at % 3 === 0) await Promise.resolve()
      else if (at % 3 === 1) await new Promise((resolve) => setTimeout(resolve, at % 7))
    }
    await store.flush()
    expect(Object.keys((await storedAnswers(store)) as object)).toEqual(IDS.slice(0, 30))
    expect(store.saveState.kind).toBe('saved')
  })

  it('an answer given right after a flush with nothing to do is stored without a further one', async () => {
    const store = await beginSheet()
    void store.flush()
    store.answer('S1.1', 4)
    await eventually(async () => expect(await storedAnswers(store)).toEqual({ 'S1.1': 4 }))
    expect(store.saveState.kind).toBe('saved')
  })

  it('fields of the profile are stored beside each other; an undefined one is cleared', async () => {
    const store = await beginSheet()
    store.describe({ name: '甲厂', staff: 20 })
    store.describe({ staff: undefined, extra: { 'profile.park': '高新区' } })
    await store.flush()
    expect((await readDraft(store.draft!.id))?.profile).toEqual({ name: '甲厂', extra: { 'profile.park': '高新区' } })
  })

  it('filling time counts pauses up to two minutes', async () => {
    const store = await beginSheet()
    vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 5, 8, 0, 0) })
    store.answer('S1.1', 1)
    vi.setSystemTime(Date.UTC(2026, 0, 5, 8, 1, 30))
    store.answer('S1.2', 1)
    vi.setSystemTime(Date.UTC(2026, 0, 5, 12, 0, 0)) // a long lunch
    store.answer('S1.3', 1)
    await store.flush()
    // 0 + 1.5 + 2 minutes.
    expect((await readDraft(store.draft!.id))?.minutes).toBe(3.5)
  })

  it('site data cleared while the page is open: the next answer stores the whole draft again', async () => {
    const store = await beginSheet()
    store.answer('S1.1', 1)
    await store.flush()
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    await startAfresh()
    store.answer('S1.2', 2)
    await store.flush()
    expect(await storedAnswers(store)).toEqual({ 'S1.1': 1, 'S1.2': 2 })
  })

  it('a draft file made from memory holds every answer, also those the disk refused', async () => {
    const store = await beginSheet()
    fillDisk()
    store.answer('S1.1', 2)
    await store.flush()
    const file = openDraft(JSON.parse(JSON.stringify(store.exportFile())), digest)
    expect(file).toMatchObject({ sheetId: store.draft!.sheetId, answers: { 'S1.1': 2 }, revision: 1 })
  })
})

describe('没有存下', () => {
  it('a failed write keeps the answer in memory and says why', async () => {
    const store = await beginSheet()
    fillDisk()
    store.answer('S1.1', 3)
    await store.flush()
    expect(store.saveState).toMatchObject({ kind: 'failed', problem: { code: 'storage.full' } })
    expect(store.draft?.answers).toEqual({ 'S1.1': 3 })
    expect(await storedAnswers(store)).toEqual({})
  })

  it('it is tried again by itself, with what was answered meanwhile', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const store = await beginSheet()
    fillDisk()
    store.answer('S1.1', 3)
    await store.flush()
    store.answer('S1.2', 4)
    await store.flush()
    expect(store.saveState.kind).toBe('failed')
    vi.restoreAllMocks()
    await vi.advanceTimersByTimeAsync(5_000)
    await store.flush()
    expect(await storedAnswers(store)).toEqual({ 'S1.1': 3, 'S1.2': 4 })
    expect(store.saveState.kind).toBe('saved')
  })

  it('as long as the disk stays full it is tried again and again', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const store = await beginSheet()
    fillDisk()
    store.answer('S1.1', 3)
    for (let round = 0; round < 4; round++) {
      await eventually(() => expect(vi.getTimerCount()).toBe(1))
      vi.runOnlyPendingTimers()
      await store.flush()
    }
    vi.restoreAllMocks()
    vi.runOnlyPendingTimers()
    await store.flush()
    expect(await storedAnswers(store)).toEqual({ 'S1.1': 3 })
  })

  it('a row of a newer program is left alone, and the answer stays in memory', async () => {
    const draft = aDraft({ schema: 99 })
    await addDraft(draft)
    const store = aWindow()
    await store.open(draft.id)
    store.answer('S1.1', 3)
    await store.flush()
    expect(store.saveState).toMatchObject({ kind: 'failed', problem: { code: 'draft.newerBuild' } })
    expect(await readDraft(draft.id)).toEqual(draft)
    expect(store.draft?.answers).toEqual({ 'S1.1': 3 })
  })

  it('a disk that fails while two windows are merged is told, and the merge is done later', async () => {
    const [mine, theirs] = await openTwice()
    theirs.answer('S1.2', 2)
    await theirs.flush()
    let reads = 0
    const original = IDBObjectStore.prototype.get
    vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
      reads += 1
      // The first is the look at the stored row, which is in conflict; the second reads what to merge.
      if (reads === 2) throw new DOMException('disk error', 'DataError')
      return original.call(this, key as IDBValidKey)
    })
    mine.answer('S1.1', 1)
    await mine.flush()
    expect(mine.saveState.kind).toBe('failed')
    await mine.flush()
    expect(await storedAnswers(mine)).toEqual({ 'S1.1': 1, 'S1.2': 2 })
  })
})

describe('两个窗口', () => {
  it('answers to different questions are merged, and neither side is lost', async () => {
    const [mine, theirs] = await openTwice({ 'S1.1': 1 })
    theirs.answer('S1.2', 2)
    await theirs.flush()
    mine.answer('S1.3', 3)
    await mine.flush()
    expect(await storedAnswers(mine)).toEqual({ 'S1.1': 1, 'S1.2': 2, 'S1.3': 3 })
    expect(mine.draft?.answers).toEqual({ 'S1.1': 1, 'S1.2': 2, 'S1.3': 3 })
    expect(mine.collisions).toEqual([])
    expect(mine.mergedAt).toBe(theirs.draft!.updatedAt)
    expect(mine.saveState.kind).toBe('saved')
  })

  it('ten answers on each side, given in turns, are all there in the end', async () => {
    const [mine, theirs] = await openTwice()
    for (let at = 0; at < 10; at++) {
      mine.answer(IDS[2 * at]!, 1)
      theirs.answer(IDS[2 * at + 1]!, 2)
      if (at % 2 === 0) await Promise.all([mine.flush(), theirs.flush()])
    }
    await mine.flush()
    await theirs.flush()
    const expected = Object.fromEntries(IDS.slice(0, 20).map((id, at) => [id, at % 2 === 0 ? 1 : 2]))
    expect(await storedAnswers(mine)).toEqual(expected)
    expect([...mine.collisions, ...theirs.collisions]).toEqual([])
  })

  it('what the other window cleared stays cleared', async () => {
    const [mine, theirs] = await openTwice({ 'S1.1': 1, 'S1.2': 2 })
    theirs.answer('S1.1', undefined)
    await theirs.flush()
    mine.answer('S1.3', 3)
    await mine.flush()
    expect(await storedAnswers(mine)).toEqual({ 'S1.2': 2, 'S1.3': 3 })
  })

  it.each([
    ['ours is kept', false, 4],
    ["the other window's is taken", true, 2],
  ])(
    'one question answered differently is asked with both values; when %s, that one is stored',
    async (_, take, value) => {
      const [mine, theirs] = await openTwice({ 'S1.1': 1 })
      theirs.answer('S1.1', 2)
      await theirs.flush()
      mine.answer('S1.1', 4)
      await mine.flush()
      expect(mine.collisions).toEqual([{ field: 'S1.1', mine: 4, theirs: 2 }])
      mine.settle(mine.collisions[0]!, take)
      await mine.flush()
      expect(mine.collisions).toEqual([])
      expect(await storedAnswers(mine)).toEqual({ 'S1.1': value })
    },
  )

  it('settling for the other window that cleared the answer clears it', async () => {
    const [mine, theirs] = await openTwice({ 'S1.1': 1 })
    theirs.answer('S1.1', undefined)
    await theirs.flush()
    mine.answer('S1.1', 4)
    await mine.flush()
    expect(mine.collisions).toEqual([{ field: 'S1.1', mine: 4, theirs: undefined }])
    mine.settle(mine.collisions[0]!, true)
    await mine.flush()
    expect(await storedAnswers(mine)).toEqual({})
  })

  it('a question that collides again before it is settled is asked once, with the newest values', async () => {
    const [mine, theirs] = await openTwice()
    theirs.answer('S1.1', 2)
    await theirs.flush()
    mine.answer('S1.1', 4)
    await mine.flush()
    const third = aWindow()
    await third.open(mine.draft!.id)
    third.answer('S1.1', 5)
    await third.flush()
    mine.answer('S1.1', 3)
    await mine.flush()
    expect(mine.collisions).toEqual([{ field: 'S1.1', mine: 3, theirs: 5 }])
  })

  it('fields of the profile collide one by one, and are settled as the answers are', async () => {
    const [mine, theirs] = await openTwice()
    theirs.describe({ name: '甲厂', staff: 30 })
    await theirs.flush()
    mine.describe({ name: '乙厂', contact: '某人' })
    await mine.flush()
    expect(mine.collisions).toEqual([{ field: 'name', mine: '乙厂', theirs: '甲厂' }])
    mine.settle(mine.collisions[0]!, true)
    await mine.flush()
    expect((await readDraft(mine.draft!.id))?.profile).toEqual({ name: '甲厂', staff: 30, contact: '某人' })
  })

  it("the edition's own unscored questions are merged one by one as well", async () => {
    const [mine, theirs] = await openTwice()
    theirs.describe({ extra: { 'profile.park': '高新区', 'tail.aiNeeds': '质检' } })
    await theirs.flush()
    mine.describe({ extra: { 'profile.mainProducts': '轴承', 'profile.park': '工业园' } })
    await mine.flush()
    expect(mine.collisions).toEqual([{ field: 'profile.park', mine: '工业园', theirs: '高新区' }])
    mine.settle(mine.collisions[0]!, true)
    await mine.flush()
    expect((await readDraft(mine.draft!.id))?.profile).toEqual({
      extra: { 'profile.park': '高新区', 'tail.aiNeeds': '质检', 'profile.mainProducts': '轴承' },
    })
  })

  it('a window with nothing of its own to store takes over what another one wrote', async () => {
    const [mine] = await openTwice({ 'S1.1': 1 })
    const row = await saveDraft({ ...mine.draft!, answers: { 'S1.1': 1, 'S1.2': 2 } })
    const other = new BroadcastChannel('shidang-drafts')
    other.postMessage(row.id)
    await eventually(() => expect(mine.draft?.answers).toEqual({ 'S1.1': 1, 'S1.2': 2 }))
    expect(mine.mergedAt).toBe(row.updatedAt)
    mine.answer('S1.3', 3)
    await mine.flush()
    expect(await storedAnswers(mine)).toEqual({ 'S1.1': 1, 'S1.2': 2, 'S1.3': 3 })
    other.close()
  })

  it('news of another draft, or of one that was deleted, changes nothing here', async () => {
    const [mine] = await openTwice({ 'S1.1': 1 })
    const before = mine.draft
    const other = new BroadcastChannel('shidang-drafts')
    await deleteDraft(mine.draft!.id)
    other.postMessage('another')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(mine.draft).toBe(before)
    other.close()
  })

  it('清除本机数据 in another window closes the draft here', async () => {
    const [mine] = await openTwice({ 'S1.1': 1 })
    const other = new BroadcastChannel('shidang-drafts')
    other.postMessage('*')
    await eventually(() => expect(mine.draft).toBeUndefined())
    other.close()
  })

  it('a sheet that the other window locked is not changed any more; the answer given here is told as not stored', async () => {
    const [mine, theirs] = await openTwice({ 'S1.1': 1 })
    await theirs.lock()
    mine.answer('S1.2', 5)
    await mine.flush()
    expect(mine.saveState).toMatchObject({ kind: 'failed', problem: { code: 'draft.locked' } })
    expect(await readDraft(mine.draft!.id)).toEqual(theirs.draft)
    // Opened again, it is shown as it is.
    await mine.open(mine.draft!.id)
    expect(mine.isLocked).toBe(true)
    expect(mine.draft).toEqual(theirs.draft)
  })

  it('a sheet locked in the other window does not keep this one from beginning another', async () => {
    const [mine, theirs] = await openTwice()
    await theirs.lock()
    mine.answer('S1.2', 5)
    await mine.flush()
    await mine.begin('guangxi-2024', 'short')
    expect(mine.draft).toMatchObject({ form: 'short', answers: {} })
  })
})

describe('提交并锁定', () => {
  it('the sealed sheet recomputes to its stated result, and is stored with the draft', async () => {
    const store = await beginSheet()
    store.describe({ name: '甲厂', productionType: 'discrete' })
    for (const [id, answer] of Object.entries(answersAtLevel(loadGuangxi(), 3, 'discrete'))) store.answer(id, answer)
    const submission = await store.lock()
    const opened = openSubmission(JSON.parse(JSON.stringify(submission)), [loadGuangxi()], digest)
    expect(opened.agrees).toBe(true)
    // Every item at 3 of 5: 60 points, the upper end of tier 6 (50—60); 60 % of the gate items at 3 is asked there.
    expect(opened.computed).toMatchObject({ tier: { low: 6, high: 6 }, score: { low: 60, high: 60 } })
    expect(store.isLocked).toBe(true)
    expect((await readDraft(store.draft!.id))?.submission).toEqual(submission)
  })

  it('after it nothing changes the sheet', async () => {
    const store = await beginSheet()
    store.answer('S1.1', 3)
    await store.lock()
    const locked = store.draft
    store.answer('S1.1', 5)
    store.describe({ name: '乙厂' })
    await store.flush()
    expect(store.draft).toBe(locked)
    expect(await readDraft(locked!.id)).toEqual(locked)
    expect(await codeOf(store.lock())).toBe('draft.locked')
  })

  it('what the rules refuse is refused, and then nothing is locked or written', async () => {
    const store = await beginSheet()
    // 10 % of 75 applicable indicators, rounded down, may be 不适用: 7. Here are 8.
    for (const id of ['C1.1', 'C1.2', 'C1.3', 'C2.7', 'C3.2', 'C3.3', 'B2.2', 'B3.1']) {
      store.answer(id, { notApplicable: '没有这项业务' })
    }
    await store.flush()
    const before = await readDraft(store.draft!.id)
    expect(await codeOf(store.lock())).toBe('answers.tooManyNotApplicable')
    expect(store.isLocked).toBe(false)
    expect(await readDraft(store.draft!.id)).toEqual(before)
    store.answer('B3.1', 0)
    await store.lock()
    expect(store.isLocked).toBe(true)
  })

  it('half-typed answers stay in the draft and are not in the submission', async () => {
    const store = await beginSheet()
    const half = { numerator: 3 } as unknown as Answer
    store.answer('T2.1', half)
    store.answer('S1.1', 2)
    expect(store.usable).toEqual({ 'S1.1': 2 })
    expect((await store.lock()).answers).toEqual({ 'S1.1': 2 })
    expect(await storedAnswers(store)).toEqual({ 'T2.1': half, 'S1.1': 2 })
  })

  it('a disk that is full keeps the sheet open, with its answers', async () => {
    const store = await beginSheet()
    fillDisk()
    store.answer('S1.1', 3)
    expect(await codeOf(store.lock())).toBe('storage.full')
    expect(store.isLocked).toBe(false)
    vi.restoreAllMocks()
    expect((await store.lock()).answers).toEqual({ 'S1.1': 3 })
  })

  it('answers that come in from another window at that moment are in the submission too', async () => {
    const [mine, theirs] = await openTwice()
    theirs.answer('S1.2', 2)
    await theirs.flush()
    mine.answer('S1.1', 1)
    const submission = await mine.lock()
    expect(submission.answers).toEqual({ 'S1.1': 1, 'S1.2': 2 })
    expect(await storedAnswers(mine)).toEqual({ 'S1.1': 1, 'S1.2': 2 })
  })

  it('a sheet that another window changed since is refused once, shown as it is now, and can then be locked', async () => {
    const [mine, theirs] = await openTwice({ 'S1.1': 1 })
    theirs.answer('S1.2', 2)
    await theirs.flush()
    expect(await codeOf(mine.lock())).toBe('draft.conflict')
    expect(mine.isLocked).toBe(false)
    expect(mine.draft?.answers).toEqual({ 'S1.1': 1, 'S1.2': 2 })
    expect((await mine.lock()).answers).toEqual({ 'S1.1': 1, 'S1.2': 2 })
  })
})

describe('修订', () => {
  it('a revision starts from the locked sheet under the next number, and the locked one stays as it is', async () => {
    const store = await beginSheet()
    store.answer('S1.1', 3)
    await store.lock()
    const locked = store.draft!
    await store.revise(locked, 2)
    expect(store.draft).toMatchObject({ revision: 2, sheetId: locked.sheetId, answers: { 'S1.1': 3 }, minutes: 0 })
    expect(store.draft!.id).not.toBe(locked.id)
    expect(store.isLocked).toBe(false)
    store.answer('S1.1', 4)
    await store.flush()
    expect(await readDraft(locked.id)).toEqual(locked)
    expect((await listRevisions(locked.sheetId)).map(({ revision, answers }) => [revision, answers['S1.1']])).toEqual([
      [2, 4],
      [1, 3],
    ])
  })
})

describe('问卷换了内容', () => {
  it('a draft of another content of its edition says so, and answers no longer asked are kept, listed and not counted', async () => {
    const draft = aDraft({ answers: { 'S1.1': 2, 'S9.9': 4 } })
    await addDraft(draft)
    const store = aWindow()
    await store.open(draft.id)
    expect(store.isOtherEdition).toBe(true)
    expect(store.noLongerAsked).toEqual(['S9.9'])
    expect(store.usable).toEqual({ 'S1.1': 2 })
    expect(store.progress.answered).toBe(1)
    store.answer('S1.2', 3)
    await store.flush()
    expect(await storedAnswers(store)).toEqual({ 'S1.1': 2, 'S9.9': 4, 'S1.2': 3 })
  })

  it('after locking they are still in the draft; the submission is of the edition at hand and without them', async () => {
    const draft = aDraft({ answers: { 'S1.1': 2, 'S9.9': 4 } })
    await addDraft(draft)
    const store = aWindow()
    await store.open(draft.id)
    const submission = await store.lock()
    expect(submission.answers).toEqual({ 'S1.1': 2 })
    expect(submission.edition).toEqual((await loadEdition('guangxi-2024')).stamp)
    expect(await storedAnswers(store)).toEqual({ 'S1.1': 2, 'S9.9': 4 })
    expect(store.isOtherEdition).toBe(false)
  })

  it('a draft of the edition at hand is of no other edition', async () => {
    const store = await beginSheet()
    expect(store.isOtherEdition).toBe(false)
    expect(store.noLongerAsked).toEqual([])
  })

  it('a draft of an edition that is not built in is refused and stays where it is', async () => {
    const draft = aDraft({ edition: { id: 'hebei-2023', version: '1.0.0', digest: '0'.repeat(64) } })
    await addDraft(draft)
    const store = aWindow()
    expect(await codeOf(store.open(draft.id))).toBe('edition.unknown')
    expect(store.draft).toBeUndefined()
    expect(await readDraft(draft.id)).toEqual(draft)
  })
})

describe('生产类型', () => {
  it('answers that another production type leaves out are kept, count nothing, and count again after the change back', async () => {
    const store = await beginSheet()
    store.describe({ productionType: 'discrete' })
    store.answer('C3.3', 4) // not asked of mines
    store.answer('S1.1', 2)
    expect(store.progress.answered).toBe(2)
    const { asked } = store.progress
    store.describe({ productionType: 'mining' })
    expect(store.sheet?.items.get('C3.3')?.state).toBe('notAsked')
    expect(store.progress.answered).toBe(1)
    // C3.3 and B3.1 are left out.
    expect(store.progress.asked).toBe(asked - 2)
    await store.flush()
    expect(await storedAnswers(store)).toEqual({ 'C3.3': 4, 'S1.1': 2 })
    store.describe({ productionType: 'discrete' })
    expect(store.progress.answered).toBe(2)
    expect(store.sheet?.items.get('C3.3')?.low).toBe(8)
    await store.flush()
  })

  it('a production type the edition does not know is taken as none given', async () => {
    const draft = aDraft({ profile: { productionType: 'farming' } })
    await addDraft(draft)
    const store = aWindow()
    await store.open(draft.id)
    expect(store.rulesProfile).toEqual({})
    expect(store.progress.asked).toBe(loadGuangxi().indicators.size)
  })
})
