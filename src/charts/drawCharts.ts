import { init } from 'echarts/core'
import { type Benchmark, type BenchmarkRow } from '#core/diagnosis/benchmark'
import { type Report } from '#core/diagnosis/report'
import { type ChartPicture } from './picture.ts'
import { buildRadarOption } from './radar.ts'
import { BRAND, INK, INK_SOFT, LINE, LINE_LOOKS, listLines, listRadarPanels, nameLine } from './radarPanels.ts'
import { type RadarLineName, type RadarPanel } from './radarPanels.ts'
import { describeSpreads, drawDiamond, measureSpread, SPREAD_COLORS } from './spread.ts'
import { cleanMarkup, measureText, PICTURE_FONT, writeElement, writePicture, writeText } from './svgMarkup.ts'

/**
 * 报告用图 — the pictures of a report for documents: the radars it has, and with a benchmark the spread. Vectors with
 * presentation attributes alone, so that PDF, Word and LibreOffice draw the same. Needs no DOM.
 */
export function drawReportCharts(report: Report): readonly ChartPicture[] {
  return [
    ...listRadarPanels(report).map((panel) => drawRadar(panel)),
    ...(report.benchmark === undefined ? [] : [drawSpread(report.benchmark)]),
  ]
}

// ---------- radar ----------

/** Own choices: as wide as a page of text; more titles want more room around the circle. */
const RADAR = {
  domains: { name: 'radarDomains', width: 560, height: 404, radius: 150, centerY: 202 },
  subdomains: { name: 'radarSubdomains', width: 640, height: 500, radius: 200, centerY: 232 },
} as const

function drawRadar({ id, label, rows, overlays, description }: RadarPanel): ChartPicture {
  const { name, width, height, radius, centerY } = RADAR[id]
  const words = `雷达图：${description}`
  const option = buildRadarOption({
    title: label,
    rows,
    overlays,
    description: words,
    picture: { fontFamily: PICTURE_FONT, radius, center: [width / 2, centerY] },
  })
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height })
  try {
    // The words go into the picture's own description; the chart's would be an attribute nobody reads.
    chart.setOption({ ...option, aria: { enabled: false } })
    const drawing = cleanMarkup(chart.renderToSVGString())
    const title = `${label}雷达图`
    const svg = writePicture(
      width,
      height,
      title,
      words,
      drawing + writeLegend(listLines(rows, overlays), width, height - 16),
    )
    return { name, title, description: words, svg, width, height }
  } finally {
    chart.dispose() // an undisposed chart keeps its timer, and a Node process with it
  }
}

const SAMPLE_LENGTH = 34
const LEGEND_SIZE = 12

/** 图例 — a stroke of every line as it is drawn, with its name beside it, in the middle of the width. */
function writeLegend(lines: readonly RadarLineName[], width: number, y: number): string {
  if (lines.length < 2) return ''
  const gap = 26
  const entries = lines.map((name) => {
    const label = nameLine(name, lines)
    return { name, label, length: SAMPLE_LENGTH + 8 + measureText(label, LEGEND_SIZE) }
  })
  const whole = entries.reduce((sum, { length }) => sum + length, 0) + gap * (entries.length - 1)
  let x = Math.round((width - whole) / 2)
  return entries
    .map(({ name, label, length }) => {
      const written =
        writeSample(name, x, y) + writeText(label, x + SAMPLE_LENGTH + 8, y, { size: LEGEND_SIZE, color: INK })
      x += length + gap
      return written
    })
    .join('')
}

function writeSample(name: RadarLineName, x: number, y: number): string {
  const { color, width, dash, marker, isFilled } = LINE_LOOKS[name]
  const middle = x + SAMPLE_LENGTH / 2
  const paint = isFilled ? { fill: color } : { fill: '#fff', stroke: color, 'stroke-width': 1.25 }
  const line = writeElement('line', {
    x1: x,
    y1: y,
    x2: x + SAMPLE_LENGTH,
    y2: y,
    stroke: color,
    'stroke-width': width,
    'stroke-dasharray': dash.length === 0 ? undefined : dash.join(' '),
  })
  switch (marker) {
    case 'none':
      return line
    case 'circle':
      return line + writeElement('circle', { cx: middle, cy: y, r: 3.5, ...paint })
    case 'square':
      return line + writeElement('rect', { x: middle - 3, y: y - 3, width: 6, height: 6, ...paint })
    case 'triangle': {
      const points = `${middle},${y - 4} ${middle + 4},${y + 3.5} ${middle - 4},${y + 3.5}`
      return line + writeElement('polygon', { points, ...paint })
    }
  }
}

// ---------- spread ----------

/** Own choices, in units of a 640-wide page: name, own value, strip, quarter. */
const SPREAD = {
  width: 640,
  name: 176,
  own: 222,
  from: 240,
  strip: 304,
  quarter: 562,
  row: 21,
  head: 46,
  foot: 10,
} as const
const HALF_DIAMOND = 5.5
const NAME_SIZE = 12

