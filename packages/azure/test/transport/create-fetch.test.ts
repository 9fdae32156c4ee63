/** `fetch` for code that calls the REST API directly, and the credential. */

import { createFaultScript, createHandler } from '@pocket-hsm/rest'
import { createHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { createCredential, createFetch } from '../../src/index.ts'

const headers = { authorization: 'Bearer any' }
const URL_OF_KEYS = 'https://hsm.test/keys?api-version=7.6'

describe('createFetch', () => {
  it('accepts a string, a URL or a Request', async () => {
    const fetch = createFetch(createHsm())
    expect((await fetch(URL_OF_KEYS, { headers })).status).toBe(200)
    expect((await fetch(new URL(URL_OF_KEYS), { headers })).status).toBe(200)
    expect((await fetch(new Request(URL_OF_KEYS, { headers }))).status).toBe(200)
  })

  it('sends a body', async () => {
    const fetch = createFetch(createHsm())
    const response = await fetch('https://hsm.test/keys/k/create?api-version=7.6', {
      method: 'POST',
      headers,
      body: JSON.stringify({ kty: 'EC' }),
    })
    expect(await response.json()).toMatchObject({ key: { kty: 'EC-HSM' } })
  })

  it('returns an error of the service as a response', async () => {
    expect((await createFetch(createHsm())(URL_OF_KEYS)).status).toBe(401)
  })

  it('rejects with a TypeError if the connection is lost', async () => {
    const faults = createFaultScript({ connection: 'lost-before' })
    const fetch = createFetch(createHandler(createHsm(), { faults }))
    const lost = fetch(URL_OF_KEYS, { headers })
    await expect(lost).rejects.toThrow(TypeError)
    await expect(lost).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  it('rejects with the reason of an abort, before and while it waits', async () => {
    const faults = createFaultScript({ delayMs: 3_600_000 })
    const fetch = createFetch(createHandler(createHsm(), { faults }))
    const signal = AbortSignal.abort(new Error('before'))
    await expect(fetch(URL_OF_KEYS, { headers, signal })).rejects.toThrow('before')
    const timeout = AbortSignal.timeout(5)
    await expect(fetch(URL_OF_KEYS, { headers, signal: timeout })).rejects.toMatchObject({
      name: 'TimeoutError',
    })
  })
})

describe('createCredential', () => {
  it('returns a token for any scope that never expires', async () => {
    const { token, expiresOnTimestamp } = await createCredential('me').getToken(['a/.default'])
    const [head, claims, signature] = token
      .split('.')
      .map((part) => Buffer.from(part, 'base64url').toString())
    expect([head, JSON.parse(String(claims)), signature]).toEqual([
      '{"alg":"none"}',
      { oid: 'me', aud: 'a/.default' },
      '',
    ])
    expect(new Date(expiresOnTimestamp).toISOString()).toBe('9999-12-31T23:59:59.000Z')
  })
})
