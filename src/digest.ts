import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { writeCanonical } from './canonical.ts'

/**
 * 校验码 — SHA-256 over canonical JSON (RFC 8785), as 64 hex digits: the same for the same content, whatever the order of
 * names. Pure JavaScript, because `crypto.subtle` is missing on plain http, where county offices are.
 */
export function digest(value: unknown): string {
  return bytesToHex(sha256(utf8ToBytes(writeCanonical(value))))
}

/** 文件校验码 — SHA-256 of bytes as they are, as 64 hex digits. */
export function digestBytes(bytes: Uint8Array): string {
  return bytesToHex(sha256(bytes))
}
