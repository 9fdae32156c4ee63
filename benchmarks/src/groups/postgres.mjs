// Servers that share a PostgreSQL: requests a second, round trips to the database, memory.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import autocannon from 'autocannon'
import { makeCluster, removeCluster, variablesOf } from '../../../tools/postgres/cluster.mjs'
import { ensurePrograms } from '../../../tools/postgres/programs.mjs'
import { startCountingProxy } from '../subjects/counting-proxy.mjs'
import { createDatabase, fillDatabase, USED_KEYS } from '../subjects/filled-database.mjs'
import { startMeasured } from '../subjects/measured-server.mjs'
import { send } from '../subjects/served.mjs'

const CONNECTIONS = 16

const EFFORTS = {
  full: {
    sizes: [1000, 100_000, 1_000_000],
    servers: [1, 2, 4],
    seconds: 4,
    real: 20_000,
    trips: 40,
  },
  quick: { sizes: [200, 400], servers: [1, 2], seconds: 1, real: 100, trips: 8 },
}

const value = Buffer.alloc(32, 7).toString('base64url')

let last = 0
const anyKey = () => `ec-${Math.floor(Math.random() * USED_KEYS)}`
const newName = () => {
  last += 1
  return `new-${process.pid}-${last}`
}

const OPERATIONS = {
  'get a key': () => ['GET', `/keys/${anyKey()}`],
  'ES256 sign': () => ['POST', `/keys/${anyKey()}/sign`, { alg: 'ES256', value }],
  'create a key': () => ['POST', `/keys/${newName()}/create`, { kty: 'EC-HSM' }],
  'change the tags of a key': () => ['PATCH', `/keys/${anyKey()}`, { tags: { at: String(last) } }],
}

/** Those whose round trips are counted as well. */
const OTHERS = {
  'rotate a key': () => ['POST', `/keys/${anyKey()}/rotate`],
  'list 25 keys': () => ['GET', '/keys'],
}

export const postgres = {
  name: 'postgres',
  title: 'Servers that share their HSMs in PostgreSQL',
  noise:
    'Servers, PostgreSQL and the client share the processors: more servers than processors are no faster here, and a client and a database on machines of their own get more. PostgreSQL is durable (fsync on), as is the state on the disk. 16 connections in all, each request to one of 64 keys. Beyond those and 20,000 others, the keys of the larger databases are copies of a row that nobody reads.',
  tail: true,
  onDemand: true,
  async samples({ quick }, onSample) {
    const { folder: programs, missing } = ensurePrograms()
    if (missing) throw new Error(missing)
    const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-shared-'))
    const cluster = await makeCluster(programs, { isDurable: true })
    try {
      return await measured({ cluster, folder, onSample, ...EFFORTS[quick ? 'quick' : 'full'] })
    } finally {
      removeCluster(cluster)
      rmSync(folder, { recursive: true })
    }
  },
}

async function measured({ cluster, folder, onSample, sizes, servers, seconds, real, trips }) {
  const contenders = {}
  const started = []
  const startAt = async (options) => {
    const server = await startMeasured(options)
    started.push(server)
    return server.url
  }
  // A vault has no most keys; the databases' HSMs were made without.
  const unlimited = { profile: 'vault-premium' }
  contenders['in memory'] = [await startAt(unlimited)]
  contenders['with a state on the disk'] = [
    await startAt({ ...unlimited, state: join(folder, 'state') }),
  ]
  for (const [url] of Object.values(contenders)) await createUsedKeys(url)
  let largest
  for (const size of sizes) {
    onSample(`filling a database with ${size} keys`)
    const isLargest = size === sizes.at(-1)
    largest = await databaseOf(cluster, folder, size, isLargest ? real : 0)
    const urls = []
    while (urls.length < Math.max(...servers)) urls.push(await startAt(largest))
    for (const count of servers) {
      const plural = count === 1 ? '1 server' : `${count} servers`
      contenders[`${plural}, ${size.toLocaleString('en')} keys`] = urls.slice(0, count)
    }
  }
  const results = []
  for (const [name, operation] of Object.entries(OPERATIONS)) {
    results.push({ name, ...(await takeTurns(contenders, operation, seconds, onSample, name)) })
  }
  for (const server of started) await server.end()
  onSample('counting round trips')
  const counts = await countTrips(cluster, largest, trips)
  onSample('measuring memory')
  const memory = await measureMemory(largest, real)
  return [
    ...results.map(({ name, times }) => ({ name: `${name}: a request`, samples: times })),
    ...results.map(({ name, rates }) => ({
      name: `${name}: throughput`,
      unit: 'requests/s',
      samples: rates,
    })),
    {
      name: 'each operation alone: round trips to the database',
      unit: 'round trips',
      samples: counts,
    },
    {
      name: `a server with ${sizes.at(-1).toLocaleString('en')} keys in the database`,
      unit: 'MB resident',
      samples: memory,
    },
  ]
}

