import { type TrendDay } from '#core/oversight/coverage'
import { drawLine, drawText, round, type Drawing, type Shape } from './drawing.ts'
import { placeLabel, type Point } from './labelPlace.ts'
import { BRAND, INK, INK_SOFT, LINE } from './radarPanels.ts'
import { measureText } from './svgMarkup.ts'

/** 趋势图的内容 — cumulative firms by day against the plan; days are calendar dates, ascending. */
export interface TrendSource {
  readonly days: readonly TrendDay[]
  /** 应诊断企业: the top of the scale. */
  readonly total: number
  /** Up to this day the submitted ones are known; the plan goes on. */
  readonly asOf: string
  readonly deadlineOn: string
}

/** Own choices, in pixels. */
const FRAME = { left: 52, right: 16, top: 42, bottom: 30 }
const TEXT = { size: 12, color: INK } as const
const SOFT = { size: 11, color: INK_SOFT } as const
const PLAN_DASH = '7 4'
/** The words of a date need so much. */
const LABEL_WIDTH = 56

/** 进度趋势图 — what has been submitted, solid, against the plan, dashed, up to the deadline; `width` in pixels. */
export function planTrend(source: TrendSource, width: number): Drawing {
  const { days, total, asOf, deadlineOn } = source
  const height = width < 480 ? 220 : 260
  const title = '有效报送进度'
  const description = describeTrend(source)
  const known = days.filter(({ on }) => on <= asOf)
  const first = days[0]?.on ?? asOf
  const last = [deadlineOn, asOf, days[days.length - 1]?.on ?? asOf].reduce((a, b) => (a > b ? a : b))
  const length = Math.max(1, countDays(first, last))
  const top = roundUp(Math.max(1, total, ...days.map(({ submitted, planned }) => Math.max(submitted, planned))))
  const [x0, x1] = [FRAME.left, width - FRAME.right]
  const [y0, y1] = [height - FRAME.bottom, FRAME.top]
  const at = (on: string, firms: number): Point => [
    round(x0 + (countDays(first, on) / length) * (x1 - x0)),
    round(y0 - (firms / top) * (y0 - y1)),
  ]
  const line = (points: readonly Point[], color: string, stroke: number, dash?: string): Shape => ({
    name: 'polyline',
    attributes: {
      points: points.map((point) => point.join(',')).join(' '),
      fill: 'none',
      stroke: color,
      'stroke-width': stroke,
      'stroke-dasharray': dash,
      'stroke-linejoin': 'round',
    },
  })
  const shapes: Shape[] = []
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    const [, y] = at(first, top * share)
    shapes.push(drawLine([x0, y], [x1, y], LINE, share === 0 ? 1 : 0.5))
    if (share !== 0.25 && share !== 0.75)
      shapes.push(drawText(String(top * share), x0 - 6, y, { ...SOFT, anchor: 'end' }))
  }
  shapes.push(...drawDates(first, last, length, (on) => at(on, 0)[0], x1, y0))
  const [deadlineX] = at(deadlineOn, 0)
  const plan = days.map(({ on, planned }) => at(on, planned))
  const done = known.map(({ on, submitted }) => at(on, submitted))
  if (days.length > 0) {
    const words = `截止 ${formatShort(deadlineOn)}`
    const half = measureText(words, SOFT.size) / 2
    // Above the lines, where none runs: they end at the top of the scale.
    const middle = Math.max(x0 + half, Math.min(width - 4 - half, deadlineX))
    shapes.push(drawText(words, middle, y1 - 9, { ...SOFT, anchor: 'middle' }))
    shapes.push(drawLine([deadlineX, y1], [deadlineX, y0], INK_SOFT, 1, '2 3'))
    shapes.push(line(plan, INK_SOFT, 1.75, PLAN_DASH))
  }
  const [end, tip] = [known[known.length - 1], done[done.length - 1]]
  if (end !== undefined && tip !== undefined) {
    const [x, y] = tip
    const words = `${end.submitted} 家`
    const label = placeLabel(
      tip,
      { width: measureText(words, TEXT.size), height: TEXT.size * 1.1 },
      [
        plan,
        done,
        [
          [deadlineX, y1],
          [deadlineX, y0],
        ],
      ],
      { left: x0 + 2, right: width - 2, top: y1 + 1, bottom: y0 - 1 },
    )
    shapes.push(line(done, BRAND, 2.5))
    // White behind the words: the lines of the scale run everywhere. No outline of the letters, which Word would fill.
    shapes.push({
      name: 'rect',
      attributes: {
        x: round(label.left),
        y: round(label.top),
        width: round(label.right - label.left),
        height: round(label.bottom - label.top),
        fill: '#fff',
      },
    })
    shapes.push({ name: 'circle', attributes: { cx: x, cy: y, r: 4, fill: BRAND, stroke: '#fff', 'stroke-width': 1 } })
    shapes.push(drawText(words, label.left, (label.top + label.bottom) / 2, { ...TEXT, isBold: true }))
  }
  return { title, description, width, height, shapes: [...drawKey(), ...shapes] }
}

