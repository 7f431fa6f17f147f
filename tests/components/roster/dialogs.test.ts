import { enableAutoUnmount, flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { divisions } from '#reference/books.ts'
import AccountDialog from '../../../src/components/roster/AccountDialog.vue'
import AreaField from '../../../src/components/roster/AreaField.vue'
import AuthorityDialog from '../../../src/components/roster/AuthorityDialog.vue'
import LiaisonDialog from '../../../src/components/roster/LiaisonDialog.vue'
import ReassignDialog from '../../../src/components/roster/ReassignDialog.vue'
import SecretOnce from '../../../src/components/roster/SecretOnce.vue'
import { stubModal } from '../../support/cards'
import { buttonOf } from '../../support/oversightPage'

beforeEach(stubModal)
afterEach(() => vi.unstubAllGlobals())
enableAutoUnmount(afterEach)

const LIAISON = {
  id: 'l1',
  name: '示例甲',
  phone: '138****0000',
  area: '450103',
  isActive: true,
  firms: 3,
  hasAccount: false,
}

describe('区划', () => {
  const optionsOf = (props: { scope: string; isBelowOnly?: boolean }) =>
    mount(AreaField, { props: { divisions, label: '区划', modelValue: props.scope, ...props } })
      .findAll('option')
      .map((option) => option.attributes('value'))

  it('offers the scope and what lies in it, and nothing else', () => {
    const city = optionsOf({ scope: '450100' })
    expect(city[0]).toBe('450100')
    expect(city).toContain('450103')
    expect(city.every((code) => code!.startsWith('4501'))).toBe(true)
    expect(optionsOf({ scope: '450103' })).toEqual(['450103'])
  })

  it('of a region every city and county', () => {
    // 1 region, 14 cities, 111 counties (民政部 2024).
    expect(optionsOf({ scope: '450000' })).toHaveLength(126)
  })

  it('where the scope itself may not be given it is not offered', () => {
    expect(optionsOf({ scope: '450100', isBelowOnly: true })).not.toContain('450100')
  })
})

describe('账号', () => {
  const city = { id: 'a1', role: 'official' as const, area: '450100' }
  const open = (props: object) =>
    mount(AccountDialog, { props: { actor: city, scope: '450100', divisions, busy: false, ...props } })

  it('an official gives a login for a division below his own, which must be chosen', async () => {
    const wrapper = open({})
    expect(wrapper.text()).not.toContain('角色')
    const [login, name] = wrapper.findAll('input')
    await login!.setValue('county.one')
    await name!.setValue('示例科')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.get('[role=alert]').text()).toBe('有 1 处要改，改好后再新建。')
    expect(wrapper.get('select').attributes('aria-invalid')).toBe('true')
    expect(wrapper.get(`[id="${wrapper.get('select').attributes('aria-describedby')}"]`).text()).toBe(
      '请选择可以看到的区划',
    )
    await wrapper.get('select').setValue('450103')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('create')).toEqual([
      [{ login: 'county.one', name: '示例科', role: 'official', area: '450103' }],
    ])
  })

  it('nothing is chosen beforehand for an administrator: neither the role nor, of an official, the whole region', async () => {
    const wrapper = open({ actor: { id: 'a0', role: 'administrator' }, scope: '450000' })
    const [role] = wrapper.findAll('select')
    expect(wrapper.findAll('select')).toHaveLength(1)
    expect([role!.element.value, role!.attributes('required')]).toEqual(['', ''])
    await role!.setValue('official')
    const area = wrapper.findAll('select')[1]!
    expect([area.element.value, area.attributes('required')]).toEqual(['', ''])
    expect(area.get('option').text()).toBe('请选择')
    const [login, name] = wrapper.findAll('input')
    await login!.setValue('city.one')
    await name!.setValue('示例科')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('create')).toBeUndefined()
    // The whole region can be given, by whoever means it.
    await area.setValue('450000')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('create')).toEqual([
      [{ login: 'city.one', name: '示例科', role: 'official', area: '450000' }],
    ])
  })

  it('what is missing is marked all at once, each beside its field, and the first one has the focus', async () => {
    const wrapper = mount(AccountDialog, {
      props: { actor: { id: 'a0', role: 'administrator' as const }, scope: '450000', divisions, busy: false },
      attachTo: document.body,
    })
    await wrapper.get('form').trigger('submit')
    await flushPromises()
    expect(wrapper.findAll('.fault').map((one) => one.text())).toEqual([
      '账号应为 3 到 64 个字母、数字或 . _ @ -',
      '请选择角色',
      '请填写姓名或岗位',
    ])
    expect(wrapper.get('[role=alert]').text()).toBe('有 3 处要改，改好后再新建。')
    for (const marked of wrapper.findAll('[aria-invalid=true]')) {
      const told = marked.attributes('aria-describedby')!.split(' ').pop()!
      expect(wrapper.get(`[id="${told}"]`).classes()).toContain('fault')
    }
    expect(document.activeElement).toBe(wrapper.findAll('input')[0]!.element)
    await wrapper.findAll('input')[0]!.setValue('city.one')
    expect(wrapper.findAll('.fault')).toHaveLength(2)
  })

  it('an administrator makes auditors, who have no area', async () => {
    const wrapper = open({ actor: { id: 'a0', role: 'administrator' }, scope: '450000' })
    const [login, name] = wrapper.findAll('input')
    await login!.setValue('auditor.one')
    await name!.setValue('示例审计')
    await wrapper.get('select').setValue('auditor')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('create')).toEqual([[{ login: 'auditor.one', name: '示例审计', role: 'auditor' }]])
  })

  it('of an account only what was changed is sent, and an expiry taken away as such', async () => {
    const account = {
      id: 'a2',
      login: 'county.one',
      name: '示例科',
      role: 'official' as const,
      area: '450103',
      isClosed: false,
      isLocked: true,
      hasSecondFactor: true,
      expiresOn: '2026-12-31',
    }
    const wrapper = open({ account })
    await wrapper.get('input[type=date]').setValue('')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('change')).toEqual([[{ expiresOn: null }]])
    for (const words of ['解除锁定', '重设口令', '重设动态码', '停用账号'])
      await buttonOf(wrapper, words).trigger('click')
    expect(wrapper.emitted('change')!.slice(1)).toEqual([
      [{ unlock: true }],
      [{ resetPassword: true }],
      [{ resetSecondFactor: true }],
      [{ isClosed: true }],
    ])
  })
})

