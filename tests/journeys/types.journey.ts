import { expect, test } from '@playwright/test'
import { referenceScore, type Answers, type ProductionType } from '../support/referenceScorer.ts'
import {
  begin,
  card,
  expectResult,
  expectSaved,
  FIRM,
  give,
  importDraft,
  makeDraftFile,
  mostlyFullSheet,
  openFile,
  readDownload,
  readLiveRange,
  rung,
  submit,
} from './support.ts'

const TYPES: readonly {
  readonly type: ProductionType
  readonly label: string
  readonly industry: string
  readonly asked: number
  readonly leftOut: readonly string[]
  readonly handful: Answers
}[] = [
  {
    type: 'process',
    label: '流程制造',
    industry: '26',
    asked: 75,
    leftOut: [],
    handful: { 'C3.1': 2, 'C3.2': 1.5, 'C3.3': 3 },
  },
  {
    type: 'mining',
    label: '采矿',
    industry: '09',
    asked: 73,
    leftOut: ['C3.3', 'B3.1'],
    handful: { 'C3.1': 0, 'C3.2': 2.5 },
  },
  {
    type: 'utilities',
    label: '电力热力燃气水',
    industry: '44',
    asked: 74,
    leftOut: ['C3.2'],
    handful: { 'C3.1': 'unknown', 'C3.3': { notApplicable: '售后由省公司统一办理' } },
  },
]

for (const [at, { type, label, industry, asked, leftOut, handful }] of TYPES.entries()) {
  test(`${type}: ${asked} questions are asked, and an imported sheet earns what the rules give`, async ({ page }) => {
    await begin(page)
    await page.getByRole('radio', { name: new RegExp(`^${label}`) }).check()
    await page.getByLabel(/^行业大类/).selectOption(industry)
    await page.getByRole('link', { name: '保存并继续' }).click()
    await expect(page.getByText(`/ ${asked} 项`)).toBeVisible()
    await expect(page.getByRole('link', { name: /^[SCTGB]\d / })).toHaveCount(22)
    await page.getByRole('link', { name: 'C3 用户服务' }).click()
    await expect(page.getByText('第 7 页，共 24 页')).toBeVisible()
    for (const [id, answer] of Object.entries(handful)) await give(page, id, answer)
    await expectSaved(page)
    for (const id of leftOut.filter((id) => id.startsWith('C3'))) await expect(card(page, id)).toHaveCount(0)
    await expect(page.getByText(`${Object.keys(handful).length}/ ${asked} 项`)).toBeVisible()
    const { tier } = referenceScore(handful, type)
    expect(await readLiveRange(page)).toEqual(tier)

    const answers = mostlyFullSheet(101 + 17 * at, type)
    const reference = referenceScore(answers, type)
    await importDraft(page, makeDraftFile({ profile: { ...FIRM, productionType: type, industry }, answers }))
    await expect(page.getByText(`/ ${asked} 项`)).toBeVisible()
    expect(await readLiveRange(page)).toEqual(reference.tier)
    await page.getByRole('link', { name: '检查与提交' }).first().click()
    await submit(page)
    await expectResult(page, reference)
    const sealed = await readDownload(page, () => page.getByRole('button', { name: '导出报送包' }).click())
    expect(sealed).toMatchObject({ answers, result: { tier: reference.tier, limits: reference.limits } })
  })
}

test('a change of the production type tells which answers drop out, and going back restores them', async ({ page }) => {
  const answers = mostlyFullSheet(7, 'discrete')
  const kept = { ...answers, 'C3.3': 3, 'B3.1': 2.5 }
  await importDraft(page, makeDraftFile({ answers: kept }))
  const before = await readLiveRange(page)
  await page.getByRole('link', { name: '企业基本信息' }).click()
  await page.getByRole('radio', { name: /^采矿/ }).check()
  const notice = page.getByRole('status').filter({ hasText: '已有的回答不再计入' })
  await expect(notice).toContainText('下面 2 项')
  await expect(notice).toContainText('C3.3 售后与服务、B3.1 柔性与个性化')
  await page.getByRole('link', { name: '保存并继续' }).click()
  await expect(page.getByText('/ 73 项')).toBeVisible()
  expect(await readLiveRange(page)).toEqual(referenceScore(kept, 'mining').tier)

  await page.getByRole('link', { name: '企业基本信息' }).click()
  await page.getByRole('radio', { name: /^离散制造/ }).check()
  await expect(notice).toHaveCount(0)
  await page.getByRole('link', { name: '保存并继续' }).click()
  await expect(page.getByText('/ 75 项')).toBeVisible()
  expect(await readLiveRange(page)).toEqual(before)
  await page.getByRole('link', { name: 'C3 用户服务' }).click()
  await expect(rung(page, 'C3.3', 3)).toBeChecked()
})

test(
  'the short form asks 34 questions and is marked as 快速自测 from the first page to the file',
  { tag: '@old' },
  async ({ page }) => {
    await begin(page, '快速自测')
    await expect(page.getByText('快速自测', { exact: true })).toBeVisible()
    await page.getByRole('link', { name: '保存并继续' }).click()
    await expect(page.getByText('/ 34 项')).toBeVisible()
    await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
    await expect(card(page, 'S1.1')).toBeVisible()
    await expect(card(page, 'S1.2')).toHaveCount(0)

    const answers = mostlyFullSheet(31, 'discrete')
    const reference = referenceScore(answers, 'discrete', 'short')
    await importDraft(page, makeDraftFile({ form: 'short', answers }))
    await expect(page.getByText('/ 34 项')).toBeVisible()
    await page.getByRole('link', { name: '检查与提交' }).first().click()
    await submit(page)
    await expectResult(page, reference)
    await expect(page.getByText('快速自测', { exact: true })).toBeVisible()
    const sealed = await readDownload(page, () => page.getByRole('button', { name: '导出报送包' }).click())
    expect(sealed['form']).toBe('short')

    await page.getByRole('link', { name: '开始', exact: true }).click()
    await expect(page.getByText('快速自测', { exact: true }).last()).toBeVisible()
    await openFile(page, sealed)
    await expect(page.getByText('复算一致')).toBeVisible()
    await expectResult(page, reference)
  },
)
