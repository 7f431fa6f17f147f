import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { Problem } from '#core/problems'
import { onUpheaval } from '#storage/connection'
import { findOfflineObstacle, startOffline, storeFonts, type OfflineWorker } from '#storage/offline'
import { useDraftStore } from './draft'

/**
 * 版本 — `waiting`: a newer program is here and waits for the person's word. `takenOver`: another window took it.
 * `outdated`: a newer program opened the database, this one writes no more. `blocked`: this one waits for an older window.
 */
export type UpdateState = 'none' | 'waiting' | 'applying' | 'takenOver' | 'outdated' | 'blocked'

/** 离线启动 — whether this site starts without a network, and why not. */
export type OfflineState = 'unknown' | 'preparing' | 'ready' | 'failed' | 'insecure' | 'unsupported'

/** Not more often than this a window that stays open asks for a newer version. Own choice. */
const LOOK_EVERY = 3_600_000
/** If the new version does not take over by then, the page is loaded again without it. */
const PATIENCE = 5_000

/** 更新与离线 — a new version never comes by itself: the last answer is stored first, then the person says when. */
export const useUpdateStore = defineStore('update', () => {
  const state = shallowRef<UpdateState>('none')
  const offline = shallowRef<OfflineState>('unknown')
  /** Share of the report fonts that are in this browser, 0–1; undefined while nothing is known. */
  const fonts = shallowRef<number>()
  /** The rest of the fonts could not be had just now. */
  const isFontless = shallowRef(false)
  const problem = shallowRef<Problem>()
  let worker: OfflineWorker | undefined
  let reload: () => void = () => location.reload()

  onUpheaval((upheaval) => {
    if (upheaval !== 'unblocked') state.value = upheaval
    else if (state.value === 'blocked') state.value = 'none'
  })

  /** Starts the offline part. `reloadPage` is an argument for tests only. */
  async function start(base: string, reloadPage: () => void = reload): Promise<void> {
    reload = reloadPage
    const obstacle = findOfflineObstacle()
    if (obstacle !== undefined) {
      offline.value = obstacle
      return
    }
    offline.value = 'preparing'
    worker = await startOffline(base, {
      onReady: () => {
        offline.value = 'ready'
        void bringFonts(base)
      },
      onWaiting: () => {
        if (state.value === 'none') state.value = 'waiting'
      },
      onTakenOver: () => {
        if (state.value === 'applying') reload()
        else state.value = 'takenOver'
      },
      onFailed: () => {
        offline.value = 'failed'
      },
    })
    window.addEventListener('online', () => {
      if (isFontless.value) void bringFonts(base)
    })
    let lastLook = Date.now()
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState !== 'visible' || Date.now() - lastLook < LOOK_EVERY) return
      lastLook = Date.now()
      void worker?.look()
    })
  }

  async function bringFonts(base: string): Promise<void> {
    isFontless.value = false
    try {
      await storeFonts(base, (done, total) => {
        fonts.value = total === 0 ? 1 : done / total
      })
    } catch {
      // No network or no room: what is missing is fetched when the network is back, at the next start, or when a report needs it.
      isFontless.value = true
    }
  }

  /** 以后再说 — until the next start. */
  function putOff(): void {
    state.value = 'none'
    problem.value = undefined
  }

  /** 更新 — stores the last answer, lets the new version take over, and loads the page again. */
  async function apply(): Promise<void> {
    const draft = useDraftStore()
    problem.value = undefined
    await draft.flush()
    if (draft.draft !== undefined && draft.saveState.kind !== 'saved') {
      problem.value = draft.saveState.kind === 'failed' ? draft.saveState.problem : new Problem('storage.unavailable')
      return
    }
    state.value = 'applying'
    if (worker?.takeOver() !== true) return reload()
    setTimeout(() => {
      if (state.value === 'applying') reload()
    }, PATIENCE)
  }

  /** 刷新本页 — after the last answer was stored, as far as it can be. */
  async function refreshPage(): Promise<void> {
    await useDraftStore().flush()
    reload()
  }

  return { state, offline, fonts, isFontless, problem, start, putOff, apply, refreshPage }
})
