/** Threads that make RSA keys, so that other requests are answered meanwhile. */

import { once } from 'node:events'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { RsaKeyMaker } from '@pocket-hsm/rest'
import type { RsaPoolRequest } from 'pocket-hsm'

/** Threads that make RSA keys. */
export interface RsaThreads {
  /** Asks a thread; where it cannot make the key, that is told as a warning, and the key left to who asks. */
  readonly makeRsaKey: RsaKeyMaker
  /** Ends the threads; whoever still waits for a key is refused. */
  readonly close: () => Promise<void>
}

/** By its own name, so that it is found from the sources too: Node cannot run those. */
const THREAD = createRequire(import.meta.url).resolve('#rsa-thread')

/** One processor is left to those who answer. */
const MOST = Math.max(1, Math.min(2, availableParallelism() - 1))

/**
 * Gets ready to make RSA keys on threads, one or two at a time; those beyond wait in the order in which they came.
 *
 * A thread starts with the first key that needs it, and then waits for the next; it keeps no process from ending.
 *
 * @param warn - Hears of keys that could not be made on a thread.
 * @param start - Starts a thread.
 */
export function createRsaThreads(
  warn: (text: string) => void,
  start: () => Worker = startThread,
): RsaThreads {
  const inTurn = limitTo(MOST)
  const threads = new Set<Worker>()
  const idle = new Set<Worker>()
  const underWay = new Map<string, Promise<Uint8Array | undefined>>()
  let isClosed = false

  const next = (): Worker => {
    const [waiting] = idle
    if (waiting !== undefined) {
      idle.delete(waiting)
      return waiting
    }
    const thread = start()
    threads.add(thread)
    // Who asks hears of errors too; one that nobody waits for is no reason to end the server.
    thread.on('error', () => {})
    thread.on('exit', () => {
      threads.delete(thread)
      idle.delete(thread)
    })
    return thread
  }
  const make = async (request: RsaPoolRequest): Promise<Uint8Array | undefined> => {
    try {
      if (isClosed) throw new Error('The server is closing.')
      const thread = next()
      const bytes = await ask(thread, request)
      idle.add(thread)
      return bytes
    } catch (error) {
      if (isClosed) throw error
      warn(`An RSA key is made while other requests wait: ${(error as Error).message}`)
      return undefined
    }
  }
  return {
    makeRsaKey: (request) => {
      const { place } = request
      const shared = place && underWay.get(place)
      if (shared) return shared
      const made = inTurn(() => make(request))
      if (place === undefined) return made
      // Several may ask for the one key of a place.
      const forAll = made.finally(() => underWay.delete(place))
      underWay.set(place, forAll)
      return forAll
    },
    close: async () => {
      isClosed = true
      await Promise.all([...threads].map((thread) => thread.terminate()))
    },
  }
}

function startThread(): Worker {
  const thread = new Worker(THREAD, { name: 'pocket-hsm: RSA keys' })
  thread.unref()
  return thread
}

/** While it makes a key, a thread keeps the process from ending. */
async function ask(thread: Worker, request: RsaPoolRequest): Promise<Uint8Array> {
  const over = new AbortController()
  const { signal } = over
  const ended = once(thread, 'exit', { signal }).then(() => {
    throw new Error('The thread has ended.')
  })
  try {
    thread.ref()
    thread.postMessage(request)
    const [bytes] = await Promise.race([once(thread, 'message', { signal }), ended])
    return bytes
  } finally {
    over.abort()
    thread.unref()
  }
}

/** Lets so many run at a time; the rest wait in the order in which they came. */
function limitTo(most: number): <Value>(run: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running < most) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
