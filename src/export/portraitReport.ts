import { writeDrawing } from '#charts/drawing'
import { planTierBars } from '#charts/tierBars'
import { formatDay } from '#core/diagnosis/wording'
import { LEAST_FIRMS } from '#core/diagnosis/peerFile'
import { formatDivision } from '#core/division'
import { formatIndustry } from '#core/industry'
import { describeRegion, roundMark, type Portrait } from '#core/oversight/portrait'
import { formatRate } from '#core/oversight/rate'
import { formatShare, roundShare } from '#core/oversight/share'
import { listContextFacts, listOfficeMarks, nameDivision, nameFor, STANDING, type FileContext } from './fileContext.ts'
import { type PaperFile } from './makeTables.ts'
import { type OutlineBlock } from './outline.ts'
import { heading, note, outlinePaper, outlineTable, paragraph } from './paper.ts'
import { planFacts, type PlanCell, type PlanColumn, type PlanSheet } from './tablePlan.ts'

type PortraitContext = Omit<FileContext, 'area' | 'asOf'>

/** Own choices: as wide as a page of text; so many areas stand beside each other on it. */
const CHART_WIDTH = 600
const AREAS_ON_PAGE = 7

const HIDDEN_NOTE = `“—”表示该格有 1 至 ${LEAST_FIRMS - 1} 家，或由它可以推算出这样的格子，为保护企业信息不显示；0 表示没有企业。`
const SPREAD_NOTE = '分布按从低到高排列：p10 表示 10% 的企业不高于该值，p50 是中位数，依此类推；均按回答的低端计。'

const TIER_COLUMNS = (unit: string): readonly PlanColumn[] => [
  { title: unit, width: 14 },
  { title: '企业数', width: 12, format: 'whole' },
  { title: '占有效报送', width: 14, format: 'percent' },
]
const NODE_COLUMNS: readonly PlanColumn[] = [
  { title: '名称', width: 34 },
  { title: 'p10', width: 9, format: 'tenths' },
  { title: 'p25', width: 9, format: 'tenths' },
  { title: 'p50', width: 9, format: 'tenths' },
  { title: 'p75', width: 9, format: 'tenths' },
  { title: 'p90', width: 9, format: 'tenths' },
  { title: '全区中位数', width: 12, format: 'tenths' },
]
const GAP_COLUMNS: readonly PlanColumn[] = [
  { title: '次序', width: 7, format: 'whole' },
  { title: '短板', width: 34 },
  { title: '企业数', width: 10, format: 'whole' },
  { title: '占有效报送', width: 12, format: 'percent' },
]

interface Source {
  readonly portrait: Portrait
  readonly context: PortraitContext & Pick<FileContext, 'area' | 'asOf'>
  readonly unit: '档' | '级'
  readonly title: string
}

