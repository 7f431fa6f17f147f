/** 问题清单 — every refusal we foresee: its code and its Chinese text, `{…}` filled from the details. */
export const PROBLEMS = {
  'answers.notAnObject': '作答不是“指标编号 → 回答”的对象',
  'answers.unknownIndicator': '{id}：本问卷没有这个指标',
  'answers.wrongShape': '{id}：回答的写法不对，{expected}',
  'answers.outOfRange': '{id}：{value} 超出范围，应在 {low} 到 {high} 之间',
  'answers.offGrid': '{id}：{value} 不是允许的分值，应为 {step} 的整数倍',
  'answers.negative': '{id}：比率不能为负数（{value}）',
  'answers.shareAbove100': '{id}：占比不能超过 100%（{value}）',
  'answers.numeratorAboveDenominator': '{id}：分子 {numerator} 大于分母 {denominator}，占比不能超过 100%',
  'answers.zeroDenominator': '{id}：分母不能为 0',
  'answers.negativeFigure': '{id}：分母不能为负数（{denominator}）',
  'answers.year': '{id}：年份 {year} 不对，应为四位年份',
  'answers.unknownChoice': '{id}：没有“{choice}”这个选项',
  'answers.repeatedChoice': '{id}：选项“{choice}”重复',
  'answers.unknownRow': '{id}：没有“{row}”这个场景',
  'answers.notApplicableRefused': '{id}：这个指标不能选“不适用”',
  'answers.noRowApplies': '{id}：不能把全部场景都标为“不适用”',
  'answers.reasonMissing': '{id}：选“不适用”必须写明理由',
  'answers.tooManyNotApplicable': '“不适用”共 {count} 项，超过上限 {most} 项（适用指标的 {share}%）：{ids}',
  'answers.incomplete': '还有 {count} 项未作答，本问卷要求全部作答：{ids}',
  'answers.tooLarge': '{id}：数字 {value} 过大',
  'profile.notAnObject': '企业信息不是一个对象',
  'profile.unknownProductionType': '没有“{productionType}”这个生产类型，可选：{known}',
  'edition.unreadable': '{file}：{reason}',
  'edition.faulty': '问卷版本有 {count} 处错误：{first}',
  'edition.noShortForm': '本问卷没有快速自测，不能用 --form short',
  'edition.inexact': '分数超出可精确计算的范围：权重、步长或系数的位数过多',
  'edition.unknown': '本机没有问卷版本 {id}',
  'edition.notLoaded': '问卷 {id} 没有载入（{status}），请检查网络后刷新页面',
  'file.at': '{file}：{reason}',
  'file.missing': '没有这个文件',
  'file.isFolder': '这是文件夹，不是文件',
  'file.noFolder': '没有这个文件夹',
  'file.noAccess': '读不出这个文件（{reason}）',
  'file.notWritten': '没有写成文件 {file}：{reason}',
  'file.longLine': '这一行超过上限 {most} MB，不像是一份报送包',
  'file.tooLarge': '文件有 {megabytes} MB，超过上限 {most} MB，不像是识档的文件',
  'file.notText': '文件不是 UTF-8 编码的文本，请选择识档导出的文件',
  'file.notJson': '文件不是完整的 JSON，可能没有下载完，或被改动过（{reason}）',
  'file.tooDeep': '文件的嵌套超过 {most} 层，不是识档导出的文件',
  'file.repeatedName': '文件里名称“{name}”出现了两次（第 {at} 个字符），不知道该采用哪一个',
  'file.forbiddenName': '文件里有不允许的名称“{name}”（位置：{path}）',
  'file.notOurs': '这不是识档的文件：缺少“{field}”标记',
  'file.newerFormat': '文件的格式是第 {found} 版，本程序只认到第 {known} 版，请先更新程序',
  'file.wrongShape': '文件内容不对（位置：{path}）：{reason}',
  'file.wrongKind': '这是{found}，请选择{wanted}',
  'submission.damaged': '文件内容与校验码不符：文件被改动过或已损坏，不能采用。请向填报人索取原文件',
  'submission.otherEdition': '文件用的是问卷 {id} {version}，与本机的版本 {known} 不同，不能在本机复算',
  'submission.otherDigest': '文件用的问卷 {id} {version} 与本机同名版本的内容不同（校验码不符），不能在本机复算',
  'comparison.otherFirm': '这两份的统一社会信用代码不同（{code} 与 {other}），不是同一家企业的填报，不能作前后对比',
  'comparison.unknownFirm':
    '这两份不能确定是同一家企业的填报：至少有一份没有有效的统一社会信用代码，又不是同一份填报的两次提交，不能作前后对比',
  'comparison.sameSheet': '这两份是同一次提交，没有前后可比',
  'comparison.noEdition': '本机没有问卷 {id}，不能把两份填报放在同一版问卷下比较',
  'comparison.nothingShared': '两份填报所用的问卷没有共同的指标，不能作前后对比',
  'peers.repeatedGroup': '同类组数据有误：组 {group} 出现了两次',
  'peers.countsDiffer': '同类组数据有误：组 {group} 写有 {n} 家，各档合计却是 {sum} 家',
  'peers.leak': '同类组数据不能采用：从组 {group} 减去 {less} 可以推出只有 {rest} 家企业的结果（至少应为 {least} 家）',
  'peers.otherEdition': '这份报送包用的是另一个问卷版本（{id}），同类组只能由同一个版本的报送包得出',
  'peers.older': '这份同类组数据的日期是 {asOf}，本机已有更新的（{kept}），没有替换',
  'peers.sampleOverReal':
    '本机已有真实的同类组数据（截至 {kept}），示例数据不会替换它。要看示例，请先在“本机与备份”里删除',
  'peers.future': '这份同类组数据的日期 {asOf} 还没有到，不能采用。请核对本机的日期，或向发布者核实',
  'peers.ledgerMissing':
    '{out} 里是已发布过的同类组；再次发布必须用上次的台账（--ledger），否则可以从两次的差别推算出个别企业。台账确已遗失的，不能再发布这个版本的同类组',
  'peers.ignored': '提示：有 {count} 个文件是链接，或不是报送包（.json 或 .ndjson），没有统计：{names}',
  'peers.outTaken': '{out} 不是同类组数据，不会覆盖，请换一个文件名',
  'peers.mixedSample': '示例数据和真实数据不能放在一起统计，请分开存放',
  'peers.otherLedger': '台账属于另一个问卷版本或另一个范围，请用与这次相同版本、相同范围的台账',
  'peers.missingSheets':
    '台账里已计入的报送包有 {count} 份这次没有找到。修订后也要保留旧的各次；确已删除的，请用 --erased {count} 说明，它们所在的组块将不再计入',
  'peers.oneTier': '同类组数据不能采用：组 {group} 的企业都在同一档，等于公开了每家的档次',
  'peers.laterLedger': '台账的日期是 {asOf}、最小企业数是 {least}，不能接着它发布更早日期或另一最小企业数的同类组',
  'peers.twoVersions': '填报 {firm} 的第 {revision} 次有两份不同的报送包，请只保留一份',
  'draft.conflict': '这份草稿已在另一个窗口改过',
  'draft.gone': '本机没有这份草稿，可能已在别处清除',
  'draft.locked': '这份填报已提交并锁定，修改请新建一次修订',
  'draft.newerBuild': '这份草稿由更新版本的程序保存，本版本不能改写，请刷新页面更新程序',
  'export.incomplete': '文件没有通过核对：缺少“{missing}”，没有保存，请再试一次或换一种格式',
  'export.notLoaded': '生成文件的程序没有载入，请检查网络后再试；打印和导出报送包不受影响',
  'export.noFonts': '报告用的字体没有载入，请检查网络后再试',
  'export.stopped': '制作文件的程序意外停止（可能是内存不足），请关闭其他页面再试',
  'storage.unavailable': '浏览器不允许本页保存数据（可能是无痕模式或被单位策略禁用）',
  'storage.full': '浏览器的存储空间已满，最新的作答还没有存下',
  'storage.failed': '没有存下（{reason}）',
  'storage.broken': '本机的数据库打不开，可能已损坏（{reason}）',
  'storage.newerDatabase': '更新版本的程序已在本机打开过，本页的旧版本不再写入本机数据，请刷新本页更新程序',
  'backup.tooLarge': '文件将有 {megabytes} MB，超过能读回的上限 {most} MB，请在列表里逐份“存为文件”',
  'secret.shortPassphrase': '口令至少 {least} 个字符',
  'secret.wrongPassphrase': '口令不对，或文件已损坏',
  'secret.failed': '本机没能完成加密计算（{reason}），可能是内存不足，请关闭其他页面再试',
  'cli.usage': '{reason}',
  'text.badCharacter': '含有不能保存的字符（位置：{path}）',
} as const

