// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeBackup, restoreBackup } from '#storage/backup'
import { addDraft, listDrafts, listExports, saveDraft } from '#storage/drafts'
import { aDraft, rejectionOf, startAfresh } from '../support/drafts'

const MADE_AT = '2026-11-21T06:00:00.000Z'

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T00:00:00.000Z') })
  await startAfresh()
})
afterEach(() => {
  vi.useRealTimers()
})

describe('备份与恢复', () => {
  it('on an empty browser all sheets come back under new ids, and count as exported', async () => {
    for (const sheetId of ['one', 'two']) await addDraft(aDraft({ sheetId, answers: { 'S1.1': 2.5 }, minutes: 7 }))
    const before = await listDrafts()
    const file = JSON.parse(JSON.stringify(makeBackup(before, MADE_AT)))
    await startAfresh()
    expect(await restoreBackup(file)).toEqual({ added: 2, beside: 0, skipped: 0 })
    const after = await listDrafts()
    const bare = (drafts: typeof after) =>
      drafts
        .map(({ id: _id, answered: _answered, asked: _asked, ...rest }) => rest)
        .sort((a, b) => a.sheetId.localeCompare(b.sheetId))
    expect(bare(after)).toEqual(bare(before))
    expect(new Set([...before, ...after].map(({ id }) => id)).size).toBe(4)
    const notes = await listExports()
    expect(after.every(({ id, rev }) => notes.get(id)?.rev === rev && notes.get(id)?.exportedAt === MADE_AT)).toBe(true)
  })

  it('what is here stays to the letter: the same is skipped, what differs is added beside', async () => {
    const [same, changed] = [aDraft({ sheetId: 'same' }), aDraft({ sheetId: 'changed' })]
    await addDraft(same)
    await addDraft(changed)
    const file = makeBackup(await listDrafts(), MADE_AT)
    const newer = await saveDraft({ ...changed, answers: { 'S1.1': 4 } })
    expect(await restoreBackup(file)).toEqual({ added: 0, beside: 1, skipped: 1 })
    const drafts = await listDrafts()
    expect(drafts).toHaveLength(3)
    expect(drafts.find(({ id }) => id === same.id)).toEqual(same)
    expect(drafts.find(({ id }) => id === changed.id)).toEqual(newer)
    expect(drafts.filter(({ sheetId }) => sheetId === 'changed').map(({ answers }) => answers)).toContainEqual({})
  })

  it.each([
    ['2031-01-01T00:00:00.000Z', '2026-11-22T00:00:00.000Z'],
    ['2026-11-22T00:00:01.000Z', '2026-11-22T00:00:00.000Z'],
    ['2026-11-21T23:59:59.000Z', '2026-11-21T23:59:59.000Z'],
  ])('a backup made at %s by its own clock counts as exported at %s', async (madeAt, exportedAt) => {
    const file = JSON.parse(JSON.stringify(makeBackup([aDraft()], madeAt)))
    await restoreBackup(file)
    expect([...(await listExports()).values()].map((note) => note.exportedAt)).toEqual([exportedAt])
  })

  it('a damaged backup adds nothing', async () => {
    const file = JSON.parse(JSON.stringify(makeBackup([aDraft(), aDraft()], MADE_AT)))
    file.sheets[1].draft.minutes = 99
    await rejectionOf(restoreBackup(file))
    expect(await listDrafts()).toEqual([])
  })
})
