/**
 * What a spreadsheet would run, or spoil: a formula or command in half or full width, also behind blanks, and codes of so
 * many digits that it would round them.
 */
const NEEDS_APOSTROPHE = /^(?:[\s\u0000\ufeff]*[=+\-@|＝＋－＠]|[\t\r\n\u0000']|\d{12,}$)/
/** “-25%” is an answer in words and harmless. */
const PLAIN_FIGURE = /^-\d{1,11}(?:\.\d+)?%?$/

/** 中和 — an apostrophe before a text that a spreadsheet would not leave as text; before an apostrophe too, so that it can be undone. */
export function neutralise(text: string): string {
  return NEEDS_APOSTROPHE.test(text) && !PLAIN_FIGURE.test(text) ? `'${text}` : text
}

/** 还原 — a neutralised text as it was; any other text as it is. */
export function restoreText(text: string): string {
  return text.startsWith("'") && neutralise(text.slice(1)) === text ? text.slice(1) : text
}
