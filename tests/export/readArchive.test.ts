// @vitest-environment node
import { strToU8, zipSync, type Zippable } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readArchive } from '#export/readArchive'
import { refusedWith } from './samples'

const text = (content: unknown): Uint8Array => strToU8(JSON.stringify(content))
const open = (files: Zippable): Uint8Array => zipSync(files)
const readAll = (bytes: Uint8Array): readonly { name: string; text: string }[] => [...readArchive(bytes).files]

/** Every occurrence of a name replaced by another of the same length: in its own header and in the directory. */
function rename(bytes: Uint8Array, from: string, to: Uint8Array | string): Uint8Array {
  const [wanted, other] = [strToU8(from), typeof to === 'string' ? strToU8(to) : to]
  expect(other.length).toBe(wanted.length)
  const changed = bytes.slice()
  for (let at = 0; at + wanted.length <= changed.length; at++) {
    if (wanted.every((byte, place) => changed[at + place] === byte)) changed.set(other, at)
  }
  return changed
}

/** Where the directory's record of the first entry begins. */
function directoryOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = 0; ; at++) if (view.getUint32(at, true) === 0x02014b50) return at
}
function withSize(bytes: Uint8Array, size: number): Uint8Array {
  const changed = bytes.slice()
  const view = new DataView(changed.buffer)
  view.setUint32(directoryOf(changed) + 24, size, true)
  view.setUint32(22, size, true)
  return changed
}

