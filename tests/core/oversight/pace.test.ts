import { expect, it } from 'vitest'
import { formatPace } from '#core/oversight/pace'

// By hand. 462 firms in 30 days are 15.4; 15 a day would leave twelve.
it.each([
  [462 / 30, '15.4'],
  [461 / 30, '15.4'],
  [20, '20'],
  [0.01, '0.1'],
  [0, '0'],
  [0.1 * 3, '0.3'],
  [19.95, '20'],
])('%d a day is told as %s', (perDay, words) => expect(formatPace(perDay)).toBe(words))
