import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { openPeers, type ParentOf, type Peers } from '#core/diagnosis/peerFile'
import { Problem } from '#core/problems'
import { digest } from '#digest'
import { fetchSitePeers, keepPeers, listPeers, readPeers, refuseReplacing, removePeers } from '#storage/peers'

/**
 * 同类组数据 — the peers at hand for the edition in view: kept in this browser, renewed from the site when it has newer ones.
 * A report is complete without them, so a fault is told beside it and stops nothing.
 */
export const usePeersStore = defineStore('peers', () => {
  const peers = shallowRef<Peers>()
  const problem = shallowRef<Problem>()
  /** What this browser keeps, of all editions. */
  const kept = shallowRef<readonly Peers[]>([])
  /** Counts what was asked for: an answer that comes after the next question is nobody's any more. */
  let asked = 0

  async function load(edition: string, parentOf: ParentOf): Promise<void> {
    const call = ++asked
    problem.value = undefined
    if (peers.value?.edition.id !== edition) peers.value = undefined
    try {
      const stored = await readPeers(edition, parentOf)
      if (call === asked) peers.value = stored
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      if (call === asked) [peers.value, problem.value] = [undefined, fault]
    }
    await renew(edition, parentOf, call)
  }

  async function renew(edition: string, parentOf: ParentOf, call: number): Promise<void> {
    try {
      const found = await fetchSitePeers(parentOf)
      if (call !== asked || found === undefined || found.edition.id !== edition) return
      if (found.sha256 === peers.value?.sha256) return
      refuseReplacing(peers.value, found)
      peers.value = found
      problem.value = undefined
      await keepPeers(found)
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      // That the site has nothing better is no fault.
      if (fault.code === 'peers.older' || fault.code === 'peers.sampleOverReal') return
      // What cannot be kept can still be shown; what cannot be trusted is not shown and not kept.
      if (call === asked) problem.value = fault
    }
  }

  /** Takes a file that the user opened. Refuses what `openPeers` and `refuseReplacing` refuse. */
  async function open(value: unknown, parentOf: ParentOf): Promise<Peers> {
    const opened = openPeers(value, digest, parentOf)
    await keepPeers(opened)
    asked += 1
    peers.value = opened
    problem.value = undefined
    await list()
    return opened
  }

  /** Looks at what is kept. A browser that forbids storage keeps nothing. */
  async function list(): Promise<void> {
    try {
      kept.value = await listPeers()
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      kept.value = []
    }
  }

  /** Removes what is kept for one edition. */
  async function remove(edition: string): Promise<void> {
    await removePeers(edition)
    asked += 1
    if (peers.value?.edition.id === edition) peers.value = undefined
    await list()
  }

  return { peers, problem, kept, load, open, list, remove }
})
