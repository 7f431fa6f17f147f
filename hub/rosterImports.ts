import { sql } from 'kysely'
import { findChinaDay } from '#core/chinaDay'
import type { AnswerOf, BodyOf, ImportReport, RosterChange, RosterRow } from '#core/oversight/api'
import { maskPhone, type Enterprise } from '#core/oversight/enterprise'
import { normalizeCreditCode } from '#core/creditCode'
import { planImport } from '#core/oversight/roster'
import { Problem } from '#core/problems'
import { noteAudit, noteRefusal } from './audit.ts'
import type { Work } from './database.ts'
import { changeFirm, locate, readFirmRow, setLiaisons, type FirmRow } from './enterprises.ts'
import { pathOf, type Asker, type Hub } from './hub.ts'
import { makeEnterpriseId, makeId } from './ids.ts'
import { namesOf } from './submissions.ts'

/** What an undo needs of one written row: what was there before, and which version it left. */
interface WrittenRow {
  readonly id: string
  readonly before: Readonly<Record<string, unknown>> | null
  readonly version: number
}

const BATCH = 500

/**
 * 导入名录 — a dry run tells what every row would do; otherwise the rows that are new, changed, or doubtful and accepted are
 * written in one transaction that can be undone as a whole. Refuses rows outside the asker's area. A firm on another city's
 * roster is not looked for: nothing here tells whether there is one.
 */
export async function importRoster(hub: Hub, asker: Asker, body: BodyOf<'importRoster'>): Promise<ImportReport> {
  const { area } = asker
  const scope = area === undefined ? undefined : pathOf(hub.books.divisions, area)
  if (area === undefined || scope === undefined) throw new Problem('hub.notAllowed')
  const rows = body.rows.map((row) => ({ ...row, creditCode: normalizeCreditCode(row.creditCode) }))
  const outside = rows.findIndex((row) => locate(hub, row.city, row.county)?.startsWith(scope) !== true)
  if (outside >= 0) {
    await noteRefusal(hub.database, asker, 'request.refused', { route: 'importRoster', area: rows[outside]!.city })
    throw new Problem('hub.badRequest', { path: `rows/${outside}/city`, reason: '不在您的范围内' })
  }
  return hub.database.asActor(asker.id, async (db, now) => {
    const existing = await findByCode(db, rows)
    const plan = planImport(rows, existing.map(readFirmRow), { ...hub.books, area })
    const accepted = new Set(body.accept)
    const isWritten = ({ kind, row }: RosterChange): boolean =>
      kind === 'new' || kind === 'changed' || (kind === 'doubtful' && accepted.has(row))
    const count = (kind: RosterChange['kind']): number => plan.filter((change) => change.kind === kind).length
    const counts = { new: count('new'), changed: count('changed'), same: count('same'), doubtful: count('doubtful') }
    if (body.dryRun) return { counts: { ...counts, written: 0 }, changes: [...plan] }

    const chosen = plan.filter(isWritten).map(({ row }) => rows[row - 1]!)
    const { found: liaisons, made } = await findLiaisons(hub, db, chosen)
    const written = await writeRows(hub, db, now, asker, chosen, existing, liaisons)
    await dateAtEnd(
      db,
      written.map((row) => row.id),
    )
    const id = makeId()
    await db
      .insertInto('hub.roster_import')
      .values({
        id,
        path: scope,
        at: now,
        by_account: asker.id,
        file: body.file,
        written: written.length,
        changes: JSON.stringify(written),
        made_liaisons: JSON.stringify(made),
        undone_at: null,
      })
      .execute()
    await noteAudit(db, now, {
      action: 'roster.imported',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { rows: rows.length, written: written.length },
    })
    return { id, counts: { ...counts, written: written.length }, changes: [...plan] }
  })
}

async function findByCode(db: Work, rows: readonly RosterRow[]): Promise<FirmRow[]> {
  const codes = [...new Set(rows.map(({ creditCode }) => creditCode))]
  const found: FirmRow[] = []
  for (let at = 0; at < codes.length; at += BATCH * 10)
    found.push(
      ...(await db
        .selectFrom('hub.enterprise')
        .selectAll()
        .where('credit_code', 'in', codes.slice(at, at + BATCH * 10))
        .execute()),
    )
  return found
}

interface Wanted {
  readonly row: RosterRow
  readonly liaisons: readonly string[]
}

