import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { Problem } from '#core/problems'

/** 意外 — the last fault that nobody handled: a refusal in its own words, anything else as our own mistake. */
export const useFaultStore = defineStore('fault', () => {
  const message = shallowRef<string>()
  /** A part of the program is missing: loading the page again brings it. */
  const isPartMissing = shallowRef(false)

  function tell(fault: unknown): void {
    if (!(fault instanceof Problem)) console.error(fault)
    isPartMissing.value = !(fault instanceof Problem) && MISSING_PART.test(textOf(fault))
    message.value = fault instanceof Problem ? fault.message : tellBug(fault)
  }

  function dismiss(): void {
    message.value = undefined
  }

  return { message, isPartMissing, tell, dismiss }
})

const MISSING_PART = /dynamically imported module|Failed to fetch|Importing a module|Unable to preload/i

function textOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault)
}

function tellBug(fault: unknown): string {
  const text = textOf(fault)
  // A new build was put up while this page was open: its parts have other names now.
  if (MISSING_PART.test(text)) {
    return '程序有更新或网络中断，这一页没有打开。草稿已保存在本机，请刷新页面再试。'
  }
  return `程序出错了（${text.slice(0, 120)}）。草稿已保存在本机，请刷新页面；若再次出现，请把这句话告诉技术支持。`
}
