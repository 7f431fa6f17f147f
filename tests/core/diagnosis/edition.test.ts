import { describe, expect, it } from 'vitest'
import advice from '#questionnaires/guangxi-2024/advice.json'
import scoring from '#questionnaires/guangxi-2024/scoring.json'
import survey from '#questionnaires/guangxi-2024/survey.json'
import { listIndicators, listNodes, parseEdition } from '#core/diagnosis/edition'
import { exact } from '#core/exact'
import {
  copyGuangxiFiles,
  deepFreeze,
  loadGuangxi,
  makeEdition,
  refusalOf,
  sketchFiles,
  tiersUpTo,
  type EditionSketch,
} from '../../support/build'

type Loose = Record<string, unknown>
type Files = { scoring: Loose; survey: Loose; advice: Loose }

/** Every sentence an edition is refused with. */
function faultsOf(files: object): string {
  const { faults } = refusalOf(() => parseEdition(files as Files))
  expect(faults.every(({ code }) => code === 'edition.unreadable')).toBe(true)
  return faults.map(({ details }) => `${details['file']} ${details['reason']}`).join('\n')
}

/** The real edition with something spoilt in it. */
function spoil(change: (files: ReturnType<typeof copyGuangxiFiles>) => void): string {
  const files = copyGuangxiFiles()
  change(files)
  return faultsOf(files)
}

const TREE = { id: 'all', items: ['A', 'B'] }

/** A small edition with raw scoring fields put over it. */
function spoilSmall(sketch: Partial<EditionSketch>, over: Loose = {}): string {
  const files = sketchFiles({ tree: TREE, ...sketch })
  return faultsOf({ ...files, scoring: { ...files.scoring, ...over } })
}

describe('问卷版本', () => {
  it('guangxi-2024 has 75 indicators, 5 domains and 22 sub-domains in the order of the questionnaire', () => {
    const edition = loadGuangxi()
    expect([...edition.indicators.keys()]).toEqual(Object.keys(scoring.items))
    expect(edition.indicators.size).toBe(75)
    expect(edition.tree.children.map(({ id }) => id)).toEqual(['S', 'C', 'T', 'G', 'B'])
    expect(listNodes(edition.tree)).toHaveLength(28)
    expect(listIndicators(edition.tree)).toHaveLength(75)
    expect(edition.indicators.get('T1.1')).toMatchObject({ max: 5, step: 0.5, weight: 1, title: '数据自动采集率' })
    expect(edition.tree.multiply).toEqual(exact(20))
    expect(edition.levelNames.get(3)).toBe('领域级')
  })

  it('frozen files are read, and reading changes nothing', () => {
    const files = deepFreeze(copyGuangxiFiles())
    expect(parseEdition(files)).toEqual(loadGuangxi())
    expect(files).toEqual({ scoring, survey, advice })
  })

  it('all faults are told, not the first only', () => {
    const text = spoil(({ scoring }) => {
      scoring.tree.children[0]!.weight = 16
      scoring.grading.gates.items[0] = 'X9.9'
      scoring.items['T1.1'].bands[1] = 5
    })
    expect(text).toContain('下级权重之和应为 100，现为 101')
    expect(text).toContain('/grading/gates/items：没有指标 X9.9')
    expect(text).toContain('/items/T1.1/bands：分界应逐个增大且小于 cap，5 不大于 10')
  })

  it.each<[string, Loose | null | unknown[] | string]>([
    ['nothing', {}],
    ['a list', []],
    ['null', null],
    ['text', 'scoring'],
  ])('%s instead of a file is refused', (_, value) => {
    for (const file of ['scoring', 'survey', 'advice']) {
      expect(faultsOf({ ...copyGuangxiFiles(), [file]: value })).toContain(`${file}.json`)
    }
  })

  it('texts are kept as text, whatever they look like', () => {
    const script = '<script>alert(1)</script><img src=x onerror=alert(1)> {panel.x} javascript:alert(1)'
    const files = copyGuangxiFiles()
    files.survey.title = script
    Object.assign(files.survey.pages[1]!.elements[0]!, { title: script, ask: script })
    files.advice.steps['S1.1'][0] = script
    const edition = parseEdition(files)
    expect(edition.survey.title).toBe(script)
    expect(edition.indicators.get('S1.1')?.title).toBe(script)
    expect(edition.advice['S1.1']?.[0]).toBe(script)
  })
})

