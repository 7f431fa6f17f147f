import { describe, expect, it } from 'vitest'
import { type Liaison } from '#core/oversight/api'
import { groupLiaisons, nameLiaisons } from '#core/oversight/liaisonGroups'
import { divisions } from '#reference/books.ts'

const liaison = (id: string, area: string, changes: Partial<Liaison> = {}): Liaison => ({
  id,
  name: '示例服务员0417',
  area,
  isActive: true,
  firms: 3,
  hasAccount: false,
  ...changes,
})
// 450100 南宁市 holds 450102 兴宁区 and 450103 青秀区; 450200 is 柳州市.
const [LIUZHOU, NANNING, XINGNING, QINGXIU] = [
  liaison('liuzhou', '450200'),
  liaison('nanning', '450100'),
  liaison('xingning', '450102'),
  liaison('qingxiu', '450103'),
]
const ALL = [LIUZHOU, NANNING, XINGNING, QINGXIU]
const idsOf = (...firms: readonly { readonly city: string; readonly county?: string }[]) => {
  const { county, city, rest } = groupLiaisons(ALL, firms, divisions)
  return [county, city, rest].map((group) => group.map(({ id }) => id))
}

describe('联系人按远近分组', () => {
  it('of one firm: its county, then its city, then the rest', () => {
    expect(idsOf({ city: '450100', county: '450103' })).toEqual([['qingxiu'], ['nanning', 'xingning'], ['liuzhou']])
  })

  it('near is who is near to all: firms of two counties have their city in common, of two cities nothing', () => {
    expect(idsOf({ city: '450100', county: '450103' }, { city: '450100', county: '450102' })).toEqual([
      [],
      ['nanning', 'xingning', 'qingxiu'],
      ['liuzhou'],
    ])
    expect(idsOf({ city: '450100', county: '450103' }, { city: '450200' })).toEqual([
      [],
      [],
      ['liuzhou', 'nanning', 'xingning', 'qingxiu'],
    ])
  })

  it('a firm without a county has a city alone, and no firm no place', () => {
    expect(idsOf({ city: '450100' })).toEqual([[], ['nanning', 'xingning', 'qingxiu'], ['liuzhou']])
    expect(idsOf()[2]).toHaveLength(4)
  })

  it('who has stopped is not offered', () => {
    const { county } = groupLiaisons(
      [{ ...QINGXIU, isActive: false }],
      [{ city: '450100', county: '450103' }],
      divisions,
    )
    expect(county).toEqual([])
  })
})

describe('联系人的写法', () => {
  const textsOf = (...all: readonly Liaison[]) => [...nameLiaisons(all, divisions).values()]

  it('two of one name are told apart by their area', () => {
    expect(textsOf(XINGNING, QINGXIU)).toEqual([
      '示例服务员0417，兴宁区（现有 3 家）',
      '示例服务员0417，青秀区（现有 3 家）',
    ])
  })

  it('the unit stands between; the phone only where all else is the same', () => {
    const unit = '示例局'
    expect(textsOf({ ...QINGXIU, unit, phone: '138****0001' })).toEqual(['示例服务员0417，示例局，青秀区（现有 3 家）'])
    expect(textsOf({ ...QINGXIU, phone: '138****0001' }, { ...QINGXIU, id: 'q2', phone: '138****0002' })).toEqual([
      '示例服务员0417，青秀区，138****0001（现有 3 家）',
      '示例服务员0417，青秀区，138****0002（现有 3 家）',
    ])
  })
})
