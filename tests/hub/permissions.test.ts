// @vitest-environment node
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROUTES, type RouteName } from '#core/oversight/api'
import type { Role } from '#core/oversight/access'
import type { Submission } from '#core/oversight/submission'
import { makeId } from '../../hub/ids.ts'
import {
  accountId,
  aSubmission,
  ASKER_NAMES,
  ASKERS,
  CAMPAIGN,
  creditCodeOf,
  FIRM_NAMES,
  FIRMS,
  firmId,
  hashToken,
  liaisonId,
  nameOf,
  outcomeOf,
  PATHS,
  PLACES,
  startHubServer,
  tokenOf,
  type AskerName,
  type FirmName,
  type HubServer,
  type Parts,
  type Place,
  type World,
} from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

const PLACE_NAMES = Object.keys(PLACES) as Place[]

/** How a place or firm stands to the one who asks. */
type Relation = 'own' | 'child' | 'parent' | 'sibling' | 'none'

/** The small world's tree, by hand: what lies below each place. */
const BELOW: Readonly<Record<Place, readonly Place[]>> = {
  region: ['city', 'nextCity', 'county', 'nextCounty', 'farCounty'],
  city: ['county', 'nextCounty'],
  nextCity: ['farCounty'],
  county: [],
  nextCounty: [],
  farCounty: [],
}

function relate(from: Place, to: Place): Relation {
  if (from === to) return 'own'
  if (BELOW[from].includes(to)) return 'child'
  return BELOW[to].includes(from) ? 'parent' : 'sibling'
}

const placeOf = (asker: AskerName): Place => {
  const row: { role: Role; place?: Place; firm?: FirmName } = ASKERS[asker]
  return row.place ?? FIRMS[row.firm!].place
}

/** Officials own the firms of their very place, liaisons those they look after, enterprises themselves. */
function relateFirm(asker: AskerName, firm: FirmName): Relation {
  const { role } = ASKERS[asker]
  if (role === 'administrator' || role === 'auditor') return 'sibling'
  if (role === 'enterprise' && asker === firm) return 'own'
  if (role === 'liaison' && FIRMS[firm].liaison === asker) return 'own'
  const relation = relate(placeOf(asker), FIRMS[firm].place)
  return role !== 'official' && relation === 'own' ? 'sibling' : relation
}

/** By hand: the firms each account sees. */
const VISIBLE: Readonly<Record<AskerName, readonly FirmName[]>> = {
  regionOfficial: ['ours', 'beside', 'lonely', 'neighbour', 'cityOnly', 'foreign'],
  cityOfficial: ['ours', 'beside', 'lonely', 'neighbour', 'cityOnly'],
  nextCityOfficial: ['foreign'],
  countyOfficial: ['ours', 'beside', 'lonely'],
  nextCountyOfficial: ['neighbour'],
  farCountyOfficial: ['foreign'],
  liaison: ['ours'],
  nextLiaison: ['beside'],
  farLiaison: ['foreign'],
  ours: ['ours'],
  beside: ['beside'],
  neighbour: ['neighbour'],
  cityOnly: ['cityOnly'],
  foreign: ['foreign'],
  administrator: [],
  auditor: [],
}

/** Things that stand in the world beside firms, one at each place, named after it. */
const at = (kind: string, place: Place): string => `${kind}-${place}`
const MISSING = 'nothing-has-this-id'
/** A code of six digits that no division has. */
const NOWHERE = '999999'

type Target = FirmName | Place | 'none'
type Cells = string | Readonly<Partial<Record<Relation, string>>>

interface Row {
  readonly of: 'nothing' | 'firms' | 'places'
  readonly send: (target: Target, asker: AskerName | undefined, world: World) => Parts | Promise<Parts>
  /** After each success, so that the next call finds the world as it was. */
  readonly reset?: (world: World, target: Target, asker: AskerName) => Promise<unknown>
  /** Outcomes by role; a role without one may not call the route. */
  readonly may: Readonly<Partial<Record<Role | 'nobody', Cells>>>
  readonly note?: string
}

const EVERYBODY = (cells: string, nobody = '401 hub.noSession'): Row['may'] => ({
  enterprise: cells,
  liaison: cells,
  official: cells,
  administrator: cells,
  auditor: cells,
  nobody,
})
const GONE = '404 hub.notFound'
/** What a subtree gives and everything else does not. */
const SUBTREE = (yes = '200', no = GONE): Cells => ({ own: yes, child: yes, parent: no, sibling: no, none: no })
/** What somebody's own firm gives. */
const OWN_ONLY: Cells = { own: '200', child: GONE, parent: GONE, sibling: GONE, none: GONE }

const firmParam = (target: Target): NonNullable<Parts['params']> => ({
  id: target === 'none' ? MISSING : firmId(target as FirmName),
})
const areaOf = (target: Target): string => (target === 'none' ? NOWHERE : PLACES[target as Place])

const submissions = new Map<FirmName, Submission>()
const sheetParam = (target: Target): NonNullable<Parts['params']> => ({
  id: target === 'none' ? MISSING : (submissions.get(target as FirmName)?.id ?? MISSING),
  revision: 1,
})

/** The row's version as it stands: another one would be refused for another reason. */
async function versionOf(world: World, target: Target): Promise<number> {
  if (target === 'none') return 1
  const [row] = await world.query<{ version: number }>('select version from hub.enterprise where id = $1', [
    firmId(target as FirmName),
  ])
  return row!.version
}

const aCampaignAt = (id: string, area: string, version: number) => ({
  id,
  version,
  title: '另一批次',
  edition: 'guangxi-2024',
  area,
  opensOn: '2024-01-01',
  deadlineOn: '2099-12-31',
  referenceOn: '2024-01-01',
  isClosed: false,
  plan: [],
})

const openSessionAgain = (world: World, asker: AskerName): Promise<unknown> =>
  world.query(
    `insert into hub.session (token_hash, account, created_at, seen_at, ends_at, has_second_factor)
     values ($1, $2, now(), now(), now() + interval '12 hours', true) on conflict do nothing`,
    [hashToken(tokenOf(asker)), accountId(asker)],
  )

/**
 * The whole table: who gets what of every route. Written from the rules, not from the code; a route that is not here
 * fails the test below.
 */
