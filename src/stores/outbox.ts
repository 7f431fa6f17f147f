import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { digest } from '#digest'
import type { BodyOf } from '#core/oversight/api'
import { openReceipt, type Receipt } from '#core/oversight/receipt'
import { planRetry } from '#core/oversight/retryDelay'
import { readSubmission, type Submission } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { makeRow } from '#storage/backup'
import { type Draft } from '#storage/database'
import { addDraft, noteExports, readDraft } from '#storage/drafts'
import { saveJsonFile } from '#storage/files'
import { callHub, HubRefusal } from '#storage/hub'
import { makeId } from '#storage/ids'
import {
  listItems,
  listNotes,
  removeNote,
  saveItem,
  saveNote,
  type OutboxFault,
  type OutboxItem,
  type OutboxNote,
} from '#storage/outbox'
import { isSigned } from '#storage/signature'
import { useDraftStore } from './draft'
import { useHubStore } from './hub'

/** No item ever waits longer: a time beyond it comes from a clock that was wrong. */
const LONGEST_WAIT_MS = 3_600_000
/** A person comes back to the window: not a reason to ask again sooner than this. Own choice. */
const FOCUS_PAUSE_MS = 5_000
/** Progress is told once a minute at most. */
const PROGRESS_EVERY_MS = 60_000

export type { OutboxItem }

/** 已锁定的填报 — as much of a draft as submitting needs. */
export type LockedSheet = Pick<Draft, 'id' | 'revision' | 'submission'>

/** 报送编号 — how one revision is named in the outbox. */
export function nameItem(submission: string, revision: number): string {
  return `${submission}:${revision}`
}

/**
 * 待报送 — what is on its way to the hub: submissions until their receipts are verified, and notes of exports. Tried when the
 * person presses, when the network or the person comes back, and by timer; nothing of this computer is ever deleted for it.
 */
