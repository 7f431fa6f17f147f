import { basename, dirname, resolve } from 'node:path'
import { type Form } from '#core/diagnosis/answers'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { checkExamples, type ExamplesFile } from '#core/diagnosis/examples'
import { checkReferences, parsePublishedFigures } from '#core/diagnosis/rates'
import { combineItems, scoreAnswers, type ItemScore } from '#core/diagnosis/scoring'
import { isInexact } from '#core/exact'
import { formatFault, Problem, type Fault } from '#core/problems'
import { QUESTIONNAIRES, readEditionFolder, readOwnFile } from './readEdition.ts'
import { describeFault, readArguments, STATUS, type Terminal } from './terminal.ts'

/** 检查问卷 — the `lint` command: every fault of an edition as `file: path: text`, or one line that says there is none. */
export async function runLint(args: readonly string[], terminal: Terminal): Promise<number> {
  const { plain } = readArguments(args, [], ['问卷文件夹'])
  const { edition, faults, examples } = lintEdition(plain[0]!)
  if (edition === undefined || faults.length > 0) {
    for (const fault of faults) terminal.complain(describeFault(fault))
    return STATUS.refused
  }
  const counted = `${edition.indicators.size} 个指标，${examples} 个样例`
  await terminal.print(`${edition.id} ${edition.version}（${counted}）：没有发现问题`)
  return STATUS.fine
}

export interface Linted {
  readonly edition: Edition | undefined
  readonly faults: readonly Fault[]
  readonly examples: number
}

/** 检查问卷 — everything that is wrong with the files of a folder, each fault with its file and place. */
export function lintEdition(folder: string): Linted {
  const { files, examples, references, faults: unread } = readEditionFolder(folder)
  const faults = [...unread]
  const isUnread = (fault: Fault): boolean => unread.some(({ details }) => details['file'] === fault.details['file'])
  let edition: Edition | undefined
  try {
    edition = parseEdition(files)
    faults.push(...checkFolderName(folder, edition), ...checkExactness(edition))
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem
    faults.push(...problem.faults.filter((fault) => !isUnread(fault)))
  }
  if (references !== undefined) {
    const figures = parsePublishedFigures(readOwnFile('src/reference/publishedFigures.json'))
    faults.push(...checkReferences(edition, figures, references))
  }
  if (examples === undefined) return { edition, faults, examples: 0 }
  // A score that cannot be computed is told once, not once for each example.
  const isComputable = faults.every(({ details }) => details['file'] === 'references.json')
  faults.push(...checkExamples(isComputable ? edition : undefined, examples))
  return { edition, faults, examples: faults.length === 0 ? (examples as ExamplesFile).examples.length : 0 }
}

/** The program looks editions up by folder: a draft names its edition's id. Elsewhere a folder may be called anything. */
function checkFolderName(folder: string, { id }: Edition): readonly Fault[] {
  const path = resolve(folder)
  if (dirname(path) !== resolve(QUESTIONNAIRES) || basename(path) === id) return []
  return [at(`/id：应与文件夹名 ${basename(path)} 相同，现为 ${id}`)]
}

/** Scores sheets whose fractions are as long as the edition can make them: beyond 2^53 nothing would be exact. */
function checkExactness(edition: Edition): readonly Fault[] {
  const types = [undefined, ...(edition.scoring.productionTypes ?? []).map(({ id }) => id)]
  const forms: readonly Form[] = edition.scoring.shortForm === undefined ? ['full'] : ['full', 'short']
  try {
    for (const productionType of types) {
      const profile = productionType === undefined ? {} : { productionType }
      for (const form of forms) {
        const { items } = scoreAnswers(edition, profile, form, {})
        combineItems(edition, profile, form, new Map([...items].map(([id, item], index) => [id, spread(item, index)])))
      }
    }
    return []
  } catch (fault) {
    if (!isInexact(fault)) throw fault
    return [at(`/tree：${formatFault({ code: 'edition.inexact', details: {} })}`)]
  }
}

/** An odd number of steps at the low end, one less than all at the high end. */
function spread(item: ItemScore, index: number): ItemScore {
  if (!item.counts) return item
  const most = Math.round(item.indicator.max / item.indicator.step)
  return { ...item, low: Math.min(most, 1 + 2 * (index % 2)), high: Math.max(0, most - 1) }
}

function at(reason: string): Fault {
  return { code: 'edition.unreadable', details: { file: 'scoring.json', reason } }
}
