/** 一格 — text, figure, or nothing; days are written '2026-08-31', moments '2026-08-31 18:28' of China. */
export type PlanCell = string | number | null

/** 一列 — `width` in half-width characters; codes are text, shares 0 to 1. */
export interface PlanColumn {
  readonly title: string
  readonly width: number
  readonly format?: 'text' | 'whole' | 'tenths' | 'hundredths' | 'percent' | 'day' | 'moment'
  /** What may be chosen in a table to fill in. */
  readonly choices?: readonly string[]
}

/** 一张表 — plain data, drawn as it stands. */
export interface PlanSheet {
  readonly name: string
  /** 名单: any number of rows, one line each, begins with its header so that other programs can read it. */
  readonly isList?: true
  /** 空白表: so many empty rows to fill in, and no ending. */
  readonly blankRows?: number
  /** What stands above a table for paper. */
  readonly opening?: {
    /** 附件2, top left. */
    readonly annex?: string
    readonly title: string
    readonly left?: string
    readonly right?: string
  }
  readonly columns: readonly PlanColumn[]
  readonly rows: readonly (readonly PlanCell[])[]
  /** 合计 — one more row that is not counted. */
  readonly total?: readonly PlanCell[]
  readonly notes?: readonly string[]
  readonly isPortrait?: true
}

/** 工作簿 — every name in it already formatted; the first sheet's rows are the file's row count. */
export interface PlanBook {
  readonly title: string
  /** What every page says at its top and its foot. */
  readonly scope: string
  readonly campaign: string
  readonly marks: readonly string[]
  /** UTC. */
  readonly madeAt: string
  readonly sheets: readonly [PlanSheet, ...PlanSheet[]]
}

/** 说明 — what a file says of itself: item and content. */
export type PlanFact = readonly [item: string, content: string | number | undefined]

/** 说明表 — the facts that are known, as the sheet that goes with every list. */
export function planFacts(facts: readonly PlanFact[]): PlanSheet {
  return {
    name: '说明',
    isPortrait: true,
    columns: [
      { title: '项目', width: 24 },
      { title: '内容', width: 90 },
    ],
    rows: facts.flatMap(([item, content]) =>
      content === undefined || content === '' ? [] : [[item, String(content)]],
    ),
  }
}

/** 完整性标记 — the last line of every list: a file without it was cut. */
export function formatEnding(rows: number): string {
  return `共 ${rows} 行，完`
}

/** 是否完整性标记 — whether a line is the ending of one of our lists and nothing else. */
export function isEnding(cells: readonly string[]): boolean {
  return /^共 \d+ 行，完$/.test(cells[0] ?? '') && cells.every((cell, at) => at === 0 || cell === '')
}
