import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { formatAction, formatDetail, listActions, nameDetail } from '../../../src/components/roster/auditWords'

const HUB = resolve(import.meta.dirname, '../../../hub')
const sources = readdirSync(HUB)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(HUB, name), 'utf8'))
const nameArea = (code: string): string => (code === '450100' ? '南宁市' : code)

describe('审计的文字', () => {
  it('everything that the hub writes down has a Chinese name', () => {
    const written = sources.flatMap((text) =>
      [...text.matchAll(/action: ([^\n]*)/g)].flatMap(([, rest]) =>
        [...rest!.matchAll(/'([a-zA-Z]+\.[a-zA-Z]+)'/g)].map(([, action]) => action!),
      ),
    )
    // Those that are written without the word “action” before them.
    const all = new Set([
      ...written,
      'session.opened',
      'hub.setUp',
      'enterprise.joined',
      'submission.accepted',
      'export.made',
    ])
    expect(all.size).toBeGreaterThan(30)
    expect([...all].filter((action) => !/[一-鿿]/.test(formatAction(action)))).toEqual([])
    expect(listActions().filter(({ name }) => !/[一-鿿]/.test(name))).toEqual([])
  })

  it('an action or a detail of a newer hub stands as it is', () => {
    expect([formatAction('moon.landed'), nameDetail('crater')]).toEqual(['moon.landed', 'crater'])
    expect(formatDetail('crater', 'Tycho', nameArea)).toBe('Tycho')
  })

  it.each([
    ['role', 'official', '主管部门'],
    ['area', '450100', '南宁市'],
    ['area', '', ''],
    ['isPeer', true, '是'],
    ['differences', 0, '0'],
    ['kind', 'rosterTemplate', '名录模板'],
    // Beijing is eight hours ahead.
    ['madeAt', '2026-11-20T17:05:09.123Z', '2026-11-21 01:05'],
    ['parts', 'contact, contacted', '企业联系人、登记一次联系'],
    ['parts', 'left: 停产', '移出分母：停产'],
  ] as const)('%s %s is %s', (name, value, words) => expect(formatDetail(name, value, nameArea)).toBe(words))
})
