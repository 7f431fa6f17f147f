import { checkCreditCode, normalizeCreditCode } from '../creditCode.ts'
import { type DigestOf } from '../ourFile.ts'
import { Problem } from '../problems.ts'
import { classifySize } from '../sizeClass.ts'
import { type RosterRow } from './api.ts'
import { maskPhone, type Enterprise } from './enterprise.ts'
import { compareText } from './steps.ts'
import { type OpenedSubmission } from './submission.ts'
import { summarizeSubmission } from './summary.ts'

/** 汇集的结果 — `outside` firms have a sheet but no row of the roster; `older` sheets and revisions were superseded. */
export interface Assembled {
  readonly firms: readonly Enterprise[]
  readonly outside: number
  readonly older: number
  readonly doubts: readonly string[]
}

/** 一份打开的报送文件 — `file` is the name people know it by. */
export interface OpenedFile {
  readonly opened: OpenedSubmission
  readonly file: string
}

/** 没有列入日期 — a roster that does not say since when a firm is listed lists it from the start: no reference date leaves it out. */
export const NO_DAY = '2000-01-01'

/** Own choice: a sentence names so many files or firms at most. */
const MOST_NAMED = 5

/**
 * 离线汇集 — roster rows and opened submission files to the rows a hub would give, so that the same screens work without one.
 * Of a sheet the highest revision counts, of several sheets of a firm (credit code) the one submitted last; a full sheet
 * counts before a short form, which is no diagnosis. Firms that are not in the roster are kept outside the denominator.
 * Without roster rows the firms are those of the files, and a rate of coverage says nothing. Times are those the files
 * claim. Refuses made-up sheets among real ones.
 */
export function assembleFirms(
  rows: readonly RosterRow[],
  submissions: readonly OpenedFile[],
  asOf: string,
  digestOf: DigestOf,
): Assembled {
  const samples = submissions.filter(({ opened }) => opened.submission.sample === true).length
  if (samples > 0 && samples < submissions.length) throw new Problem('peers.mixedSample')
  const doubts: string[] = []
  const distinct = keepDistinct(submissions, doubts)
  const listed = new Set(rows.map(({ creditCode }) => normalizeCreditCode(creditCode)))
  const histories = listHistories(distinct, listed)
  const firms: Enterprise[] = []
  const used = new Set<string>()
  for (const row of rows) {
    const code = normalizeCreditCode(row.creditCode)
    if (used.has(code)) {
      doubts.push(`名录里 ${code} 出现了不止一次，只采用第一条（${row.name} 没有计入）`)
      continue
    }
    used.add(code)
    firms.push(buildListed(row, code, histories.get(code), asOf, digestOf))
  }
  const outside = Array.from(histories).filter(([firm]) => !used.has(firm))
  for (const [firm, files] of outside) firms.push(buildUnlisted(firm, files, rows.length === 0, asOf, digestOf))
  doubts.push(...describeOutside(outside, rows.length), ...describeEditions(histories))
  return {
    firms,
    outside: rows.length === 0 ? 0 : outside.length,
    older: distinct.length - histories.size,
    doubts,
  }
}

/** One file given twice is one; two contents of one revision are told, and the later one counts. */
function keepDistinct(submissions: readonly OpenedFile[], doubts: string[]): readonly OpenedFile[] {
  const byDigest = new Map<string, OpenedFile>()
  for (const one of submissions) {
    const { sha256 } = one.opened.submission
    if (!byDigest.has(sha256)) byDigest.set(sha256, one)
  }
  const byRevision = new Map<string, OpenedFile>()
  for (const one of byDigest.values()) {
    const { id, revision } = one.opened.submission
    const key = `${id} ${revision}`
    const other = byRevision.get(key)
    if (other === undefined) byRevision.set(key, one)
    else doubts.push(`${other.file} 与 ${one.file} 是同一份填报的第 ${revision} 次，内容却不同，采用后提交的一份`)
  }
  return Array.from(byDigest.values())
}

/**
 * The sheets of each firm, what counts first. The newest revision of a sheet says whose it is: a credit code may have been
 * put right. A code that cannot be right names a firm only when the roster has it too; two firms may have typed “无”.
 */
function listHistories(
  files: readonly OpenedFile[],
  listed: ReadonlySet<string>,
): ReadonlyMap<string, readonly OpenedFile[]> {
  const sheets = new Map<string, OpenedFile[]>()
  for (const file of files) append(sheets, file.opened.submission.id, file)
  const firms = new Map<string, OpenedFile[][]>()
  for (const [id, revisions] of sheets) {
    revisions.sort(compareRevisions)
    const { code, fault } = checkCreditCode(revisions[0]!.opened.submission.profile.creditCode ?? '')
    append(firms, fault === undefined || listed.has(code) ? code : id, revisions)
  }
  return new Map(Array.from(firms, ([firm, all]) => [firm, all.sort((a, b) => compareSheets(a[0]!, b[0]!)).flat()]))
}

function compareForms({ opened: a }: OpenedFile, { opened: b }: OpenedFile): number {
  return (a.submission.form === 'full' ? 0 : 1) - (b.submission.form === 'full' ? 0 : 1)
}

