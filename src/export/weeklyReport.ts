import { writeDrawing } from '#charts/drawing'
import { planTrend } from '#charts/trend'
import { formatDay } from '#core/diagnosis/wording'
import { formatDivision } from '#core/division'
import { STEP_NAMES, type Call, type Coverage, type Funnel, type Step } from '#core/oversight/coverage'
import { type Campaign } from '#core/oversight/enterprise'
import { planShare } from '#core/oversight/forecast'
import { formatPace } from '#core/oversight/pace'
import { cutRate, formatRate } from '#core/oversight/rate'
import { listContextFacts, listOfficeMarks, nameDivision, nameFor, type FileContext } from './fileContext.ts'
import { type PaperFile } from './makeTables.ts'
import { type OutlineBlock } from './outline.ts'
import { heading, note, outlinePaper, outlineTable, paragraph } from './paper.ts'
import { planFacts, type PlanCell, type PlanColumn, type PlanSheet } from './tablePlan.ts'

/** Own choice: as wide as a page of text. */
const CHART_WIDTH = 600

/** 环节 — the funnel from the roster to the visit, in its order. */
const STAGES: readonly (readonly [key: Exclude<keyof Funnel, 'rate'>, name: string])[] = [
  ['roster', '应诊断企业'],
  ['assigned', '已指派联系人'],
  ['joined', '已登录'],
  ['filling', '已开始填报'],
  ['submitted', '有效报送'],
  ['due', '其中达到线下诊断条件'],
]

const DEFINITION =
  '覆盖率＝有效报送企业数÷应诊断企业数。应诊断企业是名录中在基准日（含）以前列入、未移出的规模以上工业企业；有效报送是本批次完整问卷的最新一次报送，被退回修改的、快速自测的、名录以外的都不计。百分数截到一位小数，不四舍五入，只有全部完成才是 100%。'

interface Line {
  readonly name: string
  readonly funnel: Funnel
}

const COUNT_COLUMNS: readonly PlanColumn[] = [
  { title: '应诊断', width: 9, format: 'whole' },
  { title: '已指派', width: 9, format: 'whole' },
  { title: '已登录', width: 9, format: 'whole' },
  { title: '开始填报', width: 10, format: 'whole' },
  { title: '有效报送', width: 10, format: 'whole' },
  { title: '覆盖率', width: 10, format: 'percent' },
]

function listCounts({ roster, assigned, joined, filling, submitted }: Funnel): readonly PlanCell[] {
  return [roster, assigned, joined, filling, submitted, cutRate(submitted, roster) ?? null]
}

/**
 * 进展的说法 — words beside the rate: done, on plan, behind it, or nothing yet. `planned` is the share the plan wants by now, in
 * tenths of a percent. What it is behind is the difference of the two figures as they are printed.
 */
function describeProgress({ roster, submitted }: Funnel, planned: number): string {
  if (roster === 0) return '没有应诊断企业'
  if (submitted === roster) return '已全部完成'
  if (submitted === 0) return '尚无有效报送'
  const behind = planned - Math.round((cutRate(submitted, roster) ?? 0) * 1000)
  return behind < 1 ? '达到计划进度' : `比计划低 ${(behind / 10).toFixed(1)} 个百分点`
}

/** 计划进度 — in whole tenths of a percent, cut like the rates it is compared with; what the machine takes from 0.3 is no tenth. */
function cutPlan(campaign: Campaign, asOf: string): number {
  return Math.floor(planShare(campaign, asOf) * 1000 + 1e-9)
}

/** Highest rate first, then by size; areas where nobody is asked last. */
function sortByRate<Row extends Line>(lines: readonly Row[]): readonly Row[] {
  const rateOf = ({ funnel: { submitted, roster } }: Line): number => (roster === 0 ? -1 : submitted / roster)
  return [...lines].sort((a, b) => rateOf(b) - rateOf(a) || b.funnel.roster - a.funnel.roster)
}

