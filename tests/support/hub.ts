import { createHash } from 'node:crypto'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { TOTP } from 'otpauth'
import { parseEdition } from '#core/diagnosis/edition'
import { completeCreditCode } from '#core/creditCode'
import { LOGIN_POLICIES, type Role } from '#core/oversight/access'
import { ROUTES, type AnswerOf, type Route, type RouteName } from '#core/oversight/api'
import type { Receipt } from '#core/oversight/receipt'
import { packSubmission, type Submission } from '#core/oversight/submission'
import { digest } from '#digest'
import { createApp } from '../../hub/app.ts'
import { openDatabase } from '../../hub/database.ts'
import type { Hub } from '../../hub/hub.ts'
import { makeEnterpriseId, makeId } from '../../hub/ids.ts'
import { readEditionFiles } from '../../hub/ownFiles.ts'
import { createLockout } from '../../hub/lockout.ts'
import { hashPassword } from '../../hub/passwords.ts'
import { readSecrets } from '../../hub/secrets.ts'
import { buildHub } from '../../hub/server.ts'
import type { Settings } from '../../hub/settings.ts'
import { answersAtLevel } from './build'
import { startTestDatabase, type TestDatabase } from './postgres'

/** Places of the small world, with their codes; next to each other as the tree has them. */
export const PLACES = {
  region: '450000',
  city: '450100',
  nextCity: '450200',
  county: '450103',
  nextCounty: '450105',
  farCounty: '450202',
} as const
export type Place = keyof typeof PLACES

/** Paths as row-level security compares them, written out by hand. */
export const PATHS: Readonly<Record<Place, string>> = {
  region: '450000/',
  city: '450000/450100/',
  nextCity: '450000/450200/',
  county: '450000/450100/450103/',
  nextCounty: '450000/450100/450105/',
  farCounty: '450000/450200/450202/',
}

/** Firms of the small world: where, and whose. `cityOnly` is listed without a county. */
export const FIRMS = {
  ours: { place: 'county', liaison: 'liaison' },
  beside: { place: 'county', liaison: 'nextLiaison' },
  lonely: { place: 'county', liaison: undefined },
  neighbour: { place: 'nextCounty', liaison: undefined },
  cityOnly: { place: 'city', liaison: undefined },
  foreign: { place: 'farCounty', liaison: 'farLiaison' },
} as const satisfies Readonly<Record<string, { place: Place; liaison: LiaisonName | undefined }>>
export type FirmName = keyof typeof FIRMS
export const FIRM_NAMES = Object.keys(FIRMS) as FirmName[]

export type LiaisonName = 'liaison' | 'nextLiaison' | 'farLiaison'
export const LIAISONS: Readonly<Record<LiaisonName, Place>> = {
  liaison: 'county',
  nextLiaison: 'county',
  farLiaison: 'farCounty',
}

/** Who asks: an account for every role at every place. The name is also the login. */
export const ASKERS = {
  regionOfficial: { role: 'official', place: 'region' },
  cityOfficial: { role: 'official', place: 'city' },
  nextCityOfficial: { role: 'official', place: 'nextCity' },
  countyOfficial: { role: 'official', place: 'county' },
  nextCountyOfficial: { role: 'official', place: 'nextCounty' },
  farCountyOfficial: { role: 'official', place: 'farCounty' },
  liaison: { role: 'liaison', place: 'county', liaison: 'liaison' },
  nextLiaison: { role: 'liaison', place: 'county', liaison: 'nextLiaison' },
  farLiaison: { role: 'liaison', place: 'farCounty', liaison: 'farLiaison' },
  ours: { role: 'enterprise', firm: 'ours' },
  beside: { role: 'enterprise', firm: 'beside' },
  neighbour: { role: 'enterprise', firm: 'neighbour' },
  cityOnly: { role: 'enterprise', firm: 'cityOnly' },
  foreign: { role: 'enterprise', firm: 'foreign' },
  administrator: { role: 'administrator' },
  auditor: { role: 'auditor' },
} as const satisfies Readonly<Record<string, { role: Role; place?: Place; liaison?: LiaisonName; firm?: FirmName }>>
export type AskerName = keyof typeof ASKERS
export const ASKER_NAMES = Object.keys(ASKERS) as AskerName[]

/** The password and the second factor of every account of the small world. */
export const PASSWORD = 'Sailing-past-42'
export const OTP_SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
export const CAMPAIGN = 'round-1'

