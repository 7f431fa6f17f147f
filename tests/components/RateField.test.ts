import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import RateField from '../../src/components/fields/RateField.vue'
import { askAbout, change, click, fieldOf, mountField, type, type Field } from '../support/cards'

enableAutoUnmount(afterEach)

function mountRate(id: string, answer?: unknown): Field {
  const { indicator, element } = askAbout(id, 'rate')
  return mountField(RateField, { indicator, element }, answer)
}
function outcome({ wrapper }: Field): string {
  return wrapper.get('.outcome').text().replace(/\s+/g, ' ')
}
const [ABOVE, BELOW] = ['数字化生产设备数量', '生产设备总数']
const [NOW, BEFORE] = ['现在的人均产值', '三年前的人均产值']

describe('比率', () => {
  it('two figures give the percent and the band it falls in, as they are typed', async () => {
    const field = mountRate('T2.1')
    expect(outcome(field)).toBe('填完后这里显示比率和对应的级别。')
    await type(fieldOf(field.wrapper, ABOVE), '30')
    await type(fieldOf(field.wrapper, BELOW), '48')
    expect(field.given.at(-1)).toEqual({ numerator: 30, denominator: 48 })
    // 30 of 48 is 62.5 %: in the band from 60 to 80, in its lower half, so half a step below 4.
    expect(outcome(field)).toBe('= 62.5% → 4 级部分达成（60%（含）至80%） 请补选数据年份')
  })

  it('half of the two figures is kept as it is typed, and there again when the page is', async () => {
    const field = mountRate('T2.1')
    await type(fieldOf(field.wrapper, ABOVE), '30')
    expect(field.given).toEqual([{ numerator: 30 }])
    const again = mountRate('T2.1', field.given[0])
    expect([fieldOf(again.wrapper, ABOVE).value, fieldOf(again.wrapper, BELOW).value]).toEqual(['30', ''])
    await type(fieldOf(again.wrapper, BELOW), '60')
    expect(again.given).toEqual([{ numerator: 30, denominator: 60 }])
  })

  it('the other half is kept as well', async () => {
    const field = mountRate('T2.1')
    await type(fieldOf(field.wrapper, BELOW), '48')
    expect(field.given).toEqual([{ denominator: 48 }])
  })

  it('the year stays with the figures, and is asked for while it is missing', async () => {
    const field = mountRate('T2.1', { numerator: 30, denominator: 48 })
    const select = field.wrapper.get('select').element
    const year = select.options[2]!.value
    await change(select as unknown as HTMLSelectElement, year)
    expect(field.given).toEqual([{ numerator: 30, denominator: 48, year: Number(year) }])
    expect(outcome(field)).not.toContain('请补选数据年份')
    await type(fieldOf(field.wrapper, ABOVE), '36')
    expect(field.given.at(-1)).toEqual({ numerator: 36, denominator: 48, year: Number(year) })
  })

  it('when everything is cleared there is no answer', async () => {
    const field = mountRate('T2.1', { numerator: 30, denominator: 48 })
    await type(fieldOf(field.wrapper, ABOVE), '')
    await type(fieldOf(field.wrapper, BELOW), '')
    expect(field.given).toEqual([{ denominator: 48 }, undefined])
  })

  it('nothing out of nothing and more than everything give no percent', async () => {
    const field = mountRate('T2.1')
    await type(fieldOf(field.wrapper, ABOVE), '0')
    await type(fieldOf(field.wrapper, BELOW), '0')
    expect(outcome(field)).toBe('填完后这里显示比率和对应的级别。')
    await type(fieldOf(field.wrapper, ABOVE), '50')
    await type(fieldOf(field.wrapper, BELOW), '48')
    expect(outcome(field)).toBe('填完后这里显示比率和对应的级别。')
  })

  it('a negative figure of a share is refused with the reason and not taken', async () => {
    const field = mountRate('T2.1')
    await type(fieldOf(field.wrapper, ABOVE), '-3')
    expect(field.wrapper.get('[role=alert]').text()).toBe('不能为负数')
    expect(field.given).toEqual([])
  })

  it('0 of something is an answer: 尚未开展', async () => {
    const field = mountRate('T2.1')
    await type(fieldOf(field.wrapper, ABOVE), '0')
    await type(fieldOf(field.wrapper, BELOW), '48')
    expect(outcome(field)).toBe('= 0% → 尚未开展 请补选数据年份')
  })
})

