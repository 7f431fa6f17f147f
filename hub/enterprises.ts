import { sql, type Selectable } from 'kysely'
import { liesIn } from '#core/diagnosis/peerFile'
import { listParents } from '#core/division'
import type { AnswerOf, BodyOf } from '#core/oversight/api'
import { maskPhone, type Enterprise } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { noteAudit } from './audit.ts'
import { LONGEST_STATEMENT_MS, type Work } from './database.ts'
import { pathOf, type Asker, type Hub } from './hub.ts'
import { hashText, makeId } from './ids.ts'
import type { EnterpriseTable } from './schema.ts'
import { describeScope } from './sessions.ts'

export type FirmRow = Selectable<EnterpriseTable>

const LARGEST_PAGE = 5000
/** A row written in a transaction that was still open when the last page was read: it is delivered with the next. */
const OVERLAP_MS = LONGEST_STATEMENT_MS + 10_000

/** 企业的一行 — as its officials see it: phones masked, results as computed by the hub. */
export function readFirmRow(row: FirmRow): Enterprise {
  const moment = (at: Date | null): string | undefined => at?.toISOString()
  const previous = row.previous === null ? undefined : (JSON.parse(row.previous) as Record<string, unknown>)
  const optional = {
    county: row.county,
    industry: row.industry,
    size: row.size,
    scaleYear: row.scale_year,
    scaleSource: row.scale_source,
    left: row.left_on === null ? undefined : { on: row.left_on, reason: row.left_reason, note: row.left_note ?? '' },
    contact:
      row.contact_name === null
        ? undefined
        : {
            name: row.contact_name,
            ...(row.contact_phone === null ? {} : { phone: maskPhone(row.contact_phone) }),
          },
    assignedAt: moment(row.assigned_at),
    contactedAt: moment(row.contacted_at),
    joinedAt: moment(row.joined_at),
    fillingAt: moment(row.filling_at),
    seenAt: moment(row.seen_at),
    progress: row.answered === null || row.asked === null ? undefined : { answered: row.answered, asked: row.asked },
    submission: row.summary === null ? undefined : (JSON.parse(row.summary) as unknown),
    previous: previous === undefined ? undefined : dropEmpty(previous),
    returned:
      row.returned_at === null ? undefined : { at: row.returned_at.toISOString(), reason: row.returned_reason ?? '' },
    note: row.note,
  }
  return {
    id: row.id,
    version: row.version,
    changedAt: row.changed_at.toISOString(),
    creditCode: row.credit_code,
    name: row.name,
    city: row.city,
    isAboveScale: row.is_above_scale,
    listedOn: row.listed_on,
    liaisons: JSON.parse(row.liaisons) as Enterprise['liaisons'],
    ...dropEmpty(optional),
  } as Enterprise
}

function dropEmpty(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined))
}

/**
 * 增量拉取 — what changed in the asker's scope since the cursor, oldest change first, and what left it. The last page sets the
 * cursor back to before the first one, by the longest time a transaction may take: nothing that was being written while the
 * pages were fetched, however slowly, is missed. Rows that come twice are the same.
 */
export async function listEnterprises(
  hub: Hub,
  asker: Asker,
  query: { readonly since?: string | undefined; readonly limit?: number | undefined },
): Promise<AnswerOf<'listEnterprises'>> {
  const limit = Math.min(query.limit ?? LARGEST_PAGE, LARGEST_PAGE)
  const since = readCursor(query.since)
  return hub.database.asActor(asker.id, async (db, now) => {
    const rows = await db
      .selectFrom('hub.enterprise')
      .selectAll()
      .where(visibleTo(hub, asker))
      .$if(since !== undefined, (select) => select.where(sql<boolean>`(changed_at, id) > (${since!.at}, ${since!.id})`))
      .orderBy('changed_at')
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const page = rows.slice(0, limit)
    const more = rows.length > limit
    const gone =
      since === undefined
        ? []
        : await db
            .selectFrom('hub.departure')
            .select('enterprise')
            .distinct()
            .where('at', '>', since.at)
            .limit(LARGEST_PAGE)
            .execute()
    const { total } = await db
      .selectFrom('hub.enterprise')
      .select(sql<number>`count(*)::int`.as('total'))
      .where(visibleTo(hub, asker))
      .executeTakeFirstOrThrow()
    const last = page[page.length - 1]
    const floor = since?.floor ?? new Date(now.getTime() - OVERLAP_MS)
    const cursor = more ? writeCursor(last!.changed_at, last!.id, floor) : writeCursor(floor, '')
    return {
      enterprises: page.map(readFirmRow),
      gone: gone.map(({ enterprise }) => enterprise),
      cursor,
      more,
      total,
      scope: describeScope(asker),
    }
  })
}

