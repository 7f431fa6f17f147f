import { formatChinaMoment } from '#core/chinaDay'
import { findChinaDay } from '#core/chinaDay'
import { type Edition } from '#core/diagnosis/edition'
import { formatDivision, type Divisions } from '#core/division'
import { type Industries } from '#core/industry'
import { type Campaign } from '#core/oversight/enterprise'
import { nameOfficeFile } from './fileName.ts'
import { type PlanFact } from './tablePlan.ts'

/** 导出的背景 — what every file of officials says of itself: whose, of what round, of what time. */
export interface FileContext {
  readonly campaign: Campaign
  readonly edition: Edition
  /** Whose firms are in the file, as a division code. */
  readonly area: string
  /** The day in China the figures stand at. */
  readonly asOf: string
  /** The moment the file is made, UTC. */
  readonly madeAt: string
  readonly divisions: Divisions
  readonly industries: Industries
  /** 示例数据: where the figures do not tell themselves. */
  readonly isSample?: boolean
}

/** 自评参考 — no result of a self-diagnosis leaves without it; 示例数据 when made-up firms are in it. */
export function listOfficeMarks(isSample: boolean): readonly string[] {
  return isSample ? ['自评参考', '示例数据'] : ['自评参考']
}

/** 区划简称 — the name of one division; '未列明区划' for none, the code for one the list does not have. */
export function nameDivision(divisions: Divisions, code: string | undefined): string {
  if (code === undefined || code === '') return '未列明区划'
  return divisions.byCode.get(code)?.name ?? code
}

/** 文件名 — “企业分档名单（南宁市）20260821”. */
export function nameFor(
  words: string,
  { area, divisions, madeAt }: Pick<FileContext, 'area' | 'divisions' | 'madeAt'>,
): string {
  return nameOfficeFile(words, nameDivision(divisions, area), findChinaDay(madeAt))
}

/** 范围、批次、问卷、时间 — the facts every file has in common. */
export function listContextFacts(
  marks: readonly string[],
  {
    area,
    divisions,
    campaign,
    edition,
    asOf,
    madeAt,
  }: Pick<FileContext, 'area' | 'divisions' | 'madeAt'> & Partial<Pick<FileContext, 'campaign' | 'edition' | 'asOf'>>,
): readonly PlanFact[] {
  return [
    ['性质', marks.join('；')],
    ['范围', formatDivision(divisions, area)],
    ['诊断批次', campaign?.title],
    ['截止日', campaign?.deadlineOn],
    ['分母基准日', campaign?.referenceOn],
    ['问卷', edition === undefined ? undefined : `${edition.title} ${edition.version}`],
    ['数据截至', asOf],
    ['导出时间（北京时间）', formatChinaMoment(madeAt)],
  ]
}

/** 不是什么 — stands in every file that shows results. */
export const STANDING =
  '本文件中的档、级、得分由企业自评、系统按问卷规则复算得出，仅供参考，不是评估、认定或评审结论；线下核对前请勿作为依据公布。'
