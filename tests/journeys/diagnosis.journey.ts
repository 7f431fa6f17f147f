import { chromium, expect, test, type BrowserContext, type Page } from '@playwright/test'
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BROWSER_ARGUMENTS, findBrowser } from '../../scripts/findBrowser.mjs'
import { referenceScore, type Answer, type Range } from '../support/referenceScorer.ts'
import {
  begin,
  card,
  draftAddress,
  expectResult,
  expectSaved,
  fillFirm,
  FIRM,
  give,
  INDICATOR_PAGES,
  openFile,
  readDownload,
  readLiveRange,
  rung,
  submit,
} from './support.ts'

const LADDER_PATTERN = [3, 2.5, 3.5, 3, 2, 4, 2.5, 3, 4.5, 1.5, 3.5]
const year = new Date().getFullYear() - 1

/** What is not a rung of the pattern: rates by two figures and by percent, changes over three years, lists, gaps. */
const PARTICULAR: Readonly<Record<string, Answer>> = {
  'S2.3': 0,
  'S3.2': { numerator: 320.5, denominator: 61200, year },
  'C1.3': { notApplicable: '来料加工，没有仿真和试验环节' },
  'C2.8': 'unknown',
  'T1.1': 62.5,
  'T2.1': { numerator: 141, denominator: 210, year },
  'T2.2': 71,
  'T2.3': { numerator: 96, denominator: 141 },
  'T2.6': ['OA/协同', '财务', 'ERP', 'CRM/销售', 'WMS', 'CAD/CAE', 'MES', 'BI'],
  'T2.8': 0.5,
  'T3.2': { numerator: 18, denominator: 30, year },
  'T4.3': 4.2,
  'G4.1': 5,
  'B1.1': {
    产品设计: 3,
    工艺设计: 2,
    营销: 4,
    售后: 2,
    计划排程: 1,
    生产管控: 2,
    质量: 3,
    设备: 2,
    安全生产: 5,
    能耗: 2,
    采购: 2,
    仓储物流: 'notApplicable',
    财务: 3,
    人力: 2,
    协同办公: 0,
    决策支持: 2,
  },
  'B4.1': { numerator: 310, denominator: 21500, year },
  'B5.1': { numerator: 9.5, denominator: 58, year },
  'B5.2': { numerator: 0.5, denominator: 1.6, year },
  'B5.3': -1.5,
  'B5.4': { numerator: 3.5, denominator: 21 },
  'B5.5': { numerator: 6, denominator: 80, year },
}
const ALL_IDS = INDICATOR_PAGES.flatMap(({ elements }) => elements.map(({ name }) => name))

function planned(id: string): Answer {
  return PARTICULAR[id] ?? LADDER_PATTERN[ALL_IDS.indexOf(id) % LADDER_PATTERN.length]!
}

/** The renderer dies as it does when memory runs out; nothing of the page gets a last word. */
async function killTab(page: Page): Promise<void> {
  const crashed = page.waitForEvent('crash')
  page.goto('chrome://crash').catch(() => undefined)
  await crashed
}

async function openAgain(context: BrowserContext, address: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(address)
  return page
}

