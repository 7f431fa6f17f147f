/** 公布数据 — one published figure, with everything needed to judge it. `value` as published, in `unit`. */
export interface PublishedFigure {
  readonly value: number
  readonly unit: '%' | '个百分点' | '分'
  /** “2025 年 3 月”, as published. */
  readonly when: string
  /** Which firms it is about: “全国规模以上工业企业”. */
  readonly population: string
  readonly source: string
  /** What stands against comparing it one to one; empty when nothing does. */
  readonly caution: string
}

/** 本企业的比率与公布数据 — one rate item of the sheet beside the published figures of the same or a near measure. */
export interface ReportRate {
  readonly id: string
  readonly title: string
  /** The firm's own rate in percent; absent while it is open or given without figures. */
  readonly own?: number
  readonly ownText: string
  readonly measure: string
  readonly figures: readonly PublishedFigure[]
}
