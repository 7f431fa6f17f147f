import * as v from 'valibot'
import { isKeepableText } from '../json.ts'
import { Digest, Moment } from '../ourFile.ts'

/** One line of text a person typed: trimmed, not empty, keepable. */
export const Line = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, '不能为空'),
  v.maxLength(200, '超过 200 个字符'),
  v.check(isKeepableText, '含有不能保存的字符'),
)
export const Id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/, '应为编号'))
export const DivisionCode = v.pipe(v.string(), v.regex(/^\d{6}$/, '应为六位行政区划代码'))
export const Day = v.pipe(v.string(), v.isoDate('应为日期'))
export const Count = v.pipe(v.number(), v.integer('应为整数'), v.minValue(0, '不能为负数'))

const Range = v.strictObject({ low: v.number(), high: v.number() })

/**
 * 报送摘要 — what an official sees of one submission without opening it: computed from the answers by the rules, never
 * copied from what the file claims. `nodes` are the official low ends in the order of the edition's tree without its root
 * (null: nothing applies), two decimals.
 */
export const SummarySchema = v.strictObject({
  id: Id,
  revision: v.pipe(v.number(), v.integer(), v.minValue(1)),
  digest: Digest,
  edition: v.string(),
  version: v.string(),
  form: v.picklist(['full', 'short']),
  /** Server time; of a file without a hub, what the file claims. */
  receivedAt: Moment,
  tier: v.optional(Range),
  level: v.optional(Range),
  score: v.optional(Range),
  nodes: v.array(v.nullable(v.number())),
  /** 主要短板: ids of at most five sub-domains, what would bring most first. */
  gaps: v.array(v.string()),
  dueForVisit: v.boolean(),
  /** 稳固程度: half-step drops that lose the flag for a visit; 1 means that it hangs on one answer. */
  firmness: v.optional(v.number()),
  minutes: v.number(),
  /** Names the content of the answers alone: two firms with the same one gave the same answers. 16 hex digits. */
  pattern: v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/)),
  /** 0–1: the share of answered indicators that have the most frequent value. */
  sameShare: v.number(),
  /** 复算不一致: how many figures the file stated differently from the computed ones. */
  differences: v.number(),
  /** 拟申报的认定, as ticked. */
  intentions: v.array(v.string()),
  staff: v.optional(v.number()),
  revenue: v.optional(v.number()),
  productionType: v.optional(v.string()),
  sample: v.optional(v.literal(true)),
})
export type Summary = v.InferOutput<typeof SummarySchema>

/** 移出分母的原因 — 停产, 注销, 不配合 … of a firm that stays in the record. */
export const LEAVE_REASONS = ['停产', '注销', '不配合', '迁出', '重复登记', '其他'] as const

/**
 * 企业（名录中的一行） — one firm of the roster with where it stands: all that coverage, tier lists and portraits are
 * computed from. `version` counts edits of the row, `changedAt` is when anything of it last changed (server time).
 */
export const EnterpriseSchema = v.strictObject({
  id: Id,
  version: Count,
  changedAt: Moment,
  creditCode: v.pipe(v.string(), v.maxLength(40)),
  name: v.string(),
  city: DivisionCode,
  county: v.optional(DivisionCode),
  industry: v.optional(v.pipe(v.string(), v.regex(/^\d{2}$/))),
  size: v.optional(v.picklist(['大型', '中型', '小型', '微型'])),
  isAboveScale: v.boolean(),
  scaleYear: v.optional(v.number()),
  scaleSource: v.optional(v.string()),
  listedOn: Day,
  left: v.optional(v.strictObject({ on: Day, reason: v.picklist(LEAVE_REASONS), note: v.string() })),
  /** Active 诊断工作联系人. Exactly one is right; none or two are a list of their own (GX-17). Phones masked. */
  liaisons: v.array(v.strictObject({ id: Id, name: v.string(), phone: v.optional(v.string()) })),
  /** The firm's own contact; phone masked (138****5678). */
  contact: v.optional(v.strictObject({ name: v.string(), phone: v.optional(v.string()) })),
  assignedAt: v.optional(Moment),
  contactedAt: v.optional(Moment),
  joinedAt: v.optional(Moment),
  fillingAt: v.optional(Moment),
  /** The firm's last sign of life: joined, saved, submitted. */
  seenAt: v.optional(Moment),
  progress: v.optional(v.strictObject({ answered: Count, asked: Count })),
  /** The newest submission, returned or not. */
  submission: v.optional(SummarySchema),
  /** The one before it, for implausible jumps. */
  previous: v.optional(
    v.strictObject({ revision: v.number(), tier: v.optional(Range), receivedAt: Moment, edition: v.string() }),
  ),
  /** 退回修改: set while the newest submission is returned; it is not valid then. */
  returned: v.optional(v.strictObject({ at: Moment, reason: v.string() })),
  /** The liaison's last note. */
  note: v.optional(v.string()),
})
export type Enterprise = v.InferOutput<typeof EnterpriseSchema>

/** 诊断批次 — one round of one edition over one area: what coverage is measured against. */
export const CampaignSchema = v.strictObject({
  id: Id,
  version: Count,
  title: Line,
  edition: v.pipe(v.string(), v.maxLength(64)),
  /** The region, city or county whose firms are asked. */
  area: DivisionCode,
  opensOn: Day,
  deadlineOn: Day,
  /** 分母基准日: firms listed on or before it count. */
  referenceOn: Day,
  isClosed: v.boolean(),
  /** 进度计划: which share (0–1) is to be done by the end of a day; days ascending. Empty: a straight line to the deadline. */
  plan: v.pipe(
    v.array(v.strictObject({ on: Day, share: v.pipe(v.number(), v.minValue(0), v.maxValue(1)) })),
    v.maxLength(100),
  ),
})
export type Campaign = v.InferOutput<typeof CampaignSchema>

/** 在册应诊断 — whether a firm counts in the denominator (GX-01): above scale, listed by the reference date, not left. */
export function isInDenominator(
  { isAboveScale, listedOn, left }: Pick<Enterprise, 'isAboveScale' | 'listedOn' | 'left'>,
  { referenceOn }: Pick<Campaign, 'referenceOn'>,
): boolean {
  return isAboveScale && listedOn <= referenceOn && left === undefined
}

/** 有效报送 — the newest submission of a full sheet of the campaign's edition that is not returned; undefined otherwise. */
export function findValid({ submission, returned }: Enterprise, { edition }: Campaign): Summary | undefined {
  if (submission === undefined || returned !== undefined) return undefined
  return submission.form === 'full' && submission.edition === edition ? submission : undefined
}

/** 企业所在区划 — the narrowest known one. */
export function locateEnterprise({ city, county }: Pick<Enterprise, 'city' | 'county'>): string {
  return county ?? city
}

/** 号码掩码 — '13812345678' → '138****5678'; one too short for that keeps its last two digits. */
export function maskPhone(phone: string): string {
  const digits = Array.from(phone)
  if (digits.length < 11) return '*'.repeat(Math.max(0, digits.length - 2)) + digits.slice(-2).join('')
  return `${digits.slice(0, 3).join('')}${'*'.repeat(digits.length - 7)}${digits.slice(-4).join('')}`
}
