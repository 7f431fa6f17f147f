/** 报告字体 — the files and where they are; made once and kept in .cache/fonts. */
export function makeFonts(): Promise<readonly { readonly name: string; readonly path: string }[]>
/** 字符表 — code point to glyph of a TrueType font. */
export function readCharacterMap(font: Uint8Array): ReadonlyMap<number, number>