/** A report whose parts do not add up must not leave: the figures would be wrong somewhere. */
function checkSums(lines: readonly Line[], total: Funnel): void {
  for (const key of ['roster', 'submitted'] as const) {
    const sum = lines.reduce((all, { funnel }) => all + funnel[key], 0)
    if (sum !== total[key]) throw new Error(`coverage: ${key} of the parts is ${sum}, of the whole ${total[key]}`)
  }
}

/** 完成预测 — one sentence for people who decide what to do next week. */
function describeForecast({ total, forecast }: Coverage, deadlineOn: string, asOf: string): string {
  const rest = total.roster - total.submitted
  if (total.roster === 0) return '名录中没有应诊断企业。'
  if (rest === 0) return '应诊断企业已全部完成有效报送。'
  const isOver = asOf >= deadlineOn
  const needed = isOver
    ? `截止日 ${formatDay(deadlineOn)}${asOf > deadlineOn ? '已过' : '就是今天'}，还有 ${rest} 家没有完成。`
    : `要在截止日 ${formatDay(deadlineOn)}前完成其余 ${rest} 家，平均每天需要完成 ${formatPace(forecast.neededPerDay)} 家。`
  if (forecast.finishOn === undefined) return `近一周没有新的有效报送，无法预计完成时间。${needed}`
  const late = forecast.isLate ? '晚于截止日' : '不晚于截止日'
  return `近一周平均每天 ${formatPace(forecast.perDay)} 家，按这个进度预计 ${formatDay(forecast.finishOn)}全部完成，${late}。${needed}`
}

/**
 * 覆盖率周报 — coverage of one area with its calls, as a workbook and as a paper. Throws when the parts do not add up to the
 * whole, which would be a fault of ours.
 */
export function prepareWeeklyReport(coverage: Coverage, calls: readonly Call[], context: FileContext): PaperFile {
  const { campaign, divisions, asOf, area, madeAt } = context
  const { total } = coverage
  const planned = cutPlan(campaign, asOf)
  const areas = sortByRate(
    coverage.areas.map(({ code, funnel }) => ({ name: nameDivision(divisions, code), code, funnel })),
  )
    // Firms of no listed county are a line of their own only where there are any.
    .filter(({ code, funnel }) => code !== '' || funnel.roster + funnel.outside + funnel.left > 0)
  if (areas.length > 0) checkSums(areas, total)
  checkSums(coverage.liaisons, total)
  const marks = listOfficeMarks(context.isSample === true || calls.some(({ firm }) => firm.submission?.sample === true))
  const title = `${nameDivision(divisions, area)}数字化转型诊断覆盖情况周报`
  const source: Weekly = { coverage, calls, context, areas, planned, title }
  return {
    fileName: nameFor('诊断覆盖情况周报', context),
    book: {
      title,
      scope: formatDivision(divisions, area),
      campaign: campaign.title,
      marks,
      madeAt,
      sheets: [
        planAreas(source),
        planStages(source),
        planLiaisons(source),
        planTrendDays(source),
        planCalls(source),
        planFacts([
          ['文件', title],
          ...listContextFacts(marks, context),
          ['结论', describeTotal(coverage, area, context)],
          ['完成预测', describeForecast(coverage, campaign.deadlineOn, asOf)],
          ['口径', DEFINITION],
        ]),
      ],
    },
    outline: outlinePaper(title, marks, context, listBlocks(source)),
  }
}

interface Weekly {
  readonly coverage: Coverage
  readonly calls: readonly Call[]
  readonly context: FileContext
  readonly areas: readonly Line[]
  /** In tenths of a percent. */
  readonly planned: number
  readonly title: string
}

function describeTotal({ total }: Coverage, area: string, { asOf, campaign, divisions }: FileContext): string {
  const { roster, submitted, left, outside } = total
  const beside = [
    ...(left === 0 ? [] : [`另有 ${left} 家已说明原因移出名录，不计入应诊断企业`]),
    ...(outside === 0 ? [] : [`名录以外另有 ${outside} 家报送，不计入覆盖率`]),
  ]
  const words = beside.length === 0 ? '' : `${beside.join('；')}。`
  return `截至 ${formatDay(asOf)}，${formatDivision(divisions, area)}应诊断企业 ${roster} 家，有效报送 ${submitted} 家，覆盖率 ${formatRate(submitted, roster)}；截止日为 ${formatDay(campaign.deadlineOn)}。${words}`
}

