/** Making RSA keys after other requests, or somewhere else. */

import {
  createHsm,
  createKey,
  createRsaPool,
  exportRsaPool,
  fillRsaPool,
  getKey,
  HsmError,
  type HsmOptions,
  listKeys,
  type RsaPoolRequest,
  readAudit,
  rotateKey,
  updateRotationPolicy,
} from 'pocket-hsm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createHandler,
  type HandlerOptions,
  type RsaKeyCall,
  type RsaKeyMaker,
} from '../../src/index.ts'
import { base64url, START, sender, testRest } from '../rest-client.ts'

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

describe('makeRsaKey', () => {
  it('makes the key of a creation, with its operations and attributes', async () => {
    const { send, hsm, make } = withMaker()
    const json = { kty: 'RSA', key_size: 3072, attributes: { exp: 4e9 }, tags: { a: 'b' } }
    const { status, json: created } = await send('POST /keys/a/create', { json })
    expect(status).toBe(200)
    expect(created.key.n).toBe(make.moduli[0])
    expect([created.attributes.exp, created.tags]).toEqual([4e9, { a: 'b' }])
    expect(make.asked).toEqual([{ keySize: 3072 }])
    const digest = base64url(new Uint8Array(32))
    const signed = await send('POST /keys/a/sign', { json: { alg: 'PS256', value: digest } })
    const signature = { alg: 'PS256', digest, value: signed.json.value }
    expect((await send('POST /keys/a/verify', { json: signature })).json).toMatchObject({
      value: true,
    })
    expect(readAudit(hsm).entries.map(({ operation }) => operation)).toEqual([
      'createKey',
      'sign',
      'verify',
    ])
  })

  it('makes the key of a rotation, of the size and exponent that the key has', async () => {
    const { send, hsm, make } = withMaker()
    await send('POST /keys/a/create', { json: { kty: 'RSA', public_exponent: 3 } })
    const rotated = await send('POST /keys/a/rotate')
    expect([rotated.json.key.n, rotated.json.key.e]).toEqual([make.moduli[1], 'Aw'])
    expect(readAudit(hsm).entries.map(({ operation }) => operation)).toEqual([
      'createKey',
      'rotateKey',
    ])
  })

  it('lets other requests complete until it has made the key', async () => {
    let begin = () => {}
    const order: string[] = []
    const { send, make } = withMaker({}, () => new Promise((resolve) => (begin = resolve)))
    const slow = send('POST /keys/slow/create', RSA).then(({ json }) => {
      order.push('slow')
      return json
    })
    for (const name of ['one', 'two']) {
      await send(`POST /keys/${name}/create`, { json: { kty: 'EC' } })
      await send(`GET /keys/${name}`)
      order.push(name)
    }
    begin()
    expect((await slow).key.n).toBe(make.moduli[0])
    expect(order).toEqual(['one', 'two', 'slow'])
  })

  it('makes each of the keys that are needed at the same time', async () => {
    const { send, make } = withMaker()
    const made = await Promise.all(
      ['a', 'b', 'a'].map((name) => send(`POST /keys/${name}/create`, RSA)),
    )
    expect(made.map(({ json }) => json.key.n).sort()).toEqual([...make.moduli].sort())
    expect(make.asked).toHaveLength(3)
  })

  it('makes under a seed what the engine would make', async () => {
    const { send } = withMaker({ seed: 'slow work' })
    const alone = createHsm({ seed: 'slow work' })
    const moduli = []
    moduli.push((await send('POST /keys/a/create', RSA)).json.key.n)
    const both = await Promise.all([send('POST /keys/a/rotate'), send('POST /keys/a/rotate')])
    for (const { json } of both) moduli.push(json.key.n)
    const expected = [
      createKey(alone, 'a', { kty: 'RSA' }),
      rotateKey(alone, 'a'),
      rotateKey(alone, 'a'),
    ].map(({ key }) => key.n)
    expect(moduli).toEqual(expected)
  })

  it('is not called for what is refused, for other kinds of key, or for keys in the pool', async () => {
    const rsaPool = createRsaPool()
    fillRsaPool(rsaPool, [{ count: 1 }])
    const { send, make } = withMaker({ profile: 'vault-premium', rsaPool })
    for (const [target, json, status] of [
      ['POST /keys/a/create', { kty: 'RSA', key_size: 1024 }, 400],
      ['POST /keys/a/create', { kty: 'RSA', public_exponent: 2 }, 400],
      ['POST /keys/a_b/create', { kty: 'RSA' }, 400],
      ['POST /keys/a/create', { kty: 'RSA', key_ops: ['fly'] }, 400],
      ['POST /keys/a/rotate', undefined, 404],
      ['POST /keys/a/create', { kty: 'EC' }, 200],
      ['POST /keys/a/rotate', undefined, 200],
      ['POST /keys/pooled/create', { kty: 'RSA' }, 200],
    ] as const) {
      const { status: answered } = await send(target, json && { json })
      expect([target, json, answered]).toEqual([target, json, status])
    }
    expect(make.asked).toEqual([])
  })

  it('leaves errors to the engine', async () => {
    const { send, make } = withMaker({ profile: 'vault-premium' })
    await send('POST /keys/a/create', { json: { kty: 'EC' } })
    await send('DELETE /keys/a')
    const { status, json } = await send('POST /keys/a/create', RSA)
    expect([status, json.error.innererror.code]).toEqual([409, 'ObjectIsDeletedButRecoverable'])
    expect(make.asked).toEqual([])
  })

  it('may leave the key to the engine', async () => {
    const { hsm, send } = pooled({}, { makeRsaKey: async () => undefined })
    expect((await send('POST /keys/a/create', RSA)).status).toBe(200)
    expect(getKey(hsm, 'a').key.n).toHaveLength(342)
  })

  it('makes the keys of due rotations, while other requests complete', async () => {
    let now = START * 1000
    const begun: (() => void)[] = []
    const { send, make, hsm } = withMaker(
      { clock: () => now },
      () => new Promise((resolve) => begun.push(resolve)),
    )
    createKey(hsm, 'ec', { kty: 'EC' })
    createKey(hsm, 'slow', { kty: 'RSA' })
    updateRotationPolicy(hsm, 'slow', {
      lifetimeActions: [{ trigger: { timeAfterCreate: 'P30D' }, action: { type: 'Rotate' } }],
    })
    now += 31 * 86_400_000
    const order: string[] = []
    const slow = [
      send('GET /keys/slow').then(({ json }) => order.push(json.key.n)),
      send('GET /keys').then(({ json }) => order.push(`${json.value.length} keys`)),
    ]
    expect((await send('GET /keys/ec')).status).toBe(200)
    order.push('other')
    for (const begin of begun) begin()
    await Promise.all(slow)
    expect(order).toEqual(['other', make.moduli[0], '2 keys'])
    expect(readAudit(hsm).entries.map(({ operation }) => operation)).toContain('rotateKey')
  })

  it.each<readonly [string, RsaKeyMaker]>([
    ['fails', () => Promise.reject(new Error('secret reason'))],
    ['returns bytes that are no pool', async () => new Uint8Array(9)],
    ['returns another key', async () => exportRsaPool(createRsaPool())],
  ])('that %s is a 500, and its error is not returned', async (_, makeRsaKey) => {
    const { send, hsm } = pooled({}, { makeRsaKey })
    const { status, text, json } = await send('POST /keys/a/create', RSA)
    expect([status, json.error.code]).toEqual([500, 'InternalServerError'])
    expect(text).not.toMatch(/secret reason|pool/i)
    expect(listKeys(hsm).value).toEqual([])
  })

  it('that has too much to do is an error for the client, with the time to wait', async () => {
    const busy = new HsmError({ status: 429, code: 'Throttled', message: 'Too many keys.' })
    const { send, hsm } = pooled({}, { makeRsaKey: () => Promise.reject(busy) })
    const { status, json, headers } = await send('POST /keys/a/create', RSA)
    expect([status, json.error.code, headers.get('retry-after')]).toEqual([429, 'Throttled', '1'])
    expect(listKeys(hsm).value).toEqual([])
  })

  it('is told when the client has gone, and nothing changes', async () => {
    const client = new AbortController()
    const calls: RsaKeyCall[] = []
    const { send, hsm } = pooled(
      {},
      {
        makeRsaKey: async (request, call) => {
          calls.push(call)
          client.abort()
          const rsaPool = createRsaPool()
          fillRsaPool(rsaPool, [request])
          return exportRsaPool(rsaPool)
        },
      },
    )
    const sent = send('POST /keys/a/create', { ...RSA, signal: client.signal })
    await expect(sent).rejects.toThrow('aborted')
    expect(calls).toMatchObject([{ isDue: false, signal: { aborted: true } }])
    expect(listKeys(hsm).value).toEqual([])
  })

  it('needs an HSM with a pool', () => {
    const makeRsaKey = async () => undefined
    for (const hsms of [createHsm(), { 'a.test': createHsm() }]) {
      expect(() => createHandler(hsms, { makeRsaKey })).toThrow('The HSM must have an rsaPool.')
    }
  })
})

