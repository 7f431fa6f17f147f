import { parseDivisions } from '#core/division'
import { parseIndustries } from '#core/industry'
import { parseRetiredDivisions } from '#core/retiredDivision'
import divisionsFile from './divisions.json'
import industriesFile from './industries.json'
import retiredFile from './retiredDivisions.json'

/** 行政区划表 — the divisions of the program, parsed once for every screen. */
export const divisions = parseDivisions(divisionsFile)

/** 行业大类表 — GB/T 4754-2017, parsed once for every screen. */
export const industries = parseIndustries(industriesFile)

/** 已撤销的区划 — for old tables, parsed once for every screen. */
export const retired = parseRetiredDivisions(retiredFile)