/** The first wall, in code, beside row-level security: what the account's own place says. */
function visibleTo({ books }: Hub, { role, area, enterprise, id }: Asker) {
  if (role === 'official')
    return sql<boolean>`path like ${`${area === undefined ? '-' : (pathOf(books.divisions, area) ?? '-')}%`}`
  if (role === 'liaison') return sql<boolean>`id = any ((select hub.cared_firms())::text[])`
  return sql<boolean>`id = ${enterprise ?? ''} and ${id} <> ''`
}

/** Between pages it carries where the next pull has to begin. */
function writeCursor(at: Date, id: string, floor?: Date): string {
  return [at.toISOString(), id, ...(floor === undefined ? [] : [floor.toISOString()])].join(' ')
}

function readCursor(
  cursor: string | undefined,
): { readonly at: Date; readonly id: string; readonly floor: Date | undefined } | undefined {
  if (cursor === undefined || cursor === '') return undefined
  const [time = '', id = '', from] = cursor.split(' ')
  const [at, floor] = [new Date(time), from === undefined ? undefined : new Date(from)]
  if (Number.isNaN(at.getTime()) || Number.isNaN(floor?.getTime() ?? 0))
    throw new Problem('hub.badRequest', { path: 'since', reason: '不是有效的游标' })
  return { at, id, floor }
}

/** 一家企业 — refuses a foreign one exactly like one that does not exist. */
export async function findFirm(db: Work, id: string): Promise<FirmRow> {
  const row = await db.selectFrom('hub.enterprise').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw new Problem('hub.notFound')
  return row
}

/** Every change of a row goes through here: version and time rise with it. */
export async function changeFirm(
  db: Work,
  now: Date,
  row: Pick<FirmRow, 'id' | 'version'>,
  change: Partial<Omit<FirmRow, 'id' | 'version' | 'changed_at'>>,
): Promise<FirmRow> {
  const changed = await db
    .updateTable('hub.enterprise')
    .set({ ...change, version: row.version + 1, changed_at: now })
    .where('id', '=', row.id)
    .where('version', '=', row.version)
    .returningAll()
    .executeTakeFirst()
  if (changed === undefined) throw new Problem('hub.conflict')
  return changed
}

/** 改企业资料 — contact, note, contact made; leaving and rejoining the denominator is for officials only. */
export async function changeEnterprise(
  hub: Hub,
  asker: Asker,
  id: string,
  body: BodyOf<'changeEnterprise'>,
): Promise<Enterprise> {
  if (body.leave !== undefined && asker.role !== 'official') throw new Problem('hub.notAllowed')
  return hub.database.asActor(asker.id, async (db, now) => {
    const row = await findFirm(db, id)
    if (row.version !== body.version) throw new Problem('hub.conflict')
    const { contact, leave, contacted, note } = body
    const changed = await changeFirm(db, now, row, {
      ...(contact === undefined ? {} : { contact_name: contact?.name ?? null }),
      // A phone that was only seen masked is not sent back: it stays.
      ...(contact === undefined || contact?.phone?.includes('*') === true
        ? {}
        : { contact_phone: contact?.phone ?? null }),
      ...(leave === undefined
        ? {}
        : { left_on: leave?.on ?? null, left_reason: leave?.reason ?? null, left_note: leave?.note ?? null }),
      ...(contacted === undefined ? {} : { contacted_at: now }),
      ...(contacted?.note === undefined || contacted.note === '' ? {} : { note: contacted.note }),
      ...(note === undefined ? {} : { note: note === '' ? null : note }),
    })
    const parts = [
      ...(contact === undefined ? [] : ['contact']),
      ...(leave === undefined ? [] : [leave === null ? 'returned to the list' : `left: ${leave.reason}`]),
      ...(contacted === undefined ? [] : ['contacted']),
      ...(note === undefined ? [] : ['note']),
    ]
    await noteAudit(db, now, {
      action: leave === undefined ? 'enterprise.changed' : 'enterprise.left',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { parts: parts.join(', ') },
    })
    return readFirmRow(changed)
  })
}

