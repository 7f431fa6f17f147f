import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { digest } from '#digest'
import { type Answer, type Answers, type Form } from '#core/diagnosis/answers'
import {
  chooseEdition,
  compareSheets,
  formatSigned,
  orderByTime,
  type Comparison,
  type SheetToCompare,
} from '#core/diagnosis/comparison'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { exact } from '#core/exact'
import { completeCreditCode } from '#core/creditCode'
import { packSubmission, type SheetToSubmit } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { answersAtLevel, answerWorth, copyGuangxiFiles, deepFreeze, loadGuangxi, seeded } from '../../support/build'

// Expected figures are worked out by hand in the comments, from the weights, gates and bounds of scoring.json.

const guangxi = loadGuangxi()
const CODE = '91450200XX00000430'
const profile = { name: '示例公司', creditCode: CODE, productionType: 'discrete' }

/** A full sheet at one value; a longer id wins over its domain: `{ S: 1.5, 'S1.4': 3 }`. */
function answersAt(
  edition: Edition,
  value: number,
  changes: Readonly<Record<string, number>> = {},
): Record<string, Answer> {
  return Object.fromEntries(
    [...edition.indicators.values()].map((indicator) => {
      const { id } = indicator
      return [id, answerWorth(indicator, changes[id] ?? changes[id.slice(0, 1)] ?? value)]
    }),
  )
}

function sheetOf(edition: Edition, answers: Answers, changes: Partial<SheetToSubmit> = {}): SheetToCompare {
  const sheet = {
    id: 'sheet',
    revision: 1,
    form: 'full' as Form,
    profile,
    answers,
    startedAt: '2025-11-01T01:00:00.000Z',
    submittedAt: '2025-11-03T03:00:00.000Z',
    minutes: 50,
    ...changes,
  }
  return { submitted: deepFreeze(packSubmission(edition, sheet, '0.1.0', digest)), own: edition }
}
const LATER = { revision: 2, submittedAt: '2026-11-20T03:00:00.000Z' }

/** Both under the real edition. */
function compare(before: Answers, after: Answers): Comparison {
  return compareSheets(sheetOf(guangxi, before), sheetOf(guangxi, after, LATER), guangxi)
}
function nodeOf({ nodes }: Comparison, id: string): Comparison['nodes'][number] {
  return nodes.find((node) => node.id === id)!
}

interface LooseNode {
  id: string
  weight?: number
  items?: unknown[]
  children?: LooseNode[]
}

/** 1.1.0 of the real edition: B4.2 is gone, S1.4 is new, the domain S weighs 25 and C 15 instead of 15 and 25. */
function makeNewer(): Edition {
  const files = copyGuangxiFiles()
  const scoring = files.scoring as unknown as {
    version: string
    tree: LooseNode
    items: Record<string, unknown>
    hints: { items: string[]; when: { item?: string }[] }[]
    visitAreas: { items: string[] }[]
  }
  const survey = files.survey as unknown as { pages: { elements: { name: string; title: string }[] }[] }
  const steps = files.advice.steps as unknown as Record<string, unknown>
  scoring.version = '1.1.0'
  const [S, C, , , B] = scoring.tree.children!
  S!.weight = 25
  C!.weight = 15
  S!.children![0]!.items!.push('S1.4')
  scoring.items['S1.4'] = { kind: 'ladder' }
  steps['S1.4'] = steps['S1.1']
  const B4 = B!.children!.find(({ id }) => id === 'B4')!
  B4.items = B4.items!.filter((id) => id !== 'B4.2')
  delete scoring.items['B4.2']
  delete steps['B4.2']
  for (const page of survey.pages) {
    const at = page.elements.findIndex(({ name }) => name === 'S1.3')
    if (at >= 0) page.elements.splice(at + 1, 0, { ...page.elements[at]!, name: 'S1.4', title: '新增的一项' })
    page.elements = page.elements.filter(({ name }) => name !== 'B4.2')
  }
  scoring.hints = scoring.hints.filter(({ when }) => when.every(({ item }) => item !== 'B4.2'))
  for (const part of [...scoring.hints, ...scoring.visitAreas]) part.items = part.items.filter((id) => id !== 'B4.2')
  return deepFreeze(parseEdition(files))
}
const newer = makeNewer()

