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
  'peers.published': '发布同类组',
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
}

/** 'address' → 来源地址; what is not listed stands as it is. */
export function nameDetail(name: string): string {
  return DETAIL_NAMES[name] ?? name
}

/** 是、否, numbers and words as they are. */
export function formatDetail(value: string | number | boolean): string {
  return typeof value === 'boolean' ? (value ? '是' : '否') : String(value)
}