/** The six-digit code of a moment, `ahead` steps of 30 seconds later. */
export function otpCode(ahead = 0, secret = OTP_SECRET): string {
  return new TOTP({ secret }).generate({ timestamp: Date.now() + ahead * 30_000 })
}

export const creditCodeOf = (name: FirmName): string =>
  completeCreditCode(`91${PLACES[FIRMS[name].place]}MA5T${String(FIRM_NAMES.indexOf(name) + 1).padStart(4, '0')}`)

const cityOf = (place: Place): string => (PATHS[place].split('/')[1] === '' ? '' : PATHS[place].split('/')[1]!)

export const firmId = (name: FirmName): string => makeEnterpriseId(creditCodeOf(name), cityOf(FIRMS[name].place))
export const accountId = (name: AskerName): string => `account-${name}`
export const liaisonId = (name: LiaisonName): string => `person-${name}`
/** What the browser of an account sends as its cookie. */
export const tokenOf = (name: AskerName): string => `token-of-${name}-0123456789012345678901234`
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex')

const edition = parseEdition(readEditionFiles('guangxi-2024'))

/** A sealed sheet as the program packs it: every indicator at `value`; what matters to a test is given. */
export function aSubmission(
  firm: FirmName,
  changes: {
    readonly id?: string
    readonly revision?: number
    readonly value?: number
    readonly creditCode?: string
    readonly submittedAt?: string
    readonly minutes?: number
    readonly sample?: true
    readonly contact?: string
    readonly phone?: string
  } = {},
): Submission {
  const { id = makeId(), revision = 1, value = 2, creditCode = creditCodeOf(firm) } = changes
  const { place } = FIRMS[firm]
  return packSubmission(
    edition,
    {
      id,
      revision,
      form: 'full',
      profile: {
        name: nameOf(firm),
        creditCode,
        city: cityOf(place),
        ...(PATHS[place].split('/').length > 3 ? { county: PLACES[place] } : {}),
        industry: '30',
        productionType: 'discrete',
        staff: 400,
        revenue: 90_000_000,
        figuresYear: 2025,
        ...(changes.contact === undefined ? {} : { contact: changes.contact }),
        ...(changes.phone === undefined ? {} : { phone: changes.phone }),
      },
      answers: answersAtLevel(edition, value, 'discrete'),
      startedAt: '2026-06-02T01:00:00.000Z',
      submittedAt: changes.submittedAt ?? '2026-06-02T02:00:00.000Z',
      minutes: changes.minutes ?? 40,
      ...(changes.sample === true ? { sample: true as const } : {}),
    },
    '0.1.0',
    digest,
  )
}

export const nameOf = (firm: FirmName): string => `示例${firm}有限公司`

/** An opened world: one hub with its app on one database of its own. */
export interface World {
  readonly hub: Hub
  readonly app: FastifyInstance
  readonly url: string
  /** One call of one route as an account of the small world, or as nobody. */
  readonly call: (asker: AskerName | undefined, name: RouteName, parts?: Parts) => Promise<LightMyRequestResponse>
  /** The same, and the answer when it is a success; anything else fails the test. */
  readonly ask: <Name extends RouteName>(
    asker: AskerName | undefined,
    name: Name,
    parts?: Parts,
  ) => Promise<AnswerOf<Name>>
  readonly submit: (asker: AskerName, submission: Submission, campaign?: string) => Promise<LightMyRequestResponse>
  /** As the owner of the tables; numbers and times as pg gives them. */
  readonly query: <Row extends object>(sql: string, values?: readonly unknown[]) => Promise<Row[]>
  readonly close: () => Promise<void>
}

export interface Parts {
  readonly params?: Readonly<Record<string, string | number>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly address?: string
  /** Instead of the asker's own. */
  readonly token?: string
}

export function buildRequest(asker: AskerName | undefined, name: RouteName, parts: Parts = {}): InjectOptions {
  const route: Route = ROUTES[name]
  const path = route.path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(parts.params?.[key] ?? '')))
  const token = parts.token ?? (asker === undefined ? undefined : tokenOf(asker))
  return {
    method: route.method,
    url: path,
    ...(parts.query === undefined ? {} : { query: parts.query }),
    // An address for each asker: what one does wrong is not counted against another.
    remoteAddress: parts.address ?? `10.0.0.${asker === undefined ? 200 : ASKER_NAMES.indexOf(asker) + 1}`,
    headers: {
      ...(route.method === 'GET' ? {} : { 'x-shidang': '1' }),
      ...(token === undefined ? {} : { cookie: `shidang_session=${token}` }),
      ...(route.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...parts.headers,
    },
    ...(route.body === undefined ? {} : { payload: JSON.stringify(parts.body ?? {}) }),
  }
}

