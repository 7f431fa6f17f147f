import { type ChartPicture } from '#charts/picture'
import { type Report } from '#core/diagnosis/report'
import { openFontBook, type FontBook, type FontSource } from './fonts.ts'
import { makePdf } from './makePdf.ts'
import { type MadePdf } from './pdf.ts'
import { COLORS, drawLadder, drawMarks, PAPER, writePicture, writeLines, type Look, type Node } from './pdfDesign.ts'
import { breakLines, shortenText } from './pdfLines.ts'
import { checkPdf } from './pdfText.ts'
import { Problem } from '#core/problems'

const MARGINS = [44, 36, 44, 34] as const
const WIDTH = PAPER.width - MARGINS[0] - MARGINS[2]
const GUTTER = 22
const HALF = (WIDTH - GUTTER) / 2
/** The radar gets more than half: its words are set for a whole page. */
const RADAR = 320
const BESIDE = WIDTH - GUTTER - RADAR

/**
 * 一页纸 — exactly one A4 page for the director: place and reason, the domains, peers, strengths, gaps, the cheapest way up. Long
 * names end in an ellipsis. `madeOn` is the calendar date. Read back before it is returned; refuses with `export.incomplete`.
 */
export async function buildOnePage(
  report: Report,
  charts: readonly ChartPicture[],
  madeOn: string,
  source: FontSource,
  onStep?: (step: 'set' | 'check') => void,
): Promise<MadePdf> {
  const book = openFontBook(await source.readMap())
  onStep?.('set')
  const page = drawPage(book, report, charts, madeOn)
  const firm = report.enterprise.name ?? '未填写企业名称'
  const bytes = await makePdf(
    {
      title: `${firm} 数字化转型诊断一页纸`,
      subject: report.stamp.title,
      keywords: listMarks(report).join('；'),
      madeOn,
      pageMargins: MARGINS,
      content: page.content,
      more: {
        background: () => ({ canvas: [{ type: 'rect', x: 0, y: 0, w: PAPER.width, h: 6, color: COLORS.brand }] }),
        footer: () => page.foot,
      },
    },
    book,
    source,
  )
  onStep?.('check')
  const pages = checkPdf(bytes, page.texts, book)
  if (pages.length !== 1) throw new Problem('export.incomplete', { missing: '只占一页的版面' })
  return { bytes, missing: [...book.missing] }
}

function listMarks({ isSample }: Report): readonly string[] {
  return ['自评参考', ...(isSample ? ['示例数据'] : [])]
}

function hasBold(book: FontBook, text: string): boolean {
  return book.splitRuns(text).every(({ file }) => file === undefined)
}

interface DrawnPage {
  readonly content: readonly Node[]
  readonly foot: Node
  readonly texts: readonly string[]
}

