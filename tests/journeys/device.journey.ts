import { expect, test, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { digest } from '../../src/digest.ts'
import { openBackup } from '../../src/core/oversight/backup.ts'
import { findBarriers } from './barriers.ts'
import { startSite } from './site.ts'
import {
  begin,
  card,
  draftAddress,
  expectSaved,
  FIRM,
  give,
  importDraft,
  makeDraftFile,
  mostlyFullSheet,
  openFile,
  readDownload,
  rung,
  submit,
} from './support.ts'

const OTHER = '漓江纸业示范有限公司'
const PASSPHRASE = '桂林 山水 甲天下'

function sheets(page: Page) {
  const items = page.getByRole('region', { name: '本机的填报' }).getByRole('listitem')
  return items.filter({ has: page.getByRole('progressbar') })
}
function panel(page: Page) {
  return page.getByRole('region', { name: '本机与备份' })
}

/** Types a passphrase twice into the dialog and takes the file. */
async function seal(page: Page, passphrase: string): Promise<Record<string, unknown>> {
  const dialog = page.getByRole('dialog', { name: '加密存为文件' })
  await dialog.getByLabel(/^口令/).fill(passphrase)
  await dialog.getByLabel('再输一次').fill(passphrase)
  return readDownload(page, () => dialog.getByRole('button', { name: '加密并存为文件' }).click())
}

test('a backup of a draft and a locked sheet brings both back on another computer, and never writes over anything', async ({
  page,
  browser,
}) => {
  await importDraft(page, makeDraftFile({ answers: mostlyFullSheet(5, 'discrete') }))
  await page.goto(`${draftAddress(page)}/check`)
  await submit(page)
  await begin(page)
  await page.getByLabel('企业名称').fill(OTHER)
  await expectSaved(page)
  await page.goto('/')
  await expect(panel(page)).toContainText('有 2 份填报的最新作答还没有导出')
  const backup = await readDownload(page, () => panel(page).getByRole('button', { name: '导出备份' }).click())
  await expect(panel(page)).toContainText('已备份，之后没有改动')
  expect(openBackup(backup, digest).sheets).toHaveLength(2)

  const elsewhere = await (await browser.newContext()).newPage()
  await elsewhere.goto('/')
  await expect(elsewhere.getByText('还没有填报', { exact: false }).first()).toBeVisible()
  await openFile(elsewhere, backup, '备份.json')
  await expect(elsewhere.getByText('备份已恢复')).toBeVisible()
  await expect(sheets(elsewhere)).toHaveCount(2)
  await openFile(elsewhere, backup, '备份.json')
  await expect(elsewhere.getByText(/新增\s*0 份；\s*2\s*份本机已有且内容相同/)).toBeVisible()
  await expect(sheets(elsewhere)).toHaveCount(2)

  await sheets(elsewhere).filter({ hasText: OTHER }).getByRole('link', { name: '继续填报' }).click()
  await elsewhere.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await give(elsewhere, 'S1.1', 3)
  await expectSaved(elsewhere)
  await elsewhere.getByRole('link', { name: '开始', exact: true }).click()
  await expect(panel(elsewhere)).toContainText('有 1 份填报的最新作答还没有导出')
  await openFile(elsewhere, backup, '备份.json')
  await expect(elsewhere.getByText('1 份本机已有但内容不同，已并排添加')).toBeVisible()
  await expect(sheets(elsewhere)).toHaveCount(3)
  await sheets(elsewhere).filter({ hasText: '已提交' }).getByRole('link', { name: '查看结果' }).click()
  await expect(elsewhere.locator('.score .figure')).toBeVisible()
  await elsewhere.context().close()
})

test('a changed backup is refused and adds nothing', async ({ page }) => {
  await importDraft(page, makeDraftFile({ answers: { 'S1.1': 2 } }))
  await page.goto('/')
  const backup = await readDownload(page, () => panel(page).getByRole('button', { name: '导出备份' }).click())
  await openFile(page, JSON.stringify(backup).replace('"S1.1":2', '"S1.1":5'), '备份.json')
  await expect(page.getByRole('alert')).toContainText('文件内容与校验码不符')
  await expect(sheets(page)).toHaveCount(1)
})

test(
  'a draft under a passphrase: short and unequal ones are refused, the wrong one says so, the right one opens',
  { tag: '@old' },
  async ({ page }) => {
    await importDraft(page, makeDraftFile({ answers: { 'S1.1': 2.5 } }))
    await page.goto('/')
    await page.getByRole('button', { name: '加密存' }).click()
    const dialog = page.getByRole('dialog', { name: '加密存为文件' })
    await expect(dialog).toContainText('忘了就打不开，无法找回')
    await dialog.getByLabel(/^口令/).fill('七个字的口令啊')
    await dialog.getByRole('button', { name: '加密并存为文件' }).click()
    await expect(dialog.getByRole('alert')).toHaveText('口令至少 8 个字符')
    await dialog.getByLabel(/^口令/).fill(PASSPHRASE)
    await dialog.getByLabel('再输一次').fill(`${PASSPHRASE}。`)
    await dialog.getByRole('button', { name: '加密并存为文件' }).click()
    await expect(dialog.getByRole('alert')).toHaveText('两次输入的口令不同')
    expect(await findBarriers(page)).toEqual([])
    const file = await seal(page, PASSPHRASE)
    await expect(dialog).toHaveCount(0)
    expect(JSON.stringify(file)).not.toMatch(/S1\.1|示范/)

    await openFile(page, file, '加密.json')
    const asked = page.getByRole('dialog', { name: '这个文件已加密' })
    await asked.getByLabel('口令', { exact: true }).fill('另一个口令啊啊啊')
    await asked.getByRole('button', { name: '打开' }).click()
    await expect(asked.getByRole('alert')).toHaveText('口令不对，或文件已损坏', { timeout: 30_000 })
    expect(await findBarriers(page)).toEqual([])
    await asked.getByLabel('口令', { exact: true }).fill(PASSPHRASE)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { name: '任务清单' })).toBeVisible()
    await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
    await expect(rung(page, 'S1.1', 2.5)).toBeChecked()
    // Kept nowhere.
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))
    expect(kept).not.toContain('桂林')
  },
)

