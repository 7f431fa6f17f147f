import { describe, expect, it } from 'vitest'
import { openFontBook } from '#export/fonts'
import { breakLines, shortenText } from '#export/pdfLines'
import { openDiskFonts } from '../support/fonts'

const book = openFontBook(await (await openDiskFonts()).readMap())
const linesOf = (text: string, width: number): readonly string[] => breakLines(book, text, { size: 10, width })

describe('lines of a PDF', () => {
  it('ten Chinese characters of 10 points fill 101 points', () => {
    expect(linesOf('一二三四五六七八九十甲乙', 101)).toEqual(['一二三四五六七八九十', '甲乙'])
  })

  it('no line begins with a stop or a closing bracket, none ends with an opening one', () => {
    expect(linesOf('一二三四五，六七', 51)).toEqual(['一二三四', '五，六七'])
    expect(linesOf('一二三四（五）', 51)).toEqual(['一二三四', '（五）'])
  })

  it('words and figures are not torn', () => {
    expect(linesOf('总分为 35.73 分', 51)).toEqual(['总分为', '35.73 分'])
  })

  it('what is longer than a line is cut where the line is full, and nothing is lost', () => {
    const digest = '0123456789abcdef'.repeat(4)
    const lines = linesOf(digest, 100)
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.join('')).toBe(digest)
    expect(linesOf('，'.repeat(30), 51).join('')).toBe('，'.repeat(30))
  })

  it('a shortened text fits and says that there is more', () => {
    const short = shortenText(book, '甲乙丙丁'.repeat(20), { size: 10, width: 101 }, 2)
    expect(short.endsWith('…')).toBe(true)
    expect(linesOf(short, 101).length).toBe(2)
    expect(shortenText(book, '甲乙', { size: 10, width: 101 })).toBe('甲乙')
  })
})
