import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { chromium } from '@playwright/test'
import sirv from 'sirv'
import { BROWSER_ARGUMENTS, findBrowser } from '../scripts/findBrowser.mjs'

/** A slow clerk's computer: a quarter of the speed of this one. */
export const SLOWDOWN = 4

export function openBrowser() {
  return chromium.launch({ executablePath: findBrowser(), args: BROWSER_ARGUMENTS })
}

/** The built app as `npm start` serves it. Gives back its address and how to stop it. */
export async function serveApp(port) {
  const server = spawn('node', ['scripts/serve.mjs'], {
    env: { ...process.env, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve, reject) => {
    server.stdout.once('data', resolve)
    server.once('exit', (status) => reject(new Error(`scripts/serve.mjs ended with status ${status}`)))
  })
  return { address: `http://localhost:${port}`, stop: () => server.kill() }
}

/** Any folder of static files. */
export async function serveFolder(folder, port) {
  const server = createServer(sirv(folder))
  await new Promise((resolve) => server.listen(port, resolve))
  return { address: `http://localhost:${port}`, stop: () => server.close() }
}