export type ProblemCode = keyof typeof PROBLEMS
export type ProblemDetails = Readonly<Record<string, string | number>>

/** One fault with its place: what `lint`, `readAnswers` and the importers list. */
export interface Fault {
  readonly code: ProblemCode
  readonly details: ProblemDetails
}

/** The Chinese sentence of a refusal. Details are put in as plain text; a placeholder without a detail stays visible. */
export function formatFault({ code, details }: Fault): string {
  return PROBLEMS[code].replace(/\{(\w+)\}/g, (placeholder, name: string) =>
    hasOwn(details, name) ? shorten(String(details[name])) : placeholder,
  )
}

/** Hostile names can be megabytes long: a sentence for people keeps 160 characters of them. */
function shorten(text: string): string {
  const characters = Array.from(text.slice(0, 400))
  return characters.length <= 160 ? characters.join('') : `${characters.slice(0, 159).join('')}…`
}

/** 问题 — a refusal we foresee. Everything else that is thrown is our bug and rises to the global handler. */
export class Problem extends Error {
  readonly faults: readonly [Fault, ...Fault[]]

  constructor(code: ProblemCode, details?: ProblemDetails)
  constructor(faults: readonly [Fault, ...Fault[]])
  constructor(first: ProblemCode | readonly [Fault, ...Fault[]], details: ProblemDetails = {}) {
    const faults: readonly [Fault, ...Fault[]] = typeof first === 'string' ? [{ code: first, details }] : first
    super(faults.map(formatFault).join('；'))
    this.name = 'Problem'
    this.faults = faults
  }

  get code(): ProblemCode {
    return this.faults[0].code
  }
}

/** Throws one Problem that names every fault, when there is one. */
export function refuseWhenFaulty(faults: readonly Fault[]): void {
  const [first, ...rest] = faults
  if (first !== undefined) throw new Problem([first, ...rest])
}

/** Whether a name is the object's own: `toString` and `constructor` are names of every object. `Object.hasOwn` needs Chrome 93. */
export function hasOwn(record: object, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(record, name)
}
