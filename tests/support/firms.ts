import { completeCreditCode } from '#core/creditCode'
import { type Campaign, type Enterprise, type Summary } from '#core/oversight/enterprise'

/** What a builder takes: any part, and an optional one may be taken away by `undefined`. */
type Changes<Whole> = { readonly [Key in keyof Whole]?: Whole[Key] | undefined }

/** A plain object without what was taken away: an optional part is missing, never `undefined`. */
function without<Whole extends object>(whole: Whole): Whole {
  return Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined)) as Whole
}

let made = 0

/**
 * One firm of the roster in 南宁市青秀区 with one liaison, not contacted yet; what matters to a test is given. Ids, names and
 * credit codes differ from firm to firm.
 */
export function aFirm(changes: Changes<Enterprise> = {}): Enterprise {
  made += 1
  const number = String(made).padStart(4, '0')
  return without({
    id: `firm-${number}`,
    version: 1,
    changedAt: '2026-06-01T01:00:00.000Z',
    creditCode: completeCreditCode(`91450100M${String(made).padStart(7, '0')}`),
    name: `示例企业${number}有限公司`,
    city: '450100',
    county: '450103',
    industry: '30',
    size: '中型',
    isAboveScale: true,
    scaleYear: 2025,
    scaleSource: '统计局名录',
    listedOn: '2026-01-01',
    liaisons: [{ id: 'liaison-1', name: '示例服务员甲', phone: '138****0000' }],
    contact: { name: '示例联系人', phone: '138****0001' },
    assignedAt: '2026-06-01T01:00:00.000Z',
    ...changes,
  }) as Enterprise
}

/** A valid full sheet in tier 4 of the real edition, due for a visit; what matters to a test is given. */
export function aSummary(changes: Changes<Summary> = {}): Summary {
  made += 1
  return without({
    id: `sheet-${made}`,
    revision: 1,
    digest: made.toString(16).padStart(64, '0'),
    edition: 'guangxi-2024',
    version: '1.0.0',
    form: 'full',
    receivedAt: '2026-07-10T02:00:00.000Z',
    tier: { low: 4, high: 4 },
    level: { low: 2, high: 2 },
    score: { low: 40, high: 40 },
    nodes: [],
    gaps: [],
    dueForVisit: true,
    firmness: 6,
    minutes: 40,
    pattern: made.toString(16).padStart(16, '0'),
    sameShare: 0.4,
    differences: 0,
    intentions: [],
    ...changes,
  }) as Summary
}

/** A firm that has submitted: its steps are told, and its sheet. */
export function aSubmittedFirm(changes: Changes<Enterprise> = {}, summary: Changes<Summary> = {}): Enterprise {
  const submission = aSummary(summary)
  return aFirm({
    contactedAt: '2026-06-10T02:00:00.000Z',
    joinedAt: '2026-06-11T02:00:00.000Z',
    fillingAt: '2026-06-12T02:00:00.000Z',
    seenAt: submission.receivedAt,
    submission,
    ...changes,
  })
}

/** A round over 广西 from 1 June to 31 August 2026; what matters to a test is given. */
export function aCampaign(changes: Changes<Campaign> = {}): Campaign {
  return without({
    id: 'campaign-2026',
    version: 1,
    title: '2026 年度自诊断',
    edition: 'guangxi-2024',
    area: '450000',
    opensOn: '2026-06-01',
    deadlineOn: '2026-08-31',
    referenceOn: '2026-06-01',
    isClosed: false,
    plan: [],
    ...changes,
  }) as Campaign
}
