import { type ChartPicture } from '#charts/picture'
import { openFontBook, type FontBook, type FontSource } from './fonts.ts'
import { makePdf } from './makePdf.ts'
import { type Outline, type OutlineBlock, type OutlineColumn } from './outline.ts'
import {
  COLORS,
  drawLadder,
  drawMarks,
  PAPER,
  writeLines,
  writePicture,
  writeRuns,
  writeText,
  type Look,
  type Node,
} from './pdfDesign.ts'
import { breakLines, shortenText, type Measure } from './pdfLines.ts'
import { checkPdf } from './pdfText.ts'

/** 做好的 PDF — and the characters that no font has, which stand in it as visible codes. */
export interface MadePdf {
  readonly bytes: Uint8Array
  readonly missing: readonly string[]
}

const MARGINS = [56, 74, 56, 62] as const
const WIDTH = PAPER.width - MARGINS[0] - MARGINS[2]
const BOTTOM = PAPER.height - MARGINS[3]

/** Sizes of text and the height of one line of it, with the font's own leading. */
const SIZE: Readonly<Record<'heading1' | 'heading2' | 'body' | 'table' | 'caption', number>> = {
  heading1: 15,
  heading2: 11.5,
  body: 10,
  table: 8.5,
  caption: 8.5,
}
const LEADING = 1.448 * 1.08
const CELL = { x: 5, y: 3.4 } as const

/**
 * 诊断报告 PDF — an outline as A4 pages: cover, contents with page numbers, vector charts, tables whose heads repeat. `madeOn` is
 * the calendar date 2026-11-21. Read back before it is returned; refuses with `export.incomplete`.
 */
export async function buildPdf(
  outline: Outline,
  madeOn: string,
  source: FontSource,
  onStep?: (step: 'set' | 'check') => void,
): Promise<MadePdf> {
  const book = openFontBook(await source.readMap())
  onStep?.('set')
  const { title, enterprise, edition, marks, blocks } = outline
  const groups = groupBlocks(book, blocks)
  const needs = new Map(
    groups.flatMap(({ from, need }) => (need === undefined ? [] : [[nameBlock(from), need] as const])),
  )
  const bytes = await makePdf(
    {
      title: `${enterprise} ${title}`,
      subject: edition,
      keywords: marks.join('；'),
      madeOn,
      pageMargins: MARGINS,
      content: [
        ...drawCover(book, outline, madeOn),
        ...drawContents(book, blocks),
        ...keepTogether(drawBlocks(book, blocks), groups),
      ],
      more: {
        header: (page: number) => (page === 1 ? undefined : drawHeader(book, outline)),
        footer: (page: number, pages: number) => (page === 1 ? undefined : drawFooter(book, outline, page, pages)),
        background: (page: number) => (page === 1 ? drawCoverGround() : undefined),
        pageBreakBefore: ({ id, startPosition }: PlacedNode) =>
          id !== undefined &&
          needs.has(id) &&
          startPosition.top > MARGINS[1] + 8 &&
          startPosition.top + needs.get(id)! > BOTTOM,
      },
    },
    book,
    source,
  )
  onStep?.('check')
  checkPdf(bytes, listTexts(outline), book)
  return { bytes, missing: [...book.missing] }
}

interface PlacedNode {
  readonly id?: string
  readonly startPosition: { readonly top: number }
}

/** 提纲的全部文字 — all that the document must hold; words inside charts are part of the picture. */
function listTexts({
  title,
  enterprise,
  edition,
  marks,
  place,
  levelName,
  scoreText,
  cover,
  blocks,
}: Outline): readonly string[] {
  return [
    title,
    enterprise,
    edition,
    ...marks,
    place,
    levelName,
    scoreText,
    ...cover.flatMap(({ label, text }) => [label, text]),
    ...blocks.flatMap((block): readonly string[] => {
      switch (block.kind) {
        case 'heading':
        case 'paragraph':
          return [block.text]
        case 'list':
          return block.items
        case 'table':
          return [...block.columns.map(({ title: column }) => column), ...block.rows.flatMap(({ cells }) => cells)]
        case 'chart':
          return [block.picture.title]
      }
    }),
  ]
}

