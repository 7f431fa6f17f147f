import { divisions } from '#reference/books.ts'

/** 区划简称 — '450103' → '青秀区'. A code the list does not have is shown as it is. */
export function nameArea(code: string): string {
  return divisions.byCode.get(code)?.name ?? code
}
