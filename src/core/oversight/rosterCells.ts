import { checkCreditCode, type CreditCodeFault } from '../creditCode.ts'
import { findIndustry, type Industries } from '../industry.ts'
import { type SizeClass } from '../sizeClass.ts'

/** 单元格的读法 — a value, what makes the row unusable, what a person has to accept; an empty cell is nothing at all. */
export interface ReadCell<Value> {
  readonly value?: Value
  readonly fault?: string
  readonly doubt?: string
}

/** 单元格文字 — half-width, trimmed, inner blanks as one; for codes, numbers and dates, not for names. */
function flatten(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim()
}

const CODE_FAULTS: Readonly<Record<CreditCodeFault, string>> = {
  length: '统一社会信用代码应为 18 位',
  charset: '统一社会信用代码含有不会出现的字符',
  class: '统一社会信用代码的前两位不是登记管理部门和机构类别',
  region: '统一社会信用代码的第 3 到 8 位应为数字',
  check: '统一社会信用代码的校验码不对，可能抄错了一位',
}

/**
 * 信用代码的问题 — why a code may not be right, in Chinese, with what was probably meant when I and O were typed for 1 and 0;
 * undefined for one that passes.
 */
export function describeCreditCodeFault(
  text: string,
): { readonly fault: CreditCodeFault; readonly text: string } | undefined {
  const { code, fault, at, suggestion } = checkCreditCode(text)
  if (fault === undefined) return undefined
  const length = Array.from(code).length
  const place =
    fault === 'length'
      ? `，现为 ${length} 位`
      : at === undefined
        ? ''
        : `（第 ${at + 1} 位“${Array.from(code)[at] ?? ''}”）`
  const hint = suggestion === undefined ? '' : `；是否为 ${suggestion}`
  return { fault, text: `${CODE_FAULTS[fault]}${place}${hint}：${code}` }
}

/**
 * 统一社会信用代码 — as it is stored. A code that cannot be one (length, characters, a number a spreadsheet has rounded) makes
 * the row unusable: nothing can be matched by it. One that only fails a check is a person's to accept.
 */
export function readCreditCode(text: string): ReadCell<string> {
  const cell = flatten(text)
  if (cell === '') return { fault: '没有统一社会信用代码' }
  if (/^\d(?:\.\d+)?E\+?\d+$/i.test(cell)) {
    return { fault: `统一社会信用代码被表格软件改成了数字（${cell}），后几位已丢失，请把该列设为文本后重新录入` }
  }
  const { code } = checkCreditCode(cell)
  if (/^\d{15}0{3}$/.test(code) && checkCreditCode(code).fault !== undefined) {
    return { fault: `统一社会信用代码的后三位都是 0（${code}），可能被表格软件当作数字而丢失，请核对原件` }
  }
  const problem = describeCreditCodeFault(cell)
  if (problem === undefined) return { value: code }
  return problem.fault === 'length' || problem.fault === 'charset'
    ? { fault: problem.text }
    : { value: code, doubt: problem.text }
}

/** 行业大类 — '30', 'C30', '3011', 'C3011 水泥制造' or a name; anything else stays open, with a doubt. */
export function readIndustry(text: string, industries: Industries): ReadCell<string> {
  const cell = flatten(text).replace(/\.0+$/, '')
  if (cell === '') return {}
  const [, section, digits] = /^([A-T])?[ -]?(\d{1,4})(?!\d)/i.exec(cell) ?? []
  if (digits !== undefined) return readIndustryDigits(cell, section?.toUpperCase(), digits, industries)
  const name = simplifyName(cell.replace(/^[A-T][ -]?(?=[\u3400-\u9fff])/i, ''))
  const all = Array.from(industries.byCode.values())
  const exact = all.find((industry) => [name, `${name}业`].includes(simplifyName(industry.name)))
  if (exact !== undefined) return { value: exact.code }
  const alike = name.length < 3 ? [] : all.filter((industry) => simplifyName(industry.name).startsWith(name))
  const [only] = alike
  if (only !== undefined && alike.length === 1) {
    return { value: only.code, doubt: `行业“${cell}”理解为 ${only.code} ${only.name}` }
  }
  return { doubt: `行业“${cell}”认不出是哪个大类，暂不写入` }
}

/** 0610 without its zero is 610, and 06 is 6: no division of industry begins with 61 or has one digit. */
function readIndustryDigits(
  cell: string,
  section: string | undefined,
  digits: string,
  industries: Industries,
): ReadCell<string> {
  const candidates =
    digits.length === 1 ? [`0${digits}`] : [digits.slice(0, 2), ...(digits.length === 3 ? [`0${digits[0]}`] : [])]
  const industry = candidates.map((code) => findIndustry(industries, code)).find((found) => found !== undefined)
  if (industry === undefined) return { doubt: `行业“${cell}”不在工业的 41 个大类中，暂不写入` }
  if (section !== undefined && section !== industry.section) {
    return {
      value: industry.code,
      doubt: `行业“${cell}”的门类与大类不符，理解为 ${industry.section}${industry.code} ${industry.name}`,
    }
  }
  return { value: industry.code }
}

function simplifyName(name: string): string {
  return name.normalize('NFKC').replace(/[\s\p{P}]/gu, '')
}

/** By the codes of the statistics bureau, 1 to 4, and by name. */
const SIZES: readonly (readonly [SizeClass, RegExp])[] = [
  ['大型', /^(?:1|大|大型|大型企业)$/],
  ['中型', /^(?:2|中|中型|中型企业)$/],
  ['小型', /^(?:3|小|小型|小型企业)$/],
  ['微型', /^(?:4|微|微型|微型企业)$/],
]

