// @vitest-environment node
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Peers } from '#core/diagnosis/peerFile'
import { LOGIN_POLICIES } from '#core/oversight/access'
import { openLedger, type PeersLedger } from '#core/oversight/peers'
import { digest } from '#digest'
import { fillRegion } from '../../hub/demo.ts'
import { publishPeers } from '../../hub/peersPublication.ts'
import { startHubServer, type HubServer, type World } from '../support/hub'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

const DEMO = { isDemo: true, policy: { ...LOGIN_POLICIES['dengbao-2'], secondFactor: [] } } as const
const day = (number: number): Date => new Date(Date.UTC(2026, 9, number, 4))

interface Published {
  readonly peers: Peers
  readonly ledger: PeersLedger
  readonly summary: { readonly counted: number; readonly waiting: number; readonly retired: number }
  /** Credit codes of the firms that are counted. */
  readonly firms: readonly string[]
}
async function publish(world: World, number: number): Promise<Published> {
  expect(await publishPeers(world.hub, day(number))).toBe(1)
  const [row] = await world.query<{ peers: string; ledger: string; summary: string }>(
    'select peers, ledger, summary from hub.peers_publication order by published_on desc limit 1',
  )
  const ledger = openLedger(JSON.parse(row!.ledger), digest)
  return {
    peers: JSON.parse(row!.peers) as Peers,
    ledger,
    summary: JSON.parse(row!.summary) as Published['summary'],
    firms: ledger.blocks.flatMap(({ members }) => members.map(([firm]) => firm)),
  }
}

describe('谁计入同类组', () => {
  it('is whom coverage counts as submitted; once counted, a firm that is returned or leaves stays', async () => {
    const world = await server.openEmpty({ settings: DEMO })
    await fillRegion(world.hub, { firms: 100, submitted: 0.8, seed: 2 }, day(1))
    // The numerator of coverage, as the database itself counts it.
    const countSubmitted = async (): Promise<number> => {
      const [row] = await world.query<{ n: number }>(
        `select count(*)::int as n from hub.enterprise e join hub.campaign c on c.id = 'demo'
         where e.summary is not null and e.returned_at is null and e.is_above_scale and e.left_on is null
           and e.listed_on <= c.reference_on and e.summary::json ->> 'form' = 'full'`,
      )
      return row!.n
    }
    const others = await world.query<{ id: string; credit_code: string }>(
      `select id, credit_code from hub.enterprise
       where summary is not null and returned_at is null and left_on is null and is_above_scale order by id limit 4`,
    )
    const [returned, small, late, left] = others.map(({ id }) => id)
    const before = await countSubmitted()
    await world.query(`update hub.enterprise set returned_at = now(), returned_reason = '请核对' where id = $1`, [
      returned,
    ])
    await world.query(`update hub.enterprise set is_above_scale = false where id = $1`, [small])
    await world.query(`update hub.enterprise set listed_on = '2026-12-31' where id = $1`, [late])
    await world.query(`update hub.enterprise set left_on = '2026-09-30', left_reason = '停产' where id = $1`, [left])
    expect(await countSubmitted()).toBe(before - 4)

    const first = await publish(world, 1)
    expect(first.summary.counted + first.summary.waiting).toBe(before - 4)
    for (const { credit_code: code } of others) expect(first.firms).not.toContain(code)

    // The four are in order again: from now on they are among those that are counted or wait.
    await world.query(
      `update hub.enterprise set returned_at = null, returned_reason = null, is_above_scale = true,
         listed_on = '2026-01-01', left_on = null, left_reason = null where id = any ($1)`,
      [others.map(({ id }) => id)],
    )
    const second = await publish(world, 2)
    expect(second.summary.counted + second.summary.waiting).toBe(before)

    // A counted one is returned, another leaves: what two dates differ by would be them, or their blocks.
    const [back, gone] = second.firms
    await world.query(
      `update hub.enterprise set returned_at = now(), returned_reason = '请核对' where credit_code = $1`,
      [back],
    )
    await world.query(`update hub.enterprise set left_on = '2026-10-02', left_reason = '停产' where credit_code = $1`, [
      gone,
    ])
    const third = await publish(world, 3)
    expect(third.peers.groups).toEqual(second.peers.groups)
    expect(third.ledger.retired).toEqual([])
    expect(third.firms).toEqual(second.firms)
    await world.close()
  })
})
