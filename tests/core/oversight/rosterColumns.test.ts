import { describe, expect, it } from 'vitest'
import { matchColumns, ROSTER_FIELD_NAMES, type RosterField } from '#core/oversight/rosterColumns'

describe('列的识别', () => {
  it('knows the names of our own export, in any order', () => {
    const fields = Object.keys(ROSTER_FIELD_NAMES) as RosterField[]
    for (const order of [fields, [...fields].reverse()]) {
      expect(matchColumns(order.map((field) => ROSTER_FIELD_NAMES[field]))).toEqual(
        Object.fromEntries(order.map((field, at) => [field, at])),
      )
    }
  })

  it.each<[string, RosterField]>([
    ['信用代码', 'creditCode'],
    ['统一社会信用代码*', 'creditCode'],
    ['统一社会 信用代码（必填）', 'creditCode'],
    ['单位名称', 'name'],
    ['地市', 'city'],
    ['县区', 'county'],
    ['县（市、区）', 'county'],
    ['行政区划代码', 'county'],
    ['行业代码', 'industry'],
    ['规模', 'size'],
    ['是否规模以上工业企业', 'isAboveScale'],
    ['入统年份', 'scaleYear'],
    ['服务员', 'liaisonName'],
    ['联系人', 'contactName'],
    ['联系人电话', 'contactPhone'],
    ['入库日期', 'listedOn'],
  ])('%s is a column of %s', (name, field) => {
    expect(matchColumns(['序号', name])).toEqual({ [field]: 1 })
  })

  it('a phone belongs to the person in the column before it', () => {
    expect(matchColumns(['企业名称', '联系人', '联系电话', '服务员', '联系电话'])).toEqual({
      name: 0,
      contactName: 1,
      contactPhone: 2,
      liaisonName: 3,
      liaisonPhone: 4,
    })
    expect(matchColumns(['服务员', '手机', '联系人'])).toEqual({ liaisonName: 0, liaisonPhone: 1, contactName: 2 })
  })

  it('whether a firm is above scale is never taken from the column of its size, nor the reverse', () => {
    expect(matchColumns(['企业规模', '是否规上'])).toEqual({ size: 0, isAboveScale: 1 })
    expect(matchColumns(['企业规模'])).toEqual({ size: 0 })
    expect(matchColumns(['规上'])).toEqual({ isAboveScale: 0 })
  })

  it('of several names the surest column is taken: the code of an industry before its name', () => {
    expect(matchColumns(['行业名称', '行业代码'])).toEqual({ industry: 1 })
    expect(matchColumns(['联系电话', '联系电话'])).toEqual({ contactPhone: 0 })
  })

  it('leaves out what it does not know', () => {
    expect(matchColumns(['序号', '备注', '', '主要产品'])).toEqual({})
  })
})
