import examplesFile from '#questionnaires/guangxi-2024/examples.json'
import { listAnswerRows } from '#core/diagnosis/answerRows'
import { type Answers, type Form } from '#core/diagnosis/answers'
import { type Profile } from '#core/diagnosis/profile'
import { buildReport, type Report } from '#core/diagnosis/report'
import { type Outline } from '#export/outline'
import { type TableSource } from '#export/xlsx'
import { loadGuangxi, scoreSheet } from '../support/build'

/** Names that attack spreadsheets and XML, and characters outside the common fonts. */
export const HOSTILE_NAMES = [
  "=cmd|' /C calc'!A0",
  '@SUM(1)',
  '+1+1',
  '-2+3',
  '＝1＋1',
  '\t=1+1',
  '\r=1',
  '=HYPERLINK("http://example.invalid","x")',
  '䶮𠮷喆堃有限公司',
  '<b>粗</b>&amp;"“”',
  ']]>',
  '前\u0000后',
  '半\ud800个',
  '_x0041_',
  '#N/A',
  '914501003456789012',
  "'引号",
]

export interface Example {
  readonly name: string
  readonly profile: { readonly productionType?: string }
  readonly form: Form
  readonly answers: Answers
}
export const EXAMPLES = examplesFile.examples as unknown as readonly Example[]

export function sourceOf(
  { profile, form, answers }: Example,
  enterprise: Pick<Profile, 'name' | 'creditCode'> = { name: '示例企业', creditCode: '91450100MA5KXXXX0P' },
  more: Partial<Parameters<typeof buildReport>[0]> = {},
): TableSource {
  const edition = loadGuangxi()
  const sheet = scoreSheet(edition, answers, profile, form)
  const stamp = { id: edition.id, version: edition.version, digest: '0123456789abcdef'.repeat(4), engine: '0.1.0' }
  const report = buildReport({
    edition,
    sheet,
    form,
    stamp,
    profile: { ...profile, ...enterprise } as Profile,
    submittedAt: '2026-11-20T17:30:00Z',
    revision: 1,
    isSample: true,
    ...more,
  })
  return { report, answerRows: listAnswerRows(edition, sheet, answers), madeOn: '2026-11-21' }
}

/** An outline with one block of every kind, all scores of a report in its table. */
export function outlineOf({ enterprise, headline, table, limits, stamp }: Report): Outline {
  return {
    title: '数字化转型诊断报告',
    enterprise: enterprise.name ?? '',
    edition: `${stamp.title} ${stamp.version}`,
    marks: ['自评参考', '示例数据'],
    cover: [{ label: '统一社会信用代码', text: enterprise.creditCode ?? '' }],
    place: headline.place,
    levelName: headline.levelName,
    scoreText: `总分 ${headline.scoreText} 分`,
    blocks: [
      { kind: 'heading', level: 1, text: '总体情况' },
      { kind: 'paragraph', tone: 'plain', text: limits.sentence },
      { kind: 'paragraph', tone: 'strong', text: '先看短板。' },
      { kind: 'heading', level: 2, text: '各方面的位置' },
      {
        kind: 'chart',
        picture: {
          name: 'radarDomains',
          title: '五个方面',
          description: '五个方面得分的雷达图',
          svg: '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300" viewBox="0 0 400 300"><circle cx="200" cy="150" r="120" fill="none" stroke="#0f52ba" stroke-width="4"/></svg>',
          width: 400,
          height: 300,
        },
      },
      { kind: 'paragraph', tone: 'soft', text: '图中各方面均为百分制。' },
      { kind: 'heading', level: 1, text: '全部得分' },
      {
        kind: 'table',
        title: '全部节点和指标',
        columns: [
          { title: '编号', align: 'left', width: 2 },
          { title: '名称', align: 'left', width: 6 },
          { title: '得分', align: 'right', width: 2 },
          { title: '状态', align: 'left', width: 4 },
        ],
        rows: table.map((row) => ({
          cells: [row.id, row.title, row.figureText, row.stateText],
          depth: row.depth,
          isStrong: row.kind === 'node',
        })),
      },
      { kind: 'heading', level: 1, text: '下一步' },
      { kind: 'list', isOrdered: true, items: ['先做第一件', '再做第二件'] },
      { kind: 'list', isOrdered: false, items: ['材料甲', '材料乙'] },
    ],
  }
}

/** One grey pixel, the smallest PNG there is, stands in for the charts a browser would draw. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='

export function pngsOf(outline: Outline): ReadonlyMap<string, Uint8Array> {
  const png = new Uint8Array(Buffer.from(PIXEL, 'base64'))
  return new Map(outline.blocks.flatMap((block) => (block.kind === 'chart' ? [[block.picture.name, png]] : [])))
}

/** The sentence that a call is refused with. */
export function refusedWith(call: () => unknown): string {
  try {
    call()
  } catch (fault) {
    return (fault as Error).message
  }
  return 'was not refused'
}