describe('问卷版本的数字', () => {
  it.each<[string, unknown]>([
    ['99.9', 99.9],
    ['negative', -15],
    ['zero', 0],
    ['not a number', NaN],
    ['text', '15'],
    ['infinite', Infinity],
    ['null', null],
    ['huge', 1e9],
  ])('a weight that is %s is refused with its place', (_, weight) => {
    const text = spoil(({ scoring }) => Object.assign(scoring.tree.children[0]!, { weight }))
    expect(text).toContain('/tree/children/0/weight')
  })

  it('weights must sum to 100, be complete, and be absent where they do not count', () => {
    const child = (id: string, weight?: number) => ({
      id,
      items: [`${id}1`],
      ...(weight === undefined ? {} : { weight }),
    })
    const tree = (combine: 'mean' | 'weightedMean', ...children: object[]) => ({
      tree: { id: 'all', combine, children: children as never },
    })
    expect(spoilSmall(tree('weightedMean', child('A', 60), child('B', 39)))).toContain('权重之和应为 100，现为 99')
    expect(spoilSmall(tree('weightedMean', child('A', 100), child('B')))).toContain('每个下级都要有 weight')
    expect(spoilSmall(tree('mean', child('A', 60), child('B', 40)))).toContain(
      '只有 combine 为 weightedMean 时才写 weight',
    )
    expect(() => makeEdition(tree('weightedMean', child('A', 60), child('B', 40)) as EditionSketch)).not.toThrow()
  })

  it.each<[string, Loose, string]>([
    ['falls', { bands: [10, 30, 25, 85] }, '25 不大于 30'],
    ['repeats', { bands: [10, 30, 30, 85] }, '30 不大于 30'],
    ['reaches the cap', { bands: [10, 30, 60, 100] }, '100 不大于 100'],
    ['is missing', { bands: [10, 30, 60] }, '应有 4 个分界（分值上限减 1），现有 3 个'],
    ['is one too many', { bands: [10, 30, 60, 85, 90] }, '现有 5 个'],
    ['is no number', { bands: [10, 30, 60, '85'] }, '/items/T1.1/bands/3'],
    ['is infinite', { bands: [10, 30, 60, Infinity] }, '/items/T1.1/bands/3'],
    ['lies above 100 for a share', { cap: 120 }, '占比不能超过 100'],
  ])('a band edge that %s is refused', (_, change, expected) => {
    expect(spoil(({ scoring }) => Object.assign(scoring.items['T1.1'], change))).toContain(expected)
  })

  it('a checklist is capped by its choices, a matrix by 100 percent', () => {
    expect(spoil(({ scoring }) => Object.assign(scoring.items['T2.6'], { cap: 14 }))).toContain('应等于选项数 15')
    expect(spoil(({ scoring }) => Object.assign(scoring.items['B1.1'], { cap: 99 }))).toContain('按占比分段，应为 100')
    expect(spoil(({ scoring }) => Object.assign(scoring.items['B1.1'], { threshold: 6 }))).toContain('高于分值上限 5')
  })

  it('a scale must consist of whole steps', () => {
    expect(spoilSmall({ scale: { max: 5, step: 2 } })).toContain('分值上限 5 应为步长 2 的整数倍')
    expect(spoilSmall({ items: { A: { scale: { max: 1, step: 0.3 } } } })).toContain('/items/A：分值上限 1')
    // 0.1 + 0.1 + 0.1 is not 0.3 in doubles; ten steps of 0.1 are 1 all the same.
    expect(() => makeEdition({ tree: TREE, scale: { max: 3, step: 0.1 } })).not.toThrow()
  })

  it.each<[string, unknown]>([
    ['format', 2],
    ['id', 'Guangxi 2024'],
    ['id', '../etc'],
    ['version', '1.0'],
    ['publishedOn', '12.6.2024'],
    ['answers', { unanswered: 'guess', notApplicable: 'exclude' }],
    ['answers', { unanswered: 'range', notApplicable: 'exclude', notApplicableMost: 10.5 }],
    ['scale', { max: 0, step: 0.5 }],
    ['scale', { max: 5, step: -1 }],
    ['extra', 1],
  ])('scoring.json with a wrong %s is refused at its place', (field, value) => {
    expect(spoil(({ scoring }) => Object.assign(scoring, { [field]: value }))).toContain(`scoring.json /${field}`)
  })

  it('numbers that cannot be kept exactly are refused, not rounded', () => {
    for (const multiply of [1e300, 2 ** 60, 1e-7, 0, -1]) {
      expect(spoil(({ scoring }) => Object.assign(scoring.tree, { multiply }))).toContain('/tree/multiply')
    }
    expect(spoil(({ scoring }) => Object.assign(scoring.grading.tiers[9]!, { upTo: 1e300 }))).toContain('/grading')
  })
})

