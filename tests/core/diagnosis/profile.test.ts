import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { checkProfile, ProfileSchema, type Profile } from '#core/diagnosis/profile'
import { loadGuangxi, makeEdition } from '../../support/build'

const accepts = (profile: unknown): boolean => v.safeParse(ProfileSchema, profile).success

/** 91350100M000100Y43 is the worked example of GB 32100-2015. */
const full: Profile = {
  name: '某某机械有限公司',
  creditCode: '91350100M000100Y43',
  city: '450100',
  county: '450102',
  industry: '34',
  productionType: 'discrete',
  staff: 320,
  revenue: 400_000_000,
  figuresYear: 2023,
  contact: '企划部',
  phone: '0771-0000000',
}

describe('企业信息', () => {
  it('a draft may have nothing, a complete profile everything', () => {
    expect(accepts({})).toBe(true)
    expect(accepts(full)).toBe(true)
    expect(accepts({ ...full, extra: { 'profile.park': '高新区', 'tail.needs': ['资金'] } })).toBe(true)
  })

  it.each<[string, unknown]>([
    ['name', 'x'.repeat(201)],
    ['name', 'a\0b'],
    ['name', '\ud83d'],
    ['name', 3],
    ['creditCode', '9'.repeat(41)],
    ['city', '45010'],
    ['county', '450１02'],
    ['county', 450102],
    ['industry', '3'],
    ['industry', '340'],
    ['productionType', 'x'.repeat(33)],
    ['staff', -1],
    ['staff', 3.5],
    ['staff', '320'],
    ['staff', NaN],
    ['revenue', 1e16],
    ['revenue', Infinity],
    ['figuresYear', 23],
    ['figuresYear', 1948],
    ['figuresYear', 3000],
    ['phone', '1'.repeat(41)],
    ['extra', { 'S1.1': 3 }],
    ['extra', { __html: '<script>' }],
    ['extra', 'text'],
    ['unknownField', 1],
  ])('%s cannot be %j', (field, value) => {
    expect(accepts({ ...full, [field]: value })).toBe(false)
  })

  it.each<[string, unknown]>([
    ['name', 'x'.repeat(200)],
    ['name', '<script>alert(1)</script>'],
    ['staff', 0],
    ['figuresYear', 1949],
    ['figuresYear', 2999],
    ['revenue', 9e15],
  ])('%s may be %j', (field, value) => {
    expect(accepts({ ...full, [field]: value })).toBe(true)
  })
})

describe('企业信息核对', () => {
  const edition = loadGuangxi()

  it('a complete profile lacks nothing', () => {
    expect(checkProfile(edition, full)).toEqual([])
  })

  it('every field of an empty profile is missing, in the order of the form', () => {
    expect(checkProfile(edition, {})).toEqual(Object.keys(full).map((field) => ({ field, why: 'missing' })))
  })

  it('an empty text is missing, a zero is not', () => {
    expect(checkProfile(edition, { ...full, contact: '' })).toEqual([{ field: 'contact', why: 'missing' }])
    expect(checkProfile(edition, { ...full, staff: 0, revenue: 0 })).toEqual([])
  })

  it('a credit code with a wrong check character and an unknown production type are wrong', () => {
    const wrong = { ...full, creditCode: '91350100M000100Y44', productionType: 'fishing' }
    expect(checkProfile(edition, wrong)).toEqual([
      { field: 'creditCode', why: 'wrong' },
      { field: 'productionType', why: 'wrong' },
    ])
  })

  it('the production type is asked only where the edition has some', () => {
    const small = makeEdition({ tree: { id: 'all', items: ['A'] } })
    const { productionType: _, ...rest } = full
    expect(checkProfile(small, rest)).toEqual([])
    expect(checkProfile(edition, rest)).toEqual([{ field: 'productionType', why: 'missing' }])
  })
})
