/** 图 — a chart as a picture for documents: SVG with its own width and height, and its words for those who do not see it. */
export interface ChartPicture {
  readonly name: 'radarDomains' | 'radarSubdomains' | 'spread' | 'trend' | 'tierBars'
  readonly title: string
  readonly description: string
  readonly svg: string
  readonly width: number
  readonly height: number
}