const AREA_COLUMNS: readonly PlanColumn[] = [
  { title: '序号', width: 7, format: 'whole' },
  { title: '地区', width: 18 },
  ...COUNT_COLUMNS,
  { title: '进展', width: 26 },
]

function listAreaRows({ areas, planned }: Weekly): readonly (readonly PlanCell[])[] {
  return areas.map(({ name, funnel }, at) => [at + 1, name, ...listCounts(funnel), describeProgress(funnel, planned)])
}

function totalRow({ coverage: { total }, planned }: Weekly): readonly PlanCell[] {
  return [null, '合计', ...listCounts(total), describeProgress(total, planned)]
}

function planAreas(source: Weekly): PlanSheet {
  const { context, title } = source
  return {
    name: '各地区',
    opening: { title, left: `截至 ${formatDay(context.asOf)}`, right: '单位：家、%' },
    columns: AREA_COLUMNS,
    rows: listAreaRows(source),
    total: totalRow(source),
    notes: [`注：${DEFINITION}`],
  }
}

const STAGE_COLUMNS: readonly PlanColumn[] = [
  { title: '环节', width: 26 },
  { title: '企业数', width: 12, format: 'whole' },
  { title: '占应诊断企业', width: 16, format: 'percent' },
]

function listStageRows({ coverage: { total } }: Weekly): readonly (readonly PlanCell[])[] {
  return STAGES.map(([key, name]) => [name, total[key], cutRate(total[key], total.roster) ?? null])
}

function planStages(source: Weekly): PlanSheet {
  const { total } = source.coverage
  return {
    name: '各环节',
    isPortrait: true,
    opening: { title: '各环节企业数', left: `截至 ${formatDay(source.context.asOf)}`, right: '单位：家、%' },
    columns: STAGE_COLUMNS,
    rows: listStageRows(source),
    notes: [
      `注：退回修改中的 ${total.returned} 家不计入有效报送；移出名录的 ${total.left} 家、名录以外报送的 ${total.outside} 家不在表中。`,
    ],
  }
}

function planLiaisons({ coverage: { liaisons, total }, context }: Weekly): PlanSheet {
  const nameOf = (id: string, name: string): string =>
    id === '' ? '（没有联系人）' : id === '*' ? '（有两名及以上联系人）' : name
  const lines = sortByRate(liaisons.map(({ id, name, funnel }) => ({ name: nameOf(id, name), funnel })))
  return {
    name: '诊断工作联系人',
    opening: { title: '诊断工作联系人进展', left: `截至 ${formatDay(context.asOf)}`, right: '单位：家、%' },
    columns: [{ title: '序号', width: 7, format: 'whole' }, { title: '诊断工作联系人', width: 28 }, ...COUNT_COLUMNS],
    rows: lines.map(({ name, funnel }, at) => [at + 1, name, ...listCounts(funnel)]),
    total: [null, '合计', ...listCounts(total)],
    notes: ['注：每家企业应有且只有一名诊断工作联系人；没有的和有两名及以上的各列一行，合计与地区表相同。'],
  }
}

function planTrendDays({ coverage: { trend }, context }: Weekly): PlanSheet {
  return {
    name: '逐日进度',
    isPortrait: true,
    opening: { title: '逐日累计有效报送', left: `截至 ${formatDay(context.asOf)}`, right: '单位：家' },
    columns: [
      { title: '日期', width: 16, format: 'day' },
      { title: '累计有效报送', width: 18, format: 'whole' },
      { title: '计划累计', width: 18, format: 'whole' },
    ],
    rows: trend.filter(({ on }) => on <= context.asOf).map(({ on, submitted, planned }) => [on, submitted, planned]),
  }
}