describe('两次同版问卷的对比', () => {
  // All at 2: total 2 × 20 = 40, score and gate both stop at tier 4. C5.1 at 3 raises C5 = mean(C5.1, C5.2) by 1/2, C = mean
  // of 6 by 1/12, the total by 25/100 × 20 / 12 = 5/12: 40.42 is above 40, so the score reaches tier 5, the gate stays at 4.
  const comparison = compare(answersAt(guangxi, 2), answersAt(guangxi, 2, { 'C5.1': 3 }))

  it('tells tier, score and every node before and after', () => {
    expect(comparison.before.official).toMatchObject({ place: '第 4 档', levelName: '场景级', scoreText: '40' })
    expect(comparison.after.official).toMatchObject({ place: '第 4 档', scoreText: '40.42', isRecomputed: true })
    expect(comparison.change.place).toMatchObject({ direction: 'same', text: '0' })
    expect(comparison.change.score).toMatchObject({ direction: 'up', text: '+0.42' })
    expect(comparison.nodes).toHaveLength(1 + 5 + 22)
    expect(nodeOf(comparison, 'C5')).toMatchObject({ beforeText: '2.00', afterText: '2.50', change: { text: '+0.50' } })
    expect(nodeOf(comparison, 'C')).toMatchObject({ change: { text: '+0.08', direction: 'up', word: '上升' } })
    expect(nodeOf(comparison, 'S1').change).toMatchObject({ direction: 'same', share: { low: 0, high: 0 } })
    expect(comparison.rose.map(({ id }) => id)).toEqual(['C5'])
    expect(comparison.fell).toEqual([])
    expect(comparison.remarks).toEqual([])
    expect(comparison.change.sentence).toBe(
      '档次不变（第 4 档），总分增加 0.42 分（40 → 40.42）。22 个子域中，1 个上升，21 个持平。',
    )
  })

  it('tells which limit moved and which one holds the result', () => {
    expect(comparison.limits).toEqual([
      {
        title: '总分',
        before: '第 4 档',
        after: '第 5 档',
        isLimitingBefore: true,
        isLimitingAfter: false,
        isChanged: true,
      },
      {
        title: '门槛',
        before: '第 4 档',
        after: '第 4 档',
        isLimitingBefore: true,
        isLimitingAfter: true,
        isChanged: false,
      },
      {
        title: '封顶规则',
        before: '未触发',
        after: '未触发',
        isLimitingBefore: false,
        isLimitingAfter: false,
        isChanged: false,
      },
    ])
  })

  it('tells a changed answer in words, with what it alone does to the total', () => {
    expect(comparison.answers).toMatchObject({ added: [], removed: [], unchanged: 74, open: 0 })
    expect(comparison.answers.changed).toHaveLength(1)
    expect(comparison.answers.changed[0]).toMatchObject({
      id: 'C5.1',
      groupTitle: '新型能力',
      beforeText: '2 级基本达成',
      afterText: '3 级基本达成',
      beforeValue: '2 分',
      afterValue: '3 分',
      effectText: '总分 +0.42',
      effectDirection: 'up',
    })
  })

  it('sorts by the size of the effect, whichever way it goes', () => {
    // Total per point of an item: B4.2 20 × .2 / 5 / 2 = .4, S1.1 20 × .15 / 3 / 3 = .333, T2.4 20 × .25 / 4 / 9 = .139.
    const { answers } = compare(answersAt(guangxi, 2), answersAt(guangxi, 2, { 'T2.4': 3, 'S1.1': 1, 'B4.2': 3 }))
    expect(answers.changed.map(({ id, effectText }) => [id, effectText])).toEqual([
      ['B4.2', '总分 +0.40'],
      ['S1.1', '总分 −0.33'],
      ['T2.4', '总分 +0.14'],
    ])
  })

  it('calls equal what is equal: a rise and a fall of one node cancel out exactly', () => {
    // Thirds: 2.5 + 1.5 + 2 over 3 is 2 again, and so is everything above.
    const same = compare(answersAt(guangxi, 2), answersAt(guangxi, 2, { 'C1.1': 2.5, 'C1.2': 1.5 }))
    expect(same.nodes.every(({ change }) => change.direction === 'same')).toBe(true)
    expect(same.answers.changed).toHaveLength(2)
  })

  it('does not take another order of ticks for another answer, and names what was ticked and what was cleared', () => {
    const before = { ...answersAt(guangxi, 2), 'T2.6': ['ERP', '财务', 'MES'] }
    const reordered = { ...before, 'T2.6': ['MES', '财务', 'ERP'] }
    expect(compare(before, reordered).answers).toMatchObject({ changed: [], unchanged: 75 })
    const [answer] = compare(before, { ...before, 'T2.6': ['财务', 'MES', 'WMS'] }).answers.changed
    expect(answer!.details).toEqual(['增加：WMS', '去掉：ERP'])
    expect(answer!.effectText).toBe('不影响总分') // Three choices as before.
  })

  it('keeps apart what was newly answered and what no longer is', () => {
    const { 'G2.1': _g, ...before } = answersAt(guangxi, 2)
    const { 'G2.2': _h, 'G3.3': _i, ...after } = answersAt(guangxi, 2)
    const { 'G3.3': _j, ...start } = before
    const { answers } = compare(start, after)
    expect(answers.added.map(({ id, beforeText }) => [id, beforeText])).toEqual([['G2.1', '未答']])
    expect(answers.removed.map(({ id, afterValue }) => [id, afterValue])).toEqual([['G2.2', '0—5 分']])
    expect(answers).toMatchObject({ changed: [], unchanged: 72, open: 1 })
  })

  it('spans every way open answers could turn out, and names the official low ends', () => {
    // B5 = mean of 5. Before: one of them unknown, the others 2: [8/5, 13/5]. After: all at 2.5. 2.5 − 2.6 = −0.1, 2.5 − 1.6 = 0.9.
    const before: Answers = { ...answersAt(guangxi, 2), 'B5.4': 'unknown' }
    const comparison = compare(before, answersAt(guangxi, 2.5))
    expect(nodeOf(comparison, 'B5')).toMatchObject({
      beforeText: '1.60—2.60',
      change: { direction: 'unsure', text: '−0.10 至 +0.90', share: { low: -0.1 / 5, high: 0.9 / 5 } },
    })
    expect(comparison.rose.map(({ id }) => id)).not.toContain('B5')
    expect(comparison.remarks).toEqual([
      '有未答或不掌握的指标，得分和变化因此是区间。正式结果以低端为准：第 4 档 → 第 5 档。',
    ])
  })

  it('names five sub-domains each way, the largest change first', () => {
    const after = answersAt(guangxi, 2, {
      S: 3,
      'C4.1': 0,
      'C4.2': 0,
      'G2.1': 1,
      'B1.1': 5,
      'B1.2': 5,
      'T1.1': 3,
      'T4.1': 3,
    })
    const { rose, fell } = compare(answersAt(guangxi, 2), after)
    // B1 +3; S1, S2, S3 +1; T4 +1/3; T1 +1/4 is the sixth. C4 −2, G2 −1/2.
    expect(rose.map(({ id }) => id)).toEqual(['B1', 'S1', 'S2', 'S3', 'T4'])
    expect(fell.map(({ id, change }) => [id, change.text])).toEqual([
      ['C4', '−2.00'],
      ['G2', '−0.50'],
    ])
  })

  it('turned round, every difference has the other sign', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = seeded(seed)
      const draw = (): Answers =>
        Object.fromEntries(
          [...guangxi.indicators.values()]
            .filter(() => random() < 0.9)
            .map((indicator) => [indicator.id, answerWorth(indicator, Math.floor(random() * 11) / 2)]),
        )
      const [one, other] = [sheetOf(guangxi, draw()), sheetOf(guangxi, draw(), LATER)]
      const there = compareSheets(one, other, guangxi)
      const back = compareSheets(other, one, guangxi)
      expect([there.isReversed, back.isReversed]).toEqual([false, true])
      for (const [at, { change }] of there.nodes.entries()) {
        const { share } = back.nodes[at]!.change
        expect(share!.low + change.share!.high).toBe(0)
        expect(share!.high + change.share!.low).toBe(0)
      }
    }
  })
})

