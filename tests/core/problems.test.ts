import { describe, expect, it } from 'vitest'
import { formatFault, hasOwn, Problem, PROBLEMS, refuseWhenFaulty, type Fault, type ProblemCode } from '#core/problems'
import { refusalOf } from '../support/build'

describe('问题清单', () => {
  it.each(Object.entries(PROBLEMS))('%s has a text for people', (code, text) => {
    expect(code).toMatch(/^[a-z][a-zA-Z]*\.[a-zA-Z0-9]+$/)
    // `{reason}` alone passes on a text that was made elsewhere.
    if (text !== '{reason}') expect(text).toMatch(/[\u4e00-\u9fff]|：/)
    expect(text).not.toMatch(/[,;!?]|。$/)
  })

  it('details are filled in as plain text, numbers as they are', () => {
    expect(formatFault({ code: 'answers.outOfRange', details: { id: 'S1.1', value: 7, low: 0, high: 5 } })).toBe(
      'S1.1：7 超出范围，应在 0 到 5 之间',
    )
  })

  it('a detail that looks like a pattern stays what it is', () => {
    for (const id of ['$&', '$1', '{value}', '<b>x</b>', '\\']) {
      const text = formatFault({ code: 'answers.negative', details: { id, value: -1 } })
      expect(text).toBe(`${id}：比率不能为负数（-1）`)
    }
  })

  it('a placeholder without a detail stays visible, inherited names are no details', () => {
    expect(formatFault({ code: 'answers.unknownIndicator', details: {} })).toBe('{id}：本问卷没有这个指标')
    const inherited = Object.create({ id: 'S1.1' }) as Record<string, string>
    expect(formatFault({ code: 'answers.unknownIndicator', details: inherited })).toBe('{id}：本问卷没有这个指标')
  })

  it('a name of 10,000 characters does not make a page-long sentence', () => {
    const text = formatFault({ code: 'answers.unknownIndicator', details: { id: '长'.repeat(10_000) } })
    expect(Array.from(text).length).toBeLessThan(200)
    expect(text).toContain('…')
    const emoji = formatFault({ code: 'answers.unknownIndicator', details: { id: '😀'.repeat(10_000) } })
    expect(emoji).toMatch(/^(😀)+…/u)
  })

  it('160 characters are kept whole, 161 are cut', () => {
    const told = (length: number): string =>
      formatFault({ code: 'answers.unknownIndicator', details: { id: 'x'.repeat(length) } })
    expect(told(160)).toBe(`${'x'.repeat(160)}：本问卷没有这个指标`)
    expect(told(161)).toBe(`${'x'.repeat(159)}…：本问卷没有这个指标`)
  })
})

describe('问题', () => {
  it('one code and its details make an error with its sentence', () => {
    const problem = new Problem('edition.unknown', { id: 'hunan-2026' })
    expect(problem).toBeInstanceOf(Error)
    expect(problem.code).toBe('edition.unknown')
    expect(problem.message).toBe('本机没有问卷版本 hunan-2026')
    expect(problem.faults).toEqual([{ code: 'edition.unknown', details: { id: 'hunan-2026' } }])
  })

  it('many faults are all told, the first gives the code', () => {
    const faults: readonly Fault[] = [
      { code: 'answers.zeroDenominator', details: { id: 'T1.1' } },
      { code: 'answers.unknownIndicator', details: { id: 'X9.9' } },
    ]
    const problem = refusalOf(() => refuseWhenFaulty(faults))
    expect(problem.code satisfies ProblemCode).toBe('answers.zeroDenominator')
    expect(problem.faults).toEqual(faults)
    expect(problem.message).toBe('T1.1：分母不能为 0；X9.9：本问卷没有这个指标')
  })

  it('no fault refuses nothing', () => {
    expect(() => refuseWhenFaulty([])).not.toThrow()
  })
})

describe('own names', () => {
  it('names of every object are not own names', () => {
    expect(hasOwn({ a: undefined }, 'a')).toBe(true)
    for (const name of ['toString', 'constructor', '__proto__', 'b']) expect(hasOwn({ a: 1 }, name)).toBe(false)
    expect(hasOwn(Object.create(null) as object, 'a')).toBe(false)
    expect(hasOwn({ hasOwnProperty: 1 }, 'toString')).toBe(false)
  })
})
