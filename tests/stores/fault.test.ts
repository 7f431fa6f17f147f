// @vitest-environment node
import { createPinia } from 'pinia'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Problem } from '#core/problems'
import { useFaultStore } from '#stores/fault'

afterEach(() => vi.restoreAllMocks())

function tell(fault: unknown): { readonly message: string | undefined; readonly logged: number } {
  const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const store = useFaultStore(createPinia())
  store.tell(fault)
  return { message: store.message, logged: log.mock.calls.length }
}

describe('意外', () => {
  it('a refusal is told in its own words and is no bug to log', () => {
    expect(tell(new Problem('draft.gone'))).toEqual({ message: '本机没有这份草稿，可能已在别处清除', logged: 0 })
  })

  it('anything else is told as our own mistake, with what to say to the support, and is logged', () => {
    const { message, logged } = tell(new Error('x is not a function'))
    expect(message).toBe(
      '程序出错了（x is not a function）。草稿已保存在本机，请刷新页面；若再次出现，请把这句话告诉技术支持。',
    )
    expect(logged).toBe(1)
  })

  it.each([
    'Failed to fetch dynamically imported module: https://example.cn/assets/PageView.js',
    'error loading dynamically imported module',
    'Importing a module script failed.',
    'Failed to fetch',
  ])('a part of the program that is not on the server any more asks for a reload: %s', (text) => {
    expect(tell(new TypeError(text)).message).toContain('请刷新页面再试')
  })

  it('what is thrown need not be an error, and a long one is cut', () => {
    expect(tell('odd').message).toContain('（odd）')
    expect(tell(undefined).message).toContain('（undefined）')
    expect(tell(new Error('长'.repeat(5000))).message!.length).toBeLessThan(200)
  })

  it('it stays until it is dismissed; a later one takes its place', () => {
    const store = useFaultStore(createPinia())
    store.tell(new Problem('draft.gone'))
    store.tell(new Problem('draft.locked'))
    expect(store.message).toBe('这份填报已提交并锁定，修改请新建一次修订')
    store.dismiss()
    expect(store.message).toBeUndefined()
  })
})
