/** RSA keys are made on threads, by the engine, while other requests get their responses. */

import { Worker } from 'node:worker_threads'
import type { RsaKeyCall } from '@pocket-hsm/rest'
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
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseSettings } from '../../src/hsms/settings.ts'
import type { ServerOptions } from '../../src/index.ts'
import { listen } from '../../src/network/listen.ts'
import { createRsaQueue, MOST_WAITING } from '../../src/rsa-threads/rsa-queue.ts'
import { createRsaThreads, type RsaThreads } from '../../src/rsa-threads/rsa-threads.ts'
import { openHsms } from '../../src/startup/open-hsms.ts'
import { send } from '../https-client.ts'
import { openRaw, rawRequest } from '../network/raw-client.ts'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const RSA_4096 = { kty: 'RSA-HSM', key_size: 4096 }

/** The HSMs of a server whose threads wait until they may begin, and requests to them. */
async function openGated(options: ServerOptions = {}) {
  const threads = createRsaThreads(() => {})
  let open = () => {}
  const gate = new Promise<void>((resolve) => (open = resolve))
  const calls: RsaKeyCall[] = []
  const hsms = await openHsms(options, async (request, call) => {
    calls.push(call)
    await gate
    return threads.makeRsaKey(request, call)
  })
  const send = async (target: string, json?: object, signal?: AbortSignal) => {
    const [method = '', path = ''] = target.split(' ')
    const response = await hsms.respond(
      new Request(`https://localhost${path}${path.includes('?') ? '' : '?api-version=7.6'}`, {
        method,
        headers: {
          authorization: 'Bearer any',
          'content-type': 'application/json',
          ...(json !== undefined && { 'content-length': String(JSON.stringify(json).length) }),
        },
        ...(json !== undefined && { body: JSON.stringify(json) }),
        ...(signal !== undefined && { signal }),
      }),
      '127.0.0.1',
    )
    // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever is there
    const received: any = await response.json()
    return { status: response.status, json: received }
  }
  const close = async () => {
    await threads.close()
    await hsms.close()
  }
  return { send, open, calls, close }
}

describe('a server', () => {
  it('responds to others while a key is created and rotated; under a seed it is the same key', async () => {
    const seed = 'rsa threads'
    const { send, open, calls, close } = await openGated({ seed, control: true })
    const creation = send('POST /keys/orders/create', RSA_4096)
    await send('POST /keys/ec/create', { kty: 'EC-HSM' })
    expect((await send('GET /keys/ec')).status).toBe(200)
    expect((await send('GET /keys/orders')).status).toBe(404)
    open()
    const created = await creation
    const rotated = await send('POST /keys/orders/rotate')
    expect(calls.map(({ isDue }) => isDue)).toEqual([false, false])

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
    const trail = await send('GET /control/audit?key=orders&outcome=success')
    const operations = trail.json.entries.map((entry: { operation: string }) => entry.operation)
    expect(operations).toEqual(['createKey', 'rotateKey'])
    await close()
  })

  it('responds to others while the key of a rotation that is due is made', async () => {
    const { send, open, calls, close } = await openGated({ control: true })
    const creation = send('POST /keys/orders/create', { kty: 'RSA-HSM' })
    await send('POST /keys/ec/create', { kty: 'EC-HSM' })
    open()
    await creation
    const trigger = { timeAfterCreate: 'P30D' }
    const policy = { lifetimeActions: [{ trigger, action: { type: 'Rotate' } }] }
    expect((await send('PUT /keys/orders/rotationpolicy', policy)).status).toBe(200)
    await send('POST /control/clock', { advanceSeconds: 31 * 86_400 })
    const reading = send('GET /keys/orders')
    expect((await send('GET /keys/ec')).status).toBe(200)
    expect((await reading).status).toBe(200)
    expect(calls.map(({ isDue }) => isDue)).toEqual([false, true])
    expect((await send('GET /keys/orders/versions')).json.value).toHaveLength(2)
    await close()
  })

  it('that closes while a key is being made still sends its response', async () => {
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

describe('the creations of clients that have gone', () => {
  it('are dropped: the key of another client comes next', async () => {
    const queue = createRsaQueue(1)
    const threads = createRsaThreads(() => {})
    let open = () => {}
    const gate = new Promise<void>((resolve) => (open = resolve))
    const calls: RsaKeyCall[] = []
    let begun = 0
    const hsms = await openHsms({}, (request, call) => {
      calls.push(call)
      return queue.run('asked', call.signal, async () => {
        begun += 1
        await gate
        return threads.makeRsaKey(request, call)
      })
    })
    const settings = parseSettings({ port: 0 })
    const listener = await listen(hsms.respond, settings, undefined)
    const url = `http://127.0.0.1:${listener.port}`
    const body = JSON.stringify(RSA_4096)
    const clients = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const client = await openRaw(url)
        const target = `POST /keys/k${index}/create?api-version=7.6`
        client.socket.write(rawRequest(target, [`Content-Length: ${body.length}`], body))
        return client
      }),
    )
    const waitFor = (condition: () => boolean) => vi.waitUntil(condition, { timeout: 100_000 })
    await waitFor(() => calls.length === 40)
    for (const { socket } of clients) socket.destroy()
    await waitFor(() => calls.filter(({ signal }) => signal.aborted).length >= MOST_WAITING + 1)
    const made = send(url, 'POST /keys/other/create', { json: { kty: 'RSA-HSM' } })
    await waitFor(() => calls.length === 41)
    open()
    expect((await made).status).toBe(200)
    expect(begun).toBe(2)
    const names = (await send(url, 'GET /keys')).json.value.map(({ kid }: { kid: string }) => kid)
    expect(names).toEqual([expect.stringMatching(/\/keys\/other$/)])
    await listener.close()
    await threads.close()
    await hsms.close()
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

  it('make each key once', async () => {
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

  it('are started by the first key only', async () => {
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
  ])('return undefined with a warning if one %s', async (_, code, reason) => {
    const kinds = [() => new Worker(code, { eval: true }), echo]
    const { makeRsaKey } = threadsOf(() => (kinds.shift() ?? echo)())
    expect(await makeRsaKey({}, CALL)).toBeUndefined()
    expect(warnings).toEqual([`An RSA key is made while other requests wait: ${reason}`])
    expect(await makeRsaKey({}, CALL)).toEqual({})
  })

  it('that have ended are not used again', async () => {
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

  it('reject the keys that are being waited for when they are closed', async () => {
    const threads = threadsOf(() => new Worker('setInterval(() => {}, 1000)', { eval: true }))
    const refused = [1, 2, 3].map(() => expect(threads.makeRsaKey({}, CALL)).rejects.toThrow())
    await threads.close()
    await Promise.all(refused)
    expect(warnings).toEqual([])
  })
})

/** A thread that returns what it receives. */
function echo(): Worker {
  const code = `
    const { parentPort } = require('node:worker_threads')
    parentPort.on('message', (request) => parentPort.postMessage(request))`
  return new Worker(code, { eval: true })
}
