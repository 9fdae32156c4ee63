// What a server takes in memory, at rest and with many keys, and what a state on the disk costs: for each write, and at
// the next start.
//
//   node benchmarks/src/server-state.mjs [--keys n] [--seconds n] [--json]

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { availableParallelism, cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'

const { values: options } = parseArgs({
  options: {
    keys: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '3' },
    json: { type: 'boolean' },
  },
})
const [keys, seconds] = [Number(options.keys), Number(options.seconds)]
if (!(keys > 0 && seconds > 0)) throw new RangeError('--keys and --seconds take numbers above 0')

/** A Managed HSM holds so many keys; more of them need more HSMs. */
const MOST_KEYS = 5000

const NAMES = Array.from({ length: Math.ceil(keys / MOST_KEYS) }, (_, index) => `hsm-${index}`)

/** The server has a process of its own, which tells its memory when it is asked. */
const SERVER = `
const { startServer } = await import('@pocket-hsm/server')
const state = process.env.STATE || undefined
const names = JSON.parse(process.env.NAMES)
const server = await startServer({ http: true, port: 0, names, ...(state && { state }) })
process.on('message', async (message) => {
  if (message === 'end') { await server.close(); process.exit() }
  for (let i = 0; i < 3; i += 1) { gc(); await new Promise((resolve) => setTimeout(resolve, 50)) }
  process.send(process.memoryUsage())
})
process.send(server.url)`

async function startServer(state) {
  const begun = performance.now()
  const child = fork('-', [], {
    execArgv: ['--expose-gc', '--input-type=module', '-e', SERVER],
    cwd: new URL('.', import.meta.url),
    env: { ...process.env, STATE: state ?? '', NAMES: JSON.stringify(NAMES) },
  })
  const [url] = await once(child, 'message')
  const milliseconds = performance.now() - begun
  const memory = async () => {
    child.send('memory')
    const [{ rss, heapUsed, external }] = await once(child, 'message')
    return { resident: rss / 1e6, heap: heapUsed / 1e6, external: external / 1e6 }
  }
  const end = async () => {
    child.send('end')
    await once(child, 'exit')
  }
  return { ask: asker(url), milliseconds, memory, end }
}

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
          else reject(new Error(`${method} ${target} answered ${response.statusCode}`))
        })
      })
      outgoing.on('error', reject).end(JSON.stringify(body))
    })
}

/** Makes keys through so many clients at once. */
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

/** Writes of so many clients, each one after the other: how many a second, and how long one takes. */
async function rate(ask, clients) {
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
  const sorted = took.toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.floor(sorted.length * share)]
  return { clients, perSecond: took.length / seconds, median: at(0.5), p99: at(0.99) }
}

const folder = await mkdtemp(join(tmpdir(), 'pocket-hsm-state-'))
const state = join(folder, 'state')
try {
  const writes = []
  const empty = {}
  for (const [name, path] of [
    ['in memory', undefined],
    ['with a state', join(folder, 'few')],
  ]) {
    const server = await startServer(path)
    empty[name] = { ...(await server.memory()), start: server.milliseconds }
    await fill(server.ask, 32)
    for (const clients of [1, 32]) writes.push({ name, ...(await rate(server.ask, clients)) })
    await server.end()
  }
  const full = await startServer(state)
  const begun = performance.now()
  await fill(full.ask, keys)
  const filling = (performance.now() - begun) / 1000
  const filled = await full.memory()
  const among = await rate(full.ask, 1)
  await full.end()
  const { size } = await stat(state)
  const again = await startServer(state)
  const started = { ...(await again.memory()), start: again.milliseconds }
  await again.end()
  report({ empty, writes, keys, filling, filled, among, size, started })
} finally {
  await rm(folder, { recursive: true })
}

function report(found) {
  if (options.json) return console.log(JSON.stringify(found, null, 2))
  const megabytes = ({ resident, heap, external }) =>
    `${resident.toFixed(0).padStart(5)} MB resident, ${heap.toFixed(0)} MB heap, ${external.toFixed(0)} MB external`
  const write = ({ clients, perSecond, median, p99 }) =>
    `${String(clients).padStart(3)} clients: ${perSecond.toFixed(0).padStart(6)} writes a second, median ${median.toFixed(2)} ms, 99 % within ${p99.toFixed(1)} ms`
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, Node ${process.versions.node}\n`,
  )
  for (const [name, each] of Object.entries(found.empty)) {
    console.log(
      `at rest, ${name.padEnd(14)} ${megabytes(each)}; starts in ${each.start.toFixed(0)} ms`,
    )
  }
  const label = `with ${found.keys.toLocaleString('en')} keys`
  console.log(
    `${label.padEnd(23)} ${megabytes(found.filled)}; made in ${found.filling.toFixed(0)} s`,
  )
  console.log(
    `after a new start       ${megabytes(found.started)}; starts in ${found.started.start.toFixed(0)} ms from ${(found.size / 1e6).toFixed(0)} MB\n`,
  )
  for (const each of found.writes) console.log(`${each.name.padEnd(14)} ${write(each)}`)
  console.log(`among all keys ${write(found.among)}`)
}
