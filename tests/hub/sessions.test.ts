// @vitest-environment node
import { URI, type TOTP } from 'otpauth'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { LOGIN_POLICIES } from '#core/oversight/access'
import { ROUTES, type Route, type RouteName, type Session } from '#core/oversight/api'
import type { LightMyRequestResponse } from 'fastify'
import { makeEnterpriseId } from '../../hub/ids.ts'
import { hashPassword } from '../../hub/passwords.ts'
import { offerSetup } from '../../hub/setUp.ts'
import {
  accountId,
  ASKER_NAMES,
  aSubmission,
  buildRequest,
  creditCodeOf,
  firmId,
  hashToken,
  otpCode,
  outcomeOf,
  PASSWORD,
  PATHS,
  PLACES,
  startHubServer,
  tokenOf,
  type AskerName,
  type HubServer,
  type OpenOptions,
  type World,
} from '../support/hub'

let server: HubServer
let world: World
beforeAll(async () => {
  server = await startHubServer()
  world = await server.open()
})
afterAll(() => server.stop())

/** Every test finds nobody locked, no code used, and everybody signed in. */
beforeEach(async () => {
  await world.query('delete from hub.attempt')
  await world.query('update hub.account set otp_step = 0')
  for (const name of ASKER_NAMES)
    await world.query(
      `insert into hub.session (token_hash, account, created_at, seen_at, ends_at, has_second_factor)
       values ($1, $2, now(), now(), now() + interval '12 hours', true)
       on conflict (token_hash) do update set seen_at = now(), ends_at = now() + interval '12 hours'`,
      [hashToken(tokenOf(name)), accountId(name)],
    )
})

const NEXT = 'Anchored-at-77'

interface Attempt {
  readonly password?: string
  readonly otp?: string
  readonly address?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly to?: World
}

function signIn(login: string, attempt: Attempt = {}): Promise<LightMyRequestResponse> {
  const { password = PASSWORD, otp, address = '198.51.100.1', headers = {}, to = world } = attempt
  return to.call(undefined, 'signIn', {
    body: { login, password, ...(otp === undefined ? {} : { otp }) },
    address,
    headers,
  })
}

function cookieOf(response: LightMyRequestResponse): string {
  const [cookie] = response.cookies as readonly { readonly name: string; readonly value: string }[]
  return cookie!.value
}

/** What a token from somewhere gets. */
const tryToken = async (token: string, name: RouteName = 'readSession', to = world): Promise<string> =>
  outcomeOf(await to.call(undefined, name, { token }))

async function countRefused(): Promise<number> {
  const [row] = await world.query<{ count: number }>(
    `select count(*)::int as count from hub.audit where action = 'session.refused' and not is_done`,
  )
  return row!.count
}

