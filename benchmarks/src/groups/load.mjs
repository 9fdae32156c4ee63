// How many requests a second a server answers over HTTPS on the loopback, and how long one takes.

import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import autocannon from 'autocannon'
import { send, serve } from '../subjects/served.mjs'

const CONNECTIONS = [1, 16, 64]

const value = Buffer.alloc(32, 7).toString('base64url')

const TASKS = [
  { name: 'get a key', method: 'GET', path: '/keys/ec' },
  { name: 'ES256 sign', method: 'POST', path: '/keys/ec/sign', body: { alg: 'ES256', value } },
  {
    name: 'RS256 sign, 2048',
    method: 'POST',
    path: '/keys/rsa/sign',
    body: { alg: 'RS256', value },
  },
]

export const load = {
  name: 'load',
  title: 'A server under load, over HTTPS',
  noise: 'Client and server share the processors: a client on another machine gets more.',
  tail: true,
  async samples({ quick }, onSample) {
    const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-load-'))
    const served = await serve('--certificates', folder)
    try {
      await send(served, 'POST', '/keys/ec/create', { kty: 'EC-HSM' })
      await send(served, 'POST', '/keys/rsa/create', { kty: 'RSA-HSM', key_size: 2048 })
      const results = []
      for (const task of TASKS) results.push(...(await resultsOf(served, task, quick, onSample)))
      return results
    } finally {
      await served.stop()
      rmSync(folder, { recursive: true })
    }
  },
}

async function resultsOf(served, task, quick, onSample) {
  await keepBusy(served, task, 16, 1)
  const [times, rates] = [{}, {}]
  for (const connections of quick ? [16] : CONNECTIONS) {
    onSample(`${task.name}, ${connections} connections`)
    const found = await keepBusy(served, task, connections, quick ? 1 : 4)
    const label = connections === 1 ? '1 connection' : `${connections} connections`
    times[label] = found.milliseconds
    rates[label] = found.perSecond
  }
  return [
    { name: `${task.name}: a request`, samples: times },
    { name: `${task.name}: throughput`, unit: 'requests/s', samples: rates },
  ]
}

/** Keeps so many connections busy, each with one request after the other; `perSecond` counts them in each second. */
async function keepBusy(served, { name, method, path, body }, connections, duration) {
  const run = autocannon({
    url: `${served.url}${path}?api-version=7.6`,
    method,
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    connections,
    duration,
  })
  const milliseconds = []
  const perSecond = new Array(duration).fill(0)
  const begun = performance.now()
  run.on('response', (_client, _status, _bytes, time) => {
    milliseconds.push(time)
    const second = Math.floor((performance.now() - begun) / 1000)
    if (second < duration) perSecond[second] += 1
  })
  const [found] = await once(run, 'done')
  if (found.errors > 0 || found.non2xx > 0 || found['2xx'] === 0) {
    throw new Error(`${name}: ${found.errors} errors, ${found.non2xx} other statuses.`)
  }
  return { milliseconds, perSecond }
}
