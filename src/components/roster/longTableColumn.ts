/** 长表的一列 — its slot's name, its heading, and its width in rem, which the others share in proportion. */
export interface LongTableColumn {
  readonly id: string
  readonly title: string
  readonly width: number
  readonly isNumber?: boolean
  readonly isSortable?: boolean
  /** Buttons: on a phone they stand under the rest, without a heading. */
  readonly isAct?: boolean
}
