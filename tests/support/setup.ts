import 'fake-indexeddb/auto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterEach } from 'vitest'

/** The built-in editions are fetched as data; here the disk answers instead of a server. Everything else goes out as ever. */
const ROOT = resolve(import.meta.dirname, '../..')
const fetchOutside = globalThis.fetch
globalThis.fetch = (async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
  const address = input instanceof Request ? input.url : String(input)
  const path = /^\/questionnaires\/[\w.-]+\/[\w.-]+\.json$/.exec(address)?.[0]
  // A test that wants a hub or peers puts its own in place of this: there is no site behind a relative address.
  if (path === undefined && address.startsWith('/')) throw new TypeError('Failed to fetch')
  if (path === undefined) return fetchOutside(input, init)
  const file = join(ROOT, path)
  return existsSync(file) ? new Response(readFileSync(file, 'utf8')) : new Response('', { status: 404 })
}) as typeof fetch

/**
 * Work that a screen of the last test left under way would call its own store, which Pinia then takes for the active one in the
 * middle of the next test. It comes to its end here. The turns are of the real clock, whatever a test has faked.
 */
const nextTurn = globalThis.setImmediate
afterEach(async () => {
  for (let turn = 0; turn < 200; turn++) await new Promise((settle) => nextTurn(settle))
})
