import vue from '@vitejs/plugin-vue'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { CONTENT_SECURITY_POLICY } from './scripts/contentSecurityPolicy.mjs'

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

/** A .gz beside every text file: sirv and nginx serve it as it is, the clerk's office line is slow. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle(options) {
    const pack = (folder: string): void => {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name)
        if (statSync(path).isDirectory()) pack(path)
        else if (/\.(js|css|html|svg|json)$/.test(name))
          writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
      }
    }
    if (options.dir !== undefined) pack(options.dir)
  },
}

export default defineConfig({
  plugins: [vue(), policyInPage, compressed],
  define: {
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __ENGINE_VERSION__: JSON.stringify(JSON.parse(readFileSync('package.json', 'utf8')).version),
  },
  build: { target: 'chrome87', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1600 },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/support/setup.ts'],
    testTimeout: 60_000,
  },
} as Parameters<typeof defineConfig>[0])