const TABLE: Readonly<Record<RouteName, readonly Row[]>> = {
  readHub: [{ of: 'nothing', send: () => ({}), may: EVERYBODY('200', '200') }],
  setUp: [
    {
      of: 'nothing',
      send: () => ({ body: { token: 'guessed', login: 'intruder', name: '某人', password: 'Sailing-past-43' } }),
      may: EVERYBODY('403 setup.wrong', '403 setup.wrong'),
    },
  ],
  signIn: [
    {
      of: 'nothing',
      send: (_, asker) => ({ body: { login: `nobody-${asker}`, password: 'wrong' } }),
      may: EVERYBODY('401 session.wrong', '401 session.wrong'),
    },
  ],
  join: [
    {
      of: 'nothing',
      send: (_, asker) => ({ body: { creditCode: `${asker}`, code: 'AAAAAAAA', password: 'Sailing-past-43' } }),
      may: EVERYBODY('401 join.wrong', '401 join.wrong'),
    },
  ],
  readSession: [{ of: 'nothing', send: () => ({}), may: EVERYBODY('200') }],
  signOut: [
    {
      of: 'nothing',
      send: () => ({}),
      may: EVERYBODY('200'),
      reset: (world, _, asker) => openSessionAgain(world, asker),
    },
  ],
  signOutElsewhere: [{ of: 'nothing', send: () => ({}), may: EVERYBODY('200') }],
  changePassword: [
    {
      of: 'nothing',
      send: () => ({ body: { current: 'not it', next: 'Sailing-past-43' } }),
      may: EVERYBODY('403 password.wrong'),
    },
  ],
  beginSecondFactor: [
    { of: 'nothing', send: () => ({ body: { password: 'not it' } }), may: EVERYBODY('403 password.wrong') },
  ],
  confirmSecondFactor: [
    { of: 'nothing', send: () => ({ body: { otp: '000000' } }), may: EVERYBODY('401 session.otpWrong') },
  ],

  listAccounts: [{ of: 'nothing', send: () => ({}), may: { official: '200', administrator: '200' } }],
  createAccount: [
    {
      note: 'an official',
      of: 'places',
      send: (target) => ({
        body: { login: `made-${makeId()}`, name: '新账号', role: 'official', area: areaOf(target) },
      }),
      may: {
        official: {
          own: '403 account.mayNotGrant',
          child: '201',
          parent: '403 account.mayNotGrant',
          sibling: '403 account.mayNotGrant',
          none: '422 account.areaMissing',
        },
        administrator: { sibling: '201', none: '422 account.areaMissing' },
      },
    },
    {
      note: 'a liaison',
      of: 'places',
      send: (target) => ({
        body: {
          login: `made-${makeId()}`,
          name: '新账号',
          role: 'liaison',
          area: areaOf(target),
          liaison: target === 'none' ? MISSING : at('person', target as Place),
        },
      }),
      may: {
        official: {
          own: '201',
          child: '201',
          parent: '403 account.mayNotGrant',
          sibling: '403 account.mayNotGrant',
          none: '422 account.areaMissing',
        },
        administrator: { sibling: '201', none: '422 account.areaMissing' },
      },
    },
    {
      note: 'an account at home for a liaison of elsewhere',
      of: 'places',
      send: (target, asker) => ({
        body: {
          login: `made-${makeId()}`,
          name: '新账号',
          role: 'liaison',
          area: PLACES[asker === undefined || !('place' in ASKERS[asker]) ? 'region' : placeOf(asker)],
          liaison: target === 'none' ? MISSING : at('person', target as Place),
        },
      }),
      may: { official: SUBTREE('201'), administrator: { sibling: '201', none: GONE } },
    },
    {
      note: 'an administrator',
      of: 'nothing',
      send: () => ({ body: { login: `made-${makeId()}`, name: '新账号', role: 'administrator' } }),
      may: { official: '403 account.mayNotGrant', administrator: '201' },
    },
    {
      note: 'an auditor',
      of: 'nothing',
      send: () => ({ body: { login: `made-${makeId()}`, name: '新账号', role: 'auditor' } }),
      may: { official: '403 account.mayNotGrant', administrator: '201' },
    },
  ],
  changeAccount: [
    {
      note: 'an official',
      of: 'places',
      send: (target) => ({
        params: { id: target === 'none' ? MISSING : accountId(`${target as Place}Official`) },
        body: { name: '改过' },
      }),
      // His own account included: nobody changes himself here.
      may: {
        official: { own: GONE, child: '200', parent: GONE, sibling: GONE, none: GONE },
        administrator: { sibling: '200', none: GONE },
      },
    },
    {
      note: 'a liaison',
      of: 'places',
      send: (target) => ({
        params: { id: target === 'none' ? MISSING : at('account', target as Place) },
        body: { name: '改过' },
      }),
      may: { official: SUBTREE(), administrator: { sibling: '200', none: GONE } },
    },
    {
      note: 'an enterprise',
      of: 'firms',
      send: (target) => ({
        params: { id: target === 'none' ? MISSING : accountId(target as AskerName) },
        body: { isClosed: true },
      }),
      may: { official: GONE, administrator: GONE },
    },
    {
      note: 'the administrator',
      of: 'nothing',
      send: () => ({ params: { id: accountId('administrator') }, body: { isClosed: true } }),
      may: { official: GONE, administrator: GONE },
    },
    {
      note: 'the auditor',
      of: 'nothing',
      send: () => ({ params: { id: accountId('auditor') }, body: { name: '改过' } }),
      may: { official: GONE, administrator: '200' },
    },
  ],

  saveCampaign: [
    {
      note: 'a new one',
      of: 'places',
      send: (target) => {
        const id = makeId()
        return { params: { id }, body: aCampaignAt(id, areaOf(target), 0) }
      },
      may: {
        official: SUBTREE('200', '403 account.mayNotGrant'),
        administrator: { sibling: '200', none: '403 account.mayNotGrant' },
      },
    },
    {
      note: 'taking over one of elsewhere',
      of: 'places',
      send: (target, asker) => {
        const id = target === 'none' ? MISSING : at('campaign', target as Place)
        const area = PLACES[asker === undefined || !('place' in ASKERS[asker]) ? 'region' : placeOf(asker)]
        return { params: { id }, body: aCampaignAt(id, area, 1) }
      },
      reset: (world, target) =>
        world.query('update hub.campaign set version = 1, area = $2 where id = $1', [
          at('campaign', target as Place),
          areaOf(target),
        ]),
      may: {
        // Campaigns are public, so that a foreign one needs no pretence.
        official: { ...(SUBTREE('200', '403 hub.notAllowed') as object), none: GONE },
        administrator: { sibling: '200', none: GONE },
      },
    },
  ],

  listEnterprises: [{ of: 'nothing', send: () => ({}), may: { official: '200', liaison: '200', enterprise: '200' } }],
  changeEnterprise: [
    {
      note: 'a note',
      of: 'firms',
      send: async (target, _, world) => ({
        params: firmParam(target),
        body: { version: await versionOf(world, target), note: '电话打不通' },
      }),
      may: { official: SUBTREE(), liaison: OWN_ONLY },
    },
    {
      note: 'leaving the denominator',
      of: 'firms',
      send: async (target, _, world) => ({
        params: firmParam(target),
        body: {
          version: await versionOf(world, target),
          leave: { reason: '停产', note: '停产证明', on: '2026-06-01' },
        },
      }),
      reset: (world) => world.query('update hub.enterprise set left_on = null, left_reason = null, left_note = null'),
      may: { official: SUBTREE(), liaison: '403 hub.notAllowed' },
    },
  ],
  assignLiaison: [
    {
      note: 'nobody',
      of: 'firms',
      send: (target) => ({ params: firmParam(target), body: { liaison: null } }),
      reset: (world, target) => assignAgain(world, target as FirmName),
      may: { official: SUBTREE() },
    },
    {
      note: 'a firm of his own gets a liaison of elsewhere',
      of: 'places',
      send: (target, asker) => ({
        params: { id: firmId(asker === undefined ? 'ours' : (VISIBLE[asker][0] ?? 'ours')) },
        body: { liaison: target === 'none' ? MISSING : at('person', target as Place) },
      }),
      reset: (world, _, asker) => assignAgain(world, VISIBLE[asker][0]!),
      may: { official: SUBTREE() },
    },
  ],
  readPhones: [
    { of: 'firms', send: (target) => ({ params: firmParam(target) }), may: { official: SUBTREE(), liaison: OWN_ONLY } },
  ],
  readJoinCode: [
    {
      of: 'firms',
      send: (target) => ({ params: firmParam(target), body: { renew: false } }),
      may: { official: SUBTREE(), liaison: OWN_ONLY },
    },
  ],
  // Of foreign firms nothing comes back: see the lists below.
  listJoinCodes: [
    {
      of: 'firms',
      send: (target) => ({ body: { enterprises: [firmParam(target)['id']] } }),
      may: { official: '200', liaison: '200' },
    },
  ],
  eraseEnterprise: [],

  listLiaisons: [{ of: 'nothing', send: () => ({}), may: { official: '200', liaison: '200' } }],
  saveLiaison: [
    {
      note: 'where it is',
      of: 'places',
      send: (target) => ({
        params: { id: target === 'none' ? MISSING : at('person', target as Place) },
        body: { name: '示例', area: areaOf(target), isActive: true },
      }),
      may: { official: SUBTREE('200', '403 account.mayNotGrant') },
    },
    {
      note: 'taking over one of elsewhere',
      of: 'places',
      send: (target, asker) => ({
        params: { id: target === 'none' ? makeId() : at('person', target as Place) },
        body: {
          name: '示例',
          area: PLACES[asker !== undefined && 'place' in ASKERS[asker] ? placeOf(asker) : 'region'],
          isActive: true,
        },
      }),
      reset: (world, target) =>
        target === 'none'
          ? Promise.resolve()
          : world.query('update hub.liaison set area = $2, path = $3 where id = $1', [
              at('person', target as Place),
              areaOf(target),
              PATHS[target as Place],
            ]),
      // The browser makes the ids: one that nobody has is a new liaison.
      may: { official: { ...(SUBTREE() as object), none: '200' } },
    },
  ],

  importRoster: [
    {
      of: 'places',
      send: (target) => ({
        body: {
          file: '名录.xlsx',
          dryRun: true,
          accept: [],
          rows: [
            {
              creditCode: creditCodeOf('lonely'),
              name: '示例',
              ...(target === 'none'
                ? { city: NOWHERE }
                : PATHS[target as Place].length > 14
                  ? { city: PATHS[target as Place].slice(7, 13), county: areaOf(target) }
                  : { city: areaOf(target) }),
              isAboveScale: true,
            },
          ],
        },
      }),
      may: { official: SUBTREE('200', '422 hub.badRequest') },
    },
  ],
  listImports: [{ of: 'nothing', send: () => ({}), may: { official: '200' } }],
  undoImport: [
    {
      of: 'places',
      send: (target) => ({ params: { id: target === 'none' ? MISSING : at('import', target as Place) } }),
      reset: (world) => world.query('update hub.roster_import set undone_at = null'),
      may: { official: SUBTREE() },
    },
  ],

  putSubmission: [
    {
      of: 'firms',
      send: (target) => {
        const submission = submissions.get(target as FirmName) ?? aSubmission('lonely')
        return {
          params: { id: target === 'none' ? MISSING : submission.id, revision: 1 },
          body: { campaign: CAMPAIGN, submission },
        }
      },
      may: {
        enterprise: {
          own: '200',
          child: '403 submission.notYours',
          parent: '403 submission.notYours',
          sibling: '403 submission.notYours',
          none: '422 submission.wrongPlace',
        },
      },
    },
  ],
  readSubmission: [
    {
      of: 'firms',
      send: (target) => ({ params: sheetParam(target) }),
      may: { official: SUBTREE(), liaison: OWN_ONLY, enterprise: OWN_ONLY },
    },
  ],
  listRevisions: [
    {
      of: 'firms',
      send: (target) => ({ params: firmParam(target) }),
      may: { official: SUBTREE(), liaison: OWN_ONLY, enterprise: OWN_ONLY },
    },
  ],
  returnSubmission: [
    {
      of: 'firms',
      send: (target) => ({ params: sheetParam(target), body: { reason: '请核对联网率' } }),
      reset: async (world) => {
        await world.query('delete from hub.submission_return')
        await world.query('update hub.enterprise set returned_at = null, returned_reason = null')
      },
      may: { official: SUBTREE() },
    },
  ],
  tellProgress: [{ of: 'nothing', send: () => ({ body: { answered: 3, asked: 75 } }), may: { enterprise: '200' } }],

  listAuthorities: [{ of: 'nothing', send: () => ({}), may: { official: '200', liaison: '200' } }],
  saveAuthority: [
    {
      of: 'places',
      send: (target) => ({
        params: { id: areaOf(target) },
        body: { area: areaOf(target), unit: `示例局${areaOf(target)}`, mobile: '13800000000' },
      }),
      may: { official: SUBTREE() },
    },
  ],
  saveTableVersion: [
    {
      of: 'places',
      send: (target) => ({ body: { kind: 'services', area: areaOf(target) } }),
      reset: (world) => world.query(`delete from hub.table_version where id not like 'table-%'`),
      may: { official: SUBTREE('201') },
    },
  ],
  listTableVersions: [{ of: 'nothing', send: () => ({}), may: { official: '200' } }],
  readTableVersion: [
    {
      of: 'places',
      send: (target) => ({ params: { id: target === 'none' ? MISSING : at('table', target as Place) } }),
      may: { official: SUBTREE() },
    },
  ],

  noteExport: [
    {
      of: 'places',
      send: (target) => ({
        body: {
          id: makeId(),
          kind: 'tierList',
          area: areaOf(target),
          filter: '全部',
          rows: 3,
          sha256: 'a'.repeat(64),
          madeAt: '2026-06-02T02:00:00.000Z',
        },
      }),
      // A liaison's files are of his firms, wherever they are.
      may: { official: SUBTREE(), liaison: { own: '200', child: '200', parent: '200', sibling: '200', none: GONE } },
    },
  ],
  readPeers: [{ of: 'nothing', send: () => ({ params: { id: 'guangxi-2024' } }), may: EVERYBODY(GONE, GONE) }],
  listAudit: [{ of: 'nothing', send: () => ({}), may: { auditor: '200' } }],
  verifyAudit: [{ of: 'nothing', send: () => ({}), may: { auditor: '200' } }],
}

