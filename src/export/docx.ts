import {
  AlignmentType,
  Bookmark,
  BorderStyle,
  Document,
  Footer,
  Header,
  HeadingLevel,
  ImageRun,
  InternalHyperlink,
  LevelFormat,
  LevelSuffix,
  LineRuleType,
  Packer,
  PageNumber,
  PageOrientation,
  PageReference,
  Paragraph,
  ShadingType,
  Tab,
  TabStopType,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  VerticalAlignTable,
  WidthType,
  type FileChild,
  type IParagraphOptions,
} from 'docx'
import { type ChartPicture } from '../charts/picture.ts'
import { Problem } from '../core/problems.ts'
import { isSentence, type Outline, type OutlineBlock, type OutlineColumn } from './outline.ts'
import { decodeXml, keepText, openPackage } from './zipText.ts'

// Lengths are twips, twentieths of a point; font sizes are half points. The layout habits are those of GB/T 9704-2012:
// A4, margins 37/35/28/26 mm, body in size three on lines of 28.95 pt. A report is no official document: no red head, no seal.

const PAGE = { width: 11906, height: 16838 }
const MARGIN = { top: 2098, bottom: 1984, left: 1587, right: 1474, header: 1134, footer: 1361 }
const TEXT_WIDTH = PAGE.width - MARGIN.left - MARGIN.right
/** Turned: what was above is on the left, as a binding of portrait pages wants it. */
const WIDE_MARGIN = { ...MARGIN, top: 1587, bottom: 1474, left: 2098, right: 1984, header: 850, footer: 850 }
const WIDE_TEXT = PAGE.height - WIDE_MARGIN.left - WIDE_MARGIN.right
/** The same in pixels of 96 to the inch, in which pictures are measured; and the most a picture takes of a page's height. */
const PICTURE_WIDTH = 580
const PICTURE_HEIGHT = 560

/** 字号 — the named sizes of Chinese typesetting. */
const SIZE = { 二号: 44, 小二: 36, 三号: 32, 四号: 28, 小四: 24, 五号: 21, 小五: 18 } as const
const BODY_LINE = { line: 579, lineRule: LineRuleType.EXACT } as const
const NOTE_LINE = { line: 400, lineRule: LineRuleType.EXACT } as const
const TABLE_LINE = { line: 300, lineRule: LineRuleType.AT_LEAST } as const
const DENSE_LINE = { line: 240, lineRule: LineRuleType.AT_LEAST } as const

const CENTERED = { alignment: AlignmentType.CENTER }
const GREY = '555555'
const INK = '000000'

function fontOf(eastAsia: string): { ascii: string; hAnsi: string; cs: string; eastAsia: string; hint: string } {
  // The hint gives Chinese quotation marks and dashes the Chinese font.
  return { ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'Times New Roman', eastAsia, hint: 'eastAsia' }
}
const FANGSONG = fontOf('仿宋_GB2312')
const HEITI = fontOf('黑体')
const KAITI = fontOf('楷体_GB2312')
const SONGTI = fontOf('宋体')
const TITLE_FONT = fontOf('方正小标宋简体')

type RunStyle = Omit<NonNullable<ConstructorParameters<typeof TextRun>[0]> & object, 'text' | 'children'>

/** Runs of a text; line ends within it become breaks. */
function drawText(text: string, style: RunStyle = {}): TextRun[] {
  return keepText(text)
    .split('\n')
    .map((line, at) => new TextRun({ ...style, text: line, ...(at === 0 ? {} : { break: 1 }) }))
}

// ---------- headings and contents ----------

interface Heading {
  readonly level: 1 | 2
  readonly text: string
  readonly bookmark: string
  /** “一、” or “（一）”, as Word will number it. */
  readonly number: string
}

const DIGITS = '〇一二三四五六七八九'

/** 中文数字 — 1 to 99 in Chinese: 12 is 十二. */
export function formatChineseNumber(number: number): string {
  const [tens, ones] = [Math.floor(number / 10), number % 10]
  return `${tens === 0 ? '' : `${tens === 1 ? '' : DIGITS[tens]!}十`}${ones === 0 && tens > 0 ? '' : DIGITS[ones]!}`
}

