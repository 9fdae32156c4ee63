/** The fault that revokes a token. */

import { listKeys } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { type AuditEntry, createFaultScript, type Fault } from '../../src/index.ts'
import { START, testRest } from '../rest-client.ts'

const json = { kty: 'EC' }

function challenged(fault: Fault = { claimsChallenge: true }, options = {}) {
  const script = createFaultScript(fault)
  const entries: AuditEntry[] = []
  const rest = testRest(options, { faults: script, audit: (entry) => entries.push(entry) })
  return { ...rest, script, entries }
}

const claimsOf = (header: string | null) =>
  JSON.parse(atob(/ claims="([^"]+)"$/.exec(header ?? '')?.[1] ?? ''))

describe('a claims challenge', () => {
  it('is a 401 with the challenge of the service and the claims, and changes nothing', async () => {
    const { send, hsm } = challenged()
    const answer = await send('POST /keys/a/create', { json })
    const header = answer.headers.get('www-authenticate')
    expect([answer.status, answer.text]).toEqual([401, ''])
    expect(header).toMatch(
      /^Bearer authorization="https:\/\/login\.microsoftonline\.com", resource="https:\/\/managedhsm\.azure\.net", error="insufficient_claims", claims="[A-Za-z0-9+/]+=*"$/,
    )
    expect(claimsOf(header)).toEqual({
      access_token: { nbf: { essential: true, value: String(START) } },
    })
    expect(listKeys(hsm).value).toEqual([])
  })

  it('of a vault has a body that says why', async () => {
    const { send } = challenged(undefined, { profile: 'vault-premium' })
    const { json: body } = await send('GET /keys')
    expect(body.error).toEqual({
      code: 'Unauthorized',
      message: 'The access token has been revoked.',
    })
  })

  it('comes for every later request with the token, and for no other token', async () => {
    const { send, script } = challenged({ claimsChallenge: true, operation: 'listKeys' })
    const status = async (target: string, token: string) => (await send(target, { token })).status
    expect(await status('GET /deletedkeys', 'old')).toBe(200)
    expect(await status('GET /keys', 'old')).toBe(401)
    expect(script.remaining()).toBe(0)
    expect(await status('GET /deletedkeys', 'old')).toBe(401)
    expect(await status('GET /keys', 'old')).toBe(401)
    expect(await status('GET /keys', 'new')).toBe(200)
  })

  it('leaves the plain challenge of a request without a token as it is', async () => {
    const { send, script } = challenged()
    const { headers } = await send('GET /keys', { token: null })
    expect(headers.get('www-authenticate')).not.toContain('claims')
    expect(script.remaining()).toBe(1)
  })

  it('may be for several tokens', async () => {
    const { send } = challenged({ claimsChallenge: true, times: 2 })
    const statuses = []
    for (const token of ['one', 'two', 'three', 'one', 'two']) {
      statuses.push((await send('GET /keys', { token })).status)
    }
    expect(statuses).toEqual([401, 401, 200, 401, 401])
  })

  it('is remembered for a bounded number of tokens', async () => {
    const { send } = challenged({ claimsChallenge: true, times: 101 })
    for (let index = 0; index < 101; index += 1) await send('GET /keys', { token: `t${index}` })
    expect((await send('GET /keys', { token: 't0' })).status).toBe(200)
    expect((await send('GET /keys', { token: 't1' })).status).toBe(401)
  })

  it('is in the audit callback with the caller, without the token', async () => {
    const { send, entries } = challenged()
    const token = `e30.${btoa(JSON.stringify({ oid: 'alice' })).replace(/=+$/, '')}.sig`
    await send('GET /keys', { token })
    await send('GET /keys', { token })
    expect(entries.map(({ status, caller }) => [status, caller])).toEqual([
      [401, 'alice'],
      [401, 'alice'],
    ])
    expect(JSON.stringify(entries)).not.toContain(token)
  })

  it.each<[object, RegExp]>([
    [{ claimsChallenge: false }, /"claimsChallenge" of createFaultScript must be true/],
    [{ claimsChallenge: true, status: 401 }, /"status".*"claimsChallenge"/],
    [{ claimsChallenge: true, connection: 'lost-after' }, /"connection".*"claimsChallenge"/],
    [{ claimsChallenge: true, pendingSeconds: 1 }, /"pendingSeconds".*"claimsChallenge"/],
    [{ claimChallenge: true }, /"claimsChallenge"/],
  ])('%j is an error', (fault, text) => {
    expect(() => createFaultScript(fault as Fault)).toThrow(text)
  })
})
