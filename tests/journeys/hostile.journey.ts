import { expect, test, type Page } from '@playwright/test'
import { digest } from '../../src/digest.ts'
import { packSubmission } from '../../src/core/oversight/submission.ts'
import { referenceScore } from '../support/referenceScorer.ts'
import {
  card,
  expectResult,
  expectSaved,
  FIRM,
  importDraft,
  INDICATOR_PAGES,
  loadEdition,
  makeDraftFile,
  mostlyFullSheet,
  openFile,
  rung,
  submit,
} from './support.ts'

const answers = mostlyFullSheet(11, 'discrete')
const draft = makeDraftFile({ answers: { 'S1.1': 2 } })
const submission = packSubmission(
  loadEdition(),
  {
    id: draft.sheetId,
    revision: 1,
    form: 'full',
    profile: FIRM,
    answers,
    startedAt: draft.startedAt,
    submittedAt: draft.updatedAt,
    minutes: 42,
  },
  '0.1.0',
  digest,
)

/** A file whose digest fits what stands in it: made by somebody who knows how. */
function seal(content: object): object {
  const { sha256: _seal, ...rest } = content as Record<string, unknown>
  return { ...rest, sha256: digest(rest) }
}

/** “{"企业":"广西"}” as an old program in GBK would have written it. */
const GBK = Buffer.from('7b22c6f3d2b5223a22b9e3cef7227d', 'hex')

const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['a cut file', '{"a":', '文件不是完整的 JSON'],
  ['a file cut in its middle', JSON.stringify(submission).slice(0, 2000), '文件不是完整的 JSON'],
  ['200,000 nested lists', '['.repeat(200_000), '文件的嵌套超过 40 层'],
  ['200,000 nested objects', '{"a":'.repeat(200_000), '文件的嵌套超过 40 层'],
  ['__proto__ as a name', '{"kind":"shidang-draft","__proto__":{"format":1}}', '不允许的名称“__proto__”'],
  ['__proto__ written with an escape', '{"\\u005f_proto__":1}', '不允许的名称“__proto__”'],
  ['constructor as an answer', '{"answers":{"constructor":1}}', '不允许的名称“constructor”'],
  ['a name given twice', '{"kind":"shidang-draft","kind":"shidang-draft"}', '出现了两次'],
  ['GBK bytes', GBK, '不是 UTF-8'],
  ['an empty file', '', '文件不是完整的 JSON'],
  ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a]), '不是 UTF-8'],
  ['a bare number', '17', '这不是识档的文件'],
  ['a file of somebody else', { kind: 'survey', format: 1 }, '这不是识档的文件'],
  ['an unknown kind of ours', { kind: 'shidang-roster', format: 1 }, '这是另一种识档文件'],
  ['a changed draft', { ...draft, answers: { 'S1.1': 5 } }, '文件内容与校验码不符'],
  ['a changed submission', { ...submission, answers: { ...answers, 'S1.1': 5 } }, '文件内容与校验码不符'],
  ['a draft of a newer format', seal({ ...draft, format: 2 }), '文件的格式是第 2 版，本程序只认到第 1 版'],
  ['a submission of a newer format', seal({ ...submission, format: 9 }), '文件的格式是第 9 版'],
  [
    'a draft of another edition',
    seal({ ...draft, edition: { ...draft.edition, id: 'elsewhere' } }),
    '本机没有问卷版本',
  ],
  [
    'a submission of another version',
    seal({ ...submission, edition: { ...submission.edition, version: '9.0.0' } }),
    '与本机的版本 1.0.0 不同',
  ],
  [
    'a submission of an edition with other content',
    seal({ ...submission, edition: { ...submission.edition, digest: '0'.repeat(64) } }),
    '与本机同名版本的内容不同',
  ],
  ['an answer off the scale', seal({ ...submission, answers: { ...answers, 'S1.1': 7 } }), 'S1.1：7 超出范围'],
  ['a figure beyond double', '{"kind":"shidang-draft","format":1e400}', '数字过大'],
  ['a draft without answers', seal({ ...draft, answers: undefined }), '文件内容不对（位置：/answers）'],
]

async function expectDraftsUnchanged(page: Page): Promise<void> {
  const sheets = page.getByRole('region', { name: '本机的填报' }).getByRole('listitem').filter({ hasText: '已答' })
  await expect(sheets).toHaveCount(1)
  await expect(sheets).toContainText('已答 1/75')
}

test('files that are broken, foreign or forged are refused with a Chinese sentence; the drafts stay as they are', async ({
  page,
}) => {
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  await importDraft(page, draft)
  await page.getByRole('link', { name: '开始', exact: true }).click()
  await expectDraftsUnchanged(page)
  for (const [what, content, sentence] of REFUSED) {
    await test.step(what, async () => {
      await openFile(page, content)
      const alert = page.getByRole('alert')
      await expect(alert).toContainText('这个文件没有打开')
      await expect(alert).toContainText(sentence)
      await expect(alert).toContainText('本机原有的填报没有改动')
      await expect(page).toHaveURL('/')
      await expectDraftsUnchanged(page)
    })
  }
  await page.reload()
  await expectDraftsUnchanged(page)
  await page.getByRole('link', { name: /^继续填报/ }).click()
  await page.getByRole('link', { name: 'S1 竞争合作优势' }).click()
  await expect(rung(page, 'S1.1', 2)).toBeChecked()
  expect(faults).toEqual([])
})

