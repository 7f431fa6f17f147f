import { hasOwn } from '../problems.ts'
import { type AdviceFile, type ItemRule, type NodeFile, type ScoringFile, type SurveyFile } from './editionFile.ts'

/** Takes one fault, its place first. */
type Say = (reason: string) => void

function findRepeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, at) => names.indexOf(name) !== at))]
}

/** 计分规则的核对 — what the shape alone cannot say of scoring.json: ids, weights, bands, gates, caps, tiers, hints. */
export function checkScoring(scoring: ScoringFile, say: Say): void {
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

/** 题目的核对 — survey.json against the rules: every indicator asked once, on its page, with the right kind and texts. */
export function checkSurvey(scoring: ScoringFile, survey: SurveyFile, say: Say): void {
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

/** 建议的核对 — advice.json against the rules: one step per level of every indicator, and nothing else. */
export function checkAdvice(scoring: ScoringFile, advice: AdviceFile, say: Say): void {
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
