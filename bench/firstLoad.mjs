import { openBrowser, serveApp, SLOWDOWN } from './browser.mjs'
import { median, tell } from './figures.mjs'

/*
 * 首次打开 — what a first visit to the built app costs on an office line: script until the start page stands, script until
 * the profile page stands, and the largest contentful paint. Every load is cold: a new context without cache. Bytes are
 * what came over the line, gzip and response headers included, as Chromium counts them.
 */

const LOADS = 7
const LINE = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 }

async function loadOnce(browser, address) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  await devtools.send('Network.enable')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  await devtools.send('Network.emulateNetworkConditions', LINE)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  const scripts = new Set()
  let bytes = 0
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.mimeType.includes('javascript')) scripts.add(requestId)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength
  })
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.largestPaint = entry.startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
  })
  await page.goto(address, { waitUntil: 'networkidle' })
  const begin = page.getByRole('button', { name: '开始完整诊断' })
  await begin.waitFor()
  await page.waitForTimeout(500)
  const paint = await page.evaluate(() => window.largestPaint)
  const start = bytes
  await begin.click()
  await page.waitForURL('**/profile')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(500)
  await context.close()
  return { paint, start, profile: bytes }
}

const server = await serveApp(4391)
const browser = await openBrowser()
try {
  const loads = []
  for (let load = 0; load < LOADS; load++) loads.push(await loadOnce(browser, server.address))
  const paints = loads.map(({ paint }) => paint)
  console.error(`largest contentful paint of each load, ms: ${paints.map(Math.round).join(', ')}`)
  tell([
    {
      name: 'script of the start page',
      value: median(loads.map(({ start }) => start)) / 1000,
      unit: 'kB',
      atMost: 160,
    },
    {
      name: 'script up to the profile',
      value: median(loads.map(({ profile }) => profile)) / 1000,
      unit: 'kB',
      atMost: 160,
    },
    { name: 'largest contentful paint', value: median(paints) / 1000, unit: 's', atMost: 0.9 },
  ])
} finally {
  await browser.close()
  server.stop()
}
