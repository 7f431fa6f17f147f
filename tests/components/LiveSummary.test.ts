import { mount } from '@vue/test-utils'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseEdition, type Edition } from '#core/diagnosis/edition'
import { gradeScores } from '#core/diagnosis/grading'
import { answersAtLevel, loadGuangxi, makeEdition, scoreSheet, tiersUpTo } from '../support/build'
import LiveSummary from '../../src/components/LiveSummary.vue'

function mountSummary(edition: Edition, answers: unknown, profile = {}) {
  const sheet = scoreSheet(edition, answers, profile)
  return mount(LiveSummary, { props: { sheet, grade: gradeScores(sheet) } })
}
function readWorkshop(): Edition {
  const read = (name: string): unknown =>
    JSON.parse(readFileSync(`tests/editions/workshop-levels/${name}.json`, 'utf8'))
  return parseEdition({ scoring: read('scoring'), survey: read('survey'), advice: read('advice') })
}
function range(wrapper: ReturnType<typeof mountSummary>): string {
  return wrapper.get('[data-testid=tier-range]').text()
}

describe('边填边看', () => {
  it('before the first answer every tier is possible', () => {
    const wrapper = mountSummary(loadGuangxi(), {})
    expect(range(wrapper)).toBe('1—10 档')
    expect(wrapper.text()).toContain('目前可能在')
    expect(wrapper.text()).toMatch(/0\s*\/ 75 项/)
  })

  it('a complete sheet has one tier, and that is what is said', () => {
    const wrapper = mountSummary(loadGuangxi(), answersAtLevel(loadGuangxi(), 3))
    // Every item at 3 of 5 is 60 points: the upper end of tier 6.
    expect(range(wrapper)).toBe('6 档')
    expect(wrapper.text()).toContain('目前结果')
    expect(wrapper.text()).toMatch(/75\s*\/ 75 项/)
  })

  it('a gap leaves the range that it can still make, and an answer narrows it', () => {
    const edition = makeEdition({
      tree: { id: 'T', items: ['A', 'B'] },
      levels: 5,
      grading: { kind: 'tiers', tiers: tiersUpTo(1, 2, 3, 4, 5) },
    })
    // The mean of A = 2 and of B between 0 and 5 lies between 1 (tier 1) and 3.5 (tier 4); with B = 3 it is 2.5.
    expect(range(mountSummary(edition, { A: 2 }))).toBe('1—4 档')
    expect(range(mountSummary(edition, { A: 2, B: 3 }))).toBe('3 档')
  })

  it('不掌握 is answered but leaves the range open', () => {
    const unknown = Object.fromEntries([...loadGuangxi().indicators.keys()].map((id) => [id, 'unknown']))
    const wrapper = mountSummary(loadGuangxi(), unknown)
    expect(range(wrapper)).toBe('1—10 档')
    expect(wrapper.text()).toMatch(/75\s*\/ 75 项/)
  })

  it('the scale shows the tiers of the range, and no reader of screens reads it twice', () => {
    const wrapper = mountSummary(loadGuangxi(), answersAtLevel(loadGuangxi(), 3))
    const scale = wrapper.get('ol')
    expect(scale.attributes('aria-hidden')).toBe('true')
    expect(scale.findAll('li.possible').map((tier) => tier.text())).toEqual(['6'])
    expect(scale.findAll('li')).toHaveLength(10)
  })

  it('an edition of levels says levels', () => {
    const wrapper = mountSummary(readWorkshop(), answersAtLevel(readWorkshop(), 2))
    // Level 2 wants W1, W2, W3 and W5 at 2; level 3 wants W4 and W6 at 3.
    expect(range(wrapper)).toBe('2 级')
    expect(wrapper.find('ol').exists()).toBe(false)
  })

  it('what is not asked of the production type is not counted', () => {
    // C3.3 and B3.1 are not asked of mines.
    expect(mountSummary(loadGuangxi(), {}, { productionType: 'mining' }).text()).toMatch(/0\s*\/ 73 项/)
  })
})
