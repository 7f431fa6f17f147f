import { digest } from '#digest'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { parseReferences, type References } from '#core/diagnosis/rates'
import { parseJson } from '#core/json'
import { type EditionStamp } from '#core/ourFile'
import { stampEdition } from '#core/oversight/submission'
import { Problem } from '#core/problems'

// Addresses, not modules: an edition is data, fetched as data, and costs no script before the questionnaire opens.
const rules = import.meta.glob<string>('/questionnaires/*/scoring.json', {
  query: '?url',
  import: 'default',
  eager: true,
})
const forms = import.meta.glob<string>('/questionnaires/*/survey.json', {
  query: '?url',
  import: 'default',
  eager: true,
})
const advice = import.meta.glob<string>('/questionnaires/*/advice.json', {
  query: '?url',
  import: 'default',
  eager: true,
})

const references = import.meta.glob<string>('/questionnaires/*/references.json', {
  query: '?url',
  import: 'default',
  eager: true,
})

/**
 * An edition as it was loaded, with the stamp that drafts and submissions carry and the published figures that stand beside
 * its indicators, which are no part of the stamp.
 */
export interface LoadedEdition {
  readonly edition: Edition
  readonly stamp: EditionStamp
  readonly references: References
}

const loaded = new Map<string, Promise<LoadedEdition>>()

/** 问卷版本 — every edition that was built in, by folder name; a new folder under questionnaires/ is all it takes. */
export function listEditionIds(): readonly string[] {
  return Object.keys(rules).map((path) => path.split('/')[2]!)
}

/** Loads and checks an edition once. Refuses one that is not built in. */
export function loadEdition(id: string): Promise<LoadedEdition> {
  const known = loaded.get(id)
  if (known !== undefined) return known
  const load = async (addresses: Record<string, string>, name: string, isOptional = false): Promise<unknown> => {
    const address = addresses[`/questionnaires/${id}/${name}.json`]
    if (address === undefined && isOptional) return undefined
    if (address === undefined) throw new Problem('edition.unknown', { id })
    const response = await fetch(address)
    if (!response.ok) throw new Problem('edition.notLoaded', { id, status: response.status })
    return parseJson(await response.text())
  }
  const promise = Promise.all([
    load(rules, 'scoring'),
    load(forms, 'survey'),
    load(advice, 'advice'),
    load(references, 'references', true),
  ]).then(([scoring, survey, advice, beside]) => {
    const edition = parseEdition({ scoring, survey, advice })
    return { edition, stamp: stampEdition(edition, digest), references: parseReferences(edition, beside) }
  })
  loaded.set(id, promise)
  // A chunk that failed to load may be there the next time.
  promise.catch(() => loaded.delete(id))
  return promise
}
