import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { digest } from '#digest'
import { type Edition } from '#core/diagnosis/edition'
import { parseDivisions } from '#core/division'
import { parseIndustries } from '#core/industry'
import { packSubmission } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { createPopulation, MOST_FIRMS } from './population.ts'
import { readEdition, readEditionsById, readOwnFile } from './readEdition.ts'
import { readArguments, STATUS, type Terminal } from './terminal.ts'

/** A fixed day, so that the same command gives the same bytes on any day. */
const DEFAULT_DAY = '2026-11-21'
const SUBMISSIONS = 'submissions.ndjson'
const README = 'README.txt'
const TITLE = '示例数据（不是真实企业）'
/** Lines that are written in one go: a few megabytes. */
const BATCH = 500

/** 示例数据 — the `synth` command: a folder with the submissions of made-up firms, one a line, and a text that says what they are. */
export async function runSynth(args: readonly string[], terminal: Terminal): Promise<number> {
  const { options } = readArguments(args, ['firms', 'seed', 'edition', 'out', 'as-of'], [])
  const firms = readCount('firms', options['firms'], 1, MOST_FIRMS)
  const seed = readCount('seed', options['seed'], 0, 2 ** 31 - 1)
  const asOf = readDay(options['as-of'] ?? DEFAULT_DAY)
  const editionName = readText('edition', options['edition'])
  const edition = findEdition(editionName)
  const out = readText('out', options['out'])
  prepareFolder(out)
  writeFileSync(join(out, README), describeFolder(edition, editionName, firms, seed, asOf))
  const tiers = writeSubmissions(join(out, SUBMISSIONS), edition, firms, seed, asOf)
  const summary = { sample: '示例数据', out, firms, seed, asOf, edition: `${edition.id} ${edition.version}`, tiers }
  await terminal.print(JSON.stringify(summary))
  return STATUS.fine
}

function readText(name: string, text: string | undefined): string {
  if (text === undefined || text === '') throw new Problem('cli.usage', { reason: `缺少 --${name}` })
  return text
}

function readCount(name: string, text: string | undefined, least: number, most: number): number {
  const given = readText(name, text)
  const count = /^\d{1,15}$/.test(given) ? Number(given) : NaN
  if (count >= least && count <= most) return count
  throw new Problem('cli.usage', { reason: `--${name} 应为 ${least} 到 ${most} 的整数，不能是 ${given}` })
}

function readDay(text: string): string {
  const time = /^(19|20|21)\d{2}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  // 2026-02-30 is read as 2 March: only a day that reads back the same is one.
  if (!Number.isNaN(time) && new Date(time).toISOString().startsWith(text)) return text
  throw new Problem('cli.usage', { reason: `--as-of 应为 2026-11-21 这样的日期，不能是 ${text}` })
}

/** A folder, or the id of an edition that comes with the program. */
function findEdition(name: string): Edition {
  if (statSync(name, { throwIfNoEntry: false }) !== undefined) return readEdition(name)
  const [edition] = readEditionsById(name)
  if (edition === undefined) throw new Problem('edition.unknown', { id: name })
  return edition
}

/** Overwrites what it made itself, and nothing else: a folder of real submissions stays as it is. */
function prepareFolder(out: string): void {
  const found = statSync(out, { throwIfNoEntry: false })
  if (found === undefined) {
    mkdirSync(out, { recursive: true })
  } else if (!found.isDirectory()) {
    throw new Problem('cli.usage', { reason: `--out ${out} 是文件，不是文件夹` })
  } else if (readdirSync(out).length > 0 && !isOwnFolder(out)) {
    throw new Problem('cli.usage', { reason: `--out ${out} 里已有别的文件，请换一个空文件夹` })
  }
}

function isOwnFolder(out: string): boolean {
  const readme = join(out, README)
  return (
    statSync(readme, { throwIfNoEntry: false })?.isFile() === true && readFileSync(readme, 'utf8').startsWith(TITLE)
  )
}

/** Writes batch by batch under another name and renames at the end: half a population is never taken for a whole one. */
function writeSubmissions(
  path: string,
  edition: Edition,
  firms: number,
  seed: number,
  asOf: string,
): Readonly<Record<string, number>> {
  const divisions = parseDivisions(readOwnFile('src/reference/divisions.json'))
  const industries = parseIndustries(readOwnFile('src/reference/industries.json'))
  const { version } = readOwnFile('package.json') as { version: string }
  const makeFirm = createPopulation({ edition, divisions, industries, seed, asOf })
  const tiers: Record<string, number> = {}
  const file = openSync(`${path}.part`, 'w')
  try {
    let lines = ''
    for (let number = 1; number <= firms; number++) {
      const submission = packSubmission(edition, makeFirm(number), version, digest)
      const tier = submission.result.tier ?? submission.result.level
      if (tier !== undefined) tiers[tier.low] = (tiers[tier.low] ?? 0) + 1
      lines += `${JSON.stringify(submission)}\n`
      if (number % BATCH === 0 || number === firms) {
        writeSync(file, lines)
        lines = ''
      }
    }
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.part`, path)
  return tiers
}

function describeFolder(edition: Edition, editionName: string, firms: number, seed: number, asOf: string): string {
  return `${TITLE}

${SUBMISSIONS} 里是程序编造的 ${firms} 份报送包，每行一份，每份都标有 "sample": true。
企业名称、统一社会信用代码、数字和回答全部是编造的，与任何真实企业无关，也不反映任何地区、行业的实际水平。
只可用于演示、测试和性能测量，不得作为统计数据使用或对外发布。

问卷：${edition.title}（${edition.id} ${edition.version}）
生成：npm run -s cli -- synth --firms ${firms} --seed ${seed} --edition ${editionName} --as-of ${asOf} --out <文件夹>
相同的程序版本和相同的参数生成相同的文件。
`
}
