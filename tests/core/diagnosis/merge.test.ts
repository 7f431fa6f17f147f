// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergeFields } from '#core/diagnosis/merge'
import { deepFreeze } from '../../support/build'

type Fields = Readonly<Record<string, unknown>>

describe('合并两处的修改', () => {
  // By hand: 1 was there, 2 is mine, 3 is theirs; - is not there.
  it.each<[string, Fields, Fields, Fields, Fields, boolean]>([
    ['nobody changed it', { a: 1 }, { a: 1 }, { a: 1 }, { a: 1 }, false],
    ['only mine changed', { a: 1 }, { a: 2 }, { a: 1 }, { a: 2 }, false],
    ['only theirs changed', { a: 1 }, { a: 1 }, { a: 3 }, { a: 3 }, false],
    ['only mine added', {}, { a: 2 }, {}, { a: 2 }, false],
    ['only theirs added', {}, {}, { a: 3 }, { a: 3 }, false],
    ['only mine cleared', { a: 1 }, {}, { a: 1 }, {}, false],
    ['only theirs cleared', { a: 1 }, { a: 1 }, {}, {}, false],
    ['both changed alike', { a: 1 }, { a: 2 }, { a: 2 }, { a: 2 }, false],
    ['both added alike', {}, { a: 2 }, { a: 2 }, { a: 2 }, false],
    ['both cleared', { a: 1 }, {}, {}, {}, false],
    ['both changed it differently', { a: 1 }, { a: 2 }, { a: 3 }, { a: 2 }, true],
    ['both added it differently', {}, { a: 2 }, { a: 3 }, { a: 2 }, true],
    ['mine cleared what theirs changed', { a: 1 }, {}, { a: 3 }, {}, true],
    ['theirs cleared what mine changed', { a: 1 }, { a: 2 }, {}, { a: 2 }, true],
  ])('%s', (_, base, mine, theirs, fields, collides) => {
    const collisions = collides ? [{ field: 'a', mine: mine['a'], theirs: theirs['a'] }] : []
    expect(mergeFields(deepFreeze(base), deepFreeze(mine), deepFreeze(theirs))).toEqual({ fields, collisions })
  })

  it('0, an empty list and a missing answer are three different things', () => {
    const { fields, collisions } = mergeFields<Fields>({}, { ladder: 0, list: [] }, {})
    expect(fields).toEqual({ ladder: 0, list: [] })
    expect(collisions).toEqual([])
    expect(mergeFields<Fields>({ ladder: 0 }, { ladder: 0 }, {}).fields).toEqual({})
  })

  it('scenes rated alike in another order are the same answer', () => {
    const mine = { 'B1.1': { 营销: 2, 质量: 3 } }
    const theirs = { 'B1.1': { 质量: 3, 营销: 2 } }
    expect(mergeFields<Fields>({}, mine, theirs).collisions).toEqual([])
    expect(mergeFields<Fields>(mine, theirs, { 'B1.1': { 营销: 4, 质量: 3 } }).fields).toEqual({
      'B1.1': { 营销: 4, 质量: 3 },
    })
  })

  const fields = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    fc.oneof(
      fc.constantFrom<unknown>(0, 0.5, 5, 'unknown', [], ['ERP']),
      fc.record({ numerator: fc.nat(3), denominator: fc.nat(3) }),
    ),
    { noNullPrototype: true },
  )
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other)

  it('a change that only one side made is never lost, and never told as a collision', () => {
    fc.assert(
      fc.property(fields, fields, fields, (base, mine, theirs) => {
        const merged = mergeFields<Fields>(deepFreeze(base), deepFreeze(mine), deepFreeze(theirs))
        for (const field of ['a', 'b', 'c', 'd', 'e']) {
          const collision = merged.collisions.find((one) => one.field === field)
          if (same(base[field], theirs[field])) expect(merged.fields[field]).toEqual(mine[field])
          else if (same(base[field], mine[field])) expect(merged.fields[field]).toEqual(theirs[field])
          else if (same(mine[field], theirs[field])) expect(merged.fields[field]).toEqual(mine[field])
          else {
            // Both values are still somewhere: one in the merged fields, both in the collision.
            expect(merged.fields[field]).toEqual(mine[field])
            expect(collision).toEqual({ field, mine: mine[field], theirs: theirs[field] })
            continue
          }
          expect(collision).toBeUndefined()
        }
      }),
      { numRuns: 500 },
    )
  })

  it('seen from the other window the same fields collide, with the sides exchanged', () => {
    fc.assert(
      fc.property(fields, fields, fields, (base, mine, theirs) => {
        const here = mergeFields<Fields>(base, mine, theirs).collisions
        const there = mergeFields<Fields>(base, theirs, mine).collisions
        const swapped = there.map((one) => ({ field: one.field, mine: one.theirs, theirs: one.mine }))
        const byField = (one: { field: string }, other: { field: string }): number => (one.field < other.field ? -1 : 1)
        expect([...here].sort(byField)).toEqual([...swapped].sort(byField))
      }),
    )
  })

  it('merging what is merged changes nothing more', () => {
    fc.assert(
      fc.property(fields, fields, fields, (base, mine, theirs) => {
        const { fields: merged } = mergeFields<Fields>(base, mine, theirs)
        expect(mergeFields<Fields>(theirs, merged, theirs)).toEqual({ fields: merged, collisions: [] })
      }),
    )
  })
})
