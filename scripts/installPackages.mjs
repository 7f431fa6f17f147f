import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a program lies on the search path; undefined when it is not installed. */
export function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path))
}

/** Installs Debian packages where that is possible without asking: as root, with apt-get. Gives back whether it did. */
export function installPackages(names) {
  if (!existsSync('/usr/bin/apt-get') || process.getuid?.() !== 0) return false
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } }
  execFileSync('apt-get', ['update', '-qq'], quiet)
  execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet)
  return true
}

/** What reads our files as somebody else would: LibreOffice for Word and Excel, poppler for PDF; a Chinese font to draw with. */
const READERS = [
  { program: 'soffice', packages: ['libreoffice-writer-nogui', 'libreoffice-calc-nogui', 'fonts-noto-cjk'] },
  { program: 'pdftotext', packages: ['poppler-utils'] },
]

/** Readers of office files for the tests, installed when they are missing. Says what it does; refuses when it cannot. */
export function installReaders() {
  for (const { program, packages } of READERS) {
    if (findProgram(program) !== undefined) continue
    console.log(`文件检验：没有找到 ${program}，用 apt-get 安装 ${packages.join(' ')} ……`)
    if (!installPackages(packages)) {
      throw new Error(`没有 ${program}，又不能自动安装。请先安装 ${packages.join('、')}，再运行 npm test`)
    }
  }
}
