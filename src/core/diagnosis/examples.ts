import * as v from 'valibot'
import { formatIssue } from '../ourFile.ts'
import { hasOwn, Problem, type Fault } from '../problems.ts'
import { readAnswers, readRulesProfile, type Form } from './answers.ts'
import { type Edition } from './edition.ts'
import { gradeScores } from './grading.ts'
import { buildResult, type Result } from './result.ts'
import { refuseIncomplete, scoreAnswers } from './scoring.ts'

const Text = v.pipe(v.string(), v.trim(), v.minLength(1, '不能为空'), v.maxLength(2000, '超过 2000 个字符'))
const Range = v.strictObject({ low: v.number(), high: v.number() })
const Ranges = v.record(v.pipe(v.string(), v.maxLength(32, '编号不超过 32 个字符')), Range)

const Expect = v.pipe(
  v.strictObject({
    score: v.optional(Range),
    tier: v.optional(Range),
    level: v.optional(Range),
    limits: v.optional(v.strictObject({ score: v.number(), gate: v.number(), cap: v.number() })),
    nodes: v.optional(Ranges),
    items: v.optional(Ranges),
    dueForVisit: v.optional(v.boolean()),
  }),
  v.check((expected) => Object.keys(expected).length > 0, '至少写一项期望'),
)

/** `examples.json`: answer sheets and what each must earn. Whatever `expect` leaves out is not compared. */
export const ExamplesFile = v.strictObject({
  $schema: v.optional(v.string()),
  note: v.optional(Text),
  examples: v.pipe(
    v.array(
      v.strictObject({
        name: v.pipe(Text, v.maxLength(100, '超过 100 个字符')),
        calculation: v.optional(Text),
        profile: v.optional(v.record(v.string(), v.unknown())),
        form: v.optional(v.picklist(['full', 'short'])),
        answers: v.record(v.string(), v.unknown()),
        expect: Expect,
      }),
    ),
    v.minLength(1, '不能为空'),
  ),
})
export type ExamplesFile = v.InferOutput<typeof ExamplesFile>
type Example = ExamplesFile['examples'][number]

/** Own choice: an author writes 1.8333333333 for 11/6; tiers and levels are whole and far apart. */
const TOLERANCE = 1e-9

/**
 * 样例核对 — every fault of an examples file: its shape, a name given twice, an example that the rules refuse or that does
 * not earn what it says. Each fault names the example. Without an edition, when that is faulty itself, the shape alone.
 */
export function checkExamples(edition: Edition | undefined, file: unknown): readonly Fault[] {
  const faults: Fault[] = []
  const say = (reason: string): void => {
    faults.push({ code: 'edition.unreadable', details: { file: 'examples.json', reason } })
  }
  const parsed = v.safeParse(ExamplesFile, file)
  if (!parsed.success) {
    for (const issue of parsed.issues) {
      say(`/${(issue.path ?? []).map((step) => String(step.key)).join('/')}：${formatIssue(issue)}`)
    }
    return faults
  }
  const seen = new Set<string>()
  for (const [at, example] of parsed.output.examples.entries()) {
    const name = `样例“${example.name}”`
    if (seen.has(example.name)) say(`/examples/${at}/name：${name}用了两次`)
    seen.add(example.name)
    if (edition === undefined) continue
    try {
      for (const { path, text } of listMisses(example.expect, scoreExample(edition, example)))
        say(`/examples/${at}/expect/${path}：${name}${text}`)
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      say(`/examples/${at}/answers：${name}不能计分：${problem.message}`)
    }
  }
  return faults
}

function scoreExample(edition: Edition, { profile, form, answers }: Example): Result {
  const rulesProfile = readRulesProfile(edition, profile)
  const asked: Form = form ?? 'full'
  const sheet = scoreAnswers(edition, rulesProfile, asked, readAnswers(edition, rulesProfile, asked, answers))
  refuseIncomplete(sheet)
  return buildResult(sheet, gradeScores(sheet))
}

interface Miss {
  readonly path: string
  readonly text: string
}

/** Where the computed value differs from the expected one; names that are not expected are not looked at. */
function listMisses(expected: unknown, computed: unknown, path = ''): readonly Miss[] {
  if (computed === undefined) return [{ path, text: '期望有值，计算结果里没有这一项' }]
  if (typeof expected === 'object' && expected !== null && typeof computed === 'object' && computed !== null) {
    return Object.entries(expected).flatMap(([name, value]) =>
      listMisses(
        value,
        hasOwn(computed, name) ? (computed as Record<string, unknown>)[name] : undefined,
        path === '' ? name : `${path}/${name}`,
      ),
    )
  }
  const isSame =
    typeof expected === 'number' && typeof computed === 'number'
      ? Math.abs(expected - computed) <= TOLERANCE
      : expected === computed
  return isSame ? [] : [{ path, text: `期望 ${String(expected)}，算得 ${String(computed)}` }]
}
