import { type ChartPicture } from '#charts/picture'
import { type FontBook } from './fonts.ts'
import { isSentence, type OutlineBlock } from './outline.ts'
import { COLORS, PAPER, writeLine, writePicture, writeRuns, writeText, type Look, type Node } from './pdfDesign.ts'
import { breakLines, type Measure } from './pdfLines.ts'
import { fillPages, type Piece, type PlacedPiece } from './pdfPages.ts'

// Blocks of an outline as pieces of known height, and the pieces of a page as nodes of pdfmake. Lengths are points.

export const MARGINS = [56, 74, 56, 62] as const
export const WIDTH = PAPER.width - MARGINS[0] - MARGINS[2]
export const BOTTOM = PAPER.height - MARGINS[3]

/** Sizes of text and the height of one line of it, with the font's own leading. */
export const SIZE: Readonly<Record<'heading1' | 'heading2' | 'body' | 'table' | 'caption', number>> = {
  heading1: 15,
  heading2: 11.5,
  body: 10,
  table: 8.5,
  caption: 8.5,
}
const LEADING = 1.448 * 1.08
export const lineHeight = (size: number): number => size * LEADING

const GAP = { heading1: 26, heading2: 14, chart: 6, table: 4, beside: 14 } as const
const AFTER = { heading1: 10, heading2: 6, paragraph: 6, item: 3, list: 6, chart: 10, table: 12 } as const
const CELL = { x: 5, y: 3.4 } as const
const RULE = 0.5
const INDENT = 10
const MARKER = 16

const PARAGRAPHS: Readonly<Record<'plain' | 'soft' | 'strong', Measure>> = {
  plain: { size: SIZE.body, width: WIDTH },
  soft: { size: 9, width: WIDTH },
  strong: { size: SIZE.body, width: WIDTH, isBold: true },
}
const LIST: Measure = { size: SIZE.body, width: WIDTH - MARKER }

/** Sums of floating-point heights must not break a page that is exactly full. */
const SLACK = 2

/**
 * 正文各页 — the blocks on pages, each page opened by a break; `begun` is what the first page holds already. Where everything
 * stands is settled here by the widths of the fonts, so that pdfmake sets every page once and moves nothing.
 */
export function drawBlocks(book: FontBook, blocks: readonly OutlineBlock[], begun: number): readonly Node[] {
  const parts = tie(joinBeside(book, numberHeadings(blocks)).map((block) => measurePart(book, block)))
  const pieces = parts.flatMap((part) => part.pieces)
  const owners = parts.flatMap((part) => part.pieces.map((_, at) => ({ part, at })))
  return fillPages(pieces, BOTTOM - MARGINS[1] - SLACK, begun).flatMap((page, number) => {
    const nodes: Node[] = []
    for (let from = 0; from < page.length;) {
      const { part } = owners[page[from]!.at]!
      let to = from + 1
      while (to < page.length && owners[page[to]!.at]!.part === part) to += 1
      nodes.push(part.draw(page.slice(from, to), owners[page[from]!.at]!.at))
      from = to
    }
    const [first, ...others] = nodes
    return first === undefined ? [] : [number === 0 ? first : { ...first, pageBreak: 'before' }, ...others]
  })
}

/** The destination of a section, for the contents. */
export const nameSection = (number: number): string => `s${number}`

// ---------- parts ----------

type TableBlock = OutlineBlock & { readonly kind: 'table' }
type ChartBlock = OutlineBlock & { readonly kind: 'chart' }
type HeadingBlock = OutlineBlock & { readonly kind: 'heading' }
/** A block as it is set: headings with their number, a picture beside a small table. */
type SetBlock =
  | Exclude<OutlineBlock, HeadingBlock>
  | (HeadingBlock & { readonly number: string; readonly section?: string })
  | { readonly kind: 'beside'; readonly chart: ChartBlock; readonly table: TableBlock }

/** 一部分 — a block as pieces, and how to draw some of them, the first of which is its piece `from`. */
interface Part {
  readonly kind: SetBlock['kind'] | 'soft' | 'subheading'
  readonly isShort: boolean
  readonly pieces: readonly Piece[]
  readonly draw: (placed: readonly PlacedPiece[], from: number) => Node
}

