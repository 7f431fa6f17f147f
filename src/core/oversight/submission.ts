import * as v from 'valibot'
import { readAnswers, readRulesProfile, type Answers, type Form } from '../diagnosis/answers.ts'
import { type Edition } from '../diagnosis/edition.ts'
import { gradeScores, type Grade } from '../diagnosis/grading.ts'
import { ProfileSchema, type Profile } from '../diagnosis/profile.ts'
import { buildResult, type Result } from '../diagnosis/result.ts'
import { refuseIncomplete, scoreAnswers, type ScoreSheet } from '../diagnosis/scoring.ts'
import {
  Digest,
  EditionStampSchema,
  Moment,
  readKind,
  readShape,
  type DigestOf,
  type EditionStamp,
} from '../ourFile.ts'
import { Problem } from '../problems.ts'

/** The newest format this program writes and reads. */
export const SUBMISSION_FORMAT = 1

const Range = v.strictObject({ low: v.number(), high: v.number() })
/** Checked by hand: a hundred of them in each sheet would cost more than scoring it. */
const Ranges = v.custom<Record<string, { low: number; high: number }>>(isRanges, '应为“编号 → {low, high}”的对象')
const ResultSchema = v.strictObject({
  edition: v.string(),
  version: v.string(),
  form: v.picklist(['full', 'short']),
  score: v.optional(Range),
  tier: v.optional(Range),
  level: v.optional(Range),
  limits: v.optional(v.strictObject({ score: v.number(), gate: v.number(), cap: v.number() })),
  nodes: Ranges,
  items: Ranges,
  dueForVisit: v.boolean(),
})

/** Raw answers, read by the rules later; a record schema alone would take a list. */
export const AnswersSchema = v.pipe(
  v.record(v.string(), v.unknown()),
  v.check((answers) => !Array.isArray(answers), '应为“指标编号 → 回答”的对象'),
)

const SubmissionSchema = v.strictObject({
  kind: v.literal('shidang-submission'),
  format: v.literal(SUBMISSION_FORMAT),
  engine: v.pipe(v.string(), v.maxLength(32)),
  id: v.pipe(v.string(), v.maxLength(64)),
  revision: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100000)),
  form: v.picklist(['full', 'short']),
  edition: EditionStampSchema,
  profile: ProfileSchema,
  answers: AnswersSchema,
  startedAt: Moment,
  submittedAt: Moment,
  minutes: v.pipe(v.number(), v.minValue(0)),
  pledged: v.literal(true, '缺少真实性承诺'),
  /** 示例数据: made by `synth`, no firm's sheet; every screen and file made from it says so. */
  sample: v.optional(v.literal(true)),
  result: ResultSchema,
  sha256: Digest,
})

function isRanges(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  for (const [id, range] of Object.entries(value)) {
    if (id.length > 32 || typeof range !== 'object' || range === null) return false
    const { low, high } = range as Readonly<Record<string, unknown>>
    if (typeof low !== 'number' || typeof high !== 'number') return false
    for (const name in range) if (name !== 'low' && name !== 'high') return false
  }
  return true
}

/** 报送包 — a locked sheet with its result: everything a third party needs to compute the result again. */
export type Submission = Omit<v.InferOutput<typeof SubmissionSchema>, 'answers'> & { readonly answers: Answers }

/** What a locked sheet consists of before it is scored and sealed. */
export interface SheetToSubmit {
  readonly id: string
  readonly revision: number
  readonly form: Form
  readonly profile: Profile
  readonly answers: Answers
  readonly startedAt: string
  readonly submittedAt: string
  readonly minutes: number
  /** 示例数据: a made-up firm. */
  readonly sample?: true
}

/** An edition is hashed once: it is a thousand times as long as a sheet, and never changes. */
const stamps = new WeakMap<DigestOf, WeakMap<Edition, EditionStamp>>()

/** The stamp of an edition's three files, without the editors' `$schema` hints. */
export function stampEdition(edition: Edition, digestOf: DigestOf): EditionStamp {
  let known = stamps.get(digestOf)
  if (known === undefined) stamps.set(digestOf, (known = new WeakMap()))
  let stamp = known.get(edition)
  if (stamp === undefined) {
    const { scoring, survey, advice } = edition
    const { $schema: _scoring, ...rules } = scoring
    const { $schema: _survey, ...form } = survey
    stamp = { id: edition.id, version: edition.version, digest: digestOf({ scoring: rules, survey: form, advice }) }
    known.set(edition, stamp)
  }
  return stamp
}

/**
 * 报送包 — draft to submission: scores once more, refuses what the rules refuse (including a gap when the edition wants a
 * complete sheet), and seals it with its digest. Time, id and engine version are arguments.
 */
