import { type ChartPicture } from '#charts/picture'
import { findChinaDay } from '#core/chinaDay'
import { type Benchmark } from '#core/diagnosis/benchmark'
import { type ReportRate } from '#core/diagnosis/rates'
import { type Report, type ReportRow, type ReportStanding, type ReportVisit } from '#core/diagnosis/report'
import { SPREAD_SHARES } from '#core/diagnosis/peerFile'
import { formatDay } from '#core/diagnosis/wording'
import { type Outline, type OutlineBlock, type OutlineColumn } from './outline.ts'

/**
 * 报告提纲 — all that a report says, in the order of the screen, as blocks that every document format draws. Every row of the
 * report's table is in it with its score and state. `charts` are the pictures of the same report.
 */
export function outlineReport(report: Report, charts: readonly ChartPicture[]): Outline {
  const { enterprise, headline, ladder, stamp } = report
  return {
    title: '数字化转型诊断报告',
    enterprise: enterprise.name ?? '未填写企业名称',
    edition: stamp.title,
    marks: ['自评参考', ...(report.isSample ? ['示例数据'] : [])],
    cover: listCover(report),
    place: headline.place === '' ? nameScore(report) : headline.place,
    levelName: headline.levelName,
    scoreText: headline.place === '' ? '' : nameScore(report),
    ...(ladder.length === 0 ? {} : { ladder }),
    blocks: [
      ...writeResult(report),
      ...writeLimits(report),
      ...writeDomains(report, charts),
      ...writeBenchmark(report, charts),
      ...writeRates(report),
      ...writeComparisons(report),
      ...writeGaps(report),
      ...writeUpgrade(report),
      ...(report.visit === undefined ? [] : writeVisit(report.visit)),
      ...writeStanding(report),
      ...writeStamp(report),
      ...writeTable(report),
    ],
  }
}

// ---------- blocks in short ----------

const heading = (text: string, level: 1 | 2 = 1): OutlineBlock => ({ kind: 'heading', level, text })
const paragraph = (text: string): OutlineBlock => ({ kind: 'paragraph', text, tone: 'plain' })
const strong = (text: string): OutlineBlock => ({ kind: 'paragraph', text, tone: 'strong' })
const soft = (text: string): OutlineBlock => ({ kind: 'paragraph', text, tone: 'soft' })
const list = (items: readonly string[], isOrdered = false): OutlineBlock => ({ kind: 'list', items, isOrdered })
const left = (title: string, width: number): OutlineColumn => ({ title, align: 'left', width })
const right = (title: string, width: number): OutlineColumn => ({ title, align: 'right', width })

interface TableLine {
  readonly cells: readonly string[]
  readonly depth?: number
  readonly isStrong?: boolean
}

function table(title: string, columns: readonly OutlineColumn[], lines: readonly TableLine[]): OutlineBlock {
  return {
    kind: 'table',
    title,
    columns,
    rows: lines.map(({ cells, depth = 0, isStrong = false }) => ({ cells, depth, isStrong })),
  }
}

function drawCharts(
  charts: readonly ChartPicture[],
  ...names: readonly ChartPicture['name'][]
): readonly OutlineBlock[] {
  return charts.filter(({ name }) => names.includes(name)).map((picture) => ({ kind: 'chart', picture }))
}

function nameRow({ id, title, kind, depth }: ReportRow): string {
  return kind === 'node' && depth === 0 ? title : `${id} ${title}`
}

function formatShare(share: number | undefined): string {
  return share === undefined ? '—' : `${(share * 100).toFixed(1)}%`
}

/** One scale for all rows below the total is said once, otherwise every figure carries its own. */
function findScale(rows: readonly ReportRow[]): number | undefined {
  const [first, ...others] = rows.filter(({ depth, value }) => depth > 0 && value !== undefined)
  return first !== undefined && others.every(({ max }) => max === first.max) ? first.max : undefined
}

function formatScore({ value, figureText, max }: ReportRow, scale: number | undefined): string {
  return value === undefined || max === scale ? figureText : `${figureText} / ${max}`
}

// ---------- result ----------

function nameScore({ headline }: Report): string {
  return headline.scoreText === '' ? '暂无得分' : `总分 ${headline.scoreText} 分（满分 ${headline.scoreMax} 分）`
}

/** An instant as China's calendar says it: a report made at night must not bear the day before. */
function formatInstant(at: string): string {
  return formatDay(findChinaDay(at))
}

