/** The limits of a vault. */

import { createKey } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { base64url, type Send, testRest } from '../rest-client.ts'

/** How many of these requests in a row are taken. */
async function taken(send: Send, target: string, json?: unknown): Promise<number> {
  for (let count = 0; ; count += 1) {
    const { status } = await send(target, json === undefined ? {} : { json })
    if (status === 429) return count
    if (count > 5000) throw new Error('never throttled')
  }
}

const small = { hsmCreations: 2, softwareCreations: 3, hsmOperations: 4, softwareOperations: 5 }

describe('a throttled vault', () => {
  it('makes 10 keys of an HSM and 20 software keys in ten seconds', async () => {
    const { send, clock } = testRest({ profile: 'vault-premium' }, { throttle: 'documented' })
    expect(await taken(send, 'POST /keys/h/create', { kty: 'EC-HSM' })).toBe(10)
    expect(await taken(send, 'POST /keys/s/create', { kty: 'EC' })).toBe(20)
    clock.seconds += 10
    expect((await send('POST /keys/h/create', { json: { kty: 'EC-HSM' } })).status).toBe(200)
  })

  it('uses keys of an HSM 2,000 times in ten seconds', async () => {
    const { hsm, send } = testRest({ profile: 'vault-premium' }, { throttle: 'documented' })
    createKey(hsm, 'h', { kty: 'EC-HSM' })
    expect(await taken(send, 'GET /keys/h')).toBe(2000)
  })

  it('says for how long to wait', async () => {
    const { send, clock } = testRest({ profile: 'vault-premium' }, { throttle: small })
    clock.seconds += 7
    await taken(send, 'GET /keys')
    const { status, headers, json } = await send('GET /keys')
    expect([status, headers.get('retry-after'), json.error.code]).toEqual([429, '3', 'Throttled'])
    clock.seconds += 3
    expect((await send('GET /keys')).status).toBe(200)
  })

  it('counts by the type of the key, imports by the type asked for', async () => {
    const { hsm, send } = testRest({ profile: 'vault-premium' }, { throttle: small })
    createKey(hsm, 'h', { kty: 'EC-HSM' })
    createKey(hsm, 's', { kty: 'EC' })
    const key = { kty: 'EC' }
    expect(await taken(send, 'GET /keys/h')).toBe(4)
    expect(await taken(send, 'GET /keys/s')).toBe(5)
    expect(await taken(send, 'POST /keys/h/rotate')).toBe(2)
    expect(await taken(send, 'PUT /keys/i', { key })).toBe(3)
    expect((await send('PUT /keys/i', { json: { key, Hsm: true } })).status).toBe(429)
  })

  it('does not count what is refused for its form', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { throttle: small })
    for (let i = 0; i < 10; i += 1) {
      expect((await send('POST /keys/a/sign', { body: '{' })).status).toBe(400)
    }
    const json = { alg: 'ES256', value: base64url(new Uint8Array(32)) }
    expect((await send('POST /keys/a/sign', { json })).status).toBe(404)
  })

  it('does nothing for a request that it does not take', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { throttle: small })
    await taken(send, 'POST /keys/a/create', { kty: 'EC' })
    expect((await send('GET /keys/a/versions')).json.value).toHaveLength(3)
  })
})

describe('a Managed HSM', () => {
  it('is not throttled by the documented limits', async () => {
    const { send } = testRest({}, { throttle: 'documented' })
    for (let i = 0; i < 30; i += 1) {
      expect((await send('POST /keys/a/create', { json: { kty: 'EC' } })).status).toBe(200)
    }
  })

  it('is throttled by limits of its own', async () => {
    const { send } = testRest({}, { throttle: small })
    expect(await taken(send, 'POST /keys/a/create', { kty: 'EC-HSM' })).toBe(2)
  })
})
