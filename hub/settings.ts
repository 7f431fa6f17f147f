import { LOGIN_POLICIES, type LoginPolicy } from '#core/oversight/access'

/** 运行设置 — from the environment, checked once at the start. */
export interface Settings {
  readonly port: number
  readonly host: string
  readonly dataFolder: string
  readonly databaseUrl: string | undefined
  /** Where people reach the hub, without a slash at the end. */
  readonly publicUrl: string
  readonly trustProxy: boolean
  readonly policy: LoginPolicy
  readonly logLevel: string
  /** How long audit rows are kept; never under 180 (网络安全法: at least six months). */
  readonly auditDays: number
  /** Requests of one address per minute; a proxy without TRUST_PROXY is one address. */
  readonly requestsPerMinute: number
  readonly isDemo: boolean
}

/** 审计保存期限 — days below which no setting goes (网络安全法: at least six months). */
export const LEAST_AUDIT_DAYS = 180

/** 读取设置 — environment and arguments to settings. Throws an Error in Chinese that names the variable. */
export function readSettings(environment: NodeJS.ProcessEnv, isDemo: boolean): Settings {
  const port = readNumber(environment, 'PORT', 8080, 0, 65535)
  const profile = environment['LOGIN_POLICY'] ?? 'dengbao-2'
  if (!isProfile(profile))
    throw new Error(`LOGIN_POLICY 应为 ${Object.keys(LOGIN_POLICIES).join('、')} 之一，现为 ${profile}`)
  const policy = LOGIN_POLICIES[profile]
  return {
    port,
    host: environment['HOST'] ?? '127.0.0.1',
    dataFolder: environment['DATA_DIR'] ?? (isDemo ? './data-demo' : './data'),
    databaseUrl: environment['DATABASE_URL'],
    publicUrl: (environment['PUBLIC_URL'] ?? `http://localhost:${port}`).replace(/\/+$/, ''),
    trustProxy: environment['TRUST_PROXY'] === '1' || environment['TRUST_PROXY'] === 'true',
    // A newcomer looks around in a minute: made-up accounts of made-up firms need no second factor.
    policy: isDemo ? { ...policy, secondFactor: [] } : policy,
    logLevel: environment['LOG_LEVEL'] ?? 'info',
    auditDays: readNumber(environment, 'AUDIT_DAYS', 730, LEAST_AUDIT_DAYS, 36_500),
    requestsPerMinute: readNumber(environment, 'REQUESTS_PER_MINUTE', 30_000, 60, 10_000_000),
    isDemo,
  }
}

function isProfile(name: string): name is LoginPolicy['profile'] {
  return Object.keys(LOGIN_POLICIES).includes(name)
}

function readNumber(environment: NodeJS.ProcessEnv, name: string, usual: number, least: number, most: number): number {
  const text = environment[name]
  if (text === undefined || text === '') return usual
  const number = Number(text)
  if (!Number.isInteger(number) || number < least || number > most)
    throw new Error(`${name} 应为 ${least} 到 ${most} 的整数，现为 ${text}`)
  return number
}