describe('问卷版本的编号', () => {
  it.each([
    'constructor',
    'toString',
    '__proto__',
    'prototype',
    'hasOwnProperty',
    '',
    '1A',
    'A B',
    'A/B',
    '中文',
    'A'.repeat(33),
  ])('%j is no id', (id) => {
    const rename = { tree: { id: 'all', items: [id, 'B'] } }
    expect(spoilSmall(rename)).toContain('scoring.json /tree/items/0')
    expect(spoilSmall({ tree: { id, items: ['A', 'B'] } })).toContain('scoring.json /tree/id')
  })

  it('a name of 10,000 characters is refused in a short sentence', () => {
    const id = 'A'.repeat(10_000)
    const problem = refusalOf(() => parseEdition(sketchFiles({ tree: { id: 'all', items: [id] } })))
    expect(problem.faults.length).toBeGreaterThan(0)
    expect(problem.message.length / problem.faults.length).toBeLessThan(400)
    const title = spoil(({ survey }) => Object.assign(survey, { title: '长'.repeat(10_000) }))
    expect(title).toContain('survey.json /title：超过 2000 个字符')
  })

  it('an id is used once, among nodes and indicators alike', () => {
    expect(spoilSmall({ tree: { id: 'all', items: ['A', 'B', 'A'] } })).toContain('编号 A 用了两次')
    const twice = {
      id: 'all',
      children: [
        { id: 'N', items: ['A'] },
        { id: 'N', items: ['B'] },
      ],
    }
    expect(spoilSmall({ tree: twice })).toContain('编号 N 用了两次')
    expect(spoilSmall({ tree: { id: 'all', items: ['A', 'all'] } })).toContain('编号 all 用了两次')
  })

  it('an indicator has a rule, a place in the tree, a question and advice', () => {
    expect(spoil(({ scoring }) => Reflect.deleteProperty(scoring.items, 'S1.2'))).toContain(
      '指标 S1.2 在 /items 中没有规则',
    )
    expect(spoil(({ scoring }) => Object.assign(scoring.items, { X1: { kind: 'ladder' } }))).toContain(
      '/items/X1：在 /tree 中没有用到',
    )
    expect(spoil(({ survey }) => survey.pages[1]!.elements.shift())).toContain('/pages：缺少指标 S1.1 的题目')
    expect(spoil(({ advice }) => Reflect.deleteProperty(advice.steps, 'G4.2'))).toContain('缺少指标 G4.2 的建议')
    expect(spoil(({ advice }) => Object.assign(advice.steps, { X1: ['一'] }))).toContain('/steps/X1：没有这个指标')
    expect(spoil(({ advice }) => advice.steps['G4.2'].pop())).toContain(
      '/steps/G4.2：应有 5 条（从 0 到 4 各一条），现有 4 条',
    )
  })

  it('a node has children or items, not both, not neither, and none empty', () => {
    expect(spoilSmall({}, { tree: { id: 'all', title: '总', combine: 'mean' } })).toContain(
      '应有 children 或 items 之一',
    )
    const leaf = { id: 'N', title: '节', combine: 'mean', items: ['B'] }
    const both = { id: 'all', title: '总', combine: 'mean', items: ['A'], children: [leaf] }
    expect(spoilSmall({}, { tree: both })).toContain('/tree：应有 children 或 items 之一')
    expect(spoilSmall({}, { tree: { ...leaf, items: [] } })).toContain('/tree/items：不能为空')
  })

  it('production types are known and named once', () => {
    expect(spoil(({ scoring }) => Object.assign(scoring.items['C3.2'], { appliesTo: ['fishing'] }))).toContain(
      '/items/C3.2/appliesTo：没有生产类型 fishing',
    )
    expect(spoil(({ scoring }) => scoring.productionTypes.push(scoring.productionTypes[0]!))).toContain(
      '/productionTypes：discrete 用了两次',
    )
    expect(
      spoil(({ survey }) => Object.assign(survey.pages[1]!.elements[0]!, { variants: { fishing: '渔' } })),
    ).toContain('/variants：没有生产类型 fishing')
  })
})

