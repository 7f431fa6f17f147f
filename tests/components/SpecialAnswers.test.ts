import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import SpecialAnswers from '../../src/components/fields/SpecialAnswers.vue'
import { askAbout, click, mountField, type, type Field } from '../support/cards'

enableAutoUnmount(afterEach)

/** C1.1 may be 不适用, S1.1 may not. */
function mountSpecial(id: string, answer?: unknown): Field {
  return mountField(SpecialAnswers, { indicator: askAbout(id, 'ladder').indicator }, answer)
}
function buttons({ wrapper }: Field): readonly string[] {
  return wrapper.findAll('button').map((one) => one.text())
}

describe('不掌握、不适用', () => {
  it('不掌握 is an answer of its own; pressed again it is none', async () => {
    const field = mountSpecial('S1.1')
    await click(field.wrapper, '不掌握')
    expect(field.given).toEqual(['unknown'])
    expect(field.wrapper.get('button').attributes('aria-pressed')).toBe('true')
    await click(field.wrapper, '不掌握')
    expect(field.given).toEqual(['unknown', undefined])
  })

  it('不适用 is offered only where the edition allows it', () => {
    expect(buttons(mountSpecial('S1.1'))).toEqual(['不掌握'])
    expect(buttons(mountSpecial('C1.1'))).toEqual(['不掌握', '不适用'])
  })

  it('不适用 asks for its reason at once and keeps every letter of it', async () => {
    const field = mountSpecial('C1.1')
    expect(field.wrapper.find('textarea').exists()).toBe(false)
    await click(field.wrapper, '不适用')
    expect(field.given).toEqual([{ notApplicable: '' }])
    const reason = field.wrapper.get('textarea')
    expect(field.wrapper.get('label').text()).toBe('不适用的理由（必填）')
    expect(field.wrapper.get('label').attributes('for')).toBe(reason.attributes('id'))
    await type(reason.element, '来料加工')
    expect(field.given.at(-1)).toEqual({ notApplicable: '来料加工' })
  })

  it('不适用 pressed again takes the answer and its reason back', async () => {
    const field = mountSpecial('C1.1', { notApplicable: '来料加工' })
    await click(field.wrapper, '不适用')
    expect(field.given).toEqual([undefined])
    expect(field.wrapper.find('textarea').exists()).toBe(false)
  })

  it('one takes the place of the other', async () => {
    const field = mountSpecial('C1.1', 'unknown')
    await click(field.wrapper, '不适用')
    await click(field.wrapper, '不掌握')
    expect(field.given).toEqual([{ notApplicable: '' }, 'unknown'])
  })

  it('any answer can be cleared, and there is nothing to clear without one', async () => {
    for (const answer of [0, 'unknown', [], { notApplicable: '' }]) {
      const field = mountSpecial('C1.1', answer)
      await click(field.wrapper, '清除回答')
      expect(field.given).toEqual([undefined])
      expect(buttons(field).some((words) => words.startsWith('清除回答'))).toBe(false)
    }
  })

  it('an ordinary answer presses neither button', () => {
    const pressed = mountSpecial('C1.1', 2.5)
      .wrapper.findAll('.pick')
      .map((one) => one.attributes('aria-pressed'))
    expect(pressed).toEqual(['false', 'false'])
  })
})
