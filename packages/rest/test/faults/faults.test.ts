/** Fault scripts, and waiting on every kind of clock. */

import { createHsm, createKey, getKey, listKeys } from 'pocket-hsm'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createFaultScript, createHandler, type Fault } from '../../src/index.ts'
import { requestOf, sender, testRest } from '../rest-client.ts'

const json = { kty: 'EC' }

const withFaults = (...faults: readonly Fault[]) => {
  const script = createFaultScript(...faults)
  return { ...testRest({}, { faults: script }), script }
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a fault with a status', () => {
  it('fails the next request, once, and the engine is not called', async () => {
    const { send, hsm } = withFaults({ status: 503 })
    const failed = await send('POST /keys/a/create', { json })
    expect([failed.status, failed.json.error.code]).toEqual([503, 'ServiceUnavailable'])
    expect(listKeys(hsm).value).toEqual([])
    expect((await send('POST /keys/a/create', { json })).status).toBe(200)
  })

  it('fails the next request of its operation', async () => {
    const { send, script } = withFaults({ operation: 'getKey', status: 500, times: 2 })
    expect((await send('POST /keys/a/create', { json })).status).toBe(200)
    expect(
      [await send('GET /keys/a'), await send('GET /keys/a')].map(({ status }) => status),
    ).toEqual([500, 500])
    expect([(await send('GET /keys/a')).status, script.remaining()]).toEqual([200, 0])
  })

  it('returns its code, message and headers', async () => {
    const fault = {
      status: 429,
      code: 'Own',
      message: 'own',
      retryAfterSeconds: 3,
      retryAfterMs: 5,
    }
    const { send } = withFaults(fault)
    const { headers, json: body } = await send('GET /keys')
    expect([headers.get('retry-after'), headers.get('retry-after-ms')]).toEqual(['3', '5'])
    expect([body.error.code, body.error.message]).toEqual([
      'Own',
      expect.stringContaining('own (Activity ID: '),
    ])
  })

  it('is for as many requests as a number can say, and takes no more memory for them', async () => {
    const times = Number.MAX_SAFE_INTEGER
    const { send, script } = withFaults({ operation: 'getKey', status: 503, times })
    expect((await send('GET /keys/a')).status).toBe(503)
    expect([script.remaining(), script.queued()]).toEqual([
      times - 1,
      [{ operation: 'getKey', status: 503, times: times - 1 }],
    ])
  })

  it('stays as it was queued, whatever becomes of the object', async () => {
    const fault = { operation: 'getKey', status: 503 } as const
    const { send, script } = withFaults(fault, fault)
    Object.assign(fault, { status: 500, operation: 'sign' })
    expect(script.queued()).toHaveLength(2)
    expect((await send('GET /keys/a')).status).toBe(503)
  })

  it('ignores requests that match no route or have no token', async () => {
    const { send, script } = withFaults({ status: 500 })
    await send('GET /nothing')
    await send('GET /keys', { token: null })
    expect(script.remaining()).toBe(1)
  })

  it('can be added while the handler works', async () => {
    const { send, script } = withFaults()
    await send('GET /keys')
    script.add({ status: 500 }, { status: 502 })
    expect((await send('GET /keys')).status).toBe(500)
    expect((await send('GET /keys')).status).toBe(502)
  })

  it('has the usual code of its status, or Error', async () => {
    const { send } = withFaults({ status: 409 }, { status: 418 })
    expect((await send('GET /keys')).json.error.code).toBe('Conflict')
    expect((await send('GET /keys')).json.error.code).toBe('Error')
  })
})

describe('a lost connection', () => {
  it('before: the engine was not called', async () => {
    const { send, hsm } = withFaults({ connection: 'lost-before' })
    await expect(send('POST /keys/a/create', { json })).rejects.toMatchObject({
      code: 'ECONNRESET',
    })
    expect(listKeys(hsm).value).toEqual([])
  })

  it('after: the engine was called, and only the response is lost', async () => {
    const { send, hsm } = withFaults({ connection: 'lost-after' })
    await expect(send('POST /keys/a/create', { json })).rejects.toMatchObject({
      code: 'ECONNRESET',
    })
    expect(listKeys(hsm).value).toHaveLength(1)
  })
})

