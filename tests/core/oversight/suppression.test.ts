import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { suppressSmall } from '#core/oversight/suppression'

type Counts = readonly (readonly number[])[]
type Shown = readonly (readonly (number | null)[])[]

/**
 * The attack: every table of whole numbers from 0 that has the same sums of rows and columns and the shown counts. Tries
 * them all, so tables must be small. Gives the values each hidden cell can have.
 */
function attack(counts: Counts, shown: Shown): ReadonlyMap<string, ReadonlySet<number>> {
  const rowsLeft = counts.map((row, r) => row.reduce((sum, n, c) => sum + (shown[r]![c] === null ? n : 0), 0))
  const columnsLeft = counts[0]!.map((_, c) =>
    counts.reduce((sum, row, r) => sum + (shown[r]![c] === null ? row[c]! : 0), 0),
  )
  const cells = shown.flatMap((row, r) => row.flatMap((n, c) => (n === null ? [[r, c] as const] : [])))
  const found = new Map(cells.map(([r, c]) => [`${r},${c}`, new Set<number>()]))
  const values: number[] = []
  const visit = (at: number): void => {
    if (at === cells.length) {
      if ([...rowsLeft, ...columnsLeft].some((left) => left !== 0)) return
      cells.forEach(([r, c], i) => found.get(`${r},${c}`)!.add(values[i]!))
      return
    }
    const [r, c] = cells[at]!
    for (let value = 0; value <= Math.min(rowsLeft[r]!, columnsLeft[c]!); value++) {
      const isLastOfRow = !cells.slice(at + 1).some(([row]) => row === r)
      if (isLastOfRow && value !== rowsLeft[r]) continue
      rowsLeft[r]! -= value
      columnsLeft[c]! -= value
      values[at] = value
      visit(at + 1)
      rowsLeft[r]! += value
      columnsLeft[c]! += value
    }
  }
  visit(0)
  return found
}

const LEAST = 4
const anyTable = fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 2, max: 3 })).chain(([rows, columns]) =>
  fc.array(fc.array(fc.constantFrom(0, 0, 1, 2, 3, 4, 5, 7), { minLength: columns, maxLength: columns }), {
    minLength: rows,
    maxLength: rows,
  }),
)
const isFilled = (counts: Counts): boolean =>
  counts.filter((row) => row.some((n) => n > 0)).length > 1 &&
  counts[0]!.filter((_, c) => counts.some((row) => row[c]! > 0)).length > 1

describe('小单元抑制', () => {
  it('hides 1 to 9 and shows 0 and 10', () => {
    const counts = [
      [0, 10, 1, 9],
      [10, 0, 9, 1],
    ]
    expect(suppressSmall(counts, 10)).toEqual([
      [0, 10, null, null],
      [10, 0, null, null],
    ])
  })

  it('a table without small counts is shown whole', () => {
    expect(
      suppressSmall(
        [
          [10, 0],
          [25, 11],
        ],
        10,
      ),
    ).toEqual([
      [10, 0],
      [25, 11],
    ])
  })

  it('hides with a small cell the circle that costs the fewest firms and leaves most open', () => {
    // 3 can be told from its row and column unless three more are hidden; the circle through the third column and row
    // (12 + 15 + 11 firms) is cheaper than the one through the second (40 + 30 + 50).
    const counts = [
      [3, 40, 12],
      [30, 50, 60],
      [15, 70, 11],
    ]
    expect(suppressSmall(counts, 10)).toEqual([
      [null, 40, null],
      [30, 50, 60],
      [null, 70, null],
    ])
  })

  it('when all other counts of a row are nothing, some of these are hidden: else its sum tells the cell', () => {
    const shown = suppressSmall(
      [
        [5, 0, 0],
        [20, 30, 40],
      ],
      10,
    )
    expect(shown[0]!.filter((n) => n === null).length).toBeGreaterThan(1)
  })

  it('in a table of one row or column two cells are hidden, together at least ten', () => {
    expect(suppressSmall([[3], [20], [12], [0]], 10)).toEqual([[null], [20], [null], [0]])
    expect(suppressSmall([[3, 4, 20, 12]], 10)).toEqual([[null, null, 20, null]])
    expect(suppressSmall([[3, 9, 20]], 10)).toEqual([[null, null, 20]])
    expect(suppressSmall([[3]], 10)).toEqual([[null]])
    expect(suppressSmall([], 10)).toEqual([])
  })

  it('an empty column makes no second one: it is known to be empty', () => {
    expect(
      suppressSmall(
        [
          [3, 0],
          [20, 0],
          [12, 0],
        ],
        10,
      ),
    ).toEqual([
      [null, 0],
      [20, 0],
      [null, 0],
    ])
  })

  it('no attack by sums finds a hidden small count, nor, where there are enough firms, that it is small', () => {
    fc.assert(
      fc.property(anyTable, (counts: Counts) => {
        fc.pre(isFilled(counts))
        const shown = suppressSmall(counts, LEAST)
        const possible = attack(counts, shown)
        counts.forEach((row, r) =>
          row.forEach((count, c) => {
            if (count === 0 || count >= LEAST) return
            expect(shown[r]![c]).toBeNull()
            const values = possible.get(`${r},${c}`)!
            expect(values.has(count)).toBe(true)
            expect(values.size).toBeGreaterThan(1)
            const rowSum = row.reduce((sum, n) => sum + n, 0)
            const columnSum = counts.reduce((sum, other) => sum + other[c]!, 0)
            expect(Math.max(...values)).toBeGreaterThanOrEqual(Math.min(LEAST, rowSum, columnSum))
          }),
        )
      }),
      { numRuns: 300 },
    )
  })

  it('what is shown is true, and nothing is hidden without need of a small count', () => {
    fc.assert(
      fc.property(anyTable, (counts: Counts) => {
        const shown = suppressSmall(counts, LEAST)
        shown.forEach((row, r) => row.forEach((n, c) => expect(n === null || n === counts[r]![c]).toBe(true)))
        if (counts.every((row) => row.every((n) => n === 0 || n >= LEAST))) expect(shown).toEqual(counts)
      }),
    )
  })

  it('a region of 41 industries and 14 cities shows none that is small, and something of each row', () => {
    const counts = Array.from({ length: 41 }, (_, r) => Array.from({ length: 14 }, (_, c) => (r * 7 + c * 13) % 23))
    const shown = suppressSmall(counts, 10)
    expect(shown.flat().filter((n) => n !== null && n > 0 && n < 10)).toEqual([])
    for (const row of shown) expect(row.some((n) => n !== null)).toBe(true)
  })
})
