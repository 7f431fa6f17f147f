import { expect, test, type Locator, type Page } from '@playwright/test'
import { findBarriers } from './barriers.ts'
import {
  card,
  draftAddress,
  expectSaved,
  FIRM,
  importDraft,
  keepPeers,
  makeDraftFile,
  makeSubmission,
  mostlyFullSheet,
  openFile,
  PAGES,
  PEER_COUNT,
  readDownload,
  rung,
  submit,
} from './support.ts'

/** Every page of the program in the order of a diagnosis; `look` is called when a page stands. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto('/')
  await expect(page.getByRole('button', { name: '开始完整诊断' })).toBeVisible()
  await look('start, empty')
  await keepPeers(page)
  await look('start, with peers')
  // With gaps, 不掌握, 不适用 and figures half typed, so that every kind of notice is on the pages.
  const answers = {
    ...mostlyFullSheet(3, 'discrete'),
    'S1.2': 'unknown',
    'C1.1': { notApplicable: '' },
    'T1.1': { numerator: 3 },
  }
  await importDraft(page, makeDraftFile({ answers: answers as never, profile: RARE_FIRM }))
  await look('tasks')
  const draft = draftAddress(page)
  await page.goto('/')
  await expect(page.getByRole('link', { name: /^继续填报/ })).toBeVisible()
  await look('start, with drafts')
  await page.getByRole('button', { name: '清除本机数据' }).click()
  await look('dialog')
  await page.keyboard.press('Escape')
  await page.goto(`${draft}/profile`)
  await expect(page.getByRole('heading', { level: 1, name: '企业信息' })).toBeVisible()
  await look('profile')
  await page.goto(`${draft}/page/${PAGES[0]!.name}`)
  for (const [at, { name, title }] of PAGES.entries()) {
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible()
    await expect(page.getByRole('group').first()).toBeVisible()
    await look(`page ${name}`)
    const next = PAGES[at + 1]
    const link = next === undefined ? '检查与提交' : `下一页：${next.title}`
    await page.getByRole('link', { name: link }).click()
  }
  await expect(page.getByRole('heading', { level: 1, name: '检查与提交' })).toBeVisible()
  for (const summary of await page.locator('summary').all()) await summary.click()
  await look('check, with faults')
  await page.goto(`${draft}/page/C1`)
  await card(page, 'C1.1').getByRole('textbox').fill('没有产品设计')
  await page.getByRole('link', { name: '任务清单' }).click()
  await page.getByRole('link', { name: 'T1 数据' }).click()
  await card(page, 'T1.1').getByRole('button', { name: '不掌握' }).click()
  await expectSaved(page)
  await page.goto(`${draft}/check`)
  await submit(page)
  await expect(page.locator('.score .figure')).toBeVisible()
  await look('result')
  await expect(page.getByRole('region', { name: '与同类企业比较' })).toContainText(`${PEER_COUNT} 家`)
  await page.getByRole('region', { name: '得分明细' }).getByRole('button', { name: '全部展开' }).click()
  await page.getByRole('tab').nth(1).click()
  for (const summary of await page.locator('main summary').filter({ visible: true }).all()) await summary.click()
  await look('result, with peers and all unfolded')
  await page.getByRole('button', { name: '一页纸 PDF' }).click()
  await expect(page.getByRole('dialog', { name: '有些字印不出来' })).toBeVisible({ timeout: 60_000 })
  await look('result, dialog about characters')
  await page.getByRole('button', { name: '仍然保存' }).click()
  await expect(page.getByText('已核对并保存')).toBeVisible()
  const sealed = await readDownload(page, () => page.getByRole('button', { name: '导出报送包' }).click())
  await page.goto(`${draft}/page/S1`)
  await expect(page.getByText('这份填报已提交并锁定')).toBeVisible()
  await look('locked page')
  await page.goto('/')
  await openFile(page, '{"a":')
  await expect(page.getByRole('alert')).toBeVisible()
  await look('start, with a refusal')
  await openFile(page, sealed)
  await expect(page.locator('.score .figure')).toBeVisible()
  await look('opened')
  await page.getByRole('link', { name: '前后对比' }).click()
  await expect(page.getByText('本机只有这家企业的这一份已提交的填报')).toBeVisible()
  await look('compare, one sheet')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: '打开另一份报送包…' }).click()
  const other = makeSubmission({ answers: mostlyFullSheet(11, 'discrete'), profile: RARE_FIRM })
  const buffer = Buffer.from(JSON.stringify(other))
  await (await chooser).setFiles({ name: '报送包.json', mimeType: 'application/json', buffer })
  await expect(page.getByRole('region', { name: '哪些回答变了' })).toBeVisible()
  for (const button of await page.getByRole('button', { name: /^显示全部/ }).all()) await button.click()
  await look('compare')
}

/** With a character that no font of ours has. */
const RARE_FIRM = { ...FIRM, name: '柳州喆堃䶮𠮷机械示范有限公司' }

