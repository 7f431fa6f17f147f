// @vitest-environment node
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Campaign } from '#core/oversight/enterprise'
import { outcomeOf, PLACES, startHubServer, type AskerName, type HubServer, type World } from '../support/hub'

let server: HubServer
let world: World
beforeAll(async () => {
  server = await startHubServer()
  world = await server.open()
})
afterAll(async () => {
  await world.close()
  await server.stop()
})

let made = 0
/** A round that is fine; what matters to a test is given. */
function aRound(changes: Partial<Campaign> = {}): Campaign {
  return {
    id: `round-made-${++made}`,
    version: 0,
    title: '2026 年自诊断',
    edition: 'guangxi-2024',
    area: PLACES.region,
    opensOn: '2026-06-01',
    deadlineOn: '2026-08-31',
    referenceOn: '2026-06-01',
    isClosed: false,
    plan: [
      { on: '2026-06-30', share: 0.3 },
      { on: '2026-08-31', share: 1 },
    ],
    ...changes,
  }
}
const save = (round: Campaign, asker: AskerName = 'regionOfficial') =>
  world.call(asker, 'saveCampaign', { params: { id: round.id }, body: round })

describe('保存批次', () => {
  it('is kept as given, counted on with each change, and a change of an older version is refused', async () => {
    const round = aRound()
    expect((await save(round)).json()).toEqual({ ...round, version: 1 })
    const longer = { ...round, version: 1, deadlineOn: '2026-09-30' }
    expect((await save(longer)).json()).toEqual({ ...longer, version: 2 })
    expect(outcomeOf(await save({ ...round, version: 1, title: '旧的' }))).toBe('409 hub.conflict')
    expect(outcomeOf(await save(round))).toBe('409 hub.conflict')
    const { campaigns } = await world.ask(undefined, 'readHub')
    expect(campaigns.find(({ id }) => id === round.id)).toEqual({ ...longer, version: 2 })
  })

  it.each<[string, Partial<Campaign>, string]>([
    ['an end before its beginning', { opensOn: '2026-09-01', plan: [] }, '截止日早于开始日'],
    ['a denominator fixed after the end', { referenceOn: '2026-09-01' }, '分母基准日晚于截止日'],
    // GX-19: the plan of 2024 went beyond the deadline.
    ['a plan beyond the deadline', { plan: [{ on: '2026-09-01', share: 1 }] }, '计划第 1 条：计划的日期晚于截止日'],
    [
      'a plan that falls',
      {
        plan: [
          { on: '2026-06-30', share: 0.5 },
          { on: '2026-07-31', share: 0.4 },
        ],
      },
      '计划第 2 条：累计完成比例不能比上一条低',
    ],
    [
      'a plan that goes back in time',
      {
        plan: [
          { on: '2026-07-31', share: 0.4 },
          { on: '2026-06-30', share: 0.5 },
        ],
      },
      '计划第 2 条：计划的日期要逐条往后',
    ],
  ])('%s is refused, and where is said', async (_, changes, words) => {
    const round = aRound(changes)
    const answer = await save(round)
    expect(outcomeOf(answer)).toBe('422 campaign.faulty')
    expect(answer.body).toContain(words)
    expect((await world.ask(undefined, 'readHub')).campaigns.map(({ id }) => id)).not.toContain(round.id)
  })

  it('is for one’s own area alone, and moves into no other', async () => {
    expect(outcomeOf(await save(aRound({ area: PLACES.nextCity }), 'cityOfficial'))).toBe('403 account.mayNotGrant')
    expect(outcomeOf(await save(aRound(), 'cityOfficial'))).toBe('403 account.mayNotGrant')
    const own = aRound({ area: PLACES.city })
    expect(outcomeOf(await save(own, 'cityOfficial'))).toBe('200')
    expect(outcomeOf(await save({ ...own, version: 1, area: PLACES.nextCity }, 'nextCityOfficial'))).toBe(
      '403 hub.notAllowed',
    )
    expect(outcomeOf(await save(aRound(), 'liaison'))).toMatch(/^403/)
  })

  it('needs a questionnaire that the hub has', async () => {
    expect(outcomeOf(await save(aRound({ edition: 'guangxi-2031' })))).toMatch(/ edition\.unknown$/)
  })
})
