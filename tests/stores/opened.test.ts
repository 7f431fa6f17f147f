// @vitest-environment node
import { createPinia } from 'pinia'
import { describe, expect, it } from 'vitest'
import { digest } from '#digest'
import { packSubmission, type Submission } from '#core/oversight/submission'
import { Problem, type ProblemCode } from '#core/problems'
import { useOpenedStore } from '#stores/opened'
import { answersAtLevel, loadGuangxi } from '../support/build'
import { rejectionOf } from '../support/drafts'

function aSubmission(name: string): Submission {
  const sheet = {
    id: 'sheet',
    revision: 1,
    form: 'full' as const,
    profile: { name },
    answers: answersAtLevel(loadGuangxi(), 2),
    startedAt: '2026-01-05T01:00:00.000Z',
    submittedAt: '2026-01-05T02:00:00.000Z',
    minutes: 40,
  }
  return packSubmission(loadGuangxi(), sheet, '0.0.0', digest)
}
/** Sealed again after a change, as somebody would who knows how. */
function sealed({ sha256: _, ...content }: Submission, changes: object): object {
  const changed = { ...content, ...changes }
  return { ...changed, sha256: digest(changed) }
}

describe('打开的报送包', () => {
  it('a submission is scored again with the edition at hand, and the results agree', async () => {
    const store = useOpenedStore(createPinia())
    await store.open(aSubmission('甲厂'))
    expect(store.opened).toMatchObject({ agrees: true, differences: [], submission: { profile: { name: '甲厂' } } })
    // Every item at 2 of 5: 40 points, the upper end of tier 4 (30—40); 60 % of the gate items at 2 is asked there.
    expect(store.opened?.computed.tier).toEqual({ low: 4, high: 4 })
  })

  it('a stated result that is not the computed one is told, and the computed one counts', async () => {
    const store = useOpenedStore(createPinia())
    const submission = aSubmission('甲厂')
    await store.open(sealed(submission, { result: { ...submission.result, tier: { low: 9, high: 9 } } }))
    expect(store.opened).toMatchObject({ agrees: false, differences: ['tier/low', 'tier/high'] })
    expect(store.opened?.computed.tier).toEqual({ low: 4, high: 4 })
  })

  const other = { id: 'guangxi-2024', version: '1.0.0', digest: 'f'.repeat(64) }
  it.each<[string, (good: Submission) => unknown, ProblemCode]>([
    ['a file changed by hand', (good) => ({ ...good, minutes: 41 }), 'submission.damaged'],
    [
      'another content of the edition',
      (good) => sealed(good, { edition: { ...good.edition, digest: other.digest } }),
      'submission.otherDigest',
    ],
    [
      'an edition that is not built in',
      (good) => sealed(good, { edition: { ...other, id: 'hebei-2023' } }),
      'edition.unknown',
    ],
    ['some other JSON', () => ({ hello: 'world' }), 'file.notOurs'],
    ['no object', () => null, 'file.notOurs'],
  ])('%s is refused, and what was open before stays open', async (_, spoil, code) => {
    const store = useOpenedStore(createPinia())
    await store.open(aSubmission('甲厂'))
    const before = store.opened
    const fault = await rejectionOf(store.open(spoil(aSubmission('乙厂'))))
    expect(fault).toBeInstanceOf(Problem)
    expect((fault as Problem).code).toBe(code)
    expect(store.opened).toBe(before)
  })
})