function numberHeadings(blocks: readonly OutlineBlock[]): readonly SetBlock[] {
  const counts = { first: 0, second: 0 }
  return blocks.map((block) => {
    if (block.kind !== 'heading') return block
    if (block.level === 2) return { ...block, number: `${counts.first}.${++counts.second}` }
    counts.first += 1
    counts.second = 0
    return { ...block, number: String(counts.first), section: nameSection(counts.first) }
  })
}

/** Own choices: how much of the line a picture takes beside a table, and what counts as a small table. */
const BESIDE = 292
const BESIDE_TABLE = WIDTH - BESIDE - GAP.beside
const MOST_BESIDE = { rows: 8, columns: 3 }

function joinBeside(book: FontBook, blocks: readonly SetBlock[]): readonly SetBlock[] {
  const joined: SetBlock[] = []
  for (let at = 0; at < blocks.length; at++) {
    const [chart, table] = [blocks[at]!, blocks[at + 1]]
    const isPair =
      chart.kind === 'chart' &&
      table?.kind === 'table' &&
      chart.picture.name !== 'spread' &&
      table.rows.length <= MOST_BESIDE.rows &&
      table.columns.length <= MOST_BESIDE.columns &&
      measureTable(book, table, BESIDE_TABLE).whole < BESIDE
    if (isPair) {
      joined.push({ kind: 'beside', chart, table })
      at += 1
    } else joined.push(chart)
  }
  return joined
}

function measurePart(book: FontBook, block: SetBlock): Omit<Part, 'pieces'> & { readonly pieces: readonly Draft[] } {
  switch (block.kind) {
    case 'heading':
      return measureHeading(book, block)
    case 'paragraph':
      return measureParagraph(book, block.text, block.tone)
    case 'list':
      return measureList(book, block.items, block.isOrdered)
    case 'table':
      return measureTablePart(book, block)
    case 'chart': {
      const { height, least } = chartHeights(block.picture)
      const below = lineHeight(SIZE.caption) + AFTER.chart
      return {
        kind: 'chart',
        isShort: true,
        pieces: [{ height: GAP.chart + height + below, gap: GAP.chart, least: GAP.chart + least + below }],
        draw: ([placed]) => drawChart(book, block.picture, placed!.height - GAP.chart - below, placed!.isFirst),
      }
    }
    case 'beside': {
      const { picture } = block.chart
      const drawn = (picture.height * BESIDE) / picture.width
      const beside = Math.max(
        drawn + lineHeight(SIZE.caption),
        measureTable(book, block.table, BESIDE_TABLE).whole + GAP.beside,
      )
      return {
        kind: 'chart',
        isShort: true,
        pieces: [{ height: GAP.chart + beside + AFTER.chart, gap: GAP.chart }],
        draw: ([placed]) => ({
          margin: [0, placed!.isFirst ? 0 : GAP.chart, 0, AFTER.chart],
          columnGap: GAP.beside,
          columns: [
            {
              width: BESIDE,
              stack: [writePicture(book, picture, BESIDE), drawCaption(book, picture.title)],
            },
            {
              width: BESIDE_TABLE,
              margin: [0, GAP.beside, 0, 0],
              ...drawRows(book, block.table, BESIDE_TABLE, block.table.rows),
            },
          ],
        }),
      }
    }
  }
}

type Draft = Omit<Piece, 'block' | 'isTied' | 'head'> & Partial<Pick<Piece, 'isTied' | 'head'>>

/** Own choice: more than this in front of a figure is not carried to the next page with it. */
const MOST_LEAD = 240

/**
 * What stays with what: a heading and its first words, an introduction and what it introduces, a figure and the note under
 * it.
 */
