// Types alone, imported as such: the page must not take in what the worker loads.
import type { ChartPicture } from '#charts/picture'
import type { Fault } from '#core/problems'
import type { OfficeKind } from './makeTables.ts'
import type { TableSource } from './xlsx.ts'

/** 文件种类 — what a report can be saved as; `onePage` is the single sheet for the director, a PDF too. */
export type FileKind = 'pdf' | 'onePage' | 'docx' | 'xlsx' | 'csv'

/** 文件内容 — a report with its pictures and answers; `madeOn` is the calendar date 2026-11-21. */
export interface FileSource extends TableSource {
  readonly charts: readonly ChartPicture[]
}

/** One file to make. The source travels as JSON: what screens hold may be wrapped in proxies, which cannot be sent. */
export type FileTask =
  | {
      readonly family: 'report'
      readonly kind: FileKind
      readonly source: string
      readonly pngs: ReadonlyMap<string, Uint8Array>
    }
  | {
      readonly family: 'office'
      readonly kind: OfficeKind
      readonly source: string
      readonly pngs: ReadonlyMap<string, Uint8Array>
    }
/** What a report file comes back as; `missing` are characters that no font has. */
export interface ReportBytes {
  readonly bytes: Uint8Array
  readonly missing: readonly string[]
}
/** What a file of officials comes back as. */
export interface OfficeBytes {
  readonly bytes: Uint8Array
  readonly rows: number
  readonly sha256: string
}
export type FileAnswer =
  | { readonly step: string }
  | { readonly made: ReportBytes | OfficeBytes }
  | { readonly faults: readonly [Fault, ...Fault[]] }
  | { readonly failure: string }
