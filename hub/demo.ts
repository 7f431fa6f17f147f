import { findChinaDay } from '#core/chinaDay'
import { listCounties, listCities } from '#core/division'
import { maskPhone } from '#core/oversight/enterprise'
import { RECEIPT_FORMAT } from '#core/oversight/receipt'
import { openSubmission, packSubmission } from '#core/oversight/submission'
import { summarizeSubmission } from '#core/oversight/summary'
import { classifySize } from '#core/sizeClass'
import { digest } from './digest.ts'
import { createPopulation, type SampleSheet } from '../cli/population.ts'
import { noteAudit } from './audit.ts'
import { locate } from './enterprises.ts'
import type { Hub } from './hub.ts'
import { pathOf } from './hub.ts'
import { makeEnterpriseId, makeId } from './ids.ts'
import { hashPassword, makeInitialPassword } from './passwords.ts'
import { publishPeers } from './peersPublication.ts'
import { signReceipt } from './submissions.ts'

/** How large a made-up region is, and how far it has come. */
export interface RegionSize {
  readonly firms: number
  /** 0–1: the share that has submitted. */
  readonly submitted: number
  readonly seed: number
}

const DAY_MS = 86_400_000
const BATCH = 400
const FIRMS_PER_LIAISON = 17
const CAMPAIGN = 'demo'
/** Of the firms that have not submitted: own choice, so that every step is to be seen. */
const STEPS = ['unassigned', 'assigned', 'assigned', 'contacted', 'joined', 'filling', 'filling'] as const

/** 演示账号 — one of each kind; printed at the start. */
export interface DemoAccount {
  readonly login: string
  readonly who: string
}

/**
 * 示例区域 — fills an empty hub with a made-up region: roster, liaisons, submissions, a running campaign, groups of peers. All of
 * it is 示例数据 and says so. Gives the accounts; an already filled hub keeps what it has.
 */
export async function fillDemo(
  hub: Hub,
  size: RegionSize,
  now: Date,
): Promise<{ readonly accounts: readonly DemoAccount[]; readonly password: string }> {
  const region = [...hub.books.divisions.byCode.values()].find(
    ({ level, code }) => level === 1 && listCities(hub.books.divisions).some(({ parent }) => parent === code),
  )!
  const password = await keepPassword(hub)
  const isFilled = await hub.database.asHub((db) =>
    db.selectFrom('hub.campaign').select('id').where('id', '=', CAMPAIGN).executeTakeFirst(),
  )
  if (isFilled === undefined) {
    await fillRegion(hub, size, now)
    await publishPeers(hub, now)
  }
  return { accounts: await makeAccounts(hub, region.code, password, now), password }
}

/** The same password for all of them, made once for this folder. */
async function keepPassword({ database }: Hub): Promise<string> {
  return database.asHub(async (db) => {
    await db
      .insertInto('hub.setting')
      // Letters and digits: it is typed by hand, again and again.
      .values({ name: 'demoPassword', value: makeInitialPassword().replace(/\W/g, '') })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .execute()
    const row = await db
      .selectFrom('hub.setting')
      .select('value')
      .where('name', '=', 'demoPassword')
      .executeTakeFirstOrThrow()
    return row.value
  })
}

/** 示例区域的企业和报送 — also what benches fill their hubs with. */
export async function fillRegion(hub: Hub, { firms, submitted, seed }: RegionSize, now: Date): Promise<void> {
  const edition = hub.editions[0]!
  const today = findChinaDay(now.toISOString())
  const population = createPopulation({
    edition,
    divisions: hub.books.divisions,
    industries: hub.books.industries,
    seed,
    asOf: today,
  })
  const opensOn = findChinaDay(new Date(now.getTime() - 50 * DAY_MS).toISOString())
  await hub.database.asHub((db) =>
    db
      .insertInto('hub.campaign')
      .values({
        id: CAMPAIGN,
        version: 1,
        title: `${today.slice(0, 4)} 年数字化转型自诊断（示例批次）`,
        edition: edition.id,
        area: [...hub.books.divisions.byCode.values()].find(({ level }) => level === 1)!.code,
        opens_on: opensOn,
        deadline_on: findChinaDay(new Date(now.getTime() + 30 * DAY_MS).toISOString()),
        reference_on: opensOn,
        is_closed: false,
        plan: '[]',
      })
      .execute(),
  )
  const liaisons = new Map<string, { readonly ids: string[]; taken: number }>()
  for (let from = 1; from <= firms; from += BATCH) {
    const sheets = Array.from({ length: Math.min(BATCH, firms - from + 1) }, (_, at) => population(from + at))
    await addFirms(hub, sheets, { from, submitted, now, opensOn, liaisons })
  }
}

interface Adding {
  readonly from: number
  readonly submitted: number
  readonly now: Date
  readonly opensOn: string
  readonly liaisons: Map<string, { readonly ids: string[]; taken: number }>
}

