import { RadarChart } from 'echarts/charts'
import { AriaComponent, RadarComponent, TooltipComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { RadarSeriesOption } from 'echarts/charts'
import type { AriaComponentOption, RadarComponentOption, TooltipComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import { hasValue, INK, INK_SOFT, LINE, LINE_LOOKS, listLines, nameLine } from './radarPanels.ts'
import { type DrawnRow, type RadarLineName, type RadarOverlay, type RadarRow } from './radarPanels.ts'

use([RadarChart, RadarComponent, TooltipComponent, AriaComponent, SVGRenderer])

export type RadarOption = ComposeOption<
  RadarSeriesOption | RadarComponentOption | TooltipComponentOption | AriaComponentOption
>

export interface RadarSource {
  readonly title: string
  readonly rows: readonly RadarRow[]
  /** Lines beside the firm's own; one without a value on every axis is left out: a gap would read as a zero. */
  readonly overlays?: readonly RadarOverlay[]
  /** What the chart shows, in one or two sentences: our own words, for those who do not see it. */
  readonly description: string
  /** Pixels there are from left to right; wide when not given. A narrow chart of many axes shows their ids alone. */
  readonly width?: number
  /** A picture for a document: no tooltips, this family alone, and the radius in pixels. */
  readonly picture?: {
    readonly fontFamily: string
    readonly radius: number
    readonly center: readonly [number, number]
  }
}

/** The page's own stack; `inherit` is no family to SVG's font shorthand. */
const FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Source Han Sans SC', 'Noto Sans CJK SC', sans-serif"
/** Own choices: how many titles fit around a narrow chart, and from which width on there is room for a title in one line. */
const MOST_TITLES = 8
const NARROW = 480
const WIDE = 560
const MARKER_SIZE: Readonly<Record<RadarLineName, number>> = {
  firm: 7,
  high: 0,
  median: 6,
  upperQuartile: 7,
  previous: 6,
}

/**
 * 雷达图 — report rows to an ECharts option. The official low end is the solid line; when the result is a range the high end
 * is a dashed line around it; the group's median and upper quartile, or an earlier sheet, have dashes and markers of their
 * own, so that all stay apart without colour. Every axis has its row's own maximum. Tooltips are drawn (`richText`), not
 * HTML: the page's policy allows no inline style.
 */
export function buildRadarOption(source: RadarSource): RadarOption {
  const { title, rows, description, width = WIDE, picture } = source
  const isNarrow = width < NARROW
  const axes = rows.filter(hasValue)
  const overlays = (source.overlays ?? []).filter(({ values }) => axes.every(({ id }) => values.has(id)))
  const lines = listLines(axes, overlays)
  const isCrowded = axes.length > MOST_TITLES
  const isRange = lines.includes('high')
  const nameOf = ({ id, title, valueText }: RadarRow): string => {
    if (isCrowded) return isNarrow ? id : `${id} ${wrapTitle(title, width < WIDE ? 4 : 7)}`
    const name = wrapTitle(title, isNarrow ? 3 : width < WIDE ? 5 : 7)
    return isNarrow && isRange ? name : `${name}\n{value|${valueText}}`
  }
  const describeRow = (row: DrawnRow): string => {
    const others = overlays.map(({ name, values }) => `${LINE_LOOKS[name].label} ${formatMark(values.get(row.id)!)}`)
    return [`${row.id} ${row.title}　${row.valueText}`, ...others].join('　')
  }
  return {
    animation: false,
    aria: { enabled: true, label: { enabled: true, description } },
    textStyle: { fontFamily: picture?.fontFamily ?? FONT },
    ...(picture === undefined
      ? {
          tooltip: {
            renderMode: 'richText' as const,
            confine: true,
            formatter: () => [title, ...axes.map(describeRow)].join('\n'),
            textStyle: { color: INK, fontSize: 12, lineHeight: 17 },
            borderColor: LINE,
          },
        }
      : {}),
    radar: {
      radius: picture?.radius ?? (isNarrow ? (isCrowded ? '74%' : '62%') : '70%'),
      center: picture === undefined ? ['50%', '51%'] : [...picture.center],
      clockwise: true,
      splitNumber: 5,
      axisNameGap: isNarrow ? 8 : 10,
      axisName: {
        color: INK,
        fontSize: isCrowded ? 12 : 14,
        lineHeight: isCrowded ? 15 : 18,
        rich: { value: { color: INK_SOFT, fontSize: 13, lineHeight: 18 } },
      },
      axisLine: { lineStyle: { color: LINE } },
      splitLine: { lineStyle: { color: LINE } },
      splitArea: { show: false },
      indicator: axes.map((row) => ({ name: nameOf(row), max: row.max, min: 0 })),
    },
    series: [
      {
        type: 'radar',
        name: title,
        silent: picture !== undefined,
        emphasis: { disabled: true },
        // The firm is drawn last: nothing lies over its line.
        data: [...lines].reverse().map((name) => ({
          ...drawLine(name, isCrowded),
          name: nameLine(name, lines),
          value: axes.map(({ id, value }) => {
            if (name === 'firm') return value.low
            return name === 'high' ? value.high : overlays.find((overlay) => overlay.name === name)!.values.get(id)!
          }),
        })),
      },
    ],
  }
}

type LineOption = Exclude<NonNullable<RadarSeriesOption['data']>[number], readonly unknown[]>

function drawLine(name: RadarLineName, isCrowded: boolean): LineOption {
  const { color, width, dash, marker, isFilled } = LINE_LOOKS[name]
  const areas: Partial<Record<RadarLineName, number>> = { firm: 0.16, high: 0.07 }
  const opacity = areas[name]
  return {
    symbol: marker === 'square' ? 'rect' : marker,
    symbolSize: MARKER_SIZE[name] - (isCrowded ? 2 : 0),
    itemStyle: isFilled ? { color, borderWidth: 0 } : { color: '#fff', borderColor: color, borderWidth: 1.25 },
    lineStyle: { color, width, type: dash.length === 0 ? 'solid' : [...dash] },
    ...(opacity === undefined ? {} : { areaStyle: { color, opacity } }),
  }
}

function formatMark(mark: number): string {
  return String(Number(mark.toFixed(2)))
}

/** A long title on two lines of nearly equal length. */
function wrapTitle(title: string, longest: number): string {
  const characters = Array.from(title)
  if (characters.length <= longest) return title
  const half = Math.ceil(characters.length / 2)
  return `${characters.slice(0, half).join('')}\n${characters.slice(half).join('')}`
}