test('on a shared computer everything goes into a file first, and then nothing of it is left', async ({ page }) => {
  await importDraft(page, makeDraftFile({ answers: { 'S1.1': 2 } }))
  const address = page.url()
  await page.goto('/')
  await panel(page).getByLabel('这是共用电脑').check()
  await page.goto(`${new URL(address).pathname}/page/S1`)
  await give(page, 'S1.2', 3)
  await expect(page.getByText('共用电脑：填完后请')).toBeVisible()

  // The browser asks before the window is closed.
  const question = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  await (await question).dismiss()

  await page.getByRole('button', { name: '导出并清除' }).click()
  const dialog = page.getByRole('dialog', { name: '导出并清除' })
  const wipe = dialog.getByRole('button', { name: '清除本机数据' })
  await expect(wipe).toBeDisabled()
  await expect(dialog.getByRole('checkbox')).toBeDisabled()
  const file = await readDownload(page, () => dialog.getByRole('button', { name: '存为文件', exact: true }).click())
  expect(file['answers']).toEqual({ 'S1.1': 2, 'S1.2': 3 })
  await expect(dialog.getByRole('status')).toContainText(`${FIRM.name}-草稿.shidang.json`)
  await expect(wipe).toBeDisabled()
  await dialog.getByRole('checkbox', { name: /看到这个文件/ }).check()
  expect(await findBarriers(page)).toEqual([])
  await wipe.click()
  await expect(page).toHaveURL('/')
  await expect(page.getByText('这台电脑的这个浏览器里还没有填报')).toBeVisible()
  const left = await page.evaluate(
    async (words) => {
      const databases = await indexedDB.databases()
      const text = JSON.stringify([{ ...localStorage }, { ...sessionStorage }])
      return { count: databases.length, isNamed: words.some((word) => text.includes(word)) }
    },
    [FIRM.name!],
  )
  expect(left.isNamed).toBe(false)
  await page.goto(address)
  await expect(page.getByRole('alert')).toContainText('本机没有这份草稿')
  await page.goto('/')
  await expect(panel(page).getByLabel('这是共用电脑')).toBeChecked()
})