async function addFirms(hub: Hub, sheets: readonly SampleSheet[], adding: Adding): Promise<void> {
  const { from, submitted, now, opensOn, liaisons } = adding
  const edition = hub.editions[0]!
  const newLiaisons: {
    id: string
    name: string
    phone: string
    unit: string
    area: string
    path: string
    is_active: boolean
  }[] = []
  const liaisonFor = (county: string): string => {
    const known = liaisons.get(county) ?? { ids: [], taken: FIRMS_PER_LIAISON }
    liaisons.set(county, known)
    if (known.taken >= FIRMS_PER_LIAISON) {
      const id = makeId()
      newLiaisons.push({
        id,
        name: `示例服务员${String(newLiaisons.length + known.ids.length + from).padStart(4, '0')}`,
        phone: '13800000000',
        unit: '示例工作队',
        area: county,
        path: pathOf(hub.books.divisions, county) ?? '-',
        is_active: true,
      })
      known.ids.push(id)
      known.taken = 0
    }
    known.taken += 1
    return known.ids[known.ids.length - 1]!
  }
  const rows = sheets.map((sheet, at) => {
    const number = from + at
    const { profile } = sheet
    const id = makeEnterpriseId(profile.creditCode!, profile.city!)
    // Spread by number, so that every county has firms at every step.
    const isSubmitted = ((number * 7919) % 1000) / 1000 < submitted
    const step = isSubmitted ? 'submitted' : STEPS[(number * 31) % STEPS.length]!
    const liaison = step === 'unassigned' ? undefined : liaisonFor(profile.county!)
    return {
      sheet,
      id,
      number,
      step,
      liaison,
      isReturned: isSubmitted && number % 97 === 0,
      hasLeft: number % 211 === 0,
    }
  })
  const names = new Map(newLiaisons.map(({ id, name }) => [id, name]))
  const known = await hub.database.asHub((db) =>
    db
      .selectFrom('hub.liaison')
      .select(['id', 'name'])
      .where('id', 'in', [...new Set(rows.flatMap(({ liaison }) => liaison ?? []))].concat(''))
      .execute(),
  )
  for (const { id, name } of known) names.set(id, name)
  await hub.database.asHub(async (db) => {
    if (newLiaisons.length > 0) await db.insertInto('hub.liaison').values(newLiaisons).execute()
    const submissions: {
      enterprise: string
      id: string
      revision: number
      campaign: string
      digest: string
      body: string
      summary: string
      receipt: string
      received_at: Date
    }[] = []
    const values = rows.map(({ sheet, id, number, step, liaison, isReturned, hasLeft }) => {
      const { profile } = sheet
      const ago = (days: number): Date => new Date(now.getTime() - days * DAY_MS - ((number * 7_777_777) % DAY_MS))
      let summary: string | null = null
      const isIn = (...steps: readonly string[]): boolean => steps.includes(step)
      // Spread over the campaign by number: the made-up moments of the sheets lie anywhere in the year.
      const received = ago(0.1 + 48 * (((number * 37) % 1000) / 1000) ** 1.3)
      if (step === 'submitted') {
        const opened = openSubmission(packSubmission(edition, sheet, hub.engine, digest), hub.editions, digest)
        const { submission } = opened
        summary = JSON.stringify(summarizeSubmission(opened, received.toISOString(), digest))
        submissions.push({
          enterprise: id,
          id: submission.id,
          revision: 1,
          campaign: CAMPAIGN,
          digest: submission.sha256,
          body: JSON.stringify(submission),
          summary,
          receipt: JSON.stringify(
            signReceipt(hub, {
              kind: 'shidang-receipt',
              format: RECEIPT_FORMAT,
              hub: hub.secrets.hub,
              key: hub.secrets.keyName,
              submission: submission.id,
              revision: 1,
              digest: submission.sha256,
              receivedAt: received.toISOString(),
              edition: edition.id,
              version: edition.version,
            }),
          ),
          received_at: received,
        })
      }
      const joined = isIn('joined', 'filling', 'submitted')
      const asked = edition.indicators.size
      return {
        id,
        version: 1,
        changed_at: now,
        path: locate(hub, profile.city!, profile.county) ?? '-',
        credit_code: profile.creditCode!,
        name: profile.name!,
        city: profile.city!,
        county: profile.county!,
        industry: profile.industry!,
        size: classifySize(profile.staff, profile.revenue)?.sizeClass ?? null,
        is_above_scale: true,
        scale_year: profile.figuresYear!,
        scale_source: '示例数据',
        listed_on: opensOn,
        left_on: hasLeft ? findChinaDay(ago(5).toISOString()) : null,
        left_reason: hasLeft ? '停产' : null,
        left_note: hasLeft ? '示例：停产证明已存档' : null,
        liaisons: JSON.stringify(
          liaison === undefined ? [] : [{ id: liaison, name: names.get(liaison)!, phone: maskPhone('13800000000') }],
        ),
        contact_name: '示例联系人',
        contact_phone: '13800000000',
        assigned_at: liaison === undefined ? null : ago(46),
        contacted_at: isIn('contacted', 'joined', 'filling', 'submitted') ? ago(20 + (number % 20)) : null,
        joined_at: joined
          ? step === 'submitted'
            ? new Date(received.getTime() - 2 * DAY_MS)
            : ago(3 + (number % 15))
          : null,
        filling_at: isIn('filling', 'submitted')
          ? step === 'submitted'
            ? new Date(received.getTime() - DAY_MS)
            : ago(2 + (number % 10))
          : null,
        seen_at: joined ? (step === 'submitted' ? received : ago(1 + (number % 10))) : null,
        answered: isIn('filling') ? (number * 13) % asked : null,
        asked: isIn('filling') ? asked : null,
        summary,
        returned_at: isReturned ? new Date(Math.min(now.getTime(), received.getTime() + DAY_MS)) : null,
        returned_reason: isReturned ? '示例：设备联网率的分母与去年相差很大，请核对后再报' : null,
      }
    })
    await db.insertInto('hub.enterprise').values(values).execute()
    const assignments = rows.flatMap(({ id, liaison }) =>
      liaison === undefined
        ? []
        : [{ enterprise: id, id: makeId(), liaison, from_at: now, to_at: null, by_account: null }],
    )
    if (assignments.length > 0) await db.insertInto('hub.assignment').values(assignments).execute()
    if (submissions.length > 0) await db.insertInto('hub.submission').values(submissions).execute()
    const returned = values.filter(({ returned_at }) => returned_at !== null)
    if (returned.length > 0)
      await db
        .insertInto('hub.submission_return')
        .values(
          returned.map(({ id, returned_at, returned_reason }) => ({
            enterprise: id,
            id: submissions.find(({ enterprise }) => enterprise === id)!.id,
            revision: 1,
            at: returned_at!,
            by_account: '',
            reason: returned_reason!,
          })),
        )
        .execute()
  })
}

