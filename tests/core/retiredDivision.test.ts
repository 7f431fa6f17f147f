import { describe, expect, it } from 'vitest'
import { parseRetiredDivisions } from '#core/retiredDivision'

const HENGXIAN = { code: '450127', name: '横县', successors: ['450181'], since: 2021 }
const fileOf = (...retired: readonly object[]): unknown => ({ source: '手写', date: '2024-12-31', retired })

describe('撤销区划表', () => {
  it('is found by code', () => {
    expect(parseRetiredDivisions(fileOf(HENGXIAN)).byCode.get('450127')).toEqual(HENGXIAN)
  })

  it.each([
    ['a code twice', fileOf(HENGXIAN, HENGXIAN)],
    ['no successor', fileOf({ ...HENGXIAN, successors: [] })],
    ['a successor that is retired too', fileOf(HENGXIAN, { ...HENGXIAN, code: '452122', successors: ['450127'] })],
    ['a code that is a number', fileOf({ ...HENGXIAN, code: 450127 })],
    ['a field nobody knows', fileOf({ ...HENGXIAN, note: '' })],
  ])('a file with %s is a bug', (_, raw) => expect(() => parseRetiredDivisions(raw)).toThrow())
})
