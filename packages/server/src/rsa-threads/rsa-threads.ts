/** Makes RSA keys on threads, so that other requests do not wait for them. */

import { once } from 'node:events'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { RsaKeyMaker } from '@pocket-hsm/rest'
import type { RsaPoolRequest } from 'pocket-hsm'
import { createRsaQueue, type QueueLength } from './rsa-queue.ts'
import { createSharedWork } from './shared-work.ts'

/** Threads that make RSA keys. */
export interface RsaThreads {
  /**
   * Has a key made on a thread. If the thread fails, it emits a warning and returns `undefined`, so that the key is made
   * on the main thread.
   */
  readonly makeRsaKey: RsaKeyMaker
  /** The keys that wait to be made, and those that are being made. */
  readonly queueLength: () => QueueLength
  /** Ends the threads; keys that are being waited for reject. */
  readonly close: () => Promise<void>
}

/** Found by its own name from the sources too, which Node cannot run. */
const THREAD = createRequire(import.meta.url).resolve('#rsa-thread')

/** One processor is left for all other requests. */
const MOST = Math.max(1, Math.min(2, availableParallelism() - 1))

/**
 * Prepares to make RSA keys on threads, one or two at a time; {@link createRsaQueue} says which comes next.
 *
 * A thread starts with the first key that needs it, and then waits for the next. It does not keep the process running.
 *
 * @param warn - Receives a warning for each key that could not be made on a thread.
 * @param start - Starts a thread.
 */
export function createRsaThreads(
  warn: (text: string) => void,
  start: () => Worker = startThread,
): RsaThreads {
  const queue = createRsaQueue(MOST)
  const share = createSharedWork<Uint8Array | undefined>()
  const threads = new Set<Worker>()
  const idle = new Set<Worker>()
  let isClosed = false

  const nextThread = (): Worker => {
    const [waiting] = idle
    if (waiting !== undefined) {
      idle.delete(waiting)
      return waiting
    }
    const thread = start()
    threads.add(thread)
    // The error also rejects the key that is being made; without one it must not end the server.
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
      const thread = nextThread()
      const bytes = await postTo(thread, request)
      idle.add(thread)
      return bytes
    } catch (error) {
      if (isClosed) throw error
      warn(`An RSA key is made while other requests wait: ${(error as Error).message}`)
      return undefined
    }
  }
  return {
    makeRsaKey: (request, { signal, isDue }) =>
      // Several requests may need the one key of a place.
      share(request.place, signal, (all) =>
        queue.run(isDue ? 'due' : 'asked', all, () => make(request)),
      ),
    queueLength: queue.length,
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
async function postTo(thread: Worker, request: RsaPoolRequest): Promise<Uint8Array> {
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
