// @vitest-environment node
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { QUESTIONNAIRES } from '../../cli/readEdition'
import { scoreSheet } from '../../cli/score'
import { parseEdition } from '#core/diagnosis/edition'
import { type AdviceFile, type ScoringFile, type SurveyFile } from '#core/diagnosis/editionFile'
import { checkExamples } from '#core/diagnosis/examples'
import { checkReferences, parsePublishedFigures } from '#core/diagnosis/rates'
import figureFile from '#reference/publishedFigures.json'

/** The snippets of the guide in their order; together they are one small edition. */
const text = readFileSync(join(QUESTIONNAIRES, 'README.md'), 'utf8')
const [head, tree, items, levels, tiers, cumulative, hint, survey, advice, examples, references] = [
  ...text.matchAll(/```json\n([\s\S]*?)```/g),
].map(([, json]) => JSON.parse(json!) as unknown) as unknown as [
  ScoringFile,
  ScoringFile['tree'],
  ScoringFile['items'],
  Pick<ScoringFile, 'levels'>,
  ScoringFile['grading'],
  ScoringFile['grading'],
  object,
  SurveyFile,
  AdviceFile,
  unknown,
  unknown,
]

const [page] = survey.pages
const [ladder] = page!.elements
const figure = { label: '数量', unit: '个' }
const plain = { ...ladder, variants: undefined }
const edition = parseEdition({
  scoring: {
    ...head,
    tree,
    items,
    productionTypes: ['discrete', 'mining'].map((id) => ({ id, label: id, hint: id })),
    levels: [...levels.levels!, { level: 2, name: '集成级' }],
    grading: tiers,
    hints: [hint],
  },
  survey: {
    ...survey,
    pages: [
      { ...page, elements: [ladder, { ...ladder, name: 'S2' }] },
      {
        name: 'T',
        title: '技术',
        elements: [
          {
            ...plain,
            type: 'rate',
            name: 'T1',
            measure: { form: 'ratio', numerator: figure, denominator: figure, definition: '按现状统计' },
          },
          {
            ...plain,
            type: 'checklist',
            name: 'T2',
            choices: ['ERP', 'MES', 'WMS', 'PLM', 'BI'].map((value) => ({ value, text: value })),
          },
        ],
      },
    ],
  },
  advice: { steps: Object.fromEntries(['S1', 'S2', 'T1', 'T2'].map((id) => [id, advice.steps['S1']])) },
})

describe('the guide for authors of an edition', () => {
  it('has snippets that make an edition, and an example that holds', () => {
    expect(checkExamples(edition, examples)).toEqual([])
    expect(cumulative?.kind).toBe('cumulative')
  })

  it('names published figures that there are', () => {
    expect(checkReferences(edition, parsePublishedFigures(figureFile), references)).toEqual([])
  })

  it('gives the band values that the program gives', () => {
    const table = [...text.matchAll(/^\| ([\d.]+) +\|.*\| +([\d.]+) +\|$/gm)]
    expect(table).toHaveLength(7)
    for (const [row, percent, value] of table) {
      const { items } = scoreSheet(edition, 'full', undefined, { T1: Number(percent) })
      expect(items['T1']?.low, row).toBe(Number(value))
    }
  })

  it('gives the tier that the program gives', () => {
    expect(scoreSheet(edition, 'full', undefined, { S1: 5, S2: 5, T1: 25, T2: [] })).toMatchObject({
      score: { low: 40, high: 40 },
      tier: { low: 1, high: 1 },
      limits: { score: 2, gate: 2, cap: 1 },
    })
  })
})
