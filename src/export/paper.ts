import { formatDay } from '#core/diagnosis/wording'
import { formatDivision } from '#core/division'
import { findChinaDay } from '#core/chinaDay'
import { type FileContext } from './fileContext.ts'
import { type Outline, type OutlineBlock } from './outline.ts'
import { type PlanCell, type PlanColumn } from './tablePlan.ts'

/** 文书 — blocks as a paper that begins with its title, with scope and time under it and on every page. */
export function outlinePaper(
  title: string,
  marks: readonly string[],
  {
    area,
    divisions,
    campaign,
    asOf,
    madeAt,
  }: Pick<FileContext, 'area' | 'divisions' | 'madeAt'> & Partial<Pick<FileContext, 'campaign' | 'asOf'>>,
  blocks: readonly OutlineBlock[],
  opening: Partial<NonNullable<Outline['opening']>> = {},
): Outline {
  const scope = formatDivision(divisions, area)
  const day = asOf ?? findChinaDay(madeAt)
  return {
    title,
    enterprise: scope,
    edition: campaign?.title ?? '',
    marks,
    cover: [],
    place: '',
    levelName: '',
    scoreText: '',
    opening: { lines: [`${scope}　截至 ${formatDay(day)}`], ...opening },
    blocks,
  }
}

/** 标题、段落、说明 — the blocks most papers consist of. */
export const heading = (text: string): OutlineBlock => ({ kind: 'heading', level: 1, text })
export const paragraph = (text: string): OutlineBlock => ({ kind: 'paragraph', tone: 'plain', text })
export const note = (text: string): OutlineBlock => ({ kind: 'paragraph', tone: 'soft', text })

/** 表 — rows of a plan as a table of a paper: figures stand right, nothing is “—”; `total` is its last, strong row. */
export function outlineTable(
  title: string,
  columns: readonly PlanColumn[],
  rows: readonly (readonly PlanCell[])[],
  total?: readonly PlanCell[],
): OutlineBlock {
  const isFigure = ({ format }: PlanColumn): boolean => format !== undefined && format !== 'text'
  return {
    kind: 'table',
    title,
    columns: columns.map((column) => ({
      title: column.title,
      width: column.width,
      align: isFigure(column) ? 'right' : 'left',
      ...(column.format === 'text' ? { isWhole: true as const } : {}),
    })),
    rows: [...rows, ...(total === undefined ? [] : [total])].map((row) => ({
      cells: columns.map(({ format }, at) => formatCell(row[at] ?? null, format)),
      depth: 0,
      isStrong: row === total,
    })),
  }
}

const DECIMALS: Readonly<Record<string, number>> = { tenths: 1, hundredths: 2 }

function formatCell(cell: PlanCell, format: PlanColumn['format']): string {
  if (cell === null || cell === '') return '—'
  if (typeof cell === 'string') return cell
  if (format === 'percent') return `${Math.round(cell * 1000) / 10}%`
  return cell.toFixed(DECIMALS[format ?? ''] ?? 0)
}
