import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { openPeers, type ParentOf, type Peers } from '#core/diagnosis/peerFile'
import { Problem } from '#core/problems'
import { digest } from '#digest'
import { fetchSitePeers, keepPeers, readPeers } from '#storage/peers'

/**
 * 同类组数据 — the peers at hand for the edition in view: kept in this browser, renewed from the site when it has newer ones.
 * A report is complete without them, so a fault is told beside it and stops nothing.
 */
export const usePeersStore = defineStore('peers', () => {
  const peers = shallowRef<Peers>()
  const problem = shallowRef<Problem>()

  async function load(edition: string, parentOf: ParentOf): Promise<void> {
    problem.value = undefined
    if (peers.value?.edition.id !== edition) peers.value = undefined
    try {
      peers.value = await readPeers(edition, parentOf)
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      problem.value = fault
    }
    await renew(edition, parentOf)
  }

  async function renew(edition: string, parentOf: ParentOf): Promise<void> {
    try {
      const found = await fetchSitePeers(parentOf)
      if (found === undefined || found.edition.id !== edition) return
      if (peers.value !== undefined && peers.value.asOf >= found.asOf) return
      peers.value = found
      await keepPeers(found)
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      // What cannot be kept can still be shown; what cannot be trusted is not shown and not kept.
      problem.value = fault
    }
  }

  /** Takes a file that the user opened. Refuses what `openPeers` refuses, and one older than what is kept. */
  async function open(value: unknown, parentOf: ParentOf): Promise<Peers> {
    const opened = openPeers(value, digest, parentOf)
    await keepPeers(opened)
    peers.value = opened
    problem.value = undefined
    return opened
  }

  return { peers, problem, load, open }
})