/** Pages with other questions than ladders, and one with nothing else: between them every kind of field. */
const SAMPLE = new Set(
  PAGES.filter(({ name, elements }) => name === 'S1' || elements.some(({ type }) => type !== 'ladder')).map(
    ({ name }) => `page ${name}`,
  ),
)

for (const [viewport, type, isWhole] of [
  [{ width: 1280, height: 900 }, '', true],
  [{ width: 390, height: 844 }, '', false],
  [{ width: 1280, height: 900 }, ' in 大字版', false],
  [{ width: 390, height: 844 }, ' in 大字版', true],
] as const) {
  const pages = isWhole ? 'any page' : 'any kind of page'
  test(`axe finds no barrier (WCAG 2.2 A and AA) on ${pages} at ${viewport.width}×${viewport.height}${type}`, async ({
    page,
  }) => {
    test.setTimeout(300_000)
    await page.setViewportSize(viewport)
    if (type !== '') await page.addInitScript(() => localStorage.setItem('shidang.textSize', 'large'))
    const found: Record<string, readonly string[]> = {}
    await walk(page, async (name) => {
      if (!isWhole && name.startsWith('page ') && !SAMPLE.has(name)) return
      const barriers = await findBarriers(page)
      if (barriers.length > 0) found[name] = barriers
    })
    expect(found).toEqual({})
  })
}

for (const type of ['', ', nor at 390 in 大字版']) {
  test(`no page scrolls sideways at 360 pixels${type}`, async ({ page }) => {
    await page.setViewportSize({ width: type === '' ? 360 : 390, height: 740 })
    if (type !== '') await page.addInitScript(() => localStorage.setItem('shidang.textSize', 'large'))
    const tooWide: Record<string, string> = {}
    await walk(page, async (name) => {
      const over = await page.evaluate(() => {
        const room = document.documentElement.clientWidth
        if (document.documentElement.scrollWidth <= room) return ''
        const wide = [...document.querySelectorAll('main *')].filter(
          (one) => one.getBoundingClientRect().right > room + 1,
        )
        return `${document.documentElement.scrollWidth}: ${wide.map((one) => one.tagName + '.' + one.className).slice(0, 4)}`
      })
      if (over !== '') tooWide[name] = over
    })
    expect(tooWide).toEqual({})
  })
}

async function isFocused(locator: Locator): Promise<boolean> {
  return locator.evaluateAll((all) => all.includes(document.activeElement as HTMLElement))
}

/** Whether the eye can tell where the focus is: an outline on the element itself or on the label drawn around it. */
async function expectFocusShown(page: Page): Promise<void> {
  const hidden = await page.evaluate(() => {
    const active = document.activeElement
    if (active === null || active.matches('body, main')) return undefined
    const isShown = [active, active.closest('label')].some((one) => {
      if (one === null) return false
      const { outlineStyle, outlineWidth, opacity } = getComputedStyle(one)
      return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && opacity !== '0'
    })
    return isShown ? undefined : active.outerHTML.slice(0, 160)
  })
  expect(hidden, 'an element that has the focus and does not show it').toBeUndefined()
}

