/**
 * 小单元抑制 — a table of counts without those from 1 to `least` − 1 (null), and without as many others as it takes that nobody
 * who knows the sums of the rows and columns can work them out.
 *
 * A hidden count is safe when the sums and the shown counts leave it more than one value, and, as far as its row and column
 * have so many firms at all, also allow it `least` or more: then not even that it is small can be told. What it may be is
 * the range of a flow in the network of hidden cells (rows to columns): one more here is one less along a circle of hidden
 * cells. An unsafe cell gets such a circle, the one that costs the fewest shown firms. A table of one row or column has no
 * circles: there at least two cells are hidden that together have `least` firms, else all; the sums across it are the
 * cells themselves and must not be shown elsewhere. Source: Gusfield (1988) for the network; the rest is own design.
 */
export function suppressSmall(
  counts: readonly (readonly number[])[],
  least: number,
): readonly (readonly (number | null)[])[] {
  // Rows and columns without a firm are known to be empty: they hide nothing and help nobody.
  const rows = listPlaces(counts.length, (r) => counts[r]!.some((count) => count > 0))
  const columns = listPlaces(counts[0]?.length ?? 0, (c) => counts.some((row) => row[c]! > 0))
  const filled = rows.map((r) => columns.map((c) => counts[r]![c]!))
  const hidden = filled.map((row) => row.map((count) => isSmall(count, least)))
  if (rows.length > 1 && columns.length > 1) hideCircles(filled, hidden, least)
  else hideInLine(filled, hidden, least)
  const shown = counts.map((row): (number | null)[] => [...row])
  rows.forEach((r, at) => columns.forEach((c, beside) => (hidden[at]![beside]! ? (shown[r]![c] = null) : undefined)))
  return shown
}

function listPlaces(length: number, isWanted: (place: number) => boolean): readonly number[] {
  return Array.from({ length }, (_, place) => place).filter(isWanted)
}

function isSmall(count: number, least: number): boolean {
  return count > 0 && count < least
}

function hideInLine(counts: readonly (readonly number[])[], hidden: boolean[][], least: number): void {
  const cells = counts.flatMap((row, r) => row.map((count, c) => ({ count, r, c })))
  const shown = cells.filter(({ count }) => !isSmall(count, least)).sort((a, b) => a.count - b.count)
  const small = cells.filter(({ count }) => isSmall(count, least))
  if (small.length === 0) return
  let sum = small.reduce((total, { count }) => total + count, 0)
  let cellsHidden = small.length
  for (const { count, r, c } of shown) {
    if (cellsHidden > 1 && sum >= least) return
    hidden[r]![c] = true
    sum += count
    cellsHidden += 1
  }
}

function hideCircles(counts: readonly (readonly number[])[], hidden: boolean[][], least: number): void {
  const rowSums = counts.map((row) => row.reduce((sum, count) => sum + count, 0))
  const columnSums = counts[0]!.map((_, c) => counts.reduce((sum, row) => sum + row[c]!, 0))
  counts.forEach((row, r) =>
    row.forEach((count, c) => {
      if (!isSmall(count, least)) return
      const growth = Math.min(least, rowSums[r]!, columnSums[c]!) - count
      // What is hidden for one cell only gives the others more room: one pass is enough.
      while (!isSafe(counts, hidden, r, c, growth)) {
        for (const [at, beside] of findCheapestCircle(counts, hidden, r, c, growth)) hidden[at]![beside] = true
      }
    }),
  )
}

function isSafe(
  counts: readonly (readonly number[])[],
  hidden: readonly (readonly boolean[])[],
  r: number,
  c: number,
  growth: number,
): boolean {
  if (growth > 0) return measureFreedom(counts, hidden, r, c, 'up', growth) >= growth
  return measureFreedom(counts, hidden, r, c, 'down', 1) > 0
}

/**
 * By how much a hidden count could be higher ('up') or lower, up to `most` (for 'down' not more than the count itself), with
 * all sums and shown counts as they are: the greatest flow from its column back to its row (or the reverse) through the
 * other hidden cells. Going from a row to a column raises a cell without limit; going back lowers one, at most to 0.
 */
function measureFreedom(
  counts: readonly (readonly number[])[],
  hidden: readonly (readonly boolean[])[],
  r: number,
  c: number,
  direction: 'up' | 'down',
  most: number,
): number {
  const rows = counts.length
  const columns = counts[0]!.length
  const changed = new Map<number, number>()
  const valueOf = (row: number, column: number): number =>
    counts[row]![column]! + (changed.get(row * columns + column) ?? 0)
  // Raising the cell takes one from its row's and its column's other cells: from the column's side the path starts by
  // lowering a cell of that column. Lowering it is the same path with the cells raised and lowered in turn.
  const start = direction === 'up' ? rows + c : r
  const goal = direction === 'up' ? r : rows + c
  let flow = 0
  while (flow < most) {
    const from = new Map<number, number>([[start, -1]])
    const queue = [start]
    for (let at = 0; at < queue.length && !from.has(goal); at++) {
      const node = queue[at]!
      const isRow = node < rows
      for (let other = 0; other < (isRow ? columns : rows); other++) {
        const row = isRow ? node : other
        const column = isRow ? other : node - rows
        const next = isRow ? rows + other : other
        if (from.has(next) || !hidden[row]![column] || (row === r && column === c)) continue
        if (!isRow && valueOf(row, column) === 0) continue
        from.set(next, node)
        queue.push(next)
      }
    }
    if (!from.has(goal)) return flow
    for (let node = goal; node !== start; node = from.get(node)!) {
      const before = from.get(node)!
      const isRaised = before < rows
      const cell = isRaised ? before * columns + (node - rows) : node * columns + (before - rows)
      changed.set(cell, (changed.get(cell) ?? 0) + (isRaised ? 1 : -1))
    }
    flow += 1
  }
  return flow
}

/**
 * Three cells that close a circle of four with a cell that is not safe, and hide something new. There always is one: with
 * every cell hidden, and no empty row or column, all cells are safe.
 */
function findCheapestCircle(
  counts: readonly (readonly number[])[],
  hidden: readonly (readonly boolean[])[],
  r: number,
  c: number,
  growth: number,
): readonly (readonly [number, number])[] {
  let best: readonly (readonly [number, number])[] = []
  let mostHelp = -1
  let leastCost = Infinity
  counts.forEach((row, at) =>
    row.forEach((corner, beside) => {
      if (at === r || beside === c) return
      const circle = [[r, beside] as const, [at, c] as const, [at, beside] as const]
      const fresh = circle.filter(([one, other]) => !hidden[one]![other])
      if (fresh.length === 0) return
      const cost = fresh.reduce((sum, [one, other]) => sum + counts[one]![other]!, 0)
      const help = growth > 0 ? Math.min(growth, counts[r]![beside]!, row[c]!) : Math.min(1, corner)
      if (help < mostHelp || (help === mostHelp && cost >= leastCost)) return
      best = circle
      mostHelp = help
      leastCost = cost
    }),
  )
  return best
}
