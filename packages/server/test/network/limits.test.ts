/** Limits of bytes, sockets and time. */

import { connect, type Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { testServers } from '../test-server.ts'

const { start } = testServers()

const open = (url: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname, () => resolve(socket)).on('error', reject)
  })

/** All that comes until the other side ends. */
const heard = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('close', () => resolve(text))
  })

describe('a body', () => {
  it('of as many bytes as are allowed is accepted', async () => {
    const server = await start({ http: true, limits: { maxBodyLength: 14 } })
    const answer = await server.send('POST /keys/a/create', { json: { kty: 'EC' } })
    expect(answer.status).not.toBe(413)
  })

  it('of one byte more is refused, and the connection is closed', async () => {
    const server = await start({ http: true, limits: { maxBodyLength: 11 } })
    const answer = await server.send('POST /keys/a/create', { json: { kty: 'EC' } })
    expect(answer.status).toBe(413)
    expect(answer.headers.connection).toBe('close')
  })

  it('without a length is refused when it is too long', async () => {
    const server = await start({ http: true, limits: { maxBodyLength: 100 } })
    const socket = await open(server.url)
    const answer = heard(socket)
    socket.write(
      'POST /keys/a/create?api-version=7.6 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\n',
    )
    socket.write(`Transfer-Encoding: chunked\r\n\r\n80\r\n${' '.repeat(128)}\r\n`)
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /)
  })
})

describe('headers', () => {
  it('that are too long are refused', async () => {
    const server = await start({ http: true, limits: { maxHeaderLength: 2048 } })
    const answer = await server.send('GET /keys', { headers: { 'x-long': 'x'.repeat(4096) } })
    expect(answer.status).toBe(431)
  })
})

describe('connections', () => {
  it('beyond the limit are closed', async () => {
    const server = await start({ http: true, limits: { maxConnections: 2 } })
    const [first, second] = [await open(server.url), await open(server.url)]
    const third = await open(server.url)
    expect(await heard(third)).toBe('')
    for (const socket of [first, second]) socket.destroy()
  })

  it('stay open for more than a minute between requests', async () => {
    const server = await start({ http: true })
    const answer = await server.send('GET /keys', { headers: { connection: 'keep-alive' } })
    const [, seconds] = /timeout=(\d+)/.exec(String(answer.headers['keep-alive'])) ?? []
    expect(Number(seconds)).toBeGreaterThanOrEqual(60)
  })
})

describe('time', () => {
  it('for a request to arrive is bounded', async () => {
    const server = await start({ http: true, limits: { requestSeconds: 1 } })
    const socket = await open(server.url)
    socket.write('GET /keys HTTP/1.1\r\nHost: a\r\n')
    expect(await heard(socket)).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('for an answer is bounded', async () => {
    const server = await start({ http: true, control: true, limits: { answerSeconds: 1 } })
    const headers = { 'content-type': 'application/json' }
    await server.send('POST /control/faults', { json: { delayMs: 60_000 }, headers })
    const answer = await server.send('GET /keys')
    expect(answer.status).toBe(503)
    expect(answer.headers['retry-after']).toBe('1')
  })
})

describe('a closed server', () => {
  it('finishes the requests under way', async () => {
    const server = await start({ http: true, control: true })
    const headers = { 'content-type': 'application/json' }
    await server.send('POST /control/faults', { json: { delayMs: 300 }, headers })
    const answer = server.send('GET /keys')
    // The fault is taken when the request is under way.
    await vi.waitUntil(
      async () => (await server.send('GET /control/faults')).json.remaining === 0,
      { timeout: 100_000 },
    )
    await server.close()
    expect((await answer).status).toBe(200)
  })

  it('accepts no more requests', async () => {
    const server = await start({ http: true })
    await server.close()
    await expect(server.send('GET /keys')).rejects.toThrow('ECONNREFUSED')
  })
})
