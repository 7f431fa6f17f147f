import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Component } from 'vue'
import { type Liaison } from '#core/oversight/api'
import { divisions } from '#reference/books.ts'
import AssignDialog from '../../../src/components/oversight/AssignDialog.vue'
import ContactDialog from '../../../src/components/oversight/ContactDialog.vue'
import JoinCodeDialog from '../../../src/components/oversight/JoinCodeDialog.vue'
import LeaveRosterDialog from '../../../src/components/oversight/LeaveRosterDialog.vue'
import NoteDialog from '../../../src/components/oversight/NoteDialog.vue'
import PhoneDialog from '../../../src/components/oversight/PhoneDialog.vue'
import ReasonDialog from '../../../src/components/oversight/ReasonDialog.vue'
import { stubModal } from '../../support/cards'

beforeEach(stubModal)
afterEach(() => vi.unstubAllGlobals())
enableAutoUnmount(afterEach)

const FIRM = { firm: '示例企业有限公司', busy: false }
function open(component: Component, props: object) {
  return mount(component, { props, attachTo: document.body })
}
const submit = (wrapper: ReturnType<typeof open>) => wrapper.get('form').trigger('submit')

describe('写明原因', () => {
  const props = { title: '退回修改', act: '退回', label: '原因', busy: false }

  it('an act without a reason is not done, and says what is missing', async () => {
    const wrapper = open(ReasonDialog, props)
    await wrapper.get('textarea').setValue(' 缺 ')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toBeUndefined()
    expect(wrapper.get('[role=alert]').text()).toContain('至少 2 个字')
    await wrapper.get('textarea').setValue(' 缺附件 ')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toEqual([['缺附件']])
  })

  it('what cannot be undone asks for its words as well', async () => {
    const wrapper = open(ReasonDialog, { ...props, mustType: '示例企业有限公司' })
    await wrapper.get('textarea').setValue('依法删除')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toBeUndefined()
    await wrapper.get('input').setValue('示例企业有限公司')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toEqual([['依法删除']])
  })

  it('while it is being done nothing can be pressed, and Escape does not leave', async () => {
    const wrapper = open(ReasonDialog, { ...props, busy: true })
    expect(wrapper.findAll('button').every((one) => one.attributes('disabled') !== undefined)).toBe(true)
    await wrapper.get('dialog').trigger('cancel')
    expect(wrapper.emitted('cancel')).toBeUndefined()
  })
})

describe('移出分母', () => {
  it('needs a reason, a day that is not to come, and its proof', async () => {
    const wrapper = open(LeaveRosterDialog, { ...FIRM, today: '2026-07-20' })
    const told = async () => (await submit(wrapper), wrapper.get('[role=alert]').text())
    expect(await told()).toBe('请选择原因')
    await wrapper.get('select').setValue('停产')
    await wrapper.get('input').setValue('2026-07-21')
    expect(await told()).toBe('日期不能晚于今天')
    await wrapper.get('input').setValue('2026-07-01')
    expect(await told()).toContain('依据')
    await wrapper.get('textarea').setValue('示例函〔2026〕1 号')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toEqual([[{ reason: '停产', on: '2026-07-01', note: '示例函〔2026〕1 号' }]])
  })
})

describe('企业联系人', () => {
  it('both emptied is nobody; a phone without a name, or with other characters, is refused', async () => {
    const wrapper = open(ContactDialog, { ...FIRM, name: '示例联系人', phone: '13800000000' })
    const [name, phone] = wrapper.findAll('input')
    await submit(wrapper)
    await name!.setValue('')
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toBe('请填写姓名')
    await name!.setValue('示例联系人')
    await phone!.setValue('138****0000')
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toContain('电话只能有')
    await phone!.setValue('')
    await submit(wrapper)
    await name!.setValue('')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toEqual([
      [{ name: '示例联系人', phone: '13800000000' }],
      [{ name: '示例联系人' }],
      [null],
    ])
  })
})