test(
  'a discrete manufacturer clicks through the whole diagnosis and gets the tier that its answers earn',
  { tag: '@old' },
  async ({ page: firstPage, context, browser }) => {
    // 75 answers by hand, one after the other: half a minute by itself, several on a busy machine.
    test.setTimeout(300_000)
    let page = firstPage
    const given: Record<string, Answer> = {}
    const ranges: Range[] = []

    async function answer(id: string, value: Answer = planned(id)): Promise<void> {
      await give(page, id, value)
      given[id] = value
      ranges.push(await readLiveRange(page))
    }

    await test.step('the profile: a letter O in the credit code is noticed, its repair offered and taken', async () => {
      await begin(page)
      await fillFirm(page, { name: FIRM.name!, creditCode: '91450200XX0000O430' })
      await expect(page.getByText('第 15 位：有代码里不会出现的字符')).toBeVisible()
      await expect(page.getByText('是不是 91450200XX00000430？')).toBeVisible()
      await page.getByRole('button', { name: '改成这个' }).click()
      await expect(page.getByLabel('统一社会信用代码')).toHaveValue('91450200XX00000430')
      await expect(page.getByText('代码格式正确')).toBeVisible()
      await expect(page.getByText('这个规模为中型企业')).toBeVisible()
      await expectSaved(page)
      await page.getByRole('link', { name: '保存并继续' }).click()
    })

    await test.step('the unscored page before the questions', async () => {
      await page.getByRole('link', { name: '企业补充信息' }).click()
      await page.getByRole('textbox', { name: '所在园区' }).fill('示范工业园')
      await page.getByText('按订单生产（MTO）').click()
      await expectSaved(page)
    })

    for (const { name, title, elements } of INDICATOR_PAGES) {
      await page.getByRole('link', { name: `下一页：${title}` }).click()
      await expect(page.getByRole('heading', { level: 1, name: `${name} ${title}` })).toBeVisible()
      const ids = elements.map((element) => element.name)

      if (name === 'C2') {
        await test.step('the tab is killed right after a click: the answer is there in the next one', async () => {
          for (const id of ids.slice(0, 4)) await answer(id)
          await expectSaved(page)
          const address = page.url()
          await killTab(page)
          page = await openAgain(context, address)
          await expect(rung(page, 'C2.4', planned('C2.4') as number)).toBeChecked()
          for (const id of ids.slice(4)) await answer(id)
        })
      } else if (name === 'T1') {
        await test.step('a second tab answers other questions: both tabs keep both', async () => {
          const second = await openAgain(context, `${draftAddress(page)}/page/T3`)
          for (const id of ids) await answer(id)
          await give(second, 'T3.1', planned('T3.1'))
          await Promise.all([give(second, 'T3.3', planned('T3.3')), give(page, 'T1.4', 0)])
          await give(page, 'T1.4', planned('T1.4'))
          await expectSaved(second)
          for (const id of ['T3.1', 'T3.3']) given[id] = planned(id)
          await second.getByRole('link', { name: '任务清单' }).click()
          await second.getByRole('link', { name: 'T1 数据' }).click()
          for (const id of ['T1.2', 'T1.3', 'T1.4']) await expect(rung(second, id, planned(id) as number)).toBeChecked()
          await second.close()
        })
      } else if (name === 'T3') {
        for (const id of ['T3.1', 'T3.3']) await expect(rung(page, id, planned(id) as number)).toBeChecked()
        await answer('T3.2')
      } else if (name === 'G1') {
        await test.step('two tabs answer one question differently: both values are shown, one is chosen', async () => {
          const deaf = await context.newPage()
          // A tab in the background is frozen by the browser: it hears of the other's answers too late.
          await deaf.addInitScript(() => {
            BroadcastChannel.prototype.addEventListener = () => undefined
          })
          await deaf.goto(page.url())
          // It has read the draft before the other one answers.
          await expect(card(deaf, 'G1.1')).toBeVisible()
          await give(page, 'G1.1', 3)
          await expectSaved(page)
          await give(deaf, 'G1.1', 2.5)
          const dialog = deaf.getByRole('dialog', { name: '两个窗口的回答不同' })
          await expect(dialog).toContainText('G1.1 主要负责人责任')
          await expect(dialog).toContainText(/本窗口\s*3 级部分达成\s*另一个窗口\s*3 级基本达成/)
          await dialog.getByRole('button', { name: '采用另一个窗口的' }).click()
          await expect(rung(deaf, 'G1.1', 3)).toBeChecked()

          await give(page, 'G1.2', 3)
          await expectSaved(page)
          await give(deaf, 'G1.2', 2)
          await expect(dialog).toContainText(/本窗口\s*2 级基本达成\s*另一个窗口\s*3 级基本达成/)
          await dialog.getByRole('button', { name: '取消' }).click()
          await expectSaved(deaf)
          await expect(rung(page, 'G1.2', 2)).toBeChecked()
          await expect(rung(page, 'G1.1', 3)).toBeChecked()
          await deaf.close()
          Object.assign(given, { 'G1.1': 3, 'G1.2': 2 })
        })
        for (const id of ids.slice(2)) await answer(id)
      } else {
        for (const id of ids) await answer(id)
      }

      if (name === 'S3') {
        await test.step('the page is loaded again: what was answered is there', async () => {
          await expectSaved(page)
          await page.reload()
          await expect(rung(page, 'S3.1', planned('S3.1') as number)).toBeChecked()
          await expect(card(page, 'S3.2').getByLabel('近三年数字化投入合计')).toHaveValue('320.5')
          await expect(page.getByText('9/ 75 项')).toBeVisible()
        })
      }
    }

    await test.step('the unscored page after the questions', async () => {
      await page.getByRole('link', { name: '下一页：需求与困难' }).click()
      const difficulties = page.getByRole('group', { name: '目前的主要困难' })
      await difficulties.getByText('其他困难').click()
      await difficulties.getByRole('textbox', { name: '请写明其他困难' }).fill('夜班缺少会用系统的人')
      await expectSaved(page)
      await page.reload()
      await expect(difficulties.getByRole('textbox')).toHaveValue('夜班缺少会用系统的人')
    })

    expect(Object.keys(given).sort()).toEqual([...ALL_IDS].sort())
    const reference = referenceScore(given, 'discrete')

    await test.step('the range beside the questions only narrowed, and never left out the tier', () => {
      for (const [at, { low, high }] of ranges.entries()) {
        const before = ranges[at - 1] ?? { low: 1, high: 10 }
        expect(low).toBeGreaterThanOrEqual(before.low)
        expect(high).toBeLessThanOrEqual(before.high)
        expect(low).toBeLessThanOrEqual(reference.tier.low)
        expect(high).toBeGreaterThanOrEqual(reference.tier.high)
      }
      expect(ranges.at(-1)).toEqual(reference.tier)
    })

    await test.step('the check page leads to what is open', async () => {
      await page.getByRole('link', { name: '检查与提交' }).click()
      await expect(page.getByRole('heading', { name: '未答 0 项，不掌握 1 项' })).toBeVisible()
      await expect(page.getByText('填写用时不到 5 分钟')).toBeVisible()
      await page.getByRole('link', { name: /^C2\.8 .*（不掌握）$/ }).click()
      await expect(card(page, 'C2.8')).toBeInViewport()
      await page.goBack()
      await page.getByText('新型能力（20 项）').click()
      await expect(page.getByRole('cell', { name: '不适用：来料加工，没有仿真和试验环节' })).toBeVisible()
      await expect(page.getByRole('button', { name: '提交诊断' })).toBeDisabled()
      await submit(page)
    })

    await expectResult(page, reference)

    const sealed = await readDownload(page, () => page.getByRole('button', { name: '导出报送包' }).click())
    expect(sealed['answers']).toEqual(given)

    await test.step('the submission file is scored again elsewhere, and refused when an answer was changed in it', async () => {
      const elsewhere = await browser.newContext()
      const reader = await elsewhere.newPage()
      await reader.goto('/')
      await openFile(reader, sealed)
      await expect(reader.getByText('复算一致')).toBeVisible()
      await expectResult(reader, reference)

      await reader.getByRole('link', { name: '开始', exact: true }).click()
      await openFile(reader, { ...sealed, answers: { ...given, 'S1.1': 5 } })
      await expect(reader.getByText('文件内容与校验码不符')).toBeVisible()
      await elsewhere.close()
    })

    await test.step('a second revision is its own sheet; the first stays as it was', async () => {
      const first = page.url()
      await page.getByRole('button', { name: '修改（新建第 2 次）' }).click()
      await page.getByRole('link', { name: 'G1 数字化治理' }).click()
      await give(page, 'G1.3', 0.5)
      await expectSaved(page)
      await page.getByRole('link', { name: '任务清单' }).click()
      await page.getByRole('link', { name: '检查与提交' }).first().click()
      await submit(page)
      const changed = referenceScore({ ...given, 'G1.3': 0.5 }, 'discrete')
      expect(changed.tier).not.toEqual(reference.tier)
      await expectResult(page, changed)

      const revisions = page.getByRole('navigation', { name: '各次填报' })
      await expect(revisions).toContainText('第 2 次（本页）')
      await revisions.getByRole('link', { name: '第 1 次' }).click()
      await expect(page).toHaveURL(first)
      await expectResult(page, reference)
      expect(await readDownload(page, () => page.getByRole('button', { name: '导出报送包' }).click())).toEqual(sealed)
      await page.getByRole('link', { name: '查看回答' }).click()
      await expect(page.getByText('这份填报已提交并锁定')).toBeVisible()
    })
  },
)

