import { describe, expect, it } from 'vitest'
import { parsePublishedFigures } from '#core/diagnosis/rates'
import figureFile from '#reference/publishedFigures.json'

// Values from the pages named in the file, typed here a second time.
describe('the published figures', () => {
  const figures = parsePublishedFigures(figureFile)

  it.each([
    ['cnc-2025-03', 66.2, '关键工序数控化率'],
    ['cnc-2023', 62.9, '关键工序数控化率'],
    ['cnc-2021', 55.3, '关键工序数控化率'],
    ['cnc-2019', 49.5, '关键工序数控化率'],
    ['tools-2025-03', 83.5, '数字化研发设计工具普及率'],
    ['tools-2023', 80.1, '数字化研发设计工具普及率'],
    ['tools-2021', 74.7, '数字化研发设计工具普及率'],
    ['tools-2017', 63.2, '数字化研发设计工具普及率'],
    ['equipment-2025-12', 57.7, '生产设备数字化率'],
    ['equipment-2019', 47.1, '生产设备数字化率'],
    ['networked-2019', 41, '数字化生产设备联网率'],
    ['integrated-2017', 19.3, '实现综合集成的企业占比'],
    ['spending-2021', 0.27, '数字化投入占营业收入的平均比重'],
    ['productivity-2022', 48, '生产效率提高'],
    ['rd-cycle-2022', 38, '产品研制周期缩短'],
    ['defects-2022', 35, '产品不良品率降低'],
    ['integration-level-2019', 54.5, '两化融合发展水平'],
    ['evaluation-2024', 56.31, '工业数字化转型评价综合指数'],
  ])('%s is %f', (id, value, measure) => {
    expect(figures.get(id)).toMatchObject({ value, measure })
  })

  it('say of the year, the firms and the place of each', () => {
    for (const { when, date, population, source } of figures.values()) {
      expect(when).toMatch(/^(19|20)\d{2} 年/)
      expect(when).toContain(date.slice(0, 4))
      expect(population).not.toBe('')
      expect(source).toMatch(/[a-z0-9-]+\.[a-z]{2,}|203\.86\.80\.142/)
    }
  })

  it('tell where two pages disagree, and where one was only seen in a summary', () => {
    expect(figures.get('cnc-2021')?.caution).toContain('51.3%')
    for (const { confidence, caution } of figures.values()) if (confidence === 'M') expect(caution).not.toBe('')
  })

  it('name no share below 0 or above 100', () => {
    for (const { value, unit } of figures.values()) if (unit === '%') expect(value > 0 && value <= 100).toBe(true)
  })

  it('say of shares of firms that they are such, so that nobody takes them for a rate', () => {
    for (const { id, measure } of figures.values())
      if (/firms|below|-to-/.test(id)) expect(measure).toContain('企业占比')
  })
})
