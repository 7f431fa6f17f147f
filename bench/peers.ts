import { readFileSync } from 'node:fs'
import { digest } from '#digest'
import { parseDivisions, listParents } from '#core/division'
import { parseIndustries } from '#core/industry'
import { describePeer, gatherPeers, type PeerFirm } from '#core/oversight/peers'
import { evaluate, stampEdition, type OpenedSubmission } from '#core/oversight/submission'
import { createPopulation } from '../cli/population'
import { loadGuangxi } from '../tests/support/build'
import { tell } from './figures.mjs'

/*
 * 同类组 — a province like Guangdong: 70,000 made-up sheets of the real edition, scored one by one as the hub would, then
 * gathered to groups on one core. Time and memory of the gathering; the same at 7,000 shows how the cost grows.
 */

const FIRMS = 70_000

const edition = loadGuangxi()
const divisions = parseDivisions(JSON.parse(readFileSync('src/reference/divisions.json', 'utf8')))
const industries = parseIndustries(JSON.parse(readFileSync('src/reference/industries.json', 'utf8')))
const source = {
  edition: stampEdition(edition, digest),
  engine: 'bench',
  area: '450000',
  source: '示例数据',
  asOf: '2026-08-31',
  parentOf: listParents(divisions),
}

const firms: PeerFirm[] = []
let scoring = 0
const makeSheet = createPopulation({ edition, divisions, industries, seed: 1, asOf: '2026-08-31' })
for (let number = 1; number <= FIRMS; number++) {
  const sheet = makeSheet(number)
  const start = performance.now()
  const { result, grade } = evaluate(edition, sheet.profile, sheet.form, sheet.answers)
  scoring += performance.now() - start
  const submission = { ...sheet, sha256: String(number).padStart(64, '0') }
  const firm = describePeer({ submission, edition, computed: result, grade } as unknown as OpenedSubmission)
  if (firm !== undefined) firms.push(firm)
}

function measure(count: number): { readonly time: number; readonly groups: number; readonly size: number } {
  const start = performance.now()
  const { peers } = gatherPeers(firms.slice(0, count), source, digest)
  return { time: performance.now() - start, groups: peers.groups.length, size: JSON.stringify(peers).length }
}

measure(2000)
const tenth = measure(FIRMS / 10)
const before = process.memoryUsage().heapUsed
const all = measure(FIRMS)
const used = process.memoryUsage().heapUsed - before
console.error(
  `${firms.length} full sheets scored in ${(scoring / 1000).toFixed(1)} s; ${all.groups} groups, ${tenth.groups} of a tenth`,
)
tell([
  { name: 'groups of 70,000 sheets', value: all.time / 1000, unit: 's', atMost: 3 },
  { name: 'the same of 7,000', value: tenth.time / 1000, unit: 's' },
  { name: 'growth for ten times the sheets', value: all.time / tenth.time, unit: '×' },
  { name: 'share of scoring the same sheets', value: all.time / scoring, unit: '×' },
  { name: 'heap that grew meanwhile', value: used / 1e6, unit: 'MB' },
  { name: 'peers file', value: all.size / 1e6, unit: 'MB' },
])
