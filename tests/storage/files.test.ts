import { afterEach, describe, expect, it, vi } from 'vitest'
import { MOST_CHARACTERS } from '#core/json'
import { Problem } from '#core/problems'
import { readJsonFile, saveJsonFile } from '#storage/files'
import { rejectionOf } from '../support/drafts'

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

async function codeOf(parts: BlobPart[]): Promise<string | undefined> {
  const fault = await rejectionOf(readJsonFile(new Blob(parts)))
  return fault instanceof Problem ? fault.code : undefined
}

describe('读入文件', () => {
  it('a JSON file of UTF-8 text is read, with or without a byte order mark', async () => {
    expect(await readJsonFile(new Blob(['{"名称":"甲厂"}']))).toEqual({ 名称: '甲厂' })
    expect(await readJsonFile(new Blob(['\uFEFF{"名称":"甲厂"}']))).toEqual({ 名称: '甲厂' })
  })

  it('a file of another encoding is refused, never read as nonsense', async () => {
    // {"a":"中"} in GBK, and in UTF-16 with its mark.
    expect(await codeOf([new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xd6, 0xd0, 0x22, 0x7d])])).toBe(
      'file.notText',
    )
    expect(await codeOf([new Uint8Array([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00])])).toBe('file.notText')
  })

  it('a file above the limit is refused before it is read', async () => {
    const file = { size: MOST_CHARACTERS + 1, arrayBuffer: vi.fn() } as unknown as Blob
    const fault = await rejectionOf(readJsonFile(file))
    expect(fault).toBeInstanceOf(Problem)
    expect((fault as Problem).message).toBe('文件有 9 MB，超过上限 8 MB，不像是识档的文件')
    expect(file.arrayBuffer).not.toHaveBeenCalled()
  })

  it.each([
    ['an empty file', '', 'file.notJson'],
    ['a download cut short', '{"kind":"shidang-draft","answers":{"S1.1":2', 'file.notJson'],
    ['a name of every object', '{"__proto__":{"isAdmin":true}}', 'file.forbiddenName'],
    ['one name twice', '{"a":1,"a":2}', 'file.repeatedName'],
    ['nesting without end', '['.repeat(100_000), 'file.tooDeep'],
    ['a number beyond all numbers', '{"a":1e400}', 'file.wrongShape'],
    ['a character that cannot be kept', '{"a":"\\u0000"}', 'text.badCharacter'],
  ])('%s is refused', async (_, text, code) => {
    expect(await codeOf([text])).toBe(code)
  })
})

/** What the browser is asked to download: the name, and the text behind the address. */
function watchDownloads(): { readonly name: string; readonly text: Promise<string> }[] {
  const downloads: { name: string; text: Promise<string> }[] = []
  const blobs = new Map<string, Blob>()
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    const address = `blob:test/${blobs.size}`
    blobs.set(address, blob as Blob)
    return address
  })
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    downloads.push({ name: this.download, text: blobs.get(this.href)!.text() })
  })
  return downloads
}

describe('存为文件', () => {
  it('the file that is offered reads back as the same value', async () => {
    const downloads = watchDownloads()
    const value = { 名称: '甲厂', answers: { 'T2.6': [], 'S1.1': 2.5 } }
    saveJsonFile('甲厂-草稿.shidang.json', value)
    expect(downloads.map(({ name }) => name)).toEqual(['甲厂-草稿.shidang.json'])
    expect(await readJsonFile(new Blob([await downloads[0]!.text]))).toEqual(value)
  })

  it('characters that some file system refuses become underscores', () => {
    const downloads = watchDownloads()
    saveJsonFile('甲/乙\\丙:丁*戊?己"庚<辛>壬|\n.json', 1)
    expect(downloads[0]!.name).toBe('甲_乙_丙_丁_戊_己_庚_辛_壬__.json')
  })

  it('a very long name is cut, but keeps its ending and no half of a character', () => {
    const downloads = watchDownloads()
    saveJsonFile(`${'广'.repeat(200)}-草稿.shidang.json`, 1)
    saveJsonFile(`${'𠮷'.repeat(200)}.shidang.json`, 1)
    expect(downloads[0]!.name).toMatch(/^广+-草稿\.shidang\.json$/)
    expect(downloads[1]!.name).toMatch(/^(𠮷)+\.shidang\.json$/u)
    // Most file systems take 255 bytes.
    for (const { name } of downloads) expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255)
  })

  it('the address behind the download is given back after a minute', () => {
    vi.useFakeTimers()
    watchDownloads()
    const revoke = vi.spyOn(URL, 'revokeObjectURL').mockImplementation(() => undefined)
    saveJsonFile('a.json', 1)
    vi.advanceTimersByTime(59_000)
    expect(revoke).not.toHaveBeenCalled()
    vi.advanceTimersByTime(2_000)
    expect(revoke).toHaveBeenCalledWith('blob:test/0')
  })
})
