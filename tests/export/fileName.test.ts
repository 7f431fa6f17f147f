import { describe, expect, it } from 'vitest'
import { nameFile } from '#export/fileName'
import { HOSTILE_NAMES } from './samples'

describe('names of report files', () => {
  it('firm, kind and date, in full-width brackets', () => {
    expect(nameFile('pdf', '桂柳星河机械示范有限公司', '2026-11-21')).toBe(
      '桂柳星河机械示范有限公司-诊断报告（2026-11-21）.pdf',
    )
    expect(nameFile('onePage', '甲(乙)厂', '2026-11-21')).toBe('甲（乙）厂-诊断一页纸（2026-11-21）.pdf')
  })

  it.each([
    ...HOSTILE_NAMES,
    '..\\..\\a',
    'a/b:c*d?e"f<g>h|i',
    '\u202egpj.exe',
    '',
    ' . ',
    '很长'.repeat(90),
    '𠮷'.repeat(90),
  ])('stays harmless for %j', (name) => {
    const file = nameFile('xlsx', name, '2026-11-21')
    expect(file).toMatch(/（2026-11-21）\.xlsx$/)
    expect(file).not.toMatch(/[\\/:*?"<>|\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e]/)
    expect(file).not.toMatch(/^[=+\-@＝＋－＠.\s]/)
    expect(file.length).toBeLessThanOrEqual(62)
    expect(() => encodeURIComponent(file)).not.toThrow()
  })
})
