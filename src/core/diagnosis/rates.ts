import * as v from 'valibot'
import { formatIssue } from '../ourFile.ts'
import { refuseWhenFaulty, type Fault } from '../problems.ts'
import { measurePercent, type Answers } from './answers.ts'
import { type Edition } from './edition.ts'
import { type ItemState, type ScoreSheet } from './scoring.ts'
import { formatAnswer } from './wording.ts'

/** 公布数据 — one published figure, with everything needed to judge it. `value` as published, in `unit`. */
export interface PublishedFigure {
  readonly value: number
  readonly unit: '%' | '个百分点' | '分'
  /** “2025 年 3 月”, as published. */
  readonly when: string
  /** Which firms it is about: “全国规模以上工业企业”. */
  readonly population: string
  readonly source: string
  /** What stands against comparing it one to one; empty when nothing does. */
  readonly caution: string
}

/** 本企业的比率与公布数据 — one rate item of the sheet beside the published figures of the same or a near measure. */
export interface ReportRate {
  readonly id: string
  readonly title: string
  /** The firm's own rate in percent; absent while it is open or given without figures. */
  readonly own?: number
  readonly ownText: string
  /** What the figures shown measure, as published; two names when they differ. */
  readonly measure: string
  readonly figures: readonly PublishedFigure[]
}

/** Own choice: what can be read at a glance. Older ones say little about today. */
const MOST_FIGURES = 3

const Text = v.pipe(v.string(), v.trim(), v.minLength(1, '不能为空'), v.maxLength(500, '超过 500 个字符'))
const FigureId = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, '只含小写字母、数字和短横'))

const FiguresSchema = v.strictObject({
  note: Text,
  figures: v.pipe(
    v.array(
      v.strictObject({
        id: FigureId,
        measure: Text,
        value: v.pipe(v.number(), v.finite()),
        unit: v.picklist(['%', '个百分点', '分']),
        when: Text,
        /** The year or month it is of: what sorts the figures. */
        date: v.pipe(v.string(), v.regex(/^(19|20)\d{2}(-(0[1-9]|1[0-2]))?$/, '应为 2025 或 2025-03')),
        population: Text,
        source: Text,
        /** H: read in a stored page that names where it is from; M: in a summary or a page without a source. */
        confidence: v.picklist(['H', 'M']),
        caution: v.pipe(v.string(), v.maxLength(500)),
      }),
    ),
    v.minLength(1, '不能为空'),
  ),
})
type FigureEntry = Readonly<v.InferOutput<typeof FiguresSchema>['figures'][number]>

/** 公布数据表 — the published figures by their id. */
export type PublishedFigures = ReadonlyMap<string, FigureEntry>

/** 公布数据表 — a file of published figures by id. The file is our own: wrong fields or an id twice are a bug, not a Problem. */
export function parsePublishedFigures(raw: unknown): PublishedFigures {
  const figures = new Map<string, FigureEntry>()
  for (const figure of v.parse(FiguresSchema, raw).figures) {
    if (figures.has(figure.id)) throw new Error(`Figure ${figure.id} is listed twice`)
    figures.set(figure.id, figure)
  }
  return figures
}

/** `references.json`: which published figures stand beside an indicator, and what stands against comparing just these two. */
export const ReferencesFile = v.strictObject({
  $schema: v.optional(v.string()),
  note: v.optional(Text),
  references: v.record(
    v.string(),
    v.pipe(v.array(v.strictObject({ figure: FigureId, caution: v.optional(Text) })), v.minLength(1, '不能为空')),
  ),
})
export type ReferencesFile = v.InferOutput<typeof ReferencesFile>

/** 参考数据 — indicator id → the figures that stand beside it. Changes no score and is not part of an edition's digest. */
export type References = ReferencesFile['references']

/**
 * 参考数据的核对 — every fault of a references file: its shape, an indicator the edition does not have, a figure that is not
 * published here or is named twice. Without an edition, when that is faulty itself, its indicators are not looked at;
 * without figures, where they are not at hand, neither are those.
 */
export function checkReferences(
  edition: Edition | undefined,
  figures: PublishedFigures | undefined,
  file: unknown,
): readonly Fault[] {
  const faults: Fault[] = []
  const say = (reason: string): void => {
    faults.push({ code: 'edition.unreadable', details: { file: 'references.json', reason } })
  }
  const parsed = v.safeParse(ReferencesFile, file)
  if (!parsed.success) {
    for (const issue of parsed.issues) {
      say(`/${(issue.path ?? []).map((step) => String(step.key)).join('/')}：${formatIssue(issue)}`)
    }
    return faults
  }
  for (const [id, entries] of Object.entries(parsed.output.references)) {
    if (edition?.indicators.has(id) === false) say(`/references/${id}：没有这个指标`)
    const seen = new Set<string>()
    for (const [at, { figure }] of entries.entries()) {
      if (figures?.has(figure) === false) say(`/references/${id}/${at}/figure：没有公布数据 ${figure}`)
      if (seen.has(figure)) say(`/references/${id}/${at}/figure：${figure} 用了两次`)
      seen.add(figure)
    }
  }
  return faults
}

/** 参考数据 — a references file to what `compareRates` needs; an edition without the file has none. Refuses every fault. */
export function parseReferences(edition: Edition, file: unknown): References {
  if (file === undefined) return {}
  refuseWhenFaulty(checkReferences(edition, undefined, file))
  return (file as ReferencesFile).references
}

/**
 * 与公布数据对照 — the indicators that published figures stand beside, in the order of the questionnaire: the firm's own
 * answer and the newest three figures, newest first. It only puts them side by side and says what keeps them from being
 * compared; it judges nothing. Indicators that are not asked of this firm are left out, as are figures not at hand.
 */
export function compareRates(
  edition: Edition,
  sheet: ScoreSheet,
  answers: Answers,
  references: References,
  figures: PublishedFigures,
): readonly ReportRate[] {
  return [...edition.indicators.values()].flatMap((indicator): readonly ReportRate[] => {
    const { id, title, rule } = indicator
    const item = sheet.items.get(id)
    const listed = (references[id] ?? []).flatMap(({ figure, caution }) => {
      const entry = figures.get(figure)
      return entry === undefined ? [] : [{ entry, caution }]
    })
    if (item === undefined || item.state === 'notAsked' || listed.length === 0) return []
    const shown = [...listed].sort((a, b) => compareDates(b.entry, a.entry)).slice(0, MOST_FIGURES)
    const answer = item.state === 'answered' ? answers[id] : undefined
    const own = answer !== undefined && rule.kind === 'rate' ? measurePercent(answer) : undefined
    return [
      {
        id,
        title,
        ...(own === undefined ? {} : { own }),
        ownText: item.state === 'answered' ? formatAnswer(indicator, answer) : GAPS[item.state],
        measure: [...new Set(shown.map(({ entry }) => entry.measure))].join('、'),
        figures: shown.map(({ entry, caution = '' }) => {
          const { value, unit, when, population, source } = entry
          return { value, unit, when, population, source, caution: caution + entry.caution }
        }),
      },
    ]
  })
}

const GAPS: Readonly<Record<Exclude<ItemState, 'answered'>, string>> = {
  unanswered: '未答',
  unknown: '不掌握',
  notApplicable: '不适用',
  notAsked: '不需填写',
}

/** A year without a month is taken as its end: “2019 年” is newer than “2019 年 7 月”. */
function compareDates(a: FigureEntry, b: FigureEntry): number {
  const [first, second] = [a, b].map(({ date }) => date.padEnd(7, '-12'))
  return first! < second! ? -1 : first! > second! ? 1 : 0
}
