import { sql } from 'kysely'
import type { AuditRow } from '#core/oversight/api'
import type { Database, Work } from './database.ts'
import { hashText, makeId } from './ids.ts'
import { LEAST_AUDIT_DAYS } from './settings.ts'

/** 审计一条 — what is to be written down; `detail` holds no answers, passwords, codes or phones. */
export interface AuditEntry {
  readonly action: string
  readonly actor?: string | undefined
  readonly role?: string | undefined
  /** A firm, an account, an import: ids only. */
  readonly subject?: string | undefined
  readonly isDone?: boolean
  readonly detail?: Readonly<Record<string, string | number | boolean>>
}

/** Sealed at a time; what stays over is sealed next. */
const MOST_PER_BLOCK = 5000
const FIRST_HASH = '0'.repeat(64)

/** 写审计 — inside the transaction of what it tells of: both are there, or neither. */
export async function noteAudit(db: Work, now: Date, entry: AuditEntry): Promise<void> {
  const { action, actor, role, subject, isDone = true, detail = {} } = entry
  await db
    .insertInto('hub.audit')
    .values({
      id: makeId(),
      at: now,
      actor: actor ?? null,
      role: role ?? null,
      action,
      subject: subject ?? null,
      is_done: isDone,
      detail: JSON.stringify(detail),
      block: null,
      place: null,
      hash: null,
    })
    .execute()
}

/** 越权的尝试 — written down although the work it belonged to was undone. */
export async function noteRefusal(
  database: Database,
  { id, role }: { readonly id: string; readonly role: string },
  action: 'request.refused' | 'account.grantRefused',
  detail: NonNullable<AuditEntry['detail']>,
  subject?: string,
): Promise<void> {
  await database.asHub((db, now) => noteAudit(db, now, { action, actor: id, role, subject, isDone: false, detail }))
}

interface StoredRow {
  readonly id: string
  readonly at: Date
  readonly actor: string | null
  readonly role: string | null
  readonly action: string
  readonly subject: string | null
  readonly is_done: boolean
  readonly detail: string
}

/** The content of a row as text, whatever the database makes of its types: milliseconds, and the detail as written. */
function hashRow({ id, at, actor, role, action, subject, is_done, detail }: StoredRow): string {
  return hashText(JSON.stringify([id, at.toISOString(), actor, role, action, subject, is_done, detail]))
}

function hashRows(rows: readonly StoredRow[]): string {
  return hashText(JSON.stringify(rows.map(hashRow)))
}

/** Of a pruned block everything but its rows is still proven: also when it was sealed, so that none goes before its time. */
function hashBlock(number: number, previous: string, at: Date, rowsHash: string, rowCount: number): string {
  return hashText(JSON.stringify([number, previous, at.toISOString(), rowsHash, rowCount]))
}

/**
 * 封存审计 — puts the rows written since into a block that carries the hash of the one before: from then on none of them can be
 * changed, taken out or put in unnoticed. In blocks rather than row by row, so that submissions do not queue for the end
 * of one chain. Gives how many rows were sealed; 0 also when another hub is at it.
 */
export async function sealAudit(database: Database): Promise<number> {
  return database.asHub(async (db, now) => {
    await db
      .insertInto('hub.setting')
      .values({ name: 'auditSeal', value: '' })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
    const mine = await sql`select 1 from hub.setting where name = 'auditSeal' for update skip locked`.execute(db)
    if (mine.rows.length === 0) return 0
    const rows = await db
      .selectFrom('hub.audit')
      .select(['id', 'at', 'actor', 'role', 'action', 'subject', 'is_done', 'detail'])
      .where('block', 'is', null)
      .orderBy('at')
      .orderBy('id')
      .limit(MOST_PER_BLOCK)
      .execute()
    if (rows.length === 0) return 0
    const last = await db
      .selectFrom('hub.audit_block')
      .select(['number', 'hash'])
      .orderBy('number', 'desc')
      .limit(1)
      .executeTakeFirst()
    const number = (last?.number ?? 0) + 1
    const previous = last?.hash ?? FIRST_HASH
    const at = new Date(now.getTime())
    const rowsHash = hashRows(rows)
    const hash = hashBlock(number, previous, at, rowsHash, rows.length)
    await db
      .insertInto('hub.audit_block')
      .values({ number, at, previous, rows_hash: rowsHash, hash, row_count: rows.length })
      .execute()
    await sql`update hub.audit a set block = ${number}, place = o.place::int, hash = o.hash
      from unnest(${rows.map(({ id }) => id)}::text[], ${rows.map(hashRow)}::text[]) with ordinality as o (id, hash, place) where a.id = o.id`.execute(
      db,
    )
    return rows.length
  })
}

