import { describe, expect, it } from 'vitest'
import { buildRadarOption, type RadarOption } from '#charts/radar'
import { compareOverTime, LINE_LOOKS, listLines, type RadarOverlay, type RadarRow } from '#charts/radarPanels'

function rowsWorth(...values: readonly (number | readonly [number, number] | undefined)[]): RadarRow[] {
  return values.map((value, at) => {
    const [low, high] = typeof value === 'object' ? value : [value, value]
    return {
      id: `N${at + 1}`,
      title: `节点${at + 1}`,
      max: 5,
      valueText: String(low),
      ...(low === undefined ? {} : { value: { low, high: high! } }),
    }
  })
}
function overlay(name: RadarOverlay['name'], ...values: readonly (number | undefined)[]): RadarOverlay {
  const known = values.flatMap((value, at) => (value === undefined ? [] : [[`N${at + 1}`, value] as const]))
  return { name, values: new Map(known) }
}
interface DrawnLine {
  name: string
  value: number[]
  symbol: string
  lineStyle: { type: unknown }
}
function linesOf(option: RadarOption): DrawnLine[] {
  return (option.series as { data: DrawnLine[] }[])[0]!.data
}
function axesOf(option: RadarOption): { name: string; max: number }[] {
  return (option.radar as { indicator: { name: string; max: number }[] }).indicator
}

describe('the radar', () => {
  it('draws the firm last, over the median and the upper quartile', () => {
    const option = buildRadarOption({
      title: '3 个域',
      rows: rowsWorth(1, 2, 3),
      overlays: [overlay('median', 2, 2, 2), overlay('upperQuartile', 3, 3.5, 4)],
      description: '说明',
    })
    expect(linesOf(option).map(({ name, value }) => [name, value])).toEqual([
      ['同类上四分位', [3, 3.5, 4]],
      ['同类中位数', [2, 2, 2]],
      ['本企业', [1, 2, 3]],
    ])
  })

  it('tells its lines apart without colour: by dash and by marker', () => {
    const names = ['firm', 'median', 'upperQuartile'] as const
    expect(new Set(names.map((name) => LINE_LOOKS[name].dash.join(' '))).size).toBe(3)
    expect(new Set(names.map((name) => LINE_LOOKS[name].marker)).size).toBe(3)
    expect(LINE_LOOKS.firm.dash).toEqual([])
  })

  it('leaves out an axis on which nothing applies, and a group line that lacks an axis', () => {
    const option = buildRadarOption({
      title: '4 个域',
      rows: rowsWorth(1, undefined, 2, 3),
      overlays: [overlay('median', 2, 2, 2, 2), overlay('upperQuartile', 3, 3, undefined, 3)],
      description: '说明',
    })
    expect(axesOf(option).map(({ name }) => name.split('\n')[0])).toEqual(['节点1', '节点3', '节点4'])
    expect(linesOf(option).map(({ name }) => name)).toEqual(['同类中位数', '本企业'])
  })

  it('shows an open result as a solid low end within a dashed high end', () => {
    const option = buildRadarOption({ title: 't', rows: rowsWorth(1, [2, 4], 3), description: '说明' })
    expect(linesOf(option).map(({ name, value }) => [name, value])).toEqual([
      ['最高可到', [1, 4, 3]],
      ['本企业（低端）', [1, 2, 3]],
    ])
    expect(linesOf(option).map(({ lineStyle }) => lineStyle.type)).toEqual([[6, 4], 'solid'])
  })

  it('gives every axis its own maximum', () => {
    const rows = rowsWorth(1, 2, 3).map((row, at) => ({ ...row, max: [5, 3, 10][at]! }))
    expect(axesOf(buildRadarOption({ title: 't', rows, description: '' })).map(({ max }) => max)).toEqual([5, 3, 10])
  })

  it('names 22 axes by id alone where titles do not fit', () => {
    const rows = rowsWorth(...Array.from({ length: 22 }, () => 2))
    const namesAt = (width: number): string[] =>
      axesOf(buildRadarOption({ title: 't', rows, description: '', width })).map(({ name }) => name)
    expect(namesAt(340)[0]).toBe('N1')
    expect(namesAt(600)[0]).toBe('N1 节点1')
  })
})

describe('two sheets of one firm', () => {
  it('are drawn on the axes both have, and put into words', () => {
    const panel = compareOverTime('4 个域', rowsWorth(3, 2, undefined, 1), rowsWorth(2, 2, 2, 1.5))!
    expect(panel.rows.map(({ id }) => id)).toEqual(['N1', 'N2', 'N4'])
    expect(panel.description).toBe(
      '与上一次相比，3 个中1 个上升（节点1），1 个下降（节点4）。1 个没有可比的得分，不在图上。',
    )
    const lines = linesOf(buildRadarOption({ ...panel, title: panel.label }))
    expect(lines.map(({ name, value }) => [name, value])).toEqual([
      ['上一次', [2, 2, 1.5]],
      ['这一次', [3, 2, 1]],
    ])
    expect(listLines(panel.rows, panel.overlays)).toEqual(['firm', 'previous'])
  })

  it('have no radar with fewer than three axes in common', () => {
    expect(compareOverTime('域', rowsWorth(1, 2, 3), rowsWorth(1, 2, undefined))).toBeUndefined()
  })
})
