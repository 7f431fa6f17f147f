import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import { type RosterRow } from '#core/oversight/api'
import { assembleFirms, type OpenedFile } from '#core/oversight/assembly'
import { EnterpriseSchema } from '#core/oversight/enterprise'
import { openSubmission, packSubmission, type SheetToSubmit } from '#core/oversight/submission'
import { digest } from '#digest'
import { makeEdition, refusalOf, tiersUpTo } from '../../support/build'

const EDITION = makeEdition({
  tree: { id: 'all', items: ['a'] },
  levels: 5,
  grading: { kind: 'tiers', tiers: tiersUpTo(1, 2, 3, 4, 5), visitFrom: 3 },
  items: { a: { core: true } },
})
const codeOf = (number: number): string => completeCreditCode(`91450100MA5A${String(number).padStart(4, '0')}`)

function aFile(changes: Partial<SheetToSubmit> = {}, file = 'a.json'): OpenedFile {
  const sheet: SheetToSubmit = {
    id: 'sheet-1',
    revision: 1,
    form: 'full',
    profile: {
      creditCode: codeOf(1),
      name: '示例企业甲',
      city: '450100',
      county: '450103',
      staff: 320,
      revenue: 50_000_000,
    },
    answers: { a: 3 },
    startedAt: '2026-07-01T01:00:00.000Z',
    submittedAt: '2026-07-01T02:00:00.000Z',
    minutes: 40,
    ...changes,
  }
  return { file, opened: openSubmission(packSubmission(EDITION, sheet, '0.1.0', digest), [EDITION], digest) }
}
const aRow = (number: number, changes: Partial<RosterRow> = {}): RosterRow => ({
  creditCode: codeOf(number),
  name: `示例企业${number}`,
  city: '450100',
  county: '450103',
  isAboveScale: true,
  ...changes,
})
const assemble = (rows: readonly RosterRow[], files: readonly OpenedFile[]) =>
  assembleFirms(rows, files, '2026-07-20', digest)
const at = (day: number): string => `2026-07-${String(day).padStart(2, '0')}T02:00:00.000Z`

