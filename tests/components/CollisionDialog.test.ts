import { enableAutoUnmount, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Collision } from '#core/diagnosis/merge'
import CollisionDialog from '../../src/components/CollisionDialog.vue'
import { loadGuangxi } from '../support/build'
import { click, stubModal } from '../support/cards'

beforeEach(stubModal)
enableAutoUnmount(afterEach)

function mountCollision(collision: Collision) {
  return mount(CollisionDialog, { props: { collision, edition: loadGuangxi() } })
}
function shown(collision: Collision): readonly string[] {
  const wrapper = mountCollision(collision)
  return [wrapper.get('strong').text(), ...wrapper.findAll('dd').map((one) => one.text())]
}

describe('两处不同', () => {
  it('both answers are shown in words, ours first', () => {
    expect(shown({ field: 'S1.1', mine: 2.5, theirs: 0 })).toEqual(['S1.1 转型战略与规划', '3 级部分达成', '尚未开展'])
    expect(shown({ field: 'T2.6', mine: [], theirs: ['ERP'] }).slice(1)).toEqual(['以上都没有', '1 类：ERP'])
    expect(shown({ field: 'T2.1', mine: { numerator: 1 }, theirs: 'unknown' }).slice(1)).toEqual(['未填完整', '不掌握'])
  })

  it('a cleared answer is shown as empty', () => {
    expect(shown({ field: 'S1.1', mine: undefined, theirs: 3 }).slice(1)).toEqual(['（空）', '3 级基本达成'])
  })

  it("fields of the profile and the edition's own questions are named as on the form", () => {
    expect(shown({ field: 'staff', mine: 20, theirs: 30 })).toEqual(['企业信息：从业人员', '20', '30'])
    expect(shown({ field: 'profile.park', mine: '甲', theirs: '乙' })).toEqual(['企业信息：所在园区', '甲', '乙'])
  })

  it('an answer no longer asked is shown as it is stored', () => {
    expect(shown({ field: 'S9.9', mine: { a: 1 }, theirs: 2 })).toEqual(['企业信息：S9.9', '{"a":1}', '2'])
  })

  it("the other window's is taken on request; 取消 keeps ours", async () => {
    const taken = mountCollision({ field: 'S1.1', mine: 1, theirs: 2 })
    await click(taken, '采用另一个窗口的')
    expect(taken.emitted('settle')).toEqual([[true]])
    const kept = mountCollision({ field: 'S1.1', mine: 1, theirs: 2 })
    await click(kept, '取消')
    expect(kept.emitted('settle')).toEqual([[false]])
  })
})
