// @vitest-environment node
import { unzlibSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { writePng } from '#export/writePng'

const [WHITE, BLUE, BLACK] = [
  [255, 255, 255, 255],
  [17, 85, 187, 255],
  [0, 0, 0, 255],
]

/** Palette colours of every pixel, by the PNG specification: chunks, then lines of one filter byte and the indexes. */
function readPng(png: Uint8Array): { width: number; height: number; pixels: number[][] } {
  const view = new DataView(png.buffer)
  const chunks = new Map<string, Uint8Array>()
  for (let at = 8; at < png.length; at += view.getUint32(at) + 12) {
    chunks.set(String.fromCharCode(...png.slice(at + 4, at + 8)), png.slice(at + 8, at + 8 + view.getUint32(at)))
  }
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  const lines = unzlibSync(chunks.get('IDAT')!)
  const palette = chunks.get('PLTE')!
  const indexes = Array.from(lines).filter((_, at) => at % (width + 1) > 0)
  return { width, height, pixels: indexes.map((index) => [...palette.slice(index * 3, index * 3 + 3), 255]) }
}

describe('PNG with a palette', () => {
  it('gives back colours of four bits as they were, line by line', () => {
    const pixels = [WHITE!, BLUE!, BLACK!, BLACK!, WHITE!, BLUE!]
    const png = writePng(Uint8ClampedArray.from(pixels.flat()), 3, 2)
    expect(readPng(png)).toEqual({ width: 3, height: 2, pixels })
    // The empty last chunk is the same in every PNG: its sum is known.
    expect([...png.slice(-12)]).toEqual([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82])
  })

  it('more colours than a palette holds become their neighbours', () => {
    const colours = Array.from({ length: 856 }, (_, place) => place % 600).map((at) => [
      (at % 16) * 17,
      ((at >> 4) % 16) * 17,
      (at >> 8) * 17,
      255,
    ])
    const { pixels } = readPng(writePng(Uint8ClampedArray.from(colours.flat()), 856, 1))
    expect(new Set(pixels.map(String)).size).toBe(256)
    // Blue is 0, 1 or 2 of sixteen steps. The first 256 colours come twice and stay, the others lose their blue.
    pixels.forEach((pixel, at) => expect(pixel).toEqual([...colours[at]!.slice(0, 2), 0, 255]))
  })
})
