import { expect, type Locator, type Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { digest } from '../../src/digest.ts'
import { completeCreditCode } from '../../src/core/creditCode.ts'
import { parseEdition, type Edition } from '../../src/core/diagnosis/edition.ts'
import { type Peers } from '../../src/core/diagnosis/peerFile.ts'
import { type Profile } from '../../src/core/diagnosis/profile.ts'
import { listParents, parseDivisions } from '../../src/core/division.ts'
import { packDraft, type DraftContent, type DraftFile } from '../../src/core/oversight/draftFile.ts'
import { describePeer, gatherPeers } from '../../src/core/oversight/peers.ts'
import {
  openSubmission,
  packSubmission,
  stampEdition,
  type SheetToSubmit,
  type Submission,
} from '../../src/core/oversight/submission.ts'
import {
  randomSheet,
  type Answer,
  type Answers,
  type ProductionType,
  type Range,
  type ReferenceResult,
} from '../support/referenceScorer.ts'

const FOLDER = 'questionnaires/guangxi-2024'

function readEditionFile(name: string): unknown {
  return JSON.parse(readFileSync(`${FOLDER}/${name}.json`, 'utf8'))
}

/** One question of survey.json, as far as a person with a mouse needs it. */
interface Question {
  readonly type: string
  readonly name: string
  readonly title: string
  readonly measure?: {
    readonly form: 'ratio' | 'growth' | 'reduction'
    readonly numerator: { readonly label: string }
    readonly denominator: { readonly label: string }
  }
  readonly choices?: readonly { readonly value: string; readonly text: string }[]
  readonly rows?: readonly { readonly value: string; readonly text: string }[]
}

const survey = readEditionFile('survey') as {
  readonly pages: readonly { readonly name: string; readonly title: string; readonly elements: readonly Question[] }[]
}
const LEVEL_NAMES = (
  readEditionFile('scoring') as { readonly levels: readonly { readonly name: string }[] }
).levels.map(({ name }) => name)

/** The pages of the form in their order, with the questions they ask of everybody. */
export const PAGES = survey.pages
export const INDICATOR_PAGES = PAGES.filter(({ name }) => name !== 'profile' && name !== 'tail')

let edition: Edition | undefined

/** The edition as the program reads it, for the stamps of made-up files. */
export function loadEdition(): Edition {
  return (edition ??= parseEdition({
    scoring: readEditionFile('scoring'),
    survey: readEditionFile('survey'),
    advice: readEditionFile('advice'),
  }))
}

/** Uniform numbers in [0, 1) that repeat with their seed (mulberry32). */
export function seeded(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A random sheet in which most questions are answered: the first such one from this seed on. */
export function mostlyFullSheet(seed: number, productionType: ProductionType): Answers {
  for (let next = seed; ; next++) {
    const sheet = randomSheet(seeded(next), productionType)
    if (Object.keys(sheet).length >= 70) return sheet
  }
}

/** A made-up firm. The code has the right check character and stands for nobody. */
export const FIRM: Profile = {
  name: '桂柳星河机械示范有限公司',
  creditCode: '91450200XX00000430',
  city: '450200',
  county: '450203',
  industry: '34',
  productionType: 'discrete',
  staff: 320,
  revenue: 215_000_000,
  figuresYear: new Date().getFullYear() - 1,
  contact: '填报岗位甲',
  phone: '0772-0000000',
}

/** A draft file as another computer would have exported it. */
export function makeDraftFile(content: Partial<DraftContent> = {}): DraftFile {
  return packDraft(
    {
      sheetId: '01900000-0000-7000-8000-000000000001',
      revision: 1,
      form: 'full',
      edition: stampEdition(loadEdition(), digest),
      profile: FIRM,
      answers: {},
      startedAt: '2026-01-05T01:00:00.000Z',
      updatedAt: '2026-01-05T02:00:00.000Z',
      minutes: 42,
      ...content,
    },
    digest,
  )
}

/** A submission file as another computer would have exported it. */
export function makeSubmission(content: Partial<SheetToSubmit> = {}): Submission {
  return packSubmission(
    loadEdition(),
    {
      id: '01900000-0000-7000-8000-000000000001',
      revision: 1,
      form: 'full',
      profile: FIRM,
      answers: mostlyFullSheet(11, 'discrete'),
      startedAt: '2026-01-05T01:00:00.000Z',
      submittedAt: '2026-01-05T02:00:00.000Z',
      minutes: 42,
      ...content,
    },
    '0.1.0',
    digest,
  )
}

/** How many firms the group of our made-up firm has. */
export const PEER_COUNT = 14

/** Groups of made-up firms like ours, as `cli -- peers` would write them: marked as 示例数据 as their firms are. */
export function makePeers(): Peers {
  const divisions = parseDivisions(JSON.parse(readFileSync('src/reference/divisions.json', 'utf8')))
  const firms = Array.from({ length: PEER_COUNT }, (_, at) => {
    const submission = makeSubmission({
      id: `sample-${at}`,
      // A firm is its credit code: twenty sheets of one would be one firm.
      profile: { ...FIRM, creditCode: completeCreditCode(`91450200XX${String(1000 + at).padStart(6, '0')}`) },
      answers: mostlyFullSheet(100 + 10 * at, 'discrete'),
      sample: true,
    })
    return describePeer(openSubmission(submission, [loadEdition()], digest))!
  })
  const source = {
    edition: stampEdition(loadEdition(), digest),
    engine: '0.1.0',
    area: '450000',
    source: '测试用示例企业',
    asOf: '2026-01-31',
    parentOf: listParents(divisions),
  }
  return gatherPeers(firms, source, digest).peers
}

/** Opens a peers file on the start page, which keeps it for later. */
export async function keepPeers(page: Page, peers = makePeers()): Promise<void> {
  await page.goto('/')
  await openFile(page, peers, '同类组.json')
  await expect(page.getByText('同类组数据已存在本机（示例数据）')).toBeVisible()
}

/** The first visit: until the page says that it needs no network any more. */
export async function visitForOffline(page: Page): Promise<void> {
  await page.goto('/')
  await expect(page.getByText('已就绪，断网也能填报和生成报告')).toBeVisible({ timeout: 60_000 })
}

/** Chooses a file on the start page as a person does, by the button 打开文件. */
export async function openFile(page: Page, content: unknown, name = '文件.shidang.json'): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '打开文件' }).click()
  const buffer = Buffer.isBuffer(content)
    ? content
    : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content))
  await (await chooser).setFiles({ name, mimeType: 'application/json', buffer })
}