describe('报送文件压缩包', () => {
  it('gives the submission files with their text, and names what is none', () => {
    const archive = readArchive(
      open({
        '南宁/甲.json': text({ a: '数' }),
        '乙.NDJSON': strToU8('{}\n{}\n'),
        '说明.txt': strToU8('x'),
        '__MACOSX/._甲.json': strToU8('x'),
        空: {},
      }),
    )
    expect(archive.count).toBe(2)
    expect([...archive.skipped]).toEqual(['说明.txt', '__MACOSX/._甲.json'])
    expect([...archive.files]).toEqual([
      { name: '南宁/甲.json', text: '{"a":"数"}' },
      { name: '乙.NDJSON', text: '{}\n{}\n' },
    ])
    // Twice the same: nothing is used up.
    expect([...archive.files]).toHaveLength(2)
  })

  it('reads names that an older Chinese program wrote in GBK', () => {
    // 中文 in GBK is D6 D0 CE C4.
    const bytes = rename(
      open({ 'abcd.json': text(1) }),
      'abcd.json',
      Uint8Array.of(0xd6, 0xd0, 0xce, 0xc4, 0x2e, 0x6a, 0x73, 0x6f, 0x6e),
    )
    expect(readAll(bytes)[0]!.name).toBe('中文.json')
  })

  it('takes stored files, and a byte order mark goes', () => {
    const bytes = zipSync({ 'a.json': strToU8('\ufeff{"b":1}') }, { level: 0 })
    expect(readAll(bytes)).toEqual([{ name: 'a.json', text: '{"b":1}' }])
  })

  it('refuses what is no zip, and one that was cut off', () => {
    expect(refusedWith(() => readArchive(strToU8('{}')))).toMatch('不是 zip')
    const bytes = open({ 'a.json': text('一'.repeat(1000)), 'b.json': text(2) })
    for (const length of [4, 30, bytes.length >> 1, bytes.length - 1]) {
      expect(
        refusedWith(() => readArchive(bytes.slice(0, length))),
        String(length),
      ).toMatch('已损坏')
    }
  })

  it('a bomb is refused by its directory alone, before anything is unpacked', () => {
    const bomb = open({ 'a.json': new Uint8Array(8 * 1024 * 1024) })
    expect(bomb.length).toBeLessThan(10_000)
    expect(refusedWith(() => readArchive(bomb))).toMatch('压缩比异常')
    expect(refusedWith(() => readArchive(withSize(open({ 'a.json': text(1) }), 33 * 1024 * 1024)))).toMatch('33 MB')
  })

  it('a bomb that lies about its length is stopped at the length it stated', () => {
    const bytes = withSize(open({ 'a.json': new Uint8Array(8 * 1024 * 1024) }), 5000)
    const archive = readArchive(bytes)
    expect(refusedWith(() => [...archive.files])).toMatch('已损坏')
  })

  it('a length too large is no short file, and one changed byte is found', () => {
    const bytes = open({ 'a.json': text('甲'.repeat(50)) })
    expect(refusedWith(() => readAll(withSize(bytes, 500)))).toMatch('a.json')
    const stored = zipSync({ 'a.json': strToU8('{"score":41}') }, { level: 0 })
    expect(refusedWith(() => readAll(rename(stored, '41', '91')))).toMatch('已损坏')
  })

  it('a hundred thousand files are too many only beyond the limit', () => {
    const files = (count: number): Zippable =>
      Object.fromEntries(
        Array.from({ length: count }, (_, at) => [`${at}.json`, [strToU8('1'), { level: 0 as const }]]),
      )
    // 65,536 and more need the large directory, which fflate does not write: so the count itself is tested.
    expect(readArchive(open(files(60_000))).count).toBe(60_000)
    const bytes = open(files(3))
    const record = 56 + 20
    const large = new Uint8Array(bytes.length + record)
    const end = bytes.length - 22
    large.set(bytes.subarray(0, end))
    large.set(bytes.subarray(end), end + record)
    const view = new DataView(large.buffer)
    const start = new DataView(bytes.buffer).getUint32(end + 16, true)
    view.setUint32(end, 0x06064b50, true)
    view.setUint32(end + 32, 3, true)
    view.setUint32(end + 48, start, true)
    view.setUint32(end + 56, 0x07064b50, true)
    view.setUint32(end + 64, end, true)
    view.setUint16(end + record + 10, 0xffff, true)
    view.setUint32(end + record + 16, 0xffffffff, true)
    expect([...readArchive(large).files]).toHaveLength(3)
    view.setUint32(end + 32, 100_001, true)
    expect(refusedWith(() => readArchive(large))).toMatch('100001 个，超过上限 100000 个')
  })

  it.each([
    '../../evil.json',
    '/etc/evil1.json',
    'C:/evil123.json',
    'a/../ev123.json',
    'a//evil123.json',
    'a\u0000evil1234.json',
    '__proto__/a.json',
    './evil1234.json',
  ])('refuses the name %j', (name) => {
    const place = 'x'.repeat(strToU8(name).length)
    expect(refusedWith(() => readArchive(rename(open({ [place]: text(1) }), place, name)))).toMatch('不允许')
  })

  it('refuses names too long, names twice, archives inside, passwords and foreign methods', () => {
    expect(refusedWith(() => readArchive(open({ [`${'长'.repeat(10_000)}.json`]: text(1) })))).toMatch('文件名')
    const two = open({ 'a1.json': text(1), 'a2.json': text(2) })
    expect(refusedWith(() => readArchive(rename(two, 'a2.json', 'a1.json')))).toMatch('出现了两次')
    const inside = open({ 'b.json': text(1) })
    expect(refusedWith(() => readArchive(open({ 'in.zip': inside })))).toMatch('还有压缩包')
    expect(refusedWith(() => readArchive(zipSync({ 'in.json': [inside, { level: 0 }] })))).toMatch('还有压缩包')
    const set = (place: number, value: number): Uint8Array => {
      const bytes = open({ 'a.json': text(1) })
      bytes[directoryOf(bytes) + place] = value
      return bytes
    }
    expect(refusedWith(() => readArchive(set(8, 1)))).toMatch('有密码')
    expect(refusedWith(() => readArchive(set(10, 99)))).toMatch('压缩方法')
  })

  it('refuses two entries that share their bytes', () => {
    const bytes = open({ 'a1.json': text('甲'.repeat(99)), 'a2.json': text('甲'.repeat(99)) })
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const second = directoryOf(bytes) + 46 + 7
    view.setUint32(second + 42, 0, true)
    expect(refusedWith(() => readArchive(bytes))).toMatch('重叠')
  })

  it('a file that is no text is named', () => {
    expect(refusedWith(() => readAll(open({ 'a.json': Uint8Array.of(0xff, 0xfe, 0x41, 0xd8) })))).toMatch(
      'a.json：不是 UTF-8',
    )
  })
})