function planCalls({ calls, context: { divisions } }: Weekly): PlanSheet {
  const nameOf = (code: string | undefined): string => (code === undefined ? '' : nameDivision(divisions, code))
  return {
    name: '未完成企业',
    isList: true,
    columns: [
      { title: '序号', width: 8, format: 'whole' },
      { title: '企业名称', width: 36 },
      { title: '统一社会信用代码', width: 22, format: 'text' },
      { title: '市', width: 12 },
      { title: '县（市、区）', width: 14 },
      { title: '诊断工作联系人', width: 18 },
      { title: '企业联系人', width: 12 },
      { title: '当前进展', width: 18 },
      { title: '多少天没有动静', width: 14, format: 'whole' },
    ],
    rows: calls.map(({ firm, step, silentDays }, at) => [
      at + 1,
      firm.name,
      firm.creditCode,
      nameOf(firm.city),
      nameOf(firm.county),
      firm.liaisons.map(({ name }) => name).join('、'),
      firm.contact?.name ?? '',
      STEP_NAMES[step],
      silentDays,
    ]),
  }
}

function listBlocks(source: Weekly): readonly OutlineBlock[] {
  const { coverage, context, areas, calls, planned } = source
  const { campaign, asOf, area } = context
  const { total, trend, liaisons } = coverage
  const idle = areas.filter(({ funnel }) => funnel.roster > 0 && funnel.submitted === 0).map(({ name }) => name)
  const countOf = (id: string): number => liaisons.find((line) => line.id === id)?.funnel.roster ?? 0
  const chart = writeDrawing(
    'trend',
    planTrend({ days: trend, total: total.roster, asOf, deadlineOn: campaign.deadlineOn }, CHART_WIDTH),
  )
  const steps = (Object.keys(STEP_NAMES) as readonly Step[])
    .map((step): readonly PlanCell[] => [STEP_NAMES[step], calls.filter((call) => call.step === step).length])
    .filter(([, count]) => count !== 0)
  return [
    heading('总体情况'),
    paragraph(describeTotal(coverage, area, context)),
    outlineTable('各环节企业数（家）', STAGE_COLUMNS, listStageRows(source)),
    heading('进度与预测'),
    paragraph(describeForecast(coverage, campaign.deadlineOn, asOf)),
    ...(trend.length === 0 ? [] : [{ kind: 'chart' as const, picture: chart }]),
    ...(areas.length === 0
      ? []
      : [
          heading('各地区进展'),
          paragraph(
            idle.length === 0
              ? '有应诊断企业的地区都已有有效报送。'
              : `尚无有效报送的地区有 ${idle.length} 个：${idle.join('、')}。`,
          ),
          outlineTable('各地区覆盖率（按覆盖率从高到低，家）', AREA_COLUMNS, listAreaRows(source), totalRow(source)),
          ...(trend.length === 0 ? [] : [note(`计划进度：到 ${formatDay(asOf)}应完成 ${formatRate(planned, 1000)}。`)]),
        ]),
    heading('诊断工作联系人'),
    paragraph(
      `应诊断企业中，没有联系人的 ${countOf('')} 家，有两名及以上联系人的 ${countOf('*')} 家；每家企业应有且只有一名。`,
    ),
    heading('未完成企业'),
    ...(calls.length === 0
      ? [paragraph('应诊断企业都已完成有效报送。')]
      : [
          paragraph(`未完成 ${calls.length} 家，按当前进展分列如下；企业名单见同期的表格文件。`),
          outlineTable(
            '未完成企业的当前进展（家）',
            [
              { title: '当前进展', width: 30 },
              { title: '企业数', width: 12, format: 'whole' },
            ],
            steps,
            ['合计', calls.length],
          ),
        ]),
    heading('说明'),
    note(DEFINITION),
    note(
      `分母基准日 ${formatDay(campaign.referenceOn)}；诊断批次：${campaign.title}；问卷：${context.edition.title} ${context.edition.version}。数字由系统按报送记录计算，各地区之和等于合计。`,
    ),
  ]
}
