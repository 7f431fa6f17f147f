// @vitest-environment node
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import pg from 'pg'
import * as v from 'valibot'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HubSchema, RefusalSchema, ROUTES, type Route, type RouteName } from '#core/oversight/api'
import {
  accountId,
  aSubmission,
  buildRequest,
  CAMPAIGN,
  creditCodeOf,
  firmId,
  liaisonId,
  outcomeOf,
  PASSWORD,
  PLACES,
  startHubServer,
  tokenOf,
  type AskerName,
  type HubServer,
  type World,
} from '../support/hub'
import { eventually } from '../support/eventually'

let server: HubServer
let world: World
const logged: string[] = []
const site = mkdtempSync(join(tmpdir(), 'shidang-site-'))

/** Where the logger of an app writes to: read here instead. */
function captureLog(one: World): void {
  const [stream] = Object.getOwnPropertySymbols(one.app.log).filter((name) => String(name) === 'Symbol(pino.stream)')
  ;(one.app.log as unknown as Record<symbol, unknown>)[stream!] = { write: (line: string) => logged.push(line) }
}

beforeAll(async () => {
  mkdirSync(join(site, 'assets'))
  writeFileSync(join(site, 'index.html'), '<!doctype html><html><head><title>x</title></head><body></body></html>')
  writeFileSync(join(site, 'assets', 'main-abc.js'), 'export {}')
  writeFileSync(join(site, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
  server = await startHubServer()
  world = await server.open({ site, settings: { logLevel: 'trace' } })
  captureLog(world)
})
afterAll(async () => {
  await server.stop()
  rmSync(site, { recursive: true })
})

/** What no answer and no log line may hold, whatever went wrong. */
const TELLTALES =
  /select |insert |update hub|\bhub\.[a-z]+_|relation|constraint|\bat .*\.ts|node_modules|stack|violates/i

function expectPlain(response: LightMyRequestResponse): void {
  expect(response.statusCode).toBeGreaterThanOrEqual(400)
  expect(response.body).not.toMatch(TELLTALES)
  expect(v.safeParse(RefusalSchema, response.json()).success, response.body).toBe(true)
}

const post = (asker: AskerName, name: RouteName, payload: string | Buffer, headers: Record<string, string> = {}) => {
  const built = buildRequest(asker, name, { params: { id: 'x', revision: 1 } })
  return world.app.inject({ ...built, payload, headers: { ...(built.headers as Record<string, string>), ...headers } })
}

describe('bodies that are not what they should be', () => {
  const submission = aSubmission('ours')
  const text = JSON.stringify({ campaign: CAMPAIGN, submission })

  it.each([
    ['1 MiB and a byte of a sheet', text + ' '.repeat(1024 * 1024 + 1 - Buffer.byteLength(text)), 413],
    ['half a text', text.slice(0, 1000), 422],
    ['nothing', '', 422],
    ['a blank', ' ', 422],
    ['no JSON', 'campaign=1', 422],
    ['a list', '[]', 422],
    ['null', 'null', 422],
    ['a number', '1', 422],
    ['a name given twice', '{"campaign":"a","campaign":"b","submission":{}}', 422],
    ['__proto__', '{"campaign":"a","submission":{},"__proto__":{"isAdmin":true}}', 422],
    ['__proto__ with escapes', '{"campaign":"a","submission":{"\\u005f_proto__":{}}}', 422],
    ['constructor', '{"campaign":"a","submission":{"constructor":{"prototype":{}}}}', 422],
    ['200,000 levels of lists', '['.repeat(200_000), 422],
    ['200,000 levels of objects', '{"a":'.repeat(200_000), 422],
    ['a number beyond double', '{"campaign":"a","submission":1e400}', 422],
    ['NUL', '{"campaign":"a\\u0000","submission":{}}', 422],
    ['half a surrogate pair', '{"campaign":"\\ud800","submission":{}}', 422],
    ['a name too many', '{"campaign":"a","submission":{},"more":1}', 422],
    ['a campaign that is no text', '{"campaign":{"$ne":1},"submission":{}}', 422],
    ['an id that is no id', `{"campaign":"' or 1=1 --","submission":{}}`, 422],
  ])('%s: refused', async (_, payload, status) => {
    const response = await post('ours', 'putSubmission', payload)
    expect(response.statusCode).toBe(status)
    expectPlain(response)
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  it('1 MiB to the byte is read', async () => {
    const response = await post('ours', 'putSubmission', text + ' '.repeat(1024 * 1024 - Buffer.byteLength(text)))
    // Read, and then found to be for another address.
    expect(outcomeOf(response)).toBe('422 submission.wrongPlace')
  })

  it('a roster may be larger, up to 8 MiB', async () => {
    const roster = (bytes: number) => '{"file":"a"}'.padEnd(bytes, ' ')
    expect((await post('cityOfficial', 'importRoster', roster(7 * 1024 * 1024))).statusCode).toBe(422)
    const response = await post('cityOfficial', 'importRoster', roster(8 * 1024 * 1024 + 1))
    expect(outcomeOf(response)).toBe('413 hub.tooLarge')
  })

  it('a length that lies is refused', async () => {
    expectPlain(await post('ours', 'putSubmission', text, { 'content-length': String(9 * 1024 * 1024) }))
  })

  it.each(['gzip', 'deflate', 'br', 'zstd', 'gzip, gzip', 'nonsense'])(
    'a body packed as %s is refused unread: nothing is inflated before it is measured',
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '), { level: 9 })
      const before = process.memoryUsage().rss
      const response = await post('ours', 'putSubmission', bomb, { 'content-encoding': encoding })
      expectPlain(response)
      expect(response.statusCode).toBe(415)
      expect(process.memoryUsage().rss - before).toBeLessThan(60 * 1024 * 1024)
    },
  )

  it('bytes that are no UTF-8 become no row', async () => {
    const bytes = Buffer.concat([Buffer.from('{"campaign":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}')])
    expectPlain(await post('ours', 'putSubmission', bytes))
  })
})

describe('values that only the database could refuse', () => {
  it.each([
    [
      'a day that is not in the calendar',
      'administrator',
      'createAccount',
      { body: { login: 'abc', name: 'a', role: 'auditor', expiresOn: '2026-02-31' } },
    ],
    [
      'year zero',
      'cityOfficial',
      'changeEnterprise',
      {
        params: { id: firmId('ours') },
        body: { version: 1, leave: { reason: '停产', note: '证明', on: '0000-01-01' } },
      },
    ],
    ['more answers than a number holds', 'ours', 'tellProgress', { body: { answered: 1e12, asked: 1e13 } }],
    [
      'a version beyond counting',
      'regionOfficial',
      'saveCampaign',
      {
        params: { id: CAMPAIGN },
        body: {
          id: CAMPAIGN,
          version: 4e9,
          title: 'a',
          edition: 'guangxi-2024',
          area: PLACES.region,
          opensOn: '2024-01-01',
          deadlineOn: '2025-01-01',
          referenceOn: '2024-01-01',
          isClosed: false,
          plan: [],
        },
      },
    ],
    ['NUL in a cursor', 'cityOfficial', 'listEnterprises', { query: { since: '2026-01-01T00:00:00.000Z \0' } }],
    ['NUL in a filter', 'auditor', 'listAudit', { query: { action: 'a\0' } }],
    ['NUL in a cursor of the audit', 'auditor', 'listAudit', { query: { before: '2026-01-01T00:00:00.000Z \0' } }],
    [
      'a credit code of a megabyte',
      undefined,
      'join',
      {
        body: {
          creditCode: Array.from({ length: 90_000 }, (_, at) => (at * 7919).toString(36)).join(''),
          code: 'x',
          password: PASSWORD,
        },
      },
    ],
    ['a password of a megabyte', undefined, 'signIn', { body: { login: 'liaison', password: 'x'.repeat(1e6) } }],
  ] as const)('%s', async (_, asker, name, parts) => {
    const response = await world.call(asker, name, parts)
    expectPlain(response)
    expect(response.statusCode).toBeLessThan(500)
  })
})

describe('addresses that are not what they should be', () => {
  const read = (url: string): Promise<LightMyRequestResponse> =>
    world.app.inject({ method: 'GET', url, headers: { cookie: `shidang_session=${tokenOf('cityOfficial')}` } })

  it.each([
    '/v1/enterprises/%00/submissions',
    '/v1/enterprises/..%2f..%2fetc%2fpasswd/submissions',
    `/v1/enterprises/${'a'.repeat(65)}/submissions`,
    '/v1/enterprises/__proto__/submissions',
    "/v1/enterprises/' or 1=1 --/submissions",
    '/v1/enterprises/%E0%A4%A/submissions',
    '/v1/enterprises?limit=1&limit=2',
    '/v1/enterprises?limit=-1',
    '/v1/enterprises?limit=99999',
    '/v1/enterprises?limit[]=1',
    '/v1/enterprises?__proto__[x]=1',
    '/v1/enterprises?since=' + 'a'.repeat(200),
    '/v1/submissions/x/revisions/0',
    '/v1/submissions/x/revisions/1e3',
    '/v1/nothing',
    '/v2/hub',
    '/.git/config',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/index.html.gz',
    '/assets/',
    '/assets/none.js',
  ])('%s is answered in our words', async (url) => {
    const response = await read(url)
    expectPlain(response)
    expect(response.statusCode).toBeLessThan(500)
  })

  it('one of each method on a path that knows another', async () => {
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'TRACE', 'POST'] as const) {
      const response = await world.app.inject({
        method,
        url: '/v1/hub',
        headers: { 'x-shidang': '1' },
      } as InjectOptions)
      expect(response.statusCode, method).toBe(404)
    }
  })
})

describe('on the wire', () => {
  let port = 0
  beforeAll(async () => {
    port = Number(new URL(await world.app.listen({ port: 0, host: '127.0.0.1' })).port)
  })

  const send = (text: string): Promise<string> =>
    new Promise((resolve) => {
      let answer = ''
      const socket = connect(port, '127.0.0.1', () => socket.write(text))
      socket.on('data', (part) => (answer += part.toString()))
      socket.on('error', () => resolve(answer))
      socket.on('close', () => resolve(answer))
    })

  it.each([
    [
      '10,000 headers',
      `GET /v1/hub HTTP/1.1\r\nHost: a\r\n${Array.from({ length: 10_000 }, (_, at) => `x-${at}: y\r\n`).join('')}\r\n`,
    ],
    ['one header of 100 kB', `GET /v1/hub HTTP/1.1\r\nHost: a\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`],
    ['a path of 100 kB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ['two lengths', 'PUT /v1/progress HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{"a":'],
    [
      'length and chunks at once',
      'PUT /v1/progress HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n'],
    ['no host', 'GET /v1/hub HTTP/1.1\r\n\r\n'],
  ])('%s: 4xx and the connection is over', async (_, text) => {
    const answer = await send(text)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer).not.toMatch(TELLTALES)
  })

  it('after all that it serves', async () => {
    expect(await send('GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('a body that never comes does not hold a connection for ever', () => {
    expect(world.app.server.requestTimeout).toBe(20_000)
    expect(world.app.server.headersTimeout).toBeLessThanOrEqual(60_000)
  })
})

describe('every answer', () => {
  const POLICY =
    "default-src 'self';script-src 'self';style-src 'self';img-src 'self' data: blob:;font-src 'self';connect-src 'self';" +
    "object-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'"

  function expectHeaders(response: LightMyRequestResponse, where: string): void {
    const { headers } = response
    expect(headers['content-security-policy'], where).toBe(POLICY)
    expect(headers['x-content-type-options'], where).toBe('nosniff')
    expect(headers['referrer-policy'], where).toBe('no-referrer')
    expect(headers['x-frame-options'], where).toBe('SAMEORIGIN')
    expect(headers['cross-origin-opener-policy'], where).toBe('same-origin')
    expect(headers['cross-origin-resource-policy'], where).toBe('same-origin')
    expect(headers['x-powered-by'], where).toBeUndefined()
    expect(headers['server'], where).toBeUndefined()
  }

  it('has the headers: every route, for somebody and for nobody', async () => {
    for (const name of Object.keys(ROUTES) as RouteName[])
      for (const asker of [undefined, 'cityOfficial'] as const) {
        const response = await world.call(asker, name, { params: { id: 'x', revision: 1 } })
        expectHeaders(response, name)
        expect(response.headers['cache-control'], name).toBe('no-store')
        expect(response.headers['content-type'], name).toMatch(/^application\/json/)
        if (name === 'signOut' && asker !== undefined)
          await world.query(`insert into hub.session values ($1, $2, now(), now(), now() + interval '1 hour', true)`, [
            (await import('../support/hub')).hashToken(tokenOf(asker)),
            accountId(asker),
          ])
      }
  })

  it.each([
    ['/', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/index.html', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/oversight/coverage', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/oversight/firms/abc', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/diagnosis', 200, 'text/html; charset=utf-8', 'no-cache'],
    ['/assets/main-abc.js', 200, 'application/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ['/icon.svg', 200, 'image/svg+xml', 'no-cache'],
    ['/peers.json', 200, 'application/json; charset=utf-8', 'no-cache'],
    ['/healthz', 200, 'application/json; charset=utf-8', undefined],
    ['/readyz', 200, 'application/json; charset=utf-8', undefined],
    ['/v1/openapi.json', 200, 'application/json; charset=utf-8', undefined],
    ['/nothing', 404, 'application/json; charset=utf-8', 'no-store'],
    ['/v1/nothing', 404, 'application/json; charset=utf-8', 'no-store'],
  ])('has the headers: %s', async (url, status, type, cache) => {
    const response = await world.app.inject({ method: 'GET', url })
    expect(response.statusCode).toBe(status)
    expectHeaders(response, url)
    expect(response.headers['content-type']).toBe(type)
    expect(response.headers['cache-control']).toBe(cache)
  })

  it.each(['/%E0%A4%A', `/v1/enterprises/${'a'.repeat(5000)}/submissions`])(
    'an address that cannot be read is answered as strictly: %s',
    async (url) => {
      const { statusCode, headers, body } = await world.app.inject({ method: 'GET', url })
      expect(statusCode).toBeGreaterThanOrEqual(400)
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none';frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
        'content-type': 'application/json; charset=utf-8',
      })
      // Nothing of the address comes back.
      expect(body).not.toMatch(/aaaa|E0|FST_/)
    },
  )

  it('the page knows that there is a hub behind it', async () => {
    expect((await world.app.inject({ url: '/' })).body).toContain('<meta name="shidang-hub" content="1">')
  })

  it('too many requests of one address are told when to come again', async () => {
    const small = await server.open({ url: world.url, settings: { requestsPerMinute: 3 } })
    const answers: LightMyRequestResponse[] = []
    for (let turn = 0; turn < 4; turn++) answers.push(await small.call('liaison', 'readSession'))
    expect(answers.map(outcomeOf)).toEqual(['200', '200', '200', '429 hub.tooMany'])
    expect(Number(answers[3]!.headers['retry-after'])).toBeGreaterThan(0)
    expectHeaders(answers[3]!, 'limit')
    expectPlain(answers[3]!)
    await small.close()
  })
})

describe('our own faults', () => {
  it('a broken table is a number for the log, and nothing else, to whoever asked', async () => {
    await world.query('alter table hub.liaison rename to liaison_away')
    const response = await world.call('cityOfficial', 'listLiaisons')
    await world.query('alter table hub.liaison_away rename to liaison')
    expect(outcomeOf(response)).toBe('500 hub.failed')
    expectPlain(response)
    const { id } = response.json<{ error: { details: { id: string } } }>().error.details
    const line = logged
      .map((text) => JSON.parse(text) as { reqId?: string; level: number; err?: object })
      .find(({ reqId, level }) => level >= 50 && reqId?.endsWith(id) === true)
    expect(line?.err).toMatchObject({ code: '42P01', message: '' })
  })

  it('a lost database is 503 for that moment, and no end of the hub', async () => {
    const own = await server.open()
    const other = await server.openEmpty()
    const name = new URL(own.url).pathname.slice(1)
    const lock = new pg.Client({ connectionString: own.url })
    lock.on('error', () => undefined)
    await lock.connect()
    await lock.query('begin; lock table hub.enterprise in access exclusive mode')
    const waiting = [own.call('liaison', 'listEnterprises'), own.submit('ours', aSubmission('ours'))]
    // Both have come as far as the lock.
    const waits = `select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'`
    await eventually(async () => expect(await other.query(waits, [name])).toHaveLength(2))
    await other.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    for (const response of await Promise.all(waiting)) {
      expect(outcomeOf(response)).toBe('503 hub.unavailable')
      expectPlain(response)
    }
    expect(outcomeOf(await own.call('liaison', 'listEnterprises'))).toBe('200')
    expect((await own.app.inject({ url: '/readyz' })).statusCode).toBe(200)
    await other.close()
    await own.close()
  })

  it('a statement cut by the database’s end is told as unavailable', async () => {
    const own = await server.open()
    await own.query(`create function hub.fall() returns trigger language plpgsql as
      $$ begin raise exception 'disk of 13800000000' using errcode = '53100'; end $$`)
    await own.query('create trigger fall before insert on hub.submission for each row execute function hub.fall()')
    const submission = aSubmission('ours')
    const response = await own.submit('ours', submission)
    expect(outcomeOf(response)).toBe('503 hub.unavailable')
    expect(response.body).not.toContain('13800000000')
    await own.query('drop trigger fall on hub.submission')
    expect(outcomeOf(await own.submit('ours', submission))).toBe('201')
    await own.close()
  })
})

describe('what the hub says of itself', () => {
  it('GET /v1/hub is public, complete and without a secret', async () => {
    const response = await world.call(undefined, 'readHub')
    const parsed = v.parse(HubSchema, response.json())
    expect(parsed).toMatchObject({ kind: 'shidang-hub', api: 1, isSetUp: true, isDemo: false })
    expect(parsed.campaigns.map(({ id }) => id)).toEqual([CAMPAIGN])
    expect(parsed.key).toBe(parsed.publicKey.slice(0, 16))
    expect(Math.abs(Date.parse(parsed.now) - Date.now())).toBeLessThan(5000)
    expect(response.body).not.toMatch(/PRIVATE|password|secret/i)
  })

  it('every answer of a route fits its own schema, and holds nothing more', async () => {
    const calls: readonly (readonly [AskerName | undefined, RouteName, object])[] = [
      ['cityOfficial', 'listEnterprises', {}],
      ['cityOfficial', 'readSession', {}],
      ['administrator', 'listAccounts', {}],
      ['cityOfficial', 'listLiaisons', {}],
      ['cityOfficial', 'listImports', {}],
      ['cityOfficial', 'listAuthorities', {}],
      ['cityOfficial', 'listTableVersions', {}],
      ['cityOfficial', 'readPhones', { params: { id: firmId('ours') } }],
      ['cityOfficial', 'readJoinCode', { params: { id: firmId('ours') }, body: { renew: false } }],
      ['cityOfficial', 'listRevisions', { params: { id: firmId('ours') } }],
      ['auditor', 'listAudit', {}],
      ['auditor', 'verifyAudit', {}],
    ]
    await world.submit('ours', aSubmission('ours'))
    for (const [asker, name, parts] of calls) {
      const answer = await world.ask(asker, name, parts)
      const checked = v.safeParse(ROUTES[name].answer as v.GenericSchema, answer)
      expect(
        checked.issues?.map(({ message }) => message),
        name,
      ).toBeUndefined()
    }
  })

  interface Described {
    readonly openapi: string
    readonly info: { readonly title: string; readonly version: string }
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
    readonly components: { readonly schemas: Readonly<Record<string, object>>; readonly securitySchemes: object }
  }
  interface Operation {
    readonly operationId: string
    readonly summary: string
    readonly security: readonly object[]
    readonly parameters: readonly {
      readonly name: string
      readonly in: string
      readonly required: boolean
      readonly schema: object
    }[]
    readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
    readonly responses: Readonly<Record<string, { readonly description: string; readonly content: object }>>
  }

  it('/v1/openapi.json is OpenAPI 3.1 and has every route with its parameters and bodies', async () => {
    const described = (await world.app.inject({ url: '/v1/openapi.json' })).json<Described>()
    expect(described.openapi).toBe('3.1.0')
    expect(described.info.title.length).toBeGreaterThan(0)
    const operations = Object.entries(described.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    )
    expect(operations.map(({ operation }) => operation.operationId).sort()).toEqual(Object.keys(ROUTES).sort())
    for (const { path, method, operation } of operations) {
      const route: Route = ROUTES[operation.operationId as RouteName]
      expect(method).toBe(route.method.toLowerCase())
      expect(path.replace(/\{(\w+)\}/g, ':$1')).toBe(route.path)
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = operation.parameters.filter((one) => one.in === 'path')
      expect(declared.map(({ name }) => name).sort()).toEqual([...inPath].sort())
      expect(declared.every(({ required }) => required)).toBe(true)
      expect(operation.requestBody !== undefined).toBe(route.body !== undefined)
      expect(operation.responses).toHaveProperty(String(route.status ?? 200))
      expect(operation.responses).toHaveProperty('404')
      for (const answer of Object.values(operation.responses)) expect(answer.description.length).toBeGreaterThan(0)
      expect(operation.security.length > 0).toBe(!route.roles.includes('anyone'))
    }
    // Every reference leads somewhere.
    const text = JSON.stringify(described)
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, to]) => to!)
    expect(references.length).toBeGreaterThan(0)
    for (const reference of references) {
      const target = reference
        .slice(2)
        .split('/')
        .reduce<unknown>((inner, name) => (inner as Record<string, unknown>)[name], described)
      expect(target, reference).toBeTypeOf('object')
    }
    // What a body of the route looks like is told: by hand, for one.
    const put = described.paths['/v1/progress']!['put']!.requestBody!.content['application/json']!.schema
    expect(put).toMatchObject({
      type: 'object',
      required: ['answered', 'asked'],
      additionalProperties: false,
      properties: { answered: { type: 'integer', minimum: 0 } },
    })
  })
})