describe('离线汇集', () => {
  it('joins roster and files by credit code, however it is typed', () => {
    const { firms, outside, older, doubts } = assemble(
      [aRow(1, { creditCode: codeOf(1).toLowerCase() }), aRow(2)],
      [aFile()],
    )
    expect(firms.map(({ name, submission }) => [name, submission?.tier?.low])).toEqual([
      ['示例企业1', 3],
      ['示例企业2', undefined],
    ])
    expect([outside, older, doubts]).toEqual([0, 0, []])
  })

  it('gives rows a hub could give: the schema holds, people are masked', () => {
    const person = { name: '示例服务员', phone: '13800000000' }
    const { firms } = assemble([aRow(1, { liaison: person, contact: person, industry: '30' })], [aFile()])
    expect(v.parse(EnterpriseSchema, firms[0])).toEqual(firms[0])
    expect(firms[0]).toMatchObject({ contact: { phone: '138****0000' }, liaisons: [{ phone: '138****0000' }] })
    expect(JSON.stringify(firms)).not.toContain('13800000000')
  })

  it('of a sheet the highest revision counts, whatever the times say; the one before it is kept', () => {
    const { firms, older } = assemble(
      [aRow(1)],
      [
        aFile({ revision: 2, answers: { a: 5 }, submittedAt: at(2) }),
        aFile({ revision: 1, answers: { a: 1 }, submittedAt: at(9) }),
      ],
    )
    expect(firms[0]).toMatchObject({
      submission: { revision: 2, tier: { low: 5 } },
      previous: { revision: 1, tier: { low: 1 } },
    })
    expect(older).toBe(1)
  })

  it('of several sheets of a firm the one submitted last counts', () => {
    const { firms, older } = assemble(
      [aRow(1)],
      [
        aFile({ id: 'sheet-1', revision: 3, answers: { a: 1 }, submittedAt: at(2) }),
        aFile({ id: 'sheet-2', answers: { a: 4 }, submittedAt: at(3) }),
      ],
    )
    expect(firms[0]?.submission).toMatchObject({ id: 'sheet-2', tier: { low: 4 } })
    expect(older).toBe(1)
  })

  it('a later short form does not take the place of a diagnosis', () => {
    const { firms } = assemble([aRow(1)], [aFile(), aFile({ id: 'sheet-2', form: 'short', submittedAt: at(9) })])
    expect(firms[0]?.submission?.form).toBe('full')
    expect(firms[0]?.previous).toBeUndefined()
  })

  it('one file given twice is one', () => {
    expect(assemble([aRow(1)], [aFile(), aFile({}, 'b.json')])).toMatchObject({ older: 0, doubts: [] })
  })

  it('two contents of one revision are told with their files, and the later counts', () => {
    const { firms, doubts } = assemble(
      [aRow(1)],
      [
        aFile({ answers: { a: 2 }, submittedAt: at(2) }, 'a.json'),
        aFile({ answers: { a: 5 }, submittedAt: at(3) }, 'b.json'),
      ],
    )
    expect(firms[0]?.submission?.tier?.low).toBe(5)
    expect(doubts).toEqual(['a.json 与 b.json 是同一份填报的第 1 次，内容却不同，采用后提交的一份'])
  })

  it('a code put right in a revision moves the whole sheet to the right firm', () => {
    const { firms, outside } = assemble(
      [aRow(1), aRow(2)],
      [aFile({ profile: { creditCode: codeOf(2), name: '示例企业乙' } }), aFile({ revision: 2, submittedAt: at(4) })],
    )
    expect(firms.map(({ submission }) => submission?.revision)).toEqual([2, undefined])
    expect(outside).toBe(0)
  })

  it('a firm the roster does not have stays outside the denominator, and is named', () => {
    const { firms, outside, doubts } = assemble([aRow(2)], [aFile({}, 'a.json')])
    expect(firms.map(({ name, isAboveScale }) => [name, isAboveScale])).toEqual([
      ['示例企业2', true],
      ['示例企业甲', false],
    ])
    expect(outside).toBe(1)
    expect(doubts).toEqual(['有 1 家企业不在名录中，不计入覆盖率：示例企业甲（a.json）'])
  })

  it('two firms that both typed a code that is none are two firms', () => {
    const profile = { creditCode: '无', name: '示例企业' }
    const { firms } = assemble([], [aFile({ profile }), aFile({ id: 'sheet-2', profile })])
    expect(firms).toHaveLength(2)
    expect(new Set(firms.map(({ id }) => id)).size).toBe(2)
  })

  it('a wrong code that the roster has too is the roster’s firm', () => {
    const wrong = codeOf(1).slice(0, 17) + (codeOf(1).endsWith('0') ? '1' : '0')
    const { firms, outside } = assemble([aRow(1, { creditCode: wrong })], [aFile({ profile: { creditCode: wrong } })])
    expect(firms).toHaveLength(1)
    expect(outside).toBe(0)
  })

  it('without a roster the firms are those of the files, and it says that there is no coverage', () => {
    const { firms, outside, doubts } = assemble([], [aFile(), aFile({ id: 's2', profile: { name: '示例企业乙' } })])
    expect(firms.map(({ name, isAboveScale, city, size }) => [name, isAboveScale, city, size])).toEqual([
      ['示例企业甲', true, '450100', '中型'],
      ['示例企业乙', true, '000000', undefined],
    ])
    expect(outside).toBe(0)
    expect(doubts).toEqual(['没有名录：企业都来自报送文件，覆盖率没有意义'])
  })

  it('a row repeated in the roster counts once, and is told', () => {
    const { firms, doubts } = assemble([aRow(1), aRow(1, { name: '示例企业又一' })], [])
    expect(firms).toHaveLength(1)
    expect(doubts).toEqual([`名录里 ${codeOf(1)} 出现了不止一次，只采用第一条（示例企业又一 没有计入）`])
  })

  it('a row that does not say since when counts for every reference date', () => {
    expect(assemble([aRow(1), aRow(2, { listedOn: '2026-06-30' })], []).firms.map(({ listedOn }) => listedOn)).toEqual([
      '2000-01-01',
      '2026-06-30',
    ])
  })

  it('made-up sheets are refused among real ones, and alone are marked', () => {
    const sample = aFile({ id: 'sheet-2', sample: true })
    expect(refusalOf(() => assemble([], [aFile(), sample])).code).toBe('peers.mixedSample')
    expect(assemble([], [sample]).firms[0]?.submission?.sample).toBe(true)
  })

  it('the order of the files never matters', () => {
    const files = [1, 2, 3].flatMap((sheet) =>
      [1, 2].map((revision) =>
        aFile({
          id: `sheet-${sheet}`,
          revision,
          submittedAt: at(1 + ((sheet * revision) % 3)),
          answers: { a: (sheet + revision) % 5 },
          profile: { creditCode: codeOf(sheet === 3 ? 2 : 1), name: `示例企业${sheet}` },
        }),
      ),
    )
    const strip = ({ firms, older }: ReturnType<typeof assemble>) => [
      [...firms].sort((a, b) => (a.id < b.id ? -1 : 1)),
      older,
    ]
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: 6 }), (shuffled) => {
        expect(strip(assemble([aRow(1)], shuffled))).toEqual(strip(assemble([aRow(1)], files)))
      }),
      { numRuns: 30 },
    )
  })
})
