import { expect, test, type Browser, type BrowserContext, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { Secret, TOTP } from 'otpauth'
import readExcelFile from 'read-excel-file/node'
import { completeCreditCode } from '../../src/core/creditCode.ts'
import { listenForFaults } from './faults.ts'
import { startHub, type HubServer } from './hubServer.ts'
import { expectSaved, FIRM, give, importDraft, makeDraftFile, mostlyFullSheet, submit } from './support.ts'

const PASSWORD = 'Guangxi-2026-ok'
const ANSWERS = { ...mostlyFullSheet(11, 'discrete') }
const NEIGHBOUR = { name: '邕江示例机械有限公司', creditCode: completeCreditCode('91450100XX900001') }
const IDLE = { name: '柳江示例铸造有限公司', creditCode: completeCreditCode('91450200XX900002') }

const ROSTER = [
  '企业名称,统一社会信用代码,设区市,县（市、区）,行业大类,企业规模,是否规上,诊断工作联系人,诊断工作联系人电话',
  `${FIRM.name},${FIRM.creditCode},柳州市,鱼峰区,34,中型,是,示例服务员甲,13800000001`,
  `${IDLE.name},${IDLE.creditCode},柳州市,柳江区,33,小型,是,示例服务员甲,13800000001`,
  `${NEIGHBOUR.name},${NEIGHBOUR.creditCode},南宁市,青秀区,34,小型,是,示例服务员乙,13800000002`,
].join('\r\n')

function day(offset: number): string {
  return new Date(Date.now() + 8 * 3_600_000 + offset * 86_400_000).toISOString().slice(0, 10)
}

const open: Page[] = []
test.afterEach(async () => {
  if (test.info().status !== test.info().expectedStatus)
    for (const [at, page] of open.entries())
      await page
        .screenshot({ path: test.info().outputPath(`person-${at + 1}.png`), fullPage: true })
        .catch(() => undefined)
  for (const page of open.splice(0)) await page.context().close()
})

/** A person at a computer of his own. */
async function sitDown(
  browser: Browser,
  hub: HubServer,
  phone = false,
): Promise<{ page: Page; context: BrowserContext }> {
  const context = await browser.newContext({
    baseURL: hub.address,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    viewport: phone ? { width: 390, height: 800 } : { width: 1280, height: 900 },
    acceptDownloads: true,
    serviceWorkers: 'block',
  })
  const page = await context.newPage()
  open.push(page)
  return { context, page }
}

async function newPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('新口令').fill(password)
  await page.getByLabel('再输一次').fill(password)
}

/** The six digits of now; of the next half minute when those of now have been used. */
function makeOtp(secret: string, ahead = 0): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + ahead * 30_000 })
}

/** Enrols as the page says, by the secret for those who cannot scan. */
async function enrol(page: Page, password: string): Promise<string> {
  await expect(page.getByText('请先启用动态码')).toBeVisible()
  await page.getByLabel('当前口令').fill(password)
  await page.getByRole('button', { name: '下一步' }).click()
  await expect(page.getByRole('img', { name: /动态码的二维码/ })).toBeVisible()
  const secret = (await page.locator('.secret').innerText()).replace(/\s/g, '')
  await page.getByLabel('动态码', { exact: true }).fill(makeOtp(secret))
  await page.getByRole('button', { name: '确认启用' }).click()
  await expect(page.getByText('请先启用动态码')).toHaveCount(0)
  return secret
}

async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.goto('/oversight/sign-in')
  await page.getByLabel('账号').fill(login)
  await page.getByLabel('口令', { exact: true }).fill(password)
  await page.getByRole('button', { name: '登录', exact: true }).click()
}

/** The first sign-in with a password that somebody else has seen: changed, and with a second factor where one is asked. */
async function signInFirst(page: Page, login: string, initial: string, withSecondFactor = true): Promise<void> {
  await signIn(page, login, initial)
  await expect(page.getByText('请先修改口令')).toBeVisible()
  await page.getByLabel('当前口令').fill(initial)
  await newPassword(page, PASSWORD)
  await page.getByRole('button', { name: '修改口令' }).click()
  if (withSecondFactor) await enrol(page, PASSWORD)
  else await expect(page.getByText('请先修改口令')).toHaveCount(0)
}

