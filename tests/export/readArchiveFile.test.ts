import { strToU8, zipSync, type Zippable } from 'fflate'
import { describe, expect, it } from 'vitest'
import { readArchiveFile } from '#export/readArchiveFile'
import { refusedWith } from './samples'

const open = (files: Zippable, isWanted: (name: string) => boolean) => [
  ...readArchiveFile(zipSync(files), isWanted).files,
]

describe('压缩包里的一份', () => {
  it('gives the wanted file, wherever it lies, and nothing of the rest', () => {
    const files = { 'a.json': strToU8('A'), 南宁: { '甲.json': strToU8('甲') } }
    expect(open(files, (name) => name === '南宁/甲.json')).toEqual([{ name: '南宁/甲.json', text: '甲' }])
    expect(open(files, () => false)).toEqual([])
  })

  it('others are not even unpacked: a damaged one beside it does no harm, a damaged one itself is refused', () => {
    const bytes = zipSync({ 'bad.json': strToU8('{"score":41}'), 'good.json': strToU8('{}') }, { level: 0 })
    const at = new TextDecoder('latin1').decode(bytes).indexOf('41}')
    bytes[at] = 0x39
    expect([...readArchiveFile(bytes, (name) => name === 'good.json').files]).toEqual([
      { name: 'good.json', text: '{}' },
    ])
    expect(refusedWith(() => [...readArchiveFile(bytes, (name) => name === 'bad.json').files])).toMatch('bad.json')
  })

  it('refuses what is no zip, and what is no text', () => {
    expect(refusedWith(() => readArchiveFile(strToU8('{}'), () => true))).toMatch('不是 zip')
    expect(refusedWith(() => open({ 'a.json': new Uint8Array([0xff, 0xfe]) }, () => true))).toMatch('不是 UTF-8')
  })
})
