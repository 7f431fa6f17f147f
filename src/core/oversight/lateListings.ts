import { normalizeCreditCode } from '../creditCode.ts'
import type { RosterRow } from './api.ts'
import { isInDenominator, type Campaign, type Enterprise } from './enterprise.ts'

/** 晚于分母基准日的行 — `undated`: how many of them only because the table has no 列入日期, so that they count from today. */
export interface LateListings {
  readonly firms: number
  readonly undated: number
}

/**
 * 不计入应诊断数 — how many firms of the rows are listed after the campaign's 分母基准日 and would have counted before it, were
 * the rows written today: a new firm without a day is listed today, a known one keeps its own. Firms below scale, or taken out,
 * count in no case. The rows of one firm are one; the last one decides.
 */
export function countLateListings(
  rows: readonly RosterRow[],
  existing: readonly Enterprise[],
  campaign: Campaign,
  today: string,
): LateListings {
  const known = new Map(existing.map((firm) => [normalizeCreditCode(firm.creditCode), firm]))
  const late = new Map<string, 'dated' | 'undated'>()
  for (const row of rows) {
    const code = normalizeCreditCode(row.creditCode)
    const firm = known.get(code)
    const listedOn = row.listedOn ?? firm?.listedOn ?? today
    const written = { isAboveScale: row.isAboveScale, left: firm?.left, listedOn }
    const isAsked = isInDenominator({ ...written, listedOn: campaign.referenceOn }, campaign)
    if (!isAsked || isInDenominator(written, campaign)) late.delete(code)
    else late.set(code, row.listedOn === undefined && firm === undefined ? 'undated' : 'dated')
  }
  return { firms: late.size, undated: [...late.values()].filter((kind) => kind === 'undated').length }
}
