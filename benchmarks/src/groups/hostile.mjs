// What hostile requests cost a server: how much memory each leaves behind, and how long another client waits meanwhile.

import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'
import { ATTACKS, GROWTHS, send } from '../subjects/attacks.mjs'
import { startMeasured } from '../subjects/measured-server.mjs'

/** No case takes longer: a client that still waits then has found a fault. */
const MOST_MS = 180_000

export const hostile = {
  name: 'hostile',
  title: 'Hostile requests to a server',
  noise:
    'Each case has a server of its own, and is measured a few times. What is left behind is the growth of heap and buffers per request; a collection of garbage that moves something else makes it some hundred bytes, above or below 0.',
  async samples({ quick }, onSample) {
    const rounds = quick ? 1 : 3
    const [grown, waited] = [{}, {}]
    for (const [name, attack] of Object.entries(GROWTHS)) {
      onSample(name)
      grown[name] = await repeated(rounds, () => growthOf(attack, quick))
    }
    for (const [name, attack] of Object.entries(ATTACKS)) {
      onSample(name)
      waited[name] = await repeated(rounds, () => waitingDuring(attack, quick))
    }
    return [
      { name: 'memory left behind by a request that fails', unit: 'bytes', samples: grown },
      { name: 'time until another client has its response', samples: waited },
    ]
  },
}

async function repeated(rounds, work) {
  const found = []
  for (let round = 0; round < rounds; round++) {
    const late = setTimeout(MOST_MS, undefined, { ref: false }).then(() => {
      throw new Error(`Nothing within ${MOST_MS / 60_000} minutes.`)
    })
    found.push(await Promise.race([work(), late]))
  }
  return found
}

/** The first few requests pay for what is made once. */
async function growthOf({ options, count, requestOf }, quick) {
  const server = await startMeasured(options)
  try {
    const times = quick ? 10 : count
    const used = async () => {
      const { heapUsed, arrayBuffers } = await server.memory()
      return heapUsed + arrayBuffers
    }
    const sendOne = async (index) => {
      const { method = 'POST', path, ...rest } = requestOf(index)
      const status = await send(server.url, method, path, rest)
      if (status === 200) throw new Error('A hostile request succeeded.')
    }
    for (let index = 0; index < 5; index += 1) await sendOne(index)
    const before = await used()
    for (let index = 5; index < times + 5; index += 1) await sendOne(index)
    return ((await used()) - before) / times
  } finally {
    await server.kill()
  }
}

async function waitingDuring({ attack, ask, status: expected = 200 }, quick) {
  const server = await startMeasured()
  try {
    const end = await attack(server.url, quick)
    const begun = performance.now()
    const status = await ask(server.url)
    const took = performance.now() - begun
    end?.()
    if (status !== expected) throw new Error(`The other client got ${status}, not ${expected}.`)
    return took
  } finally {
    await server.kill()
  }
}