function listHeadings(blocks: readonly OutlineBlock[]): readonly Heading[] {
  let first = 0
  let second = 0
  const headings: Heading[] = []
  for (const block of blocks) {
    if (block.kind !== 'heading') continue
    if (block.level === 1) {
      first += 1
      second = 0
    } else second += 1
    const number = block.level === 1 ? `${formatChineseNumber(first)}、` : `（${formatChineseNumber(second)}）`
    headings.push({ level: block.level, text: keepText(block.text), bookmark: `s${headings.length + 1}`, number })
  }
  return headings
}

/**
 * A line for every heading with a reference to its page. Not a field of contents, which shows nothing true until somebody
 * updates it: LibreOffice sets references when it opens the file, Word too, and elsewhere the names stand there all the same.
 */
function drawContents(headings: readonly Heading[]): FileChild[] {
  if (headings.length === 0) return []
  return [
    new Paragraph({ style: 'ContentsTitle', pageBreakBefore: true, text: '目录' }),
    ...headings.map(
      ({ level, text, bookmark, number }) =>
        new Paragraph({
          style: `TOC${level}`,
          tabStops: [{ type: TabStopType.RIGHT, position: TEXT_WIDTH }],
          children: [
            new InternalHyperlink({
              anchor: bookmark,
              children: [new TextRun(`${number}${text}`), new TextRun({ children: [new Tab()] })],
            }),
            new PageReference(bookmark),
          ],
        }),
    ),
  ]
}

// ---------- blocks ----------

/** A table right under a heading of the same words needs no title of its own. */
function dropRepeatedTitles(blocks: readonly OutlineBlock[]): readonly OutlineBlock[] {
  let heading = ''
  return blocks.map((block) => {
    if (block.kind === 'heading') heading = block.text
    return block.kind === 'table' && block.title === heading ? { ...block, title: '' } : block
  })
}

/** Two characters in, like any paragraph; said on the level too, or its own indent of nothing would win. */
const LIST_INDENT = { left: 0, firstLine: SIZE.三号 * 20, firstLineChars: 200 }

const NUMBERING = {
  config: [
    {
      reference: 'headings',
      levels: [
        { level: 0, format: LevelFormat.CHINESE_COUNTING, text: '%1、', suffix: LevelSuffix.NOTHING },
        { level: 1, format: LevelFormat.CHINESE_COUNTING, text: '（%2）', suffix: LevelSuffix.NOTHING },
      ],
    },
    {
      reference: 'ordered',
      levels: [
        {
          level: 0,
          format: LevelFormat.DECIMAL,
          text: '%1. ',
          suffix: LevelSuffix.NOTHING,
          style: { paragraph: { indent: LIST_INDENT } },
        },
      ],
    },
    {
      reference: 'bullets',
      levels: [
        {
          level: 0,
          format: LevelFormat.BULLET,
          text: '•',
          suffix: LevelSuffix.SPACE,
          style: { paragraph: { indent: LIST_INDENT } },
        },
      ],
    },
  ],
}

function drawBlock(block: OutlineBlock, next: OutlineBlock | undefined, drawing: Drawing): FileChild[] {
  const introduces = next?.kind === 'table' || next?.kind === 'list'
  switch (block.kind) {
    case 'heading': {
      const isFirst = drawing.headingsDrawn === 0 && !drawing.isOpen
      const { bookmark, text } = drawing.headings[drawing.headingsDrawn++]!
      return [
        new Paragraph({
          // Said of the first section, not by a paragraph of its own, which a full page of contents would push to a new page.
          ...(isFirst ? { pageBreakBefore: true } : {}),
          heading: block.level === 1 ? HeadingLevel.HEADING_1 : HeadingLevel.HEADING_2,
          children: [new Bookmark({ id: bookmark, children: [new TextRun(text)] })],
        }),
      ]
    }
    case 'paragraph':
      return [
        new Paragraph({
          style: TONE_STYLES[block.tone],
          // A short introduction stands with what it introduces.
          ...(introduces ? { keepNext: true } : {}),
          children: drawText(block.text),
        }),
      ]
    case 'list': {
      const reference = block.isOrdered ? 'ordered' : 'bullets'
      const instance = ++drawing.listsDrawn
      return block.items.map(
        (item) =>
          new Paragraph({
            style: 'ListItem',
            numbering: { reference, level: 0, instance, custom: true },
            children: drawText(item),
          }),
      )
    }
    case 'table':
      return drawTable(block, drawing.textWidth)
    case 'chart':
      return drawChart(block.picture, drawing.pngs)
  }
}

