import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import Dexie from 'dexie'
import { IDBFactory } from 'fake-indexeddb'
import { createPinia, setActivePinia } from 'pinia'
import { vi } from 'vitest'
import { h, type Component } from 'vue'
import { createMemoryHistory, createRouter, RouterView, type Router } from 'vue-router'
import { type Hub, type Session } from '#core/oversight/api'
import { type Enterprise } from '#core/oversight/enterprise'
import { useHubStore } from '#stores/hub'
import { useOversightStore } from '#stores/oversight'
import { aHubSite, aSession, type FakeHub, type Reply } from './hubFetch'

/** The pages of the site as far as officials' screens link to them. */
const NAMES = [
  'start',
  'opened',
  'oversight',
  'sign-in',
  'account',
  'coverage',
  'firms',
  'tiers',
  'portrait',
  'roster',
  'tables',
  'liaisons',
  'accounts',
  'campaign',
  'audit',
  'files',
] as const

/** One of the officials' screens with a made-up hub behind it. */
export interface OversightPage {
  readonly wrapper: VueWrapper
  readonly router: Router
  readonly hub: FakeHub
}

/** What a screen begins with: whose session, which firms, what the hub says of itself. */
export interface OversightSetting {
  readonly session?: Session | undefined
  readonly firms?: readonly Enterprise[]
  readonly hub?: Partial<Hub>
  /** Where the screen is: the path of its page is the page's name; none unless told. */
  readonly path?: string
  /** What the hub answers before the screen asks. */
  readonly answers?: Readonly<Record<string, Reply>>
  /** The frame stands around the pages, and is none of them. */
  readonly isFrame?: true
}

/** Signs in, pulls the firms, and shows the screen. 20 July 2026 by the hub's clock. */
export async function openOversight(component: Component, setting: OversightSetting): Promise<OversightPage> {
  const { session = aSession({ role: 'official', area: '450000' }), firms = [], path = '/', isFrame } = setting
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('BroadcastChannel', undefined)
  Dexie.dependencies.indexedDB = indexedDB
  setActivePinia(createPinia())
  const hub = aHubSite({ now: '2026-07-20T02:00:00.000Z', ...setting.hub })
  hub.answer('POST /v1/session', { body: session })
  hub.answer('GET /v1/session', { body: session })
  hub.answer('GET /v1/enterprises', {
    body: { enterprises: firms, gone: [], cursor: 'one', more: false, total: firms.length, scope: session.scope },
  })
  for (const [route, reply] of Object.entries(setting.answers ?? {})) hub.answer(route, reply)
  const nothing = { render: () => null }
  const shown = isFrame === true ? nothing : component
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: '/', component: path === '/' ? shown : nothing },
      { path: '/firms/:firm', name: 'firm', component: path.startsWith('/firms/') ? shown : nothing, props: true },
      ...NAMES.map((name) => ({
        path: `/${name}`,
        name,
        component: path.split('?')[0] === `/${name}` ? shown : nothing,
      })),
    ],
  })
  await router.push(path)
  await useHubStore().find()
  await useHubStore().signIn('official.one', 'Made-up-2026')
  await useOversightStore().sync()
  const root = { render: () => h(isFrame === true ? component : RouterView) }
  const wrapper = mount(root, { global: { plugins: [router] }, attachTo: document.body })
  await flushPromises()
  return { wrapper, router, hub }
}

/** Lets go of the stores and of what stood in for the browser. */
export function closeOversight(): void {
  useOversightStore().$dispose()
  useHubStore().$dispose()
  vi.unstubAllGlobals()
}

/** The button with exactly these words. */
export function buttonOf(wrapper: VueWrapper, words: string) {
  const found = wrapper.findAll('button').find((one) => one.text() === words)
  if (found === undefined)
    throw new Error(
      `no button ${words}: ${wrapper
        .findAll('button')
        .map((one) => one.text())
        .join()}`,
    )
  return found
}
