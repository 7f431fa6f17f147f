import { strFromU8, unzipSync } from 'fflate'
import { Problem } from '../core/problems.ts'

/** 包内文件 — the text parts of an Office file by their path, and the names of all parts. */
export interface OpenedPackage {
  readonly names: readonly string[]
  readonly texts: ReadonlyMap<string, string>
}

/** 打开办公文件 — unzips the XML parts of a .docx or .xlsx; a package that does not open is refused as incomplete. */
export function openPackage(bytes: Uint8Array): OpenedPackage {
  try {
    const names: string[] = []
    const parts = unzipSync(bytes, {
      filter: ({ name }) => {
        names.push(name)
        return /\.(xml|rels)$/.test(name)
      },
    })
    const texts = new Map(Object.entries(parts).map(([name, part]) => [name, strFromU8(part)] as const))
    return { names, texts }
  } catch {
    throw new Problem('export.incomplete', { missing: '文件结构' })
  }
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/** 解码 — XML character data back to text. */
export function decodeXml(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (entity, decimal?: string, hex?: string, name?: string) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16))
    return ENTITIES[name ?? ''] ?? entity
  })
}

/**
 * 可写入的文字 — what a document can hold: NUL, other control characters and halves of surrogate pairs, which XML forbids,
 * become the visible �; line ends become one kind.
 */
export function keepText(text: string): string {
  // Of a million cells hardly one has any of these.
  if (!/[\u0000-\u0008\u000b-\u001f\ud800-\udfff\ufffe\uffff]/.test(text)) return text
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '�')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '�')
}
