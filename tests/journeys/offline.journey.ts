import { expect, test as base, type Page } from '@playwright/test'
import { digest } from '../../src/digest.ts'
import { openDraft } from '../../src/core/oversight/draftFile.ts'
import {
  begin,
  card,
  draftAddress,
  expectSaved,
  fillFirm,
  FIRM,
  give,
  importDraft,
  makeDraftFile,
  mostlyFullSheet,
  readDownload,
  rung,
  submit,
  visitForOffline,
} from './support.ts'
import { startSite, type Site } from './site.ts'

/** Each test has a site of its own, which it may cut off. */
const test = base.extend<{ site: Site }>({
  site: async ({}, use) => {
    const site = await startSite()
    await use(site)
    await site.close()
  },
  baseURL: async ({ site }, use) => use(site.address),
})
test.use({ serviceWorkers: 'allow' })

/** Which version of the page stands here; the built one has none. */
function version(page: Page): Promise<string | null> {
  return page.evaluate(() => document.querySelector('meta[name="version"]')?.getAttribute('content') ?? null)
}

/** What a window that stays open for an hour does by itself. */
async function lookForUpdate(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    await registration!.update()
  })
}

const UPDATE = '有新版本，点此更新'

test(
  'after one visit the whole diagnosis works without a network, from first answer to result and file',
  { tag: '@old' },
  async ({ page, site }) => {
    await visitForOffline(page)
    site.cut()
    await begin(page)
    await fillFirm(page, { name: '桂林喆堃𠮷机械示范有限公司', creditCode: FIRM.creditCode! })
    await page.getByRole('link', { name: '保存并继续' }).click()
    await page.getByRole('link', { name: '企业补充信息' }).click()
    await page.getByRole('textbox', { name: '所在园区' }).fill('示范工业园')
    await page.getByRole('link', { name: '下一页：竞争合作优势' }).click()
    await give(page, 'S1.1', 3)
    await expectSaved(page)
    const draft = draftAddress(page)

    await test.step('a deep link, in a new window', async () => {
      const other = await page.context().newPage()
      await other.goto(`${draft}/page/S1`)
      await expect(rung(other, 'S1.1', 3)).toBeChecked()
      await other.reload()
      await expect(rung(other, 'S1.1', 3)).toBeChecked()
      await other.close()
    })

    await page.goto(`${draft}/check`)
    await submit(page)
    await expect(page.locator('.score .figure')).toBeVisible()
    await expect(page.getByRole('img').first()).toBeVisible()
    const sealed = await readDownload(page, () => page.getByRole('button', { name: '导出报送包' }).click())
    expect(sealed['profile']).toMatchObject({ name: '桂林喆堃𠮷机械示范有限公司' })
  },
)

test('the fonts of report files are in the browser after the first visit', async ({ page, site }) => {
  await visitForOffline(page)
  const listed = (await (await page.request.get('/offline-files.json')).json()) as readonly { path: string }[]
  expect(listed.length).toBeGreaterThan(2)
  site.cut()
  const missing = await page.evaluate(
    async (paths) => {
      const answers = await Promise.all(
        paths.map((path) =>
          fetch(`/${path}`).then(
            (one) => one.ok,
            () => false,
          ),
        ),
      )
      return paths.filter((_, at) => !answers[at])
    },
    listed.map(({ path }) => path),
  )
  expect(missing).toEqual([])
})

test('fonts that could not be had are told, come when the network is back, and are known to be here without one', async ({
  page,
  site,
}) => {
  site.lose(/bold.*\.ttf$/)
  await page.goto('/')
  await expect(page.getByText(/^断网也能填报；报告用的字体还没有存全（\d+%），联网后继续$/)).toBeVisible({
    timeout: 60_000,
  })
  site.lose(/^nothing$/)
  await page.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect(page.getByText('已就绪，断网也能填报和生成报告')).toBeVisible({ timeout: 60_000 })
  site.cut()
  await page.reload()
  await expect(page.getByText('已就绪，断网也能填报和生成报告')).toBeVisible({ timeout: 60_000 })
})

test('nothing that a firm has answered is in any cache of the service worker', async ({ page }) => {
  await visitForOffline(page)
  await importDraft(page, makeDraftFile({ answers: mostlyFullSheet(3, 'discrete') }))
  await page.goto(`${draftAddress(page)}/page/S1`)
  await give(page, 'S1.1', 3)
  await expectSaved(page)
  const found = await page.evaluate(
    async (words) => {
      const hits: string[] = []
      for (const name of await caches.keys()) {
        const cache = await caches.open(name)
        for (const request of await cache.keys()) {
          const text = await (await cache.match(request))!.text()
          if (words.some((word) => (request.url + text).includes(word))) hits.push(request.url)
        }
      }
      return hits
    },
    [FIRM.name!, FIRM.creditCode!, draftAddress(page).split('/')[2]!],
  )
  expect(found).toEqual([])
})

