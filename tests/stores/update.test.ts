import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readDraft } from '#storage/drafts'
import { useDraftStore } from '#stores/draft'
import { useUpdateStore } from '#stores/update'
import { startAfresh } from '../support/drafts'

beforeEach(async () => {
  await startAfresh()
  setActivePinia(createPinia())
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

class FakeWorker extends EventTarget {
  state = 'installing'
  readonly heard: unknown[] = []
  postMessage(message: unknown): void {
    this.heard.push(message)
  }
  become(state: string): void {
    this.state = state
    this.dispatchEvent(new Event('statechange'))
  }
}
class FakeRegistration extends EventTarget {
  active: FakeWorker | null = null
  waiting: FakeWorker | null = null
  installing: FakeWorker | null = null
  readonly update = vi.fn(async () => undefined)
  find(): FakeWorker {
    this.installing = new FakeWorker()
    this.dispatchEvent(new Event('updatefound'))
    return this.installing
  }
}

/** A browser with service workers, as far as we use them. */
function aBrowser({ isSecure = true, hasWorkers = true, register = undefined as undefined | (() => never) } = {}) {
  const registration = new FakeRegistration()
  const container = Object.assign(new EventTarget(), {
    controller: null as FakeWorker | null,
    ready: new Promise<void>(() => undefined),
    register: vi.fn(register === undefined ? async () => registration : async () => register()),
  })
  vi.stubGlobal('navigator', hasWorkers ? { serviceWorker: container } : {})
  vi.stubGlobal('isSecureContext', isSecure)
  vi.stubGlobal('caches', { open: () => Promise.reject(new Error('none here')) })
  const reload = vi.fn()
  return { registration, container, reload }
}

/** A started window with a version in use and a newer one that was just installed. */
async function aWaitingVersion() {
  const browser = aBrowser()
  browser.registration.active = new FakeWorker()
  browser.container.controller = browser.registration.active
  const update = useUpdateStore()
  await update.start('/', browser.reload)
  const next = browser.registration.find()
  browser.registration.waiting = next
  next.become('installed')
  return { ...browser, update, next, takeOver: () => browser.container.dispatchEvent(new Event('controllerchange')) }
}

describe('离线启动', () => {
  it('plain http and old browsers are told apart, and nothing is registered', async () => {
    for (const [options, word] of [
      [{ isSecure: false }, 'insecure'],
      [{ hasWorkers: false }, 'unsupported'],
    ] as const) {
      const { container, reload } = aBrowser(options)
      setActivePinia(createPinia())
      const update = useUpdateStore()
      await update.start('/', reload)
      expect(update.offline).toBe(word)
      expect(container.register).not.toHaveBeenCalled()
    }
  })

  it('a first installation is no update: nothing is asked and the page stays', async () => {
    const { registration, container, reload } = aBrowser()
    const update = useUpdateStore()
    await update.start('/', reload)
    expect(update.offline).toBe('preparing')
    const first = registration.find()
    first.become('installed')
    first.become('activated')
    container.dispatchEvent(new Event('controllerchange'))
    expect(update.state).toBe('none')
    expect(reload).not.toHaveBeenCalled()
  })

  it('an installation that fails is said, and the program goes on', async () => {
    const { reload } = aBrowser({
      register: () => {
        throw new TypeError('no sw.js')
      },
    })
    const update = useUpdateStore()
    await update.start('/', reload)
    expect(update.offline).toBe('failed')
    const { registration } = aBrowser()
    setActivePinia(createPinia())
    const other = useUpdateStore()
    await other.start('/', reload)
    registration.find().become('redundant')
    expect(other.offline).toBe('failed')
  })
})

describe('更新', () => {
  it('a newer version waits for the word; put off, nothing happens', async () => {
    const { update, next, reload } = await aWaitingVersion()
    expect(update.state).toBe('waiting')
    update.putOff()
    expect(update.state).toBe('none')
    expect(next.heard).toEqual([])
    expect(reload).not.toHaveBeenCalled()
  })

  it('on the word the last answer is stored first, then the version takes over, then the page is loaded again', async () => {
    const { update, next, reload, takeOver } = await aWaitingVersion()
    const draft = useDraftStore()
    await draft.begin('guangxi-2024', 'full')
    draft.answer('S1.1', 2)
    await update.apply()
    expect((await readDraft(draft.draft!.id))?.answers).toEqual({ 'S1.1': 2 })
    expect(next.heard).toEqual([{ type: 'SKIP_WAITING' }])
    expect(reload).not.toHaveBeenCalled()
    takeOver()
    expect(reload).toHaveBeenCalledTimes(1)
  })

  it('while the last answer cannot be stored there is no update, and it says why', async () => {
    const { update, next, reload } = await aWaitingVersion()
    const draft = useDraftStore()
    await draft.begin('guangxi-2024', 'full')
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('the quota has been exceeded', 'QuotaExceededError')
    })
    draft.answer('S1.1', 2)
    await update.apply()
    expect(update.problem?.code).toBe('storage.full')
    expect(update.state).toBe('waiting')
    expect(next.heard).toEqual([])
    expect(reload).not.toHaveBeenCalled()
    draft.$dispose()
  })

  it('another window took the new version: this one says so and does not load itself again', async () => {
    const { update, reload, takeOver } = await aWaitingVersion()
    takeOver()
    expect(update.state).toBe('takenOver')
    expect(reload).not.toHaveBeenCalled()
    await update.refreshPage()
    expect(reload).toHaveBeenCalledTimes(1)
  })

  it('a version that does not take over within 5 seconds does not keep the person waiting', async () => {
    const { update, reload } = await aWaitingVersion()
    vi.useFakeTimers()
    await update.apply()
    vi.advanceTimersByTime(4_999)
    expect(reload).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(reload).toHaveBeenCalledTimes(1)
  })
})
