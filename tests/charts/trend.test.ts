import { describe, expect, it } from 'vitest'
import { writeDrawing, type Drawing } from '#charts/drawing'
import { describeTrend, planTrend, type TrendSource } from '#charts/trend'

const SOURCE: TrendSource = {
  days: [
    { on: '2026-06-01', submitted: 0, planned: 5 },
    { on: '2026-06-02', submitted: 40, planned: 50 },
    { on: '2026-06-03', submitted: 60, planned: 80 },
  ],
  total: 100,
  asOf: '2026-06-03',
  deadlineOn: '2026-06-11',
}
const textsOf = ({ shapes }: Drawing): readonly (string | undefined)[] =>
  shapes.filter(({ name }) => name === 'text').map(({ text }) => text)
/** The points of the solid and of the dashed line. */
function linesOf({ shapes }: Drawing): readonly (readonly (readonly number[])[])[] {
  return shapes
    .filter(({ name }) => name === 'polyline')
    .map(({ attributes }) =>
      String(attributes['points'])
        .split(' ')
        .map((point) => point.split(',').map(Number)),
    )
}

describe('进度趋势图', () => {
  it('draws days evenly up to the deadline and firms from nothing to all', () => {
    const [plan, done] = linesOf(planTrend(SOURCE, 600))
    // From 52 to 584 are ten days; 260 high, from 230 up to 42 are 100 firms.
    expect(done).toEqual([
      [52, 230],
      [105.2, 154.8],
      [158.4, 117.2],
    ])
    expect(plan!.map(([, y]) => y)).toEqual([220.6, 136, 79.6])
  })

  it('names the last figure, the scale, the deadline and both lines', () => {
    const texts = textsOf(planTrend(SOURCE, 600))
    for (const word of ['60 家', '100', '50', '0', '截止 6月11日', '有效报送（累计）', '计划', '6月1日', '6月11日']) {
      expect(texts).toContain(word)
    }
  })

  it('the lines differ by more than their colour', () => {
    const dashes = planTrend(SOURCE, 600)
      .shapes.filter(({ name }) => name === 'polyline')
      .map(({ attributes }) => attributes['stroke-dasharray'])
    expect(dashes).toEqual(['7 4', undefined])
  })

  it.each([
    ['on plan', 50, 50, 100],
    ['a little behind', 48, 50, 100],
    ['a little ahead', 52, 50, 100],
    ['nothing yet', 0, 50, 100],
    ['13 of 14', 13, 13, 14],
    ['the last day, all done', 100, 100, 100],
  ])('no line runs through the words: %s', (_, submitted, planned, total) => {
    for (const width of [240, 600, 760]) {
      for (const share of [0.1, 0.5, 0.97, 1]) {
        const length = 80
        const today = Math.round(share * length)
        const on = (at: number): string => new Date(Date.UTC(2026, 9, 2 + at)).toISOString().slice(0, 10)
        const days = Array.from({ length: length + 1 }, (_day, at) => ({
          on: on(at),
          submitted: Math.round((submitted * Math.min(at, today)) / today),
          planned: Math.min(total, (planned * at) / today),
        }))
        const drawing = planTrend({ days, total, asOf: on(today), deadlineOn: on(length) }, width)
        const { shapes } = drawing
        // The box of every word, by its font size: half as high above and below the middle, 0.36 of it over the baseline.
        const boxes = shapes.flatMap(({ text, attributes }) => {
          if (text === undefined || !/^\d+ 家$|^截止/.test(text)) return []
          const size = Number(attributes['font-size'])
          const wide = Array.from(text).reduce((sum, sign) => sum + (sign > '\u2e80' ? size : size * 0.5), 0)
          const x = Number(attributes['x'])
          const left = attributes['text-anchor'] === 'middle' ? x - wide / 2 : x
          const middle = Number(attributes['y']) - size * 0.36
          return [{ text, left, right: left + wide, top: middle - size / 2, bottom: middle + size / 2 }]
        })
        expect(boxes).toHaveLength(2)
        const deadline = shapes.find(({ attributes }) => attributes['stroke-dasharray'] === '2 3')!.attributes
        const upright = ['1', '2'].map((end) => [Number(deadline[`x${end}`]), Number(deadline[`y${end}`])])
        const cut = [...linesOf(drawing), upright].flatMap((line) =>
          line.slice(1).flatMap(([x2, y2], at) => {
            const [x1, y1] = line[at]!
            const parts = Math.ceil(Math.hypot(x2! - x1!, y2! - y1!)) + 1
            return Array.from({ length: parts + 1 }, (_part, part) => part / parts).flatMap((part) => {
              const [x, y] = [x1! + (x2! - x1!) * part, y1! + (y2! - y1!) * part]
              return boxes.flatMap(({ text, left, right, top, bottom }) =>
                x > left && x < right && y > top && y < bottom ? [`${text} at ${share} of ${width}`] : [],
              )
            })
          }),
        )
        expect(cut).toEqual([])
        for (const { left, right } of boxes) {
          expect(left).toBeGreaterThanOrEqual(0)
          expect(right).toBeLessThanOrEqual(width)
        }
      }
    }
  })

  it('the words of the last figure have white behind them, not an outline that Word would fill', () => {
    const { svg } = writeDrawing('trend', planTrend(SOURCE, 600))
    expect(svg).toMatch(/<rect [^>]*fill="#fff"\/><circle [^>]*\/><text [^>]*>60 家<\/text>/)
    expect(svg).not.toContain('paint-order')
  })

  it('says the same in words', () => {
    expect(describeTrend(SOURCE)).toBe(
      '折线图：截至 6月3日，有效报送 60 家，应诊断 100 家，比计划少 20 家；截止日为 6月11日。',
    )
    expect(describeTrend({ ...SOURCE, days: [] })).toBe('折线图：截至 6月3日还没有进度数据。')
  })

  it.each([240, 358, 760])('stays inside a width of %i, dates apart from each other', (width) => {
    const days = Array.from({ length: 92 }, (_, at) => ({
      on: new Date(Date.UTC(2026, 5, 1 + at)).toISOString().slice(0, 10),
      submitted: at * 760,
      planned: at * 769,
    }))
    const drawing = planTrend({ days, total: 70_000, asOf: '2026-08-31', deadlineOn: '2026-08-31' }, width)
    const dates = drawing.shapes.flatMap(({ text, attributes }) =>
      /^\d+月\d+日$/.test(text ?? '') ? [Number(attributes['x'])] : [],
    )
    const sorted = [...dates].sort((a, b) => a - b)
    sorted.slice(1).forEach((x, at) => expect(x - sorted[at]!).toBeGreaterThan(28))
    for (const line of linesOf(drawing)) {
      for (const [x, y] of line) {
        expect(x).toBeLessThanOrEqual(width)
        expect(y).toBeGreaterThanOrEqual(30)
      }
    }
  })

  it('stands with one day, and with none', () => {
    expect(linesOf(planTrend({ ...SOURCE, days: SOURCE.days.slice(0, 1), asOf: '2026-06-01' }, 600))).toHaveLength(2)
    expect(linesOf(planTrend({ ...SOURCE, days: [] }, 600))).toHaveLength(0)
  })

  it('is a picture with attributes alone, its words inside', () => {
    const { svg, width, height } = writeDrawing('trend', planTrend(SOURCE, 600))
    expect([width, height]).toEqual([600, 260])
    expect(svg).not.toMatch(/style=|class=/)
    expect(svg).toMatch(/<title>有效报送进度<\/title><desc>折线图：/)
  })
})
