import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef } from 'vue'
import { digest } from '#digest'
import { keepUsable, listApplicable, type Answer, type Answers } from '#core/diagnosis/answers'
import { gradeScores } from '#core/diagnosis/grading'
import { mergeFields, type Collision } from '#core/diagnosis/merge'
import { ProfileSchema, type Profile } from '#core/diagnosis/profile'
import { scoreAnswers } from '#core/diagnosis/scoring'
import { packDraft } from '#core/oversight/draftFile'
import { packSubmission, type Submission } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { takeContent } from '#storage/backup'
import { type Draft } from '#storage/database'
import { addDraft, isKeptInMemory, onOtherWindow, readDraft, saveDraft } from '#storage/drafts'
import { loadEdition, type LoadedEdition } from '#storage/editions'
import { makeId } from '#storage/ids'
import { useDeviceStore } from './device'

/** 保存状态 — what the screen says about the last change. */
export type SaveState =
  | { readonly kind: 'saved'; readonly at: string }
  | { readonly kind: 'saving' }
  /** The browser keeps nothing: the answers are in this window only. */
  | { readonly kind: 'memory' }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** A pause longer than this is not counted as filling time. Own choice. */
const LONGEST_PAUSE_MINUTES = 2
const RETRY_AFTER = 5_000