/** Makes an account and gives its one-time password. */
async function createAccount(page: Page, login: string, name: string, area: string): Promise<string> {
  await page.getByRole('button', { name: '新建账号' }).click()
  const dialog = page.getByRole('dialog', { name: '新建账号' })
  await dialog.getByLabel('账号', { exact: true }).fill(login)
  const role = dialog.getByLabel('角色')
  if ((await role.count()) > 0) await role.selectOption({ label: '主管部门' })
  await dialog.getByLabel('姓名或岗位').fill(name)
  await dialog.getByLabel('可以看到的区划').selectOption(area)
  await dialog.getByRole('button', { name: '新建' }).click()
  return readSecret(page)
}

async function readSecret(page: Page): Promise<string> {
  const dialog = page.getByRole('dialog', { name: /只显示这一次/ })
  const secret = await dialog.getByLabel('初始口令').inputValue()
  await dialog.getByRole('button', { name: '我已记下' }).click()
  return secret
}

/** The big figure of the coverage page. */
function figure(page: Page): ReturnType<Page['locator']> {
  return page.locator('.coverage .figure').first()
}

// One hub, one story: the second begins where the first ended.
test.describe.configure({ mode: 'serial' })

let hub: HubServer
test.beforeAll(async () => {
  test.setTimeout(120_000)
  hub = await startHub()
})
test.afterAll(async () => hub.stop())

