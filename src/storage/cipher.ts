import { gcm } from '@noble/ciphers/aes.js'
import { scrypt } from '@noble/hashes/scrypt.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { type SecretFile } from '#core/oversight/secretFile'

/** OWASP's figures for scrypt (128 MB); about half a second on an office computer of today. */
const COST = { n: 131_072, r: 8, p: 1 } as const

/** The same passphrase typed with another input method is the same: full-width and half-width, composed or not. */
function deriveKey(passphrase: string, { n, r, p, salt }: SecretFile['kdf']): Uint8Array {
  return scrypt(utf8ToBytes(passphrase.normalize('NFKC')), fromBase64(salt), { N: n, r, p, dkLen: 32 })
}

/** 加密 — text under a passphrase. Pure JavaScript, because `crypto.subtle` is missing on plain http; salt and nonce are new each time. */
export function encryptText(text: string, passphrase: string): SecretFile {
  const kdf = { name: 'scrypt' as const, ...COST, salt: toBase64(crypto.getRandomValues(new Uint8Array(16))) }
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const content = gcm(deriveKey(passphrase, kdf), nonce).encrypt(utf8ToBytes(text))
  return {
    kind: 'shidang-secret',
    format: 1,
    kdf,
    cipher: { name: 'AES-256-GCM', nonce: toBase64(nonce) },
    content: toBase64(content),
  }
}

/** 解密 — the text, or undefined when the passphrase is another one or a byte was changed: AES-GCM cannot tell which. */
export function decryptText({ kdf, cipher, content }: SecretFile, passphrase: string): string | undefined {
  const key = deriveKey(passphrase, kdf)
  let bytes: Uint8Array
  try {
    bytes = gcm(key, fromBase64(cipher.nonce)).decrypt(fromBase64(content))
  } catch {
    return undefined
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  // In pieces: the arguments of one call are limited.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192))
  return btoa(text)
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
