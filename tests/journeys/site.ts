import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import sirv from 'sirv'
import { CONTENT_SECURITY_POLICY } from '../../scripts/contentSecurityPolicy.mjs'

const FOLDER = process.env['JOURNEY_DIST'] ?? 'dist'

/** A server of the built app that can be cut off, deployed to, and lose files: what journeys about offline and updates need. */
export interface Site {
  readonly address: string
  /** From now on every request fails, as without a network. */
  readonly cut: () => void
  readonly mend: () => void
  /** Puts another version up: the same program with other words in its page, under a new service worker. */
  readonly deploy: (name: string) => void
  /** Answers requests for what matches with 404. */
  readonly lose: (lost: RegExp) => void
  readonly close: () => Promise<void>
}

export async function startSite(host = 'localhost'): Promise<Site> {
  const files = sirv(FOLDER, { gzip: true, single: true, dev: true })
  let isCut = false
  let version = ''
  let lost: RegExp | undefined
  const server: Server = createServer((request, response) => {
    if (isCut) return void request.socket.destroy()
    const path = (request.url ?? '/').split('?')[0]!
    response.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
    response.setHeader('Cache-Control', 'no-cache')
    if (lost?.test(path) === true) return void response.writeHead(404).end()
    if (version !== '' && path === '/sw.js') return send(response, 'text/javascript', alterWorker(version))
    if (version !== '' && path === '/index.html') return send(response, 'text/html', alterPage(version))
    files(request, response, () => void response.writeHead(404).end())
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return {
    address: `http://${host}:${(server.address() as AddressInfo).port}`,
    cut: () => {
      isCut = true
      server.closeAllConnections()
    },
    mend: () => {
      isCut = false
    },
    deploy: (name) => {
      version = name
    },
    lose: (pattern) => {
      lost = pattern
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function send(response: ServerResponse, type: string, text: string): void {
  response.writeHead(200, { 'Content-Type': `${type}; charset=utf-8` }).end(text)
}

/** As the build would have written it, had the page changed: the page's revision is another one. */
function alterWorker(name: string): string {
  const text = readFileSync(`${FOLDER}/sw.js`, 'utf8')
  const altered = text.replace(/url:"index\.html",revision:"[0-9a-f]+"/, `url:"index.html",revision:"${name}"`)
  if (altered === text) throw new Error('index.html is not in the service worker')
  return altered
}

function alterPage(name: string): string {
  return readFileSync(`${FOLDER}/index.html`, 'utf8').replace(
    '<meta name="description"',
    `<meta name="version" content="${name}" /><meta name="description"`,
  )
}