function listCover({ enterprise, headline, submittedAt, revision, stamp }: Report): Outline['cover'] {
  const submission =
    submittedAt === undefined
      ? '尚未提交'
      : `${formatInstant(submittedAt)}${revision !== undefined && revision > 1 ? `（第 ${revision} 次）` : ''}`
  return [
    ...(enterprise.creditCode === undefined ? [] : [{ label: '统一社会信用代码', text: enterprise.creditCode }]),
    ...(enterprise.productionType === undefined ? [] : [{ label: '生产类型', text: enterprise.productionType }]),
    { label: '填报方式', text: headline.formLabel },
    { label: '提交', text: submission },
    { label: '问卷', text: `${stamp.title}（${stamp.id} ${stamp.version}）` },
  ]
}

function writeResult(report: Report): readonly OutlineBlock[] {
  const { headline, remarks, counts, standing } = report
  const place =
    headline.place === '' ? '' : `${headline.place}${headline.levelName === '' ? '' : `，${headline.levelName}`}；`
  const skipped = [
    ...(counts.unanswered > 0 ? [`${counts.unanswered} 项未答`] : []),
    ...(counts.unknown > 0 ? [`${counts.unknown} 项不掌握`] : []),
    ...(counts.notApplicable > 0 ? [`${counts.notApplicable} 项不适用`] : []),
  ]
  const answered = `应答 ${counts.asked} 项指标，已答 ${counts.answered} 项${skipped.map((part) => `，${part}`).join('')}。`
  return [
    heading('诊断结果'),
    strong(`${place}${nameScore(report)}。`),
    ...(headline.meaning === '' ? [] : [paragraph(headline.meaning)]),
    paragraph(answered),
    ...remarks.map(paragraph),
    soft(standing.statement),
  ]
}

function writeLimits({ limits }: Report): readonly OutlineBlock[] {
  const { sentence, next } = limits
  return [
    heading('为什么是这个结果'),
    paragraph(sentence),
    ...(limits.limits.length === 0
      ? []
      : [
          table(
            '各项规则所到的位置',
            [left('规则', 2), left('位置', 3), left('', 4)],
            limits.limits.map(({ title, place, isLimiting }) => ({
              cells: [title, place, isLimiting ? '结果停在这里' : ''],
              isStrong: isLimiting,
            })),
          ),
        ]),
    ...(limits.limits.length > 1 ? [soft('结果取其中最低的一个。')] : []),
    ...(next === undefined
      ? []
      : [
          heading(`到${next.place}还差什么`, 2),
          list(next.needs.map(({ text }) => text)),
          ...next.needs
            .filter(({ items }) => items.length > 0)
            .map(({ items }) =>
              soft(
                `还没达到的 ${items.length} 项：${items.map(({ id, title, valueText }) => `${id} ${title}（${valueText}）`).join('、')}。`,
              ),
            ),
        ]),
  ]
}

// ---------- where it stands ----------

/** Sub-domains stand in the radar, beside their peers and in the full table: here the domains are enough. */
function writeDomains({ domains }: Report, charts: readonly ChartPicture[]): readonly OutlineBlock[] {
  const pictures = drawCharts(charts, 'radarDomains', 'radarSubdomains')
  if (domains.length === 0 && pictures.length === 0) return []
  const scale = findScale(domains)
  return [
    heading('各方面得分'),
    ...pictures.slice(0, 1),
    ...(domains.length === 0
      ? []
      : [
          table(
            '各方面得分',
            [left('名称', 6), right(scale === undefined ? '得分' : `得分（满分 ${scale}）`, 4), right('占总分', 3)],
            domains.map((row) => ({ cells: [nameRow(row), formatScore(row, scale), formatShare(row.share)] })),
          ),
        ]),
    ...pictures.slice(1),
  ]
}

const SHARE_TITLES = ['最低一成', '下四分位', '中位数', '上四分位', '最高一成'] as const

function writeBenchmark(report: Report, charts: readonly ChartPicture[]): readonly OutlineBlock[] {
  const { benchmark, benchmarkRemark } = report
  const opening = heading('与同类企业相比')
  if (benchmark === undefined) return benchmarkRemark === '' ? [] : [opening, paragraph(benchmarkRemark)]
  const { sentence, widened, rows, n, asOf, source, edition, groupTitle } = benchmark
  return [
    opening,
    paragraph(sentence),
    ...(widened === '' ? [] : [soft(widened)]),
    soft(`同类组：${groupTitle}，共 ${n} 家；数据日期 ${formatDay(asOf)}；来源：${source}；问卷 ${edition}。`),
    ...writeTiers(benchmark, report.headline.unit),
    heading('各方面的分布', 2),
    table(
      '本企业与同类组的分布',
      [left('名称', 8), right('本企业', 3), ...SHARE_TITLES.map((title) => right(title, 3)), left('所处位置', 4)],
      rows.map(({ id, title, depth, ownText, spread, standing }) => ({
        cells: [
          depth === 0 ? title : `${id} ${title}`,
          Number(ownText).toFixed(2),
          ...spread.map((mark) => mark.toFixed(2)),
          standing.text,
        ],
        depth: Math.max(0, depth - 1),
        isStrong: depth < 2,
      })),
    ),
    soft(
      `各列依次是同类组从低到高排在 ${SPREAD_SHARES.map((share) => `${Math.round(share * 100)}%`).join('、')} 处的得分；本企业的得分取低端。`,
    ),
    // After the table, which may break where a page is full: before it, the picture would leave half a page empty.
    ...drawCharts(charts, 'spread'),
  ]
}