/** Rows of one credit code are one firm; two liaisons among them stay two, for the list of firms that have several. */
async function writeRows(
  hub: Hub,
  db: Work,
  now: Date,
  asker: Asker,
  rows: readonly RosterRow[],
  existing: readonly FirmRow[],
  liaisons: ReadonlyMap<string, KnownLiaison>,
): Promise<readonly WrittenRow[]> {
  const wanted = new Map<string, Wanted>()
  for (const row of rows) {
    const before = wanted.get(row.creditCode)
    const liaison = row.liaison === undefined ? [] : [liaisons.get(nameLiaison(row))!.id]
    wanted.set(row.creditCode, { row, liaisons: [...new Set([...(before?.liaisons ?? []), ...liaison])] })
  }
  const known = new Map(existing.map((firm) => [firm.credit_code, firm]))
  const written: WrittenRow[] = []
  const fresh: Wanted[] = []
  for (const one of wanted.values()) {
    const firm = known.get(one.row.creditCode)
    if (firm === undefined) fresh.push(one)
    else written.push(await changeListed(hub, db, now, asker, firm, one))
  }
  const byId = new Map([...liaisons.values()].map((liaison) => [liaison.id, liaison]))
  for (let at = 0; at < fresh.length; at += BATCH)
    written.push(...(await addFirms(hub, db, now, asker, fresh.slice(at, at + BATCH), byId)))
  return written
}

interface KnownLiaison {
  readonly id: string
  readonly name: string
  readonly phone: string | null
}

function nameLiaison({ liaison, city, county }: RosterRow): string {
  return `${liaison!.name} ${liaison!.phone ?? ''} ${county ?? city}`
}

/** 联系人 — by name and phone, without a phone by name and county; those that are not there yet are made, and told by id. */
async function findLiaisons(
  hub: Hub,
  db: Work,
  rows: readonly RosterRow[],
): Promise<{ readonly found: ReadonlyMap<string, KnownLiaison>; readonly made: readonly string[] }> {
  const named = rows.filter(({ liaison }) => liaison !== undefined)
  const found = new Map<string, KnownLiaison>()
  if (named.length === 0) return { found, made: [] }
  const known = await db
    .selectFrom('hub.liaison')
    .select(['id', 'name', 'phone', 'area'])
    .where('is_active', '=', true)
    .execute()
  const fresh: { id: string; name: string; phone: string | null; area: string }[] = []
  for (const row of named) {
    const key = nameLiaison(row)
    if (found.has(key)) continue
    const { name, phone } = row.liaison!
    const area = row.county ?? row.city
    const match =
      [...known, ...fresh].find((one) => one.name === name && phone !== undefined && one.phone === phone) ??
      [...known, ...fresh].find(
        (one) => one.name === name && (phone === undefined || one.phone === null) && one.area === area,
      )
    if (match !== undefined) {
      found.set(key, match)
      continue
    }
    const liaison = { id: makeId(), name, phone: phone ?? null, area }
    fresh.push(liaison)
    found.set(key, liaison)
  }
  for (let at = 0; at < fresh.length; at += BATCH)
    await db
      .insertInto('hub.liaison')
      .values(
        fresh.slice(at, at + BATCH).map((liaison) => ({
          ...liaison,
          unit: null,
          path: pathOf(hub.books.divisions, liaison.area) ?? '-',
          is_active: true,
        })),
      )
      .execute()
  return { found, made: fresh.map(({ id }) => id) }
}

/** A blank county stays what it was while the city is the same; in another city it would be wrong. */
function columnsOf(hub: Hub, row: RosterRow, firm?: FirmRow) {
  const county = row.county ?? (row.city === firm?.city ? firm.county : null)
  return {
    path: locate(hub, row.city, county) ?? '-',
    name: row.name,
    city: row.city,
    county,
    industry: row.industry ?? null,
    size: row.size ?? null,
    is_above_scale: row.isAboveScale,
    scale_year: row.scaleYear ?? null,
    scale_source: row.scaleSource ?? null,
  }
}

/** What a table leaves blank stays as it is. */
async function changeListed(
  hub: Hub,
  db: Work,
  now: Date,
  asker: Asker,
  firm: FirmRow,
  { row, liaisons }: Wanted,
): Promise<WrittenRow> {
  const columns = columnsOf(hub, row, firm)
  const given = Object.fromEntries(
    Object.entries(columns).filter(([name, value]) => value !== null || name === 'county'),
  )
  if (columns.path !== firm.path)
    await db
      .insertInto('hub.departure')
      .values({ enterprise: firm.id, id: makeId(), path: firm.path, liaison: null, at: now })
      .execute()
  const before = Object.fromEntries(
    [...Object.keys(columns), 'contact_name', 'contact_phone', 'liaisons', 'listed_on'].map((name) => [
      name,
      firm[name as keyof FirmRow],
    ]),
  )
  let changed = await changeFirm(db, now, firm, {
    ...given,
    ...(row.contact === undefined ? {} : { contact_name: row.contact.name }),
    ...(row.contact?.phone === undefined ? {} : { contact_phone: row.contact.phone }),
    ...(row.listedOn === undefined ? {} : { listed_on: row.listedOn }),
  })
  const current = (JSON.parse(firm.liaisons) as Enterprise['liaisons']).map(({ id }) => id)
  if (liaisons.length > 0 && (liaisons.length !== current.length || liaisons.some((id) => !current.includes(id))))
    changed = await setLiaisons(db, now, asker, changed, liaisons)
  return { id: firm.id, before, version: changed.version }
}

