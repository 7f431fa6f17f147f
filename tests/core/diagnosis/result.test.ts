import { describe, expect, it } from 'vitest'
import examples from '#questionnaires/guangxi-2024/examples.json'
import { gradeScores } from '#core/diagnosis/grading'
import { buildResult } from '#core/diagnosis/result'
import { answersAtLevel, loadGuangxi, makeEdition, scoreSheet, tiersUpTo } from '../../support/build'

const edition = loadGuangxi()
const none = { notApplicable: '没有' }

function resultOf(edition: Parameters<typeof scoreSheet>[0], answers: object, productionType?: string) {
  const sheet = scoreSheet(edition, answers, productionType === undefined ? {} : { productionType })
  return buildResult(sheet, gradeScores(sheet))
}

describe('结果', () => {
  it.each(examples.examples.map((example) => [example.name, example] as const))('%s', (_, example) => {
    const { profile, form, answers, expect: expected } = example
    const sheet = scoreSheet(edition, answers, profile, form as 'full' | 'short')
    // The expected numbers are calculated by hand and by the reference scorer, see the note of the file.
    expect(buildResult(sheet, gradeScores(sheet))).toMatchObject(expected)
  })

  it('is what the command line promises, by hand for 2 everywhere', () => {
    const result = resultOf(edition, answersAtLevel(edition, 2, 'utilities'), 'utilities')
    expect(result).toMatchObject({
      edition: 'guangxi-2024',
      version: edition.scoring.version,
      form: 'full',
      score: { low: 40, high: 40 },
      tier: { low: 4, high: 4 },
      level: { low: 2, high: 2 },
      limits: { score: 4, gate: 4, cap: 10 },
      dueForVisit: true,
    })
    expect(Object.keys(result.nodes)).toHaveLength(27)
    expect(Object.keys(result.items)).toHaveLength(74)
    expect(JSON.parse(JSON.stringify(result))).toEqual(result)
  })

  it('leaves the root out of the nodes, and everything that does not apply', () => {
    const answers = { ...answersAtLevel(edition, 2, 'mining'), 'B3.2': none, 'B3.3': none }
    const { nodes, items } = resultOf(edition, answers, 'mining')
    for (const id of ['total', 'B3']) expect(nodes).not.toHaveProperty([id])
    for (const id of ['B3.1', 'B3.2', 'B3.3', 'C3.3']) expect(items).not.toHaveProperty([id])
    expect(Object.keys(items)).toHaveLength(71)
  })

  it('lists the items in the order of the questionnaire, whatever the order of the answers', () => {
    const answers = answersAtLevel(edition, 2)
    const reversed = Object.fromEntries(Object.entries(answers).reverse())
    expect(Object.keys(resultOf(edition, reversed).items)).toEqual([...edition.indicators.keys()])
  })

  it('an edition without tiers has a score and neither tier, level nor limits', () => {
    const result = resultOf(makeEdition({ tree: { id: 'all', items: ['A', 'B'] } }), { A: 3 })
    expect(result).toEqual({
      edition: 'small',
      version: '1.0.0',
      form: 'full',
      score: { low: 1.5, high: 4 },
      nodes: {},
      items: { A: { low: 3, high: 3 }, B: { low: 0, high: 5 } },
      dueForVisit: false,
    })
  })

  it('a cumulative edition has a level and no tier', () => {
    const cumulative = makeEdition({
      tree: { id: 'all', items: ['A', 'B'] },
      levels: 2,
      grading: {
        kind: 'cumulative',
        levels: [
          { level: 1, items: ['A'], atLeast: 2 },
          { level: 2, items: ['B'], atLeast: 2 },
        ],
      },
    })
    const result = resultOf(cumulative, { A: 3 })
    expect(result.level).toEqual({ low: 1, high: 2 })
    expect(result).not.toHaveProperty('tier')
    expect(result).not.toHaveProperty('limits')
  })

  it('a sheet to which nothing applies has no score and no tier', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A'] },
      items: { A: { notApplicable: true } },
      levels: 1,
      grading: { kind: 'tiers', tiers: tiersUpTo(5), visitFrom: 1 },
    })
    expect(resultOf(small, { A: none })).toEqual({
      edition: 'small',
      version: '1.0.0',
      form: 'full',
      nodes: {},
      items: {},
      dueForVisit: false,
    })
  })

  it('values of scales in tenths are the decimals people write', () => {
    const small = makeEdition({ tree: { id: 'all', items: ['A'] }, scale: { max: 1, step: 0.1 } })
    expect(resultOf(small, { A: 0.3 }).items).toEqual({ A: { low: 0.3, high: 0.3 } })
    expect(resultOf(small, { A: 0.7 }).items).toEqual({ A: { low: 0.7, high: 0.7 } })
  })
})
