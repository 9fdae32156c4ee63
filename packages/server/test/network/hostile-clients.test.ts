/** Clients that send what they should not, more than they should, or nothing: others get their responses all the same. */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { sendResponse } from '../../src/network/send-response.ts'
import { testServers } from '../test-server.ts'
import { openRaw, rawRequest } from './raw-client.ts'

const { start } = testServers()

const LIST = rawRequest('GET /keys?api-version=7.6')

const withoutToken = (headers: readonly string[], body: string) =>
  rawRequest('POST /keys/a/sign?api-version=7.6', headers, body).replace(
    'Authorization: Bearer any\r\n',
    '',
  )

describe('a body that the server does not read', () => {
  const body = ' '.repeat(1_000_000)
  const length = `Content-Length: ${body.length}`
  const chunked = `f4240\r\n${body}\r\n0\r\n\r\n`

  it.each<[string, number, string]>([
    ['without a token', 401, withoutToken([length], body)],
    ['without a token, in chunks', 401, withoutToken(['Transfer-Encoding: chunked'], chunked)],
    ['for nothing', 404, rawRequest('POST /nothing', [length], body)],
    ['with a wrong method', 405, rawRequest('PUT /keys', [length], body)],
    ['for another host', 421, rawRequest('POST /', [length], body).replace('localhost', 'a.test')],
    ['small', 401, withoutToken(['Content-Length: 4'], '    ')],
  ])('does not keep the next request waiting: %s', async (_, status, request) => {
    const server = await start({ http: true })
    const client = await openRaw(server.url)
    client.socket.write(request)
    expect(await client.responses(1)).toEqual([status])
    client.socket.write(LIST)
    expect(await client.responses(2)).toEqual([status, 200])
    client.socket.destroy()
  })

  it('that is longer than the server would drop closes the connection, and says so', async () => {
    const server = await start({ http: true })
    const client = await openRaw(server.url)
    client.socket.write(withoutToken(['Content-Length: 1000000000'], ' '.repeat(1000)))
    await client.closed
    expect(client.text()).toMatch(/^HTTP\/1\.1 401 [\s\S]*connection: close/i)
  })

  it('without an end closes the connection', async () => {
    const server = await start({ http: true })
    const client = await openRaw(server.url)
    client.socket.write(withoutToken(['Content-Length: 1000'], ' '))
    await client.closed
    expect(await client.responses(1)).toEqual([401])
  })
})

describe('requests that are sent at once', () => {
  it('get their responses in order', async () => {
    const server = await start({ http: true })
    const client = await openRaw(server.url)
    const targets = Array.from({ length: 50 }, (_, index) =>
      rawRequest(index % 2 === 0 ? 'GET /keys?api-version=7.6' : 'GET /nothing'),
    )
    client.socket.write(targets.join(''))
    expect(await client.responses(50)).toEqual(targets.map((_, i) => (i % 2 === 0 ? 200 : 404)))
    client.socket.destroy()
  })

  it('by the thousand close their connection, and others get their responses', async () => {
    const server = await start({ http: true })
    const client = await openRaw(server.url)
    client.socket.write(LIST.repeat(10_000))
    expect((await server.send('GET /keys')).status).toBe(200)
    await client.closed
    expect((await client.responses(0)).length).toBeLessThan(1000)
  })
})

describe('a client that does not read its response', () => {
  it('is disconnected', async () => {
    const closed: boolean[] = []
    const server = createServer(async (message, response) => {
      await sendResponse(message, response, new Response(Buffer.alloc(64_000_000)), 200)
      closed.push(message.socket.destroyed)
      server.emit('sent')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const client = await openRaw(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    client.socket.pause()
    const sent = new Promise((resolve) => server.once('sent', resolve))
    client.socket.write(LIST)
    await sent
    expect(closed).toEqual([true])
    client.socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('silent sockets', () => {
  it.each([true, false])(
    'make room for new ones, the oldest first; plain HTTP: %s',
    async (http) => {
      const server = await start({ http, limits: { maxConnections: 40 } })
      const clients = []
      for (let i = 0; i < 100; i += 1) clients.push(await openRaw(server.url))
      expect((await server.send('GET /keys')).status).toBe(200)
      await clients[0]?.closed
      expect(clients.at(-1)?.socket.destroyed).toBe(false)
      for (const { socket } of clients) socket.destroy()
    },
  )

  it('do not take the place of requests that wait for the server', async () => {
    const server = await start({ http: true, control: true, limits: { maxConnections: 8 } })
    const headers = { 'content-type': 'application/json' }
    const json = { connection: 'lost-after', delayMs: 600_000 }
    await server.send('POST /control/faults', { json, headers })
    const waiting = await openRaw(server.url)
    waiting.socket.write(LIST)
    const clients = []
    for (let i = 0; i < 20; i += 1) clients.push(await openRaw(server.url))
    await clients[0]?.closed
    expect((await server.send('GET /keys')).status).toBe(200)
    expect(waiting.socket.destroyed).toBe(false)
    for (const { socket } of [waiting, ...clients]) socket.destroy()
  })
})

describe('a message is refused', () => {
  it.each<[string, number, string]>([
    ['with two Host headers', 400, rawRequest('GET /keys', ['Host: localhost'])],
    ['with two different Host headers', 400, rawRequest('GET /keys', ['host: evil.example'])],
    ['without a Host header', 400, LIST.replace('Host: localhost\r\n', '')],
    ['with an empty Host header', 400, LIST.replace('Host: localhost', 'Host:')],
    ['with the method TRACE', 405, rawRequest('TRACE /keys')],
    ['with a whole URL as its target', 400, rawRequest('GET http://evil.example/keys')],
    ['with an asterisk as its target', 400, rawRequest('OPTIONS *')],
    [
      'with a length and chunks',
      400,
      rawRequest('GET /', ['Content-Length: 1', 'Transfer-Encoding: chunked']),
    ],
    ['with two lengths', 400, rawRequest('GET /', ['Content-Length: 1', 'Content-Length: 2'])],
    ['with bare line feeds', 400, LIST.replaceAll('\r\n', '\n')],
    [
      'with a compressed body',
      415,
      rawRequest(
        'POST /keys/a/sign?api-version=7.6',
        ['Content-Encoding: gzip', 'Content-Length: 1'],
        'x',
      ),
    ],
  ])('%s: %d', async (_, status, request) => {
    const server = await start({ http: true })
    const client = await openRaw(server.url)
    client.socket.write(request)
    expect((await client.responses(1))[0]).toBe(status)
    client.socket.destroy()
    expect((await server.send('GET /keys')).status).toBe(200)
  })
})
