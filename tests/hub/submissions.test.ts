// @vitest-environment node
import { createHash, createPublicKey, verify } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { completeCreditCode } from '#core/creditCode'
import { findValid, type Campaign } from '#core/oversight/enterprise'
import { openReceipt, type Receipt } from '#core/oversight/receipt'
import type { Submission } from '#core/oversight/submission'
import { digest } from '#digest'
import { isSigned } from '#storage/signature'
import { makeId } from '../../hub/ids.ts'
import {
  accountId,
  aSubmission,
  CAMPAIGN,
  creditCodeOf,
  firmId,
  hashToken,
  outcomeOf,
  PLACES,
  receiptOf,
  startHubServer,
  tokenOf,
  type AskerName,
  type HubServer,
  type World,
} from '../support/hub'
import { refusalOf } from '../support/build'

let server: HubServer
beforeAll(async () => {
  server = await startHubServer()
})
afterAll(() => server.stop())

let world: World
beforeAll(async () => {
  world = await server.open()
})

const CODE_KEEPS = completeCreditCode('91450103MA5T8888')

const rowsOf = (id: string): Promise<{ revision: number; digest: string; body: string; receipt: string }[]> =>
  world.query('select revision, digest, body, receipt from hub.submission where id = $1 order by revision', [id])

const auditOf = async (action: string, subject: string): Promise<{ detail: string; is_done: boolean }[]> =>
  world.query('select detail, is_done from hub.audit where action = $1 and subject = $2 order by at', [action, subject])

/** The firm's row as its official sees it. */
async function rowOf(firm: 'ours' | 'beside' | 'foreign', asker: AskerName = 'regionOfficial') {
  const { enterprises } = await world.ask(asker, 'listEnterprises')
  return enterprises.find(({ id }) => id === firmId(firm))!
}

/** Seals a changed submission again, as somebody would who edits the file and mends its digest. */
function reseal(submission: Submission, change: (copy: Record<string, never>) => void): Submission {
  const { sha256: _sha256, ...content } = structuredClone(submission)
  change(content as unknown as Record<string, never>)
  return { ...content, sha256: digest(content) }
}

describe('identical requests', () => {
  it('64 at once leave one row, one audit entry and 64 equal receipts', async () => {
    const submission = aSubmission('ours')
    const before = await rowOf('ours')
    const answers = await Promise.all(Array.from({ length: 64 }, () => world.submit('ours', submission)))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([...Array<number>(63).fill(200), 201])
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    expect(await rowsOf(submission.id)).toHaveLength(1)
    expect(await auditOf('submission.accepted', firmId('ours'))).toHaveLength(1)
    expect((await rowOf('ours')).version).toBe(before.version + 1)
  })

  it('of 64 with two contents under one number one content wins, and the other is told so each time', async () => {
    const id = makeId()
    const [one, other] = [aSubmission('ours', { id, value: 1 }), aSubmission('ours', { id, value: 3 })]
    const answers = await Promise.all(
      Array.from({ length: 64 }, (_, turn) => world.submit('ours', turn % 2 === 0 ? one : other)),
    )
    const outcomes = answers.map(outcomeOf)
    expect(outcomes.filter((outcome) => outcome === '201')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === '200')).toHaveLength(31)
    expect(outcomes.filter((outcome) => outcome === '409 submission.otherContent')).toHaveLength(32)
    const [stored] = await rowsOf(id)
    const winners = new Set(answers.filter(({ statusCode }) => statusCode < 300).map(({ body }) => body))
    expect(winners.size).toBe(1)
    expect(receiptOf(answers.find(({ statusCode }) => statusCode === 201)!).digest).toBe(stored!.digest)
  })

  it('through two hubs on one database too, again and again', async () => {
    const second = await server.open({ url: world.url })
    for (let round = 0; round < 8; round++) {
      const submission = aSubmission('beside')
      const answers = await Promise.all(
        Array.from({ length: 32 }, (_, turn) => (turn % 2 === 0 ? world : second).submit('beside', submission)),
      )
      expect(answers.map(outcomeOf).sort()).toEqual([...Array<string>(31).fill('200'), '201'])
      expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    }
    await second.close()
  })

  it('other content under the same number is refused, and nothing is changed', async () => {
    const submission = aSubmission('ours')
    await world.submit('ours', submission)
    const before = await rowsOf(submission.id)
    const row = await rowOf('ours')
    const other = aSubmission('ours', { id: submission.id, value: 3.5 })
    expect(outcomeOf(await world.submit('ours', other))).toBe('409 submission.otherContent')
    expect(await rowsOf(submission.id)).toEqual(before)
    expect(await rowOf('ours')).toEqual(row)
  })

  it('a replay a day later, from another address and session, gets the receipt of the first time', async () => {
    const submission = aSubmission('ours')
    const first = await world.submit('ours', submission)
    await world.query(`update hub.submission set received_at = received_at - interval '1 day' where id = $1`, [
      submission.id,
    ])
    const again = await world.call('ours', 'putSubmission', {
      params: { id: submission.id, revision: 1 },
      body: { campaign: CAMPAIGN, submission },
      address: '203.0.113.9',
    })
    expect(again.statusCode).toBe(200)
    expect(again.body).toBe(first.body)
  })
})

