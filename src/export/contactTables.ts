import { formatChinaMoment } from '#core/chinaDay'
import { findChinaDay } from '#core/chinaDay'
import { formatDay } from '#core/diagnosis/wording'
import { formatDivision, type Divisions } from '#core/division'
import { type AuthorityRow, type TableVersion } from '#core/oversight/api'
import { findStep, STEP_NAMES } from '#core/oversight/coverage'
import { findValid, locateEnterprise, maskPhone, type Campaign, type Enterprise } from '#core/oversight/enterprise'
import { listOfficeMarks, nameDivision, nameFor, type FileContext } from './fileContext.ts'
import { type PaperFile } from './makeTables.ts'
import { outlinePaper, outlineTable } from './paper.ts'
import { type PlanCell, type PlanColumn } from './tablePlan.ts'

type TableContext = Pick<FileContext, 'area' | 'madeAt' | 'divisions'> & { readonly campaign?: Campaign }

const TABLES = {
  authorities: { annex: '附件2', title: '工作联系表' },
  services: { annex: '附件3', title: '服务联系表' },
} as const

const LEVELS = { 1: '自治区（省）级', 2: '市级', 3: '县级' } as const

const AUTHORITY_COLUMNS: readonly PlanColumn[] = [
  { title: '序号', width: 7, format: 'whole' },
  { title: '级别', width: 12 },
  { title: '地区', width: 16 },
  { title: '单位', width: 30 },
  { title: '工作负责人', width: 12 },
  { title: '联系人', width: 12 },
  { title: '职务', width: 16 },
  { title: '办公电话', width: 18, format: 'text' },
  { title: '手机', width: 18, format: 'text' },
  { title: '更新时间', width: 18, format: 'moment' },
]

/** 工作联系表（附件2） — the authorities of an area and below it, in the order of divisions; mobiles masked, twice if need be. */
export function prepareAuthorities(rows: readonly AuthorityRow[], context: TableContext): PaperFile {
  const { divisions } = context
  const sorted = [...rows].sort((a, b) => (a.area < b.area ? -1 : a.area > b.area ? 1 : 0))
  return prepareTable(
    'authorities',
    AUTHORITY_COLUMNS,
    sorted.map((row, at) => {
      const level = divisions.byCode.get(row.area)?.level
      return [
        at + 1,
        level === undefined ? '' : LEVELS[level],
        nameDivision(divisions, row.area),
        row.unit,
        row.leader ?? '',
        row.contact ?? '',
        row.post ?? '',
        row.officePhone ?? '',
        hidePhone(row.mobile),
        row.updatedAt === undefined ? null : formatChinaMoment(row.updatedAt),
      ]
    }),
    context,
    { marks: [] },
  )
}

const SERVICE_COLUMNS: readonly PlanColumn[] = [
  { title: '序号', width: 7, format: 'whole' },
  { title: '企业名称', width: 30 },
  { title: '统一社会信用代码', width: 28, format: 'text' },
  { title: '县（市、区）', width: 14 },
  { title: '诊断工作联系人', width: 15 },
  { title: '联系电话', width: 18, format: 'text' },
  { title: '联系时间', width: 14, format: 'day' },
  { title: '线上诊断', width: 15 },
  { title: '报送时间', width: 18, format: 'moment' },
  { title: '档', width: 6, format: 'whole' },
  { title: '线下诊断', width: 12 },
  { title: '备注', width: 22 },
]

