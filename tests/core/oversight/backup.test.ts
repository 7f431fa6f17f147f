import { describe, expect, it } from 'vitest'
import { digest } from '#digest'
import { openBackup, packBackup, planRestore, type BackupSheet } from '#core/oversight/backup'
import { type DraftContent } from '#core/oversight/draftFile'
import { packSubmission, stampEdition } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { answersAtLevel, loadGuangxi } from '../../support/build'

const FIRM = { name: '甲厂', productionType: 'discrete' }
const MADE_AT = '2026-11-21T06:00:00.000Z'

function aSheet(changes: Partial<DraftContent> = {}): BackupSheet {
  return {
    draft: {
      sheetId: 'one',
      revision: 1,
      form: 'full',
      edition: { id: 'guangxi-2024', version: '1.0.0', digest: '0'.repeat(64) },
      profile: { name: '甲厂' },
      answers: { 'S1.1': 2.5, 'T2.6': ['erp'] },
      startedAt: '2026-01-05T01:00:00.000Z',
      updatedAt: '2026-01-05T02:00:00.000Z',
      minutes: 12.5,
      ...changes,
    },
  }
}

function aLockedSheet(): BackupSheet {
  const edition = loadGuangxi()
  const { draft } = aSheet()
  const answers = answersAtLevel(edition, 2, FIRM.productionType)
  const content = { id: draft.sheetId, revision: 1, form: 'full' as const, profile: FIRM, answers }
  const submission = packSubmission(
    edition,
    { ...content, startedAt: draft.startedAt, submittedAt: draft.updatedAt, minutes: 3 },
    '0.1.0',
    digest,
  )
  return { draft: { ...draft, edition: stampEdition(edition, digest), profile: content.profile, answers }, submission }
}

function refusalOf(act: () => unknown): string {
  try {
    act()
  } catch (fault) {
    if (fault instanceof Problem) return fault.code
    throw fault
  }
  throw new Error('was not refused')
}

describe('备份文件', () => {
  it('drafts and locked sheets come back as they were packed, through JSON text', () => {
    const sheets = [aSheet(), aSheet({ sheetId: 'two', profile: {}, answers: {} }), aLockedSheet()]
    const text = JSON.stringify(packBackup(sheets, MADE_AT, digest))
    expect(openBackup(JSON.parse(text), digest)).toEqual({ madeAt: MADE_AT, sheets })
  })

  it('a backup of nothing is a backup', () => {
    expect(openBackup(packBackup([], MADE_AT, digest), digest).sheets).toEqual([])
  })

  it('one changed answer is refused, also when the seal of the whole was made anew', () => {
    const file = JSON.parse(JSON.stringify(packBackup([aSheet()], MADE_AT, digest)))
    file.sheets[0].draft.answers['S1.1'] = 5
    expect(refusalOf(() => openBackup(file, digest))).toBe('submission.damaged')
    const { sha256: _old, ...content } = file
    expect(refusalOf(() => openBackup({ ...content, sha256: digest(content) }, digest))).toBe('submission.damaged')
  })

  it('a sheet left out is refused', () => {
    const file = packBackup([aSheet(), aSheet({ sheetId: 'two' })], MADE_AT, digest)
    expect(refusalOf(() => openBackup({ ...file, sheets: file.sheets.slice(1) }, digest))).toBe('submission.damaged')
  })

  it.each<[string, Partial<DraftContent>]>([
    ['sheet', { sheetId: 'another' }],
    ['revision', { revision: 2 }],
    ['form', { form: 'short' }],
    ['questionnaire', { edition: { ...stampEdition(loadGuangxi(), digest), id: 'another' } }],
    ['version', { edition: { ...stampEdition(loadGuangxi(), digest), version: '9.9.9' } }],
    ['content of the edition', { edition: { ...stampEdition(loadGuangxi(), digest), digest: '0'.repeat(64) } }],
  ])('a submission beside the draft of another %s is refused', (_, change) => {
    const { draft, submission } = aLockedSheet()
    const file = packBackup([{ draft: { ...draft, ...change }, submission: submission! }], MADE_AT, digest)
    expect(refusalOf(() => openBackup(file, digest))).toBe('file.wrongShape')
  })

  it.each([
    ['a newer format', { format: 2 }, 'file.newerFormat'],
    ['another kind of ours', { kind: 'shidang-draft' }, 'file.wrongKind'],
    ['a stranger', { kind: 'other' }, 'file.notOurs'],
    ['a field nobody knows', { extra: 1 }, 'file.wrongShape'],
  ])('%s is refused', (_, change, code) => {
    expect(refusalOf(() => openBackup({ ...packBackup([aSheet()], MADE_AT, digest), ...change }, digest))).toBe(code)
  })
})

describe('恢复备份', () => {
  it('what is not here is added', () => {
    const sheets = [aSheet(), aSheet({ revision: 2 }), aSheet({ sheetId: 'two' })]
    expect(planRestore([], sheets, digest)).toEqual({ added: sheets, beside: [], skipped: 0 })
  })

  it('the same sheet with the same content is skipped; times and minutes are no content', () => {
    const plan = planRestore([aSheet()], [aSheet({ updatedAt: MADE_AT, minutes: 99 })], digest)
    expect(plan).toEqual({ added: [], beside: [], skipped: 1 })
  })

  it.each([
    ['an answer', { answers: { 'S1.1': 3 } }],
    ['the profile', { profile: { name: '乙厂' } }],
  ])('the same sheet with %s changed is added beside', (_, change) => {
    const other = aSheet(change)
    expect(planRestore([aSheet()], [other], digest)).toEqual({ added: [], beside: [other], skipped: 0 })
  })

  it('a locked sheet beside its draft is other content, and a second time it is skipped', () => {
    const locked = aLockedSheet()
    const open = { draft: locked.draft }
    expect(planRestore([open], [locked], digest).beside).toEqual([locked])
    expect(planRestore([open, locked], [locked, open], digest)).toEqual({ added: [], beside: [], skipped: 2 })
  })

  it('a file that holds one sheet twice adds it once', () => {
    expect(planRestore([], [aSheet(), aSheet()], digest)).toEqual({ added: [aSheet()], beside: [], skipped: 1 })
  })

  it('restoring what was just backed up changes nothing, whatever is in it', () => {
    const sheets = [aSheet(), aSheet({ revision: 2 }), aLockedSheet()]
    expect(planRestore(sheets, sheets, digest)).toEqual({ added: [], beside: [], skipped: 3 })
  })
})
