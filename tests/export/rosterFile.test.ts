// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { type RosterRow } from '#core/oversight/api'
import { type Enterprise } from '#core/oversight/enterprise'
import { matchColumns, parseRoster, ROSTER_FIELD_NAMES, type RosterField } from '#core/oversight/roster'
import { buildOfficeFile } from '#export/officeFile'
import { readTable } from '#export/readTable'
import { prepareRosterFile, prepareRosterTemplate } from '#export/rosterFile'
import { divisions, industries, retired } from '#reference/books.ts'
import { aFirm } from '../support/firms'
import { CAMPAIGN, CONTEXT, someFirms } from './officeSamples'

const BOOKS = { divisions, industries, retired, area: '450000' }
const PLACE = { area: '450000', madeAt: CONTEXT.madeAt, divisions, industries }

async function readLines(source: ReturnType<typeof prepareRosterFile>): Promise<readonly (readonly string[])[]> {
  const { bytes } = await buildOfficeFile({ kind: 'rosterXlsx', source }, new Map(), () => undefined)
  return (await readTable({ name: 'a.xlsx', bytes })).sheets[0]!.lines
}

/** What a row of the import says of a firm: phones are not in an export, and two liaisons are none. */
function expectedRow(firm: Enterprise): RosterRow {
  const { creditCode, name, city, county, industry, size, isAboveScale, scaleYear, scaleSource, listedOn } = firm
  const [liaison] = firm.liaisons.length === 1 ? firm.liaisons : []
  return {
    creditCode,
    name,
    city,
    isAboveScale,
    listedOn,
    ...(county === undefined ? {} : { county }),
    ...(industry === undefined ? {} : { industry }),
    ...(size === undefined ? {} : { size }),
    ...(scaleYear === undefined ? {} : { scaleYear }),
    ...(scaleSource === undefined ? {} : { scaleSource }),
    ...(liaison === undefined ? {} : { liaison: { name: liaison.name } }),
    ...(firm.contact === undefined ? {} : { contact: { name: firm.contact.name } }),
  }
}

describe('名录导出', () => {
  it('is imported again unchanged, with codes, steps and all that stands beside', async () => {
    const firms = [
      ...someFirms(60),
      aFirm({ county: undefined, industry: undefined, size: undefined, scaleYear: undefined, contact: undefined }),
      aFirm({ isAboveScale: false, left: { on: '2026-07-01', reason: '停产', note: '停产证明' } }),
    ]
    const codes = new Map(firms.map(({ id }, at) => [id, `CODE-${at}`]))
    const [header, ...lines] = await readLines(prepareRosterFile(firms, { ...PLACE, campaign: CAMPAIGN }, codes))
    const parsed = parseRoster(lines, matchColumns(header!), BOOKS)
    // The one firm without a county is asked about, as it would be in any table.
    expect(parsed.flatMap(({ faults, doubts }) => [...faults, ...doubts])).toEqual(['没有写县（市、区），只写入南宁市'])
    expect(parsed.map(({ row }) => row)).toEqual(firms.map(expectedRow))
  })

  it('has the codes only when they are given, and never a phone', async () => {
    const firms = [aFirm(), aFirm({ liaisons: [] })]
    const plain = prepareRosterFile(firms, PLACE)
    expect(plain.book.sheets[0].columns.map(({ title }) => title)).not.toContain('报送码')
    const given = prepareRosterFile(firms, PLACE, new Map([[firms[0]!.id, 'ABCD-2345']]))
    const [header, first, second] = await readLines(given)
    const at = header!.indexOf('报送码')
    expect([first![at], second![at] ?? '']).toEqual(['ABCD-2345', ''])
    expect(given.fileName).toBe('企业名录（含报送码）（广西壮族自治区）20260821')
    expect(JSON.stringify([plain, given])).not.toMatch(/138\*/)
  })

  it('a firm with two liaisons is told, not merged into one person', async () => {
    const two = aFirm({
      liaisons: [
        { id: 'a', name: '示例甲' },
        { id: 'b', name: '示例乙' },
      ],
    })
    const [header, line] = await readLines(prepareRosterFile([two], PLACE))
    expect(line![header!.indexOf(ROSTER_FIELD_NAMES.liaisonName)]).toBe('')
    expect(line![header!.indexOf('联系人异常')]).toBe('有 2 名：示例甲、示例乙')
  })
})

describe('名录模板', () => {
  it('has every column of the import, nothing made up, and says how each is filled in', async () => {
    const { bytes, rows } = await buildOfficeFile(
      { kind: 'rosterTemplate', source: prepareRosterTemplate(CONTEXT.madeAt) },
      new Map(),
      () => undefined,
    )
    const { sheets } = await readTable({ name: 'a.xlsx', bytes })
    const fields = Object.keys(ROSTER_FIELD_NAMES) as readonly RosterField[]
    expect(rows).toBe(0)
    expect(sheets[0]!.lines).toEqual([fields.map((field) => ROSTER_FIELD_NAMES[field])])
    expect(Object.keys(matchColumns(sheets[0]!.lines[0]!)).sort()).toEqual([...fields].sort())
    expect(sheets[1]!.lines.slice(1).map(([name]) => name)).toEqual(sheets[0]!.lines[0])
  })
})
