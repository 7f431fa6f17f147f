import { createHash, randomBytes } from 'node:crypto'

/** 编号 — a UUIDv7: sorted by time, made by the application, so that no table needs a sequence. */
export function makeId(now = Date.now()): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = (bytes[6]! & 0x0f) | 0x70
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/**
 * 企业编号 — from credit code and city, so that the key itself keeps a firm from being listed twice in one city (a unique
 * index could not, once firms are spread over servers), and says nothing to a city about another's roster. `turn` is for
 * a firm that moved away and is listed here anew.
 */
export function makeEnterpriseId(creditCode: string, city: string, turn = 0): string {
  return `e${hashText(`${creditCode} ${city} ${turn}`).slice(0, 31)}`
}

/** SHA-256 of a text as hex. */
export function hashText(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