describe('指派联系人', () => {
  const PLACE = { place: { city: '450100', county: '450103' }, divisions }
  const aLiaison = (id: string, changes: Partial<Liaison> = {}): Liaison => ({
    id,
    name: `示例服务员${id}`,
    area: '450100',
    isActive: true,
    firms: 3,
    hasAccount: true,
    ...changes,
  })

  it('offers the active ones, and nobody at all, but not nothing', async () => {
    const liaisons = [aLiaison('one'), aLiaison('two', { isActive: false })]
    const wrapper = open(AssignDialog, { ...FIRM, ...PLACE, liaisons, current: [] })
    expect(wrapper.findAll('option').map((one) => one.attributes('value'))).toEqual(['', 'one', 'none'])
    await submit(wrapper)
    expect(wrapper.get('[role=alert]').text()).toBe('请选择一位联系人')
    await wrapper.get('select').setValue('one')
    await submit(wrapper)
    await wrapper.get('select').setValue('none')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toEqual([['one'], [null]])
  })

  it('who works near stands first, each with the area that tells him from another of his name', () => {
    const liaisons = [
      aLiaison('far', { name: '示例甲', area: '450200' }),
      aLiaison('city', { name: '示例甲', area: '450100' }),
      aLiaison('county', { name: '示例甲', area: '450103', unit: '示例工作队' }),
    ]
    const wrapper = open(AssignDialog, { ...FIRM, ...PLACE, liaisons, current: [] })
    expect(wrapper.findAll('option').map((one) => one.text())).toEqual([
      '请选择',
      '示例甲，示例工作队，青秀区（现有 3 家）',
      '示例甲，南宁市（现有 3 家）',
      '示例甲，柳州市（现有 3 家）',
      '暂不指派（列入“没有联系人”）',
    ])
  })

  it('a firm with two has none chosen for it', () => {
    const liaisons = [aLiaison('one'), aLiaison('two')]
    const wrapper = open(AssignDialog, { ...FIRM, ...PLACE, liaisons, current: ['one', 'two'] })
    expect((wrapper.get('select').element as HTMLSelectElement).value).toBe('')
  })
})

describe('记一次联系', () => {
  it('a phrase fills the note, and an empty note is one too', async () => {
    const wrapper = open(NoteDialog, FIRM)
    await submit(wrapper)
    await wrapper
      .findAll('button')
      .find((one) => one.text() === '电话无人接听')!
      .trigger('click')
    await submit(wrapper)
    expect(wrapper.emitted('confirm')).toEqual([[''], ['电话无人接听']])
  })
})

describe('打电话', () => {
  it('a number that is there can be dialled, as digits alone', () => {
    const wrapper = open(PhoneDialog, {
      firm: '示例企业',
      lines: [
        { who: '企业联系人', name: '示例联系人', phone: '13800000000' },
        { who: '诊断工作联系人', name: '示例服务员', phone: undefined },
        { who: '诊断工作联系人', name: '示例服务员乙', phone: '0771-000 0000' },
      ],
    })
    expect(wrapper.findAll('a').map((one) => [one.attributes('href'), one.text()])).toEqual([
      ['tel:13800000000', '138 0000 0000'],
      ['tel:07710000000', '0771-000 0000'],
    ])
  })

  it('none at all is said', () => {
    const wrapper = open(PhoneDialog, { firm: '示例企业', lines: [{ who: '企业联系人', name: '' }] })
    expect(wrapper.text()).toContain('没有登记电话')
  })
})

describe('报送码', () => {
  const props = { firm: '示例企业', creditCode: '91450100M0000001', code: 'ABCD2345', isUsed: false }

  it('is copied, and where the browser forbids it, marked to be copied by hand', async () => {
    const writeText = vi.fn(() => Promise.resolve())
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    const wrapper = open(JoinCodeDialog, props)
    await wrapper.get('button.primary').trigger('click')
    await flushPromises()
    expect(writeText).toHaveBeenCalledWith('ABCD2345')
    expect(wrapper.text()).toContain('已复制')
    vi.stubGlobal('navigator', {})
    await wrapper.get('button.primary').trigger('click')
    await flushPromises()
    expect(wrapper.text()).toContain('报送码已选中')
  })

  it('is renewed only after it was asked once more, because the old one dies', async () => {
    const wrapper = open(JoinCodeDialog, props)
    const button = (text: string) => wrapper.findAll('button').find((one) => one.text() === text)!
    await button('重发').trigger('click')
    expect(wrapper.emitted('renew')).toBeUndefined()
    await button('确定重发').trigger('click')
    expect(wrapper.emitted('renew')).toHaveLength(1)
  })

  it('one that was used says so', () => {
    expect(open(JoinCodeDialog, { ...props, isUsed: true }).text()).toContain('已经用过')
  })
})
