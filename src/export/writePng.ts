import { zlibSync } from 'fflate'
import { crc32 } from './crc32.ts'
import { joinBytes } from './joinBytes.ts'

/** Four bits of each colour: on charts of a few flat colours the eye sees no difference, and their edges fit a palette. */
const STEP = 17

/**
 * 调色板 PNG — opaque pixels (RGBA) as a PNG of at most 256 colours, a third of what canvases write. Colours beyond the most
 * frequent become the nearest of these.
 */
export function writePng(pixels: Uint8ClampedArray, width: number, height: number): Uint8Array {
  const counts = new Uint32Array(4096)
  const codes = new Uint16Array(width * height)
  for (let at = 0; at < codes.length; at++) {
    const [red, green, blue] = [pixels[at * 4]!, pixels[at * 4 + 1]!, pixels[at * 4 + 2]!]
    const code = (nearest(red) << 8) | (nearest(green) << 4) | nearest(blue)
    codes[at] = code
    counts[code]! += 1
  }
  const palette = Array.from(counts.keys())
    .filter((code) => counts[code]! > 0)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, 256)
  const indexes = new Uint8Array(4096)
  for (let code = 0; code < 4096; code++) if (counts[code]! > 0) indexes[code] = findNearest(palette, code)
  // Every line begins with its filter, none: palettes know no neighbours.
  const lines = new Uint8Array((width + 1) * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + x + 1] = indexes[codes[y * width + x]!]!
  }
  const head = new Uint8Array(13)
  const view = new DataView(head.buffer)
  view.setUint32(0, width)
  view.setUint32(4, height)
  head.set([8, 3], 8)
  return joinBytes([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    writeChunk('IHDR', head),
    writeChunk('PLTE', Uint8Array.from(palette.flatMap((code) => splitCode(code).map((part) => part * STEP)))),
    writeChunk('IDAT', zlibSync(lines, { level: 9 })),
    writeChunk('IEND', new Uint8Array(0)),
  ])
}

const nearest = (part: number): number => Math.round(part / STEP)
const splitCode = (code: number): readonly number[] => [code >> 8, (code >> 4) & 15, code & 15]

function findNearest(palette: readonly number[], code: number): number {
  const known = palette.indexOf(code)
  if (known >= 0) return known
  const wanted = splitCode(code)
  const distances = palette.map((other) =>
    splitCode(other).reduce((sum, part, at) => sum + (part - wanted[at]!) * (part - wanted[at]!), 0),
  )
  return distances.indexOf(Math.min(...distances))
}

/** Length, name, content, and the sum over name and content. */
function writeChunk(name: string, content: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(content.length + 12)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, content.length)
  for (let at = 0; at < 4; at++) chunk[4 + at] = name.charCodeAt(at)
  chunk.set(content, 8)
  view.setUint32(content.length + 8, crc32(chunk.subarray(4, content.length + 8)))
  return chunk
}