/** 查看完整电话 — the one way to a whole number; written down each time. */
export async function readPhones(hub: Hub, asker: Asker, id: string): Promise<AnswerOf<'readPhones'>> {
  return hub.database.asActor(asker.id, async (db, now) => {
    const row = await findFirm(db, id)
    const named = JSON.parse(row.liaisons) as Enterprise['liaisons']
    const liaisons = await db
      .selectFrom('hub.liaison')
      .select(['id', 'phone'])
      .where('id', 'in', named.length === 0 ? [''] : named.map((liaison) => liaison.id))
      .execute()
    await noteAudit(db, now, { action: 'phones.read', actor: asker.id, role: asker.role, subject: id })
    return {
      ...(row.contact_phone === null ? {} : { contact: row.contact_phone }),
      liaisons: liaisons.map((liaison) => ({
        id: liaison.id,
        ...(liaison.phone === null ? {} : { phone: liaison.phone }),
      })),
    }
  })
}

/** 报送码 — the firm's current one; `renew` makes it worthless and gives another. */
export async function readJoinCode(
  hub: Hub,
  asker: Asker,
  id: string,
  renew: boolean,
): Promise<AnswerOf<'readJoinCode'>> {
  return hub.database.asActor(asker.id, async (db, now) => {
    const found = await findFirm(db, id)
    // A new code gives a new password: with it one could file as a firm that has long joined.
    if (renew && found.joined_at !== null && asker.role !== 'official') throw new Problem('joinCode.official')
    const row = renew
      ? await changeFirm(db, now, found, { code_generation: found.code_generation + 1, code_used_at: null })
      : found
    await noteAudit(db, now, {
      action: renew ? 'joinCode.renewed' : 'joinCode.read',
      actor: asker.id,
      role: asker.role,
      subject: id,
    })
    return { code: hub.secrets.makeJoinCode(row.id, row.code_generation), isUsed: row.code_used_at !== null }
  })
}

/** 批量报送码 — of firms in scope whose code is not used; others are left out without a word. */
export async function listJoinCodes(
  hub: Hub,
  asker: Asker,
  ids: readonly string[],
): Promise<AnswerOf<'listJoinCodes'>> {
  return hub.database.asActor(asker.id, async (db, now) => {
    const rows = await db
      .selectFrom('hub.enterprise')
      .select(['id', 'code_generation'])
      .where('id', 'in', ids.length === 0 ? [''] : [...ids])
      .where('code_used_at', 'is', null)
      .execute()
    await noteAudit(db, now, {
      action: 'joinCodes.exported',
      actor: asker.id,
      role: asker.role,
      detail: { count: rows.length },
    })
    return {
      codes: rows.map(({ id, code_generation }) => ({
        enterprise: id,
        code: hub.secrets.makeJoinCode(id, code_generation),
      })),
    }
  })
}

/** 指派联系人 — exactly one: whatever was active ends. Null leaves the firm without one, which is a list of its own. */
export async function assignLiaison(hub: Hub, asker: Asker, id: string, liaison: string | null): Promise<Enterprise> {
  return hub.database.asActor(asker.id, async (db, now) => {
    const row = await findFirm(db, id)
    const changed = await setLiaisons(db, now, asker, row, liaison === null ? [] : [liaison])
    await noteAudit(db, now, {
      action: 'liaison.assigned',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { liaison: liaison ?? '' },
    })
    return readFirmRow(changed)
  })
}

