import { findChinaDay } from '#core/chinaDay'
import { checkCreditCode } from '#core/creditCode'
import { describePeer } from '#core/oversight/peers'
import type { AnswerOf, BodyOf, StoredRevision } from '#core/oversight/api'
import { digestReceipt, RECEIPT_FORMAT, type Receipt } from '#core/oversight/receipt'
import { openSubmission } from '#core/oversight/submission'
import { summarizeSubmission } from '#core/oversight/summary'
import type { Enterprise } from '#core/oversight/enterprise'
import { Problem } from '#core/problems'
import { digest } from './digest.ts'
import { noteAudit } from './audit.ts'
import type { Work } from './database.ts'
import { changeFirm, findFirm, readFirmRow } from './enterprises.ts'
import type { Asker, Hub } from './hub.ts'
import { makeId } from './ids.ts'

interface Accepted {
  readonly isNew: boolean
  readonly receipt: Receipt
}

/**
 * 接收报送 — opens the sheet, scores it again, signs a receipt and stores all of it in one statement. The same content again
 * gives the same receipt. Refuses: another firm's sheet, another edition than the campaign's, other content under the same
 * number, an erased or out-of-order one, a closed campaign, whatever `openSubmission` refuses.
 */
export async function acceptSubmission(
  hub: Hub,
  asker: Asker,
  params: { readonly id: string; readonly revision: number },
  body: BodyOf<'putSubmission'>,
): Promise<Accepted> {
  const { enterprise } = asker
  if (enterprise === undefined) throw new Problem('hub.notAllowed')
  const opened = openSubmission(body.submission, hub.editions, digest)
  const { submission, edition } = opened
  if (submission.id !== params.id || submission.revision !== params.revision) throw new Problem('submission.wrongPlace')
  const { code, fault } = checkCreditCode(submission.profile.creditCode ?? '')
  if (fault !== undefined || code !== asker.creditCode) {
    await hub.database.asHub((db, now) =>
      noteAudit(db, now, {
        action: 'submission.refused',
        actor: asker.id,
        role: asker.role,
        subject: enterprise,
        isDone: false,
        detail: { why: fault ?? 'other credit code' },
      }),
    )
    throw new Problem('submission.notYours')
  }
  if (submission.sample === true && !hub.settings.isDemo) throw new Problem('submission.sample')
  const at = new Date()
  const receivedAt = at.toISOString()
  const receipt = signReceipt(hub, {
    kind: 'shidang-receipt',
    format: RECEIPT_FORMAT,
    hub: hub.secrets.hub,
    key: hub.secrets.keyName,
    submission: submission.id,
    revision: submission.revision,
    digest: submission.sha256,
    receivedAt,
    edition: edition.id,
    version: edition.version,
  })
  const summary = {
    ...summarizeSubmission(opened, receivedAt, digest),
    // In a demonstration whatever anybody tries out is 示例数据.
    ...(hub.settings.isDemo ? { sample: true as const } : {}),
  }
  const { rows } = await hub.database.pool.query<{
    outcome: string
    stored_digest: string | null
    stored_receipt: string | null
    expected: number | null
  }>({
    name: 'accept-submission',
    text: 'select * from hub.accept_submission($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)',
    values: [
      asker.id,
      enterprise,
      submission.id,
      submission.revision,
      submission.sha256,
      body.campaign,
      edition.id,
      findChinaDay(at.toISOString()),
      JSON.stringify(submission),
      JSON.stringify(summary),
      JSON.stringify(receipt),
      at,
      makeId(),
      JSON.stringify({
        revision: submission.revision,
        differences: summary.differences,
        isPeer: describePeer(opened) !== undefined,
      }),
    ],
  })
  const { outcome, stored_digest, stored_receipt, expected } = rows[0]!
  if (outcome === 'new' || outcome === 'same')
    return { isNew: outcome === 'new', receipt: JSON.parse(stored_receipt!) as Receipt }
  if (outcome === 'other') throw new Problem('submission.otherContent', { revision: submission.revision })
  if (outcome === 'signed out') throw new Problem('hub.noSession')
  if (outcome === 'gone') throw new Problem('submission.erased')
  if (outcome === 'early') throw new Problem('submission.outOfOrder', { expected: expected ?? 0 })
  if (outcome === 'closed') throw new Problem('campaign.closed')
  if (outcome === 'not open') throw new Problem('campaign.notOpen', { on: stored_digest ?? '' })
  if (outcome === 'edition') throw new Problem('campaign.otherEdition', { id: edition.id, wanted: stored_digest ?? '' })
  throw new Problem('campaign.unknown')
}

export function signReceipt({ secrets }: Hub, receipt: Omit<Receipt, 'signature'>): Receipt {
  return { ...receipt, signature: secrets.sign(digestReceipt(receipt, digest)) }
}

/**
 * One draft file may have served several firms, and its id goes with it: a sheet is one firm's, and which one must be said
 * when the asker sees more than one. Refuses with a conflict rather than give another firm's.
 */
