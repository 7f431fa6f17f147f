/** 校验和 — CRC-32 as in ISO 3309, of zip entries and PNG chunks; `from` continues that of what came before. */
export function crc32(bytes: Uint8Array, from = 0): number {
  let sum = ~from
  let at = 0
  // Four bytes at a time by four tables: workbooks of 500,000 rows are half a gigabyte.
  for (const end = bytes.length - 3; at < end; at += 4) {
    sum ^= bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    sum = THIRD[sum & 0xff]! ^ SECOND[(sum >>> 8) & 0xff]! ^ FIRST[(sum >>> 16) & 0xff]! ^ SUMS[sum >>> 24]!
  }
  for (; at < bytes.length; at++) sum = SUMS[(sum ^ bytes[at]!) & 0xff]! ^ (sum >>> 8)
  return ~sum >>> 0
}

const SUMS = Int32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1
  return sum
})
/** What a sum becomes when one more byte of nothing follows. */
const follow = (sums: Int32Array): Int32Array => sums.map((sum) => SUMS[sum & 0xff]! ^ (sum >>> 8))
const FIRST = follow(SUMS)
const SECOND = follow(FIRST)
const THIRD = follow(SECOND)
