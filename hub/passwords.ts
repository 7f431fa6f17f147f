import { hash, verify } from '@node-rs/argon2'
import { randomInt } from 'node:crypto'

/** OWASP's second choice for Argon2id: 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** 口令散列 — Argon2id with its own salt and parameters in the text. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFKC'), COST)
}

let nobody: Promise<string> | undefined

/** 核对口令 — for an unknown account against a hash of nothing, so that it takes as long and says the same. */
export async function isPassword(stored: string | undefined, password: string): Promise<boolean> {
  const known = stored ?? (await (nobody ??= hashPassword('nobody has this password')))
  const fits = await verify(known, password.normalize('NFKC'))
  return fits && stored !== undefined
}

/** Letters that are not confused when read out; at least one of each kind. */
const KINDS = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnpqrstuvwxyz', '23456789', '#%+=?@'] as const

/** 初始口令 — 16 characters, for one sign-in: it must be changed then. */
export function makeInitialPassword(): string {
  const pick = (letters: string): string => letters.charAt(randomInt(letters.length))
  const letters: string[] = KINDS.map(pick)
  while (letters.length < 16) letters.push(pick(KINDS.join('')))
  for (let at = letters.length - 1; at > 0; at--) {
    const other = randomInt(at + 1)
    ;[letters[at], letters[other]] = [letters[other]!, letters[at]!]
  }
  return letters.join('')
}
