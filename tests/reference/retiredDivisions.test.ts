import { describe, expect, it } from 'vitest'
import { divisions, industries, retired } from '#reference/books.ts'
import retiredFile from '#reference/retiredDivisions.json'

describe('the file of retired divisions', () => {
  const rows = retiredFile.retired

  it('is of the four programme areas, in the order of the codes', () => {
    const codes = rows.map(({ code }) => code)
    expect(codes).toEqual([...codes].sort())
    expect(new Set(codes.map((code) => code.slice(0, 2)))).toEqual(new Set(['32', '37', '44', '45']))
  })

  it('names no division of Guangxi that is still there, and only successors that are', () => {
    for (const { code, successors } of rows.filter(({ code }) => code.startsWith('45'))) {
      expect(divisions.byCode.has(code)).toBe(false)
      for (const successor of successors) expect(divisions.byCode.has(successor)).toBe(true)
    }
  })

  // From the notices of the State Council and the Ministry of Civil Affairs.
  it.each([
    ['450127', '横县', ['450181']],
    ['450122', '武鸣县', ['450110']],
    ['450221', '柳江县', ['450206']],
    ['450331', '荔蒲县', ['450381']],
    ['451281', '宜州市', ['451203']],
    ['371202', '莱城区', ['370116']],
    ['320684', '海门市', ['320614']],
  ])('%s %s is now %s', (code, name, successors) => {
    expect(retired.byCode.get(code)).toMatchObject({ name, successors })
  })

  it('leaves a divided county to a person: 邕宁县 became parts of five districts', () => {
    expect(retired.byCode.get('450121')?.successors.length).toBe(5)
  })

  it('stands beside the books that every screen uses', () => {
    expect(divisions.byCode.get('450103')?.name).toBe('青秀区')
    expect(industries.byCode.get('30')?.name).toBe('非金属矿物制品业')
  })
})
