import * as v from 'valibot'
import { fromDecimal, type Exact } from '../exact.ts'
import { isForbiddenName, isKeepableText } from '../json.ts'
import { hasOwn, refuseWhenFaulty, type Fault } from '../problems.ts'

// ---------- the files, as their authors write them ----------

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

interface NodeFile {
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

// ---------- the edition, as the rules use it ----------

/** 指标 — one indicator with its rule. `values` are all item values it can take, ascending, exact. */
export interface Indicator {
  readonly id: string
  readonly title: string
  readonly rule: ItemRule
  readonly max: number
  readonly step: number
  readonly weight: number
}

/** 节点 — a place of the tree: its value is its children's, combined. Leaves of the tree are indicators. */
export interface EditionNode {
  readonly id: string
  readonly title: string
  readonly combine: NodeFile['combine']
  readonly weight: number
  readonly multiply: Exact
  readonly children: readonly EditionNode[]
  readonly indicators: readonly Indicator[]
}

export interface Tier {
  readonly tier: number
  readonly level: number
  /** Absent when the score sets no limit on this tier. */
  readonly upTo?: Exact
}
export interface GateRule {
  readonly tier: number
  readonly items?: { readonly share: number; readonly atLeast: Exact }
  readonly nodes?: { readonly ids: readonly string[]; readonly atLeast: Exact }
}
export interface Cap {
  readonly items: readonly string[]
  readonly below: Exact
  readonly tier: number
  readonly because: string
}
export interface TierGradingRules {
  readonly kind: 'tiers'
  readonly tiers: readonly Tier[]
  readonly gates?: { readonly items: ReadonlySet<string>; readonly base: number; readonly rules: readonly GateRule[] }
  readonly caps: readonly Cap[]
  readonly visitFrom?: number
}
export interface CumulativeGradingRules {
  readonly kind: 'cumulative'
  readonly levels: readonly { readonly level: number; readonly items: readonly string[]; readonly atLeast: Exact }[]
}

/** 问卷版本 — one version of one questionnaire, complete and checked. Nothing in code knows a particular one. */
export interface Edition {
  readonly id: string
  readonly version: string
  readonly title: string
  readonly standing: string
  readonly scoring: ScoringFile
  readonly survey: SurveyFile
  readonly advice: Readonly<Record<string, readonly string[]>>
  readonly tree: EditionNode
  readonly indicators: ReadonlyMap<string, Indicator>
  readonly grading: TierGradingRules | CumulativeGradingRules | undefined
  readonly levelNames: ReadonlyMap<number, string>
}

export interface EditionFiles {
  readonly scoring: unknown
  readonly survey: unknown
  readonly advice: unknown
}

/** Chinese sentences for valibot's issues, keyed by issue type; the schema's own message wins where it has one. */
export function formatIssue(issue: v.BaseIssue<unknown>): string {
  if (/[\u3400-\u9fff]/.test(issue.message)) return issue.message
  if (issue.type === 'strict_object') {
    if (issue.expected === 'never') return '没有这一项，请删除或改正名称'
    if (issue.received === 'undefined') return '缺少这一项'
  }
  const expected = issue.expected === null ? '' : `，应为 ${issue.expected}`
  return `不合要求（现为 ${issue.received}${expected}）`
}

function readFile<Schema extends v.GenericSchema>(
  schema: Schema,
  value: unknown,
  file: string,
  faults: Fault[],
): v.InferOutput<Schema> | undefined {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  for (const issue of parsed.issues) {
    const path = (issue.path ?? []).map((step) => String(step.key)).join('/')
    faults.push({ code: 'edition.unreadable', details: { file, reason: `/${path}：${formatIssue(issue)}` } })
  }
  return undefined
}

/**
 * 问卷版本 — the three files of an edition to one checked `Edition`.
 * Refuses with every fault and its place: wrong shapes, anything outside the allow-list of survey.json, ids used twice or
 * nowhere, a question without a rule or the reverse, bands that do not rise, gates and caps on items that do not exist,
 * tiers out of order. Source: own format, described in questionnaires/README.md.
 */
export function parseEdition(files: EditionFiles): Edition {
  const faults: Fault[] = []
  const scoring = readFile(ScoringFile, files.scoring, 'scoring.json', faults)
  const survey = readFile(SurveyFile, files.survey, 'survey.json', faults)
  const advice = readFile(AdviceFile, files.advice, 'advice.json', faults)
  const say = (file: string, reason: string): void => {
    faults.push({ code: 'edition.unreadable', details: { file, reason } })
  }
  if (scoring !== undefined) {
    checkScoring(scoring, (reason) => say('scoring.json', reason))
    if (survey !== undefined) checkSurvey(scoring, survey, (reason) => say('survey.json', reason))
    if (advice !== undefined) checkAdvice(scoring, advice, (reason) => say('advice.json', reason))
  }
  refuseWhenFaulty(faults)
  if (scoring === undefined || survey === undefined || advice === undefined) throw new Error('unreachable')

  const titles = new Map(survey.pages.flatMap((page) => page.elements).map((element) => [element.name, element.title]))
  const tree = buildNode(scoring.tree, scoring, titles)
  return {
    id: scoring.id,
    version: scoring.version,
    title: scoring.title,
    standing: scoring.standing,
    scoring,
    survey,
    advice: advice.steps,
    tree,
    indicators: new Map(listIndicators(tree).map((indicator) => [indicator.id, indicator])),
    grading: buildGrading(scoring),
    levelNames: new Map((scoring.levels ?? []).map(({ level, name }) => [level, name])),
  }
}

/** Every indicator below a node, in the order of the questionnaire. */
export function listIndicators(node: EditionNode): readonly Indicator[] {
  return [...node.indicators, ...node.children.flatMap(listIndicators)]
}

/** Every node below and including this one, parents first. */
export function listNodes(node: EditionNode): readonly EditionNode[] {
  return [node, ...node.children.flatMap(listNodes)]
}

function buildNode(file: NodeFile, scoring: ScoringFile, titles: ReadonlyMap<string, string>): EditionNode {
  return {
    id: file.id,
    title: file.title,
    combine: file.combine,
    weight: file.weight ?? 1,
    multiply: fromDecimal(file.multiply ?? 1),
    children: (file.children ?? []).map((child) => buildNode(child, scoring, titles)),
    indicators: (file.items ?? []).map((entry) => {
      const { id, weight } = typeof entry === 'string' ? { id: entry, weight: 1 } : entry
      const rule = scoring.items[id]!
      const { max, step } = rule.scale ?? scoring.scale
      return { id, title: titles.get(id) ?? id, rule, max, step, weight }
    }),
  }
}

function buildGrading(scoring: ScoringFile): Edition['grading'] {
  const { grading } = scoring
  if (grading === undefined) return undefined
  if (grading.kind === 'cumulative') {
    return {
      kind: 'cumulative',
      levels: grading.levels.map((rule) => ({ ...rule, atLeast: fromDecimal(rule.atLeast) })),
    }
  }
  return {
    kind: 'tiers',
    tiers: grading.tiers.map(({ tier, level, upTo }) => ({
      tier,
      level,
      ...(upTo === undefined ? {} : { upTo: fromDecimal(upTo) }),
    })),
    ...(grading.gates === undefined
      ? {}
      : {
          gates: {
            items: new Set(grading.gates.items),
            base: grading.gates.base,
            rules: grading.gates.rules.map(({ tier, items, nodes }) => ({
              tier,
              ...(items === undefined ? {} : { items: { share: items.share, atLeast: fromDecimal(items.atLeast) } }),
              ...(nodes === undefined ? {} : { nodes: { ids: nodes.ids, atLeast: fromDecimal(nodes.atLeast) } }),
            })),
          },
        }),
    caps: (grading.caps ?? []).map((cap) => ({ ...cap, below: fromDecimal(cap.below) })),
    ...(grading.visitFrom === undefined ? {} : { visitFrom: grading.visitFrom }),
  }
}

type Say = (reason: string) => void

function findRepeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}

