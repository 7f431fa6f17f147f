// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { buildDocx, checkDocx, formatChineseNumber } from '#export/docx'
import { type Outline } from '#export/outline'
import { openPackage } from '#export/zipText'
import { EXAMPLES, HOSTILE_NAMES, outlineOf, pngsOf, refusedWith, sourceOf } from './samples'

const outline = outlineOf(sourceOf(EXAMPLES[0]!).report)
const build = (one: Outline = outline): Promise<Uint8Array> => buildDocx(one, pngsOf(one), '2026-11-21')
async function partOf(path: string, one: Outline = outline): Promise<string> {
  return openPackage(await build(one)).texts.get(path)!
}

describe('Word 文档', () => {
  it('has the margins of an official document on A4', async () => {
    const xml = await partOf('word/document.xml')
    expect(xml).toContain('<w:pgSz w:w="11906" w:h="16838"')
    // 37, 35, 28 and 26 mm of 56.69 twips each.
    expect(xml).toMatch(/<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1587"/)
  })

  it('has real headings, numbered 一、 and （一）, and contents that are filled in', async () => {
    const xml = await partOf('word/document.xml')
    expect(xml.match(/<w:pStyle w:val="Heading1"\/>/g)).toHaveLength(3)
    expect(xml.match(/<w:pStyle w:val="Heading2"\/>/g)).toHaveLength(1)
    const contents = xml.split('</w:p>').filter((paragraph) => /w:val="TOC[12]"/.test(paragraph))
    const entries = contents.map((entry) => [
      /<w:t(?: [^>]*)?>([^<]*)</.exec(entry)![1],
      /PAGEREF (\w+)/.exec(entry)![1] === /w:anchor="(\w+)"/.exec(entry)![1],
      xml.includes(`<w:bookmarkStart w:name="${/PAGEREF (\w+)/.exec(entry)![1]}"`),
    ])
    expect(entries).toEqual(
      ['一、总体情况', '（一）各方面的位置', '二、全部得分', '三、下一步'].map((text) => [text, true, true]),
    )
    const numbering = await partOf('word/numbering.xml')
    expect(numbering).toMatch(/chineseCounting"\/>[\s\S]*?w:val="%1、"[\s\S]*?w:val="（%2）"/)
  })

  it('a range with its most is one figure: its column holds it in one line', async () => {
    const range: Outline = {
      ...outline,
      cover: [],
      blocks: [
        {
          kind: 'table',
          title: '得分明细',
          columns: [
            { title: '名称', align: 'left', width: 9 },
            { title: '得分', align: 'right', width: 3 },
            { title: '计分情况', align: 'left', width: 11 },
            { title: '占总分', align: 'right', width: 2.4 },
          ],
          rows: [{ cells: ['总分', '42.61—50.65 / 100', '', ''], depth: 0, isStrong: true }],
        },
      ],
    }
    const xml = await partOf('word/document.xml', range)
    const widths = [...xml.matchAll(/<w:gridCol w:w="(\d+)"/g)].map((match) => Number(match[1]))
    // 16 signs half as wide as the 10.5 points they are high and a dash as wide: 94.5 points of 20, and 4 points on each side.
    expect(widths[1]).toBeGreaterThanOrEqual(94.5 * 20 + 160)
    // The page is 21 cm less 28 and 26 mm: 8845 twips, all of them used but for roundings.
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(8845, -1)
  })

  it.each([
    [1, '一'],
    [9, '九'],
    [10, '十'],
    [11, '十一'],
    [20, '二十'],
    [35, '三十五'],
  ])('%d is %s', (number, words) => {
    expect(formatChineseNumber(number)).toBe(words)
  })

  it('repeats the head of a table, breaks no row, and sets figures right', async () => {
    const xml = await partOf('word/document.xml')
    expect(xml.match(/<w:tblHeader\/>/g)).toHaveLength(1)
    const table = outline.blocks.find(({ kind }) => kind === 'table')! as Extract<
      Outline['blocks'][number],
      { kind: 'table' }
    >
    // One more for the head, one for the line of the cover.
    expect(xml.match(/<w:cantSplit\/>/g)).toHaveLength(table.rows.length + 2)
    expect(xml.match(/<w:jc w:val="(right|end)"\/>/g)).toHaveLength(table.rows.length + 1)
  })

  it('lets a row of many lines break over pages, and no figure break over lines', async () => {
    const long = { cells: ['甲', '很长的说明'.repeat(60), '0.00—100.00'], depth: 0, isStrong: false }
    const xml = await partOf('word/document.xml', {
      ...outline,
      cover: [],
      blocks: [
        {
          kind: 'table',
          title: '',
          columns: [
            { title: '名称', align: 'left', width: 8 },
            { title: '说明', align: 'left', width: 8 },
            { title: '得分', align: 'right', width: 1 },
          ],
          rows: [long, { ...long, cells: ['乙', '短', '1.00'] }],
        },
      ],
    })
    // The head and the short row are kept whole.
    expect(xml.match(/<w:cantSplit\/>/g)).toHaveLength(2)
    // “0.00—100.00”: eleven signs, one of them square, at 9 pt as in every table of long texts: some 1,200 twips with the
    // margins of the cell.
    const widths = [...xml.matchAll(/<w:gridCol w:w="(\d+)"/g)].map((match) => Number(match[1]))
    expect(widths[2]).toBeGreaterThan(1150)
    expect(widths.reduce((sum, width) => sum + width, 0)).toBeCloseTo(8845, -1)
  })

  it('draws the ladder on the cover, the firm on the darkest step', async () => {
    const { ladder } = sourceOf(EXAMPLES[0]!).report
    const xml = await partOf('word/document.xml', { ...outline, ladder })
    const steps = [...xml.matchAll(/<w:shd [^>]*w:fill="([0-9A-F]{6})"[^>]*>(?:(?!<w:tc>)[\s\S])*?<w:t [^>]*>(\d+)</g)]
    // Tier 1 of ten: the first step, white on blue, and nothing below it.
    expect(steps.slice(0, 3).map(([, fill, step]) => [step, fill])).toEqual([
      ['1', '0F52BA'],
      ['2', 'FFFFFF'],
      ['3', 'FFFFFF'],
    ])
    expect(refusedWith(() => checkDocx(new Uint8Array(), { ...outline, ladder }))).toContain('没有通过核对')
  })

  it('does not say the title of a table again right under the same heading', async () => {
    const text = '得分明细'
    const columns = [{ title: '名称', align: 'left', width: 1 }] as const
    const table = { kind: 'table', title: text, columns, rows: [{ cells: ['甲'], depth: 0, isStrong: false }] } as const
    const told = async (heading: string): Promise<number> => {
      const xml = await partOf('word/document.xml', {
        ...outline,
        blocks: [{ kind: 'heading', level: 1, text: heading }, table],
      })
      return xml.split(`>${text}<`).length - 1
    }
    expect([await told(text), await told('别的标题')]).toEqual([1, 1])
  })

  it('names fonts instead of embedding them', async () => {
    const styles = await partOf('word/styles.xml')
    for (const font of ['仿宋_GB2312', '黑体', '楷体_GB2312', '方正小标宋简体', '宋体', 'Times New Roman']) {
      expect(styles).toContain(`"${font}"`)
    }
    expect(openPackage(await build()).names.filter((name) => /font\d|\.odttf$/.test(name))).toEqual([])
  })

  it('shows a chart as SVG with a PNG beside it and words for those who do not see it', async () => {
    const { names } = openPackage(await build())
    expect(names.filter((name) => /media\/.*\.svg$/.test(name))).toHaveLength(1)
    expect(names.filter((name) => /media\/.*\.png$/.test(name))).toHaveLength(1)
    expect(await partOf('word/document.xml')).toContain('descr="五个方面得分的雷达图"')
    await expect(buildDocx(outline, new Map(), '2026-11-21')).rejects.toThrow('radarDomains')
  })

  it('names firm, edition and marks on every page, odd and even, and numbers the pages — 1 —', async () => {
    const { texts } = openPackage(await build())
    const heads = [...texts].filter(([name]) => /word\/header\d+\.xml/.test(name))
    const feet = [...texts].filter(([name]) => /word\/footer\d+\.xml/.test(name))
    expect([heads.length, feet.length]).toEqual([2, 2])
    for (const [, xml] of heads) for (const mark of ['自评参考', '示例数据', '示例企业']) expect(xml).toContain(mark)
    expect(feet.map(([, xml]) => /<w:jc w:val="(\w+)"/.exec(xml)![1]).sort()).toEqual(['left', 'right'])
    for (const [, xml] of feet) expect(xml).toMatch(/— <[\s\S]*PAGE[\s\S]*> —</)
    expect(texts.get('word/settings.xml')).toContain('evenAndOddHeaders')
  })

  it('says in its properties what it is, of whom, and in which language', async () => {
    const core = await partOf('docProps/core.xml')
    expect(core).toContain('<dc:title>数字化转型诊断报告</dc:title>')
    expect(core).toContain('<dc:creator>识档</dc:creator>')
    expect(core).toContain('<dc:language>zh-CN</dc:language>')
    expect(core).toContain('2026-11-21T00:00:00Z')
    expect(await partOf('word/styles.xml')).toContain('w:eastAsia="zh-CN"')
  })

  it.each(HOSTILE_NAMES.map((name) => [JSON.stringify(name), name]))('the firm %s breaks nothing', async (_, name) => {
    const hostile = outlineOf(sourceOf(EXAMPLES[0]!, { name: name! }).report)
    const xml = await partOf('word/document.xml', hostile)
    expect(xml).not.toContain('<b>')
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/)
  })

  it('what is missing is named and refused', async () => {
    const bytes = await build()
    const refusal = (changed: Partial<Outline>): string =>
      refusedWith(() => checkDocx(bytes, { ...outline, ...changed }))
    expect(refusal({ blocks: [...outline.blocks, { kind: 'paragraph', tone: 'plain', text: '还有一段' }] })).toContain(
      '还有一段',
    )
    expect(refusal({ edition: '别的问卷' })).toContain('别的问卷')
    expect(refusal({ marks: ['自评参考', '示例数据', '第三个标记'] })).toContain('第三个标记')
    // The same texts in another order are not the same document.
    expect(refusal({ blocks: [...outline.blocks].reverse() })).toContain('没有通过核对')
    expect(refusedWith(() => checkDocx(bytes.slice(0, 5000), outline))).toContain('文件结构')
  })
})
