import AxeBuilder from '@axe-core/playwright'
import { type Page } from '@playwright/test'

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/**
 * What axe finds on the page as it stands, each with its first place. The window is drawn as high as the page for it: axe
 * would take a link that is just scrolled half under a bar for one that is too small.
 */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  const viewport = page.viewportSize()!
  const height = await page.evaluate(() => document.documentElement.scrollHeight)
  await page.setViewportSize({ ...viewport, height: Math.max(height, viewport.height) })
  // Legacy mode: there are no frames, and the other mode opens a second page for every look.
  const axe = new AxeBuilder({ page })
    .setLegacyMode(true)
    .options({ resultTypes: ['violations'] })
    .withTags(WCAG)
  const { violations } = await axe.analyze()
  await page.setViewportSize(viewport)
  return violations.map(({ id, nodes }) => `${id} ×${nodes.length}: ${nodes[0]?.target.join(' ')}`)
}
