import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeFault, STATUS, type Terminal } from '../../cli/terminal'
import { Problem } from '#core/problems'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
export const GUANGXI = join(ROOT, 'questionnaires/guangxi-2024')
export const WORKSHOP = join(ROOT, 'tests/editions/workshop-levels')

export interface Run {
  readonly status: number
  readonly out: readonly string[]
  readonly err: readonly string[]
}

/** The real program, as a shell starts it. */
export function runProgram(args: readonly string[], input: string | Uint8Array = ''): Run {
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/tsx'), ['cli/main.ts', ...args], {
    cwd: ROOT,
    input,
    maxBuffer: 1e9,
  })
  return { status: status ?? -1, out: listLines(stdout.toString()), err: listLines(stderr.toString()) }
}

function listLines(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '')
}

/** One command without a process around it; refusals become lines as in the program. */
export async function runCommand(command: (terminal: Terminal) => Promise<number>): Promise<Run> {
  const out: string[] = []
  const err: string[] = []
  try {
    const status = await command({ print: (line) => void out.push(line), complain: (line) => err.push(line) })
    return { status, out, err }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    return { status: STATUS.refused, out, err: problem.faults.map(describeFault) }
  }
}

/** Standard input in chunks that do not end with the lines. */
export async function* inChunks(input: string | Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(input)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  await Promise.resolve()
}

/** A new file with this content; text is written as UTF-8, other values as JSON. */
export function aFile(content: unknown, name = 'file.json'): string {
  const path = join(mkdtempSync(join(tmpdir(), 'shidang-')), name)
  writeFileSync(path, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content))
  return path
}

/** A copy of an edition, changed: `['scoring.json/items/W6/cap', 90]` sets a value, `undefined` deletes it. */
export function anEditionLike(
  edition: string,
  ...changes: readonly (readonly [path: string, value: unknown])[]
): string {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-'))
  cpSync(edition, folder, { recursive: true })
  for (const [path, value] of changes) {
    const [file = '', ...names] = path.split('/')
    const content = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>
    const last = names.pop() ?? ''
    const place = names.reduce((inner, name) => inner[name] as Record<string, unknown>, content)
    if (value === undefined) delete place[last]
    else place[last] = value
    writeFileSync(join(folder, file), JSON.stringify(content))
  }
  return folder
}
