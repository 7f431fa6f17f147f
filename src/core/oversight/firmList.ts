import { type Divisions } from '../division.ts'
import { splitArea } from './areas.ts'
import { findStep, listCalls, type Step } from './coverage.ts'
import { findValid, isInDenominator, type Campaign, type Enterprise } from './enterprise.ts'

/** 企业名单的一行 — a firm with its step; `silentDays` of those to be called alone. */
export interface FirmRow {
  readonly firm: Enterprise
  readonly step: Step
  readonly silentDays?: number
  /** `open` 未完成, `done` 已报送, `left` 移出分母, `outside` not asked: below scale or listed later; `elsewhere`: not of the round's area. */
  readonly standing: 'open' | 'done' | 'left' | 'outside' | 'elsewhere'
}

/** 特别情况 — what a list may be narrowed to: each is a figure of the coverage page. */
export type FirmTrouble = 'none' | 'several' | 'returned' | 'left' | 'outside'

/** 企业名单的筛选. */
export interface FirmFilter {
  readonly area?: string
  /** `open` means every step before 已报送, of firms that are asked. */
  readonly step?: Step | 'open'
  readonly only?: FirmTrouble
  /** The id of a liaison that has the firm alone, as the coverage counts it. */
  readonly liaison?: string
  /** Part of a name or of a credit code. */
  readonly text?: string
}

const STANDINGS: readonly FirmRow['standing'][] = ['open', 'done', 'left', 'outside', 'elsewhere']

/**
 * 企业名单 — all firms once: those to be called first, the most urgent first; then those that are done, those that left the
 * denominator, those not asked, and those of another area than the round's, each in the order they came in.
 */
export function rankFirms(
  firms: readonly Enterprise[],
  campaign: Campaign,
  asOf: string,
  divisions: Divisions,
): readonly FirmRow[] {
  const { placeOf } = splitArea(divisions, campaign.area)
  const isOfRound = (firm: Enterprise): boolean => placeOf(firm) !== undefined
  const calls = listCalls(firms.filter(isOfRound), campaign, asOf)
  const rest: Record<FirmRow['standing'], FirmRow[]> = {
    open: calls.map((call) => ({ ...call, standing: 'open' })),
    done: [],
    left: [],
    outside: [],
    elsewhere: [],
  }
  const called = new Set(calls.map(({ firm }) => firm.id))
  for (const firm of firms) {
    if (called.has(firm.id)) continue
    const standing = findStanding(firm, campaign, isOfRound(firm))
    rest[standing].push({ firm, step: findStep(firm, campaign), standing })
  }
  return STANDINGS.flatMap((standing) => rest[standing])
}

/** Of a firm that need not be called. */
function findStanding(firm: Enterprise, campaign: Campaign, isOfRound: boolean): FirmRow['standing'] {
  if (!isOfRound) return 'elsewhere'
  if (isInDenominator(firm, campaign)) return 'done'
  return firm.left === undefined ? 'outside' : 'left'
}

/** 筛选企业名单 — in the order given. A figure of the coverage page and the rows of its filter are the same firms. */
export function filterFirms(
  rows: readonly FirmRow[],
  filter: FirmFilter,
  campaign: Campaign,
  divisions: Divisions,
): readonly FirmRow[] {
  const { area, step, only, liaison } = filter
  const text = filter.text?.trim().toLowerCase() ?? ''
  const placeOf = area === undefined ? undefined : splitArea(divisions, area).placeOf
  return rows.filter((row) => {
    const { firm } = row
    if (placeOf !== undefined && placeOf(firm) === undefined) return false
    if (step === 'open' ? row.standing !== 'open' : step !== undefined && row.step !== step) return false
    if (only !== undefined && !isTrouble(row, only, campaign)) return false
    if (liaison !== undefined && (firm.liaisons.length !== 1 || firm.liaisons[0]!.id !== liaison)) return false
    return text === '' || firm.name.toLowerCase().includes(text) || firm.creditCode.toLowerCase().includes(text)
  })
}

function isTrouble({ firm, step, standing }: FirmRow, trouble: FirmTrouble, campaign: Campaign): boolean {
  const isAsked = standing === 'open' || standing === 'done'
  switch (trouble) {
    case 'none':
      return isAsked && firm.liaisons.length === 0
    case 'several':
      return isAsked && firm.liaisons.length > 1
    case 'returned':
      return isAsked && step === 'returned'
    case 'left': {
      const { left: _left, ...rest } = firm
      return standing === 'left' && isInDenominator(rest, campaign)
    }
    case 'outside':
      return (standing === 'left' || standing === 'outside') && findValid(firm, campaign) !== undefined
  }
}
