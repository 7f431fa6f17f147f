import { mount, RouterLinkStub } from '@vue/test-utils'
import { describe, expect, it } from 'vitest'
import { type Funnel } from '#core/oversight/coverage'
import CoverageTable from '../../../src/components/oversight/CoverageTable.vue'
import FunnelSteps from '../../../src/components/oversight/FunnelSteps.vue'
import TileMap from '../../../src/components/oversight/TileMap.vue'
import { findBand, placeTiles } from '../../../src/components/oversight/tilePlaces'
import { divisions } from '#reference/books.ts'
import { listCities } from '#core/division'

function aFunnel(roster: number, submitted: number, changes: Partial<Funnel> = {}): Funnel {
  return {
    roster,
    assigned: roster,
    joined: submitted,
    filling: submitted,
    submitted,
    due: 0,
    returned: 0,
    left: 0,
    outside: 0,
    rate: roster === 0 ? 0 : submitted / roster,
    ...changes,
  }
}
const global = { stubs: { RouterLink: RouterLinkStub } }

function mountTable(props: object = {}) {
  const rows = [
    { key: 'a', name: '甲市', funnel: aFunnel(10, 3), query: { area: 'a' } },
    { key: 'b', name: '乙市', funnel: aFunnel(0, 0) },
    { key: 'c', name: '丙市', funnel: aFunnel(4, 4) },
  ]
  return mount(CoverageTable, {
    props: { caption: '各市覆盖率', head: '区划', rows, total: aFunnel(14, 7), ...props },
    global,
  })
}
const namesOf = (wrapper: ReturnType<typeof mountTable>) => wrapper.findAll('tbody th').map((one) => one.text())
const press = (wrapper: ReturnType<typeof mountTable>, title: string) =>
  wrapper
    .findAll('thead button')
    .find((one) => one.text().startsWith(title))!
    .trigger('click')

describe('分项表', () => {
  it('rows stand as they came, and their sum is the total given', () => {
    const wrapper = mountTable()
    expect(namesOf(wrapper)).toEqual(['甲市', '乙市', '丙市'])
    // 应诊断, 已指派, 已登录, 已填报, 已报送, 覆盖率, 未完成, 应线下诊断, 移出分母
    expect(wrapper.findAll('tfoot td').map((one) => one.text())).toEqual([
      '14',
      '14',
      '7',
      '7',
      '7',
      '50%',
      '7',
      '0',
      '0',
    ])
  })

  it('every column sorts: the largest first, then the other way round, then as listed', async () => {
    const wrapper = mountTable()
    await press(wrapper, '覆盖率')
    // 100 %, 30 %, and where nobody is asked last.
    expect(namesOf(wrapper)).toEqual(['丙市', '甲市', '乙市'])
    expect(wrapper.find('[aria-sort="descending"]').text()).toContain('覆盖率')
    await press(wrapper, '覆盖率')
    expect(namesOf(wrapper)).toEqual(['乙市', '甲市', '丙市'])
    await press(wrapper, '覆盖率')
    expect(namesOf(wrapper)).toEqual(['甲市', '乙市', '丙市'])
    await press(wrapper, '未完成')
    expect(namesOf(wrapper)[0]).toBe('甲市')
  })

  it('a long list is cut until all is asked for, and its sum stays that of all', async () => {
    const wrapper = mountTable({ most: 2 })
    expect(namesOf(wrapper)).toHaveLength(2)
    expect(wrapper.find('tfoot td').text()).toBe('14')
    await wrapper.findAll('button').slice(-1)[0]!.trigger('click')
    expect(namesOf(wrapper)).toHaveLength(3)
  })

  it('a row with a query leads somewhere, one without is only a name', () => {
    const links = mountTable({ page: 'firms' }).findAllComponents(RouterLinkStub)
    expect(links.map((link) => link.props('to'))).toEqual([{ name: 'firms', query: { area: 'a' } }])
  })
})

describe('进度漏斗', () => {
  it('every step says how many and which share of the roster, and where a visit begins', () => {
    const text = mount(FunnelSteps, {
      props: { funnel: aFunnel(8, 2, { joined: 4, filling: 3, due: 1 }), visitFrom: 3 },
    })
      .findAll('li')
      .map((one) => one.text().replace(/\s+/g, ' '))
    expect(text).toEqual([
      '在册应诊断8 家 100%',
      '已指派联系人8 家 100%',
      '已登录4 家 50%',
      '已开始填报3 家 37.5%',
      '有效报送2 家 25%',
      '3 档及以上1 家 12.5%',
    ])
  })
})

describe('格子图', () => {
  const tiles = listCities(divisions).map(({ code, name }, at) => ({ code, name, funnel: aFunnel(10, at % 11) }))

  it('the fourteen cities each have a place of their own', () => {
    const places = placeTiles(tiles.map(({ code }) => code))!
    expect(places.size).toBe(14)
    expect(new Set(Array.from(places.values(), ({ row, column }) => `${row}/${column}`)).size).toBe(14)
    // North is up, west is left: 桂林 above 梧州, 百色 left of 南宁, 北海 at the bottom.
    expect(places.get('450300')!.row).toBeLessThan(places.get('450400')!.row)
    expect(places.get('451000')!.column).toBeLessThan(places.get('450100')!.column)
    expect(places.get('450500')!.row).toBe(3)
  })

  it('other areas stand in a plain grid', () => {
    expect(placeTiles(['450100', '450103'])).toBeUndefined()
    expect(placeTiles([])).toBeUndefined()
  })

  it('each tile is a link into its area and says in words what its shade says', () => {
    const links = mount(TileMap, { props: { tiles }, global }).findAllComponents(RouterLinkStub)
    expect(links).toHaveLength(14)
    const nanning = links.find((link) => (link.props('to') as { query: { area: string } }).query.area === '450100')!
    expect(nanning.attributes('aria-label')).toBe('南宁市：应诊断 10 家，已报送 0 家，0%')
    expect(nanning.text()).toContain('0%')
  })

  it('a tile below the plan says so, one without firms does not', () => {
    const two = [
      { code: '450100', name: '南宁市', funnel: aFunnel(10, 4) },
      { code: '450200', name: '柳州市', funnel: aFunnel(0, 0) },
      { code: '450300', name: '桂林市', funnel: aFunnel(10, 5) },
    ]
    const wrapper = mount(TileMap, { props: { tiles: two, planned: 0.5 }, global })
    const behind = wrapper.findAll('a').filter((one) => one.attributes('aria-label')?.includes('低于计划'))
    expect(behind.map((one) => one.attributes('aria-label')!.slice(0, 3))).toEqual(['南宁市'])
    expect(wrapper.text()).toContain('低于今天的计划进度')
  })

  it('a shade is darkest only when all have submitted', () => {
    expect([0, 1, 49, 50, 79, 80, 99, 100].map((done) => findBand(done, 100))).toEqual([0, 1, 1, 2, 2, 3, 3, 4])
    expect(findBand(0, 0)).toBeUndefined()
  })
})
