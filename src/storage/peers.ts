import Dexie, { type EntityTable } from 'dexie'
import { openPeers, type ParentOf, type Peers } from '#core/diagnosis/peerFile'
import { parseJson } from '#core/json'
import { Problem } from '#core/problems'
import { digest } from '#digest'

const DAY = 86_400_000

/** One peers file for each edition id. */
interface KeptPeers {
  readonly edition: string
  readonly peers: Peers
}

/** A database of its own: what is published is nobody's secret, stays when the drafts are wiped, and no draft waits for it. */
function openDatabase(): Dexie & { peers: EntityTable<KeptPeers, 'edition'> } {
  const database = new Dexie('shidang-peers', { cache: 'disabled' }) as Dexie & {
    peers: EntityTable<KeptPeers, 'edition'>
  }
  database.version(1).stores({ peers: 'edition' })
  return database
}

async function attempt<Result>(work: (database: ReturnType<typeof openDatabase>) => Promise<Result>): Promise<Result> {
  const database = openDatabase()
  try {
    return await work(database)
  } catch (fault) {
    if (fault instanceof Dexie.DexieError) throw new Problem('storage.failed', { reason: fault.message })
    throw fault
  } finally {
    database.close()
  }
}

/** 本机的同类组数据 — what was kept for an edition, checked again as if it came from outside; undefined when there is none. */
export async function readPeers(edition: string, parentOf: ParentOf): Promise<Peers | undefined> {
  const kept = await attempt((database) => database.peers.get(edition))
  return kept === undefined ? undefined : openPeers(kept.peers, digest, parentOf)
}

/** All that is kept in this browser, unchecked: to be named in a list and removed, not to be compared with. */
export async function listPeers(): Promise<readonly Peers[]> {
  return (await attempt((database) => database.peers.toArray())).map(({ peers }) => peers)
}

/** 存下同类组数据 — for offline use, in place of what was kept for the same edition. Refuses what `refuseReplacing` refuses. */
export async function keepPeers(peers: Peers): Promise<void> {
  await attempt((database) =>
    database.transaction('rw', database.peers, async () => {
      const kept = await database.peers.get(peers.edition.id)
      refuseReplacing(kept?.peers, peers)
      await database.peers.put({ edition: peers.edition.id, peers })
    }),
  )
}

/** 删除同类组数据 — what is kept for one edition. */
export async function removePeers(edition: string): Promise<void> {
  await attempt((database) => database.peers.delete(edition))
}

/**
 * 能否替换 — refuses peers of a day to come, made-up ones in place of real ones, and older ones in place of newer ones of
 * the same edition to the letter. Real ones take the place of made-up ones, and a corrected file that of the same day,
 * whatever their dates.
 */
export function refuseReplacing(kept: Peers | undefined, peers: Peers): void {
  // Tomorrow: somewhere it has begun before it has by this clock.
  const latest = new Date(Date.now() + DAY).toISOString().slice(0, 10)
  if (peers.asOf > latest) throw new Problem('peers.future', { asOf: peers.asOf })
  if (kept === undefined) return
  if (kept.sample !== true && peers.sample === true) throw new Problem('peers.sampleOverReal', { kept: kept.asOf })
  if (kept.sample === true && peers.sample !== true) return
  const isSame = kept.edition.digest === peers.edition.digest
  // One of a day to come was kept under a wrong clock, and must not stand in the way until then.
  if (isSame && kept.asOf > peers.asOf && kept.asOf <= latest) {
    throw new Problem('peers.older', { asOf: peers.asOf, kept: kept.asOf })
  }
}

/**
 * 站点的同类组数据 — the file that a site lays beside the program as peers.json; undefined when it has none (the one we ship
 * says null) or there is no network. A single-page server answers every address with the page, so only JSON counts.
 */
export async function fetchSitePeers(parentOf: ParentOf): Promise<Peers | undefined> {
  let text: string
  try {
    const response = await fetch(`${import.meta.env.BASE_URL}peers.json`)
    if (!response.ok || !/json/.test(response.headers.get('content-type') ?? '')) return undefined
    text = await response.text()
  } catch (fault) {
    // Offline is no fault: what was kept earlier is used.
    if (fault instanceof TypeError) return undefined
    throw fault
  }
  const value = parseJson(text)
  return value === null ? undefined : openPeers(value, digest, parentOf)
}
