// @vitest-environment node
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runLint } from '../../cli/lint'
import { QUESTIONNAIRES } from '../../cli/readEdition'
import { anEditionLike, GUANGXI, runCommand, runProgram, WORKSHOP, type Run } from '../support/commandLine'

const lint = (folder: string): Promise<Run> => runCommand((terminal) => runLint([folder], terminal))

/** [what is wrong, edition, changed place, its new value, the line that must be told]. */
type Case = readonly [name: string, edition: string, path: string, value: unknown, line: string]

// A table: one case a line.
// prettier-ignore
const CASES: readonly Case[] = [
  // The tree.
  ['weights that do not sum', GUANGXI, 'scoring.json/tree/children/0/weight', 16, 'scoring.json: /tree: 下级权重之和应为 100，现为 101'],
  ['a missing weight', GUANGXI, 'scoring.json/tree/children/0/weight', undefined, 'scoring.json: /tree: 按权重平均，每个下级都要有 weight'],
  ['a weight nobody reads', WORKSHOP, 'scoring.json/tree/children/0/weight', 50, 'scoring.json: /tree: 只有 combine 为 weightedMean 时才写 weight'],
  ['an id used twice', WORKSHOP, 'scoring.json/tree/children/1/children/0/items', ['W5', 'W6', 'W1'], 'scoring.json: /tree: 编号 W1 用了两次'],
  ['a node called as another', WORKSHOP, 'scoring.json/tree/children/1/id', 'site', 'scoring.json: /tree: 编号 site 用了两次'],
  ['an id used nowhere', WORKSHOP, 'scoring.json/items/W7', { kind: 'ladder' }, 'scoring.json: /items/W7: 在 /tree 中没有用到'],
  ['an id without a rule', WORKSHOP, 'scoring.json/tree/children/1/children/0/items/1', 'W8', 'scoring.json: /tree: 指标 W8 在 /items 中没有规则'],
  ['a node with both kinds below', WORKSHOP, 'scoring.json/tree/items', ['W1'], 'scoring.json: /tree: 应有 children 或 items 之一'],
  ['an unknown way to combine', WORKSHOP, 'scoring.json/tree/combine', 'median', 'scoring.json: /tree/combine: 不合要求（现为 "median"，应为 ("mean" | "weightedMean" | "sum" | "minimum")）'],
  // The items.
  ['bands that overlap', WORKSHOP, 'scoring.json/items/W6/bands', [50, 20], 'scoring.json: /items/W6/bands: 分界应逐个增大且小于 cap，20 不大于 50'],
  ['bands with a hole', WORKSHOP, 'scoring.json/items/W6/bands', [20], 'scoring.json: /items/W6/bands: 应有 2 个分界（分值上限减 1），现有 1 个，分段有空缺或重叠'],
  ['a last band above the cap', WORKSHOP, 'scoring.json/items/W6/cap', 50, 'scoring.json: /items/W6/bands: 分界应逐个增大且小于 cap，50 不大于 50'],
  ['a share above 100 %', WORKSHOP, 'scoring.json/items/W6/cap', 120, 'scoring.json: /items/W6/cap: 占比不能超过 100'],
  ['a cap that is not the number of choices', WORKSHOP, 'scoring.json/items/W4/cap', 6, 'scoring.json: /items/W4/cap: 应等于选项数 5'],
  ['a choice twice', WORKSHOP, 'scoring.json/items/W4/choices/4', '警示标识', 'scoring.json: /items/W4/choices: “警示标识”重复'],
  ['a step that does not fit the scale', WORKSHOP, 'scoring.json/scale/step', 0.7, 'scoring.json: /items/W1: 分值上限 3 应为步长 0.7 的整数倍'],
  ['a step that bands cannot hit', WORKSHOP, 'scoring.json/items/W6/scale', { max: 3, step: 0.3 }, 'scoring.json: /items/W6: 按分段计分，步长 0.3 应能整除 1'],
  ['a scale that is not whole', WORKSHOP, 'scoring.json/scale/max', 2.5, 'scoring.json: /scale/max: 应为整数'],
  ['an unknown production type', GUANGXI, 'scoring.json/items/S1.1/appliesTo', ['farming'], 'scoring.json: /items/S1.1/appliesTo: 没有生产类型 farming'],
  ['a scene threshold above the scale', GUANGXI, 'scoring.json/items/B1.1/threshold', 6, 'scoring.json: /items/B1.1/threshold: 高于分值上限 5'],
  // Grading.
  ['a gate on an item that does not exist', GUANGXI, 'scoring.json/grading/gates/items/0', 'S9.9', 'scoring.json: /grading/gates/items: 没有指标 S9.9'],
  ['a gate on a node that does not exist', GUANGXI, 'scoring.json/grading/gates/rules/0/nodes/ids/0', 'Z', 'scoring.json: /grading/gates/rules/0/nodes: 没有节点 Z'],
  ['gate rules out of order', GUANGXI, 'scoring.json/grading/gates/rules/1/tier', 3, 'scoring.json: /grading/gates/rules/1: 档次应大于前一条的档次'],
  ['a cap on an item that does not exist', GUANGXI, 'scoring.json/grading/caps/0/items/0', 'G7.7', 'scoring.json: /grading/caps/0: 没有指标 G7.7'],
  ['a cap at a tier that does not exist', GUANGXI, 'scoring.json/grading/caps/0/tier', 11, 'scoring.json: /grading/caps/0: 没有第 11 档'],
  ['tiers that do not rise', GUANGXI, 'scoring.json/grading/tiers/4/upTo', 40, 'scoring.json: /grading/tiers/4/upTo: 应逐档增大'],
  ['a score without a tier', GUANGXI, 'scoring.json/grading/tiers/9/upTo', 95, 'scoring.json: /grading/tiers: 最高档到 95 分，但满分是 100 分，高分没有档次'],
  ['visits from a tier that does not exist', GUANGXI, 'scoring.json/grading/visitFrom', 12, 'scoring.json: /grading/visitFrom: 没有第 12 档'],
  ['a level nobody named', WORKSHOP, 'scoring.json/levels/3/level', 9, 'scoring.json: /grading/levels/2: /levels 中没有第 3 级'],
  ['a level named twice', WORKSHOP, 'scoring.json/levels/0/level', 1, 'scoring.json: /levels: 第 1 级用了两次'],
  ['a level on an item that does not exist', WORKSHOP, 'scoring.json/grading/levels/0/items/0', 'W9', 'scoring.json: /grading/levels/0: 没有指标 W9'],
  ['levels out of order', WORKSHOP, 'scoring.json/grading/levels/1/level', 1, 'scoring.json: /grading/levels/1: 级别应逐个增大'],
  ['a hint on an item that does not exist', WORKSHOP, 'scoring.json/hints/0/items/0', 'W9', 'scoring.json: /hints/0/items: 没有指标 W9'],
  ['a short form of nothing', WORKSHOP, 'scoring.json/shortForm', { title: '快测', minutes: '5 分钟' }, 'scoring.json: /shortForm: 有快速自测，却没有标 core 的指标'],
  ['a newer format', WORKSHOP, 'scoring.json/format', 2, 'scoring.json: /format: 格式版本应为 1；更新的格式需要更新的程序'],
  ['a number no fraction can keep', GUANGXI, 'scoring.json/grading/tiers/9/upTo', 1e300, 'scoring.json: /grading/tiers/9/upTo: 不能大于 1000000'],
  ['an unknown name', WORKSHOP, 'scoring.json/answers/unanswerd', 'zero', 'scoring.json: /answers/unanswerd: 没有这一项，请删除或改正名称'],
  ['a missing name', WORKSHOP, 'scoring.json/standing', undefined, 'scoring.json: /standing: 缺少这一项'],
  // The other two files.
  ['a question without a rule', WORKSHOP, 'survey.json/pages/0/elements/0/name', 'W0', 'survey.json: /pages/0/elements/0: 题目 W0 在 scoring.json 中没有规则'],
  ['a rule without a question', WORKSHOP, 'survey.json/pages/0/elements/0/name', 'W0', 'survey.json: /pages: 缺少指标 W1 的题目'],
  ['a question on another page', WORKSHOP, 'survey.json/pages/2/name', 'crew', 'survey.json: /pages/2/elements/0: W5 应放在页 team，现在页 crew'],
  ['a question of another type', WORKSHOP, 'scoring.json/items/W4', { kind: 'ladder' }, 'survey.json: /pages/1/elements/1: W4 的题型是 checklist，规则却是 ladder'],
  ['too few level sentences', WORKSHOP, 'survey.json/pages/0/elements/0/levels', ['有', '好'], 'survey.json: /pages/0/elements/0/levels: W1 应有 3 句，现有 2 句'],
  ['choices in another order', WORKSHOP, 'survey.json/pages/1/elements/1/choices/0/value', '标识', 'survey.json: /pages/1/elements/1/choices: 与 scoring.json 的名称或次序不一致'],
  ['a question type that is not allowed', WORKSHOP, 'survey.json/pages/3/elements/0/type', 'html', 'survey.json: /pages/3/elements/0/type: 不合要求（现为 "html"，应为'],
  ['an expression', WORKSHOP, 'survey.json/pages/3/elements/0/visibleIf', '{W1} > 1', 'survey.json: /pages/3/elements/0/visibleIf: 没有这一项，请删除或改正名称'],
  ['a change over time that cannot sink', WORKSHOP, 'survey.json/pages/2/elements/1/measure/form', 'growth', 'survey.json: /pages/2/elements/1/measure/form: 按前后变化填写的，scoring.json 中 range 应为 improvement'],
  ['advice that is missing', WORKSHOP, 'advice.json/steps/W6', undefined, 'advice.json: /steps: 缺少指标 W6 的建议'],
  ['advice for too few levels', WORKSHOP, 'advice.json/steps/W6', ['一'], 'advice.json: /steps/W6: 应有 3 条（从 0 到 2 各一条），现有 1 条'],
  ['advice for nothing', WORKSHOP, 'advice.json/steps/W7', ['一'], 'advice.json: /steps/W7: 没有这个指标'],
  // The examples.
  ['an example with another score', WORKSHOP, 'examples.json/examples/2/expect/score/low', 4, 'examples.json: /examples/2/expect/score/low: 样例“工具定置只有 1：停在 1 级”期望 4，算得 3.5'],
  ['an example with another level', WORKSHOP, 'examples.json/examples/6/expect/level', { low: 3, high: 3 }, 'examples.json: /examples/6/expect/level/high: 样例“恰好 2 级：安全设施一项即可”期望 3，算得 2'],
  ['an example with another item', WORKSHOP, 'examples.json/examples/4/expect/items/W6/low', 1, 'examples.json: /examples/4/expect/items/W6/low: 样例“不适用按 0 计，比率恰在分界上”期望 1，算得 2'],
  ['an example with a node that is not there', WORKSHOP, 'examples.json/examples/0/expect/nodes/crew', { low: 0, high: 0 }, 'examples.json: /examples/0/expect/nodes/crew: 样例“一题未答：全部按 0 计，未达级”期望有值，计算结果里没有这一项'],
  ['an example that expects tiers where there are none', WORKSHOP, 'examples.json/examples/0/expect/tier', { low: 1, high: 1 }, 'examples.json: /examples/0/expect/tier: 样例“一题未答：全部按 0 计，未达级”期望有值，计算结果里没有这一项'],
  ['an example that the rules refuse', WORKSHOP, 'examples.json/examples/1/answers/W1', 4, 'examples.json: /examples/1/answers: 样例“每项最高：3 级”不能计分：W1：4 超出范围，应在 0 到 3 之间'],
  ['an example with an unknown name', WORKSHOP, 'examples.json/examples/1/expect/points', 6, 'examples.json: /examples/1/expect/points: 没有这一项，请删除或改正名称'],
  ['an example that expects nothing', WORKSHOP, 'examples.json/examples/1/expect', {}, 'examples.json: /examples/1/expect: 至少写一项期望'],
  ['an example named twice', WORKSHOP, 'examples.json/examples/1/name', '一题未答：全部按 0 计，未达级', 'examples.json: /examples/1/name: 样例“一题未答：全部按 0 计，未达级”用了两次'],
  // The references.
  ['a reference to an indicator that does not exist', GUANGXI, 'references.json/references/T9.9', [{ figure: 'cnc-2021' }], 'references.json: /references/T9.9: 没有这个指标'],
  ['a reference to a figure that does not exist', GUANGXI, 'references.json/references/T2.2/0/figure', 'cnc-1999', 'references.json: /references/T2.2/0/figure: 没有公布数据 cnc-1999'],
  ['a reference with an unknown name', GUANGXI, 'references.json/references/T2.2/0/source', 'x', 'references.json: /references/T2.2/0/source: 没有这一项，请删除或改正名称'],
]