function drawSpread(benchmark: Benchmark): ChartPicture {
  const { width, from, strip, row, head, foot } = SPREAD
  const { rows, groupTitle } = benchmark
  const height = head + rows.length * row + foot
  const title = '与同类企业的分布比较'
  const description = describeSpreads(benchmark)
  const grounds = rows.map(({ depth }, at) =>
    depth < 2 ? writeElement('rect', { x: 0, y: head + at * row, width, height: row, fill: '#f4f6fa' }) : '',
  )
  const marks = [0.2, 0.4, 0.6, 0.8].map((share) => {
    const x = from + HALF_DIAMOND + share * (strip - 2 * HALF_DIAMOND)
    return writeElement('line', { x1: x, y1: head, x2: x, y2: height - foot, stroke: LINE, 'stroke-width': 0.5 })
  })
  const lines = rows.map((one, at) => writeSpreadRow(one, head + at * row))
  const content = [...grounds, ...marks, writeSpreadKey(), ...lines].join('')
  const svg = writePicture(width, height, `${title}：${groupTitle}`, description, content)
  return { name: 'spread', title, description, svg, width, height }
}

function writeSpreadKey(): string {
  const { from, strip, own, quarter, head, width } = SPREAD
  const soft = { size: 10, color: INK_SOFT } as const
  const y = 12
  const bar = (x: number, height: number, fill: string): string =>
    writeElement('rect', { x, y: y - height / 2, width: 24, height, fill })
  const samples: readonly { label: string; length: number; draw: (x: number) => string }[] = [
    {
      label: '本企业',
      length: 11,
      draw: (x) => writeElement('polygon', { points: drawDiamond(x + HALF_DIAMOND, y, HALF_DIAMOND), fill: BRAND }),
    },
    { label: '同类中位数', length: 2, draw: (x) => writeTick(x + 1, y) },
    { label: '中间一半企业', length: 24, draw: (x) => bar(x, 10, SPREAD_COLORS.inner) },
    { label: '中间八成企业', length: 24, draw: (x) => bar(x, 4, SPREAD_COLORS.outer) },
  ]
  let x = 0
  const key = samples.map(({ label, length, draw }) => {
    const written = draw(x) + writeText(label, x + length + 6, y, { size: 11, color: INK })
    x += length + 6 + measureText(label, 11) + 24
    return written
  })
  return [
    ...key,
    writeText('得分', own, head - 11, { ...soft, anchor: 'end' }),
    writeText('0', from, head - 11, soft),
    writeText('满分', from + strip, head - 11, { ...soft, anchor: 'end' }),
    writeText('所处位置', quarter, head - 11, soft),
    writeElement('line', { x1: 0, y1: head - 1, x2: width, y2: head - 1, stroke: LINE, 'stroke-width': 1 }),
  ].join('')
}

function writeTick(x: number, y: number): string {
  return writeElement('line', { x1: x, y1: y - 7, x2: x, y2: y + 7, stroke: INK, 'stroke-width': 2 })
}

function writeSpreadRow(one: BenchmarkRow, top: number): string {
  const { name, own, from, strip, quarter, row } = SPREAD
  const y = top + row / 2
  const isHead = one.depth < 2
  const marks = measureSpread(one, strip, HALF_DIAMOND)
  const indent = one.depth < 2 ? 0 : 14
  const bar = (part: { from: number; to: number }, height: number, fill: string): string =>
    writeElement('rect', { x: from + part.from, y: y - height / 2, width: part.to - part.from, height, fill })
  return [
    writeName(one.depth === 0 ? one.title : `${one.id} ${one.title}`, indent, y, name - indent, isHead),
    writeText(one.own.toFixed(2), own, y, { size: NAME_SIZE, color: INK, anchor: 'end', isBold: isHead }),
    bar(marks.axis, 1, LINE),
    bar(marks.outer, 4, SPREAD_COLORS.outer),
    bar(marks.inner, 10, SPREAD_COLORS.inner),
    writeTick(from + marks.median, y),
    writeElement('polygon', {
      points: drawDiamond(from + marks.own, y, HALF_DIAMOND),
      fill: BRAND,
      stroke: '#fff',
      'stroke-width': 1,
    }),
    writeText(one.standing.text, quarter, y, { size: 11, color: INK }),
  ].join('')
}

/** A name that does not fit stands on two smaller lines; what is longer still ends in an ellipsis (the table has it all). */
function writeName(text: string, x: number, y: number, width: number, isBold: boolean): string {
  if (measureText(text, NAME_SIZE) <= width) return writeText(text, x, y, { size: NAME_SIZE, color: INK, isBold })
  const size = 9
  const lines = ['', '']
  for (const character of text) {
    const line = measureText(lines[0]! + character, size) <= width && lines[1] === '' ? 0 : 1
    if (line === 1 && measureText(`${lines[1]!}${character}…`, size) > width) {
      lines[1] += '…'
      break
    }
    lines[line] += character
  }
  const look = { size, color: INK, isBold }
  return writeText(lines[0]!, x, y - 5, look) + writeText(lines[1]!, x, y + 5, look)
}
