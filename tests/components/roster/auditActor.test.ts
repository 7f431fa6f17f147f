import { describe, expect, it } from 'vitest'
import { loginOf, nameRole, wordActor } from '../../../src/components/roster/auditActor'

describe('操作者', () => {
  it('an account is told by name, role and login', () => {
    const who = { kind: 'account', name: '张三', login: 'zhang.san' } as const
    expect(wordActor({ who, role: 'official', actor: 'a1' })).toEqual({
      name: '张三',
      more: '主管部门（zhang.san）',
      search: 'zhang.san',
    })
    expect(loginOf(who)).toBe('zhang.san')
  })

  it('a firm is told by its name, and has no login to tell', () => {
    const who = { kind: 'enterprise', name: '示例机械有限公司' } as const
    expect(wordActor({ who, role: 'enterprise', actor: 'a2' })).toEqual({
      name: '示例机械有限公司',
      more: '企业',
      search: '示例机械有限公司',
    })
    expect(loginOf(who)).toBe('')
  })

  it('whoever was erased is nobody, but what he did can still be followed', () => {
    expect(wordActor({ who: { kind: 'erased' }, role: 'liaison', actor: 'a3' })).toEqual({
      name: '已注销账号',
      more: '服务员，编号 a3',
      search: 'a3',
    })
    expect(wordActor({ who: { kind: 'erased' }, actor: 'a3' }).more).toBe('编号 a3')
  })

  it('the hub itself, and whoever did not get in, have no account to follow', () => {
    expect(wordActor({ who: { kind: 'program' } })).toEqual({ name: '识档（程序）', more: '' })
    expect(wordActor({ who: { kind: 'visitor' } })).toEqual({ name: '未登录的人', more: '' })
  })

  it('a role of another version stands as it is', () => {
    expect(nameRole('curator')).toBe('curator')
    expect(nameRole(undefined)).toBe('')
  })
})
