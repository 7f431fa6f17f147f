import type { AnswerOf, AuditActor, QueryOf } from '#core/oversight/api'
import { readAuditRow } from './audit.ts'
import type { Work } from './database.ts'
import type { Asker, Hub } from './hub.ts'

/** Rows of one page. Own choice. */
const PAGE = 200

/**
 * 审计记录 — newest first, page by page. An auditor has no area: what the hub wrote down is his to read whole, and so is the name
 * of whoever did it, but nothing else of an account or a firm.
 */
export async function listAudit(hub: Hub, asker: Asker, query: QueryOf<'listAudit'>): Promise<AnswerOf<'listAudit'>> {
  const { actor, action } = query
  // Rights were checked by the route; only ids come of it, and the rows still pass the auditor's own policy.
  const actors = actor === undefined ? undefined : await hub.database.asHub((db) => findActors(db, actor))
  const [time = '', id = ''] = (query.before ?? '').split(' ')
  const before = new Date(time)
  const rows = await hub.database.asActor(asker.id, (db) =>
    db
      .selectFrom('hub.audit')
      .selectAll()
      .$if(!Number.isNaN(before.getTime()), (select) =>
        select.where((eb) => eb.or([eb('at', '<', before), eb.and([eb('at', '=', before), eb('id', '<', id)])])),
      )
      .$if(action !== undefined, (select) => select.where('action', '=', action!))
      .$if(actors !== undefined, (select) => select.where('actor', 'in', actors!))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(PAGE)
      .execute(),
  )
  const read = rows.map(readAuditRow)
  const named = await hub.database.asHub((db) =>
    nameActors(db, [...new Set(read.flatMap((row) => (row.actor === undefined ? [] : [row.actor])))]),
  )
  const last = rows[rows.length - 1]
  return {
    rows: read.map((row) => ({ ...row, who: describeActor(row, named) })),
    ...(rows.length === PAGE && last !== undefined ? { cursor: `${last.at.toISOString()} ${last.id}` } : {}),
  }
}

/** Whoever is meant by an id, a login, a name or the name of a firm; the words themselves, for an account that is gone. */
async function findActors(db: Work, words: string): Promise<readonly string[]> {
  const found = await db
    .selectFrom('hub.account as a')
    .leftJoin('hub.enterprise as e', 'e.id', 'a.enterprise')
    .select('a.id')
    .where((eb) => eb.or([eb('a.login', '=', words.toLowerCase()), eb('a.name', '=', words), eb('e.name', '=', words)]))
    .execute()
  return [words, ...found.map(({ id }) => id)]
}

/** Names of accounts as they are now: an erased person has none, whatever the account once did. */
async function nameActors(db: Work, ids: readonly string[]): Promise<ReadonlyMap<string, AuditActor>> {
  if (ids.length === 0) return new Map()
  const accounts = await db
    .selectFrom('hub.account as a')
    .leftJoin('hub.enterprise as e', 'e.id', 'a.enterprise')
    .select(['a.id', 'a.role', 'a.login', 'a.name', 'e.name as firm'])
    .where('a.id', 'in', ids)
    .execute()
  return new Map(
    accounts.flatMap(({ id, role, login, name, firm }): [string, AuditActor][] => {
      // As persons.ts leaves an account behind.
      if (login === `erased-${id}`) return []
      if (role !== 'enterprise') return [[id, { kind: 'account', name, login }]]
      return firm === null ? [] : [[id, { kind: 'enterprise', name: firm }]]
    }),
  )
}

/** Without an account: a request from somewhere, which has an address, or the hub's own work. */
function describeActor(
  { actor, detail }: ReturnType<typeof readAuditRow>,
  named: ReadonlyMap<string, AuditActor>,
): AuditActor {
  if (actor !== undefined) return named.get(actor) ?? { kind: 'erased' }
  return { kind: 'address' in detail ? 'visitor' : 'program' }
}
