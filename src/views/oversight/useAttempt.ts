import { shallowRef, type ShallowRef } from 'vue'
import { Problem } from '#core/problems'

/** 一次操作 — busy while it runs, its refusal kept for the place beside it; what we did not foresee rises. */
export interface Attempt {
  readonly isBusy: ShallowRef<boolean>
  readonly problem: ShallowRef<Problem | undefined>
  /** Whether it was done. A second call while one runs does nothing. */
  readonly attempt: (act: () => Promise<unknown>) => Promise<boolean>
}

/** 操作 — for one place of a view where something is asked of the hub or a file. */
export function useAttempt(): Attempt {
  const isBusy = shallowRef(false)
  const problem = shallowRef<Problem>()
  async function attempt(act: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    problem.value = undefined
    try {
      await act()
      return true
    } catch (fault) {
      if (!(fault instanceof Problem)) throw fault
      problem.value = fault
      return false
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, problem, attempt }
}
