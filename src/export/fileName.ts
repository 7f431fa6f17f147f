import { keepText } from './zipText.ts'
import type { FileKind } from './fileTask.ts'

const ENDINGS: Readonly<Record<FileKind, readonly [words: string, ending: string]>> = {
  pdf: ['诊断报告', 'pdf'],
  onePage: ['诊断一页纸', 'pdf'],
  docx: ['诊断报告', 'docx'],
  xlsx: ['诊断数据', 'xlsx'],
  csv: ['诊断数据', 'csv'],
}

/** Own choice: with a folder before it, still a path that every Windows opens. */
const MOST_CHARACTERS = 62

/**
 * 文件名 — “桂柳星河机械示范有限公司-诊断报告（2026-11-21）.pdf”: no character that Windows forbids, nothing that begins a formula, 62
 * characters at most; a longer firm's name is cut.
 */
export function nameFile(kind: FileKind, enterprise: string | undefined, madeOn: string): string {
  const [words, ending] = ENDINGS[kind]
  const rest = `-${words}（${madeOn}）.${ending}`
  const firm = cleanName(enterprise ?? '')
  const kept = cut(firm === '' ? '未填写企业名称' : firm, MOST_CHARACTERS - rest.length)
  return kept + rest
}

/**
 * 统筹文件名 — “附件3 服务联系表（南宁市）20260821”, without its ending; the same rules as above. `day` is the calendar date
 * 2026-08-21.
 */
export function nameOfficeFile(words: string, area: string, day: string): string {
  const rest = `）${day.replace(/-/g, '')}`
  return cut(`${words}（${cleanName(area)}`, MOST_CHARACTERS - rest.length - '.docx'.length) + rest
}

function cleanName(name: string): string {
  return (
    keepText(name)
      .replace(/\(/g, '（')
      .replace(/\)/g, '）')
      // Also what hides or turns round the letters after it.
      .replace(/[\\/:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/gu, ' ')
      .replace(/\s+/g, ' ')
      .replace(/^[\s.=+\-@'＝＋－＠~%]+/, '')
      .trim()
  )
}

/** Length in UTF-16 units, as file systems count; never half a character. */
function cut(text: string, most: number): string {
  let kept = ''
  for (const character of text) {
    if (kept.length + character.length > most) break
    kept += character
  }
  return kept.trimEnd()
}