interface Drawing {
  readonly headings: readonly Heading[]
  readonly pngs: ReadonlyMap<string, Uint8Array>
  /** Begins with its title, without cover and contents. */
  readonly isOpen: boolean
  readonly textWidth: number
  headingsDrawn: number
  listsDrawn: number
}

const TONE_STYLES = { plain: 'BodyText', soft: 'Note', strong: 'Strong1' } as const
const ALIGNMENTS = { left: AlignmentType.LEFT, right: AlignmentType.RIGHT, center: AlignmentType.CENTER } as const

const THIN = { style: BorderStyle.SINGLE, size: 4, color: '7F7F7F' } as const
const GRID = { top: THIN, bottom: THIN, left: THIN, right: THIN, insideHorizontal: THIN, insideVertical: THIN }
const CELL_MARGINS = { top: 40, bottom: 40, left: 80, right: 80 }
/** From so many columns, rows or signs in a cell on a table is set smaller and closer. */
const MANY_COLUMNS = 7
const MANY_ROWS = 40
const LONG_CELL = 90

/** Own choice: more lines than this take up a good part of a page. */
const MOST_LINES_KEPT = 8

/** The width of a text in half points times ten, that is twips: Chinese characters are square, figures half as wide. */
function measureText(text: string, size: number): number {
  return Array.from(text).reduce((sum, character) => sum + (character < '\u2000' ? 5.2 : 10) * size, 0)
}

function countLines(text: string, width: number): number {
  const room = Math.max(1, width - CELL_MARGINS.left - CELL_MARGINS.right)
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(measureText(line, SIZE.五号) / room)), 0)
}

/** Columns of figures and codes are wide enough for their longest, which must not break; the others share what is left. */
function fitWidths(
  columns: readonly OutlineColumn[],
  rows: (OutlineBlock & { kind: 'table' })['rows'],
  size: number,
  textWidth: number,
): readonly number[] {
  const whole = columns.reduce((sum, { width }) => sum + width, 0)
  const wished = columns.map(({ width }) => (textWidth * width) / whole)
  const figures = columns.map(({ align, title, isWhole }, at) => {
    if (align !== 'right' && isWhole !== true) return undefined
    // “30.00—55.00 / 100” is one figure, its spaces are no places to break.
    const parts = [...title.split(/\s+/), ...rows.map(({ cells }) => cells[at] ?? '')]
    const widest = Math.max(...parts.map((part) => measureText(part, size)))
    const needed = widest + CELL_MARGINS.left + CELL_MARGINS.right
    return needed < textWidth / 3 ? Math.max(wished[at]!, needed) : undefined
  })
  const fixed = figures.reduce<number>((sum, width = 0) => sum + width, 0)
  const free = wished.reduce((sum, width, at) => sum + (figures[at] === undefined ? width : 0), 0)
  // Nothing to take from, or too little left of it: then as the outline says.
  if (free === 0 || textWidth - fixed < free / 2) return wished.map(Math.round)
  return wished.map((width, at) => Math.round(figures[at] ?? (width * (textWidth - fixed)) / free))
}

