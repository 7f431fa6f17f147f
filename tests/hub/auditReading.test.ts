// @vitest-environment node
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuditActor } from '#core/oversight/api'
import { noteAudit, sealAudit, verifyChain } from '../../hub/audit.ts'
import { erasePerson } from '../../hub/persons.ts'
import {
  accountId,
  aSubmission,
  firmId,
  nameOf,
  startHubServer,
  type AskerName,
  type HubServer,
  type World,
} from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

const NAME = '示例甲乙丙'

async function rename(world: World, asker: AskerName, name: string, login: string): Promise<void> {
  await world.query('update hub.account set name = $2, login = $3 where id = $1', [accountId(asker), name, login])
}

/** Who the auditor is told did it, by what was done; newest first. */
async function whoDid(world: World, action: string): Promise<readonly AuditActor[]> {
  const { rows } = await world.ask('auditor', 'listAudit', { query: { action } })
  return rows.map(({ who }) => who)
}

describe('谁做的', () => {
  it('an official by name and login as they are now, a firm by its name on the roster', async () => {
    const world = await server.open()
    await world.ask('cityOfficial', 'readPhones', { params: { id: firmId('ours') } })
    await world.submit('ours', aSubmission('ours'))
    await rename(world, 'cityOfficial', '示例科长', 'ke.zhang')
    expect(await whoDid(world, 'phones.read')).toEqual([{ kind: 'account', name: '示例科长', login: 'ke.zhang' }])
    expect(await whoDid(world, 'submission.accepted')).toEqual([{ kind: 'enterprise', name: nameOf('ours') }])
    await world.close()
  })

  it('the hub itself, and a stranger at the door', async () => {
    const world = await server.open()
    await world.hub.database.asHub((db, now) => noteAudit(db, now, { action: 'peers.published', subject: 'x' }))
    await world.call(undefined, 'signIn', { body: { login: 'nobody-here', password: 'wrong' } })
    await world.call(undefined, 'join', { body: { creditCode: 'x', code: 'AAAAAAAA', password: 'Sailing-past-43' } })
    expect(await whoDid(world, 'peers.published')).toEqual([{ kind: 'program' }])
    expect(await whoDid(world, 'session.refused')).toEqual([{ kind: 'visitor' }])
    expect(await whoDid(world, 'join.refused')).toEqual([{ kind: 'visitor' }])
    await world.close()
  })

  it('an erased person is nobody any more, and the chain stays what it was', async () => {
    const world = await server.open()
    await rename(world, 'liaison', NAME, 'jia.yi')
    await world.ask('liaison', 'readPhones', { params: { id: firmId('ours') } })
    await sealAudit(world.hub.database)
    const before = await verifyChain(world.hub.database)
    expect(await whoDid(world, 'phones.read')).toEqual([{ kind: 'account', name: NAME, login: 'jia.yi' }])
    await erasePerson(world.hub.database, NAME)
    const answer = await world.ask('auditor', 'listAudit')
    expect(answer.rows.find(({ action }) => action === 'phones.read')).toMatchObject({
      actor: accountId('liaison'),
      role: 'liaison',
      who: { kind: 'erased' },
    })
    expect(JSON.stringify(answer)).not.toMatch(/示例甲乙丙|jia\.yi|erased-/)
    const after = await verifyChain(world.hub.database)
    expect(after).toMatchObject({ isWhole: true, blocks: before.blocks, head: before.head })
    // By the old name there is nothing, by the id what he did.
    for (const actor of [NAME, 'jia.yi'])
      expect((await world.ask('auditor', 'listAudit', { query: { actor } })).rows).toEqual([])
    expect((await world.ask('auditor', 'listAudit', { query: { actor: accountId('liaison') } })).rows).toHaveLength(1)
    await world.close()
  })

  it('a firm that was erased leaves no name, a closed account keeps its own', async () => {
    const world = await server.open()
    await world.submit('ours', aSubmission('ours'))
    await world.ask('countyOfficial', 'readPhones', { params: { id: firmId('ours') } })
    await world.ask('countyOfficial', 'eraseEnterprise', {
      params: { id: firmId('ours') },
      body: { reason: '企业要求' },
    })
    await world.ask('administrator', 'changeAccount', {
      params: { id: accountId('countyOfficial') },
      body: { isClosed: true },
    })
    expect(await whoDid(world, 'submission.accepted')).toEqual([{ kind: 'erased' }])
    const [official] = await world.query<{ name: string; login: string }>(
      'select name, login from hub.account where id = $1',
      [accountId('countyOfficial')],
    )
    expect(await whoDid(world, 'phones.read')).toEqual([{ kind: 'account', ...official }])
    await world.close()
  })

  it('names stand in the answer only: the audit itself has none', async () => {
    const world = await server.open()
    await rename(world, 'cityOfficial', NAME, 'jia.yi')
    await world.ask('cityOfficial', 'readPhones', { params: { id: firmId('ours') } })
    await world.ask('auditor', 'listAudit')
    const kept = await world.query<{ text: string }>('select a::text as text from hub.audit a')
    expect(kept.map(({ text }) => text).join()).not.toMatch(/示例甲乙丙|jia\.yi/)
    await world.close()
  })
})

describe('查找一个人做了什么', () => {
  it('by name, by login in any case, by id, and a firm by its name; part of a name finds nobody', async () => {
    const world = await server.open()
    await rename(world, 'cityOfficial', NAME, 'jia.yi')
    await world.ask('cityOfficial', 'readPhones', { params: { id: firmId('ours') } })
    await world.ask('nextCityOfficial', 'readPhones', { params: { id: firmId('foreign') } })
    await world.submit('ours', aSubmission('ours'))
    const find = async (actor: string): Promise<readonly (string | undefined)[]> =>
      (await world.ask('auditor', 'listAudit', { query: { actor } })).rows.map((row) => row.actor)
    for (const words of [NAME, 'jia.yi', 'JIA.YI', accountId('cityOfficial')])
      expect(await find(words), words).toEqual([accountId('cityOfficial')])
    expect(await find(nameOf('ours'))).toEqual([accountId('ours')])
    for (const words of ['示例甲', '%', 'jia_yi', 'nobody']) expect(await find(words), words).toEqual([])
    await world.close()
  })
})
