import type { Browser, Page } from '@playwright/test'

export const SLOWDOWN: number
export function openBrowser(): Promise<Browser>
export interface Served {
  readonly address: string
  readonly stop: () => void
}
export function serveApp(port: number): Promise<Served>
export function packFolder(folder: string): void
export function serveFolder(folder: string, port: number): Promise<Served>
export function changeDraft(page: Page, id: string, fields: object): Promise<void>
