import { type Form } from '#core/diagnosis/answers'
import { type Edition } from '#core/diagnosis/edition'
import { type Result } from '#core/diagnosis/result'
import { isInexact } from '#core/exact'
import { MOST_CHARACTERS, parseJson } from '#core/json'
import { readShape } from '#core/ourFile'
import { evaluate } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import * as v from 'valibot'
import { decodeText, readEdition, readNamedJsonFile } from './readEdition.ts'
import { describeFault, readArguments, STATUS, type Terminal } from './terminal.ts'

/** 评分 — the `score` command: one answer sheet from a file, or one a line from standard input with `-`. */
export async function runScore(
  args: readonly string[],
  terminal: Terminal,
  input: AsyncIterable<Uint8Array>,
): Promise<number> {
  const { plain, options } = readArguments(args, ['profile', 'form'], ['问卷文件夹', '作答文件'])
  const [folder, answersPath] = plain as [string, string]
  const form = options['form'] ?? 'full'
  if (form !== 'full' && form !== 'short') {
    throw new Problem('cli.usage', { reason: `--form 只能是 full 或 short，不能是 ${form}` })
  }
  const edition = readEdition(folder)
  if (form === 'short' && edition.scoring.shortForm === undefined) throw new Problem('edition.noShortForm')
  const profile = options['profile'] === undefined ? undefined : readNamedJsonFile(options['profile'])
  if (answersPath === '-') return scoreLines(edition, form, profile, input, terminal)
  await terminal.print(JSON.stringify(scoreSheet(edition, form, profile, readNamedJsonFile(answersPath))))
  return STATUS.fine
}

/** What is printed of one sheet: `form` only where it is not the full one. */
export type PrintedResult = Omit<Result, 'form'> & { readonly form?: 'short' }

/** One sheet of unknown origin to what is printed. Refuses what the rules refuse. */
export function scoreSheet(edition: Edition, form: Form, profile: unknown, answers: unknown): PrintedResult {
  const { form: asked, ...result } = evaluateExactly(edition, form, profile, answers)
  return asked === 'short' ? { ...result, form: asked } : result
}

/** Fractions beyond 2^53 come from an edition whose weights and steps no one would choose: a refusal, not a bug. */
function evaluateExactly(edition: Edition, form: Form, profile: unknown, answers: unknown): Result {
  try {
    return evaluate(edition, profile, form, answers).result
  } catch (fault) {
    throw isInexact(fault) ? new Problem('edition.inexact') : fault
  }
}

const Line = v.strictObject({ profile: v.optional(v.unknown()), answers: v.unknown() })

async function scoreLines(
  edition: Edition,
  form: Form,
  profile: unknown,
  input: AsyncIterable<Uint8Array>,
  terminal: Terminal,
): Promise<number> {
  let status: number = STATUS.fine
  for await (const { number, bytes } of splitLines(input)) {
    try {
      if (bytes === undefined) {
        throw new Problem('file.tooLarge', { megabytes: Math.ceil(MOST_CHARACTERS / 1e6), most: MOST_CHARACTERS / 1e6 })
      }
      const text = decodeText(bytes)
      if (text.trim() === '') continue
      const line = readShape(Line, parseJson(text))
      const printing = terminal.print(JSON.stringify(scoreSheet(edition, form, line.profile ?? profile, line.answers)))
      if (printing !== undefined) await printing
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      status = STATUS.refused
      const problems = problem.faults.map(describeFault)
      for (const text of problems) terminal.complain(`第 ${number} 行：${text}`)
      await terminal.print(JSON.stringify({ line: number, problems }))
    }
  }
  return status
}

interface NumberedLine {
  readonly number: number
  /** Absent when the line is longer than any sheet. */
  readonly bytes: Uint8Array | undefined
}

const NEW_LINE = 10

/**
 * Lines of a stream of bytes, numbered from 1. Split before decoding, so that one line in another encoding spoils no other;
 * never more than one line in memory, and of an overlong one nothing.
 */
export async function* splitLines(
  input: AsyncIterable<Uint8Array>,
  most: number = MOST_CHARACTERS,
): AsyncGenerator<NumberedLine> {
  let number = 0
  let parts: Uint8Array[] = []
  let length = 0
  const add = (part: Uint8Array): void => {
    length += part.length
    if (length > most) parts = []
    else if (part.length > 0) parts.push(part)
  }
  const take = (): NumberedLine => {
    const [first] = parts
    const bytes = length > most ? undefined : parts.length === 1 && first !== undefined ? first : Buffer.concat(parts)
    parts = []
    length = 0
    number += 1
    return { number, bytes }
  }
  for await (const chunk of input) {
    let start = 0
    for (let end = chunk.indexOf(NEW_LINE); end >= 0; end = chunk.indexOf(NEW_LINE, start)) {
      add(chunk.subarray(start, end))
      start = end + 1
      yield take()
    }
    add(chunk.subarray(start))
  }
  if (length > 0) yield take()
}
