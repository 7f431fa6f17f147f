import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Page } from '@playwright/test'
import pg from 'pg'
import { fillRegion } from '../hub/demo.ts'
import { startEmbedded } from '../hub/embedded.ts'
import { makeId } from '../hub/ids.ts'
import { hashPassword } from '../hub/passwords.ts'
import { buildHub } from '../hub/server.ts'
import { readSettings } from '../hub/settings.ts'
import { openBrowser } from './browser.mjs'
import { tell } from './figures.mjs'

/*
 * 官员的屏幕 — coverage, tier list and portrait of a region in the built app, on a hub with so many firms: first pull, every
 * later visit from the local copy to the usable screen, filtering again, and the tier list as XLSX. A thousand made-up firms
 * are scored; the others are copies of them under other ids, because the screens do not care.
 */

const SIZES = (process.env['BENCH_FIRMS'] ?? '10000,70000').split(',').map(Number)
const MODELS = 1000
const AIMS: Readonly<Record<string, number>> = { usable: 1500, filter: 100, file: 5000 }

type Figure = { name: string; value: number; unit: string; atMost?: number }

async function measure(firms: number): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-bench-'))
  const database = await startEmbedded(folder)
  await fill(database.url, firms)
  const child = fork(fileURLToPath(new URL('hubProcess.ts', import.meta.url)), [database.url, '0'], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const address = await new Promise<string>((resolve) => child.once('message', resolve))
  const browser = await openBrowser()
  const figures: Figure[] = []
  const note = (name: string, value: number, aim?: string): void => {
    figures.push({
      name: `${firms.toLocaleString('en')} firms: ${name}`,
      value,
      unit: 'ms',
      // The aims are for a province of 70,000.
      ...(aim === undefined || firms !== 70_000 ? {} : { atMost: AIMS[aim]! }),
    })
  }
  try {
    const base = address.replace('127.0.0.1', 'localhost')
    const context = await browser.newContext({ baseURL: base, locale: 'zh-CN', timezoneId: 'Asia/Shanghai' })
    const page = await context.newPage()
    page.setDefaultTimeout(180_000)
    // Signed in as a person does: the program keeps who that was.
    await page.goto('/oversight/sign-in')
    await page.getByLabel('账号').fill('bench')
    await page.getByLabel('口令', { exact: true }).fill(PASSWORD)
    const start = Date.now()
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.locator('.coverage .figure').first().waitFor()
    note('first sign-in to coverage, all rows pulled', Date.now() - start)
    await page.waitForTimeout(3000)
    for (const [path, ready] of [
      ['coverage', '.coverage .figure'],
      ['tiers', '#tiers-bars'],
      ['portrait', '.marks + *, h2'],
    ] as const) {
      const waits: number[] = []
      for (let round = 0; round < 3; round++) {
        const began = Date.now()
        await page.goto(`/oversight/${path}`, { waitUntil: 'commit' })
        await page.locator(ready).first().waitFor()
        waits.push(Date.now() - began)
        await page.waitForTimeout(2500)
      }
      note(`${path}: from the local copy to the usable screen`, waits.sort((a, b) => a - b)[1]!, 'usable')
    }
    await page.goto('/oversight/tiers')
    await page.locator('#tiers-bars').waitFor()
    await page.waitForTimeout(2500)
    const filters: number[] = []
    for (const tier of ['5', '3', '4', '', '2']) filters.push(await refilter(page, tier))
    note('tiers: filtered again, median', filters.sort((a, b) => a - b)[2]!, 'filter')
    await page.goto('/oversight/tiers')
    await page.locator('#tiers-bars').waitFor()
    await page.waitForTimeout(2500)
    const download = page.waitForEvent('download', { timeout: 300_000 })
    const pressed = Date.now()
    await page.getByRole('button', { name: '导出 Excel' }).click()
    await download
    note('tier list to XLSX, checked and audited', Date.now() - pressed, 'file')
  } finally {
    await browser.close()
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    await database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return figures
}

/** From the change of a filter to the frame that shows its rows, as the page itself measures it. */
function refilter(page: Page, tier: string): Promise<number> {
  return page.evaluate(async (value) => {
    const select = [...document.querySelectorAll('select')].find(({ labels }) =>
      labels[0]?.textContent?.includes('次从'),
    )!
    const heading = document.querySelector('#tiers-bars')!
    const before = heading.textContent
    const start = performance.now()
    select.value = [...select.options].find(({ text }) => text.includes(value === '' ? '不限' : value))!.value
    select.dispatchEvent(new Event('change', { bubbles: true }))
    for (let frame = 0; frame < 600 && heading.textContent === before; frame++)
      await new Promise((resolve) => requestAnimationFrame(resolve))
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))
    return performance.now() - start
  }, tier)
}

const PASSWORD = 'Bench-2026-region'

/** A thousand firms as in a demonstration, and copies of them; one official of the region. */
async function fill(url: string, firms: number): Promise<void> {
  const hub = await buildHub(readSettings({ LOG_LEVEL: 'silent' }, true), url)
  await fillRegion(hub, { firms: Math.min(MODELS, firms), submitted: 0.7, seed: 3 }, new Date())
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  await pool.query('set statement_timeout = 0')
  const { rows } = await pool.query<{ column_name: string }>(
    `select column_name from information_schema.columns where table_schema = 'hub' and table_name = 'enterprise'`,
  )
  const columns = rows.map(({ column_name }) => column_name)
  const values = columns.map((name) =>
    name === 'id'
      ? `'e' || substr(md5(e.id || copy), 1, 31)`
      : name === 'name'
        ? `e.name || copy`
        : name === 'changed_at'
          ? `e.changed_at - make_interval(secs => copy)`
          : `e.${name}`,
  )
  const copies = Math.round(firms / MODELS) - 1
  if (copies > 0)
    await pool.query(
      `insert into hub.enterprise (${columns.join(', ')}) select ${values.join(', ')} from hub.enterprise e, generate_series(1, ${copies}) copy`,
    )
  await pool.query('analyze hub.enterprise')
  await pool.end()
  const hashed = await hashPassword(PASSWORD)
  await hub.database.asHub(async (db, now) => {
    const id = makeId()
    const region = [...hub.books.divisions.byCode.values()].find(({ level }) => level === 1)!.code
    await db
      .insertInto('hub.account')
      .values({
        id,
        login: 'bench',
        name: '基准',
        role: 'official',
        area: region,
        path: `${region}/`,
        password_hash: hashed,
        password_at: now,
        must_change: false,
      })
      .execute()
  })
  await hub.database.close()
}

const figures: Figure[] = []
for (const firms of SIZES) figures.push(...(await measure(firms)))
tell(figures)
