import { type NumberRange } from '#core/diagnosis/result'
import { type Report } from '#core/diagnosis/report'

/** 雷达图的一轴 — rows of a report fit; a row without a value (nothing applies) is left out. `value` on the row's own `max`. */
export interface RadarRow {
  readonly id: string
  readonly title: string
  readonly max: number
  readonly value?: NumberRange
  readonly valueText: string
}

/** 线的含义 — what a line of the radar stands for; every one has its own dash and marker, see `LINE_LOOKS`. */
export type RadarLineName = 'firm' | 'high' | 'median' | 'upperQuartile' | 'previous'

/** 对照线 — values of others (or of an earlier sheet) by row id. It needs a value on every axis that is drawn. */
export interface RadarOverlay {
  readonly name: Exclude<RadarLineName, 'firm' | 'high'>
  readonly values: ReadonlyMap<string, number>
}

/** 一张雷达图 — its rows, the lines beside the firm's own, and its words for those who do not see it. */
export interface RadarPanel {
  readonly id: 'domains' | 'subdomains'
  readonly label: string
  readonly rows: readonly RadarRow[]
  readonly overlays: readonly RadarOverlay[]
  readonly description: string
}

/** 线的样子 — solid, dashed, dotted and three marker shapes: they stay apart in a grey print and for the colour-blind. */
export interface LineLook {
  readonly label: string
  readonly color: string
  readonly width: number
  /** Lengths of strokes and gaps; empty is a solid line. */
  readonly dash: readonly number[]
  readonly marker: 'circle' | 'square' | 'triangle' | 'none'
  readonly isFilled: boolean
}

/** The page's blue, and greys of clearly different lightness. Own choice. */
export const BRAND = '#0f52ba'
export const INK = '#1b1f26'
export const INK_SOFT = '#4a515d'
export const LINE = '#d5dae3'

export const LINE_LOOKS: Readonly<Record<RadarLineName, LineLook>> = {
  firm: { label: '本企业', color: BRAND, width: 2.5, dash: [], marker: 'circle', isFilled: true },
  high: { label: '最高可到', color: BRAND, width: 1.5, dash: [6, 4], marker: 'none', isFilled: false },
  median: { label: '同类中位数', color: INK_SOFT, width: 1.75, dash: [7, 4], marker: 'square', isFilled: false },
  upperQuartile: {
    label: '同类上四分位',
    color: '#8a5300',
    width: 1.75,
    dash: [1.5, 3],
    marker: 'triangle',
    isFilled: true,
  },
  previous: { label: '上一次', color: INK_SOFT, width: 1.75, dash: [7, 4], marker: 'square', isFilled: false },
}

/** A radar with fewer axes says less than a sentence. */
const FEWEST_AXES = 3

/**
 * 雷达图清单 — the radars a report has: domains and sub-domains, each with the group's median and upper quartile when there is
 * a benchmark. A group line that lacks an axis is not drawn (a gap would read as a zero); the words say so.
 */
export function listRadarPanels(report: Report): readonly RadarPanel[] {
  return (
    [
      { id: 'domains', name: '域', rows: report.domains },
      { id: 'subdomains', name: '子域', rows: report.subdomains },
    ] as const
  ).flatMap(({ id, name, rows }) => {
    const present = rows.filter(hasValue)
    if (present.length < FEWEST_AXES) return []
    const overlays = listGroupLines(report, present)
    const words = [describeRows(name, present, rows), describeGroup(report, name, present, overlays)]
    return [{ id, label: `${rows.length} 个${name}`, rows, overlays, description: words.join('') }]
  })
}

/** 前后对照 — the radar of this sheet with an earlier one of the same firm; axes are the rows that both have. */
export function compareOverTime(
  label: string,
  rows: readonly RadarRow[],
  before: readonly RadarRow[],
): Omit<RadarPanel, 'id'> | undefined {
  const earlier = new Map(before.filter(hasValue).map((row) => [row.id, row.value.low]))
  const shared = rows.filter(hasValue).filter(({ id }) => earlier.has(id))
  if (shared.length < FEWEST_AXES) return undefined
  const change = (row: DrawnRow): number => row.value.low - earlier.get(row.id)!
  const risen = shared.filter((row) => change(row) > 1e-9)
  const fallen = shared.filter((row) => change(row) < -1e-9)
  const nameAll = (found: readonly DrawnRow[]): string => found.map(({ title }) => title).join('、')
  const parts = [
    ...(risen.length === 0 ? [] : [`${risen.length} 个上升（${nameAll(risen)}）`]),
    ...(fallen.length === 0 ? [] : [`${fallen.length} 个下降（${nameAll(fallen)}）`]),
    ...(risen.length + fallen.length === 0 ? ['都没有变化'] : []),
  ]
  const left = rows.length - shared.length
  const missing = left === 0 ? '' : `${left} 个没有可比的得分，不在图上。`
  return {
    label,
    rows: shared,
    overlays: [{ name: 'previous', values: earlier }],
    description: `与上一次相比，${shared.length} 个中${parts.join('，')}。${missing}`,
  }
}