function checkScoring(scoring: ScoringFile, say: Say): void {
  const nodeIds: string[] = []
  const used: string[] = []
  const visit = (node: NodeFile, path: string): void => {
    nodeIds.push(node.id)
    if ((node.children === undefined) === (node.items === undefined)) say(`${path}：应有 children 或 items 之一`)
    const weights = [
      ...(node.children ?? []).map((child) => child.weight),
      ...(node.items ?? []).map((entry) => (typeof entry === 'string' ? undefined : entry.weight)),
    ]
    if (node.combine === 'weightedMean') {
      if (weights.some((weight) => weight === undefined)) say(`${path}：按权重平均，每个下级都要有 weight`)
      const sum = weights.reduce<number>((total, weight) => total + (weight ?? 0), 0)
      if (sum !== 100) say(`${path}：下级权重之和应为 100，现为 ${sum}`)
    } else if (weights.some((weight) => weight !== undefined)) {
      say(`${path}：只有 combine 为 weightedMean 时才写 weight`)
    }
    for (const entry of node.items ?? []) used.push(typeof entry === 'string' ? entry : entry.id)
    for (const [at, child] of (node.children ?? []).entries()) visit(child, `${path}/children/${at}`)
  }
  visit(scoring.tree, '/tree')
  for (const id of findRepeated([...nodeIds, ...used])) say(`/tree：编号 ${id} 用了两次`)
  for (const id of used) if (!hasOwn(scoring.items, id)) say(`/tree：指标 ${id} 在 /items 中没有规则`)
  for (const id of Object.keys(scoring.items)) if (!used.includes(id)) say(`/items/${id}：在 /tree 中没有用到`)

  const types = (scoring.productionTypes ?? []).map(({ id }) => id)
  for (const id of findRepeated(types)) say(`/productionTypes：${id} 用了两次`)
  for (const [id, rule] of Object.entries(scoring.items)) checkItem(id, rule, scoring, types, say)
  for (const level of findRepeated((scoring.levels ?? []).map(({ level }) => String(level))))
    say(`/levels：第 ${level} 级用了两次`)
  if (scoring.shortForm !== undefined && !Object.values(scoring.items).some(({ core }) => core === true))
    say('/shortForm：有快速自测，却没有标 core 的指标')
  checkGrading(scoring, nodeIds, say)

  const known = (id: string, path: string): void => {
    if (!hasOwn(scoring.items, id)) say(`${path}：没有指标 ${id}`)
  }
  for (const [at, hint] of (scoring.hints ?? []).entries()) {
    for (const id of hint.items) known(id, `/hints/${at}/items`)
    for (const condition of hint.when) {
      if (!('item' in condition)) continue
      known(condition.item, `/hints/${at}/when`)
      if (condition.on === 'percent' && scoring.items[condition.item]?.kind !== 'rate') {
        say(`/hints/${at}/when：${condition.item} 不是比率指标，不能按百分比比较`)
      }
    }
  }
  for (const id of findRepeated((scoring.hints ?? []).map((hint) => hint.id))) say(`/hints：${id} 用了两次`)
  for (const [at, area] of (scoring.visitAreas ?? []).entries()) {
    for (const id of area.items) known(id, `/visitAreas/${at}/items`)
  }
}

