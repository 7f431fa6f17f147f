import { expect, test as base, type Locator, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { listenForFaults, type Faults } from './faults.ts'
import { fold, readCsv, readPdf, readWord, readWorkbook, type Rows } from './readers.ts'
import { startSite, type Site } from './site.ts'
import {
  draftAddress,
  FIRM,
  importDraft,
  keepPeers,
  makeDraftFile,
  makeSubmission,
  mostlyFullSheet,
  openFile,
  PEER_COUNT,
  submit,
  visitForOffline,
} from './support.ts'

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

/** 喆 and 堃 are in the common font, 䶮 in one that is loaded for it, 𠮷 in none. */
const RARE_NAME = '柳州喆堃䶮𠮷机械示范有限公司'
const RARE_NAME_IN_PDF = RARE_NAME.replace('𠮷', '〔U+20BB7〕')

const REASON = '来料加工，没有仿真和试验环节'
const ANSWERS = {
  ...mostlyFullSheet(11, 'discrete'),
  'S1.2': 'unknown' as const,
  'C1.3': { notApplicable: REASON },
  'T2.1': { numerator: 141, denominator: 210, year: FIRM.figuresYear! },
}

/** A line of 得分明细 as it stands on the page. */
interface ScreenRow {
  readonly id: string
  readonly title: string
  readonly isGate: boolean
  readonly figure: string
  readonly state: string
  readonly share: string
}

async function readScores(page: Page): Promise<readonly ScreenRow[]> {
  const table = page.getByRole('region', { name: '得分明细' })
  await table.getByRole('button', { name: '全部展开' }).click()
  return table.locator('tbody tr').evaluateAll((rows) =>
    rows.map((row) => {
      const own = (from: Element | null): string =>
        [...(from?.childNodes ?? [])]
          .filter(({ nodeType }) => nodeType === Node.TEXT_NODE)
          .map(({ textContent }) => textContent)
          .join('')
          .trim()
      const head = row.querySelector('th')!
      const [figure, share] = [...row.querySelectorAll('td.number')].map((cell) => cell.textContent?.trim() ?? '')
      return {
        id: head.querySelector('.id')?.textContent ?? '',
        title: own(head.querySelector('button') ?? head),
        isGate: head.querySelector('.gate') !== null,
        figure: figure!,
        state: own(row.querySelector('td.state')),
        share: share!,
      }
    }),
  )
}

/** Of a firm with a full sheet: 75 indicators, 22 sub-domains, 5 domains, the total. */
const ROW_COUNT = 103

interface Screen {
  readonly rows: readonly ScreenRow[]
  readonly place: string
  readonly total: string
}

async function readScreen(page: Page): Promise<Screen> {
  const rows = await readScores(page)
  expect(rows).toHaveLength(ROW_COUNT)
  expect(rows.filter(({ figure }) => /\d/.test(figure)).length).toBeGreaterThan(95)
  return {
    rows,
    place: await page.locator('.headline .big').innerText(),
    total: await page.locator('.score .figure').innerText(),
  }
}

function files(page: Page): Locator {
  return page.getByRole('region', { name: '报告文件' })
}

/** What is waited for, or, when the page refuses, its words at once. */
async function unlessRefused<Result>(page: Page, wanted: Promise<Result>): Promise<Result> {
  const alert = files(page).getByRole('alert')
  const refusal = alert.waitFor({ timeout: 0 }).then(
    async () => Promise.reject<never>(new Error(`the page refuses: ${await alert.innerText()}`)),
    // The page was closed: the other one tells why.
    () => new Promise<never>(() => undefined),
  )
  return Promise.race([wanted, refusal])
}

/** Presses the button of a file, agrees to codes for characters that no font has, and waits until the page says that it is done. */
async function take(page: Page, label: string, unprintable: readonly string[] = []): Promise<string> {
  const download = page.waitForEvent('download', { timeout: 90_000 })
  await files(page).getByRole('button', { name: label, exact: true }).click()
  if (unprintable.length > 0) {
    const dialog = page.getByRole('dialog', { name: '有些字印不出来' })
    const told = expect(dialog.locator('.missing')).toHaveText(unprintable.join(' '), { timeout: 90_000 })
    await unlessRefused(page, told)
    await dialog.getByRole('button', { name: '仍然保存' }).click()
  }
  const file = await unlessRefused(page, download)
  await expect(files(page).getByRole('status')).toHaveText(
    new RegExp(`^已核对并保存：${file.suggestedFilename().replace(/[^\p{L}\p{N}]/gu, '.')}（[\\d.]+ [kM]B）$`, 'u'),
  )
  await expect(files(page).getByRole('alert')).toHaveCount(0)
  // A path with the file's own ending, for programs that go by it.
  const path = test.info().outputPath(file.suggestedFilename())
  await file.saveAs(path)
  return path
}

const MARKS = ['自评参考', '示例数据']

function expectInText(text: string, { rows }: Screen): void {
  const lost = rows.filter(({ id, title, isGate, figure, state }) => {
    const [score = '', of = ''] = figure.split(' / ')
    // The total is the one row with its maximum beside it.
    const tail = id === '' ? [score] : [score, of === '' ? '' : `/${of}`, state]
    return !text.includes(fold([id, title, isGate ? '（门槛指标）' : '', ...tail].join('')))
  })
  expect(lost).toEqual([])
}

/** “3.17” or “2.80—3.17” on the screen, and what a row of figures holds: the same to the last digit shown. */
function expectSameScore(row: Readonly<Record<string, unknown>>, { id, figure }: ScreenRow): void {
  const [score = ''] = figure.split(' / ')
  if (!/\d/.test(score)) {
    expect([row['最低得分'], row['最高得分']], id).toEqual(['', ''])
    return
  }
  const shown = score.split('—')
  const held = [row['最低得分'], row['最高得分']].map(Number)
  const inRow = (shown.length === 1 ? [shown[0]!, shown[0]!] : shown).map((text, at) => {
    const decimals = /\.(\d+)/.exec(text)?.[1]?.length ?? 0
    return Math.abs(Number(text) - held[at]!) <= 0.5 * 10 ** -decimals + 1e-9
  })
  expect(inRow, `${id}: ${score} and ${held.join('—')}`).toEqual([true, true])
}

function expectAnswers(rows: Rows, idTitle: string, { rows: shown }: Screen): void {
  const found = new Map(rows.map((row) => [row[idTitle], row]))
  const indicators = shown.filter(({ id }) => id.includes('.'))
  expect(indicators).toHaveLength(75)
  for (const { id, state } of indicators) {
    const row = found.get(id)
    expect(row, id).toBeDefined()
    // A rung is its own answer; a rate, a list, or a reason is told with what was filled in.
    if (/^\d 级/.test(state) && /^\d 级/.test(String(row!['回答']))) expect(row!['回答'], id).toBe(state)
    if (!/^\d 级|^尚未开展|^得/.test(state) && row!['状态'] !== '已答') expect(state, id).toContain(row!['状态'])
  }
  expect(found.get('S1.2')).toMatchObject({ 状态: '不掌握' })
  expect(found.get('C1.3')!['回答']).toContain(REASON)
  expect(String(found.get('T2.1')!['回答'])).toMatch(/67\.14%（分子 141，分母 210，\d{4} 年）/)
}

interface Expected {
  readonly name: string
  readonly nameInPdf: string
  readonly unprintable: readonly string[]
}

/** All five files of the report on the page, each read by another program. */
async function expectAllFiles(page: Page, { name, nameInPdf, unprintable }: Expected): Promise<void> {
  const screen = await readScreen(page)
  await test.step('PDF', async () => {
    const { text, pages, properties } = readPdf(await take(page, 'PDF 完整报告', unprintable))
    expect(pages).toBeGreaterThan(5)
    expect(properties).toContain('Page size:       595.28 x 841.89 pts (A4)')
    expect(fold(properties)).toContain(fold(name))
    for (const words of [nameInPdf, ...MARKS, screen.place, `总分 ${screen.total}`])
      expect(fold(text)).toContain(fold(words))
    expectInText(fold(text), screen)
    // The head of every page after the cover, and 自评参考.
    for (const one of text.split('\f').slice(1, -1)) expect(fold(one)).toContain('自评参考')
  })
  await test.step('one page', async () => {
    const { text, pages } = readPdf(await take(page, '一页纸 PDF', unprintable))
    expect(pages).toBe(1)
    for (const words of [nameInPdf, ...MARKS, screen.place, `总分 ${screen.total}`])
      expect(fold(text)).toContain(fold(words))
    for (const { title, figure } of screen.rows.filter(({ id }) => /^[A-Z]$/.test(id))) {
      expect(fold(text)).toContain(fold(title))
      expect(fold(text)).toContain(figure.split(/—| /)[0]!)
    }
  })
  await test.step('Word', async () => {
    const text = readWord(await take(page, 'Word'))
    for (const words of [name, ...MARKS, screen.place, `总分 ${screen.total}`])
      expect(fold(text)).toContain(fold(words))
    expectInText(fold(text), screen)
  })
  await test.step('Excel', async () => {
    const { sheets, hasFormula } = await readWorkbook(await take(page, 'Excel'))
    expect(hasFormula).toBe(false)
    const summary = new Map(sheets.get('概况')!.map((row) => [row['项目'], row['内容']]))
    expect(summary.get('企业名称')).toBe(name)
    expect(summary.get('统一社会信用代码')).toBe(FIRM.creditCode)
    expect(summary.get('性质')).toBe(MARKS.join('；'))
    expect(summary.get('结果')).toBe(screen.place)
    const scores = new Map(sheets.get('得分')!.map((row) => [row['层级'] === 0 ? '' : row['编号'], row]))
    expect(scores.size).toBe(screen.rows.length)
    for (const row of screen.rows) {
      expect(scores.get(row.id)!['名称']).toBe(row.title)
      if (row.id !== '') expect(scores.get(row.id)!['状态']).toBe(row.state)
      expectSameScore(scores.get(row.id)!, row)
    }
    expectAnswers(sheets.get('回答')!, '编号', screen)
    expect(sheets.get('对标')!.length).toBe(28)
  })
  await test.step('CSV', async () => {
    const { hasMark, rows } = readCsv(await take(page, 'CSV'))
    expect(hasMark).toBe(true)
    // A name that a spreadsheet would compute has an apostrophe before it.
    const nameInCsv = /^[=+\-@]/.test(name) ? `'${name}` : name
    expect([...new Set(rows.map((row) => row['企业名称']))]).toEqual([nameInCsv])
    expect([...new Set(rows.map((row) => row['性质']))]).toEqual([MARKS.join('；')])
    const scores = new Map(rows.map((row) => [row['层级'] === '0' ? '' : row['编号'], row]))
    expect(scores.size).toBe(screen.rows.length)
    for (const row of screen.rows) {
      expect(scores.get(row.id)!['名称']).toBe(row.title)
      expectSameScore(scores.get(row.id)!, row)
    }
    expectAnswers(rows, '编号', screen)
  })
}

async function expectReportWithPeers(page: Page): Promise<void> {
  await expect(page.locator('.score .figure')).toBeVisible()
  const peers = page.getByRole('region', { name: '与同类企业比较' })
  await expect(peers).toContainText(`${PEER_COUNT} 家`)
  await expect(page.getByRole('note')).toContainText('示例数据')
}

function expectNone({ said }: Faults): void {
  expect(said).toEqual([])
}

test(
  'without a network an opened submission becomes five files, and other programs find all of the screen in each',
  { tag: '@old' },
  async ({ page, site }) => {
    test.setTimeout(240_000)
    const faults = await listenForFaults(page)
    await visitForOffline(page)
    await keepPeers(page)
    site.cut()
    await openFile(page, makeSubmission({ profile: { ...FIRM, name: RARE_NAME }, answers: ANSWERS }))
    await expect(page.getByText('复算一致')).toBeVisible()
    await expectReportWithPeers(page)
    await expectAllFiles(page, { name: RARE_NAME, nameInPdf: RARE_NAME_IN_PDF, unprintable: ['𠮷'] })
    expectNone(faults)
  },
)

test('without a network a locked sheet of this device becomes the same five files', async ({ page, site }) => {
  test.setTimeout(240_000)
  await visitForOffline(page)
  await keepPeers(page)
  site.cut()
  await importDraft(page, makeDraftFile({ profile: { ...FIRM, name: RARE_NAME }, answers: ANSWERS }))
  await page.goto(`${draftAddress(page)}/check`)
  await submit(page)
  await expectReportWithPeers(page)
  await expectAllFiles(page, { name: RARE_NAME, nameInPdf: RARE_NAME_IN_PDF, unprintable: ['𠮷'] })

  await test.step('who does not want codes for characters cancels, and nothing is saved', async () => {
    await files(page).getByRole('button', { name: '一页纸 PDF' }).click()
    const dialog = page.getByRole('dialog', { name: '有些字印不出来' })
    const saved = page.waitForEvent('download', { timeout: 1000 }).then(
      () => true,
      () => false,
    )
    await dialog.getByRole('button', { name: '取消' }).click()
    await expect(dialog).toHaveCount(0)
    expect(await saved).toBe(false)
    await expect(files(page).getByRole('status')).toBeEmpty()
  })
})

/** Watches the page's own thread from now on. */
async function watchThread(page: Page): Promise<() => Promise<{ longest: number; blocked: number }>> {
  await page.evaluate(() => {
    const tasks: number[] = []
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    })
    Object.assign(window, { longTasks: tasks })
  })
  return () =>
    page.evaluate(() => {
      const tasks = (window as unknown as { longTasks: number[] }).longTasks
      return {
        longest: Math.max(0, ...tasks),
        blocked: tasks.reduce((sum, duration) => sum + Math.max(0, duration - 50), 0),
      }
    })
}