describe('问卷版本的题目', () => {
  const put = (change: object): string => spoil(({ survey }) => Object.assign(survey.pages[1]!.elements[0]!, change))

  it.each(['html', 'file', 'image', 'signaturepad', 'expression', 'panel', 'paneldynamic', 'constructor', ''])(
    'an element of type %j is refused',
    (type) => {
      const element = { type, name: 'profile.x', title: '标题', html: '<script>alert(1)</script>' }
      const text = spoil(({ survey }) => survey.pages[0]!.elements.push(element as never))
      expect(text).toContain('survey.json /pages/0/elements/8')
    },
  )

  it.each([
    'choicesByUrl',
    'visibleIf',
    'enableIf',
    'defaultValueExpression',
    'validators',
    'html',
    'cssClasses',
    'valueName',
    '__proto__x',
  ])('the property %s of a question is refused', (name) => {
    const text = put({ [name]: name === 'choicesByUrl' ? { url: 'https://example.org' } : '{S1.1} > 3' })
    expect(text).toContain(`survey.json /pages/1/elements/0/${name}`)
  })

  it.each([
    'navigateToUrl',
    'completedHtml',
    'triggers',
    'calculatedValues',
    'completedBeforeHtml',
    'logo',
    'navigateToUrlOnCondition',
  ])('the property %s of the form is refused', (name) => {
    expect(spoil(({ survey }) => Object.assign(survey, { [name]: 'javascript:alert(1)' }))).toContain(
      `survey.json /${name}`,
    )
  })

  it('the property visibleIf of a page is refused', () => {
    expect(spoil(({ survey }) => Object.assign(survey.pages[0]!, { visibleIf: 'true' }))).toContain(
      '/pages/0/visibleIf',
    )
  })

  it('questions and rules agree on kind, page, levels and names', () => {
    expect(spoil(({ scoring }) => Object.assign(scoring.items, { 'T1.1': { kind: 'ladder' } }))).toContain(
      'T1.1 的题型是 rate，规则却是 ladder',
    )
    expect(spoil(({ survey }) => survey.pages[2]!.elements.push(survey.pages[1]!.elements.pop() as never))).toContain(
      'S1.3 应放在页 S1，现在页 S2',
    )
    expect(put({ levels: ['一', '二', '三', '四'] })).toContain('S1.1 应有 5 句，现有 4 句')
    expect(spoil(({ scoring }) => scoring.items['T2.6'].choices.reverse())).toContain(
      '/choices：与 scoring.json 的名称或次序不一致',
    )
    expect(spoil(({ scoring }) => scoring.items['B1.1'].rows.reverse())).toContain(
      '/rows：与 scoring.json 的名称或次序不一致',
    )
    expect(spoil(({ scoring }) => scoring.items['T2.6'].choices.splice(1, 1, 'ERP'))).toContain('“ERP”重复')
    expect(spoil(({ survey }) => survey.pages.push(structuredClone(survey.pages[0]!)))).toContain(
      '页名 profile 用了两次',
    )
    expect(spoil(({ survey }) => survey.pages[1]!.elements.push(survey.pages[1]!.elements[0]! as never))).toContain(
      '题目 S1.1 出现了两次',
    )
  })

  it.each(['constructor', 'toString', '__proto__'])('a choice or scene cannot be called %s', (name) => {
    expect(spoil(({ scoring }) => scoring.items['T2.6'].choices.splice(0, 1, name))).toContain('/items/T2.6/choices/0')
    expect(spoil(({ scoring }) => scoring.items['B1.1'].rows.splice(0, 1, name))).toContain('/items/B1.1/rows/0')
  })

  it('texts with characters that cannot be kept are refused', () => {
    expect(put({ title: 'a\0b' })).toContain('含有不能保存的字符')
    expect(put({ title: '\ud83d' })).toContain('含有不能保存的字符')
    expect(put({ title: '   ' })).toContain('不能为空')
  })

  it('an unscored question is called profile.… or tail.… and never must be answered', () => {
    const element = { type: 'text', name: 'S9.9', title: '题' }
    expect(spoil(({ survey }) => survey.pages[0]!.elements.push(element as never))).toContain(
      '应以 profile. 或 tail. 开头',
    )
    const required = { type: 'text', name: 'profile.x', title: '题', isRequired: true }
    expect(spoil(({ survey }) => survey.pages[0]!.elements.push(required as never))).toContain('isRequired')
  })
})

