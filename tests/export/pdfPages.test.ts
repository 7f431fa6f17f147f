import { describe, expect, it } from 'vitest'
import { fillPages, type Piece } from '#export/pdfPages'

/** Pieces of ten points in one block, a table without a head, unless said otherwise. */
const piece = (more: Partial<Piece> = {}): Piece => ({ block: 0, height: 10, gap: 0, isTied: false, head: 0, ...more })
const pagesOf = (pieces: readonly Piece[], height: number, begun = 0): readonly (readonly number[])[] =>
  fillPages(pieces, height, begun).map((page) => page.map(({ at }) => at))

describe('pages of a PDF', () => {
  it('are filled one after the other, the first below what it holds already', () => {
    const four = [piece(), piece(), piece(), piece()]
    expect(pagesOf(four, 20)).toEqual([
      [0, 1],
      [2, 3],
    ])
    expect(pagesOf(four, 20, 10)).toEqual([[0], [1, 2], [3]])
    expect(pagesOf(four, 20, 15)).toEqual([[], [0, 1], [2, 3]])
  })

  it('are not broken between tied pieces', () => {
    expect(pagesOf([piece(), piece({ isTied: true }), piece(), piece()], 20)).toEqual([[0], [1, 2], [3]])
    expect(pagesOf([piece({ isTied: true }), piece()], 20, 10)).toEqual([[], [0, 1]])
  })

  it('break a chain that is longer than a page where the page is full', () => {
    const chain = Array.from({ length: 5 }, () => piece({ isTied: true }))
    expect(pagesOf(chain, 20)).toEqual([[0, 1], [2, 3], [4]])
  })

  it('drop a gap at their head and repeat the head of a table', () => {
    expect(pagesOf([piece(), piece({ block: 1, height: 15, gap: 5 }), piece({ block: 2 })], 20)).toEqual([[0], [1, 2]])
    // Each row of the table is 10 high; its head of 10 stands on every page.
    const rows = [piece({ height: 20, head: 10 }), ...Array.from({ length: 4 }, () => piece({ head: 10 }))]
    expect(pagesOf(rows, 30)).toEqual([[0, 1], [2, 3], [4]])
  })

  it('let a picture give way before they are broken, but not below its least', () => {
    const [first, second] = fillPages([piece(), piece({ block: 1, height: 30, least: 20 })], 35, 0)
    expect([first!.map(({ height }) => height), second]).toEqual([[10, 25], undefined])
    expect(pagesOf([piece(), piece({ block: 1, height: 30, least: 26 })], 35)).toEqual([[0], [1]])
  })

  it('hold what is higher than a page on a page of its own', () => {
    expect(pagesOf([piece(), piece({ height: 50 }), piece()], 20)).toEqual([[0], [1], [2]])
  })
})
