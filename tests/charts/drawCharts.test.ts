import { describe, expect, it } from 'vitest'
import { drawReportCharts } from '#charts/drawCharts'
import { type ChartPicture } from '#charts/picture'
import { listRadarPanels } from '#charts/radarPanels'
import { buildReport, type Report, type ReportSource } from '#core/diagnosis/report'
import { answersAtLevel, loadGuangxi, makeEdition, scoreSheet, tiersUpTo } from '../support/build.ts'
import { makeBenchmark } from '../support/madeUpBenchmark.ts'

const guangxi = loadGuangxi()
const discrete = { productionType: guangxi.scoring.productionTypes![0]!.id }

function reportOf(change: Partial<ReportSource> = {}): Report {
  const answers = answersAtLevel(guangxi, 2.5, discrete.productionType)
  const sheet = scoreSheet(guangxi, answers, discrete)
  const stamp = { id: guangxi.id, version: guangxi.version, digest: 'ab'.repeat(32), engine: '0.1.0' }
  const source: ReportSource = { edition: guangxi, sheet, form: 'full', stamp, ...change }
  return buildReport(source)
}
function withPeers(): Report {
  const plain = reportOf()
  return reportOf({ benchmark: makeBenchmark(plain) })
}

interface Label {
  readonly text: string
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}
/** An own reading of the drawing: where each line of text stands, a Chinese character as wide as it is high. */
function listLabels({ svg }: ChartPicture): Label[] {
  return [...svg.matchAll(/<text([^>]*)>([^<]*)<\/text>/g)].map(([, attributes, written]) => {
    const text = written!.replace(/&lt;/g, '<').replace(/&gt;/g, '>')
    const read = (name: string): number => Number(new RegExp(` ${name}="([-\\d.]+)"`).exec(attributes!)?.[1] ?? 0)
    const shift = /translate\(([-\d.]+)[ ,]([-\d.]+)\)/.exec(attributes!)
    const size = read('font-size')
    const width = Array.from(text).reduce((sum, character) => sum + (character > '\u2e80' ? 1 : 0.6) * size, 0)
    const x = read('x') + Number(shift?.[1] ?? 0)
    const baseline = read('y') + Number(shift?.[2] ?? 0)
    const anchor = / text-anchor="(\w+)"/.exec(attributes!)?.[1]
    const left = anchor === 'middle' ? x - width / 2 : anchor === 'end' ? x - width : x
    return { text, left, right: left + width, top: baseline - 0.85 * size, bottom: baseline + 0.12 * size }
  })
}

describe('the pictures for documents', () => {
  it('are both radars, and the spread when there is a benchmark', () => {
    expect(drawReportCharts(reportOf()).map(({ name }) => name)).toEqual(['radarDomains', 'radarSubdomains'])
    expect(drawReportCharts(withPeers()).map(({ name }) => name)).toEqual(['radarDomains', 'radarSubdomains', 'spread'])
  })

  it('carry their size and words, and nothing but presentation attributes', () => {
    for (const { svg, width, height, title, description } of drawReportCharts(withPeers())) {
      expect(svg.startsWith(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"`)).toBe(true)
      expect(svg).toContain(`<title>${title}`)
      expect(svg).toContain(`<desc>${description}</desc>`)
      expect(svg).not.toMatch(/<style| style=| class=|dominant-baseline|ecmeta|undefined|NaN/)
      for (const [text] of svg.matchAll(/<text[^>]*>/g)) expect(text).toContain('font-family="NotoSansSC,')
      const opened = [...svg.matchAll(/<[a-z]+(?: [^>]*[^/])?>/g)].length
      expect(opened).toBe([...svg.matchAll(/<\/[a-z]+>/g)].length)
    }
  })

  it('have no text beyond their edge and none over another', () => {
    for (const picture of drawReportCharts(withPeers())) {
      const labels = listLabels(picture)
      expect(labels.length).toBeGreaterThan(5)
      for (const label of labels) {
        expect(label.left, label.text).toBeGreaterThanOrEqual(0)
        expect(label.right, label.text).toBeLessThanOrEqual(picture.width)
        expect(label.top, label.text).toBeGreaterThanOrEqual(0)
        expect(label.bottom, label.text).toBeLessThanOrEqual(picture.height)
        const covered = labels.find(
          (other) =>
            other !== label &&
            other.left < label.right &&
            label.left < other.right &&
            other.top < label.bottom &&
            label.top < other.bottom,
        )
        expect(covered, `${label.text} over ${covered?.text}`).toBeUndefined()
      }
    }
  })

  it('put the firm where its values are: half of the way out when every item is worth 2.5 of 5', () => {
    // By hand: centre (280, 202), radius 150; the first of five axes points up, 2.5 / 5 of 150 is 75.
    const [domains] = drawReportCharts(reportOf())
    expect(domains!.svg).toMatch(/<polyline points="280 127 [^"]*" fill="none" stroke="#0f52ba"/)
  })

  it('name all 22 sub-domains and every line', () => {
    const [domains, subdomains] = drawReportCharts(withPeers())
    const texts = listLabels(subdomains!).map(({ text }) => text)
    for (const { id, title } of withPeers().subdomains) expect(texts).toContain(`${id} ${title}`)
    for (const picture of [domains!, subdomains!]) {
      const found = listLabels(picture).map(({ text }) => text)
      expect(found).toEqual(expect.arrayContaining(['本企业', '同类中位数', '同类上四分位']))
    }
  })

  it('have one row of spread for every row of the benchmark, with its standing in words', () => {
    const report = withPeers()
    const picture = drawReportCharts(report)[2]!
    expect([...picture.svg.matchAll(/<polygon/g)]).toHaveLength(report.benchmark!.rows.length + 1) // and the key
    const texts = listLabels(picture).map(({ text }) => text)
    for (const { standing } of report.benchmark!.rows) expect(texts).toContain(standing.text)
    expect(picture.description).toContain(`${report.benchmark!.n} 家企业`)
  })

  it('keep a long title within its column', () => {
    const report = withPeers()
    const rows = report.benchmark!.rows.map((row) => ({
      ...row,
      title: '面向全产业链上下游的业务协同与数据共享<能力>建设情况'.repeat(2),
    }))
    const picture = drawReportCharts({ ...report, benchmark: { ...report.benchmark!, rows } })[2]!
    for (const { left, right, text } of listLabels(picture))
      if (left < 20 && text.length > 9) expect(right).toBeLessThan(190)
    expect(picture.svg).not.toContain('<能力>')
  })

  it('say when the group lacks an axis, and then draw no group', () => {
    const report = withPeers()
    const rows = report.benchmark!.rows.filter(({ id }) => id !== report.domains[0]!.id)
    const [panel] = listRadarPanels({ ...report, benchmark: { ...report.benchmark!, rows } })
    expect(panel!.overlays).toEqual([])
    expect(panel!.description).toContain('同类组不是每个域都有数据，图上不画同类组。')
  })

  it('are none for an edition without domains', () => {
    const edition = makeEdition({
      tree: { id: 'total', items: ['A', 'B'] },
      grading: { kind: 'tiers', tiers: tiersUpTo(2, 5) },
      levels: 2,
    })
    const sheet = scoreSheet(edition, { A: 2, B: 3 })
    expect(drawReportCharts(reportOf({ edition, sheet }))).toEqual([])
  })
})
