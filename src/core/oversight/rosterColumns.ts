/** 名录的一列 — what a roster table may tell of a firm. */
export type RosterField =
  | 'creditCode'
  | 'name'
  | 'city'
  | 'county'
  | 'industry'
  | 'size'
  | 'isAboveScale'
  | 'scaleYear'
  | 'scaleSource'
  | 'liaisonName'
  | 'liaisonPhone'
  | 'contactName'
  | 'contactPhone'
  | 'listedOn'

/** 名录各列的名称 — as our own export heads them, and as messages name them. */
export const ROSTER_FIELD_NAMES: Readonly<Record<RosterField, string>> = {
  creditCode: '统一社会信用代码',
  name: '企业名称',
  city: '设区市',
  county: '县（市、区）',
  industry: '行业大类',
  size: '企业规模',
  isAboveScale: '是否规上',
  scaleYear: '规上年份',
  scaleSource: '规上依据',
  liaisonName: '诊断工作联系人',
  liaisonPhone: '诊断工作联系人电话',
  contactName: '企业联系人',
  contactPhone: '企业联系人电话',
  listedOn: '列入日期',
}

/** 列的对应 — the place of each field's column, from 0; a field the table does not have is missing. */
export type RosterColumns = Readonly<Partial<Record<RosterField, number>>>

/**
 * Further names, the surest first. Own choice, after the tables of statistics bureaus and the annexes of such notices;
 * a person corrects what is matched wrongly.
 */
const SYNONYMS: Readonly<Record<RosterField, readonly string[]>> = {
  creditCode: [
    '社会信用代码',
    '信用代码',
    '统一信用代码',
    '统一代码',
    '社会统一信用代码',
    '信用代码证号',
    'creditcode',
  ],
  name: ['单位名称', '企业全称', '单位详细名称', '法人单位名称', '企业', '名称', 'name'],
  city: ['市', '地市', '所在市', '所属市', '城市', '市州', '地级市', '设区的市', '市名称', '市级', 'city'],
  county: [
    '县市区',
    '县区',
    '区县',
    '市县区',
    '县',
    '区',
    '所在县',
    '所在区',
    '所属县区',
    '所在县区',
    '所在县市区',
    '所属县市区',
    '县级',
    '行政区划代码',
    '区划代码',
    '行政区划',
    '所属区划',
    '所在区划',
    '所在地',
    '属地',
    'county',
  ],
  industry: [
    '行业代码',
    '行业大类代码',
    '国民经济行业代码',
    '行业类别代码',
    '所属行业代码',
    '行业小类代码',
    '行业类别',
    '所属行业',
    '行业名称',
    '国民经济行业',
    '行业',
    'industry',
  ],
  size: ['规模', '单位规模', '企业规模类型', '规模类型', '划型', '企业划型', '规模划型', '企业类型规模', 'size'],
  isAboveScale: [
    '规上',
    '是否规模以上',
    '规模以上',
    '是否规上企业',
    '是否为规上',
    '是否规上工业',
    '是否规上工业企业',
    '是否规模以上工业企业',
    '规上企业',
    '规上标识',
    '规上标志',
  ],
  scaleYear: [
    '入规年份',
    '入统年份',
    '规上年度',
    '入规年度',
    '升规年份',
    '入库年份',
    '入统时间',
    '入规时间',
    '纳统年份',
    '年份',
    '年度',
  ],
  scaleSource: ['规上来源', '依据', '名单来源', '名录来源', '数据来源', '来源'],
  liaisonName: [
    '服务员',
    '联系服务员',
    '服务员姓名',
    '实体经济服务员',
    '诊断联系人',
    '工作联系人',
    '诊断服务员',
    '包联人',
    '联系干部',
    '挂点服务员',
    '工作队联系人',
    '工作队员',
    'liaison',
  ],
  liaisonPhone: [
    '服务员电话',
    '服务员手机',
    '服务员联系电话',
    '服务员手机号',
    '诊断联系人电话',
    '工作联系人电话',
    '联系干部电话',
    '工作队员电话',
  ],
  contactName: [
    '联系人',
    '企业联系人姓名',
    '联系人姓名',
    '单位联系人',
    '企业负责人',
    '填报人',
    '填报联系人',
    '法定代表人',
    '法人代表',
    'contact',
  ],
  contactPhone: ['企业联系电话', '企业电话', '联系人电话', '联系人手机', '联系人手机号', '单位电话', '企业联系人手机'],
  listedOn: ['入册日期', '列入名录日期', '纳入日期', '入库日期', '列入时间', '纳入名录日期', '登记日期'],
}

/** Names a phone column has when it does not say whose phone it is: the person's in the column before. */
const ANY_PHONE = new Set(['联系电话', '电话', '手机', '手机号', '手机号码', '联系方式', '电话号码', '移动电话'])

const FIELDS = Object.keys(SYNONYMS) as readonly RosterField[]

/**
 * 列的识别 — finds columns by their names and usual synonyms, whatever their order, blanks, brackets and stars. A column serves
 * one field, the surest name wins, and of equal names the first column. What it does not know it leaves out.
 */
export function matchColumns(header: readonly string[]): RosterColumns {
  const names = header.map(simplify)
  const columns: Partial<Record<RosterField, number>> = {}
  const taken = new Set<number>()
  const take = (field: RosterField, at: number): void => {
    if (at === -1 || columns[field] !== undefined || taken.has(at)) return
    columns[field] = at
    taken.add(at)
  }
  const most = Math.max(...FIELDS.map((field) => SYNONYMS[field].length))
  for (const field of FIELDS) take(field, names.indexOf(simplify(ROSTER_FIELD_NAMES[field])))
  for (let rank = 0; rank < most; rank++) {
    for (const field of FIELDS) {
      const name = SYNONYMS[field][rank]
      if (name !== undefined)
        take(
          field,
          names.findIndex((found, at) => found === simplify(name) && !taken.has(at)),
        )
    }
  }
  names.forEach((name, at) => {
    if (!ANY_PHONE.has(name)) return
    take(at > 0 && columns.liaisonName === at - 1 ? 'liaisonPhone' : 'contactPhone', at)
  })
  return columns
}

/** '* 县（市、区）' and '县市区' are one name; what a heading says about filling it in is none of it. */
function simplify(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\((?:必填|选填|可选|文本|单选|下拉)[^)]*\)/g, '')
    .replace(/[\s\p{P}\p{S}]/gu, '')
}
