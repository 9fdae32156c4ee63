// How many requests a second a server answers over HTTPS on the loopback, and how long one takes.
//
//   npm run bench:load -- [--seconds n] [--json]

import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { send, serve } from './served.mjs'

const { values: options } = parseArgs({
  options: { seconds: { type: 'string', default: '5' }, json: { type: 'boolean' } },
})
const seconds = Number(options.seconds)
if (!(seconds > 0)) throw new RangeError('--seconds takes a number above zero')

const CONNECTIONS = [1, 16, 64]

const value = Buffer.alloc(32, 7).toString('base64url')

const TASKS = [
  { name: 'get key', method: 'GET', path: '/keys/ec' },
  {
    name: 'ES256 sign',
    method: 'POST',
    path: '/keys/ec/sign',
    body: { alg: 'ES256', value },
  },
  {
    name: 'RS256 sign, RSA-2048',
    method: 'POST',
    path: '/keys/rsa/sign',
    body: { alg: 'RS256', value },
  },
]

/** Keeps so many connections busy, each with one request after the other. */
async function load(server, { name, method, path, body }, connections, duration) {
  const found = await autocannon({
    url: `${server.url}${path}?api-version=7.6`,
    method,
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    connections,
    duration,
  })
  if (found.errors > 0 || found.non2xx > 0 || found['2xx'] === 0) {
    throw new Error(`${name}: ${found.errors} errors, ${found.non2xx} refusals`)
  }
  const { p50, p99, max } = found.latency
  return { name, connections, perSecond: found.requests.average, p50, p99, max }
}

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-load-'))
const server = await serve('--certificates', folder)
const found = []
try {
  await send(server, 'POST', '/keys/ec/create', { kty: 'EC-HSM' })
  await send(server, 'POST', '/keys/rsa/create', { kty: 'RSA-HSM', key_size: 2048 })
  for (const task of TASKS) {
    await load(server, task, 16, 1)
    for (const connections of CONNECTIONS) {
      found.push(await load(server, task, connections, seconds))
    }
  }
} finally {
  await server.stop()
  rmSync(folder, { recursive: true })
}

const show = (text) => process.stdout.write(`${text}\n`)

if (options.json) {
  show(JSON.stringify(found))
} else {
  show(`Node ${process.version}, ${cpus().length} processors, which client and server share`)
  for (const { name, connections, perSecond, p50, p99, max } of found) {
    const rate = perSecond.toFixed(0).padStart(6)
    show(
      `${name.padEnd(20)} ${String(connections).padStart(2)} connections: ${rate} a second, ` +
        `p50 ${p50} ms, p99 ${p99} ms, at most ${max} ms`,
    )
  }
}
