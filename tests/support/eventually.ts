import { vi } from 'vitest'

/**
 * Asks again until it holds, and gives back what it said. Far longer than anything takes: how fast it is, the benches tell, and a
 * busy machine must not fail a test that a quiet one passes.
 */
export function eventually<Result>(check: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(check, { timeout: 60_000, interval: 20 })
}
