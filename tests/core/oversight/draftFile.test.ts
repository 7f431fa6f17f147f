import { describe, expect, it } from 'vitest'
import { parseJson } from '#core/json'
import { DRAFT_FILE_FORMAT, openDraft, packDraft, type DraftContent } from '#core/oversight/draftFile'
import { digest } from '#digest'
import { deepFreeze, refusalOf } from '../../support/build'

const draft: DraftContent = deepFreeze({
  sheetId: '0192f0c4-5a3e-7c11-9d55-1a2b3c4d5e6f',
  revision: 2,
  form: 'short',
  edition: { id: 'guangxi-2024', version: '1.0.0', digest: 'a'.repeat(64) },
  profile: { name: '某某机械有限公司', productionType: 'discrete' },
  answers: { 'S1.1': 2, 'T1.1': { numerator: 3, denominator: 0 }, 'G1.3': 'unknown' },
  startedAt: '2024-07-01T01:00:00Z',
  updatedAt: '2024-07-01T01:20:00.123Z',
  minutes: 12.5,
})
const packed = deepFreeze(packDraft(draft, digest))

type Loose = Record<string, unknown>
function damage(change: (file: Loose) => void): unknown {
  const file = structuredClone(packed) as unknown as Loose
  change(file)
  return file
}
function forge(change: (file: Loose) => void): unknown {
  const { sha256: _, ...content } = damage(change) as Loose
  return { ...content, sha256: digest(content) }
}
const refusal = (file: unknown) => refusalOf(() => openDraft(parseJson(JSON.stringify(file)), digest))

describe('草稿文件', () => {
  it('comes back from its file as it was packed, half-typed answers and all', () => {
    const opened = openDraft(parseJson(JSON.stringify(packed)), digest)
    expect(opened).toEqual({ kind: 'shidang-draft', format: 1, ...draft, sha256: packed.sha256 })
    const { sha256, ...content } = packed
    expect(sha256).toBe(digest(content))
  })

  it.each<[string, (file: Loose) => void]>([
    ['an answer', (file) => ((file['answers'] as Loose)['S1.1'] = 5)],
    ['the revision', (file) => (file['revision'] = 3)],
    ['the sheet', (file) => (file['sheetId'] = 'another')],
    ['the edition', (file) => ((file['edition'] as Loose)['version'] = '2.0.0')],
  ])('%s changed and the digest left: damaged', (_, change) => {
    expect(refusal(damage(change)).code).toBe('submission.damaged')
  })

  it('a submission, another file of ours and a file of somebody else are told apart', () => {
    expect(refusal(forge((file) => (file['kind'] = 'shidang-submission'))).message).toBe('这是报送包，请选择草稿文件')
    expect(refusal(forge((file) => (file['kind'] = 'shidang-tiers'))).message).toBe(
      '这是另一种识档文件，请选择草稿文件',
    )
    expect(refusal({ answers: {} }).code).toBe('file.notOurs')
    expect(refusal([]).code).toBe('file.notOurs')
  })

  it('a newer format is refused before anything else is looked at', () => {
    const problem = refusal({ kind: 'shidang-draft', format: DRAFT_FILE_FORMAT + 1, novelty: true })
    expect(problem.code).toBe('file.newerFormat')
    expect(problem.faults[0].details).toEqual({ found: 2, known: 1 })
  })

  it.each<[string, (file: Loose) => void, string]>([
    ['a huge revision', (file) => (file['revision'] = 1e9), '/revision'],
    ['no sheet', (file) => (file['sheetId'] = ''), '/sheetId'],
    ['a long sheet id', (file) => (file['sheetId'] = 'x'.repeat(65)), '/sheetId'],
    ['another form', (file) => (file['form'] = 'tiny'), '/form'],
    ['answers that are text', (file) => (file['answers'] = 'S1.1=3'), '/answers'],
    ['a time that is none', (file) => (file['updatedAt'] = 'now'), '/updatedAt'],
    ['negative minutes', (file) => (file['minutes'] = -0.1), '/minutes'],
    ['a short digest of the edition', (file) => ((file['edition'] as Loose)['digest'] = 'a'), '/edition/digest'],
    ['a field of somebody else', (file) => (file['pledged'] = true), '/pledged'],
    ['no profile', (file) => Reflect.deleteProperty(file, 'profile'), '/profile'],
    ['an unknown profile field', (file) => ((file['profile'] as Loose)['vip'] = 1), '/profile/vip'],
  ])('%s is refused at its place', (_, change, path) => {
    const problem = refusal(forge(change))
    expect(problem.code).toBe('file.wrongShape')
    expect(problem.faults[0].details['path']).toBe(path)
  })
})