function drawKey(): readonly Shape[] {
  const y = 13
  const second = 4 + 30 + 8 + measureText('有效报送（累计）', 12) + 20
  return [
    drawLine([4, y], [34, y], BRAND, 2.5),
    drawText('有效报送（累计）', 42, y, TEXT),
    drawLine([second, y], [second + 30, y], INK_SOFT, 1.75, PLAN_DASH),
    drawText('计划', second + 38, y, TEXT),
  ]
}

/** The first and the last day, and as many between as the width allows. */
function drawDates(
  first: string,
  last: string,
  length: number,
  xOf: (on: string) => number,
  x1: number,
  y0: number,
): readonly Shape[] {
  const room = Math.max(1, Math.floor((x1 - xOf(first)) / (LABEL_WIDTH + 12)))
  const step = Math.max(1, Math.ceil(length / room))
  const marks = Array.from({ length: Math.floor(length / step) + 1 }, (_, at) => addDays(first, at * step))
  const shown = [
    // The last day stands at the edge: what is printed before it must end before its words begin.
    ...marks.filter((on) => x1 - xOf(on) > 1.6 * LABEL_WIDTH || on === last),
    ...(marks.includes(last) ? [] : [last]),
  ]
  return shown.flatMap((on) => {
    const x = xOf(on)
    const anchor = on === first ? 'start' : on === last ? 'end' : 'middle'
    return [drawLine([x, y0], [x, y0 + 4], LINE, 1), drawText(formatShort(on), x, y0 + 15, { ...SOFT, anchor })]
  })
}

/** 趋势说明 — where it stands on the day, against the plan and the whole. */
export function describeTrend({ days, total, asOf, deadlineOn }: TrendSource): string {
  const known = days.filter(({ on }) => on <= asOf)
  const end = known[known.length - 1]
  if (end === undefined) return `折线图：截至 ${formatShort(asOf)}还没有进度数据。`
  const difference = end.submitted - Math.round(end.planned)
  const against =
    difference === 0 ? '与计划相同' : difference > 0 ? `比计划多 ${difference} 家` : `比计划少 ${-difference} 家`
  return `折线图：截至 ${formatShort(end.on)}，有效报送 ${end.submitted} 家，应诊断 ${total} 家，${against}；截止日为 ${formatShort(deadlineOn)}。`
}

/** A top of the scale that halves and quarters evenly: 1, 2, 4, 6, 8 times a power of ten, from 4 on. */
function roundUp(most: number): number {
  for (let scale = 1; ; scale *= 10) {
    const found = [4, 6, 8, 10, 12, 16, 20, 24, 28, 32, 36].find((step) => step * scale >= most)
    if (found !== undefined) return found * scale
  }
}

const DAY_MS = 86_400_000
const toTime = (on: string): number => Date.parse(`${on}T00:00:00Z`)

function countDays(from: string, to: string): number {
  return Math.round((toTime(to) - toTime(from)) / DAY_MS)
}

function addDays(on: string, days: number): string {
  return new Date(toTime(on) + days * DAY_MS).toISOString().slice(0, 10)
}

function formatShort(on: string): string {
  const [, month, day] = on.split('-').map(Number)
  return `${month}月${day}日`
}