// ---------- keeping together ----------

const lineHeight = (size: number): number => size * LEADING
/** Estimated heights err by some points. */
const SLACK = 8
const GAP: Readonly<Record<'heading1' | 'heading2' | 'paragraph' | 'table' | 'chart', number>> = {
  heading1: 26,
  heading2: 14,
  paragraph: 6,
  table: 12,
  chart: 8,
}

/** Blocks that belong on one page, first to last; `need` is set when the last of them is a table too long for that. */
interface Group {
  readonly from: number
  readonly to: number
  readonly need?: number
}

const MOST_LEAD = 240
const MOST_TOGETHER = 620

/**
 * A heading stands with its first words or figure, an introduction with what it introduces, a chart whole. What ends in a long
 * table asks for room for the table's first rows instead.
 */
function groupBlocks(book: FontBook, blocks: readonly OutlineBlock[]): readonly Group[] {
  const groups: Group[] = []
  let from = 0
  while (from < blocks.length) {
    let to = from
    let height = 0
    while (leads(blocks, from, to) && height + measureBlock(book, blocks[to]!) < MOST_LEAD) {
      height += measureBlock(book, blocks[to]!)
      to += 1
    }
    const last = blocks[to]!
    const whole = height + measureBlock(book, last)
    const isLong = last.kind === 'table' && !isKept(book, last)
    if (isLong) groups.push({ from, to, need: height + measureStart(book, last) + SLACK })
    else groups.push(whole < MOST_TOGETHER ? { from, to } : { from, to, need: Math.min(whole, (3 * MOST_LEAD) / 2) })
    from = to + 1
  }
  return groups
}

/** Whether a block is nothing without the next one: headings, and paragraphs under them or before a figure. */
function leads(blocks: readonly OutlineBlock[], from: number, at: number): boolean {
  const next = blocks[at + 1]
  const block = blocks[at]!
  if (next === undefined) return false
  if (block.kind === 'heading') return true
  if (block.kind !== 'paragraph') return false
  if (isFigure(next)) return true
  const target = blocks.slice(at + 1).find(({ kind }) => kind !== 'paragraph')
  return blocks[from]!.kind === 'heading' && next.kind === 'paragraph' && target !== undefined && isFigure(target)
}

function isFigure({ kind }: OutlineBlock): boolean {
  return kind === 'table' || kind === 'chart' || kind === 'list'
}

function measureBlock(book: FontBook, block: OutlineBlock): number {
  switch (block.kind) {
    case 'heading':
      return block.level === 1
        ? GAP.heading1 + lineHeight(SIZE.heading1) + 10
        : GAP.heading2 + lineHeight(SIZE.heading2) + 6
    case 'paragraph': {
      const measure = PARAGRAPHS[block.tone]
      return breakLines(book, block.text, measure).length * lineHeight(measure.size) + GAP.paragraph
    }
    case 'list':
      return block.items.reduce(
        (sum, item) => sum + breakLines(book, item, LIST).length * lineHeight(SIZE.body) + 3,
        GAP.paragraph,
      )
    case 'table':
      return measureRows(book, block, block.rows.length) + GAP.table
    case 'chart':
      return chartSize(block.picture).height + lineHeight(SIZE.caption) + 2 * GAP.chart
  }
}

/** The head of a table and its first two rows. */
function measureStart(book: FontBook, block: TableBlock): number {
  return measureRows(book, block, 2)
}

type TableBlock = OutlineBlock & { readonly kind: 'table' }

function measureRows(book: FontBook, { columns, rows }: TableBlock, most: number): number {
  const widths = widthsOf(columns)
  const lines = [columns.map(({ title }) => title), ...rows.slice(0, most).map(({ cells }) => cells)]
  return lines.reduce((sum, cells) => sum + measureRow(book, cells, widths), 0)
}

/** A short table is not worth a break; a long one, or one of a few tall rows, may have it. */
function isKept(book: FontBook, block: TableBlock): boolean {
  return block.rows.length <= 12 && measureRows(book, block, block.rows.length) < 260
}

const nameBlock = (at: number): string => `block${at}`

