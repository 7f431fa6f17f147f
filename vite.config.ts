import vue from '@vitejs/plugin-vue'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { CONTENT_SECURITY_POLICY } from './scripts/contentSecurityPolicy.mjs'
import { makeFonts } from './scripts/makeFonts.mjs'

/** Puts the policy into the built page as well, so that any static server serves it; the dev server needs inline styles. */
const policyInPage: Plugin = {
  name: 'policy-in-page',
  apply: 'build',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: {
        'http-equiv': 'Content-Security-Policy',
        content: CONTENT_SECURITY_POLICY.replace(/;\s*frame-ancestors[^;]*/, ''),
      },
      injectTo: 'head-prepend',
    },
  ],
}

/** A .gz beside every text and font file: sirv and nginx serve it as it is, the clerk's office line is slow. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle(options) {
    const pack = (folder: string): void => {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name)
        if (statSync(path).isDirectory()) pack(path)
        // A site lays its own peers.json over ours: a .gz of ours beside it would be served instead.
        else if (/\.(js|css|html|svg|json|ttf|txt)$/.test(name) && name !== 'peers.json')
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
      }
    }
    if (options.dir !== undefined) pack(options.dir)
  },
}

/** The fonts of PDF reports under fonts/, with their licence; made by scripts/makeFonts.mjs when they are first asked for. */
const reportFonts: Plugin = {
  name: 'report-fonts',
  async generateBundle() {
    for (const { name, path } of await makeFonts()) {
      this.emitFile({ type: 'asset', fileName: `fonts/${name}`, source: readFileSync(path) })
    }
  },
  configureServer(server) {
    server.middlewares.use('/fonts', (request, response, next) => {
      makeFonts().then((files) => {
        const file = files.find(({ name }) => request.url?.split('?')[0] === `/${name}`)
        if (file === undefined) return next()
        response.setHeader('Content-Type', file.name.endsWith('.json') ? 'application/json' : 'font/ttf')
        response.end(readFileSync(file.path))
      }, next)
    })
  },
}

/** Every file of a folder, with its path below it. */
function listFiles(folder: string, below = ''): readonly string[] {
  return readdirSync(join(folder, below)).flatMap((name) => {
    const path = below === '' ? name : `${below}/${name}`
    return statSync(join(folder, path)).isDirectory() ? listFiles(folder, path) : [path]
  })
}

/** The fonts of report files, for the page to bring into the browser's cache after the program itself is in. */
const fontList: Plugin = {
  name: 'font-list',
  apply: 'build',
  writeBundle: {
    order: 'post',
    sequential: true,
    handler({ dir }) {
      if (dir === undefined) return
      const fonts = listFiles(dir)
        .filter((path) => /\.(ttf|otf)$/.test(path))
        .map((path) => {
          const content = readFileSync(join(dir, path))
          return { path, bytes: content.length, digest: createHash('sha256').update(content).digest('hex') }
        })
      writeFileSync(join(dir, 'offline-files.json'), JSON.stringify(fonts))
    },
  },
}

/** The hub that the dev server stands before, when HUB names one: HUB=http://localhost:8080 npm run dev. */
const hub = process.env['HUB']
const besideHub: Plugin = {
  name: 'beside-hub',
  apply: 'serve',
  transformIndexHtml: () =>
    hub === undefined ? [] : [{ tag: 'meta', attrs: { name: 'shidang-hub', content: '1' }, injectTo: 'head' }],
}

const installable = VitePWA({
  registerType: 'prompt',
  // Registered by src/storage/offline.ts.
  injectRegister: null,
  // The patterns below take them in already.
  includeManifestIcons: false,
  manifest: {
    id: '/',
    name: '识档 数字化转型自诊断',
    short_name: '识档',
    description: '规上工业企业数字化转型自诊断，五级十档，自评参考',
    lang: 'zh-CN',
    dir: 'ltr',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    theme_color: '#0f52ba',
    background_color: '#f4f6fa',
    icons: [
      { src: 'icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
      { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: 'icons/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
    ],
  },
  workbox: {
    // All of the program. Not the fonts of report files: megabytes that must not be a condition of its installation.
    globPatterns: ['**/*.{js,css,html,svg,png,json}'],
    // The peers of the site change without a new program; what was fetched rests in the database.
    globIgnores: ['offline-files.json', 'peers.json'],
    maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
    navigateFallback: 'index.html',
    navigateFallbackDenylist: [/^\/v1\//, /^\/api\//],
    cleanupOutdatedCaches: true,
    // So that the network may go while the page of the first visit is still open.
    clientsClaim: true,
    skipWaiting: false,
    sourcemap: false,
    runtimeCaching: [
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && /\.(ttf|otf)$/.test(url.pathname),
        handler: 'CacheFirst',
        // The name that src/storage/offline.ts fills.
        options: { cacheName: 'shidang-fonts', cacheableResponse: { statuses: [200] } },
      },
    ],
  },
})

export default defineConfig({
  plugins: [vue(), besideHub, policyInPage, reportFonts, fontList, compressed, installable],
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __ENGINE_VERSION__: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version),
  },
  server:
    hub === undefined
      ? {}
      : // The Host stays the browser's, so that the hub knows its own page.
        { proxy: { '/v1': { target: hub, changeOrigin: false }, '/peers.json': { target: hub, changeOrigin: false } } },
  // The report worker loads its libraries when they are needed, which only modules can.
  worker: { format: 'es' },
  build: { target: 'chrome87', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1600 },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/setup.ts'],
    // What hangs is to be ended; how fast something is, the benches tell. A busy machine may take many times as long.
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
} as Parameters<typeof defineConfig>[0])
