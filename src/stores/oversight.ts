import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import { digest } from '#digest'
import { findChinaDay } from '#core/chinaDay'
import { type Edition } from '#core/diagnosis/edition'
import { type ParentOf } from '#core/diagnosis/peerFile'
import { parseJson } from '#core/json'
import { sortCampaigns } from '#core/oversight/campaignState'
import type { RosterRow } from '#core/oversight/api'
import { assembleFirms } from '#core/oversight/assembly'
import { type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { planFileCampaign } from '#core/oversight/fileCampaign'
import { openSubmission, type OpenedSubmission } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { listEditionIds, loadEdition } from '#storage/editions'
import { callHub } from '#storage/hub'
import { readCopy, saveCopy, wipeCopy, type CopyState } from '#storage/hubCopy'
import { useHubStore } from './hub'
import { useOpenedFilesStore } from './openedFiles'
import { usePeersStore } from './peers'

const PAGE = 5_000
/** The copy is written after so many pages, and at the end: a pull that is cut goes on from there. */
const PAGES_A_WRITE = 4
/** After so many milliseconds of work the page gets a turn. */
const SLICE_MS = 30
/** When a person comes back to the window after so long, the rows are pulled again. Own choice. */
const STALE_MS = 120_000
/** 打开文件的结果 — how many sheets were read, which files were not and why, and what is doubtful about the rest. */
export interface FilesReport {
  readonly sheets: number
  readonly refused: readonly { readonly file: string; readonly why: string }[]
  /** Submissions of firms outside the roster, and superseded revisions. */
  readonly outside: number
  readonly older: number
  readonly doubts: readonly string[]
}

/**
 * 统筹 — the firms of one's scope with where they stand: from the hub, by way of the local copy, or from opened files. What
 * is computed from them is core's.
 */
export const useOversightStore = defineStore('oversight', () => {
  const hub = useHubStore()
  const peersStore = usePeersStore()
  const source = shallowRef<'hub' | 'files'>()
  const firms = shallowRef<readonly Enterprise[]>([])
  const syncedAt = shallowRef<string>()
  const isSyncing = shallowRef(false)
  const problem = shallowRef<Problem>()
  const edition = shallowRef<Edition>()
  const now = shallowRef(Date.now())
  /** What came of opening files. */
  const report = shallowRef<FilesReport>()
  /** How far a first pull or the opening of files is, 0–1; undefined when neither runs. */
  const progress = shallowRef<number>()

  const chosen = shallowRef<string>()
  const fileCampaign = shallowRef<Campaign>()
  const campaigns = computed<readonly Campaign[]>(() => {
    if (source.value === 'files') return fileCampaign.value === undefined ? [] : [fileCampaign.value]
    return sortCampaigns(hub.hub?.campaigns ?? [], asOf.value)
  })
  const campaign = computed(() => campaigns.value.find(({ id }) => id === chosen.value) ?? campaigns.value[0])
  const area = computed(() =>
    source.value === 'files' ? fileCampaign.value?.area : (hub.session?.account.area ?? campaign.value?.area),
  )
  /** Today in China, by the hub's clock. */
  const asOf = computed(() => findChinaDay(new Date(now.value + hub.skew).toISOString()))
  const peers = computed(() =>
    peersStore.peers?.edition.id === campaign.value?.edition ? peersStore.peers : undefined,
  )

  /** The rows by id, and up to where they were pulled: what `firms` shows. */
  let rows = new Map<string, Enterprise>()
  let state: CopyState | undefined
  /** Whether `rows` have changed since `firms` was made of them. */
  let hasNews = false
  let syncing: Promise<void> | undefined

  watch(
    () => campaign.value?.edition,
    async (id) => {
      edition.value = undefined
      if (id === undefined) return
      try {
        const loaded = await loadEdition(id)
        if (campaign.value?.edition === id) edition.value = loaded.edition
      } catch (fault) {
        if (!(fault instanceof Problem)) throw fault
        problem.value = fault
      }
    },
    { immediate: true },
  )

  // Another account, another scope, or none: what was shown is not his to see.
  watch(
    () => [hub.session?.account.id, hub.session?.scope] as const,
    () => {
      if (source.value !== 'hub') return
      drop()
      void (syncing ?? Promise.resolve()).then(sync)
    },
    { flush: 'sync' },
  )

  function drop(): void {
    rows = new Map()
    hasNews = false
    state = undefined
    firms.value = []
    syncedAt.value = undefined
    source.value = undefined
    problem.value = undefined
    report.value = undefined
    useOpenedFilesStore().forget()
    fileCampaign.value = undefined
  }

  function choose(id: string): void {
    chosen.value = id
  }

  /** 同类组 — for the comparison of a portrait; `parentOf` of the divisions the views know. */
  async function loadPeers(parentOf: ParentOf): Promise<void> {
    if (campaign.value !== undefined) await peersStore.load(campaign.value.edition, parentOf)
  }

  /**
   * 同步 — shows the local copy at once, then pulls what has changed. Without a network the copy stays on the screen. Never
   * refuses: `problem` says why it did not come through. Opened files are left alone.
   */
  function sync(): Promise<void> {
    now.value = Date.now()
    listen()
    if (source.value === 'files' || !isReader()) return Promise.resolve()
    syncing ??= pull().finally(() => (syncing = undefined))
    return syncing
  }

  let isListening = false
  let stop = (): void => undefined
  onScopeDispose(() => stop())
  /**
   * The network or the person comes back: what stands there may be old. Never by timer, which would keep a session alive
   * that nobody uses.
   */
  function listen(): void {
    if (isListening) return
    isListening = true
    const look = (): void => {
      const isOld = Date.now() - now.value > STALE_MS
      if (source.value === 'hub' && isOld && document.visibilityState === 'visible') void sync()
    }
    const comeBack = (): void => void (source.value === 'hub' && sync())
    window.addEventListener('focus', look)
    document.addEventListener('visibilitychange', look)
    window.addEventListener('online', comeBack)
    stop = () => {
      window.removeEventListener('focus', look)
      document.removeEventListener('visibilitychange', look)
      window.removeEventListener('online', comeBack)
    }
  }

  function isReader(): boolean {
    const role = hub.session?.account.role
    return (role === 'liaison' || role === 'official') && hub.firstStep === undefined
  }

  async function pull(): Promise<void> {
    isSyncing.value = true
    problem.value = undefined
    try {
      if (source.value === undefined) await open()
      if (source.value === 'hub') await pullPages()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      problem.value = fault
    } finally {
      isSyncing.value = false
      progress.value = undefined
      now.value = Date.now()
    }
  }

  /** The copy of this very account and scope, if it is whole; without one the screen waits for the first pull. */
  async function open(): Promise<void> {
    const asked = hub.session
    const copy = await quietly(readCopy)
    // Signed out, or somebody else, while it was read.
    if (asked === undefined || hub.session?.account.id !== asked.account.id) return
    const isHis = copy?.state.account === asked.account.id && copy.state.scope === hub.session.scope
    source.value = 'hub'
    if (copy === undefined) return
    if (!isHis) return void (await quietly(wipeCopy))
    rows = new Map()
    for (const firm of copy.firms) rows.set(firm.id, firm)
    hasNews = true
    state = copy.state
    if (copy.state.isWhole) show(copy.state.syncedAt)
  }

  /** The same rows as a new list would have every screen compute all of it once more. */
  function show(at: string): void {
    if (hasNews) firms.value = [...rows.values()]
    hasNews = false
    syncedAt.value = at
  }

  /**
   * Page by page from the copy's cursor, or anew. The copy is written as it comes: a pull that is cut goes on from there.
   * Should the number of firms not be the hub's at the end, all is pulled anew, once.
   */
  async function pullPages(isAnew = false): Promise<void> {
    const asked = hub.session!
    const wasWhole = !isAnew && state?.isWhole === true
    if (isAnew || state === undefined) [rows, state, hasNews] = [new Map(), undefined, true]
    const taken = rows
    let cursor = state?.cursor
    let changed: Set<string> | undefined = state === undefined ? undefined : new Set()
    for (let pages = 1; ; pages += 1) {
      const page = await callHub('listEnterprises', {
        query: { limit: PAGE, ...(cursor === undefined ? {} : { since: cursor }) },
      })
      // Signed out, somebody else, or another scope meanwhile: these rows are nobody's.
      if (rows !== taken || hub.session?.account.id !== asked.account.id) return
      if (page.scope !== asked.scope) return withdraw(page.scope)
      if (page.gone.length > 0 || page.enterprises.length > 0) hasNews = true
      for (const id of page.gone) {
        rows.delete(id)
        changed?.add(id)
      }
      for (const firm of page.enterprises) {
        rows.set(firm.id, firm)
        changed?.add(firm.id)
      }
      cursor = page.cursor
      const isWhole = !page.more
      if (isWhole && rows.size !== page.total && !isAnew) return pullPages(true)
      const syncedAt = isWhole ? new Date(Date.now() + hub.skew).toISOString() : (state?.syncedAt ?? '')
      const kept = { account: asked.account.id, scope: asked.scope, cursor, isWhole: isWhole || wasWhole, syncedAt }
      state = kept
      if (!wasWhole) progress.value = page.total === 0 ? 1 : Math.min(1, rows.size / page.total)
      if (isWhole) show(syncedAt)
      if (isWhole || pages % PAGES_A_WRITE === 0) {
        await quietly(() => saveCopy(kept, taken, changed))
        // Signed out while it was being written: nothing of it stays.
        if (hub.session?.scope !== asked.scope || hub.session.account.id !== asked.account.id) return quietly(wipeCopy)
        changed = new Set()
      }
      if (isWhole) return
    }
  }

  /** The scope has changed under us: nothing of the old one stays. With the new session the new one is pulled. */
  async function withdraw(scope: string): Promise<void> {
    drop()
    await quietly(wipeCopy)
    await hub.refreshSession()
    if (hub.session?.scope !== scope || !isReader()) return
    source.value = 'hub'
    await pullPages(true)
  }

  /** A row that the hub gave back after a change: on the screen at once, and in the copy. */
  async function replaceFirm(firm: Enterprise): Promise<void> {
    rows.set(firm.id, firm)
    firms.value = firms.value.some(({ id }) => id === firm.id)
      ? firms.value.map((one) => (one.id === firm.id ? firm : one))
      : [...firms.value, firm]
    const kept = state
    if (source.value === 'hub' && kept !== undefined) await quietly(() => saveCopy(kept, rows, [firm.id]))
  }

  /**
   * 打开文件汇总 — submission files (.json, or .ndjson with one a line) and roster rows to the same firms as a hub would give.
   * Each sheet is scored again; a file that is none is named with its reason. The page stays alive meanwhile.
   */
  async function openEntries(
    entries: AsyncIterable<FileEntry> | readonly FileEntry[],
    rosterRows: readonly RosterRow[] = [],
    count?: number,
  ): Promise<void> {
    drop()
    source.value = 'files'
    progress.value = 0
    now.value = Date.now()
    try {
      const editions = (await Promise.all(listEditionIds().map(loadEdition))).map((loaded) => loaded.edition)
      const opened: { readonly opened: OpenedSubmission; readonly file: string }[] = []
      const refused: { readonly file: string; readonly why: string }[] = []
      const total = count ?? (Array.isArray(entries) ? entries.length : undefined)
      let done = 0
      let begun = performance.now()
      for await (const { name, text } of entries) {
        for (const { file, part } of splitLines(name, text)) {
          try {
            opened.push({ opened: openSubmission(parseJson(part), editions, digest), file })
          } catch (fault) {
            if (!(fault instanceof Problem)) throw fault
            refused.push({ file, why: fault.message })
          }
          if (performance.now() - begun < SLICE_MS) continue
          await pause()
          begun = performance.now()
        }
        done += 1
        if (total !== undefined && total > 0) progress.value = Math.min(1, done / total)
      }
      await pause()
      const { firms: made, outside, older, doubts } = assembleFirms(rosterRows, opened, asOf.value, digest)
      // Left, or other files opened, while these were read.
      if (source.value !== 'files') return
      firms.value = made
      rows = new Map(made.map((firm) => [firm.id, firm]))
      fileCampaign.value = planFileCampaign(made, asOf.value)
      useOpenedFilesStore().keep(made, opened)
      report.value = { sheets: opened.length, refused, outside, older, doubts }
      syncedAt.value = new Date().toISOString()
    } finally {
      progress.value = undefined
    }
  }

  /** 离开 — opened files are closed; of the hub's rows this window lets go, the copy stays until sign-out. */
  function leave(): void {
    drop()
  }

  return {
    source,
    firms,
    campaign,
    campaigns,
    area,
    asOf,
    syncedAt,
    isSyncing,
    problem,
    edition,
    peers,
    report,
    progress,
    choose,
    loadPeers,
    sync,
    replaceFirm,
    openEntries,
    leave,
  }
})

/** One file that was read elsewhere: a file of a folder, or an entry of an archive. */
export interface FileEntry {
  readonly name: string
  readonly text: string
}

function* splitLines(name: string, text: string): Generator<{ readonly file: string; readonly part: string }> {
  if (!/\.ndjson$/i.test(name)) {
    yield { file: name, part: text }
    return
  }
  let line = 0
  for (const part of text.split('\n')) {
    line += 1
    if (part.trim() !== '') yield { file: `${name} 第 ${line} 行`, part }
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

/** A browser that keeps nothing, or whose copy is broken, pulls anew each time. */
async function quietly<Result>(act: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await act()
  } catch (fault) {
    if (fault instanceof Problem) return undefined
    throw fault
  }
}
