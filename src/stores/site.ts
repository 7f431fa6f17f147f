import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { expectsHub } from '#storage/hubMark'

/** 本站 — whether there is a hub behind it: without one, not a line of what belongs to hubs is loaded. */
export const useSiteStore = defineStore('site', () => {
  const hasHub = shallowRef(expectsHub())
  return { hasHub }
})
