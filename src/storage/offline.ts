/**
 * 离线 — what the service worker of this site does. Registered by our own lines instead of the plugin's: its ready-made
 * registration reloads every window when one of them takes the new version, also one with an answer on its way.
 */
export interface OfflineEvents {
  /** All files of the program are in this browser. */
  readonly onReady: () => void
  /** A new version is here and waits for the person's word. */
  readonly onWaiting: () => void
  /** A new version has taken over this window's requests: asked for here, or in another window. */
  readonly onTakenOver: () => void
  /** Nothing was installed: the program works, from the network only. */
  readonly onFailed: () => void
}

/** What a started service worker can be asked for. */
export interface OfflineWorker {
  /** Lets the waiting version take over; false when none waits (another window was quicker). */
  readonly takeOver: () => boolean
  /** Asks the server whether there is a newer version. */
  readonly look: () => Promise<void>
}

/** Why a browser cannot start this site without a network: not a secure address, or nothing of the kind built in. */
export function findOfflineObstacle(): 'insecure' | 'unsupported' | undefined {
  if (!window.isSecureContext) return 'insecure'
  return 'serviceWorker' in navigator ? undefined : 'unsupported'
}

export async function startOffline(base: string, events: OfflineEvents): Promise<OfflineWorker | undefined> {
  const container = navigator.serviceWorker
  // The first worker claims the open page: that is no change of version.
  let isControlled = container.controller !== null
  container.addEventListener('controllerchange', () => {
    if (isControlled) events.onTakenOver()
    isControlled = true
  })
  const registration = await container
    .register(`${base}sw.js`, { scope: base, updateViaCache: 'none' })
    // No network and nothing installed yet, a policy, or a full disk: the screen says so, the program goes on.
    .catch(() => undefined)
  if (registration === undefined) {
    events.onFailed()
    return undefined
  }
  const watch = (worker: ServiceWorker | null): void => {
    if (worker === null) return
    const isUpdate = registration.active !== null
    worker.addEventListener('statechange', () => {
      if (worker.state === 'installed' && isUpdate) events.onWaiting()
      if (worker.state === 'redundant' && registration.active === null) events.onFailed()
    })
  }
  registration.addEventListener('updatefound', () => watch(registration.installing))
  watch(registration.installing)
  void container.ready.then(() => events.onReady())
  if (registration.active !== null && registration.waiting !== null) events.onWaiting()
  return {
    takeOver() {
      if (registration.waiting === null) return false
      registration.waiting.postMessage({ type: 'SKIP_WAITING' })
      return true
    },
    async look() {
      try {
        await registration.update()
      } catch {
        // Without a network there is nothing newer to be had.
      }
    },
  }
}

const FONTS = 'shidang-fonts'

/** One file for reports, as the build lists it; the digest tells whether the one kept here is still the same. */
interface OfflineFile {
  readonly path: string
  readonly bytes: number
  readonly digest: string
}

/** The list as the site has it, kept beside the fonts: without a network it tells what is here and what is not. */
async function readList(cache: Cache, address: string): Promise<readonly OfflineFile[]> {
  const fresh = await fetch(address).catch(() => undefined)
  if (fresh?.ok === true) await cache.put(address, fresh.clone())
  const response = fresh?.ok === true ? fresh : await cache.match(address)
  if (response === undefined) throw new Error(`offline-files.json: ${fresh?.status ?? 'no network'}`)
  return (await response.json()) as readonly OfflineFile[]
}

/**
 * 报告字体 — brings the fonts of report files into this browser, one by one, beside the program: too large to be a condition
 * of its installation, and what is here already is not fetched again. Tells how far it has come, in bytes; refuses at the first
 * one that cannot be had.
 */
export async function storeFonts(base: string, onProgress: (done: number, total: number) => void): Promise<void> {
  const cache = await caches.open(FONTS)
  const list = new URL(`${base}offline-files.json`, location.href).href
  const files = await readList(cache, list)
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  let done = 0
  onProgress(done, total)
  for (const { path, bytes, digest } of files) {
    const address = new URL(base + path, location.href).href
    const mark = `${address}?digest`
    const known = await cache.match(mark)
    if ((await cache.match(address)) === undefined || (await known?.text()) !== digest) {
      await cache.add(new Request(address, { cache: 'no-cache' }))
      await cache.put(mark, new Response(digest))
    }
    done += bytes
    onProgress(done, total)
  }
  const wanted = new Set([list, ...files.map(({ path }) => new URL(base + path, location.href).href)])
  for (const request of await cache.keys()) {
    if (!wanted.has(request.url.replace(/\?digest$/, ''))) await cache.delete(request)
  }
}