/** 区域画像报告 — a portrait as a workbook and as a paper; hidden cells stay hidden and the note says why. */
export function preparePortraitReport(portrait: Portrait, given: PortraitContext): PaperFile {
  const context = { ...given, area: portrait.area, asOf: portrait.asOf }
  const { campaign, divisions, edition, madeAt } = context
  const marks = listOfficeMarks(portrait.sample || context.isSample === true)
  const title = `${nameDivision(divisions, portrait.area)}数字化转型区域画像`
  const source: Source = { portrait, context, unit: edition.grading?.kind === 'cumulative' ? '级' : '档', title }
  const { industries, areas, cells, medians } = portrait.matrix
  return {
    fileName: nameFor('区域画像', context),
    book: {
      title,
      scope: formatDivision(divisions, portrait.area),
      campaign: campaign.title,
      marks,
      madeAt,
      sheets: [
        {
          name: `各${source.unit}企业数`,
          isPortrait: true,
          opening: { title, left: `截至 ${formatDay(portrait.asOf)}`, right: '单位：家、%' },
          columns: TIER_COLUMNS(source.unit),
          rows: listTierRows(source, countShare),
          total: totalRow(portrait, countShare),
          notes: [`注：${describeCount(source)}${describeFew(portrait)}`, STANDING],
        },
        {
          name: '各方面分布',
          opening: { title: '各方面得分的分布', left: `有效报送 ${portrait.n} 家`, right: '单位：分' },
          columns: NODE_COLUMNS,
          rows: listNodeRows(source),
          notes: [`注：${describeSpread(portrait)}`],
        },
        {
          name: '共性短板',
          isPortrait: true,
          opening: { title: '共性短板', left: `有效报送 ${portrait.n} 家`, right: '单位：家、%' },
          columns: GAP_COLUMNS,
          rows: listGapRows(portrait, countShare),
        },
        ...(industries.length === 0 || areas.length === 0
          ? []
          : [
              planMatrix('行业与地区', '行业×地区企业数', '单位：家', cells, 'whole', source),
              planMatrix('行业与地区中位数', '行业×地区总分中位数', '单位：分', medians, 'tenths', source),
            ]),
        planFacts([
          ['文件', title],
          ...listContextFacts(marks, context),
          ['有效报送', portrait.n],
          ['应诊断企业', portrait.roster],
          ['结果的性质', STANDING],
          ['分布', describeSpread(portrait)],
          ['不显示的格子', HIDDEN_NOTE],
        ]),
      ],
    },
    outline: outlinePaper(title, marks, context, listBlocks(source)),
  }
}

/** A share as workbooks have it, a figure, or as a paper has it, in words: both are rounded alike. */
type WriteShare = (part: number, whole: number) => PlanCell
const countShare: WriteShare = (part, whole) => roundShare(part, whole) ?? null

function totalRow({ n }: Portrait, share: WriteShare): readonly PlanCell[] {
  return ['合计', n, share(n, n)]
}

/** What the columns are, and whose medians stand beside them. */
function describeSpread({ region }: Portrait): string {
  return region === undefined ? SPREAD_NOTE : `${SPREAD_NOTE}${describeRegion(region)}`
}

function listTierRows({ portrait: { tiers, n }, unit }: Source, share: WriteShare): readonly (readonly PlanCell[])[] {
  return tiers.flatMap((firms, tier) =>
    tier === 0 && firms === 0 ? [] : [[tier === 0 ? `未定${unit}` : `${tier} ${unit}`, firms, share(firms, n)]],
  )
}

/** Parts of parts stand further in; a part of which nothing is known has no figures. */
function listNodeRows({ portrait: { score, nodes } }: Source): readonly (readonly PlanCell[])[] {
  return [
    ...(score === undefined ? [] : [['总分', ...score.map(roundMark), null]]),
    ...nodes.map(({ title, depth, spread, regionMedian }): readonly PlanCell[] => [
      `${'　'.repeat(Math.max(0, depth - 1))}${title}`,
      ...(spread?.map(roundMark) ?? [null, null, null, null, null]),
      regionMedian ?? null,
    ]),
  ]
}

function listGapRows({ gaps, n }: Portrait, share: WriteShare): readonly (readonly PlanCell[])[] {
  return gaps.map(({ title, firms }, at) => [at + 1, title, firms, share(firms, n)])
}

function nameIndustry({ context: { industries } }: Source, code: string): string {
  return code === '' ? '未列明行业' : formatIndustry(industries, code)
}

/** A hidden cell is a dash in print, and never a zero. */
function listMatrixRows(
  source: Source,
  figures: readonly (readonly (number | null)[])[],
  from = 0,
  to = Infinity,
): readonly (readonly PlanCell[])[] {
  return source.portrait.matrix.industries.map((code, at) => [
    nameIndustry(source, code),
    ...figures[at]!.slice(from, to).map((figure) => figure ?? '—'),
  ])
}

