import type { Selectable } from 'kysely'
import type { BodyOf } from '#core/oversight/api'
import { listCampaignFaults } from '#core/oversight/campaignFaults'
import type { Campaign } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { noteAudit } from './audit.ts'
import type { Work } from './database.ts'
import { findOwnPath, pathOf, type Asker, type Hub } from './hub.ts'
import type { Schema } from './schema.ts'

function readRow(row: Selectable<Schema['hub.campaign']>): Campaign {
  return {
    id: row.id,
    version: row.version,
    title: row.title,
    edition: row.edition,
    area: row.area,
    opensOn: row.opens_on,
    deadlineOn: row.deadline_on,
    referenceOn: row.reference_on,
    isClosed: row.is_closed,
    plan: JSON.parse(row.plan) as Campaign['plan'],
  }
}

/** 诊断批次 — all of them, the newest first: titles, days and plans are public. */
export async function listCampaigns(hub: Hub): Promise<Campaign[]> {
  const rows = await hub.database.asHub((db) =>
    db.selectFrom('hub.campaign').selectAll().orderBy('opens_on', 'desc').orderBy('id', 'desc').execute(),
  )
  return rows.map(readRow)
}

/** 范围最大的批次 — of those that have begun: a county's own round does not decide what is published for the region. */
export async function findWidest(hub: Hub, today: string, edition?: string): Promise<Campaign | undefined> {
  const widthOf = ({ area }: Campaign): number => pathOf(hub.books.divisions, area)?.length ?? Infinity
  const begun = (await listCampaigns(hub)).filter(
    (campaign) => campaign.opensOn <= today && (edition === undefined || campaign.edition === edition),
  )
  // Newest first already: of equal ones the newest.
  return [...begun].sort((a, b) => widthOf(a) - widthOf(b))[0]
}

/**
 * 保存批次 — version 0 makes one. Refuses what the form refuses (days out of order, a plan beyond the deadline or falling), an
 * edition the hub does not have, an area that is not the asker's to ask.
 */
export async function saveCampaign(
  hub: Hub,
  asker: Asker,
  id: string,
  body: BodyOf<'saveCampaign'>,
): Promise<Campaign> {
  refuseFaults(body)
  const isKnown = pathOf(hub.books.divisions, body.area) !== undefined
  const isOwn = asker.role === 'administrator' || findOwnPath(hub, asker, body.area) !== undefined
  if (!isKnown || !isOwn || body.id !== id) throw new Problem('account.mayNotGrant')
  if (!hub.editions.some((edition) => edition.id === body.edition))
    throw new Problem('edition.unknown', { id: body.edition })
  return hub.database.asHub(async (db, now) => {
    const saved = await write(hub, db, asker, body)
    await noteAudit(db, now, {
      action: body.version === 0 ? 'campaign.created' : 'campaign.changed',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { isClosed: body.isClosed, deadlineOn: body.deadlineOn, referenceOn: body.referenceOn },
    })
    return saved
  })
}

async function write(hub: Hub, db: Work, asker: Asker, body: Campaign): Promise<Campaign> {
  const columns = {
    version: body.version + 1,
    title: body.title,
    edition: body.edition,
    area: body.area,
    opens_on: body.opensOn,
    deadline_on: body.deadlineOn,
    reference_on: body.referenceOn,
    is_closed: body.isClosed,
    plan: JSON.stringify(body.plan),
  }
  if (body.version === 0) {
    const added = await db
      .insertInto('hub.campaign')
      .values({ id: body.id, ...columns })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (added === undefined) throw new Problem('hub.conflict')
    return readRow(added)
  }
  const known = await db.selectFrom('hub.campaign').select('area').where('id', '=', body.id).executeTakeFirst()
  if (known === undefined) throw new Problem('hub.notFound')
  if (asker.role === 'official' && findOwnPath(hub, asker, known.area) === undefined)
    throw new Problem('hub.notAllowed')
  const changed = await db
    .updateTable('hub.campaign')
    .set(columns)
    .where('id', '=', body.id)
    .where('version', '=', body.version)
    .returningAll()
    .executeTakeFirst()
  if (changed === undefined) throw new Problem('hub.conflict')
  return readRow(changed)
}

/** The first thing that is wrong, by the same rules as in the form. */
function refuseFaults(campaign: Campaign): void {
  const [fault] = listCampaignFaults(campaign)
  if (fault === undefined) return
  const point = /^plan\/(\d+)$/.exec(fault.at)?.[1]
  const place = point === undefined ? '' : `计划第 ${Number(point) + 1} 条：`
  throw new Problem('campaign.faulty', { reason: place + fault.text })
}