const ERASE: Row = {
  of: 'firms',
  send: (target) => ({ params: firmParam(target), body: { reason: '企业要求' } }),
  // The account goes with the firm: it is there again for the next call.
  reset: async (world, target) => {
    if (!(target in ASKERS)) return
    await world.query(
      `insert into hub.account (id, login, name, role, enterprise, password_hash, password_at, must_change)
       values ($1, $1, '示例', 'enterprise', $2, '', now(), false)`,
      [accountId(target as AskerName), firmId(target as FirmName)],
    )
    await openSessionAgain(world, target as AskerName)
  },
  may: { official: SUBTREE() },
}

async function assignAgain(world: World, firm: FirmName): Promise<void> {
  const { liaison } = FIRMS[firm]
  await world.query(`delete from hub.assignment where enterprise = $1`, [firmId(firm)])
  await world.query(`delete from hub.departure`)
  if (liaison !== undefined)
    await world.query(`insert into hub.assignment (enterprise, id, liaison, from_at) values ($1, $2, $3, now())`, [
      firmId(firm),
      makeId(),
      liaisonId(liaison),
    ])
}

/** What else stands at each place, beside the world's own firms, liaisons and accounts. */
async function furnish(world: World): Promise<void> {
  for (const place of PLACE_NAMES) {
    const [area, path] = [PLACES[place], PATHS[place]]
    await world.query(
      `insert into hub.liaison (id, name, area, path, is_active) values ($1, '示例服务员', $2, $3, true)`,
      [at('person', place), area, path],
    )
    await world.query(
      `insert into hub.account (id, login, name, role, area, path, liaison, password_hash, password_at, must_change)
       values ($1, $1, '示例', 'liaison', $2, $3, $4, '', now(), true)`,
      [at('account', place), area, path, at('person', place)],
    )
    await world.query(
      `insert into hub.roster_import (id, path, at, by_account, file, written, changes, made_liaisons)
       values ($1, $2, now(), $3, '名录.xlsx', 0, '[]', '[]')`,
      [at('import', place), path, accountId('regionOfficial')],
    )
    await world.query(
      `insert into hub.table_version (id, kind, area, path, at, by_name, row_count, row_text)
       values ($1, 'services', $2, $3, now(), '示例', 0, '[]')`,
      [at('table', place), area, path],
    )
    await world.query(`insert into hub.authority (area, path, row_text, updated_at) values ($1, $2, $3, now())`, [
      area,
      path,
      JSON.stringify({ area, unit: `示例局${area}` }),
    ])
    await world.query(
      `insert into hub.campaign (id, version, title, edition, area, opens_on, deadline_on, reference_on, is_closed, plan)
       values ($1, 1, '批次', 'guangxi-2024', $2, '2024-01-01', '2099-12-31', '2024-01-01', false, '[]')`,
      [at('campaign', place), area],
    )
  }
}

