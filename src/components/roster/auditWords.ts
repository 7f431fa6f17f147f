import { formatChinaMoment } from '#core/chinaDay'
import { ROLE_NAMES } from '#core/oversight/roleNames'

/** 审计事项 — what the hub writes down, as people read it; what is not listed stands as it is. */
const ACTION_NAMES: Readonly<Record<string, string>> = {
  'hub.setUp': '建立第一个系统管理员',
  'session.opened': '登录',
  'session.refused': '登录被拒绝',
  'session.closed': '退出',
  'session.othersClosed': '退出其他登录',
  'enterprise.joined': '企业加入',
  'join.refused': '加入被拒绝',
  'request.refused': '越权请求被拒绝',
  'account.created': '新建账号',
  'account.changed': '修改账号',
  'account.grantRefused': '授权被拒绝',
  'account.passwordChanged': '修改口令',
  'account.secondFactorOn': '启用动态码',
  'account.secondFactorReset': '重设动态码',
  'campaign.created': '新建批次',
  'campaign.changed': '修改批次',
  'roster.imported': '导入名录',
  'roster.importUndone': '撤销导入',
  'enterprise.changed': '修改企业',
  'enterprise.left': '移出或恢复分母',
  'enterprise.erased': '彻底删除企业',
  'person.erased': '删除个人信息',
  'liaison.saved': '保存联系人',
  'liaison.assigned': '指派联系人',
  'phones.read': '查看完整电话',
  'joinCode.read': '查看报送码',
  'joinCode.renewed': '更换报送码',
  'joinCodes.exported': '批量取报送码',
  'submission.accepted': '收到报送',
  'submission.refused': '报送被拒绝',
  'submission.read': '查看报送包',
  'submission.returned': '退回修改',
  'authority.saved': '保存联系表',
  'table.versionSaved': '联系表存版',
  'export.made': '导出文件',
  'joinCode.used': '使用报送码',
  'joinCode.usedAgain': '用新报送码重设口令',
  'peers.published': '发布同类组',
  'peers.refused': '没有发布同类组',
  'demo.filled': '填充示例数据',
}

/** 审计事项 — 'phones.read' → 查看完整电话. */
export function formatAction(action: string): string {
  return ACTION_NAMES[action] ?? action
}

/** All that have a name, for a choice. */
export function listActions(): readonly { readonly action: string; readonly name: string }[] {
  return Object.entries(ACTION_NAMES).map(([action, name]) => ({ action, name }))
}

/** 细节的名称 — what stands beside an event: a count, a place, never a value of a firm. */
const DETAIL_NAMES: Readonly<Record<string, string>> = {
  address: '来源地址',
  route: '接口',
  rows: '行数',
  written: '写入',
  undone: '撤销',
  kept: '未动',
  kind: '种类',
  reason: '原因',
  code: '代码',
  status: '状态',
  count: '数量',
  filter: '筛选',
  sha256: '文件校验码',
  madeAt: '生成时间',
  area: '区划',
  role: '角色',
  revision: '第几次',
  liaison: '联系人',
  parts: '改了什么',
  why: '原因',
  submissions: '报送份数',
  records: '记录数',
  isClosed: '已关闭',
  deadlineOn: '截止日',
  referenceOn: '分母基准日',
  differences: '与原结果不同的项',
  isPeer: '可入同类组',
  counted: '已计入',
  waiting: '等下次计入',
  duplicates: '重复的填报',
  outside: '范围外',
  retired: '已移出',
  firms: '企业数',
}

/** 'address' → 来源地址; what is not listed stands as it is. */
export function nameDetail(name: string): string {
  return DETAIL_NAMES[name] ?? name
}

/** What the hub writes as a code, by the name of the detail. */
const VALUE_NAMES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  role: ROLE_NAMES,
  kind: {
    authorities: '主管部门联系表（附件2）',
    services: '服务台账（附件3）',
    weeklyDocx: '周报（Word）',
    weeklyXlsx: '周报（表格）',
    tiersXlsx: '分档名单（表格）',
    tiersCsv: '分档名单（CSV）',
    portraitDocx: '区域画像（Word）',
    portraitXlsx: '区域画像（表格）',
    rosterXlsx: '企业名录（表格）',
    rosterTemplate: '名录模板',
    authoritiesXlsx: '主管部门联系表（附件2，表格）',
    authoritiesDocx: '主管部门联系表（附件2，Word）',
    servicesXlsx: '服务台账（附件3，表格）',
    servicesDocx: '服务台账（附件3，Word）',
  },
}

/** What was changed of a firm or an account. */
const PART_NAMES: Readonly<Record<string, string>> = {
  contact: '企业联系人',
  contacted: '登记一次联系',
  note: '备注',
  'returned to the list': '恢复分母',
  name: '姓名',
  role: '角色',
  area: '区划',
  liaison: '联系人',
  expiresOn: '到期日',
  isClosed: '停用或恢复',
  unlock: '解除锁定',
  resetPassword: '重设口令',
  resetSecondFactor: '重设动态码',
}

/** A moment of the hub, which keeps them in UTC. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/

/** 细节的内容 — 是、否, roles and kinds by their names, areas with theirs, moments in the time of China; the rest as it is. */
export function formatDetail(
  name: string,
  value: string | number | boolean,
  nameArea: (code: string) => string,
): string {
  if (typeof value === 'boolean') return value ? '是' : '否'
  const text = String(value)
  if (name === 'area' && text !== '') return nameArea(text)
  if (MOMENT.test(text)) return formatChinaMoment(text)
  if (name === 'parts') {
    const parts = text.split(', ').map((part) => PART_NAMES[part] ?? part.replace(/^left: /, '移出分母：'))
    return parts.join('、')
  }
  return VALUE_NAMES[name]?.[text] ?? text
}