describe('直接填百分比', () => {
  it('a percent is the answer itself', async () => {
    const field = mountRate('T2.1')
    await click(field.wrapper, '直接填百分比')
    await type(fieldOf(field.wrapper, '占比'), '70')
    expect(field.given).toEqual([70])
    // 70 is the middle of the band from 60 to 80: its upper half begins there.
    expect(outcome(field)).toBe('= 70% → 4 级基本达成（60%（含）至80%）')
  })

  it('a percent that is there is shown as such; the buttons say which way is used', () => {
    const { wrapper } = mountRate('T2.1', 12.5)
    expect(fieldOf(wrapper, '占比').value).toBe('12.5')
    expect(wrapper.findAll('.ways button').map((one) => one.attributes('aria-pressed'))).toEqual(['false', 'true'])
  })

  it('a negative share is refused with the reason; a growth may sink', async () => {
    const share = mountRate('T2.1')
    await click(share.wrapper, '直接填百分比')
    await type(fieldOf(share.wrapper, '占比'), '-5')
    expect(share.wrapper.get('[role=alert]').text()).toBe('不能为负数')
    expect(share.given).toEqual([])
    const growth = mountRate('B5.1')
    await click(growth.wrapper, '直接填百分比')
    await type(fieldOf(growth.wrapper, '提升'), '-5')
    expect(growth.given).toEqual([-5])
    expect(outcome(growth)).toBe('= -5% → 尚未开展')
  })

  it('looking at the other way of filling in changes no answer', async () => {
    const field = mountRate('T2.1', { numerator: 30, denominator: 48 })
    await click(field.wrapper, '直接填百分比')
    await click(field.wrapper, '填两个数')
    expect(field.given).toEqual([])
    expect(fieldOf(field.wrapper, ABOVE).value).toBe('30')
  })

  it("another window's answer is shown the way it was given", async () => {
    const field = mountRate('T2.1')
    await field.wrapper.setProps({ answer: 55 } as never)
    expect(fieldOf(field.wrapper, '占比').value).toBe('55')
    await field.wrapper.setProps({ answer: { numerator: 1, denominator: 2 } } as never)
    expect(fieldOf(field.wrapper, ABOVE).value).toBe('1')
  })
})

describe('与三年前相比', () => {
  it('growth is asked as the value now and then; the change over the old value is the answer', async () => {
    const field = mountRate('B5.1')
    await type(fieldOf(field.wrapper, NOW), '23')
    expect(field.given).toEqual([{ current: 23 }])
    await type(fieldOf(field.wrapper, BEFORE), '20')
    expect(field.given.at(-1)).toEqual({ numerator: 3, denominator: 20 })
    // 3 of 20 is 15 %: the band from 15 to 25, in its lower half.
    expect(outcome(field)).toBe('= 15% → 4 级部分达成（15%（含）至25%） 请补选数据年份')
    expect(fieldOf(field.wrapper, NOW).value).toBe('23')
  })

  it('a reduction counts downwards', async () => {
    const field = mountRate('B5.2')
    await type(fieldOf(field.wrapper, '现在的不良率'), '1.5')
    await type(fieldOf(field.wrapper, '三年前的不良率'), '2')
    expect(field.given.at(-1)).toEqual({ numerator: 0.5, denominator: 2 })
    // Half of 2 is a quarter: 25 %, in the band from 20 to 35, in its lower half.
    expect(outcome(field)).toContain('= 25% → 4 级部分达成')
    await type(fieldOf(field.wrapper, '现在的不良率'), '2.5')
    expect(field.given.at(-1)).toEqual({ numerator: -0.5, denominator: 2 })
    expect(outcome(field)).toContain('= -25% → 尚未开展')
  })

  it('the value now is worked back from the answer', () => {
    expect(fieldOf(mountRate('B5.1', { numerator: 3, denominator: 20 }).wrapper, NOW).value).toBe('23')
    expect(fieldOf(mountRate('B5.1', { numerator: -3, denominator: 20 }).wrapper, NOW).value).toBe('17')
    expect(fieldOf(mountRate('B5.2', { numerator: 0.5, denominator: 2 }).wrapper, '现在的不良率').value).toBe('1.5')
    expect(fieldOf(mountRate('B5.1', { current: 23 }).wrapper, NOW).value).toBe('23')
  })

  it('no dust of binary fractions: 0.3 after 0.1 is a change of 0.2, and back again 0.3', async () => {
    const field = mountRate('B5.1')
    await type(fieldOf(field.wrapper, BEFORE), '0.1')
    await type(fieldOf(field.wrapper, NOW), '0.3')
    expect(field.given.at(-1)).toEqual({ numerator: 0.2, denominator: 0.1 })
    expect(fieldOf(mountRate('B5.1', field.given.at(-1)).wrapper, NOW).value).toBe('0.3')
  })

  it('whatever two figures were typed are there again on the next visit', async () => {
    const figure = fc.integer({ min: 1, max: 10_000_000_000 }).map((n) => n / 10_000)
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('B5.1', 'B5.2', 'B5.4'), figure, figure, async (id, now, before) => {
        const { element } = askAbout(id, 'rate')
        const { numerator, denominator } = element.measure
        const field = mountRate(id)
        await type(fieldOf(field.wrapper, denominator.label), String(before))
        await type(fieldOf(field.wrapper, numerator.label), String(now))
        const again = mountRate(id, field.given.at(-1))
        expect(fieldOf(again.wrapper, numerator.label).value).toBe(String(now))
        expect(fieldOf(again.wrapper, denominator.label).value).toBe(String(before))
        field.wrapper.unmount()
        again.wrapper.unmount()
      }),
      { numRuns: 25 },
    )
  })
})
