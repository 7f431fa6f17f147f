import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openFontBook } from '#export/fonts'
import { readCharacterMap } from '../../scripts/makeFonts.mjs'
import { openDiskFonts } from '../support/fonts'

const source = await openDiskFonts()
const map = await source.readMap()

describe('fonts of report files', () => {
  it('the base fonts, regular and bold, have every character of GB 2312', async () => {
    const decoder = new TextDecoder('gb2312')
    const wanted: number[] = []
    for (let high = 0xb0; high <= 0xf7; high++) {
      for (let low = 0xa1; low <= 0xfe; low++) {
        const code = decoder.decode(new Uint8Array([high, low])).codePointAt(0)!
        // Five places of the standard are empty; engines fill them with private use.
        if (code !== 0xfffd && !(code >= 0xe000 && code <= 0xf8ff)) wanted.push(code)
      }
    }
    // GB/T 2312-1980: 3755 + 3008 characters.
    expect(wanted.length).toBe(6763)
    for (const file of [map.base.regular, map.base.bold]) {
      const glyphs = readCharacterMap(await source.readFont(file))
      expect(wanted.filter((code) => !glyphs.has(code))).toEqual([])
    }
  })

  it('our own texts need no rare font', () => {
    const book = openFontBook(map)
    for (const name of ['survey', 'scoring', 'advice']) {
      book.showText(readFileSync(`questionnaires/guangxi-2024/${name}.json`, 'utf8'))
    }
    book.showText(readFileSync('src/reference/divisions.json', 'utf8'))
    expect([...book.files]).toEqual([])
    expect([...book.missing]).toEqual([])
  })

  it('every rare file has the characters the table says it has, and stays below 1.2 MB', async () => {
    for (const { file } of map.rare) {
      const content = await source.readFont(file)
      const glyphs = readCharacterMap(content)
      const book = openFontBook({ ...map, rare: map.rare.filter((other) => other.file === file) })
      expect(
        [...glyphs.keys()]
          .filter((code) => code >= 0x3400)
          .every((code) => book.splitRuns(String.fromCodePoint(code))[0]?.file === file),
      ).toBe(true)
      expect(content.length).toBeLessThan(1_200_000)
    }
  })

  it('a rare character is set in the one file that has it', () => {
    const book = openFontBook(map)
    const runs = book.splitRuns('张喆和堃䶮')
    expect(runs.map(({ text }) => text).join('')).toBe('张喆和堃䶮')
    expect(runs[0]).toEqual({ text: '张' })
    expect(runs[1]!.file).toMatch(/^rare/)
    expect([...book.missing]).toEqual([])
  })

  it('a character that no font has becomes its code and is named once, as one character', () => {
    const book = openFontBook(map)
    expect(book.showText('𠮷野家𠮷😀')).toBe('〔U+20BB7〕野家〔U+20BB7〕〔U+1F600〕')
    expect([...book.missing]).toEqual(['𠮷', '😀'])
  })

  it('joiners and variation selectors leave nothing behind', () => {
    expect(openFontBook(map).showText('企\u200d业\ufe0f\u{e0101}')).toBe('企业')
  })

  it('the licence is shipped beside the fonts', async () => {
    expect(new TextDecoder().decode(await source.readFont('OFL.txt'))).toContain('SIL Open Font License, Version 1.1')
  })
})