test('with sheets of several firms on a shared computer all of them leave in one backup', async ({ page }) => {
  await importDraft(page, makeDraftFile())
  await importDraft(page, makeDraftFile({ profile: { ...FIRM, name: OTHER }, sheetId: 'other' }))
  await page.goto('/')
  await panel(page).getByLabel('这是共用电脑').check()
  await panel(page).getByRole('button', { name: '导出并清除' }).click()
  const dialog = page.getByRole('dialog', { name: '导出并清除' })
  const file = await readDownload(page, () => dialog.getByRole('button', { name: '存为一个备份文件' }).click())
  expect(openBackup(file, digest).sheets).toHaveLength(2)
})

test('after a week without a file the start page and the task list remind, until tomorrow or until an export', async ({
  page,
}) => {
  await page.clock.install({ time: '2026-01-05T01:00:00Z' })
  await begin(page)
  await expectSaved(page)
  const draft = draftAddress(page)
  const reminder = page.getByText('已超过 7 天没有导出')
  await page.goto('/')
  await expect(panel(page)).toContainText('有 1 份填报')
  await expect(reminder).toHaveCount(0)
  await page.clock.setFixedTime('2026-01-12T02:00:00Z')
  await page.goto(draft)
  await expect(reminder).toBeVisible()
  await page.goto('/')
  await expect(reminder).toBeVisible()
  await expect(panel(page)).toContainText('已超过 7 天')
  expect(await findBarriers(page)).toEqual([])
  await page.getByRole('button', { name: '明天再提醒' }).click()
  await expect(reminder).toHaveCount(0)
  await page.reload()
  await expect(panel(page)).toContainText('已超过 7 天')
  await expect(reminder).toHaveCount(0)
  await page.clock.setFixedTime('2026-01-13T03:00:00Z')
  await page.reload()
  await expect(reminder).toBeVisible()
  await readDownload(page, () => page.getByRole('status').getByRole('button', { name: '导出备份' }).click())
  await expect(reminder).toHaveCount(0)
  await expect(panel(page)).toContainText('已备份，之后没有改动')
})

test('a broken database is named, a file can be opened and filled in without it, and it can be made anew', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const open = IDBFactory.prototype.open
    IDBFactory.prototype.open = () => {
      throw new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError')
    }
    Object.assign(window, { repair: () => (IDBFactory.prototype.open = open) })
  })
  await page.goto('/')
  await expect(page.getByRole('alert')).toContainText('本机的数据库打不开，可能已损坏')
  expect(await findBarriers(page)).toEqual([])
  await openFile(page, makeDraftFile({ answers: { 'S1.1': 4 } }))
  await expect(page.getByText('未存到本机，仅在本窗口')).toBeVisible()
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await expect(rung(page, 'S1.1', 4)).toBeChecked()

  page.on('dialog', (dialog) => void dialog.accept())
  await page.goto('/')
  await page.getByRole('button', { name: '重建本机数据库' }).click()
  await page.evaluate(() => (window as unknown as { repair: () => void }).repair())
  await page.getByRole('dialog').getByRole('button', { name: '删除并重建' }).click()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await page.getByRole('button', { name: '开始完整诊断' }).click()
  await expectSaved(page)
})

test('on plain http it works, encrypts too, and says quietly what is missing', async ({ browser }) => {
  // 127.0.0.1 is trusted like https; a name that leads there is not.
  const site = await startSite('127.0.0.1')
  const port = new URL(site.address).port
  const launched = await browser.browserType().launch({
    args: ['--no-sandbox', '--disable-gpu', '--host-resolver-rules=MAP county.example 127.0.0.1'],
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
  })
  const page = await launched.newPage({ baseURL: `http://county.example:${port}`, locale: 'zh-CN' })
  await page.goto('/')
  expect(await page.evaluate(() => [window.isSecureContext, 'serviceWorker' in navigator])).toEqual([false, false])
  const words = panel(page).getByText('当前为 http 访问：离线启动、长期保存等不可用')
  await expect(words).toBeVisible()
  await expect(page.getByRole('alert')).toHaveCount(0)
  await importDraft(page, makeDraftFile({ answers: { 'S1.1': 2 } }))
  await page.goto('/')
  await page.getByRole('button', { name: '加密存' }).click()
  const file = await seal(page, PASSPHRASE)
  expect(file['kind']).toBe('shidang-secret')
  await launched.close()
  await site.close()
})

