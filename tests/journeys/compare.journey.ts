import { expect, test, type Page } from '@playwright/test'
import { referenceScore } from '../support/referenceScorer.ts'
import {
  draftAddress,
  expectSaved,
  FIRM,
  give,
  importDraft,
  makeDraftFile,
  makeSubmission,
  mostlyFullSheet,
  openFile,
  submit,
} from './support.ts'

const BEFORE = { ...mostlyFullSheet(11, 'discrete'), 'G1.1': 3, 'G1.2': 3, 'G1.3': 2.5 }
const AFTER = { ...BEFORE, 'G1.1': 4, 'G1.3': 0.5 }
const place = (tier: { low: number; high: number }): string =>
  tier.low === tier.high ? `第 ${tier.low} 档` : `第 ${tier.low}—${tier.high} 档`
const [before, after] = [referenceScore(BEFORE, 'discrete'), referenceScore(AFTER, 'discrete')]

/** A submitted sheet and its submitted second revision, with the comparison of both open. */
async function compareRevisions(page: Page): Promise<void> {
  await importDraft(page, makeDraftFile({ answers: BEFORE }))
  await page.goto(`${draftAddress(page)}/check`)
  await submit(page)
  await page.getByRole('button', { name: '修改（新建第 2 次）' }).click()
  await page.getByRole('link', { name: 'G1 数字化治理' }).click()
  await give(page, 'G1.1', AFTER['G1.1'])
  await give(page, 'G1.3', AFTER['G1.3'])
  await expectSaved(page)
  await page.goto(`${draftAddress(page)}/check`)
  await submit(page)
  await page.getByRole('link', { name: '前后对比' }).click()
  await expect(page.getByRole('heading', { level: 1, name: '前后对比' })).toBeVisible()
}

function headline(page: Page) {
  return page.getByRole('heading', { level: 2, name: /^从/ })
}

async function expectComparison(page: Page): Promise<void> {
  await expect(headline(page)).toContainText(new RegExp(`从\\s*${place(before.tier)}.*到\\s*${place(after.tier)}`, 's'))
  const sides = { 上一次: before, 这一次: after }
  for (const [name, { tier, score }] of Object.entries(sides)) {
    const side = page.getByRole('region', { name, exact: true })
    await expect(side).toContainText(place(tier))
    await expect(side).toContainText(`第 ${name === '上一次' ? 1 : 2} 次`)
    const [, low, high = low] = /总分 ([\d.]+)(?:—([\d.]+))?/.exec(await side.innerText()) ?? []
    expect(Number(low)).toBeCloseTo(score.low, 1)
    expect(Number(high)).toBeCloseTo(score.high, 1)
  }
  const answers = page.getByRole('region', { name: '哪些回答变了' })
  await expect(answers).toContainText(`2 项改变，${Object.keys(BEFORE).length - 2} 项相同`)
  const changed = answers.getByRole('listitem')
  await expect(changed).toHaveCount(2)
  await expect(changed.filter({ hasText: 'G1.1' })).toContainText(/上一次\s*3 级基本达成.*这一次\s*4 级基本达成/s)
  await expect(changed.filter({ hasText: 'G1.3' })).toContainText(/上一次\s*3 级部分达成.*这一次\s*1 级部分达成/s)
}

test(
  'two revisions of a sheet side by side: from which tier to which, by which answers, also after a reload',
  { tag: '@old' },
  async ({ page }) => {
    await compareRevisions(page)
    await expectComparison(page)
    await expect(page.getByRole('img').first()).toBeVisible()
    await page.reload()
    await expectComparison(page)

    await test.step('the other way round it says so', async () => {
      await page.getByRole('button', { name: '对调' }).click()
      await expect(page.getByText('两份已经对调')).toBeVisible()
      await expect(headline(page)).toContainText(
        new RegExp(`从\\s*${place(after.tier)}.*到\\s*${place(before.tier)}`, 's'),
      )
    })
  },
)

test('a file of the same firm joins the comparison, one of another firm or a changed one is refused in Chinese', async ({
  page,
}) => {
  await openFile(
    await startPage(page),
    makeSubmission({ answers: AFTER, revision: 2, submittedAt: '2026-02-05T02:00:00.000Z' }),
  )
  await page.getByRole('link', { name: '前后对比' }).click()
  await expect(page.getByText('本机只有这家企业的这一份已提交的填报')).toBeVisible()

  const other = makeSubmission({
    id: 'other',
    profile: { ...FIRM, name: '漓江纸业示范有限公司', creditCode: '91450300XX0000019L' },
  })
  await choose(page, other)
  const refusal = page.getByRole('alert').filter({ hasText: '这个文件没有加入对比' })
  await expect(refusal).toContainText('统一社会信用代码不同')
  await expect(refusal).toContainText('不是同一家企业的填报，不能作前后对比')
  await expect(headline(page)).toHaveCount(0)

  const earlier = makeSubmission({ answers: BEFORE })
  await choose(page, { ...earlier, answers: { ...earlier.answers, 'S1.1': 5 } })
  await expect(refusal).toContainText('文件内容与校验码不符')

  await choose(page, earlier)
  await expect(refusal).toHaveCount(0)
  await expectComparison(page)

  await test.step('files are kept nowhere: after a reload the page asks for them again', async () => {
    await page.reload()
    await expect(page.getByText('本机还没有已提交的填报')).toBeVisible()
    await choose(page, earlier)
    await expect(page.getByText('本机只有这家企业的这一份已提交的填报')).toBeVisible()
  })
})

async function startPage(page: Page): Promise<Page> {
  await page.goto('/')
  return page
}

/** Chooses a file on the comparison page. */
async function choose(page: Page, content: object): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: /打开(另一份)?报送包/ }).click()
  const buffer = Buffer.from(JSON.stringify(content))
  await (await chooser).setFiles({ name: '报送包.json', mimeType: 'application/json', buffer })
}