describe('lost answers and cut requests', () => {
  let port = 0
  beforeAll(async () => {
    const address = await world.app.listen({ port: 0, host: '127.0.0.1' })
    port = Number(new URL(address).port)
  })

  /** A PUT as bytes on the wire: with its length, or in chunks of 997 bytes. */
  function bytesOf(submission: Submission, isChunked: boolean): Buffer {
    const body = Buffer.from(JSON.stringify({ campaign: CAMPAIGN, submission }))
    const head = [
      `PUT /v1/submissions/${submission.id}/revisions/${submission.revision} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Cookie: shidang_session=${tokenOf('ours')}`,
      'Content-Type: application/json',
      'X-Shidang: 1',
      'Connection: close',
      isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${body.length}`,
    ].join('\r\n')
    if (!isChunked) return Buffer.concat([Buffer.from(`${head}\r\n\r\n`), body])
    const chunks: Buffer[] = [Buffer.from(`${head}\r\n\r\n`)]
    for (let at = 0; at < body.length; at += 997) {
      const part = body.subarray(at, at + 997)
      chunks.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'))
    }
    return Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')])
  }

  /** Sends bytes, then ends or destroys the connection; gives the status line's number, 0 when none came. */
  function send(bytes: Buffer, then: 'end' | 'destroy' | 'wait'): Promise<number> {
    return new Promise((resolve) => {
      let text = ''
      const socket = connect(port, '127.0.0.1')
      const settle = (): void => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0))
      socket.on('data', (part) => (text += part.toString()))
      socket.on('error', settle)
      socket.on('close', settle)
      socket.write(bytes, () => {
        if (then === 'end') socket.end()
        if (then === 'destroy') setTimeout(() => socket.destroy(), 1)
      })
    })
  }

  it.each([false, true])('a request cut at any place leaves no row (in chunks: %s)', async (isChunked) => {
    const submission = aSubmission('ours')
    const bytes = bytesOf(submission, isChunked)
    // Every byte of the request line and headers, 150 places of the body, and each of the last twelve bytes.
    const head = bytes.indexOf('\r\n\r\n') + 4
    const cuts = [
      ...Array.from({ length: Math.ceil(head / 5) }, (_, turn) => turn * 5 + (isChunked ? 1 : 0)),
      ...Array.from({ length: 150 }, (_, turn) => head + Math.floor(((bytes.length - head - 12) * turn) / 150)),
      ...Array.from({ length: 12 }, (_, turn) => bytes.length - 12 + turn),
    ]
    const statuses: number[] = []
    for (let at = 0; at < cuts.length; at += 24)
      statuses.push(
        ...(await Promise.all(
          cuts.slice(at, at + 24).map((cut, turn) => send(bytes.subarray(0, cut), turn % 2 === 0 ? 'end' : 'destroy')),
        )),
      )
    expect(statuses.filter((status) => status !== 0 && (status < 400 || status >= 500))).toEqual([])
    expect(await rowsOf(submission.id)).toEqual([])
    // And the hub serves the whole one as if nothing had been.
    expect(await send(bytes, 'wait')).toBe(201)
    expect(await rowsOf(submission.id)).toHaveLength(1)
  })

  it('when the answer was lost after the row was stored, the next attempt gets the same receipt', async () => {
    for (let round = 0; round < 10; round++) {
      const submission = aSubmission('ours')
      await send(bytesOf(submission, false), 'destroy')
      // Either it was not taken at all, or it is there with a receipt: both end in the same place.
      const stored = await rowsOf(submission.id)
      const again = await world.submit('ours', submission)
      expect(again.statusCode).toBe(stored.length === 1 ? 200 : again.statusCode)
      const [row] = await rowsOf(submission.id)
      expect(receiptOf(again)).toEqual(JSON.parse(row!.receipt))
      if (stored.length === 1) expect(stored[0]!.receipt).toBe(row!.receipt)
    }
  })
})

describe('campaigns and clocks', () => {
  const change = (columns: string): Promise<unknown> => world.query(`update hub.campaign set ${columns}`)
  const restore = (): Promise<unknown> => change(`is_closed = false, opens_on = '2024-01-01'`)

  it('a closed campaign takes nothing new, and still gives the receipts it gave', async () => {
    const early = aSubmission('ours')
    const first = await world.submit('ours', early)
    await change('is_closed = true')
    expect(outcomeOf(await world.submit('ours', aSubmission('ours')))).toBe('403 campaign.closed')
    const again = await world.submit('ours', early)
    expect([again.statusCode, again.body]).toEqual([200, first.body])
    await restore()
  })

  it('a campaign that has not begun says when it will; its first day counts in Beijing', async () => {
    await change(`opens_on = ((now() at time zone 'Asia/Shanghai')::date + 1)`)
    const response = await world.submit('ours', aSubmission('ours'))
    expect(outcomeOf(response)).toBe('403 campaign.notOpen')
    const [row] = await world.query<{ on: string }>(`select to_char(opens_on, 'YYYY-MM-DD') as on from hub.campaign`)
    expect(response.json<{ error: { details: object } }>().error.details).toEqual({ on: row!.on })
    await change(`opens_on = (now() at time zone 'Asia/Shanghai')::date`)
    expect(outcomeOf(await world.submit('ours', aSubmission('ours')))).toBe('201')
    await restore()
  })

  it('an unknown campaign, and one of another edition, are named as such', async () => {
    expect(outcomeOf(await world.submit('ours', aSubmission('ours'), 'no-such-round'))).toBe('404 campaign.unknown')
    await change(`edition = 'another-edition'`)
    expect(outcomeOf(await world.submit('ours', aSubmission('ours')))).toBe('422 campaign.otherEdition')
    await change(`edition = 'guangxi-2024'`)
  })

  it('a campaign of another city does not take the firm: closing one closes it for its firms', async () => {
    await world.query(
      `insert into hub.campaign select 'next-city', 1, title, edition, $1, opens_on, deadline_on, reference_on, false, plan
       from hub.campaign where id = $2`,
      [PLACES.nextCity, CAMPAIGN],
    )
    expect(outcomeOf(await world.submit('ours', aSubmission('ours'), 'next-city'))).toBe('404 campaign.unknown')
    expect(outcomeOf(await world.submit('foreign', aSubmission('foreign'), 'next-city'))).toBe('201')
    await world.query(`delete from hub.campaign where id = 'next-city'`)
  })

  it.each(['2025-11-21T02:00:00.000Z', '2027-11-21T02:00:00.000Z', '1999-01-01T00:00:00+08:00'])(
    'the hub’s clock decides, whatever the sheet claims (%s)',
    async (submittedAt) => {
      const began = Date.now()
      const submission = aSubmission('ours', { submittedAt })
      const response = await world.submit('ours', submission)
      expect(response.statusCode).toBe(201)
      const received = Date.parse(receiptOf(response).receivedAt)
      expect(received).toBeGreaterThanOrEqual(began)
      expect(received).toBeLessThanOrEqual(Date.now())
      expect((await rowOf('ours')).submission!.receivedAt).toBe(receiptOf(response).receivedAt)
      // The claim is kept as such.
      expect(JSON.parse((await rowsOf(submission.id))[0]!.body).submittedAt).toBe(submittedAt)
    },
  )
})

describe('revisions', () => {
  it('come one after the other; the refusal names the one that is due', async () => {
    const id = makeId()
    const revision = (number: number): Submission => aSubmission('ours', { id, revision: number, value: number })
    expect(outcomeOf(await world.submit('ours', revision(1)))).toBe('201')
    const early = await world.submit('ours', revision(3))
    expect(outcomeOf(early)).toBe('409 submission.outOfOrder')
    expect(early.json<{ error: { details: object } }>().error.details).toEqual({ expected: 2 })
    expect(outcomeOf(await world.submit('ours', revision(2)))).toBe('201')
    expect(outcomeOf(await world.submit('ours', revision(3)))).toBe('201')
    // An older one again: its own receipt, and the newest stays the newest.
    expect(outcomeOf(await world.submit('ours', revision(1)))).toBe('200')
    expect((await rowOf('ours')).submission).toMatchObject({ id, revision: 3 })
  })

  it('an older one that was never here does not come after a newer one', async () => {
    const id = makeId()
    expect(outcomeOf(await world.submit('ours', aSubmission('ours', { id, revision: 2 })))).toBe('201')
    const late = await world.submit('ours', aSubmission('ours', { id, revision: 1 }))
    expect(outcomeOf(late)).toBe('409 submission.outOfOrder')
    expect(late.json<{ error: { details: object } }>().error.details).toEqual({ expected: 3 })
  })

  it.each([0, -1, 2 ** 31, 2 ** 53, 1.5, 1_000_000])('number %d is refused as such', async (number) => {
    const submission = aSubmission('ours')
    const response = await world.call('ours', 'putSubmission', {
      params: { id: submission.id, revision: number },
      body: { campaign: CAMPAIGN, submission },
    })
    expect(outcomeOf(response)).toBe('422 hub.badRequest')
  })

  it('an address that is not the sheet’s own is refused', async () => {
    const submission = aSubmission('ours')
    for (const params of [
      { id: makeId(), revision: 1 },
      { id: submission.id, revision: 2 },
    ]) {
      const response = await world.call('ours', 'putSubmission', { params, body: { campaign: CAMPAIGN, submission } })
      expect(outcomeOf(response)).toBe('422 submission.wrongPlace')
    }
  })
})

describe('whose sheet it is', () => {
  it.each([
    ['of another firm here', creditCodeOf('foreign'), 'other credit code'],
    ['of nobody', CODE_KEEPS, 'other credit code'],
    ['with a wrong check digit', `${creditCodeOf('ours').slice(0, 17)}9`, 'check'],
    ['too short', '9145', 'length'],
    ['empty', '', 'length'],
  ])('a credit code %s is refused and in the audit', async (_, creditCode, why) => {
    const before = (await auditOf('submission.refused', firmId('ours'))).length
    const submission = aSubmission('ours', { creditCode })
    expect(outcomeOf(await world.submit('ours', submission))).toBe('403 submission.notYours')
    const refused = await auditOf('submission.refused', firmId('ours'))
    expect(refused.slice(before)).toEqual([{ detail: JSON.stringify({ why }), is_done: false }])
    expect(await rowsOf(submission.id)).toEqual([])
  })

  it('the own code in small letters, with blanks or full width, is the own code', async () => {
    const code = creditCodeOf('ours')
    const wide = Array.from(code, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)).join('')
    for (const creditCode of [code.toLowerCase(), `${code.slice(0, 8)} ${code.slice(8)}`, wide])
      expect(outcomeOf(await world.submit('ours', aSubmission('ours', { creditCode })))).toBe('201')
  })

  it('made-up sheets stay out of a hub in earnest, and a demonstration marks whatever comes', async () => {
    expect(outcomeOf(await world.submit('ours', aSubmission('ours', { sample: true })))).toBe('422 submission.sample')
    const demo = await server.open({ settings: { isDemo: true } })
    expect(outcomeOf(await demo.submit('ours', aSubmission('ours', { sample: true })))).toBe('201')
    expect(outcomeOf(await demo.submit('beside', aSubmission('beside')))).toBe('201')
    const { enterprises } = await demo.ask('regionOfficial', 'listEnterprises')
    expect(enterprises.flatMap(({ submission }) => submission?.sample ?? [])).toEqual([true, true])
    await demo.close()
  })

  it('two firms that started from one file each keep their own sheet', async () => {
    const id = makeId()
    await world.submit('ours', aSubmission('ours', { id, value: 1 }))
    await world.submit('beside', aSubmission('beside', { id, value: 4 }))
    for (const firm of ['ours', 'beside'] as const) {
      const { submission } = await world.ask('cityOfficial', 'readSubmission', {
        params: { id, revision: 1 },
        query: { enterprise: firmId(firm) },
      })
      expect((submission as Submission).profile.creditCode).toBe(creditCodeOf(firm))
      const own = await world.ask(firm, 'readSubmission', { params: { id, revision: 1 } })
      expect((own.submission as Submission).profile.creditCode).toBe(creditCodeOf(firm))
    }
    // Without a word which one, an official who sees both gets neither.
    const either = await world.call('cityOfficial', 'readSubmission', { params: { id, revision: 1 } })
    expect(outcomeOf(either)).toBe('409 hub.conflict')
    const returned = await world.ask('cityOfficial', 'returnSubmission', {
      params: { id, revision: 1 },
      body: { reason: '请核对', enterprise: firmId('beside') },
    })
    expect(returned.id).toBe(firmId('beside'))
    expect((await rowOf('ours')).returned).toBeUndefined()
  })
})

describe('receipts', () => {
  /** Canonical JSON by another hand: names in order, nothing between. */
  function canonical(value: unknown): string {
    if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`).join(',')}}`
  }

  const keyOf = (hex: string) =>
    createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(hex, 'hex').toString('base64url') },
      format: 'jwk',
    })

  it('hold for another program: digest and Ed25519 by Node alone', async () => {
    const { publicKey, hub, key } = await world.ask(undefined, 'readHub')
    const submission = aSubmission('ours')
    const receipt = receiptOf(await world.submit('ours', submission))
    const { signature, ...signed } = receipt
    const hash = createHash('sha256').update(canonical(signed)).digest()
    expect(verify(null, hash, keyOf(publicKey), Buffer.from(signature, 'hex'))).toBe(true)
    expect(receipt).toMatchObject({
      kind: 'shidang-receipt',
      format: 1,
      hub,
      key,
      submission: submission.id,
      revision: 1,
      digest: submission.sha256,
      edition: 'guangxi-2024',
    })
    const { sha256, ...content } = submission
    expect(createHash('sha256').update(canonical(content)).digest('hex')).toBe(sha256)
  })

  it('forged in any field, or cut, are refused by the program', async () => {
    const { publicKey, hub } = await world.ask(undefined, 'readHub')
    const submission = aSubmission('ours')
    const receipt = receiptOf(await world.submit('ours', submission))
    const expected = { hub, submission: submission.id, revision: 1, digest: submission.sha256 }
    const open = (value: unknown): Receipt =>
      openReceipt(value, expected, (hash, signature) => isSigned(publicKey, hash, signature), digest)
    expect(open(receipt)).toEqual(receipt)
    const turned = (text: string): string => (text.startsWith('0') ? '1' : '0') + text.slice(1)
    const forged: readonly object[] = [
      { hub: makeId() },
      { key: turned(receipt.key) },
      { submission: makeId() },
      { revision: 2 },
      { digest: turned(receipt.digest) },
      { receivedAt: '2020-01-01T00:00:00.000Z' },
      { edition: 'another' },
      { version: '9.9.9' },
      { signature: turned(receipt.signature) },
      { signature: receipt.signature.slice(0, 126) },
      { signature: '' },
      { signature: '0'.repeat(128) },
      { kind: 'shidang-draft' },
      { format: 2 },
      { extra: 1 },
    ]
    for (const change of forged) refusalOf(() => open({ ...receipt, ...change }))
    for (const value of [null, '', 1, [], {}, JSON.stringify(receipt).slice(0, 100)]) refusalOf(() => open(value))
  })

  it('of one hub say nothing at another', async () => {
    const other = await server.open({ newIdentity: true })
    const submission = aSubmission('ours')
    const [here, there] = [await world.submit('ours', submission), await other.submit('ours', submission)]
    expect([here.statusCode, there.statusCode]).toEqual([201, 201])
    const hubs = await Promise.all([world, other].map((one) => one.ask(undefined, 'readHub')))
    expect(hubs[0]!.hub).not.toBe(hubs[1]!.hub)
    expect(hubs[0]!.publicKey).not.toBe(hubs[1]!.publicKey)
    const receipts = [receiptOf(here), receiptOf(there)]
    const expected = { submission: submission.id, revision: 1, digest: submission.sha256 }
    for (const [at, { hub, publicKey }] of hubs.entries())
      for (const [from, receipt] of receipts.entries()) {
        const open = () =>
          openReceipt(receipt, { ...expected, hub }, (hash, text) => isSigned(publicKey, hash, text), digest)
        if (at === from) expect(open()).toEqual(receipt)
        else expect(refusalOf(open).code).toBe('receipt.wrong')
      }
    await other.close()
  })
})

describe('what the sheet claims and what it is', () => {
  it('an edited score with a mended digest is accepted, told as different, and the recomputed one is the record', async () => {
    const honest = aSubmission('ours', { value: 2 })
    await world.submit('ours', honest)
    const { submission: record } = await rowOf('ours')
    const edited = reseal(aSubmission('ours', { value: 2 }), (copy) => {
      const { result } = copy as unknown as { result: { tier: object; score: object; dueForVisit: boolean } }
      result.tier = { low: 10, high: 10 }
      result.score = { low: 99, high: 99 }
      result.dueForVisit = !result.dueForVisit
    })
    expect(outcomeOf(await world.submit('ours', edited))).toBe('201')
    const { submission } = await rowOf('ours')
    // tier low and high, score low and high, the flag: five figures.
    expect(submission!.differences).toBe(5)
    expect(submission!.tier).toEqual(record!.tier)
    expect(submission!.score).toEqual(record!.score)
    expect(submission!.dueForVisit).toBe(record!.dueForVisit)
    const { submission: kept } = await world.ask('cityOfficial', 'readSubmission', {
      params: { id: edited.id, revision: 1 },
    })
    expect(kept).toEqual(edited)
    const accepted = await auditOf('submission.accepted', firmId('ours'))
    expect(JSON.parse(accepted[accepted.length - 1]!.detail)).toMatchObject({ differences: 5 })
  })

  it.each([
    ['an answer edited, the digest not', (copy: Submission) => ({ ...copy, minutes: 1 }), '422 submission.damaged'],
    [
      'another edition',
      (copy: Submission) =>
        reseal(copy, (it) => (it['edition'] = { id: 'x', version: '1', digest: 'a'.repeat(64) } as never)),
      '422 edition.unknown',
    ],
    [
      'not pledged',
      (copy: Submission) => reseal(copy, (it) => (it['pledged'] = false as never)),
      '422 file.wrongShape',
    ],
    [
      'an answer that no rule takes',
      (copy: Submission) => reseal(copy, (it) => (it['answers'] = { nonsense: 9 } as never)),
      '422',
    ],
    ['no object', () => 'text', '422 file.notOurs'],
    ['nothing', () => null, '422 file.notOurs'],
  ])('%s is refused', async (_, spoil, expected) => {
    const submission = aSubmission('ours')
    const response = await world.call('ours', 'putSubmission', {
      params: { id: submission.id, revision: 1 },
      body: { campaign: CAMPAIGN, submission: spoil(submission) },
    })
    expect(outcomeOf(response)).toContain(expected)
    expect(await rowsOf(submission.id)).toEqual([])
  })
})

describe('退回修改', () => {
  it('takes the validity away until the next revision, and stays in the history', async () => {
    const campaign = { edition: 'guangxi-2024' } as Campaign
    const id = makeId()
    await world.submit('foreign', aSubmission('foreign', { id, value: 2 }))
    expect(findValid(await rowOf('foreign'), campaign)).toMatchObject({ id, revision: 1 })
    const returned = await world.ask('farCountyOfficial', 'returnSubmission', {
      params: { id, revision: 1 },
      body: { reason: '设备联网率请核对' },
    })
    expect(findValid(returned, campaign)).toBeUndefined()
    expect(returned.returned?.reason).toBe('设备联网率请核对')
    // The firm sees it too, and submits its second revision.
    expect((await rowOf('foreign', 'foreign')).returned?.reason).toBe('设备联网率请核对')
    expect(outcomeOf(await world.submit('foreign', aSubmission('foreign', { id, revision: 2, value: 3 })))).toBe('201')
    const again = await rowOf('foreign')
    expect(again.returned).toBeUndefined()
    expect(findValid(again, campaign)).toMatchObject({ id, revision: 2 })
    expect(again.previous).toMatchObject({ revision: 1, edition: 'guangxi-2024' })
    const { revisions } = await world.ask('farCountyOfficial', 'listRevisions', { params: { id: firmId('foreign') } })
    expect(revisions.slice(0, 2).map(({ revision, returned: back }) => [revision, back?.reason, back?.by])).toEqual([
      [2, undefined, undefined],
      [1, '设备联网率请核对', '示例farCountyOfficial'],
    ])
  })

  it('an older revision, and one returned already, are not returned again', async () => {
    const id = makeId()
    await world.submit('foreign', aSubmission('foreign', { id }))
    await world.submit('foreign', aSubmission('foreign', { id, revision: 2 }))
    const giveBack = (revision: number) =>
      world.call('farCountyOfficial', 'returnSubmission', { params: { id, revision }, body: { reason: '请核对' } })
    expect(outcomeOf(await giveBack(1))).toBe('409 hub.conflict')
    expect(outcomeOf(await giveBack(2))).toBe('200')
    expect(outcomeOf(await giveBack(2))).toBe('409 hub.conflict')
  })

  it('of two officials at once one returns it, and the other is told', async () => {
    for (let round = 0; round < 5; round++) {
      const submission = aSubmission('foreign')
      await world.submit('foreign', submission)
      const answers = await Promise.all(
        (['nextCityOfficial', 'farCountyOfficial', 'regionOfficial'] as const).map((asker) =>
          world.call(asker, 'returnSubmission', {
            params: { id: submission.id, revision: 1 },
            body: { reason: '请核对' },
          }),
        ),
      )
      expect(answers.map(outcomeOf).sort()).toEqual(['200', '409 hub.conflict', '409 hub.conflict'])
    }
  })

  it('a firm that revises while it is being returned ends in one of two clear states', async () => {
    for (let round = 0; round < 8; round++) {
      const id = makeId()
      await world.submit('foreign', aSubmission('foreign', { id }))
      const [back, revised] = await Promise.all([
        world.call('farCountyOfficial', 'returnSubmission', {
          params: { id, revision: 1 },
          body: { reason: '请核对' },
        }),
        world.submit('foreign', aSubmission('foreign', { id, revision: 2 })),
      ])
      expect(revised.statusCode).toBe(201)
      expect(['200', '409 hub.conflict']).toContain(outcomeOf(back))
      // Whatever came first: the second revision was never returned.
      const row = await rowOf('foreign')
      expect(row.submission).toMatchObject({ id, revision: 2 })
      expect(row.returned).toBeUndefined()
    }
  })
})

describe('progress', () => {
  it('counts alone go out, and an official at work on the row is not refused for them', async () => {
    const before = await rowOf('beside')
    await world.ask('beside', 'tellProgress', { body: { answered: 80, asked: 75 } })
    const after = await rowOf('beside')
    expect(after.progress).toEqual({ answered: 75, asked: 75 })
    expect(after.version).toBe(before.version)
    expect(Date.parse(after.changedAt)).toBeGreaterThan(Date.parse(before.changedAt))
  })
})

describe('彻底删除', () => {
  it('takes sheets, contact and account, keeps the row, and refuses a late copy with 410', async () => {
    const id = makeId()
    const submission = aSubmission('beside', { id })
    await world.submit('beside', submission)
    const code = await world.ask('countyOfficial', 'readJoinCode', {
      params: { id: firmId('beside') },
      body: { renew: false },
    })
    const held = await world.query('select 1 from hub.submission where enterprise = $1', [firmId('beside')])
    const { submissions } = await world.ask('countyOfficial', 'eraseEnterprise', {
      params: { id: firmId('beside') },
      body: { reason: '企业要求删除' },
    })
    expect(held.length).toBeGreaterThan(0)
    expect(submissions).toBe(held.length)
    const { enterprises } = await world.ask('countyOfficial', 'listEnterprises')
    const row = enterprises.find((one) => one.id === firmId('beside'))!
    expect(row).toMatchObject({ creditCode: creditCodeOf('beside'), isAboveScale: true })
    for (const part of ['submission', 'previous', 'contact', 'joinedAt', 'fillingAt', 'seenAt', 'progress', 'note'])
      expect(row).not.toHaveProperty(part)
    expect(outcomeOf(await world.submit('beside', submission))).toBe('401 hub.noSession')
    const read = await world.call('countyOfficial', 'readSubmission', { params: { id, revision: 1 } })
    expect(outcomeOf(read)).toBe('404 hub.notFound')
    // Joined anew with a new code, the old sheet is refused for good.
    const renewed = await world.ask('countyOfficial', 'readJoinCode', {
      params: { id: firmId('beside') },
      body: { renew: false },
    })
    expect(renewed.code).not.toBe(code.code)
    expect(renewed.isUsed).toBe(false)
    await world.query(
      `insert into hub.account (id, login, name, role, enterprise, password_hash, password_at, must_change)
       values ($1, $1, '示例', 'enterprise', $2, '', now(), false)`,
      [accountId('beside'), firmId('beside')],
    )
    await world.query(
      `insert into hub.session (token_hash, account, created_at, seen_at, ends_at, has_second_factor)
       values ($1, $2, now(), now(), now() + interval '1 hour', false)`,
      [hashToken(tokenOf('beside')), accountId('beside')],
    )
    for (const late of [
      submission,
      aSubmission('beside', { id, value: 4 }),
      aSubmission('beside', { id, revision: 2 }),
    ])
      expect(outcomeOf(await world.submit('beside', late))).toBe('410 submission.erased')
    expect(outcomeOf(await world.submit('beside', aSubmission('beside')))).toBe('201')
  })
})