function checkItem(id: string, rule: ItemRule, scoring: ScoringFile, types: readonly string[], say: Say): void {
  const path = `/items/${id}`
  const { max, step } = rule.scale ?? scoring.scale
  if (!isWholeNumber(max / step)) say(`${path}：分值上限 ${max} 应为步长 ${step} 的整数倍`)
  for (const type of rule.appliesTo ?? []) if (!types.includes(type)) say(`${path}/appliesTo：没有生产类型 ${type}`)
  for (const type of findRepeated(rule.appliesTo ?? [])) say(`${path}/appliesTo：${type} 重复`)
  if (rule.kind === 'ladder') return
  if (!isWholeNumber(1 / step)) say(`${path}：按分段计分，步长 ${step} 应能整除 1`)
  if (rule.bands.length !== max - 1) {
    say(`${path}/bands：应有 ${max - 1} 个分界（分值上限减 1），现有 ${rule.bands.length} 个，分段有空缺或重叠`)
  }
  const edges = [0, ...rule.bands, rule.cap]
  for (let at = 1; at < edges.length; at++) {
    if (edges[at]! <= edges[at - 1]!)
      say(`${path}/bands：分界应逐个增大且小于 cap，${edges[at]} 不大于 ${edges[at - 1]}`)
  }
  if (rule.kind === 'checklist') {
    for (const name of findRepeated(rule.choices)) say(`${path}/choices：“${name}”重复`)
    if (rule.cap !== rule.choices.length) say(`${path}/cap：应等于选项数 ${rule.choices.length}`)
  }
  if (rule.kind === 'matrix') {
    for (const name of findRepeated(rule.rows)) say(`${path}/rows：“${name}”重复`)
    if (rule.cap !== 100) say(`${path}/cap：按占比分段，应为 100`)
    if (rule.threshold > max) say(`${path}/threshold：高于分值上限 ${max}`)
  }
  if (rule.kind === 'rate' && rule.range === 'share' && rule.cap > 100) say(`${path}/cap：占比不能超过 100`)
}

