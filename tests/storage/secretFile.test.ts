// @vitest-environment node
import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { type SecretFile } from '#core/oversight/secretFile'
import { Problem } from '#core/problems'
import { openWithPassphrase, sealWithPassphrase } from '#storage/secretFile'
import { decryptText } from '../../src/storage/cipher'
import { rejectionOf } from '../support/drafts'

vi.mock('../../src/storage/cipher', { spy: true })

const PASSPHRASE = '桂林 山水 甲天下'
const VALUE = { kind: 'shidang-draft', format: 1, profile: { name: '喆堃𠮷厂' }, answers: { 'S1.1': 2.5 } }

/** The independent check: what Node's OpenSSL makes of the parameters in the file. */
function keyBy(file: Pick<SecretFile, 'kdf'>, passphrase: string): Buffer {
  const { n, r, p, salt } = file.kdf
  return scryptSync(passphrase, Buffer.from(salt, 'base64'), 32, { N: n, r, p, maxmem: 1024 ** 3 })
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const fault = await rejectionOf(promise)
  if (fault instanceof Problem) return fault.code
  throw fault
}

describe('加密文件', () => {
  it('OpenSSL opens what we sealed: scrypt of the passphrase, AES-256-GCM with the tag at the end', async () => {
    const file = await sealWithPassphrase(VALUE, PASSPHRASE)
    expect(file.kdf).toMatchObject({ name: 'scrypt', n: 131_072, r: 8, p: 1 })
    const content = Buffer.from(file.content, 'base64')
    const decipher = createDecipheriv(
      'aes-256-gcm',
      keyBy(file, PASSPHRASE),
      Buffer.from(file.cipher.nonce, 'base64'),
    ).setAuthTag(content.subarray(-16))
    const text = Buffer.concat([decipher.update(content.subarray(0, -16)), decipher.final()]).toString('utf8')
    expect(JSON.parse(text)).toEqual(VALUE)
  })

  it('we open what OpenSSL sealed', async () => {
    const kdf = {
      name: 'scrypt' as const,
      n: 16_384 as const,
      r: 8 as const,
      p: 1 as const,
      salt: randomBytes(16).toString('base64'),
    }
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', keyBy({ kdf }, PASSPHRASE), nonce)
    const content = Buffer.concat([cipher.update(JSON.stringify(VALUE), 'utf8'), cipher.final(), cipher.getAuthTag()])
    const file = {
      kind: 'shidang-secret',
      format: 1,
      kdf,
      cipher: { name: 'AES-256-GCM', nonce: nonce.toString('base64') },
      content: content.toString('base64'),
    }
    expect(await openWithPassphrase(file, PASSPHRASE)).toEqual(VALUE)
  })

  it('nothing of the content or the passphrase stands in the file, and no two files are alike', async () => {
    const [one, other] = [await sealWithPassphrase(VALUE, PASSPHRASE), await sealWithPassphrase(VALUE, PASSPHRASE)]
    expect(JSON.stringify(one)).not.toMatch(/喆堃|S1\.1|桂林|shidang-draft/)
    expect(one.content).not.toBe(other.content)
    expect(one.kdf.salt).not.toBe(other.kdf.salt)
    expect(one.cipher.nonce).not.toBe(other.cipher.nonce)
  })

  it('another passphrase, or one changed bit anywhere, is told as 口令不对，或文件已损坏', async () => {
    const file = await sealWithPassphrase(VALUE, PASSPHRASE)
    expect(await codeOf(openWithPassphrase(file, `${PASSPHRASE}。`))).toBe('secret.wrongPassphrase')
    for (const at of [0, 20, Buffer.from(file.content, 'base64').length - 1]) {
      const bytes = Buffer.from(file.content, 'base64')
      bytes[at]! ^= 1
      const changed = { ...file, content: bytes.toString('base64') }
      expect(await codeOf(openWithPassphrase(changed, PASSPHRASE))).toBe('secret.wrongPassphrase')
    }
    expect(new Problem('secret.wrongPassphrase').message).toBe('口令不对，或文件已损坏')
  })

  it('full-width and half-width typing of one passphrase are the same', async () => {
    const file = await sealWithPassphrase(VALUE, 'ＡＢＣ１２３４５')
    expect(await openWithPassphrase(file, 'ABC12345')).toEqual(VALUE)
  })

  it('7 characters are refused, 8 are taken; a character is one, however many bytes it has', async () => {
    expect(await codeOf(sealWithPassphrase(VALUE, '𠮷'.repeat(7)))).toBe('secret.shortPassphrase')
    expect((await sealWithPassphrase(VALUE, '𠮷'.repeat(8))).kind).toBe('shidang-secret')
  })

  it.each([
    [
      'a key that would cost gigabytes',
      { kdf: { name: 'scrypt', n: 2 ** 30, r: 8, p: 1, salt: 'A'.repeat(22) + '==' } },
    ],
    [
      'a key that would take more memory than ours',
      { kdf: { name: 'scrypt', n: 262_144, r: 8, p: 1, salt: 'A'.repeat(22) + '==' } },
    ],
    ['a key that would take longer', { kdf: { name: 'scrypt', n: 16384, r: 8, p: 2, salt: 'A'.repeat(22) + '==' } }],
    ['content cut off in the middle', { content: 'A'.repeat(41) }],
    ['content with padding inside', { content: `${'A'.repeat(20)}==${'A'.repeat(22)}` }],
    ['content with three paddings', { content: `${'A'.repeat(41)}===` }],
    ['a short nonce', { cipher: { name: 'AES-256-GCM', nonce: 'AAAA' } }],
    ['content that is no Base64', { content: '不是'.repeat(20) }],
    ['a field nobody knows', { hint: '生日' }],
  ])('%s is refused before anything is computed', async (_, change) => {
    const file = await sealWithPassphrase(VALUE, PASSPHRASE)
    vi.mocked(decryptText).mockClear()
    expect(await codeOf(openWithPassphrase({ ...file, ...change }, PASSPHRASE))).toBe('file.wrongShape')
    expect(decryptText).not.toHaveBeenCalled()
    // The watch itself: a file of the right shape does come to the cipher.
    await openWithPassphrase(file, PASSPHRASE)
    expect(decryptText).toHaveBeenCalledOnce()
  })

  it('an encrypted file inside an encrypted file is refused', async () => {
    const inside = await sealWithPassphrase(VALUE, PASSPHRASE)
    expect(await codeOf(openWithPassphrase(await sealWithPassphrase(inside, PASSPHRASE), PASSPHRASE))).toBe(
      'file.wrongKind',
    )
  })

  it('what is inside is read as carefully as a file from a stranger', async () => {
    const hostile = JSON.parse('{"kind":"shidang-draft","format":1,"a":"\\u0000"}')
    expect(await codeOf(openWithPassphrase(await sealWithPassphrase(hostile, PASSPHRASE), PASSPHRASE))).toBe(
      'text.badCharacter',
    )
  })
})
