import * as v from 'valibot'
import { fromDecimal, type Exact } from '../exact.ts'
import { formatIssue } from '../ourFile.ts'
import { refuseWhenFaulty, type Fault } from '../problems.ts'
import { checkAdvice, checkScoring, checkSurvey } from './editionFaults.ts'
import { AdviceFile, ScoringFile, SurveyFile, type ItemRule, type NodeFile } from './editionFile.ts'

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
