import { findChinaDay } from '#core/chinaDay'
import { listParents } from '#core/division'
import { openPeers, type Peers } from '#core/diagnosis/peerFile'
import { splitArea } from '#core/oversight/areas'
import { findValid, isInDenominator, type Campaign } from '#core/oversight/enterprise'
import { describePeer, gatherPeers, openLedger, type PeerFirm } from '#core/oversight/peers'
import { openSubmission, stampEdition } from '#core/oversight/submission'
import type { Edition } from '#core/diagnosis/edition'
import { Problem } from '#core/problems'
import { digest } from './digest.ts'
import { noteAudit } from './audit.ts'
import { findWidest } from './campaigns.ts'
import { readFirmRow } from './enterprises.ts'
import type { Hub } from './hub.ts'

const BATCH = 500

/**
 * 发布同类组 — every edition's groups, once a day: the one thing the hub computes across scopes. A firm enters when coverage
 * of the widest round counts it as submitted, and stays, returned or not, until its sheets are erased. Runs with the
 * ledger of the last publication, so that two dates tell of nobody. Two hubs: the day's first one counts.
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
  const widest = await findWidest(hub, today, edition.id)
  // Once published the area stays: another one could be compared with it.
  const area = ledger?.area ?? widest?.area
  if (area === undefined) return false
  const counted = ledger?.blocks.flatMap(({ members }) => members.map(([, version]) => version)) ?? []
  const sheets = await readSheets(hub, edition, new Set(counted), widest)
  if (sheets.length === 0) return false
  const known = new Set(sheets.map(({ id }) => shorten(id)))
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

/** As the ledger names a version. */
const shorten = (id: string): string => id.slice(0, 16)

/**
 * The sheets of an edition that may be counted: those the ledger counts already, also older revisions and returned ones, and
 * of every firm the one that coverage of the round counts. To take a counted firm out again because its sheet is returned
 * or it leaves the roster would take its whole block for good, at one click, and tell what the block was.
 */
async function readSheets(
  hub: Hub,
  edition: Edition,
  counted: ReadonlySet<string>,
  campaign: Campaign | undefined,
): Promise<readonly PeerFirm[]> {
  const sheets: PeerFirm[] = []
  let after = { enterprise: '', id: '', revision: 0 }
  for (;;) {
    const { rows } = await hub.database.pool.query<SheetRow>(
      `select s.enterprise, s.id, s.revision, s.digest, s.body from hub.submission s
       where (s.enterprise, s.id, s.revision) > ($1, $2, $3) and s.summary::json ->> 'edition' = $4
       order by s.enterprise, s.id, s.revision limit ${BATCH}`,
      [after.enterprise, after.id, after.revision, edition.id],
    )
    const valid = campaign === undefined ? new Map<string, string>() : await findValidSheets(hub, campaign, rows)
    for (const { enterprise, id, revision, digest: version, body } of rows) {
      if (valid.get(enterprise) !== `${id} ${revision}` && !counted.has(shorten(version))) continue
      const peer = readPeer(edition, body)
      if (peer !== undefined) sheets.push(hub.settings.isDemo ? { ...peer, isSample: true } : peer)
    }
    const last = rows[rows.length - 1]
    if (last === undefined || rows.length < BATCH) return sheets
    after = last
    // Requests go first: scoring ten thousand sheets takes a second.
    await new Promise((resolve) => setImmediate(resolve))
  }
}

interface SheetRow {
  readonly enterprise: string
  readonly id: string
  readonly revision: number
  readonly digest: string
  readonly body: string
}

/** Sheet and revision that coverage counts, by firm: by the same rules, of the same rows. */
async function findValidSheets(
  hub: Hub,
  campaign: Campaign,
  rows: readonly SheetRow[],
): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(rows.map(({ enterprise }) => enterprise))]
  if (ids.length === 0) return new Map()
  const found = await hub.database.asHub((db) =>
    db.selectFrom('hub.enterprise').selectAll().where('id', 'in', ids).execute(),
  )
  const { placeOf } = splitArea(hub.books.divisions, campaign.area)
  return new Map(
    found.map(readFirmRow).flatMap((firm): readonly [string, string][] => {
      const valid = findValid(firm, campaign)
      const counts = valid !== undefined && isInDenominator(firm, campaign) && placeOf(firm) !== undefined
      return counts ? [[firm.id, `${valid.id} ${valid.revision}`]] : []
    }),
  )
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
