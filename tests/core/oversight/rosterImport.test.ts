import { describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import { type RosterRow } from '#core/oversight/api'
import { type Enterprise } from '#core/oversight/enterprise'
import { listLiaisonTrouble, planImport, type RosterBooks } from '#core/oversight/roster'
import { divisions, industries, retired } from '#reference/books.ts'
import { deepFreeze } from '../../support/build'
import { aFirm } from '../../support/firms'

const BOOKS: RosterBooks = { divisions, industries, retired, area: '450000' }
const codeOf = (number: number): string => completeCreditCode(`91450100MA5R${String(number).padStart(4, '0')}`)

function aRow(changes: Partial<RosterRow> = {}): RosterRow {
  return { creditCode: codeOf(1), name: '示例企业甲', city: '450100', county: '450103', isAboveScale: true, ...changes }
}
const FIRM = aFirm({
  creditCode: codeOf(1),
  name: '示例企业甲',
  industry: '30',
  liaisons: [{ id: 'l1', name: '示例服务员', phone: '138****0000' }],
  contact: { name: '示例联系人', phone: '138****0001' },
})
const plan = (rows: readonly RosterRow[], existing: readonly Enterprise[] = [FIRM], books = BOOKS) =>
  planImport(deepFreeze([...rows]), deepFreeze([...existing]), books)
const planOne = (row: Partial<RosterRow>, existing?: readonly Enterprise[], books?: RosterBooks) =>
  plan([aRow(row)], existing, books)[0]!

describe('导入预演', () => {
  it('a firm with another code is new', () => {
    expect(planOne({ creditCode: codeOf(2), name: '示例企业乙' })).toEqual({
      row: 1,
      kind: 'new',
      creditCode: codeOf(2),
      name: '示例企业乙',
      changes: [],
      doubts: [],
    })
  })

  it('what says nothing else is the same; what it leaves out stays', () => {
    expect(planOne({})).toMatchObject({ kind: 'same', enterprise: FIRM.id, changes: [], doubts: [] })
    expect(planOne({ liaison: { name: '示例服务员', phone: '13812340000' } }).kind).toBe('same')
    expect(planOne({ contact: { name: '示例联系人' } }).kind).toBe('same')
  })

  it('a code is matched normalised, a name whatever its brackets', () => {
    const firm = aFirm({ creditCode: codeOf(1), name: '示例（广西）企业' })
    expect(planOne({ creditCode: codeOf(1).toLowerCase(), name: '示例(广西) 企业' }, [firm]).kind).toBe('same')
  })

  it('names what changes, in words', () => {
    expect(
      planOne(
        {
          county: '450107',
          industry: '13',
          size: '小型',
          scaleYear: 2026,
          liaison: { name: '示例服务员', phone: '13900001111' },
          contact: { name: '示例联系人乙', phone: '13800000002' },
        },
        [aFirm({ ...FIRM, liaisons: [{ id: 'l1', name: '示例服务员' }] })],
      ),
    ).toMatchObject({
      kind: 'changed',
      changes: [
        { field: '县（市、区）', from: '广西壮族自治区南宁市青秀区', to: '广西壮族自治区南宁市西乡塘区' },
        { field: '行业大类', from: '30 非金属矿物制品业', to: '13 农副食品加工业' },
        { field: '企业规模', from: '中型', to: '小型' },
        { field: '规上年份', from: '2025', to: '2026' },
        { field: '诊断工作联系人电话', from: '', to: '139****1111' },
        { field: '企业联系人', from: '示例联系人', to: '示例联系人乙' },
        { field: '企业联系人电话', from: '138****0001', to: '138****0002' },
      ],
    })
  })

  it('becoming above scale is a change, ceasing to be is a doubt: it lowers the denominator', () => {
    expect(planOne({}, [aFirm({ ...FIRM, isAboveScale: false })])).toMatchObject({ kind: 'changed', doubts: [] })
    expect(planOne({ isAboveScale: false })).toMatchObject({
      kind: 'doubtful',
      doubts: ['由规上改为规下，不再计入分母'],
      changes: [{ field: '是否规上', from: '是', to: '否' }],
    })
  })

  it.each<[string, Partial<RosterRow>, RegExp]>([
    ['renamed', { name: '示例企业乙' }, /企业名称由“示例企业甲”改为“示例企业乙”/],
    ['moved to another city', { city: '450200', county: '450202' }, /由广西壮族自治区南宁市改到广西壮族自治区柳州市/],
    ['in a county of another city', { county: '450202' }, /城中区不属于南宁市/],
    ['in a county nobody lists', { county: '450171' }, /县（市、区）代码 450171 不在区划表中/],
    ['in a county of the past', { county: '450127' }, /县（市、区）代码 450127 （横县）已撤销/],
    ['in a city nobody lists', { city: '450900', county: '440304' }, /440304 不在区划表中/],
  ])('%s: doubtful', (_, row, doubt) => {
    const change = planOne(row)
    expect(change.kind).toBe('doubtful')
    expect(change.doubts.join('；')).toMatch(doubt)
  })

  it('a new firm without a county, with a wrong check character or a code of no enterprise is doubtful', () => {
    const wrong = codeOf(2).slice(0, 17) + (codeOf(2).endsWith('0') ? '1' : '0')
    const { county: _, ...bare } = aRow({ creditCode: codeOf(2), name: '示例企业乙' })
    expect(plan([bare])[0]!.doubts).toEqual(['没有县（市、区）'])
    expect(planOne({ creditCode: wrong, name: '示例企业乙' }).doubts).toEqual([expect.stringMatching(/校验码不对/)])
    const other = completeCreditCode('52450100MA5R0001')
    expect(planOne({ creditCode: other, name: '示例协会' }).doubts).toEqual([expect.stringMatching(/登记的不是企业/)])
  })

  it('what was accepted before and says nothing new is not asked again', () => {
    const wrong = codeOf(2).slice(0, 17) + (codeOf(2).endsWith('0') ? '1' : '0')
    const firm = aFirm({ creditCode: wrong, name: '示例企业甲', county: undefined })
    const { county: _, ...bare } = aRow({ creditCode: wrong })
    expect(plan([bare], [firm])[0]).toMatchObject({ kind: 'same', doubts: [] })
  })

  it('a row without a county leaves the county of the firm, unless the city changes', () => {
    const { county: _, ...bare } = aRow({ size: '小型' })
    expect(plan([bare])[0]).toMatchObject({ kind: 'changed', doubts: [] })
    expect(plan([{ ...bare, city: '450200' }])[0]!.changes).toContainEqual({
      field: '县（市、区）',
      from: '广西壮族自治区南宁市青秀区',
      to: '',
    })
  })

  it('two rows with one code are both doubtful, and so are two liaisons of one firm', () => {
    const rows = [
      aRow({ liaison: { name: '示例服务员甲' } }),
      aRow({ creditCode: codeOf(2), name: '示例企业乙' }),
      aRow({ creditCode: codeOf(1).toLowerCase(), liaison: { name: '示例服务员乙' } }),
    ]
    const [first, second, third] = plan(rows)
    expect(first?.doubts).toContain('与第 3 条的统一社会信用代码相同')
    expect(first?.doubts).toContain('同一企业有 2 名联系人：示例服务员甲、示例服务员乙')
    expect(second?.kind).toBe('new')
    expect(third?.doubts).toContain('与第 1 条的统一社会信用代码相同')
    expect(plan([aRow(), aRow()]).map(({ kind }) => kind)).toEqual(['doubtful', 'doubtful'])
  })

  it('a firm of the same name under another code is doubted', () => {
    expect(planOne({ creditCode: codeOf(2) }).doubts).toEqual([
      `名录里已有同名企业，统一社会信用代码是 ${codeOf(1)}，不是 ${codeOf(2)}`,
    ])
  })

  it('one name with two phones may be two people', () => {
    const other = { creditCode: codeOf(2), name: '示例企业乙' }
    const doubts = (phone: string | undefined) =>
      planOne({ ...other, liaison: { name: '示例服务员', ...(phone === undefined ? {} : { phone }) } }).doubts
    expect(doubts('13812340000')).toEqual([])
    expect(doubts(undefined)).toEqual([])
    expect(doubts('13912340000')).toEqual(['联系人“示例服务员”有 2 个不同的电话，可能是同名的两个人'])
    // The same mask, 138****0000, and yet two numbers.
    const rows = ['13812340000', '13899990000'].map((phone, at) =>
      aRow({ creditCode: codeOf(5 + at), name: `示例企业${at}`, liaison: { name: '示例服务员', phone } }),
    )
    expect(plan(rows, [])[0]?.doubts).toHaveLength(1)
  })

  it('a liaison may have 40 firms, those of the roster counted; the 41st makes the rows doubtful', () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, at) =>
        aRow({ creditCode: codeOf(100 + at), name: `示例企业${at}`, liaison: { name: '示例服务员' } }),
      )
    expect(plan(rows(39)).every(({ kind }) => kind === 'new')).toBe(true)
    expect(plan(rows(40))[0]?.doubts).toEqual(['联系人“示例服务员”将联系 41 家企业，超过 40 家'])
    // A firm that is given to somebody else is no longer one of theirs.
    const given = aRow({ liaison: { name: '示例服务员丁' } })
    expect(plan([...rows(40), given])[0]?.kind).toBe('new')
  })

  it('an import never brings back a firm that was taken out, and says so', () => {
    const firm = aFirm({ ...FIRM, left: { on: '2026-06-20', reason: '停产', note: '' } })
    expect(planOne({ size: '小型' }, [firm]).doubts).toEqual(['该企业已移出（停产），导入不会恢复'])
    expect(planOne({}, [firm]).kind).toBe('same')
  })

  it('a firm with two liaisons that would get one is doubted', () => {
    const firm = aFirm({
      ...FIRM,
      liaisons: [
        { id: 'l1', name: '示例服务员甲' },
        { id: 'l2', name: '示例服务员乙' },
      ],
    })
    const change = planOne({ liaison: { name: '示例服务员甲' } }, [firm])
    expect(change.doubts).toEqual(['名录里现有 2 名联系人，导入后只有示例服务员甲'])
    expect(change.changes).toEqual([
      { field: '诊断工作联系人', from: '示例服务员甲、示例服务员乙', to: '示例服务员甲' },
    ])
  })

  it('a place outside the own area is doubted', () => {
    expect(planOne({ creditCode: codeOf(2), name: '示例企业乙' }, [], { ...BOOKS, area: '450200' }).doubts).toEqual([
      '不在广西壮族自治区柳州市范围内',
    ])
  })

  it('answers in the order of the rows, one for each', () => {
    const rows = [3, 1, 2].map((number) => aRow({ creditCode: codeOf(number), name: `示例企业${number}` }))
    expect(plan(rows, []).map(({ row, creditCode }) => [row, creditCode])).toEqual([
      [1, codeOf(3)],
      [2, codeOf(1)],
      [3, codeOf(2)],
    ])
  })
})

describe('联系人异常', () => {
  it('lists firms with none and with several, of those that are to be diagnosed', () => {
    const none = aFirm({ liaisons: [] })
    const several = aFirm({
      liaisons: [
        { id: 'l1', name: '示例服务员甲' },
        { id: 'l2', name: '示例服务员乙' },
      ],
    })
    const left = aFirm({ liaisons: [], left: { on: '2026-06-20', reason: '注销', note: '' } })
    expect(listLiaisonTrouble([aFirm(), none, several, left, aFirm({ liaisons: [], isAboveScale: false })])).toEqual({
      none: [none],
      several: [several],
    })
  })
})