function drawTable({ title, columns, rows }: OutlineBlock & { kind: 'table' }, textWidth: number): FileChild[] {
  const isLong = rows.some(({ cells }) => cells.some((cell) => cell.length > LONG_CELL))
  const isDense = columns.length >= MANY_COLUMNS || rows.length >= MANY_ROWS || isLong
  const widths = fitWidths(columns, rows, isDense ? SIZE.小五 : SIZE.五号, textWidth)
  const look: RunStyle = isDense ? { size: SIZE.小五 } : {}
  const spacing = isDense ? { spacing: DENSE_LINE } : {}
  const header = new TableRow({
    tableHeader: true,
    cantSplit: true,
    children: columns.map(
      (column, at) =>
        new TableCell({
          width: { size: widths[at]!, type: WidthType.DXA },
          verticalAlign: VerticalAlignTable.CENTER,
          shading: { type: ShadingType.CLEAR, fill: 'E7ECF4' },
          children: [
            new Paragraph({
              style: 'TableHead',
              alignment: ALIGNMENTS[column.align],
              keepNext: true,
              ...spacing,
              children: drawText(column.title, look),
            }),
          ],
        }),
    ),
  })
  const body = rows.map(({ cells, depth, isStrong }, line) => {
    // A row of many lines may break over pages: kept whole it would leave half a page empty.
    const isTall = columns.some((_, at) => countLines(cells[at] ?? '', widths[at]!) > MOST_LINES_KEPT)
    return new TableRow({
      cantSplit: !isTall,
      children: columns.map((column, at) => {
        const options: IParagraphOptions = {
          style: isStrong && !isSentence(cells[at] ?? '') ? 'TableStrong' : 'TableText',
          alignment: ALIGNMENTS[column.align],
          ...spacing,
          // No head of a group and no first row stays alone at the foot of a page, and no last row at the top.
          ...(!isTall && line < rows.length - 1 && (isStrong || line === 0 || line === rows.length - 2)
            ? { keepNext: true }
            : {}),
          ...(at === 0 && depth > 0 ? { indent: { left: depth * 210 } } : {}),
          children: drawText(cells[at] ?? '', look),
        }
        return new TableCell({
          width: { size: widths[at]!, type: WidthType.DXA },
          verticalAlign: isTall || isLong ? VerticalAlignTable.TOP : VerticalAlignTable.CENTER,
          ...(isStrong ? { shading: { type: ShadingType.CLEAR, fill: 'F5F7FA' } } : {}),
          children: [new Paragraph(options)],
        })
      }),
    })
  })
  return [
    ...(title === '' ? [] : [new Paragraph({ style: 'TableTitle', children: drawText(title) })]),
    new Table({
      rows: [header, ...body],
      columnWidths: [...widths],
      width: { size: textWidth, type: WidthType.DXA },
      layout: TableLayoutType.FIXED,
      borders: GRID,
      margins: isDense ? { ...CELL_MARGINS, left: 50, right: 50 } : CELL_MARGINS,
    }),
    new Paragraph({ style: 'AfterTable' }),
  ]
}

function drawChart(picture: ChartPicture, pngs: Drawing['pngs']): FileChild[] {
  const png = pngs.get(picture.name)
  // Word before 2016 and many viewers show only the PNG: a report without it would have holes.
  if (png === undefined) throw new Error(`no PNG of the chart ${picture.name}`)
  const scale = Math.min(PICTURE_WIDTH / picture.width, PICTURE_HEIGHT / picture.height)
  const transformation = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) }
  return [
    new Paragraph({
      style: 'Picture',
      children: [
        new ImageRun({
          type: 'svg',
          data: new TextEncoder().encode(picture.svg),
          fallback: { type: 'png', data: png },
          transformation,
          altText: { name: picture.name, title: keepText(picture.title), description: keepText(picture.description) },
        }),
      ],
    }),
    new Paragraph({ style: 'PictureTitle', children: drawText(picture.title) }),
  ]
}

// ---------- cover, page heads and feet ----------

function drawCover(outline: Outline, madeOn: string): FileChild[] {
  const { title, enterprise, marks, place, levelName, scoreText, cover } = outline
  const none = { style: BorderStyle.NONE, size: 0, color: 'auto' } as const
  const line = (text: string, style: string): Paragraph[] =>
    text === '' ? [] : [new Paragraph({ style, children: drawText(text) })]
  const facts = cover.map(
    ({ label, text }) =>
      new TableRow({
        cantSplit: true,
        children: [drawFact(label, 'CoverLabel', 2200), drawFact(text, 'CoverText', TEXT_WIDTH - 2200)],
      }),
  )
  return [
    new Paragraph({ style: 'CoverTitle', children: drawText(title) }),
    ...line(enterprise, 'CoverEnterprise'),
    ...line(marks.map((mark) => `〔${mark}〕`).join('　'), 'CoverMarks'),
    ...line([place, levelName].filter((text) => text !== '').join('　'), 'CoverPlace'),
    ...line(scoreText, 'CoverScore'),
    ...drawLadder(outline.ladder ?? []),
    ...(facts.length === 0
      ? []
      : [
          new Table({
            rows: facts,
            columnWidths: [2200, TEXT_WIDTH - 2200],
            width: { size: TEXT_WIDTH, type: WidthType.DXA },
            layout: TableLayoutType.FIXED,
            borders: { ...GRID, left: none, right: none, insideVertical: none },
            margins: { top: 60, bottom: 60, left: 120, right: 120 },
          }),
        ]),
    ...line(formatDay(madeOn), 'CoverDate'),
  ]
}

