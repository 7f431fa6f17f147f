// Speed, as figures and ratios of one run: npm run bench. Aims are printed beside; a missed aim is told, not failed, because
// the machine may be busy. One bench alone: npm run bench -- scoring
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { installBrowser } from './findBrowser.mjs'

const BENCHES = [
  { name: 'scoring', title: '评分：每秒多少份', command: ['node', '--import', 'tsx', 'bench/scoring.ts'] },
  { name: 'upgrade', title: '提档路径：1,000 份随机问卷', command: ['node', '--import', 'tsx', 'bench/upgrade.ts'] },
  { name: 'firstLoad', title: '首次打开：10 Mbit/s，40 ms，四倍降速', command: ['node', 'bench/firstLoad.mjs'] },
  { name: 'peers', title: '同类组：7 万家企业，一个核', command: ['node', '--import', 'tsx', 'bench/peers.ts'] },
  {
    name: 'reportFiles',
    title: '报告文件：从点击到核对并保存',
    command: ['node', '--import', 'tsx', 'bench/reportFiles.ts'],
  },
  {
    name: 'submissions',
    title: '接收报送：每秒多少份，与直接 INSERT 相比',
    command: ['node', '--import', 'tsx', 'bench/submissions.ts'],
  },
  {
    name: 'oversight',
    title: '覆盖率、分档名单、画像：规则本身',
    command: ['node', '--import', 'tsx', 'bench/oversight.ts'],
  },
  {
    name: 'oversightScreens',
    title: '官员的屏幕：一万家和七万家，真浏览器',
    command: ['node', '--import', 'tsx', 'bench/oversightScreens.ts'],
  },
  { name: 'answerPaint', title: '点选到显示：四倍降速', command: ['node', 'bench/answerPaint.mjs'] },
]

const wanted = process.argv.slice(2)
const chosen = BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name))
const browser = installBrowser()
const machine = {
  processor: cpus()[0]?.model.trim() ?? '?',
  cores: cpus().length,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  node: process.version,
  chromium: browser ? execFileSync(browser, ['--version', '--no-sandbox']).toString().trim() : '?',
  at: new Date().toISOString(),
}
console.log(
  Object.entries(machine)
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · '),
)

if (chosen.some(({ name }) => ['firstLoad', 'reportFiles', 'oversightScreens', 'answerPaint'].includes(name))) {
  spawnSync('npx', ['vite', 'build', '--logLevel', 'warn'], { stdio: 'inherit' })
}

function format(value) {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1)
}

function judge({ value, atLeast, atMost }) {
  if (atLeast !== undefined) return `aim ≥ ${atLeast}: ${value >= atLeast ? 'met' : 'missed'}`
  if (atMost !== undefined) return `aim ≤ ${atMost}: ${value <= atMost ? 'met' : 'missed'}`
  return ''
}

let status = 0
const found = {}
for (const { name, title, command } of chosen) {
  console.log(`\n${title}`)
  const [program, ...args] = command
  const run = spawnSync(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  if (run.status !== 0) {
    console.log(`  ${name} did not finish (status ${run.status})`)
    status = 1
    continue
  }
  found[name] = JSON.parse(run.stdout.toString())
  for (const figure of found[name]) {
    console.log(
      `  ${figure.name.padEnd(52)} ${format(figure.value).padStart(10)} ${figure.unit.padEnd(9)} ${judge(figure)}`,
    )
  }
}
mkdirSync('.cache', { recursive: true })
writeFileSync('.cache/bench.json', `${JSON.stringify({ machine, found }, null, 2)}\n`)
process.exit(status)
