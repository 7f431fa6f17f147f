/**
 * 长期保存 — what the browser promised: `granted` keeps the data until the person clears it, `denied` may clear it when the
 * disk runs full, `unsupported` cannot be asked (plain http, old browsers).
 */
export type Persistence = 'granted' | 'denied' | 'unsupported'

// Typed as always there, missing on plain http.
function storageManager(): StorageManager | undefined {
  return (navigator as { readonly storage?: StorageManager }).storage
}

/** What holds now; asks nobody. */
export async function readPersistence(): Promise<Persistence> {
  const manager = storageManager()
  if (manager?.persisted === undefined) return 'unsupported'
  return (await manager.persisted()) ? 'granted' : 'denied'
}

/** Asks the browser, which may ask the person. Chromium decides by itself and often says no. */
export async function askPersistence(): Promise<Persistence> {
  const manager = storageManager()
  if (manager?.persist === undefined) return 'unsupported'
  return (await manager.persist()) ? 'granted' : 'denied'
}

/** 已用空间 — bytes of this site in this browser, program and drafts together; undefined where the browser does not tell. */
export async function measureUsage(): Promise<number | undefined> {
  const manager = storageManager()
  if (manager?.estimate === undefined) return undefined
  return (await manager.estimate()).usage
}
