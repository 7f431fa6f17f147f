// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { type BookFile } from '#export/makeTables'
import { buildOfficeFile } from '#export/officeFile'
import { readTable } from '#export/readTable'
import { prepareTierFile } from '#export/tierFile'
import { digestBytes } from '#digest'
import { aSubmittedFirm } from '../support/firms'
import { CONTEXT, listOf, someFirms } from './officeSamples'

const firm = aSubmittedFirm(
  {
    name: '示例甲有限公司',
    creditCode: '914501003456789012',
    liaisons: [{ id: 'a', name: '示例服务员甲', phone: '138****0000' }],
  },
  {
    id: 'sheet-a',
    tier: { low: 4, high: 5 },
    level: { low: 2, high: 3 },
    score: { low: 40.5, high: 52 },
    firmness: 1,
    differences: 2,
    intentions: ['智能工厂示范', '数字化车间'],
    receivedAt: '2026-07-10T16:30:00.000Z',
    revision: 2,
    minutes: 35.6,
    gaps: [CONTEXT.edition.tree.children[0]!.id],
  },
)

/** The first sheet by its titles, and the facts by their names, as our own reader finds them in the file. */
async function read(
  kind: 'tiersXlsx' | 'tiersCsv',
  source: BookFile,
): Promise<readonly Readonly<Record<string, string>>[]> {
  const { bytes } = await buildOfficeFile({ kind, source }, new Map(), () => undefined)
  const { sheets } = await readTable({ name: 'a', bytes })
  const [titles, ...lines] = sheets[0]!.lines
  return lines.map((line) => Object.fromEntries(titles!.map((title, at) => [title, line[at] ?? ''])))
}

describe('分档名单', () => {
  it('has of every firm what an official needs, codes as text, times of China', async () => {
    const [line] = await read('tiersXlsx', prepareTierFile(listOf([firm]), {}, CONTEXT))
    expect(line).toEqual({
      序号: '1',
      企业名称: '示例甲有限公司',
      统一社会信用代码: '914501003456789012',
      市: '南宁市',
      '县（市、区）': '青秀区',
      行业大类: '30 非金属矿物制品业',
      规模: '中型',
      档: '4',
      '档（最高可到）': '5',
      级: '2',
      '总分（低）': '40.5',
      '总分（高）': '52',
      线下诊断条件: '达到',
      稳固程度: '1',
      复算差异: '2',
      拟申报: '智能工厂示范、数字化车间',
      诊断工作联系人: '示例服务员甲',
      // 16:30 UTC is half past midnight of the next day in China.
      报送时间: '2026-07-11 00:30',
      第几次报送: '2',
      '填报用时（分）': '36',
      主要短板: CONTEXT.edition.tree.children[0]!.title,
      报送编号: 'sheet-a',
    })
  })

  it('has no phone number anywhere', async () => {
    const source = prepareTierFile(listOf([firm]), {}, CONTEXT)
    expect(JSON.stringify(source)).not.toMatch(/138/)
  })

  it('says in the file whose, of what filter, edition, time and how many', () => {
    const { book, fileName } = prepareTierFile(listOf(someFirms(50)), { tierFrom: 3, isDue: true }, CONTEXT)
    const facts = new Map(book.sheets[1]!.rows.map(([item, content]) => [item, content]))
    expect(facts.get('性质')).toBe('自评参考')
    expect(facts.get('范围')).toBe('广西壮族自治区')
    expect(facts.get('筛选')).toBe('3 档及以上；达到线下诊断的条件')
    expect(facts.get('问卷')).toBe(`${CONTEXT.edition.title} ${CONTEXT.edition.version}`)
    expect(facts.get('导出时间（北京时间）')).toBe('2026-08-21 01:30')
    expect(facts.get('名单行数')).toBe(String(book.sheets[0].rows.length))
    expect(fileName).toBe('企业分档名单（广西壮族自治区）20260821')
  })

  it('one sample firm marks the whole file', () => {
    const sample = aSubmittedFirm({}, { sample: true })
    expect(prepareTierFile(listOf([firm, sample]), {}, CONTEXT).book.marks).toEqual(['自评参考', '示例数据'])
  })

  it('an edition without tiers has no column for them', () => {
    const list = { rows: listOf([firm]).rows, byTier: [0, 0, 1], levels: true as const }
    const { book } = prepareTierFile(list, {}, CONTEXT)
    const titles = book.sheets[0].columns.map(({ title }) => title)
    expect(titles).not.toContain('档')
    expect(titles).toContain('级')
    expect(new Map(book.sheets[1]!.rows.map(([item, content]) => [item, content])).get('各级企业数')).toBe('2 级 1 家')
  })

  it('CSV and workbook say the same of every firm, and the sum named to the audit is that of the bytes', async () => {
    const source = prepareTierFile(listOf(someFirms(40)), {}, CONTEXT)
    const rows = await read('tiersXlsx', source)
    const lines = await read('tiersCsv', source)
    expect(rows.length).toBeGreaterThan(20)
    expect(lines.slice(0, rows.length)).toEqual(rows)
    expect(lines[lines.length - 1]!['序号']).toMatch('完整性：')
    const made = await buildOfficeFile({ kind: 'tiersCsv', source }, new Map(), () => undefined)
    expect(made.rows).toBe(rows.length)
    expect(made.sha256).toBe(digestBytes(made.bytes))
    expect(new TextDecoder().decode(made.bytes)).toMatch(new RegExp(`\r\n共 ${rows.length} 行，完,*\r\n$`))
  })
})
