import { parseArgs } from 'node:util'
import { formatFault, Problem, type Fault } from '#core/problems'

/** 终端 — where a command writes: results on one side, faults on the other, one line each. */
export interface Terminal {
  readonly print: (line: string) => void | Promise<void>
  readonly complain: (line: string) => void
}

/** Exit statuses: all went well; the stated result is another one; the input was refused; our own bug. */
export const STATUS = { fine: 0, differs: 1, refused: 2, bug: 3 } as const

/** `file: path: text` for a fault of an edition, the plain sentence for all others; always one line. */
export function describeFault(fault: Fault): string {
  const { file, reason } = fault.details
  const text =
    fault.code === 'edition.unreadable' && typeof file === 'string' && typeof reason === 'string'
      ? `${file}: ${reason.replace('：', ': ')}`
      : formatFault(fault)
  return toOneLine(text)
}

/** Names in a hostile file may hold line breaks or escape sequences that would repaint the officer's terminal. */
function toOneLine(text: string): string {
  const visible = text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return visible.length <= 600 ? visible : `${visible.slice(0, 599)}…`
}

/** What a command was given: plain arguments in order, options by name. */
export interface Arguments {
  readonly plain: readonly string[]
  readonly options: Readonly<Record<string, string | undefined>>
}

/** 参数 — the arguments of a command, `names` being those it must have. Refuses other options and another number. */
export function readArguments(
  args: readonly string[],
  options: readonly string[],
  names: readonly string[],
): Arguments {
  const types = Object.fromEntries(options.map((name) => [name, { type: 'string' as const }]))
  let parsed
  try {
    parsed = parseArgs({ args: [...args], options: types, allowPositionals: true, strict: true })
  } catch (fault) {
    if (!(fault instanceof TypeError)) throw fault
    const option = /'(-[^' ]*)/.exec(fault.message)?.[1] ?? ''
    throw new Problem('cli.usage', { reason: `选项 ${option} 不认识，或后面缺少值` })
  }
  const { positionals, values } = parsed
  const missing = names[positionals.length]
  if (missing !== undefined) throw new Problem('cli.usage', { reason: `缺少参数：${missing}` })
  if (positionals.length > names.length) {
    throw new Problem('cli.usage', { reason: `多出的参数：${positionals.slice(names.length).join(' ')}` })
  }
  return { plain: positionals, options: values }
}