export function packSubmission(edition: Edition, sheet: SheetToSubmit, engine: string, digestOf: DigestOf): Submission {
  const { result } = evaluate(edition, sheet.profile, sheet.form, sheet.answers)
  const { id, revision, form, profile, answers, startedAt, submittedAt, minutes } = sheet
  const content = {
    kind: 'shidang-submission' as const,
    format: SUBMISSION_FORMAT as 1,
    engine,
    id,
    revision,
    form,
    edition: stampEdition(edition, digestOf),
    profile,
    answers,
    startedAt,
    submittedAt,
    minutes,
    pledged: true as const,
    ...(sheet.sample === true ? { sample: true as const } : {}),
    result,
  }
  return { ...content, sha256: digestOf(content) }
}

/** Rows 3 to 5 of the data flow in one go: answers to sheet, grade and result. */
export function evaluate(
  edition: Edition,
  profile: unknown,
  form: Form,
  answers: unknown,
): { readonly sheet: ScoreSheet; readonly grade: Grade; readonly result: Result; readonly answers: Answers } {
  const rulesProfile = readRulesProfile(edition, profile)
  const read = readAnswers(edition, rulesProfile, form, answers)
  const sheet = scoreAnswers(edition, rulesProfile, form, read)
  refuseIncomplete(sheet)
  const grade = gradeScores(sheet)
  return { sheet, grade, result: buildResult(sheet, grade), answers: read }
}

/** A submission that was opened and scored again. `differences` names the stated figures that are not the computed ones. */
export interface OpenedSubmission {
  readonly submission: Submission
  readonly edition: Edition
  readonly sheet: ScoreSheet
  readonly grade: Grade
  readonly computed: Result
  readonly agrees: boolean
  readonly differences: readonly string[]
}

/**
 * 打开报送包 — plain value to submission, scored again from its answers alone. Refuses: another kind of file, a newer
 * format, a wrong shape, a digest that does not fit, an edition that is not here to the letter, answers the rules refuse.
 * A stated result that differs is no refusal: it is told, and the computed one counts.
 */
export function openSubmission(value: unknown, editions: readonly Edition[], digestOf: DigestOf): OpenedSubmission {
  const submission = readSubmission(value, digestOf)
  const edition = findEdition(submission.edition, editions, digestOf)
  const { sheet, grade, result } = evaluate(edition, submission.profile, submission.form, submission.answers)
  const differences = listDifferences(submission.result, result)
  return { submission, edition, sheet, grade, computed: result, agrees: differences.length === 0, differences }
}

/** 报送包 — plain value to submission, not scored again. Refuses another kind, a newer format, a wrong shape or digest. */
export function readSubmission(value: unknown, digestOf: DigestOf): Submission {
  const kind = readKind(value, SUBMISSION_FORMAT)
  if (kind !== 'shidang-submission') {
    throw new Problem('file.wrongKind', {
      found: kind === 'shidang-draft' ? '草稿文件' : '另一种识档文件',
      wanted: '报送包',
    })
  }
  const submission = readShape(SubmissionSchema, value) as Submission
  const { sha256, ...content } = submission
  if (digestOf(content) !== sha256) throw new Problem('submission.damaged')
  return submission
}

/** The edition of a stamp, to the letter, among those at hand. */
export function findEdition(stamp: EditionStamp, editions: readonly Edition[], digestOf: DigestOf): Edition {
  const edition = editions.find(({ id }) => id === stamp.id)
  if (edition === undefined) throw new Problem('edition.unknown', { id: stamp.id })
  if (edition.version !== stamp.version) {
    throw new Problem('submission.otherEdition', { id: stamp.id, version: stamp.version, known: edition.version })
  }
  if (stampEdition(edition, digestOf).digest !== stamp.digest) {
    throw new Problem('submission.otherDigest', { id: stamp.id, version: stamp.version })
  }
  return edition
}

/** Paths of what differs; where nothing does, as nearly always, no path is written. */
function listDifferences(stated: unknown, computed: unknown, path = ''): readonly string[] {
  if (isSame(stated, computed)) return []
  if (typeof stated !== 'object' || typeof computed !== 'object' || stated === null || computed === null) return [path]
  const names = new Set([...Object.keys(stated), ...Object.keys(computed)])
  return [...names].flatMap((name) =>
    listDifferences(
      (stated as Record<string, unknown>)[name],
      (computed as Record<string, unknown>)[name],
      path === '' ? name : `${path}/${name}`,
    ),
  )
}

function isSame(stated: unknown, computed: unknown): boolean {
  if (stated === computed) return true
  if (typeof stated !== 'object' || typeof computed !== 'object' || stated === null || computed === null) return false
  const names = Object.keys(stated)
  if (names.length !== Object.keys(computed).length) return false
  for (const name of names) {
    if (!isSame((stated as Record<string, unknown>)[name], (computed as Record<string, unknown>)[name])) return false
  }
  return true
}
