/** RSA keys are made on threads, by the engine, while other requests are answered. */

import { once } from 'node:events'
import { connect } from 'node:net'
import { Worker } from 'node:worker_threads'
import {
  addToRsaPool,
  createHsm,
  createKey,
  createRsaPool,
  fillRsaPool,
  missingRsaKey,
  type RsaPoolRequest,
  rotateKey,
} from 'pocket-hsm'
import { afterEach, describe, expect, it } from 'vitest'
import { createRsaThreads, type RsaThreads } from '../../src/rsa-threads/rsa-threads.ts'
import { type TestServer, testServers } from '../test-server.ts'

const { start } = testServers()

const RSA_4096 = { json: { kty: 'RSA-HSM', key_size: 4096 } }

/** Sends what needs a key, and five other requests one after the other; answers in which order they came back. */
async function besideOthers(server: TestServer, target: string, sending?: object) {
  const order: string[] = []
  const slow = server.send(target, sending).then(({ json }) => {
    order.push('key')
    return json
  })
  for (let i = 0; i < 5; i += 1) {
    expect((await server.send('GET /keys/ec')).status).toBe(200)
    order.push('other')
  }
  return { json: await slow, order }
}

const OTHERS_FIRST = ['other', 'other', 'other', 'other', 'other', 'key']

describe('a server', () => {
  it('answers others while a key is created and rotated; under a seed it is the very key', async () => {
    const seed = 'rsa threads'
    const server = await start({ http: true, seed, control: true })
    await server.send('POST /keys/ec/create', { json: { kty: 'EC-HSM' } })
    const created = await besideOthers(server, 'POST /keys/orders/create', RSA_4096)
    const rotated = await besideOthers(server, 'POST /keys/orders/rotate')
    expect([created.order, rotated.order]).toEqual([OTHERS_FIRST, OTHERS_FIRST])

    const hsm = createHsm({ seed })
    const expected = [
      createKey(hsm, 'orders', { kty: 'RSA-HSM', keySize: 4096 }),
      rotateKey(hsm, 'orders'),
    ]
    expect([created, rotated].map(({ json }) => json.key.n)).toEqual(
      expected.map(({ key }) => key.n),
    )
    expect([created, rotated].map(({ json }) => json.key.kid.split('/').at(-1))).toEqual(
      expected.map(({ key }) => key.kid.split('/').at(-1)),
    )
    const trail = await server.send('GET /control/audit?key=orders')
    const operations = trail.json.entries.map((entry: { operation: string }) => entry.operation)
    expect(operations).toEqual(['createKey', 'rotateKey'])
  })

  it('answers others while the key of a rotation that is due is made', async () => {
    const server = await start({ http: true, control: true })
    await server.send('POST /keys/ec/create', { json: { kty: 'EC-HSM' } })
    await server.send('POST /keys/orders/create', RSA_4096)
    const trigger = { timeAfterCreate: 'P30D' }
    const policy = { lifetimeActions: [{ trigger, action: { type: 'Rotate' } }] }
    const set = await server.send('PUT /keys/orders/rotationpolicy', { json: policy })
    expect(set.status).toBe(200)
    const headers = { 'content-type': 'application/json' }
    const json = { advanceSeconds: 31 * 86_400 }
    await server.send('POST /control/clock', { json, headers })
    const { order } = await besideOthers(server, 'GET /keys/orders')
    expect(order).toEqual(OTHERS_FIRST)
    expect((await server.send('GET /keys/orders/versions')).json.value).toHaveLength(2)
  })

  it('answers others while it makes keys without a seed', async () => {
    const server = await start({ http: true })
    await server.send('POST /keys/ec/create', { json: { kty: 'EC-HSM' } })
    const { json, order } = await besideOthers(server, 'POST /keys/orders/create', RSA_4096)
    expect(order).toEqual(OTHERS_FIRST)
    expect(json.key.n).toHaveLength(683)
  })

  it('that closes while a key is being made still answers who asked for it', async () => {
    const server = await start({ http: true })
    const asked = server.send('POST /keys/orders/create', { json: { kty: 'RSA-HSM' } })
    await server.send('GET /keys')
    await server.close()
    expect((await asked).status).toBe(200)
    await expect(server.send('GET /keys')).rejects.toThrow()
  })
})

/** A client that stays. */
const CALL = { signal: new AbortController().signal, isDue: false }