async function openFurnished(): Promise<World> {
  const world = await server.open()
  await furnish(world)
  submissions.clear()
  for (const firm of FIRM_NAMES.filter((name): name is FirmName & AskerName => name in ASKERS)) {
    const submission = aSubmission(firm)
    expect((await world.submit(firm, submission)).statusCode).toBe(201)
    submissions.set(firm, submission)
  }
  return world
}

function targetsOf({ of }: Row): readonly Target[] {
  if (of === 'nothing') return ['none']
  return of === 'firms' ? [...FIRM_NAMES, 'none'] : [...PLACE_NAMES, 'none']
}

function relationOf(row: Row, asker: AskerName, target: Target): Relation {
  if (target === 'none') return 'none'
  if (row.of === 'firms') return relateFirm(asker, target as FirmName)
  const { role } = ASKERS[asker]
  return role === 'administrator' || role === 'auditor' ? 'sibling' : relate(placeOf(asker), target as Place)
}

/** One row of the table against the hub: every asker and every target. Gives what came out otherwise. */
async function runRow(world: World, name: RouteName, row: Row): Promise<readonly string[]> {
  const wrong: string[] = []
  for (const asker of [...ASKER_NAMES, undefined]) {
    const refused: { readonly target: Target; readonly body: string; readonly headers: string }[] = []
    for (const target of targetsOf(row)) {
      // Firms without an account have handed in nothing: of them there is no sheet to ask for.
      const needsSheet = name === 'readSubmission' || name === 'returnSubmission' || name === 'putSubmission'
      if (needsSheet && target !== 'none' && !submissions.has(target as FirmName)) continue
      const role = asker === undefined ? 'nobody' : ASKERS[asker].role
      const cells = row.may[role] ?? (asker === undefined ? '401 hub.noSession' : '403 hub.notAllowed')
      const relation = asker === undefined ? 'none' : relationOf(row, asker, target)
      const expected = typeof cells === 'string' ? cells : cells[relation]
      const response = await world.call(asker, name, await row.send(target, asker, world))
      const outcome = outcomeOf(response)
      if (outcome !== expected)
        wrong.push(`${name} ${row.note ?? ''} as ${asker} on ${target} (${relation}): ${outcome}, not ${expected}`)
      if (outcome.startsWith('2') && asker !== undefined) await row.reset?.(world, target, asker)
      if (response.statusCode === 404) {
        const { date: _date, 'x-ratelimit-remaining': _left, 'x-ratelimit-reset': _reset, ...rest } = response.headers
        refused.push({ target, body: response.body, headers: JSON.stringify(rest) })
      }
    }
    // A foreign one and a missing one: the same bytes.
    const missing = refused.find(({ target }) => target === 'none')
    for (const { target, body, headers } of refused)
      if (missing !== undefined && (body !== missing.body || headers !== missing.headers))
        wrong.push(`${name} as ${asker}: ${target} is told apart from a missing one`)
  }
  return wrong
}

describe('every route for every role, at home and elsewhere', () => {
  let world: World
  beforeAll(async () => {
    world = await openFurnished()
  })
  afterAll(() => world.close())

  it('the table has every route, and only those', () => {
    expect(Object.keys(TABLE).sort()).toEqual(Object.keys(ROUTES).sort())
    const empty = Object.entries(TABLE).flatMap(([name, rows]) => (rows.length === 0 ? [name] : []))
    expect(empty).toEqual(['eraseEnterprise'])
  })

  it.each((Object.keys(TABLE) as RouteName[]).filter((name) => name !== 'eraseEnterprise'))('%s', async (name) => {
    for (const row of TABLE[name]) expect(await runRow(world, name, row)).toEqual([])
  })

  it('eraseEnterprise', async () => {
    expect(await runRow(world, 'eraseEnterprise', ERASE)).toEqual([])
  })
})

