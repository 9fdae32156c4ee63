/** Several servers of one HSM in one process: what they share is a variable, and everything between takes its time. */

import { setImmediate } from 'node:timers/promises'
import { createHandler, type Handler } from '@pocket-hsm/rest'
import { createHsm, forkHsm, type Hsm } from 'pocket-hsm'
import type { HsmStore } from '../../src/index.ts'
import { oneOf, type Random } from '../support/random.ts'
import type { Received, Send, Sent } from './requests.ts'

/** The HSM of one address, for whoever asks a handler of it. */
const requestTo = (hsm: Hsm, { method, path, body }: Sent): Request =>
  new Request(`${hsm.baseUrl}${path}`, {
    method,
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })

async function receive(response: Response): Promise<Received> {
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text) }
}

/** A request or a response is on its way, and overtakes others or is overtaken. */
async function wander(random: Random): Promise<void> {
  for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await setImmediate()
}

/** A request that is lost before the server has it, or whose response is lost. */
export type Loses = (random: Random) => boolean

/** Sends to an HSM in memory, as it is. */
export function sendToHsm(random: Random, loses: Loses = () => false): Send {
  const hsm = createHsm()
  return sendTo(createHandler(hsm), hsm, random, loses)
}

function sendTo(handler: Handler, hsm: Hsm, random: Random, loses: Loses): Send {
  return async (sent) => {
    await wander(random)
    if (loses(random)) throw new Error('The request is lost.')
    const received = await receive(await handler(requestTo(hsm, sent)))
    await wander(random)
    if (loses(random)) throw new Error('The response is lost.')
    return received
  }
}

/**
 * Sends to servers that work on a fork of the HSM which they share, and put the fork in its place: the store of another
 * server is overwritten unless its revision is checked, and the request runs again on a newer fork.
 */
export function sendToForks(random: Random, options: { readonly checksRevision: boolean }): Send {
  let stored = createHsm()
  const run = async (sent: Sent): Promise<Received> => {
    const before = stored
    const fork = forkHsm(before)
    await wander(random)
    const received = await receive(await createHandler(fork)(requestTo(fork, sent)))
    await wander(random)
    if (sent.method === 'GET') return received
    if (options.checksRevision && stored !== before) return run(sent)
    stored = fork
    return received
  }
  return run
}

/** Sends to handlers of one HSM in a database, each with a store of its own. */
export function sendToStores(random: Random, stores: readonly HsmStore[]): Send {
  const servers = stores.map((store) => ({
    hsm: store.hsm,
    handler: createHandler(store.hsm, {
      transaction: (_, { name }, work) => store.run(work, { names: name === '' ? [] : [name] }),
    }),
  }))
  return async (sent) => {
    const { hsm, handler } = oneOf(random, servers)
    await wander(random)
    return receive(await handler(requestTo(hsm, sent)))
  }
}