test('while a file is made the page answers', { tag: '@old' }, async ({ page }) => {
  await page.goto('/')
  await openFile(page, makeSubmission({ answers: ANSWERS }))
  await expect(page.locator('.score .figure')).toBeVisible()
  await expect(page.getByRole('img').first()).toBeVisible()
  for (const label of ['PDF 完整报告', '一页纸 PDF', 'Word', 'Excel', 'CSV']) {
    const read = await watchThread(page)
    const begun = Date.now()
    const download = page.waitForEvent('download', { timeout: 90_000 })
    await files(page).getByRole('button', { name: label, exact: true }).click()
    if (label === 'PDF 完整报告') {
      const tab = page.getByRole('tab').nth(1)
      await tab.click({ timeout: 3000 })
      await expect(tab).toHaveAttribute('aria-selected', 'true')
      await expect(files(page).getByRole('button', { name: '正在生成…' })).toBeVisible()
    }
    await download
    const took = Date.now() - begun
    const { longest, blocked } = await read()
    test.info().annotations.push({
      type: label,
      description: `took ${took} ms, longest task ${longest} ms, blocked ${blocked} ms`,
    })
    // Own choice. A PDF takes seconds the first time, and most of them must not be the page's.
    if (label === 'PDF 完整报告') expect(blocked).toBeLessThan(took / 2)
    expect(blocked, `${label}, longest ${longest} ms`).toBeLessThan(1000)
  }
})

