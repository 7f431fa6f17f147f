import * as v from 'valibot'
import { isForbiddenName, isKeepableText } from '../json.ts'

const Id = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9.-]{0,31}$/, '编号以字母开头，只含字母、数字、点和短横，不超过 32 个字符'),
  v.check((id) => !isForbiddenName(id), '这个名称不能用作编号'),
)
const Text = v.pipe(
  v.string(),
  v.trim(),
  v.minLength(1, '不能为空'),
  v.maxLength(2000, '超过 2000 个字符'),
  v.check(isKeepableText, '含有不能保存的字符'),
)
/** A choice or scene is named by its own Chinese text: that is what the answer file shows. */
const ChoiceName = v.pipe(
  Text,
  v.maxLength(60, '超过 60 个字符'),
  // `notApplicable` as a scene would read as an answer of its own.
  v.check((name) => !isForbiddenName(name) && name !== 'notApplicable', '这个名称不能用'),
)
/** Within a million, so that its nine decimals stay exact. */
const Decimal = v.pipe(v.number(), v.minValue(-1e6, '不能小于 -1000000'), v.maxValue(1e6, '不能大于 1000000'))
const Positive = v.pipe(Decimal, v.minValue(0.000001, '应大于 0'))
/** An edge of a band: as large as a figure of an answer may be. */
const Edge = v.pipe(v.number(), v.minValue(0.000001, '应大于 0'), v.maxValue(1e15, '不能大于 1e15'))
const Percent = v.pipe(v.number(), v.integer('应为整数百分比'), v.minValue(1), v.maxValue(100))
const Weight = v.pipe(v.number(), v.integer('权重应为整数'), v.minValue(1, '权重应大于 0'), v.maxValue(10000))
const Small = v.pipe(v.number(), v.integer('应为整数'), v.minValue(0), v.maxValue(100))
/** A list with at least one entry. */
function listOf<Schema extends v.GenericSchema>(schema: Schema) {
  return v.pipe(v.array(schema), v.minLength(1, '不能为空'))
}

const Scale = v.strictObject({
  max: v.pipe(v.number(), v.integer('应为整数'), v.minValue(1, '应大于 0'), v.maxValue(100)),
  step: v.pipe(Positive, v.maxValue(100)),
})

const CommonItem = {
  core: v.optional(v.boolean()),
  appliesTo: v.optional(listOf(Id)),
  notApplicable: v.optional(v.boolean()),
  scale: v.optional(Scale),
  /** Cost of raising the item by one step on the way to the next tier; 1 when absent. */
  effort: v.optional(v.pipe(v.number(), v.integer('应为整数'), v.minValue(1), v.maxValue(100))),
}
const Bands = listOf(Edge)

const Item = v.variant('kind', [
  v.strictObject({ kind: v.literal('ladder'), ...CommonItem }),
  v.strictObject({
    kind: v.literal('rate'),
    ...CommonItem,
    range: v.picklist(['share', 'ratio', 'improvement']),
    bands: Bands,
    cap: Edge,
  }),
  v.strictObject({
    kind: v.literal('checklist'),
    ...CommonItem,
    choices: listOf(ChoiceName),
    bands: Bands,
    cap: Edge,
  }),
  v.strictObject({
    kind: v.literal('matrix'),
    ...CommonItem,
    rows: listOf(ChoiceName),
    threshold: Positive,
    bands: Bands,
    cap: Edge,
  }),
])

/** A node as it is written; the schema of a tree names itself, so its type has to be written out. */
export interface NodeFile {
  id: string
  title: string
  combine: 'mean' | 'weightedMean' | 'sum' | 'minimum'
  weight?: number | undefined
  multiply?: number | undefined
  children?: NodeFile[] | undefined
  items?: (string | { id: string; weight: number })[] | undefined
}
const Node: v.GenericSchema<NodeFile> = v.strictObject({
  id: Id,
  title: Text,
  combine: v.picklist(['mean', 'weightedMean', 'sum', 'minimum']),
  weight: v.optional(Weight),
  multiply: v.optional(Positive),
  children: v.optional(listOf(v.lazy(() => Node))),
  items: v.optional(listOf(v.union([Id, v.strictObject({ id: Id, weight: Weight })]))),
})

