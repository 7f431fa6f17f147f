import { describe, expect, it } from 'vitest'
import { listJourneyFailures, listUnitFailures } from '../scripts/listFailures.mjs'

// The shapes are those that vitest 4 and Playwright 1.60 wrote for a failing file.
describe('listUnitFailures', () => {
  it('names each failed test with the first lines of why, and nothing that passed', () => {
    const report = {
      testResults: [
        {
          name: '/a/score.test.ts',
          status: 'failed',
          message: '',
          assertionResults: [
            { fullName: 'score adds', status: 'passed', failureMessages: [] },
            {
              fullName: 'score rounds',
              status: 'failed',
              failureMessages: [`\u001b[31mAssertionError\u001b[39m: 1\n${'at x\n'.repeat(50)}`],
            },
          ],
        },
        { name: '/a/good.test.ts', status: 'passed', message: '', assertionResults: [] },
      ],
    }
    const failures = listUnitFailures(report)
    expect(failures.map(({ title }) => title)).toEqual(['/a/score.test.ts › score rounds'])
    expect(failures[0]!.why.split('\n')).toEqual(['AssertionError: 1', ...Array<string>(11).fill('at x')])
  })

  it('names a file that did not load, or whose preparation failed', () => {
    const report = {
      testResults: [
        {
          name: '/a/hub.test.ts',
          status: 'failed',
          message: 'Hook timed out in 120000ms.',
          assertionResults: [{ fullName: 'hub starts', status: 'skipped', failureMessages: [] }],
        },
      ],
    }
    expect(listUnitFailures(report)).toEqual([{ title: '/a/hub.test.ts', why: 'Hook timed out in 120000ms.' }])
  })
})

describe('listJourneyFailures', () => {
  const spec = (status: string, message: string): object => ({
    title: 'a firm submits',
    file: 'hub.journey.ts',
    tests: [{ projectName: 'chromium', status, results: [{ errors: [{ message }] }, { errors: [] }] }],
  })

  it('finds failures in nested suites, marks what passed at the second try, and leaves out what passed', () => {
    const report = {
      errors: [],
      suites: [
        {
          specs: [spec('expected', '')],
          suites: [{ specs: [spec('unexpected', 'Timeout 1'), spec('flaky', 'Timeout 2')] }],
        },
      ],
    }
    expect(listJourneyFailures(report)).toEqual([
      { title: 'hub.journey.ts › a firm submits [chromium]', why: 'Timeout 1' },
      { title: 'hub.journey.ts › a firm submits [chromium]（第二次才通过）', why: 'Timeout 2' },
    ])
  })

  it('tells an error of no journey, such as a site that did not start', () => {
    expect(listJourneyFailures({ errors: [{ message: 'port is taken' }], suites: [] })).toEqual([
      { title: 'Playwright', why: 'port is taken' },
    ])
  })
})
