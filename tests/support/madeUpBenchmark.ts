import { findStanding, type Benchmark, type BenchmarkRow } from '#core/diagnosis/benchmark'
import { type Spread } from '#core/diagnosis/peerFile'
import { type Report } from '#core/diagnosis/report'
import { seeded } from './build.ts'

/** 虚构的同类组 — a group around a report's own rows, with seeded marks; marked as sample data like any made-up group. */
export function makeBenchmark(report: Report, change: Partial<Benchmark> = {}): Benchmark {
  const next = seeded(7)
  const rows = report.table.flatMap((row): readonly BenchmarkRow[] => {
    if (row.kind !== 'node' || row.value === undefined) return []
    const middle = row.max * (0.3 + 0.25 * next())
    const marks = [-0.24, -0.11, 0, 0.1, 0.25].map((step) => {
      const mark = middle + step * row.max * (0.6 + 0.6 * next())
      return Math.round(Math.min(Math.max(mark, 0), row.max) * 100) / 100
    })
    const spread = marks.sort((a, b) => a - b) as unknown as Spread
    const own = Math.round(row.value.low * 100) / 100
    const { id, title, depth, group, max } = row
    return [{ id, title, depth, group, max, own, ownText: String(own), spread, standing: findStanding(own, spread) }]
  })
  const steps = report.ladder.flatMap((group) => group.steps)
  const firms = [11, 32, 47, 38, 21, 12, 6, 3, 0, 0]
  const tiers = steps.map(({ number, state }, at) => ({ tier: number, n: firms[at] ?? 0, isOwn: state === 'here' }))
  return {
    groupTitle: '广西壮族自治区 · 20 木材加工和木、竹、藤、棕、草制品业 · 小型',
    n: tiers.reduce((sum, { n }) => sum + n, 0),
    asOf: '2026-11-01',
    source: '示例数据（程序生成，不是真实企业）',
    edition: `${report.stamp.id} ${report.stamp.version}`,
    isSample: true,
    widened: '',
    sentence:
      '与“广西壮族自治区 · 20 木材加工和木、竹、藤、棕、草制品业 · 小型”的 170 家企业相比，总分处于中上（超过 50%—75% 的同类企业）；低于第 3 档的有 43 家（25%）。',
    rows: [...rows].sort((a, b) => Math.min(a.depth, 1) - Math.min(b.depth, 1)),
    tiers,
    ...change,
  }
}
