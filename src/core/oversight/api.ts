import * as v from 'valibot'
import { Digest, Moment } from '../ourFile.ts'
import { LOGIN_POLICIES, ROLES, type Role } from './access.ts'
import {
  CampaignSchema,
  Count,
  Day,
  DivisionCode,
  EnterpriseSchema,
  Id,
  LEAVE_REASONS,
  Line,
  SummarySchema,
} from './enterprise.ts'

/** The version of the protocol: a client of another one says so and sends nothing (case 27). */
export const API_VERSION = 1

const Password = v.pipe(v.string(), v.minLength(1), v.maxLength(256))
const Login = v.pipe(v.string(), v.trim(), v.minLength(3, '账号至少 3 个字符'), v.maxLength(64), v.regex(/^[\w.@-]+$/))
const Otp = v.pipe(v.string(), v.regex(/^\d{6}$/, '应为六位动态码'))
const Phone = v.pipe(v.string(), v.trim(), v.regex(/^[\d+() -]{3,30}$/, '应为电话号码'))
/** A mask sent back (138****5678) leaves the number as it is: who edits a name was not shown the phone. */
const PhoneOrMask = v.pipe(v.string(), v.trim(), v.regex(/^[\d+*() -]{3,30}$/, '应为电话号码'))
const Revision = v.pipe(v.string(), v.regex(/^[1-9]\d{0,5}$/), v.transform(Number))
const Note = v.pipe(v.string(), v.trim(), v.maxLength(2000, '超过 2000 个字符'))
const Reason = v.pipe(Note, v.minLength(2, '请写明原因'))

/** 登录状态 — who is signed in, what he may see, and what he still has to do first. */
export const SessionSchema = v.strictObject({
  account: v.strictObject({
    id: Id,
    login: v.string(),
    name: v.string(),
    role: v.picklist(ROLES),
    area: v.optional(DivisionCode),
    enterprise: v.optional(v.strictObject({ id: Id, creditCode: v.string(), name: v.string() })),
    liaison: v.optional(Id),
    expiresOn: v.optional(Day),
  }),
  policy: v.picklist(['dengbao-2', 'dengbao-3', 'asvs'] satisfies (keyof typeof LOGIN_POLICIES)[]),
  /** Until one of these is done, only signing out, the password and the second factor are served. */
  mustChangePassword: v.boolean(),
  mustEnrolSecondFactor: v.boolean(),
  idleMinutes: v.number(),
  endsAt: Moment,
  /** Changes when what the account may see changes: the local copy is wiped then. */
  scope: v.string(),
})
export type Session = v.InferOutput<typeof SessionSchema>

export const HubSchema = v.strictObject({
  kind: v.literal('shidang-hub'),
  api: v.number(),
  hub: Id,
  engine: v.string(),
  now: Moment,
  /** Ed25519 public key of receipts, hex; `key` names it. */
  key: v.string(),
  publicKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  isSetUp: v.boolean(),
  isDemo: v.boolean(),
  campaigns: v.array(CampaignSchema),
})
export type Hub = v.InferOutput<typeof HubSchema>

/** 名录的一行输入 — as parsed from a table; `liaison` by name (and phone when the table has one). */
export const RosterRowSchema = v.strictObject({
  creditCode: v.pipe(v.string(), v.maxLength(40)),
  name: Line,
  city: DivisionCode,
  county: v.optional(DivisionCode),
  industry: v.optional(v.pipe(v.string(), v.regex(/^\d{2}$/))),
  size: v.optional(v.picklist(['大型', '中型', '小型', '微型'])),
  isAboveScale: v.boolean(),
  scaleYear: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1998), v.maxValue(2999))),
  scaleSource: v.optional(Line),
  liaison: v.optional(v.strictObject({ name: Line, phone: v.optional(Phone) })),
  contact: v.optional(v.strictObject({ name: Line, phone: v.optional(Phone) })),
  listedOn: v.optional(Day),
})
export type RosterRow = v.InferOutput<typeof RosterRowSchema>