describe('问卷版本的定档规则', () => {
  const tiers = tiersUpTo(1, 3, 5)
  const graded = (grading: Loose): string => spoilSmall({ levels: 3, grading: { kind: 'tiers', tiers, ...grading } })

  it('a small table of tiers is accepted', () => {
    const edition = makeEdition({ tree: TREE, levels: 3, grading: { kind: 'tiers', tiers, visitFrom: 2 } })
    expect(edition.grading).toEqual({
      kind: 'tiers',
      tiers: [1, 3, 5].map((upTo, at) => ({ tier: at + 1, level: at + 1, upTo: exact(upTo) })),
      caps: [],
      visitFrom: 2,
    })
  })

  it.each<[string, Loose, string]>([
    ['leaves a number out', { tiers: [tiers[0], tiers[2]] }, '档次应从 1 起连续编号'],
    ['falls', { tiers: tiersUpTo(3, 1, 5) }, 'upTo：应逐档增大'],
    ['stops below the best score', { tiers: tiersUpTo(1, 3, 4.5) }, '最高档到 4.5 分，但满分是 5 分'],
    ['limits some tiers only', { tiers: [tiers[0], { tier: 2, level: 2 }, tiers[2]] }, 'upTo 应全部写或全部不写'],
    [
      'names a level that does not exist',
      { tiers: [...tiersUpTo(1, 3), { tier: 3, level: 4, upTo: 5 }] },
      '没有第 4 级',
    ],
    ['has a level missing', { tiers: [{ tier: 1, upTo: 5 }] }, '/grading/tiers/0/level'],
    [
      'lets the level fall',
      {
        tiers: [
          { tier: 1, level: 2, upTo: 1 },
          { tier: 2, level: 1, upTo: 5 },
        ],
      },
      '级别不能随档次下降',
    ],
    ['is empty', { tiers: [] }, '/grading/tiers：不能为空'],
    ['is visited from a tier that does not exist', { visitFrom: 4 }, '/grading/visitFrom：没有第 4 档'],
  ])('a table of tiers that %s is refused', (_, grading, expected) => {
    expect(graded(grading)).toContain(expected)
  })

  const gates = (rules: object[], items = ['A'], base = 1): string => graded({ gates: { items, base, rules } })

  it('gates are on indicators, nodes and tiers that exist', () => {
    expect(gates([{ tier: 2, items: { share: 50, atLeast: 1 } }], ['X'])).toContain('/grading/gates/items：没有指标 X')
    expect(gates([{ tier: 2, items: { share: 50, atLeast: 1 } }], ['A', 'A'])).toContain('A 重复')
    expect(gates([{ tier: 2, nodes: { ids: ['X'], atLeast: 1 } }])).toContain('没有节点 X')
    expect(gates([{ tier: 4, nodes: { ids: ['all'], atLeast: 1 } }])).toContain('没有第 4 档')
    expect(gates([{ tier: 2, items: { share: 50, atLeast: 1 } }], ['A'], 9)).toContain(
      '/grading/gates/base：没有第 9 档',
    )
    expect(gates([{ tier: 2, items: { share: 50, atLeast: 1 } }], [])).toContain('没有门槛指标')
    expect(gates([{ tier: 2 }])).toContain('应有 items 或 nodes 条件')
    const falling = [3, 2].map((tier) => ({ tier, nodes: { ids: ['all'], atLeast: 1 } }))
    expect(gates(falling)).toContain('档次应大于前一条的档次')
    expect(gates([{ tier: 1, nodes: { ids: ['all'], atLeast: 1 } }])).toContain('档次应大于前一条的档次')
    expect(gates([{ tier: 2, items: { share: 101, atLeast: 1 } }])).toContain('/share')
    expect(gates([{ tier: 2, items: { share: 62.5, atLeast: 1 } }])).toContain('整数百分比')
  })

  it('caps are on indicators and tiers that exist', () => {
    const cap = (change: object): string =>
      graded({ caps: [{ items: ['A'], below: 1, tier: 1, because: '安全', ...change }] })
    expect(cap({ items: ['X'] })).toContain('/grading/caps/0：没有指标 X')
    expect(cap({ tier: 7 })).toContain('没有第 7 档')
    expect(cap({ because: '' })).toContain('/because')
    expect(cap({ items: [] })).toContain('不能为空')
  })

  it('a cumulative model has rising levels that exist, on indicators that exist', () => {
    const cumulative = (...levels: object[]): string =>
      spoilSmall({ levels: 2, grading: { kind: 'cumulative', levels } })
    const level = (level: number, ...items: string[]): object => ({ level, items, atLeast: 1 })
    expect(cumulative(level(2, 'A'), level(1, 'B'))).toContain('级别应逐个增大')
    expect(cumulative(level(3, 'A'))).toContain('没有第 3 级')
    expect(cumulative(level(1, 'X'))).toContain('没有指标 X')
  })

  it('a grading of another kind is refused', () => {
    expect(spoilSmall({ grading: { kind: 'constructor' } })).toContain('scoring.json /grading')
  })

  it('hints and visit areas speak of indicators that exist, and of percents of rates only', () => {
    const hint = (when: object, items: string[] = []): string =>
      spoilSmall({ hints: [{ id: 'h', message: '请核对', items, when: [when] }] })
    expect(hint({ on: 'value', item: 'X', is: 'above', than: 1 })).toContain('/hints/0/when：没有指标 X')
    expect(hint({ on: 'minutes', is: 'below', than: 5 }, ['X'])).toContain('/hints/0/items：没有指标 X')
    expect(hint({ on: 'percent', item: 'A', is: 'above', than: 1 })).toContain('A 不是比率指标')
    expect(hint({ on: 'value', item: 'A', is: 'like', than: 1 })).toContain('/hints/0/when/0/is')
    expect(hint({ on: 'script', is: 'above', than: 1 })).toContain('/hints/0/when/0')
    expect(spoil(({ scoring }) => scoring.hints.push(scoring.hints[0]!))).toContain(
      'networked-but-not-digital 用了两次',
    )
    expect(spoil(({ scoring }) => scoring.visitAreas[0]!.items.push('X'))).toContain('/visitAreas/0/items：没有指标 X')
  })
})
