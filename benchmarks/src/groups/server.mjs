// How long `pocket-hsm serve` takes from its start to its first response; and how long other requests wait while
// RSA-4096 keys are created and rotated.

import { mkdtempSync, rmSync } from 'node:fs'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { send, serve } from '../subjects/served.mjs'

const CREATION = { kty: 'RSA-HSM', key_size: 4096 }

export const server = {
  name: 'server',
  title: 'A server: its start, and requests while RSA keys are made',
  noise:
    'Client and server share the machine. How long the keys take is chance: look at how long the others wait, at most and in 99 of 100 cases.',
  tail: true,
  async samples({ quick }, onSample) {
    const folder = mkdtempSync(join(tmpdir(), 'pocket-hsm-benchmark-'))
    try {
      onSample('serve')
      const first = [await timeStart(folder)]
      const others = []
      for (let round = 0; round < (quick ? 1 : 9); round++) {
        onSample('serve', round)
        others.push(await timeStart(folder))
      }
      const starts = { 'that makes its certificates': first, 'that has its certificates': others }
      return [
        { name: 'serve to its first response over HTTPS, a server', samples: starts },
        ...(await timeDuringKeys(quick, onSample)),
      ]
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
}

async function timeStart(folder) {
  const served = await serve('--certificates', folder)
  const status = await send(served, 'GET', '/keys')
  const milliseconds = performance.now() - served.begun
  await served.stop()
  if (status !== 200) throw new Error(`The first request returned ${status}.`)
  return milliseconds
}

async function timeDuringKeys(quick, onSample) {
  const count = quick ? 1 : 8
  const served = await serve('--http')
  try {
    await send(served, 'POST', '/keys/ec/create', { kty: 'EC-HSM' })
    onSample('requests on a quiet server')
    await timeOthers(served, setTimeout(quick ? 100 : 1000))
    const quiet = await timeOthers(served, setTimeout(quick ? 100 : 2000))
    onSample(`creating ${count} RSA-4096 keys`)
    const created = await timeKeys(served, 'create', count, CREATION)
    onSample(`rotating ${count} RSA-4096 keys`)
    const rotated = await timeKeys(served, 'rotate', count)
    const plural = count === 1 ? 'an RSA-4096 key is' : `${count} RSA-4096 keys are`
    return [
      {
        name: 'another request (get a key, ES256 sign, in turn)',
        samples: {
          'on a quiet server': quiet,
          [`while ${plural} created`]: created.others,
          [`while ${plural} rotated`]: rotated.others,
        },
      },
      {
        name: `${plural} made`,
        samples: { created: [created.milliseconds], rotated: [rotated.milliseconds] },
      },
    ]
  } finally {
    await served.stop()
  }
}

/** Milliseconds of requests, one after the other, for as long as something else runs. */
async function timeOthers(served, until) {
  let isOver = false
  const ended = until.finally(() => {
    isOver = true
  })
  const agent = new Agent({ keepAlive: true })
  const value = Buffer.alloc(32, 7).toString('base64url')
  const times = []
  while (!isOver) {
    const begun = performance.now()
    const isGet = times.length % 2 === 0
    const status = isGet
      ? await send({ ...served, agent }, 'GET', '/keys/ec')
      : await send({ ...served, agent }, 'POST', '/keys/ec/sign', { alg: 'ES256', value })
    if (status !== 200) throw new Error(`A request returned ${status}.`)
    times.push(performance.now() - begun)
  }
  agent.destroy()
  await ended
  return times
}

async function timeKeys(served, verb, count, body) {
  const begun = performance.now()
  const made = Promise.all(
    Array.from({ length: count }, (_, i) => send(served, 'POST', `/keys/rsa-${i}/${verb}`, body)),
  )
  const others = await timeOthers(served, made)
  const milliseconds = performance.now() - begun
  if ((await made).some((status) => status !== 200)) throw new Error('A key was not made.')
  return { milliseconds, others }
}
