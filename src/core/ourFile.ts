import * as v from 'valibot'
import { Problem } from './problems.ts'

/** SHA-256 over canonical JSON, given by the caller: core has no library for it. */
export type DigestOf = (value: unknown) => string

/** What the files that carry a digest or a time have in common. */
export const Moment = v.pipe(v.string(), v.isoTimestamp('应为 UTC 时间'))
export const Digest = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, '应为 64 位十六进制校验码'))

export const EditionStampSchema = v.strictObject({
  id: v.pipe(v.string(), v.maxLength(64)),
  version: v.pipe(v.string(), v.maxLength(32)),
  digest: Digest,
})
/** Which edition, to the letter: the digest is over its three files. */
export type EditionStamp = v.InferOutput<typeof EditionStampSchema>

/** 文件种类 — what a file of ours says it is. Refuses files that are not ours and formats newer than this program. */
export function readKind(value: unknown, newest: number): string {
  const file =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
  const { kind, format } = file
  if (typeof kind !== 'string' || !kind.startsWith('shidang-')) throw new Problem('file.notOurs', { field: 'kind' })
  if (typeof format !== 'number' || !Number.isInteger(format) || format < 1)
    throw new Problem('file.notOurs', { field: 'format' })
  if (format > newest) throw new Problem('file.newerFormat', { found: format, known: newest })
  return kind
}

/** Parses with a schema, refusing with the first place that does not fit. */
export function readShape<Schema extends v.GenericSchema>(schema: Schema, value: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  const path = (issue.path ?? []).map((step) => String(step.key)).join('/')
  throw new Problem('file.wrongShape', { path: `/${path}`, reason: formatIssue(issue) })
}

/** Chinese sentences for valibot's issues, keyed by issue type; the schema's own message wins where it has one. */
export function formatIssue(issue: v.BaseIssue<unknown>): string {
  if (/[\u3400-\u9fff]/.test(issue.message)) return issue.message
  if (issue.type === 'strict_object') {
    if (issue.expected === 'never') return '没有这一项，请删除或改正名称'
    if (issue.received === 'undefined') return '缺少这一项'
  }
  const expected = issue.expected === null ? '' : `，应为 ${issue.expected}`
  return `不合要求（现为 ${issue.received}${expected}）`
}