export const useOutboxStore = defineStore('outbox', () => {
  const hub = useHubStore()
  const items = shallowRef<readonly OutboxItem[]>([])
  const notes = shallowRef<readonly OutboxNote[]>([])
  const isSending = shallowRef(false)

  const owner = computed(() => hub.session?.account.enterprise?.id ?? hub.session?.account.id)
  const waiting = computed(() => items.value.filter(({ state }) => state === 'waiting'))
  /** When the next try comes by itself; undefined when none is due to come. */
  const nextAt = computed(() => {
    const times = [...listMine(waiting.value), ...listMine(notes.value)].flatMap((one) => one.nextAt ?? [])
    return times.sort()[0]
  })

  let isStarted = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let lastRound = 0
  let stop = (): void => undefined
  onScopeDispose(() => stop())

  function listMine<One extends { readonly owner: string }>(all: readonly One[]): readonly One[] {
    return all.filter((one) => one.owner === owner.value)
  }

  function find(submission: string, revision: number): OutboxItem | undefined {
    return items.value.find(({ id }) => id === nameItem(submission, revision))
  }

  /** Reads what is queued. A browser that keeps nothing has only what this window queued. */
  async function load(): Promise<void> {
    try {
      items.value = await listItems()
      notes.value = await listNotes()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
    }
  }

  /** Begins to look after what waits: by timer, when the network comes back, when the person comes back. */
  async function start(): Promise<void> {
    if (isStarted) return
    isStarted = true
    await load()
    const listen: readonly (readonly [EventTarget, string, () => void])[] = [
      [window, 'online', () => void comeBack()],
      [window, 'focus', () => void look()],
      [document, 'visibilitychange', () => void (document.visibilityState === 'visible' && look())],
    ]
    for (const [target, name, listener] of listen) target.addEventListener(name, listener)
    stop = () => {
      clearTimeout(timer)
      for (const [target, name, listener] of listen) target.removeEventListener(name, listener)
    }
    void sendDue()
  }

  /** The network is back, for thousands at once: each a little later than the other. */
  async function comeBack(): Promise<void> {
    const now = Date.now()
    const soon = (): string => new Date(now + planRetry(1, Math.random())).toISOString()
    for (const item of listMine(waiting.value)) if (isOfNetwork(item.fault)) await keep({ ...item, nextAt: soon() })
    plan()
  }

  /** The person is back: what failed for want of a network is tried at once, what the hub put off is not. */
  async function look(): Promise<void> {
    if (Date.now() - lastRound < FOCUS_PAUSE_MS) return
    await load()
    await sendDue(({ fault }) => fault === undefined || isOfNetwork(fault))
  }

  /**
   * 报送 — queues a locked sheet for a campaign and tries at once; pressing again tries again. Refuses what the disk refuses:
   * then nothing is queued. What the hub says is read from the item.
   */
  async function submit(draft: LockedSheet, campaign: string): Promise<void> {
    const submission = draft.submission
    if (submission === undefined || owner.value === undefined) return
    const known = find(submission.id, submission.revision)
    if (known?.state !== 'sent') {
      const item: OutboxItem = {
        id: nameItem(submission.id, submission.revision),
        owner: owner.value,
        draftId: draft.id,
        submission: submission.id,
        revision: submission.revision,
        campaign,
        state: 'waiting',
        queuedAt: known?.queuedAt ?? new Date().toISOString(),
        attempts: 0,
        nextAt: new Date().toISOString(),
      }
      await saveItem(item)
      replace(item)
      channel?.postMessage(item.id)
    }
    await retryNow()
  }

  /** 立即重试 — everything of this account that waits. */
  function retryNow(): Promise<void> {
    return sendDue(() => true)
  }

  /**
   * 取回填报 — a submitted sheet of this firm from the hub into this browser, locked as it was sent, with its receipt: to be
   * revised at another computer. Refuses what the hub and the rules refuse.
   */
  async function fetchSheet(id: string, revision: number): Promise<Draft> {
    const known = hub.hub
    if (owner.value === undefined || known === undefined) throw new Problem('hub.noSession')
    const answer = await callHub('readSubmission', { params: { id, revision } })
    const submission = readSubmission(answer.submission, digest)
    const receipt = verify(answer.receipt, known, submission)
    const { form, edition, profile, answers, startedAt, submittedAt, minutes } = submission
    const content = {
      sheetId: id,
      revision,
      form,
      edition,
      profile,
      answers,
      startedAt,
      updatedAt: submittedAt,
      minutes,
    }
    const row = makeRow(content, submission)
    const draft = { ...row, asked: row.answered }
    await addDraft(draft)
    // It rests at the hub: nothing has to be exported for its sake.
    await attemptQuietly(() => noteExports([draft], receipt.receivedAt))
    await keep({
      id: nameItem(id, revision),
      owner: owner.value,
      draftId: draft.id,
      submission: id,
      revision,
      campaign: '',
      state: 'sent',
      queuedAt: receipt.receivedAt,
      attempts: 1,
      receipt,
    })
    return draft
  }

  /** 导出登记 — queued, so that a file made without a network is in the audit all the same. */
  async function addNote(note: BodyOf<'noteExport'>): Promise<void> {
    if (owner.value === undefined) return
    const row: OutboxNote = { id: makeId(), owner: owner.value, note, attempts: 0, nextAt: new Date().toISOString() }
    notes.value = [...notes.value, row]
    try {
      await saveNote(row)
    } catch (fault) {
      // Then it lasts as long as the window.
      if (!(fault instanceof Problem)) throw fault
    }
    await sendDue()
  }

  let isAgain = false
  /** One round over what is due, in order; a call while one runs makes it run once more. */
  async function sendDue(isWanted: (item: OutboxItem) => boolean = isDue): Promise<void> {
    if (hub.session === undefined || hub.firstStep !== undefined) return
    if (isSending.value) {
      isAgain = true
      return
    }
    isSending.value = true
    lastRound = Date.now()
    try {
      await alone(() => sendAll(isWanted))
    } finally {
      isSending.value = false
    }
    plan()
    if (!isAgain) return
    isAgain = false
    await sendDue()
  }

  async function sendAll(isWanted: (item: OutboxItem) => boolean): Promise<void> {
    const held = new Set<string>()
    // By revision within a sheet: the hub takes them in order only.
    const mine = [...listMine(waiting.value)].sort((a, b) => a.revision - b.revision)
    const wanted = mine.filter((item) => isWanted(item) || isDue(item))
    const obstacle = wanted.length === 0 ? undefined : await findObstacle()
    for (const item of mine) {
      if (!wanted.includes(item) || held.has(item.submission) || !(await send(item, obstacle)))
        held.add(item.submission)
    }
    for (const note of listMine(notes.value)) if (isDue(note)) await sendNote(note)
  }

  /** The handshake: nothing is sent to a hub of another version, or for somebody it does not know. */
  async function findObstacle(): Promise<Problem | undefined> {
    await hub.find()
    if (hub.problem !== undefined) return hub.problem
    if (hub.hub === undefined || !hub.isOnline) return new Problem('hub.unreachable')
    return hub.session === undefined ? new Problem('hub.noSession') : undefined
  }

  /** Gives back whether the next revision of the sheet may go. */
  async function send(item: OutboxItem, obstacle: Problem | undefined): Promise<boolean> {
    const submission = (await readDraft(item.draftId))?.submission
    if (submission === undefined) {
      await refuse(item, new Problem('draft.gone'))
      return true
    }
    try {
      if (obstacle !== undefined) throw obstacle
      const { receipt } = await callHub('putSubmission', {
        params: { id: item.submission, revision: item.revision },
        body: { campaign: item.campaign, submission },
      })
      await keepReceipt(item, verify(receipt, hub.hub!, submission))
      return true
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      if (!isFinal(fault)) {
        await postpone(item, fault)
        return false
      }
      await refuse(item, fault)
      return true
    }
  }

  async function keepReceipt({ nextAt: _next, fault: _fault, ...item }: OutboxItem, receipt: Receipt): Promise<void> {
    await keep({ ...item, state: 'sent', attempts: item.attempts + 1, receipt })
    try {
      await hub.loadOwn()
    } catch (fault) {
      // The row is for the screen; the receipt is what counts.
      if (!(fault instanceof Problem)) throw fault
    }
  }

  async function refuse({ nextAt: _next, ...item }: OutboxItem, fault: Problem): Promise<void> {
    await keep({ ...item, state: 'refused', attempts: item.attempts + 1, fault: describe(fault) })
  }

  async function postpone({ nextAt: _next, ...item }: OutboxItem, fault: Problem): Promise<void> {
    const attempts = item.attempts + 1
    const waits = { ...item, attempts, fault: describe(fault) }
    // Without a session no time helps: the next sign-in does.
    if (isOfSession(fault)) return keep(waits)
    await keep({ ...waits, nextAt: planNext(attempts, fault) })
  }

  async function sendNote(row: OutboxNote): Promise<void> {
    try {
      await callHub('noteExport', { body: row.note })
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      if (!isFinal(fault)) {
        const attempts = row.attempts + 1
        const next = { ...row, attempts, nextAt: planNext(attempts, fault) }
        notes.value = notes.value.map((one) => (one.id === row.id ? next : one))
        await attemptQuietly(() => saveNote(next))
        return
      }
    }
    notes.value = notes.value.filter(({ id }) => id !== row.id)
    await attemptQuietly(() => removeNote(row.id))
  }

  /** On the screen at once, and on the disk as far as it takes it: a receipt that is not kept is asked for again. */
  async function keep(item: OutboxItem): Promise<void> {
    replace(item)
    await attemptQuietly(() => saveItem(item))
    channel?.postMessage(item.id)
  }

  function replace(item: OutboxItem): void {
    items.value = [...items.value.filter(({ id }) => id !== item.id), item]
  }

  /** One timer for whatever comes next. */
  function plan(): void {
    clearTimeout(timer)
    if (!isStarted || nextAt.value === undefined) return
    const wait = Math.min(Math.max(Date.parse(nextAt.value) - Date.now(), 500), LONGEST_WAIT_MS)
    timer = setTimeout(() => void sendDue(), wait)
  }

  /** 保存回执 — the receipt as a file; gives back its name. */
  function saveReceipt(receipt: Receipt, firm: string): string {
    return saveJsonFile(`报送回执-${firm}-第${receipt.revision}次.shidang.json`, receipt)
  }

  const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('shidang-outbox')
  channel?.addEventListener('message', () => void load())
  onScopeDispose(() => channel?.close())

  // A sign-in, or the first step done: what waited for it goes.
  watch(
    () => [owner.value, hub.firstStep] as const,
    ([now, step]) => {
      if (now !== undefined && step === undefined && isStarted) void load().then(() => sendDue(() => true))
    },
  )

  const draft = useDraftStore()
  let toldAt = 0
  let told: ReturnType<typeof setTimeout> | undefined
  onScopeDispose(() => clearTimeout(told))
  // 填报进度: counts alone, of the sheet that is the firm's own; that it cannot be told harms nobody.
  watch(
    () => [draft.draft?.rev, draft.progress.answered] as const,
    () => {
      if (told !== undefined || !isOwnSheet()) return
      const wait = Math.max(0, toldAt + PROGRESS_EVERY_MS - Date.now())
      told = setTimeout(() => {
        told = undefined
        void tellProgress()
      }, wait)
    },
  )

  function isOwnSheet(): boolean {
    const firm = hub.session?.account.enterprise
    const sheet = draft.draft
    if (firm === undefined || sheet === undefined || sheet.submission !== undefined || sheet.form !== 'full')
      return false
    const isAsked = hub.hub?.campaigns.some(({ edition, isClosed }) => edition === sheet.edition.id && !isClosed)
    return isAsked === true && sheet.profile.creditCode === firm.creditCode
  }

  async function tellProgress(): Promise<void> {
    if (!isOwnSheet() || !hub.isOnline || hub.firstStep !== undefined) return
    toldAt = Date.now()
    const { answered, asked } = draft.progress
    await attemptQuietly(() => callHub('tellProgress', { body: { answered, asked } }))
  }

  return {
    items,
    notes,
    isSending,
    waiting,
    nextAt,
    owner,
    find,
    load,
    start,
    submit,
    retryNow,
    fetchSheet,
    addNote,
    saveReceipt,
  }
})

