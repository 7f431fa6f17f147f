import { readFileSync } from 'node:fs'
import { build } from 'vite'
import { changeDraft, openBrowser, serveApp, serveFolder, SLOWDOWN } from './browser.mjs'
import { quantile, tell } from './figures.mjs'

/*
 * 作答到显示 — from a click on a choice to the frame that shows it, on a computer four times slower than this one.
 * Clicks are real ones, dispatched by the browser to the page. The time runs from the click event's own timeStamp to the
 * first task after the next frame: a message posted from requestAnimationFrame arrives when style, layout and paint of
 * that frame are done. Event Timing, in steps of 8 ms, is printed beside it as a check. Transitions count from their start.
 * A stock SurveyJS page with the same items as radio groups is measured in the same way, and so is a page that holds one
 * bare radio group, below which this machine does not go. Blocks of each take turns, so that a busy machine slows all alike.
 */

const BLOCKS = 6
const CLICKS = 10
const WARM_UP = 5

/** Runs in the page. */
function watchClicks() {
  window.clicks = []
  window.events = new Map()
  const channel = new MessageChannel()
  let clickedAt
  channel.port1.onmessage = () => {
    window.clicks.push(performance.now() - clickedAt)
    clickedAt = undefined
  }
  window.addEventListener(
    'click',
    (event) => {
      // A click on a label is followed at once by another on its input.
      if (clickedAt !== undefined) return
      clickedAt = event.timeStamp
      requestAnimationFrame(() => channel.port2.postMessage(undefined))
    },
    { capture: true },
  )
  new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries()) {
      if (name === 'click') window.events.set(startTime, duration)
    }
  }).observe({ type: 'event', durationThreshold: 16 })
}

/** Uniform numbers that repeat with their seed. */
function seeded(seed) {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}
const random = seeded(75)

/** Runs in the page: brings a choice that is not chosen yet to the middle of the screen and tells where it is. */
async function findChoice(share) {
  const open = [...document.querySelectorAll('label')].filter((label) =>
    label.querySelector('input[type=radio]:not(:checked)'),
  )
  const choice = open[Math.floor(share * open.length)]
  choice.scrollIntoView({ block: 'center' })
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  const { left, top, width, height } = choice.getBoundingClientRect()
  return { x: left + Math.min(width / 2, 60), y: top + height / 2 }
}

/** Runs in the page. */
function isChosen({ x, y }) {
  return document.elementFromPoint(x, y)?.closest('label')?.querySelector('input').checked === true
}

/** Chooses at random, one at a time and never in haste. */
async function clickChoices(page, count) {
  await page.bringToFront()
  // Only the page that is measured is slowed: slowing keeps a core busy, and the others would take it from this one.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN })
  const before = await page.evaluate(() => window.clicks.length)
  for (let click = 0; click < count; click++) {
    const point = await page.evaluate(findChoice, random())
    await page.mouse.move(point.x, point.y)
    await page.waitForTimeout(100)
    await page.mouse.click(point.x, point.y)
    await page.waitForTimeout(100)
    if (!(await page.evaluate(isChosen, point))) throw new Error('a click did not choose what it hit')
  }
  const measured = (await page.evaluate(() => window.clicks.length)) - before
  if (measured !== count) throw new Error(`${measured} of ${count} clicks were measured`)
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  await devtools.detach()
}

async function openPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'zh-CN' })
  const page = await context.newPage()
  await page.addInitScript(watchClicks)
  return page
}

/** An answered sheet in the app's own storage, opened on a page of indicators. */
async function openOurs(browser, address, indicators) {
  const page = await openPage(browser)
  await page.goto(address)
  await page.getByRole('button', { name: '开始完整诊断' }).click()
  await page.waitForURL('**/profile')
  const draft = new URL(page.url()).pathname.split('/')[2]
  const { examples } = JSON.parse(readFileSync('questionnaires/guangxi-2024/examples.json', 'utf8'))
  const { profile, answers } = examples.find(({ answers }) => Object.keys(answers).length === 75)
  await changeDraft(page, draft, { profile, answers })
  await page.goto(`${address}/diagnosis/${draft}/page/${indicators}`)
  await page.locator('.ladder label').first().waitFor()
  await page.waitForLoadState('networkidle')
  return page
}

async function openOther(browser, address) {
  const page = await openPage(browser)
  await page.goto(address)
  await page.locator('label:has(input[type=radio])').first().waitFor()
  return page
}

/** What was clicked so far only warmed the page up. */
async function forget(page) {
  await page.evaluate(() => {
    window.clicks.length = 0
    window.events.clear()
  })
}

async function gather(name, pages) {
  const clicks = []
  const events = []
  for (const page of pages) {
    clicks.push(...(await page.evaluate(() => window.clicks)))
    events.push(...(await page.evaluate(() => [...window.events.values()])))
  }
  const spread = events.length === 0 ? '' : `: p50 ${quantile(events, 0.5)}, p95 ${quantile(events, 0.95)} ms`
  console.error(`Event Timing, ${name}: ${events.length} of ${clicks.length} clicks took 16 ms or more${spread}`)
  return { p50: quantile(clicks, 0.5), p95: quantile(clicks, 0.95), count: clicks.length }
}

await build({
  root: 'bench/stock',
  configFile: false,
  logLevel: 'error',
  build: {
    outDir: '../../.cache/stock',
    emptyOutDir: true,
    chunkSizeWarningLimit: 4000,
    rollupOptions: { input: ['bench/stock/index.html', 'bench/stock/bare.html'] },
  },
})
const servers = [await serveApp(4391), await serveFolder('.cache/stock', 4392)]
const [app, others] = servers.map(({ address }) => address)
const browser = await openBrowser()
try {
  const ours = [await openOurs(browser, app, 'T2'), await openOurs(browser, app, 'C2')]
  const stock = await openOther(browser, others)
  const bare = await openOther(browser, `${others}/bare.html`)
  for (const page of [...ours, stock, bare]) {
    await clickChoices(page, WARM_UP)
    await forget(page)
  }
  for (let block = 0; block < BLOCKS; block++) {
    for (const page of [ours[block % ours.length], stock, bare]) await clickChoices(page, CLICKS)
  }
  const own = await gather('ours', ours)
  const theirs = await gather('stock', [stock])
  const floor = await gather('bare', [bare])
  tell([
    { name: 'click to painted answer, p50', value: own.p50, unit: 'ms' },
    { name: `click to painted answer, p95 of ${own.count}`, value: own.p95, unit: 'ms', atMost: 32 },
    { name: 'stock SurveyJS page, p50', value: theirs.p50, unit: 'ms' },
    { name: `stock SurveyJS page, p95 of ${theirs.count}`, value: theirs.p95, unit: 'ms' },
    { name: 'one bare radio group, p50', value: floor.p50, unit: 'ms' },
    { name: `one bare radio group, p95 of ${floor.count}`, value: floor.p95, unit: 'ms' },
    { name: 'ours as a share of stock, p50', value: own.p50 / theirs.p50, unit: '×', atMost: 0.5 },
    { name: 'ours as a share of stock, p95', value: own.p95 / theirs.p95, unit: '×', atMost: 0.5 },
  ])
} finally {
  await browser.close()
  for (const server of servers) server.stop()
}
