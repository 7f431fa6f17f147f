import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { digest } from '#digest'
import { packSubmission } from '#core/oversight/submission'
import { loadGuangxi } from '../tests/support/build'
import { openBrowser, serveApp } from './browser.mjs'
import { median, tell } from './figures.mjs'

/*
 * 报告文件 — from the click to 已核对并保存, in the built app: all 75 indicators answered, peers at hand, so charts, making and
 * reading back are all in it. The first of each kind loads its libraries and fonts; the warm ones do not.
 */

const WARM = 7
const KINDS = [
  { button: 'PDF 完整报告', name: 'PDF', warmAtMost: 500, sizeAtMost: 200 },
  { button: '一页纸 PDF', name: 'one page' },
  { button: 'Word', name: 'DOCX', warmAtMost: 300 },
  { button: 'Excel', name: 'XLSX' },
  { button: 'CSV', name: 'CSV' },
] as const

const edition = loadGuangxi()
const { examples } = JSON.parse(readFileSync('questionnaires/guangxi-2024/examples.json', 'utf8')) as {
  examples: { profile: { productionType: string }; answers: Record<string, never> }[]
}
const { answers, profile } = examples.find((example) => Object.keys(example.answers).length === 75)!
const sealed = packSubmission(
  edition,
  {
    id: 'bench',
    revision: 1,
    form: 'full',
    profile: {
      ...profile,
      name: '示例机械有限公司',
      city: '450200',
      county: '450203',
      industry: '20',
      staff: 320,
      revenue: 215_000_000,
    },
    answers,
    startedAt: '2026-06-01T00:00:00.000Z',
    submittedAt: '2026-06-02T00:00:00.000Z',
    minutes: 60,
    sample: true,
  },
  'bench',
  digest,
)
const folder = mkdtempSync(join(tmpdir(), 'shidang-bench-'))
const cli = (...args: string[]): Buffer => execFileSync('npx', ['tsx', 'cli/main.ts', ...args])
cli('synth', '--firms', '2000', '--seed', '1', '--edition', edition.id, '--out', join(folder, 'firms'))
cli(
  'peers',
  join(folder, 'firms'),
  '--source',
  '示例数据',
  '--as-of',
  '2026-08-31',
  '--out',
  join(folder, 'peers.json'),
)
writeFileSync(join(folder, 'sheet.json'), JSON.stringify(sealed))

async function openFile(page: Page, path: string): Promise<void> {
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '打开文件' }).click()
  await (await chooser).setFiles(path)
}

async function makeOnce(page: Page, button: string): Promise<{ readonly time: number; readonly bytes: number }> {
  const download = page.waitForEvent('download')
  const start = performance.now()
  await page.getByRole('button', { name: button, exact: true }).click()
  const file = await download
  const time = performance.now() - start
  await page.getByText('已核对并保存').waitFor()
  return { time, bytes: statSync(await file.path()).size }
}

const server = await serveApp(4391)
const browser = await openBrowser()
try {
  const figures = []
  const page = await (await browser.newContext({ locale: 'zh-CN', acceptDownloads: true })).newPage()
  await page.goto(server.address)
  await openFile(page, join(folder, 'peers.json'))
  await page.getByText('同类组数据').first().waitFor()
  await openFile(page, join(folder, 'sheet.json'))
  await page.getByRole('heading', { name: '报告文件' }).waitFor()
  await page.waitForLoadState('networkidle')
  for (const { button, name, ...aims } of KINDS) {
    const first = await makeOnce(page, button)
    const warm: number[] = []
    for (let run = 0; run < WARM; run++) warm.push((await makeOnce(page, button)).time)
    figures.push(
      { name: `${name}, first`, value: first.time, unit: 'ms' },
      {
        name: `${name}, warm`,
        value: median(warm),
        unit: 'ms',
        ...('warmAtMost' in aims ? { atMost: aims.warmAtMost } : {}),
      },
      {
        name: `${name}, size`,
        value: first.bytes / 1000,
        unit: 'kB',
        ...('sizeAtMost' in aims ? { atMost: aims.sizeAtMost } : {}),
      },
    )
  }
  tell(figures)
} finally {
  await browser.close()
  server.stop()
}
