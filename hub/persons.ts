import { noteAudit } from './audit.ts'
import type { Database, Work } from './database.ts'

/** 一个人的个人信息 — where it stands and what it is. */
export interface PersonRecord {
  readonly where:
    'account' | 'liaison' | 'enterpriseContact' | 'authority' | 'tableVersion' | 'rosterImport' | 'submission'
  readonly id: string
  readonly fields: Readonly<Record<string, string>>
}

const ERASED = '（已删除）'

interface Place {
  readonly enterprise: string
  readonly id: string
  readonly revision: number
  readonly contact: string | null
  readonly phone: string | null
}

/**
 * 查询个人信息 — everything under a name or a phone number: accounts, liaisons, contacts of firms, contact tables and their
 * versions, what imports keep for their undo, and the contact lines of submissions (PIPL art. 45).
 */
export async function exportPerson(database: Database, who: string): Promise<readonly PersonRecord[]> {
  return database.asHub(async (db) => {
    const accounts = await db
      .selectFrom('hub.account')
      .select(['id', 'login', 'name'])
      .where((eb) => eb.or([eb('name', '=', who), eb('login', '=', who)]))
      .execute()
    const liaisons = await db
      .selectFrom('hub.liaison')
      .select(['id', 'name', 'phone', 'unit'])
      .where((eb) => eb.or([eb('name', '=', who), eb('phone', '=', who)]))
      .execute()
    const contacts = await db
      .selectFrom('hub.enterprise')
      .select(['id', 'name', 'contact_name', 'contact_phone'])
      .where((eb) => eb.or([eb('contact_name', '=', who), eb('contact_phone', '=', who)]))
      .execute()
    const authorities = await db.selectFrom('hub.authority').select(['area', 'row_text']).execute()
    const own = authorities.filter(({ row_text }) =>
      Object.values(JSON.parse(row_text) as Record<string, unknown>).includes(who),
    )
    const versions = await db.selectFrom('hub.table_version').select(['id', 'row_text as text']).execute()
    const imports = await db.selectFrom('hub.roster_import').select(['id', 'changes as text']).execute()
    const kept = (rows: readonly { readonly id: string; readonly text: string }[]) =>
      rows.flatMap(({ id, text }) => listLines(JSON.parse(text), who).map((line) => ({ id, line })))
    const sheets = await findSheets(db, who)
    return [
      ...accounts.map(({ id, login, name }) => ({ where: 'account' as const, id, fields: { login, name } })),
      ...liaisons.map(({ id, name, phone, unit }) => ({
        where: 'liaison' as const,
        id,
        fields: { name, phone: phone ?? '', unit: unit ?? '' },
      })),
      ...contacts.map(({ id, name, contact_name, contact_phone }) => ({
        where: 'enterpriseContact' as const,
        id,
        fields: { enterprise: name, name: contact_name ?? '', phone: contact_phone ?? '' },
      })),
      ...own.map(({ area, row_text }) => ({ where: 'authority' as const, id: area, fields: { row: row_text } })),
      ...kept(versions).map(({ id, line }) => ({ where: 'tableVersion' as const, id, fields: { row: line } })),
      ...kept(imports).map(({ id, line }) => ({ where: 'rosterImport' as const, id, fields: { row: line } })),
      ...sheets.map(({ id, revision, contact, phone }) => ({
        where: 'submission' as const,
        id: `${id}/${revision}`,
        fields: { contact: contact ?? '', phone: phone ?? '' },
      })),
    ]
  })
}

/** Lists of liaisons inside a kept row are text of their own; several names stand in one cell. */
function isOf(value: unknown, who: string): boolean {
  if (typeof value !== 'string') return false
  return value === who || value.split('、').includes(who) || value.includes(JSON.stringify(who))
}

/** The rows of a kept table in which the person stands, as text. */
function listLines(value: unknown, who: string): readonly string[] {
  if (!Array.isArray(value)) return []
  const before = (row: unknown): object => (row as { readonly before?: object | null }).before ?? (row as object)
  return value
    .filter((row) => Object.values(before(row)).some((cell) => isOf(cell, who)))
    .map((row) => JSON.stringify(row))
}