/** 服务联系表（附件3） — who serves which firm and how far it is in the round, in the order of divisions; phones masked. */
export function prepareServices(
  firms: readonly Enterprise[],
  context: TableContext & { readonly campaign: Campaign },
): PaperFile {
  const { divisions, campaign } = context
  const sorted = [...firms].sort((a, b) => {
    const [one, other] = [locateEnterprise(a), locateEnterprise(b)]
    return one === other ? a.name.localeCompare(b.name, 'zh-Hans-CN') : one < other ? -1 : 1
  })
  return prepareTable(
    'services',
    SERVICE_COLUMNS,
    sorted.map((firm, at) => {
      const valid = findValid(firm, campaign)
      const { liaisons, contactedAt, left, note } = firm
      return [
        at + 1,
        firm.name,
        firm.creditCode,
        nameDivision(divisions, locateEnterprise(firm)),
        liaisons.length === 0 ? '（未指派）' : liaisons.map(({ name }) => name).join('、'),
        liaisons
          .map(({ phone }) => hidePhone(phone))
          .filter((phone) => phone !== '')
          .join('、'),
        contactedAt === undefined ? null : findChinaDay(contactedAt),
        STEP_NAMES[findStep(firm, campaign)],
        valid === undefined ? null : formatChinaMoment(valid.receivedAt),
        valid?.tier?.low ?? null,
        valid === undefined ? '' : valid.dueForVisit ? '需要' : '不需要',
        [
          ...(liaisons.length > 1 ? [`联系人有 ${liaisons.length} 名，应为一名`] : []),
          ...(left === undefined ? [] : [`已移出名录：${left.reason}`]),
          ...(note === undefined ? [] : [note]),
        ].join('；'),
      ]
    }),
    context,
    { marks: listOfficeMarks(firms.some(({ submission }) => submission?.sample === true)) },
  )
}

/**
 * 旧版联系表 — a version as the hub kept it: its own columns in its own words, with the time it was kept. Division codes and
 * moments among them become names and times of China.
 */
export function prepareStoredTable(
  version: TableVersion,
  rows: readonly Readonly<Record<string, string>>[],
  context: TableContext,
): PaperFile {
  const titles = Array.from(new Set(rows.flatMap((row) => Object.keys(row))))
  const columns: readonly PlanColumn[] = [
    { title: '序号', width: 7, format: 'whole' },
    ...titles.map((title) => ({ title, width: WIDE.test(title) ? 30 : 16, format: 'text' as const })),
  ]
  const lines = rows.map((row, at) => [
    at + 1,
    ...titles.map((title) => formatStored(row[title] ?? '', title, context.divisions)),
  ])
  const about = { ...context, area: version.area, madeAt: version.at }
  return prepareTable(version.kind, columns, lines, about, {
    marks: version.kind === 'services' ? listOfficeMarks(false) : [],
    version: `版本：${formatChinaMoment(version.at)}，${version.by}${version.note === undefined ? '' : `（${version.note}）`}`,
  })
}

const WIDE = /名称|单位|代码|备注/

function formatStored(text: string, title: string, divisions: Divisions): string {
  if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(text)) return formatChinaMoment(text)
  if (title === '区划') return nameDivision(divisions, text)
  return /电话|手机/.test(title) && !/办公/.test(title) ? text.split('、').map(hidePhone).join('、') : text
}

/** Masked once more where it came whole: no table of these carries a person's number. */
function hidePhone(phone: string | undefined): string {
  if (phone === undefined || phone === '') return ''
  return phone.includes('*') ? phone : maskPhone(phone)
}

function prepareTable(
  kind: keyof typeof TABLES,
  columns: readonly PlanColumn[],
  rows: readonly (readonly PlanCell[])[],
  context: TableContext,
  { marks, version }: { readonly marks: readonly string[]; readonly version?: string },
): PaperFile {
  const { area, divisions, campaign, madeAt } = context
  const { annex, title } = TABLES[kind]
  const scope = formatDivision(divisions, area)
  const time = `填报时间：${formatDay(findChinaDay(madeAt))}`
  const kept = version ?? `版本：${formatChinaMoment(madeAt)}`
  return {
    fileName: nameFor(`${annex} ${title}`, context),
    book: {
      title: `${annex} ${title}`,
      scope,
      campaign: campaign?.title ?? '',
      marks,
      madeAt,
      sheets: [
        {
          name: title,
          opening: { annex, title, left: `填报单位：（盖章）　　范围：${scope}`, right: time },
          columns,
          rows,
          notes: [`注：${kept}。个人电话不完整显示；表中栏目由本系统拟定。`],
        },
      ],
    },
    outline: outlinePaper(
      title,
      marks,
      context,
      [
        outlineTable('', columns, rows),
        { kind: 'paragraph', tone: 'soft', text: `注：${kept}。个人电话不完整显示；表中栏目由本系统拟定。` },
      ],
      {
        annex,
        lines: [`填报单位：（盖章）　　范围：${scope}　　${time}`],
        isLandscape: true,
      },
    ),
  }
}
