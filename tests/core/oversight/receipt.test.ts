import { describe, expect, it } from 'vitest'
import { digestReceipt, openReceipt, RECEIPT_FORMAT, type ExpectedReceipt, type Receipt } from '#core/oversight/receipt'
import { digest } from '#digest'
import { deepFreeze, refusalOf } from '../../support/build'

/** A stand-in for a signature: what is signed, written twice. The real one is tested where the library is. */
const sign = (of: string): string => of + of
const isSigned = (of: string, signature: string): boolean => signature === sign(of)

const CONTENT = {
  kind: 'shidang-receipt',
  format: RECEIPT_FORMAT,
  hub: 'hub-1',
  key: 'key-1',
  submission: 'sheet-1',
  revision: 2,
  digest: 'a'.repeat(64),
  receivedAt: '2026-07-10T02:00:00.000Z',
  edition: 'guangxi-2024',
  version: '1.0.0',
} as const
const RECEIPT: Receipt = deepFreeze({ ...CONTENT, signature: sign(digestReceipt(CONTENT, digest)) })
const EXPECTED: ExpectedReceipt = { hub: 'hub-1', submission: 'sheet-1', revision: 2, digest: 'a'.repeat(64) }

const open = (value: unknown, expected = EXPECTED): Receipt => openReceipt(value, expected, isSigned, digest)
const refused = (value: unknown, expected = EXPECTED): string => refusalOf(() => open(value, expected)).code

describe('报送回执', () => {
  it('is taken when it is for exactly what was sent', () => expect(open(RECEIPT)).toEqual(RECEIPT))

  it('the signature is over everything but itself, in any order of the names', () => {
    const reversed = Object.fromEntries(Object.entries(CONTENT).reverse()) as typeof CONTENT
    expect(digestReceipt(reversed, digest)).toBe(digest(CONTENT))
    const digests = Object.entries({
      hub: 'hub-2',
      key: 'key-2',
      submission: 'sheet-2',
      revision: 3,
      digest: 'b'.repeat(64),
      receivedAt: '2026-07-10T02:00:00.001Z',
      edition: 'other',
      version: '1.0.1',
    }).map(([name, value]) => digestReceipt({ ...CONTENT, [name]: value }, digest))
    expect(new Set([...digests, digest(CONTENT)]).size).toBe(9)
  })

  it.each<[string, Partial<ExpectedReceipt>]>([
    ['another hub', { hub: 'hub-2' }],
    ['another sheet', { submission: 'sheet-2' }],
    ['another revision', { revision: 1 }],
    ['other content', { digest: 'b'.repeat(64) }],
  ])('of %s it is refused, though it is signed', (_, changes) => {
    expect(refused(RECEIPT, { ...EXPECTED, ...changes })).toBe('receipt.wrong')
  })

  it('anything changed after signing is refused', () => {
    expect(refused({ ...RECEIPT, receivedAt: '2026-07-01T00:00:00.000Z' })).toBe('receipt.wrong')
    expect(refused({ ...RECEIPT, signature: 'c'.repeat(128) })).toBe('receipt.wrong')
  })

  it('another kind of file, a newer format and a wrong shape are refused', () => {
    expect(refused({ ...RECEIPT, kind: 'shidang-submission' })).toBe('file.wrongKind')
    expect(refused({ ...RECEIPT, format: RECEIPT_FORMAT + 1 })).toBe('file.newerFormat')
    expect(refused({ ...RECEIPT, more: 1 })).toBe('file.wrongShape')
    expect(refused({ ...RECEIPT, signature: 'short' })).toBe('file.wrongShape')
    expect(refused('全部收到')).toBe('file.notOurs')
  })
})
