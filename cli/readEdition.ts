import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEdition, type Edition, type EditionFiles } from '#core/diagnosis/edition'
import { MOST_CHARACTERS, parseJson } from '#core/json'
import { formatFault, Problem, refuseWhenFaulty, type Fault } from '#core/problems'

/** The editions that come with the program. */
export const QUESTIONNAIRES = fileURLToPath(new URL('../questionnaires/', import.meta.url))

/** A JSON file of the program itself, by its path from the root: `src/reference/divisions.json`, `package.json`. */
export function readOwnFile(path: string): unknown {
  return readJsonFile(fileURLToPath(new URL(`../${path}`, import.meta.url)))
}

/** 读入文件 — a JSON file to a plain value. Refuses what is not there, too large, not UTF-8, not JSON or hostile. */
export function readJsonFile(path: string): unknown {
  return parseJson(decodeText(readBytes(path)))
}

/** The same, with the file's name before each refusal. */
export function readNamedJsonFile(path: string): unknown {
  try {
    return readJsonFile(path)
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    throw new Problem('file.at', { file: path, reason: problem.message })
  }
}

/** UTF-8 bytes to text. Refuses anything else: GBK read as UTF-8 would score under garbled names. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Problem('file.notText')
  }
}

/** Reads no further than the largest file we take: a pipe or a device may never end. */
function readBytes(path: string): Buffer {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const parts: Buffer[] = []
    for (let length = 0; ;) {
      const part = Buffer.alloc(256 * 1024)
      const read = readSync(file, part)
      if (read === 0) return Buffer.concat(parts)
      parts.push(part.subarray(0, read))
      length += read
      if (length > MOST_CHARACTERS) {
        throw new Problem('file.tooLarge', { megabytes: Math.ceil(length / 1e6), most: MOST_CHARACTERS / 1e6 })
      }
    }
  } catch (fault) {
    throw fault instanceof Problem ? fault : toProblem(fault)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** What the file system refuses, as a refusal of ours; anything else is a bug and rises. */
export function toProblem(fault: unknown): Problem {
  const code = (fault as NodeJS.ErrnoException).code
  if (code === undefined) throw fault
  if (code === 'ENOENT' || code === 'ENOTDIR') return new Problem('file.missing')
  if (code === 'EISDIR') return new Problem('file.isFolder')
  return new Problem('file.noAccess', { reason: code })
}

/** What a folder holds before anything is checked; `faults` tells which files could not be read at all. */
export interface EditionFolder {
  readonly files: EditionFiles
  readonly examples: unknown
  readonly references: unknown
  readonly faults: readonly Fault[]
}

/** 问卷文件夹 — the three files of an edition, its examples and references, which may be missing. Refuses a folder that is not there. */
export function readEditionFolder(folder: string): EditionFolder {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Problem('file.at', { file: folder, reason: formatFault({ code: 'file.noFolder', details: {} }) })
  }
  const faults: Fault[] = []
  const read = (file: string, isOptional = false): unknown => {
    try {
      return readJsonFile(join(folder, file))
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      if (isOptional && problem.code === 'file.missing') return undefined
      faults.push({ code: 'edition.unreadable', details: { file, reason: `/：${problem.message}` } })
      return undefined
    }
  }
  const files = { scoring: read('scoring.json'), survey: read('survey.json'), advice: read('advice.json') }
  return { files, examples: read('examples.json', true), references: read('references.json', true), faults }
}

/** What lies beside an edition and changes none of its scores. */
const BESIDE: readonly unknown[] = ['examples.json', 'references.json']

/** 问卷版本 — a folder to one checked edition and nothing beside it. Refuses with every fault and its place. */
export function readEdition(folder: string): Edition {
  const { files, faults } = readEditionFolder(folder)
  refuseWhenFaulty(faults.filter(({ details }) => !BESIDE.includes(details['file'])))
  return parseEdition(files)
}

/** The editions with an id among all folders beside the program, of which only those are checked. */
export function readEditionsById(id: string): readonly Edition[] {
  const folders = readdirSync(QUESTIONNAIRES, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return folders.flatMap(({ name }) => {
    const folder = join(QUESTIONNAIRES, name)
    const { scoring } = readEditionFolder(folder).files
    return (scoring as { id?: unknown } | null | undefined)?.id === id ? [readEdition(folder)] : []
  })
}