/** Own choice: so many steps stand beside each other on a page's width. */
const MOST_STEPS = 11

function writeTiers({ tiers, n }: Benchmark, unit: '档' | '级'): readonly OutlineBlock[] {
  if (tiers.length === 0) return []
  const title = `同类企业在各${unit}的家数`
  const nameOf = (tier: number): string => (tier === 0 ? '未入级' : `${tier} ${unit}`)
  const shareOf = (firms: number): string => (n === 0 ? '—' : `${((firms / n) * 100).toFixed(1)}%`)
  const lines: readonly OutlineBlock[] =
    tiers.length > MOST_STEPS
      ? [
          table(
            title,
            [left(unit === '档' ? '档次' : '级别', 4), right('家数', 2), right('占比', 2), left('', 4)],
            tiers.map(({ tier, n: firms, isOwn }) => ({
              cells: [nameOf(tier), String(firms), shareOf(firms), isOwn ? '本企业在这里' : ''],
              isStrong: isOwn,
            })),
          ),
        ]
      : [
          table(
            title,
            [left('', 3), ...tiers.map(({ tier }) => right(nameOf(tier), 3))],
            [
              { cells: ['家数', ...tiers.map(({ n: firms }) => String(firms))] },
              { cells: ['占比', ...tiers.map(({ n: firms }) => shareOf(firms))] },
              { cells: ['', ...tiers.map(({ isOwn }) => (isOwn ? '本企业' : ''))], isStrong: true },
            ],
          ),
        ]
  return [heading(title, 2), ...lines]
}

function writeRates({ rates }: Report): readonly OutlineBlock[] {
  if (rates.length === 0) return []
  return [
    heading('本企业的比率与公布数据'),
    paragraph('公布数据的口径和范围与本企业不尽相同，只作背景，不参与计分，也不是同类组的数据。'),
    table(
      '本企业的比率与公布数据',
      [left('指标；公布数据的范围', 5.4), right('数值', 3.6), left('时间、来源与注意', 13)],
      rates.flatMap(writeRate),
    ),
  ]
}

/** The firm's own figure leads, the published ones stand under it; what holds for all of these is said once, beside the name. */
function writeRate({ id, title, ownText, measure, figures }: ReportRate): readonly TableLine[] {
  const cautions = figures.map(({ caution }) => caution.match(/[^。]+。?/g) ?? [])
  const [first = [], ...others] = cautions
  const differs = first.findIndex((sentence, at) => others.some((caution) => caution[at] !== sentence))
  const shared = figures.length < 2 ? 0 : differs < 0 ? first.length : differs
  return [
    {
      cells: [`${id} ${title}`, ownText, `本企业；下面公布的是：${measure}。${first.slice(0, shared).join('')}`],
      isStrong: true,
    },
    ...figures.map(({ value, unit, when, population, source }, at) => ({
      cells: [
        population,
        unit === '%' ? `${value}%` : `${value} ${unit}`,
        `${when}。来源：${source}。${cautions[at]!.slice(shared).join('')}`,
      ],
      depth: 1,
    })),
  ]
}

// ---------- strengths, gaps, way up ----------

function writeComparisons({ comparisons }: Report): readonly OutlineBlock[] {
  if (comparisons.length === 0) return []
  return [
    heading('强项与短板'),
    paragraph('和本企业自己的平均水平相比，只看已有确定得分的部分。'),
    ...comparisons.flatMap(({ title, meanText, strengths, gaps }) => [
      heading(`按${title}看`, 2),
      paragraph(`平均 ${meanText}。`),
      ...writeStandings('强项', strengths, `没有明显高于平均的${title}。`),
      ...writeStandings('短板', gaps, `没有明显低于平均的${title}。`),
    ]),
  ]
}