/** A kept table without the person: his own cells, and of a contact the other half too. */
function eraseFrom(text: string, who: string): string {
  const clear = (row: Readonly<Record<string, unknown>>): Record<string, unknown> => {
    const cleared = Object.entries(row).map(([name, cell]): [string, unknown] => {
      if (!isOf(cell, who)) return [name, cell]
      const parts = String(cell).split('、')
      return [
        name,
        parts
          .map((part) => (part === who ? ERASED : part))
          .join('、')
          .split(JSON.stringify(who))
          .join(JSON.stringify(ERASED)),
      ]
    })
    const isContact = row['contact_name'] === who || row['contact_phone'] === who
    return { ...Object.fromEntries(cleared), ...(isContact ? { contact_name: null, contact_phone: null } : {}) }
  }
  const rows = JSON.parse(text) as readonly Readonly<Record<string, unknown>>[]
  return JSON.stringify(
    rows.map((row) => {
      const { before } = row as { readonly before?: Readonly<Record<string, unknown>> | null }
      if (before === undefined) return clear(row)
      return before === null ? row : { ...row, before: clear(before) }
    }),
  )
}

function findSheets(db: Work, who: string): Promise<Place[]> {
  return db
    .selectFrom('hub.submission')
    .select((eb) => [
      'enterprise',
      'id',
      'revision',
      eb
        .fn<string | null>('json_extract_path_text', [eb.cast('body', 'json'), eb.val('profile'), eb.val('contact')])
        .as('contact'),
      eb
        .fn<string | null>('json_extract_path_text', [eb.cast('body', 'json'), eb.val('profile'), eb.val('phone')])
        .as('phone'),
    ])
    .where('body', 'like', `%${who.replace(/[\\%_]/g, '\\$&')}%`)
    .execute()
    .then((rows) => rows.filter(({ contact, phone }) => contact === who || phone === who))
}

/**
 * 删除个人信息 — from accounts (closed, under no name), liaisons, contacts, contact tables and whatever is kept of them. Submissions are sealed under their digest:
 * they can only go whole, with their firm (彻底删除), and are named in what this gives back.
 */
export async function erasePerson(
  database: Database,
  who: string,
): Promise<{ readonly erased: readonly PersonRecord[]; readonly sealed: readonly PersonRecord[] }> {
  const found = await exportPerson(database, who)
  const erased = found.filter(({ where }) => where !== 'submission')
  await database.asHub(async (db, now) => {
    for (const { where, id } of erased) {
      if (where === 'account') {
        await db
          .updateTable('hub.account')
          .set({ name: ERASED, login: `erased-${id}`, is_closed: true })
          .where('id', '=', id)
          .execute()
        await db.deleteFrom('hub.session').where('account', '=', id).execute()
      }
      if (where === 'liaison') await eraseLiaison(db, now, id)
      if (where === 'enterpriseContact')
        await db
          .updateTable('hub.enterprise')
          .set((eb) => ({ contact_name: null, contact_phone: null, changed_at: now, version: eb('version', '+', 1) }))
          .where('id', '=', id)
          .execute()
      if (where === 'authority') await db.deleteFrom('hub.authority').where('area', '=', id).execute()
    }
    const keptIn = (place: PersonRecord['where']): Set<string> =>
      new Set(erased.filter(({ where }) => where === place).map(({ id }) => id))
    for (const id of keptIn('tableVersion')) {
      const { row_text } = await db
        .selectFrom('hub.table_version')
        .select('row_text')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('hub.table_version')
        .set({ row_text: eraseFrom(row_text, who) })
        .where('id', '=', id)
        .execute()
    }
    for (const id of keptIn('rosterImport')) {
      const { changes } = await db
        .selectFrom('hub.roster_import')
        .select('changes')
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      await db
        .updateTable('hub.roster_import')
        .set({ changes: eraseFrom(changes, who) })
        .where('id', '=', id)
        .execute()
    }
    await noteAudit(db, now, { action: 'person.erased', detail: { records: erased.length } })
  })
  return { erased, sealed: found.filter(({ where }) => where === 'submission') }
}

/** Its firms are left without one, which is a list of its own, rather than with a name that is nobody's. */
async function eraseLiaison(db: Work, now: Date, id: string): Promise<void> {
  const ended = await db
    .updateTable('hub.assignment')
    .set({ to_at: now })
    .where('liaison', '=', id)
    .where('to_at', 'is', null)
    .returning('enterprise')
    .execute()
  for (const { enterprise } of ended) {
    const row = await db
      .selectFrom('hub.enterprise')
      .select('liaisons')
      .where('id', '=', enterprise)
      .executeTakeFirstOrThrow()
    const left = (JSON.parse(row.liaisons) as readonly { readonly id: string }[]).filter((one) => one.id !== id)
    await db
      .updateTable('hub.enterprise')
      .set((eb) => ({ liaisons: JSON.stringify(left), changed_at: now, version: eb('version', '+', 1) }))
      .where('id', '=', enterprise)
      .execute()
  }
  await db
    .updateTable('hub.liaison')
    .set({ name: ERASED, phone: null, unit: null, is_active: false })
    .where('id', '=', id)
    .execute()
}
