/** The family the report files embed; other programs fall through to what their machine has. */
export const PICTURE_FONT = 'NotoSansSC, Noto Sans SC, Microsoft YaHei, PingFang SC, Noto Sans CJK SC, sans-serif'

/** Names and values of an element's attributes; an undefined one is left out. */
export type Attributes = Readonly<Record<string, string | number | undefined>>

/** 标签 — one SVG element as text, attributes escaped; an undefined attribute is left out. `content` is markup already. */
export function writeElement(name: string, attributes: Attributes, content = ''): string {
  const written = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeMarkup(String(value))}"`],
  )
  return `<${name}${written.join('')}${content === '' ? '/>' : `>${content}</${name}>`}`
}

export interface TextLook {
  readonly size: number
  readonly color: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly isBold?: boolean
}

/** One line of text whose middle lies at `y`: by its baseline, since Word and LibreOffice know no dominant-baseline. */
export function writeText(text: string, x: number, y: number, look: TextLook): string {
  return writeElement('text', placeLine(x, y, look), escapeMarkup(text))
}

/** The attributes of such a line, for markup and for elements on a page alike. */
export function placeLine(x: number, y: number, { size, color, anchor, isBold }: TextLook): Attributes {
  return {
    x,
    y: Math.round((y + size * MIDDLE) * 100) / 100,
    fill: color,
    'font-family': PICTURE_FONT,
    'font-size': size,
    'font-weight': isBold === true ? 'bold' : undefined,
    'text-anchor': anchor === undefined || anchor === 'start' ? undefined : anchor,
  }
}

/** The middle of a Chinese character above its baseline, in ems. */
const MIDDLE = 0.36

/** 图片 — a whole SVG with its size, its title and its words, as every reader of pictures wants it. */
export function writePicture(width: number, height: number, title: string, words: string, content: string): string {
  return writeElement(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' },
    `<title>${escapeMarkup(title)}</title><desc>${escapeMarkup(words)}</desc>${content}`,
  )
}

/** 字宽 — a Chinese character is as wide as the font is high, anything else a little over half; close enough to place text. */
export function measureText(text: string, size: number): number {
  return Array.from(text).reduce((sum, character) => sum + (character > '\u2e80' ? size : size * 0.58), 0)
}

/**
 * 净化 — what ECharts draws, without what document programs do not know: classes, the style sheet, shorthand fonts, baselines
 * and unpainted shapes. Only presentation attributes are left. Gives the content inside the outer element.
 */
export function cleanMarkup(svg: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/^[\s\S]*?<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/ (?:class|pointer-events|ecmeta_\w+)="[^"]*"/g, '')
    .replace(/<(path|rect|polyline|polygon)\b([^>]*)><\/\1>/g, (_, name: string, attributes: string) =>
      / fill="none"/.test(attributes) && !/ stroke="/.test(attributes) ? '' : `<${name}${attributes}/>`,
    )
    .replace(/<text\b([^>]*)>/g, (_, attributes: string) => `<text${placeText(attributes)}>`)
    .replace(/\n+/g, '')
}

function placeText(attributes: string): string {
  const size = Number(/ style="[^"]*?([\d.]+)px/.exec(attributes)?.[1] ?? 12)
  const y = Number(/ y="([-\d.]+)"/.exec(attributes)?.[1] ?? 0)
  const rest = attributes.replace(/ (?:style|y|dominant-baseline|xml:space)="[^"]*"/g, '')
  const baseline = Math.round((y + size * MIDDLE) * 100) / 100
  return `${rest} y="${baseline}" font-size="${size}" font-family="${PICTURE_FONT}"`
}

function escapeMarkup(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}
