import { type Benchmark } from '#core/diagnosis/benchmark'
import { type Spread } from '#core/diagnosis/peerFile'

/** 分布条 — where the marks of one node's group and the firm lie, in units of the drawing; left is 0, right the maximum. */
export interface SpreadMarks {
  /** The whole scale. */
  readonly axis: { readonly from: number; readonly to: number }
  /** p10 to p90, the thin bar. */
  readonly outer: { readonly from: number; readonly to: number }
  /** p25 to p75, the thick bar. */
  readonly inner: { readonly from: number; readonly to: number }
  readonly median: number
  readonly own: number
}

export interface SpreadSource {
  readonly max: number
  readonly own: number
  readonly spread: Spread
}

/** Own choice: a group that agrees entirely is still a visible bar. */
const LEAST_LENGTH = 2

/** 分布条 — the geometry of one row in a strip of this width; `inset` is left free on both sides, for half a diamond. */
export function measureSpread({ max, own, spread }: SpreadSource, width: number, inset: number): SpreadMarks {
  const at = (value: number): number => {
    const share = max > 0 ? Math.min(Math.max(value / max, 0), 1) : 0
    return round(inset + share * (width - 2 * inset))
  }
  const [p10, p25, p50, p75, p90] = spread
  return {
    axis: { from: inset, to: width - inset },
    outer: lengthen(at(p10), at(p90)),
    inner: lengthen(at(p25), at(p75)),
    median: at(p50),
    own: at(own),
  }
}

/** The firm's diamond around a point, as SVG points. */
export function drawDiamond(x: number, y: number, half: number): string {
  return [
    [x, y - half],
    [x + half, y],
    [x, y + half],
    [x - half, y],
  ]
    .map(([px, py]) => `${round(px!)},${round(py!)}`)
    .join(' ')
}

function lengthen(from: number, to: number): { readonly from: number; readonly to: number } {
  if (to - from >= LEAST_LENGTH) return { from, to }
  const middle = (from + to) / 2
  return { from: round(middle - LEAST_LENGTH / 2), to: round(middle + LEAST_LENGTH / 2) }
}

/** Hundredths of a pixel: short numbers in the file, nothing visible lost. */
function round(length: number): number {
  return Math.round(length * 100) / 100
}

/** Light enough that the median and the diamond stand out, dark enough for a grey print. Own choice. */
export const SPREAD_COLORS = { outer: '#c3cad6', inner: '#93a7c9' } as const

/** 分布说明 — the picture in words: how many parts lie in each quarter, and which in the first and the last. */
export function describeSpreads({ rows, groupTitle, n }: Pick<Benchmark, 'rows' | 'groupTitle' | 'n'>): string {
  const parts = rows.filter(({ depth }) => depth > 0)
  const deepest = Math.max(0, ...parts.map(({ depth }) => depth))
  const shown = parts.filter(({ depth }) => depth === deepest)
  const listQuarter = (quarter: number): string =>
    shown
      .filter(({ standing }) => standing.quarter === quarter)
      .map(({ title }) => title)
      .join('、')
  const [first, last] = [listQuarter(1), listQuarter(4)]
  const ends = [
    ...(first === '' ? [] : [`在前四分之一的有：${first}`]),
    ...(last === '' ? [] : [`在后四分之一的有：${last}`]),
  ]
  const words = ends.length === 0 ? '各部分都在中间一半' : ends.join('；')
  return `分布图：与“${groupTitle}”的 ${n} 家企业相比${shown.length === 0 ? '' : `，${words}`}。`
}
