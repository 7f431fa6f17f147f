/**
 * 本机设置 — a few words per device that are no firm's data: large type, shared computer, a reminder put off, that
 * this site has a hub. Storage may be blocked or full: then a setting lasts as long as the window.
 */
export type PreferenceName = 'textSize' | 'sharedDevice' | 'reminderOffUntil' | 'hub'

const PREFIX = 'shidang.'
const remembered = new Map<PreferenceName, string>()

export function readPreference(name: PreferenceName): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? remembered.get(name)
  } catch {
    return remembered.get(name)
  }
}

export function savePreference(name: PreferenceName, value: string): void {
  remembered.set(name, value)
  try {
    localStorage.setItem(PREFIX + name, value)
  } catch {
    // Blocked by a policy or a private window: the map above holds it while the window is open.
  }
}