const RSA = { json: { kty: 'RSA' } }

/** An HSM with a pool, by default without a seed. */
function pooled(options: HsmOptions = {}, handlerOptions: HandlerOptions = {}) {
  const hsm = createHsm({ rsaPool: createRsaPool(), ...options })
  return { hsm, send: sender(createHandler(hsm, handlerOptions), hsm.baseUrl) }
}

/** A handler whose makeRsaKey records its requests and the moduli that it makes, once it may begin. */
function withMaker(options: HsmOptions = {}, mayBegin: () => Promise<void> = yieldToAll) {
  const asked: RsaPoolRequest[] = []
  const moduli: (string | undefined)[] = []
  const makeRsaKey: RsaKeyMaker = async (request) => {
    asked.push(request)
    await mayBegin()
    const rsaPool = createRsaPool()
    fillRsaPool(rsaPool, [structuredClone(request)])
    const bytes = exportRsaPool(rsaPool)
    const { keySize, publicExponent, place } = request
    if (place === undefined) {
      const parameters = { kty: 'RSA', keySize, publicExponent } as const
      moduli.push(createKey(createHsm({ rsaPool }), 'k', parameters).key.n)
    }
    return bytes
  }
  return { ...pooled(options, { makeRsaKey }), make: { asked, moduli } }
}

const yieldToAll = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
