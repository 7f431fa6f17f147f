import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { listNodes, summarizeSubmission } from '#core/oversight/summary'
import { SummarySchema } from '#core/oversight/enterprise'
import { openSubmission, packSubmission, type SheetToSubmit } from '#core/oversight/submission'
import { digest } from '#digest'
import { answersAtLevel, loadGuangxi, makeEdition, tiersUpTo } from '../../support/build'

const RECEIVED = '2026-07-10T02:00:00.000Z'
const small = makeEdition({
  tree: {
    id: 'all',
    children: [
      { id: 'A', items: ['a1', 'a2'] },
      { id: 'B', children: [{ id: 'B1', items: ['b1', 'b2', 'b3'] }] },
    ],
  },
  items: { a1: { notApplicable: true }, a2: { notApplicable: true } },
  levels: 5,
  grading: { kind: 'tiers', tiers: tiersUpTo(1, 2, 3, 4, 5), visitFrom: 3 },
})
const SHEET: SheetToSubmit = {
  id: 'sheet-1',
  revision: 2,
  form: 'full',
  profile: {
    name: '示例企业',
    staff: 320,
    revenue: 50_000_000,
    extra: { 'profile.plannedApplications': ['数字化车间', 'none', 7] },
  },
  answers: { a1: 5, a2: 4, b1: 1, b2: 1, b3: 1 },
  startedAt: '2026-07-10T01:00:00.000Z',
  submittedAt: '2026-07-10T01:50:00.000Z',
  minutes: 42,
}
function summarize(changes: Partial<SheetToSubmit> = {}, edition = small, forge: object = {}) {
  const { sha256: _, ...content } = { ...packSubmission(edition, { ...SHEET, ...changes }, '0.1.0', digest), ...forge }
  return summarizeSubmission(
    openSubmission({ ...content, sha256: digest(content) }, [edition], digest),
    RECEIVED,
    digest,
  )
}

describe('报送摘要', () => {
  it('is what the rules compute from the answers', () => {
    // A = (5 + 4) / 2 = 4.5, B = B1 = 1, all = 2.75: tier 3. What is missing brings (5 − 1) / 2 = 2 in B1 and
    // (5 − 4.5) / 2 = 0.25 in A. A step of half a point in A costs 0.5 / 2 / 2 = 0.125, so six of them lead to 2, the end
    // of tier 2. Three of five answers are a fifth of the full mark.
    expect(summarize()).toMatchObject({
      id: 'sheet-1',
      revision: 2,
      edition: 'small',
      version: '1.0.0',
      form: 'full',
      receivedAt: RECEIVED,
      tier: { low: 3, high: 3 },
      score: { low: 2.75, high: 2.75 },
      nodes: [4.5, 1, 1],
      gaps: ['B1', 'A'],
      dueForVisit: true,
      firmness: 6,
      minutes: 42,
      sameShare: 0.6,
      differences: 0,
      intentions: ['数字化车间'],
      staff: 320,
      revenue: 50_000_000,
    })
  })

  it('reads its nodes in the order of the tree without the root', () => {
    expect(listNodes(small.tree).map(({ id }) => id)).toEqual(['A', 'B', 'B1'])
    // Five domains and 3 + 6 + 4 + 4 + 5 sub-domains.
    expect(listNodes(loadGuangxi().tree)).toHaveLength(27)
  })

  it('says null where nothing applies, and rounds to two digits', () => {
    const reason = { notApplicable: '没有这项业务' }
    const { nodes } = summarize({ answers: { a1: reason, a2: reason, b1: 1, b2: 1, b3: 0 } })
    expect(nodes).toEqual([null, 0.67, 0.67])
  })

  it('takes the lower end where an answer is open', () => {
    expect(summarize({ answers: { a1: 5, a2: 5, b1: 1, b2: 1 } })).toMatchObject({
      // A = 5 and B from (1 + 1 + 0) / 3 to (1 + 1 + 5) / 3.
      score: { low: 17 / 6, high: 22 / 6 },
      nodes: [5, 0.67, 0.67],
      sameShare: 0.5,
    })
  })

  it('has a flag’s firmness only where there is a flag', () => {
    const low = summarize({ answers: { a1: 1, a2: 1, b1: 1, b2: 1, b3: 1 } })
    expect(low).toMatchObject({ dueForVisit: false, sameShare: 1 })
    expect(low.firmness).toBeUndefined()
  })

  it('the pattern names the answers alone: another firm, day and sheet change nothing, one answer does', () => {
    const { pattern } = summarize()
    const other = { id: 'sheet-2', profile: { name: '示例企业乙' }, minutes: 3, submittedAt: RECEIVED }
    expect(summarize(other).pattern).toBe(pattern)
    expect(summarize({ answers: { ...SHEET.answers, b3: 1.5 } }).pattern).not.toBe(pattern)
    expect(pattern).toBe(digest(SHEET.answers).slice(0, 16))
  })

  it('what a file claims is counted where it differs, and never taken over', () => {
    const claimed = packSubmission(small, SHEET, '0.1.0', digest).result
    const forged = summarize({}, small, {
      result: { ...claimed, tier: { low: 5, high: 5 }, score: { low: 5, high: 2.75 } },
    })
    expect(forged).toMatchObject({ tier: { low: 3, high: 3 }, score: { low: 2.75, high: 2.75 }, differences: 3 })
  })

  it('of the real edition it fits its schema, in full and in short', () => {
    const edition = loadGuangxi()
    for (const form of ['full', 'short'] as const) {
      const asked = Object.entries(answersAtLevel(edition, 3, 'process')).filter(
        ([id]) => form === 'full' || edition.indicators.get(id)?.rule.core === true,
      )
      const summary = summarize(
        { form, answers: Object.fromEntries(asked), profile: { productionType: 'process' }, sample: true },
        edition,
      )
      expect(v.parse(SummarySchema, summary)).toEqual(summary)
      expect(summary).toMatchObject({ form, sample: true, productionType: 'process' })
      expect(summary.gaps.length).toBeLessThanOrEqual(5)
    }
  })
})