function widthsOf(columns: readonly OutlineColumn[]): readonly number[] {
  const whole = columns.reduce((sum, { width }) => sum + width, 0)
  return columns.map(({ width }) => (WIDTH * width) / whole - 2 * CELL.x)
}

function measureRow(book: FontBook, cells: readonly string[], widths: readonly number[]): number {
  const lines = Math.max(
    ...widths.map((width, at) => breakLines(book, cells[at] ?? '', { size: SIZE.table, width }).length),
  )
  return lines * lineHeight(SIZE.table) + 2 * CELL.y
}

// ---------- blocks ----------

function keepTogether(nodes: readonly Node[], groups: readonly Group[]): readonly Node[] {
  return groups.flatMap(({ from, to, need }) => {
    const members = nodes.slice(from, to + 1)
    return need === undefined && members.length > 0 ? [{ unbreakable: true, stack: members }] : members
  })
}

function drawBlocks(book: FontBook, blocks: readonly OutlineBlock[]): readonly Node[] {
  const counts = { first: 0, second: 0 }
  return blocks.map((block, at) => {
    const id = nameBlock(at)
    switch (block.kind) {
      case 'heading': {
        if (block.level === 1) {
          counts.first += 1
          counts.second = 0
          return drawHeading(book, block.text, `${counts.first}`, 1, id)
        }
        counts.second += 1
        return drawHeading(book, block.text, `${counts.first}.${counts.second}`, 2, id)
      }
      case 'paragraph':
        return writeLines(book, block.text, PARAGRAPHS[block.tone], {
          id,
          color: block.tone === 'soft' ? COLORS.soft : COLORS.ink,
          margin: [0, 0, 0, GAP.paragraph],
        })
      case 'list':
        return drawList(book, block.items, block.isOrdered)
      case 'table':
        return drawTable(book, block)
      case 'chart': {
        const { width } = chartSize(block.picture)
        // The title carries the identity: a text may be sent to the next page, a picture would be lost on the way.
        return {
          margin: [0, GAP.chart, 0, GAP.chart],
          stack: [
            writeText(book, block.picture.title, { id, ...CAPTION, margin: [0, 0, 0, 4] }),
            { ...writePicture(book, block.picture, width), alignment: 'center' },
          ],
        }
      }
    }
  })
}

const PARAGRAPHS: Readonly<Record<'plain' | 'soft' | 'strong', Measure>> = {
  plain: { size: SIZE.body, width: WIDTH },
  soft: { size: 9, width: WIDTH },
  strong: { size: 11, width: WIDTH, isBold: true },
}
const MARKER = 16
const LIST: Measure = { size: SIZE.body, width: WIDTH - MARKER }

const CAPTION: Look = { fontSize: SIZE.caption, color: COLORS.soft, alignment: 'center' }

/** The number in blue before the first line; it carries the identity that contents and page breaks ask for. */
function drawHeading(book: FontBook, text: string, number: string, level: 1 | 2, id: string): Node {
  const size = level === 1 ? SIZE.heading1 : SIZE.heading2
  const [first, ...others] = breakLines(book, text, { size, width: WIDTH - 3.5 * size, isBold: true })
  const mark = { text: `${number}　`, color: COLORS.brand, noWrap: true }
  const entry = level === 1 ? { outline: true, outlineText: `${number} ${book.showText(text)}` } : {}
  return {
    fontSize: size,
    bold: true,
    margin: level === 1 ? [0, GAP.heading1, 0, 10] : [0, GAP.heading2, 0, 6],
    stack: [
      { id, ...entry, text: [mark, ...writeRuns(book, first ?? '', { noWrap: true })] },
      ...others.map((line) => ({ text: writeRuns(book, line, { noWrap: true }) })),
    ],
  }
}

function drawList(book: FontBook, items: readonly string[], isOrdered: boolean): Node {
  return {
    margin: [0, 2, 0, GAP.paragraph],
    stack: items.map((item, at) => ({
      margin: [0, 0, 0, 3],
      columns: [
        {
          width: MARKER,
          text: isOrdered ? `${at + 1}.` : '·',
          bold: true,
          alignment: 'center',
          color: COLORS.brand,
          fontSize: SIZE.body,
        },
        writeLines(book, item, LIST, { width: LIST.width }),
      ],
    })),
  }
}

