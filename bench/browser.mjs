import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
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

/** A .gz beside every text file, as our own build writes it: what is compared is served the same way. */
export function packFolder(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) packFolder(path)
    else if (/\.(js|css|html)$/.test(name)) writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
  }
}

/** Any folder of static files; packed ones where they are. */
export async function serveFolder(folder, port) {
  const server = createServer(sirv(folder, { gzip: true }))
  await new Promise((resolve) => server.listen(port, resolve))
  return { address: `http://localhost:${port}`, stop: () => server.close() }
}

/** Changes fields of a stored sheet behind the page's back: quicker than answering 75 questions by clicks. */
export function changeDraft(page, id, fields) {
  return page.evaluate(
    ([id, fields]) =>
      new Promise((resolve, reject) => {
        const request = indexedDB.open('shidang')
        request.onerror = () => reject(request.error)
        request.onsuccess = () => {
          const transaction = request.result.transaction('drafts', 'readwrite')
          const drafts = transaction.objectStore('drafts')
          drafts.get(id).onsuccess = ({ target }) => drafts.put({ ...target.result, ...fields })
          transaction.oncomplete = () => {
            request.result.close()
            resolve()
          }
        }
      }),
    [id, fields],
  )
}
