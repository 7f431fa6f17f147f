import { drawLine, drawText, round, type Drawing, type Shape } from './drawing.ts'
import { BRAND, INK, INK_SOFT, LINE } from './radarPanels.ts'
import { measureText } from './svgMarkup.ts'

/** 分档图的内容 — firms on each step, the lowest first. */
export interface TierBarsSource {
  readonly counts: readonly number[]
  readonly unit: '档' | '级'
  /** 线下诊断: the lowest step that is due for a visit; those below are drawn light. */
  readonly visitFrom?: number
}

/** Own choices: light enough to be told from the brand's blue in a grey print, with a line around. */
const BELOW = '#c3d3ee'
const FRAME = { left: 8, right: 8, bottom: 26 }
const TEXT = { size: 12, color: INK } as const

/** 分档柱状图 — a column per tier with its number of firms above it; those due for a visit are dark. `width` in pixels. */
export function planTierBars(source: TierBarsSource, width: number): Drawing {
  const { counts, unit, visitFrom } = source
  const height = width < 480 ? 210 : 250
  const top = visitFrom === undefined ? 22 : 46
  const most = Math.max(1, ...counts)
  const [x0, y0] = [FRAME.left, height - FRAME.bottom]
  const pitch = (width - FRAME.left - FRAME.right) / Math.max(1, counts.length)
  const bar = Math.min(56, pitch * 0.66)
  const isNarrow = pitch < 34
  const shapes: Shape[] = [drawLine([x0, y0], [width - FRAME.right, y0], LINE, 1)]
  counts.forEach((firms, at) => {
    const tier = at + 1
    const middle = x0 + pitch * (at + 0.5)
    // A single firm among thousands is still seen.
    const length = firms === 0 ? 0 : Math.max(2, (firms / most) * (y0 - top))
    const isDue = visitFrom === undefined || tier >= visitFrom
    if (firms > 0) {
      shapes.push({
        name: 'rect',
        attributes: {
          x: round(middle - bar / 2),
          y: round(y0 - length),
          width: round(bar),
          height: round(length),
          fill: isDue ? BRAND : BELOW,
          stroke: BRAND,
          'stroke-width': 1,
        },
      })
    }
    const size = isNarrow && firms >= 10_000 ? 9 : isNarrow ? 10 : 12
    shapes.push(
      drawText(String(firms), middle, y0 - length - 9, { size, color: INK, anchor: 'middle', isBold: firms > 0 }),
    )
    shapes.push(
      drawText(isNarrow ? String(tier) : `${tier} ${unit}`, middle, y0 + 14, {
        size,
        color: INK_SOFT,
        anchor: 'middle',
      }),
    )
  })
  return {
    title: `各${unit}企业数`,
    description: describeTierBars(source),
    width,
    height,
    shapes: visitFrom === undefined ? shapes : [...drawKey(visitFrom, unit), ...shapes],
  }
}

function drawKey(visitFrom: number, unit: string): readonly Shape[] {
  const y = 13
  const box = (x: number, fill: string): Shape => ({
    name: 'rect',
    attributes: { x, y: y - 6, width: 20, height: 12, fill, stroke: BRAND, 'stroke-width': 1 },
  })
  const first = `${visitFrom} ${unit}及以上`
  const second = 4 + 20 + 8 + measureText(first, 12) + 20
  return [
    box(4, BRAND),
    drawText(first, 32, y, TEXT),
    box(second, BELOW),
    drawText(`${visitFrom} ${unit}以下`, second + 28, y, TEXT),
  ]
}

/** 分档说明 — the columns in words: how many firms, where most stand, how many are due. */
export function describeTierBars({ counts, unit, visitFrom }: TierBarsSource): string {
  const whole = counts.reduce((sum, firms) => sum + firms, 0)
  if (whole === 0) return '柱状图：还没有企业的结果。'
  const each = counts.flatMap((firms, at) => (firms === 0 ? [] : [`${at + 1} ${unit} ${firms} 家`]))
  const due = visitFrom === undefined ? 0 : counts.slice(visitFrom - 1).reduce((sum, firms) => sum + firms, 0)
  const words = visitFrom === undefined ? '' : `；${visitFrom} ${unit}及以上共 ${due} 家`
  return `柱状图：共 ${whole} 家，${each.join('，')}${words}。`
}