/** 图上的线 — what is drawn for these rows, in the order a legend names them. */
export function listLines(rows: readonly RadarRow[], overlays: readonly RadarOverlay[]): readonly RadarLineName[] {
  const isRange = rows.some(({ value }) => value !== undefined && value.low !== value.high)
  return ['firm', ...(isRange ? (['high'] as const) : []), ...overlays.map(({ name }) => name)]
}

/** What the firm's own line is called: the low end when the result is a range. */
export function nameLine(name: RadarLineName, lines: readonly RadarLineName[]): string {
  if (name === 'firm' && lines.includes('high')) return '本企业（低端）'
  if (name === 'firm' && lines.includes('previous')) return '这一次'
  return LINE_LOOKS[name].label
}

export type DrawnRow = RadarRow & { readonly value: NumberRange }

export function hasValue<Row extends RadarRow>(row: Row): row is Row & { readonly value: NumberRange } {
  return row.value !== undefined
}

function listGroupLines({ benchmark }: Report, present: readonly DrawnRow[]): readonly RadarOverlay[] {
  if (benchmark === undefined) return []
  const spreads = new Map(benchmark.rows.map(({ id, spread }) => [id, spread]))
  if (present.some(({ id }) => !spreads.has(id))) return []
  return [
    { name: 'median', values: new Map(present.map(({ id }) => [id, spreads.get(id)![2]])) },
    { name: 'upperQuartile', values: new Map(present.map(({ id }) => [id, spreads.get(id)![3]])) },
  ]
}

/** Ends first: which is highest, which lowest, then what is missing. */
function describeRows(name: string, present: readonly DrawnRow[], rows: readonly RadarRow[]): string {
  const worthOf = ({ value, max }: DrawnRow): number => value.low / max
  const sorted = [...present].sort((a, b) => worthOf(b) - worthOf(a))
  const highest = sorted[0]!
  const lowest = sorted[sorted.length - 1]!
  const left = rows.filter(({ value }) => value === undefined).map(({ title }) => title)
  const isSame = Math.abs(worthOf(highest) - worthOf(lowest)) < 1e-9 && highest.valueText === lowest.valueText
  const ends = isSame
    ? `${present.length} 个${name}得分相同，都是 ${highest.valueText} 分`
    : `${present.length} 个${name}中，${highest.title}最高（${highest.valueText} 分），${lowest.title}最低（${lowest.valueText} 分）`
  const { max } = highest
  const scale = present.every((row) => row.max === max) ? `；满分 ${max} 分。` : '；各轴按各自的满分画。'
  const isRange = present.some(({ value }) => value.low !== value.high)
  const band = isRange ? '还有指标未答或不掌握：实线是低端，虚线是最高可到。' : ''
  const missing = left.length === 0 ? '' : `${left.join('、')}没有计入的指标，不在图上。`
  return `${ends}${scale}${band}${missing}`
}

function describeGroup(
  { benchmark }: Report,
  name: string,
  present: readonly DrawnRow[],
  overlays: readonly RadarOverlay[],
): string {
  if (benchmark === undefined) return ''
  const median = overlays.find((overlay) => overlay.name === 'median')
  if (median === undefined) return `同类组不是每个${name}都有数据，图上不画同类组。`
  const compared = present.map(({ id, value }) => value.low - median.values.get(id)!)
  const above = compared.filter((difference) => difference > 1e-9).length
  const below = compared.filter((difference) => difference < -1e-9).length
  const same = compared.length - above - below
  const parts = [
    ...(above === 0 ? [] : [`${above} 个高于`]),
    ...(same === 0 ? [] : [`${same} 个等于`]),
    ...(below === 0 ? [] : [`${below} 个低于`]),
  ]
  return `与 ${benchmark.n} 家同类企业的中位数相比，${parts.join('、')}。`
}