function drawPage(book: FontBook, report: Report, charts: readonly ChartPicture[], madeOn: string): DrawnPage {
  const { enterprise, headline, ladder, limits, stamp } = report
  const texts: string[] = []
  const write = (text: string, size: number, width: number, lines: number, look: Look = {}): Node => {
    const measure = { size, width, isBold: look.bold === true }
    const shown = shortenText(book, text, measure, lines)
    texts.push(shown)
    return writeLines(book, shown, measure, look)
  }
  const score = headline.scoreText === '' ? '暂无得分' : `总分 ${headline.scoreText} 分（满分 ${headline.scoreMax} 分）`
  const place = headline.place === '' ? score : headline.place
  const firm = enterprise.name ?? '未填写企业名称'
  const radar = charts.find(({ name }) => name === 'radarDomains')
  const heading = (text: string): Node =>
    write(text, 11, HALF, 1, { bold: true, color: COLORS.brandDark, margin: [0, 0, 0, 4] })
  const entry = (label: string, text: string, width = BESIDE): Node => ({
    margin: [0, 0, 0, 3],
    stack: [
      write(label, 9, width, 1, { bold: true }),
      ...(text === '' ? [] : [write(text, 8, width, 2, { color: COLORS.soft })]),
    ],
  })

  const nodes = report.comparisons[0]
  const strengths = (nodes?.strengths ?? []).slice(0, 3)
  const weak = (nodes?.gaps ?? []).slice(0, 5)
  const gaps = report.gaps.slice(0, 5)
  const raises = report.upgrade?.raises ?? []

  const left: Node[] = [
    heading('各方面得分'),
    ...(radar === undefined ? drawDomains(report, write) : [writePicture(book, radar, RADAR)]),
  ]
  const right: Node[] = [
    heading('强项'),
    ...(strengths.length === 0
      ? [write('没有明显高于自身平均水平的子域。', 9, BESIDE, 1, { color: COLORS.soft, margin: [0, 0, 0, 3] })]
      : strengths.map(({ row, distanceText }) =>
          entry(`${row.id} ${row.title}　${row.figureText}`, `比自身平均${distanceText}`),
        )),
    { text: '', margin: [0, 3, 0, 0], fontSize: 4 },
    heading(gaps.length > 0 ? '补齐后加分最多的短板' : '短板'),
    ...(gaps.length > 0
      ? gaps.map(({ row, target, brings }) =>
          entry(
            `${row.id} ${row.title}`,
            `现在 ${row.figureText}，目标 ${target.toFixed(2)}，总分约加 ${brings.toFixed(2)} 分`,
          ),
        )
      : weak.length > 0
        ? weak.map(({ row, distanceText }) =>
            entry(`${row.id} ${row.title}　${row.figureText}`, `比自身平均${distanceText}`),
          )
        : [write('没有明显低于自身平均水平的子域。', 9, BESIDE, 1, { color: COLORS.soft })]),
  ]

  const content: Node[] = [
    {
      columns: [
        { width: '*', ...write('数字化转型诊断一页纸', 9.5, WIDTH * 0.5, 1, { color: COLORS.soft }) },
        { width: 180, stack: [drawMarks(book, listMarks(report), 9)] },
      ],
    },
    // Rare characters have no bold shape: one light character in a bold name would look like an error.
    write(firm, 17, WIDTH, 1, { bold: hasBold(book, firm), margin: [0, 4, 0, 0] }),
    write(
      [headline.formLabel, enterprise.productionType, enterprise.creditCode]
        .filter((part) => part !== undefined)
        .join(' · '),
      8.5,
      WIDTH,
      1,
      { color: COLORS.soft },
    ),
    {
      margin: [0, 12, 0, 0],
      columnGap: GUTTER,
      columns: [
        {
          width: HALF,
          stack: [
            write(
              place,
              breakLines(book, place, { size: 36, width: HALF, isBold: true }).length === 1 ? 36 : 18,
              HALF,
              1,
              {
                bold: true,
                color: COLORS.brand,
                lineHeight: 0.9,
              },
            ),
            ...(headline.levelName === '' ? [] : [write(headline.levelName, 13, HALF, 1, { bold: true })]),
            ...(headline.place === '' ? [] : [write(score, 10, HALF, 1, { color: COLORS.soft })]),
          ],
        },
        ...(ladder.length === 0
          ? []
          : [{ width: HALF, ...writePicture(book, drawLadder(book, ladder, HALF, 92), HALF) }]),
      ],
    },
    {
      margin: [0, 10, 0, 12],
      table: { widths: [WIDTH - 23], body: [[write(limits.sentence, 9.5, WIDTH - 24, 3)]] },
      layout: BOX,
    },
    {
      columnGap: GUTTER,
      columns: [
        { width: RADAR, stack: left },
        { width: BESIDE, stack: right },
      ],
    },
    {
      margin: [0, 8, 0, 0],
      columnGap: GUTTER,
      columns: [
        {
          width: HALF,
          stack: [
            heading(report.upgrade === undefined ? '怎样再往上走' : `最省力的提档路径：到${report.upgrade.place}`),
            ...drawWay(report, raises, write),
          ],
        },
        {
          width: HALF,
          stack: [
            heading('与同类企业相比'),
            ...drawPeers(report, write),
            { text: '', fontSize: 5 },
            heading('线下诊断'),
            write(tellVisit(report), 9, HALF, 3),
          ],
        },
      ],
    },
  ]
  const stampText = `${stamp.title}　${stamp.id} ${stamp.version}　校验码 ${stamp.shortDigest}　识档 ${stamp.engine}　${madeOn}`
  const foot: Node = {
    margin: [MARGINS[0], 0, MARGINS[2], 0],
    stack: [
      {
        canvas: [{ type: 'line', x1: 0, y1: 0, x2: WIDTH, y2: 0, lineWidth: 0.5, lineColor: COLORS.line }],
        margin: [0, 0, 0, 3],
      },
      write(report.standing.statement, 7.5, WIDTH, 1, { color: COLORS.soft }),
      write(stampText, 7.5, WIDTH, 1, { color: COLORS.soft }),
    ],
  }
  return { content, foot, texts }
}

type Write = (text: string, size: number, width: number, lines: number, look?: Look) => Node

function drawDomains({ domains }: Report, write: Write): readonly Node[] {
  return domains
    .slice(0, 8)
    .map((row) => write(`${row.id} ${row.title}　${row.figureText} / ${row.max}`, 9, HALF, 1, { margin: [0, 0, 0, 3] }))
}

const MOST_RAISES = 6

function drawWay(report: Report, raises: NonNullable<Report['upgrade']>['raises'], write: Write): readonly Node[] {
  if (report.upgrade === undefined) return report.upgradeRemark === '' ? [] : [write(report.upgradeRemark, 9, HALF, 3)]
  const shown = raises.slice(0, MOST_RAISES)
  const more = raises.length - shown.length
  return [
    write(report.upgrade.summary, 8.5, HALF, 3, { color: COLORS.soft, margin: [0, 0, 0, 3] }),
    ...shown.map(({ id, title, toText }) => write(`${id} ${title} → ${toText}`, 9, HALF, 1, { margin: [0, 0, 0, 2] })),
    ...(more > 0 ? [write(`另有 ${more} 项，见完整报告。`, 8.5, HALF, 1, { color: COLORS.soft })] : []),
  ]
}

function drawPeers({ benchmark, benchmarkRemark }: Report, write: Write): readonly Node[] {
  if (benchmark === undefined) return [write(benchmarkRemark, 9, HALF, 3, { color: COLORS.soft })]
  return [
    write(benchmark.sentence, 9, HALF, 4),
    write(`数据日期 ${benchmark.asOf}；来源：${benchmark.source}`, 8, HALF, 2, { color: COLORS.soft }),
  ]
}

function tellVisit({ visit }: Report): string {
  return visit === undefined ? '按本问卷的规则，目前的结果不安排线下诊断。' : visit.sentence
}

const BOX = {
  hLineWidth: () => 0,
  vLineWidth: (at: number) => (at === 0 ? 3 : 0),
  vLineColor: () => COLORS.brand,
  fillColor: () => COLORS.brandSoft,
  paddingLeft: () => 10,
  paddingRight: () => 10,
  paddingTop: () => 6,
  paddingBottom: () => 6,
}
