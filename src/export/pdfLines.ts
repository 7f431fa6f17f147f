import { type FontBook } from './fonts.ts'

/** How a text is set: its size in points, its weight and the width it may take. */
export interface Measure {
  readonly size: number
  readonly width: number
  readonly isBold?: boolean
}

/** 避头尾 — what may not begin a line, and what may not end one. */
const NOT_FIRST = /^[、。，．；：？！）】》”’…％〉」』〕｝～·—%)\]},.;:!?°℃‰]/u
const NOT_LAST = /[（【《“‘〈「『〔｛([{]$/u

/** Words and figures of the West stay whole; every Chinese character may end a line. */
const TOKEN = /[^\S\n]+|[\u0021-\u00ff\u0370-\u03ff]+|[\s\S]/gu

/**
 * 断行 — the lines of a text at its size, by the widths of the very fonts it is set in. Done here and not by pdfmake, which would
 * measure every Chinese character as a word of its own, in each of its passes; and the heights are known beforehand.
 */
export function breakLines(book: FontBook, text: string, { size, width, isBold = false }: Measure): readonly string[] {
  const room = width / size - 0.02
  return book
    .showText(text)
    .split('\n')
    .flatMap((line) => breakLine(book, line, room, isBold))
}

function breakLine(book: FontBook, text: string, room: number, isBold: boolean): readonly string[] {
  const widthOf = (part: string): number => {
    let width = 0
    for (const character of part) width += book.measure(character, isBold)
    return width
  }
  const lines: string[] = []
  let line: string[] = []
  let used = 0
  const end = (carried: readonly string[]): void => {
    lines.push(line.join('').trimEnd())
    line = [...carried]
    used = widthOf(line.join(''))
  }
  for (const token of splitTokens(text, room, widthOf)) {
    const width = widthOf(token)
    if (used + width > room && line.length > 0 && token.trim() !== '') {
      // The break moves to the left until neither side of it is forbidden; a line of signs alone is cut where it is full.
      let keep = line.length
      const isForbidden = (): boolean =>
        NOT_LAST.test(line[keep - 1]!) || NOT_FIRST.test(keep === line.length ? token : line[keep]!)
      while (keep > 1 && isForbidden()) keep -= 1
      if (isForbidden()) keep = line.length
      const carried = line.slice(keep)
      line = line.slice(0, keep)
      end(carried)
    }
    if (line.length === 0 && token.trim() === '' && lines.length > 0) continue
    line.push(token)
    used += width
  }
  end([])
  return lines
}

/** A word longer than half a line (a digest, an address) is cut like Chinese. */
function splitTokens(text: string, room: number, widthOf: (part: string) => number): readonly string[] {
  return (text.match(TOKEN) ?? []).flatMap((token) =>
    token.length > 8 && widthOf(token) > room / 2 ? Array.from(token) : [token],
  )
}

/** 截短 — what fits on so many lines, with an ellipsis that says there is more. */
export function shortenText(book: FontBook, text: string, measure: Measure, most = 1): string {
  const whole = book.showText(text).replace(/\s+/g, ' ').trim()
  const lines = breakLines(book, whole, measure)
  if (lines.length <= most) return whole
  let kept = Array.from(lines.slice(0, most).join(''))
  while (kept.length > 0 && breakLines(book, `${kept.join('')}…`, measure).length > most) kept = kept.slice(0, -1)
  return `${kept.join('').trimEnd()}…`
}