describe('lists, counts and cursors', () => {
  let world: World
  beforeAll(async () => {
    world = await openFurnished()
  })
  afterAll(() => world.close())

  const listers = ASKER_NAMES.filter((name) => VISIBLE[name].length > 0)

  it.each(listers)('%s pulls exactly the firms of the scope, and no total tells of others', async (asker) => {
    const { enterprises, total, gone } = await world.ask(asker, 'listEnterprises')
    expect(enterprises.map(({ id }) => id).sort()).toEqual(VISIBLE[asker].map(firmId).sort())
    expect(total).toBe(VISIBLE[asker].length)
    expect(gone).toEqual([])
  })

  it("another city's cursor brings nothing of that city, and neither does a made-up one", async () => {
    const page = await world.ask('regionOfficial', 'listEnterprises', { query: { limit: '2' } })
    const foreign = await world.ask('nextCityOfficial', 'listEnterprises')
    for (const since of [page.cursor, foreign.cursor, '1970-01-01T00:00:00.000Z ', '1970-01-01T00:00:00.000Z zzz']) {
      const { enterprises, total } = await world.ask('countyOfficial', 'listEnterprises', { query: { since } })
      expect(enterprises.filter(({ id }) => !VISIBLE.countyOfficial.map(firmId).includes(id))).toEqual([])
      expect(total).toBe(3)
    }
    expect(outcomeOf(await world.call('countyOfficial', 'listEnterprises', { query: { since: 'nonsense' } }))).toBe(
      '422 hub.badRequest',
    )
  })

  it('a cursor is not a filter: parameters that do not exist are refused', async () => {
    const response = await world.call('countyOfficial', 'listEnterprises', { query: { area: PLACES.nextCity } })
    expect(outcomeOf(response)).toBe('422 hub.badRequest')
  })

  const within = (place: Place): readonly Place[] => [place, ...BELOW[place]]

  it.each(['region', 'city', 'nextCity', 'county', 'nextCounty', 'farCounty'] as const)(
    'the lists of an official of %s hold what lies there and below',
    async (place) => {
      const asker: AskerName = `${place}Official`
      const { liaisons } = await world.ask(asker, 'listLiaisons')
      const expected = [
        ...within(place).map((one) => at('person', one)),
        ...(['liaison', 'nextLiaison'] as const).filter(() => within(place).includes('county')).map(liaisonId),
        ...(within(place).includes('farCounty') ? [liaisonId('farLiaison')] : []),
      ]
      expect(liaisons.map(({ id }) => id).sort()).toEqual(expected.sort())
      const { imports } = await world.ask(asker, 'listImports')
      expect(imports.map(({ id }) => id).sort()).toEqual(
        within(place)
          .map((one) => at('import', one))
          .sort(),
      )
      const { versions } = await world.ask(asker, 'listTableVersions')
      expect(versions.map(({ id }) => id).sort()).toEqual(
        within(place)
          .map((one) => at('table', one))
          .sort(),
      )
      const { authorities } = await world.ask(asker, 'listAuthorities')
      expect(authorities.map(({ area }) => area).sort()).toEqual(
        within(place)
          .map((one) => PLACES[one])
          .sort(),
      )
      const { accounts } = await world.ask(asker, 'listAccounts')
      expect(accounts.map(({ id }) => id).sort()).toEqual(
        [
          ...BELOW[place].map((one) => accountId(`${one}Official`)),
          ...within(place).map((one) => at('account', one)),
          ...(within(place).includes('county') ? [accountId('liaison'), accountId('nextLiaison')] : []),
          ...(within(place).includes('farCounty') ? [accountId('farLiaison')] : []),
        ].sort(),
      )
    },
  )

  it.each(listers.filter((name) => ASKERS[name].role !== 'enterprise'))(
    'codes asked for in bulk are those of the scope: %s',
    async (asker) => {
      await world.query('update hub.enterprise set code_used_at = null')
      const { codes } = await world.ask(asker, 'listJoinCodes', {
        body: { enterprises: [...FIRM_NAMES.map(firmId), MISSING] },
      })
      expect(codes.map(({ enterprise }) => enterprise).sort()).toEqual(VISIBLE[asker].map(firmId).sort())
    },
  )

  it('a version of the service table of a city does not hold the firms of another', async () => {
    const version = await world.ask('cityOfficial', 'saveTableVersion', {
      body: { kind: 'services', area: PLACES.city },
    })
    const { rows } = await world.ask('cityOfficial', 'readTableVersion', { params: { id: version.id } })
    expect(rows.map((row) => row['企业名称']).sort()).toEqual(VISIBLE.cityOfficial.map(nameOf).sort())
    expect(version.rows).toBe(5)
  })

  it('a liaison sees himself among the liaisons, and of another nothing', async () => {
    const { liaisons } = await world.ask('liaison', 'listLiaisons')
    expect(liaisons.map(({ id }) => id)).toEqual([liaisonId('liaison')])
  })
})

const TABLES = [
  'enterprise',
  'liaison',
  'assignment',
  'departure',
  'submission',
  'submission_return',
  'erased_submission',
  'roster_import',
  'authority',
  'table_version',
  'audit',
] as const

