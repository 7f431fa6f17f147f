import { readPreference, savePreference } from './preferences'

/**
 * 本站有无汇总端 — the hub marks the page it serves; a static site has no mark, and then nothing is ever asked for. The page
 * that the service worker keeps has no mark either: so it is remembered once it was seen.
 */
export function expectsHub(): boolean {
  if (typeof document === 'undefined') return false
  const isMarked = document.querySelector('meta[name="shidang-hub"]') !== null
  if (isMarked && readPreference('hub') !== '1') savePreference('hub', '1')
  return isMarked || readPreference('hub') === '1'
}

/** The address answers, and it is no hub any more: it is not asked again until a page comes with the mark. */
export function forgetHub(): void {
  if (readPreference('hub') === '1') savePreference('hub', '0')
}