test('a submission with a forged result is scored again, and the computed result counts', async ({ page }) => {
  await page.goto('/')
  const result = { ...submission.result, tier: { low: 10, high: 10 } }
  await openFile(page, seal({ ...submission, result }))
  await expect(page.getByRole('alert')).toContainText('复算不一致')
  await expect(page.getByRole('alert')).toContainText('tier/low')
  await expectResult(page, referenceScore(answers, 'discrete'))
})

const SCRIPT = '<img src=x onerror="window.broken=1"><script>window.broken=1</script>'
const TEMPLATE = '{{1+1}}${1+1}'

test('texts that look like code are shown as plain text from the list to the result, and nothing of them runs', async ({
  page,
}) => {
  const name = `${SCRIPT}${TEMPLATE}有限公司`
  const reason = `没有仿真${SCRIPT}${TEMPLATE}`
  const extra = {
    'profile.park': SCRIPT,
    'profile.mainProducts': TEMPLATE,
    'tail.aiNeeds': `${SCRIPT}${TEMPLATE}`,
    'tail.systems': [{ systemName: SCRIPT, category: TEMPLATE, [SCRIPT]: 1 }],
    'tail.difficulties': [SCRIPT],
  }
  const texts = { name, contact: SCRIPT, phone: TEMPLATE, extra }
  const all = { ...answers, 'C1.3': { notApplicable: reason }, 'C1.1': 2, 'C1.2': 2, 'C2.7': 2 }
  await importDraft(page, makeDraftFile({ profile: { ...FIRM, ...texts }, answers: all }))
  await expect(page.getByText(name)).toBeVisible()
  await page.getByRole('link', { name: '企业基本信息' }).click()
  await expect(page.getByLabel('企业名称')).toHaveValue(name)
  await page.getByRole('link', { name: '保存并继续' }).click()
  await page.getByRole('link', { name: '企业补充信息' }).click()
  await expect(page.getByRole('textbox', { name: '所在园区' })).toHaveValue(SCRIPT)
  await page.getByRole('link', { name: '任务清单' }).click()
  await page.getByRole('link', { name: '需求与困难' }).click()
  await expect(page.getByRole('textbox', { name: '对人工智能的其他需求或想法' })).toHaveValue(`${SCRIPT}${TEMPLATE}`)
  await page.getByRole('link', { name: '检查与提交' }).click()
  await page.getByText(/^新型能力/).click()
  await expect(page.getByRole('cell', { name: `不适用：${reason}` })).toBeVisible()
  await submit(page)
  await expect(page.getByText(name).last()).toBeVisible()
  await page.goto('/')
  await expect(page.getByRole('heading', { name })).toBeVisible()
  expect(await page.evaluate(() => 'broken' in window)).toBe(false)
})

test('a sealed draft with answers of every wrong shape opens, counts them as unanswered, and can be put right', async ({
  page,
}) => {
  const faults: string[] = []
  page.on('pageerror', ({ message }) => faults.push(message))
  const shapes = [
    null,
    'x',
    -1,
    99,
    1e308,
    true,
    [],
    {},
    [[1]],
    { notApplicable: 7 },
    { notApplicable: '' },
    ['x', 'x'],
  ]
  const more = [
    { numerator: 'a', denominator: null },
    { numerator: 1, denominator: 0 },
    { current: 'x', year: 'y' },
  ]
  const odd = Object.fromEntries(
    INDICATOR_PAGES.flatMap(({ elements }) => elements).map(({ name }, at) => {
      const all = [...shapes, ...more]
      return [name, all[at % all.length]]
    }),
  )
  await importDraft(page, makeDraftFile({ answers: { ...odd, 'X9.9': 3 } as never }))
  for (const { name, title } of INDICATOR_PAGES) {
    await page
      .getByRole('link', { name: '任务清单' })
      .or(page.getByRole('heading', { name: '任务清单' }))
      .first()
      .click()
    await page.getByRole('link', { name: `${name} ${title}` }).click()
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
    await expect(page.getByRole('alert')).toHaveCount(0)
  }
  await page.getByRole('link', { name: '任务清单' }).click()
  await page.getByRole('link', { name: '检查与提交' }).first().click()
  await expect(page.getByRole('heading', { name: /^提交前需要改正/ })).toBeVisible()
  await expect(page.getByText('不再询问，不计入结果，仍保留在草稿中：X9.9')).toBeVisible()
  await page.getByRole('link', { name: /^S1\.1：/ }).click()
  await card(page, 'S1.1').getByRole('radio', { name: '2 级基本达成' }).check()
  await expectSaved(page)
  expect(faults).toEqual([])
})
