import { readFileSync } from 'node:fs'
import { build } from 'vite'
import { changeDraft, openBrowser, packFolder, serveApp, serveFolder, SLOWDOWN } from './browser.mjs'
import { median, tell } from './figures.mjs'

/*
 * 首次打开 — what a first visit costs on an office line: script until the start page stands, until the profile page stands, and
 * everything until a result page with its charts stands; largest contentful paint of start and result. Beside it, built and
 * served the same way, the bare framework (router, store, one heading) and one stock SurveyJS page with the same items: no
 * other open self-assessment app can be built from the package registry. Every load is cold; the service worker is kept out,
 * because it fetches the rest of the program behind the page.
 */

const LOADS = 7
const LINE = { offline: false, latency: 40, downloadThroughput: 10e6 / 8, uploadThroughput: 10e6 / 8 }

/** A page in a browser that has never been here, on the slow line; what came over it, in bytes, by kind. */
async function openPage(browser) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    locale: 'zh-CN',
    serviceWorkers: 'block',
  })
  const page = await context.newPage()
  const devtools = await context.newCDPSession(page)
  const sizes = { all: 0, script: 0 }
  const scripts = new Set()
  await devtools.send('Network.enable')
  devtools.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.mimeType.includes('javascript')) scripts.add(requestId)
  })
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    sizes.all += encodedDataLength
    if (scripts.has(requestId)) sizes.script += encodedDataLength
  })
  await page.addInitScript(() => {
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.largestPaint = entry.startTime
    }).observe({ type: 'largest-contentful-paint', buffered: true })
  })
  return { context, page, devtools, sizes }
}

async function slowDown(devtools) {
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  await devtools.send('Network.emulateNetworkConditions', LINE)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
}

/** One cold load of an address, until `stands` is there and nothing moves any more. */
async function loadOnce(page, address, stands) {
  await page.goto(address, { waitUntil: 'networkidle' })
  await stands(page).waitFor()
  await page.waitForTimeout(500)
  return page.evaluate(() => window.largestPaint)
}

async function loadStart(browser, address) {
  const { context, page, devtools, sizes } = await openPage(browser)
  await slowDown(devtools)
  const begin = (page) => page.getByRole('button', { name: '开始完整诊断' })
  const paint = await loadOnce(page, address, begin)
  const start = sizes.script
  await begin(page).click()
  await page.waitForURL('**/profile')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForLoadState('networkidle')
  await page.waitForTimeout(500)
  await context.close()
  return { paint, start, profile: sizes.script }
}

/** A sheet is filled in from the examples and handed in by clicks; then its result is loaded as by a bookmark. */
async function loadResult(browser, address) {
  const { context, page, devtools, sizes } = await openPage(browser)
  await page.goto(address)
  await page.getByRole('button', { name: '开始完整诊断' }).click()
  await page.waitForURL('**/profile')
  const draft = new URL(page.url()).pathname.split('/')[2]
  const { examples } = JSON.parse(readFileSync('questionnaires/guangxi-2024/examples.json', 'utf8'))
  const { profile, answers } = examples.find(({ answers }) => Object.keys(answers).length === 75)
  const firm = {
    name: '示例机械有限公司',
    creditCode: '91450200XX00000430',
    city: '450200',
    county: '450203',
    industry: '34',
    staff: 320,
    revenue: 215_000_000,
    figuresYear: new Date().getFullYear() - 1,
    contact: '示例',
    phone: '0772-0000000',
  }
  await changeDraft(page, draft, { profile: { ...profile, ...firm }, answers })
  await page.goto(`${address}/diagnosis/${draft}/check`)
  await page.getByRole('checkbox', { name: /^本企业承诺/ }).check()
  await page.getByRole('button', { name: '提交诊断' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '提交并锁定' }).click()
  await page.waitForURL('**/result')
  await page.waitForLoadState('networkidle')
  await slowDown(devtools)
  sizes.all = 0
  const paint = await loadOnce(page, `${address}/diagnosis/${draft}/result`, (page) =>
    page.getByRole('heading', { name: '得分分布' }),
  )
  await context.close()
  return { paint, all: sizes.all }
}

async function loadOther(browser, address, stands) {
  const { context, page, devtools, sizes } = await openPage(browser)
  await slowDown(devtools)
  const paint = await loadOnce(page, address, stands)
  await context.close()
  return { paint, all: sizes.all, script: sizes.script }
}

async function repeat(times, load) {
  const loads = []
  for (let at = 0; at < times; at++) loads.push(await load())
  return (name) => median(loads.map((one) => one[name]))
}

await build({
  root: 'bench/stock',
  configFile: false,
  logLevel: 'error',
  build: {
    outDir: '../../.cache/stock',
    emptyOutDir: true,
    chunkSizeWarningLimit: 4000,
    rollupOptions: { input: ['bench/stock/index.html', 'bench/stock/vue.html'] },
  },
})
packFolder('.cache/stock')
const servers = [await serveApp(4391), await serveFolder('.cache/stock', 4392)]
const [app, others] = servers.map(({ address }) => address)
const browser = await openBrowser()
try {
  const start = await repeat(LOADS, () => loadStart(browser, app))
  const result = await repeat(3, () => loadResult(browser, app))
  const bare = await repeat(LOADS, () => loadOther(browser, `${others}/vue.html`, (page) => page.getByRole('heading')))
  const stock = await repeat(3, () =>
    loadOther(browser, others, (page) => page.locator('label:has(input[type=radio])').first()),
  )
  tell([
    { name: 'script of the start page', value: start('start') / 1000, unit: 'kB', atMost: 160 },
    { name: 'script up to the profile', value: start('profile') / 1000, unit: 'kB', atMost: 160 },
    { name: 'all that a result page with its charts takes', value: result('all') / 1000, unit: 'kB' },
    { name: 'script of the bare framework', value: bare('script') / 1000, unit: 'kB' },
    { name: 'all of a stock SurveyJS page, same items', value: stock('all') / 1000, unit: 'kB' },
    { name: 'largest contentful paint, start', value: start('paint') / 1000, unit: 's', atMost: 0.9 },
    { name: 'the same, result', value: result('paint') / 1000, unit: 's' },
    { name: 'the same, bare framework', value: bare('paint') / 1000, unit: 's' },
    { name: 'the same, stock SurveyJS page', value: stock('paint') / 1000, unit: 's' },
    { name: 'start as a multiple of the bare framework', value: start('paint') / bare('paint'), unit: '×' },
    { name: 'result as a multiple of the stock page', value: result('paint') / stock('paint'), unit: '×' },
  ])
} finally {
  await browser.close()
  for (const { stop } of servers) stop()
}
