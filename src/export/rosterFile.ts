import { formatChinaMoment } from '#core/chinaDay'
import { formatDivision, type Divisions } from '#core/division'
import { formatIndustry, type Industries } from '#core/industry'
import { findStep, STEP_NAMES } from '#core/oversight/coverage'
import { findValid, type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { ROSTER_FIELD_NAMES, type RosterField } from '#core/oversight/roster'
import { listContextFacts, listOfficeMarks, nameFor, type FileContext } from './fileContext.ts'
import { type BookFile } from './makeTables.ts'
import { planFacts, type PlanCell, type PlanColumn } from './tablePlan.ts'

type RosterContext = Pick<FileContext, 'area' | 'madeAt' | 'divisions' | 'industries'> & {
  readonly campaign?: Campaign
}

/** Phones are masked in lists, and masked ones cannot be read in again: exports have no such column. */
type ExportedField = Exclude<RosterField, 'liaisonPhone' | 'contactPhone'>

const LOOKS: Readonly<Record<RosterField, Omit<PlanColumn, 'title'>>> = {
  creditCode: { width: 22, format: 'text' },
  name: { width: 36, format: 'text' },
  city: { width: 12, format: 'text' },
  county: { width: 16, format: 'text' },
  industry: { width: 30, format: 'text' },
  size: { width: 10, format: 'text', choices: ['大型', '中型', '小型', '微型'] },
  isAboveScale: { width: 10, format: 'text', choices: ['是', '否'] },
  scaleYear: { width: 10, format: 'whole' },
  scaleSource: { width: 20, format: 'text' },
  liaisonName: { width: 16, format: 'text' },
  liaisonPhone: { width: 20, format: 'text' },
  contactName: { width: 14, format: 'text' },
  contactPhone: { width: 18, format: 'text' },
  listedOn: { width: 14, format: 'day' },
}

function planColumn(field: RosterField): PlanColumn {
  return { title: ROSTER_FIELD_NAMES[field], ...LOOKS[field] }
}

function listValues(
  divisions: Divisions,
  industries: Industries,
): Readonly<Record<ExportedField, (firm: Enterprise) => PlanCell | undefined>> {
  const nameOf = (code: string): string => divisions.byCode.get(code)?.name ?? code
  return {
    creditCode: ({ creditCode }) => creditCode,
    name: ({ name }) => name,
    city: ({ city }) => nameOf(city),
    county: ({ county }) => (county === undefined ? undefined : nameOf(county)),
    industry: ({ industry }) => (industry === undefined ? undefined : formatIndustry(industries, industry)),
    size: ({ size }) => size,
    isAboveScale: ({ isAboveScale }) => (isAboveScale ? '是' : '否'),
    scaleYear: ({ scaleYear }) => scaleYear,
    scaleSource: ({ scaleSource }) => scaleSource,
    // Exactly one is right; two names in a cell would be read in as one person.
    liaisonName: ({ liaisons }) => (liaisons.length === 1 ? liaisons[0]!.name : undefined),
    contactName: ({ contact }) => contact?.name,
    listedOn: ({ listedOn }) => listedOn,
  }
}

/**
 * 企业名录 — the firms as plain data for an .xlsx that can be imported again unchanged: columns as the import names them, then
 * what only people read. `codes` are 报送码 by enterprise id; with a round, step and submission are told too.
 */
export function prepareRosterFile(
  firms: readonly Enterprise[],
  context: RosterContext,
  codes?: ReadonlyMap<string, string>,
): BookFile {
  const { divisions, industries, area, campaign, madeAt } = context
  const values = listValues(divisions, industries)
  const fields = Object.keys(values) as readonly ExportedField[]
  const beside: readonly (PlanColumn & { readonly valueOf: (firm: Enterprise) => PlanCell | undefined })[] = [
    ...(codes === undefined
      ? []
      : [{ title: '报送码', width: 18, format: 'text' as const, valueOf: ({ id }: Enterprise) => codes.get(id) }]),
    {
      title: '联系人异常',
      width: 26,
      valueOf: ({ liaisons }) =>
        liaisons.length < 2 ? undefined : `有 ${liaisons.length} 名：${liaisons.map(({ name }) => name).join('、')}`,
    },
    ...(campaign === undefined ? [] : listProgress(campaign)),
    {
      title: '移出名录',
      width: 26,
      valueOf: ({ left }) => (left === undefined ? undefined : `${left.on} ${left.reason}`),
    },
  ]
  const marks = listOfficeMarks(firms.some(({ submission }) => submission?.sample === true))
  const facts = planFacts([
    ['文件', '企业名录'],
    ...listContextFacts(marks, context),
    ['名录行数', firms.length],
    ['重新导入', '各列名称与导入模板相同，修改后可以原样导入；右侧多出的列导入时不读。'],
    ['电话', '电话不随名录导出；需要时在企业页面逐个查看，查看会记入审计。'],
    ...(codes === undefined
      ? []
      : ([['报送码', '一次性使用，由诊断工作联系人当面或电话告知企业本身；不要公开、转发本文件。']] as const)),
    ['完整性', '名录最后一行写有“共 n 行，完”；没有这一行的文件不完整。'],
  ])
  return {
    fileName: nameFor(codes === undefined ? '企业名录' : '企业名录（含报送码）', context),
    book: {
      title: '企业名录',
      scope: formatDivision(divisions, area),
      campaign: campaign?.title ?? '',
      marks,
      madeAt,
      sheets: [
        {
          name: '名录',
          isList: true,
          columns: [...fields.map(planColumn), ...beside.map(({ valueOf: _, ...column }) => column)],
          rows: firms.map((firm) => [
            ...fields.map((field) => values[field](firm) ?? null),
            ...beside.map(({ valueOf }) => valueOf(firm) ?? null),
          ]),
        },
        facts,
      ],
    },
  }
}

function listProgress(
  campaign: Campaign,
): readonly (PlanColumn & { readonly valueOf: (firm: Enterprise) => PlanCell | undefined })[] {
  return [
    { title: '当前进展', width: 18, valueOf: (firm) => STEP_NAMES[findStep(firm, campaign)] },
    {
      title: '有效报送时间',
      width: 17,
      format: 'moment',
      valueOf: (firm) => {
        const valid = findValid(firm, campaign)
        return valid === undefined ? undefined : formatChinaMoment(valid.receivedAt)
      },
    },
  ]
}

/** How each column is filled in; 必填 first, because without them a row is refused. */
const HINTS: Readonly<Record<RosterField, string>> = {
  creditCode: '必填。18 位，会核对校验码；本模板的单元格已设为文本，请勿改为数字。',
  name: '必填。营业执照上的全称。',
  city: '必填（市、县级单位导入本地名录时可以不填）。名称或六位代码；也可写在县一列里。',
  county: '名称或六位代码；开发区等功能区请写所在的县（市、区）。',
  industry: '国民经济行业分类（GB/T 4754-2017）大类：两位代码、名称，或两者都写。',
  size: '大型、中型、小型、微型。',
  isAboveScale: '必填。是或否：决定是否计入覆盖率的分母，以统计部门名录为准。',
  scaleYear: '名录的年份，四位。',
  scaleSource: '名录的来源，例如：统计局 2026 年规上工业名录。',
  liaisonName: '每家企业只有一名，来自实体经济服务员工作队；还没有时留空。',
  liaisonPhone: '工作电话；同名的联系人由电话区分。',
  contactName: '企业自己的联系人。',
  contactPhone: '工作电话。',
  listedOn: '列入名录的日期，例如 2026-05-31；不填按导入当天计。',
}
const BLANK_ROWS = 2000

/** 名录模板 — an empty table to fill in, every column as text so that codes stay codes, and how each is filled in. */
export function prepareRosterTemplate(madeAt: string): BookFile {
  const fields = Object.keys(ROSTER_FIELD_NAMES) as readonly RosterField[]
  return {
    fileName: '企业名录导入模板',
    book: {
      title: '企业名录导入模板',
      scope: '企业名录导入模板',
      campaign: '',
      marks: [],
      madeAt,
      sheets: [
        {
          name: '名录',
          isList: true,
          blankRows: BLANK_ROWS,
          // Text throughout, also where an export has figures: what is typed stays as typed.
          columns: fields.map((field) => ({ ...planColumn(field), format: 'text' as const })),
          rows: [],
        },
        {
          name: '填写说明',
          isPortrait: true,
          columns: [
            { title: '列', width: 22 },
            { title: '怎样填', width: 90 },
          ],
          rows: fields.map((field) => [ROSTER_FIELD_NAMES[field], HINTS[field]]),
        },
      ],
    },
  }
}