export interface HubServer {
  readonly database: TestDatabase
  /** A hub on a copy of the small world. */
  readonly open: (options?: OpenOptions) => Promise<World>
  /** A hub on an empty, migrated database. */
  readonly openEmpty: (options?: OpenOptions) => Promise<World>
  readonly stop: () => Promise<void>
}

export interface OpenOptions {
  readonly settings?: Partial<Settings>
  readonly connections?: number
  /** Another hub on a database that is there. */
  readonly url?: string
  /** Its own id and keys, as another hub has them; copies of one template are one hub otherwise. */
  readonly newIdentity?: boolean
  /** The folder of a built site to serve. */
  readonly site?: string
}

export const SETTINGS: Settings = {
  port: 0,
  host: '127.0.0.1',
  dataFolder: '',
  databaseUrl: undefined,
  publicUrl: 'http://hub.example:8080',
  trustProxy: false,
  policy: LOGIN_POLICIES['dengbao-2'],
  logLevel: 'silent',
  auditDays: 730,
  requestsPerMinute: 1_000_000,
  isDemo: false,
}

/** One PostgreSQL for a test file, with one template of the small world that every test copies. */
export async function startHubServer(): Promise<HubServer> {
  const database = await startTestDatabase()
  const worlds: World[] = []
  let base: Hub | undefined
  let empty: Promise<string> | undefined
  let filled: Promise<string> | undefined
  const makeTemplate = async (fill: (hub: Hub) => Promise<void>): Promise<string> => {
    const url = await database.createDatabase()
    const hub = (base = await buildHub(SETTINGS, url))
    await fill(hub)
    await hub.database.close()
    return url
  }
  const openOn = async (
    url: string,
    { settings: changes, connections, site, newIdentity }: OpenOptions,
  ): Promise<World> => {
    const settings = { ...SETTINGS, ...changes }
    // Editions and books are read once for a file: they never change.
    const { editions, books, engine } = base!
    const opened = await openDatabase(url, () => undefined, connections)
    if (newIdentity === true) await opened.pool.query('delete from hub.setting')
    const hub: Hub = {
      database: opened,
      settings,
      secrets: await readSecrets(opened),
      lockout: createLockout(opened.pool, settings.policy),
      editions,
      books,
      engine,
    }
    const app = await createApp(hub, site)
    const call: World['call'] = (asker, name, parts) => app.inject(buildRequest(asker, name, parts))
    const ask: World['ask'] = async (asker, name, parts) => {
      const response = await call(asker, name, parts)
      if (response.statusCode >= 300) throw new Error(`${name}: ${response.statusCode} ${response.body}`)
      return response.json()
    }
    const world: World = {
      hub,
      app,
      url,
      call,
      ask,
      submit: (asker, submission, campaign = CAMPAIGN) =>
        call(asker, 'putSubmission', {
          params: { id: submission.id, revision: submission.revision },
          body: { campaign, submission },
        }),
      query: async (sql, values) => (await hub.database.pool.query(sql, values as unknown[])).rows,
      close: async () => {
        worlds.splice(worlds.indexOf(world), 1)
        await app.close()
        await hub.database.close()
      },
    }
    worlds.push(world)
    return world
  }
  return {
    database,
    open: async (options = {}) => {
      const template = await (filled ??= makeTemplate(fillWorld))
      return openOn(options.url ?? (await database.createDatabase(template)), options)
    },
    openEmpty: async (options = {}) =>
      openOn(await database.createDatabase(await (empty ??= makeTemplate(async () => undefined))), options),
    stop: async () => {
      for (const world of [...worlds]) await world.close()
      await database.stop()
    },
  }
}

export function receiptOf(response: LightMyRequestResponse): Receipt {
  return response.json<{ receipt: Receipt }>().receipt
}

