import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import type { RosterChange, RosterRow } from '#core/oversight/api'
import type { ParsedRosterRow } from '#core/oversight/roster'
import {
  joinPlan,
  listFaulty,
  listPending,
  pickWritten,
  splitParts,
  type PendingRow,
  type PlannedRow,
} from '../../../src/views/oversight/rosterPlan'

const CODES = Array.from({ length: 9 }, (_, at) => completeCreditCode(`91450100MA5R000${at}`.slice(0, 16)))
function aRow(code: number): RosterRow {
  return { creditCode: CODES[code]!, name: `示例企业${code}`, city: '450100', isAboveScale: true }
}
function aPending(line: number, code = line, doubts: readonly string[] = []): PendingRow {
  return { line, row: aRow(code), doubts }
}
function aChange(row: number, kind: RosterChange['kind'], doubts: string[] = []): RosterChange {
  return { row, kind, creditCode: CODES[row]!, name: '', changes: [], doubts }
}

describe('lines of the file', () => {
  // A title, the header in line 2, then the rows: the first row stands in line 3.
  const rows: readonly ParsedRosterRow[] = [
    { line: 1, row: aRow(1), faults: [], doubts: [] },
    { line: 2, faults: ['没有企业名称'], doubts: [] },
    { line: 4, row: aRow(2), faults: [], doubts: ['没有县（市、区）'] },
  ]
  const read = { file: 'a.csv', firstLine: 2, rows, nameOf: (line: number) => `第${line}行的名称` }

  it('rows are told by the line a spreadsheet shows', () => {
    expect(listPending(read).map(({ line }) => line)).toEqual([3, 6])
  })

  it('a row that cannot be read is listed with its name and reason, and is not among those to write', () => {
    expect(listFaulty(read)).toEqual([{ line: 4, name: '第2行的名称', faults: ['没有企业名称'] }])
    expect(listPending(read)).toHaveLength(2)
  })
})

describe('parts', () => {
  it('a file within the limit is one part in its own order, an empty one none', () => {
    const rows = [aPending(3), aPending(1), aPending(2)]
    expect(splitParts(rows, 3)).toEqual([rows])
    expect(splitParts([], 3)).toEqual([])
  })

  it('no row is lost or doubled, no part is too long, and rows of one firm stay together', () => {
    const files = fc
      .array(fc.integer({ min: 0, max: 8 }), { maxLength: 40 })
      .map((codes) => codes.map((code, at) => aPending(at + 2, code)))
    fc.assert(
      fc.property(files, (rows) => {
        const parts = splitParts(rows, 10)
        expect(
          parts
            .flat()
            .map(({ line }) => line)
            .sort((a, b) => a - b),
        ).toEqual(rows.map(({ line }) => line))
        for (const code of CODES) {
          expect(parts.filter((part) => part.some(({ row }) => row.creditCode === code)).length).toBeLessThanOrEqual(1)
        }
        // One firm with more rows than the limit is the only reason for a longer part.
        for (const part of parts) {
          expect(part.length <= 10 || new Set(part.map(({ row }) => row.creditCode)).size === 1).toBe(true)
        }
      }),
    )
  })
})

describe('the dry run', () => {
  it('what was doubtful on reading makes the row doubtful, though the hub had nothing against it', () => {
    const [planned] = joinPlan([aPending(5, 1, ['没有县（市、区）'])], [aChange(1, 'new')])
    expect(planned).toMatchObject({ kind: 'doubtful', doubts: ['没有县（市、区）'] })
  })

  it('a row that changes nothing asks nothing', () => {
    const [planned] = joinPlan([aPending(5, 1, ['没有县（市、区）'])], [aChange(1, 'same')])
    expect(planned).toMatchObject({ kind: 'same', doubts: [] })
  })

  it('the hub counts what it was sent, a person the lines of his file', () => {
    const part = [aPending(3), aPending(7), aPending(8)]
    const changes = [
      aChange(1, 'doubtful', ['与第 2、3 条的统一社会信用代码相同']),
      aChange(2, 'doubtful', ['与第 1、3 等 条的统一社会信用代码相同']),
      aChange(3, 'doubtful', ['与第 1 条的统一社会信用代码相同', '由规上改为规下，不再计入分母']),
    ]
    expect(joinPlan(part, changes).map(({ doubts }) => doubts)).toEqual([
      ['与文件第 7、8 行的统一社会信用代码相同'],
      ['与文件第 3、8 等 行的统一社会信用代码相同'],
      ['与文件第 3 行的统一社会信用代码相同', '由规上改为规下，不再计入分母'],
    ])
  })
})

describe('what is written', () => {
  const planned = (line: number, kind: PlannedRow['kind']): PlannedRow => ({
    ...aPending(line),
    kind,
    changes: [],
  })

  it('new and changed rows go, doubtful ones only when accepted, the same ones never', () => {
    const part = [
      planned(2, 'same'),
      planned(3, 'doubtful'),
      planned(4, 'new'),
      planned(5, 'doubtful'),
      planned(6, 'changed'),
    ]
    const [sent] = pickWritten([part], new Set([5]))
    expect(sent!.rows).toEqual([aRow(4), aRow(5), aRow(6)])
    // The accepted one is the second of what is sent.
    expect(sent!.accept).toEqual([2])
  })

  it('a part of which nothing is written is no import', () => {
    expect(pickWritten([[planned(2, 'same')], [planned(3, 'doubtful')], [planned(4, 'new')]], new Set())).toEqual([
      { rows: [aRow(4)], accept: [] },
    ])
  })

  it('a row is never accepted that nobody accepted', () => {
    const kinds = fc.constantFrom<PlannedRow['kind']>('new', 'changed', 'same', 'doubtful')
    const accepted = fc.uniqueArray(fc.integer({ min: 0, max: 8 }))
    fc.assert(
      fc.property(fc.array(kinds, { maxLength: 9 }), accepted, (some, lines) => {
        const part = some.map((kind, line) => planned(line, kind))
        const sent = pickWritten([part], new Set(lines))[0] ?? { rows: [], accept: [] }
        const wanted = some.flatMap((kind, line) => (kind === 'doubtful' && lines.includes(line) ? [line] : []))
        expect(sent.accept.map((at) => sent.rows[at - 1])).toEqual(wanted.map(aRow))
      }),
    )
  })
})
