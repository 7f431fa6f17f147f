import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { digest } from '#digest'
import { completeCreditCode } from '#core/creditCode'
import { packSubmission } from '#core/oversight/submission'
import { useOpenedFilesStore } from '#stores/openedFiles'
import { useOversightStore } from '#stores/oversight'
import { answersAtLevel, loadGuangxi } from '../support/build'

vi.mock('#storage/editions', async () => {
  const { loadGuangxi: load } = await import('../support/build')
  return { listEditionIds: () => ['guangxi-2024'], loadEdition: () => Promise.resolve({ edition: load() }) }
})
beforeEach(() => setActivePinia(createPinia()))

function aSheet(revision: number): string {
  const sheet = {
    id: 'sheet',
    revision,
    form: 'full' as const,
    profile: { name: '示例企业', creditCode: completeCreditCode('91450100MA5R3001'), city: '450100' },
    answers: answersAtLevel(loadGuangxi(), revision),
    startedAt: '2026-07-01T01:00:00.000Z',
    submittedAt: `2026-07-0${revision}T02:00:00.000Z`,
    minutes: 40,
  }
  return JSON.stringify(packSubmission(loadGuangxi(), sheet, '0.1.0', digest))
}

describe('打开汇总的文件', () => {
  it('each firm’s sheets are known after opening, and where each is', async () => {
    const oversight = useOversightStore()
    await oversight.openEntries([
      { name: '甲.json', text: aSheet(1) },
      { name: '乙.ndjson', text: `\n${aSheet(2)}` },
    ])
    const [firm] = oversight.firms
    const sheets = useOpenedFilesStore().sheets.get(firm!.id)!
    expect(sheets.map(({ revision, file }) => [revision, file])).toEqual([
      [2, '乙.ndjson 第 2 行'],
      [1, '甲.json'],
    ])
    oversight.$dispose()
  })

  it('left, or opened anew, nothing of before stays', async () => {
    const oversight = useOversightStore()
    const held = useOpenedFilesStore()
    await oversight.openEntries([{ name: '甲.json', text: aSheet(1) }])
    held.hold([new File([], '甲.json')])
    await oversight.openEntries([{ name: '乙.json', text: aSheet(2) }])
    expect([...held.sheets.values()].flat().map(({ file }) => file)).toEqual(['乙.json'])
    expect(held.files).toEqual([])
    held.hold([new File([], '乙.json')])
    oversight.leave()
    expect([held.files, held.sheets.size]).toEqual([[], 0])
    oversight.$dispose()
  })
})
