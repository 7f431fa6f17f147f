import { type Step } from '#core/oversight/coverage'
import { type FirmFilter, type FirmTrouble } from '#core/oversight/firmList'
import { type AddressQuery } from './tierQuery'

/** 进展的次序 — as a firm goes through them. */
export const STEPS: readonly Step[] = [
  'unassigned',
  'assigned',
  'contacted',
  'joined',
  'filling',
  'returned',
  'submitted',
]

/** 特别情况的名称 — as the boxes of the coverage page. */
export const TROUBLE_NAMES: Readonly<Record<FirmTrouble, string>> = {
  none: '没有联系人',
  several: '有两个以上联系人',
  returned: '退回修改',
  left: '移出分母',
  outside: '名录外报送',
}
const TROUBLES = Object.keys(TROUBLE_NAMES) as readonly FirmTrouble[]

/** 网址里的筛选 — what is not understood is left out, as a bookmark may be old. */
export function parseFirmQuery(query: AddressQuery): FirmFilter {
  const text = (name: string, pattern: RegExp): string | undefined => {
    const found = query[name]
    return typeof found === 'string' && pattern.test(found) ? found : undefined
  }
  const filter: { readonly [Key in keyof FirmFilter]: FirmFilter[Key] | undefined } = {
    area: text('area', /^\d{6}$/),
    step: (['open', ...STEPS] as const).find((step) => step === query['step']),
    only: TROUBLES.find((trouble) => trouble === query['only']),
    liaison: text('liaison', /^[\w-]{1,64}$/),
    text: text('text', /^.{1,100}$/),
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as FirmFilter
}

/** 筛选写进网址 — the other way, so that 后退 and a bookmark find the same list. */
export function formatFirmQuery(filter: FirmFilter): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''))
}