describe('旧版问卷的填报', () => {
  // Under 1.0.0, S at 1.5 and the rest at 2: (15 × 1.5 + 85 × 2) / 100 × 20 = 38.5, tier 4.
  // Under 1.1.0, S1.4 is open: S1 = [4.5/4, 9.5/4] = [1.125, 2.375], S = (S1 + 3) / 3 = [1.375, 1.7917],
  // total = (25 S + 75 × 2) / 100 × 20 = 5 S + 30 = [36.875, 38.958]. At the low end S < 1.4 stops the gate at 3, at the high end at 4.
  const last = sheetOf(guangxi, answersAt(guangxi, 2, { S: 1.5 }))
  // All of 1.1.0 at 2.5: total 50, tier 5 by score and gate.
  const now = sheetOf(newer, answersAt(newer, 2.5), { ...LATER, id: 'another' })
  const comparison = compareSheets(last, now, newer)

  it('shows the result as submitted and the one under the newer edition', () => {
    expect(comparison.before.official).toMatchObject({
      place: '第 4 档',
      scoreText: '38.5',
      isRecomputed: true,
      remark: '',
    })
    expect(comparison.before.comparable).toMatchObject({ place: '第 3—4 档', scoreText: '36.88—38.96' })
    expect(comparison.before.basis).toBe('按新版问卷 1.1.0 重新计算，仅供参考')
    expect(comparison.after.basis).toBe('')
    expect(comparison.after.comparable).toMatchObject({ place: '第 5 档', scoreText: '50' })
    expect(comparison.change.place.text).toBe('+1 至 +2')
    expect(comparison.change.score.text).toBe('+11.04 至 +13.13')
    expect(comparison.change.sentence).toContain('档次上升 1 至 2 档（第 3—4 档 → 第 5 档）')
    expect(nodeOf(comparison, 'S1').change.text).toBe('+0.13 至 +1.38')
    expect(nodeOf(comparison, 'S2').change.text).toBe('+1.00')
    expect(comparison.remarks.join('')).toContain('上一次填报用的是另一版问卷')
    expect(comparison.isNot.join('')).toContain('不代替提交时的结果')
  })

  it('lists what has no counterpart, in both directions, and compares it with nothing', () => {
    expect(comparison.before.counterparts).toEqual({
      gone: [{ id: 'B4.2', title: guangxi.indicators.get('B4.2')!.title, answerText: '2 级基本达成' }],
      added: [{ id: 'S1.4', title: '新增的一项', answerText: '' }],
      unreadable: [],
    })
    expect(comparison.after.counterparts).toEqual({ gone: [], added: [], unreadable: [] })
    const { changed, added, removed } = comparison.answers
    expect([changed.length, added.length, removed.length]).toEqual([74, 0, 0])
    expect([...changed, ...added].some(({ id }) => id === 'S1.4' || id === 'B4.2')).toBe(false)
  })

  it('without its edition, its result stands as stated, and its file tells what it had', () => {
    const { submitted } = last
    const stated = { ...submitted.result, tier: { low: 7, high: 7 } }
    const stamp = { ...submitted.edition, version: '0.9.0', digest: '9'.repeat(64) }
    const answers = { ...submitted.answers, 'Z9.9': 3 }
    const gone = compareSheets({ submitted: { ...submitted, answers, result: stated, edition: stamp } }, now, newer)
    expect(gone.before.official).toMatchObject({ place: '第 7 档', scoreText: '38.5', isRecomputed: false })
    expect(gone.before.official.remark).toContain('未能复算')
    expect(gone.before.comparable.place).toBe('第 3—4 档')
    expect(gone.before.counterparts.gone).toEqual([
      { id: 'B4.2', title: 'B4.2', answerText: '' },
      { id: 'Z9.9', title: 'Z9.9', answerText: '' },
    ])
    expect(gone.before.counterparts.added.map(({ id }) => id)).toEqual(['S1.4'])
  })

  it('an answer the newer rules cannot read counts as open and is named', () => {
    const files = copyGuangxiFiles()
    const scoring = files.scoring as unknown as {
      version: string
      items: Record<string, { choices?: string[]; cap?: number }>
    }
    const survey = files.survey as unknown as {
      pages: { elements: { name: string; choices?: { value: string }[] }[] }[]
    }
    scoring.version = '1.1.0'
    scoring.items['T2.6']!.choices = scoring.items['T2.6']!.choices!.filter((name) => name !== 'OA/协同')
    scoring.items['T2.6']!.cap = 14
    const element = survey.pages.flatMap(({ elements }) => elements).find(({ name }) => name === 'T2.6')!
    element.choices = element.choices!.filter(({ value }) => value !== 'OA/协同')
    const changed = parseEdition(files)
    const before = { ...answersAt(guangxi, 2), 'T2.6': ['OA/协同', 'ERP'] }
    const result = compareSheets(sheetOf(guangxi, before), sheetOf(changed, answersAt(changed, 2), LATER), changed)
    expect(result.before.counterparts.unreadable).toEqual([
      { id: 'T2.6', title: changed.indicators.get('T2.6')!.title, answerText: '2 类：OA/协同、ERP' },
    ])
    expect(result.answers.added.map(({ id }) => id)).toEqual(['T2.6'])
  })

  it('says when the file states another result than its answers earn', () => {
    const { submitted } = last
    const forged = { ...submitted, result: { ...submitted.result, tier: { low: 9, high: 9 } } }
    const { official } = compareSheets({ submitted: forged, own: guangxi }, now, newer).before
    expect(official.place).toBe('第 4 档')
    expect(official.remark).toContain('不同')
  })
})

