// @vitest-environment node
import { readdirSync } from 'node:fs'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { digest } from '#digest'
import { stampEdition } from '#core/oversight/submission'
import { Problem } from '#core/problems'
import { listEditionIds, loadEdition } from '#storage/editions'
import referencesFile from '#questionnaires/guangxi-2024/references.json'
import { loadGuangxi } from '../support/build'
import { rejectionOf } from '../support/drafts'

const fetchFromDisk = globalThis.fetch
afterEach(() => {
  globalThis.fetch = fetchFromDisk
})

// The editions stay loaded for as long as the page does: what fails is tried before what succeeds.
describe('问卷版本的载入', () => {
  it('every folder of questionnaires/ is an edition', () => {
    const folders = readdirSync('questionnaires', { withFileTypes: true }).filter((entry) => entry.isDirectory())
    expect([...listEditionIds()].sort()).toEqual(folders.map(({ name }) => name).sort())
  })

  it('an edition that is not built in is refused by name, without asking the server', async () => {
    globalThis.fetch = vi.fn()
    const fault = await rejectionOf(loadEdition('guangxi-1999'))
    expect(fault).toBeInstanceOf(Problem)
    expect((fault as Problem).message).toBe('本机没有问卷版本 guangxi-1999')
    expect(globalThis.fetch).not.toHaveBeenCalled()
  })

  it('a server that does not give it is told, and the next try asks again', async () => {
    globalThis.fetch = vi.fn(async () => new Response('', { status: 503 }))
    const fault = await rejectionOf(loadEdition('guangxi-2024'))
    expect((fault as Problem).code).toBe('edition.notLoaded')
    expect((fault as Problem).message).toContain('503')
    globalThis.fetch = fetchFromDisk
    expect((await loadEdition('guangxi-2024')).edition.id).toBe('guangxi-2024')
  })

  it('what is loaded is the edition of the three files, with the stamp of their content', async () => {
    const { edition, stamp } = await loadEdition('guangxi-2024')
    expect([...edition.indicators.keys()]).toEqual([...loadGuangxi().indicators.keys()])
    expect(stamp).toEqual(stampEdition(loadGuangxi(), digest))
  })

  it('comes with the published figures that stand beside its indicators, which are no part of the stamp', async () => {
    const { references, stamp } = await loadEdition('guangxi-2024')
    expect(references).toEqual(referencesFile.references)
    expect(Object.keys(references)).toContain('T2.2')
    expect(stamp).toEqual(stampEdition(loadGuangxi(), digest))
  })

  it('an edition is loaded once, however often and however fast it is asked for', async () => {
    globalThis.fetch = vi.fn(fetchFromDisk)
    const all = await Promise.all([loadEdition('guangxi-2024'), loadEdition('guangxi-2024')])
    expect(all[0]).toBe(all[1])
    expect(globalThis.fetch).not.toHaveBeenCalled()
  })
})
