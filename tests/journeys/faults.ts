import { type Page } from '@playwright/test'

/** What nobody should ever see or hear of; grows while the page is used. */
export interface Faults {
  readonly said: readonly string[]
}

/** Listens for dialogs, errors that rise, errors on the console (of workers too) and refusals of the policy. */
export async function listenForFaults(page: Page): Promise<Faults> {
  const said: string[] = []
  page.on('dialog', (dialog) => {
    said.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', ({ message }) => said.push(`error: ${message}`))
  page.on('console', (message) => {
    // Without a network what the program asks for anew fails, and the browser says so.
    if (message.type() === 'error' && !/ERR_|Failed to load resource/.test(message.text())) {
      said.push(`console: ${message.text()}`)
    }
  })
  await page.exposeFunction('sayRefusal', (what: string) => said.push(`policy: ${what}`))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
      ;(window as unknown as { sayRefusal: (what: string) => void }).sayRefusal(`${effectiveDirective} ${blockedURI}`)
    })
  })
  return { said }
}
