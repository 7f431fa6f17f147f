import { expect, test, type Page } from '@playwright/test'
import { digest } from '../../src/digest.ts'
import { openDraft } from '../../src/core/oversight/draftFile.ts'
import {
  begin,
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

async function openFirstPage(page: Page): Promise<void> {
  await page.getByRole('link', { name: '保存并继续' }).click()
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
}

test('after each answer 已保存 stands there with the time of that answer', async ({ page }) => {
  await page.clock.install({ time: '2026-01-05T01:00:00Z' })
  await begin(page)
  await openFirstPage(page)
  for (const [id, time] of [
    ['S1.1', '09:00:10'],
    ['S1.2', '09:00:20'],
    ['S1.3', '09:00:30'],
  ] as const) {
    await page.clock.setFixedTime(`2026-01-05T01:${time.slice(3)}Z`)
    await give(page, id, 2)
    await expect(page.getByText(`已保存 ${time}（仅本机）`)).toBeVisible()
  }
})

test('the start page lists the sheets with firm, progress and last change; one is deleted, the others stay', async ({
  page,
}) => {
  await importDraft(page, makeDraftFile({ answers: { 'S1.1': 2, 'S1.2': 2, 'S1.3': 'unknown' } }))
  await importDraft(
    page,
    makeDraftFile({ profile: { ...FIRM, name: '漓江纸业示范有限公司', productionType: 'process' } }),
  )
  await page.goto('/')
  const sheets = page.getByRole('region', { name: '本机的填报' }).getByRole('listitem')
  await expect(sheets).toHaveCount(2)
  const first = sheets.filter({ hasText: FIRM.name! })
  await expect(first).toContainText('填报中')
  await expect(first).toContainText(/已答 3\/75 · 最后保存\s*2026年1月5日 10:00/)
  await expect(first.getByRole('progressbar', { name: '作答进度 4%' })).toBeVisible()

  const other = sheets.filter({ hasText: '漓江纸业示范有限公司' })
  await other.getByRole('button', { name: '删除' }).click()
  const dialog = page.getByRole('dialog', { name: '删除这份填报？' })
  await expect(dialog).toContainText('漓江纸业示范有限公司')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(sheets).toHaveCount(2)
  await other.getByRole('button', { name: '删除' }).click()
  await dialog.getByRole('button', { name: '删除' }).click()
  await expect(sheets).toHaveCount(1)
  await page.reload()
  await expect(sheets).toHaveCount(1)
  await expect(sheets).toContainText(FIRM.name!)
})

test('清除本机数据 leaves nothing behind', async ({ page }) => {
  await importDraft(page, makeDraftFile())
  await importDraft(page, makeDraftFile())
  const address = page.url()
  await page.goto('/')
  await page.getByRole('button', { name: '清除本机数据' }).click()
  const dialog = page.getByRole('dialog', { name: '清除本机数据？' })
  await expect(dialog).toContainText(/全部\s*2 份填报/)
  await dialog.getByRole('button', { name: '全部清除' }).click()
  await expect(page.getByText('这台电脑的这个浏览器里还没有填报')).toBeVisible()
  await page.reload()
  await expect(page.getByText('这台电脑的这个浏览器里还没有填报')).toBeVisible()
  await page.goto(address)
  await expect(page.getByRole('alert')).toContainText('本机没有这份草稿')
  await page.goto('/')
  await begin(page)
  await expectSaved(page)
})

test('a draft goes to another computer as a file, with every answer', { tag: '@old' }, async ({ page, browser }) => {
  const answers = mostlyFullSheet(5, 'discrete')
  await importDraft(page, makeDraftFile({ answers }))
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await give(page, 'S1.1', 1.5)
  const file = await readDownload(page, () => page.getByRole('button', { name: '存为文件' }).click())
  expect(openDraft(file, digest).answers).toEqual({ ...answers, 'S1.1': 1.5 })

  const elsewhere = await (await browser.newContext()).newPage()
  await elsewhere.goto('/')
  await openFile(elsewhere, file)
  await expect(elsewhere.getByText(FIRM.name!)).toBeVisible()
  await elsewhere.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await expect(rung(elsewhere, 'S1.1', 1.5)).toBeChecked()
  await elsewhere.goto('/')
  const again = await readDownload(elsewhere, () => elsewhere.getByRole('button', { name: '存为文件' }).click())
  expect(openDraft(again, digest)).toMatchObject({ answers: { ...answers, 'S1.1': 1.5 }, profile: FIRM })
  await elsewhere.context().close()
})

test('a sheet submitted in one tab is locked in the other at once, and what is sealed holds the answers of both', async ({
  page,
  context,
}) => {
  const answers = mostlyFullSheet(5, 'discrete')
  await importDraft(page, makeDraftFile({ answers }))
  const other = await context.newPage()
  await other.goto(`${draftAddress(page)}/page/S1`)
  await give(other, 'S1.1', 4.5)
  await expectSaved(other)
  await page.getByRole('link', { name: '检查与提交' }).first().click()
  await submit(page)
  await expect(other.getByText('这份填报已提交并锁定')).toBeVisible()
  await expect(rung(other, 'S1.1', 4.5)).toBeChecked()
  await expect(rung(other, 'S1.1', 2)).toBeDisabled()
  const sealed = await readDownload(page, () => page.getByRole('button', { name: '导出报送包' }).click())
  expect(sealed['answers']).toEqual({ ...answers, 'S1.1': 4.5 })
})

test('a browser that forbids storage says so before the first answer, and then fills in for a file only', async ({
  page,
}) => {
  await page.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    }
  })
  await page.goto('/diagnosis/01900000-0000-7000-8000-000000000001')
  await expect(page.getByRole('alert')).toContainText('浏览器不允许本页保存数据')
  await page.goto('/')
  await expect(page.getByRole('alert')).toContainText('作答无法保存在本机')

  await page.getByRole('button', { name: '开始完整诊断' }).click()
  await expect(page.getByText('未存到本机，仅在本窗口')).toBeVisible()
  await openFirstPage(page)
  await give(page, 'S1.1', 2)
  await expect(page.getByText('已保存')).toHaveCount(0)
  await expect(page.getByText('关闭或刷新就没有了')).toBeVisible()

  // The browser asks before the window is closed, until all of it is in a file.
  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  await (await asked).dismiss()
  const file = await readDownload(page, () => page.getByRole('button', { name: '存为文件' }).click())
  expect(openDraft(file, digest).answers).toEqual({ 'S1.1': 2 })

  await page.getByRole('link', { name: '开始', exact: true }).click()
  await expect(page.getByRole('region', { name: '本机的填报' }).getByRole('listitem')).toHaveCount(1)
  await openFile(page, makeDraftFile({ answers: { 'S1.1': 5 } }))
  await expect(page.getByRole('heading', { name: '任务清单' })).toBeVisible()
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await expect(rung(page, 'S1.1', 5)).toBeChecked()
})

