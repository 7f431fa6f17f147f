import * as v from 'valibot'
import { checkCreditCode } from '../creditCode.ts'
import { isKeepableText } from '../json.ts'
import { type Edition } from './edition.ts'

const Line = v.pipe(v.string(), v.maxLength(200, '超过 200 个字符'), v.check(isKeepableText, '含有不能保存的字符'))
const Year = v.pipe(v.number(), v.integer(), v.minValue(1949), v.maxValue(2999))
const Count = v.pipe(v.number(), v.integer('应为整数'), v.minValue(0, '不能为负数'), v.maxValue(9e15))

/**
 * 企业信息 — who fills the sheet. Every field may still be missing in a draft; `revenue` is an amount in 元, `creditCode` and
 * the region and industry codes are text. `extra` keeps the edition's own unscored questions, by question name.
 */
export const ProfileSchema = v.strictObject({
  name: v.optional(Line),
  creditCode: v.optional(v.pipe(Line, v.maxLength(40))),
  city: v.optional(v.pipe(v.string(), v.regex(/^\d{6}$/, '应为六位行政区划代码'))),
  county: v.optional(v.pipe(v.string(), v.regex(/^\d{6}$/, '应为六位行政区划代码'))),
  industry: v.optional(v.pipe(v.string(), v.regex(/^\d{2}$/, '应为两位行业大类代码'))),
  productionType: v.optional(v.pipe(v.string(), v.maxLength(32))),
  staff: v.optional(Count),
  revenue: v.optional(Count),
  figuresYear: v.optional(Year),
  contact: v.optional(Line),
  phone: v.optional(v.pipe(Line, v.maxLength(40))),
  extra: v.optional(v.record(v.pipe(v.string(), v.regex(/^(profile|tail)\./)), v.unknown())),
})
export type Profile = v.InferOutput<typeof ProfileSchema>

export type ProfileField =
  | 'name'
  | 'creditCode'
  | 'city'
  | 'county'
  | 'industry'
  | 'productionType'
  | 'staff'
  | 'revenue'
  | 'figuresYear'
  | 'contact'
  | 'phone'

/** 企业信息各项的名称 — as they stand beside the fields. */
export const PROFILE_FIELD_NAMES: Readonly<Record<ProfileField, string>> = {
  name: '企业名称',
  creditCode: '统一社会信用代码',
  city: '所在市',
  county: '所在县（市、区）',
  industry: '行业大类',
  productionType: '生产类型',
  staff: '从业人员',
  revenue: '营业收入',
  figuresYear: '数据年份',
  contact: '填报联系人',
  phone: '联系电话',
}

/** 企业信息的缺口 — one field that keeps a sheet from being submitted: nothing in it, or a credit code that cannot be right. */
export interface ProfileFault {
  readonly field: ProfileField
  readonly why: 'missing' | 'wrong'
}

/**
 * 企业信息核对 — what is missing or wrong before a sheet may be locked. The production type is asked only where the edition
 * knows some; everything else is asked of everybody.
 */
export function checkProfile(edition: Edition, profile: Profile): readonly ProfileFault[] {
  const types = edition.scoring.productionTypes
  const required: readonly ProfileField[] = [
    'name',
    'creditCode',
    'city',
    'county',
    'industry',
    ...(types === undefined ? [] : (['productionType'] as const)),
    'staff',
    'revenue',
    'figuresYear',
    'contact',
    'phone',
  ]
  return required.flatMap((field): readonly ProfileFault[] => {
    const value = profile[field]
    if (value === undefined || value === '') return [{ field, why: 'missing' }]
    const isWrong =
      (field === 'creditCode' && checkCreditCode(String(value)).fault !== undefined) ||
      (field === 'productionType' && types?.every(({ id }) => id !== value) === true)
    return isWrong ? [{ field, why: 'wrong' }] : []
  })
}