describe('快速自测与完整诊断', () => {
  it('compares only what both ask, and says so', () => {
    // Core items at 2 in both: 40. The rest of the full sheet at 5 counts in its official result only.
    const core = Object.fromEntries(
      [...guangxi.indicators.values()]
        .filter(({ rule }) => rule.core === true)
        .map((one) => [one.id, answerWorth(one, 2)]),
    )
    const short = sheetOf(guangxi, core, { form: 'short' })
    const full = sheetOf(guangxi, { ...answersAtLevel(guangxi, 5), ...core }, LATER)
    const comparison = compareSheets(short, full, guangxi)
    expect(comparison.before).toMatchObject({ formLabel: '快速自测', basis: '', comparable: { scoreText: '40' } })
    expect(comparison.after).toMatchObject({
      formLabel: '完整诊断',
      basis: '只计快速自测的 34 项，仅供参考',
      comparable: { scoreText: '40' },
    })
    expect(Number(comparison.after.official.scoreText)).toBeGreaterThan(60)
    expect(comparison.change.score.direction).toBe('same')
    expect(comparison.answers).toMatchObject({ changed: [], added: [], unchanged: 34 })
    expect(nodeOf(comparison, 'G4').change).toMatchObject({ direction: 'none', text: '—' }) // G4 has no core item.
    expect(comparison.remarks[0]).toContain('只比较两份都问到的 34 项')
  })
})

