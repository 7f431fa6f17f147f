import { describe, expect, it } from 'vitest'
import { judgeBackup } from '#core/oversight/backupLight'

const NOW = '2026-11-21T00:00:00.000Z'
/** `days` before now; 14 November 00:00 is exactly 7. */
const ago = (days: number): string => new Date(Date.parse(NOW) - days * 86_400_000).toISOString()

describe('备份灯', () => {
  it('no sheet, no light', () => {
    expect(judgeBackup([], NOW)).toEqual({ light: 'none', unsaved: 0, lastAt: undefined })
  })

  it('a new sheet that is in no file yet is amber for 7 days, then red', () => {
    expect(judgeBackup([{ startedAt: ago(0), isChanged: true }], NOW).light).toBe('amber')
    expect(judgeBackup([{ startedAt: ago(6.99), isChanged: true }], NOW).light).toBe('amber')
    expect(judgeBackup([{ startedAt: ago(7), isChanged: true }], NOW).light).toBe('red')
  })

  it('all in files and none changed since is green for 7 days, then amber, never red', () => {
    const sheet = (days: number) => ({ startedAt: ago(90), exportedAt: ago(days), isChanged: false })
    expect(judgeBackup([sheet(6.99)], NOW).light).toBe('green')
    expect(judgeBackup([sheet(7)], NOW).light).toBe('amber')
    expect(judgeBackup([sheet(80)], NOW).light).toBe('amber')
  })

  it('changed since its last file: amber up to 7 days after that file, then red', () => {
    const sheet = (days: number) => ({ startedAt: ago(90), exportedAt: ago(days), isChanged: true })
    expect(judgeBackup([sheet(6.99)], NOW).light).toBe('amber')
    expect(judgeBackup([sheet(7)], NOW).light).toBe('red')
  })

  it('the worst sheet decides, the count is of those that are in no file, the time is of the last file', () => {
    const sheets = [
      { startedAt: ago(30), exportedAt: ago(1), isChanged: false },
      { startedAt: ago(30), exportedAt: ago(8), isChanged: true },
      { startedAt: ago(2), isChanged: true },
    ]
    expect(judgeBackup(sheets, NOW)).toEqual({ light: 'red', unsaved: 2, lastAt: ago(1) })
  })
})
