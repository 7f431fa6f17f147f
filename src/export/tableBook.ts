import { writeXlsx, type Cell, type CellStyle, type CellValue, type WriteSheet } from 'hucre/xlsx'
import { checkBook } from './checkBook.ts'
import { fillLists } from './fillLists.ts'
import { drawCell, escapeHeader, FONT, HEADER_STYLE, measureHeight, nameColumn } from './sheetCells.ts'
import { isBody, isMoment, listLines, toTime, type Line } from './tableLines.ts'
import { formatEnding, type PlanBook, type PlanCell, type PlanColumn, type PlanSheet } from './tablePlan.ts'
import { keepText } from './zipText.ts'

type Format = NonNullable<PlanColumn['format']>
const FORMATS: Readonly<Record<Format, string>> = {
  text: '@',
  whole: '0',
  tenths: '0.0',
  hundredths: '0.00',
  percent: '0.0%',
  day: 'yyyy-mm-dd',
  moment: 'yyyy-mm-dd hh:mm',
}

/**
 * 工作簿 — a plan as .xlsx: texts stay texts, header and first columns stand still, pages repeat the header and carry the marks,
 * and every table ends in “共 n 行，完”. Lists are written line by line, so that 500,000 rows need little memory. Read back, cell
 * by cell, before it is returned; refuses with `export.incomplete`.
 */
export async function buildBook(book: PlanBook, onRows: (rows: number) => void = () => undefined): Promise<Uint8Array> {
  const drawn = await writeXlsx({
    sheets: book.sheets.map((sheet) => (sheet.isList === true ? drawList(sheet, book) : drawTable(sheet, book))),
    defaultFont: FONT,
    properties: {
      title: keepText(book.title),
      subject: keepText(book.scope),
      creator: '识档',
      keywords: book.marks.join('；'),
      created: new Date(book.madeAt),
      modified: new Date(book.madeAt),
    },
  })
  const bytes = await fillLists(drawn, book, onRows)
  checkBook(bytes, book)
  return bytes
}

// ---------- looks ----------

function drawPage(sheet: PlanSheet, book: PlanBook, header: number): Pick<WriteSheet, 'pageSetup' | 'headerFooter'> {
  return {
    pageSetup: {
      paperSize: 'a4',
      orientation: sheet.isPortrait === true ? 'portrait' : 'landscape',
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      printTitlesRow: `$${header}:$${header}`,
      horizontalCentered: true,
      margins: { top: 0.8, bottom: 0.7, left: 0.5, right: 0.5, header: 0.4, footer: 0.4 },
    },
    headerFooter: {
      oddHeader: `&L${escapeHeader(book.scope)}&C${escapeHeader(sheet.name)}&R${escapeHeader(book.marks.join('　'))}`,
      oddFooter: `&L${escapeHeader(book.campaign)}&R第 &P 页，共 &N 页`,
    },
  }
}

const NO_BORDER = {}
const ENDING_STYLE: CellStyle = {
  border: NO_BORDER,
  font: { ...FONT, color: { rgb: '595959' } },
  alignment: { wrapText: false },
}
const TITLE_STYLE: CellStyle = {
  border: NO_BORDER,
  font: { name: '宋体', size: 16, bold: true },
  alignment: { horizontal: 'center', wrapText: false },
}
const TOTAL_STYLE: CellStyle = {
  font: { bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'F2F5FA' } },
}

