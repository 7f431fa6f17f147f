import { ElementFactory, Model, Question, Serializer } from 'survey-core'
import 'survey-core/i18n/simplified-chinese'
import { isApplicable, type Answers, type Form, type RulesProfile } from '#core/diagnosis/answers'
import { type Edition } from '#core/diagnosis/edition'
import { type SurveyElement } from '#core/diagnosis/editionFile'

/** The four kinds of indicator question, as named in survey.json, with the fields SurveyJS does not know by itself. */
const INDICATOR_TYPES = ['ladder', 'rate', 'checklist', 'scenematrix'] as const
const INDICATOR_FIELDS = [
  'ask',
  'why',
  'evidence:array',
  'levels:array',
  'variants:object',
  'measure:object',
  'choices:array',
  'rows:array',
]

/** 指标题 — a SurveyJS question whose value is our `Answer` as it is; what it looks like is IndicatorQuestion.vue's affair. */
export class IndicatorQuestion extends Question {
  readonly #type: string

  constructor(name: string, type: string) {
    super(name)
    this.#type = type
  }

  override getType(): string {
    // The base constructor asks before the field is there.
    return #type in this ? this.#type : 'question'
  }
}

let areTypesKnown = false
function registerTypes(): void {
  if (areTypesKnown) return
  areTypesKnown = true
  for (const type of INDICATOR_TYPES) {
    const make = (name: string): IndicatorQuestion => new IndicatorQuestion(name, type)
    Serializer.addClass(type, INDICATOR_FIELDS, () => make(''), 'question')
    ElementFactory.Instance.registerElement(type, make)
  }
}

/** SurveyJS keeps the text beside 其他 under the question's name with this ending. */
const COMMENT = /-Comment$/

/** What a page of the form needs besides its edition. */
export interface SurveyContext {
  readonly profile: RulesProfile
  readonly form: Form
  readonly isLocked: boolean
}

/**
 * 填报 — one page of an edition to a SurveyJS model: one page at a time, because a model of a whole form takes a third of
 * a second to build. Indicators that do not apply are left out; their answers are not the model's to forget. Values go in
 * and out as our answers (`page.name` of an indicator page) or as the profile's extra fields.
 */
export function createSurvey(
  edition: Edition,
  pageName: string,
  { profile, form, isLocked }: SurveyContext,
  values: Answers | Readonly<Record<string, unknown>>,
): Model {
  registerTypes()
  const page = edition.survey.pages.find(({ name }) => name === pageName)
  const elements = (page?.elements ?? []).filter((element) => isShown(edition, element, profile, form)).map(toSurveyJs)
  const model = new Model({
    locale: 'zh-cn',
    showTitle: false,
    showPageTitles: false,
    showNavigationButtons: false,
    showCompletePage: false,
    showQuestionNumbers: 'off',
    clearInvisibleValues: 'none',
    textUpdateMode: 'onTyping',
    focusFirstQuestionAutomatic: false,
    pages: [{ name: pageName, elements }],
  })
  // The edition was checked against an allow-list; whatever SurveyJS still does not understand is a fault of ours.
  if (model.jsonErrors !== null && model.jsonErrors !== undefined && model.jsonErrors.length > 0) {
    throw new Error(`survey.json page ${pageName}: ${model.jsonErrors.map(({ message }) => message).join('; ')}`)
  }
  const names = new Set(elements.map(({ name }) => name))
  model.data = Object.fromEntries(Object.entries(values).filter(([name]) => names.has(name.replace(COMMENT, ''))))
  if (isLocked) model.readOnly = true
  return model
}

function isShown(edition: Edition, element: SurveyElement, profile: RulesProfile, form: Form): boolean {
  const indicator = edition.indicators.get(element.name)
  return indicator === undefined || isApplicable(indicator, profile, form)
}

/** An indicator brings its own heading; stock questions are SurveyJS's, but for the field of 其他, which it leaves nameless. */
function toSurveyJs(
  element: SurveyElement,
): SurveyElement & { readonly titleLocation?: string; readonly otherPlaceholder?: string } {
  if ('why' in element) return { ...element, titleLocation: 'hidden' }
  return 'otherText' in element && element.otherText !== undefined
    ? { ...element, otherPlaceholder: `请写明${element.otherText}` }
    : element
}