function tie(parts: readonly (Omit<Part, 'pieces'> & { readonly pieces: readonly Draft[] })[]): readonly Part[] {
  const isFigure = (kind: Part['kind'] | undefined): boolean => kind === 'table' || kind === 'chart' || kind === 'list'
  let lead = 0
  let isChained = false
  let under: 'heading' | 'subheading' | undefined
  return parts.map((part, block) => {
    const next = parts[block + 1]
    const isText = part.kind === 'paragraph' || part.kind === 'soft'
    const isHeading = part.kind === 'heading' || part.kind === 'subheading'
    if (part.kind === 'heading' || part.kind === 'subheading') under = part.kind
    else if (!isText) under = undefined
    lead = (isChained ? lead : 0) + part.pieces.reduce((sum, { height }) => sum + height, 0)
    const target = parts.slice(block + 1).find(({ kind }) => kind !== 'paragraph' && kind !== 'soft')?.kind
    const leads =
      isHeading ||
      (isText &&
        lead < MOST_LEAD &&
        (isFigure(next?.kind) ||
          (under !== undefined && isFigure(target)) ||
          (under === 'heading' && target === 'subheading')))
    isChained = leads
    const hasNote = isFigure(part.kind) && part.kind !== 'list' && next?.kind === 'soft'
    const last = part.pieces.length - 1
    return {
      ...part,
      pieces: part.pieces.map((piece, at) => ({
        head: 0,
        ...piece,
        block,
        isTied:
          at === last
            ? next !== undefined && (leads || hasNote)
            : part.isShort || piece.isTied === true || (leads && lead < MOST_LEAD),
      })),
    }
  })
}

// ---------- headings, paragraphs, lists ----------

/** The first line is the entry in contents and bookmarks. */
function measureHeading(
  book: FontBook,
  { text, level, number, section }: SetBlock & { readonly kind: 'heading' },
): ReturnType<typeof measurePart> {
  const name = level === 1 ? 'heading1' : 'heading2'
  const size = SIZE[name]
  const [first = '', ...others] = breakLines(book, text, { size, width: WIDTH - 3.5 * size, isBold: true })
  const mark = { text: `${number}　`, color: COLORS.brand, noWrap: true }
  const entry =
    section === undefined ? {} : { id: section, outline: true, outlineText: `${number} ${book.showText(text)}` }
  return {
    kind: level === 1 ? 'heading' : 'subheading',
    isShort: true,
    pieces: [{ height: GAP[name] + (others.length + 1) * lineHeight(size) + AFTER[name], gap: GAP[name] }],
    draw: ([placed]) => ({
      fontSize: size,
      bold: true,
      margin: [0, placed!.isFirst ? 0 : GAP[name], 0, AFTER[name]],
      stack: [
        { ...entry, text: [mark, ...writeRuns(book, first, { noWrap: true })] },
        ...others.map((line) => ({ text: writeRuns(book, line, { noWrap: true }) })),
      ],
    }),
  }
}

/** Up to so many lines stay together; of more, no page begins or ends with one alone. */
const SHORT_TEXT = 4

function measureLines(count: number, height: number, after: number): readonly Draft[] {
  return Array.from({ length: count }, (_, at) => ({
    height: height + (at === count - 1 ? after : 0),
    gap: 0,
    isTied: count <= SHORT_TEXT || at === 0 || at === count - 2,
  }))
}

function measureParagraph(
  book: FontBook,
  text: string,
  tone: 'plain' | 'soft' | 'strong',
): ReturnType<typeof measurePart> {
  const measure = PARAGRAPHS[tone]
  const lines = breakLines(book, text, measure)
  const look = { bold: tone === 'strong', color: tone === 'soft' ? COLORS.soft : COLORS.ink }
  return {
    kind: tone === 'soft' ? 'soft' : 'paragraph',
    isShort: false,
    pieces: measureLines(lines.length, lineHeight(measure.size), AFTER.paragraph),
    draw: (placed, from) => ({
      ...look,
      margin: [0, 0, 0, from + placed.length === lines.length ? AFTER.paragraph : 0],
      stack: lines.slice(from, from + placed.length).map((line) => writeLine(book, line, measure)),
    }),
  }
}

