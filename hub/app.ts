import compress from '@fastify/compress'
import cookie from '@fastify/cookie'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import * as v from 'valibot'
import {
  API_VERSION,
  ROUTES,
  type AnswerOf,
  type BodyOf,
  type ParamsOf,
  type QueryOf,
  type Route,
  type RouteName,
} from '#core/oversight/api'
import { findChinaDay } from '#core/chinaDay'
import { parseJson } from '#core/json'
import { formatIssue } from '#core/ourFile'
import { Problem } from '#core/problems'
import { CONTENT_SECURITY_POLICY } from '../scripts/contentSecurityPolicy.mjs'
import { changeAccount, createAccount, listAccounts } from './accounts.ts'
import { noteRefusal, verifyChain } from './audit.ts'
import { listAudit } from './auditReading.ts'
import { findWidest, listCampaigns, saveCampaign } from './campaigns.ts'
import {
  listAuthorities,
  listTableVersions,
  readTableVersion,
  saveAuthority,
  saveTableVersion,
} from './contactTables.ts'
import {
  assignLiaison,
  changeEnterprise,
  eraseEnterprise,
  listEnterprises,
  listJoinCodes,
  readJoinCode,
  readPhones,
} from './enterprises.ts'
import type { Asker, Hub } from './hub.ts'
import { makeId } from './ids.ts'
import { join } from './joining.ts'
import { listLiaisons, saveLiaison } from './liaisons.ts'
import { buildOpenApi } from './openApi.ts'
import { changePassword } from './ownPassword.ts'
import { readPublished } from './peersPublication.ts'
import { describeRefusal, statusOf } from './refusals.ts'
import { importRoster, listImports, undoImport } from './rosterImports.ts'
import { confirmSecondFactor, beginSecondFactor } from './secondFactor.ts'
import { describeSession, endOtherSessions, endSession, findSession, type Opened } from './sessions.ts'
import { hasAdministrator, setUp } from './setUp.ts'
import { signIn } from './signIn.ts'
import { acceptSubmission, listRevisions, readSubmission, returnSubmission, tellProgress } from './submissions.ts'
import { serveSite } from './site.ts'
import { noteExport } from './exports.ts'

/** The largest request: a roster of 20,000 rows is 6 MB, a sheet 40 kB. */
const MOST_BYTES = 8 * 1024 * 1024
const MOST_SHEET_BYTES = 1024 * 1024

interface Call<Name extends RouteName> {
  readonly params: ParamsOf<Name>
  readonly query: QueryOf<Name>
  readonly body: BodyOf<Name>
  readonly asker: Asker
  readonly request: FastifyRequest
  readonly reply: FastifyReply
}

type Handlers = { readonly [Name in RouteName]: (call: Call<Name>) => Promise<AnswerOf<Name>> }

/** What is served before the password is changed or the second factor is there. */
const ALWAYS_SERVED: readonly RouteName[] = [
  'readSession',
  'signOut',
  'signOutElsewhere',
  'changePassword',
  'beginSecondFactor',
  'confirmSecondFactor',
]