describe('a deletion that stays pending', () => {
  it('completes on the clock of the HSM, while others complete at once', async () => {
    const { send, clock } = withFaults({ operation: 'deleteKey', pendingSeconds: 30 })
    await send('POST /keys/a/create', { json })
    await send('POST /keys/b/create', { json })
    expect((await send('DELETE /keys/a')).status).toBe(200)
    await send('DELETE /keys/b')
    expect((await send('GET /deletedkeys/a')).status).toBe(404)
    expect((await send('GET /deletedkeys/b')).status).toBe(200)
    const conflict = await send('POST /keys/a/create', { json })
    expect([conflict.status, conflict.json.error.innererror.code]).toEqual([
      409,
      'ObjectIsBeingDeleted',
    ])
    clock.seconds += 30
    expect((await send('GET /deletedkeys/a')).status).toBe(200)
  })

  it('is there for purges too', async () => {
    const { send, clock } = withFaults({ operation: 'purgeDeletedKey', pendingSeconds: 5 })
    await send('POST /keys/a/create', { json })
    await send('DELETE /keys/a')
    expect((await send('DELETE /deletedkeys/a')).status).toBe(204)
    expect((await send('POST /keys/a/create', { json })).status).toBe(409)
    clock.seconds += 5
    expect((await send('POST /keys/a/create', { json })).status).toBe(200)
  })

  it('is there for recoveries too', async () => {
    const { send, clock } = withFaults({ operation: 'recoverDeletedKey', pendingSeconds: 5 })
    await send('POST /keys/a/create', { json })
    await send('DELETE /keys/a')
    expect((await send('POST /deletedkeys/a/recover')).status).toBe(200)
    expect((await send('GET /keys/a')).status).toBe(404)
    clock.seconds += 5
    expect((await send('GET /keys/a')).status).toBe(200)
  })
})

describe('a delay', () => {
  const rest = (delayMs: number, clock?: () => number) => {
    const hsm = createHsm(clock ? { clock } : {})
    createKey(hsm, 'a', { kty: 'EC' })
    const handler = createHandler(hsm, { faults: createFaultScript({ delayMs }) })
    return { hsm, handler, send: sender(handler, hsm.baseUrl) }
  }

  it('passes in real time', async () => {
    const { send } = rest(30)
    const begun = performance.now()
    expect((await send('GET /keys/a')).status).toBe(200)
    expect(performance.now() - begun).toBeGreaterThan(25)
  })

  it.each(['advanceTimersByTime', 'advanceTimersByTimeAsync'] as const)(
    'passes under fake timers by %s',
    async (advance) => {
      vi.useFakeTimers()
      const { send } = rest(60_000)
      let status = 0
      const answered = send('GET /keys/a').then((received) => {
        status = received.status
      })
      await Promise.resolve()
      await vi.advanceTimersByTimeAsync(59_000)
      expect(status).toBe(0)
      await vi[advance](1000)
      await answered
      expect(status).toBe(200)
    },
  )

  it('passes when a clock is moved by hand', async () => {
    let now = 0
    const { send } = rest(3_600_000, () => now)
    const answered = send('GET /keys/a')
    now = 3_600_000
    expect((await answered).status).toBe(200)
  })

  it('ends when the request is aborted, and nothing has happened', async () => {
    const { hsm, handler } = rest(3_600_000)
    const controller = new AbortController()
    const { signal } = controller
    const target = 'DELETE /keys/a'
    const answered = handler(requestOf(target, hsm.baseUrl, { signal }))
    controller.abort(new Error('enough'))
    await expect(answered).rejects.toThrow('enough')
    expect(getKey(hsm, 'a').key.kty).toBe('EC-HSM')
    await expect(handler(requestOf(target, hsm.baseUrl, { signal }))).rejects.toThrow('enough')
  })

  it('comes before the status', async () => {
    let now = 0
    const hsm = createHsm({ clock: () => now })
    const faults = createFaultScript({ delayMs: 1000, status: 504 })
    const answered = sender(createHandler(hsm, { faults }), hsm.baseUrl)('GET /keys')
    now = 1000
    expect((await answered).status).toBe(504)
  })
})
