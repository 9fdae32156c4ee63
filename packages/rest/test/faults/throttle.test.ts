/** The limits of a vault. */

import { createKey, readAudit } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { base64url, type Send, testRest } from '../rest-client.ts'

/** Counts the requests that are accepted in a row. */
async function countAccepted(send: Send, target: string, json?: unknown): Promise<number> {
  for (let count = 0; ; count += 1) {
    const { status } = await send(target, json === undefined ? {} : { json })
    if (status === 429) return count
    if (count > 5000) throw new Error('never throttled')
  }
}

const small = { hsmCreations: 2, softwareCreations: 3, hsmOperations: 4, softwareOperations: 5 }

describe('a throttled vault', () => {
  it('creates 10 HSM keys and 20 software keys in ten seconds', async () => {
    const { send, clock } = testRest({ profile: 'vault-premium' }, { throttle: 'documented' })
    expect(await countAccepted(send, 'POST /keys/h/create', { kty: 'EC-HSM' })).toBe(10)
    expect(await countAccepted(send, 'POST /keys/s/create', { kty: 'EC' })).toBe(20)
    clock.seconds += 10
    expect((await send('POST /keys/h/create', { json: { kty: 'EC-HSM' } })).status).toBe(200)
  })

  it('uses HSM keys 2,000 times in ten seconds', async () => {
    const { hsm, send } = testRest({ profile: 'vault-premium' }, { throttle: 'documented' })
    createKey(hsm, 'h', { kty: 'EC-HSM' })
    expect(await countAccepted(send, 'GET /keys/h')).toBe(2000)
  })

  it('returns how long to wait', async () => {
    const { send, clock } = testRest({ profile: 'vault-premium' }, { throttle: small })
    clock.seconds += 7
    await countAccepted(send, 'GET /keys')
    const { status, headers, json } = await send('GET /keys')
    expect([status, headers.get('retry-after'), json.error.code]).toEqual([429, '3', 'Throttled'])
    clock.seconds += 3
    expect((await send('GET /keys')).status).toBe(200)
  })

  it('counts by the type of the key, and imports by the type in the body', async () => {
    const { hsm, send } = testRest({ profile: 'vault-premium' }, { throttle: small })
    createKey(hsm, 'h', { kty: 'EC-HSM' })
    createKey(hsm, 's', { kty: 'EC' })
    const key = { kty: 'EC' }
    expect(await countAccepted(send, 'GET /keys/h')).toBe(4)
    expect(await countAccepted(send, 'GET /keys/s')).toBe(5)
    expect(await countAccepted(send, 'POST /keys/h/rotate')).toBe(2)
    expect(await countAccepted(send, 'PUT /keys/i', { key })).toBe(3)
    expect((await send('PUT /keys/i', { json: { key, Hsm: true } })).status).toBe(429)
  })

  it('leaves no entry in the audit trail', async () => {
    const { hsm, send } = testRest({ profile: 'vault-premium' }, { throttle: small })
    createKey(hsm, 'h', { kty: 'EC-HSM' })
    await send('POST /keys/h/backup')
    expect(readAudit(hsm).entries.map(({ operation }) => operation)).toEqual([
      'createKey',
      'backupKey',
    ])
  })

  it('does not count a request with an invalid body', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { throttle: small })
    for (let i = 0; i < 10; i += 1) {
      expect((await send('POST /keys/a/sign', { body: '{' })).status).toBe(400)
    }
    const json = { alg: 'ES256', value: base64url(new Uint8Array(32)) }
    expect((await send('POST /keys/a/sign', { json })).status).toBe(404)
  })

  it('does nothing for a request beyond a limit', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { throttle: small })
    await countAccepted(send, 'POST /keys/a/create', { kty: 'EC' })
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
    expect(await countAccepted(send, 'POST /keys/a/create', { kty: 'EC-HSM' })).toBe(2)
  })
})