/** 公文式开头 — annex number, title, and a line each for scope and time. */
function drawOpening({ title, marks }: Outline, { annex, lines }: NonNullable<Outline['opening']>): FileChild[] {
  return [
    ...(annex === undefined ? [] : [new Paragraph({ style: 'Annex', children: drawText(annex) })]),
    new Paragraph({ style: 'PaperTitle', children: drawText(title) }),
    ...lines.map((line) => new Paragraph({ style: 'PaperLine', children: drawText(line) })),
    new Paragraph({ style: 'PaperMarks', children: drawText(marks.map((mark) => `〔${mark}〕`).join('　')) }),
  ]
}

const STEP_LOOKS = {
  below: { fill: 'DCE6F5', color: INK },
  here: { fill: '0F52BA', color: 'FFFFFF' },
  possible: { fill: '8FB0E3', color: INK },
  above: { fill: 'FFFFFF', color: GREY },
} as const

/** 阶梯 — level names over their steps; the firm's own stands out by its shade, in grey print too. */
function drawLadder(ladder: NonNullable<Outline['ladder']>): FileChild[] {
  const steps = ladder.flatMap((group) => group.steps)
  if (steps.length === 0) return []
  const width = Math.floor(TEXT_WIDTH / steps.length)
  const cell = (text: string, span: number, look: { fill: string; color: string }, isBold: boolean): TableCell =>
    new TableCell({
      width: { size: width * span, type: WidthType.DXA },
      columnSpan: span,
      verticalAlign: VerticalAlignTable.CENTER,
      shading: { type: ShadingType.CLEAR, fill: look.fill },
      children: [
        new Paragraph({
          style: 'TableText',
          ...CENTERED,
          children: drawText(text, { color: look.color, bold: isBold }),
        }),
      ],
    })
  return [
    new Table({
      rows: [
        new TableRow({
          cantSplit: true,
          children: ladder.map((group) => cell(group.name, group.steps.length, { fill: 'FFFFFF', color: INK }, false)),
        }),
        new TableRow({
          cantSplit: true,
          children: steps.map(({ number, state }) => cell(String(number), 1, STEP_LOOKS[state], state === 'here')),
        }),
      ],
      columnWidths: steps.map(() => width),
      width: { size: width * steps.length, type: WidthType.DXA },
      layout: TableLayoutType.FIXED,
      borders: GRID,
      margins: { top: 60, bottom: 60, left: 20, right: 20 },
    }),
    new Paragraph({ style: 'CoverGap' }),
  ]
}

function drawFact(text: string, style: string, width: number): TableCell {
  return new TableCell({
    width: { size: width, type: WidthType.DXA },
    verticalAlign: VerticalAlignTable.CENTER,
    children: [new Paragraph({ style, children: drawText(text) })],
  })
}

/** 2026-11-21 as 2026年11月21日; anything else as it is. */
function formatDay(day: string): string {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})/.exec(day) ?? []
  return year === undefined ? day : `${year}年${Number(month)}月${Number(date)}日`
}

function drawHeader({ enterprise, edition, marks }: Outline, textWidth: number): Header {
  return new Header({
    children: [
      new Paragraph({
        style: 'PageHead',
        tabStops: [{ type: TabStopType.RIGHT, position: textWidth }],
        children: [
          ...drawText(enterprise),
          new TextRun({ children: [new Tab()] }),
          ...drawText(marks.join('　'), { font: HEITI, color: INK }),
        ],
      }),
      new Paragraph({
        style: 'PageHead',
        border: { bottom: { style: BorderStyle.SINGLE, size: 4, color: '7F7F7F', space: 4 } },
        children: drawText(edition),
      }),
    ],
  })
}

/** Odd pages stand right, even pages left, one character in. */
function drawFooter(side: 'left' | 'right'): Footer {
  return new Footer({
    children: [
      new Paragraph({
        alignment: ALIGNMENTS[side],
        indent: { [side]: SIZE.四号 * 10 },
        children: [new TextRun({ font: SONGTI, size: SIZE.四号, children: ['— ', PageNumber.CURRENT, ' —'] })],
      }),
    ],
  })
}

// ---------- styles ----------

const HEADING_STYLE = { next: 'BodyText', quickFormat: true }

