import { hashes, verify } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { hexToBytes } from '@noble/hashes/utils.js'

// Pure JavaScript: `crypto.subtle` is missing on plain http, where county offices are.
hashes.sha512 = sha512

/**
 * 验签 — whether an Ed25519 signature (128 hex digits) over the 32 bytes of a digest (64 hex digits) is of this public key
 * (64 hex digits). What is no signature or no key at all is not signed. Strict RFC 8032 rules.
 */
export function isSigned(publicKey: string, digest: string, signature: string): boolean {
  try {
    return verify(hexToBytes(signature), hexToBytes(digest), hexToBytes(publicKey), { zip215: false })
  } catch {
    return false
  }
}