/** 当前草稿 — the sheet that is open in this window: every change goes to IndexedDB at once, one write at a time. */
export const useDraftStore = defineStore('draft', () => {
  const draft = shallowRef<Draft>()
  const loaded = shallowRef<LoadedEdition>()
  const saveState = shallowRef<SaveState>({ kind: 'saved', at: '' })
  const collisions = shallowRef<readonly Collision[]>([])
  /** Set when another window's answers came in, so that the screen can say so. */
  const mergedAt = shallowRef<string>()

  /** The row as it was last read or written: what a merge compares both sides with. */
  let stored: Draft | undefined
  let writing: Promise<void> | undefined
  let lastChange = 0
  let retry: ReturnType<typeof setTimeout> | undefined

  const isLocked = computed(() => draft.value?.submission !== undefined)
  // Field by field, so that a draft of which only the time or the count of writes changed is not scored again.
  const edition = computed(() => loaded.value?.edition)
  const answers = computed(() => draft.value?.answers)
  const form = computed(() => draft.value?.form)
  const productionType = computed(() => draft.value?.profile.productionType)
  const usable = computed<Answers>(() =>
    edition.value === undefined || answers.value === undefined ? {} : keepUsable(edition.value, answers.value),
  )
  const rulesProfile = computed(() => {
    const id = productionType.value
    const isKnown = edition.value?.scoring.productionTypes?.some((type) => type.id === id) === true
    return id !== undefined && isKnown ? { productionType: id } : {}
  })
  const sheet = computed(() =>
    edition.value === undefined || form.value === undefined
      ? undefined
      : scoreAnswers(edition.value, rulesProfile.value, form.value, usable.value),
  )
  const grade = computed(() => (sheet.value === undefined ? undefined : gradeScores(sheet.value)))
  const progress = computed(() => {
    const asked = [...(sheet.value?.items.values() ?? [])].filter(({ state }) => state !== 'notAsked')
    return { asked: asked.length, answered: asked.filter(({ state }) => state !== 'unanswered').length }
  })
  /** Answers whose question this edition no longer asks; kept, shown, never counted. */
  const noLongerAsked = computed(() => {
    const edition = loaded.value?.edition
    return edition === undefined
      ? []
      : Object.keys(draft.value?.answers ?? {}).filter((id) => !edition.indicators.has(id))
  })
  const isOtherEdition = computed(
    () =>
      draft.value !== undefined &&
      loaded.value !== undefined &&
      draft.value.edition.digest !== loaded.value.stamp.digest,
  )

  function sayStored(row: Draft): void {
    saveState.value = isKeptInMemory() ? { kind: 'memory' } : { kind: 'saved', at: row.updatedAt }
  }

  function isDirty(): boolean {
    return draft.value !== undefined && stored !== undefined && draft.value !== stored
  }

  /** Why the last answer is in memory only, if it is. */
  function findObstacle(): Problem | undefined {
    return isDirty() && saveState.value.kind === 'failed' ? saveState.value.problem : undefined
  }

  /** Before another sheet is opened: refuses while the disk does not take the last answer of this one. */
  async function putAway(): Promise<void> {
    await flush()
    const obstacle = findObstacle()
    if (obstacle?.code.startsWith('storage.') === true) throw obstacle
  }

  /** Begins a new sheet in an edition and opens it. */
  async function begin(editionId: string, form: Draft['form'], profile: Profile = {}): Promise<Draft> {
    await putAway()
    const edition = await loadEdition(editionId)
    const now = new Date().toISOString()
    const fresh: Draft = {
      id: makeId(),
      schema: 1,
      rev: 1,
      sheetId: makeId(),
      revision: 1,
      form,
      edition: edition.stamp,
      profile,
      answers: {},
      startedAt: now,
      updatedAt: now,
      minutes: 0,
      answered: 0,
      asked: listApplicable(edition.edition, {}, form).length,
    }
    await addDraft(fresh)
    take(fresh, edition)
    return fresh
  }

  /**
   * Opens a stored draft. Refuses 'draft.gone' when this browser has none of that id: never a blank one in its place; and
   * to put away the one that is open while its last answer is in memory only.
   */
  async function open(id: string): Promise<void> {
    const isOpen = draft.value?.id === id && loaded.value !== undefined
    // Locked in another window meanwhile: then what is shown here is not the sheet any more.
    if (isOpen && findObstacle()?.code !== 'draft.locked') return
    await putAway()
    const found = await readDraft(id)
    if (found === undefined) throw new Problem('draft.gone')
    take(found, await loadEdition(found.edition.id))
  }

  function take(row: Draft, edition: LoadedEdition): void {
    stored = row
    draft.value = row
    loaded.value = edition
    collisions.value = []
    mergedAt.value = undefined
    lastChange = 0
    sayStored(row)
  }

  function close(): void {
    draft.value = undefined
    loaded.value = undefined
    stored = undefined
  }

  /** One answer given, changed or (undefined) cleared. */
  function answer(id: string, value: Answer | undefined): void {
    if (draft.value === undefined) return
    const answers: Record<string, Answer> = { ...draft.value.answers }
    if (value === undefined) delete answers[id]
    else answers[id] = value
    change({ answers })
  }

  /** Fields of the profile; an undefined value clears its field. */
  function describe(fields: { readonly [Name in keyof Profile]?: Profile[Name] | undefined }): void {
    if (draft.value === undefined) return
    const profile = Object.fromEntries(
      Object.entries({ ...draft.value.profile, ...fields }).filter(([, value]) => value !== undefined),
    )
    change({ profile })
  }

  function change(changes: Partial<Draft>): void {
    if (draft.value === undefined || draft.value.submission !== undefined) return
    const now = Date.now()
    const pause = lastChange === 0 ? 0 : (now - lastChange) / 60_000
    lastChange = now
    const minutes = Math.round((draft.value.minutes + Math.min(pause, LONGEST_PAUSE_MINUTES)) * 100) / 100
    put({ ...draft.value, ...changes, minutes, updatedAt: new Date(now).toISOString() })
  }

  function put(next: Draft): void {
    draft.value = next
    draft.value = { ...next, ...progress.value }
    saveState.value = { kind: 'saving' }
    void flush()
  }

  /** Brings the stored progress of an imported draft in line with what the edition asks. */
  async function recount(): Promise<void> {
    if (draft.value === undefined) return
    put({ ...draft.value })
    await flush()
  }

  /** Resolves when all that was changed is stored, or has failed and the screen says so. */
  async function flush(): Promise<void> {
    clearTimeout(retry)
    if (writing === undefined && isDirty()) writing = writeAll()
    return writing
  }

  async function writeAll(): Promise<void> {
    try {
      while (isDirty()) await writeOnce(draft.value!)
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      saveState.value = { kind: 'failed', problem: fault }
      if (fault.code.startsWith('storage.')) retry = setTimeout(() => void flush(), RETRY_AFTER)
    } finally {
      // In the same breath as the last look at what there is to write: an answer given after it starts a new round.
      writing = undefined
    }
  }

  async function writeOnce(attempt: Draft): Promise<void> {
    try {
      const row = await saveDraft({ ...attempt, rev: stored!.rev })
      stored = row
      // Something may have been answered while the row was on its way: then it is written in the next round.
      if (draft.value === attempt) {
        draft.value = row
        sayStored(row)
        if (row.answered > 0) void useDeviceStore().protect()
      } else if (draft.value !== undefined) draft.value = { ...draft.value, rev: row.rev }
    } catch (fault) {
      if (!(fault instanceof Problem) || fault.code !== 'draft.conflict') throw fault
      await mergeStored(attempt.id)
    }
  }

  /** Another window wrote first: take over what only it changed, keep ours, and tell where both changed the same. */
  async function mergeStored(id: string): Promise<void> {
    const theirs = await readDraft(id)
    // Deleted or locked since: the next try to write finds that out.
    if (theirs === undefined || theirs.submission !== undefined) return
    if (stored === undefined || draft.value === undefined) return
    const answers = mergeFields(stored.answers, draft.value.answers, theirs.answers)
    const profile = mergeFields(
      spreadProfile(stored.profile),
      spreadProfile(draft.value.profile),
      spreadProfile(theirs.profile),
    )
    stored = theirs
    draft.value = { ...draft.value, answers: answers.fields, profile: gatherProfile(profile.fields), rev: theirs.rev }
    const found = [...answers.collisions, ...profile.collisions]
    const isAnew = ({ field }: Collision): boolean => found.some((one) => one.field === field)
    collisions.value = [...collisions.value.filter((one) => !isAnew(one)), ...found]
    mergedAt.value = theirs.updatedAt
  }

  /** After both windows changed one field differently: take the other window's value, or keep ours. */
  function settle(collision: Collision, takeTheirs: boolean): void {
    collisions.value = collisions.value.filter((other) => other !== collision)
    if (!takeTheirs || draft.value === undefined) return
    const { field, theirs } = collision
    // Answers no longer asked are answers too; a profile's field is known by its name.
    if (field in ProfileSchema.entries || /^(profile|tail)\./.test(field))
      change({ profile: gatherProfile({ ...spreadProfile(draft.value.profile), [field]: theirs }) })
    else answer(field, theirs as Answer | undefined)
  }

  const stopListening = onOtherWindow((id) => {
    // 清除本机数据 in one window means all of it: an answer given here later must not bring the draft back.
    if (id === '*' && !isDirty()) return close()
    void (async () => {
      if (draft.value === undefined || writing !== undefined || id !== draft.value.id) return
      const row = await readDraft(draft.value.id)
      if (row === undefined || stored === undefined || row.rev === stored.rev || draft.value !== stored) return
      if (row.id !== stored.id) return
      stored = row
      draft.value = row
      mergedAt.value = row.updatedAt
      saveState.value = { kind: 'saved', at: row.updatedAt }
    })()
  })
  onScopeDispose(stopListening)

  /** 提交并锁定 — scores once more, seals the sheet with date and edition, and stores it; it cannot be changed after. */
  async function lock(): Promise<Submission> {
    // First all that is on its way here, and what another window wrote: what is sealed is what is stored.
    await flush()
    const obstacle = findObstacle()
    if (obstacle !== undefined) throw obstacle
    const { edition, stamp } = loaded.value!
    const current = draft.value!
    const { sheetId, revision, form, profile, startedAt, minutes } = current
    const content = { id: sheetId, revision, form, profile, answers: usable.value, startedAt, minutes }
    const submission = packSubmission(
      edition,
      { ...content, submittedAt: new Date().toISOString() },
      __ENGINE_VERSION__,
      digest,
    )
    try {
      stored = await saveDraft({ ...current, edition: stamp, submission, updatedAt: submission.submittedAt })
    } catch (fault) {
      // The other window's answers come in, to be looked at before the sheet is submitted again.
      if (fault instanceof Problem && fault.code === 'draft.conflict') await mergeStored(current.id)
      throw fault
    }
    draft.value = stored
    sayStored(stored)
    return submission
  }

  /** A new revision that starts from a locked sheet; the locked one stays as it is. */
  async function revise(locked: Draft, revision: number): Promise<Draft> {
    await putAway()
    const { submission: _sealed, ...rest } = locked
    const now = new Date().toISOString()
    const next: Draft = { ...rest, id: makeId(), rev: 1, revision, startedAt: now, updatedAt: now, minutes: 0 }
    await addDraft(next)
    take(next, await loadEdition(next.edition.id))
    return next
  }

  /** The open sheet as a draft file's content, from memory: works when the database does not. */
  function exportFile(): unknown {
    return packDraft(takeContent(draft.value!), digest)
  }

  return {
    draft,
    loaded,
    saveState,
    collisions,
    mergedAt,
    isLocked,
    usable,
    rulesProfile,
    sheet,
    grade,
    noLongerAsked,
    isOtherEdition,
    begin,
    open,
    close,
    progress,
    recount,
    answer,
    describe,
    flush,
    settle,
    lock,
    revise,
    exportFile,
  }
})

/** A profile as one row of fields, the edition's own questions beside the others: so they merge one by one. */
function spreadProfile({ extra, ...fields }: Profile): Readonly<Record<string, unknown>> {
  return { ...fields, ...extra }
}

/** Back to a profile; the edition's own questions are those with a dot in their name. */
function gatherProfile(fields: Readonly<Record<string, unknown>>): Profile {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined)
  const extra = entries.filter(([name]) => name.includes('.'))
  return {
    ...Object.fromEntries(entries.filter(([name]) => !name.includes('.'))),
    ...(extra.length === 0 ? {} : { extra: Object.fromEntries(extra) }),
  }
}