/** Opens a draft file and stands on its task list. */
export async function importDraft(page: Page, file: DraftFile): Promise<void> {
  await page.goto('/')
  await openFile(page, file)
  await expect(page.getByRole('heading', { name: '任务清单' })).toBeVisible()
}

/** What a download holds, as JSON. */
export async function readDownload(page: Page, click: () => Promise<void>): Promise<Record<string, unknown>> {
  const download = page.waitForEvent('download')
  await click()
  return JSON.parse(readFileSync(await (await download).path(), 'utf8')) as Record<string, unknown>
}

/* Answering, with mouse and keys. */

export function card(page: Page, id: string): Locator {
  return page.getByRole('group', { name: new RegExp(`^${id.replace('.', '\\.')} `) })
}

/** The radio of a ladder's value: 2.5 is 3 级部分达成. */
export function rung(page: Page, id: string, value: number): Locator {
  const name = value === 0 ? '尚未开展' : `${Math.ceil(value)} 级${Number.isInteger(value) ? '基本达成' : '部分达成'}`
  return card(page, id).getByRole('radio', { name, exact: true })
}

function findQuestion(id: string): Question {
  return PAGES.flatMap(({ elements }) => elements).find(({ name }) => name === id)!
}

/**
 * Gives one answer by clicking and typing what stands for it on the screen. A change over three years is typed as the
 * value now and then, which leads to the answer only when both have at most four decimals.
 */
