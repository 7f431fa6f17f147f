// @vitest-environment node
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accountId,
  firmId,
  liaisonId,
  otpCode,
  outcomeOf,
  PASSWORD,
  PATHS,
  startHubServer,
  type HubServer,
  type World,
} from '../support/hub'

let server: HubServer
let world: World
beforeAll(async () => {
  server = await startHubServer()
  world = await server.open()
})
afterAll(() => server.stop())

const tokenFrom = (cookies: readonly unknown[]): string => (cookies[0] as { readonly value: string }).value

describe('ways into what is another’s', () => {
  it('a session that waits with the password alone ends when the second factor is enrolled elsewhere', async () => {
    await world.query('update hub.account set otp_secret = null where id = $1', [accountId('countyOfficial')])
    const body = { login: 'countyOfficial', password: PASSWORD }
    const thief = await world.call(undefined, 'signIn', { body, address: '203.0.113.9' })
    const stolen = tokenFrom(thief.cookies)
    const waiting = await world.call(undefined, 'listEnterprises', { token: stolen })
    expect(outcomeOf(waiting)).toBe('403 hub.firstSecondFactor')
    const { secret } = await world.ask('countyOfficial', 'beginSecondFactor', { body: { password: PASSWORD } })
    await world.ask('countyOfficial', 'confirmSecondFactor', { body: { otp: otpCode(0, secret) } })
    expect(outcomeOf(await world.call(undefined, 'listEnterprises', { token: stolen }))).toBe('401 hub.noSession')
    expect(outcomeOf(await world.call('countyOfficial', 'listEnterprises'))).toBe('200')
  })

  it('of forty guesses at once five are looked at', async () => {
    await world.query('delete from hub.attempt')
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, turn) =>
        world.call(undefined, 'signIn', {
          body: { login: 'nextLiaison', password: `Guess-${turn}-times` },
          address: `198.51.100.${turn}`,
        }),
      ),
    )
    const outcomes = answers.map(outcomeOf)
    expect(outcomes.filter((outcome) => outcome === '401 session.wrong')).toHaveLength(5)
    expect(outcomes.filter((outcome) => outcome === '429 session.locked')).toHaveLength(35)
  })

  it('an official opens no account of a liaison who also looks after firms beyond his area', async () => {
    const reset = (asker: 'countyOfficial' | 'regionOfficial') =>
      world.call(asker, 'changeAccount', { params: { id: accountId('liaison') }, body: { resetPassword: true } })
    await world.query(
      `insert into hub.assignment (enterprise, id, liaison, from_at) values ($1, 'beyond', $2, now())`,
      [firmId('foreign'), liaisonId('liaison')],
    )
    expect(outcomeOf(await reset('countyOfficial'))).toBe('403 account.mayNotGrant')
    const second = await world.call('countyOfficial', 'createAccount', {
      body: {
        login: 'second',
        name: '示例',
        role: 'liaison',
        area: PATHS.county.split('/')[2],
        liaison: liaisonId('liaison'),
      },
    })
    expect(outcomeOf(second)).toBe('403 account.mayNotGrant')
    await world.query(`delete from hub.assignment where id = 'beyond'`)
    expect(outcomeOf(await reset('countyOfficial'))).toBe('200')
  })

  it('a liaison gives no new password to a firm that has joined; its authority may', async () => {
    await world.query('update hub.enterprise set joined_at = now() where id = $1', [firmId('beside')])
    const renew = (asker: 'nextLiaison' | 'countyOfficial') =>
      world.call(asker, 'readJoinCode', { params: { id: firmId('beside') }, body: { renew: true } })
    expect(outcomeOf(await renew('nextLiaison'))).toBe('403 joinCode.official')
    expect(outcomeOf(await renew('countyOfficial'))).toBe('200')
  })

  it('what changes an account’s name does not bring back an area that was taken meanwhile', async () => {
    const path = PATHS.county
    await world.query('update hub.account set area = $1, path = $2 where id = $3', [
      path.split('/')[2],
      path,
      accountId('nextCountyOfficial'),
    ])
    await world.ask('administrator', 'changeAccount', {
      params: { id: accountId('nextCountyOfficial') },
      body: { name: '改名' },
    })
    const [row] = await world.query<{ path: string }>('select path from hub.account where id = $1', [
      accountId('nextCountyOfficial'),
    ])
    expect(row!.path).toBe(path)
  })

  it('a credit code is nobody’s login but its firm’s', async () => {
    const made = await world.call('regionOfficial', 'createAccount', {
      body: { login: '91450200XX00000430', name: '示例', role: 'official', area: '450100' },
    })
    expect(outcomeOf(made)).toBe('422 hub.badRequest')
  })
})
