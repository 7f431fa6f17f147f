// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { prepareAuthorities, prepareServices, prepareStoredTable } from '#export/contactTables'
import { buildOfficeFile } from '#export/officeFile'
import { openPackage } from '#export/zipText'
import { aFirm, aSubmittedFirm } from '../support/firms'
import { CAMPAIGN, CONTEXT, someFirms } from './officeSamples'

const AUTHORITY = {
  area: '450100',
  unit: '示例工业和信息化局',
  contact: '示例甲',
  mobile: '13800000000',
  officePhone: '0771-0000000',
}

describe('附件2 工作联系表', () => {
  it('has the authorities in the order of divisions, personal numbers masked whatever comes', () => {
    const { book } = prepareAuthorities([{ ...AUTHORITY, area: '450103' }, AUTHORITY], CONTEXT)
    const [sheet] = book.sheets
    expect(sheet.opening).toMatchObject({ annex: '附件2', title: '工作联系表', right: '填报时间：2026 年 8 月 21 日' })
    expect(sheet.rows.map((row) => row.slice(0, 4))).toEqual([
      [1, '市级', '南宁市', '示例工业和信息化局'],
      [2, '县级', '青秀区', '示例工业和信息化局'],
    ])
    expect(sheet.rows[0]!.slice(7, 9)).toEqual(['0771-0000000', '138****0000'])
  })
})

describe('附件3 服务联系表', () => {
  it('says of every firm who serves it and how far it is', () => {
    const done = aSubmittedFirm(
      { name: '示例甲', contactedAt: '2026-06-10T17:00:00.000Z', note: '周五回访' },
      { tier: { low: 3, high: 3 }, receivedAt: '2026-07-10T02:00:00.000Z' },
    )
    const none = aFirm({ name: '示例乙', liaisons: [], left: { on: '2026-07-01', reason: '注销', note: '注销' } })
    const two = aFirm({
      name: '示例丙',
      county: '450102',
      liaisons: [
        { id: 'a', name: '示例服务员甲', phone: '13800000000' },
        { id: 'b', name: '示例服务员乙' },
      ],
    })
    const { book } = prepareServices([done, none, two], CONTEXT)
    expect(book.sheets[0].rows).toEqual([
      [
        1,
        '示例丙',
        two.creditCode,
        '兴宁区',
        '示例服务员甲、示例服务员乙',
        '138****0000',
        null,
        '已指派，未联系',
        null,
        null,
        '',
        '联系人有 2 名，应为一名',
      ],
      [
        2,
        '示例甲',
        done.creditCode,
        '青秀区',
        '示例服务员甲',
        '138****0000',
        '2026-06-11',
        '已报送',
        '2026-07-10 10:00',
        3,
        '需要',
        '周五回访',
      ],
      [
        3,
        '示例乙',
        none.creditCode,
        '青秀区',
        '（未指派）',
        '',
        null,
        '未指派联系人',
        null,
        null,
        '',
        '已移出名录：注销',
      ],
    ])
  })

  it('is a landscape paper with the annex number, and too long for Word it says so', async () => {
    const services = prepareServices(someFirms(20), CONTEXT)
    const { bytes } = await buildOfficeFile({ kind: 'servicesDocx', source: services }, new Map(), () => undefined)
    const document = openPackage(bytes).texts.get('word/document.xml')!
    expect(document).toMatch('w:orient="landscape"')
    expect(document.indexOf('附件3')).toBeLessThan(document.indexOf('服务联系表'))
    const firm = aFirm()
    const long = prepareServices(
      Array.from({ length: 3001 }, () => firm),
      CONTEXT,
    )
    await expect(buildOfficeFile({ kind: 'servicesDocx', source: long }, new Map(), () => undefined)).rejects.toThrow(
      '表有 3001 行，Word 文件最多 3000 行',
    )
  })
})

describe('旧版联系表', () => {
  it('is written as the hub kept it, with its time, codes and moments for people, numbers masked once more', () => {
    const version = {
      id: 'v',
      kind: 'services' as const,
      area: '450100',
      at: '2026-06-12T10:28:00.000Z',
      by: '示例甲',
      rows: 1,
      note: '首次上报',
    }
    const rows = [{ 企业名称: '示例甲', 区划: '450103', 联系电话: '13800000000', 报送时间: '2026-07-10T16:30:00.000Z' }]
    const { book, fileName } = prepareStoredTable(version, rows, { ...CONTEXT, campaign: CAMPAIGN })
    expect(fileName).toBe('附件3 服务联系表（南宁市）20260612')
    expect(book.sheets[0].columns.map(({ title }) => title)).toEqual([
      '序号',
      '企业名称',
      '区划',
      '联系电话',
      '报送时间',
    ])
    expect(book.sheets[0].rows).toEqual([[1, '示例甲', '青秀区', '138****0000', '2026-07-11 00:30']])
    expect(book.sheets[0].notes!.join('')).toMatch('版本：2026-06-12 18:28，示例甲（首次上报）')
  })
})
