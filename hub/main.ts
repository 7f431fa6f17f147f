import { parseArgs } from 'node:util'
import { Problem } from '#core/problems'
import { verifyChain } from './audit.ts'
import { saveBackup } from './backup.ts'
import { fillDemo } from './demo.ts'
import { borrowEmbedded, startEmbedded } from './embedded.ts'
import { erasePerson, exportPerson } from './persons.ts'
import { restoreBackup } from './restore.ts'
import { buildHub, startServer } from './server.ts'
import { resetSecondFactor } from './secondFactor.ts'
import { offerSetup } from './setUp.ts'
import { openDatabase } from './database.ts'
import { readSettings, type Settings } from './settings.ts'

const USAGE = `用法：npm start [-- --demo]        启动汇总端；--demo 另用一个文件夹，填入示例区域
      npm run -s hub -- <命令>

  backup <文件夹>                 备份到一个空文件夹（汇总端可以照常运行）
  restore <文件夹>                恢复到一个还没有数据的库
  verify-audit                    核对审计链，打印最新一块的校验码
  reset-second-factor <账号>      为丢失动态码的账号清除动态码
  export-person <姓名或电话>      导出一个人在库里的全部个人信息（JSON）
  erase-person <姓名或电话> --yes 删除一个人的个人信息，业务记录保留

设置用环境变量：PORT、HOST、DATA_DIR、DATABASE_URL、PUBLIC_URL、TRUST_PROXY、LOGIN_POLICY、LOG_LEVEL、AUDIT_DAYS（见 docs/operations.md）`

/** 演示区域 — about a tenth of Guangxi: shown within a minute on an old PC. */
const DEMO_SIZE = { firms: 1200, submitted: 0.62, seed: 1 }

const say = (line: string): void => void process.stdout.write(`${line}\n`)

async function serve(settings: Settings): Promise<void> {
  const embedded = settings.databaseUrl === undefined ? await startEmbedded(settings.dataFolder) : undefined
  let stop = async (): Promise<void> => embedded?.stop()
  let isStopping = false
  const end = (status: number): void => {
    if (isStopping) return
    isStopping = true
    stop().then(
      () => process.exit(status),
      (fault: unknown) => {
        process.stderr.write(`停止时出错：${fault instanceof Error ? fault.message : String(fault)}\n`)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', () => end(0))
  process.on('SIGINT', () => end(0))
  embedded?.onDeath((reason, isLast) => {
    process.stderr.write(`内置数据库意外停止：${reason}${isLast ? '，不再重启' : '，正在重启'}\n`)
    if (isLast) end(1)
  })
  try {
    const hub = await buildHub(settings, settings.databaseUrl ?? embedded!.url)
    stop = async () => {
      await hub.database.close()
      await embedded?.stop()
    }
    const demo = settings.isDemo ? await fillDemo(hub, DEMO_SIZE, new Date()) : undefined
    const server = await startServer(hub)
    stop = async () => {
      await server.stop()
      await embedded?.stop()
    }
    say(`识档已启动：${settings.publicUrl}`)
    if (demo !== undefined) {
      say(`\n示例数据：以下账号都属于编造的示例区域，口令都是 ${demo.password}`)
      for (const { login, who } of demo.accounts) say(`  ${login.padEnd(20)} ${who}`)
    } else {
      const token = await offerSetup(hub)
      if (token !== undefined)
        say(
          `还没有系统管理员。请在浏览器打开这个一次性链接建立：\n  ${settings.publicUrl}/oversight/set-up#token=${token}`,
        )
    }
  } catch (fault) {
    await stop().catch(() => undefined)
    throw fault
  }
}

/** Runs one command on the database, whether a hub is running on it or not. */
async function withDatabase<Result>(settings: Settings, work: (url: string) => Promise<Result>): Promise<Result> {
  if (settings.databaseUrl !== undefined) return work(settings.databaseUrl)
  const embedded = await borrowEmbedded(settings.dataFolder)
  try {
    return await work(embedded.url)
  } finally {
    await embedded.stop()
  }
}

async function run(args: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      demo: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const settings = readSettings(process.env, values.demo)
  const [command, what] = positionals
  if (values.help) return say(USAGE)
  if (command === undefined) return serve(settings)
  const need = (name: string): string => {
    if (what === undefined || what === '') throw new Error(`缺少 <${name}>\n\n${USAGE}`)
    return what
  }
  switch (command) {
    case 'backup': {
      const folder = need('文件夹')
      const { tables } = await withDatabase(settings, (url) => saveBackup(url, folder))
      return say(`已备份到 ${folder}：${tables.length} 张表，${tables.reduce((sum, { rows }) => sum + rows, 0)} 行`)
    }
    case 'restore': {
      const folder = need('文件夹')
      await withDatabase(settings, async (url) => {
        const { tables } = await restoreBackup(url, folder)
        say(`已恢复：${tables.length} 张表，${tables.reduce((sum, { rows }) => sum + rows, 0)} 行`)
      })
      return
    }
    case 'verify-audit':
      return withDatabase(settings, async (url) => {
        const database = await openDatabase(url, () => undefined)
        const { isWhole, blocks, rows, head, firstBad } = await verifyChain(database).finally(() => database.close())
        say(JSON.stringify({ isWhole, blocks, rows, head, firstBad }))
        if (!isWhole) process.exitCode = 1
      })
    case 'reset-second-factor': {
      const login = need('账号')
      return withDatabase(settings, async (url) => {
        const database = await openDatabase(url, () => undefined)
        const isDone = await resetSecondFactor(database, login).finally(() => database.close())
        say(isDone ? `已清除 ${login} 的动态码，下次登录须重新启用` : `没有账号 ${login}`)
        if (!isDone) process.exitCode = 2
      })
    }
    case 'export-person':
    case 'erase-person': {
      const who = need('姓名或电话')
      if (command === 'erase-person' && !values.yes)
        throw new Error('删除不能撤销。确认请加 --yes；可先用 export-person 查看')
      return withDatabase(settings, async (url) => {
        const database = await openDatabase(url, () => undefined)
        const result = await (command === 'export-person' ? exportPerson : erasePerson)(database, who).finally(() =>
          database.close(),
        )
        say(JSON.stringify(result, null, 2))
      })
    }
    default:
      throw new Error(`没有命令 ${command}\n\n${USAGE}`)
  }
}

run(process.argv.slice(2)).catch((fault: unknown) => {
  const isBug = !(fault instanceof Problem) && !(fault instanceof Error && /[\u3400-\u9fff]/.test(fault.message))
  const { code } = fault as { readonly code?: unknown }
  if (code === 'EADDRINUSE') process.stderr.write('识档未能启动：端口已被占用，请用 PORT=8081 npm start 换一个端口\n')
  else
    process.stderr.write(
      `识档未能完成：${fault instanceof Error ? (isBug ? fault.stack : fault.message) : String(fault)}\n`,
    )
  process.exit(1)
})
