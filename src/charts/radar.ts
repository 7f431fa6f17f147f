import { RadarChart } from 'echarts/charts'
import { AriaComponent, RadarComponent, TooltipComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import type { RadarSeriesOption } from 'echarts/charts'
import type { AriaComponentOption, RadarComponentOption, TooltipComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'

use([RadarChart, RadarComponent, TooltipComponent, AriaComponent, SVGRenderer])

export type RadarOption = ComposeOption<
  RadarSeriesOption | RadarComponentOption | TooltipComponentOption | AriaComponentOption
>

/** 雷达图的一轴 — rows of a report fit; a row without a value (nothing applies) is left out. */
export interface RadarRow {
  readonly id: string
  readonly title: string
  readonly value?: { readonly low: number; readonly high: number }
  readonly valueText: string
}

export interface RadarSource {
  readonly title: string
  readonly rows: readonly RadarRow[]
  readonly max: number
  /** What the chart shows, in one or two sentences: our own words, for those who do not see it. */
  readonly description: string
  /** Narrow place: ids stand in for titles when there are more axes than titles fit. */
  readonly isNarrow?: boolean
}

/** Own choices: the page's blue, greys that stay apart in a grey print, and how many titles fit around a narrow chart. */
const BRAND = '#0f52ba'
const INK = '#1b1f26'
const INK_SOFT = '#4a515d'
const LINE = '#d5dae3'
/** The page's own stack; `inherit` is no family to SVG's font shorthand. */
const FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC', 'Source Han Sans SC', 'Noto Sans CJK SC', sans-serif"
const MOST_TITLES_NARROW = 8
const LONGEST_LINE = 5

/**
 * 雷达图 — report rows to an ECharts option. The official low end is the solid line; when the result is a range the high end
 * is a dashed line around it, so the two stay apart without colour. Tooltips are drawn (`richText`), not HTML: the page's
 * policy allows no inline style.
 */
export function buildRadarOption({ title, rows, max, description, isNarrow = false }: RadarSource): RadarOption {
  const axes = rows.filter((row): row is RadarRow & Required<Pick<RadarRow, 'value'>> => row.value !== undefined)
  const isCrowded = axes.length > MOST_TITLES_NARROW
  const isRange = axes.some(({ value }) => value.low !== value.high)
  const nameOf = ({ id, title, valueText }: RadarRow): string => {
    if (isCrowded) return isNarrow ? id : `${id} ${wrapTitle(title, 4)}`
    const name = wrapTitle(title, isNarrow ? 3 : LONGEST_LINE)
    return isNarrow && isRange ? name : `${name}\n{value|${valueText}}`
  }
  return {
    animation: false,
    aria: { enabled: true, label: { enabled: true, description } },
    textStyle: { fontFamily: FONT },
    tooltip: {
      renderMode: 'richText',
      confine: true,
      formatter: () => [title, ...axes.map((row) => `${row.id} ${row.title}　${row.valueText}`)].join('\n'),
      textStyle: { color: INK, fontSize: 12, lineHeight: 17 },
      borderColor: LINE,
    },
    radar: {
      radius: isNarrow ? (isCrowded ? '74%' : '62%') : '70%',
      center: ['50%', '51%'],
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
      indicator: axes.map((row) => ({ name: nameOf(row), max, min: 0 })),
    },
    series: [
      {
        type: 'radar',
        name: title,
        emphasis: { disabled: true },
        data: [
          ...(isRange
            ? [
                {
                  name: '最高可到',
                  value: axes.map(({ value }) => value.high),
                  symbol: 'none',
                  lineStyle: { color: BRAND, width: 1.5, type: 'dashed' as const },
                  areaStyle: { color: BRAND, opacity: 0.07 },
                },
              ]
            : []),
          {
            name: isRange ? '低端' : '得分',
            value: axes.map(({ value }) => value.low),
            symbol: 'circle',
            symbolSize: isCrowded ? 5 : 7,
            itemStyle: { color: BRAND },
            lineStyle: { color: BRAND, width: 2.5 },
            areaStyle: { color: BRAND, opacity: 0.16 },
          },
        ],
      },
    ],
  }
}

/** A long title on two lines of nearly equal length. */
function wrapTitle(title: string, longest: number): string {
  const characters = Array.from(title)
  if (characters.length <= longest) return title
  const half = Math.ceil(characters.length / 2)
  return `${characters.slice(0, half).join('')}\n${characters.slice(half).join('')}`
}
