import { parseCsv, writeCsv } from 'hucre/csv'
import { Problem } from '../core/problems.ts'
import { neutralise } from './csvText.ts'
import { joinBytes } from './joinBytes.ts'
import { formatEnding, type PlanBook, type PlanCell } from './tablePlan.ts'
import { keepText } from './zipText.ts'

const ROWS_AT_ONCE = 5000

/**
 * 名单 CSV — the first sheet of a plan, then what its 说明 says, line by line, then “共 n 行，完”: a cut file lacks it. UTF-8 with
 * BOM and CRLF; texts that look like formulas begin with an apostrophe. Read back before it is returned; refuses with
 * `export.incomplete`.
 */
export function buildTableCsv({ sheets }: PlanBook, onRows: (rows: number) => void = () => undefined): Uint8Array {
  const [list, ...others] = sheets
  const facts = others.find(({ name }) => name === '说明')?.rows ?? []
  const width = list.columns.length
  const alone = (text: string): readonly PlanCell[] => [text, ...Array.from({ length: width - 1 }, () => '')]
  const lines: (readonly PlanCell[])[] = [
    list.columns.map(({ title }) => title),
    ...list.rows,
    ...facts.map(([item, content]) => alone(`${item}：${content}`)),
    alone(formatEnding(list.rows.length)),
  ]
  const encoder = new TextEncoder()
  const blocks: Uint8Array[] = []
  for (let at = 0; at < lines.length; at += ROWS_AT_ONCE) {
    const block = lines.slice(at, at + ROWS_AT_ONCE).map((line) => line.map(prepareCell))
    const bytes = encoder.encode(`${writeCsv(block, { bom: at === 0 })}\r\n`)
    checkBlock(bytes, block, at)
    blocks.push(bytes)
    onRows(Math.min(at + ROWS_AT_ONCE, list.rows.length))
  }
  return joinBytes(blocks)
}

function prepareCell(cell: PlanCell): string | number | null {
  return typeof cell === 'string' ? neutralise(keepText(cell)) : cell
}

/** Every line is there, value by value, as a reader of CSV finds it. */
function checkBlock(bytes: Uint8Array, wanted: readonly (readonly PlanCell[])[], from: number): void {
  const found = parseCsv(new TextDecoder().decode(bytes), { delimiter: ',' })
  const refuse = (missing: string): never => {
    throw new Problem('export.incomplete', { missing })
  }
  if (found.length !== wanted.length) refuse(`第 ${from + found.length + 1} 行`)
  wanted.forEach((line, at) =>
    line.forEach((value, column) => {
      const cell = found[at]![column]
      const isSame = typeof value === 'number' ? cell !== '' && Number(cell) === value : cell === (value ?? '')
      if (!isSame) refuse(`第 ${from + at + 1} 行 ${String(value ?? '')}`)
    }),
  )
}
