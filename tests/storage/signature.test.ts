// @vitest-environment node
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { isSigned } from '#storage/signature'

const digest = 'ab'.repeat(32)

/** Signed by another program, node:crypto (OpenSSL), with a key of its own. */
function signedElsewhere(hex: string): { readonly key: string; readonly signature: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = publicKey.export({ format: 'jwk' }).x!
  return {
    key: Buffer.from(key, 'base64url').toString('hex'),
    signature: sign(null, Buffer.from(hex, 'hex'), privateKey).toString('hex'),
  }
}

describe('验签', () => {
  it('what another program signed over the bytes of the digest is signed', () => {
    const { key, signature } = signedElsewhere(digest)
    expect(isSigned(key, digest, signature)).toBe(true)
  })

  it('RFC 8032, 7.1, test 3: its key, its two bytes, its signature', () => {
    // A message of two bytes shows that nothing but the bytes themselves is signed.
    const seed = 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7'
    const key = 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025'
    const signature =
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
      '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a'
    const secret = createPrivateKey({
      key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]),
      format: 'der',
      type: 'pkcs8',
    })
    expect(createPublicKey(secret).export({ format: 'jwk' }).x).toBe(Buffer.from(key, 'hex').toString('base64url'))
    expect(isSigned(key, 'af82', signature)).toBe(true)
  })

  it('another digest, another key, one changed digit are not signed', () => {
    const { key, signature } = signedElsewhere(digest)
    expect(isSigned(key, 'ac' + digest.slice(2), signature)).toBe(false)
    expect(isSigned(signedElsewhere(digest).key, digest, signature)).toBe(false)
    for (const at of [0, 31, 64, 127]) {
      const digit = signature[at] === '0' ? '1' : '0'
      expect(isSigned(key, digest, signature.slice(0, at) + digit + signature.slice(at + 1))).toBe(false)
    }
  })

  it.each([
    ['nothing', '', ''],
    ['zeros, the key everything is signed under by weaker rules', '00'.repeat(32), '00'.repeat(64)],
    ['no hexadecimal digits', 'zz'.repeat(32), 'zz'.repeat(64)],
    ['too short', 'ab', 'cd'],
  ])('%s is not signed, and no fault', (_, key, signature) => {
    expect(isSigned(key, digest, signature)).toBe(false)
  })
})