function planMatrix(
  name: string,
  title: string,
  right: string,
  figures: readonly (readonly (number | null)[])[],
  format: 'whole' | 'tenths',
  source: Source,
): PlanSheet {
  return {
    name,
    opening: { title, left: `有效报送 ${source.portrait.n} 家`, right },
    columns: [{ title: '行业', width: 34 }, ...listAreaColumns(source, format)],
    rows: listMatrixRows(source, figures),
    notes: [`注：${HIDDEN_NOTE}`],
  }
}

function listAreaColumns(
  { portrait, context: { divisions } }: Source,
  format: 'whole' | 'tenths',
): readonly PlanColumn[] {
  return portrait.matrix.areas.map((code) => ({ title: nameDivision(divisions, code), width: 12, format }))
}

function describeCount({ portrait: { n, roster, due, asOf, area }, context: { divisions, edition } }: Source): string {
  const visits = edition.grading?.kind === 'tiers' && edition.grading.visitFrom !== undefined
  const words = visits ? `，其中达到线下诊断条件 ${due} 家` : ''
  return `截至 ${formatDay(asOf)}，${formatDivision(divisions, area)}有效报送 ${n} 家，应诊断企业 ${roster} 家，覆盖率 ${formatRate(n, roster)}${words}。`
}

/** Figures of a few firms are nearly those of each of them. */
function describeFew({ n }: Portrait): string {
  return n === 0 || n >= LEAST_FIRMS
    ? ''
    : `有效报送不足 ${LEAST_FIRMS} 家，分布接近个别企业的结果，只供本单位使用，请勿公开。`
}

function listBlocks(source: Source): readonly OutlineBlock[] {
  const { portrait, context, unit } = source
  const { edition, divisions } = context
  const visitFrom = edition.grading?.kind === 'tiers' ? edition.grading.visitFrom : undefined
  if (portrait.isSuppressed) return [heading('总体情况'), paragraph(`${describeCount(source)}还没有可以统计的结果。`)]
  const chart = writeDrawing(
    'tierBars',
    planTierBars(
      { counts: portrait.tiers.slice(1), unit, ...(visitFrom === undefined ? {} : { visitFrom }) },
      CHART_WIDTH,
    ),
  )
  const { industries, areas, cells } = portrait.matrix
  const parts = Array.from({ length: Math.ceil(areas.length / AREAS_ON_PAGE) }, (_, at) => at * AREAS_ON_PAGE)
  const few = describeFew(portrait)
  return [
    heading('总体情况'),
    paragraph(describeCount(source) + few),
    { kind: 'chart', picture: chart },
    outlineTable(
      `各${unit}企业数（家）`,
      TIER_COLUMNS(unit),
      listTierRows(source, formatShare),
      totalRow(portrait, formatShare),
    ),
    heading('各方面得分的分布'),
    outlineTable('各方面得分的分布（分）', NODE_COLUMNS, listNodeRows(source)),
    note(describeSpread(portrait)),
    heading('共性短板'),
    ...(portrait.gaps.length === 0
      ? [paragraph('没有可以统计的短板。')]
      : [
          outlineTable('最常见的短板', GAP_COLUMNS, listGapRows(portrait, formatShare)),
          note('短板按补齐后总分增加多少排列，每家企业只计前几项。'),
        ]),
    ...(industries.length === 0 || areas.length === 0
      ? []
      : [
          heading('行业与地区'),
          ...parts.map((from, at) =>
            outlineTable(
              parts.length === 1
                ? '行业×地区企业数（家）'
                : `行业×地区企业数（家，之${'一二三四五六七八九'.charAt(at)}）`,
              [{ title: '行业', width: 26 }, ...listAreaColumns(source, 'whole').slice(from, from + AREAS_ON_PAGE)],
              listMatrixRows(source, cells, from, from + AREAS_ON_PAGE),
            ),
          ),
          note(HIDDEN_NOTE),
        ]),
    heading('说明'),
    note(STANDING),
    note(
      `问卷：${edition.title} ${edition.version}；诊断批次：${context.campaign.title}；区划名称以${divisions.date}为准。`,
    ),
  ]
}
