import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FastifyInstance } from 'fastify'
import { findChinaHour } from '#core/chinaDay'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { parseDivisions } from '#core/division'
import { parseIndustries } from '#core/industry'
import { parseRetiredDivisions } from '#core/retiredDivision'
import { createApp } from './app.ts'
import { pruneAudit, sealAudit } from './audit.ts'
import { openDatabase } from './database.ts'
import type { Hub } from './hub.ts'
import { createLockout } from './lockout.ts'
import { publishPeers } from './peersPublication.ts'
import { readSecrets } from './secrets.ts'
import type { Settings } from './settings.ts'
import { listEditionFolders, readEditionFiles, readOwnFile } from './ownFiles.ts'

const SEAL_EVERY_MS = 2_000
const HOUSEKEEPING_EVERY_MS = 3_600_000
/** 北京时间: groups are made anew at night, audit rows of age go. */
const NIGHT_HOUR = 3

/** 运行中的汇总端. */
export interface RunningHub {
  readonly hub: Hub
  readonly app: FastifyInstance
  /** Where it listens. */
  readonly address: string
  readonly stop: () => Promise<void>
}

/** 组成汇总端 — on a database that is there: editions, reference lists and secrets read, nothing served yet. */
export async function buildHub(settings: Settings, databaseUrl: string, connections?: number): Promise<Hub> {
  const database = await openDatabase(
    databaseUrl,
    (fault) => console.error(`数据库连接中断：${fault.message}`),
    connections,
  )
  return {
    database,
    settings,
    secrets: await readSecrets(database),
    lockout: createLockout(database.pool, settings.policy),
    editions: listEditionFolders().map((folder): Edition => parseEdition(readEditionFiles(folder))),
    books: {
      divisions: parseDivisions(readOwnFile('src/reference/divisions.json')),
      industries: parseIndustries(readOwnFile('src/reference/industries.json')),
      retired: parseRetiredDivisions(readOwnFile('src/reference/retiredDivisions.json')),
    },
    engine: (readOwnFile('package.json') as { readonly version: string }).version,
  }
}

/** 启动服务 — listens, seals the audit, publishes peers at night. `stop` finishes what runs, seals once more, and closes. */
export async function startServer(hub: Hub): Promise<RunningHub> {
  const site = fileURLToPath(new URL('../dist', import.meta.url))
  const app = await createApp(hub, existsSync(site) ? site : undefined)
  const address = await app.listen({ port: hub.settings.port, host: hub.settings.host })
  const tasks = [
    repeat(SEAL_EVERY_MS, () => sealAudit(hub.database), app),
    repeat(HOUSEKEEPING_EVERY_MS, () => keepHouse(hub, new Date()), app),
  ]
  return {
    hub,
    app,
    address,
    async stop() {
      await app.close()
      await Promise.all(tasks.map((stop) => stop()))
      await sealAudit(hub.database)
      await hub.database.close()
    },
  }
}

async function keepHouse(hub: Hub, now: Date): Promise<void> {
  if (findChinaHour(now.toISOString()) !== NIGHT_HOUR) return
  await publishPeers(hub, now)
  await pruneAudit(hub.database, hub.settings.auditDays)
}

/** Runs a task again and again, never twice at once; a failure is logged and tried again. Gives how to end it. */
function repeat(every: number, task: () => Promise<unknown>, app: FastifyInstance): () => Promise<void> {
  let running: Promise<unknown> = Promise.resolve()
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    running = task()
      .catch((fault: unknown) => app.log.error({ err: fault }, 'task'))
      .finally(() => (isBusy = false))
  }, every)
  return async () => {
    clearInterval(timer)
    await running
  }
}