describe('lock-out', () => {
  it('after five wrong passwords the right one does not help, whatever X-Forwarded-For says', async () => {
    const refusals = await countRefused()
    for (let turn = 0; turn < 5; turn++) {
      const response = await signIn('liaison', {
        password: `wrong-${turn}`,
        address: `198.51.100.${turn + 1}`,
        headers: { 'x-forwarded-for': `203.0.113.${turn}` },
      })
      expect(outcomeOf(response)).toBe('401 session.wrong')
    }
    const locked = await signIn('liaison', { address: '198.51.100.77' })
    expect(outcomeOf(locked)).toBe('429 session.locked')
    expect(locked.json<{ error: { details: object } }>().error.details).toEqual({ minutes: 15 })
    // Each is in the audit with the account it was meant for.
    expect(await countRefused()).toBe(refusals + 5)
    const rows = await world.query<{ subject: string }>(
      `select subject from hub.audit where action = 'session.refused' order by at desc limit 5`,
    )
    expect(new Set(rows.map(({ subject }) => subject))).toEqual(new Set([accountId('liaison')]))
    // The lock holds at another hub on the same database, and is shown to who may lift it.
    const second = await server.open({ url: world.url })
    expect(outcomeOf(await signIn('liaison', { to: second }))).toBe('429 session.locked')
    await second.close()
    const { accounts } = await world.ask('countyOfficial', 'listAccounts')
    expect(accounts.filter(({ isLocked }) => isLocked).map(({ id }) => id)).toEqual([accountId('liaison')])
    await world.ask('countyOfficial', 'changeAccount', { params: { id: accountId('liaison') }, body: { unlock: true } })
    expect(outcomeOf(await signIn('liaison', { address: '198.51.100.78' }))).toBe('200')
  })

  it('the lock ends by itself after the minutes of the policy', async () => {
    for (let turn = 0; turn < 5; turn++) await signIn('liaison', { password: 'wrong' })
    expect(outcomeOf(await signIn('liaison'))).toBe('429 session.locked')
    const [row] = await world.query<{ left: number }>(
      `select (max(expire) - extract(epoch from now()) * 1000)::float8 / 60000 as left from hub.attempt where key like 'account%'`,
    )
    expect(row!.left).toBeGreaterThan(14)
    expect(row!.left).toBeLessThanOrEqual(15)
    await world.query('update hub.attempt set expire = extract(epoch from now()) * 1000 - 1')
    expect(outcomeOf(await signIn('liaison'))).toBe('200')
  })

  it('a right password before the fifth wrong one starts the count again', async () => {
    for (let turn = 0; turn < 4; turn++) await signIn('liaison', { password: 'wrong' })
    expect(outcomeOf(await signIn('liaison'))).toBe('200')
    expect(outcomeOf(await signIn('liaison', { password: 'wrong' }))).toBe('401 session.wrong')
    expect(outcomeOf(await signIn('liaison'))).toBe('200')
  })

  it('a name is one name, however it is written', async () => {
    for (const login of ['liaison', 'LIAISON', ' Liaison', 'liaison ', 'lIAISON'])
      await signIn(login, { password: 'wrong' })
    expect(outcomeOf(await signIn('liaison'))).toBe('429 session.locked')
  })

  it('many names from one address are stopped by the address', async () => {
    const address = '198.51.100.200'
    await signIn('nobody-1', { address })
    await world.query(`update hub.attempt set points = 59 where key like '%ip:${address}'`)
    expect(outcomeOf(await signIn('nobody-2', { address }))).toBe('401 session.wrong')
    expect(outcomeOf(await signIn('nextLiaison', { address }))).toBe('429 session.locked')
    expect(outcomeOf(await signIn('nextLiaison', { address: '198.51.100.201' }))).toBe('200')
  })

  it('an administrator is not locked out by attempts from elsewhere', async () => {
    for (let turn = 0; turn < 6; turn++) await signIn('administrator', { password: 'wrong', address: '203.0.113.5' })
    expect(outcomeOf(await signIn('administrator', { otp: otpCode(), address: '203.0.113.5' }))).toBe(
      '429 session.locked',
    )
    expect(outcomeOf(await signIn('administrator', { otp: otpCode(), address: '198.51.100.9' }))).toBe('200')
  })

  it('behind a proxy the address is the one the proxy saw, not what the client wrote before it', async () => {
    const proxied = await server.open({ url: world.url, settings: { trustProxy: true } })
    for (let turn = 0; turn < 5; turn++)
      await signIn('administrator', {
        to: proxied,
        password: 'wrong',
        address: '127.0.0.1',
        headers: { 'x-forwarded-for': `192.0.2.${turn}, 203.0.113.6` },
      })
    const locked = await signIn('administrator', {
      to: proxied,
      otp: otpCode(),
      address: '127.0.0.1',
      headers: { 'x-forwarded-for': '192.0.2.99, 203.0.113.6' },
    })
    expect(outcomeOf(locked)).toBe('429 session.locked')
    await proxied.close()
  })

  it('an unknown, a closed and an expired account answer like a wrong password', async () => {
    await world.query('update hub.account set is_closed = true where id = $1', [accountId('nextLiaison')])
    await world.query(`update hub.account set expires_on = '2020-01-01' where id = $1`, [accountId('farLiaison')])
    const answers = await Promise.all([
      signIn('liaison', { password: 'wrong' }),
      signIn('nobody-at-all', {}),
      signIn('nextLiaison', {}),
      signIn('farLiaison', {}),
    ])
    expect(new Set(answers.map(({ statusCode, body }) => `${statusCode} ${body}`)).size).toBe(1)
    expect(answers.flatMap(({ cookies }) => cookies)).toEqual([])
    await world.query('update hub.account set is_closed = false, expires_on = null')
  })

  it('guessing one’s way to another password within a session is counted too', async () => {
    const guess = () => world.call('liaison', 'changePassword', { body: { current: 'wrong', next: NEXT } })
    for (let turn = 0; turn < 5; turn++) expect(outcomeOf(await guess())).toBe('403 password.wrong')
    expect(outcomeOf(await guess())).toBe('429 session.locked')
    const rows = await world.query(
      `select 1 from hub.audit where action = 'session.refused' and actor = $1 and not is_done`,
      [accountId('liaison')],
    )
    expect(rows).toHaveLength(5)
  })
})

