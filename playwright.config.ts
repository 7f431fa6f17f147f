import { defineConfig, devices } from '@playwright/test'
import { BROWSER_ARGUMENTS, findBrowser, OLD_BROWSER_ARGUMENTS, unpackOldBrowser } from './scripts/findBrowser.mjs'

const port = Number(process.env['JOURNEY_PORT'] ?? 4178)
const browser = findBrowser()
const oldBrowser = await unpackOldBrowser()

export default defineConfig({
  testDir: 'tests/journeys',
  testMatch: '**/*.journey.ts',
  timeout: 180_000,
  fullyParallel: true,
  workers: 2,
  // A browser on a busy shared machine may stall once; what passes only the second time is printed as such (scripts/test.mjs).
  retries: process.env['CI'] === undefined ? 0 : 1,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: '.cache/journeys.json' }]],
  outputDir: 'test-results',
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 900 },
    baseURL: `http://localhost:${port}`,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    trace: 'off',
    // What cannot be clicked is told as such, long before the test's own end.
    actionTimeout: 30_000,
    // Each test would bring all of the program in twice; tests/journeys/offline.journey.ts lets the worker in.
    serviceWorkers: 'block',
    launchOptions: { args: BROWSER_ARGUMENTS, ...(browser === undefined ? {} : { executablePath: browser }) },
  },
  projects: [
    { name: 'chromium' },
    // The main journeys once more in what Windows 7 and many office browsers have inside.
    ...(oldBrowser === undefined
      ? []
      : [
          {
            name: 'chromium-109',
            grep: /@old/,
            use: {
              launchOptions: { executablePath: oldBrowser, args: [...BROWSER_ARGUMENTS, ...OLD_BROWSER_ARGUMENTS] },
            },
          },
        ]),
  ],
  webServer: {
    command: 'npx vite build --logLevel warn && node scripts/serve.mjs',
    env: { PORT: String(port) },
    url: `http://localhost:${port}`,
    timeout: 120_000,
    reuseExistingServer: false,
  },
})
