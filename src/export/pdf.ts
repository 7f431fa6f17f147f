import { openFontBook, type FontBook, type FontSource } from './fonts.ts'
import { makePdf } from './makePdf.ts'
import { type Outline, type OutlineBlock } from './outline.ts'
import { BOTTOM, drawBlocks, lineHeight, MARGINS, nameSection, SIZE, WIDTH } from './pdfBlocks.ts'
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
import { breakLines, shortenText } from './pdfLines.ts'
import { checkPdf } from './pdfText.ts'

/** 做好的 PDF — and the characters that no font has, which stand in it as visible codes. */
export interface MadePdf {
  readonly bytes: Uint8Array
  readonly missing: readonly string[]
}

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
  const contents = drawContents(book, blocks)
  const bytes = await makePdf(
    {
      title: `${enterprise} ${title}`,
      subject: edition,
      keywords: marks.join('；'),
      madeOn,
      pageMargins: MARGINS,
      content: [...drawCover(book, outline, madeOn), ...contents.nodes, ...drawBlocks(book, blocks, contents.height)],
      more: {
        header: (page: number) => (page === 1 ? undefined : drawHeader(book, outline)),
        footer: (page: number, pages: number) => (page === 1 ? undefined : drawFooter(book, outline, page, pages)),
        background: (page: number) => (page === 1 ? drawCoverGround() : undefined),
      },
    },
    book,
    source,
  )
  onStep?.('check')
  checkPdf(bytes, listTexts(outline), book)
  return { bytes, missing: [...book.missing] }
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

const CONTENTS = { gap: 8, after: 8, row: lineHeight(SIZE.body) + 8.5, gutter: 28 } as const

/** The sections in two columns on the page after the cover; what follows begins under them, at their height. */
function drawContents(
  book: FontBook,
  blocks: readonly OutlineBlock[],
): { readonly nodes: readonly Node[]; readonly height: number } {
  const sections = blocks
    .filter((block) => block.kind === 'heading' && block.level === 1)
    .map((block, at) => ({ text: block.kind === 'heading' ? block.text : '', number: at + 1 }))
  if (sections.length === 0) return { nodes: [{ text: '', pageBreak: 'after' }], height: 0 }
  const half = Math.ceil(sections.length / 2)
  const width = (WIDTH - CONTENTS.gutter) / 2
  const draw = (part: typeof sections): Node => ({
    width,
    table: {
      widths: [24, width - 54, 30],
      body: part.map(({ text, number }) => [
        { text: String(number), color: COLORS.brand, bold: true },
        writeText(book, shortenText(book, text, { size: SIZE.body, width: width - 54 }), {
          linkToDestination: nameSection(number),
        }),
        { pageReference: nameSection(number), alignment: 'right', color: COLORS.soft },
      ]),
    },
    layout: CONTENTS_LAYOUT,
  })
  const parts = [sections.slice(0, half), sections.slice(half)].filter((part) => part.length > 0)
  return {
    nodes: [
      { text: '目录', fontSize: SIZE.heading1, bold: true, pageBreak: 'before', margin: [0, 0, 0, CONTENTS.gap] },
      { margin: [0, 0, 0, CONTENTS.after], columnGap: CONTENTS.gutter, columns: parts.map(draw) },
    ],
    height: lineHeight(SIZE.heading1) + CONTENTS.gap + half * CONTENTS.row + CONTENTS.after,
  }
}

const CONTENTS_LAYOUT = {
  hLineWidth: (at: number) => (at === 0 ? 0 : 0.5),
  vLineWidth: () => 0,
  hLineColor: () => COLORS.line,
  paddingLeft: () => 0,
  paddingRight: () => 0,
  paddingTop: () => 4,
  paddingBottom: () => 4,
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
