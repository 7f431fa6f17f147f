import * as v from 'valibot'
import { type Answers } from '../diagnosis/answers.ts'
import { ProfileSchema } from '../diagnosis/profile.ts'
import { Digest, EditionStampSchema, Moment, readKind, readShape, type DigestOf } from '../ourFile.ts'
import { Problem } from '../problems.ts'
import { AnswersSchema } from './submission.ts'

/** The newest format of a draft file this program writes and reads. */
export const DRAFT_FILE_FORMAT = 1

const DraftFileSchema = v.strictObject({
  kind: v.literal('shidang-draft'),
  format: v.literal(DRAFT_FILE_FORMAT),
  sheetId: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  revision: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100000)),
  form: v.picklist(['full', 'short']),
  edition: EditionStampSchema,
  profile: ProfileSchema,
  answers: AnswersSchema,
  startedAt: Moment,
  updatedAt: Moment,
  minutes: v.pipe(v.number(), v.minValue(0)),
  sha256: Digest,
})

/** 草稿文件 — an unfinished sheet, to go on at another computer. Its answers are raw: they are read again when scored. */
export type DraftFile = Omit<v.InferOutput<typeof DraftFileSchema>, 'answers'> & { readonly answers: Answers }
export type DraftContent = Omit<DraftFile, 'kind' | 'format' | 'sha256'>

/** 草稿文件 — seals a draft with its digest. */
export function packDraft(draft: DraftContent, digestOf: DigestOf): DraftFile {
  const content = { kind: 'shidang-draft' as const, format: DRAFT_FILE_FORMAT as 1, ...draft }
  return { ...content, sha256: digestOf(content) }
}

/** 打开草稿文件 — plain value to draft. Refuses another kind, a newer format, a wrong shape, a digest that does not fit. */
export function openDraft(value: unknown, digestOf: DigestOf): DraftFile {
  const kind = readKind(value, DRAFT_FILE_FORMAT)
  if (kind !== 'shidang-draft') {
    const found = kind === 'shidang-submission' ? '报送包' : '另一种识档文件'
    throw new Problem('file.wrongKind', { found, wanted: '草稿文件' })
  }
  const file = readShape(DraftFileSchema, value) as DraftFile
  const { sha256, ...content } = file
  if (digestOf(content) !== sha256) throw new Problem('submission.damaged')
  return file
}