describe('row-level security alone, without any filter of ours', () => {
  let world: World
  beforeAll(async () => {
    world = await openFurnished()
  })
  afterAll(() => world.close())

  const idsOf = (uid: string, statement: string): Promise<string[]> =>
    world.hub.database.asActor(uid, async (db) => {
      const { rows } = await sql.raw<{ id: string }>(statement).execute(db)
      return rows.map(({ id }) => id).sort()
    })

  it.each(ASKER_NAMES)('%s selects everything and gets the scope', async (asker) => {
    const uid = accountId(asker)
    const firms = VISIBLE[asker]
    expect(await idsOf(uid, 'select id from hub.enterprise')).toEqual(firms.map(firmId).sort())
    const sheets = firms.flatMap((firm) => submissions.get(firm)?.id ?? [])
    expect(await idsOf(uid, 'select id from hub.submission')).toEqual(sheets.sort())
    expect(await idsOf(uid, 'select enterprise as id from hub.assignment')).toEqual(
      firms
        .filter((firm) => FIRMS[firm].liaison !== undefined)
        .map(firmId)
        .sort(),
    )
    const isOfficial = ASKERS[asker].role === 'official'
    const places = isOfficial ? [placeOf(asker), ...BELOW[placeOf(asker)]] : []
    expect(await idsOf(uid, 'select id from hub.table_version')).toEqual(
      places.map((place) => at('table', place)).sort(),
    )
    expect(await idsOf(uid, 'select id from hub.roster_import')).toEqual(
      places.map((place) => at('import', place)).sort(),
    )
    const audit = await idsOf(uid, 'select id from hub.audit')
    expect(audit.length > 0).toBe(ASKERS[asker].role === 'auditor')
  })

  it.each(['', 'nobody-has-this-id'])('an actor “%s” sees no row of any table', async (uid) => {
    for (const table of TABLES) expect(await idsOf(uid, `select '1' as id from hub.${table}`), table).toEqual([])
    if (uid === '') expect(await idsOf(uid, 'select id from hub.campaign')).toEqual([])
  })

  it('the role without any actor sees no row of any table', async () => {
    await world.hub.database.asHub(async (db) => {
      await sql`set local role hub_app`.execute(db)
      for (const table of TABLES) {
        const { rows } = await sql.raw(`select 1 from hub.${table}`).execute(db)
        expect(rows, table).toEqual([])
      }
    })
  })

  it.each([
    ['closed', { is_closed: true }],
    ['expired yesterday', { expires_on: '2020-01-01' }],
  ])('an account that is %s sees nothing, even inside an open transaction', async (_, change) => {
    await world.hub.database.asHub((db) =>
      db.updateTable('hub.account').set(change).where('id', '=', accountId('cityOfficial')).execute(),
    )
    expect(await idsOf(accountId('cityOfficial'), 'select id from hub.enterprise')).toEqual([])
    await world.hub.database.asHub((db) =>
      db
        .updateTable('hub.account')
        .set({ is_closed: false, expires_on: null })
        .where('id', '=', accountId('cityOfficial'))
        .execute(),
    )
  })

  const attempt = (uid: string, statement: string): Promise<number | string> =>
    world.hub.database
      .asActor(uid, async (db) => {
        const result = await sql.raw(statement).execute(db)
        // Undone again: the next one finds the world as it was.
        throw Object.assign(new Error('undo'), { changed: Number(result.numAffectedRows ?? result.rows.length) })
      })
      .catch((fault: { changed?: number; code?: string }) => fault.changed ?? fault.code ?? 'unknown')

  it('an update or delete without a filter touches the scope alone', async () => {
    const uid = accountId('countyOfficial')
    expect(await attempt(uid, `update hub.enterprise set note = 'x'`)).toBe(3)
    expect(await attempt(uid, `delete from hub.enterprise`)).toBe(3)
    expect(await attempt(uid, `update hub.liaison set name = 'x'`)).toBe(3)
    expect(await attempt(uid, `update hub.authority set row_text = '{}'`)).toBe(1)
    expect(await attempt(uid, `update hub.roster_import set undone_at = now()`)).toBe(1)
    expect(await attempt(accountId('ours'), `update hub.enterprise set note = 'x'`)).toBe(1)
    expect(await attempt(accountId('ours'), `delete from hub.enterprise`)).toBe(0)
  })

  it('a row cannot be moved or put into another city, nor written over there', async () => {
    const uid = accountId('countyOfficial')
    expect(await attempt(uid, `update hub.enterprise set path = '${PATHS.nextCity}'`)).toBe('42501')
    expect(await attempt(uid, `update hub.liaison set path = '${PATHS.nextCounty}'`)).toBe('42501')
    const columns = 'id, version, changed_at, path, credit_code, name, city, is_above_scale, listed_on'
    const values = (path: string) => `'stolen', 1, now(), '${path}', 'x', 'x', '450200', true, '2026-01-01'`
    expect(await attempt(uid, `insert into hub.enterprise (${columns}) values (${values(PATHS.farCounty)})`)).toBe(
      '42501',
    )
    expect(await attempt(uid, `insert into hub.enterprise (${columns}) values (${values(PATHS.county)})`)).toBe(1)
    expect(
      await attempt(
        uid,
        `insert into hub.enterprise (${columns}) values (${values(PATHS.county).replace('stolen', firmId('foreign'))})
         on conflict (id) do update set name = 'x'`,
      ),
    ).toBe('42501')
  })

  it('a submission is put in by its firm alone, and changed by nobody', async () => {
    const insert = (firm: FirmName) =>
      `insert into hub.submission (enterprise, id, revision, campaign, digest, body, summary, receipt, received_at)
       values ('${firmId(firm)}', 'forged', 1, 'x', 'x', '{}', '{}', '{}', now())`
    expect(await attempt(accountId('ours'), insert('ours'))).toBe(1)
    expect(await attempt(accountId('ours'), insert('beside'))).toBe('42501')
    expect(await attempt(accountId('regionOfficial'), insert('ours'))).toBe('42501')
    for (const asker of ['ours', 'regionOfficial', 'administrator'] as const) {
      expect(await attempt(accountId(asker), `update hub.submission set body = '{}'`)).toBe('42501')
      expect(await attempt(accountId(asker), `delete from hub.submission`)).toBe('42501')
    }
  })

  it('the audit is added to in one’s own name and otherwise left alone', async () => {
    const insert = (actor: AskerName, block = 'null') =>
      `insert into hub.audit (id, at, actor, action, is_done, detail, block)
       values ('forged', now(), '${accountId(actor)}', 'x', true, '{}', ${block})`
    expect(await attempt(accountId('ours'), insert('ours'))).toBe(1)
    expect(await attempt(accountId('ours'), insert('beside'))).toBe('42501')
    expect(await attempt(accountId('ours'), insert('ours', '1'))).toBe('42501')
    for (const asker of ['auditor', 'administrator', 'regionOfficial'] as const) {
      expect(await attempt(accountId(asker), `update hub.audit set detail = '{}'`)).toBe('42501')
      expect(await attempt(accountId(asker), `delete from hub.audit`)).toBe('42501')
    }
  })

  it('accounts, sessions, keys and counters are out of reach of every actor', async () => {
    for (const asker of ['regionOfficial', 'administrator', 'ours', 'auditor'] as const)
      for (const table of ['account', 'session', 'setting', 'attempt', 'peers_publication'])
        expect(await attempt(accountId(asker), `select 1 from hub.${table}`), table).toBe('42501')
  })

  it('no view, materialized or not, and no table without row security stands beside them', async () => {
    const views = await world.query(`select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'hub' and c.relkind in ('v', 'm', 'f')`)
    expect(views).toEqual([])
    const open = await world.query<{ name: string }>(`select c.relname as name from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'hub' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
        and has_any_column_privilege('hub_app', c.oid, 'SELECT') order by 1`)
    // Numbers and hashes of the chain: no content.
    expect(open.map(({ name }) => name)).toEqual(['audit_block'])
  })
})

