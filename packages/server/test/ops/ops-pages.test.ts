/** The listener for operators: health, readiness and metrics, and nowhere else. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createHsm } from 'pocket-hsm'
import { describe, expect, it } from 'vitest'
import { observeRequests } from '../../src/log/observe-requests.ts'
import { createMetrics } from '../../src/ops/metrics.ts'
import { startOps } from '../../src/ops/start-ops.ts'
import { send } from '../https-client.ts'
import { testServers } from '../test-server.ts'

const { start, folder } = testServers()

const plain = { token: null }

async function operated(options = {}) {
  const server = await start({ http: true, opsPort: 0, ...options })
  return { ...server, ask: send.bind(undefined, String(server.opsUrl)) }
}

const get = (url: string, path: string) => send(url, `GET ${path}`, plain)

describe('the pages for operators', () => {
  it('are absent unless a port was given', async () => {
    const server = await start({ http: true })
    expect(server.opsUrl).toBeUndefined()
  })

  it('are on a port of their own, without a token', async () => {
    const server = await operated()
    expect(server.opsUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect(server.opsUrl).not.toBe(server.url)
    expect(await server.ask('GET /healthz', plain)).toMatchObject({
      status: 200,
      json: { status: 'ok' },
      headers: { 'cache-control': 'no-store' },
    })
    expect(await server.ask('GET /readyz', plain)).toMatchObject({
      status: 200,
      json: { status: 'ready', checks: { server: 'ok' } },
    })
    expect(await server.ask('HEAD /readyz', plain)).toMatchObject({ status: 200, text: '' })
  })

  it.each(['/healthz', '/readyz', '/metrics'])(
    'are not routes of the service: %s',
    async (path) => {
      const server = await operated({ auth: 'none' })
      expect((await server.send(`GET ${path}`)).status).toBe(404)
    },
  )

  it.each<[number, string, object]>([
    [404, 'GET /', {}],
    [404, 'GET /keys', {}],
    [404, 'GET /control', {}],
    [404, 'GET /__proto__', {}],
    [404, 'GET /constructor', {}],
    [405, 'POST /healthz', {}],
    [405, 'DELETE /metrics', {}],
    [421, 'GET /metrics', { headers: { host: 'rebound.example' } }],
    [403, 'GET /metrics', { headers: { origin: 'https://page.example' } }],
    [403, 'GET /metrics', { headers: { 'sec-fetch-site': 'cross-site' } }],
  ])('refuse with %d: %s %j', async (status, target, sending) => {
    const server = await operated({ control: true })
    expect((await server.ask(target, { ...plain, ...sending })).status).toBe(status)
  })

  it('are for any host, but for no web page, where other machines can reach them', async () => {
    const server = await operated({ opsHost: '0.0.0.0' })
    const at = (headers: object) => server.ask('GET /healthz', { ...plain, headers } as object)
    expect((await at({ host: 'hsm.monitoring:9464' })).status).toBe(200)
    expect((await at({ host: 'hsm', origin: 'https://page.example' })).status).toBe(403)
  })

  it('are logged at the level debug', async () => {
    const lines: string[] = []
    const log = { format: 'json', write: (line: string) => lines.push(line) } as const
    const quiet = await operated({ log })
    await quiet.ask('GET /healthz', plain)
    expect(lines.filter((line) => line.includes('/healthz'))).toEqual([])
    const server = await operated({ log: { ...log, level: 'debug' } })
    await server.ask('GET /healthz', plain)
    const [line = '{}'] = lines.filter((each) => each.includes('/healthz'))
    expect(JSON.parse(line)).toMatchObject({ level: 'debug', status: 200 })
  })

  it('whose port is in use keep the server from starting, and nothing listens', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port: opsPort } = other.address() as AddressInfo
    await expect(start({ http: true, opsPort })).rejects.toMatchObject({
      code: 'NotListening',
      message: expect.stringContaining(`port ${opsPort}`),
    })
    await new Promise((resolve) => other.close(resolve))
  })

  it('end with a server that does not start, and free their port', async () => {
    const other = await operated()
    const { port } = new URL(other.url)
    const free = await operated()
    const opsPort = Number(new URL(String(free.opsUrl)).port)
    await free.close()
    const failing = { http: true, port: Number(port), opsPort }
    await expect(start(failing)).rejects.toMatchObject({ code: 'NotListening' })
    const again = await start({ http: true, opsPort })
    expect((await get(String(again.opsUrl), '/healthz')).status).toBe(200)
  })
})

describe('readiness', () => {
  it('says that the server is starting', async () => {
    const ops = await startOps({ host: '127.0.0.1', port: 0, version: '0' }, undefined)
    expect(await get(ops.url, '/readyz')).toMatchObject({
      status: 503,
      json: { status: 'not ready', checks: { server: 'starting' } },
    })
    expect((await get(ops.url, '/healthz')).status).toBe(200)
    await ops.close()
  })

  it('says that the server is shutting down, while a request is still under way', async () => {
    const server = await operated({ control: true })
    const headers = { 'content-type': 'application/json' }
    await server.send('POST /control/faults', { json: { delayMs: 60_000 }, headers })
    const underWay = server.send('GET /keys').catch(() => 'cut')
    while ((await server.send('GET /control/faults')).json.remaining > 0);
    const closing = server.close()
    expect(await server.ask('GET /readyz', plain)).toMatchObject({
      status: 503,
      json: { status: 'not ready', checks: { server: 'shutting down' } },
    })
    expect((await server.ask('GET /healthz', plain)).status).toBe(200)
    await closing
    expect(await underWay).toBe('cut')
    await expect(server.ask('GET /healthz', plain)).rejects.toThrow()
  }, 20_000)

  it('says that the state can be written, and that it cannot', async () => {
    const server = await operated({ state: `${folder}/ready.state` })
    expect((await server.ask('GET /readyz', plain)).json.checks).toEqual({
      server: 'ok',
      state: 'ok',
    })
    const ops = await startOps({ host: '127.0.0.1', port: 0, version: '0' }, undefined)
    const failure = new Error('/secret/place: ENOSPC')
    ops.serve({
      hosts: { all: [{ name: 'a', hsm: createHsm }] },
      rsaQueue: () => ({ waiting: 0, running: 0 }),
      journalStats: () => ({ writes: 3, bytes: 5, failure }),
    })
    const { status, text, json } = await get(ops.url, '/readyz')
    expect(status).toBe(503)
    expect(json.checks).toEqual({
      server: 'ok',
      state: 'the state could not be written; restart the server',
    })
    expect(text).not.toContain('/secret/place')
    const { text: metrics } = await get(ops.url, '/metrics')
    expect(metrics).toContain('\npocket_hsm_state_failed 1\n')
    await ops.close()
  })
})

describe('metrics', () => {
  it('count requests by operation and status, and measure them', async () => {
    const server = await operated()
    await server.send('POST /keys/a/create', { json: { kty: 'EC-HSM' } })
    await server.send('GET /keys/a')
    await server.send('GET /keys/b')
    await server.send('GET /keys', { token: null })
    await server.send('POST /keys/b/create', { json: { kty: 'EC-HSM' } })
    await server.send('DELETE /keys/b')
    const { status, headers, text } = await server.ask('GET /metrics', plain)
    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    for (const line of [
      'pocket_hsm_requests_total{operation="createKey",status="200"} 2',
      'pocket_hsm_keys 2',
      'pocket_hsm_requests_total{operation="getKey",status="200"} 1',
      'pocket_hsm_requests_total{operation="getKey",status="404"} 1',
      'pocket_hsm_requests_total{operation="none",status="401"} 1',
      'pocket_hsm_request_duration_seconds_count{operation="getKey"} 2',
      'pocket_hsm_hsms 1',
      'pocket_hsm_rsa_keys_waiting 0',
      'pocket_hsm_rsa_keys_running 0',
      'pocket_hsm_state_failed 0',
    ]) {
      expect(text.split('\n')).toContain(line)
    }
    expect(text).toMatch(/^pocket_hsm_build_info\{version="\d+\.\d+\.\d+[^"]*"\} 1$/m)
    expect(text).toMatch(/^process_cpu_seconds_total \d/m)
    expect(text).toMatch(/^nodejs_eventloop_lag_seconds \d/m)
  })

  it('count the writes to the state', async () => {
    const server = await operated({ state: `${folder}/metrics.state` })
    const writes = async () => {
      const { text } = await server.ask('GET /metrics', plain)
      return ['writes', 'written_bytes'].map((name) =>
        Number(new RegExp(`^pocket_hsm_state_${name}_total (\\d+)$`, 'm').exec(text)?.[1]),
      )
    }
    expect(await writes()).toEqual([0, 0])
    await server.send('POST /keys/a/create', { json: { kty: 'EC-HSM' } })
    await server.send('GET /keys/a')
    const [count, bytes] = await writes()
    expect(count).toBe(1)
    expect(bytes).toBeGreaterThan(100)
    expect(await writes()).toEqual([count, bytes])
  })

  it('have as many series as there are operations and statuses, whatever clients send', async () => {
    const server = await operated()
    const series = async () =>
      (await server.ask('GET /metrics', plain)).text
        .split('\n')
        .filter((line) => line.startsWith('pocket_hsm_'))
    await server.send('GET /keys/first')
    await server.send('GET /nothing/first')
    const before = await series()
    for (let index = 0; index < 30; index += 1) {
      await server.send(`GET /keys/name-${index}`, { token: `token-${index}` })
      await server.send(`GET /nothing/name-${index}`)
    }
    const after = await series()
    expect(after).toHaveLength(before.length)
    expect(after.join()).not.toMatch(/name-|token-|first/)
  })

  it('of two servers in one process are apart, and both have those of the process', async () => {
    const [one, two] = [await operated(), await operated()]
    await one.send('GET /keys')
    const pages = await Promise.all([one, two].map((each) => each.ask('GET /metrics', plain)))
    expect(pages.map(({ text }) => text.includes('operation="listKeys"'))).toEqual([true, false])
    for (const { text } of pages) expect(text).toContain('process_cpu_seconds_total')
  })

  it('count a connection that was closed without a response', async () => {
    const metrics = createMetrics('0')
    const observe = observeRequests([metrics.countRequest])
    const message = { url: '/keys', headers: {}, socket: { destroyed: true } }
    const failed = observe(message as never, () => Promise.reject(new Error('cut')))
    await expect(failed).rejects.toThrow('cut')
    expect(await metrics.page()).toContain(
      'pocket_hsm_requests_total{operation="none",status="none"} 1',
    )
  })
})