function isWholeNumber(quotient: number): boolean {
  return Math.abs(quotient - Math.round(quotient)) < 1e-9
}

function checkGrading(scoring: ScoringFile, nodeIds: readonly string[], say: Say): void {
  const { grading } = scoring
  if (grading === undefined) return
  const levels = (scoring.levels ?? []).map(({ level }) => level)
  const knownLevel = (level: number, path: string): void => {
    if (!levels.includes(level)) say(`${path}：/levels 中没有第 ${level} 级`)
  }
  const knownItem = (id: string, path: string): void => {
    if (!hasOwn(scoring.items, id)) say(`${path}：没有指标 ${id}`)
  }
  if (grading.kind === 'cumulative') {
    for (const [at, rule] of grading.levels.entries()) {
      const path = `/grading/levels/${at}`
      knownLevel(rule.level, path)
      if (at > 0 && rule.level <= grading.levels[at - 1]!.level) say(`${path}：级别应逐个增大`)
      for (const id of rule.items) knownItem(id, path)
    }
    return
  }
  const numbers = grading.tiers.map(({ tier }) => tier)
  for (const [at, { level, upTo }] of grading.tiers.entries()) {
    const path = `/grading/tiers/${at}`
    if (numbers[at] !== at + 1) say(`${path}：档次应从 1 起连续编号`)
    knownLevel(level, path)
    const before = grading.tiers[at - 1]
    if (before !== undefined && level < before.level) say(`${path}：级别不能随档次下降`)
    if (before !== undefined && (upTo === undefined) !== (before.upTo === undefined))
      say(`${path}：upTo 应全部写或全部不写`)
    if (before?.upTo !== undefined && upTo !== undefined && upTo <= before.upTo) say(`${path}/upTo：应逐档增大`)
  }
  const knownTier = (tier: number, path: string): void => {
    if (!numbers.includes(tier)) say(`${path}：没有第 ${tier} 档`)
  }
  const top = grading.tiers[grading.tiers.length - 1]
  const best = highestScore(scoring.tree, scoring)
  if (top?.upTo !== undefined && top.upTo < best)
    say(`/grading/tiers：最高档到 ${top.upTo} 分，但满分是 ${best} 分，高分没有档次`)
  if (grading.visitFrom !== undefined) knownTier(grading.visitFrom, '/grading/visitFrom')
  if (grading.gates !== undefined) {
    const { gates } = grading
    knownTier(gates.base, '/grading/gates/base')
    for (const id of gates.items) knownItem(id, '/grading/gates/items')
    for (const id of findRepeated(gates.items)) say(`/grading/gates/items：${id} 重复`)
    for (const [at, rule] of gates.rules.entries()) {
      const path = `/grading/gates/rules/${at}`
      knownTier(rule.tier, path)
      if (rule.tier <= (gates.rules[at - 1]?.tier ?? gates.base)) say(`${path}：档次应大于前一条的档次`)
      if (rule.items === undefined && rule.nodes === undefined) say(`${path}：应有 items 或 nodes 条件`)
      if (rule.items !== undefined && gates.items.length === 0) say(`${path}/items：没有门槛指标`)
      for (const id of rule.nodes?.ids ?? []) if (!nodeIds.includes(id)) say(`${path}/nodes：没有节点 ${id}`)
    }
  }
  for (const [at, cap] of (grading.caps ?? []).entries()) {
    knownTier(cap.tier, `/grading/caps/${at}`)
    for (const id of cap.items) knownItem(id, `/grading/caps/${at}`)
  }
}

