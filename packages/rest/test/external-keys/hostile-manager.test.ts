/** External key managers that no honest one is like, in front of a handler. */

import { createExternalKeyManager, createHsm, createKey, type ExternalKeyRequest } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import {
  type AsyncExternalKeyManager,
  type AuditEntry,
  createProxyKeyManager,
} from '../../src/index.ts'
import { base64url, type Sending, testRest } from '../rest-client.ts'

const V = '?api-version=2026-04-01'
const CONNECTION = { host: 'ekm.contoso.com', server_ca_certificates: [] }
const WRAP: Sending = { json: { alg: 'A256KW', value: base64url('k'.repeat(32)) } }

const external = createHsm({ seed: 'external HSM' })
createKey(external, 'aes-1', { kty: 'oct-HSM' })
const usual = createExternalKeyManager(external)

/** A handler with an external key; the manager that it asks can be replaced. */
async function setUp() {
  const entries: AuditEntry[] = []
  let asked = 0
  let answer: AsyncExternalKeyManager = usual
  const rest = testRest(
    {},
    {
      audit: (entry) => void entries.push(entry),
      externalKeyManager: (request, call) => {
        asked += 1
        if (asked > 30) throw new Error('It is asked without end.')
        return answer(request, call)
      },
    },
  )
  await rest.send(`POST /ekm/create${V}`, { json: CONNECTION })
  const json = { attributes: { external_key: { id: 'aes-1' } } }
  await rest.send(`POST /keys/kek/create${V}`, { json })
  asked = 0
  const wrap = (sending: Sending = {}) =>
    rest.send(`POST /keys/kek/wrapkey${V}`, { ...WRAP, ...sending })
  const replace = (next: AsyncExternalKeyManager) => {
    answer = next
  }
  return { ...rest, entries, replace, wrap, asked: () => asked }
}

describe('an external key manager that', () => {
  it('changes the request is asked once, for what the audit says', async () => {
    const { replace, wrap, asked, entries } = await setUp()
    replace((request) => {
      const answer = usual(request)
      Object.assign(request.connection, { host: 'elsewhere' })
      Object.assign(request, { keyId: 'another', operation: 'info' })
      return answer
    })
    expect((await wrap()).status).toBe(200)
    expect(asked()).toBe(1)
    expect(entries.at(-1)?.externalKeyRequest).toMatchObject({
      operation: 'wrapKey',
      keyId: 'aes-1',
      url: 'https://ekm.contoso.com/aes-1/wrapkey',
    })
  })

  it('answers for a connection that has changed is asked again, by the new one', async () => {
    const { send, replace, wrap, asked } = await setUp()
    const hosts: string[] = []
    replace(async (request: ExternalKeyRequest) => {
      hosts.push(request.connection.host)
      if (asked() === 1) await send(`PATCH /ekm${V}`, { json: { host: 'new.contoso.com' } })
      return usual(request)
    })
    expect((await wrap()).status).toBe(200)
    expect(hosts).toEqual(['ekm.contoso.com', 'new.contoso.com'])
  })

  it('changes the connection each time is given up', async () => {
    const { send, replace, wrap, asked } = await setUp()
    replace(async (request) => {
      await send(`PATCH /ekm${V}`, { json: { host: `host-${asked()}` } })
      return usual(request)
    })
    expect((await wrap()).status).toBe(504)
    expect(asked()).toBe(10)
  })

  it('answers with members that throw gives a 502', async () => {
    const { replace, wrap } = await setUp()
    const answer = Object.defineProperty({}, 'value', {
      get() {
        throw new Error('a secret of the manager')
      },
    })
    replace(() => answer as never)
    const { status, text } = await wrap()
    expect(status).toBe(502)
    expect(text).not.toContain('secret')
  })

  it('has answered is not told that it was given up', async () => {
    const { replace, wrap } = await setUp()
    const signals: AbortSignal[] = []
    replace((request, { signal }) => {
      signals.push(signal)
      return usual(request)
    })
    expect((await wrap()).status).toBe(200)
    expect(signals.map(({ aborted }) => aborted)).toEqual([false])
  })
})

describe('an EKM proxy whose answer is not valid', () => {
  it.each([
    ['no JSON', '<html>', /not valid\. It must be an object\./],
    ['the other alphabet of base64', '{"value":"a+/="}', /not valid\. value must be bytes \(/],
    [
      'a value that is too short',
      '{"value":"AAAA"}',
      /not valid\. value must have 40 bytes, not 3/,
    ],
  ])('gives an error that says why: %s', async (_, body, message) => {
    const { replace, wrap } = await setUp()
    replace(createProxyKeyManager({ fetch: () => new Response(body) }))
    const { status, json } = await wrap()
    expect(status).toBe(502)
    expect(json.error.message).toMatch(message)
  })
})
