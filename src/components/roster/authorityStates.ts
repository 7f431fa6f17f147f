import { type AuthorityRow } from '#core/oversight/api'

/** 附件2一行的状态 — late is told, never locked (GX-14). */
export type AuthorityState = 'filled' | 'filledLate' | 'missing' | 'overdue'

export const AUTHORITY_STATE_NAMES: Readonly<Record<AuthorityState, string>> = {
  filled: '已填',
  filledLate: '已填（逾期）',
  missing: '未填',
  overdue: '逾期未填',
}

/**
 * 附件2一行的状态 — due by the day the campaign opens: the notice of 2024 gave its own date, 12 June, the day the diagnosis
 * began (三(一)2). Without a contact or any phone a row counts as not filled. `updatedDay` is the day in China it was last changed.
 */
export function judgeAuthority(
  row: Pick<AuthorityRow, 'contact' | 'officePhone' | 'mobile'> | undefined,
  updatedDay: string | undefined,
  opensOn: string,
  today: string,
): AuthorityState {
  const isFilled =
    row?.contact !== undefined && (row.officePhone !== undefined || (row.mobile !== undefined && row.mobile !== ''))
  if (!isFilled) return today > opensOn ? 'overdue' : 'missing'
  return updatedDay !== undefined && updatedDay > opensOn ? 'filledLate' : 'filled'
}