export async function give(page: Page, id: string, answer: Answer): Promise<void> {
  const field = card(page, id)
  const question = findQuestion(id)
  if (answer === 'unknown') {
    await field.getByRole('button', { name: '不掌握' }).click()
  } else if (typeof answer === 'number' && question.type === 'ladder') {
    await rung(page, id, answer).check()
  } else if (typeof answer === 'number') {
    await field.getByRole('button', { name: '直接填百分比' }).click()
    const label = { ratio: '占比', growth: '提升', reduction: '下降' }[question.measure!.form]
    await field.getByRole('textbox', { name: label, exact: true }).fill(String(answer))
  } else if (Array.isArray(answer)) {
    const names = answer as readonly string[]
    if (names.length === 0) await field.getByRole('checkbox', { name: '以上都没有' }).check()
    for (const { value, text } of question.choices!) {
      if (names.includes(value)) await field.getByRole('checkbox', { name: text }).check()
    }
  } else if ('notApplicable' in answer) {
    await field.getByRole('button', { name: '不适用', exact: true }).click()
    await field.getByRole('textbox', { name: '不适用的理由（必填）' }).fill(String(answer.notApplicable))
  } else if (question.type === 'rate') {
    const { numerator, denominator, year } = answer as { numerator: number; denominator: number; year?: number }
    const { form, numerator: upper, denominator: lower } = question.measure!
    const first = form === 'ratio' ? numerator : form === 'growth' ? denominator + numerator : denominator - numerator
    await field.getByLabel(upper.label, { exact: true }).fill(String(first))
    await field.getByLabel(lower.label, { exact: true }).fill(String(denominator))
    if (year !== undefined) await field.getByLabel('数据年份').selectOption(String(year))
  } else {
    for (const { value, text } of question.rows!) {
      const level = (answer as Readonly<Record<string, number | 'notApplicable'>>)[value]
      if (level === undefined) continue
      const choice =
        level === 'notApplicable' ? '不适用' : level === 0 ? '未开展' : `${level} 级 ${LEVEL_NAMES[level - 1]}`
      await field.getByRole('radio', { name: `${text}：${choice}`, exact: true }).check()
    }
  }
}

/** 已保存, with its time: said only when the last change is on disk. */
export async function expectSaved(page: Page): Promise<void> {
  await expect(page.getByText(/已保存 \d{2}:\d{2}:\d{2}（仅本机）/)).toBeVisible()
}

export async function fillFirm(page: Page, { name, creditCode }: { name: string; creditCode: string }): Promise<void> {
  await page.getByLabel('企业名称').fill(name)
  await page.getByLabel('统一社会信用代码').fill(creditCode)
  await page.getByLabel('所在市').selectOption({ label: '柳州市' })
  await page.getByLabel('所在县（市、区）').selectOption({ label: '鱼峰区' })
  await page.getByLabel(/^行业大类/).selectOption('34')
  await page.getByRole('radio', { name: /^离散制造/ }).check()
  await page.getByLabel('从业人员（人）').fill('320')
  await page.getByLabel('营业收入（万元）').fill('21,500')
  await page.getByLabel('以上两项的年份').selectOption(String(FIRM.figuresYear))
  await page.getByLabel('填报联系人').fill(FIRM.contact!)
  await page.getByLabel('联系电话').fill(FIRM.phone!)
}

/** From the start page to the profile of a new sheet. */
export async function begin(page: Page, form: '完整诊断' | '快速自测' = '完整诊断'): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: `开始${form}` }).click()
  await expect(page.getByRole('heading', { name: '企业信息', level: 1 })).toBeVisible()
}

export function draftAddress(page: Page): string {
  return /\/diagnosis\/[^/]+/.exec(new URL(page.url()).pathname)![0]
}

/** The range beside the questionnaire: “3—7 档” or “4 档”. */
export async function readLiveRange(page: Page): Promise<Range> {
  const text = await page.getByTestId('tier-range').innerText()
  const [low, high = low] = (/^(\d+)(?:—(\d+))? 档$/.exec(text) ?? []).slice(1).filter((part) => part !== undefined)
  if (low === undefined) throw new Error(`not a range of tiers: ${text}`)
  return { low: Number(low), high: Number(high) }
}

/** From the check page over the pledge to the result. */
export async function submit(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: /^本企业承诺/ }).check()
  await page.getByRole('button', { name: '提交诊断' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '提交并锁定' }).click()
  await expect(page.getByRole('button', { name: '导出报送包' })).toBeVisible()
}

/** The result page says what the oracle computed: tier, level and score. */
export async function expectResult(page: Page, { tier, level, score }: ReferenceResult): Promise<void> {
  const place = tier.low === tier.high ? `第 ${tier.low} 档` : `第 ${tier.low}—${tier.high} 档`
  const names = [...new Set([LEVEL_NAMES[level.low - 1], LEVEL_NAMES[level.high - 1]])].join('至')
  await expect(page.getByRole('heading', { name: new RegExp(`${place}\\s*${names}`) })).toBeVisible()
  const shown = await page.locator('.score .figure').innerText()
  const [low = NaN, high = low] = shown.split('—').map(Number)
  expect(low).toBeCloseTo(score.low, 0)
  expect(high).toBeCloseTo(score.high, 0)
}
