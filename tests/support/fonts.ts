import { readFileSync } from 'node:fs'
import { type FontMap, type FontSource } from '#export/fonts'
import { makeFonts } from '../../scripts/makeFonts.mjs'

/** The report fonts as the build makes them, from the disk instead of the site. */
export async function openDiskFonts(): Promise<FontSource & { readonly names: readonly string[] }> {
  const files = await makeFonts()
  const read = (name: string): Uint8Array =>
    new Uint8Array(readFileSync(files.find((file) => file.name === name)!.path))
  return {
    names: files.map(({ name }) => name),
    readMap: async () => JSON.parse(new TextDecoder().decode(read('fonts.json'))) as FontMap,
    readFont: async (file) => read(file),
  }
}
