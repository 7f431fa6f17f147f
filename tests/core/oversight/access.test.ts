import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import { listParents } from '#core/division'
import {
  checkPassword,
  LOGIN_POLICIES,
  mayGrant,
  nameLogin,
  ROLES,
  type Actor,
  type Role,
} from '#core/oversight/access'
import { divisions } from '#reference/books.ts'

const parentOf = listParents(divisions)
const [REGION, NANNING, QINGXIU, LIUZHOU] = ['450000', '450100', '450103', '450200'] as const
const official = (area: string): Actor => ({ id: 'o', role: 'official', area })

describe('授权', () => {
  it.each<[Actor, Role, string | undefined, boolean]>([
    [official(NANNING), 'liaison', NANNING, true],
    [official(NANNING), 'liaison', QINGXIU, true],
    [official(NANNING), 'liaison', LIUZHOU, false],
    [official(NANNING), 'liaison', REGION, false],
    [official(NANNING), 'official', QINGXIU, true],
    [official(NANNING), 'official', NANNING, false],
    [official(NANNING), 'official', REGION, false],
    [official(NANNING), 'official', LIUZHOU, false],
    [official(NANNING), 'official', undefined, false],
    [official(NANNING), 'auditor', NANNING, false],
    [official(NANNING), 'administrator', NANNING, false],
    [official(NANNING), 'official', '999999', false],
    [official(REGION), 'official', NANNING, true],
  ])('an official $area may make $role of $area', (actor, role, area, isAllowed) => {
    expect(mayGrant(actor, role, area, parentOf)).toBe(isAllowed)
  })

  it('enterprises come by their own code only, whoever asks', () => {
    for (const role of ROLES) {
      expect(mayGrant({ id: 'x', role, area: REGION }, 'enterprise', QINGXIU, parentOf)).toBe(false)
    }
  })

  it('liaisons, enterprises and auditors grant nothing', () => {
    for (const role of ['liaison', 'enterprise', 'auditor'] as const) {
      for (const wanted of ROLES) {
        expect(mayGrant({ id: 'x', role, area: REGION }, wanted, QINGXIU, parentOf)).toBe(false)
      }
    }
  })

  it('an administrator makes every account but those of enterprises', () => {
    const may = ROLES.filter((role) => mayGrant({ id: 'x', role: 'administrator' }, role, undefined, parentOf))
    expect(may).toEqual(['liaison', 'official', 'administrator', 'auditor'])
  })

  it('nobody among officials grants a division outside his own', () => {
    const codes = Array.from(divisions.byCode.keys())
    const area = fc.constantFrom(...codes)
    fc.assert(
      fc.property(area, area, fc.constantFrom<Role>('official', 'liaison'), (own, other, role) => {
        const chain = [other]
        for (let at = parentOf(other); at !== undefined; at = parentOf(at)) chain.push(at)
        if (mayGrant(official(own), role, other, parentOf)) expect(chain).toContain(own)
      }),
    )
  })
})

describe('口令要求', () => {
  const { 'dengbao-2': two, asvs } = LOGIN_POLICIES

  it.each([
    ['Abcdef123', '口令至少 10 个字符'],
    ['Abcdef1234', undefined],
    ['abcdefghij1', /大写字母、小写字母、数字、符号中的至少 3 种/],
    ['abcdefghi1!', undefined],
    ['Zhangsan.01x', undefined],
    ['Xzhangsan!!1', '口令不能包含账号名'],
    [`Aa1${'x'.repeat(126)}`, '口令不能超过 128 个字符'],
  ])('for zhangsan at 等保 2, “%s”', (password, reason) => {
    const login = password.startsWith('Zhangsan') ? 'lisi' : 'zhangsan'
    const found = checkPassword(two, password, login)
    if (reason instanceof RegExp) expect(found).toMatch(reason)
    else expect(found).toBe(reason)
  })

  it('a firm knows its login as its credit code, also at its second city', () => {
    const code = completeCreditCode('91450100MA5T0000')
    for (const login of [code, code.toLowerCase(), `${code.toLowerCase()}.450200`]) {
      expect(checkPassword(two, `Ab-${code}`, login)).toBe('口令不能包含统一社会信用代码')
      expect(checkPassword(two, 'Abcdef-1234', login)).toBeUndefined()
      expect(nameLogin(login)).toBe('统一社会信用代码')
    }
    expect(nameLogin('zhangsan')).toBe('账号名')
  })

  it('ASVS asks for length alone, and still not for one character repeated', () => {
    expect(checkPassword(asvs, '正确的马电池订书钉再来几个', 'someone')).toBeUndefined()
    expect(checkPassword(asvs, 'aaaaaaaaaaaaaa', 'someone')).toBe('口令不能是同一个字符')
    expect(checkPassword(asvs, 'abcdefghijk', 'someone')).toBe('口令至少 12 个字符')
  })

  it('a character outside the basic plane counts once', () => {
    expect(checkPassword(asvs, '𠮷'.repeat(6), 'someone')).toBe('口令至少 12 个字符')
  })

  it('officials always need a second factor, and the higher level of protection is never the laxer', () => {
    for (const policy of Object.values(LOGIN_POLICIES)) {
      expect(policy.secondFactor).toEqual(expect.arrayContaining(['official', 'administrator', 'auditor']))
    }
    const three = LOGIN_POLICIES['dengbao-3']
    expect(three.leastLength).toBeGreaterThanOrEqual(two.leastLength)
    expect(three.idleMinutes).toBeLessThanOrEqual(two.idleMinutes)
    expect(three.absoluteHours).toBeLessThanOrEqual(two.absoluteHours)
  })
})
