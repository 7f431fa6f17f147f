import { findChinaDay } from '#core/chinaDay'
import { listParents } from '#core/division'
import { openPeers, type Peers } from '#core/diagnosis/peerFile'
import { describePeer, gatherPeers, openLedger, type PeerFirm } from '#core/oversight/peers'
import { openSubmission, stampEdition } from '#core/oversight/submission'
import type { Edition } from '#core/diagnosis/edition'
import { Problem } from '#core/problems'
import { digest } from './digest.ts'
import { noteAudit } from './audit.ts'
import { findWidest } from './campaigns.ts'
import type { Hub } from './hub.ts'

const BATCH = 500

/**
 * 发布同类组 — every edition's groups from all valid submissions, once a day: the one thing the hub computes across scopes. Runs
 * with the ledger of the last publication, so that two dates tell of nobody. Two hubs: the day's first one counts.
 */
export async function publishPeers(hub: Hub, now: Date): Promise<number> {
  const today = findChinaDay(now.toISOString())
  let published = 0
  for (const edition of hub.editions) {
    try {
      if (await publishEdition(hub, edition, today)) published += 1
    } catch (fault) {
      // What one edition refuses is no reason to leave the others out.
      if (!(fault instanceof Problem)) throw fault
      await hub.database.asHub((db, at) =>
        noteAudit(db, at, { action: 'peers.refused', subject: edition.id, isDone: false, detail: { why: fault.code } }),
      )
    }
  }
  return published
}

async function publishEdition(hub: Hub, edition: Edition, today: string): Promise<boolean> {
  const last = await hub.database.asHub((db) =>
    db
      .selectFrom('hub.peers_publication')
      .select(['published_on', 'ledger'])
      .where('edition', '=', edition.id)
      .orderBy('published_on', 'desc')
      .limit(1)
      .executeTakeFirst(),
  )
  if (last?.published_on === today) return false
  const ledger = last === undefined ? undefined : openLedger(JSON.parse(last.ledger), digest)
  // Once published the area stays: another one could be compared with it.
  const area = ledger?.area ?? (await findWidest(hub, today, edition.id))?.area
  if (area === undefined) return false
  const { sheets, ids } = await readSheets(hub, edition)
  if (sheets.length === 0) return false
  const counted = ledger?.blocks.flatMap(({ members }) => members.map(([, version]) => version)) ?? []
  const known = new Set([...ids].map((id) => id.slice(0, 16)))
  const result = gatherPeers(
    sheets,
    {
      edition: stampEdition(edition, digest),
      engine: hub.engine,
      area,
      source: '识档汇总端，企业自评报送',
      asOf: today,
      parentOf: listParents(hub.books.divisions),
      ...(ledger === undefined ? {} : { ledger }),
      // Sheets go only by 彻底删除, which the audit holds.
      erased: counted.filter((version) => !known.has(version)).length,
    },
    digest,
  )
  return hub.database.asHub(async (db, at) => {
    const added = await db
      .insertInto('hub.peers_publication')
      .values({
        edition: edition.id,
        published_on: today,
        peers: JSON.stringify(result.peers),
        ledger: JSON.stringify(result.ledger),
        summary: JSON.stringify(result.summary),
      })
      .onConflict((conflict) => conflict.columns(['edition', 'published_on']).doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows === 0n) return false
    await noteAudit(db, at, { action: 'peers.published', subject: edition.id, detail: { ...result.summary } })
    return true
  })
}

/** All stored sheets of an edition: also older revisions, because the ledger knows which version it counted. */
async function readSheets(
  hub: Hub,
  edition: Edition,
): Promise<{ readonly sheets: readonly PeerFirm[]; readonly ids: ReadonlySet<string> }> {
  const sheets: PeerFirm[] = []
  const ids = new Set<string>()
  let after = { enterprise: '', id: '', revision: 0 }
  for (;;) {
    const rows = await hub.database.pool.query<{ enterprise: string; id: string; revision: number; body: string }>(
      `select s.enterprise, s.id, s.revision, s.body from hub.submission s
       where (s.enterprise, s.id, s.revision) > ($1, $2, $3) and s.summary::json ->> 'edition' = $4
       order by s.enterprise, s.id, s.revision limit ${BATCH}`,
      [after.enterprise, after.id, after.revision, edition.id],
    )
    for (const { body } of rows.rows) {
      const peer = readPeer(edition, body)
      if (peer === undefined) continue
      sheets.push(hub.settings.isDemo ? { ...peer, isSample: true } : peer)
      ids.add(peer.id)
    }
    const last = rows.rows[rows.rows.length - 1]
    if (last === undefined || rows.rows.length < BATCH) return { sheets, ids }
    after = last
    // Requests go first: scoring ten thousand sheets takes a second.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** A sheet of an earlier wording of the edition cannot be scored again here, and is no peer of the others. */
function readPeer(edition: Edition, body: string): PeerFirm | undefined {
  try {
    return describePeer(openSubmission(JSON.parse(body), [edition], digest))
  } catch (fault) {
    if (fault instanceof Problem) return undefined
    throw fault
  }
}

/** 已发布的同类组 — the newest of an edition; undefined when there is none. */
export async function readPublished(hub: Hub, edition: string): Promise<Peers | undefined> {
  const row = await hub.database.asHub((db) =>
    db
      .selectFrom('hub.peers_publication')
      .select('peers')
      .where('edition', '=', edition)
      .orderBy('published_on', 'desc')
      .limit(1)
      .executeTakeFirst(),
  )
  return row === undefined ? undefined : openPeers(JSON.parse(row.peers), digest, listParents(hub.books.divisions))
}
