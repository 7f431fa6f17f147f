import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isApplicable, type Answer, type Form } from '#core/diagnosis/answers'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { createSurvey } from '#survey/createSurvey'
import { answersAtLevel, copyGuangxiFiles, deepFreeze, loadGuangxi, refusalOf } from '../support/build'

const open = { profile: {}, form: 'full' as Form, isLocked: false }

function readEdition(folder: string): Edition {
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as unknown
  return deepFreeze(parseEdition({ scoring: read('scoring'), survey: read('survey'), advice: read('advice') }))
}
const editions = [
  loadGuangxi(),
  ...readdirSync('tests/editions').map((name) => readEdition(join('tests/editions', name))),
]
const pages = editions.flatMap((edition) =>
  edition.survey.pages.map(({ name }) => [edition.id, name, edition] as const),
)

describe('填报', () => {
  it.each(pages)(
    '%s, page %s loads without a word SurveyJS does not know, one question per element',
    (_, page, edition) => {
      const survey = createSurvey(edition, page, open, {})
      expect(survey.jsonErrors ?? []).toEqual([])
      const elements = edition.survey.pages.find(({ name }) => name === page)!.elements
      expect(survey.getAllQuestions().map(({ name }) => name)).toEqual(elements.map(({ name }) => name))
      // SurveyJS sorts what it draws by type: ours keep their names.
      expect(survey.getAllQuestions().map((question) => question.getType())).toEqual(elements.map(({ type }) => type))
    },
  )

  it.each(['discrete', 'process', 'mining', 'utilities'])(
    'a %s firm is asked what applies to it and nothing else',
    (type) => {
      const edition = loadGuangxi()
      const context = { ...open, profile: { productionType: type } }
      const asked = edition.survey.pages.flatMap(({ name }) =>
        createSurvey(edition, name, context, {})
          .getAllQuestions()
          .map((question) => question.name),
      )
      const expected = [...edition.indicators.values()].filter((one) => isApplicable(one, context.profile, 'full'))
      expect(asked.filter((name) => edition.indicators.has(name)).sort()).toEqual(expected.map(({ id }) => id).sort())
    },
  )

  it('the short form asks the core indicators of a page', () => {
    const survey = createSurvey(loadGuangxi(), 'C2', { ...open, form: 'short' }, {})
    // scoring.json marks C2.1 to C2.6 as core, C2.7 and C2.8 not.
    expect(survey.getAllQuestions().map(({ name }) => name)).toEqual('C2.1 C2.2 C2.3 C2.4 C2.5 C2.6'.split(' '))
  })

  it('a page that the edition does not have is an empty form', () => {
    expect(createSurvey(loadGuangxi(), 'Z9', open, {}).getAllQuestions()).toEqual([])
  })

  it('answers go in and come out as they are, of every kind', () => {
    const edition = loadGuangxi()
    const values: Readonly<Record<string, Answer>> = deepFreeze({
      ...answersAtLevel(edition, 2.5),
      'S1.1': 0,
      'S1.2': 'unknown',
      'C1.1': { notApplicable: '来料加工' },
      'T2.1': { numerator: 3, denominator: 4, year: 2025 },
      'T2.2': { numerator: 3 } as unknown as Answer,
      'T2.6': ['ERP', 'MES'],
    })
    for (const { name, elements } of edition.survey.pages) {
      const expected = elements.flatMap((element) =>
        element.name in values ? [[element.name, values[element.name]]] : [],
      )
      expect(createSurvey(edition, name, open, values).data).toEqual(Object.fromEntries(expected))
    }
  })

  it('以上都没有 comes back as an empty list, not as no answer', () => {
    const survey = createSurvey(loadGuangxi(), 'T2', open, { 'T2.6': [] })
    expect(survey.getQuestionByName('T2.6').value).toEqual([])
  })

  it('a change is told once, with the name of the question and the value itself', () => {
    const told: unknown[] = []
    const survey = createSurvey(loadGuangxi(), 'S1', open, { 'S1.1': 1 })
    survey.onValueChanged.add((_, { name, value }) => told.push([name, value]))
    survey.getQuestionByName('S1.1').value = 2.5
    survey.getQuestionByName('S1.2').value = { notApplicable: '没有' }
    survey.getQuestionByName('S1.1').clearValue()
    expect(told).toEqual([
      ['S1.1', 2.5],
      ['S1.2', { notApplicable: '没有' }],
      ['S1.1', undefined],
    ])
  })

  it('以上都没有 is told as an empty list when it is chosen, and the question stays answered', () => {
    const told: unknown[] = []
    const survey = createSurvey(loadGuangxi(), 'T2', open, { 'T2.6': ['ERP'] })
    survey.onValueChanged.add((_, { name, value }) => told.push([name, value]))
    survey.getQuestionByName('T2.6').value = []
    expect(told).toEqual([['T2.6', []]])
    expect(survey.getQuestionByName('T2.6').value).toEqual([])
  })

  it("the edition's own questions keep their values under their own names", () => {
    const values = { 'profile.park': '高新区', 'profile.recognitions': ['高新技术企业'], 'tail.aiNeeds': '另一页' }
    const survey = createSurvey(loadGuangxi(), 'profile', open, values)
    expect(survey.data).toMatchObject({ 'profile.park': '高新区' })
    expect(survey.data).not.toHaveProperty(['tail.aiNeeds'])
  })

  it('a value whose choice is no longer there is still in the data', () => {
    const survey = createSurvey(loadGuangxi(), 'profile', open, { 'profile.orderMode': '早先的选项' })
    expect(survey.data).toEqual({ 'profile.orderMode': '早先的选项' })
  })

  it('a locked sheet can be read and not be changed', () => {
    const survey = createSurvey(loadGuangxi(), 'S1', { ...open, isLocked: true }, { 'S1.1': 1 })
    expect(survey.getAllQuestions().every(({ isReadOnly }) => isReadOnly)).toBe(true)
    expect(survey.data).toEqual({ 'S1.1': 1 })
  })

  it('questions hidden and shown ten times over leave their answers as they were', () => {
    const edition = loadGuangxi()
    const before = deepFreeze({ 'C3.1': 1, 'C3.2': { notApplicable: '只做内部配套' }, 'C3.3': 4 } as Record<
      string,
      Answer
    >)
    let answers: Record<string, unknown> = { ...before }
    for (let cycle = 0; cycle < 10; cycle++) {
      for (const productionType of ['mining', 'utilities', 'discrete']) {
        const survey = createSurvey(
          edition,
          'C3',
          { ...open, profile: { productionType } },
          answers as Record<string, Answer>,
        )
        survey.onValueChanged.add((_, { name, value }) => {
          answers = { ...answers, [name]: value as unknown }
        })
        expect(survey.getQuestionByName('C3.3') === null).toBe(productionType === 'mining')
        survey.getQuestionByName('C3.1').value = cycle % 2 === 0 ? 2 : 1
        survey.doComplete()
      }
    }
    expect(answers).toEqual({ ...before, 'C3.1': 1 })
  })

  it('a property SurveyJS does not know is a fault, not silently left out', () => {
    const files = copyGuangxiFiles()
    const edition = loadGuangxi()
    const [page] = edition.survey.pages
    const odd = { ...page!.elements[0]!, notAProperty: 1 }
    const spoilt: Edition = { ...edition, survey: { ...edition.survey, pages: [{ ...page!, elements: [odd] }] } }
    expect(() => createSurvey(spoilt, page!.name, open, {})).toThrow(/survey\.json page profile: .*notAProperty/)
    // And an edition with it is refused before it comes that far.
    Object.assign(files.survey.pages[0]!.elements[0]!, { notAProperty: 1 })
    expect(refusalOf(() => parseEdition(files)).code).toBe('edition.unreadable')
  })
})