/** Makes and fills a database; the options of its servers. */
async function databaseOf(cluster, folder, size, real) {
  const admin = variablesOf(cluster).TEST_POSTGRES_URL
  const url = await createDatabase(admin, `keys_${size}`)
  const stateKey = join(folder, `state-${size}.key`)
  const filled = await fillDatabase(url, stateKey)
  try {
    await filled.addReal(real)
    await filled.growTo(size)
  } finally {
    await filled.close()
  }
  return { postgres: url, stateKey }
}

/** Each contender is busy for a second, then the next, so that a slow moment of the machine is slow for all. */
async function takeTurns(contenders, operation, seconds, onSample, name) {
  const [times, rates] = [{}, {}]
  // The round before the first is for the compiler.
  for (let round = -1; round < seconds; round += 1) {
    for (const [label, urls] of Object.entries(contenders)) {
      onSample(`${name}, ${label}`, round)
      const { milliseconds, perSecond } = await keepBusy(urls, operation, 1)
      if (round < 0) continue
      times[label] = [...(times[label] ?? []), ...milliseconds]
      rates[label] = [...(rates[label] ?? []), ...perSecond]
    }
  }
  return { times, rates }
}

async function createUsedKeys(url) {
  for (let index = 0; index < USED_KEYS; index += 1) {
    await expectOk({ url }, 'POST', `/keys/ec-${index}/create`, { kty: 'EC-HSM' })
  }
}

async function expectOk(served, method, path, body) {
  const status = await send(served, method, path, body)
  if (status !== 200) throw new Error(`${method} ${path} returned ${status}.`)
}

/** Keeps all connections busy, shared between the servers, each with one request after the other. */
async function keepBusy(urls, operation, duration) {
  const milliseconds = []
  const perSecond = new Array(duration).fill(0)
  const begun = performance.now()
  const runs = urls.map((url) => {
    const run = autocannon({
      url,
      connections: CONNECTIONS / urls.length,
      duration,
      headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
      requests: [{ setupRequest: (request) => ({ ...request, ...requestOf(operation) }) }],
    })
    run.on('response', (_client, _status, _bytes, time) => {
      milliseconds.push(time)
      const second = Math.floor((performance.now() - begun) / 1000)
      if (second < duration) perSecond[second] += 1
    })
    return once(run, 'done')
  })
  for (const [found] of await Promise.all(runs)) {
    if (found.errors > 0 || found.non2xx > 0 || found['2xx'] === 0) {
      throw new Error(`${found.errors} errors, ${found.non2xx} other statuses.`)
    }
  }
  return { milliseconds, perSecond }
}

function requestOf(operation) {
  const [method, path, body] = operation()
  return {
    method,
    path: `${path}?api-version=7.6`,
    body: body === undefined ? undefined : JSON.stringify(body),
  }
}

/** How often the database is asked for one request, when there are no others. */
async function countTrips(cluster, options, trips) {
  const proxy = await startCountingProxy(cluster.port)
  const url = new URL(options.postgres)
  url.port = String(proxy.port)
  const server = await startMeasured({ ...options, postgres: String(url) })
  const counts = {}
  try {
    for (const [name, operation] of Object.entries({ ...OPERATIONS, ...OTHERS })) {
      counts[name] = []
      for (let round = -USED_KEYS; round < trips; round += 1) {
        const before = proxy.count()
        await expectOk(server, ...operation())
        // Before the first, each connection learns the statements, and the server the keys.
        if (round >= 0) counts[name].push(proxy.count() - before)
      }
    }
  } finally {
    await server.end()
    await proxy.close()
  }
  return counts
}

/** What a server takes before it has read keys, and after it has read as many as it keeps. */
async function measureMemory(options, real) {
  const server = await startMeasured(options)
  const residentNow = async () => [(await server.memory()).rss / 1e6]
  const atRest = await residentNow()
  let next = 0
  const client = async () => {
    while (next < real) {
      const index = next
      next += 1
      await expectOk(server, 'GET', `/keys/oct-${index}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, client))
  const afterReading = await residentNow()
  await keepBusy([server.url], OPERATIONS['ES256 sign'], 2)
  const afterLoad = await residentNow()
  await server.end()
  return {
    'at rest': atRest,
    'after reading many keys': afterReading,
    'after reading many keys and a load': afterLoad,
  }
}
