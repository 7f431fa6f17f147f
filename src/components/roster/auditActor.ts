import { ROLE_NAMES } from '#core/oversight/roleNames'
import { type AuditActor, type AuditRow } from '#core/oversight/api'
import { type Role } from '#core/oversight/access'

/** 操作者 — who did it, for people: the name first, then what else tells him from others. */
export interface ActorWords {
  readonly name: string
  readonly more: string
  /** What finds all of the same account; undefined where there is none. */
  readonly search?: string
}

/** 谁 — 张三, 主管部门（zhang.san）; a firm by its name; 识档（程序） for the hub itself; 已注销账号 where nobody is left. */
export function wordActor({ who, role, actor }: Pick<AuditRow, 'who' | 'role' | 'actor'>): ActorWords {
  const roleName = nameRole(role)
  switch (who.kind) {
    case 'account':
      return { name: who.name, more: `${roleName}（${who.login}）`, search: who.login }
    case 'enterprise':
      return { name: who.name, more: roleName, search: who.name }
    case 'erased':
      return {
        name: '已注销账号',
        more: [roleName, actor === undefined ? '' : `编号 ${actor}`].filter((part) => part !== '').join('，'),
        ...(actor === undefined ? {} : { search: actor }),
      }
    case 'visitor':
      return { name: '未登录的人', more: '' }
    case 'program':
      return { name: '识档（程序）', more: '' }
  }
}

/** 'official' → 主管部门; '' for none. */
export function nameRole(role: string | undefined): string {
  return role === undefined ? '' : (ROLE_NAMES[role as Role] ?? role)
}

/** 账号名 of an account, '' where there is none to tell. */
export function loginOf(who: AuditActor): string {
  return who.kind === 'account' ? who.login : ''
}
