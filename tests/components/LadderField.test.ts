import { enableAutoUnmount } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import { makeEdition } from '../support/build'
import { askAbout, change, click, mountField, type Field } from '../support/cards'
import LadderField from '../../src/components/fields/LadderField.vue'

enableAutoUnmount(afterEach)

function mountLadder(answer?: unknown): Field {
  const { edition, indicator, element } = askAbout('S1.1', 'ladder')
  return mountField(LadderField, { edition, indicator, levels: element.levels }, answer)
}
function radio({ wrapper }: Field, name: string): HTMLInputElement {
  return wrapper.get(`input[aria-label="${name}"]`).element as HTMLInputElement
}
function checked({ wrapper }: Field): readonly (string | null)[] {
  return wrapper
    .findAll('input')
    .flatMap(({ element }) => (element.checked ? [element.getAttribute('aria-label')] : []))
}

describe('阶梯', () => {
  it('one click picks the level and the half of it', () => {
    for (const [name, value] of [
      ['1 级部分达成', 0.5],
      ['1 级基本达成', 1],
      ['3 级部分达成', 2.5],
      ['5 级基本达成', 5],
    ] as const) {
      const field = mountLadder()
      radio(field, name).click()
      expect(field.given).toEqual([value])
    }
  })

  it('尚未开展 is the answer 0, which is not the same as none', async () => {
    const untouched = mountLadder()
    expect(checked(untouched)).toEqual([])
    await click(untouched.wrapper, '尚未开展')
    expect(untouched.given).toEqual([0])
    expect(untouched.wrapper.get('.none').classes()).toContain('picked')
  })

  it('the arrow keys pick as well: what counts is the change, not the click', async () => {
    const field = mountLadder(2)
    await change(radio(field, '3 级部分达成'))
    expect(field.given).toEqual([2.5])
  })

  it('the answer that is there is shown, in its level and its half', () => {
    const field = mountLadder(2.5)
    expect(checked(field)).toEqual(['3 级部分达成'])
    expect(field.wrapper.findAll('.rung').map((rung) => rung.classes().includes('picked'))).toEqual([
      false,
      false,
      true,
      false,
      false,
    ])
  })

  it('every level is there with its name and what it means; one group of radio buttons', () => {
    const { wrapper } = mountLadder()
    const { element, edition } = askAbout('S1.1', 'ladder')
    expect(wrapper.findAll('.phrase').map((phrase) => phrase.text().replace(/\s+/g, ' '))).toEqual(
      element.levels.map((phrase, at) => `${at + 1} ${edition.levelNames.get(at + 1)} ${phrase}`),
    )
    expect(new Set(wrapper.findAll('input').map((input) => input.attributes('name')))).toEqual(new Set(['q-S1.1']))
    expect(wrapper.findAll('input')).toHaveLength(11)
  })

  it('a scale of whole levels has one choice per level', () => {
    const edition = makeEdition({ tree: { id: 'T', items: ['A'] }, scale: { max: 3, step: 1 } })
    const props = { edition, indicator: edition.indicators.get('A')!, levels: ['甲', '乙', '丙'] }
    const field = mountField(LadderField, props)
    expect(field.wrapper.findAll('input')).toHaveLength(4)
    radio(field, '2 级达到').click()
    expect(field.given).toEqual([2])
  })

  it('an answer to something else picks nothing', () => {
    expect(checked(mountLadder('unknown'))).toEqual([])
    expect(checked(mountLadder(undefined))).toEqual([])
  })
})