/** `status code` of an answer, as the tables of the tests have it: '200', '404 hub.notFound'. */
export function outcomeOf(response: LightMyRequestResponse): string {
  if (response.statusCode < 300) return String(response.statusCode)
  return `${response.statusCode} ${response.json<{ error: { code: string } }>().error.code}`
}

let passwordHash: Promise<string> | undefined

/** The small world's rows, written as they would stand after an import and after everybody has joined. */
export async function fillWorld(hub: Hub): Promise<void> {
  const password_hash = await (passwordHash ??= hashPassword(PASSWORD))
  const at = new Date(Date.now() - 3_600_000)
  await hub.database.asHub(async (db, now) => {
    await db
      .insertInto('hub.campaign')
      .values({
        id: CAMPAIGN,
        version: 1,
        title: '示例批次',
        edition: 'guangxi-2024',
        area: PLACES.region,
        opens_on: '2024-01-01',
        deadline_on: '2099-12-31',
        reference_on: '2024-01-01',
        is_closed: false,
        plan: '[]',
      })
      .execute()
    await db
      .insertInto('hub.liaison')
      .values(
        (Object.keys(LIAISONS) as LiaisonName[]).map((name, turn) => ({
          id: liaisonId(name),
          name: `示例服务员${name}`,
          phone: `1380000000${turn}`,
          unit: '示例工作队',
          area: PLACES[LIAISONS[name]],
          path: PATHS[LIAISONS[name]],
          is_active: true,
        })),
      )
      .execute()
    await db
      .insertInto('hub.enterprise')
      .values(
        FIRM_NAMES.map((name) => {
          const { place, liaison } = FIRMS[name]
          return {
            id: firmId(name),
            version: 1,
            changed_at: at,
            path: PATHS[place],
            credit_code: creditCodeOf(name),
            name: nameOf(name),
            city: cityOf(place),
            county: PATHS[place].split('/').length > 3 ? PLACES[place] : null,
            industry: '30',
            size: '中型',
            is_above_scale: true,
            scale_year: 2025,
            scale_source: '示例名录',
            listed_on: '2024-01-01',
            liaisons: JSON.stringify(
              liaison === undefined
                ? []
                : [
                    {
                      id: liaisonId(liaison),
                      name: `示例服务员${liaison}`,
                      phone: `138****000${Object.keys(LIAISONS).indexOf(liaison)}`,
                    },
                  ],
            ),
            contact_name: '示例联系人',
            contact_phone: `1390000000${FIRM_NAMES.indexOf(name)}`,
            assigned_at: liaison === undefined ? null : at,
            joined_at: name in ASKERS ? at : null,
            code_used_at: name in ASKERS ? at : null,
          }
        }),
      )
      .execute()
    await db
      .insertInto('hub.assignment')
      .values(
        FIRM_NAMES.flatMap((name) => {
          const { liaison } = FIRMS[name]
          return liaison === undefined
            ? []
            : [
                {
                  enterprise: firmId(name),
                  id: makeId(),
                  liaison: liaisonId(liaison),
                  from_at: at,
                  to_at: null,
                  by_account: null,
                },
              ]
        }),
      )
      .execute()
    await db
      .insertInto('hub.account')
      .values(
        ASKER_NAMES.map((name) => {
          const asker: { role: Role; place?: Place; liaison?: LiaisonName; firm?: FirmName } = ASKERS[name]
          const { role, place, liaison, firm } = asker
          return {
            id: accountId(name),
            login: firm === undefined ? name.toLowerCase() : creditCodeOf(firm).toLowerCase(),
            name: `示例${name}`,
            role,
            area: place === undefined ? null : PLACES[place],
            path: place === undefined ? null : PATHS[place],
            enterprise: firm === undefined ? null : firmId(firm),
            liaison: liaison === undefined ? null : liaisonId(liaison),
            password_hash,
            password_at: now,
            must_change: false,
            otp_secret: role === 'enterprise' || role === 'liaison' ? null : OTP_SECRET,
            otp_pending: null,
            expires_on: null,
          }
        }),
      )
      .execute()
    await db
      .insertInto('hub.session')
      .values(
        ASKER_NAMES.map((name) => ({
          token_hash: hashToken(tokenOf(name)),
          account: accountId(name),
          created_at: now,
          seen_at: now,
          ends_at: new Date(now.getTime() + 12 * 3_600_000),
          has_second_factor: true,
        })),
      )
      .execute()
  })
}
