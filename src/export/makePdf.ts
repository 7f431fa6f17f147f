import { type FontBook, type FontSource } from './fonts.ts'
import { COLORS, FONT, type Node } from './pdfDesign.ts'

/** 文档定义 — pdfmake's definition without what all our files share. */
export interface PdfPlan {
  readonly title: string
  readonly subject: string
  readonly keywords: string
  /** The calendar date 2026-11-21: the only thing that differs between two runs. */
  readonly madeOn: string
  readonly content: readonly Node[]
  readonly pageMargins: readonly [number, number, number, number]
  readonly more?: Readonly<Record<string, unknown>>
}

/**
 * The base fonts under their PostScript names: by those pdfkit finds a font it has open, and would otherwise parse it again
 * for every text of a chart.
 */
const REGULAR = 'NotoSansSC-Regular'
const BOLD = 'NotoSansSC-Bold'

/** Files pdfmake holds already: the worker lives on for the next report. */
const kept = new Set<string>()

/** 生成 PDF — loads the fonts that the book was asked for and has pdfmake set and write the pages. Same input, same bytes. */
export async function makePdf(
  { title, subject, keywords, madeOn, ...plan }: PdfPlan,
  book: FontBook,
  source: FontSource,
): Promise<Uint8Array> {
  const { regular, bold } = book.map.base
  const nameOf = (file: string): string => (file === regular ? REGULAR : file === bold ? BOLD : file)
  const needed = [regular, bold, ...book.files].filter((file) => !kept.has(file))
  const [{ default: pdfMake }, ...contents] = await Promise.all([
    import('pdfmake/build/pdfmake.min.js'),
    ...needed.map((file) => source.readFont(file)),
  ])
  needed.forEach((file, at) => {
    pdfMake.virtualfs.writeFileSync(nameOf(file), contents[at]!)
    kept.add(file)
  })
  const one = (file: string): Readonly<Record<string, string>> => ({
    normal: file,
    bold: file,
    italics: file,
    bolditalics: file,
  })
  pdfMake.setFonts({
    [FONT]: { normal: REGULAR, bold: BOLD, italics: REGULAR, bolditalics: BOLD },
    ...Object.fromEntries([...book.files].map((file) => [file, one(file)])),
  })
  // Everything is in the definition: nothing may be fetched for it.
  pdfMake.setUrlAccessPolicy(() => false)
  const created = new Date(`${madeOn}T00:00:00Z`)
  return pdfMake
    .createPdf({
      pageSize: 'A4',
      language: 'zh-CN',
      version: '1.7',
      displayTitle: true,
      info: {
        title,
        subject,
        keywords,
        author: '识档',
        creator: '识档',
        producer: '识档',
        creationDate: created,
        modDate: created,
      },
      defaultStyle: { font: FONT, fontSize: 10, lineHeight: 1.08, color: COLORS.ink },
      ...plan.more,
      content: plan.content,
      pageMargins: plan.pageMargins,
    })
    .getBuffer()
}
