import { describe, expect, it } from 'vitest'
import { type Answer } from '#core/diagnosis/answers'
import { listHints } from '#core/diagnosis/hints'
import { answersAtLevel, answerWorth, loadGuangxi, makeEdition, scoreSheet } from '../../support/build'

const edition = loadGuangxi()

function hintsOf(answers: object, minutes?: number): readonly string[] {
  return listHints(scoreSheet(edition, answers), answers as never, minutes).map(({ id }) => id)
}

/** 2 everywhere, but one indicator at 1 so that the sheet is not all the same. */
function sheet(changes: Readonly<Record<string, Answer>> = {}): Record<string, Answer> {
  return { ...answersAtLevel(edition, 2), 'G4.2': 1, ...changes }
}
const worth = (id: string, value: number): Answer => answerWorth(edition.indicators.get(id)!, value)

describe('请核对', () => {
  it('an ordinary sheet filled in an ordinary time has none', () => {
    expect(hintsOf(sheet(), 45)).toEqual([])
    expect(hintsOf({})).toEqual([])
  })

  it('every hint of the edition is tested below', () => {
    const tested = [...CASES.map(([id]) => id), 'all-the-same', 'very-fast', 'high-without-spending'].sort()
    expect((edition.scoring.hints ?? []).map(({ id }) => id).sort()).toEqual(tested)
  })

  const CASES: readonly (readonly [string, Record<string, Answer>, readonly Record<string, Answer>[]])[] = [
    [
      'networked-but-not-digital',
      { 'T2.3': 0.1, 'T2.1': 0 },
      [
        { 'T2.3': 0, 'T2.1': 0 },
        { 'T2.3': 0.1, 'T2.1': 0.1 },
        { 'T2.3': 'unknown', 'T2.1': 0 },
        { 'T2.3': 9, 'T2.1': 'unknown' },
      ],
    ],
    [
      'scenes-without-systems',
      { 'B1.1': worth('B1.1', 3.5), 'T2.6': ['ERP', 'MES', 'BI'] }, // 3.5 and 1.5
      [
        { 'B1.1': worth('B1.1', 3.5), 'T2.6': ['ERP', 'MES', 'BI', 'APS'] }, // 2
        { 'B1.1': worth('B1.1', 3), 'T2.6': ['ERP'] },
        { 'B1.1': worth('B1.1', 5), 'T2.6': 'unknown' },
      ],
    ],
    [
      'execution-without-collection',
      { 'C2.2': 3, 'T1.1': 29.99 },
      [
        { 'C2.2': 3, 'T1.1': 30 },
        { 'C2.2': 2.5, 'T1.1': 0 },
        { 'C2.2': 3, 'T1.1': { numerator: 3, denominator: 10 } },
        { 'C2.2': 3, 'T1.1': { numerator: 0.57, denominator: 1.9 } },
        { 'C2.2': 3, 'T1.1': 'unknown' },
      ],
    ],
    [
      'through-without-integration',
      { 'B2.3': 3, 'T2.7': 2.5 },
      [
        { 'B2.3': 3, 'T2.7': 3 },
        { 'B2.3': 2.5, 'T2.7': 0 },
      ],
    ],
    [
      'spending-above-revenue',
      { 'S3.2': { numerator: 501, denominator: 1000 } },
      [{ 'S3.2': 50 }, { 'S3.2': { numerator: 0.29, denominator: 0.58 } }, { 'S3.2': 'unknown' }],
    ],
    [
      'digital-revenue-above-all',
      { 'B4.1': { numerator: 1001, denominator: 1000 } },
      [{ 'B4.1': 100 }, { 'B4.1': { numerator: 0.07, denominator: 0.07 } }],
    ],
  ]

  it.each(CASES)('%s', (id, on, offs) => {
    expect(hintsOf(sheet(on), 45)).toEqual([id])
    for (const off of offs) expect([off, hintsOf(sheet(off), 45)]).toEqual([off, []])
    for (const changed of Object.keys(on)) {
      const { [changed]: _, ...gap } = sheet(on)
      expect(hintsOf(gap, 45)).toEqual([])
    }
  })

  it('ratios in 分 that are exactly a half are not above it', () => {
    // In doubles (100 × 0.29)/0.58 is 50.00000000000001 or so for many amounts.
    for (let cents = 1; cents < 500; cents++) {
      const half = { numerator: cents / 100, denominator: (2 * cents) / 100 }
      expect([half, hintsOf({ 'S3.2': half }, 45)]).toEqual([half, []])
    }
  })

  it('high-without-spending: 20 indicators at 3.5 and no spending', () => {
    const ladders = [...edition.indicators.values()].filter(({ rule }) => rule.kind === 'ladder').map(({ id }) => id)
    const withHigh = (count: number, value: number): Record<string, Answer> => ({
      ...sheet({ 'S3.2': 0, 'T1.1': 40 }),
      ...Object.fromEntries(ladders.map((id, at) => [id, at < count ? value : 1])),
    })
    expect(hintsOf(withHigh(20, 3.5), 45)).toEqual(['high-without-spending'])
    expect(hintsOf(withHigh(19, 3.5), 45)).toEqual([])
    expect(hintsOf(withHigh(21, 3), 45)).toEqual([])
    expect(hintsOf({ ...withHigh(20, 3.5), 'S3.2': 0.01 }, 45)).toEqual([])
  })

  it('all-the-same: 20 answers, all of the same value', () => {
    const all = answersAtLevel(edition, 2)
    const first = (count: number): Record<string, Answer> => Object.fromEntries(Object.entries(all).slice(0, count))
    expect(hintsOf(all, 45)).toEqual(['all-the-same'])
    expect(hintsOf(first(20), 45)).toEqual(['all-the-same'])
    expect(hintsOf(first(19), 45)).toEqual([])
    expect(hintsOf({ ...all, 'B5.5': 0 }, 45)).toEqual([])
    expect(hintsOf({ ...all, 'B5.5': 'unknown', 'C1.1': { notApplicable: '无' } }, 45)).toEqual(['all-the-same'])
  })

  it('very-fast: less than five minutes, when the time is known', () => {
    expect(hintsOf(sheet(), 4.99)).toEqual(['very-fast'])
    expect(hintsOf(sheet(), 0)).toEqual(['very-fast'])
    expect(hintsOf(sheet(), 5)).toEqual([])
    expect(hintsOf(sheet())).toEqual([])
  })

  it('a hint comes with its text and its indicators and changes no score', () => {
    const answers = sheet({ 'B2.3': 3, 'T2.7': 2.5 })
    const [hint] = listHints(scoreSheet(edition, answers), answers, undefined)
    expect(hint).toEqual({
      id: 'through-without-integration',
      items: ['B2.3', 'T2.7'],
      message: edition.scoring.hints!.find(({ id }) => id === 'through-without-integration')!.message,
    })
  })

  it('the five comparisons, on a value', () => {
    const small = makeEdition({
      tree: { id: 'all', items: ['A'] },
      hints: ['above', 'atLeast', 'below', 'atMost', 'equals'].map((is) => ({
        id: is,
        message: '请核对',
        items: ['A'],
        when: [{ on: 'value', item: 'A', is, than: 2 }],
      })),
    })
    const told = (A: number): readonly string[] =>
      listHints(scoreSheet(small, { A }), { A }, undefined).map(({ id }) => id)
    expect(told(1.5)).toEqual(['below', 'atMost'])
    expect(told(2)).toEqual(['atLeast', 'atMost', 'equals'])
    expect(told(2.5)).toEqual(['above', 'atLeast'])
  })

  it('an edition without hints has none', () => {
    const small = makeEdition({ tree: { id: 'all', items: ['A'] } })
    expect(listHints(scoreSheet(small, { A: 1 }), { A: 1 }, 0)).toEqual([])
  })
})