test('names and reasons that would run elsewhere are literal text on the page and in all files', async ({
  page,
  site,
}) => {
  test.setTimeout(240_000)
  const faults = await listenForFaults(page)
  await visitForOffline(page)
  await keepPeers(page)
  site.cut()
  const reason = `=1+1<script>alert(2)</script>{{x}}`
  for (const [at, name] of [
    '=HYPERLINK("http://example.invalid","x")',
    '<img src=x onerror=alert(1)>{{1+1}}${1}',
  ].entries()) {
    await page.goto('/')
    const answers = { ...ANSWERS, 'C1.1': { notApplicable: reason } }
    await openFile(page, makeSubmission({ profile: { ...FIRM, name }, answers }))
    await expectReportWithPeers(page)
    await expect(page.locator('.headline .firm')).toHaveText(name)
    expect(await page.locator('main img, main script, main a[href*="invalid"]').count()).toBe(0)
    if (at === 0) await expectAllFiles(page, { name, nameInPdf: name, unprintable: [] })
    else {
      const pdf = readPdf(await take(page, 'PDF 完整报告'))
      const word = readWord(await take(page, 'Word'))
      for (const text of [pdf.text, word]) expect(fold(text)).toContain(fold(name))
      const { sheets, hasFormula } = await readWorkbook(await take(page, 'Excel'))
      expect(hasFormula).toBe(false)
      expect(sheets.get('概况')!.map((row) => row['内容'])).toContain(name)
      expect(
        sheets
          .get('回答')!
          .map((row) => String(row['回答']))
          .join(),
      ).toContain(reason)
      const csv = readFileSync(await take(page, 'CSV'), 'utf8')
      expect(csv).toContain(name)
    }
  }
  expectNone(faults)
})
