import { describe, expect, it, vi } from 'vitest'
import { MOST_CHARACTERS } from '#core/json'
import { Problem } from '#core/problems'
import { readChosen, sortFiles } from '../../../src/views/oversight/chosenFiles'

function aFile(name: string, content: BlobPart = '{}'): File {
  return new File([content], name)
}
async function readAll(files: readonly File[], open = vi.fn()) {
  const refused: string[] = []
  const counts: number[] = []
  const read: string[] = []
  const state = {
    onCount: (count: number) => counts.push(count),
    onRefused: (file: string, why: string) => refused.push(`${file}：${why}`),
  }
  for await (const { name, text } of readChosen(files, open, state)) read.push(`${name}=${text}`)
  return { read, refused, counts }
}

describe('chosen files', () => {
  it('submission files and archives are taken, others named, the litter of systems not even that', () => {
    const { files, skipped } = sortFiles(
      ['a.json', 'B.NDJSON', 'c.zip', 'readme.txt', '.DS_Store', 'Thumbs.db', '._a.json', '表.xlsx'].map((name) =>
        aFile(name),
      ),
    )
    expect(files.map(({ name }) => name)).toEqual(['a.json', 'B.NDJSON', 'c.zip'])
    expect(skipped).toEqual(['readme.txt', '表.xlsx'])
  })

  it('an archive is opened when it is reached, and what is inside is named with it', async () => {
    const open = vi.fn(() => ({
      count: 2,
      skipped: [],
      files: [
        { name: 'x/1.json', text: '1' },
        { name: '2.json', text: '2' },
      ],
    }))
    const { read, counts } = await readAll([aFile('a.json', 'A'), aFile('b.zip', 'zip')], open)
    expect(read).toEqual(['a.json=A', 'b.zip / x/1.json=1', 'b.zip / 2.json=2'])
    // Two chosen, one of them holding two: three in all.
    expect(counts).toEqual([3])
  })

  it('a file that cannot be read is told with its reason and stops nothing', async () => {
    const open = vi.fn(() => {
      throw new Problem('archive.notZip')
    })
    const latin = new Uint8Array([0x7b, 0xff, 0x7d])
    const { read, refused } = await readAll(
      [aFile('bad.zip'), aFile('latin.json', latin), aFile('good.json', 'ok')],
      open,
    )
    expect(read).toEqual(['good.json=ok'])
    expect(refused).toEqual([
      `bad.zip：${new Problem('archive.notZip').message}`,
      `latin.json：${new Problem('file.notText').message}`,
    ])
  })

  it('one submission beyond the limit is refused unread, many lines of them are not', async () => {
    const large = aFile('large.json')
    Object.defineProperty(large, 'size', { value: MOST_CHARACTERS + 1 })
    const lines = aFile('lines.ndjson', 'a\nb')
    Object.defineProperty(lines, 'size', { value: MOST_CHARACTERS + 1 })
    const { read, refused } = await readAll([large, lines])
    expect(refused).toHaveLength(1)
    expect(read).toEqual(['lines.ndjson=a\nb'])
  })

  it('what is our own mistake is not told as a bad file', async () => {
    const open = vi.fn(() => {
      throw new TypeError('ours')
    })
    await expect(readAll([aFile('a.zip')], open)).rejects.toThrow('ours')
  })
})