/** 导入预演中的一条 — what one row would do. `row` counts from 1 in the list sent. */
export const RosterChangeSchema = v.strictObject({
  row: v.number(),
  kind: v.picklist(['new', 'changed', 'same', 'doubtful']),
  creditCode: v.string(),
  name: v.string(),
  enterprise: v.optional(Id),
  /** Field name → old and new text, for people. */
  changes: v.array(v.strictObject({ field: v.string(), from: v.string(), to: v.string() })),
  /** Chinese sentences; a doubtful row is written only when it is named in `accept`. */
  doubts: v.array(v.string()),
})
export type RosterChange = v.InferOutput<typeof RosterChangeSchema>

export const ImportReportSchema = v.strictObject({
  /** Absent in a dry run. */
  id: v.optional(Id),
  counts: v.strictObject({ new: Count, changed: Count, same: Count, doubtful: Count, written: Count }),
  changes: v.array(RosterChangeSchema),
})
export type ImportReport = v.InferOutput<typeof ImportReportSchema>

export const AccountSchema = v.strictObject({
  id: Id,
  login: v.string(),
  name: v.string(),
  role: v.picklist(ROLES),
  area: v.optional(DivisionCode),
  liaison: v.optional(Id),
  isClosed: v.boolean(),
  isLocked: v.boolean(),
  hasSecondFactor: v.boolean(),
  expiresOn: v.optional(Day),
  lastSeenAt: v.optional(Moment),
})
export type Account = v.InferOutput<typeof AccountSchema>

export const LiaisonSchema = v.strictObject({
  id: Id,
  name: v.string(),
  phone: v.optional(v.string()),
  unit: v.optional(v.string()),
  area: DivisionCode,
  isActive: v.boolean(),
  /** How many firms are assigned to it. */
  firms: Count,
  hasAccount: v.boolean(),
})
export type Liaison = v.InferOutput<typeof LiaisonSchema>

/** 工作联系表（附件2）的一行 — the authority of one division (GX-14). Phones masked unless asked for one by one. */
export const AuthorityRowSchema = v.strictObject({
  area: DivisionCode,
  unit: Line,
  leader: v.optional(Line),
  contact: v.optional(Line),
  post: v.optional(Line),
  officePhone: v.optional(Phone),
  mobile: v.optional(v.pipe(v.string(), v.maxLength(30))),
  updatedAt: v.optional(Moment),
})
export type AuthorityRow = v.InferOutput<typeof AuthorityRowSchema>

export const TableVersionSchema = v.strictObject({
  id: Id,
  kind: v.picklist(['authorities', 'services']),
  area: DivisionCode,
  at: Moment,
  by: v.string(),
  rows: Count,
  note: v.optional(v.string()),
})
export type TableVersion = v.InferOutput<typeof TableVersionSchema>

/**
 * 操作者 — who did it, by the account rows as they are now: the audit itself keeps ids only, so that erasing a person needs no
 * change of the chain. `erased` 已注销账号; `visitor` somebody who did not get in; `program` the hub itself or a command on its server.
 */
export const AuditActorSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('account'), name: v.string(), login: v.string() }),
  v.strictObject({ kind: v.literal('enterprise'), name: v.string() }),
  v.strictObject({ kind: v.picklist(['erased', 'visitor', 'program']) }),
])
export type AuditActor = v.InferOutput<typeof AuditActorSchema>

export const AuditRowSchema = v.strictObject({
  id: Id,
  at: Moment,
  actor: v.optional(v.string()),
  role: v.optional(v.string()),
  who: AuditActorSchema,
  action: v.string(),
  subject: v.optional(v.string()),
  isDone: v.boolean(),
  detail: v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
  /** Block and place in it; absent until sealed (a second or two). */
  block: v.optional(Count),
})
export type AuditRow = v.InferOutput<typeof AuditRowSchema>

/** 报送的一次修订 — in the history of one firm. */
export const StoredRevisionSchema = v.strictObject({
  id: Id,
  revision: v.number(),
  receivedAt: Moment,
  summary: SummarySchema,
  returned: v.optional(v.strictObject({ at: Moment, reason: v.string(), by: v.string() })),
})
export type StoredRevision = v.InferOutput<typeof StoredRevisionSchema>

