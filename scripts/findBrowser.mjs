import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'

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
  const isDebian = existsSync('/usr/bin/apt-get')
  if (isDebian && process.getuid?.() === 0) {
    console.log('浏览器：没有找到 Chromium，用 apt-get 安装 chromium ……')
    const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
    execFileSync('apt-get', ['update', '-qq'], quiet)
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], quiet)
    return findBrowser()
  }
  console.log('浏览器：没有找到 Chromium，用 Playwright 安装 ……')
  execFileSync('npx', ['playwright', 'install', 'chromium'], { stdio: 'inherit' })
  return undefined // Playwright knows its own.
}

/** As root there is no sandbox to be had; and nothing of the browser's own may call outside. */
export const BROWSER_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]
