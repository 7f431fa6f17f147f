import { expect, test, type Page } from '@playwright/test'
import { strToU8, zipSync } from 'fflate'
import { writeFileSync } from 'node:fs'
import { referenceScore } from '../support/referenceScorer.ts'
import { listenForFaults } from './faults.ts'
import { FIRM, makeSubmission, mostlyFullSheet } from './support.ts'

const BEFORE = mostlyFullSheet(11, 'discrete')
const AFTER = { ...BEFORE, 'G1.1': 4, 'G1.3': 0.5 }
/** By the independent scorer, as the list and the report write them. */
const [before, after] = [referenceScore(BEFORE, 'discrete'), referenceScore(AFTER, 'discrete')]
const inList = ({ tier }: typeof before): string =>
  `${tier.low === tier.high ? tier.low : `${tier.low}—${tier.high}`} 档`

async function openWhole(page: Page, turn: number): Promise<void> {
  await page.getByRole('button', { name: '打开完整报送' }).nth(turn).click()
}

test('an office without a hub opens what firms handed in, and each whole sheet of a firm from its file', async ({
  page,
}, info) => {
  const faults = await listenForFaults(page)
  const [old, archive] = [info.outputPath('第一次.json'), info.outputPath('归档.zip')]
  writeFileSync(old, JSON.stringify(makeSubmission({ answers: BEFORE })))
  const second = makeSubmission({ revision: 2, answers: AFTER, submittedAt: '2026-02-05T02:00:00.000Z' })
  writeFileSync(archive, zipSync({ '柳州/第二次.json': strToU8(JSON.stringify(second)) }))

  await test.step('the files are opened, and nothing leaves the page', async () => {
    await page.goto('/oversight/files')
    await page.getByLabel('选择报送包文件').setInputFiles([old, archive])
    const sent: string[] = []
    page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()))
    await page.getByRole('button', { name: '开始汇总' }).click()
    await expect(page.getByText('读出 2 份报送，1 家企业。')).toBeVisible()
    await page.getByRole('link', { name: '企业', exact: true }).click()
    await page.getByRole('link', { name: FIRM.name! }).click()
    expect(sent).toEqual([])
  })

  const rows = page.locator('.revisions > li')
  await test.step('both revisions are listed, the newer one counts', async () => {
    await expect(rows).toHaveCount(2)
    await expect(rows.nth(0)).toContainText('第 2 次 2026-02-05 10:00')
    await expect(rows.nth(0)).toContainText('计入汇总')
    await expect(rows.nth(0)).toContainText('归档.zip / 柳州/第二次.json')
    await expect(rows.nth(0)).toContainText(inList(after))
    await expect(rows.nth(1)).toContainText('第 1 次 2026-01-05 10:00')
    await expect(rows.nth(1)).toContainText(inList(before))
  })

  for (const [turn, revision, score] of [
    [0, 2, after],
    [1, 1, before],
  ] as const)
    await test.step(`revision ${revision} is shown whole, scored again, and leads back`, async () => {
      await openWhole(page, turn)
      await expect(page.getByText('复算一致。')).toBeVisible()
      await expect(page.locator('main')).toContainText(FIRM.name!)
      await expect(page.locator('main')).toContainText(`第 ${inList(score).replace(' 档', '')} 档`)
      await expect(page.getByText('自评参考').first()).toBeVisible()
      await page.goBack()
      await expect(rows).toHaveCount(2)
    })

  await test.step('on a phone nothing runs over the edge', async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  })

  await test.step('a file that was written over since is told, by its name', async () => {
    writeFileSync(old, JSON.stringify(makeSubmission({ answers: AFTER })))
    await openWhole(page, 1)
    await expect(page.getByRole('alert')).toContainText('第一次.json：')
    await openWhole(page, 0)
    await expect(page.getByText('复算一致。')).toBeVisible()
  })
  expect(faults.said).toEqual([])
})