test('when the disk is full the page says 没有存下, and the answers leave in a file', async ({ page }) => {
  await begin(page)
  await openFirstPage(page)
  await give(page, 'S1.1', 2)
  await expectSaved(page)
  await page.evaluate(() => {
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = () => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
    Object.assign(window, { makeRoom: () => (IDBObjectStore.prototype.put = put) })
  })
  await give(page, 'S1.2', 3)
  const alert = page.getByRole('alert')
  await expect(alert).toContainText('最新的作答没有存下：浏览器的存储空间已满')
  await expect(page.getByText('已保存')).toHaveCount(0)
  await give(page, 'S1.3', 1)
  const file = await readDownload(page, () => alert.getByRole('button', { name: '把草稿存为文件' }).click())
  expect(openDraft(file, digest).answers).toEqual({ 'S1.1': 2, 'S1.2': 3, 'S1.3': 1 })

  // Leaving the page for another one of this sheet loses nothing, and the browser asks before the window is closed.
  await page.getByRole('link', { name: '任务清单' }).click()
  await expect(alert).toContainText('没有存下')
  const asked = page.waitForEvent('dialog')
  await page.close({ runBeforeUnload: true })
  const question = await asked
  expect(question.type()).toBe('beforeunload')
  await question.dismiss()

  await page.evaluate(() => (window as unknown as { makeRoom: () => void }).makeRoom())
  await alert.getByRole('button', { name: '再试一次' }).click()
  await expectSaved(page)
  await page.reload()
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await expect(rung(page, 'S1.3', 1)).toBeChecked()
})

test('a draft that this browser does not have is named as such, and nothing blank takes its place', async ({
  page,
}) => {
  for (const address of ['', '/page/S1', '/check', '/result']) {
    await page.goto(`/diagnosis/01900000-0000-7000-8000-00000000dead${address}`)
    await expect(page.getByRole('alert')).toContainText('本机没有这份草稿')
    await expect(page.getByRole('radio')).toHaveCount(0)
  }
  await page.getByRole('link', { name: '回到开始页' }).click()
  await expect(page.getByText('这台电脑的这个浏览器里还没有填报')).toBeVisible()
  await begin(page)
  await page.goto(`${draftAddress(page)}/page/X9`)
  await expect(page.getByText('这份问卷没有“X9”这一页')).toBeVisible()
  await page.goto('/nowhere/at/all')
  await expect(page).toHaveURL('/')
})