/** Own choice: a radar at its reading size, strips as wide as the page; whatever is higher gives way so that a page holds it. */
function chartSize({ name, width, height }: ChartPicture): {
  width: number
  height: number
} {
  const most = BOTTOM - MARGINS[1] - 60
  const drawn = Math.min(WIDTH, name === 'spread' ? WIDTH : width * 0.66, (most * width) / height)
  return { width: drawn, height: (height * drawn) / width }
}

const INDENT = 10

function drawTable(book: FontBook, { columns, rows }: TableBlock): Node {
  const widths = widthsOf(columns)
  const measureOf = (at: number, isBold: boolean, indent = 0): Measure => ({
    size: SIZE.table,
    width: widths[at]! - indent,
    isBold,
  })
  const head = columns.map(({ title, align }, at) =>
    writeLines(book, title, measureOf(at, true), {
      alignment: align,
      color: COLORS.brandDark,
      fillColor: COLORS.brandSoft,
    }),
  )
  const body = rows.map(({ cells, depth, isStrong }) =>
    columns.map(({ align }, at) => {
      const indent = at === 0 ? depth * INDENT : 0
      return writeLines(book, cells[at] ?? '', measureOf(at, isStrong, indent), {
        alignment: align,
        ...(isStrong ? { fillColor: COLORS.ground } : {}),
        ...(indent > 0 ? { margin: [indent, 0, 0, 0] } : {}),
      })
    }),
  )
  return {
    margin: [0, 4, 0, GAP.table],
    table: { headerRows: 1, keepWithHeaderRows: 1, dontBreakRows: true, widths, body: [head, ...body] },
    layout: TABLE_LAYOUT,
  }
}

const TABLE_LAYOUT = {
  hLineWidth: (at: number, { table }: { table: { body: readonly unknown[] } }) =>
    at === 0 ? 0 : at === 1 || at === table.body.length ? 0.75 : 0.5,
  vLineWidth: () => 0,
  hLineColor: (at: number, { table }: { table: { body: readonly unknown[] } }) =>
    at === 1 ? COLORS.brandLine : at === table.body.length ? COLORS.lineStrong : COLORS.line,
  paddingLeft: () => CELL.x,
  paddingRight: () => CELL.x,
  paddingTop: () => CELL.y,
  paddingBottom: () => CELL.y,
}

// ---------- cover, contents, page heads ----------

function drawCoverGround(): Node {
  return { canvas: [{ type: 'rect', x: 0, y: 0, w: PAPER.width, h: 10, color: COLORS.brand }] }
}

function drawCover(book: FontBook, outline: Outline, madeOn: string): readonly Node[] {
  const { title, enterprise, place, levelName, scoreText, ladder, marks, cover } = outline
  const linesAt = (text: string, size: number, width = WIDTH): number => breakLines(book, text, { size, width }).length
  const nameSize = linesAt(enterprise, 19) === 1 ? 19 : linesAt(enterprise, 15) <= 3 ? 15 : 11
  const placeSize = linesAt(place, 54, WIDTH * 0.62) === 1 ? 54 : linesAt(place, 30) === 1 ? 30 : 22
  return [
    drawMarks(book, marks, 10),
    writeText(book, title, { fontSize: 30, bold: true, margin: [0, 64, 0, 8] }),
    writeLines(book, enterprise, { size: nameSize, width: WIDTH }, { color: COLORS.soft }),
    {
      canvas: [{ type: 'line', x1: 0, y1: 0, x2: 56, y2: 0, lineWidth: 3, lineColor: COLORS.brand }],
      margin: [0, 26, 0, 26],
    },
    {
      text: [
        ...writeRuns(book, place, { fontSize: placeSize, bold: true, color: COLORS.brand }),
        ...(levelName === ''
          ? []
          : [{ text: '　', fontSize: 16 }, ...writeRuns(book, levelName, { fontSize: 20, bold: true })]),
      ],
      lineHeight: 0.95,
    },
    ...(scoreText === ''
      ? []
      : [writeText(book, scoreText, { fontSize: 13, color: COLORS.soft, margin: [0, 2, 0, 0] })]),
    ...(ladder === undefined
      ? []
      : [{ ...writePicture(book, drawLadder(book, ladder, WIDTH, 150), WIDTH), margin: [0, 26, 0, 0] }]),
    drawCoverFacts(book, [...cover, { label: '制作日期', text: formatDate(madeOn) }]),
  ]
}

