// @vitest-environment node
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packTable, unpackTable } from '#storage/columns'
import { aFirm, aSubmittedFirm } from '../support/firms'

function roundTrip(rows: readonly object[]): unknown {
  return unpackTable(JSON.parse(JSON.stringify(packTable(rows))) as ReturnType<typeof packTable>)
}

describe('按列存放', () => {
  it('any table of plain records comes back as it went', () => {
    const leaf = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant('1'),
      fc.constant(1),
      fc.array(fc.integer(), { maxLength: 2 }),
    )
    const name = fc.constantFrom('a', 'b', 'c', 'words', 'at')
    const record = fc.dictionary(
      name,
      fc.oneof(leaf, fc.dictionary(name, leaf, { maxKeys: 2, noNullPrototype: true })),
      {
        noNullPrototype: true,
      },
    )
    fc.assert(
      fc.property(fc.array(record, { maxLength: 150 }), (rows) => {
        expect(roundTrip(rows)).toEqual(rows)
      }),
      { numRuns: 300 },
    )
  })

  it('firms come back as they went, with and without a sheet, a county, a contact', () => {
    const firms = Array.from({ length: 300 }, (_, at) =>
      at % 3 === 0 ? aFirm({ county: undefined, contact: undefined }) : aSubmittedFirm({}, { nodes: [at, null, 2.5] }),
    )
    expect(roundTrip(firms)).toEqual(firms)
  })

  it('what repeats is written once: a thousand firms of one county take less than half of their records', () => {
    const firms = Array.from({ length: 1000 }, () => aSubmittedFirm())
    expect(JSON.stringify(packTable(firms)).length).toBeLessThan(JSON.stringify(firms).length / 2)
  })
})
