import * as v from 'valibot'
import { Digest, Moment, readKind, readShape, type DigestOf } from '../ourFile.ts'
import { Problem } from '../problems.ts'

/** The newest format of a receipt this program writes and reads. */
export const RECEIPT_FORMAT = 1

const ReceiptSchema = v.strictObject({
  kind: v.literal('shidang-receipt'),
  format: v.literal(RECEIPT_FORMAT),
  /** Which hub: a receipt of another one says nothing here. */
  hub: v.pipe(v.string(), v.maxLength(64)),
  key: v.pipe(v.string(), v.maxLength(64)),
  submission: v.pipe(v.string(), v.maxLength(64)),
  revision: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** The submission's own digest. */
  digest: Digest,
  /** Server time, which decides. */
  receivedAt: Moment,
  edition: v.string(),
  version: v.string(),
  /** Ed25519 over the digest of everything above, 128 hex digits. */
  signature: v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/, '应为签名')),
})
/** 报送回执 — what a hub gives for a submission it has on disk; signed, so that it can be shown to anyone later. */
export type Receipt = v.InferOutput<typeof ReceiptSchema>

/** 待签内容 — what the signature is over: the digest of the receipt without it. */
export function digestReceipt(receipt: Omit<Receipt, 'signature'>, digestOf: DigestOf): string {
  const { kind, format, hub, key, submission, revision, digest, receivedAt, edition, version } = receipt
  return digestOf({ kind, format, hub, key, submission, revision, digest, receivedAt, edition, version })
}

/** What the receipt must be for, as the sender knows it. */
export interface ExpectedReceipt {
  readonly hub: string
  readonly submission: string
  readonly revision: number
  readonly digest: string
}

/**
 * 核对回执 — plain value to receipt, for exactly the submission that was sent. `isSigned` tells whether a signature (hex)
 * over a digest (hex) is the hub's. Refuses a wrong shape, another hub, another submission, a signature that does not hold.
 */
export function openReceipt(
  value: unknown,
  expected: ExpectedReceipt,
  isSigned: (digest: string, signature: string) => boolean,
  digestOf: DigestOf,
): Receipt {
  if (readKind(value, RECEIPT_FORMAT) !== 'shidang-receipt')
    throw new Problem('file.wrongKind', { found: '另一种识档文件', wanted: '报送回执' })
  const receipt = readShape(ReceiptSchema, value)
  const isOurs =
    receipt.hub === expected.hub &&
    receipt.submission === expected.submission &&
    receipt.revision === expected.revision &&
    receipt.digest === expected.digest
  if (!isOurs || !isSigned(digestReceipt(receipt, digestOf), receipt.signature)) throw new Problem('receipt.wrong')
  return receipt
}
