// @vitest-environment node
import { describe, expect, it } from 'vitest'
import { makeId } from '#storage/ids'

describe('编号', () => {
  it('is a UUID of version 7 and variant 1', () => {
    for (let at = 0; at < 200; at++) {
      expect(makeId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })

  it('begins with the milliseconds of its time', () => {
    // The example of RFC 9562, appendix A.6: 2022-02-22T19:22:22Z is 0x017F22E279B0 milliseconds.
    expect(makeId(Date.UTC(2022, 1, 22, 19, 22, 22))).toMatch(/^017f22e2-79b0-7/)
  })

  it('sorts by time, also past 32 bits of milliseconds', () => {
    const times = [0, 1, 255, 256, 2 ** 32 - 1, 2 ** 32, 1_767_225_600_000, 1_767_225_600_001, 2 ** 48 - 1]
    const ids = times.map((time) => makeId(time))
    expect([...ids].sort()).toEqual(ids)
  })

  it('does not repeat within a millisecond', () => {
    expect(new Set(Array.from({ length: 5000 }, () => makeId(1))).size).toBe(5000)
  })
})
