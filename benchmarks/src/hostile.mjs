// What hostile requests cost a server: how much memory each leaves behind, and how long other clients wait meanwhile.
//
//   node benchmarks/src/hostile.mjs [name of a case ...]

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

/** A server in a process of its own, which collects garbage and measures its heap when it is asked to. */
const CHILD = `
import { startServer } from '@pocket-hsm/server'
const server = await startServer({ port: 0, http: true, ...JSON.parse(process.argv[1]) })
process.on('message', () => {
  gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  process.send(heapUsed + arrayBuffers)
})
process.send(server.url)`

/** No case waits for longer. */
const MOST_MS = 60_000

async function serve(options = {}) {
  const child = spawn(
    process.execPath,
    ['--expose-gc', '--input-type=module', '-e', CHILD, JSON.stringify(options)],
    { cwd: import.meta.dirname, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  )
  const [url] = await once(child, 'message')
  const heap = async () => {
    child.send('heap')
    const [bytes] = await once(child, 'message')
    return bytes
  }
  const stop = async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { url, heap, stop }
}

/** One request; resolves with its status, or the code of the error. */
function send(url, method, path, { body, headers, agent, timeout = MOST_MS } = {}) {
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

/** The milliseconds until another client has its response, and what that is. */
async function timed(run) {
  const begun = performance.now()
  const outcome = await run()
  return `${(performance.now() - begun).toFixed(0)} ms (${outcome})`
}

const create = (kty, size) => JSON.stringify({ kty, ...(size && { key_size: size }) })

const token = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

/** Sends requests that are refused, and says what each leaves behind. */
function growth(options, count, requestOf) {
  return async () => {
    const server = await serve(options)
    try {
      const sendOne = async (index) => {
        const { method = 'POST', path, ...rest } = requestOf(index)
        await send(server.url, method, path, rest)
      }
      // The first few pay for what is made once.
      for (let index = 0; index < 5; index += 1) await sendOne(index)
      const before = await server.heap()
      for (let index = 5; index < count + 5; index += 1) await sendOne(index)
      const grown = (await server.heap()) - before
      return `${(grown / count).toFixed(0)} bytes a request (${count} requests)`
    } finally {
      await server.stop()
    }
  }
}

/** Attacks a server, and says how long another client waits for a response. */
function waiting(attack, ask) {
  return async () => {
    const server = await serve()
    try {
      const end = await attack(server.url)
      const found = await timed(() => ask(server.url))
      end?.()
      return found
    } finally {
      await server.stop()
    }
  }
}

const list = (url) => send(url, 'GET', '/keys')

const pad = (index, length) => String(index).padEnd(length, 'x')

const CASES = {
  'memory: alg of 3 MB': growth({}, 30, (index) => ({
    path: '/keys/nokey/sign',
    body: JSON.stringify({ alg: pad(index, 3_000_000), value: 'AAAA' }),
  })),
  'memory: version of 8 KB': growth({}, 1000, (index) => ({
    method: 'GET',
    path: `/keys/nokey/${pad(index, 8000)}`,
  })),
  'memory: caller of 8 KB': growth({}, 1000, (index) => ({
    method: 'GET',
    path: '/keys/nokey',
    headers: { authorization: `Bearer ${token({ oid: pad(index, 8000) })}` },
  })),
  'memory: path of 8 KB, seeded': growth({ seed: 'bench' }, 1000, (index) => ({
    method: 'GET',
    path: `/${pad(index, 8000)}`,
    headers: { authorization: '' },
  })),
  'wait: after a body of 1 MB without a token, on the same agent': waiting(
    async () => {},
    async (url) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const body = Buffer.alloc(1_000_000, 32)
      const headers = { authorization: '' }
      const first = await send(url, 'POST', '/keys/a/sign', { body, headers, agent })
      const second = await send(url, 'GET', '/keys', { agent })
      agent.destroy()
      return `${first}, then ${second}`
    },
  ),
  'wait: behind 300 abandoned RSA-4096 creations': waiting(
    async (url) => {
      const body = create('RSA-HSM', 4096)
      const sockets = await Promise.all(
        Array.from({ length: 300 }, async (_, index) => {
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
    (url) => send(url, 'POST', '/keys/other/create', { body: create('RSA-HSM', 2048) }),
  ),
  'wait: behind 10,000 pipelined requests': waiting(async (url) => {
    const socket = await open(url)
    socket.write(
      'GET /keys?api-version=7.6 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\n\r\n'.repeat(
        10_000,
      ),
    )
    await setTimeout(50)
    return () => socket.destroy()
  }, list),
  'wait: behind 80,000 pipelined requests whose responses are not read': waiting(async (url) => {
    const socket = await open(url, { isRead: false })
    socket.pause()
    socket.write(
      'GET /keys?api-version=7.6 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer any\r\n\r\n'.repeat(
        80_000,
      ),
    )
    await setTimeout(50)
    return () => socket.destroy()
  }, list),
  'wait: behind 1,000 silent sockets': waiting(
    async (url) => {
      const sockets = await Promise.all(Array.from({ length: 1000 }, () => open(url)))
      return () => {
        for (const socket of sockets) socket.destroy()
      }
    },
    async (url) => {
      // A client that is turned away tries again.
      for (;;) {
        const outcome = await send(url, 'GET', '/keys', { timeout: 5000 })
        if (typeof outcome === 'number') return outcome
        await setTimeout(100)
      }
    },
  ),
}

const asked = process.argv.slice(2)
const names = Object.keys(CASES).filter(
  (name) => asked.length === 0 || asked.some((word) => name.includes(word)),
)
if (names.length === 0) {
  throw new RangeError(`No such case; there are:\n${Object.keys(CASES).join('\n')}`)
}
for (const name of names) {
  const outcome = await Promise.race([
    CASES[name](),
    setTimeout(3 * MOST_MS, 'nothing within three minutes', { ref: false }),
  ])
  process.stdout.write(`${name}: ${outcome}\n`)
}