describe('abandoned creations', () => {
  it('are dropped: of 40 none was made when the client had gone, and another client gets its key', async () => {
    const server = await start({ http: true, control: true })
    const url = new URL(server.url)
    const body = JSON.stringify({ kty: 'RSA-HSM', key_size: 4096 })
    const sockets = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const socket = connect(Number(url.port), url.hostname).on('error', () => {})
        await once(socket, 'connect')
        socket.write(
          `POST /keys/k${index}/create?api-version=7.6 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\n`,
        )
        socket.write(`Content-Length: ${body.length}\r\n\r\n${body}`)
        return socket
      }),
    )
    // Later requests are answered after the server has read the earlier ones.
    for (let i = 0; i < 5; i += 1) await server.send('GET /keys')
    for (const socket of sockets) socket.destroy()
    for (let i = 0; i < 5; i += 1) await server.send('GET /keys')
    const made = await server.send('POST /keys/other/create', { json: { kty: 'RSA-HSM' } })
    expect(made.status).toBe(200)
    const { json } = await server.send('GET /keys')
    // Those that had started may have finished.
    expect(json.value.length).toBeLessThanOrEqual(3)
  })
})

describe('threads', () => {
  const open: RsaThreads[] = []
  const warnings: string[] = []
  afterEach(async () => {
    warnings.length = 0
    await Promise.all(open.splice(0).map((threads) => threads.close()))
  })
  const threadsOf = (startThread?: () => Worker): RsaThreads => {
    const threads = createRsaThreads((text) => warnings.push(text), startThread)
    open.push(threads)
    return threads
  }
  const place = (): RsaPoolRequest =>
    missingRsaKey(createHsm({ seed: 'rsa threads' }), {
      operation: 'createKey',
      name: 'letters',
      parameters: { kty: 'RSA' },
    }) as RsaPoolRequest

  it('make what they are asked for, each key once', async () => {
    const { makeRsaKey } = threadsOf()
    const [one, other, ...fresh] = await Promise.all(
      [place(), place(), {}, { publicExponent: 3 }].map((request) => makeRsaKey(request, CALL)),
    )
    expect(one).toEqual(other)
    const pool = createRsaPool()
    for (const bytes of [one, ...fresh]) addToRsaPool(pool, bytes as Uint8Array)
    const wanted = [place(), { count: 1 }, { publicExponent: 3 }]
    expect(fillRsaPool(pool, wanted, { atMost: 0 })).toBe(0)
    expect(warnings).toEqual([])
  })

  it('are started by the first key alone', async () => {
    let started = 0
    const { makeRsaKey } = threadsOf(() => {
      started += 1
      return echo()
    })
    expect(started).toBe(0)
    for (const _ of [1, 2, 3]) await makeRsaKey({}, CALL)
    expect(started).toBe(1)
  })

  it.each<readonly [string, string, string]>([
    ['fails', 'throw new Error("out of order")', 'out of order'],
    ['ends', 'process.exit()', 'The thread has ended.'],
  ])('leave the key to who asks where one %s, and say so', async (_, code, reason) => {
    const kinds = [() => new Worker(code, { eval: true }), echo]
    const { makeRsaKey } = threadsOf(() => (kinds.shift() ?? echo)())
    expect(await makeRsaKey({}, CALL)).toBeUndefined()
    expect(warnings).toEqual([`An RSA key is made while other requests wait: ${reason}`])
    expect(await makeRsaKey({}, CALL)).toEqual({})
  })

  it('that have ended are not asked again', async () => {
    const started: Worker[] = []
    const { makeRsaKey } = threadsOf(() => {
      const thread = echo()
      started.push(thread)
      return thread
    })
    await makeRsaKey({}, CALL)
    await started[0]?.terminate()
    expect(await makeRsaKey({}, CALL)).toEqual({})
    expect(started).toHaveLength(2)
  })

  it('refuse who still waits when they are closed', async () => {
    const threads = threadsOf(() => new Worker('setInterval(() => {}, 1000)', { eval: true }))
    const refused = [1, 2, 3].map(() => expect(threads.makeRsaKey({}, CALL)).rejects.toThrow())
    await threads.close()
    await Promise.all(refused)
    expect(warnings).toEqual([])
  })
})

/** A thread that answers what it is sent. */
function echo(): Worker {
  const code = `
    const { parentPort } = require('node:worker_threads')
    parentPort.on('message', (request) => parentPort.postMessage(request))`
  return new Worker(code, { eval: true })
}
