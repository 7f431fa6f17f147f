import type { AnswerOf, AuthorityRow, BodyOf, TableVersion } from '#core/oversight/api'
import { locateEnterprise, maskPhone } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { noteAudit } from './audit.ts'
import type { Work } from './database.ts'
import { readFirmRow } from './enterprises.ts'
import { findOwnPath, type Asker, type Hub } from './hub.ts'
import { makeId } from './ids.ts'

function mask(row: AuthorityRow): AuthorityRow {
  return row.mobile === undefined ? row : { ...row, mobile: maskPhone(row.mobile) }
}

/** 工作联系表（附件2） — of the asker's area; mobiles masked. */
export async function listAuthorities(hub: Hub, asker: Asker): Promise<AnswerOf<'listAuthorities'>> {
  const rows = await hub.database.asActor(asker.id, (db) =>
    db.selectFrom('hub.authority').selectAll().orderBy('path').execute(),
  )
  return {
    authorities: rows.map(({ row_text, updated_at }) => ({
      ...mask(JSON.parse(row_text) as AuthorityRow),
      updatedAt: updated_at.toISOString(),
    })),
  }
}

/** 保存联系表的一行 — a mobile that comes back masked stays what it was. */
export async function saveAuthority(
  hub: Hub,
  asker: Asker,
  area: string,
  body: BodyOf<'saveAuthority'>,
): Promise<AuthorityRow> {
  const path = findOwnPath(hub, asker, area)
  if (path === undefined || body.area !== area) throw new Problem('hub.notFound')
  return hub.database.asActor(asker.id, async (db, now) => {
    const known = await db.selectFrom('hub.authority').select('row_text').where('area', '=', area).executeTakeFirst()
    const before = known === undefined ? undefined : (JSON.parse(known.row_text) as AuthorityRow)
    const { updatedAt: _updatedAt, mobile, ...rest } = body
    const kept = mobile?.includes('*') === true ? before?.mobile : mobile
    const row: AuthorityRow = { ...rest, ...(kept === undefined ? {} : { mobile: kept }) }
    const columns = { path, row_text: JSON.stringify(row), updated_at: now }
    await db
      .insertInto('hub.authority')
      .values({ area, ...columns })
      .onConflict((conflict) => conflict.column('area').doUpdateSet(columns))
      .execute()
    await noteAudit(db, now, { action: 'authority.saved', actor: asker.id, role: asker.role, subject: area })
    return { ...mask(row), updatedAt: now.toISOString() }
  })
}

/** 存一版 — the table as it stands now, phones masked, for good (GX-30: updated in time, each version kept). */
export async function saveTableVersion(
  hub: Hub,
  asker: Asker,
  body: BodyOf<'saveTableVersion'>,
): Promise<TableVersion> {
  const path = findOwnPath(hub, asker, body.area)
  if (path === undefined) throw new Problem('hub.notFound')
  return hub.database.asActor(asker.id, async (db, now) => {
    const rows = body.kind === 'authorities' ? await readAuthorities(db, path) : await readServices(db, path)
    const version = {
      id: makeId(),
      kind: body.kind,
      area: body.area,
      path,
      at: now,
      by_name: asker.name,
      row_count: rows.length,
      note: body.note ?? null,
      row_text: JSON.stringify(rows),
    }
    await db.insertInto('hub.table_version').values(version).execute()
    await noteAudit(db, now, {
      action: 'table.versionSaved',
      actor: asker.id,
      role: asker.role,
      subject: body.area,
      detail: { kind: body.kind, rows: rows.length },
    })
    return readVersion(version)
  })
}

type Line = Readonly<Record<string, string>>

async function readAuthorities(db: Work, path: string): Promise<readonly Line[]> {
  const rows = await db
    .selectFrom('hub.authority')
    .selectAll()
    .where('path', 'like', `${path}%`)
    .orderBy('path')
    .execute()
  return rows.map(({ row_text, updated_at }) => {
    const row = mask(JSON.parse(row_text) as AuthorityRow)
    return {
      区划: row.area,
      单位: row.unit,
      工作负责人: row.leader ?? '',
      联系人: row.contact ?? '',
      职务: row.post ?? '',
      办公电话: row.officePhone ?? '',
      手机: row.mobile ?? '',
      更新时间: updated_at.toISOString(),
    }
  })
}

/** Annex 3 as of now: columns proposed by the team, because the annex itself was not published. */
async function readServices(db: Work, path: string): Promise<readonly Line[]> {
  const rows = await db
    .selectFrom('hub.enterprise')
    .selectAll()
    .where('path', 'like', `${path}%`)
    .orderBy('path')
    .orderBy('name')
    .execute()
  return rows.map(readFirmRow).map((firm) => ({
    企业名称: firm.name,
    统一社会信用代码: firm.creditCode,
    区划: locateEnterprise(firm),
    诊断工作联系人: firm.liaisons.map(({ name }) => name).join('、'),
    联系电话: firm.liaisons.map(({ phone }) => phone ?? '').join('、'),
    最近联系: firm.contactedAt ?? '',
    加入: firm.joinedAt ?? '',
    开始填报: firm.fillingAt ?? '',
    报送时间: firm.submission?.receivedAt ?? '',
    退回: firm.returned?.at ?? '',
    档: firm.submission?.tier === undefined ? '' : String(firm.submission.tier.low),
    达到线下诊断条件: firm.submission === undefined ? '' : firm.submission.dueForVisit ? '是' : '否',
    移出原因: firm.left?.reason ?? '',
    备注: firm.note ?? '',
  }))
}

function readVersion(row: {
  readonly id: string
  readonly kind: string
  readonly area: string
  readonly at: Date
  readonly by_name: string
  readonly row_count: number
  readonly note: string | null
}): TableVersion {
  return {
    id: row.id,
    kind: row.kind as TableVersion['kind'],
    area: row.area,
    at: row.at.toISOString(),
    by: row.by_name,
    rows: row.row_count,
    ...(row.note === null ? {} : { note: row.note }),
  }
}

/** 各版 — newest first. */
export async function listTableVersions(hub: Hub, asker: Asker): Promise<AnswerOf<'listTableVersions'>> {
  const rows = await hub.database.asActor(asker.id, (db) =>
    db
      .selectFrom('hub.table_version')
      .select(['id', 'kind', 'area', 'at', 'by_name', 'row_count', 'note'])
      .orderBy('at', 'desc')
      .limit(500)
      .execute(),
  )
  return { versions: rows.map(readVersion) }
}

/** 一版的全部行 — as it was kept; refuses one outside the asker's area like one that does not exist. */
export async function readTableVersion(hub: Hub, asker: Asker, id: string): Promise<AnswerOf<'readTableVersion'>> {
  return hub.database.asActor(asker.id, async (db) => {
    const row = await db.selectFrom('hub.table_version').selectAll().where('id', '=', id).executeTakeFirst()
    if (row === undefined) throw new Problem('hub.notFound')
    return { version: readVersion(row), rows: JSON.parse(row.row_text) as Record<string, string>[] }
  })
}
