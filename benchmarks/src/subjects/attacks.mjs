// Requests that are meant to harm a server, and what another client asks it meanwhile.

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** No request waits longer. */
const MOST_MS = 60_000

/** One request; resolves with its status, or the code of the error. */
export function send(url, method, path, { body, headers, agent, timeout = MOST_MS } = {}) {
  const query = path.includes('?') ? '' : '?api-version=7.6'
  return new Promise((resolve) => {
    const outgoing = request(`${url}${path}${query}`, {
      method,
      headers: { authorization: 'Bearer any', ...headers },
      agent: agent ?? new Agent(),
      signal: AbortSignal.timeout(timeout),
    })
    outgoing
      .on('response', (response) => response.resume().on('end', () => resolve(response.statusCode)))
      .on('error', ({ name, code }) => resolve(name === 'AbortError' ? 'no response' : code))
      .end(body)
  })
}

/** Opens a socket; what it receives is dropped unless it is not to be read. */
async function open(url, { isRead = true } = {}) {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => {})
  if (isRead) socket.resume()
  await once(socket, 'connect')
  return socket
}

const create = (kty, size) => JSON.stringify({ kty, ...(size && { key_size: size }) })

const token = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

const pad = (index, length) => String(index).padEnd(length, 'x')

/** Requests that fail: `count` of them, from which the memory that each leaves behind is computed. */
export const GROWTHS = {
  'alg of 3 MB': {
    count: 30,
    requestOf: (index) => ({
      path: '/keys/nokey/sign',
      body: JSON.stringify({ alg: pad(index, 3_000_000), value: 'AAAA' }),
    }),
  },
  'version of 8 KB': {
    count: 1000,
    requestOf: (index) => ({ method: 'GET', path: `/keys/nokey/${pad(index, 8000)}` }),
  },
  'caller of 8 KB': {
    count: 1000,
    requestOf: (index) => ({
      method: 'GET',
      path: '/keys/nokey',
      headers: { authorization: `Bearer ${token({ oid: pad(index, 8000) })}` },
    }),
  },
  'path of 8 KB, seeded': {
    options: { seed: 'bench' },
    count: 1000,
    requestOf: (index) => ({
      method: 'GET',
      path: `/${pad(index, 8000)}`,
      headers: { authorization: '' },
    }),
  },
}

const list = (url) => send(url, 'GET', '/keys')

const LIST_REQUEST =
  'GET /keys?api-version=7.6 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\n\r\n'

/** Attacks: `attack` may return what ends it, and `ask` resolves with the status that another client gets. */
export const ATTACKS = {
  'after a body of 1 MB without a token, on the same agent': {
    attack: async () => {},
    async ask(url) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const body = Buffer.alloc(1_000_000, 32)
      const headers = { authorization: '' }
      const first = await send(url, 'POST', '/keys/a/sign', { body, headers, agent })
      const second = await send(url, 'GET', '/keys', { agent })
      agent.destroy()
      return first === 401 ? second : first
    },
  },
  'behind 300 abandoned RSA-4096 creations': {
    async attack(url, quick) {
      const body = create('RSA-HSM', 4096)
      const sockets = await Promise.all(
        Array.from({ length: quick ? 3 : 300 }, async (_, index) => {
          const socket = await open(url)
          socket.write(
            `POST /keys/k${index}/create?api-version=7.6 HTTP/1.1\r\nHost: localhost\r\n` +
              `Authorization: Bearer any\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
          )
          return socket
        }),
      )
      await setTimeout(500)
      for (const socket of sockets) socket.destroy()
    },
    ask: (url) => send(url, 'POST', '/keys/other/create', { body: create('RSA-HSM', 2048) }),
  },
  'behind 10,000 pipelined requests': {
    async attack(url, quick) {
      const socket = await open(url)
      socket.write(LIST_REQUEST.repeat(quick ? 10 : 10_000))
      await setTimeout(50)
      return () => socket.destroy()
    },
    ask: list,
  },
  'behind 80,000 pipelined requests whose responses are not read': {
    async attack(url, quick) {
      const socket = await open(url, { isRead: false })
      socket.pause()
      socket.write(LIST_REQUEST.repeat(quick ? 80 : 80_000))
      await setTimeout(50)
      return () => socket.destroy()
    },
    ask: list,
  },
  'behind 1,000 silent sockets': {
    async attack(url, quick) {
      const sockets = await Promise.all(Array.from({ length: quick ? 10 : 1000 }, () => open(url)))
      return () => {
        for (const socket of sockets) socket.destroy()
      }
    },
    /** A client that is turned away tries again. */
    async ask(url) {
      for (;;) {
        const outcome = await send(url, 'GET', '/keys', { timeout: 5000 })
        if (typeof outcome === 'number') return outcome
        await setTimeout(100)
      }
    },
  },
}