/** Header, one row whose looks all rows get, and the ending: the rows themselves come later. */
function drawList(sheet: PlanSheet, book: PlanBook): WriteSheet {
  const { name, columns, rows, blankRows = 0 } = sheet
  const cells = new Map<string, Partial<Cell>>()
  const sample = columns.map(({ format }): CellValue => (isFigure(format) ? 0 : '样'))
  columns.forEach(({ title, format }, at) => {
    cells.set(`0,${at}`, { value: title, style: HEADER_STYLE })
    const own: CellStyle = isFigure(format) ? {} : { alignment: { wrapText: false } }
    cells.set(`1,${at}`, drawCell(sample[at]!, FORMATS[format ?? 'text'], own))
  })
  cells.set('2,0', drawCell(formatEnding(rows.length), undefined, ENDING_STYLE))
  return {
    name,
    columns: columns.map(({ width }) => ({ width })),
    rows: [columns.map(({ title }) => title), sample, [formatEnding(rows.length)]],
    cells,
    rowDefs: new Map([[0, { height: 32 }]]),
    freezePane: { rows: 1, columns: Math.min(2, columns.length - 1) },
    ...(blankRows === 0 ? { autoFilter: { range: `A1:${nameColumn(columns.length - 1)}${rows.length + 1}` } } : {}),
    dataValidations: columns.flatMap(({ choices }, at) =>
      choices === undefined || blankRows === 0
        ? []
        : [
            {
              type: 'list' as const,
              values: [...choices],
              allowBlank: true,
              range: `${nameColumn(at)}2:${nameColumn(at)}${blankRows + 1}`,
            },
          ],
    ),
    ...drawPage(sheet, book, 1),
  }
}

function isFigure(format: PlanColumn['format']): boolean {
  return format !== undefined && format !== 'text'
}

function drawTable(sheet: PlanSheet, book: PlanBook): WriteSheet {
  const { name, columns } = sheet
  const lines = [...listLines(sheet)]
  const header = lines.findIndex(({ role }) => role === 'header')
  const whole = [{ width: columns.reduce((sum, { width }) => sum + width, 0) }]
  const cells = new Map<string, Partial<Cell>>()
  const values = lines.map((line, at) => {
    const read = line.cells.map((cell, column) => readValue(cell, line.role, columns[column]!.format))
    read.forEach((value, column) =>
      cells.set(`${at},${column}`, drawLineCell(value, line.role, columns[column]!, column)),
    )
    return read
  })
  return {
    name,
    columns: columns.map(({ width }) => ({ width })),
    rows: values,
    cells,
    rowDefs: new Map(lines.map(({ role }, at) => [at, { height: measureLine(values[at]!, role, columns, whole) }])),
    merges: lines.flatMap(({ role }, at) =>
      columns.length > 1 && (role === 'title' || role === 'note')
        ? [{ startRow: at, endRow: at, startCol: 0, endCol: columns.length - 1 }]
        : [],
    ),
    freezePane: { rows: header + 1 },
    ...drawPage(sheet, book, header + 1),
  }
}

function drawLineCell(value: CellValue, role: Line['role'], { format }: PlanColumn, column: number): Partial<Cell> {
  switch (role) {
    case 'header':
      return { value, style: HEADER_STYLE }
    case 'row':
    case 'total': {
      // A dash among figures stands where the figures stand.
      const place: CellStyle =
        isFigure(format) && typeof value === 'string' ? { alignment: { horizontal: 'right', indent: 1 } } : {}
      const own = role === 'total' ? { ...TOTAL_STYLE, ...place } : place
      return drawCell(value, format === undefined ? undefined : FORMATS[format], own)
    }
    case 'title':
      return drawCell(value, undefined, TITLE_STYLE)
    case 'ending':
      return drawCell(value, undefined, ENDING_STYLE)
    case 'annex':
    case 'under':
    case 'note': {
      const horizontal = column > 0 ? ('right' as const) : ('left' as const)
      const alignment = { wrapText: role === 'note', horizontal, indent: 0 }
      return drawCell(value, undefined, { border: NO_BORDER, alignment })
    }
  }
}

function measureLine(
  values: readonly CellValue[],
  role: Line['role'],
  columns: readonly PlanColumn[],
  whole: readonly { readonly width: number }[],
): number {
  if (role === 'title') return 34
  const isTable = role === 'header' || role === 'row' || role === 'total'
  return Math.max(20, isTable ? measureHeight(values, columns) : measureHeight(values.slice(0, 1), whole))
}

function readValue(cell: PlanCell, role: Line['role'], format: PlanColumn['format']): CellValue {
  if (typeof cell !== 'string') return cell
  return isBody(role) && isMoment(cell, format) ? new Date(toTime(cell)) : keepText(cell)
}
