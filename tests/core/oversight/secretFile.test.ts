import { describe, expect, it } from 'vitest'
import { MOST_CHARACTERS } from '#core/json'
import { readSecretFile } from '#core/oversight/secretFile'

function aFile(content: string): unknown {
  return {
    kind: 'shidang-secret',
    format: 1,
    kdf: { name: 'scrypt', n: 131_072, r: 8, p: 1, salt: `${'A'.repeat(22)}==` },
    cipher: { name: 'AES-256-GCM', nonce: 'A'.repeat(16) },
    content,
  }
}

describe('加密文件的形状', () => {
  it.each([28, 7_000_000, MOST_CHARACTERS])('content of %i characters is read', (length) => {
    const content = 'AZaz09+/'.repeat(Math.ceil(length / 8)).slice(0, length - 1) + '='
    expect(readSecretFile(aFile(content)).content).toHaveLength(length)
  })

  it.each([['!'], ['='], ['喆'], ['\n']])('%j in the middle of 7 million characters is found', (wrong) => {
    const half = 'AZaz09+/'.repeat(437_500)
    expect(() => readSecretFile(aFile(`${half}${wrong}AAA${half}`))).toThrow('应为 Base64')
  })
})
