import { describe, expect, it } from 'vitest'
import { judgeAuthority } from '../../../src/components/roster/authorityStates'

const filled = { contact: '示例科长', officePhone: '0771-0000000' }

describe('附件2的状态（GX-14）', () => {
  it('a row is due by the day the campaign opens: the day itself is in time, the next is late', () => {
    expect(judgeAuthority(filled, '2026-06-12', '2026-06-12', '2026-06-12')).toBe('filled')
    expect(judgeAuthority(filled, '2026-06-13', '2026-06-12', '2026-06-13')).toBe('filledLate')
    expect(judgeAuthority(undefined, undefined, '2026-06-12', '2026-06-12')).toBe('missing')
    expect(judgeAuthority(undefined, undefined, '2026-06-12', '2026-06-13')).toBe('overdue')
  })

  it('without a contact or without any phone it is not filled', () => {
    expect(judgeAuthority({ officePhone: '1' }, '2026-06-01', '2026-06-12', '2026-06-13')).toBe('overdue')
    expect(judgeAuthority({ contact: '示例' }, '2026-06-01', '2026-06-12', '2026-06-13')).toBe('overdue')
    expect(judgeAuthority({ contact: '示例', mobile: '138****0000' }, '2026-06-01', '2026-06-12', '2026-06-13')).toBe(
      'filled',
    )
  })
})