const Level = v.strictObject({ level: Small, name: Text, meaning: v.optional(Text) })

const TierGrading = v.strictObject({
  kind: v.literal('tiers'),
  tiers: listOf(v.strictObject({ tier: v.pipe(Small, v.minValue(1)), level: Small, upTo: v.optional(Decimal) })),
  gates: v.optional(
    v.strictObject({
      items: v.array(Id),
      base: v.pipe(Small, v.minValue(1)),
      rules: listOf(
        v.strictObject({
          tier: v.pipe(Small, v.minValue(1)),
          items: v.optional(v.strictObject({ share: Percent, atLeast: Positive })),
          nodes: v.optional(v.strictObject({ ids: listOf(Id), atLeast: Positive })),
        }),
      ),
    }),
  ),
  caps: v.optional(
    v.array(v.strictObject({ items: listOf(Id), below: Positive, tier: v.pipe(Small, v.minValue(1)), because: Text })),
  ),
  visitFrom: v.optional(v.pipe(Small, v.minValue(1))),
})
const CumulativeGrading = v.strictObject({
  kind: v.literal('cumulative'),
  levels: listOf(v.strictObject({ level: v.pipe(Small, v.minValue(1)), items: listOf(Id), atLeast: Positive })),
})

const Comparison = {
  is: v.picklist(['above', 'atLeast', 'below', 'atMost', 'equals']),
  than: Decimal,
}
/** What a 请核对 hint looks at; every condition of a hint must hold. A condition on an unanswered item does not hold. */
const Condition = v.variant('on', [
  v.strictObject({ on: v.literal('value'), item: Id, ...Comparison }),
  v.strictObject({ on: v.literal('percent'), item: Id, ...Comparison }),
  v.strictObject({ on: v.literal('count'), itemsAtLeast: Decimal, ...Comparison }),
  v.strictObject({ on: v.literal('sameAnswers'), ...Comparison }),
  v.strictObject({ on: v.literal('minutes'), ...Comparison }),
])
const HintFile = v.strictObject({
  id: Id,
  message: Text,
  items: v.array(Id),
  when: listOf(Condition),
})

/** `scoring.json`: what counts. Every number of an edition is here and nowhere in code. */
export const ScoringFile = v.strictObject({
  $schema: v.optional(v.string()),
  format: v.literal(1, '格式版本应为 1；更新的格式需要更新的程序'),
  id: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, '只含小写字母、数字和短横')),
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/, '应为 1.0.0 这样的三段版本号')),
  title: Text,
  publishedOn: v.pipe(v.string(), v.isoDate('应为 2024-06-12 这样的日期')),
  standing: Text,
  productionTypes: v.optional(listOf(v.strictObject({ id: Id, label: Text, hint: Text }))),
  answers: v.strictObject({
    unanswered: v.picklist(['range', 'zero', 'refuse']),
    notApplicable: v.picklist(['exclude', 'zero']),
    notApplicableMost: v.optional(Percent),
  }),
  scale: Scale,
  shortForm: v.optional(v.strictObject({ title: Text, minutes: Text })),
  minutes: v.optional(Text),
  tree: Node,
  items: v.record(Id, Item),
  levels: v.optional(v.array(Level)),
  grading: v.optional(v.variant('kind', [TierGrading, CumulativeGrading])),
  hints: v.optional(v.array(HintFile)),
  visitAreas: v.optional(v.array(v.strictObject({ title: Text, looksAt: Text, items: listOf(Id) }))),
})