/** 汇总端的接口 — every route of the protocol, the site itself, health; `site` is the folder of the built app. */
export async function createApp(hub: Hub, site: string | undefined): Promise<FastifyInstance> {
  const app = fastify({
    logger:
      hub.settings.logLevel === 'silent'
        ? false
        : {
            level: hub.settings.logLevel,
            // Neither addresses with codes in them nor bodies, cookies or names: route, status and time say enough.
            serializers: {
              req: (request: FastifyRequest) => ({ method: request.method, route: request.routeOptions?.url ?? '-' }),
              err: (fault: Error & { readonly code?: string }) => ({
                type: fault.name,
                message: '',
                code: fault.code ?? '',
                // Only the places: a message of several lines would stand among them.
                stack: (fault.stack ?? '')
                  .split('\n')
                  .filter((line) => /^\s+at /.test(line))
                  .slice(0, 7)
                  .join('\n'),
              }),
            },
          },
    // The address that our own proxy saw: what stands before it in X-Forwarded-For is whatever the client wrote there.
    trustProxy: hub.settings.trustProxy ? (_address: string, hop: number) => hop < 1 : false,
    requestTimeout: 20_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 65_000,
    bodyLimit: MOST_BYTES,
    genReqId: () => makeId(),
    return503OnClosing: true,
    // An address that cannot be read never comes to the hooks: the headers are put on by hand, and nothing of it is repeated.
    frameworkErrors: (fault, request, reply) => {
      const problem = tellProblem(fault, request)
      void (reply as unknown as FastifyReply)
        .code(statusOfFault(fault, problem))
        .headers({
          'Cache-Control': 'no-store',
          'Content-Security-Policy': "default-src 'none';frame-ancestors 'none'",
          'Referrer-Policy': 'no-referrer',
          'X-Content-Type-Options': 'nosniff',
        })
        .type('application/json; charset=utf-8')
        .send(describeRefusal(problem))
    },
  })
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      // The one the page itself carries: each directive with its sources.
      directives: Object.fromEntries(
        CONTENT_SECURITY_POLICY.split('; ').map((directive) => {
          const [name = '', ...sources] = directive.split(' ')
          return [name, sources]
        }),
      ),
    },
    referrerPolicy: { policy: 'no-referrer' },
    // Says nothing on plain http, and would lock out an intranet that has no certificate yet.
    strictTransportSecurity: hub.settings.publicUrl.startsWith('https:') ? { maxAge: 31_536_000 } : false,
    crossOriginEmbedderPolicy: false,
  })
  await app.register(cookie)
  await app.register(rateLimit, {
    max: hub.settings.requestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) => new Problem('hub.tooMany', { seconds: Math.ceil(ttl / 1000) }),
  })
  // Answers are packed; requests are not unpacked, so that nothing grows before it is measured.
  await app.register(compress, { threshold: 2048, globalDecompression: false })
  app.addHook('onRequest', async ({ headers }) => {
    if ((headers['content-encoding'] ?? 'identity') !== 'identity')
      throw Object.assign(new Error('packed body'), { statusCode: 415 })
  })

  // JSON only, read by our own reader: depth, names given twice, __proto__, numbers beyond double.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/json(\s*;\s*charset=utf-8)?$/i,
    { parseAs: 'string' },
    (_request, text, done) => {
      try {
        done(null, parseJson(String(text)))
      } catch (fault) {
        done(fault as Error)
      }
    },
  )

  app.setErrorHandler((fault: Error & { readonly statusCode?: number; readonly code?: string }, request, reply) => {
    const problem = tellProblem(fault, request)
    if (problem.code === 'hub.failed' || problem.code === 'hub.unavailable')
      request.log.error({ err: fault }, problem.code)
    return reply.code(statusOfFault(fault, problem)).send(describeRefusal(problem))
  })

  const handlers = createHandlers(hub)
  const secure = hub.settings.publicUrl.startsWith('https:')
  const cookieName = secure ? '__Host-shidang_session' : 'shidang_session'
  const keepToken = (reply: FastifyReply, { token, session }: Opened): Opened['session'] => {
    void reply.setCookie(cookieName, token, { path: '/', httpOnly: true, sameSite: 'strict', secure })
    return session
  }

  for (const name of Object.keys(ROUTES) as RouteName[]) {
    const route: Route = ROUTES[name]
    app.route({
      method: route.method,
      url: route.path,
      ...(name === 'putSubmission' ? { bodyLimit: MOST_SHEET_BYTES } : {}),
      handler: async (request, reply) => {
        void reply.header('Cache-Control', 'no-store')
        if (route.method !== 'GET') refuseForeign(hub, request)
        const asker = route.roles.includes('anyone') ? undefined : await findAsker(hub, name, request, cookieName)
        if (asker !== undefined && !route.roles.includes(asker.role)) {
          await noteRefusal(hub.database, asker, 'request.refused', { route: name })
          throw new Problem('hub.notAllowed')
        }
        const call = {
          params: check(route.params, request.params, 'params'),
          query: check(route.query, request.query, 'query'),
          body: check(route.body, request.body ?? {}, 'body'),
          asker,
          request,
          reply,
        }
        void reply.code(route.status ?? 200)
        const answer = await (handlers[name] as (call: unknown) => Promise<unknown>)(call).catch(
          async (fault: unknown) => {
            if (asker !== undefined) await noteOverreach(hub, asker, name, fault)
            throw fault
          },
        )
        if (isOpened(answer)) return keepToken(reply, answer)
        // A name with __Host- is taken back only in the form it was given.
        if (name === 'signOut')
          void reply.clearCookie(cookieName, { path: '/', httpOnly: true, sameSite: 'strict', secure })
        return answer
      },
    })
  }

  app.get('/v1/openapi.json', () => buildOpenApi(hub.engine))
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const isReady = await hub.database.isReady()
    return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ok' : 'database' })
  })
  app.get('/peers.json', async (_request, reply) => {
    void reply.header('Cache-Control', 'no-cache')
    const campaign = await findWidest(hub, findChinaDay(new Date().toISOString()))
    const peers = campaign === undefined ? undefined : await readPublished(hub, campaign.edition)
    return reply.type('application/json').send(JSON.stringify(peers ?? null))
  })
  if (site !== undefined) await serveSite(app, site)
  app.setNotFoundHandler((_request, reply) =>
    reply
      .code(404)
      .header('Cache-Control', 'no-store')
      .send(describeRefusal(new Problem('hub.notFound'))),
  )
  return app
}