describe('one small pool for many', () => {
  it('50 interleaved pieces of work of 10 accounts, some failing, never see through another’s eyes', async () => {
    const world = await server.open({ connections: 3 })
    const askers = ASKER_NAMES.filter((name) => VISIBLE[name].length > 0).slice(0, 10)
    const runs = Array.from({ length: 50 }, async (_, turn) => {
      const asker = askers[turn % askers.length]!
      return world.hub.database
        .asActor(accountId(asker), async (db) => {
          const first = await sql<{ id: string }>`select id from hub.enterprise`.execute(db)
          if (turn % 3 === 1) throw new Error('on purpose')
          if (turn % 7 === 2) await sql`select 1 / 0`.execute(db)
          if (turn % 7 === 3) await sql`select pg_sleep(0.01)`.execute(db)
          const second = await sql<{ id: string }>`select id from hub.enterprise`.execute(db)
          return [first, second].map(({ rows }) => rows.map(({ id }) => id).sort())
        })
        .then(
          (seen) => ({ asker, seen }),
          () => ({ asker, seen: undefined }),
        )
    })
    const results = await Promise.all(runs)
    expect(results.filter(({ seen }) => seen !== undefined).length).toBeGreaterThan(20)
    for (const { asker, seen } of results)
      for (const ids of seen ?? []) expect(ids, asker).toEqual(VISIBLE[asker].map(firmId).sort())
    // And every connection is the hub's own again.
    const clients = await Promise.all([1, 2, 3].map(() => world.hub.database.pool.connect()))
    for (const client of clients) {
      const { rows } = await client.query<{ isHub: boolean; uid: string | null }>(
        `select current_user = session_user as "isHub", current_setting('app.uid', true) as uid`,
      )
      expect(rows[0]!.isHub).toBe(true)
      expect(rows[0]!.uid ?? '').toBe('')
      client.release()
    }
    await world.close()
  })

  it('50 interleaved requests over HTTP are each answered for their own account', async () => {
    const world = await server.open({ connections: 3 })
    const askers = ASKER_NAMES.filter((name) => VISIBLE[name].length > 0).slice(0, 10)
    await Promise.all(
      Array.from({ length: 50 }, async (_, turn) => {
        const asker = askers[turn % askers.length]!
        if (turn % 5 === 4) {
          const sheet = aSubmission('ours')
          await world.submit('beside', sheet)
        }
        const { enterprises, total } = await world.ask(asker, 'listEnterprises')
        expect(enterprises.map(({ id }) => id).sort(), asker).toEqual(VISIBLE[asker].map(firmId).sort())
        expect(total).toBe(VISIBLE[asker].length)
      }),
    )
    await world.close()
  })
})

describe('taking more than one was given', () => {
  let world: World
  beforeAll(async () => {
    world = await openFurnished()
  })
  afterAll(() => world.close())

  async function refusals(asker: AskerName): Promise<readonly string[]> {
    const rows = await world.query<{ action: string }>(
      'select action from hub.audit where actor = $1 and not is_done order by at, id',
      [accountId(asker)],
    )
    return rows.map(({ action }) => action)
  }

  it.each([
    [
      'an official of a county makes one of the city',
      'countyOfficial',
      'createAccount',
      { body: { login: 'climber', name: '某人', role: 'official', area: PLACES.city } },
      '403 account.mayNotGrant',
    ],
    [
      'an official makes an administrator',
      'cityOfficial',
      'createAccount',
      { body: { login: 'climber', name: '某人', role: 'administrator' } },
      '403 account.mayNotGrant',
    ],
    [
      'an official moves an account below him to the next city',
      'cityOfficial',
      'changeAccount',
      { params: { id: accountId('countyOfficial') }, body: { area: PLACES.nextCity } },
      '403 account.mayNotGrant',
    ],
    [
      'an official widens his own area',
      'countyOfficial',
      'changeAccount',
      { params: { id: accountId('countyOfficial') }, body: { area: PLACES.city } },
      '404 hub.notFound',
    ],
    [
      'an official opens the account of the city above',
      'countyOfficial',
      'changeAccount',
      { params: { id: accountId('cityOfficial') }, body: { resetPassword: true } },
      '404 hub.notFound',
    ],
    [
      'an administrator takes over the account of an enterprise',
      'administrator',
      'changeAccount',
      { params: { id: accountId('ours') }, body: { resetPassword: true } },
      '404 hub.notFound',
    ],
    [
      'an official imports a firm into the next city',
      'cityOfficial',
      'importRoster',
      {
        body: {
          file: 'a.csv',
          dryRun: false,
          accept: [1],
          rows: [
            {
              creditCode: creditCodeOf('ours'),
              name: nameOf('ours'),
              city: PLACES.nextCity,
              county: PLACES.farCounty,
              isAboveScale: true,
            },
          ],
        },
      },
      '422 hub.badRequest',
    ],
    [
      'an official puts a liaison into the next city',
      'cityOfficial',
      'saveLiaison',
      { params: { id: liaisonId('liaison') }, body: { name: '示例', area: PLACES.nextCity, isActive: true } },
      '403 account.mayNotGrant',
    ],
    [
      'an official opens a round over the whole region',
      'cityOfficial',
      'saveCampaign',
      { params: { id: 'mine' }, body: aCampaignAt('mine', PLACES.region, 0) },
      '403 account.mayNotGrant',
    ],
    [
      'a liaison takes a firm out of the denominator',
      'liaison',
      'changeEnterprise',
      {
        params: { id: firmId('ours') },
        body: { version: 2, leave: { reason: '停产', note: '停产证明', on: '2026-06-01' } },
      },
      '403 hub.notAllowed',
    ],
    ['an enterprise reads the audit', 'ours', 'listAudit', {}, '403 hub.notAllowed'],
  ] as const)('%s: refused, and in the audit', async (_, asker, name, parts, expected) => {
    const before = await refusals(asker)
    const stand = () => world.query(`select id, role, area, path, is_closed from hub.account order by id`)
    const accounts = await stand()
    expect(outcomeOf(await world.call(asker, name, parts as Parts))).toBe(expected)
    expect(await stand()).toEqual(accounts)
    expect((await refusals(asker)).length).toBe(before.length + 1)
    const [firm] = await world.query<{ path: string }>('select path from hub.enterprise where id = $1', [
      firmId('ours'),
    ])
    expect(firm!.path).toBe(PATHS.county)
  })

  it('nobody raises a role: the route takes none', async () => {
    const response = await world.call('administrator', 'changeAccount', {
      params: { id: accountId('cityOfficial') },
      body: { role: 'administrator' },
    })
    expect(outcomeOf(response)).toBe('422 hub.badRequest')
  })
})

describe('rights withdrawn during an open session', () => {
  it.each([
    ['closed', { isClosed: true }],
    ['expired', { expiresOn: '2020-01-01' }],
    ['moved', { area: PLACES.nextCounty }],
    ['given a new password', { resetPassword: true }],
    ['made to enrol a second factor again', { resetSecondFactor: true }],
  ])('an account that is %s is refused at its next request', async (_, body) => {
    const world = await server.open()
    await world.ask('countyOfficial', 'listEnterprises')
    await world.ask('administrator', 'changeAccount', { params: { id: accountId('countyOfficial') }, body })
    expect(outcomeOf(await world.call('countyOfficial', 'listEnterprises'))).toBe('401 hub.noSession')
    expect(outcomeOf(await world.call('countyOfficial', 'readSession'))).toBe('401 hub.noSession')
    await world.close()
  })

  it('the scope has another name after a move, for the local copy to be wiped', async () => {
    const world = await server.open()
    const before = await world.ask('countyOfficial', 'listEnterprises')
    const session = await world.ask('countyOfficial', 'readSession')
    expect(before.scope).toBe(session.scope)
    await world.ask('administrator', 'changeAccount', {
      params: { id: accountId('countyOfficial') },
      body: { area: PLACES.nextCounty },
    })
    await openSessionAgain(world, 'countyOfficial')
    const after = await world.ask('countyOfficial', 'listEnterprises', { query: { since: before.cursor } })
    expect(after.scope).not.toBe(before.scope)
    const fresh = await world.ask('countyOfficial', 'listEnterprises')
    expect(fresh.enterprises.map(({ id }) => id)).toEqual([firmId('neighbour')])
    await world.close()
  })

  it('a liaison who no longer looks after a firm loses it at once, and is told to forget it', async () => {
    const world = await server.open()
    const { cursor } = await world.ask('liaison', 'listEnterprises')
    await world.ask('countyOfficial', 'assignLiaison', {
      params: { id: firmId('ours') },
      body: { liaison: liaisonId('nextLiaison') },
    })
    const page = await world.ask('liaison', 'listEnterprises', { query: { since: cursor } })
    expect(page).toMatchObject({ enterprises: [], gone: [firmId('ours')], total: 0 })
    expect(outcomeOf(await world.call('liaison', 'readPhones', { params: { id: firmId('ours') } }))).toBe(GONE)
    // Nobody else learns that there was such a firm.
    expect((await world.ask('farLiaison', 'listEnterprises', { query: { since: cursor } })).gone).toEqual([])
    expect((await world.ask('countyOfficial', 'listEnterprises', { query: { since: cursor } })).gone).toEqual([])
    await world.close()
  })
})