const Variants = v.optional(v.record(Id, Text))
const Figure = v.strictObject({ label: Text, unit: Text })
const IndicatorText = {
  name: Id,
  title: Text,
  ask: Text,
  why: Text,
  evidence: listOf(Text),
  levels: listOf(Text),
  variants: Variants,
}
const ChoiceText = v.strictObject({ value: ChoiceName, text: Text, hint: v.optional(Text), variants: Variants })
const StockName = v.pipe(
  v.string(),
  v.regex(/^(profile|tail)\.[A-Za-z][A-Za-z0-9]{0,40}$/, '应以 profile. 或 tail. 开头'),
)
const StockChoices = listOf(ChoiceName)
const StockCommon = {
  name: StockName,
  title: Text,
  description: v.optional(Text),
  isRequired: v.optional(v.literal(false)),
}
const StockChoiceQuestion = {
  ...StockCommon,
  choices: StockChoices,
  colCount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5))),
  showOtherItem: v.optional(v.boolean()),
  otherText: v.optional(Text),
  showNoneItem: v.optional(v.boolean()),
  noneText: v.optional(Text),
}

/** An allow-list: `html`, `file`, `choicesByUrl`, `navigateToUrl`, expressions and the like are not in it and so are refused. */
const Element = v.variant('type', [
  v.strictObject({ type: v.literal('ladder'), ...IndicatorText }),
  v.strictObject({
    type: v.literal('rate'),
    ...IndicatorText,
    measure: v.strictObject({
      form: v.picklist(['ratio', 'growth', 'reduction']),
      numerator: Figure,
      denominator: Figure,
      definition: Text,
    }),
  }),
  v.strictObject({ type: v.literal('checklist'), ...IndicatorText, choices: listOf(ChoiceText) }),
  v.strictObject({ type: v.literal('scenematrix'), ...IndicatorText, rows: listOf(ChoiceText) }),
  v.strictObject({
    type: v.literal('text'),
    ...StockCommon,
    inputType: v.optional(v.picklist(['text', 'number'])),
    placeholder: v.optional(Text),
    maxLength: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(500))),
  }),
  v.strictObject({
    type: v.literal('comment'),
    ...StockCommon,
    placeholder: v.optional(Text),
    rows: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(20))),
    maxLength: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(5000))),
  }),
  v.strictObject({ type: v.literal('radiogroup'), ...StockChoiceQuestion }),
  v.strictObject({ type: v.literal('checkbox'), ...StockChoiceQuestion }),
  v.strictObject({ type: v.literal('dropdown'), ...StockChoiceQuestion, placeholder: v.optional(Text) }),
  v.strictObject({
    type: v.literal('matrixdynamic'),
    ...StockCommon,
    rowCount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(20))),
    maxRowCount: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60))),
    addRowText: v.optional(Text),
    removeRowText: v.optional(Text),
    columns: listOf(
      v.strictObject({
        name: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9]{0,40}$/)),
        title: Text,
        cellType: v.picklist(['text', 'dropdown', 'comment']),
        inputType: v.optional(v.picklist(['text', 'number'])),
        choices: v.optional(StockChoices),
        placeholder: v.optional(Text),
      }),
    ),
  }),
])
const Page = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9.-]{0,31}$/)),
  title: Text,
  description: v.optional(Text),
  elements: listOf(Element),
})

/** `survey.json`: what the respondent reads, a SurveyJS form restricted to an allow-list. */
export const SurveyFile = v.strictObject({
  $schema: v.optional(v.string()),
  title: Text,
  description: v.optional(Text),
  pages: listOf(Page),
})

/** `advice.json`: for each indicator one next step per level, from the step out of level 0 to the step into the top level. */
export const AdviceFile = v.strictObject({
  $schema: v.optional(v.string()),
  note: v.optional(Text),
  steps: v.record(Id, listOf(Text)),
})

export type ScoringFile = v.InferOutput<typeof ScoringFile>
export type SurveyFile = v.InferOutput<typeof SurveyFile>
export type AdviceFile = v.InferOutput<typeof AdviceFile>
export type SurveyElement = SurveyFile['pages'][number]['elements'][number]
export type IndicatorElement = Extract<SurveyElement, { why: string }>
export type ItemRule = v.InferOutput<typeof Item>
export type HintRule = v.InferOutput<typeof HintFile>
export type HintCondition = HintRule['when'][number]
