import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { vi } from 'vitest'
import { type Component } from 'vue'
import { type Edition, type Indicator } from '#core/diagnosis/edition'
import { type IndicatorElement } from '#core/diagnosis/editionFile'
import { loadGuangxi } from './build'

/** One indicator of the real edition with its question, as a card gives them to a field. */
export function askAbout<Type extends IndicatorElement['type']>(
  id: string,
  _type: Type,
): {
  readonly edition: Edition
  readonly indicator: Indicator
  readonly element: Extract<IndicatorElement, { type: Type }>
  readonly productionType: undefined
} {
  const edition = loadGuangxi()
  const element = edition.survey.pages.flatMap(({ elements }) => elements).find(({ name }) => name === id)
  return {
    edition,
    indicator: edition.indicators.get(id)!,
    element: element as Extract<IndicatorElement, { type: Type }>,
    productionType: undefined,
  }
}

export interface Field {
  readonly wrapper: VueWrapper
  /** Every answer that was given, in order; the field is shown the last. */
  readonly given: readonly unknown[]
}

/** A field as it is on a page: what it answers comes back to it as its answer. */
export function mountField(component: Component, props: object, answer?: unknown): Field {
  const given: unknown[] = []
  const wrapper = mount(component, {
    props: {
      ...props,
      answer,
      onAnswer: (value: unknown) => {
        given.push(value)
        void wrapper.setProps({ answer: value } as never)
      },
    },
    attachTo: document.body,
  }) as VueWrapper
  return { wrapper, given }
}

/** The field under a label, by the words of the label. */
export function fieldOf(wrapper: VueWrapper, label: string): HTMLInputElement {
  const found = wrapper.findAll('label').find((one) => one.text().startsWith(label))
  if (found === undefined) throw new Error(`no label ${label}`)
  // Looked for in this wrapper only: every mounted app counts its ids from the start.
  const id = found.attributes('for')
  const fields = id === undefined ? found.findAll('input') : wrapper.findAll('input, select, textarea')
  return fields.find((one) => id === undefined || one.element.id === id)!.element as HTMLInputElement
}

/** Types a text into a field, as one input event. */
export async function type(input: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> {
  input.value = text
  input.dispatchEvent(new Event('input', { bubbles: true }))
  await flushPromises()
}

/** A select or radio that was changed with the keyboard: there is no click, only the change. */
export async function change(element: HTMLInputElement | HTMLSelectElement, value?: string): Promise<void> {
  if (value !== undefined) element.value = value
  else (element as HTMLInputElement).checked = true
  element.dispatchEvent(new Event('change', { bubbles: true }))
  await flushPromises()
}

/** Clicks the button, or the box of the label, that begins with these words. */
export async function click(wrapper: VueWrapper, words: string): Promise<void> {
  const found = wrapper.findAll('button, label').find((one) => one.text().startsWith(words))
  if (found === undefined) throw new Error(`no button ${words}`)
  const target = found.element.querySelector('input') ?? (found.element as HTMLElement)
  target.click()
  await flushPromises()
}

/** happy-dom has dialogs but cannot show them as modal ones. */
export function stubModal(): void {
  HTMLDialogElement.prototype.showModal = vi.fn(function (this: HTMLDialogElement) {
    this.open = true
  })
}
