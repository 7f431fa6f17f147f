import { Problem } from '#core/problems'
import { digestBytes } from '../digest.ts'
import type { OfficeBytes } from './fileTask.ts'
import type { OfficeFile } from './makeTables.ts'

/**
 * 统筹文件 — a prepared source to bytes, read back, with the number of rows in its list and the SHA-256 of the bytes. `pngs` holds
 * a PNG of every chart of a Word file by its name. Needs no DOM. Refuses with `export.incomplete`.
 */
export async function buildOfficeFile(
  { kind, source }: OfficeFile,
  pngs: ReadonlyMap<string, Uint8Array>,
  tell: (step: string) => void,
): Promise<OfficeBytes> {
  const { book } = source
  const rows = book.sheets[0].rows.length
  const onRows = (done: number): void => {
    if (done % TOLD_EVERY === 0 && done < rows) tell(`写入表格… ${done}/${rows}`)
  }
  const build = async (): Promise<Uint8Array> => {
    if (kind === 'tiersCsv') {
      tell('写入表格…')
      const { buildTableCsv } = await import('./tableCsv.ts')
      return buildTableCsv(book, onRows)
    }
    if ('outline' in source && kind.endsWith('Docx')) {
      const longest = Math.max(
        0,
        ...source.outline.blocks.map((block) => (block.kind === 'table' ? block.rows.length : 0)),
      )
      if (longest > MOST_ROWS_IN_WORD) throw new Problem('export.tooLong', { found: longest, most: MOST_ROWS_IN_WORD })
      tell('排版…')
      const { buildDocx } = await import('./docx.ts')
      return buildDocx(source.outline, pngs, book.madeAt.slice(0, 10))
    }
    tell('写入表格…')
    const { buildBook } = await import('./tableBook.ts')
    return buildBook(book, onRows)
  }
  const bytes = await build()
  return { bytes, rows, sha256: digestBytes(bytes) }
}

/** Own choice: some hundred pages; longer tables would keep Word busy for minutes. */
const MOST_ROWS_IN_WORD = 3000
/** Rows between two words to the page. */
const TOLD_EVERY = 10_000
