import advice from '../editions/workshop-levels/advice.json'
import examples from '../editions/workshop-levels/examples.json'
import scoring from '../editions/workshop-levels/scoring.json'
import survey from '../editions/workshop-levels/survey.json'
import { type Answers } from '#core/diagnosis/answers'
import { parseEdition } from '#core/diagnosis/edition'
import { buildReport, type Report } from '#core/diagnosis/report'
import { scoreSheet } from './build'

/** The report of the first example of an edition of cumulative levels. */
export function loadWorkshop(): { readonly report: Report } {
  const edition = parseEdition({ scoring, survey, advice })
  const [example] = examples.examples as unknown as readonly { readonly answers: Answers }[]
  const sheet = scoreSheet(edition, example!.answers)
  const stamp = { id: edition.id, version: edition.version, digest: 'f'.repeat(64), engine: '0.1.0' }
  return { report: buildReport({ edition, sheet, form: 'full', stamp, profile: { name: '示例工厂' } }) }
}