function measureList(book: FontBook, items: readonly string[], isOrdered: boolean): ReturnType<typeof measurePart> {
  const lines = items.flatMap((item, at) => {
    const broken = breakLines(book, item, LIST)
    return broken.map((text, line) => ({
      text,
      mark: line > 0 ? '' : isOrdered ? `${at + 1}.` : '·',
      after: line < broken.length - 1 ? 0 : at < items.length - 1 ? AFTER.item : AFTER.item + AFTER.list,
      isTied: broken.length <= SHORT_TEXT ? line < broken.length - 1 : line === 0 || line === broken.length - 2,
    }))
  })
  return {
    kind: 'list',
    isShort: items.length < 3,
    pieces: lines.map(({ after, isTied }) => ({ height: lineHeight(SIZE.body) + after, gap: 0, isTied })),
    draw: (placed, from) => ({
      stack: lines.slice(from, from + placed.length).map(({ text, mark, after }) => ({
        margin: [0, 0, 0, after],
        columns: [
          { width: MARKER, text: mark, bold: true, alignment: 'center', color: COLORS.brand, fontSize: SIZE.body },
          { width: LIST.width, ...writeLine(book, text, LIST) },
        ],
      })),
    }),
  }
}

// ---------- charts ----------

/** Own choices: radars as wide as the line or what half a page holds, strips as wide as the line; both may give way a little. */
const LEAST_SCALE = { radar: 0.68, spread: 0.8 } as const

function chartHeights({ name, width, height }: ChartPicture): { readonly height: number; readonly least: number } {
  const most = BOTTOM - MARGINS[1] - (name === 'spread' ? 60 : 290)
  const whole = Math.min((height * WIDTH) / width, most)
  return { height: whole, least: whole * LEAST_SCALE[name === 'spread' ? 'spread' : 'radar'] }
}

function drawChart(book: FontBook, picture: ChartPicture, height: number, isFirst: boolean): Node {
  const width = (picture.width * height) / picture.height
  return {
    margin: [0, isFirst ? 0 : GAP.chart, 0, AFTER.chart],
    stack: [
      { ...writePicture(book, picture, width), margin: [(WIDTH - width) / 2, 0, 0, 0] },
      drawCaption(book, picture.title),
    ],
  }
}

function drawCaption(book: FontBook, title: string): Node {
  return writeText(book, title, { fontSize: SIZE.caption, color: COLORS.soft, alignment: 'center' })
}

// ---------- tables ----------

/** A short table is not worth a break. */
const SHORT_TABLE = { rows: 12, height: 260 }

function measureTablePart(book: FontBook, block: TableBlock): ReturnType<typeof measurePart> {
  const { head, rows, whole } = measureTable(book, block, WIDTH)
  const last = rows.length - 1
  return {
    kind: 'table',
    isShort: rows.length <= SHORT_TABLE.rows && whole < SHORT_TABLE.height,
    pieces: rows.map((height, at) => ({
      height: height + (at === 0 ? GAP.table + head : 0) + (at === last ? AFTER.table : 0),
      gap: at === 0 ? GAP.table : 0,
      head,
      // No page ends with the head of a group or with the first row, none begins with the last.
      isTied: at === 0 || at === last - 1 || block.rows[at]!.isStrong,
    })),
    draw: (placed, from) => ({
      margin: [
        0,
        from === 0 && !placed[0]!.isFirst ? GAP.table : 0,
        0,
        from + placed.length === rows.length ? AFTER.table : 0,
      ],
      ...drawRows(book, block, WIDTH, block.rows.slice(from, from + placed.length)),
    }),
  }
}

/** Own choices: a figure takes no more of the line than this, and what is not figures keeps at least so much of its width. */
const MOST_FIGURE = 1 / 3
const LEAST_KEPT = 1 / 2