/** The digest ends every tie: the order in which files are read never matters. */
function compareTimes({ opened: a }: OpenedFile, { opened: b }: OpenedFile): number {
  return (
    Date.parse(b.submission.submittedAt) - Date.parse(a.submission.submittedAt) ||
    compareText(b.submission.sha256, a.submission.sha256)
  )
}

function compareRevisions(a: OpenedFile, b: OpenedFile): number {
  return compareForms(a, b) || b.opened.submission.revision - a.opened.submission.revision || compareTimes(a, b)
}

function compareSheets(a: OpenedFile, b: OpenedFile): number {
  return compareForms(a, b) || compareTimes(a, b)
}

function describeSubmissions(
  files: readonly OpenedFile[] | undefined,
  digestOf: DigestOf,
): Pick<Enterprise, 'submission' | 'previous' | 'seenAt'> {
  const newest = files?.[0]
  if (files === undefined || newest === undefined) return {}
  const { form } = newest.opened.submission
  const before = files.slice(1).find(({ opened }) => opened.submission.form === form)
  const { submittedAt } = newest.opened.submission
  const submission = summarizeSubmission(newest.opened, submittedAt, digestOf)
  if (before === undefined) return { submission, seenAt: submittedAt }
  const { revision, submittedAt: receivedAt, edition } = before.opened.submission
  const { tier } = before.opened.computed
  return {
    submission,
    seenAt: submittedAt,
    previous: { revision, receivedAt, edition: edition.id, ...(tier === undefined ? {} : { tier }) },
  }
}

function buildListed(
  row: RosterRow,
  code: string,
  files: readonly OpenedFile[] | undefined,
  asOf: string,
  digestOf: DigestOf,
): Enterprise {
  const { liaison, contact, listedOn, creditCode: _typed, ...kept } = row
  return {
    ...kept,
    id: makeId(code, digestOf),
    version: 0,
    changedAt: `${asOf}T00:00:00.000Z`,
    creditCode: code,
    listedOn: listedOn ?? NO_DAY,
    liaisons:
      liaison === undefined
        ? []
        : [{ id: makeId(`${liaison.name} ${liaison.phone ?? ''}`, digestOf), ...maskPerson(liaison) }],
    ...(contact === undefined ? {} : { contact: maskPerson(contact) }),
    ...describeSubmissions(files, digestOf),
  }
}

function buildUnlisted(
  firm: string,
  files: readonly OpenedFile[],
  isCounted: boolean,
  asOf: string,
  digestOf: DigestOf,
): Enterprise {
  const { profile } = files[0]!.opened.submission
  const { name, city, county, industry, staff, revenue, contact, phone } = profile
  const size = classifySize(staff, revenue)?.sizeClass
  return {
    id: makeId(firm, digestOf),
    version: 0,
    changedAt: `${asOf}T00:00:00.000Z`,
    creditCode: normalizeCreditCode(profile.creditCode ?? ''),
    name: name ?? '（没有企业名称）',
    city: city ?? UNKNOWN_PLACE,
    ...(county === undefined ? {} : { county }),
    ...(industry === undefined ? {} : { industry }),
    ...(size === undefined ? {} : { size }),
    isAboveScale: isCounted,
    listedOn: NO_DAY,
    liaisons: [],
    ...(contact === undefined
      ? {}
      : { contact: maskPerson({ name: contact, ...(phone === undefined ? {} : { phone }) }) }),
    ...describeSubmissions(files, digestOf),
  }
}

/** No division has this code: such a firm lies in none of the listed ones. */
const UNKNOWN_PLACE = '000000'

function maskPerson({ name, phone }: { readonly name: string; readonly phone?: string | undefined }): {
  name: string
  phone?: string
} {
  return { name, ...(phone === undefined ? {} : { phone: maskPhone(phone) }) }
}

/** The same text gives the same id, one that may stand in a link. */
function makeId(text: string, digestOf: DigestOf): string {
  return digestOf(text).slice(0, 32)
}

function describeOutside(
  outside: readonly (readonly [string, readonly OpenedFile[]])[],
  rows: number,
): readonly string[] {
  if (outside.length === 0) return []
  if (rows === 0) return ['没有名录：企业都来自报送文件，覆盖率没有意义']
  const names = outside.slice(0, MOST_NAMED).map(([, files]) => {
    const [{ opened, file }] = files as readonly [OpenedFile]
    return `${opened.submission.profile.name ?? '没有名称'}（${file}）`
  })
  const more = outside.length > names.length ? '等' : ''
  return [`有 ${outside.length} 家企业不在名录中，不计入覆盖率：${names.join('、')}${more}`]
}

function describeEditions(histories: ReadonlyMap<string, readonly OpenedFile[]>): readonly string[] {
  const editions = new Set(
    Array.from(histories.values(), ([newest]) => {
      const { id, version } = newest!.opened.submission.edition
      return `${id} ${version}`
    }),
  )
  return editions.size < 2
    ? []
    : [`这些文件用了 ${editions.size} 个问卷版本（${[...editions].sort().join('、')}），只有同一个版本的可以放在一起看`]
}

function append<Item>(groups: Map<string, Item[]>, name: string, item: Item): void {
  const group = groups.get(name)
  if (group === undefined) groups.set(name, [item])
  else group.push(item)
}
