import { Problem } from '#core/problems'
import { describeFault, STATUS, type Terminal } from './terminal.ts'

const USAGE = `用法：npm run -s cli -- <命令> …

  score <问卷文件夹> <作答文件> [--profile <企业信息文件>] [--form full|short]
        给一份作答计分，结果是一个 JSON 对象。
        作答文件写 - 时从标准输入逐行读 {"profile": …, "answers": …}，每行输出一个结果。
  lint <问卷文件夹>
        检查一个问卷版本，列出每处错误和位置。
  verify <报送包文件> [--edition <问卷文件夹>]
        按报送包里的作答重新计分，核对它写的结果。

  peers <报送包文件夹> --source <数据来源> [--out peers.json] [--as-of 日期] [--area 区划代码] [--ledger 台账文件] [--erased 份数] [--edition <问卷文件夹>]
        由文件夹里的报送包（.json，或每行一份的 .ndjson）得出同类组数据，少于 10 家的组不公布。
        定期发布时每次都用同一个 --ledger：它防止从两次发布的差别推算出个别企业。台账不公开。
        旧的报送包要一直留着；已计入的报送包确已删除的，用 --erased 写明有几份。
  synth --firms <家数> --seed <整数> --edition <问卷文件夹或编号> --out <文件夹> [--as-of <日期>]
        编造一批示例企业的报送包，用于演示和测试；每份都标明是示例数据。

退出状态：0 正常；1 报送包写的结果与复算不同；2 输入有错，原因见标准错误输出。`

const terminal: Terminal = {
  print: (line) =>
    process.stdout.write(`${line}\n`)
      ? undefined
      : new Promise<void>((resolve) => process.stdout.once('drain', () => resolve())),
  complain: (line) => void process.stderr.write(`${line}\n`),
}

/** 命令行 — runs one command; each is loaded only when it is asked for. */
async function run([command, ...args]: readonly string[]): Promise<number> {
  switch (command) {
    case 'score':
      return (await import('./score.ts')).runScore(args, terminal, process.stdin)
    case 'lint':
      return (await import('./lint.ts')).runLint(args, terminal)
    case 'verify':
      return (await import('./verify.ts')).runVerify(args, terminal)
    case 'peers':
      return (await import('./peers.ts')).runPeers(args, terminal)
    case 'synth':
      return (await import('./synth.ts')).runSynth(args, terminal)
    case 'help':
    case '--help':
    case '-h':
      await terminal.print(USAGE)
      return STATUS.fine
    case undefined:
      throw new Problem('cli.usage', { reason: '缺少命令' })
    default:
      throw new Problem('cli.usage', { reason: `没有命令 ${command}` })
  }
}

function tell(fault: unknown): number {
  if (!(fault instanceof Problem)) {
    terminal.complain(`程序出错，请把下面的内容反馈给开发者：\n${fault instanceof Error ? fault.stack : String(fault)}`)
    return STATUS.bug
  }
  for (const each of fault.faults) terminal.complain(describeFault(each))
  if (fault.code === 'cli.usage') terminal.complain(`\n${USAGE}`)
  return STATUS.refused
}

// `… | head -n 1` closes the pipe early: nobody reads on, so there is nothing left to do.
process.stdout.on('error', (fault: NodeJS.ErrnoException) => {
  if (fault.code !== 'EPIPE') throw fault
  process.exit(STATUS.fine)
})
run(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (fault: unknown) => (process.exitCode = tell(fault)),
)