/** Columns of figures are as wide as their longest, “42.61—50.65 / 100”, which must not break; the others share what is left. */
function widthsOf(book: FontBook, { columns, rows }: TableBlock, room: number): readonly number[] {
  const whole = columns.reduce((sum, { width }) => sum + width, 0)
  const wished = columns.map(({ width }) => (room * width) / whole)
  const figures = columns.map(({ align }, at) => {
    if (align !== 'right') return undefined
    const needed = 2 * CELL.x + Math.max(0, ...rows.map((row) => measureFigure(book, row, at)))
    return needed > wished[at]! && needed < room * MOST_FIGURE ? needed : wished[at]!
  })
  const fixed = figures.reduce<number>((sum, width = 0) => sum + width, 0)
  const free = wished.reduce((sum, width, at) => sum + (figures[at] === undefined ? width : 0), 0)
  const fits = free > 0 && room - fixed >= free * LEAST_KEPT
  return wished.map((width, at) => (fits ? (figures[at] ?? (width * (room - fixed)) / free) : width) - 2 * CELL.x)
}

/** In points, with the hair that `breakLines` keeps free. */
function measureFigure(book: FontBook, row: Row, at: number): number {
  const text = book.showText(row.cells[at] ?? '')
  const isBold = isBoldCell(row, text)
  let width = 0
  for (const character of text) width += book.measure(character, isBold)
  return (width + 0.03) * SIZE.table
}

type Row = TableBlock['rows'][number]

const isBoldCell = ({ isStrong }: Row, cell: string): boolean => isStrong && !isSentence(cell)
const indentOf = ({ depth }: Row, at: number): number => (at === 0 ? depth * INDENT : 0)

/** Heights of the head and of every row, with one rule each. */
function measureTable(
  book: FontBook,
  block: TableBlock,
  room: number,
): { readonly head: number; readonly rows: readonly number[]; readonly whole: number } {
  const { columns, rows } = block
  const widths = widthsOf(book, block, room)
  const heightOf = (cells: readonly string[], isBold: (cell: string) => boolean, indent = 0): number => {
    const counts = widths.map((width, at) => {
      const cell = cells[at] ?? ''
      const measure = { size: SIZE.table, width: width - (at === 0 ? indent : 0), isBold: isBold(cell) }
      return breakLines(book, cell, measure).length
    })
    return Math.max(...counts) * lineHeight(SIZE.table) + 2 * CELL.y + RULE
  }
  const head = heightOf(
    columns.map(({ title }) => title),
    () => true,
  )
  const heights = rows.map((row) => heightOf(row.cells, (cell) => isBoldCell(row, cell), indentOf(row, 0)))
  return { head, rows: heights, whole: heights.reduce((sum, height) => sum + height, head) }
}

function drawRows(book: FontBook, block: TableBlock, room: number, rows: readonly Row[]): Node {
  const { columns } = block
  const widths = widthsOf(book, block, room)
  const cell = (text: string, at: number, isBold: boolean, indent: number, look: Look): Node => {
    const measure = { size: SIZE.table, width: widths[at]! - indent, isBold }
    const lines = breakLines(book, text, measure).map((line) => writeLine(book, line, measure))
    return {
      ...look,
      alignment: columns[at]!.align,
      ...(indent > 0 ? { margin: [indent, 0, 0, 0] } : {}),
      ...(lines.length === 1 ? lines[0] : { stack: lines }),
    }
  }
  const head = columns.map(({ title }, at) =>
    cell(title, at, true, 0, { color: COLORS.brandDark, fillColor: COLORS.brandSoft }),
  )
  const body = rows.map((row) =>
    columns.map((_, at) => {
      const text = row.cells[at] ?? ''
      return cell(text, at, isBoldCell(row, text), indentOf(row, at), row.isStrong ? { fillColor: COLORS.ground } : {})
    }),
  )
  return { table: { widths, body: [head, ...body] }, layout: TABLE_LAYOUT }
}

/** All rules are as thick: a table broken over pages is as high as it was measured. */
const TABLE_LAYOUT = {
  hLineWidth: (at: number) => (at === 0 ? 0 : RULE),
  vLineWidth: () => 0,
  hLineColor: (at: number, { table }: { table: { body: readonly unknown[] } }) =>
    at === 1 ? COLORS.brandLine : at === table.body.length ? COLORS.lineStrong : COLORS.line,
  paddingLeft: () => CELL.x,
  paddingRight: () => CELL.x,
  paddingTop: () => CELL.y,
  paddingBottom: () => CELL.y,
}
