import { ROLES, type Role } from '#core/oversight/access'

/** 一页 — its route, its words, and the routes that belong under it. */
export interface Page {
  readonly name: string
  readonly title: string
  readonly names: readonly string[]
}

const page = (name: string, title: string, ...below: readonly string[]): Page => ({
  name,
  title,
  names: [name, ...below],
})

const COVERAGE = page('coverage', '覆盖率')
const FIRMS = page('firms', '企业', 'firm')
const TIERS = page('tiers', '分档名单')
const PORTRAIT = page('portrait', '区域画像')
const CAMPAIGN = page('campaign', '批次')
const ACCOUNTS = page('accounts', '账号')

/** 导航 — where each role goes, what it does most often first; `files`: whoever opened submission files without a hub. */
const PAGES: Readonly<Record<Role | 'files', readonly Page[]>> = {
  liaison: [page('firms', '我的企业', 'firm')],
  official: [
    COVERAGE,
    FIRMS,
    TIERS,
    PORTRAIT,
    page('roster', '名录'),
    page('liaisons', '联系人'),
    page('tables', '联系表'),
    CAMPAIGN,
    ACCOUNTS,
  ],
  administrator: [ACCOUNTS, CAMPAIGN],
  auditor: [page('audit', '审计')],
  enterprise: [],
  files: [page('files', '打开文件'), COVERAGE, FIRMS, TIERS, PORTRAIT],
}

/** 导航 — the pages of whoever looks; nobody signed in has none. */
export function listPages(who: Role | 'files' | undefined): readonly Page[] {
  return who === undefined ? [] : PAGES[who]
}

/**
 * 谁用这一页 — the page's words and the roles that have it, as officials call it where they have it too; undefined for a page
 * of nobody's.
 */
export function findOwners(name: string): { readonly title: string; readonly roles: readonly Role[] } | undefined {
  const roles = ROLES.filter((role) => PAGES[role].some(({ names }) => names.includes(name)))
  const usual = roles.includes('official') ? 'official' : roles[0]
  if (usual === undefined) return undefined
  return { title: PAGES[usual].find(({ names }) => names.includes(name))!.title, roles }
}

const OF_FIRMS: readonly string[] = ['coverage', 'firms', 'firm', 'tiers', 'portrait', 'roster', 'tables']

/** Whether a page is made of the firms of one's scope: it waits for them. */
export function needsFirms(name: string): boolean {
  return OF_FIRMS.includes(name)
}

const ALL: ReadonlySet<string> = new Set([
  'oversight',
  ...Object.values(PAGES).flatMap((pages) => pages.flatMap(({ names }) => names)),
])

/** Whether a page stands in the frame at all: what lies outside is none of its business. */
export function isFramed(name: string): boolean {
  return ALL.has(name)
}