function writeStandings(title: string, standings: readonly ReportStanding[], none: string): readonly OutlineBlock[] {
  if (standings.length === 0) return [paragraph(none)]
  return [
    table(
      title,
      [left(title, 6), right('得分', 2), right('与平均相比', 3), left('说明', 10)],
      standings.map(({ row, distanceText, phrase }) => ({
        cells: [nameRow(row), formatScore(row, row.max), distanceText, phrase],
      })),
    ),
  ]
}

function writeGaps({ gaps, gapsRemark }: Report): readonly OutlineBlock[] {
  if (gaps.length === 0) return []
  return [
    heading('差距排序'),
    paragraph(gapsRemark),
    table(
      '差距排序',
      [right('序', 1), left('子域', 8), right('现在', 2), right('目标', 2), left('补齐后', 5)],
      gaps.map(({ row, target, bringsText }, at) => ({
        cells: [String(at + 1), nameRow(row), row.figureText, target.toFixed(2), bringsText],
      })),
    ),
  ]
}

function writeUpgrade({ upgrade, upgradeRemark }: Report): readonly OutlineBlock[] {
  if (upgrade === undefined) {
    return upgradeRemark === '' ? [] : [heading('怎样再往上走'), paragraph(upgradeRemark)]
  }
  return [
    heading(`怎样到${upgrade.place}`),
    paragraph(upgrade.summary),
    table(
      '需要提升的指标',
      [left('指标', 6), left('提升', 6), left('对应描述和建议', 14)],
      upgrade.raises.map(({ id, title, isGate, fromText, toText, costText, phrase, mark, advice }) => ({
        cells: [
          `${id} ${title}${isGate ? '（门槛指标）' : ''}`,
          `${fromText}\n→ ${toText}\n${costText}`,
          [
            ...(phrase === '' ? (mark === '' ? [] : [`${mark}。`]) : [`${phrase}${mark === '' ? '' : `（${mark}）`}`]),
            ...advice.map((line) => `建议：${line}`),
          ].join('\n'),
        ],
      })),
    ),
  ]
}

function writeVisit({ isCertain, sentence, firmness, areas }: ReportVisit): readonly OutlineBlock[] {
  return [
    heading(isCertain ? '建议线下诊断' : '可能需要线下诊断'),
    paragraph(sentence),
    ...(firmness === '' ? [] : [paragraph(firmness)]),
    ...areas.flatMap(({ title, looksAt, items, evidence }) => [
      heading(title, 2),
      paragraph(looksAt),
      ...(items.length === 0
        ? []
        : [
            paragraph(
              `相关指标：${items.map(({ id, title: name, valueText }) => `${id} ${name}（${valueText}）`).join('、')}。`,
            ),
          ]),
      ...(evidence.length === 0 ? [] : [soft(`可备材料：${evidence.join('、')}。`)]),
    ]),
  ]
}

// ---------- what it is, and all figures ----------

function writeStanding({ standing }: Report): readonly OutlineBlock[] {
  return [
    heading('怎样看待这个结果'),
    paragraph(standing.statement),
    heading('它是', 2),
    list(standing.is),
    heading('它不是', 2),
    list(standing.isNot),
  ]
}

function writeTable({ table: rows }: Report): readonly OutlineBlock[] {
  const scale = findScale(rows)
  const [total] = rows
  const ordered = total === undefined ? rows : [...rows.slice(1), total]
  const scaleText = scale === undefined ? '' : `每一行满分 ${scale} 分。`
  return [
    heading('得分明细'),
    paragraph(`${scaleText}区间表示还有未答或不掌握的指标；“占总分”是这一部分在总分中的分量。`),
    table(
      '得分明细',
      [left('名称', 9), right('得分', 3), left('计分情况', 11), right('占总分', 2.4)],
      ordered.map((row) => ({
        cells: [
          `${nameRow(row)}${row.isGate ? '（门槛指标）' : ''}`,
          formatScore(row, row.depth === 0 ? undefined : scale),
          row.phrase === '' ? row.stateText : `${row.stateText}：${row.phrase}`,
          row.depth === 0 ? '' : formatShare(row.share),
        ],
        depth: Math.max(0, row.depth - 1),
        isStrong: row.kind === 'node',
      })),
    ),
  ]
}

function writeStamp({ stamp }: Report): readonly OutlineBlock[] {
  return [
    heading('问卷与程序'),
    table(
      '问卷与程序',
      [left('项目', 2), left('内容', 10)],
      [
        { cells: ['问卷', stamp.title] },
        { cells: ['版本', `${stamp.id} ${stamp.version}`] },
        { cells: ['校验码', stamp.digest] },
        { cells: ['程序', `识档 ${stamp.engine}`] },
      ],
    ),
  ]
}
