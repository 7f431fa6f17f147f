import { describe, expect, it } from 'vitest'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { parseJson } from '#core/json'
import { readKind } from '#core/ourFile'
import {
  evaluate,
  findEdition,
  openSubmission,
  packSubmission,
  stampEdition,
  SUBMISSION_FORMAT,
  type SheetToSubmit,
} from '#core/oversight/submission'
import { type ProblemCode } from '#core/problems'
import { digest } from '#digest'
import {
  answersAtLevel,
  copyGuangxiFiles,
  deepFreeze,
  loadGuangxi,
  makeEdition,
  refusalOf,
  seeded,
} from '../../support/build'
import { randomSheet, referenceScore, type ProductionType } from '../../support/referenceScorer'

const edition = loadGuangxi()

const sheet: SheetToSubmit = deepFreeze({
  id: '0192f0c4-5a3e-7c11-9d55-1a2b3c4d5e6f',
  revision: 1,
  form: 'full',
  profile: { name: '某某制糖有限公司', productionType: 'process', staff: 320, extra: { 'profile.park': '高新区' } },
  answers: { ...answersAtLevel(edition, 2, 'process'), 'G4.1': 'unknown' },
  startedAt: '2024-07-01T01:00:00Z',
  submittedAt: '2024-07-01T02:00:00.500Z',
  minutes: 58,
})
const packed = deepFreeze(packSubmission(edition, sheet, '0.1.0', digest))

type Loose = Record<string, unknown>

/** As if saved and chosen again: through text. */
const saved = (submission: object): unknown => parseJson(JSON.stringify(submission))

/** Something changed by hand, the digest left as it was. */
function damage(change: (file: Loose) => void): unknown {
  const file = structuredClone(packed) as unknown as Loose
  change(file)
  return file
}
/** Something changed by someone who knows how the digest is made. */
function forge(change: (file: Loose) => void): unknown {
  const file = damage(change) as Loose
  const { sha256: _, ...content } = file
  return { ...content, sha256: digest(content) }
}
const open = (file: unknown, editions: readonly Edition[] = [edition]) =>
  openSubmission(saved(file as object), editions, digest)
const refused = (file: unknown, editions?: readonly Edition[]): ProblemCode =>
  refusalOf(() => open(file, editions)).code
const part = (file: Loose, name: string): Loose => file[name] as Loose

