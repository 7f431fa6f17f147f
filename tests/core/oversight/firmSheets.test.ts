import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import { type RosterRow } from '#core/oversight/api'
import { assembleFirms, type OpenedFile } from '#core/oversight/assembly'
import { listFirmSheets } from '#core/oversight/firmSheets'
import { openSubmission, packSubmission, type SheetToSubmit } from '#core/oversight/submission'
import { digest } from '#digest'
import { deepFreeze, makeEdition, tiersUpTo } from '../../support/build'

const EDITION = makeEdition({
  tree: { id: 'all', items: ['a'] },
  levels: 5,
  grading: { kind: 'tiers', tiers: tiersUpTo(1, 2, 3, 4, 5), visitFrom: 3 },
  items: { a: { core: true } },
})
const codeOf = (number: number): string => completeCreditCode(`91450100MA5A${String(number).padStart(4, '0')}`)
const at = (day: number): string => `2026-07-${String(day).padStart(2, '0')}T02:00:00.000Z`

function aFile(changes: Partial<SheetToSubmit> = {}, file = 'a.json'): OpenedFile {
  const sheet: SheetToSubmit = {
    id: 'sheet-1',
    revision: 1,
    form: 'full',
    profile: { creditCode: codeOf(1), name: '示例企业甲', city: '450100' },
    answers: { a: 3 },
    startedAt: '2026-07-01T01:00:00.000Z',
    submittedAt: at(1),
    minutes: 40,
    ...changes,
  }
  return { file, opened: openSubmission(packSubmission(EDITION, sheet, '0.1.0', digest), [EDITION], digest) }
}
const of = (creditCode: string): { readonly profile: SheetToSubmit['profile'] } => ({
  profile: { creditCode, name: '示例企业', city: '450100' },
})
const aRow = (creditCode: string): RosterRow => ({
  creditCode,
  name: `示例企业${creditCode.slice(-3)}`,
  city: '450100',
  isAboveScale: true,
})

/** Of each firm, by credit code: the sheets listed, as “id/revision”. */
function list(rows: readonly RosterRow[], files: readonly OpenedFile[]) {
  const { firms } = assembleFirms(rows, files, '2026-07-20', digest)
  const sheets = listFirmSheets(firms, files)
  return firms.map(({ id, creditCode }) => [
    creditCode,
    (sheets.get(id) ?? []).map((one) => `${one.id}/${one.revision}`),
  ])
}

describe('一家企业的各份报送', () => {
  it('every revision is there, the newest first, with what was computed and the file it is in', () => {
    const files = [
      aFile({ revision: 1, answers: { a: 1 }, submittedAt: at(2), minutes: 12 }, 'old.json'),
      aFile({ revision: 2, answers: { a: 5 }, submittedAt: at(9) }, '归档.ndjson 第 3 行'),
    ]
    const { firms } = assembleFirms([], files, '2026-07-20', digest)
    const sheets = listFirmSheets(deepFreeze(firms), files).get(firms[0]!.id)!
    expect(sheets).toMatchObject([
      {
        id: 'sheet-1',
        revision: 2,
        receivedAt: at(9),
        file: '归档.ndjson 第 3 行',
        summary: { digest: firms[0]!.submission!.digest, tier: { low: 5, high: 5 }, dueForVisit: true },
      },
      { revision: 1, file: 'old.json', summary: { tier: { low: 1, high: 1 }, minutes: 12, dueForVisit: false } },
    ])
    // A few lines a sheet: ten thousand of them stay in memory.
    expect(JSON.stringify(sheets[0]).length).toBeLessThan(600)
  })

  it('what a sheet claims differently is counted, and the computed result is told', () => {
    const { file, opened } = aFile()
    const boast = { ...opened, differences: ['tier/low'], agrees: false }
    const { firms } = assembleFirms([], [{ file, opened: boast }], '2026-07-20', digest)
    expect(listFirmSheets(firms, [{ file, opened: boast }]).get(firms[0]!.id)![0]!.summary).toMatchObject({
      differences: 1,
      tier: { low: 3, high: 3 },
    })
  })

  it('the same sheet in two files is one', () => {
    expect(list([], [aFile({}, 'a.json'), aFile({}, 'b.zip / a.json')])).toEqual([[codeOf(1), ['sheet-1/1']]])
  })

  it('two contents of one revision both stand there, and so do two sheets of one firm', () => {
    const files = [
      aFile({ answers: { a: 1 }, submittedAt: at(3) }),
      aFile({ answers: { a: 2 }, submittedAt: at(4) }),
      aFile({ id: 'sheet-2', submittedAt: at(2) }),
    ]
    expect(list([aRow(codeOf(1))], files)).toEqual([[codeOf(1), ['sheet-1/1', 'sheet-1/1', 'sheet-2/1']]])
  })

  it('a credit code put right in a revision takes the older ones along', () => {
    const files = [
      aFile({ revision: 1, ...of(codeOf(2)), submittedAt: at(2) }),
      aFile({ revision: 2, ...of(codeOf(1)), submittedAt: at(3) }),
    ]
    expect(list([aRow(codeOf(1)), aRow(codeOf(2))], files)).toEqual([
      [codeOf(1), ['sheet-1/2', 'sheet-1/1']],
      [codeOf(2), []],
    ])
  })

  it('two firms that typed no code are two, unless the roster has that code', () => {
    const files = [aFile({ id: 'one', ...of('无') }), aFile({ id: 'two', ...of('无'), submittedAt: at(2) })]
    expect(list([], files)).toEqual([
      ['无', ['one/1']],
      ['无', ['two/1']],
    ])
    expect(list([aRow('无')], files)).toEqual([['无', ['two/1', 'one/1']]])
  })

  it('no sheet is lost, none is listed twice, and the counted one is among the firm’s own — as assembled, in any order', () => {
    const sheet = fc.record({
      id: fc.constantFrom('one', 'two', 'three', 'four'),
      revision: fc.integer({ min: 1, max: 3 }),
      code: fc.constantFrom(codeOf(1), codeOf(2), codeOf(3), '无', ''),
      value: fc.integer({ min: 0, max: 5 }),
      day: fc.integer({ min: 1, max: 9 }),
    })
    fc.assert(
      fc.property(
        fc.array(sheet, { minLength: 1, maxLength: 12 }),
        fc.subarray([codeOf(1), codeOf(2), '无']),
        (made, listed) => {
          const files = made.map(({ id, revision, code, value, day }, place) =>
            aFile({ id, revision, ...of(code), answers: { a: value }, submittedAt: at(day) }, `${place}.json`),
          )
          const { firms, older } = assembleFirms(listed.map(aRow), files, '2026-07-20', digest)
          const sheets = listFirmSheets(firms, files)
          const digests = [...sheets.values()].flat().map(({ summary }) => summary.digest)
          const counted = firms.filter(({ submission }) => submission !== undefined)
          expect(new Set(digests).size).toBe(digests.length)
          expect(new Set(digests)).toEqual(new Set(files.map(({ opened }) => opened.submission.sha256)))
          expect(digests.length).toBe(counted.length + older)
          for (const { id, submission } of counted)
            expect(sheets.get(id)!.map(({ summary }) => summary.digest)).toContain(submission!.digest)
          expect(listFirmSheets(firms, [...files].reverse()).size).toBe(sheets.size)
        },
      ),
      { numRuns: 200 },
    )
  })
})
