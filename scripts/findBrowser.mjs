import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { installPackages } from './installPackages.mjs'

const KNOWN_PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The Chromium for journeys and benches: $CHROMIUM_PATH, else an installed one; undefined when there is neither. */
export function findBrowser() {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROMIUM_PATH 指向的文件不存在：${named}`)
    return named
  }
  return KNOWN_PATHS.find((path) => existsSync(path))
}

/** The same, installing one where there is none: from Debian's packages as root, else Playwright's own. Says what it does. */
export function installBrowser() {
  const found = findBrowser()
  if (found) {
    console.log(`浏览器：${found}`)
    return found
  }
  console.log('浏览器：没有找到 Chromium，用 apt-get 安装 chromium ……')
  if (installPackages(['chromium', 'fonts-noto-cjk'])) return findBrowser()
  console.log('浏览器：没有找到 Chromium，用 Playwright 安装 ……')
  execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' })
  return undefined // Playwright knows its own.
}

/** Chromium 109, the last one for Windows 7 and 8.1, unpacked from its npm package. Linux on x64 only; elsewhere undefined. */
export async function unpackOldBrowser() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined
  return createRequire(import.meta.url)('@sparticuz/chromium').executablePath()
}

/** What the old one needs besides: it comes without a zygote and without a GPU process of its own. */
export const OLD_BROWSER_ARGUMENTS = ['--no-zygote', '--in-process-gpu']

/** As root there is no sandbox to be had; and nothing of the browser's own may call outside. */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