/** 企业规模 — by name or by the codes 1 to 4 of statistics. */
export function readSize(text: string): ReadCell<SizeClass> {
  const cell = flatten(text).replace(/\.0+$/, '')
  if (cell === '') return {}
  const found = SIZES.find(([, pattern]) => pattern.test(cell))
  return found === undefined ? { doubt: `企业规模“${cell}”应为大型、中型、小型或微型，暂不写入` } : { value: found[0] }
}

const YES = /^(?:是|1|√|✓|✔|☑|y|yes|true|规上|规上企业|规上工业|规模以上|规模以上工业|已入规|在库)$/i
const NO = /^(?:否|0|×|✗|✘|x|n|no|false|规下|非规上|规模以下|不是|未入规|不在库)$/i
const TICK = /^[√✓✔☑]$/

/** 勾选列 — whether a column is only ever ticked or empty: then an empty cell means no. */
export function isTickColumn(cells: readonly string[]): boolean {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  return filled.length > 0 && filled.every((cell) => TICK.test(cell))
}

/** 是否规上 — decides whether a firm counts at all, so it is never guessed: what is no clear yes or no is a fault. */
export function readAboveScale(text: string, isTicked: boolean): ReadCell<boolean> {
  const cell = text.trim()
  const plain = flatten(text).replace(/\.0+$/, '')
  if (cell === '') return isTicked ? { value: false } : { fault: '“是否规上”是空的' }
  if (YES.test(cell) || YES.test(plain)) return { value: true }
  if (NO.test(cell) || NO.test(plain)) return { value: false }
  return { fault: `“是否规上”应为是或否，现为“${cell}”` }
}

/** 年份 — '2023', '2023年', '2023年度', or the year of a date. */
export function readYear(text: string): ReadCell<number> {
  const cell = flatten(text).replace(/\.0+$/, '')
  if (cell === '') return {}
  const year = Number(/^(\d{4})(?:年度?|[-/.]\d{1,2}.*|年\d{1,2}月.*)?$/.exec(cell)?.[1] ?? NaN)
  return year >= 1998 && year <= 2999 ? { value: year } : { doubt: `规上年份“${cell}”不是四位年份，暂不写入` }
}

/** Serial numbers of spreadsheets count days from 1899-12-30; these are the years 1980 to 2079. Own choice. */
const SERIAL_OF_1970 = 25_569
const SERIALS = { from: 29_221, to: 65_746 }

/** 日期 — '2024-06-30', '2024/6/30', '2024.6.30', '2024年6月30日', '20240630', with a time after it, or a spreadsheet's serial. */
export function readDay(text: string): ReadCell<string> {
  const cell = flatten(text)
  if (cell === '') return {}
  const serial = /^\d{5}(?:\.\d+)?$/.test(cell) ? Math.floor(Number(cell)) : NaN
  if (serial >= SERIALS.from && serial <= SERIALS.to) {
    return { value: new Date((serial - SERIAL_OF_1970) * 86_400_000).toISOString().slice(0, 10) }
  }
  const [, year, month, day] =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?$/.exec(cell) ?? /^(\d{4})(\d\d)(\d\d)$/.exec(cell) ?? []
  const on = `${year}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
  const time = year === undefined ? NaN : Date.parse(`${on}T00:00:00Z`)
  // A day the month does not have is refused by some engines and carried over by others.
  if (Number.isNaN(time) || Number(year) < 1949 || new Date(time).toISOString().slice(0, 10) !== on) {
    return { doubt: `日期“${cell}”认不出来，暂不写入` }
  }
  return { value: on }
}

/** 电话 — as typed, half-width; one that a spreadsheet has rounded or that has no likely length is a person's to accept. */
export function readPhone(text: string, whose: string): ReadCell<string> {
  const cell = flatten(text).replace(/\.0+$/, '')
  if (cell === '') return {}
  if (/^\d(?:\.\d+)?E\+?\d+$/i.test(cell)) {
    return { doubt: `${whose}“${cell}”被表格软件改成了数字，位数已丢失，暂不写入` }
  }
  const [first = '', ...others] = cell.split(/\s*[、,;/]\s*|(?<=\d{7})\s(?=1[3-9]\d{9}$)/)
  const phone = first.replace(/[\p{Dash_Punctuation}\u2212]/gu, '-').replace(/ /g, '')
  if (!/^[\d+()-]{3,30}$/.test(phone)) return { doubt: `${whose}“${cell}”不是电话号码，暂不写入` }
  const digits = phone.replace(/\D/g, '').replace(/^(?:00)?86(?=1\d{10}$)/, '')
  const isLikely =
    /^1[3-9]\d{9}$/.test(digits) || (!/^1[3-9]/.test(digits) && digits.length >= 7 && digits.length <= 16)
  if (others.length > 0) return { value: phone, doubt: `${whose}有 ${others.length + 1} 个号码，只写入 ${phone}` }
  return isLikely ? { value: phone } : { value: phone, doubt: `${whose}“${phone}”的位数不像电话号码` }
}

/** 人名 — one person; several in one cell are nobody, since every firm has exactly one (GX-17). */
export function readPerson(text: string, whose: string): ReadCell<string> {
  const cell = text.replace(/\s+/g, ' ').trim()
  if (cell === '' || /^(?:无|暂无|待定|\/|-|—+)$/.test(cell)) return {}
  return /[、，,;；/]/.test(cell) ? { doubt: `${whose}“${cell}”不止一人，暂不写入` } : { value: cell }
}
