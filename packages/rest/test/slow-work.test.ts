/** RSA keys are made after others, or elsewhere. */

import { createHsm, type JsonWebKey } from 'pocket-hsm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createHandler, type RsaKeyMaker } from '../src/index.ts'
import { base64url, sender, testRest } from './rest-client.ts'

/** Makes keys with Web Crypto, off the thread of the test. */
const webCrypto: RsaKeyMaker = async (modulusLength) => {
  const publicExponent = Uint8Array.of(1, 0, 1)
  const algorithm = { name: 'RSA-PSS', modulusLength, publicExponent, hash: 'SHA-256' }
  const { privateKey } = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  return (await crypto.subtle.exportKey('jwk', privateKey)) as JsonWebKey
}

afterEach(() => {
  vi.useRealTimers()
})

describe('making an RSA key', () => {
  it('lets a request that came later go first', async () => {
    const { send } = testRest()
    const order: string[] = []
    await Promise.all([
      send('POST /keys/slow/create', { json: { kty: 'RSA' } }).then(() => order.push('slow')),
      send('POST /keys/quick/create', { json: { kty: 'EC' } }).then(() => order.push('quick')),
    ])
    expect(order).toEqual(['quick', 'slow'])
  })

  it('by rotation does so too', async () => {
    const { send } = testRest()
    await send('POST /keys/slow/create', { json: { kty: 'RSA' } })
    const order: string[] = []
    await Promise.all([
      send('POST /keys/slow/rotate').then(() => order.push('slow')),
      send('GET /keys/slow').then(() => order.push('quick')),
    ])
    expect(order).toEqual(['quick', 'slow'])
  })

  it('needs no timer', async () => {
    vi.useFakeTimers()
    const hsm = createHsm()
    const send = sender(createHandler(hsm), hsm.baseUrl)
    expect((await send('POST /keys/a/create', { json: { kty: 'RSA' } })).status).toBe(200)
  })
})

describe('a maker of RSA keys', () => {
  it('makes a key that works, with the operations and attributes asked for', async () => {
    const { send } = testRest({ profile: 'vault-premium' }, { makeRsaKey: webCrypto })
    const created = await send('POST /keys/a/create', {
      json: {
        kty: 'RSA',
        key_size: 3072,
        attributes: { enabled: true, exp: 4e9 },
        tags: { a: 'b' },
      },
    })
    const { key, attributes, tags } = created.json
    expect([key.kty, Buffer.from(key.n, 'base64url').length]).toEqual(['RSA', 384])
    expect(key.key_ops).toHaveLength(6)
    expect([attributes.exp, tags]).toEqual([4e9, { a: 'b' }])
    const digest = base64url(new Uint8Array(32))
    const signed = await send('POST /keys/a/sign', { json: { alg: 'PS256', value: digest } })
    const json = { alg: 'PS256', digest, value: signed.json.value }
    expect((await send('POST /keys/a/verify', { json })).json).toEqual({ value: true })
  })

  it('is not asked for what the engine refuses or other kinds of key', async () => {
    const makeRsaKey = vi.fn(webCrypto)
    const { send } = testRest({ profile: 'vault-premium' }, { makeRsaKey })
    for (const [json, status] of [
      [{ kty: 'RSA', key_size: 1024 }, 400],
      [{ kty: 'RSA', public_exponent: 2 }, 400],
      [{ kty: 'EC' }, 200],
    ] as const) {
      expect((await send('POST /keys/a/create', { json })).status).toBe(status)
    }
    expect(makeRsaKey).not.toHaveBeenCalled()
  })

  it('leaves the refusals to the engine', async () => {
    const { send } = testRest({}, { makeRsaKey: webCrypto })
    await send('POST /keys/a/create', { json: { kty: 'EC' } })
    await send('DELETE /keys/a')
    const { status, json } = await send('POST /keys/a/create', { json: { kty: 'RSA' } })
    expect([status, json.error.innererror.code]).toEqual([409, 'ObjectIsDeletedButRecoverable'])
  })

  it('that fails is an error of the server, of which nothing is told', async () => {
    const makeRsaKey = () => Promise.reject(new Error('secret reason'))
    const { send } = testRest({}, { makeRsaKey })
    const { status, text, json } = await send('POST /keys/a/create', { json: { kty: 'RSA' } })
    expect([status, json.error.code]).toEqual([500, 'InternalServerError'])
    expect(text).not.toContain('secret reason')
  })
})
