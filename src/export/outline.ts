import { type ChartPicture } from '#charts/picture'
import { type ReportLadderGroup } from '#core/diagnosis/report'

/** 一列 — `width` is its part of the line; figures stand right. */
export interface OutlineColumn {
  readonly title: string
  readonly align: 'left' | 'right' | 'center'
  readonly width: number
  /** Codes and phone numbers are not broken over lines; Word only. */
  readonly isWhole?: true
}

/** 一段 — what documents consist of; PDF and Word draw the same blocks, each in its own habits. Line ends may stand in cells. */
export type OutlineBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly tone: 'plain' | 'soft' | 'strong' }
  | { readonly kind: 'list'; readonly items: readonly string[]; readonly isOrdered: boolean }
  | {
      readonly kind: 'table'
      readonly title: string
      readonly columns: readonly OutlineColumn[]
      /** `depth` indents the first words of a row; `isStrong` is a total or a group's head. */
      readonly rows: readonly {
        readonly cells: readonly string[]
        readonly depth: number
        readonly isStrong: boolean
      }[]
    }
  | { readonly kind: 'chart'; readonly picture: ChartPicture }

/** 文档提纲 — a report in reading order, before any document format. */
export interface Outline {
  readonly title: string
  readonly enterprise: string
  readonly edition: string
  /** “自评参考”, and “示例数据” when it is: they stand on every page. */
  readonly marks: readonly string[]
  /** What the cover says: label and text. */
  readonly cover: readonly { readonly label: string; readonly text: string }[]
  readonly place: string
  readonly levelName: string
  readonly scoreText: string
  /** The steps for the cover to draw; absent when the edition grades nothing. */
  readonly ladder?: readonly ReportLadderGroup[]
  /**
   * 公文式开头 — a paper that begins with its title instead of a cover and contents: annex number top left, title, and a line
   * under it for scope and time. Word only.
   */
  readonly opening?: {
    readonly annex?: string
    readonly lines: readonly string[]
    readonly isLandscape?: true
  }
  readonly blocks: readonly OutlineBlock[]
}

/** Sentences are not set in bold, not even in the head row of a group. */
export function isSentence(cell: string): boolean {
  return cell.endsWith('。')
}