async function addFirms(
  hub: Hub,
  db: Work,
  now: Date,
  asker: Asker,
  firms: readonly Wanted[],
  liaisons: ReadonlyMap<string, KnownLiaison>,
): Promise<readonly WrittenRow[]> {
  const today = findChinaDay(now.toISOString())
  const written: WrittenRow[] = []
  let left = [...firms]
  // A firm that was listed here and moved away still has its first number: the next one is taken.
  for (let turn = 0; left.length > 0; turn++) {
    const ids = new Map(left.map((one) => [makeEnterpriseId(one.row.creditCode, one.row.city, turn), one]))
    const added = await db
      .insertInto('hub.enterprise')
      .values(
        [...ids].map(([id, { row, liaisons: chosen }]) => ({
          id,
          version: 1,
          changed_at: now,
          ...columnsOf(hub, row),
          credit_code: row.creditCode,
          listed_on: row.listedOn ?? today,
          liaisons: JSON.stringify(
            chosen.map((liaison) => {
              const { name, phone } = liaisons.get(liaison)!
              return { id: liaison, name, ...(phone === null ? {} : { phone: maskPhone(phone) }) }
            }),
          ),
          contact_name: row.contact?.name ?? null,
          contact_phone: row.contact?.phone ?? null,
          assigned_at: chosen.length > 0 ? now : null,
        })),
      )
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute()
    const assignments = added.flatMap(({ id }) =>
      ids.get(id)!.liaisons.map((liaison) => ({
        enterprise: id,
        id: makeId(),
        liaison,
        from_at: now,
        to_at: null,
        by_account: asker.id,
      })),
    )
    if (assignments.length > 0) await db.insertInto('hub.assignment').values(assignments).execute()
    written.push(...added.map(({ id }) => ({ id, before: null, version: 1 })))
    const done = new Set(added.map(({ id }) => id))
    const taken = [...ids].filter(([id]) => !done.has(id))
    await refuseListedMeanwhile(
      db,
      taken.map(([id]) => id),
    )
    left = taken.map(([, one]) => one)
  }
  return written
}

/** A taken number that is in sight is no firm that moved away: somebody else imported it in the same moment. */
async function refuseListedMeanwhile(db: Work, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const seen = await db.selectFrom('hub.enterprise').select('id').where('id', 'in', ids).limit(1).execute()
  if (seen.length > 0) throw new Problem('hub.conflict')
}

/** 导入记录 — newest first. */
export async function listImports(hub: Hub, asker: Asker): Promise<AnswerOf<'listImports'>> {
  const rows = await hub.database.asActor(asker.id, (db) =>
    db
      .selectFrom('hub.roster_import')
      .select(['id', 'at', 'by_account', 'file', 'written', 'undone_at'])
      .orderBy('at', 'desc')
      .limit(200)
      .execute(),
  )
  const names = await namesOf(
    hub,
    rows.map(({ by_account }) => by_account),
  )
  return {
    imports: rows.map((row) => ({
      id: row.id,
      at: row.at.toISOString(),
      by: names.get(row.by_account) ?? '',
      file: row.file,
      written: row.written,
      ...(row.undone_at === null ? {} : { undoneAt: row.undone_at.toISOString() }),
    })),
  }
}

/**
 * 撤销导入 — every row goes back to what it was, new firms leave the roster again, and liaisons whom the import made and nobody
 * needs are out of service. A row that somebody changed since, or a new firm that has joined, stays as it is and is named.
 */
