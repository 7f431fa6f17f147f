import { sql } from 'kysely'
import type { BodyOf } from '#core/oversight/api'
import { Problem } from '#core/problems'
import { findOwnPath, pathOf, type Asker, type Hub } from './hub.ts'

/**
 * 登记导出 — a file that an official's browser made: scope, filter, rows and digest go into the audit under the id the browser
 * gave, so that one told twice (after a lost connection) is there once. Refuses an area that is not the asker's.
 */
export async function noteExport(hub: Hub, asker: Asker, body: BodyOf<'noteExport'>): Promise<void> {
  const isKnown = pathOf(hub.books.divisions, body.area) !== undefined
  if (!isKnown || (asker.role === 'official' && findOwnPath(hub, asker, body.area) === undefined))
    throw new Problem('hub.notFound')
  const { kind, area, filter, rows, sha256, madeAt } = body
  await hub.database.asActor(asker.id, (db, now) =>
    sql`insert into hub.audit (id, at, actor, role, action, subject, is_done, detail)
      values (${body.id}, ${now}, ${asker.id}, ${asker.role}, 'export.made', ${area}, true,
        ${JSON.stringify({ kind, filter, rows, sha256, madeAt })})
      on conflict do nothing`.execute(db),
  )
}
