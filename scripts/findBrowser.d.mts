export function findBrowser(): string | undefined
export function installBrowser(): string | undefined
export const BROWSER_ARGUMENTS: string[]
