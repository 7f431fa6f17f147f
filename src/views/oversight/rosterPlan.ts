import { type RosterChange, type RosterRow } from '#core/oversight/api'
import { type ParsedRosterRow } from '#core/oversight/roster'

/** 一次导入的上限 — rows the hub takes in one import. */
export const MOST_ROWS = 20_000

/** 读出的名录 — `firstLine` is the header's line as spreadsheets count; a row's own line counts on from it. */
export interface ReadRoster {
  readonly file: string
  readonly firstLine: number
  readonly rows: readonly ParsedRosterRow[]
  /** The name in a row's own line, also of a row that could not be read. */
  readonly nameOf: (line: number) => string
}

/** 不能用的一行. */
export interface FaultyLine {
  readonly line: number
  readonly name: string
  readonly faults: readonly string[]
}

/** 不能用的行 — with their lines of the file. */
export function listFaulty({ rows, firstLine, nameOf }: ReadRoster): readonly FaultyLine[] {
  return rows.flatMap(({ line, row, faults }) =>
    row === undefined ? [{ line: firstLine + line, name: nameOf(line), faults }] : [],
  )
}

/** 待导入的一行 — as it stands in the file, with its line there. */
export interface PendingRow {
  readonly line: number
  readonly row: RosterRow
  /** What was doubtful already on reading; the hub does not know of it. */
  readonly doubts: readonly string[]
}

/** 预演的一行 — what writing it would do. `kind` is 'doubtful' when anything is: then it is written only when accepted. */
export interface PlannedRow extends PendingRow {
  readonly kind: RosterChange['kind']
  readonly changes: RosterChange['changes']
}

/** 可用的行 — those that could be read, with their lines of the file. */
export function listPending({ rows, firstLine }: ReadRoster): readonly PendingRow[] {
  return rows.flatMap(({ line, row, doubts }) => (row === undefined ? [] : [{ line: firstLine + line, row, doubts }]))
}

/**
 * 分批 — parts of at most so many rows, one import each. Rows of one credit code stay together: whether two are one firm is
 * only seen within a part. Otherwise in the order of the file.
 */
export function splitParts(rows: readonly PendingRow[], most = MOST_ROWS): readonly (readonly PendingRow[])[] {
  if (rows.length <= most) return rows.length === 0 ? [] : [rows]
  const byCode = new Map<string, PendingRow[]>()
  for (const row of rows) {
    const same = byCode.get(row.row.creditCode)
    if (same === undefined) byCode.set(row.row.creditCode, [row])
    else same.push(row)
  }
  const parts: PendingRow[][] = [[]]
  for (const group of byCode.values()) {
    const last = parts[parts.length - 1]!
    if (last.length > 0 && last.length + group.length > most) parts.push([...group])
    else last.push(...group)
  }
  return parts
}

/** 预演 — the rows of one part beside what the hub said of them, in the same order. */
export function joinPlan(part: readonly PendingRow[], changes: readonly RosterChange[]): readonly PlannedRow[] {
  const byRow = new Map(changes.map((change) => [change.row, change]))
  return part.map((pending, at): PlannedRow => {
    const change = byRow.get(at + 1)
    const kind = change?.kind ?? 'same'
    // A row that changes nothing asks nothing, however doubtful its cells were.
    const doubts =
      kind === 'same' ? [] : [...pending.doubts, ...(change?.doubts ?? []).map((doubt) => tellLines(doubt, part))]
    return {
      ...pending,
      doubts,
      kind: doubts.length > 0 ? 'doubtful' : kind,
      changes: change?.changes ?? [],
    }
  })
}

/** The hub counts what it was sent, a person the lines of his file. */
function tellLines(doubt: string, part: readonly PendingRow[]): string {
  return doubt.replace(/与第 ([\d、]+)( 等)? 条/, (_, numbers: string, more: string | undefined) => {
    const lines = numbers.split('、').map((number) => part[Number(number) - 1]?.line ?? number)
    return `与文件第 ${lines.join('、')}${more ?? ''} 行`
  })
}

/** What one import sends: the rows that are to be written, and which of them a person accepted with their doubts. */
export interface ImportPart {
  readonly rows: readonly RosterRow[]
  /** Counted from 1 in `rows`. */
  readonly accept: readonly number[]
}

/**
 * 写入的内容 — what is new or changed, and the doubtful rows that were accepted (by line); the rest is not sent at all. Parts
 * are as in the dry run, empty ones left out.
 */
export function pickWritten(
  parts: readonly (readonly PlannedRow[])[],
  accepted: ReadonlySet<number>,
): readonly ImportPart[] {
  return parts.flatMap((part) => {
    const wanted = part.filter(
      ({ kind, line }) => kind === 'new' || kind === 'changed' || (kind === 'doubtful' && accepted.has(line)),
    )
    if (wanted.length === 0) return []
    return [
      {
        rows: wanted.map(({ row }) => row),
        accept: wanted.flatMap(({ kind }, at) => (kind === 'doubtful' ? [at + 1] : [])),
      },
    ]
  })
}
