import { describe, expect, it } from 'vitest'
import { gradeScores } from '#core/diagnosis/grading'
import { applyRaises, planUpgrade } from '#core/diagnosis/upgrade'
import { scoreSheet, seeded } from '../../support/build'
import { drawModel, tellModel, tierOfSteps, type Shape, type SmallModel } from '../../support/smallModels'

interface Cheapest { readonly cost: number; readonly ids: readonly string[] }

/** Every set of raises is tried. */
function findCheapest(model: SmallModel, tier: number): Cheapest | undefined {
  const now = model.items.map((item) => item.now)
  const steps = [...now]
  let best: { cost: number; touched: number; order: string } | undefined
  const visit = (at: number, cost: number, touched: number, order: string): void => {
    if (best !== undefined && cost > best.cost) return
    const item = model.items[at]
    if (item === undefined) {
      if (best !== undefined) {
        if (cost === best.cost && touched > best.touched) return
        if (cost === best.cost && touched === best.touched && order <= best.order) return
      }
      if (tierOfSteps(model, steps) >= tier) best = { cost, touched, order }
      return
    }
    const most = typeof item.answer === 'object' ? 0 : Math.round(item.max / item.step) - item.now
    for (let raise = 0; raise <= most; raise++) {
      steps[at] = now[at]! + raise
      visit(at + 1, cost + raise * item.effort, touched + (raise > 0 ? 1 : 0), order + (raise > 0 ? '1' : '0'))
    }
    steps[at] = now[at]!
  }
  visit(0, 0, 0, '')
  const found = best as { cost: number; order: string } | undefined
  return found === undefined ? undefined : { cost: found.cost, ids: model.items.filter((_, at) => found.order[at] === '1').map(({ id }) => id) }
}

function compareAll(shape: Shape, cases: number, firstSeed: number) {
  let bad = 0, plans = 0, none = 0, multi = 0
  for (let seed = firstSeed; seed < firstSeed + cases; seed++) {
    const model = drawModel(seeded(seed), shape)
    const sheet = scoreSheet(model.edition, model.answers)
    const grade = gradeScores(sheet)
    const now = model.items.map((i) => i.now)
    const tier = tierOfSteps(model, now)
    if (Number.isNaN(tier)) { expect(grade.tier).toBeUndefined(); continue }
    if (grade.tier!.low !== tier) { console.log('tier', seed, grade.tier, tier); bad++; continue }
    if (tier === model.upTo.length) continue
    const expected = findCheapest(model, tier + 1)
    const plan = planUpgrade(sheet)
    if (expected === undefined) none++; else plans++
    if (expected && expected.ids.length > 1) multi++
    const found = plan === undefined ? undefined : { cost: plan.cost, ids: plan.raises.map(({ id }) => id) }
    if (JSON.stringify(found) !== JSON.stringify(expected)) { bad++; if (bad < 6) console.log(seed, JSON.stringify(found), JSON.stringify(expected), tellModel(model)) }
  }
  console.log(JSON.stringify(shape), { bad, plans, none, multi })
}
describe('x', () => {
  it('y', () => {
    const t = Date.now()
    compareAll({}, 3000, 1)
    compareAll({ efforts: true }, 3000, 10001)
    compareAll({ minimum: true }, 3000, 20001)
    compareAll({ minimum: true, efforts: true }, 3000, 30001)
    console.log(Date.now() - t)
  })
})