describe('联系人', () => {
  it('a phone that was shown masked goes back masked when nothing was typed: the number stays', async () => {
    const wrapper = mount(LiaisonDialog, { props: { liaison: LIAISON, scope: '450100', divisions, busy: false } })
    await wrapper.findAll('input')[0]!.setValue('示例乙')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('save')).toEqual([
      [{ name: '示例乙', phone: '138****0000', area: '450103', isActive: true }],
    ])
  })

  it('a phone that is none is refused before it is sent', async () => {
    const wrapper = mount(LiaisonDialog, { props: { liaison: LIAISON, scope: '450100', divisions, busy: false } })
    await wrapper.get('input[type=tel]').setValue('没有')
    await wrapper.get('form').trigger('submit')
    expect([wrapper.emitted('save'), wrapper.find('[role=alert]').exists()]).toEqual([undefined, true])
  })

  it('two of one name are told apart by where they work', () => {
    const others = [
      { ...LIAISON, id: 'l2', name: '示例丙' },
      { ...LIAISON, id: 'l3', name: '示例丙', area: '450102' },
    ]
    const wrapper = mount(ReassignDialog, {
      props: { liaison: LIAISON, others, divisions, firms: 3, done: 0, busy: false },
    })
    expect(wrapper.findAll('option').map((one) => one.text())).toEqual([
      '请选择',
      '示例丙，青秀区（现有 3 家）',
      '示例丙，兴宁区（现有 3 家）',
    ])
  })

  it('who stops hands his firms to one other, who must be chosen', async () => {
    const others = [{ ...LIAISON, id: 'l2', name: '示例丙' }]
    const wrapper = mount(ReassignDialog, {
      props: { liaison: LIAISON, others, divisions, firms: 3, done: 0, busy: false },
    })
    await wrapper.get('form').trigger('submit')
    expect(wrapper.get('[role=alert]').text()).toBe('请选择接手的工作联系人')
    await wrapper.get('select').setValue('l2')
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('reassign')).toEqual([['l2']])
  })
})

describe('附件2的一行', () => {
  it('a masked mobile goes back as it is, empty parts are left out', async () => {
    const row = { area: '450103', unit: '示例局', contact: '示例科长', mobile: '138****0000' }
    const wrapper = mount(AuthorityDialog, { props: { area: '450103', areaName: '青秀区', row, busy: false } })
    await wrapper.get('form').trigger('submit')
    expect(wrapper.emitted('save')).toEqual([[row]])
  })
})

describe('初始口令', () => {
  const open = () =>
    mount(SecretOnce, {
      props: { login: 'county.one', name: '示例科', password: 'Made-up-2026' },
      attachTo: document.body,
    })

  it('is copied where the browser lets it, and only closed by who has noted it', async () => {
    const writeText = vi.fn(() => Promise.resolve())
    vi.stubGlobal('navigator', { clipboard: { writeText } })
    const wrapper = open()
    await buttonOf(wrapper, '复制口令').trigger('click')
    expect(writeText).toHaveBeenCalledWith('Made-up-2026')
    const escape = new Event('cancel', { cancelable: true })
    wrapper.get('dialog').element.dispatchEvent(escape)
    expect([escape.defaultPrevented, wrapper.emitted('close')]).toEqual([true, undefined])
    await buttonOf(wrapper, '我已记下').trigger('click')
    expect(wrapper.emitted('close')).toHaveLength(1)
  })

  it('on plain http, without a clipboard, it says how to copy', async () => {
    vi.stubGlobal('navigator', {})
    const wrapper = open()
    await buttonOf(wrapper, '复制口令').trigger('click')
    expect(wrapper.get('[role=status]').text()).toContain('Ctrl+C')
  })
})
