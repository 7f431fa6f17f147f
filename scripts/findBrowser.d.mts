export function findBrowser(): string | undefined
export function installBrowser(): string | undefined
export const BROWSER_ARGUMENTS: string[]
/** Chromium 109, unpacked; undefined where its package has no binary. */
export function unpackOldBrowser(): Promise<string | undefined>
export const OLD_BROWSER_ARGUMENTS: string[]
