import divisionsFile from '#reference/divisions.json'
import industriesFile from '#reference/industries.json'
import figuresFile from '#reference/publishedFigures.json'
import { type Answers } from '#core/diagnosis/answers'
import { benchmark } from '#core/diagnosis/benchmark'
import { pickKey, type PeerGroupKey, type Peers } from '#core/diagnosis/peerFile'
import { type Profile } from '#core/diagnosis/profile'
import { compareRates, parsePublishedFigures } from '#core/diagnosis/rates'
import { buildReport, type Report } from '#core/diagnosis/report'
import { type ScoreSheet } from '#core/diagnosis/scoring'
import { listParents, parseDivisions } from '#core/division'
import { formatIndustry, parseIndustries } from '#core/industry'
import { evaluate, type Submission } from '#core/oversight/submission'
import { classifySize } from '#core/sizeClass'
import { type LoadedEdition } from '#storage/editions'

const divisions = parseDivisions(divisionsFile)
const industries = parseIndustries(industriesFile)
const figures = parsePublishedFigures(figuresFile)

/** 上级区划 — of the divisions this program knows, for opening peers files. */
export const parentOf = listParents(divisions)

/** What a result page shows and its files are made from. */
export interface ComposedReport {
  readonly report: Report
  readonly sheet: ScoreSheet
  readonly answers: Answers
}

/**
 * 诊断报告 — a locked sheet, its edition, and the peers at hand to all that a result page says. Always computed from the
 * locked answers, never read from the stored result.
 */
export function composeReport(
  sealed: Submission,
  { edition, stamp, references }: LoadedEdition,
  peers: Peers | undefined,
): ComposedReport {
  const { sheet, grade, answers } = evaluate(edition, sealed.profile, sealed.form, sealed.answers)
  const compared = benchmark({
    sheet,
    grade,
    stamp,
    place: findPlace(sealed.profile),
    peers,
    parentOf,
    nameDivision: (code) => divisions.byCode.get(code)?.name ?? code,
    nameIndustry: (code) => formatIndustry(industries, code),
  })
  const report = buildReport({
    edition,
    sheet,
    grade,
    profile: sealed.profile,
    form: sealed.form,
    stamp: { ...stamp, engine: sealed.engine },
    submittedAt: sealed.submittedAt,
    revision: sealed.revision,
    isSample: sealed.sample === true,
    ...(compared.benchmark === undefined ? {} : { benchmark: compared.benchmark }),
    benchmarkRemark: compared.remark,
    rates: compareRates(edition, sheet, answers, references, figures),
  })
  return { report, sheet, answers }
}

function findPlace({ county, city, industry, staff, revenue }: Profile): PeerGroupKey {
  return pickKey(county ?? city, industry, classifySize(staff, revenue)?.sizeClass)
}
