// How long `pocket-hsm serve` takes from its start to its first answer, with certificates there and without; and how
// long other requests wait while RSA-4096 keys are being created and rotated.
//
//   npm run bench:server -- [--starts n] [--keys n] [--seed text] [--json]

import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { send, serve } from './served.mjs'
import { quantile } from './statistics.mjs'

const { values: options } = parseArgs({
  options: {
    starts: { type: 'string', default: '9' },
    keys: { type: 'string', default: '8' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
  },
})
const [starts, keys] = [Number(options.starts), Number(options.keys)]
if (!(starts > 0 && keys > 0)) throw new RangeError('--starts and --keys take numbers above zero')

async function timeStart(folder) {
  const server = await serve('--certificates', folder)
  if ((await send(server, 'GET', '/keys')) !== 200) throw new Error('there was no answer')
  const milliseconds = performance.now() - server.begun
  await server.stop()
  return milliseconds
}

/** Milliseconds of requests, one after the other, for as long as something else runs. */
async function timeOthers(server, until) {
  let isOver = false
  until.finally(() => {
    isOver = true
  })
  const agent = new Agent({ keepAlive: true })
  const digest = Buffer.alloc(32, 7).toString('base64url')
  const times = []
  while (!isOver) {
    const begun = performance.now()
    const isGet = times.length % 2 === 0
    const status = isGet
      ? await send({ ...server, agent }, 'GET', '/keys/ec')
      : await send({ ...server, agent }, 'POST', '/keys/ec/sign', { alg: 'ES256', value: digest })
    if (status !== 200) throw new Error(`a request was answered ${status}`)
    times.push(performance.now() - begun)
  }
  agent.destroy()
  return times
}

async function timeDuringKeys() {
  const seed = options.seed === undefined ? [] : ['--seed', options.seed]
  const server = await serve('--http', ...seed)
  await send(server, 'POST', '/keys/ec/create', { kty: 'EC-HSM' })
  await timeOthers(server, new Promise((resolve) => setTimeout(resolve, 1000)))
  const quiet = await timeOthers(server, new Promise((resolve) => setTimeout(resolve, 2000)))
  const created = await timeKeys(server, 'create', { kty: 'RSA-HSM', key_size: 4096 })
  const rotated = await timeKeys(server, 'rotate')
  await server.stop()
  return { quiet: summary(quiet), created, rotated }
}

async function timeKeys(server, verb, body) {
  const begun = performance.now()
  const made = Promise.all(
    Array.from({ length: keys }, (_, i) => send(server, 'POST', `/keys/rsa-${i}/${verb}`, body)),
  )
  const busy = await timeOthers(server, made)
  const seconds = (performance.now() - begun) / 1000
  if ((await made).some((status) => status !== 200)) throw new Error('a key was not made')
  return { seconds, busy: summary(busy) }
}

const summary = (times) => ({
  requests: times.length,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
  max: Math.max(...times),
})

const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-benchmark-'))
const first = await timeStart(folder)
const times = []
for (let i = 0; i < starts; i += 1) times.push(await timeStart(folder))
rmSync(folder, { recursive: true })
const found = {
  firstAnswer: { makingCertificates: first, median: quantile(times, 0.5), max: Math.max(...times) },
  whileKeysAreMade: await timeDuringKeys(),
}

const show = (text) => process.stdout.write(`${text}\n`)
const row = ({ requests, p50, p99, max }) =>
  `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, at most ${max.toFixed(1)} ms of ${requests} requests`

if (options.json) {
  show(JSON.stringify(found))
} else {
  const { firstAnswer, whileKeysAreMade } = found
  show(`Node ${process.version}, ${cpus().length} processors`)
  show(
    `serve to its first answer over HTTPS: ${firstAnswer.median.toFixed(0)} ms (median of ${starts}, at most ` +
      `${firstAnswer.max.toFixed(0)} ms); ${firstAnswer.makingCertificates.toFixed(0)} ms where it makes certificates`,
  )
  show(`other requests on a quiet server: ${row(whileKeysAreMade.quiet)}`)
  for (const what of ['created', 'rotated']) {
    const { seconds, busy } = whileKeysAreMade[what]
    show(`while ${keys} RSA-4096 keys are ${what} in ${seconds.toFixed(1)} s: ${row(busy)}`)
  }
}
