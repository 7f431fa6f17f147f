import { createHash } from 'node:crypto'
import { writeCanonical } from '../src/canonical.ts'

/** 校验码 — the same as the browser's `digest`, by Node's own SHA-256: a submission is digested three times. */
export function digest(value: unknown): string {
  return createHash('sha256').update(writeCanonical(value), 'utf8').digest('hex')
}
