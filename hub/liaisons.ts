import { sql } from 'kysely'
import type { AnswerOf, BodyOf, Liaison } from '#core/oversight/api'
import { maskPhone, type Enterprise } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { noteAudit } from './audit.ts'
import type { Work } from './database.ts'
import { changeFirm } from './enterprises.ts'
import { findOwnPath, type Asker, type Hub } from './hub.ts'

/** 联系人名单 — of the asker's area, with how many firms each looks after. */
export async function listLiaisons(hub: Hub, asker: Asker): Promise<AnswerOf<'listLiaisons'>> {
  const rows = await hub.database.asActor(asker.id, (db) => readLiaisons(db))
  return { liaisons: await describe(hub, rows) }
}

function readLiaisons(db: Work, id?: string) {
  return db
    .selectFrom('hub.liaison as l')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('hub.assignment')
          .select(['liaison', sql<number>`count(*)::int`.as('firms')])
          .where('to_at', 'is', null)
          .groupBy('liaison')
          .as('a'),
      (join) => join.onRef('a.liaison', '=', 'l.id'),
    )
    .select(['l.id', 'l.name', 'l.phone', 'l.unit', 'l.area', 'l.is_active', 'a.firms'])
    .$if(id !== undefined, (select) => select.where('l.id', '=', id!))
    .orderBy('l.area')
    .orderBy('l.name')
    .execute()
}

async function describe(hub: Hub, rows: Awaited<ReturnType<typeof readLiaisons>>): Promise<Liaison[]> {
  const accounts = await hub.database.asHub((db) =>
    db.selectFrom('hub.account').select('liaison').where('liaison', 'is not', null).execute(),
  )
  const withAccount = new Set(accounts.map(({ liaison }) => liaison))
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    ...(row.phone === null ? {} : { phone: maskPhone(row.phone) }),
    ...(row.unit === null ? {} : { unit: row.unit }),
    area: row.area,
    isActive: row.is_active,
    firms: row.firms ?? 0,
    hasAccount: withAccount.has(row.id),
  }))
}

/** 保存联系人 — a new one or a change; the firms' rows follow. Refuses to end one that still has firms (GX-17). */
export async function saveLiaison(hub: Hub, asker: Asker, id: string, body: BodyOf<'saveLiaison'>): Promise<Liaison> {
  const path = findOwnPath(hub, asker, body.area)
  if (path === undefined) throw new Problem('account.mayNotGrant')
  const rows = await hub.database.asActor(asker.id, async (db, now) => {
    const known = await db.selectFrom('hub.liaison').selectAll().where('id', '=', id).executeTakeFirst()
    const phone = body.phone?.includes('*') === true ? (known?.phone ?? null) : (body.phone ?? null)
    const columns = { name: body.name, phone, unit: body.unit ?? null, area: body.area, path, is_active: body.isActive }
    if (known === undefined) {
      const added = await db
        .insertInto('hub.liaison')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .executeTakeFirst()
      // Somebody else's, out of sight.
      if (added.numInsertedOrUpdatedRows === 0n) throw new Problem('hub.notFound')
    } else {
      await followLiaison(db, now, id, columns)
    }
    await noteAudit(db, now, { action: 'liaison.saved', actor: asker.id, role: asker.role, subject: id })
    return readLiaisons(db, id)
  })
  return (await describe(hub, rows))[0]!
}

async function followLiaison(
  db: Work,
  now: Date,
  id: string,
  columns: { name: string; phone: string | null; unit: string | null; area: string; path: string; is_active: boolean },
): Promise<void> {
  const firms = await db
    .selectFrom('hub.enterprise as e')
    .innerJoin('hub.assignment as a', 'a.enterprise', 'e.id')
    .select(['e.id', 'e.version', 'e.liaisons'])
    .where('a.liaison', '=', id)
    .where('a.to_at', 'is', null)
    .execute()
  if (!columns.is_active && firms.length > 0) throw new Problem('liaison.hasFirms', { count: firms.length })
  await db.updateTable('hub.liaison').set(columns).where('id', '=', id).execute()
  const shown = { id, name: columns.name, ...(columns.phone === null ? {} : { phone: maskPhone(columns.phone) }) }
  for (const firm of firms) {
    const liaisons = (JSON.parse(firm.liaisons) as Enterprise['liaisons']).map((one) => (one.id === id ? shown : one))
    await changeFirm(db, now, firm, { liaisons: JSON.stringify(liaisons) })
  }
}