/** A browser of our own on a profile folder, so that its process may be killed. */
async function startBrowser(folder: string): Promise<{ page: Page; kill: () => Promise<void> }> {
  const portFile = join(folder, 'DevToolsActivePort')
  rmSync(portFile, { force: true })
  const child = spawn(
    findBrowser() ?? chromium.executablePath(),
    [...BROWSER_ARGUMENTS, '--headless', '--remote-debugging-port=0', `--user-data-dir=${folder}`, 'about:blank'],
    { stdio: 'ignore', detached: true },
  )
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  // A start takes seconds on a busy machine.
  const isListening = (): boolean => existsSync(portFile) && readFileSync(portFile, 'utf8').includes('\n')
  await expect.poll(isListening, { timeout: 30_000 }).toBe(true)
  const [port, path] = readFileSync(portFile, 'utf8').trim().split('\n')
  const browser = await chromium.connectOverCDP(`ws://127.0.0.1:${port}${path}`)
  const page = await browser.contexts()[0]!.newPage()
  return {
    page,
    kill: async () => {
      // Its helpers too: they would write into the folder after it is gone.
      process.kill(-child.pid!, 'SIGKILL')
      await gone
    },
  }
}

test('the browser is killed when 已保存 stands there: after the next start the last answer is there', async ({
  baseURL,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-journey-'))
  const first = await startBrowser(folder)
  await first.page.goto(baseURL!)
  await first.page.getByRole('button', { name: '开始完整诊断' }).click()
  await first.page.getByRole('link', { name: '保存并继续' }).click()
  await first.page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await give(first.page, 'S1.1', 3)
  await give(first.page, 'S1.2', 2.5)
  await expectSaved(first.page)
  const address = first.page.url()
  await first.kill()

  const next = await startBrowser(folder)
  await next.page.goto(address)
  await expect(rung(next.page, 'S1.1', 3)).toBeChecked()
  await expect(rung(next.page, 'S1.2', 2.5)).toBeChecked()
  await next.kill()
  // The kernel may still be closing the files of the killed: what is left of the folder is the temporary folder's to clear.
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw fault
  }
})
