/** A message without colours, its first lines only. */
function shorten(message, lines = 12) {
  return message
    .replace(/\u001b\[[0-9;]*m/g, '')
    .trim()
    .split('\n')
    .slice(0, lines)
    .join('\n')
}

/** Every test of a vitest report that failed, and every file that did not load, with the first lines of why. */
export function listUnitFailures({ testResults }) {
  return testResults.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((one) => one.status === 'failed')
    if (status === 'failed' && failed.length === 0) return [{ title: name, why: shorten(message) }]
    return failed.map(({ fullName, failureMessages }) => ({
      title: `${name} › ${fullName}`,
      why: shorten(failureMessages.join('\n')),
    }))
  })
}

/** Every journey of a Playwright report that failed, also one that passed only at the second try, with why. */
export function listJourneyFailures({ suites, errors }) {
  const walk = (suite) => [
    ...suite.specs.flatMap(({ file, title, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ projectName, status, results }) => ({
          title: `${file} › ${title} [${projectName}]${status === 'flaky' ? '（第二次才通过）' : ''}`,
          why: shorten(results.flatMap((result) => result.errors.map(({ message }) => message)).join('\n')),
        })),
    ),
    ...(suite.suites ?? []).flatMap(walk),
  ]
  return [...errors.map(({ message }) => ({ title: 'Playwright', why: shorten(message) })), ...suites.flatMap(walk)]
}
