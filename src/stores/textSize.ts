import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { readPreference, savePreference } from '#storage/preferences'

/** 大字版 — 20 px text and targets of 60 px. Set before the first paint by public/early.js, from the same preference. */
export const useTextSizeStore = defineStore('textSize', () => {
  const isLarge = shallowRef(readPreference('textSize') === 'large')

  function toggle(): void {
    isLarge.value = !isLarge.value
    document.documentElement.classList.toggle('large', isLarge.value)
    savePreference('textSize', isLarge.value ? 'large' : 'normal')
  }

  return { isLarge, toggle }
})