describe('sessions', () => {
  it('end after 30 idle minutes on the server, and a request keeps them alive', async () => {
    const idle = (minutes: number): Promise<unknown> =>
      world.query(`update hub.session set seen_at = now() - make_interval(mins => $1) where token_hash = $2`, [
        minutes,
        hashToken(tokenOf('liaison')),
      ])
    await idle(29)
    expect(await tryToken(tokenOf('liaison'))).toBe('200')
    const [row] = await world.query<{ idle: number }>(
      `select extract(epoch from now() - seen_at)::float8 as idle from hub.session where token_hash = $1`,
      [hashToken(tokenOf('liaison'))],
    )
    expect(row!.idle).toBeLessThan(10)
    await idle(31)
    expect(await tryToken(tokenOf('liaison'))).toBe('401 hub.noSession')
    expect(
      await world.query('select 1 from hub.session where token_hash = $1', [hashToken(tokenOf('liaison'))]),
    ).toEqual([])
  })

  it('end 12 hours after sign-in, however busy', async () => {
    const response = await signIn('liaison')
    const { endsAt, idleMinutes } = response.json<Session>()
    expect(idleMinutes).toBe(30)
    expect((Date.parse(endsAt) - Date.now()) / 3_600_000).toBeCloseTo(12, 1)
    const token = cookieOf(response)
    await world.query(`update hub.session set ends_at = now() - interval '1 second' where token_hash = $1`, [
      hashToken(token),
    ])
    expect(await tryToken(token)).toBe('401 hub.noSession')
  })

  it('a cookie copied before sign-out is worth nothing after it', async () => {
    const token = cookieOf(await signIn('liaison'))
    expect(await tryToken(token, 'listEnterprises')).toBe('200')
    const out = await world.call(undefined, 'signOut', { token })
    expect(out.headers['set-cookie']).toMatch(/^shidang_session=; .*(Max-Age=0|Expires=Thu, 01 Jan 1970)/)
    expect(await tryToken(token, 'listEnterprises')).toBe('401 hub.noSession')
    expect(await tryToken(token, 'signOut')).toBe('401 hub.noSession')
  })

  it('a changed password ends all others, and the old password', async () => {
    const [here, there] = [cookieOf(await signIn('nextLiaison')), cookieOf(await signIn('nextLiaison'))]
    const change = (current: string, next: string) =>
      world.call(undefined, 'changePassword', { token: here, body: { current, next } })
    expect(outcomeOf(await change(PASSWORD, NEXT))).toBe('200')
    expect(await tryToken(here)).toBe('200')
    expect(await tryToken(there)).toBe('401 hub.noSession')
    expect(await tryToken(tokenOf('nextLiaison'))).toBe('401 hub.noSession')
    expect(outcomeOf(await signIn('nextLiaison'))).toBe('401 session.wrong')
    expect(outcomeOf(await signIn('nextLiaison', { password: NEXT }))).toBe('200')
    // Neither the present one nor one of the last five.
    expect(outcomeOf(await change(NEXT, NEXT))).toBe('422 password.reused')
    expect(outcomeOf(await change(NEXT, PASSWORD))).toBe('422 password.reused')
    expect(outcomeOf(await change(NEXT, 'short'))).toBe('422 password.weak')
    await world.query('update hub.account set password_hash = $1 where id = $2', [
      await hashPassword(PASSWORD),
      accountId('nextLiaison'),
    ])
  })

  it('ending the sessions elsewhere leaves this one', async () => {
    const [here, there] = [cookieOf(await signIn('farLiaison')), cookieOf(await signIn('farLiaison'))]
    const response = await world.call(undefined, 'signOutElsewhere', { token: here })
    expect(response.json()).toEqual({ ended: 2 })
    expect([await tryToken(here), await tryToken(there)]).toEqual(['200', '401 hub.noSession'])
  })

  it('a token is new at every sign-in, long, and never one that was sent along', async () => {
    const fixed = 'a'.repeat(43)
    const response = await signIn('liaison', { headers: { cookie: `shidang_session=${fixed}` } })
    const tokens = [cookieOf(response), cookieOf(await signIn('liaison'))]
    expect(tokens[0]).not.toBe(tokens[1])
    for (const token of tokens) expect(token).toMatch(/^[\w-]{43}$/)
    expect(await tryToken(fixed)).toBe('401 hub.noSession')
  })

  it('the cookie is for the browser alone: HttpOnly, SameSite=Strict, and under https with its prefix', async () => {
    const plain = await signIn('liaison')
    expect(plain.headers['set-cookie']).toMatch(/^shidang_session=[\w-]+; Path=\/; HttpOnly; SameSite=Strict$/)
    const secure = await server.open({ url: world.url, settings: { publicUrl: 'https://hub.example' } })
    const over = await signIn('liaison', { to: secure })
    expect(over.headers['set-cookie']).toMatch(
      /^__Host-shidang_session=[\w-]+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    )
    expect(over.headers['strict-transport-security']).toContain('max-age=31536000')
    const out = await secure.call(undefined, 'signOut', {
      headers: { cookie: `__Host-shidang_session=${cookieOf(over)}` },
    })
    expect(out.headers['set-cookie']).toMatch(/^__Host-shidang_session=;.*Secure/)
    await secure.close()
  })

  it('a stolen dump opens no session: tokens are kept as hashes, passwords as Argon2id', async () => {
    const token = cookieOf(await signIn('liaison'))
    for (const table of ['session', 'account', 'audit', 'setting', 'attempt']) {
      const rows = await world.query<{ text: string }>(`select t::text as text from hub.${table} t`)
      const dump = rows.map(({ text }) => text).join('\n')
      expect(dump).not.toContain(token)
      expect(dump).not.toContain(PASSWORD)
    }
    const hashes = await world.query<{ token_hash: string }>('select token_hash from hub.session')
    for (const { token_hash } of hashes) expect(await tryToken(token_hash)).toBe('401 hub.noSession')
    const passwords = await world.query<{ password_hash: string }>('select password_hash from hub.account')
    for (const { password_hash } of passwords) expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it.each(['', 'x', 'a'.repeat(101), '%00', "' or 1=1 --", '\u{1F600}'])(
    'a cookie of “%s” is no session',
    async (token) => {
      expect(await tryToken(encodeURIComponent(token))).toBe('401 hub.noSession')
    },
  )
})

describe('requests of other sites', () => {
  const changing = (Object.keys(ROUTES) as RouteName[]).filter((name) => ROUTES[name].method !== 'GET')
  const PUBLIC = 'http://hub.example:8080'

  /** One changing request as a page would send it; `undefined` takes a header away. */
  const send = (name: RouteName, headers: Readonly<Record<string, string | undefined>>, payload?: string) => {
    const built = buildRequest('administrator', name, {})
    const all = { ...(built.headers as Record<string, string>), host: 'hub.example:8080', ...headers }
    const kept = Object.fromEntries(
      Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    return world.app.inject({ ...built, headers: kept, ...(payload === undefined ? {} : { payload }) })
  }

  it.each(changing)('%s is refused without our header, from another origin and across sites', async (name) => {
    for (const headers of [
      { 'x-shidang': undefined },
      { 'x-shidang': '0' },
      { origin: 'https://evil.example' },
      { origin: 'http://hub.example:8080.evil.example' },
      { origin: 'http://hub.example' },
      { origin: 'null' },
      { origin: '' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: PUBLIC, 'sec-fetch-site': 'cross-site' },
    ]) {
      const response = await send(name, headers)
      expect(outcomeOf(response), JSON.stringify(headers)).toBe('403 hub.foreignOrigin')
    }
  })

  it.each([
    'text/plain',
    'text/plain; application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/json; charset=utf-16',
    'application/json;boundary=x',
    'application/jsonp',
    'text/json',
    '',
  ])('a body that says it is “%s” is not read', async (type) => {
    const response = await send('changePassword', { 'content-type': type }, '{"current":"a","next":"b"}')
    expect(response.statusCode).toBe(415)
    expect(response.headers['set-cookie']).toBeUndefined()
  })

  it('our own pages are served, with their origin or without one', async () => {
    for (const headers of [
      {},
      { origin: PUBLIC },
      { origin: PUBLIC, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
    ])
      expect(outcomeOf(await send('signOutElsewhere', headers))).toBe('200')
  })

  it('reading needs no header, and no other site may read: there is no CORS', async () => {
    const response = await world.app.inject({
      ...buildRequest('liaison', 'listEnterprises'),
      headers: { cookie: `shidang_session=${tokenOf('liaison')}`, origin: 'https://evil.example' },
    })
    expect(Object.keys(response.headers).filter((name) => name.startsWith('access-control'))).toEqual([])
    const preflight = await world.app.inject({
      method: 'OPTIONS',
      url: '/v1/enterprises',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'PATCH' },
    })
    expect(preflight.statusCode).toBe(404)
  })
})

describe('second factor', () => {
  it('is asked for after the password, and each code works once', async () => {
    expect(outcomeOf(await signIn('cityOfficial'))).toBe('401 session.otpNeeded')
    expect(outcomeOf(await signIn('cityOfficial', { password: 'wrong', otp: otpCode() }))).toBe('401 session.wrong')
    expect(outcomeOf(await signIn('cityOfficial', { otp: '000000' }))).toBe('401 session.otpWrong')
    expect(outcomeOf(await signIn('cityOfficial', { otp: otpCode(-5) }))).toBe('401 session.otpWrong')
    const code = otpCode()
    expect(outcomeOf(await signIn('cityOfficial', { otp: code }))).toBe('200')
    expect(outcomeOf(await signIn('cityOfficial', { otp: code }))).toBe('401 session.otpWrong')
    // An earlier one neither; the next one does, from a clock half a minute ahead.
    expect(outcomeOf(await signIn('cityOfficial', { otp: otpCode(-1) }))).toBe('401 session.otpWrong')
    expect(outcomeOf(await signIn('cityOfficial', { otp: otpCode(1) }))).toBe('200')
  })

  it('of ten at once with one code one gets in', async () => {
    const code = otpCode()
    const answers = await Promise.all(Array.from({ length: 6 }, () => signIn('nextCityOfficial', { otp: code })))
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
  })

  it('five wrong codes lock like five wrong passwords', async () => {
    for (let turn = 0; turn < 5; turn++) await signIn('cityOfficial', { otp: '000000' })
    expect(outcomeOf(await signIn('cityOfficial', { otp: otpCode() }))).toBe('429 session.locked')
  })

  it('officials enrol one first: until then only what leads there is served', async () => {
    await world.query('update hub.account set otp_secret = null where id = $1', [accountId('countyOfficial')])
    const session = await world.ask('countyOfficial', 'readSession')
    expect(session.mustEnrolSecondFactor).toBe(true)
    const served: readonly RouteName[] = [
      'readSession',
      'signOut',
      'signOutElsewhere',
      'changePassword',
      'beginSecondFactor',
      'confirmSecondFactor',
    ]
    for (const name of Object.keys(ROUTES) as RouteName[]) {
      const route: Route = ROUTES[name]
      if (route.roles.includes('anyone') || served.includes(name)) continue
      const outcome = outcomeOf(await world.call('countyOfficial', name, { params: { id: 'x', revision: 1 } }))
      expect(outcome, name).toBe('403 hub.firstSecondFactor')
    }
    expect(outcomeOf(await world.call('countyOfficial', 'confirmSecondFactor', { body: { otp: '123456' } }))).toBe(
      '401 session.otpWrong',
    )
    const begin = (password: string) => world.call('countyOfficial', 'beginSecondFactor', { body: { password } })
    expect(outcomeOf(await begin('wrong'))).toBe('403 password.wrong')
    const { secret, uri } = (await begin(PASSWORD)).json<{ secret: string; uri: string }>()
    const app = URI.parse(uri) as TOTP
    expect(app.secret.base32).toBe(secret)
    expect([app.issuer, app.label, app.digits, app.period]).toEqual(['识档', 'countyofficial', 6, 30])
    // Before it is confirmed it does not count.
    expect(outcomeOf(await signIn('countyOfficial'))).toBe('200')
    const code = app.generate()
    const confirmed = await world.ask('countyOfficial', 'confirmSecondFactor', { body: { otp: code } })
    expect(confirmed.mustEnrolSecondFactor).toBe(false)
    expect(await tryToken(tokenOf('countyOfficial'), 'listEnterprises')).toBe('200')
    // The code that confirmed it signs nobody in.
    expect(outcomeOf(await signIn('countyOfficial', { otp: code }))).toBe('401 session.otpWrong')
    expect(outcomeOf(await signIn('countyOfficial', { otp: otpCode(1, secret) }))).toBe('200')
  })

  it('is for whom the policy names', async () => {
    const asks = async (profile: keyof typeof LOGIN_POLICIES): Promise<readonly AskerName[]> => {
      const other = await server.open({ settings: { policy: LOGIN_POLICIES[profile] } })
      await other.query('update hub.account set otp_secret = null')
      const asked: AskerName[] = []
      for (const asker of ['ours', 'liaison', 'cityOfficial', 'administrator', 'auditor'] as const)
        if ((await other.ask(asker, 'readSession')).mustEnrolSecondFactor) asked.push(asker)
      await other.close()
      return asked
    }
    expect(await asks('dengbao-2')).toEqual(['cityOfficial', 'administrator', 'auditor'])
    expect(await asks('dengbao-3')).toEqual(['liaison', 'cityOfficial', 'administrator', 'auditor'])
  })
})

describe('passwords', () => {
  it('the first one is for one sign-in: then it must be changed, and nothing else is served', async () => {
    const { initialPassword, account } = await world.ask('administrator', 'createAccount', {
      body: { login: 'New.Official', name: '示例新人', role: 'official', area: PLACES.city },
    })
    expect(initialPassword).toMatch(/^[\w#%+=?@]{16}$/)
    expect(account).toMatchObject({ login: 'new.official', hasSecondFactor: false })
    const response = await signIn('new.official', { password: initialPassword })
    expect(response.json<Session>().mustChangePassword).toBe(true)
    const token = cookieOf(response)
    expect(await tryToken(token, 'listEnterprises')).toBe('403 hub.firstPassword')
    const change = (next: string) =>
      world.call(undefined, 'changePassword', { token, body: { current: initialPassword, next } })
    expect(outcomeOf(await change(initialPassword))).toBe('422 password.reused')
    expect(outcomeOf(await change('New.Official-1'))).toBe('422 password.weak')
    expect((await change(NEXT)).json<Session>().mustChangePassword).toBe(false)
    expect(await tryToken(token, 'listEnterprises')).toBe('403 hub.firstSecondFactor')
    // The login is taken now, in whatever letters.
    const again = await world.call('administrator', 'createAccount', {
      body: { login: 'NEW.official', name: '示例', role: 'auditor' },
    })
    expect(outcomeOf(again)).toBe('409 account.loginTaken')
  })

  it('one older than the policy allows must be changed', async () => {
    const age = (days: number): Promise<unknown> =>
      world.query('update hub.account set password_at = now() - make_interval(days => $1) where id = $2', [
        days,
        accountId('liaison'),
      ])
    await age(179)
    expect((await world.ask('liaison', 'readSession')).mustChangePassword).toBe(false)
    await age(181)
    expect((await world.ask('liaison', 'readSession')).mustChangePassword).toBe(true)
    expect(await tryToken(tokenOf('liaison'), 'listEnterprises')).toBe('403 hub.firstPassword')
    await age(0)
  })

  it.each([
    // Ten characters of three kinds; twelve of four; twelve of whatever kind (ASVS forbids composition rules).
    ['dengbao-2', 'Abcdef-12', 'Abcdef-123'],
    ['dengbao-2', 'abcdefghij12', 'abcdefgh-12'],
    ['dengbao-3', 'Abcdef-1234'.slice(0, 11), 'Abcdef-12345'],
    ['dengbao-3', 'abcdefgh-1234', 'Abcdefgh-1234'],
    ['asvs', 'only eleven', 'just letters'],
    ['asvs', 'aaaaaaaaaaaa', 'aaaaaaaaaaab'],
    ['asvs', 'my-intruder-word', 'my-intrude-wordy'],
  ] as const)('under %s “%s” will not do and “%s” will', async (profile, weak, good) => {
    const other = await server.open({ url: world.url, settings: { policy: LOGIN_POLICIES[profile] } })
    const attempt = async (password: string) =>
      outcomeOf(await other.call(undefined, 'setUp', { body: { token: 'x', login: 'intruder', name: '某', password } }))
    expect(await attempt(weak)).toBe('422 password.weak')
    // Good enough, and then refused for the link.
    expect(await attempt(good)).toBe('403 setup.wrong')
    await other.close()
  })
})

describe('the first administrator', () => {
  it('is made by the printed link, once, by one of many who hold it', async () => {
    const empty = await server.openEmpty()
    expect((await empty.ask(undefined, 'readHub')).isSetUp).toBe(false)
    const stale = await offerSetup(empty.hub)
    const token = await offerSetup(empty.hub)
    const use = (given: string, turn = 0) =>
      empty.call(undefined, 'setUp', {
        body: { token: given, login: `first-${turn}`, name: '示例管理员', password: PASSWORD },
        address: `198.51.100.${turn}`,
      })
    // Only the newest link counts.
    expect(outcomeOf(await use(stale!))).toBe('403 setup.wrong')
    const answers = await Promise.all(Array.from({ length: 6 }, (_, turn) => use(token!, turn)))
    expect(answers.map(outcomeOf).sort()).toEqual(['200', ...Array<string>(5).fill('403 setup.wrong')])
    const made = await empty.query<{ role: string }>('select role from hub.account')
    expect(made).toEqual([{ role: 'administrator' }])
    const session = answers.find(({ statusCode }) => statusCode === 200)!
    expect(session.json<Session>()).toMatchObject({ mustChangePassword: false, mustEnrolSecondFactor: true })
    expect(session.json()).not.toHaveProperty('token')
    expect((await empty.ask(undefined, 'readHub')).isSetUp).toBe(true)
    expect(await offerSetup(empty.hub)).toBeUndefined()
    expect(outcomeOf(await use(token!, 9))).toBe('403 setup.wrong')
    await empty.close()
  })

  it('the last one stays: two that close each other at once leave one', async () => {
    const other = await server.open()
    const { account } = await other.ask('administrator', 'createAccount', {
      body: { login: 'second', name: '示例', role: 'administrator' },
    })
    await other.query(`update hub.account set must_change = false, otp_secret = 'JBSWY3DPEHPK3PXP' where id = $1`, [
      account.id,
    ])
    await other.query(`insert into hub.session values ($1, $2, now(), now(), now() + interval '1 hour', true)`, [
      hashToken('second-token'),
      account.id,
    ])
    const close = (id: string, token: string) =>
      other.call(undefined, 'changeAccount', { params: { id }, body: { isClosed: true }, token })
    const answers = await Promise.all([
      close(account.id, tokenOf('administrator')),
      close(accountId('administrator'), 'second-token'),
    ])
    const left = await other.query(`select 1 from hub.account where role = 'administrator' and not is_closed`)
    expect(left).toHaveLength(1)
    expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(1)
    await other.close()
  })
})

describe('joining', () => {
  const join = (creditCode: string, code: string, password = PASSWORD, address = '198.51.100.1') =>
    world.call(undefined, 'join', { body: { creditCode, code, password }, address })
  const codeOf = async (renew: boolean, asker: AskerName = 'countyOfficial'): Promise<string> =>
    (await world.ask(asker, 'readJoinCode', { params: { id: firmId('lonely') }, body: { renew } })).code

  it('needs the firm’s own code, takes it once, and a new one gives a new password', async () => {
    const code = await codeOf(false)
    expect(code).toMatch(/^[2-9A-HJKMNP-Z]{8}$/)
    // The same whenever it is asked for: so the roster can be exported again.
    expect(await codeOf(false, 'cityOfficial')).toBe(code)
    expect(outcomeOf(await join(creditCodeOf('lonely'), '22222222'))).toBe('401 join.wrong')
    expect(outcomeOf(await join(creditCodeOf('foreign'), code))).toBe('401 join.wrong')
    const unknown = await join('91450100MA5T00000X', code)
    const wrong = await join(creditCodeOf('lonely'), '33333333')
    expect([unknown.statusCode, unknown.body]).toEqual([wrong.statusCode, wrong.body])
    expect(outcomeOf(await join(creditCodeOf('lonely'), code, 'weak'))).toBe('422 password.weak')
    // Read out by telephone: small letters, blanks and hyphens.
    const first = await join(
      creditCodeOf('lonely').toLowerCase(),
      `${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `,
    )
    expect(first.json<Session>().account).toMatchObject({
      role: 'enterprise',
      login: creditCodeOf('lonely').toLowerCase(),
      enterprise: { id: firmId('lonely') },
    })
    expect(outcomeOf(await join(creditCodeOf('lonely'), code))).toBe('401 join.wrong')
    expect(outcomeOf(await signIn(creditCodeOf('lonely')))).toBe('200')
    // It sees its own firm, and hands in.
    const token = cookieOf(first)
    expect(await tryToken(token, 'listEnterprises')).toBe('200')

    const renewed = await codeOf(true)
    expect(renewed).not.toBe(code)
    expect(outcomeOf(await join(creditCodeOf('lonely'), code))).toBe('401 join.wrong')
    const again = await join(creditCodeOf('lonely'), renewed, NEXT)
    expect(again.json<Session>().account.id).toBe(first.json<Session>().account.id)
    expect(await tryToken(token)).toBe('401 hub.noSession')
    expect(outcomeOf(await signIn(creditCodeOf('lonely')))).toBe('401 session.wrong')
    expect(outcomeOf(await signIn(creditCodeOf('lonely'), { password: NEXT }))).toBe('200')
    // A code that was given out and not used is worthless after the next.
    const unused = await codeOf(true)
    await codeOf(true)
    expect(outcomeOf(await join(creditCodeOf('lonely'), unused))).toBe('401 join.wrong')
  })

  it('of five at once with one code one makes the account', async () => {
    const code = await codeOf(true)
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, turn) => join(creditCodeOf('lonely'), code, PASSWORD, `198.51.100.${turn}`)),
    )
    expect(answers.map(outcomeOf).sort()).toEqual(['200', ...Array<string>(4).fill('401 join.wrong')])
    expect(await world.query('select 1 from hub.account where enterprise = $1', [firmId('lonely')])).toHaveLength(1)
  })

  it('five wrong codes close the door for this firm, from wherever, and are in the audit', async () => {
    const before = await world.query(`select 1 from hub.audit where action = 'join.refused'`)
    for (let turn = 0; turn < 5; turn++)
      expect(outcomeOf(await join(creditCodeOf('lonely'), '22222222', PASSWORD, `203.0.113.${turn}`))).toBe(
        '401 join.wrong',
      )
    const code = await codeOf(true)
    expect(outcomeOf(await join(creditCodeOf('lonely'), code, PASSWORD, '203.0.113.99'))).toBe('429 session.locked')
    const after = await world.query(`select 1 from hub.audit where action = 'join.refused'`)
    expect(after.length - before.length).toBe(5)
  })

  it('codes, once given out, stand neither in the database nor in the audit', async () => {
    const code = await codeOf(false)
    for (const table of ['enterprise', 'audit', 'account', 'setting']) {
      const rows = await world.query<{ text: string }>(`select t::text as text from hub.${table} t`)
      expect(rows.map(({ text }) => text).join('\n')).not.toContain(code)
    }
  })

  it('one credit code on several rosters: each firm has its own code and account', async () => {
    const other = await server.open()
    const creditCode = creditCodeOf('lonely')
    const places = [
      { id: makeEnterpriseId(creditCode, PLACES.nextCity), path: PATHS.farCounty, city: PLACES.nextCity },
      { id: makeEnterpriseId(creditCode, PLACES.city, 1), path: PATHS.nextCounty, city: PLACES.city },
      { id: makeEnterpriseId(creditCode, PLACES.city, 2), path: PATHS.city, city: PLACES.city },
    ]
    for (const { id, path, city } of places)
      await other.query(
        `insert into hub.enterprise (id, version, changed_at, path, credit_code, name, city, is_above_scale, listed_on)
         values ($1, 1, now(), $2, $3, '示例', $4, true, '2024-01-01')`,
        [id, path, creditCode, city],
      )
    const logins: string[] = []
    for (const id of [firmId('lonely'), ...places.map((place) => place.id)]) {
      const { code } = await other.ask('regionOfficial', 'readJoinCode', { params: { id }, body: { renew: false } })
      const response = await other.call(undefined, 'join', { body: { creditCode, code, password: PASSWORD } })
      expect(response.json<Session>().account.enterprise?.id).toBe(id)
      logins.push(response.json<Session>().account.login)
    }
    expect(new Set(logins).size).toBe(4)
    for (const login of logins) expect(outcomeOf(await signIn(login, { to: other }))).toBe('200')
    await other.close()
  })

  it('a firm that joined hands in under its own account', async () => {
    const fresh: OpenOptions = {}
    const other = await server.open(fresh)
    const { code } = await other.ask('countyOfficial', 'readJoinCode', {
      params: { id: firmId('lonely') },
      body: { renew: false },
    })
    const joined = await other.call(undefined, 'join', {
      body: { creditCode: creditCodeOf('lonely'), code, password: PASSWORD },
    })
    const submission = aSubmission('lonely')
    const response = await other.call(undefined, 'putSubmission', {
      token: cookieOf(joined),
      params: { id: submission.id, revision: 1 },
      body: { campaign: 'round-1', submission },
    })
    expect(outcomeOf(response)).toBe('201')
    await other.close()
  })
})