export async function undoImport(hub: Hub, asker: Asker, id: string): Promise<AnswerOf<'undoImport'>> {
  return hub.database.asActor(asker.id, async (db, now) => {
    const record = await db
      .selectFrom('hub.roster_import')
      .select(['changes', 'made_liaisons', 'undone_at'])
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (record === undefined) throw new Problem('hub.notFound')
    if (record.undone_at !== null) throw new Problem('roster.importUndone')
    const written = JSON.parse(record.changes) as readonly WrittenRow[]
    const kept: { name: string; why: string }[] = []
    const active = await db.selectFrom('hub.liaison').select('id').where('is_active', '=', true).execute()
    const assignable = new Set(active.map((liaison) => liaison.id))
    let undone = 0
    for (let at = 0; at < written.length; at += BATCH * 10) {
      const part = written.slice(at, at + BATCH * 10)
      const firms = await db
        .selectFrom('hub.enterprise')
        .selectAll()
        .where(
          'id',
          'in',
          part.map((row) => row.id),
        )
        // A firm that joins or submits meanwhile waits, and is then either gone or kept.
        .forUpdate()
        .execute()
      const byId = new Map(firms.map((firm) => [firm.id, firm]))
      const gone: FirmRow[] = []
      for (const { id: firmId, before, version } of part) {
        const firm = byId.get(firmId)
        if (firm === undefined) continue
        if (firm.version !== version) {
          kept.push({ name: firm.name, why: '导入之后又改过' })
        } else if (before === null && (firm.joined_at !== null || firm.summary !== null)) {
          kept.push({ name: firm.name, why: '企业已经加入或报送' })
        } else if (
          before !== null &&
          before['liaisons'] !== firm.liaisons &&
          !listLiaisonIds(before).every((one) => assignable.has(one))
        ) {
          kept.push({ name: firm.name, why: '原来的联系人已停用' })
        } else {
          undone += 1
          if (before === null) gone.push(firm)
          else await restoreRow(db, now, asker, firm, before)
        }
      }
      await removeFirms(db, now, gone)
    }
    await dateAtEnd(
      db,
      written.map((row) => row.id),
    )
    await retireLiaisons(db, JSON.parse(record.made_liaisons) as readonly string[])
    await db.updateTable('hub.roster_import').set({ undone_at: now }).where('id', '=', id).execute()
    await noteAudit(db, now, {
      action: 'roster.importUndone',
      actor: asker.id,
      role: asker.role,
      subject: id,
      detail: { undone, kept: kept.length },
    })
    return { undone, kept }
  })
}

async function retireLiaisons(db: Work, made: readonly string[]): Promise<void> {
  if (made.length === 0) return
  await db
    .updateTable('hub.liaison')
    .set({ is_active: false })
    .where('id', 'in', made)
    .where((eb) => eb.fn<boolean>('hub.is_idle_liaison', ['id']))
    .execute()
}

async function restoreRow(
  db: Work,
  now: Date,
  asker: Asker,
  firm: FirmRow,
  before: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { liaisons, ...columns } = before
  if (columns['path'] !== firm.path)
    await db
      .insertInto('hub.departure')
      .values({ enterprise: firm.id, id: makeId(), path: firm.path, liaison: null, at: now })
      .execute()
  const changed = await changeFirm(db, now, firm, columns as Partial<FirmRow>)
  if (liaisons !== firm.liaisons) await setLiaisons(db, now, asker, changed, listLiaisonIds(before))
}

function listLiaisonIds({ liaisons }: Readonly<Record<string, unknown>>): readonly string[] {
  return (JSON.parse(String(liaisons)) as Enterprise['liaisons']).map(({ id }) => id)
}

/**
 * An import of 20,000 rows takes longer than cursors look back: what it changed gets the time of its end, so that whoever pulled
 * meanwhile is given it with the next pull.
 */
async function dateAtEnd(db: Work, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += BATCH * 10)
    await db
      .updateTable('hub.enterprise')
      .set({ changed_at: sql<Date>`date_trunc('milliseconds', clock_timestamp())` })
      .where('id', 'in', ids.slice(at, at + BATCH * 10))
      .execute()
}

async function removeFirms(db: Work, now: Date, firms: readonly FirmRow[]): Promise<void> {
  if (firms.length === 0) return
  const ids = firms.map(({ id }) => id)
  await db
    .insertInto('hub.departure')
    .values(
      firms.flatMap((firm) => [
        { enterprise: firm.id, id: makeId(), path: firm.path, liaison: null, at: now },
        ...(JSON.parse(firm.liaisons) as Enterprise['liaisons']).map(({ id }) => ({
          enterprise: firm.id,
          id: makeId(),
          path: '',
          liaison: id,
          at: now,
        })),
      ]),
    )
    .execute()
  await db
    .updateTable('hub.assignment')
    .set({ to_at: now })
    .where('enterprise', 'in', ids)
    .where('to_at', 'is', null)
    .execute()
  await db.deleteFrom('hub.enterprise').where('id', 'in', ids).execute()
}
