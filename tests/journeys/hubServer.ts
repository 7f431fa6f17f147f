import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A hub as an administrator starts it, in a process and a folder of its own, serving the built app. */
export interface HubServer {
  readonly address: string
  /** What it printed when it had started. */
  readonly printed: string
  /** As a power cut would end it: the database with it stays behind, as in life. */
  readonly kill: () => Promise<void>
  /** Starts it again on the same folder and port. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

function findPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

export async function startHub(args: readonly string[] = []): Promise<HubServer> {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-journey-hub-'))
  const port = await findPort()
  let printed = ''
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    printed = ''
    const started = spawn('node', ['--import', 'tsx', 'hub/main.ts', ...args], {
      env: { ...process.env, PORT: String(port), DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    await new Promise<void>((resolve, reject) => {
      const hear = (part: Buffer): void => {
        printed += part.toString()
        if (/识档已启动[\s\S]*(#token=\S+|报送码 \S+)\n/.test(printed)) resolve()
      }
      started.stdout.on('data', hear)
      started.stderr.on('data', hear)
      started.once('exit', (status) => reject(new Error(`the hub ended with ${status}: ${printed}`)))
      // A hub that has its administrator prints no link: then it is up when its line is there.
      setTimeout(() => (printed.includes('识档已启动') ? resolve() : undefined), 8000)
    })
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child
    child = undefined
    if (ending === undefined || ending.exitCode !== null) return
    const gone = new Promise<void>((resolve) => ending.once('exit', () => resolve()))
    ending.kill(signal)
    await gone
  }
  await start()
  return {
    address: `http://localhost:${port}`,
    get printed() {
      return printed
    },
    kill: () => end('SIGKILL'),
    restart: start,
    stop: async () => {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}
