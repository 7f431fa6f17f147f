// @vitest-environment node
import { spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, describe, expect, it } from 'vitest'
import { lockFolder, prepareFolder, readStart } from '../../hub/dataFolder.ts'
import { eventually } from '../support/eventually'

const ROOT = resolve(import.meta.dirname, '../..')
const isLinux = process.platform === 'linux'
const folders: string[] = []

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shidang-folder-'))
  folders.push(folder)
  return folder
}

/** A lock as a hub leaves it when it is killed; `change` turns its fields. */
async function leaveLock(folder: string, change: Readonly<Record<string, unknown>> = {}): Promise<void> {
  const lock = await lockFolder(folder)
  const holder = JSON.parse(readFileSync(join(folder, 'hub.lock'), 'utf8')) as Record<string, unknown>
  lock.release()
  writeFileSync(join(folder, 'hub.lock'), JSON.stringify({ ...holder, ...change }))
}

/** A process number that nobody has: of a process that has just ended. */
function endedPid(): number {
  return spawnSync('true').pid
}

describe('the data folder', () => {
  it('is made with everything above it, for its owner alone', () => {
    const folder = join(aFolder(), 'a', 'b')
    expect(prepareFolder(folder)).toBe(folder)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(readdirSync(folder)).toEqual([])
  })

  it('is refused when it is a file, or cannot be written', () => {
    const folder = aFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(() => prepareFolder(join(folder, 'file'))).toThrow('不是文件夹')
    expect(() => prepareFolder(join(folder, 'file', 'below'))).toThrow('不是文件夹')
    mkdirSync(join(folder, 'closed'), { mode: 0o500 })
    // Root writes anywhere but to what the kernel itself keeps.
    const closed = process.getuid?.() === 0 ? '/sys/shidang' : join(folder, 'closed')
    expect(() => prepareFolder(closed)).toThrow(/不能写入（\w+）.*DATA_DIR/)
    chmodSync(join(folder, 'closed'), 0o700)
  })
})

describe('the lock on the data folder', () => {
  it('is refused while its holder lives, with its number, and free after release', async () => {
    const folder = aFolder()
    const lock = await lockFolder(folder)
    expect(lock.isHeld()).toBe(true)
    await expect(lockFolder(folder)).rejects.toThrow(`进程号 ${process.pid}`)
    lock.release()
    expect(lock.isHeld()).toBe(false)
    expect(readdirSync(folder)).toEqual([])
    const next = await lockFolder(folder)
    // Releasing twice takes nothing from the next one.
    lock.release()
    expect(next.isHeld()).toBe(true)
    next.release()
  })

  it('is taken over from a holder that is gone', async () => {
    const folder = aFolder()
    await leaveLock(folder, { pid: endedPid() })
    const lock = await lockFolder(folder)
    expect(lock.isHeld()).toBe(true)
    expect(readdirSync(folder)).toEqual(['hub.lock'])
    lock.release()
  })

  it.runIf(isLinux)('is taken over when the number belongs to another process by now', async () => {
    const folder = aFolder()
    // Our own number with the start of an earlier process.
    await leaveLock(folder, { start: String(Number(readStart(process.pid)) - 1) })
    const lock = await lockFolder(folder)
    lock.release()
    // The same start: that is the holder itself.
    await leaveLock(folder)
    await expect(lockFolder(folder)).rejects.toThrow(`进程号 ${process.pid}`)
  })

  it.runIf(isLinux)('is taken over from a zombie, which only waits to be collected', async () => {
    const folder = aFolder()
    // `exec` makes the shell a program that never collects its child.
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 30'])
    const zombie = await new Promise<number>((settle) =>
      createInterface({ input: parent.stdout }).once('line', (line) => settle(Number(line))),
    )
    const until = async (file: string, pattern: RegExp): Promise<void> => {
      while (!pattern.test(readFileSync(file, 'utf8'))) await new Promise((settle) => setTimeout(settle, 5))
    }
    await until(`/proc/${parent.pid}/comm`, /^sleep/)
    process.kill(zombie, 'SIGKILL')
    await until(`/proc/${zombie}/stat`, /\) Z /)
    expect(readStart(zombie)).toBeUndefined()
    await leaveLock(folder, { pid: zombie, start: undefined })
    const lock = await lockFolder(folder)
    lock.release()
    parent.kill()
  })

  it.runIf(isLinux)('of another machine or container holds as long as it beats', async () => {
    const folder = aFolder()
    await leaveLock(folder, { place: 'another boot', host: 'county-pc', pid: 7 })
    const path = join(folder, 'hub.lock')
    const timer = setInterval(() => utimesSync(path, new Date(), new Date()), 20)
    await expect(lockFolder(folder, 50)).rejects.toThrow('另一个容器里的识档使用（county-pc，进程号 7）')
    clearInterval(timer)
    const lock = await lockFolder(folder, 50)
    // And ours beats for others to see.
    const before = statSync(path).mtimeMs
    await eventually(() => expect(statSync(path).mtimeMs).toBeGreaterThan(before))
    lock.release()
  })

  it.each([
    ['an empty one, cut by a power failure', ''],
    ['half of one', '{"token":"x","pi'],
    ['another shape', '[1]'],
    ['null', 'null'],
  ])('%s is taken over when it does not beat', async (_, text) => {
    const folder = aFolder()
    writeFileSync(join(folder, 'hub.lock'), text)
    const lock = await lockFolder(folder, 20)
    expect(lock.isHeld()).toBe(true)
    expect(readdirSync(folder)).toEqual(['hub.lock'])
    lock.release()
  })

  it('knows when somebody took its file away', async () => {
    const folder = aFolder()
    const lock = await lockFolder(folder, 20)
    rmSync(join(folder, 'hub.lock'))
    await new Promise((settle) => setTimeout(settle, 60))
    expect(lock.isHeld()).toBe(false)
    // The beat does not bring it back.
    expect(existsSync(join(folder, 'hub.lock'))).toBe(false)
    lock.release()
  })

  it('goes to exactly one of many that try at once, also when the one before was killed while taking it', async () => {
    for (let round = 0; round < 2; round += 1) {
      const folder = aFolder()
      await leaveLock(folder, { pid: endedPid() })
      if (round === 1) {
        // Killed between winning its turn and replacing the lock: the turn itself is a stale lock.
        const text = readFileSync(join(folder, 'hub.lock'), 'utf8')
        const { createHash } = await import('node:crypto')
        const turn = createHash('sha256').update(text).digest('hex').slice(0, 16)
        writeFileSync(join(folder, `hub.lock.${turn}`), text)
      }
      const program = `import('${ROOT}/hub/dataFolder.ts').then((m) => {
        const at = ${Date.now() + 2500}
        while (Date.now() < at);
        return m.lockFolder('${folder}').then(() => { console.log('held'); setInterval(() => 0, 1000) }, (fault) => console.log(fault.message))
      })`
      const racers = Array.from({ length: 6 }, () =>
        spawn(process.execPath, ['--import', 'tsx', '--eval', program], { cwd: ROOT }),
      )
      const answers = await Promise.all(
        racers.map(
          (racer) =>
            new Promise<string>((settle) =>
              createInterface({ input: racer.stdout }).once('line', (line) => settle(line)),
            ),
        ),
      )
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(1)
      expect(answers.filter((answer) => /正由另一个识档使用（进程号 \d+）/.test(answer))).toHaveLength(5)
      expect(readdirSync(folder)).toEqual(['hub.lock'])
      for (const racer of racers) racer.kill('SIGKILL')
    }
  })
})