/** The score of a sheet that is full everywhere; approximate is enough to find a tier table with a hole at its top. */
function highestScore(node: NodeFile, scoring: ScoringFile): number {
  const parts = [
    ...(node.children ?? []).map((child) => ({ weight: child.weight ?? 1, value: highestScore(child, scoring) })),
    ...(node.items ?? []).map((entry) => {
      const { id, weight } = typeof entry === 'string' ? { id: entry, weight: 1 } : entry
      return { weight, value: (scoring.items[id]?.scale ?? scoring.scale).max }
    }),
  ]
  const sum = parts.reduce((total, { weight, value }) => total + weight * value, 0)
  const weights = parts.reduce((total, { weight }) => total + weight, 0)
  const combined =
    node.combine === 'sum'
      ? sum
      : node.combine === 'minimum'
        ? Math.min(...parts.map(({ value }) => value))
        : sum / weights
  return Math.round(combined * (node.multiply ?? 1) * 1e9) / 1e9
}

const ELEMENT_OF_KIND = { ladder: 'ladder', rate: 'rate', checklist: 'checklist', matrix: 'scenematrix' } as const

function checkSurvey(scoring: ScoringFile, survey: SurveyFile, say: Say): void {
  const elements = survey.pages.flatMap((page, pageAt) =>
    page.elements.map((element, at) => ({ element, path: `/pages/${pageAt}/elements/${at}`, page: page.name })),
  )
  for (const name of findRepeated(survey.pages.map((page) => page.name))) say(`/pages：页名 ${name} 用了两次`)
  for (const name of findRepeated(elements.map(({ element }) => element.name))) say(`/pages：题目 ${name} 出现了两次`)
  const pageOf = new Map<string, string>()
  const visit = (node: NodeFile): void => {
    for (const entry of node.items ?? []) pageOf.set(typeof entry === 'string' ? entry : entry.id, node.id)
    node.children?.forEach(visit)
  }
  visit(scoring.tree)
  const types = (scoring.productionTypes ?? []).map(({ id }) => id)
  for (const { element, path, page } of elements) {
    if (!('why' in element)) continue
    const rule = hasOwn(scoring.items, element.name) ? scoring.items[element.name] : undefined
    if (rule === undefined) {
      say(`${path}：题目 ${element.name} 在 scoring.json 中没有规则`)
      continue
    }
    if (ELEMENT_OF_KIND[rule.kind] !== element.type)
      say(`${path}：${element.name} 的题型是 ${element.type}，规则却是 ${rule.kind}`)
    if (pageOf.get(element.name) !== page)
      say(`${path}：${element.name} 应放在页 ${pageOf.get(element.name) ?? '?'}，现在页 ${page}`)
    const { max } = rule.scale ?? scoring.scale
    if (element.levels.length !== max)
      say(`${path}/levels：${element.name} 应有 ${max} 句，现有 ${element.levels.length} 句`)
    const sameNames = (texts: readonly { readonly value: string }[], names: readonly string[], field: string): void => {
      if (texts.map(({ value }) => value).join('\n') !== names.join('\n'))
        say(`${path}/${field}：与 scoring.json 的名称或次序不一致`)
    }
    if (element.type === 'rate' && rule.kind === 'rate') {
      if (element.measure.form !== 'ratio' && rule.range !== 'improvement')
        say(`${path}/measure/form：按前后变化填写的，scoring.json 中 range 应为 improvement`)
    }
    if (element.type === 'checklist' && rule.kind === 'checklist') sameNames(element.choices, rule.choices, 'choices')
    if (element.type === 'scenematrix' && rule.kind === 'matrix') sameNames(element.rows, rule.rows, 'rows')
    for (const type of Object.keys(element.variants ?? {})) {
      if (!types.includes(type)) say(`${path}/variants：没有生产类型 ${type}`)
    }
  }
  const asked = new Set(elements.map(({ element }) => element.name))
  for (const id of Object.keys(scoring.items)) if (!asked.has(id)) say(`/pages：缺少指标 ${id} 的题目`)
}

function checkAdvice(scoring: ScoringFile, advice: AdviceFile, say: Say): void {
  for (const [id, rule] of Object.entries(scoring.items)) {
    const { max } = rule.scale ?? scoring.scale
    const steps = hasOwn(advice.steps, id) ? advice.steps[id] : undefined
    if (steps === undefined) say(`/steps：缺少指标 ${id} 的建议`)
    else if (steps.length !== max)
      say(`/steps/${id}：应有 ${max} 条（从 0 到 ${max - 1} 各一条），现有 ${steps.length} 条`)
  }
  for (const id of Object.keys(advice.steps)) {
    if (!hasOwn(scoring.items, id)) say(`/steps/${id}：没有这个指标`)
  }
}