const Nothing = v.strictObject({})
const FirmId = v.strictObject({ id: Id })

/** 接口的一条 — everything hub, client and /v1/openapi.json know of a route. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly title: string
  /** Who may call it; 'anyone' needs no session. */
  readonly roles: readonly (Role | 'anyone')[]
  readonly params?: v.GenericSchema
  readonly query?: v.GenericSchema
  readonly body?: v.GenericSchema
  readonly answer: v.GenericSchema
  /** Status of success, 200 unless told. */
  readonly status?: number
}

const STAFF = ['liaison', 'official'] as const satisfies readonly Role[]
const ALL = ROLES

/**
 * 接口 — the hub's whole protocol as data. Refusals have one shape everywhere: `{ error: { code, message, details } }`; a firm
 * outside one's scope is the same 404 as one that does not exist.
 */
export const ROUTES = {
  readHub: { method: 'GET', path: '/v1/hub', title: '汇总端与进行中的批次', roles: ['anyone'], answer: HubSchema },
  setUp: {
    method: 'POST',
    path: '/v1/setup',
    title: '用一次性链接建立第一个系统管理员',
    roles: ['anyone'],
    body: v.strictObject({ token: v.string(), login: Login, name: Line, password: Password }),
    answer: SessionSchema,
  },
  signIn: {
    method: 'POST',
    path: '/v1/session',
    title: '登录',
    roles: ['anyone'],
    body: v.strictObject({ login: Login, password: Password, otp: v.optional(Otp) }),
    answer: SessionSchema,
  },
  join: {
    method: 'POST',
    path: '/v1/join',
    title: '企业用信用代码和一次性报送码加入，或用新的报送码重设口令',
    roles: ['anyone'],
    body: v.strictObject({ creditCode: v.string(), code: v.string(), password: Password }),
    answer: SessionSchema,
  },
  readSession: { method: 'GET', path: '/v1/session', title: '当前登录', roles: ALL, answer: SessionSchema },
  signOut: { method: 'DELETE', path: '/v1/session', title: '退出', roles: ALL, answer: Nothing },
  signOutElsewhere: {
    method: 'DELETE',
    path: '/v1/session/others',
    title: '退出其他设备上的登录',
    roles: ALL,
    answer: v.strictObject({ ended: Count }),
  },
  changePassword: {
    method: 'PUT',
    path: '/v1/account/password',
    title: '修改口令；其他登录随之失效',
    roles: ALL,
    body: v.strictObject({ current: Password, next: Password }),
    answer: SessionSchema,
  },
  beginSecondFactor: {
    method: 'POST',
    path: '/v1/account/second-factor',
    title: '开始启用动态码：给出密钥，确认前不生效',
    roles: ALL,
    body: v.strictObject({ password: Password }),
    answer: v.strictObject({ secret: v.string(), uri: v.string() }),
  },
  confirmSecondFactor: {
    method: 'PUT',
    path: '/v1/account/second-factor',
    title: '用一个动态码确认启用',
    roles: ALL,
    body: v.strictObject({ otp: Otp }),
    answer: SessionSchema,
  },

  listAccounts: {
    method: 'GET',
    path: '/v1/accounts',
    title: '本人可管理的账号',
    roles: ['official', 'administrator'],
    answer: v.strictObject({ accounts: v.array(AccountSchema) }),
  },
  createAccount: {
    method: 'POST',
    path: '/v1/accounts',
    title: '新建账号；给出一次性初始口令，首次登录必须修改',
    roles: ['official', 'administrator'],
    body: v.strictObject({
      login: Login,
      name: Line,
      role: v.picklist(['liaison', 'official', 'administrator', 'auditor']),
      area: v.optional(DivisionCode),
      liaison: v.optional(Id),
      expiresOn: v.optional(Day),
    }),
    answer: v.strictObject({ account: AccountSchema, initialPassword: v.string() }),
    status: 201,
  },
  changeAccount: {
    method: 'PATCH',
    path: '/v1/accounts/:id',
    title: '停用、启用、改范围或有效期、解锁、重设口令或动态码',
    roles: ['official', 'administrator'],
    params: FirmId,
    body: v.strictObject({
      name: v.optional(Line),
      area: v.optional(DivisionCode),
      expiresOn: v.optional(v.nullable(Day)),
      isClosed: v.optional(v.boolean()),
      unlock: v.optional(v.literal(true)),
      resetPassword: v.optional(v.literal(true)),
      resetSecondFactor: v.optional(v.literal(true)),
    }),
    answer: v.strictObject({ account: AccountSchema, initialPassword: v.optional(v.string()) }),
  },

  saveCampaign: {
    method: 'PUT',
    path: '/v1/campaigns/:id',
    title: '新建或修改批次；version 为 0 表示新建',
    roles: ['official', 'administrator'],
    params: FirmId,
    body: CampaignSchema,
    answer: CampaignSchema,
  },

  listEnterprises: {
    method: 'GET',
    path: '/v1/enterprises',
    title: '本人范围内的企业，按变化增量拉取',
    roles: [...STAFF, 'enterprise'],
    query: v.strictObject({
      since: v.optional(v.pipe(v.string(), v.maxLength(100))),
      limit: v.optional(v.pipe(v.string(), v.regex(/^\d{1,5}$/), v.transform(Number), v.maxValue(10000))),
    }),
    answer: v.strictObject({
      enterprises: v.array(EnterpriseSchema),
      /** Firms that left the scope since the cursor: applied before the rows above. */
      gone: v.array(Id),
      /** For `since` of the next call; `more` says whether to call at once. */
      cursor: v.string(),
      more: v.boolean(),
      /** How many firms the scope has now: another number than the local copy's means to pull anew. */
      total: Count,
      scope: v.string(),
    }),
  },
  changeEnterprise: {
    method: 'PATCH',
    path: '/v1/enterprises/:id',
    title: '改企业资料、移出或恢复分母、记联系情况',
    roles: STAFF,
    params: FirmId,
    body: v.strictObject({
      /** What the row's version was: another one means that somebody else changed it, 409. */
      version: Count,
      contact: v.optional(v.nullable(v.strictObject({ name: Line, phone: v.optional(Phone) }))),
      leave: v.optional(v.nullable(v.strictObject({ reason: v.picklist(LEAVE_REASONS), note: Reason, on: Day }))),
      contacted: v.optional(v.strictObject({ note: v.optional(Note) })),
      note: v.optional(v.nullable(Note)),
    }),
    answer: EnterpriseSchema,
  },
  assignLiaison: {
    method: 'PUT',
    path: '/v1/enterprises/:id/liaison',
    title: '指派唯一的诊断工作联系人；原有的全部结束',
    roles: ['official'],
    params: FirmId,
    body: v.strictObject({ liaison: v.nullable(Id) }),
    answer: EnterpriseSchema,
  },
  readPhones: {
    method: 'POST',
    path: '/v1/enterprises/:id/phones',
    title: '查看完整电话（记入审计）',
    roles: STAFF,
    params: FirmId,
    body: Nothing,
    answer: v.strictObject({
      contact: v.optional(v.string()),
      liaisons: v.array(v.strictObject({ id: Id, phone: v.optional(v.string()) })),
    }),
  },
  readJoinCode: {
    method: 'POST',
    path: '/v1/enterprises/:id/join-code',
    title: '查看企业的一次性报送码；renew 作废旧码另发新码',
    roles: STAFF,
    params: FirmId,
    body: v.strictObject({ renew: v.boolean() }),
    answer: v.strictObject({ code: v.string(), isUsed: v.boolean() }),
  },
  listJoinCodes: {
    method: 'POST',
    path: '/v1/join-codes',
    title: '批量取未使用的报送码，用于名录导出（记入审计）',
    roles: STAFF,
    body: v.strictObject({ enterprises: v.pipe(v.array(Id), v.maxLength(5000)) }),
    answer: v.strictObject({ codes: v.array(v.strictObject({ enterprise: Id, code: v.string() })) }),
  },
  eraseEnterprise: {
    method: 'DELETE',
    path: '/v1/enterprises/:id',
    title: '彻底删除一家企业的报送和个人信息（留下墓碑，不能再报同一编号）',
    roles: ['official'],
    params: FirmId,
    body: v.strictObject({ reason: Reason }),
    answer: v.strictObject({ submissions: Count }),
  },

  listLiaisons: {
    method: 'GET',
    path: '/v1/liaisons',
    title: '本人范围内的诊断工作联系人',
    roles: STAFF,
    answer: v.strictObject({ liaisons: v.array(LiaisonSchema) }),
  },
  saveLiaison: {
    method: 'PUT',
    path: '/v1/liaisons/:id',
    title: '新建或修改联系人；停用前须先改派其企业',
    roles: ['official'],
    params: FirmId,
    body: v.strictObject({
      name: Line,
      phone: v.optional(PhoneOrMask),
      unit: v.optional(Line),
      area: DivisionCode,
      isActive: v.boolean(),
    }),
    answer: LiaisonSchema,
  },

  importRoster: {
    method: 'POST',
    path: '/v1/roster/imports',
    title: '导入名录；dryRun 只预演不写入',
    roles: ['official'],
    body: v.strictObject({
      file: v.pipe(v.string(), v.maxLength(200)),
      dryRun: v.boolean(),
      /** Rows (from 1) with doubts that are to be written all the same. */
      accept: v.array(Count),
      rows: v.pipe(v.array(RosterRowSchema), v.maxLength(20000)),
    }),
    answer: ImportReportSchema,
  },
  listImports: {
    method: 'GET',
    path: '/v1/roster/imports',
    title: '导入记录',
    roles: ['official'],
    answer: v.strictObject({
      imports: v.array(
        v.strictObject({
          id: Id,
          at: Moment,
          by: v.string(),
          file: v.string(),
          written: Count,
          undoneAt: v.optional(Moment),
        }),
      ),
    }),
  },
  undoImport: {
    method: 'POST',
    path: '/v1/roster/imports/:id/undo',
    title: '撤销一次导入；之后又改过的行不动，并列出',
    roles: ['official'],
    params: FirmId,
    body: Nothing,
    answer: v.strictObject({ undone: Count, kept: v.array(v.strictObject({ name: v.string(), why: v.string() })) }),
  },

  putSubmission: {
    method: 'PUT',
    path: '/v1/submissions/:id/revisions/:revision',
    title: '报送；同样内容重发得到同样的回执',
    roles: ['enterprise'],
    params: v.strictObject({ id: Id, revision: Revision }),
    body: v.strictObject({ campaign: Id, submission: v.unknown() }),
    answer: v.strictObject({ receipt: v.unknown() }),
    status: 201,
  },
  readSubmission: {
    method: 'GET',
    path: '/v1/submissions/:id/revisions/:revision',
    title: '一份完整的报送包；两家企业用了同一编号时须指明哪一家',
    roles: [...STAFF, 'enterprise'],
    params: v.strictObject({ id: Id, revision: Revision }),
    query: v.strictObject({ enterprise: v.optional(Id) }),
    answer: v.strictObject({ submission: v.unknown(), receipt: v.unknown() }),
  },
  listRevisions: {
    method: 'GET',
    path: '/v1/enterprises/:id/submissions',
    title: '一家企业的历次报送',
    roles: [...STAFF, 'enterprise'],
    params: FirmId,
    answer: v.strictObject({ revisions: v.array(StoredRevisionSchema) }),
  },
  returnSubmission: {
    method: 'POST',
    path: '/v1/submissions/:id/revisions/:revision/return',
    title: '退回修改',
    roles: ['official'],
    params: v.strictObject({ id: Id, revision: Revision }),
    body: v.strictObject({ reason: Reason, enterprise: v.optional(Id) }),
    answer: EnterpriseSchema,
  },
  tellProgress: {
    method: 'PUT',
    path: '/v1/progress',
    title: '企业填报进度（只有计数，没有作答）',
    roles: ['enterprise'],
    body: v.strictObject({ answered: Count, asked: Count }),
    answer: Nothing,
  },

  listAuthorities: {
    method: 'GET',
    path: '/v1/authorities',
    title: '工作联系表（附件2）',
    roles: STAFF,
    answer: v.strictObject({ authorities: v.array(AuthorityRowSchema) }),
  },
  saveAuthority: {
    method: 'PUT',
    path: '/v1/authorities/:id',
    title: '保存一个区划的工作联系人（:id 为区划代码）',
    roles: ['official'],
    params: FirmId,
    body: AuthorityRowSchema,
    answer: AuthorityRowSchema,
  },
  saveTableVersion: {
    method: 'POST',
    path: '/v1/table-versions',
    title: '为附件2或附件3存一版',
    roles: ['official'],
    body: v.strictObject({ kind: v.picklist(['authorities', 'services']), area: DivisionCode, note: v.optional(Note) }),
    answer: TableVersionSchema,
    status: 201,
  },
  listTableVersions: {
    method: 'GET',
    path: '/v1/table-versions',
    title: '附件2、附件3的各版',
    roles: ['official'],
    answer: v.strictObject({ versions: v.array(TableVersionSchema) }),
  },
  readTableVersion: {
    method: 'GET',
    path: '/v1/table-versions/:id',
    title: '一版的全部行',
    roles: ['official'],
    params: FirmId,
    answer: v.strictObject({ version: TableVersionSchema, rows: v.array(v.record(v.string(), v.string())) }),
  },

  noteExport: {
    method: 'POST',
    path: '/v1/exports',
    title: '登记一次导出（范围、筛选、行数、文件校验码），记入审计',
    roles: STAFF,
    body: v.strictObject({
      id: Id,
      kind: v.pipe(v.string(), v.maxLength(40)),
      area: DivisionCode,
      filter: v.pipe(v.string(), v.maxLength(1000)),
      rows: Count,
      sha256: Digest,
      madeAt: Moment,
    }),
    answer: Nothing,
  },
  readPeers: {
    method: 'GET',
    path: '/v1/peers/:id',
    title: '一个问卷版本的同类组（:id 为问卷编号）',
    roles: ['anyone'],
    params: FirmId,
    answer: v.unknown(),
  },

  listAudit: {
    method: 'GET',
    path: '/v1/audit',
    title: '审计记录，从新到旧',
    roles: ['auditor'],
    query: v.strictObject({
      before: v.optional(v.pipe(v.string(), v.maxLength(100))),
      action: v.optional(v.pipe(v.string(), v.maxLength(40))),
      /** An id of an account, its login or name, or the name of a firm; in full. */
      actor: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(200))),
    }),
    answer: v.strictObject({ rows: v.array(AuditRowSchema), cursor: v.optional(v.string()) }),
  },
  verifyAudit: {
    method: 'GET',
    path: '/v1/audit/chain',
    title: '核对审计链',
    roles: ['auditor'],
    answer: v.strictObject({
      isWhole: v.boolean(),
      blocks: Count,
      rows: Count,
      head: v.string(),
      firstBad: v.optional(v.strictObject({ block: Count, row: v.optional(Id), reason: v.string() })),
    }),
  },
} as const satisfies Readonly<Record<string, Route>>

export type RouteName = keyof typeof ROUTES
/** Types of one route's parts, for hub and client alike. */
export type ParamsOf<Name extends RouteName> = (typeof ROUTES)[Name] extends { params: infer S extends v.GenericSchema }
  ? v.InferOutput<S>
  : undefined
export type QueryOf<Name extends RouteName> = (typeof ROUTES)[Name] extends { query: infer S extends v.GenericSchema }
  ? v.InferOutput<S>
  : undefined
export type BodyOf<Name extends RouteName> = (typeof ROUTES)[Name] extends { body: infer S extends v.GenericSchema }
  ? v.InferOutput<S>
  : undefined
export type AnswerOf<Name extends RouteName> = v.InferOutput<(typeof ROUTES)[Name]['answer']>

/** 拒绝 — the body of every answer that is not a success. */
export const RefusalSchema = v.strictObject({
  error: v.strictObject({
    code: v.string(),
    message: v.string(),
    details: v.optional(v.record(v.string(), v.union([v.string(), v.number()]))),
  }),
})
export type Refusal = v.InferOutput<typeof RefusalSchema>