async function findSheet(
  db: Work,
  { id, revision }: { readonly id: string; readonly revision: number },
  enterprise: string | undefined,
): Promise<{ readonly enterprise: string; readonly body: string; readonly receipt: string }> {
  const [row, another] = await db
    .selectFrom('hub.submission')
    .select(['enterprise', 'body', 'receipt'])
    .where('id', '=', id)
    .where('revision', '=', revision)
    .$if(enterprise !== undefined, (select) => select.where('enterprise', '=', enterprise!))
    .limit(2)
    .execute()
  if (row === undefined) throw new Problem('hub.notFound')
  if (another !== undefined) throw new Problem('hub.conflict')
  return row
}

/** 一份报送包 — with its receipt; of a firm the asker sees. */
export async function readSubmission(
  hub: Hub,
  asker: Asker,
  params: { readonly id: string; readonly revision: number },
  enterprise: string | undefined,
): Promise<AnswerOf<'readSubmission'>> {
  return hub.database.asActor(asker.id, async (db, now) => {
    const row = await findSheet(db, params, enterprise)
    if (asker.role !== 'enterprise')
      await noteAudit(db, now, {
        action: 'submission.read',
        actor: asker.id,
        role: asker.role,
        subject: row.enterprise,
        detail: { revision: params.revision },
      })
    return { submission: JSON.parse(row.body) as unknown, receipt: JSON.parse(row.receipt) as unknown }
  })
}

/** 历次报送 — of one firm, newest first. */
export async function listRevisions(hub: Hub, asker: Asker, enterprise: string): Promise<AnswerOf<'listRevisions'>> {
  return hub.database.asActor(asker.id, async (db) => {
    await findFirm(db, enterprise)
    const rows = await db
      .selectFrom('hub.submission as s')
      .leftJoin('hub.submission_return as r', (join) =>
        join
          .onRef('r.enterprise', '=', 's.enterprise')
          .onRef('r.id', '=', 's.id')
          .onRef('r.revision', '=', 's.revision'),
      )
      .select(['s.id', 's.revision', 's.received_at', 's.summary', 'r.at', 'r.reason', 'r.by_account'])
      .where('s.enterprise', '=', enterprise)
      .orderBy('s.received_at', 'desc')
      .execute()
    const names = await namesOf(
      hub,
      rows.map(({ by_account }) => by_account),
    )
    return {
      revisions: rows.map((row) => ({
        id: row.id,
        revision: row.revision,
        receivedAt: row.received_at.toISOString(),
        summary: JSON.parse(row.summary) as StoredRevision['summary'],
        ...(row.at === null || row.reason === null
          ? {}
          : { returned: { at: row.at.toISOString(), reason: row.reason, by: names.get(row.by_account ?? '') ?? '' } }),
      })),
    }
  })
}

/** Names of colleagues who acted: an official's name is no secret to those he acts on. */
export async function namesOf(
  { database }: Hub,
  ids: readonly (string | null)[],
): Promise<ReadonlyMap<string, string>> {
  const known = ids.filter((id): id is string => id !== null)
  if (known.length === 0) return new Map()
  const rows = await database.asHub((db) =>
    db
      .selectFrom('hub.account')
      .select(['id', 'name'])
      .where('id', 'in', [...new Set(known)])
      .execute(),
  )
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** 退回修改 — the newest submission of a firm; it is not valid until the firm has revised it. */
export async function returnSubmission(
  hub: Hub,
  asker: Asker,
  params: { readonly id: string; readonly revision: number },
  { reason, enterprise }: BodyOf<'returnSubmission'>,
): Promise<Enterprise> {
  return hub.database.asActor(asker.id, async (db, now) => {
    const row = await findSheet(db, params, enterprise)
    const firm = await findFirm(db, row.enterprise)
    const newest = firm.summary === null ? undefined : (JSON.parse(firm.summary) as { id: string; revision: number })
    // Revised meanwhile, or returned by a colleague.
    if (newest?.id !== params.id || newest.revision !== params.revision || firm.returned_at !== null)
      throw new Problem('hub.conflict')
    await db
      .insertInto('hub.submission_return')
      .values({ enterprise: row.enterprise, ...params, at: now, by_account: asker.id, reason })
      // A colleague in the same moment: his stands, and the row's version tells.
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    const changed = await changeFirm(db, now, firm, { returned_at: now, returned_reason: reason })
    await noteAudit(db, now, {
      action: 'submission.returned',
      actor: asker.id,
      role: asker.role,
      subject: row.enterprise,
      detail: { revision: params.revision },
    })
    return readFirmRow(changed)
  })
}

/** 填报进度 — counts only; the row's version stays, so that an official at work on it is not refused. */
export async function tellProgress(hub: Hub, asker: Asker, body: BodyOf<'tellProgress'>): Promise<void> {
  await hub.database.asActor(asker.id, async (db, now) => {
    await db
      .updateTable('hub.enterprise')
      .set((eb) => ({
        answered: Math.min(body.answered, body.asked),
        asked: body.asked,
        seen_at: now,
        filling_at: eb.fn.coalesce('filling_at', eb.val(now)),
        changed_at: now,
      }))
      .where('id', '=', asker.enterprise ?? '')
      .execute()
  })
}