describe('报送包', () => {
  it('comes back from its file as it was packed, and its result is computed again', () => {
    const opened = open(packed)
    expect(opened.submission).toEqual(packed)
    expect(opened).toMatchObject({ agrees: true, differences: [] })
    // 2 everywhere but G4.1 open: 40 − 2/2/4 × 15 × 20/100 = 39.25 and 40 + 3/2/4 × 3 = 41.125.
    expect(opened.computed).toMatchObject({
      edition: 'guangxi-2024',
      score: { low: 39.25, high: 41.125 },
      tier: { low: 4, high: 4 },
      dueForVisit: true,
    })
    expect(opened.computed).toEqual(packed.result)
    expect(opened.edition).toBe(edition)
    expect(opened.grade.tier!.low).toBe(4)
  })

  it('says which edition, which format, which engine, and holds the pledge', () => {
    expect(packed).toMatchObject({ kind: 'shidang-submission', format: 1, engine: '0.1.0', pledged: true, revision: 1 })
    expect(packed.edition).toEqual({
      id: 'guangxi-2024',
      version: edition.version,
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(packed.sha256).toMatch(/^[0-9a-f]{64}$/)
  })

  it('is sealed with the digest of all the rest, whatever the order of names', () => {
    const { sha256, ...content } = packed
    expect(digest(content)).toBe(sha256)
    const reversed = Object.fromEntries(Object.entries(packed).reverse())
    expect(open(reversed).agrees).toBe(true)
  })

  it('random sheets of every production type and both forms agree after the way through text', () => {
    const types: readonly ProductionType[] = ['discrete', 'process', 'mining', 'utilities']
    for (let seed = 1; seed <= 40; seed++) {
      const productionType = types[seed % 4]!
      const form = seed % 8 < 4 ? 'full' : 'short'
      const answers = randomSheet(seeded(seed), productionType)
      const file = packSubmission(edition, { ...sheet, form, profile: { productionType }, answers }, '0.1.0', digest)
      const opened = open(file)
      expect(opened, `seed ${seed}`).toMatchObject({ agrees: true, differences: [] })
      expect(opened.computed).toMatchObject(referenceScore(answers, productionType, form))
    }
  })

  it('an answer of minus zero is zero', () => {
    const answers = { ...sheet.answers, 'S1.1': -0 }
    const file = packSubmission(edition, { ...sheet, answers }, '0.1.0', digest)
    expect(open(file).agrees).toBe(true)
    expect(Object.is(file.result.items['S1.1']!.low, 0)).toBe(true)
  })

  it('what the rules refuse is not packed', () => {
    const pack = (change: object) => () => packSubmission(edition, { ...sheet, ...change }, '0.1.0', digest)
    expect(refusalOf(pack({ answers: { 'S1.1': 9 } })).code).toBe('answers.outOfRange')
    expect(refusalOf(pack({ profile: { productionType: 'fishing' } })).code).toBe('profile.unknownProductionType')
    const small = makeEdition({
      tree: { id: 'all', items: ['A', 'B'] },
      answers: { unanswered: 'refuse', notApplicable: 'exclude' },
    })
    const incomplete = { ...sheet, answers: { A: 1 } }
    expect(refusalOf(() => packSubmission(small, incomplete, '0.1.0', digest)).code).toBe('answers.incomplete')
  })
})

describe('改动过的报送包', () => {
  it.each<[string, (file: Loose) => void]>([
    ['one answer', (file) => (part(file, 'answers')['S1.1'] = 2.5)],
    ['one answer less', (file) => Reflect.deleteProperty(part(file, 'answers'), 'S1.1')],
    ['one answer more', (file) => (part(file, 'answers')['X9.9'] = 2)],
    ['the stated score', (file) => (part(part(file, 'result'), 'score')['low'] = 90)],
    ['the stated tier', (file) => (part(file, 'result')['tier'] = { low: 9, high: 9 })],
    ['the name', (file) => (part(file, 'profile')['name'] = '别家有限公司')],
    ['the revision', (file) => (file['revision'] = 2)],
    ['the time', (file) => (file['submittedAt'] = '2024-07-02T02:00:00Z')],
    ['the engine', (file) => (file['engine'] = '9.9.9')],
    ['the form', (file) => (file['form'] = 'short')],
    ['the edition', (file) => (part(file, 'edition')['version'] = '0.9.0')],
    ['the digest', (file) => (file['sha256'] = 'f'.repeat(64))],
  ])('%s changed and the digest left: damaged', (_, change) => {
    expect(refused(damage(change))).toBe('submission.damaged')
  })

  it('a changed result with a new digest is told: it does not agree, and the computed one counts', () => {
    const opened = open(
      forge((file) => {
        const result = part(file, 'result')
        result['tier'] = { low: 9, high: 9 }
        part(result, 'score')['low'] = 90
        part(part(result, 'items'), 'S1.1')['high'] = 5
        part(result, 'nodes')['X'] = { low: 1, high: 1 }
        result['dueForVisit'] = false
        Reflect.deleteProperty(result, 'limits')
      }),
    )
    expect(opened.agrees).toBe(false)
    expect([...opened.differences].sort()).toEqual(
      ['score/low', 'tier/low', 'tier/high', 'items/S1.1/high', 'nodes/X', 'dueForVisit', 'limits'].sort(),
    )
    expect(opened.computed).toEqual(packed.result)
  })

  it('a changed answer with a new digest changes the computed result, not the stated one', () => {
    const opened = open(forge((file) => (part(file, 'answers')['G1.3'] = 0)))
    expect(opened.agrees).toBe(false)
    expect(opened.differences).toContain('limits/cap')
    expect(opened.differences).toContain('items/G1.3/low')
    expect(opened.computed.limits!.cap).toBe(4)
  })

  it('answers the rules refuse are refused although the digest fits', () => {
    expect(refused(forge((file) => (part(file, 'answers')['S1.1'] = 7)))).toBe('answers.outOfRange')
    expect(refused(forge((file) => (part(file, 'answers')['X9.9'] = 1)))).toBe('answers.unknownIndicator')
    expect(refused(forge((file) => (part(file, 'profile')['productionType'] = 'fishing')))).toBe(
      'profile.unknownProductionType',
    )
  })
})

describe('不合格式的报送包', () => {
  it.each<[string, unknown, ProblemCode]>([
    ['null', null, 'file.notOurs'],
    ['a list', [packed], 'file.notOurs'],
    ['text', 'shidang-submission', 'file.notOurs'],
    ['another JSON file', { name: 'package' }, 'file.notOurs'],
    ['a kind of somebody else', damage((file) => (file['kind'] = 'other-submission')), 'file.notOurs'],
    ['no format', damage((file) => Reflect.deleteProperty(file, 'format')), 'file.notOurs'],
    ['a format that is text', damage((file) => (file['format'] = '1')), 'file.notOurs'],
    ['format 0', damage((file) => (file['format'] = 0)), 'file.notOurs'],
    ['format 1.5', damage((file) => (file['format'] = 1.5)), 'file.notOurs'],
    ['a newer format', forge((file) => (file['format'] = 2)), 'file.newerFormat'],
    ['a draft', forge((file) => (file['kind'] = 'shidang-draft')), 'file.wrongKind'],
    ['a tier list', forge((file) => (file['kind'] = 'shidang-tiers')), 'file.wrongKind'],
  ])('%s is refused', (_, file, code) => {
    expect(refused(file)).toBe(code)
  })

  it('the refusal of a newer format names both, that of a draft what it is', () => {
    const newer = refusalOf(() => open(forge((file) => (file['format'] = 7))))
    expect(newer.faults[0].details).toEqual({ found: 7, known: SUBMISSION_FORMAT })
    const draft = refusalOf(() => open(forge((file) => (file['kind'] = 'shidang-draft'))))
    expect(draft.message).toBe('这是草稿文件，请选择报送包')
  })

  it.each<[string, (file: Loose) => void, string]>([
    ['no pledge', (file) => Reflect.deleteProperty(file, 'pledged'), '/pledged'],
    ['a pledge refused', (file) => (file['pledged'] = false), '/pledged'],
    ['a huge revision', (file) => (file['revision'] = 1e9), '/revision'],
    ['revision 0', (file) => (file['revision'] = 0), '/revision'],
    ['half a revision', (file) => (file['revision'] = 1.5), '/revision'],
    ['no answers', (file) => Reflect.deleteProperty(file, 'answers'), '/answers'],
    ['answers that are text', (file) => (file['answers'] = 'S1.1=3'), '/answers'],
    ['no result', (file) => Reflect.deleteProperty(file, 'result'), '/result'],
    ['a result with more in it', (file) => (part(file, 'result')['official'] = true), '/result/official'],
    ['a score that is text', (file) => (part(file, 'result')['score'] = '90'), '/result/score'],
    ['a field of somebody else', (file) => (file['html'] = '<script>'), '/html'],
    ['a third form', (file) => (file['form'] = 'tiny'), '/form'],
    ['a time that is none', (file) => (file['submittedAt'] = 'yesterday'), '/submittedAt'],
    ['a time without a zone', (file) => (file['submittedAt'] = '2024-07-01 10:00'), '/submittedAt'],
    ['negative minutes', (file) => (file['minutes'] = -1), '/minutes'],
    ['a staff of text', (file) => (part(file, 'profile')['staff'] = '320'), '/profile/staff'],
    ['a profile with more in it', (file) => (part(file, 'profile')['password'] = 'x'), '/profile/password'],
    ['a name of 10,000 characters', (file) => (part(file, 'profile')['name'] = '长'.repeat(10_000)), '/profile/name'],
    ['an id of 10,000 characters', (file) => (file['id'] = 'x'.repeat(10_000)), '/id'],
  ])('%s is refused at its place', (_, change, path) => {
    const problem = refusalOf(() => open(forge(change)))
    expect(problem.code).toBe('file.wrongShape')
    expect(problem.faults[0].details['path']).toBe(path)
    expect(problem.message.length).toBeLessThan(500)
    expect(problem.message).toMatch(/[\u4e00-\u9fff]/)
  })

  it('answers that are a list are refused', () => {
    expect(refused(forge((file) => (file['answers'] = [])))).toBe('submission.damaged')
    expect(refused(forge((file) => (file['answers'] = [3])))).toBe('submission.damaged')
  })

  it('a digest that cannot be one is refused before it is compared', () => {
    for (const sha256 of ['ABC', '', packed.sha256.toUpperCase(), `${packed.sha256}0`, null]) {
      expect(refused(damage((file) => (file['sha256'] = sha256)))).toBe('file.wrongShape')
    }
  })

  it('the largest revision is 100,000', () => {
    expect(open(forge((file) => (file['revision'] = 100_000))).submission.revision).toBe(100_000)
    expect(refused(forge((file) => (file['revision'] = 100_001)))).toBe('file.wrongShape')
  })

  it('names of every object are no way in', () => {
    const text = JSON.stringify(packed).replace('"answers":{', '"answers":{"__proto__":{"S1.1":5},')
    expect(refusalOf(() => openSubmission(parseJson(text), [edition], digest)).code).toBe('file.forbiddenName')
    // Handed over without `parseJson`: the name is left out, nothing is inherited from it.
    const opened = openSubmission(JSON.parse(text) as unknown, [edition], digest)
    expect(opened.computed).toEqual(packed.result)
    expect(Object.getPrototypeOf(opened.submission.answers)).toBe(Object.prototype)
    expect(opened.submission.answers).toEqual(packed.answers)
  })
})

describe('报送包的问卷', () => {
  function other(change: (files: ReturnType<typeof copyGuangxiFiles>) => void): Edition {
    const files = copyGuangxiFiles()
    change(files)
    return parseEdition(files)
  }

  it('an edition that is not here is refused by its name', () => {
    const problem = refusalOf(() => open(packed, []))
    expect(problem.code).toBe('edition.unknown')
    expect(problem.faults[0].details).toEqual({ id: 'guangxi-2024' })
  })

  it('another version is refused and both are named', () => {
    const newer = other(({ scoring }) => (scoring.version = '9.9.9'))
    const problem = refusalOf(() => open(packed, [newer]))
    expect(problem.code).toBe('submission.otherEdition')
    expect(problem.faults[0].details).toEqual({ id: 'guangxi-2024', version: edition.version, known: '9.9.9' })
  })

  it.each<[string, (files: ReturnType<typeof copyGuangxiFiles>) => void]>([
    ['an upper bound', ({ scoring }) => (scoring.grading.tiers[2]!.upTo = 31)],
    ['a word of a question', ({ survey }) => (survey.pages[1]!.title = '竞合优势')],
    ['a word of advice', ({ advice }) => (advice.steps['S1.1'][0] = '先做起来')],
  ])('the same version with %s changed is refused', (_, change) => {
    expect(refused(packed, [other(change)])).toBe('submission.otherDigest')
  })

  it('the stamp leaves out what only editors read, and the order of names', () => {
    const plain = other((files) => {
      for (const file of [files.scoring, files.survey, files.advice]) Reflect.deleteProperty(file, '$schema')
    })
    expect(stampEdition(plain, digest)).toEqual(stampEdition(edition, digest))
    const files = copyGuangxiFiles()
    const reversed = parseEdition({ ...files, scoring: Object.fromEntries(Object.entries(files.scoring).reverse()) })
    expect(stampEdition(reversed, digest)).toEqual(stampEdition(edition, digest))
  })

  it('the right edition is found among several', () => {
    const small = makeEdition({ tree: { id: 'all', items: ['A'] } })
    expect(findEdition(packed.edition, [small, edition], digest)).toBe(edition)
    expect(open(packed, [small, edition]).agrees).toBe(true)
  })
})

describe('复算', () => {
  it('goes from answers to result in one step and returns all of it', () => {
    const { result, grade, sheet: scored, answers } = evaluate(edition, sheet.profile, 'full', sheet.answers)
    expect(result).toEqual(packed.result)
    expect(grade.tier).toEqual(result.tier)
    expect(scored.items.get('G4.1')!.state).toBe('unknown')
    expect(answers).toEqual(sheet.answers)
  })

  it('the kind of a file is what it says', () => {
    expect(readKind(packed, 1)).toBe('shidang-submission')
    expect(readKind({ kind: 'shidang-draft', format: 3 }, 3)).toBe('shidang-draft')
    expect(refusalOf(() => readKind({ kind: 'shidang-draft', format: 4 }, 3)).code).toBe('file.newerFormat')
    expect(refusalOf(() => readKind({ format: 1 }, 3)).faults[0].details).toEqual({ field: 'kind' })
    expect(refusalOf(() => readKind({ kind: 'shidang-draft' }, 3)).faults[0].details).toEqual({ field: 'format' })
  })
})