/** 诊断工作联系人 — sets whom a firm has; those it had before forget it. Refuses one out of sight or no longer active. */
export async function setLiaisons(
  db: Work,
  now: Date,
  asker: Asker,
  row: FirmRow,
  ids: readonly string[],
): Promise<FirmRow> {
  const chosen = ids.length === 0 ? [] : await db.selectFrom('hub.liaison').selectAll().where('id', 'in', ids).execute()
  if (chosen.length !== ids.length) throw new Problem('hub.notFound')
  if (chosen.some(({ is_active }) => !is_active)) throw new Problem('liaison.notActive')
  const ended = await db
    .updateTable('hub.assignment')
    .set({ to_at: now })
    .where('enterprise', '=', row.id)
    .where('to_at', 'is', null)
    .returning('liaison')
    .execute()
  const left = ended.filter(({ liaison }) => !ids.includes(liaison))
  if (left.length > 0)
    await db
      .insertInto('hub.departure')
      .values(left.map(({ liaison }) => ({ enterprise: row.id, id: makeId(), path: '', liaison, at: now })))
      .execute()
  if (chosen.length > 0)
    await db
      .insertInto('hub.assignment')
      .values(
        chosen.map(({ id }) => ({
          enterprise: row.id,
          id: makeId(),
          liaison: id,
          from_at: now,
          to_at: null,
          by_account: asker.id,
        })),
      )
      .execute()
  return changeFirm(db, now, row, {
    liaisons: JSON.stringify(
      chosen.map(({ id, name, phone }) => ({ id, name, ...(phone === null ? {} : { phone: maskPhone(phone) }) })),
    ),
    assigned_at: chosen.length === 0 ? null : now,
  })
}

/**
 * 彻底删除 — the firm's submissions, contact and account go; the roster row stays, because the denominator is the
 * authority's. The ids of its sheets are remembered, so that a late copy is refused with 410.
 */
export async function eraseEnterprise(
  hub: Hub,
  asker: Asker,
  id: string,
  reason: string,
): Promise<AnswerOf<'eraseEnterprise'>> {
  // Seen under the asker's own rights first: what follows runs as the hub.
  await hub.database.asActor(asker.id, (db) => findFirm(db, id))
  return hub.database.asHub(async (db, now) => {
    // A sheet on its way waits here, and finds its number taken.
    await db.selectFrom('hub.enterprise').select('id').where('id', '=', id).forUpdate().execute()
    const sheets = await db.selectFrom('hub.submission').select('id').distinct().where('enterprise', '=', id).execute()
    for (const sheet of sheets)
      await db
        .insertInto('hub.erased_submission')
        .values({ enterprise: id, id: sheet.id, at: now })
        .onConflict((conflict) => conflict.columns(['enterprise', 'id']).doNothing())
        .execute()
    const gone = await db.deleteFrom('hub.submission').where('enterprise', '=', id).executeTakeFirst()
    await db.deleteFrom('hub.submission_return').where('enterprise', '=', id).execute()
    await db.deleteFrom('hub.account').where('enterprise', '=', id).execute()
    const row = await findFirm(db, id)
    await changeFirm(db, now, row, {
      contact_name: null,
      contact_phone: null,
      contacted_at: null,
      joined_at: null,
      filling_at: null,
      seen_at: null,
      answered: null,
      asked: null,
      note: null,
      summary: null,
      previous: null,
      returned_at: null,
      returned_reason: null,
      code_generation: row.code_generation + 1,
      code_used_at: null,
    })
    await noteAudit(db, now, {
      action: 'enterprise.erased',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { submissions: Number(gone.numDeletedRows), reason: hashText(reason).slice(0, 12) },
    })
    return { submissions: Number(gone.numDeletedRows) }
  })
}

/** 企业的位置 — the path of its narrowest known division. A county the list does not have counts for its city. */
export function locate(hub: Hub, city: string, county: string | undefined | null): string | undefined {
  const { divisions } = hub.books
  const narrow = county === undefined || county === null ? undefined : pathOf(divisions, county)
  const isInside = narrow !== undefined && liesIn(county!, city, listParents(divisions))
  return isInside ? narrow : pathOf(divisions, city)
}
