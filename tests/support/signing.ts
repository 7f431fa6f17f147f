import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { digest } from '#digest'
import { digestReceipt, type Receipt } from '#core/oversight/receipt'
import { type Submission } from '#core/oversight/submission'

/** A hub's key pair, and receipts signed with it by another program (OpenSSL). */
export interface Signer {
  readonly publicKey: string
  readonly receipt: (submission: Submission, changes?: Partial<Receipt>) => Receipt
}

export function aSigner(): Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    publicKey: Buffer.from(publicKey.export({ format: 'jwk' }).x!, 'base64url').toString('hex'),
    receipt: (submission, changes = {}) => signReceipt(privateKey, submission, changes),
  }
}

function signReceipt(key: KeyObject, submission: Submission, changes: Partial<Receipt>): Receipt {
  const receipt = {
    kind: 'shidang-receipt' as const,
    format: 1 as const,
    hub: 'hub-1',
    key: 'key-1',
    submission: submission.id,
    revision: submission.revision,
    digest: submission.sha256,
    receivedAt: '2026-07-10T02:00:00.000Z',
    edition: submission.edition.id,
    version: submission.edition.version,
    ...changes,
  }
  const signature = sign(null, Buffer.from(digestReceipt(receipt, digest), 'hex'), key).toString('hex')
  return { signature, ...receipt, ...changes }
}