describe('别的问卷', () => {
  it('a cumulative edition is told in levels', () => {
    const read = (name: string): unknown =>
      JSON.parse(readFileSync(`tests/editions/workshop-levels/${name}.json`, 'utf8'))
    const workshop = parseEdition({ scoring: read('scoring'), survey: read('survey'), advice: read('advice') })
    const atMost = answersAtLevel(workshop, 3)
    const comparison = compareSheets(sheetOf(workshop, {}), sheetOf(workshop, atMost, LATER), workshop)
    expect(comparison.unit).toBe('级')
    expect(comparison.change.place).toMatchObject({ direction: 'up', text: '+3' })
    expect(comparison.change.sentence).toContain('级别上升 3 级（第 0 级 → 第 3 级）')
    expect(comparison.limits).toEqual([])
    expect(() => compareSheets(sheetOf(workshop, {}), sheetOf(guangxi, answersAt(guangxi, 2), LATER), guangxi)).toThrow(
      '没有共同的指标',
    )
  })
})

describe('谁和谁比', () => {
  const answers = answersAt(guangxi, 2)
  const refusalOf = (one: SheetToCompare, other: SheetToCompare): string => {
    try {
      compareSheets(one, other, guangxi)
    } catch (fault) {
      if (fault instanceof Problem) return fault.code
      throw fault
    }
    return ''
  }

  it('two firms are no development over time', () => {
    const other = sheetOf(guangxi, answers, {
      ...LATER,
      id: 'x',
      profile: { ...profile, creditCode: completeCreditCode('91450200XX000005') },
    })
    expect(refusalOf(sheetOf(guangxi, answers), other)).toBe('comparison.otherFirm')
  })

  it('one firm writes its code in more than one way, and may have two sheets', () => {
    const other = sheetOf(guangxi, answers, {
      ...LATER,
      id: 'x',
      profile: { ...profile, creditCode: ' 91450200ｘｘ00000430 ' },
    })
    expect(refusalOf(sheetOf(guangxi, answers), other)).toBe('')
  })

  it('without a code only revisions of one sheet are certainly one firm', () => {
    const { creditCode: _code, ...nameless } = profile
    const blank = sheetOf(guangxi, answers, { profile: nameless })
    expect(refusalOf(blank, sheetOf(guangxi, answers, LATER))).toBe('')
    expect(refusalOf(blank, sheetOf(guangxi, answers, { ...LATER, id: 'x' }))).toBe('comparison.unknownFirm')
  })

  it('a code with a fault names nobody: neither one firm for two sheets nor two firms for one sheet', () => {
    const withCode = (creditCode: string, changes: object = {}): SheetToCompare =>
      sheetOf(guangxi, answers, { profile: { ...profile, creditCode }, ...changes })
    // A placeholder that two firms share, and a check character that is wrong (…0430 is right).
    const placeholder = '000000000000000000'
    expect(refusalOf(withCode(placeholder), withCode(placeholder, { ...LATER, id: 'x' }))).toBe(
      'comparison.unknownFirm',
    )
    expect(refusalOf(withCode('91450200XX00000431'), withCode(CODE, LATER))).toBe('')
    expect(refusalOf(withCode('91450200XX00000431'), withCode(CODE, { ...LATER, id: 'x' }))).toBe(
      'comparison.unknownFirm',
    )
  })

  it('a sheet is not compared with itself', () => {
    expect(refusalOf(sheetOf(guangxi, answers), sheetOf(guangxi, answers))).toBe('comparison.sameSheet')
  })

  it('orders by the time of submission, then by revision', () => {
    const [one, other] = [sheetOf(guangxi, answers), sheetOf(guangxi, answers, LATER)]
    expect(orderByTime(other, one)).toEqual([one, other])
    expect(orderByTime(one, other)).toEqual([one, other])
    const second = sheetOf(guangxi, answers, { revision: 2 })
    expect(orderByTime(second, one)).toEqual([one, second])
  })

  it('takes the newer edition of the two, or one at hand of the same questionnaire', () => {
    const [old, now] = [sheetOf(guangxi, answers), sheetOf(newer, answersAt(newer, 2), LATER)]
    const [blindOld, blindNow] = [{ submitted: old.submitted }, { submitted: now.submitted }]
    expect(chooseEdition(old, now, [])).toBe(newer)
    expect(chooseEdition(now, old, [])).toBe(newer)
    expect(chooseEdition(old, blindNow, [])).toBe(guangxi)
    expect(chooseEdition(blindOld, blindNow, [guangxi, newer])).toBe(newer)
    expect(() => chooseEdition(blindOld, blindNow, [])).toThrow('本机没有问卷')
    const tenth = { ...guangxi, version: '1.10.0' }
    const ninth = { ...guangxi, version: '1.9.0' }
    expect(chooseEdition({ ...old, own: tenth }, { ...now, own: ninth }, [])).toBe(tenth)
  })

  it('carries the mark of made-up sheets', () => {
    const made = sheetOf(guangxi, answers, { ...LATER, sample: true })
    expect(compareSheets(sheetOf(guangxi, answers), made, guangxi).isSample).toBe(true)
    expect(compare(answers, answersAt(guangxi, 3)).isSample).toBe(false)
  })
})

describe('带号的数', () => {
  it.each([
    [exact(0), 2, '0'],
    [exact(1, 4), 0, '+0.25'],
    [exact(-1, 2), 2, '−0.50'],
    [exact(3), 0, '+3'],
    [exact(1, 100000), 2, '+0.00001'],
  ])('%j with %i decimals is %s', (figure, places, text) => {
    expect(formatSigned(figure, places)).toBe(text)
  })
})