function isOpened(answer: unknown): answer is Opened {
  return typeof answer === 'object' && answer !== null && 'token' in answer && 'session' in answer
}

function check(schema: v.GenericSchema | undefined, value: unknown, where: string): unknown {
  if (schema === undefined) return undefined
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const path = (issue.path ?? []).map((step) => String(step.key)).join('/')
  throw new Problem('hub.badRequest', { path: path === '' ? where : path, reason: formatIssue(issue) })
}

/** Only our own pages may change anything: a header no form can send, and no other origin. */
function refuseForeign({ settings }: Hub, request: FastifyRequest): void {
  const { origin, host } = request.headers
  const site = request.headers['sec-fetch-site']
  const isOurs = origin === undefined || origin === settings.publicUrl || origin.replace(/^https?:\/\//, '') === host
  if (
    request.headers['x-shidang'] !== '1' ||
    !isOurs ||
    (site !== undefined && site !== 'same-origin' && site !== 'none')
  )
    throw new Problem('hub.foreignOrigin')
}

async function findAsker(hub: Hub, name: RouteName, request: FastifyRequest, cookieName: string): Promise<Asker> {
  const token = request.cookies[cookieName]
  const found = token === undefined || token.length > 100 ? undefined : await findSession(hub, token)
  if (found === undefined) throw new Problem('hub.noSession')
  if (!ALWAYS_SERVED.includes(name)) {
    if (found.mustChangePassword) throw new Problem('hub.firstPassword')
    if (found.mustEnrolSecondFactor) throw new Problem('hub.firstSecondFactor')
  }
  return found.asker
}

/** Who asks for rights or places beyond his own is in the audit, whichever route he took. */
async function noteOverreach(hub: Hub, asker: Asker, route: RouteName, fault: unknown): Promise<void> {
  if (!(fault instanceof Problem)) return
  const [{ code, details }] = fault.faults
  if (code === 'account.mayNotGrant')
    await noteRefusal(hub.database, asker, 'account.grantRefused', { route, ...details })
  if (code === 'hub.notAllowed') await noteRefusal(hub.database, asker, 'request.refused', { route })
}

/** PostgreSQL's own classes: 08 connection, 53 resources (53100 disk full), 57P shutdown; and the network's. */
function isUnavailable({ code = '', message }: { readonly code?: string; readonly message: string }): boolean {
  return (
    /^(08|53|57P)/.test(code) ||
    /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND)/.test(code) ||
    /timeout exceeded|terminat/i.test(message)
  )
}