/** Tab until the focus is there; it must be visible at every stop. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < 120; stops++) {
    await page.keyboard.press('Tab')
    await expectFocusShown(page)
    if (await isFocused(target)) return
  }
  throw new Error(`the Tab key does not reach ${target.toString()}`)
}

test('the keyboard alone leads from the start through a page of questions to the check', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('button', { name: '开始完整诊断' })).toBeVisible()

  await test.step('the first Tab stop leads past the header', async () => {
    await page.keyboard.press('Tab')
    const skip = page.getByRole('link', { name: '跳到正文' })
    await expect(skip).toBeFocused()
    await expect(skip).toBeInViewport()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('main')).toBeFocused()
    await page.keyboard.press('Tab')
    await expect(page.getByRole('button', { name: '开始完整诊断' })).toBeFocused()
    await page.keyboard.press('Enter')
  })

  await test.step('the profile', async () => {
    await expect(page.getByRole('heading', { level: 1, name: '企业信息' })).toBeVisible()
    await expect(page.getByRole('main')).toBeFocused()
    await tabTo(page, page.getByLabel('企业名称'))
    await page.keyboard.type('Lijiang')
    await tabTo(page, page.getByLabel('所在市'))
    await page.keyboard.press('ArrowDown')
    await expect(page.getByLabel('所在市')).toHaveValue('450100')
    await tabTo(page, page.getByRole('radio', { name: /^离散制造/ }))
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowDown')
    await expect(page.getByRole('radio', { name: /^流程制造/ })).toBeChecked()
    await tabTo(page, page.getByRole('link', { name: '保存并继续' }))
    await page.keyboard.press('Enter')
  })

  await test.step('a ladder, by arrows', async () => {
    await expect(page.getByRole('heading', { level: 1, name: '任务清单' })).toBeVisible()
    await tabTo(page, page.getByRole('link', { name: 'S3 价值模式' }))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'S3 价值模式' })).toBeVisible()
    await tabTo(page, card(page, 'S3.1').getByRole('radio'))
    await page.keyboard.press('Space')
    await expect(rung(page, 'S3.1', 0)).toBeChecked()
    for (let step = 0; step < 5; step++) {
      await page.keyboard.press('ArrowDown')
      await expectFocusShown(page)
    }
    await expect(rung(page, 'S3.1', 2.5)).toBeChecked()
  })

  await test.step('a rate, by figures', async () => {
    await tabTo(page, card(page, 'S3.2').getByLabel('近三年数字化投入合计'))
    await page.keyboard.type('320')
    await page.keyboard.press('Tab')
    await page.keyboard.type('61200')
    await tabTo(page, card(page, 'S3.2').getByLabel('数据年份'))
    await page.keyboard.press('ArrowDown')
    await expect(card(page, 'S3.2').getByRole('status')).toContainText('0.52%')
  })

  await test.step('不掌握, by the space bar', async () => {
    await tabTo(page, card(page, 'S3.3').getByRole('button', { name: '不掌握' }))
    await page.keyboard.press('Space')
    await expect(card(page, 'S3.3').getByRole('button', { name: '不掌握' })).toHaveAttribute('aria-pressed', 'true')
    await expectSaved(page)
    await expect(page.getByText('3/ 75 项')).toBeVisible()
  })

  await test.step('a checklist, scenes and the way back', async () => {
    await tabTo(page, page.getByRole('link', { name: '下一页：产品创新' }))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: 'C1 产品创新' })).toBeVisible()
    await tabTo(page, page.getByRole('link', { name: '任务清单' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('link', { name: 'B1 业务数字化' }))
    await page.keyboard.press('Enter')
    await tabTo(page, card(page, 'B1.1').getByRole('radio', { name: /^产品设计：/ }))
    await page.keyboard.press('Space')
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('ArrowRight')
    await expect(card(page, 'B1.1').getByRole('radio', { name: '产品设计：2 级 场景级' })).toBeChecked()
    await tabTo(page, page.getByRole('link', { name: '任务清单' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('link', { name: 'T2 技术' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('checkbox', { name: '财务软件' }))
    await page.keyboard.press('Space')
    await expect(card(page, 'T2.6').getByRole('status')).toContainText('已用 1 类')
  })

  await test.step('the check page, and a dialog that gives the focus back', async () => {
    await tabTo(page, page.getByRole('link', { name: '任务清单' }))
    await page.keyboard.press('Enter')
    await tabTo(page, page.getByRole('link', { name: '检查与提交' }))
    await page.keyboard.press('Enter')
    await expect(page.getByRole('heading', { level: 1, name: '检查与提交' })).toBeVisible()
    await tabTo(page, page.locator('summary').first())
    await page.keyboard.press('Enter')
    await expect(page.getByRole('cell', { name: '0.52%' })).toBeVisible()
    await tabTo(page, page.getByRole('checkbox', { name: /^本企业承诺/ }))
    await page.keyboard.press('Space')
    await expect(page.getByRole('checkbox', { name: /^本企业承诺/ })).toBeChecked()
  })
})

test('a dialog takes the focus, keeps it, and gives it back', async ({ page }) => {
  await importDraft(page, makeDraftFile())
  await page.goto('/')
  const wipe = page.getByRole('button', { name: '清除本机数据' })
  await expect(wipe).toBeVisible()
  await tabTo(page, wipe)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('button').first()).toBeFocused()
  for (let stops = 0; stops < 5; stops++) {
    await page.keyboard.press('Tab')
    const isOutside = await page.evaluate(() => document.activeElement?.matches('main *:not(dialog *)') === true)
    expect(isOutside).toBe(false)
  }
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(wipe).toBeFocused()
})

test('on a small screen the bars at the top and the bottom never cover what has the focus', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 700 })
  await importDraft(page, makeDraftFile({ answers: { 'S3.1': 2, 'S3.3': 'unknown' } }))
  await page.goto(`${draftAddress(page)}/page/S3`)
  await expect(card(page, 'S3.3')).toBeVisible()
  const covered: string[] = []
  const last = page.getByRole('link', { name: /^下一页：/ })
  for (const key of ['Tab', 'Shift+Tab']) {
    for (let stops = 0; stops < 40; stops++) {
      await page.keyboard.press(key)
      covered.push(
        ...(await page.evaluate(() => {
          const active = document.activeElement
          const box = active?.getClientRects()[0]
          if (active === null || box === undefined || active.matches('body, main')) return []
          const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)
          const isSeen = top !== null && (active.contains(top) || top.contains(active))
          return isSeen ? [] : [`${active.outerHTML.slice(0, 120)} under ${top?.outerHTML.slice(0, 60)}`]
        })),
      )
      if (key === 'Tab' && (await isFocused(last))) break
    }
  }
  expect([...new Set(covered)]).toEqual([])
})
