import { type Role } from './access.ts'

/** 角色名称 — as they stand beside an account. */
export const ROLE_NAMES: Readonly<Record<Role, string>> = {
  enterprise: '企业',
  liaison: '服务员',
  official: '主管部门',
  administrator: '系统管理员',
  auditor: '审计员',
}