test('a new version waits for the word, and takes no answer with it', async ({ page, site }) => {
  await visitForOffline(page)
  await importDraft(page, makeDraftFile())
  await page.goto(`${draftAddress(page)}/page/S1`)
  await give(page, 'S1.1', 2)
  site.deploy('second')
  await lookForUpdate(page)
  const update = page.getByRole('button', { name: UPDATE })
  await expect(update).toBeVisible()
  await page.getByRole('button', { name: '以后再说' }).click()
  await expect(update).toHaveCount(0)

  // Not by reloading either.
  await page.reload()
  expect(await version(page)).toBeNull()
  await expect(update).toBeVisible()
  await give(page, 'S1.2', 3)
  await update.click()
  await expect.poll(() => version(page).catch(() => null)).toBe('second')
  await expect(rung(page, 'S1.1', 2)).toBeChecked()
  await expect(rung(page, 'S1.2', 3)).toBeChecked()
  await expect(update).toHaveCount(0)
})

test('when one window takes the new version the other one is told, keeps its answers, and its parts still load', async ({
  page,
  context,
  site,
}) => {
  await visitForOffline(page)
  await importDraft(page, makeDraftFile())
  const other = await context.newPage()
  await other.goto(`${draftAddress(page)}/page/S1`)
  await give(other, 'S1.1', 2)
  site.deploy('second')
  await lookForUpdate(page)
  await page.getByRole('button', { name: UPDATE }).click()
  await expect(other.getByText('程序已在另一个窗口更新到新版本')).toBeVisible()
  expect(await version(other)).toBeNull()
  await give(other, 'S1.2', 3)
  await expectSaved(other)
  await other.getByRole('button', { name: '刷新本页' }).click()
  await expect.poll(() => version(other).catch(() => null)).toBe('second')
  await expect(rung(other, 'S1.2', 3)).toBeChecked()
})

test('a part of the program that is gone after a deploy gives a sentence and a way on, never a white page', async ({
  browser,
  site,
}) => {
  // Without the service worker, as on plain http: with it the old parts are in the browser.
  const context = await browser.newContext({ serviceWorkers: 'block', baseURL: site.address })
  const page = await context.newPage()
  await begin(page)
  await page.getByRole('link', { name: '保存并继续' }).click()
  await expect(page.getByRole('heading', { name: '任务清单' })).toBeVisible()
  site.lose(/^\/assets\/PageView/)
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await expect(page.getByRole('alert')).toContainText('这一页没有打开')
  await expect(page.getByRole('heading', { name: '任务清单' })).toBeVisible()
  site.lose(/^\/nothing/)
  await page.getByRole('alert').getByRole('button', { name: '刷新本页' }).click()
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await expect(card(page, 'S1.1')).toBeVisible()

  // Even the first part of all.
  site.lose(/^\/assets\/index-.*\.js$/)
  await page.goto('/')
  await expect(page.getByRole('alert')).toContainText('程序没有载入')
  await context.close()
})

test('an installation that fails leaves the program usable, and says that it does not start offline', async ({
  page,
  site,
}) => {
  site.lose(/^\/assets\/RadarChart/)
  await page.goto('/')
  await expect(page.getByText('没有准备好，联网时可照常使用')).toBeVisible({ timeout: 30_000 })
  await begin(page)
  await expectSaved(page)

  await test.step('the same for an update: the old version stays and works without a network', async () => {
    site.lose(/^\/nothing/)
    await visitForOffline(page)
    site.deploy('second')
    site.lose(/^\/index\.html/)
    await lookForUpdate(page).catch(() => undefined)
    site.cut()
    await page.reload()
    await expect(page.getByRole('button', { name: '开始完整诊断' })).toBeVisible()
    expect(await version(page)).toBeNull()
  })
})

test('an older build never writes into the database of a newer one, and its answers leave in a file', async ({
  page,
}) => {
  await importDraft(page, makeDraftFile())
  await page.goto(`${draftAddress(page)}/page/S1`)
  await give(page, 'S1.1', 2)
  await expectSaved(page)
  // As a newer program in another window would: the next version of the database.
  const before = await page.evaluate(
    () =>
      new Promise<string>((resolve, reject) => {
        const request = indexedDB.open('shidang', 1000)
        request.onerror = () => reject(request.error)
        request.onsuccess = () => {
          const all = request.result.transaction('drafts').objectStore('drafts').getAll()
          all.onsuccess = () => resolve(JSON.stringify(all.result))
          request.result.close()
        }
      }),
  )
  await expect(page.getByText('本页的旧版本不再写入本机数据')).toBeVisible()
  await give(page, 'S1.2', 3)
  const alert = page.getByRole('alert').filter({ hasText: '最新的作答没有存下' })
  await expect(alert).toContainText('请先把草稿存为文件')
  const file = await readDownload(page, () => alert.getByRole('button', { name: '把草稿存为文件' }).click())
  expect(openDraft(file, digest).answers).toMatchObject({ 'S1.1': 2, 'S1.2': 3 })

  // Opened anew it reads nothing it may not understand, says why, and writes nothing.
  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto('/')
  await expect(page.getByRole('alert').first()).toContainText('旧版本不再写入')
  await page.getByRole('button', { name: '开始完整诊断' }).click()
  await expect(page).toHaveURL('/')
  const after = await page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const request = indexedDB.open('shidang')
        request.onsuccess = () => {
          const all = request.result.transaction('drafts').objectStore('drafts').getAll()
          all.onsuccess = () => resolve(JSON.stringify(all.result))
          request.result.close()
        }
      }),
  )
  expect(after).toBe(before)
})
