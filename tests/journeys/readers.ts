import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import readSheets from 'read-excel-file/node'

/*
 * Readers of report files that share nothing with what wrote them: Poppler, LibreOffice, read-excel-file, unzip, and for CSV
 * the rules of RFC 4180.
 */

/** Text in which line ends and the layout of cells no longer count. */
export function fold(text: string): string {
  return text.replace(/\s/g, '')
}

/** A PDF's text in the order it was written, page after page. */
export function readPdf(path: string): { readonly text: string; readonly pages: number; readonly properties: string } {
  const text = execFileSync('pdftotext', ['-raw', path, '-'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  const properties = execFileSync('pdfinfo', [path], { encoding: 'utf8' })
  return { text, pages: Number(/^Pages:\s*(\d+)$/m.exec(properties)?.[1]), properties }
}

/** A Word file as LibreOffice opens it. */
export function readWord(path: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-word-'))
  try {
    execFileSync(
      'soffice',
      [
        `-env:UserInstallation=file://${join(folder, 'profile')}`,
        '--headless',
        '--convert-to',
        'txt:Text (encoded):UTF8',
        '--outdir',
        folder,
        path,
      ],
      { stdio: 'ignore', timeout: 90_000 },
    )
    const name = path
      .split('/')
      .at(-1)!
      .replace(/\.\w+$/, '.txt')
    return readFileSync(join(folder, name), 'utf8')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Rows by the titles of their columns. */
export type Rows = readonly Readonly<Record<string, unknown>>[]

/** An Excel file: every sheet's rows, and whether any cell of it would be computed. */
export async function readWorkbook(
  path: string,
): Promise<{ readonly sheets: ReadonlyMap<string, Rows>; readonly hasFormula: boolean }> {
  const sheets = (await readSheets(path, { trim: false })).map(({ sheet, data }) => [sheet, nameColumns(data)] as const)
  const markup = execFileSync('unzip', ['-p', path, 'xl/worksheets/*.xml'], { encoding: 'utf8', maxBuffer: 2 ** 26 })
  return { sheets: new Map(sheets), hasFormula: /<f[\s>/]/.test(markup) }
}

/** A CSV file: whether it begins with the mark by which Excel knows UTF-8, and its rows. */
export function readCsv(path: string): { readonly hasMark: boolean; readonly rows: Rows } {
  const bytes = readFileSync(path)
  const hasMark = bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  // A field in quotes, where "" stands for one, or a plain one; then a comma, a line end or the end.
  const lines: string[][] = [[]]
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    lines.at(-1)!.push(quoted?.replace(/""/g, '"') ?? plain!)
    if (end === '\r\n') lines.push([])
    if (end === '') break
  }
  return { hasMark, rows: nameColumns(lines.filter((line) => line.some((field) => field !== ''))) }
}

function nameColumns(lines: readonly (readonly unknown[])[]): Rows {
  const [titles = [], ...rows] = lines
  return rows.map((row) => Object.fromEntries(titles.map((title, at) => [String(title), row[at] ?? ''])))
}