const PARAGRAPH_STYLES = [
  {
    id: 'BodyText',
    name: 'Body Text',
    quickFormat: true,
    paragraph: {
      alignment: AlignmentType.BOTH,
      spacing: { ...BODY_LINE, after: 60 },
      indent: { firstLine: SIZE.三号 * 20, firstLineChars: 200 },
    },
  },
  {
    id: 'Strong1',
    name: '要点',
    basedOn: 'BodyText',
    quickFormat: true,
    run: { font: HEITI },
    paragraph: { keepLines: true },
  },
  {
    id: 'Note',
    name: '说明',
    quickFormat: true,
    run: { size: SIZE.小四, color: GREY },
    paragraph: {
      alignment: AlignmentType.BOTH,
      spacing: { ...NOTE_LINE, before: 60, after: 100 },
      indent: { firstLine: SIZE.小四 * 20, firstLineChars: 200 },
    },
  },
  {
    id: 'ListItem',
    name: '列表项',
    quickFormat: true,
    paragraph: {
      alignment: AlignmentType.BOTH,
      spacing: BODY_LINE,
      indent: LIST_INDENT,
    },
  },
  {
    id: 'TableTitle',
    name: '表题',
    run: { font: HEITI, size: SIZE.小四 },
    paragraph: { ...CENTERED, keepNext: true, spacing: { ...NOTE_LINE, before: 160, after: 40 } },
  },
  { id: 'TableText', name: '表内文字', run: { font: SONGTI, size: SIZE.五号 }, paragraph: { spacing: TABLE_LINE } },
  { id: 'TableStrong', name: '表内重点', basedOn: 'TableText', run: { font: HEITI } },
  { id: 'TableHead', name: '表头', basedOn: 'TableText', run: { font: HEITI } },
  {
    id: 'AfterTable',
    name: '表后',
    run: { size: 8 },
    paragraph: { spacing: { line: 200, lineRule: LineRuleType.EXACT } },
  },
  { id: 'Picture', name: '图', paragraph: { ...CENTERED, keepNext: true, spacing: { before: 120 } } },
  {
    id: 'PictureTitle',
    name: '图题',
    run: { font: HEITI, size: SIZE.小四 },
    paragraph: { ...CENTERED, spacing: { ...NOTE_LINE, before: 40, after: 160 } },
  },
  { id: 'Annex', name: '附件号', run: { font: HEITI, size: SIZE.三号 }, paragraph: { spacing: BODY_LINE } },
  {
    id: 'PaperTitle',
    name: '文件标题',
    run: { font: TITLE_FONT, size: SIZE.二号 },
    paragraph: { ...CENTERED, spacing: { before: 120, after: 200, line: 700, lineRule: LineRuleType.AT_LEAST } },
  },
  {
    id: 'PaperLine',
    name: '标题下说明',
    run: { font: KAITI, size: SIZE.小四 },
    paragraph: { ...CENTERED, spacing: NOTE_LINE },
  },
  {
    id: 'PaperMarks',
    name: '标题下标记',
    run: { font: HEITI, size: SIZE.小四, color: GREY },
    paragraph: { ...CENTERED, spacing: { ...NOTE_LINE, after: 200 } },
  },
  {
    id: 'CoverTitle',
    name: '封面标题',
    run: { font: TITLE_FONT, size: SIZE.二号 },
    paragraph: { ...CENTERED, spacing: { before: 1400, after: 400, line: 760, lineRule: LineRuleType.AT_LEAST } },
  },
  {
    id: 'CoverEnterprise',
    name: '封面企业',
    run: { font: KAITI, size: SIZE.三号 },
    paragraph: { ...CENTERED, spacing: { ...BODY_LINE } },
  },
  {
    id: 'CoverMarks',
    name: '封面标记',
    run: { font: HEITI, size: SIZE.小四, color: GREY },
    paragraph: { ...CENTERED, spacing: { ...NOTE_LINE, before: 120, after: 700 } },
  },
  {
    id: 'CoverPlace',
    name: '封面结果',
    run: { font: HEITI, size: SIZE.小二 },
    paragraph: { ...CENTERED, spacing: { after: 120 } },
  },
  {
    id: 'CoverScore',
    name: '封面得分',
    run: { font: FANGSONG, size: SIZE.三号 },
    paragraph: { ...CENTERED, spacing: { after: 400 } },
  },
  {
    id: 'CoverGap',
    name: '封面间隔',
    run: { size: 8 },
    paragraph: { spacing: { line: 600, lineRule: LineRuleType.EXACT } },
  },
  { id: 'CoverLabel', name: '封面项目', run: { font: HEITI, size: SIZE.小四 } },
  { id: 'CoverText', name: '封面内容', run: { size: SIZE.小四 } },
  {
    id: 'CoverDate',
    name: '封面日期',
    run: { size: SIZE.三号 },
    paragraph: { ...CENTERED, spacing: { before: 900 } },
  },
  {
    id: 'ContentsTitle',
    name: '目录标题',
    run: { font: HEITI, size: SIZE.三号 },
    paragraph: { ...CENTERED, spacing: { ...BODY_LINE, after: 200 } },
  },
  {
    id: 'TOC1',
    name: 'toc 1',
    run: { font: HEITI, size: SIZE.小四 },
    paragraph: { spacing: { ...NOTE_LINE, before: 60 } },
  },
  {
    id: 'TOC2',
    name: 'toc 2',
    run: { size: SIZE.小四 },
    paragraph: { spacing: NOTE_LINE, indent: { left: 480 } },
  },
  { id: 'PageHead', name: '页眉', run: { font: SONGTI, size: SIZE.小五, color: GREY } },
]