/** Due by now — or put off to a time that only a wrong clock can have meant. */
function isDue({ nextAt }: { readonly nextAt?: string }): boolean {
  if (nextAt === undefined) return false
  const wait = Date.parse(nextAt) - Date.now()
  return wait <= 0 || wait > LONGEST_WAIT_MS
}

function planNext(attempts: number, fault: Problem): string {
  const asked = fault instanceof HubRefusal ? (fault.retryAfter ?? 0) : 0
  const wait = Math.max(planRetry(attempts, Math.random()), Math.min(asked, LONGEST_WAIT_MS / 2))
  return new Date(Date.now() + wait).toISOString()
}

function describe(fault: Problem): OutboxFault {
  const details = fault instanceof HubRefusal ? fault.details : fault.faults[0].details
  return { code: fault instanceof HubRefusal ? fault.refusal : fault.code, message: fault.message, details }
}

function isOfNetwork(fault: OutboxFault | undefined): boolean {
  return fault?.code === 'hub.unreachable'
}

function isOfSession(fault: Problem): boolean {
  return ['hub.noSession', 'hub.firstPassword', 'hub.firstSecondFactor'].includes(describe(fault).code)
}

/** What no waiting mends: the hub has read it and said no. Too many, too busy and no network pass. */
function isFinal(fault: Problem): boolean {
  if (!(fault instanceof HubRefusal) || isOfSession(fault)) return false
  return fault.status >= 400 && fault.status < 500 && ![401, 408, 425, 429].includes(fault.status)
}

/** The receipt of exactly this submission, signed by this hub; anything else is 'receipt.wrong'. */
function verify(
  value: unknown,
  { hub, publicKey }: { readonly hub: string; readonly publicKey: string },
  { id, revision, sha256 }: Submission,
): Receipt {
  const expected = { hub, submission: id, revision, digest: sha256 }
  try {
    return openReceipt(value, expected, (hash, signature) => isSigned(publicKey, hash, signature), digest)
  } catch (fault) {
    if (fault instanceof Problem) throw new Problem('receipt.wrong')
    throw fault
  }
}

/** Several windows: one of them sends. Where the browser has no locks (plain http) two may: the hub takes it twice as once. */
async function alone(work: () => Promise<void>): Promise<void> {
  const locks = navigator.locks as LockManager | null | undefined
  if (!locks) return work()
  await locks.request('shidang-outbox', { ifAvailable: true }, (lock) => (lock === null ? undefined : work()))
}

async function attemptQuietly(act: () => Promise<unknown>): Promise<void> {
  try {
    await act()
  } catch (fault) {
    if (!(fault instanceof Problem)) throw fault
  }
}