describe('the log', () => {
  it('holds routes, statuses and times, and neither values, codes, names nor addresses of sheets', async () => {
    const submission = aSubmission('ours', { contact: '示例联系人甲', phone: '13811112222' })
    await world.submit('ours', submission)
    await world.submit('beside', submission)
    await world.call('cityOfficial', 'readPhones', { params: { id: firmId('ours') } })
    await world.call('cityOfficial', 'listRevisions', { params: { id: firmId('ours') } })
    await world.call(undefined, 'signIn', { body: { login: 'liaison', password: `${PASSWORD}!` } })
    await world.call(undefined, 'join', {
      body: { creditCode: creditCodeOf('lonely'), code: 'ABCD2345', password: PASSWORD },
    })
    await world.call('cityOfficial', 'saveLiaison', {
      params: { id: liaisonId('liaison') },
      body: { name: '示例改名', phone: '13822223333', area: PLACES.county, isActive: true },
    })
    await world.app.inject({ url: `/v1/nothing?phone=13833334444` })
    const text = logged.join('\n')
    expect(logged.length).toBeGreaterThan(100)
    expect(text).toContain('/v1/submissions/:id/revisions/:revision')
    for (const value of [
      submission.id,
      submission.sha256,
      creditCodeOf('ours'),
      creditCodeOf('lonely'),
      firmId('ours'),
      '示例',
      '13811112222',
      '13822223333',
      '13833334444',
      PASSWORD,
      'ABCD2345',
      tokenOf('ours'),
      tokenOf('cityOfficial'),
      accountId('cityOfficial'),
    ])
      expect(text.includes(value), value).toBe(false)
    expect(text).not.toMatch(/select |insert into|update hub/i)
    for (const line of logged) expect(() => JSON.parse(line) as unknown).not.toThrow()
  })
})