/** The core properties that docx writes itself have no language, and carry the moment instead of the day. */
function writeProperties({ title, enterprise, marks }: Outline, madeOn: string): string {
  const escape = (text: string): string =>
    keepText(text).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
  const moment = `${/^\d{4}-\d{2}-\d{2}/.exec(madeOn)?.[0] ?? '2026-01-01'}T00:00:00Z`
  const dated = (name: string): string => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${moment}</dcterms:${name}>`
  return [
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"',
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"',
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">',
    `<dc:title>${escape(title)}</dc:title><dc:subject>${escape(enterprise)}</dc:subject><dc:creator>识档</dc:creator>`,
    `<cp:keywords>${escape(marks.join('；'))}</cp:keywords><dc:language>zh-CN</dc:language>`,
    `<cp:lastModifiedBy>识档</cp:lastModifiedBy>${dated('created')}${dated('modified')}`,
    '</cp:coreProperties>',
  ].join('')
}

/**
 * 诊断报告 Word 文档 — an outline in the layout habits of Chinese official documents: fonts by name, real headings, tables and
 * contents, all editable. `pngs` holds a PNG of every chart by its name; `madeOn` is the calendar date 2026-11-21. Needs no
 * DOM. Read back before it is returned; refuses with `export.incomplete`.
 */
export async function buildDocx(
  outline: Outline,
  pngs: ReadonlyMap<string, Uint8Array>,
  madeOn: string,
): Promise<Uint8Array> {
  const headings = listHeadings(outline.blocks)
  const { opening } = outline
  const isWide = opening?.isLandscape === true
  const textWidth = isWide ? WIDE_TEXT : TEXT_WIDTH
  const isOpen = opening !== undefined
  const drawing: Drawing = { headings, pngs, isOpen, textWidth, headingsDrawn: 0, listsDrawn: 0 }
  const file = new Document({
    title: keepText(outline.title),
    creator: '识档',
    evenAndOddHeaderAndFooters: true,
    numbering: NUMBERING,
    styles: {
      default: {
        document: {
          run: { font: FANGSONG, size: SIZE.三号, color: INK, language: { value: 'en-US', eastAsia: 'zh-CN' } },
        },
        heading1: {
          ...HEADING_STYLE,
          run: { font: HEITI, size: SIZE.三号, bold: false, color: INK },
          paragraph: {
            keepNext: true,
            keepLines: true,
            spacing: { ...BODY_LINE, before: 240, after: 80 },
            indent: { left: 0, firstLine: SIZE.三号 * 20, firstLineChars: 200 },
            numbering: { reference: 'headings', level: 0 },
          },
        },
        heading2: {
          ...HEADING_STYLE,
          run: { font: KAITI, size: SIZE.三号, bold: false, color: INK },
          paragraph: {
            keepNext: true,
            keepLines: true,
            spacing: { ...BODY_LINE, before: 120, after: 40 },
            indent: { left: 0, firstLine: SIZE.三号 * 20, firstLineChars: 200 },
            numbering: { reference: 'headings', level: 1 },
          },
        },
      },
      paragraphStyles: PARAGRAPH_STYLES,
    },
    sections: [
      {
        properties: {
          page: isWide
            ? { size: { ...PAGE, orientation: PageOrientation.LANDSCAPE }, margin: WIDE_MARGIN }
            : { size: PAGE, margin: MARGIN },
        },
        headers: { default: drawHeader(outline, textWidth), even: drawHeader(outline, textWidth) },
        footers: { default: drawFooter('right'), even: drawFooter('left') },
        children: [
          ...(opening === undefined
            ? [...drawCover(outline, madeOn), ...drawContents(headings)]
            : drawOpening(outline, opening)),
          ...dropRepeatedTitles(outline.blocks).flatMap((block, at, all) => drawBlock(block, all[at + 1], drawing)),
        ],
      },
    ],
  })
  const properties = { path: 'docProps/core.xml', data: writeProperties(outline, madeOn) }
  const bytes = new Uint8Array(await Packer.toArrayBuffer(file, undefined, [properties]))
  checkDocx(bytes, outline)
  return bytes
}

// ---------- reading back ----------

/** Text of a document part: what is written, a line per paragraph, in reading order. */
function readText(xml: string): string {
  let text = ''
  for (const [tag, written] of xml.matchAll(/<w:t(?:\s[^>]*)?>([^<]*)<\/w:t>|<w:br\/>|<\/w:p>/g)) {
    text += written === undefined ? '\n' : tag === '<w:br/>' ? '\n' : decodeXml(written)
  }
  return text
}

/** All that an outline says, in the order of the document's body. */
function listTexts(outline: Outline): readonly string[] {
  const { opening } = outline
  const begins =
    opening === undefined
      ? [
          outline.title,
          outline.enterprise,
          ...outline.marks,
          outline.place,
          outline.levelName,
          outline.scoreText,
          ...(outline.ladder ?? []).map(({ name }) => name),
          ...(outline.ladder ?? []).flatMap(({ steps }) => steps.map(({ number }) => String(number))),
          ...outline.cover.flatMap(({ label, text }) => [label, text]),
        ]
      : [opening.annex ?? '', outline.title, ...opening.lines, ...outline.marks]
  return [
    ...begins,
    ...dropRepeatedTitles(outline.blocks).flatMap((block): readonly string[] => {
      switch (block.kind) {
        case 'heading':
        case 'paragraph':
          return [block.text]
        case 'list':
          return block.items
        case 'table':
          return [
            block.title,
            ...block.columns.map(({ title }) => title),
            ...block.rows.flatMap(({ cells }) => block.columns.map((_, at) => cells[at] ?? '')),
          ]
        case 'chart':
          return [block.picture.title]
      }
    }),
  ]
}

/**
 * 核对 Word 文档 — the package opens, every text of the outline stands in it in its order, every page head names the firm and
 * the marks, and every chart is there in both formats; otherwise `export.incomplete`.
 */
export function checkDocx(bytes: Uint8Array, outline: Outline): void {
  const refuse = (missing: string): never => {
    throw new Problem('export.incomplete', { missing })
  }
  const { names, texts } = openPackage(bytes)
  // The contents repeat the headings: only the body counts.
  const body = readText(
    (texts.get('word/document.xml') ?? '').replace(/<w:p>(?:(?!<\/w:p>)[\s\S])*?w:val="TOC[12]"[\s\S]*?<\/w:p>/g, ''),
  )
  let at = 0
  for (const wanted of listTexts(outline).map(keepText)) {
    const found = body.indexOf(wanted, at)
    if (found < 0) refuse(wanted)
    at = found + wanted.length
  }
  for (const [name, xml] of texts) {
    if (!/^word\/header\d+\.xml$/.test(name)) continue
    const head = readText(xml)
    for (const wanted of [outline.enterprise, outline.edition, ...outline.marks].map(keepText)) {
      if (!head.includes(wanted)) refuse(wanted)
    }
  }
  const charts = new Set(outline.blocks.flatMap((block) => (block.kind === 'chart' ? [block.picture.svg] : [])))
  for (const format of ['svg', 'png']) {
    const pictures = names.filter((name) => name.startsWith('word/media/') && name.endsWith(`.${format}`))
    if (format === 'svg' ? pictures.length < charts.size : charts.size > 0 && pictures.length === 0) refuse('图')
  }
}