describe('side channels', () => {
  let world: World
  beforeAll(async () => {
    world = await openFurnished()
  })
  afterAll(() => world.close())

  /** One row for 南宁市江南区: with a code that is on 柳州's roster, and with one that is on none. */
  const importOf = (creditCode: string, dryRun: boolean, asker: AskerName = 'cityOfficial') =>
    world.call(asker, 'importRoster', {
      body: {
        file: 'a.csv',
        dryRun,
        accept: [1],
        rows: [{ creditCode, name: '示例新企业', city: PLACES.city, county: PLACES.nextCounty, isAboveScale: true }],
      },
    })

  it('a code on another city’s roster is imported like one that nobody has', async () => {
    const elsewhere = creditCodeOf('foreign')
    const unknown = creditCodeOf('foreign').replace(/....$/, '') + '0000'
    const mask = (text: string, code: string): string =>
      text
        .split(code)
        .join('CODE')
        .replace(/"id":"[\w-]{36}"/, '"id":"ID"')
    const { completeCreditCode } = await import('#core/creditCode')
    const nobodys = completeCreditCode(unknown.slice(0, 8) + 'MA5T9999')
    for (const dryRun of [true, false]) {
      const [known, fresh] = [await importOf(elsewhere, dryRun), await importOf(nobodys, dryRun)]
      expect(known.statusCode).toBe(200)
      expect(mask(known.body, elsewhere)).toBe(mask(fresh.body, nobodys))
      expect(known.headers['content-length']).toBe(fresh.headers['content-length'])
    }
    // The other city's row is what it was, and each city has its own.
    const rows = await world.query<{ path: string; name: string }>(
      'select path, name from hub.enterprise where credit_code = $1 order by path',
      [elsewhere],
    )
    expect(rows).toEqual([
      { path: PATHS.nextCounty, name: '示例新企业' },
      { path: PATHS.farCounty, name: nameOf('foreign') },
    ])
  })

  it('neither does a code in the next county of the same city tell of itself', async () => {
    const known = await importOf(creditCodeOf('ours'), true, 'nextCountyOfficial')
    expect(known.json<{ counts: object }>().counts).toEqual({ new: 1, changed: 0, same: 0, doubtful: 0, written: 0 })
    const written = await importOf(creditCodeOf('ours'), false, 'nextCountyOfficial')
    expect(written.json<{ counts: { written: number } }>().counts.written).toBe(1)
  })

  it('names of colleagues are told only with what they did in one’s own sight', async () => {
    const { imports } = await world.ask('farCountyOfficial', 'listImports')
    expect(imports).toHaveLength(1)
  })

  it('a sheet of a foreign firm is not there, whatever its revision', async () => {
    const foreign = submissions.get('foreign')!
    const bodies = await Promise.all(
      [
        { id: foreign.id, revision: 1 },
        { id: foreign.id, revision: 2 },
        { id: MISSING, revision: 1 },
      ].map(async (params) => (await world.call('cityOfficial', 'readSubmission', { params })).body),
    )
    expect(new Set(bodies).size).toBe(1)
  })
})

describe('who did it, as the auditor is told', () => {
  it('has a name for every account wherever it stands, and nothing else of account or firm', async () => {
    const world = await openFurnished()
    // One refused request of everybody but the auditor: officials, liaisons and firms of all places, and the administrator.
    const others = ASKER_NAMES.filter((asker) => asker !== 'auditor')
    for (const asker of others) expect((await world.call(asker, 'verifyAudit')).statusCode).toBe(403)
    const { rows } = await world.ask('auditor', 'listAudit', { query: { action: 'request.refused' } })
    const accounts = await world.query<{ id: string; login: string; name: string }>(
      'select id, login, name from hub.account',
    )
    const expected = others.map((asker) => {
      const { login, name } = accounts.find(({ id }) => id === accountId(asker))!
      const isFirm = ASKERS[asker].role === 'enterprise'
      return [
        accountId(asker),
        isFirm ? { kind: 'enterprise', name: nameOf(asker as FirmName) } : { kind: 'account', name, login },
      ]
    })
    // An auditor has no area, the audit is of the whole hub: neither is cut.
    expect(Object.fromEntries(rows.map(({ actor, who }) => [actor, who]))).toEqual(Object.fromEntries(expected))
    // Nothing of a firm but its name: no credit code, no phone, no division.
    const told = JSON.stringify(rows.map(({ who }) => who))
    for (const firm of FIRM_NAMES) expect(told).not.toContain(creditCodeOf(firm))
    expect(told).not.toMatch(/\d{6}/)
    await world.close()
  })

  it('is told to nobody else: not even of what one did oneself', async () => {
    const world = await openFurnished()
    for (const asker of [...ASKER_NAMES.filter((name) => name !== 'auditor'), undefined]) {
      const response = await world.call(asker, 'listAudit', { query: { actor: '示例' } })
      expect([401, 403], `${asker}`).toContain(response.statusCode)
      expect(Object.keys(response.json())).toEqual(['error'])
    }
    await world.close()
  })
})

describe('three offices', () => {
  it('each has its own, and none of the others’', async () => {
    const world = await openFurnished()
    const may = async (asker: AskerName) =>
      Promise.all(
        (['listEnterprises', 'listAccounts', 'listAudit'] as const).map(
          async (name) => (await world.call(asker, name)).statusCode,
        ),
      )
    expect(await may('regionOfficial')).toEqual([200, 200, 403])
    expect(await may('administrator')).toEqual([403, 200, 403])
    expect(await may('auditor')).toEqual([403, 403, 200])
    // And the refusals are there for the auditor to read.
    const { rows } = await world.ask('auditor', 'listAudit', { query: { action: 'request.refused' } })
    expect(new Set(rows.map(({ actor }) => actor))).toEqual(
      new Set(['regionOfficial', 'administrator', 'auditor'].map((name) => accountId(name as AskerName))),
    )
    await world.close()
  })
})