describe('lint', () => {
  it.each(CASES)('finds %s, with file and place', async (_, edition, path, value, line) => {
    const { status, out, err } = await lint(anEditionLike(edition, [path, value]))
    expect(status).toBe(2)
    expect(out).toEqual([])
    expect(err.some((told) => told.startsWith(line)) ? line : err).toEqual(line)
  })

  it('says of a good edition in one line that nothing is wrong', async () => {
    expect(await lint(WORKSHOP)).toEqual({
      status: 0,
      out: ['workshop-levels 1.0.0（6 个指标，7 个样例）：没有发现问题'],
      err: [],
    })
  })

  it('finds nothing wrong with any edition that comes with the program', async () => {
    const folders = readdirSync(QUESTIONNAIRES, { withFileTypes: true }).filter((entry) => entry.isDirectory())
    for (const { name } of folders) expect((await lint(join(QUESTIONNAIRES, name))).err, name).toEqual([])
  })

  it('names the faults of all files in one run', async () => {
    const { err } = await lint(
      anEditionLike(
        WORKSHOP,
        ['scoring.json/items/W6/bands', [50, 20]],
        ['survey.json/pages/3/elements/0/type', 'html'],
        ['advice.json/steps/W6', undefined],
        ['examples.json/examples/1/expect/points', 6],
      ),
    )
    expect(err.map((line) => line.split(':')[0])).toEqual([
      'survey.json',
      'scoring.json',
      'advice.json',
      'examples.json',
    ])
  })

  it('goes on with the other files when one cannot be read', async () => {
    const folder = anEditionLike(WORKSHOP, ['advice.json/steps/W6', undefined])
    rmSync(join(folder, 'survey.json'))
    expect((await lint(folder)).err).toEqual([
      'survey.json: /: 没有这个文件',
      'advice.json: /steps: 缺少指标 W6 的建议',
    ])
  })

  it('needs no examples', async () => {
    const folder = anEditionLike(WORKSHOP)
    rmSync(join(folder, 'examples.json'))
    expect((await lint(folder)).out).toEqual(['workshop-levels 1.0.0（6 个指标，0 个样例）：没有发现问题'])
  })

  it('finds a tree whose scores cannot be kept exact', async () => {
    const folder = anEditionLike(
      WORKSHOP,
      ['scoring.json/tree/multiply', 0.123457],
      ['scoring.json/tree/children/0/multiply', 0.123457],
      ['scoring.json/tree/children/0/children/0/multiply', 0.123457],
    )
    expect((await lint(folder)).err).toContain(
      'scoring.json: /tree: 分数超出可精确计算的范围：权重、步长或系数的位数过多',
    )
  })

  it.each([
    ['JSON 200,000 levels deep', '['.repeat(200_000), '文件的嵌套超过 40 层'],
    ['a name that would change every object', '{"__proto__":{"format":1}}', '不允许的名称“__proto__”'],
    ['a number beyond double', '{"format":1e400}', '数字过大'],
    ['a name twice', '{"format":1,"format":1}', '名称“format”出现了两次'],
    ['GBK bytes', Buffer.from([0x7b, 0x22, 0xcd, 0xf8, 0xb9, 0xdc, 0x22, 0x3a, 0x31, 0x7d]), '不是 UTF-8 编码'],
    ['an empty file', '', '不是完整的 JSON'],
    ['a number', '7', '不合要求'],
    ['nothing', 'null', '不合要求'],
  ])('refuses a file with %s without falling over', async (_, content, text) => {
    for (const file of ['scoring.json', 'survey.json', 'advice.json', 'examples.json']) {
      const folder = anEditionLike(WORKSHOP)
      writeFileSync(join(folder, file), content)
      const { status, err } = await lint(folder)
      expect(status).toBe(2)
      expect(err).toHaveLength(1)
      expect(err[0]).toContain(`${file}: /: `)
      expect(err[0]).toContain(text)
    }
  })

  it('keeps line breaks and escape sequences of hostile names off the terminal', async () => {
    const { err } = await lint(anEditionLike(WORKSHOP, ['scoring.json/a\n\u001b[2Jb', 1]))
    expect(err).toEqual(['scoring.json: /a\\u000a\\u001b[2Jb: 没有这一项，请删除或改正名称'])
  })

  it('runs as a program: status 0 and one line, status 2 and nothing on stdout', () => {
    expect(runProgram(['lint', GUANGXI])).toMatchObject({
      status: 0,
      out: [expect.stringMatching(/没有发现问题$/)],
      err: [],
    })
    expect(runProgram(['lint', join(GUANGXI, 'nowhere')])).toEqual({
      status: 2,
      out: [],
      err: [`${join(GUANGXI, 'nowhere')}：没有这个文件夹`],
    })
  })
})
