// Draws public/icons/*.png from public/icon.svg, in Chromium. Run it after the mark was changed: node scripts/makeIcons.mjs
import { mkdirSync, readFileSync } from 'node:fs'
import { chromium } from '@playwright/test'
import { BROWSER_ARGUMENTS, findBrowser } from './findBrowser.mjs'

const mark = readFileSync('public/icon.svg', 'utf8')
/** A maskable icon is cut to any shape: no rounded corners of its own, the mark within the inner 80 % (a circle). */
const maskable = mark
  .replace(/rx="\d+"/, 'rx="0"')
  .replace(/(<rect[^>]*>)(.*)(<\/svg>)/s, '$1<g transform="translate(5.76 5.76) scale(.82)">$2</g>$3')

mkdirSync('public/icons', { recursive: true })
const path = findBrowser()
const browser = await chromium.launch({
  args: BROWSER_ARGUMENTS,
  ...(path === undefined ? {} : { executablePath: path }),
})
for (const [name, size, svg] of [
  ['icon-192', 192, mark],
  ['icon-512', 512, mark],
  ['icon-maskable-512', 512, maskable],
  ['apple-touch-icon', 180, maskable],
]) {
  const page = await browser.newPage({ viewport: { width: size, height: size } })
  await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`)
  await page.screenshot({ path: `public/icons/${name}.png`, omitBackground: true })
  await page.close()
}
await browser.close()