async function makeAccounts(hub: Hub, region: string, password: string, now: Date): Promise<readonly DemoAccount[]> {
  const { divisions } = hub.books
  const [city, nextCity] = listCities(divisions)
  const county = listCounties(divisions, city!.code)[0]!
  const people = await hub.database.asHub(async (db) => ({
    liaison: await db
      .selectFrom('hub.liaison as l')
      .innerJoin('hub.assignment as a', 'a.liaison', 'l.id')
      .select(['l.id', 'l.area', 'l.name'])
      .where('l.path', 'like', `${pathOf(divisions, city!.code)!}%`)
      .orderBy('l.id')
      .limit(1)
      .executeTakeFirstOrThrow(),
    firm: await db
      .selectFrom('hub.enterprise')
      .select(['id', 'credit_code', 'name'])
      .where('path', 'like', `${pathOf(divisions, city!.code)!}%`)
      .where('summary', 'is', null)
      .where('joined_at', 'is', null)
      .where('assigned_at', 'is not', null)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst(),
  }))
  const wanted: readonly {
    readonly login: string
    readonly who: string
    readonly role: string
    readonly area?: string
    readonly liaison?: string
  }[] = [
    { login: 'demo-admin', who: '系统管理员', role: 'administrator' },
    { login: 'demo-region', who: `${divisions.byCode.get(region)!.name}主管部门`, role: 'official', area: region },
    { login: 'demo-city', who: `${city!.name}主管部门`, role: 'official', area: city!.code },
    { login: 'demo-next-city', who: `${nextCity!.name}主管部门（邻市）`, role: 'official', area: nextCity!.code },
    { login: 'demo-county', who: `${city!.name}${county.name}主管部门`, role: 'official', area: county.code },
    {
      login: 'demo-liaison',
      who: `诊断工作联系人（${people.liaison.name}）`,
      role: 'liaison',
      area: people.liaison.area,
      liaison: people.liaison.id,
    },
    { login: 'demo-auditor', who: '审计员', role: 'auditor' },
  ]
  const hashed = await hashPassword(password)
  await hub.database.asHub(async (db, at) => {
    for (const { login, who, role, area, liaison } of wanted)
      await db
        .insertInto('hub.account')
        .values({
          id: makeId(),
          login,
          name: who,
          role,
          area: area ?? null,
          path: area === undefined ? null : (pathOf(divisions, area) ?? null),
          liaison: liaison ?? null,
          password_hash: hashed,
          password_at: at,
          must_change: false,
        })
        .onConflict((conflict) => conflict.column('login').doNothing())
        .execute()
    await noteAudit(db, now, { action: 'demo.filled' })
  })
  const code =
    people.firm === undefined
      ? []
      : [
          {
            login: people.firm.credit_code,
            who: `企业（${people.firm.name}）：在“加入”页填信用代码和报送码 ${hub.secrets.makeJoinCode(people.firm.id, 1)}`,
          },
        ]
  return [...wanted.map(({ login, who }) => ({ login, who })), ...code]
}
