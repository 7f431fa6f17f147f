declare const isChecked: unique symbol
/** 统一社会信用代码 — 18 characters as they are stored: normalized and with the right check character. */
export type CreditCode = string & { readonly [isChecked]: true }

export type CreditCodeFault = 'length' | 'charset' | 'class' | 'region' | 'check'
export type CreditCodeWarning = 'organisation' | 'notEnterprise'

export interface CreditCodeCheck {
  /** What was checked: the text after `normalizeCreditCode`. */
  readonly code: string
  readonly fault?: CreditCodeFault
  /** Place of the wrong character, from 0. A wrong length or check character says nothing about the place. */
  readonly at?: number
  /** The code with I read as 1 and O as 0, when that one passes. The person decides, never the program. */
  readonly suggestion?: string
  /** Only of a code without a fault: it may be right all the same. */
  readonly warnings: readonly CreditCodeWarning[]
}

const LENGTH = 18
/** 代码字符集 — a character's value is its place; I, O, S, V and Z are left out (GB 32100-2015). */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** 登记管理部门 — 1 to 9 and Y, A and N by amendment 1 of 2016. */
const AUTHORITIES = '123456789ANY'
/** 机构类别 — the lists differ by authority and grow; accepting every digit but 0 is our own choice. */
const KINDS = '123456789'
const DIGITS = '0123456789'

/** 规范写法 — full-width to half-width, without blanks and hyphens, in capitals. Repairs nothing else. */
export function normalizeCreditCode(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\u200B-\u200D\u2060\u00AD\p{Dash_Punctuation}\u2212]/gu, '')
    .toUpperCase()
}

/**
 * 统一社会信用代码校验 — the first fault of a code someone typed, in the order length, characters, class, region, check
 * character. The region names the authority of the first registration, not where the firm is, and may be retired or
 * outside GB/T 2260: only its digits are checked (GB 32100-2015).
 */
export function checkCreditCode(text: string): CreditCodeCheck {
  const code = normalizeCreditCode(text)
  const fault = findFault(code)
  if (fault === undefined) return { code, warnings: listWarnings(code) }
  const suggestion = code.replace(/I/g, '1').replace(/O/g, '0')
  const isOffered = suggestion !== code && findFault(suggestion) === undefined
  return { code, ...fault, ...(isOffered ? { suggestion } : {}), warnings: [] }
}

/**
 * 补全校验码 — the first 16 characters to a whole code with both check characters. For made-up firms only: the code of a real
 * one is read, never computed.
 */
export function completeCreditCode(first16: string): CreditCode {
  const first17 = first16 + computeOrganisationCharacter(first16.slice(8))
  const code = first17 + computeCheckCharacter(first17)
  if (!isCreditCode(code)) throw new RangeError(`no credit code begins with ${first16}`)
  return code
}

/** Whether a text is a code as it is stored: one that still needs normalizing is not. */
export function isCreditCode(text: string): text is CreditCode {
  return findFault(text) === undefined
}

function findFault(code: string): { readonly fault: CreditCodeFault; readonly at?: number } | undefined {
  const characters = Array.from(code)
  if (characters.length !== LENGTH) return { fault: 'length' }
  const findOutside = (from: number, to: number, allowed: string): number | undefined => {
    const at = characters.findIndex((character, place) => place >= from && place < to && !allowed.includes(character))
    return at === -1 ? undefined : at
  }
  const foreign = findOutside(0, LENGTH, ALPHABET)
  if (foreign !== undefined) return { fault: 'charset', at: foreign }
  const unclassed = findOutside(0, 1, AUTHORITIES) ?? findOutside(1, 2, KINDS)
  if (unclassed !== undefined) return { fault: 'class', at: unclassed }
  const notDigit = findOutside(2, 8, DIGITS)
  if (notDigit !== undefined) return { fault: 'region', at: notDigit }
  return code[17] === computeCheckCharacter(code) ? undefined : { fault: 'check' }
}

/** 校验码 — position i weighs 3^(i−1) mod 31. A sum divisible by 31 gives 0, not the 31 that "31 − remainder" says. */
function computeCheckCharacter(code: string): string {
  let sum = 0
  let weight = 1
  for (const character of code.slice(0, 17)) {
    sum += ALPHABET.indexOf(character) * weight
    weight = (weight * 3) % 31
  }
  return ALPHABET.charAt((31 - (sum % 31)) % 31)
}

function listWarnings(code: string): readonly CreditCodeWarning[] {
  const warnings: CreditCodeWarning[] = []
  if (code.charAt(16) !== computeOrganisationCharacter(code.slice(8, 16))) warnings.push('organisation')
  if (!code.startsWith('91')) warnings.push('notEnterprise')
  return warnings
}

/** 组织机构代码校验码 — the check character inside characters 9 to 17 (GB 11714): digits as they are, A = 10 … Z = 35. */
function computeOrganisationCharacter(body: string): string {
  const weights = [3, 7, 9, 10, 5, 8, 4, 2]
  const sum = weights.reduce((total, weight, place) => total + weight * parseInt(body.charAt(place), 36), 0)
  const check = (11 - (sum % 11)) % 11
  return check === 10 ? 'X' : String(check)
}