function tellProblem(
  fault: Error & { readonly statusCode?: number; readonly code?: string },
  request: FastifyRequest,
): Problem {
  if (fault instanceof Problem) return fault
  if (fault.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Problem('hub.tooLarge')
  if (fault.statusCode !== undefined && fault.statusCode < 500)
    return new Problem('hub.badRequest', { path: '/', reason: '请求不成形' })
  // A number, day or text that the schema lets through and the column cannot hold: 22 data, 54 program limits.
  if (/^(22|54)/.test(fault.code ?? ''))
    return new Problem('hub.badRequest', { path: '/', reason: '有一个数字、日期或文字超出范围' })
  // A row that would leave the asker's scope: the second wall held.
  if (fault.code === '42501') return new Problem('hub.notFound')
  if (isUnavailable(fault)) return new Problem('hub.unavailable')
  return new Problem('hub.failed', { id: String(request.id).slice(-8) })
}

function statusOfFault(fault: { readonly statusCode?: number; readonly code?: string }, problem: Problem): number {
  const isMalformed = problem.code === 'hub.badRequest' && fault.statusCode !== undefined
  return isMalformed ? fault.statusCode! : statusOf(problem)
}

function createHandlers(hub: Hub): Handlers {
  const { database, settings, secrets } = hub
  const addressOf = (request: FastifyRequest): string => request.ip
  // The session is set as a cookie by the route; the answer is what the browser may know.
  const opened = (result: Promise<Opened>): Promise<AnswerOf<'readSession'>> =>
    result as unknown as Promise<AnswerOf<'readSession'>>
  return {
    readHub: async () => ({
      kind: 'shidang-hub' as const,
      api: API_VERSION,
      hub: secrets.hub,
      engine: hub.engine,
      now: new Date().toISOString(),
      key: secrets.keyName,
      publicKey: secrets.publicKey,
      isSetUp: await database.asHub((db) => hasAdministrator(db)),
      isDemo: settings.isDemo,
      campaigns: await listCampaigns(hub),
    }),
    setUp: ({ body, request }) => opened(setUp(hub, body, addressOf(request))),
    signIn: ({ body, request }) => opened(signIn(hub, body, addressOf(request))),
    join: ({ body, request }) => opened(join(hub, body, addressOf(request))),
    readSession: ({ asker }) => database.asHub((db) => describeSession(hub, db, asker.tokenHash)),
    signOut: async ({ asker }) => {
      await endSession(hub, asker)
      return {}
    },
    signOutElsewhere: async ({ asker }) => ({ ended: await endOtherSessions(hub, asker) }),
    changePassword: ({ asker, body }) => changePassword(hub, asker, body),
    beginSecondFactor: ({ asker, body }) => beginSecondFactor(hub, asker, body.password),
    confirmSecondFactor: ({ asker, body }) => confirmSecondFactor(hub, asker, body.otp),

    listAccounts: ({ asker }) => listAccounts(hub, asker),
    createAccount: ({ asker, body }) => createAccount(hub, asker, body),
    changeAccount: ({ asker, params, body }) => changeAccount(hub, asker, params.id, body),
    saveCampaign: ({ asker, params, body }) => saveCampaign(hub, asker, params.id, body),

    listEnterprises: ({ asker, query }) => listEnterprises(hub, asker, query),
    changeEnterprise: ({ asker, params, body }) => changeEnterprise(hub, asker, params.id, body),
    assignLiaison: ({ asker, params, body }) => assignLiaison(hub, asker, params.id, body.liaison),
    readPhones: ({ asker, params }) => readPhones(hub, asker, params.id),
    readJoinCode: ({ asker, params, body }) => readJoinCode(hub, asker, params.id, body.renew),
    listJoinCodes: ({ asker, body }) => listJoinCodes(hub, asker, body.enterprises),
    eraseEnterprise: ({ asker, params, body }) => eraseEnterprise(hub, asker, params.id, body.reason),

    listLiaisons: ({ asker }) => listLiaisons(hub, asker),
    saveLiaison: ({ asker, params, body }) => saveLiaison(hub, asker, params.id, body),

    importRoster: ({ asker, body }) => importRoster(hub, asker, body),
    listImports: ({ asker }) => listImports(hub, asker),
    undoImport: ({ asker, params }) => undoImport(hub, asker, params.id),

    putSubmission: async ({ asker, params, body, reply }) => {
      const { isNew, receipt } = await acceptSubmission(hub, asker, params, body)
      void reply.code(isNew ? 201 : 200)
      return { receipt }
    },
    readSubmission: ({ asker, params, query }) => readSubmission(hub, asker, params, query.enterprise),
    listRevisions: ({ asker, params }) => listRevisions(hub, asker, params.id),
    returnSubmission: ({ asker, params, body }) => returnSubmission(hub, asker, params, body),
    tellProgress: async ({ asker, body }) => {
      await tellProgress(hub, asker, body)
      return {}
    },

    listAuthorities: ({ asker }) => listAuthorities(hub, asker),
    saveAuthority: ({ asker, params, body }) => saveAuthority(hub, asker, params.id, body),
    saveTableVersion: ({ asker, body }) => saveTableVersion(hub, asker, body),
    listTableVersions: ({ asker }) => listTableVersions(hub, asker),
    readTableVersion: ({ asker, params }) => readTableVersion(hub, asker, params.id),

    noteExport: async ({ asker, body }) => {
      await noteExport(hub, asker, body)
      return {}
    },
    readPeers: async ({ params }) => {
      const peers = await readPublished(hub, params.id)
      if (peers === undefined) throw new Problem('hub.notFound')
      return peers
    },

    listAudit: ({ asker, query }) => listAudit(hub, asker, query),
    verifyAudit: () => verifyChain(database),
  }
}
