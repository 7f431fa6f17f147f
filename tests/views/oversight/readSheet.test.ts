import { strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { type ShownRevision } from '#core/oversight/firmSheets'
import { Problem } from '#core/problems'
import { readSheet } from '../../../src/views/oversight/readSheet'

const [A, B, C] = ['a', 'b', 'c'].map((one) => one.repeat(64)) as [string, string, string]
const textOf = (sha256: string): string => JSON.stringify({ name: '示例', sha256 })
const aFile = (name: string, content: BlobPart): File => new File([content], name)
const aRow = (file: string, digest: string) => ({ file, summary: { digest } }) as ShownRevision
const zip = (files: Record<string, string>): BlobPart =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)]))) as unknown as BlobPart

async function refusal(reading: Promise<unknown>): Promise<string> {
  const fault = await reading.then(
    () => undefined,
    (one: unknown) => one,
  )
  expect(fault).toBeInstanceOf(Problem)
  return (fault as Problem).message
}

describe('读回一份报送', () => {
  const files = [
    aFile('甲.json', textOf(A)),
    aFile('多份.ndjson', `${textOf(B)}\n\n${textOf(C)}\n`),
    aFile('包.zip', zip({ '南宁/乙.json': textOf(B), '行.ndjson': `${textOf(A)}\n${textOf(C)}` })),
  ]

  it.each([
    ['a file', '甲.json', A],
    ['a line', '多份.ndjson 第 3 行', C],
    ['a file in a folder of an archive', '包.zip / 南宁/乙.json', B],
    ['a line of a file in an archive', '包.zip / 行.ndjson 第 2 行', C],
  ])('%s', async (_, place, digest) => {
    expect(await readSheet(files, aRow(place, digest))).toEqual({ name: '示例', sha256: digest })
  })

  it('of two files with one name the checksum tells, and only files of that name are read', async () => {
    const touched: string[] = []
    const watched = (name: string, content: string): File => {
      const file = aFile(name, content)
      const read = file.arrayBuffer.bind(file)
      file.arrayBuffer = () => {
        touched.push(content)
        return read()
      }
      return file
    }
    const twins = [watched('甲.json', textOf(A)), watched('甲.json', textOf(B)), watched('丙.json', textOf(C))]
    expect(await readSheet(twins, aRow('甲.json', B))).toEqual({ name: '示例', sha256: B })
    expect(touched).toEqual([textOf(A), textOf(B)])
  })

  it('one that was changed or taken away since is told, with its name', async () => {
    const changed = await refusal(readSheet([aFile('甲.json', textOf(B))], aRow('甲.json', A)))
    expect(changed).toContain('甲.json')
    expect(changed).toContain('移走或改动过')
    expect(await refusal(readSheet([], aRow('甲.json', A)))).toContain('移走或改动过')
    // The checksum of another field is not its own.
    const other = JSON.stringify({ note: A, sha256: B })
    expect(await refusal(readSheet([aFile('甲.json', other)], aRow('甲.json', A)))).toContain('移走或改动过')
  })

  it.each(['甲.json', '包.zip'])('%s whose stick was pulled out is told, and is no fault of ours', async (name) => {
    const gone = aFile(name, '')
    gone.arrayBuffer = () => Promise.reject(new DOMException('gone', 'NotFoundError'))
    expect(await refusal(readSheet([gone], aRow(name, A)))).toContain(name)
  })
})
