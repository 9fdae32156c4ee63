// What a server takes in memory, at rest and with many keys, and what a state on the disk costs: for each write, and at
// the next start.

import { mkdtemp, rm, stat } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { startMeasured } from '../subjects/measured-server.mjs'

/** A Managed HSM holds so many keys; more of them need more HSMs. */
const MOST_KEYS = 5000

export const state = {
  name: 'state',
  title: 'A server with a state on the disk, and many keys',
  noise:
    'What the disk takes to store a write durably differs by a factor of ten between machines. Memory is that of the whole process after a collection of garbage; "external" is part of the resident memory, as is the heap.',
  tail: true,
  async samples({ quick }, onSample) {
    const folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-state-'))
    try {
      return await measured(folder, quick ? 500 : 100_000, quick ? 0.2 : 3, onSample)
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function measured(folder, keys, seconds, onSample) {
  const names = Array.from({ length: Math.ceil(keys / MOST_KEYS) }, (_, index) => `hsm-${index}`)
  const memory = {}
  const writes = {}
  const starts = {}
  for (const [label, few] of [
    ['in memory', {}],
    ['with a state', { state: join(folder, 'few') }],
  ]) {
    onSample(`few keys, ${label}`)
    const server = await startMeasured({ names, ...few })
    memory[`at rest, ${label}`] = await server.memory()
    starts[`without keys, ${label}`] = [server.milliseconds]
    const ask = asker(server.url)
    await fill(ask, 32)
    for (const clients of [1, 32]) {
      writes[`${label}, ${clients} at a time`] = await times(ask, clients, seconds)
    }
    await server.end()
  }
  const many = { names, state: join(folder, 'many') }
  const label = `${keys.toLocaleString('en')} keys`
  onSample(`creating ${label}`)
  const full = await startMeasured(many)
  const ask = asker(full.url)
  await fill(ask, keys)
  memory[`with ${label}`] = await full.memory()
  writes[`with a state, among ${label}, 1 at a time`] = await times(ask, 1, seconds)
  await full.end()
  onSample(`starting with ${label}`)
  const { size } = await stat(many.state)
  const again = await startMeasured(many)
  memory[`with ${label}, after a new start`] = await again.memory()
  starts[`with ${label}`] = [again.milliseconds]
  await again.end()
  return [
    { name: 'a write: changing the tags of a key', samples: writes },
    { name: 'a start', samples: starts },
    ...['rss', 'heapUsed', 'external'].map((part) => memoryOf(part, memory)),
    { name: 'the state on the disk', unit: 'MB', samples: { [label]: [size / 1e6] } },
  ]
}

const PARTS = { rss: 'resident', heapUsed: 'heap', external: 'external' }

const memoryOf = (part, memory) => ({
  name: `${PARTS[part]} memory`,
  unit: 'MB',
  samples: Object.fromEntries(
    Object.entries(memory).map(([label, usage]) => [label, [usage[part] / 1e6]]),
  ),
})

function asker(url) {
  const agent = new Agent({ keepAlive: true })
  const headers = { authorization: 'Bearer any', 'content-type': 'application/json' }
  return (method, key, path, body) =>
    new Promise((resolve, reject) => {
      const target = `${url}/keys/key-${key}${path}?api-version=7.6`
      const host = `hsm-${Math.floor(key / MOST_KEYS)}.localhost`
      const sending = { method, headers: { ...headers, host }, agent }
      const outgoing = request(target, sending, (response) => {
        response.resume().on('end', () => {
          if (response.statusCode === 200) resolve()
          else reject(new Error(`${method} ${target} returned ${response.statusCode}.`))
        })
      })
      outgoing.on('error', reject).end(JSON.stringify(body))
    })
}

/** Creates keys through 64 clients at once. */
async function fill(ask, count) {
  let next = 0
  const client = async () => {
    while (next < count) {
      const key = next
      next += 1
      await ask('POST', key, '/create', { kty: 'oct-HSM', key_size: 256 })
    }
  }
  await Promise.all(Array.from({ length: 64 }, client))
}

/** Writes of so many clients, each one after the other: how long each takes. */
async function times(ask, clients, seconds) {
  const end = performance.now() + seconds * 1000
  const took = []
  const client = async (_, index) => {
    for (let count = 0; performance.now() < end; count += 1) {
      const begun = performance.now()
      await ask('PATCH', index, '', { tags: { count: String(count) } })
      took.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: clients }, client))
  return took
}
