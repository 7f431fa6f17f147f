import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { EditionFiles } from '#core/diagnosis/edition'

const ROOT = new URL('../', import.meta.url)

/** 程序自带的文件 — by its path from the root, as plain value. A fault in one is a bug, not a refusal. */
export function readOwnFile(path: string): unknown {
  return JSON.parse(readFileSync(fileURLToPath(new URL(path, ROOT)), 'utf8'))
}

/** 自带的问卷 — the folders that hold an edition. */
export function listEditionFolders(): readonly string[] {
  const folder = fileURLToPath(new URL('questionnaires/', ROOT))
  return readdirSync(folder).filter((name) => existsSync(`${folder}${name}/scoring.json`))
}

export function readEditionFiles(folder: string): EditionFiles {
  const read = (name: string): unknown => readOwnFile(`questionnaires/${folder}/${name}.json`)
  return { scoring: read('scoring'), survey: read('survey'), advice: read('advice') }
}
