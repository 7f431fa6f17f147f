export interface Failure {
  readonly title: string
  /** The first lines of the message. */
  readonly why: string
}
/** 单元测试的失败 — of vitest's JSON report: each test that failed and each file that did not load. */
export function listUnitFailures(report: { readonly testResults: readonly object[] }): readonly Failure[]
/** 旅程的失败 — of Playwright's JSON report, also what passed only at the second try. */
export function listJourneyFailures(report: {
  readonly suites: readonly object[]
  readonly errors: readonly object[]
}): readonly Failure[]