/** The facts stand at the foot of the cover, however much is above them. */
function drawCoverFacts(book: FontBook, facts: Outline['cover']): Node {
  const width = WIDTH - 100
  const height = facts.reduce(
    (sum, { text }) => sum + breakLines(book, text, { size: SIZE.body, width }).length * lineHeight(10) + 7,
    0,
  )
  return {
    absolutePosition: { x: MARGINS[0], y: BOTTOM - height },
    table: {
      widths: [100, width],
      body: facts.map(({ label, text }) => [
        writeText(book, label, { color: COLORS.soft }),
        writeLines(book, text, { size: SIZE.body, width }),
      ]),
    },
    layout: {
      hLineWidth: () => 0.5,
      vLineWidth: () => 0,
      hLineColor: () => COLORS.line,
      paddingLeft: () => 0,
      paddingRight: () => 0,
      paddingTop: () => 3,
      paddingBottom: () => 3,
    },
  }
}

function formatDate(day: string): string {
  const [year, month, date] = day.split('-').map(Number)
  return `${year} 年 ${month} 月 ${date} 日`
}

function drawContents(book: FontBook, blocks: readonly OutlineBlock[]): readonly Node[] {
  const sections = blocks.flatMap((block, at) =>
    block.kind === 'heading' && block.level === 1 ? [{ text: block.text, id: nameBlock(at) }] : [],
  )
  if (sections.length === 0) return [{ text: '', pageBreak: 'after' }]
  return [
    { text: '目录', fontSize: SIZE.heading1, bold: true, pageBreak: 'before', margin: [0, 0, 0, 8] },
    {
      margin: [0, 0, 0, 8],
      table: {
        widths: [24, '*', 40],
        body: sections.map(({ text, id }, at) => [
          { text: String(at + 1), color: COLORS.brand, bold: true },
          writeText(book, text, { linkToDestination: id }),
          { pageReference: id, alignment: 'right', color: COLORS.soft },
        ]),
      },
      layout: {
        hLineWidth: (at: number) => (at === 0 ? 0 : 0.5),
        vLineWidth: () => 0,
        hLineColor: () => COLORS.line,
        paddingLeft: () => 0,
        paddingRight: () => 0,
        paddingTop: () => 4,
        paddingBottom: () => 4,
      },
    },
  ]
}

const RUNNING: Look = { fontSize: 8.5, color: COLORS.soft }

function drawHeader(book: FontBook, { enterprise, edition }: Outline): Node {
  return {
    margin: [MARGINS[0], 34, MARGINS[2], 0],
    stack: [
      {
        columns: [
          writeText(book, shortenText(book, enterprise, { size: 8.5, width: WIDTH * 0.5 }), { ...RUNNING, width: '*' }),
          writeText(book, shortenText(book, edition, { size: 8.5, width: WIDTH * 0.46 }), {
            ...RUNNING,
            width: 'auto',
            alignment: 'right',
          }),
        ],
      },
      {
        canvas: [{ type: 'line', x1: 0, y1: 0, x2: WIDTH, y2: 0, lineWidth: 0.5, lineColor: COLORS.line }],
        margin: [0, 5, 0, 0],
      },
    ],
  }
}

function drawFooter(book: FontBook, { marks }: Outline, page: number, pages: number): Node {
  return {
    margin: [MARGINS[0], 22, MARGINS[2], 0],
    columns: [
      writeText(book, marks.join(' · '), { ...RUNNING, width: '*' }),
      { ...RUNNING, text: `第 ${page} 页 共 ${pages} 页`, width: 'auto', alignment: 'right' },
    ],
  }
}