test(
  '大字版 is set before the first paint, stays, and every target is at least 60 pixels high',
  { tag: '@old' },
  async ({ page }) => {
    await page.goto('/')
    const toggle = page.getByRole('button', { name: '大字版' })
    await expect(toggle).toHaveAttribute('aria-pressed', 'false')
    await toggle.click()
    await expect(toggle).toHaveAttribute('aria-pressed', 'true')
    await importDraft(page, makeDraftFile({ answers: { 'S3.3': 'unknown' } }))
    await page.goto(`${draftAddress(page)}/page/S3`)
    await expect(card(page, 'S3.1')).toBeVisible()
    expect(await page.evaluate(() => getComputedStyle(document.body).fontSize)).toBe('20px')
    const low = await page.evaluate(() =>
      [...document.querySelectorAll('button, .button, select, input[type=text], label:has(> input[type=radio])')]
        .filter((one) => one.getClientRects().length > 0 && one.getBoundingClientRect().height < 59.5)
        .map((one) => one.outerHTML.slice(0, 100)),
    )
    expect(low).toEqual([])

    // Before the program: with it held back the words that stand there first are large already.
    await page.route(/\/assets\/.*\.js$/, () => undefined)
    await page.goto('/', { waitUntil: 'commit' })
    await expect(page.getByText('正在打开……')).toBeVisible()
    // The words are in the page before its styles are: nothing is painted until then.
    await expect.poll(() => page.evaluate(() => getComputedStyle(document.documentElement).fontSize)).toBe('20px')
  },
)

test('with forced colours what is chosen, pressed and focused is seen', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' })
  await importDraft(page, makeDraftFile({ answers: { 'S3.1': 2, 'S3.3': 'unknown' } }))
  await page.goto(`${draftAddress(page)}/page/S3`)
  await expect(card(page, 'S3.3')).toBeVisible()
  const look = (name: string) =>
    card(page, name).evaluateAll((groups) => {
      const shown = (one: Element | null | undefined) => (one == null ? '' : getComputedStyle(one).backgroundColor)
      const labels = [...groups[0]!.querySelectorAll('.choices label')]
      return {
        picked: shown(labels.find((one) => one.querySelector('input:checked') !== null)),
        others: [...new Set(labels.filter((one) => one.querySelector('input:checked') === null).map(shown))],
        pressed: shown(groups[0]!.querySelector('[aria-pressed=true]')),
        released: shown(groups[0]!.querySelector('[aria-pressed=false]')),
      }
    })
  const ladder = await look('S3.1')
  expect(ladder.others).toHaveLength(1)
  expect(ladder.others).not.toContain(ladder.picked)
  const unknown = await look('S3.3')
  expect(unknown.pressed).not.toBe('')
  expect(unknown.pressed).not.toBe(ladder.others[0])
  expect(unknown.pressed).not.toBe(unknown.released)
  const borders = await page.evaluate(() =>
    [...document.querySelectorAll('.card, .button')].map((one) => getComputedStyle(one).borderTopStyle),
  )
  expect(new Set(borders)).toEqual(new Set(['solid']))
  expect(await findBarriers(page)).toEqual([])
})

test('a browser that is too old is told in plain words, before and without the program', async ({
  browser,
  baseURL,
}) => {
  const context = await browser.newContext({ baseURL: baseURL! })
  const page = await context.newPage()
  // What early.js asks for, as an old browser would answer; its modules would not run either.
  await page.addInitScript(() => {
    delete (String.prototype as { replaceAll?: unknown }).replaceAll
  })
  await page.route(/\/assets\/.*\.js$/, () => undefined)
  await page.goto('/', { waitUntil: 'commit' })
  await expect(page.getByRole('alert')).toContainText('浏览器版本过低')
  await expect(page.getByRole('alert')).toContainText('Chrome 或 Edge 87 以上')
  await expect(page.getByText('正在打开……')).toHaveCount(0)
  await context.close()
})

test('early.js has no syntax that a browser of 2011 would not read', () => {
  const text = readFileSync('public/early.js', 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')
  expect(text).not.toMatch(/=>|\b(let|const|class|import|export|async|await)\b|`|\?\.|\?\?|\.\.\.|,\s*[)\]}]/)
})
