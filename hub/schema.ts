import type { ColumnType, Generated } from 'kysely'

/** Times come as Date, calendar days as text (no time zone moves a deadline). */
type Time = ColumnType<Date, Date, Date>
type MaybeTime = ColumnType<Date | null, Date | null | undefined, Date | null>

/** Empty unless it is said. */
type MaybeText = ColumnType<string | null, string | null | undefined, string | null>

export interface EnterpriseTable {
  readonly id: string
  version: number
  changed_at: Time
  path: string
  credit_code: string
  name: string
  city: string
  county: string | null
  industry: string | null
  size: string | null
  is_above_scale: boolean
  scale_year: number | null
  scale_source: string | null
  listed_on: string
  left_on: string | null
  left_reason: string | null
  left_note: string | null
  liaisons: Generated<string>
  contact_name: string | null
  contact_phone: string | null
  assigned_at: MaybeTime
  contacted_at: MaybeTime
  joined_at: MaybeTime
  filling_at: MaybeTime
  seen_at: MaybeTime
  answered: number | null
  asked: number | null
  note: string | null
  code_generation: Generated<number>
  code_used_at: MaybeTime
  summary: string | null
  previous: string | null
  returned_at: MaybeTime
  returned_reason: string | null
}

export interface AccountTable {
  readonly id: string
  login: string
  name: string
  role: string
  area: MaybeText
  path: MaybeText
  enterprise: MaybeText
  liaison: MaybeText
  password_hash: string
  password_at: Time
  password_history: Generated<string>
  must_change: boolean
  otp_secret: MaybeText
  otp_pending: MaybeText
  otp_step: Generated<number>
  is_closed: Generated<boolean>
  expires_on: MaybeText
  seen_at: MaybeTime
}

/** 汇总端的表 — schema `hub`, as of the newest migration. Lists and summaries are JSON text: read whole, never queried. */
export interface Schema {
  'hub.setting': { name: string; value: string }
  'hub.campaign': {
    id: string
    version: number
    title: string
    edition: string
    area: string
    opens_on: string
    deadline_on: string
    reference_on: string
    is_closed: boolean
    plan: string
  }
  'hub.liaison': {
    id: string
    name: string
    phone: string | null
    unit: string | null
    area: string
    path: string
    is_active: boolean
  }
  'hub.account': AccountTable
  'hub.session': {
    token_hash: string
    account: string
    created_at: Time
    seen_at: Time
    ends_at: Time
    has_second_factor: boolean
  }
  'hub.enterprise': EnterpriseTable
  'hub.assignment': {
    enterprise: string
    id: string
    liaison: string
    from_at: Time
    to_at: MaybeTime
    by_account: string | null
  }
  'hub.departure': { enterprise: string; id: string; path: string; liaison: string | null; at: Time }
  'hub.submission': {
    enterprise: string
    id: string
    revision: number
    campaign: string
    digest: string
    body: string
    summary: string
    receipt: string
    received_at: Time
  }
  'hub.submission_return': {
    enterprise: string
    id: string
    revision: number
    at: Time
    by_account: string
    reason: string
  }
  'hub.erased_submission': { enterprise: string; id: string; at: Time }
  'hub.roster_import': {
    id: string
    path: string
    at: Time
    by_account: string
    file: string
    written: number
    changes: string
    made_liaisons: string
    undone_at: MaybeTime
  }
  'hub.authority': { area: string; path: string; row_text: string; updated_at: Time }
  'hub.table_version': {
    id: string
    kind: string
    area: string
    path: string
    at: Time
    by_name: string
    row_count: number
    note: string | null
    row_text: string
  }
  'hub.peers_publication': { edition: string; published_on: string; peers: string; ledger: string; summary: string }
  'hub.audit': {
    id: string
    at: Time
    actor: string | null
    role: string | null
    action: string
    subject: string | null
    is_done: boolean
    detail: string
    block: number | null
    place: number | null
    hash: string | null
  }
  'hub.audit_block': {
    number: number
    at: Time
    previous: string
    rows_hash: string
    hash: string
    row_count: number
    is_pruned: Generated<boolean>
  }
}