/** 审计链核对结果. */
export interface ChainCheck {
  readonly isWhole: boolean
  readonly blocks: number
  readonly rows: number
  readonly head: string
  readonly firstBad?: { readonly block: number; readonly row?: string; readonly reason: string }
}

/**
 * 核对审计链 — every block against its rows and the block before. Names the first one that does not hold. A pruned block has
 * lost its rows by age, which is proven too, and still links. `head`, noted down elsewhere, also shows when the newest blocks were cut off.
 */
export async function verifyChain(database: Database): Promise<ChainCheck> {
  let previous = FIRST_HASH
  let expected = 1
  let rows = 0
  let blocks = 0
  for (;;) {
    const bad = (reason: string, row?: string): ChainCheck => ({
      isWhole: false,
      blocks,
      rows,
      head: previous,
      firstBad: { block: expected, ...(row === undefined ? {} : { row }), reason },
    })
    const step = await database.asHub(async (db, now) => {
      const block = await db
        .selectFrom('hub.audit_block')
        .selectAll()
        .where('number', '>=', expected)
        .orderBy('number')
        .limit(1)
        .executeTakeFirst()
      const held = await db
        .selectFrom('hub.audit')
        .select(['id', 'at', 'actor', 'role', 'action', 'subject', 'is_done', 'detail', 'place', 'hash'])
        .where('block', '=', block?.number ?? expected)
        .orderBy('place')
        .execute()
      return { block, held, now }
    })
    const { block, held, now } = step
    if (block === undefined) {
      if (held.length > 0) return bad('有记录属于不存在的块', held[0]!.id)
      return { isWhole: true, blocks, rows, head: previous }
    }
    if (block.number !== expected) return bad('这一块不见了')
    if (block.previous !== previous) return bad('与前一块对不上')
    if (block.is_pruned) {
      if (held.length > 0) return bad('清理过的块里有记录', held[0]!.id)
      if (hashBlock(block.number, previous, block.at, block.rows_hash, block.row_count) !== block.hash)
        return bad('内容与块的校验码不符')
      if (now.getTime() - block.at.getTime() < LEAST_AUDIT_DAYS * 86_400_000) return bad('未到保存期限就被清理')
    } else {
      if (held.length !== block.row_count) return bad(`应有 ${block.row_count} 条，现有 ${held.length} 条`)
      const misplaced = held.find(({ place }, at) => place !== at + 1)
      if (misplaced !== undefined) return bad('次序被改动', misplaced.id)
      const changed = held.find((row) => hashRow(row) !== row.hash)
      if (changed !== undefined) return bad('内容被改动', changed.id)
      if (hashBlock(block.number, previous, block.at, hashRows(held), block.row_count) !== block.hash)
        return bad('内容与块的校验码不符')
    }
    previous = block.hash
    rows += held.length
    blocks += 1
    expected += 1
  }
}

/** 清理过期审计 — removes the rows of blocks older than the retention; the block itself stays and keeps the chain. */
export async function pruneAudit(database: Database, days: number): Promise<number> {
  return database.asHub(async (db, now) => {
    const before = new Date(now.getTime() - days * 86_400_000)
    const old = await db
      .selectFrom('hub.audit_block')
      .select('number')
      .where('at', '<', before)
      .where('is_pruned', '=', false)
      .execute()
    if (old.length === 0) return 0
    const numbers = old.map(({ number }) => number)
    await db.updateTable('hub.audit_block').set({ is_pruned: true }).where('number', 'in', numbers).execute()
    const gone = await db.deleteFrom('hub.audit').where('block', 'in', numbers).executeTakeFirst()
    return Number(gone.numDeletedRows)
  })
}

/** A stored row as the auditor reads it, before its actor has a name (auditReading.ts). */
export function readAuditRow(row: StoredRow & { readonly block: number | null }): Omit<AuditRow, 'who'> {
  return {
    id: row.id,
    at: row.at.toISOString(),
    ...(row.actor === null ? {} : { actor: row.actor }),
    ...(row.role === null ? {} : { role: row.role }),
    action: row.action,
    ...(row.subject === null ? {} : { subject: row.subject }),
    isDone: row.is_done,
    detail: JSON.parse(row.detail) as AuditRow['detail'],
    ...(row.block === null ? {} : { block: row.block }),
  }
}
