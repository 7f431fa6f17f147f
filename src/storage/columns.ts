/**
 * 按列存放 — a table of plain records, column by column: names are written once, what repeats is written once and shared by
 * the rows that have it. 70,000 firms take a quarter of the text that their records would, and are read in a third of the time.
 */
export interface Table {
  readonly n: number
  readonly columns: Readonly<Record<string, Column>>
}
type Column =
  /** 词典: the values, and for each row which one, −1 for none. */
  | { readonly words: readonly unknown[]; readonly at: readonly number[] }
  /** Records inside records, and the rows that have one; without `at` all do. */
  | { readonly table: Table; readonly at?: readonly number[] }
  /** One value for each row, null for none. */
  | { readonly values: readonly unknown[] }

type Row = Readonly<Record<string, unknown>>

/** So many values are looked at before a column is taken for one of which nothing repeats. */
const SAMPLE = 64

/** Records to columns. What is undefined is as if it were not there. */
export function packTable(rows: readonly object[]): Table {
  const names = new Set<string>()
  for (const row of rows) for (const name of Object.keys(row)) names.add(name)
  const columns: Record<string, Column> = {}
  for (const name of names) columns[name] = packColumn(rows.map((row) => (row as Row)[name]))
  return { n: rows.length, columns }
}

function packColumn(values: readonly unknown[]): Column {
  const repeated = findRepeated(values)
  if (repeated !== undefined) return repeated
  const given = values.filter((value) => value !== undefined)
  if (!given.every(isRecord)) return { values: values.map((value) => (value === undefined ? null : value)) }
  const table = packTable(given)
  return given.length === values.length
    ? { table }
    : { table, at: values.flatMap((value, at) => (value === undefined ? [] : [at])) }
}

/** The column as a dictionary, when at least every second value is there already; null is told from nothing only there. */
function findRepeated(values: readonly unknown[]): Column | undefined {
  const hasNull = values.includes(null)
  const texts = new Map<string, number>()
  const others = new Map<string, number>()
  const words: unknown[] = []
  const at: number[] = []
  for (const value of values) {
    if (value === undefined) {
      at.push(-1)
      continue
    }
    const [known, key] = typeof value === 'string' ? [texts, value] : [others, JSON.stringify(value)]
    let place = known.get(key)
    if (place === undefined) {
      place = words.push(value) - 1
      known.set(key, place)
      if (words.length === SAMPLE && at.length < SAMPLE * 1.2 && !hasNull) return undefined
    }
    at.push(place)
  }
  return hasNull || words.length * 2 <= values.length ? { words, at } : undefined
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Columns back to records. Values that repeat are one value: rows are read, never written. */
export function unpackTable({ n, columns }: Table): readonly Row[] {
  const rows: Record<string, unknown>[] = []
  for (let at = 0; at < n; at++) rows.push({})
  for (const [name, column] of Object.entries(columns)) {
    if ('words' in column) {
      const { words, at } = column
      for (let row = 0; row < n; row++) if (at[row]! >= 0) rows[row]![name] = words[at[row]!]
    } else if ('table' in column) {
      const inner = unpackTable(column.table)
      const { at } = column
      for (let k = 0; k < inner.length; k++) rows[at === undefined ? k : at[k]!]![name] = inner[k]
    } else {
      const { values } = column
      for (let row = 0; row < n; row++) if (values[row] !== null) rows[row]![name] = values[row]
    }
  }
  return rows
}
