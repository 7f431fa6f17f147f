import * as v from 'valibot'
import { readKind, readShape } from '../ourFile.ts'
import { Problem } from '../problems.ts'

/** The newest format of an encrypted file this program writes and reads. */
export const SECRET_FORMAT = 1
/** Own choice. A passphrase of common words should be longer; the screen says so. */
export const SHORTEST_PASSPHRASE = 8

/** Looks for one wrong character: an expression that matches the whole, such as valibot's own, runs out of stack after 4 million. */
function isBase64(text: string): boolean {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  return text.length % 4 === 0 && !/[^A-Za-z0-9+/]/.test(text.slice(0, text.length - padding))
}
const Base64 = v.pipe(v.string(), v.check(isBase64, '应为 Base64'))

const base64 = (bytes: number): v.GenericSchema<string, string> =>
  v.pipe(
    Base64,
    v.check((text) => Math.floor((text.replace(/={1,2}$/, '').length * 3) / 4) === bytes, `应为 ${bytes} 字节`),
  )

const SecretFileSchema = v.strictObject({
  kind: v.literal('shidang-secret'),
  format: v.literal(SECRET_FORMAT),
  // A stranger's file must not make the browser compute for hours or take all memory: nothing above what we write (128 MB).
  kdf: v.strictObject({
    name: v.literal('scrypt'),
    n: v.picklist([16384, 32768, 65536, 131072]),
    r: v.literal(8),
    p: v.literal(1),
    salt: base64(16),
  }),
  cipher: v.strictObject({ name: v.literal('AES-256-GCM'), nonce: base64(12) }),
  /** Ciphertext with the 16 bytes of its tag at the end. */
  content: v.pipe(Base64, v.minLength(24)),
})

/** 加密文件 — another file of ours under a passphrase: AES-256-GCM, its key by scrypt. */
export type SecretFile = v.InferOutput<typeof SecretFileSchema>

/** 加密文件 — plain value to encrypted file. Refuses another kind, a newer format, a wrong shape, a costly key. */
export function readSecretFile(value: unknown): SecretFile {
  if (readKind(value, SECRET_FORMAT) !== 'shidang-secret') {
    throw new Problem('file.wrongKind', { found: '另一种识档文件', wanted: '加密文件' })
  }
  return readShape(SecretFileSchema, value)
}

/** 口令 — refuses one that is too short; characters are counted, not bytes. */
export function refuseShortPassphrase(passphrase: string): void {
  if (Array.from(passphrase).length < SHORTEST_PASSPHRASE) {
    throw new Problem('secret.shortPassphrase', { least: SHORTEST_PASSPHRASE })
  }
}
