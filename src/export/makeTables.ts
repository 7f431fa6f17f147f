import { askWorker } from './askWorker.ts'
import { drawPng } from './drawPng.ts'
import type { Outline } from './outline.ts'
import type { PlanBook } from './tablePlan.ts'

/** 表格文件 — `fileName` without its ending, e.g. “企业分档名单（南宁市）20260821”. */
export interface BookFile {
  readonly fileName: string
  readonly book: PlanBook
}

/** 表格与文书 — the same figures as a workbook and as a paper. */
export interface PaperFile extends BookFile {
  readonly outline: Outline
}

/** 统筹文件 — what officials and liaisons save; the sources come from the prepare functions beside this file. */
export type OfficeFile =
  | { readonly kind: 'tiersXlsx' | 'tiersCsv' | 'rosterXlsx' | 'rosterTemplate'; readonly source: BookFile }
  | {
      readonly kind:
        | 'weeklyXlsx'
        | 'weeklyDocx'
        | 'portraitXlsx'
        | 'portraitDocx'
        | 'authoritiesXlsx'
        | 'authoritiesDocx'
        | 'servicesXlsx'
        | 'servicesDocx'
      readonly source: PaperFile
    }
export type OfficeKind = OfficeFile['kind']

/** 做好的统筹文件 — read back, with what the audit asks for: `rows` of its list and the SHA-256 of its bytes, 64 hex digits. */
export interface MadeOfficeFile {
  readonly bytes: Uint8Array
  readonly mime: string
  readonly name: string
  readonly rows: number
  readonly sha256: string
}

const XLSX = ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'] as const
const DOCX = ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'] as const
const CSV = ['text/csv;charset=utf-8', 'csv'] as const

/**
 * 制作统筹文件 — one file made and read back away from the page, which stays usable. `onStep` is told in Chinese what is going on.
 * Refuses with `export.incomplete`, `export.stopped`.
 */
export async function makeOfficeFile(
  { kind, source }: OfficeFile,
  onStep: (step: string) => void = () => undefined,
): Promise<MadeOfficeFile> {
  const [mime, ending] = kind === 'tiersCsv' ? CSV : kind.endsWith('Docx') ? DOCX : XLSX
  const made = await askWorker(async () => {
    const pngs = new Map<string, Uint8Array>()
    if ('outline' in source && ending === 'docx') {
      for (const block of source.outline.blocks) {
        if (block.kind === 'chart') pngs.set(block.picture.name, await drawPng(block.picture))
      }
    }
    return { family: 'office' as const, kind, source: JSON.stringify(source), pngs }
  }, onStep)
  return { ...made, mime, name: `${source.fileName}.${ending}` }
}
