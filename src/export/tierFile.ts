import { formatChinaMoment } from '#core/chinaDay'
import { listNodes } from '#core/diagnosis/edition'
import { formatDivision } from '#core/division'
import { formatIndustry } from '#core/industry'
import { formatFilter, type TierFilter, type TierList, type TierRow } from '#core/oversight/tierList'
import { listContextFacts, listOfficeMarks, nameFor, STANDING, type FileContext } from './fileContext.ts'
import { type BookFile } from './makeTables.ts'
import { planFacts, type PlanCell, type PlanColumn } from './tablePlan.ts'

interface TierColumn extends PlanColumn {
  readonly valueOf: (row: TierRow, at: number) => PlanCell | undefined
}
type TierContext = Omit<FileContext, 'asOf'> & Partial<Pick<FileContext, 'asOf'>>

/** Columns keep their place and title from version to version: other programs count on them. */
function listColumns({ levels }: TierList, context: TierContext): readonly TierColumn[] {
  const { divisions, industries, edition } = context
  const titles = new Map(listNodes(edition.tree).map(({ id, title }) => [id, title]))
  const nameOf = (code: string | undefined): string =>
    code === undefined ? '' : (divisions.byCode.get(code)?.name ?? code)
  const tierColumns: readonly TierColumn[] = [
    { title: '档', width: 6, format: 'whole', valueOf: ({ summary }) => summary.tier?.low },
    { title: '档（最高可到）', width: 9, format: 'whole', valueOf: ({ summary }) => summary.tier?.high },
  ]
  return [
    { title: '序号', width: 8, format: 'whole', valueOf: (_, at) => at + 1 },
    { title: '企业名称', width: 36, valueOf: ({ firm }) => firm.name },
    { title: '统一社会信用代码', width: 22, format: 'text', valueOf: ({ firm }) => firm.creditCode },
    { title: '市', width: 10, valueOf: ({ firm }) => nameOf(firm.city) },
    { title: '县（市、区）', width: 14, valueOf: ({ firm }) => nameOf(firm.county) },
    {
      title: '行业大类',
      width: 30,
      valueOf: ({ firm: { industry } }) => (industry === undefined ? '' : formatIndustry(industries, industry)),
    },
    { title: '规模', width: 7, valueOf: ({ firm }) => firm.size },
    ...(levels === true ? [] : tierColumns),
    { title: '级', width: 6, format: 'whole', valueOf: ({ summary }) => summary.level?.low },
    { title: '总分（低）', width: 9, format: 'hundredths', valueOf: ({ summary }) => summary.score?.low },
    { title: '总分（高）', width: 9, format: 'hundredths', valueOf: ({ summary }) => summary.score?.high },
    { title: '线下诊断条件', width: 10, valueOf: ({ summary }) => (summary.dueForVisit ? '达到' : '未达到') },
    { title: '稳固程度', width: 9, format: 'whole', valueOf: ({ summary }) => summary.firmness },
    { title: '复算差异', width: 9, format: 'whole', valueOf: ({ summary }) => summary.differences },
    { title: '拟申报', width: 24, valueOf: ({ summary }) => summary.intentions.join('、') },
    { title: '诊断工作联系人', width: 14, valueOf: ({ firm }) => firm.liaisons.map(({ name }) => name).join('、') },
    { title: '报送时间', width: 17, format: 'moment', valueOf: ({ summary }) => formatChinaMoment(summary.receivedAt) },
    { title: '第几次报送', width: 8, format: 'whole', valueOf: ({ summary }) => summary.revision },
    { title: '填报用时（分）', width: 9, format: 'whole', valueOf: ({ summary }) => Math.round(summary.minutes) },
    {
      title: '主要短板',
      width: 60,
      valueOf: ({ summary }) => summary.gaps.map((id) => titles.get(id) ?? id).join('、'),
    },
    { title: '报送编号', width: 38, format: 'text', valueOf: ({ summary }) => summary.id },
  ]
}

/** 分档名单 — a tier list as plain data for an .xlsx or a CSV; scope, filter, time, edition and counts go with it. */
export function prepareTierFile(list: TierList, filter: TierFilter, context: TierContext): BookFile {
  const { campaign, divisions, industries, madeAt, area } = context
  const { rows, byTier, levels } = list
  const columns = listColumns(list, context)
  const unit = levels === true ? '级' : '档'
  const marks = listOfficeMarks(rows.some(({ summary }) => summary.sample === true))
  const counts = byTier.flatMap((firms, tier) =>
    firms === 0 ? [] : [tier === 0 ? `未定${unit} ${firms} 家` : `${tier} ${unit} ${firms} 家`],
  )
  const facts = planFacts([
    ['文件', '企业分档名单'],
    ...listContextFacts(marks, context),
    ['筛选', formatFilter(filter, divisions, industries, unit)],
    ['名单行数', rows.length],
    [`各${unit}企业数`, counts.join('，')],
    ['结果的性质', STANDING],
    ['档、级、总分', '按已有作答的低端计；“高”是不掌握、未答的指标都取最高时的值。'],
    ['稳固程度', '几步（每步半级）下调后不再达到线下诊断条件：1 表示只系于一项回答；空白表示未达到。'],
    ['复算差异', '企业文件所写与系统复算不一致的数字个数；名单一律采用复算结果。'],
    ['完整性', '名单最后一行写有“共 n 行，完”；没有这一行的文件不完整。'],
  ])
  return {
    fileName: nameFor('企业分档名单', context),
    book: {
      title: '企业分档名单',
      scope: formatDivision(divisions, area),
      campaign: campaign.title,
      marks,
      madeAt,
      sheets: [
        {
          name: '名单',
          isList: true,
          columns: columns.map(({ valueOf: _, ...column }) => column),
          rows: rows.map((row, at) => columns.map(({ valueOf }) => valueOf(row, at) ?? null)),
        },
        facts,
      ],
    },
  }
}
