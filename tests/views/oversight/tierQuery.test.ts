import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TierFilter, TierSort } from '#core/oversight/tierList'
import { formatTierQuery, parseTierQuery, USUAL_ORDER, type TierOrder } from '../../../src/views/oversight/tierQuery'

const filters: fc.Arbitrary<TierFilter> = fc
  .record(
    {
      area: fc.constantFrom('450100', '450103'),
      industry: fc.constantFrom('13', '06'),
      size: fc.constantFrom('大型', '中型', '小型', '微型'),
      tierFrom: fc.integer({ min: 1, max: 10 }),
      tierTo: fc.integer({ min: 1, max: 10 }),
      isDue: fc.boolean(),
      firmnessMost: fc.integer({ min: 1, max: 20 }),
      differs: fc.boolean(),
      intention: fc.constantFrom('智能工厂示范', 'a&b=c'),
      text: fc.constantFrom('示例', '91450100', '50%', '#/?'),
    },
    { requiredKeys: [] },
  )
  .map((filter) => filter as TierFilter)
const orders: fc.Arbitrary<TierOrder> = fc.record({
  by: fc.constantFrom<TierSort>('tier', 'score', 'name', 'division', 'industry', 'receivedAt'),
  isDescending: fc.boolean(),
})

describe('the filter in the address', () => {
  it('every filter and order comes back from its own address', () => {
    fc.assert(
      fc.property(filters, orders, (filter, order) => {
        // As an address bar keeps it: percent-coded and back.
        const address = new URLSearchParams(formatTierQuery(filter, order)).toString()
        expect(parseTierQuery(Object.fromEntries(new URLSearchParams(address)))).toEqual({ filter, order })
      }),
    )
  })

  it('what is usual is not written, so that the plain address is the whole list', () => {
    expect(formatTierQuery({}, USUAL_ORDER)).toEqual({})
    expect(parseTierQuery({})).toEqual({ filter: {}, order: USUAL_ORDER })
  })

  it('an empty text narrows nothing', () => {
    expect(formatTierQuery({ text: '' }, USUAL_ORDER)).toEqual({})
  })

  it('of an old or foreign address what is not understood is left out, the rest holds', () => {
    const { filter, order } = parseTierQuery({
      area: 'Nanning',
      industry: '1',
      size: '巨型',
      from: '3',
      to: 'x',
      due: 'yes',
      sort: 'constructor',
      text: ['柳州', 'again'],
      part: 'checks',
      firm: null,
    })
    expect(filter).toEqual({ tierFrom: 3, text: '柳州' })
    expect(order).toEqual(USUAL_ORDER)
  })
})