test('from the one-time link to the tier list: set up, import, join, submit, return, revise; the next city sees nothing of it', async ({
  browser,
}) => {
  test.setTimeout(420_000)
  const admin = await sitDown(browser, hub)
  const initial: Record<string, string> = {}
  await test.step('the administrator opens the printed link and makes the accounts', async () => {
    const faults = await listenForFaults(admin.page)
    await admin.page.goto(/http:\S+#token=\S+/.exec(hub.printed)![0])
    // Gone from the address: nothing to read over a shoulder, or in the history.
    await expect(admin.page).toHaveURL(/\/oversight\/set-up$/)
    await admin.page.getByLabel('账号名').fill('root-admin')
    await admin.page.getByLabel('姓名').fill('系统管理员甲')
    await newPassword(admin.page, PASSWORD)
    await admin.page.getByRole('button', { name: '建立' }).click()
    await enrol(admin.page, PASSWORD)
    await admin.page.goto('/oversight/accounts')
    initial['region'] = await createAccount(admin.page, 'region-1', '自治区主管部门', '450000')
    initial['city'] = await createAccount(admin.page, 'liuzhou-1', '柳州市主管部门', '450200')
    initial['next'] = await createAccount(admin.page, 'nanning-1', '南宁市主管部门', '450100')
    // The administrator sees no firm, not even by address.
    await admin.page.goto('/oversight/coverage')
    await expect(admin.page.getByText(FIRM.name!)).toHaveCount(0)
    expect(faults.said).toEqual([])
  })

  const region = await sitDown(browser, hub)
  await test.step('the region makes a campaign and imports the roster, after a dry run', async () => {
    await signInFirst(region.page, 'region-1', initial['region']!)
    await region.page.goto('/oversight/campaign')
    await region.page.getByRole('button', { name: '新建批次' }).click()
    await region.page.getByLabel('名称').fill('规上工业企业自诊断')
    await region.page.getByLabel('问卷').selectOption({ index: 1 })
    await region.page.getByLabel('开始日').fill(day(-10))
    await region.page.getByLabel('截止日').fill(day(20))
    await region.page.getByLabel('分母基准日').fill(day(0))
    await region.page.getByRole('button', { name: '保存', exact: true }).click()
    await expect(region.page.getByText('进行中')).toBeVisible()

    await region.page.goto('/oversight/roster')
    await expect(region.page.getByText('现有 0 家')).toBeVisible()
    const chooser = region.page.waitForEvent('filechooser')
    await region.page.getByRole('button', { name: '选择名录文件' }).first().click()
    const buffer = Buffer.from(`\uFEFF${ROSTER}`)
    await (await chooser).setFiles({ name: '名录.csv', mimeType: 'text/csv', buffer })
    await region.page.getByRole('button', { name: '预演，看看会怎样' }).click()
    await expect(region.page.getByText('其中新增 3、变更 0、存疑 0')).toBeVisible()
    await region.page.getByRole('button', { name: '确认写入 3 行' }).click()
    await expect(region.page.getByText('已写入 3 行')).toBeVisible()
    await region.page.goto('/oversight/coverage')
    await expect(figure(region.page)).toHaveText('0%')
  })

  const liaisonPassword = await test.step('the region opens an account for the liaison', async () => {
    await region.page.goto('/oversight/liaisons')
    await region.page.getByRole('button', { name: '为 示例服务员甲 开通账号' }).click()
    const dialog = region.page.getByRole('dialog', { name: '为 示例服务员甲 开通账号' })
    await dialog.getByLabel('账号', { exact: true }).fill('liaison-1')
    await dialog.getByRole('button', { name: '开通' }).click()
    return readSecret(region.page)
  })

  const liaison = await sitDown(browser, hub, true)
  const code = await test.step('the liaison, on a phone, sees just his two firms and reads out the code', async () => {
    await signInFirst(liaison.page, 'liaison-1', liaisonPassword, false)
    await liaison.page.goto('/oversight/firms')
    await expect(liaison.page.getByText('共 2 家')).toBeVisible()
    await expect(liaison.page.getByText(NEIGHBOUR.name)).toHaveCount(0)
    await liaison.page.getByRole('link', { name: FIRM.name! }).click()
    await expect(liaison.page.getByRole('heading', { name: FIRM.name!, level: 1 })).toBeVisible()
    await liaison.page.getByRole('button', { name: '报送码' }).click()
    const shown = liaison.page.getByRole('dialog', { name: '报送码' })
    const text = await shown.locator('.code').innerText()
    await shown.getByRole('button', { name: '关闭' }).click()
    return text.replace(/\s/g, '')
  })

  const firm = await sitDown(browser, hub)
  await test.step('the firm joins, diagnoses, and submits without a network; it goes when the network is back', async () => {
    await firm.page.goto('/diagnosis/join')
    await firm.page.getByLabel('统一社会信用代码').fill(FIRM.creditCode!)
    await firm.page.getByLabel('报送码').fill('WRONG234')
    await newPassword(firm.page, PASSWORD)
    await firm.page.getByRole('button', { name: '加入' }).click()
    await expect(firm.page.getByRole('alert').first()).toContainText('报送码')
    await firm.page.getByLabel('报送码').fill(code)
    await firm.page.getByRole('button', { name: '加入' }).click()
    await expect(firm.page.getByText(`${FIRM.name}`).first()).toBeVisible()
    await importDraft(firm.page, makeDraftFile({ answers: ANSWERS }))
    await firm.page.getByRole('link', { name: /检查/ }).first().click()
    await submit(firm.page)
    await firm.context.setOffline(true)
    await firm.page.getByRole('button', { name: '报送', exact: true }).click()
    await expect(firm.page.getByText(/等待报送/).first()).toBeVisible()
    await firm.context.setOffline(false)
    await expect(firm.page.getByText('已报送。')).toBeVisible({ timeout: 60_000 })
    const download = firm.page.waitForEvent('download')
    await firm.page.getByRole('button', { name: '保存回执' }).click()
    const receipt = JSON.parse(readFileSync(await (await download).path(), 'utf8')) as {
      kind: string
      revision: number
    }
    expect(receipt).toMatchObject({ kind: 'shidang-receipt', revision: 1 })
  })

  const city = await sitDown(browser, hub)
  let firmAddress = ''
  await test.step('its city sees 50 % and the firm on the tier list, and sends the sheet back', async () => {
    await signInFirst(city.page, 'liuzhou-1', initial['city']!)
    await city.page.goto('/oversight/coverage')
    await expect(figure(city.page)).toHaveText('50%')
    await expect(city.page.getByText(NEIGHBOUR.name)).toHaveCount(0)
    await city.page.goto('/oversight/tiers')
    await city.page.getByRole('link', { name: FIRM.name! }).click()
    await expect(city.page.getByRole('heading', { name: FIRM.name!, level: 1 })).toBeVisible()
    firmAddress = new URL(city.page.url()).pathname
    await city.page.getByRole('button', { name: '退回修改' }).click()
    const dialog = city.page.getByRole('dialog')
    await dialog.getByLabel('退回的原因').fill('设备联网率请按台账核对')
    await dialog.getByRole('button', { name: '退回修改' }).click()
    await expect(city.page.getByText('已退回修改：')).toBeVisible()
    await city.page.goto('/oversight/coverage')
    await expect(figure(city.page)).toHaveText('0%')
  })

  await test.step('the firm reads why, revises, and submits revision 2', async () => {
    await firm.page.goto('/')
    await expect(firm.page.getByText('设备联网率请按台账核对')).toBeVisible()
    await firm.page.getByRole('button', { name: '修改并重新报送' }).click()
    await expect(firm.page.getByRole('heading', { name: '任务清单' })).toBeVisible()
    await firm.page.getByRole('link', { name: /^S1 / }).click()
    await give(firm.page, 'S1.1', 3)
    await expectSaved(firm.page)
    await firm.page.goto(`${/\/diagnosis\/[^/]+/.exec(new URL(firm.page.url()).pathname)![0]}/check`)
    await submit(firm.page)
    await firm.page.getByRole('button', { name: '报送', exact: true }).click()
    await expect(firm.page.getByText(/收到第\s*2 次/)).toBeVisible({ timeout: 60_000 })
  })

  await test.step('coverage and tier list follow, and the city exports a list that says what it is', async () => {
    await city.page.goto('/oversight/coverage')
    await expect(figure(city.page)).toHaveText('50%')
    await city.page.goto('/oversight/tiers')
    const download = city.page.waitForEvent('download')
    await city.page.getByRole('button', { name: '导出 Excel' }).click()
    const path = await (await download).path()
    const sheets = await readExcelFile(path)
    const cells = JSON.stringify(sheets)
    expect(cells).toContain(FIRM.name!)
    expect(cells).toContain(FIRM.creditCode!)
    expect(cells).toContain('共 1 行，完')
    expect(cells).toContain('自评参考')
    expect(cells).not.toContain(NEIGHBOUR.name)
    expect(cells).not.toContain(IDLE.name)
  })

  await test.step('an official of the next city sees nothing of it, by list, by address or by counts', async () => {
    const next = await sitDown(browser, hub)
    await signInFirst(next.page, 'nanning-1', initial['next']!)
    await next.page.goto('/oversight/coverage')
    await expect(figure(next.page)).toHaveText('0%')
    await expect(next.page.getByText('在册应诊断 1 家')).toBeVisible()
    await expect(next.page.getByText(FIRM.name!)).toHaveCount(0)
    await next.page.goto('/oversight/tiers')
    await expect(next.page.getByText('共 0 家')).toBeVisible()
    await next.page.goto(firmAddress)
    await expect(next.page.getByText('没有这家企业，或不在您的范围内')).toBeVisible()
    const status = await next.page.evaluate(async (address) => {
      const answer = await fetch(`/v1/enterprises/${address.split('/').pop()!}/submissions`)
      return [answer.status, await answer.text()]
    }, firmAddress)
    const missing = await next.page.evaluate(async () => {
      const answer = await fetch('/v1/enterprises/e0000000000000000000000000000000/submissions')
      return [answer.status, await answer.text()]
    })
    expect(status[0]).toBe(404)
    expect(status).toEqual(missing)
  })

  await test.step('the region sees both cities, and the sum is right', async () => {
    await region.page.goto('/oversight/coverage')
    await expect(region.page.getByText('在册应诊断 3 家，有效报送 1 家')).toBeVisible()
  })
})

test('a hub that is killed comes back with everything it acknowledged', async ({ browser }) => {
  test.setTimeout(180_000)
  await hub.kill()
  await hub.restart()
  const person = await sitDown(browser, hub)
  await person.page.goto('/')
  const health = await person.page.evaluate(async () => (await fetch('/readyz')).status)
  expect(health).toBe(200)
  const { campaigns } = await person.page.evaluate(
    async () => (await (await fetch('/v1/hub')).json()) as { campaigns: readonly { title: string }[] },
  )
  expect(campaigns.map(({ title }) => title)).toEqual(['规上工业企业自诊断'])
})
