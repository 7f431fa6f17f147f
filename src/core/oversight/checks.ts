import { findValid, isInDenominator, type Campaign, type Enterprise, type Summary } from './enterprise.ts'
import { compareText } from './steps.ts'

/** 核对的事项 — what a person may want to look at; none of them says that anything is wrong. */
export type CheckKind = 'identical' | 'sameValue' | 'fast' | 'jump' | 'oneAnswer' | 'differs'

/** 核对事项的名称 — factual: what is seen, not what it may mean. */
export const CHECK_NAMES: Readonly<Record<CheckKind, string>> = {
  identical: '作答完全相同',
  sameValue: '多数指标取值相同',
  fast: '填报用时短',
  jump: '档次变化大',
  oneAnswer: '线下诊断条件取决于一个答案',
  differs: '复算与所报不一致',
}

/** 请核对的一条 — a firm, and the figures it was noticed by. */
export interface Check {
  readonly kind: CheckKind
  readonly firm: Enterprise
  readonly because: string
}

/** Own choices: nine answers of ten alike; less than five minutes for a sheet of some ninety questions; three tiers of ten. */
const SAME_SHARE = 0.9
const LEAST_MINUTES = 5
const JUMP = 3

/** Own choice: a sentence names so many firms at most. */
const MOST_NAMED = 3

interface Candidate {
  readonly firm: Enterprise
  readonly summary: Summary
}

/**
 * 成批核对 — what in the valid submissions of a round a person should look at (请核对): identical sheets, one value nearly
 * throughout, little time, a jump against the submission before, a flag that hangs on one answer, figures that the rules
 * compute otherwise. Kind by kind; identical sheets of one liaison come first, then the larger groups, else the most
 * striking first and then by name. Facts only: an honest sheet can be each of these.
 */
export function checkCohort(firms: readonly Enterprise[], campaign: Campaign): readonly Check[] {
  const candidates: Candidate[] = []
  for (const firm of firms) {
    const summary = isInDenominator(firm, campaign) ? findValid(firm, campaign) : undefined
    if (summary !== undefined) candidates.push({ firm, summary })
  }
  return [
    ...listIdentical(candidates),
    ...rank(candidates, 'sameValue', ({ summary }) =>
      summary.sameShare < SAME_SHARE
        ? undefined
        : {
            weight: summary.sameShare,
            because: `${formatPercent(summary.sameShare)}的已答指标取同一个值，请核对`,
          },
    ),
    ...rank(candidates, 'fast', ({ summary }) =>
      summary.minutes >= LEAST_MINUTES
        ? undefined
        : {
            weight: -summary.minutes,
            because: `完整诊断记录的填报用时为 ${formatMinutes(summary.minutes)}，少于 ${LEAST_MINUTES} 分钟，请核对`,
          },
    ),
    ...rank(candidates, 'jump', describeJump),
    ...rank(candidates, 'oneAnswer', ({ summary }) =>
      summary.dueForVisit && summary.firmness === 1
        ? { weight: 0, because: '有一个答案降低一步，就达不到线下诊断的条件，请核对这些答案的依据' }
        : undefined,
    ),
    ...rank(candidates, 'differs', ({ summary: { differences } }) =>
      differences === 0
        ? undefined
        : { weight: differences, because: `所报结果有 ${differences} 个数与按作答复算的不同，以复算为准，请核对` },
    ),
  ]
}

interface Finding {
  readonly weight: number
  readonly because: string
}

/** The firms something is found of, the weightiest first. */
function rank(
  candidates: readonly Candidate[],
  kind: CheckKind,
  find: (candidate: Candidate) => Finding | undefined,
): readonly Check[] {
  const findings: (Finding & { readonly firm: Enterprise })[] = []
  for (const candidate of candidates) {
    const found = find(candidate)
    if (found !== undefined) findings.push({ firm: candidate.firm, ...found })
  }
  return findings
    .sort((a, b) => b.weight - a.weight || compareFirms(a.firm, b.firm))
    .map(({ firm, because }) => ({ kind, firm, because }))
}

/** Only tiers of one edition can be compared. */
function describeJump({ firm: { previous }, summary }: Candidate): Finding | undefined {
  const from = previous?.tier?.low
  const to = summary.tier?.low
  if (from === undefined || to === undefined || previous?.edition !== summary.edition) return undefined
  const change = Math.abs(to - from)
  if (change < JUMP) return undefined
  return { weight: change, because: `上次报送为 ${from} 档，这次为 ${to} 档，相差 ${change} 档，请核对` }
}

function listIdentical(candidates: readonly Candidate[]): readonly Check[] {
  const groups = new Map<string, Enterprise[]>()
  for (const { firm, summary } of candidates) {
    const group = groups.get(summary.pattern)
    if (group === undefined) groups.set(summary.pattern, [firm])
    else group.push(firm)
  }
  return Array.from(groups)
    .filter(([, members]) => members.length > 1)
    .map(([pattern, members]) => ({ pattern, members: members.sort(compareFirms), shared: countByLiaison(members) }))
    .sort(
      (a, b) =>
        Math.max(...b.shared.values(), 0) - Math.max(...a.shared.values(), 0) ||
        b.members.length - a.members.length ||
        compareText(a.pattern, b.pattern),
    )
    .flatMap(({ members, shared }) =>
      members.map((firm): Check => ({ kind: 'identical', firm, because: describeTwins(firm, members, shared) })),
    )
}

/** How many firms of a group each liaison has, where it is more than one. */
function countByLiaison(members: readonly Enterprise[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { liaisons } of members) for (const { id } of liaisons) counts.set(id, (counts.get(id) ?? 0) + 1)
  return new Map(Array.from(counts).filter(([, count]) => count > 1))
}

function describeTwins(firm: Enterprise, members: readonly Enterprise[], shared: ReadonlyMap<string, number>): string {
  const named: string[] = []
  for (const other of members) {
    if (other !== firm) named.push(other.name)
    if (named.length === MOST_NAMED) break
  }
  const others = members.length - 1
  const more = others > named.length ? '等' : ''
  const liaison = firm.liaisons.find(({ id }) => shared.has(id))
  const same = liaison === undefined ? '' : `，其中 ${shared.get(liaison.id)! - 1} 家的联系人也是${liaison.name}`
  return `与${named.join('、')}${more} ${others} 家企业的作答完全相同${same}，请核对`
}

function compareFirms(a: Enterprise, b: Enterprise): number {
  return compareText(a.name, b.name) || compareText(a.id, b.id)
}

/** 0.9375 → '93%': rounded down, so that nothing below ten tenths is said to be all. */
function formatPercent(share: number): string {
  return `${Math.floor(share * 100 + 1e-9)}%`
}

function formatMinutes(minutes: number): string {
  return minutes < 1 ? '不到 1 分钟' : `${Math.floor(minutes)} 分钟`
}
